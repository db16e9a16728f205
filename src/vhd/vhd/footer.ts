import { guidAt } from '../binary.ts';
import { DiskFormatError, type DiskInfo } from '../disk-info.ts';
import { readSize } from '../source.ts';

/** Footer of a VHD file, also at its beginning when it is not fixed. All numbers are big-endian. */
export interface VhdFooter {
  /** Of the dynamic header; only for dynamic and differencing disks. */
  readonly dataOffset: bigint;
  readonly creator: string;
  readonly currentSize: number;
  readonly type: DiskInfo['type'];
  readonly id: string;
}

export const VHD_FOOTER_BYTES = 512;

const COOKIE = 'conectix';
const CHECKSUM_AT = 64;
const TYPES: Readonly<Record<number, DiskInfo['type']>> = { 2: 'fixed', 3: 'dynamic', 4: 'differencing' };

/** 2040 GiB: what the 32-bit sector numbers of the format can reach, as Hyper-V and QEMU limit it. */
export const MAX_SIZE = 2040 * 1024 ** 3;

export const parseVhdFooter = (bytes: Buffer, at: number): VhdFooter => {
  if (bytes.toString('latin1', 0, 8) !== COOKIE) throw new DiskFormatError('There is no VHD footer', at);
  if (vhdChecksum(bytes, CHECKSUM_AT) !== bytes.readUInt32BE(CHECKSUM_AT))
    throw new DiskFormatError('The checksum of the VHD footer is wrong', at);
  const version = bytes.readUInt32BE(12);
  if (version >>> 16 !== 1)
    throw new DiskFormatError(`The VHD version 0x${version.toString(16)} is not known`, at + 12);
  const type = TYPES[bytes.readUInt32BE(60)];
  if (type === undefined) throw new DiskFormatError(`The VHD type ${bytes.readUInt32BE(60)} is not known`, at + 60);
  const currentSize = readSize(bytes.readBigUInt64BE(48), 'The size of the disk', at + 48);
  if (currentSize === 0 || currentSize % 512 !== 0 || currentSize > MAX_SIZE)
    throw new DiskFormatError(`The size of the disk is ${currentSize}, which a VHD cannot have`, at + 48);
  return {
    dataOffset: bytes.readBigUInt64BE(16),
    creator: bytes.toString('latin1', 28, 32),
    currentSize,
    type,
    id: guidAt(bytes, 68),
  };
};

/** One's complement of the sum of all bytes but those of the checksum. */
export const vhdChecksum = (bytes: Uint8Array, checksumAt: number): number => {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) if (i < checksumAt || i >= checksumAt + 4) sum += bytes[i] ?? 0;
  return ~sum >>> 0;
};
