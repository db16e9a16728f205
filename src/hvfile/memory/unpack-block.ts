import { HvFileError, type HvFilePlace } from '../error.ts';
import { unpackXpress } from './xpress.ts';

export const PAGE_BYTES = 4096;
/** Memory of one `RamBlock<n>`. */
export const BLOCK_BYTES = 1 << 20;

/** In the place of the size of a page (as the readers of these files that exist tell). */
const END = 0xffff_ffff;
/** One page of one pattern of 8 bytes. */
const FILL = 0xffff_fffe;
/** Pattern, and the number of pages. */
const FILL_MANY = 0xffff_fffd;
/** The size that the piece unpacks to, and its own. */
const SIZED = 0xffff_fffc;

/**
 * The memory of a block: 1 MiB as it is, or shorter and then piece by piece, each a page that is filled, stored or compressed.
 * `placed`: where a byte of it lies, for messages. @throws HvFileError
 */
export const unpackBlock = (packed: Buffer, placed: (byte: number) => HvFilePlace): Buffer => {
  if (packed.length === BLOCK_BYTES) return packed;
  const block = Buffer.alloc(BLOCK_BYTES);
  let read = 0;
  let written = 0;
  const damaged = (what: string): HvFileError =>
    new HvFileError('structure', `A block of memory ${what}`, placed(read));
  const room = (bytes: number): Buffer => {
    if (bytes > BLOCK_BYTES - written) throw damaged('holds more than 1 MiB');
    written += bytes;
    return block.subarray(written - bytes, written);
  };
  const take = (bytes: number): Buffer => {
    if (bytes > packed.length - read) throw damaged('ends in the middle of a page');
    read += bytes;
    return packed.subarray(read - bytes, read);
  };
  const takeUInt32 = (): number => take(4).readUInt32LE();
  while (read < packed.length) {
    const head = takeUInt32();
    if (head === END) break;
    if (head === FILL || head === FILL_MANY) {
      const pattern = take(8);
      room((head === FILL ? 1 : takeUInt32()) * PAGE_BYTES).fill(pattern);
      continue;
    }
    const size = head === SIZED ? takeUInt32() : PAGE_BYTES;
    const own = head === SIZED ? takeUInt32() : head;
    const from = read;
    const source = take(own);
    const target = room(size);
    if (own === size) source.copy(target);
    else unpackXpress(source, target, (byte) => placed(from + byte));
  }
  if (written !== BLOCK_BYTES) throw damaged(`holds ${written} bytes of 1 MiB`);
  return block;
};
