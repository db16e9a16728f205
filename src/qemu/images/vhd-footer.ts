import type { FileHandle } from 'node:fs/promises';
import { readRange } from './read-range.ts';

/** What the footer of a VHD says (Virtual Hard Disk Image Format Specification 1.0). */
export interface VhdFooter {
  readonly type: 'fixed' | 'dynamic' | 'differencing';
  /** Bytes of the disk. */
  readonly size: number;
}

const FOOTER_BYTES = 512;
const COOKIE = 'conectix';
const TYPES: ReadonlyMap<number, VhdFooter['type']> = new Map([
  [2, 'fixed'],
  [3, 'dynamic'],
  [4, 'differencing'],
]);

/**
 * The footer at the end of the file is the truth. A copy at the start exists in dynamic and differencing images only; in
 * a fixed one that place is the guest's first sector, and QEMU would believe what the guest wrote there.
 * Null: no VHD, or a broken one.
 */
export async function readVhdFooter(handle: FileHandle, fileSize: number): Promise<VhdFooter | null> {
  if (fileSize < FOOTER_BYTES) return null;
  const bytes = await readRange(handle, fileSize - FOOTER_BYTES, FOOTER_BYTES);
  if (bytes.length !== FOOTER_BYTES || bytes.toString('latin1', 0, 8) !== COOKIE || !checksumHolds(bytes)) return null;
  const type = TYPES.get(bytes.readUInt32BE(60));
  const size = Number(bytes.readBigUInt64BE(48));
  if (type === undefined || !Number.isSafeInteger(size)) return null;
  if (type === 'fixed') return size > 0 && size % 512 === 0 && size <= fileSize - FOOTER_BYTES ? { type, size } : null;
  const copy = await readRange(handle, 0, FOOTER_BYTES);
  // QEMU reads the copy: one that says something else would make it see another disk.
  return copy.equals(bytes) ? { type, size } : null;
}

/** One's complement of the sum of all bytes but the checksum's own. */
function checksumHolds(bytes: Buffer): boolean {
  let sum = 0;
  for (const [index, byte] of bytes.entries()) if (index < 64 || index >= 68) sum += byte;
  return ~sum >>> 0 === bytes.readUInt32BE(64);
}
