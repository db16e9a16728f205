import { constants } from 'node:fs';
import { copyFile as copyByKernel, type FileHandle, open } from 'node:fs/promises';
import { isZero, PIECE_BYTES } from '../../vhd/zeros.ts';

export interface FileCopyOptions {
  readonly signal?: AbortSignal;
  /** Bytes of the file that are done, holes included. */
  readonly progress?: (done: number) => void;
  readonly mode?: number;
}

/**
 * Copies a plain file into a new one that is durable when this resolves; zeros become holes, and where the file system
 * can share blocks nothing is copied at all. Rejects with EEXIST when the target is there; after any other failure the
 * unfinished target is the caller's to remove.
 */
export const copyFile = async (source: FileHandle, target: string, options: FileCopyOptions = {}): Promise<void> => {
  const { progress, mode = 0o640 } = options;
  const { size } = await source.stat();
  const shared = await share(source, target);
  const flags = shared ? constants.O_RDWR : constants.O_RDWR | constants.O_CREAT | constants.O_EXCL;
  const written = await open(target, flags | constants.O_NOFOLLOW, mode);
  try {
    if (shared) await written.chmod(mode);
    else await copyContent(source, written, size, options);
    await written.sync();
    progress?.(size);
  } finally {
    await written.close();
  }
};

/** A reflink, where both lie on a file system that has them; what fails leaves nothing behind. */
const share = async (source: FileHandle, target: string): Promise<boolean> => {
  try {
    await copyByKernel(
      `/proc/self/fd/${source.fd}`,
      target,
      constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE,
    );
    return true;
  } catch {
    return false;
  }
};

const copyContent = async (
  source: FileHandle,
  written: FileHandle,
  size: number,
  { signal, progress }: FileCopyOptions,
): Promise<void> => {
  await written.truncate(size);
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  for (let at = 0; at < size; ) {
    signal?.throwIfAborted();
    const { bytesRead } = await source.read(piece, 0, Math.min(PIECE_BYTES, size - at), at);
    // It became shorter: the rest is zeros already, as of a disk that was truncated.
    if (bytesRead === 0) break;
    const data = piece.subarray(0, bytesRead);
    if (!isZero(data)) await writeAll(written, data, at);
    at += bytesRead;
    progress?.(at);
  }
};

const writeAll = async (file: FileHandle, data: Buffer, at: number): Promise<void> => {
  for (let done = 0; done < data.length; ) {
    const { bytesWritten } = await file.write(data, done, data.length - done, at + done);
    done += bytesWritten;
  }
};
