import { guidBytes } from '../binary.ts';
import { BACKING_FORMAT, DISK_ID, MAGIC } from './header.ts';

/** What new files of ours have: version 3, clusters of 64 KiB, counts of 16 bits (docs/interop/qcow2.txt). */
export const CLUSTER_BITS = 16;
export const CLUSTER = 2 ** CLUSTER_BITS;
/** What one entry of the first-level table stands for: a table of 8192 clusters. */
export const ENTRIES_A_TABLE = CLUSTER / 8;
export const BYTES_AN_ENTRY = BigInt(CLUSTER) * BigInt(ENTRIES_A_TABLE);
/** Clusters that one block of counts counts. */
export const COUNTS_A_BLOCK = CLUSTER / 2;
export const HEADER_BYTES = 112;
const REFCOUNT_ORDER = 4;

export interface Qcow2Fields {
  /** Of the disk, in bytes. */
  readonly size: bigint;
  readonly l1: { readonly at: number; readonly entries: number };
  readonly refcountTable: { readonly at: number; readonly clusters: number };
}

export const writeHeader = (head: Buffer, { size, l1, refcountTable }: Qcow2Fields): void => {
  head.writeUInt32BE(MAGIC, 0);
  head.writeUInt32BE(3, 4);
  head.writeUInt32BE(CLUSTER_BITS, 20);
  head.writeBigUInt64BE(size, 24);
  head.writeUInt32BE(l1.entries, 36);
  head.writeBigUInt64BE(BigInt(l1.at), 40);
  head.writeBigUInt64BE(BigInt(refcountTable.at), 48);
  head.writeUInt32BE(refcountTable.clusters, 56);
  head.writeUInt32BE(REFCOUNT_ORDER, 96);
  head.writeUInt32BE(HEADER_BYTES, 100);
};

/** The format of the backing file, padded to eight bytes, and the mark that ends extensions; where they end. */
export const writeBackingFormat = (head: Buffer, format: string): number => {
  head.writeUInt32BE(BACKING_FORMAT, HEADER_BYTES);
  head.writeUInt32BE(format.length, HEADER_BYTES + 4);
  head.write(format, HEADER_BYTES + 8, 'latin1');
  return HEADER_BYTES + 16 + 8;
};

/** qcow2 has no identity of a disk: an extension that others skip, and keep, holds ours. The mark of the end follows, which is zeros. */
export const writeDiskId = (head: Buffer, id: string): void => {
  const bytes = guidBytes(id);
  head.writeUInt32BE(DISK_ID, HEADER_BYTES);
  head.writeUInt32BE(bytes.length, HEADER_BYTES + 4);
  bytes.copy(head, HEADER_BYTES + 8);
};
