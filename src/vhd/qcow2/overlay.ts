import { DiskFormatError } from '../disk-info.ts';
import { BYTES_AN_ENTRY, CLUSTER, writeBackingFormat, writeHeader } from './compose.ts';
import { MAX_BACKING_NAME, MAX_L1_ENTRIES } from './header.ts';

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
  writeHeader(head, {
    size: rounded,
    l1: { at: PLACES.l1, entries },
    refcountTable: { at: PLACES.refcountTable, clusters: 1 },
  });
  // Without it the header ends with the mark of its last extension, which is zeros.
  if (backing !== null) {
    const end = writeBackingFormat(head, backing.format);
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
