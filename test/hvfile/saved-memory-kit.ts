import { writeContainer } from '../../src/hvfile/container/write.ts';
import { node } from '../../src/hvfile/tree.ts';
import { bytes, integer, string } from './kit.ts';

/** Writes what Hyper-V writes of a guest's memory; knows nothing of our readers. */

export const PAGE = 4096;
export const BLOCK = 1 << 20;

export interface Range {
  /** Pages. */
  readonly gpa: number;
  readonly pages: number;
  readonly mbp: number;
}

export const rangeBytes = ({ gpa, pages, mbp }: Range): Buffer => {
  const data = Buffer.alloc(48);
  data.writeUInt32LE(3, 0);
  data.writeBigUInt64LE(BigInt(pages), 8);
  data.writeBigUInt64LE(BigInt(mbp), 16);
  data.writeBigUInt64LE(BigInt(gpa), 24);
  return data;
};

export const vmrs = (ranges: readonly Buffer[], blocks: ReadonlyMap<number, Buffer>): Buffer =>
  writeContainer(
    node('', [
      node('savedstate', [
        integer('VmVersion', 0x0a00n),
        string('type', 'Normal'),
        node('savedVM', [bytes('partition_state', Buffer.alloc(64, 7))]),
        ...ranges.map((range, i) => bytes(`RamMemoryBlock${i}`, range)),
        ...[...blocks].map(([i, block]) => bytes(`RamBlock${i}`, block)),
      ]),
    ]),
  );

const u32 = (value: number): Buffer => {
  const data = Buffer.alloc(4);
  data.writeUInt32LE(value >>> 0);
  return data;
};

/** LZ77 of MS-XCA 2.3, greedily. */
export const xpress = (plain: Buffer): Buffer => {
  const out: number[] = [0, 0, 0, 0];
  let flagsAt = 0;
  let flags = 0;
  let count = 0;
  let nibble = -1;
  const flag = (isMatch: boolean): void => {
    flags = ((flags << 1) | (isMatch ? 1 : 0)) >>> 0;
    count += 1;
    if (count < 32) return;
    Buffer.from(u32(flags)).forEach((byte, i) => (out[flagsAt + i] = byte));
    [flags, count, flagsAt] = [0, 0, out.length];
    out.push(0, 0, 0, 0);
  };
  const word = (value: number): void => void out.push(value & 0xff, value >>> 8);
  const match = (distance: number, length: number): void => {
    const coded = length - 3;
    word(((distance - 1) << 3) | Math.min(coded, 7));
    if (coded >= 7) {
      const more = Math.min(coded - 7, 15);
      if (nibble < 0) {
        nibble = out.length;
        out.push(more);
      } else {
        out[nibble] = (out[nibble] ?? 0) | (more << 4);
        nibble = -1;
      }
      if (more === 15) {
        const rest = coded - 22;
        if (rest < 255) out.push(rest);
        else {
          out.push(255);
          word(coded);
        }
      }
    }
    flag(true);
  };
  for (let at = 0; at < plain.length; ) {
    let [best, distance] = [0, 0];
    for (let back = 1; back <= Math.min(at, 64); back++) {
      let length = 0;
      while (at + length < plain.length && plain[at + length] === plain[at + length - back]) length += 1;
      if (length > best) [best, distance] = [length, back];
    }
    if (best >= 3) {
      match(distance, best);
      at += best;
    } else {
      out.push(plain[at] ?? 0);
      flag(false);
      at += 1;
    }
  }
  // What is left of the flags says: matches, of which there are none.
  flags = ((flags << (32 - count)) | (count === 0 ? 0xffff_ffff : 2 ** (32 - count) - 1)) >>> 0;
  u32(flags).forEach((byte, i) => (out[flagsAt + i] = byte));
  return Buffer.from(out);
};

/** One page as a block holds it. */
export const packedPage = (page: Buffer): Buffer => {
  const packed = xpress(page);
  return packed.length < page.length ? Buffer.concat([u32(packed.length), packed]) : Buffer.concat([u32(PAGE), page]);
};

export const filled = (pattern: Buffer, pages: number): Buffer =>
  pages === 1 ? Buffer.concat([u32(0xffff_fffe), pattern]) : Buffer.concat([u32(0xffff_fffd), pattern, u32(pages)]);

/** A piece that says how large it becomes. */
export const sized = (plain: Buffer): Buffer => {
  const packed = xpress(plain);
  return Buffer.concat([u32(0xffff_fffc), u32(plain.length), u32(packed.length), packed]);
};

export const END = u32(0xffff_ffff);

/** Page by page. */
export const packedBlock = (block: Buffer): Buffer =>
  Buffer.concat([
    ...Array.from({ length: block.length / PAGE }, (_, i) => packedPage(block.subarray(i * PAGE, (i + 1) * PAGE))),
    END,
  ]);
