import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { DiskFormatError } from './disk-info.ts';

/** Structures of disk files are small; whoever asks for more has believed a length in a file. */
const MAX_READ = 16 * 1024 * 1024;

/** A file of a known size, read in pieces that lie inside of it. */
export interface ByteSource {
  readonly size: number;
  /** All `length` bytes; DiskFormatError where the file has fewer. */
  read(offset: number, length: number, what: string): Promise<Buffer>;
}

/** Runs with the file open for reading; `handle` of the caller is used and stays open when given. */
export const withSource = async <T>(
  file: string,
  handle: FileHandle | null,
  run: (source: ByteSource) => Promise<T>,
): Promise<T> => {
  if (handle !== null) return run(await sourceOf(handle));
  // O_NONBLOCK: a FIFO must not keep us waiting for its other end.
  const own = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return await run(await sourceOf(own));
  } finally {
    await own.close();
  }
};

const sourceOf = async (handle: FileHandle): Promise<ByteSource> => {
  const stat = await handle.stat();
  if (!stat.isFile()) throw new DiskFormatError('It is no plain file.');
  const { size } = stat;
  return {
    size,
    read: async (offset, length, what) => {
      if (!Number.isSafeInteger(offset) || offset < 0 || length > MAX_READ || offset + length > size)
        throw new DiskFormatError(
          `${what} lies outside of the file of ${size} bytes`,
          Number.isSafeInteger(offset) ? offset : null,
        );
      const bytes = Buffer.alloc(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0) throw new DiskFormatError(`The file became shorter while ${what} was read`, offset + done);
        done += bytesRead;
      }
      return bytes;
    },
  };
};

/** A 64-bit field as a number; files beyond 2^53 bytes do not exist. */
export const readSize = (value: bigint, what: string, offset: number): number => {
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new DiskFormatError(`${what} is ${value}, which cannot be`, offset);
  return Number(value);
};
