import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * Reads a file from a directory that QEMU's user writes: no link is followed, nothing but a regular file is read (a FIFO
 * would hold us for ever), and never more than `limit` bytes. Rejects with Error.
 */
export async function readUntrusted(file: string, limit: number): Promise<Buffer> {
  await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const { size } = await handle.stat().then((found) => {
    if (!found.isFile()) throw new Error('not a regular file');
    return found;
  });
  if (size > limit) throw new Error(`a file of more than ${limit} bytes`);
  const bytes = Buffer.alloc(size);
  const { bytesRead } = await handle.read(bytes, 0, size, 0);
  return bytes.subarray(0, bytesRead);
}
