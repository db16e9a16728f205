import { constants } from 'node:fs';
import { copyFile as copyByKernel, type FileHandle, open } from 'node:fs/promises';
import { dataExtents, type FileExtent } from '../../vhd/data-extents.ts';
import { EarlyWrites } from '../../vhd/early-writes.ts';
import { isZero, PIECE_BYTES } from '../../vhd/zeros.ts';

export interface FileCopyOptions {
  readonly signal?: AbortSignal;
  /** Bytes of the file that are done, holes included. */
  readonly progress?: (done: number) => void;
  readonly mode?: number;
}

/**
 * Copies a plain file into a new one that is durable when this resolves; holes are not read, zeros become holes, and where the
 * file system can share blocks nothing is copied at all. It keeps the time of its last change. Rejects with EEXIST when the
 * target is there; after any other failure the unfinished target is the caller's to remove.
 */
export const copyFile = async (source: FileHandle, target: string, options: FileCopyOptions = {}): Promise<void> => {
  const { progress, mode = 0o640 } = options;
  const { size, atime, mtime } = await source.stat();
  const shared = await share(source, target);
  // One that shares blocks has the rights of the source so far, which may forbid to write.
  const flags = shared ? constants.O_RDONLY : constants.O_RDWR | constants.O_CREAT | constants.O_EXCL;
  const written = await open(target, flags | constants.O_NOFOLLOW, mode);
  try {
    if (shared) await written.chmod(mode);
    else await copyContent(source, written, size, options);
    // A differencing VHD knows its parent by that time.
    await written.utimes(atime, mtime);
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
  const early = new EarlyWrites(written);
  const pieces = piecesOf(await dataExtents(source));
  let done = 0;
  // Reading and writing overlap: each lane has a piece of its own in hand.
  const lane = async (): Promise<void> => {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    try {
      for (let next = pieces.next(); next.done !== true; next = pieces.next()) {
        signal?.throwIfAborted();
        const { at, length, hole } = next.value;
        const data = await readPiece(source, piece.subarray(0, length), at);
        if (!isZero(data)) await writeAll(written, data, at);
        early.written(data.length);
        done += hole + data.length;
        progress?.(done);
      }
    } catch (error) {
      // The other lanes have nothing left to do.
      pieces.return();
      throw error;
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane));
  // Nothing writes any more when this rejects.
  const flushed = await Promise.allSettled([early.end()]);
  for (const each of [...lanes, ...flushed]) if (each.status === 'rejected') throw each.reason;
};

/** `hole`: bytes before it that hold nothing. */
function* piecesOf(
  extents: readonly FileExtent[],
): Generator<{ readonly at: number; readonly length: number; readonly hole: number }, void, void> {
  let behind = 0;
  for (const { start, end } of extents)
    for (let at = start; at < end; at = behind) {
      const length = Math.min(PIECE_BYTES, end - at);
      yield { at, length, hole: at - behind };
      behind = at + length;
    }
}

/** Pieces of a megabyte stay in the processor's cache between the read and the write; with larger ones this takes twice as long. */
const LANES = 3;

/** Less than the piece where the file became shorter: the rest is zeros already, as of a disk that was truncated. */
const readPiece = async (source: FileHandle, piece: Buffer, at: number): Promise<Buffer> => {
  let filled = 0;
  while (filled < piece.length) {
    const { bytesRead } = await source.read(piece, filled, piece.length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return piece.subarray(0, filled);
};

const writeAll = async (file: FileHandle, data: Buffer, at: number): Promise<void> => {
  for (let done = 0; done < data.length; ) {
    const { bytesWritten } = await file.write(data, done, data.length - done, at + done);
    done += bytesWritten;
  }
};
