import { DiskFormatError } from './disk-info.ts';
import { BACKING_FORMAT, MAGIC, MAX_BACKING_NAME, MAX_L1_ENTRIES } from './qcow2-header.ts';

/** A qcow2 file that holds nothing: every read goes to the file below it, or finds zeros. */
export interface NewQcow2 {
  /** Of the disk, in bytes; counted up to whole sectors, as QEMU does. */
  readonly size: bigint;
  /** Null: it lies over nothing. */
  readonly backing: NewOverlay['backing'] | null;
}

export interface NewOverlay extends NewQcow2 {
  readonly backing: { readonly name: string; readonly format: 'raw' | 'qcow2' | 'vpc' | 'vhdx' };
}

const SECTOR = 512n;
const CLUSTER_BITS = 16;
const CLUSTER = 2 ** CLUSTER_BITS;
/** What one entry of the first-level table stands for: a table of 8192 clusters. */
const BYTES_AN_ENTRY = BigInt(CLUSTER) * BigInt(CLUSTER / 8);
const HEADER_BYTES = 112;
/** Counts of 16 bits. */
const REFCOUNT_ORDER = 4;
/** The clusters of a new file, one after the other. */
const PLACES = { refcountTable: CLUSTER, refcountBlock: 2 * CLUSTER, l1: 3 * CLUSTER } as const;

/**
 * The file as `qemu-img create -u` makes it (docs/interop/qcow2.txt), version 3 with clusters of 64 KiB: header, counts of
 * clusters, and a first-level table of zeros, which is the hole from `head` to `length`.
 * @throws DiskFormatError for a name or a size that the format has no room for
 */
export const encodeQcow2 = ({ size, backing }: NewQcow2): { readonly head: Buffer; readonly length: number } => {
  const name = Buffer.from(backing?.name ?? '', 'utf8');
  if (backing !== null && (name.length === 0 || name.length > MAX_BACKING_NAME))
    throw new DiskFormatError(`The name of a backing file has 1 to ${MAX_BACKING_NAME} bytes, not ${name.length}`, 8);
  const rounded = ((size + SECTOR - 1n) / SECTOR) * SECTOR;
  const entries = Number((rounded + BYTES_AN_ENTRY - 1n) / BYTES_AN_ENTRY);
  if (size < 0n || entries > MAX_L1_ENTRIES) throw new DiskFormatError(`A disk cannot have ${size} bytes`, 24);
  const length = PLACES.l1 + Math.max(1, Math.ceil((entries * 8) / CLUSTER)) * CLUSTER;
  const head = Buffer.alloc(PLACES.l1);
  writeHeader(head, rounded, entries);
  // Without it the header ends with the mark of its last extension, which is zeros.
  if (backing !== null) {
    const end = writeExtensions(head, backing.format);
    head.writeBigUInt64BE(BigInt(end), 8);
    head.writeUInt32BE(name.length, 16);
    name.copy(head, end);
  }
  head.writeBigUInt64BE(BigInt(PLACES.refcountBlock), PLACES.refcountTable);
  // Every cluster that there is has one user; the largest table has 512, and a block counts 32768.
  for (let cluster = 0; cluster < length / CLUSTER; cluster++)
    head.writeUInt16BE(1, PLACES.refcountBlock + 2 * cluster);
  return { head, length };
};

const writeHeader = (head: Buffer, size: bigint, l1Entries: number): void => {
  head.writeUInt32BE(MAGIC, 0);
  head.writeUInt32BE(3, 4);
  head.writeUInt32BE(CLUSTER_BITS, 20);
  head.writeBigUInt64BE(size, 24);
  head.writeUInt32BE(l1Entries, 36);
  head.writeBigUInt64BE(BigInt(PLACES.l1), 40);
  head.writeBigUInt64BE(BigInt(PLACES.refcountTable), 48);
  head.writeUInt32BE(1, 56);
  head.writeUInt32BE(REFCOUNT_ORDER, 96);
  head.writeUInt32BE(HEADER_BYTES, 100);
};

/** The format of the backing file, padded to eight bytes, and the mark that ends extensions; where they end. */
const writeExtensions = (head: Buffer, format: string): number => {
  head.writeUInt32BE(BACKING_FORMAT, HEADER_BYTES);
  head.writeUInt32BE(format.length, HEADER_BYTES + 4);
  head.write(format, HEADER_BYTES + 8, 'latin1');
  return HEADER_BYTES + 16 + 8;
};
