import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { HvFileError } from './error.ts';

/** A file of a known size, read in pieces that lie inside of it. */
export interface ByteSource {
  readonly size: number;
  /** All `length` bytes, not shared with anybody. Rejects with HvFileError where the file has fewer. */
  read(offset: number, length: number, what: string): Promise<Buffer>;
}

/** @throws HvFileError unless [offset, offset + length) lies inside of `size` bytes */
export const checkRange = (size: number, offset: number, length: number, what: string): void => {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0)
    throw new HvFileError('bounds', `${what} has an impossible place or length`, { offset: Math.max(0, offset) });
  if (offset + length > size)
    throw new HvFileError('bounds', `${what} ends at ${offset + length}, beyond the end of the file of ${size} bytes`, {
      offset,
    });
};

/** A 64-bit field as a number; files beyond 2^53 bytes do not exist. */
export const sizeOf = (value: bigint, what: string, offset: number): number => {
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new HvFileError('bounds', `${what} is ${value}, which cannot be`, { offset });
  return Number(value);
};

export const bufferSource = (bytes: Buffer): ByteSource => ({
  size: bytes.length,
  read: async (offset, length, what) => {
    checkRange(bytes.length, offset, length, what);
    return Buffer.from(bytes.subarray(offset, offset + length));
  },
});

/** The caller keeps the handle and closes it. Rejects with HvFileError for what is no plain file. */
export const handleSource = async (handle: FileHandle): Promise<ByteSource> => {
  const stat = await handle.stat();
  if (!stat.isFile()) throw new HvFileError('structure', 'It is no plain file', { offset: 0 });
  const { size } = stat;
  return {
    size,
    read: async (offset, length, what) => {
      checkRange(size, offset, length, what);
      const bytes = Buffer.alloc(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0)
          throw new HvFileError('bounds', `The file became shorter while ${what} was read`, { offset: offset + done });
        done += bytesRead;
      }
      return bytes;
    },
  };
};

/** Runs with the file open for reading; a `handle` of the caller, who confined the path, is used and stays open. */
export const withFile = async <T>(
  file: string,
  handle: FileHandle | null,
  run: (source: ByteSource) => Promise<T>,
): Promise<T> => {
  if (handle !== null) return run(await handleSource(handle));
  // O_NONBLOCK: a FIFO must not keep us waiting for its other end.
  const own = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return await run(await handleSource(own));
  } finally {
    await own.close();
  }
};
