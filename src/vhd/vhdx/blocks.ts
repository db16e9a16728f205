import { DiskFormatError, type DiskInfo } from '../disk-info.ts';
import type { ByteSource } from '../source.ts';
import { MIB, type VhdxHeader } from './headers.ts';
import type { VhdxRegion, VhdxRegions } from './regions.ts';

/** States of a payload block (MS-VHDX §2.5.1.1); 4 and 5 are reserved. */
export const BLOCK = { notPresent: 0, undefined: 1, zero: 2, unmapped: 3, present: 6, partial: 7 } as const;

/** A bitmap block has 1 MiB: 2^23 sectors, one chunk (§2.5). */
export const BITS_OF_CHUNK = 2 ** 23;

export const ENTRY_BYTES = 8;

/** An entry of the block table. */
export interface BlockEntry {
  readonly state: number;
  /** In the file. */
  readonly start: number;
}

/** Where the blocks of one file, their entries and their bits lie. */
export class VhdxBlocks {
  /** Payload blocks between two entries of bitmaps. */
  readonly chunk: number;
  readonly table: VhdxRegion;
  readonly #source: ByteSource;
  readonly #info: DiskInfo;
  readonly #regions: readonly VhdxRegion[];

  constructor(source: ByteSource, info: DiskInfo, { bat, metadata }: VhdxRegions, header: VhdxHeader) {
    this.chunk = (BITS_OF_CHUNK * info.logicalSectorSize) / info.blockSize;
    this.table = bat;
    this.#source = source;
    this.#info = info;
    this.#regions = [bat, metadata, { offset: header.logOffset, length: header.logLength }];
  }

  /** Place of a block's entry in the file. */
  payloadEntry(block: number): number {
    return this.table.offset + (block + Math.floor(block / this.chunk)) * ENTRY_BYTES;
  }

  /** The same for the bitmap of a chunk. */
  bitmapEntry(chunk: number): number {
    return this.table.offset + (chunk * (this.chunk + 1) + this.chunk) * ENTRY_BYTES;
  }

  /** Places of the entries of bitmaps that lie in this part of the file. */
  bitmapEntriesIn(position: number, length: number): readonly number[] {
    const { offset, length: bytes } = this.table;
    const found: number[] = [];
    const first = Math.max(0, Math.floor((position - offset) / ENTRY_BYTES));
    const end = Math.min(bytes, position + length - offset) / ENTRY_BYTES;
    for (let entry = first; entry < end; entry++)
      if ((entry + 1) % (this.chunk + 1) === 0) found.push(offset + entry * ENTRY_BYTES);
    return found;
  }

  /** Number of a sector's bit in the bitmap of its chunk; `sector` counts in the block. */
  bitOf(block: number, sector: number): number {
    const { blockSize, logicalSectorSize } = this.#info;
    return (block % this.chunk) * (blockSize / logicalSectorSize) + sector;
  }

  /** DiskFormatError where the first `used` bytes from `start` are no place for a block. */
  check(start: number, used: number, entryAt: number): void {
    if (
      start < MIB ||
      this.#regions.some((region) => start < region.offset + region.length && start + used > region.offset)
    )
      throw new DiskFormatError('A block lies where the tables lie', entryAt);
    if (start + used > this.#source.size) throw new DiskFormatError('A block lies outside of the file', entryAt);
  }
}

/** Without a BigInt: this is on the way of every read. The low 3 bits are the state, the high 44 the place in MiB. */
export const entryOf = (page: Buffer, at: number): BlockEntry => {
  const low = page.readUInt32LE(at);
  const high = page.readUInt32LE(at + 4);
  return { state: low & 7, start: (high * 4096 + (low >>> 20)) * MIB };
};

export const encodeEntry = (page: Buffer, at: number, { state, start }: BlockEntry): void => {
  page.writeBigUInt64LE((BigInt(start / MIB) << 20n) | BigInt(state), at);
};
