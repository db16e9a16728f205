import type { DiskHazard, DiskInfo } from './disk-info.ts';
import type { ByteSource } from './source.ts';

const flat = (source: ByteSource, format: 'raw' | 'iso', sector: number, hazards: readonly DiskHazard[]): DiskInfo => ({
  format,
  type: 'fixed',
  virtualSize: source.size,
  fileSize: source.size,
  blockSize: 0,
  logicalSectorSize: sector,
  physicalSectorSize: sector,
  id: null,
  dataWriteId: null,
  parent: null,
  backing: null,
  dataFile: null,
  hazards,
});

/** The content is the guest's: never looked at (hardening 10). */
export const inspectRaw = async (source: ByteSource): Promise<DiskInfo> =>
  flat(source, 'raw', 512, source.size % 512 === 0 ? [] : [partialSector]);

const partialSector: DiskHazard = {
  kind: 'partialSector',
  fatal: false,
  message: 'Its size is no multiple of 512 bytes; the last sector reads as if filled up with zeros.',
};

/** Volume descriptors begin at sector 16: ISO 9660 `CD001`, or UDF `BEA01`. */
const DESCRIPTORS_AT = 16 * 2048;

export const inspectIso = async (source: ByteSource): Promise<DiskInfo> => {
  const long = source.size >= DESCRIPTORS_AT + 2048;
  const mark = long ? (await source.read(DESCRIPTORS_AT + 1, 5, 'The volume descriptor')).toString('latin1') : '';
  const known = mark === 'CD001' || mark === 'BEA01';
  return flat(source, 'iso', 2048, known ? [] : [unknownContent]);
};

const unknownContent: DiskHazard = {
  kind: 'unknownContent',
  fatal: false,
  message: 'It has neither an ISO 9660 nor a UDF file system; the guest may not be able to read it.',
};
