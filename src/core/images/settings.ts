import { invalid } from '../systems/refusals.ts';
import type { VirtualHardDiskSettings } from '../disks/virtual-hard-disk.ts';

const KIB = 1024n;
const MIB = 1024n * KIB;
const GIB = 1024n * MIB;

/** Endings that fit a format (other-services §2). */
const ENDINGS: Readonly<Record<VirtualHardDiskSettings['format'], RegExp>> = {
  vhd: /\.a?vhd$/i,
  vhdx: /\.a?vhdx$/i,
  qcow2: /\.qcow2$/i,
};

const SMALLEST = 3n * MIB;
const LARGEST: Readonly<Record<VirtualHardDiskSettings['format'], bigint>> = {
  vhd: 2040n * GIB,
  vhdx: 64n * 1024n * GIB,
  qcow2: 64n * 1024n * GIB,
};
const SECTORS: ReadonlySet<number> = new Set([0, 512, 4096]);

/** @throws DomainError invalidParameter for what no such disk can have */
export const checkSettings = (settings: VirtualHardDiskSettings): void => {
  const { format, type, path, parentPath, size, blockSize, logicalSectorSize, physicalSectorSize } = settings;
  if (!ENDINGS[format].test(path))
    throw invalid(
      `The ending of the file's name must fit its format: .${format}${format === 'qcow2' ? '' : ` or .a${format}`}.`,
    );
  if ((type === 'differencing') !== (parentPath !== null))
    throw invalid('A differencing disk has a ParentPath, and no other disk has one.');
  if (!SECTORS.has(logicalSectorSize) || !SECTORS.has(physicalSectorSize))
    throw invalid('LogicalSectorSize and PhysicalSectorSize are 512 or 4096, or 0 for the default.');
  if (format === 'vhd' && (logicalSectorSize === 4096 || physicalSectorSize === 4096))
    throw invalid('A VHD has sectors of 512 bytes. Use the format VHDX for 4096.');
  if (format === 'qcow2' && (type !== 'dynamic' || blockSize !== 0 || logicalSectorSize === 4096))
    throw invalid('A qcow2 disk is made as a dynamic one, with the blocks and sectors that it has by default.');
  checkBlockSize(format, blockSize);
  if (size !== null) checkSize(format, size, logicalSectorSize === 4096 ? 4096n : 512n);
};

const checkBlockSize = (format: VirtualHardDiskSettings['format'], bytes: number): void => {
  if (bytes === 0) return;
  if (format === 'vhd' && bytes !== 2 * Number(MIB)) throw invalid('A VHD has blocks of 2 MiB; leave BlockSize at 0.');
  if (bytes < Number(MIB) || bytes > 256 * Number(MIB) || (bytes & (bytes - 1)) !== 0)
    throw invalid('BlockSize is a power of two from 1 MiB to 256 MiB, or 0 for the default.');
};

/** Of a disk that grows where it is. @throws DomainError invalidParameter for what it cannot become */
export const checkGrowth = (size: bigint, now: bigint, sector: bigint): void => {
  if (size < now)
    throw invalid('Only a VHDX that is no differencing disk can become smaller, when no virtual machine runs with it.');
  if (size % sector !== 0n) throw invalid(`MaxInternalSize is a multiple of ${sector} bytes.`);
  if (size > LARGEST.vhdx) throw invalid(`MaxInternalSize is at most ${LARGEST.vhdx} bytes.`);
};

export const checkSize = (format: VirtualHardDiskSettings['format'], size: bigint, sector: bigint): void => {
  if (size % sector !== 0n) throw invalid(`MaxInternalSize is a multiple of ${sector} bytes.`);
  if (size < SMALLEST || size > LARGEST[format])
    throw invalid(`MaxInternalSize of a ${format.toUpperCase()} is from ${SMALLEST} to ${LARGEST[format]} bytes.`);
};
