import { DiskFormatError } from '../disk-info.ts';
import { type ByteSource, readSize } from '../source.ts';

/** Numbers of QEMU's docs/interop/qcow2.txt; all big-endian. */
export const MAGIC = 0x514649fb;
const V2_BYTES = 72;
const V3_BYTES = 104;
const MAX_HEADER_BYTES = 4096;
export const MAX_BACKING_NAME = 1023;
/** Header extension that names the format of the backing file. */
export const BACKING_FORMAT = 0xe2792aca;
/** Header extension of ours, 'VSMS': the identity of the disk, a GUID. */
export const DISK_ID = 0x56534d53;
/** QEMU's own bound of the first-level table. */
export const MAX_L1_ENTRIES = (32 * 1024 * 1024) / 8;

/** Incompatible features: who does not know one must not read the file. */
export const FEATURE = { dirty: 1n, corrupt: 2n, externalData: 4n, compressionType: 8n, extendedL2: 16n } as const;

export interface Qcow2Header {
  readonly version: 2 | 3;
  readonly clusterSize: number;
  readonly size: number;
  readonly encryption: number;
  readonly features: bigint;
  readonly l1Offset: number;
  /** States of former times. */
  readonly snapshots: number;
  /** Bytes of an entry of a second-level table: 16 with a bitmap of sub-clusters. */
  readonly l2EntryBytes: 8 | 16;
  /** Of compressed clusters; other numbers are not known. */
  readonly compression: number;
  readonly extensionsAt: number;
  readonly backing: { readonly offset: number; readonly length: number } | null;
}

/** Rejects with DiskFormatError where a rule of the format is broken. */
export const readQcow2Header = async (source: ByteSource): Promise<Qcow2Header> =>
  parseHeader(await source.read(0, Math.min(source.size, MAX_HEADER_BYTES), 'The header'));

const parseHeader = (bytes: Buffer): Qcow2Header => {
  if (bytes.length < V2_BYTES || bytes.readUInt32BE(0) !== MAGIC) throw new DiskFormatError('It is no qcow2 file', 0);
  const version = bytes.readUInt32BE(4);
  if (version !== 2 && version !== 3) throw new DiskFormatError(`The qcow2 version ${version} is not known`, 4);
  if (version === 3 && bytes.length < V3_BYTES) throw new DiskFormatError('The header is cut off', 0);
  const clusterBits = bytes.readUInt32BE(20);
  if (clusterBits < 9 || clusterBits > 21) throw new DiskFormatError(`Clusters cannot have 2^${clusterBits} bytes`, 20);
  const clusterSize = 2 ** clusterBits;
  const size = readSize(bytes.readBigUInt64BE(24), 'The size of the disk', 24);
  const l1Entries = bytes.readUInt32BE(36);
  const l1Offset = readSize(bytes.readBigUInt64BE(40), 'The offset of the first-level table', 40);
  const features = version === 3 ? bytes.readBigUInt64BE(72) : 0n;
  const l2EntryBytes = (features & FEATURE.extendedL2) === 0n ? 8 : 16;
  if (l1Entries > MAX_L1_ENTRIES || l1Entries < Math.ceil(size / (clusterSize * (clusterSize / l2EntryBytes))))
    throw new DiskFormatError(
      `The first-level table has ${l1Entries} entries, which does not fit the size of the disk`,
      36,
    );
  if (l1Offset % clusterSize !== 0) throw new DiskFormatError('The first-level table is not in its place', 40);
  const length = version === 3 ? bytes.readUInt32BE(100) : V2_BYTES;
  if (version === 3 && (length < V3_BYTES || length > clusterSize || length % 8 !== 0))
    throw new DiskFormatError(`The header cannot have ${length} bytes`, 100);
  return {
    version,
    clusterSize,
    size,
    encryption: bytes.readUInt32BE(32),
    features,
    l1Offset,
    snapshots: bytes.readUInt32BE(60),
    l2EntryBytes,
    compression: length > V3_BYTES && bytes.length > V3_BYTES ? (bytes[V3_BYTES] ?? 0) : 0,
    extensionsAt: length,
    backing: parseBacking(bytes, clusterSize),
  };
};

const parseBacking = (bytes: Buffer, clusterSize: number): Qcow2Header['backing'] => {
  const offset = readSize(bytes.readBigUInt64BE(8), 'The offset of the name of the backing file', 8);
  const length = bytes.readUInt32BE(16);
  if (offset === 0) return null;
  if (length > MAX_BACKING_NAME || offset < V2_BYTES || offset + length > clusterSize)
    throw new DiskFormatError('The name of the backing file is not in its place', 8);
  return { offset, length };
};
