import type { FileHandle } from 'node:fs/promises';
import { BLOCK_BYTES, PAGE_BYTES } from './unpack-block.ts';
import type { MemoryRange, SavedMemory } from './saved-memory.ts';

const HEADER_BYTES = 64;
const SEGMENT_BYTES = 56;
const CORE = 4;
const X86_64 = 62;
const LOAD = 1;
const READ_WRITE_EXECUTE = 7;

export interface CoreFacts {
  /** Bytes of memory that the core holds. */
  readonly memory: number;
  /** Bytes of it that the saved state does not have: the guest had never used them. They read as zeros. */
  readonly missing: number;
}

/**
 * Writes the memory as an ELF core of 64 bits into an empty file: a segment a range, under the physical addresses of the guest,
 * as `dump-guest-memory` of QEMU makes it. There are no registers in it. What is zero becomes holes.
 * Rejects with HvFileError for a block that is damaged.
 */
export const writeElfCore = async (
  memory: SavedMemory,
  file: FileHandle,
  progress: (fraction: number) => void = () => undefined,
): Promise<CoreFacts> => {
  const { ranges, blocks } = memory;
  const first = Math.ceil((HEADER_BYTES + ranges.length * SEGMENT_BYTES) / PAGE_BYTES) * PAGE_BYTES;
  const total = ranges.reduce((sum, { size }) => sum + size, 0);
  await file.truncate(first + total);
  await writeAll(file, headers(ranges, first), 0);
  const places = placesOf(ranges, first);
  let held = 0;
  for (const [i, block] of blocks.entries()) {
    const content = await memory.read(block);
    for (const part of partsOf(places, block * BLOCK_BYTES)) {
      held += part.to - part.from;
      await writePages(file, content.subarray(part.from, part.to), part.at);
    }
    progress((i + 1) / blocks.length);
  }
  return { memory: total, missing: total - held };
};

const headers = (ranges: readonly MemoryRange[], first: number): Buffer => {
  const bytes = Buffer.alloc(HEADER_BYTES + ranges.length * SEGMENT_BYTES);
  // 64 bits, little-endian, version 1.
  bytes.write('\x7fELF\x02\x01\x01', 'latin1');
  bytes.writeUInt16LE(CORE, 16);
  bytes.writeUInt16LE(X86_64, 18);
  bytes.writeUInt32LE(1, 20);
  bytes.writeBigUInt64LE(BigInt(HEADER_BYTES), 32);
  bytes.writeUInt16LE(HEADER_BYTES, 52);
  bytes.writeUInt16LE(SEGMENT_BYTES, 54);
  bytes.writeUInt16LE(ranges.length, 56);
  let offset = first;
  for (const [i, { address, size }] of ranges.entries()) {
    const at = HEADER_BYTES + i * SEGMENT_BYTES;
    bytes.writeUInt32LE(LOAD, at);
    bytes.writeUInt32LE(READ_WRITE_EXECUTE, at + 4);
    bytes.writeBigUInt64LE(BigInt(offset), at + 8);
    // Virtual and physical: nobody knows how the guest mapped it.
    bytes.writeBigUInt64LE(BigInt(address), at + 16);
    bytes.writeBigUInt64LE(BigInt(address), at + 24);
    bytes.writeBigUInt64LE(BigInt(size), at + 32);
    bytes.writeBigUInt64LE(BigInt(size), at + 40);
    bytes.writeBigUInt64LE(BigInt(PAGE_BYTES), at + 48);
    offset += size;
  }
  return bytes;
};

interface Place extends MemoryRange {
  /** In the core. */
  readonly offset: number;
}

/** By their place in the blocks. */
const placesOf = (ranges: readonly MemoryRange[], first: number): readonly Place[] => {
  let offset = first;
  return ranges
    .map((range) => {
      const place = { ...range, offset };
      offset += range.size;
      return place;
    })
    .toSorted((a, b) => a.saved - b.saved);
};

/** Parts of the block that begins at `saved` that belong to ranges: from, to in the block, and the place in the core. */
const partsOf = (
  places: readonly Place[],
  saved: number,
): readonly { readonly from: number; readonly to: number; readonly at: number }[] =>
  places.flatMap((place) => {
    const from = Math.max(place.saved, saved);
    const to = Math.min(place.saved + place.size, saved + BLOCK_BYTES);
    return from < to ? [{ from: from - saved, to: to - saved, at: place.offset + from - place.saved }] : [];
  });

const ZEROS = Buffer.alloc(PAGE_BYTES);

/** All but pages of zeros, in as few writes as there are runs of others. */
const writePages = async (file: FileHandle, content: Buffer, at: number): Promise<void> => {
  let begin = -1;
  for (let page = 0; page <= content.length; page += PAGE_BYTES) {
    const isData = page < content.length && !content.subarray(page, page + PAGE_BYTES).equals(ZEROS);
    if (isData && begin < 0) begin = page;
    if (isData || begin < 0) continue;
    await writeAll(file, content.subarray(begin, page), at + begin);
    begin = -1;
  }
};

const writeAll = async (file: FileHandle, data: Buffer, at: number): Promise<void> => {
  for (let done = 0; done < data.length; ) {
    const { bytesWritten } = await file.write(data, done, data.length - done, at + done);
    done += bytesWritten;
  }
};
