import type { DiskInfo } from '../../vhd/disk-info.ts';
import type { Section } from '../print/sections.ts';

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Exact, and in the largest unit that keeps it readable. */
const sizeText = (bytes: number): string => {
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${bytes} bytes` : `${Number(value.toFixed(2))} ${UNITS[unit] ?? ''} (${bytes} bytes)`;
};

export const diskSections = (info: DiskInfo): Section[] => {
  const { parent, backing } = info;
  const facts: [string, string][] = [
    ['format', info.format],
    ['type', info.type],
    ['virtual size', sizeText(info.virtualSize)],
    ['file size', sizeText(info.fileSize)],
    ['block size', info.blockSize === 0 ? '' : sizeText(info.blockSize)],
    ['sectors', `${info.logicalSectorSize} logical, ${info.physicalSectorSize} physical`],
    ['id', info.id ?? ''],
    ['data write id', info.dataWriteId ?? ''],
    ['parent linkage', parent?.linkage ?? ''],
    ['second linkage', parent?.linkage2 ?? ''],
    ['backing file', backing === null ? '' : `${backing.name}${backing.format === null ? '' : ` (${backing.format})`}`],
    ['data file', info.dataFile ?? ''],
  ];
  return [
    { columns: ['disk', 'value'], rows: facts.filter(([, value]) => value !== '') },
    { columns: ['parent name', 'text'], rows: (parent?.names ?? []).map(({ kind, text }) => [kind, text]) },
    {
      columns: ['hazard', 'stops use', 'what'],
      rows: info.hazards.map(({ kind, fatal, message }) => [kind, fatal ? 'yes' : 'no', message]),
    },
  ];
};
