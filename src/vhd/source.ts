import { constants, read, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { DiskFormatError } from './disk-info.ts';
import { QuickReads } from './quick-reads.ts';

/** Structures of disk files are small; whoever asks for more has believed a length in a file. */
const MAX_READ = 16 * 1024 * 1024;

/** A file of a known size, read in pieces that lie inside of it. */
export interface ByteSource {
  readonly size: number;
  /** All `length` bytes; DiskFormatError where the file has fewer. */
  read(offset: number, length: number, what: string): Promise<Buffer>;
  /** Fills all of `into`; for data, which may be larger than any structure. */
  fill(offset: number, into: Buffer, what: string): Promise<void>;
  /** The same at once, where that is quick; false: not now, it takes `fill`. Throws what `fill` rejects with. */
  fillNow?(offset: number, into: Buffer, what: string): boolean;
}

/** A source that keeps its file open. `file` identifies it on this host, whatever its names are. */
export interface OpenSource extends ByteSource {
  readonly file: string;
  /** Last change of the file, in milliseconds since 1970. */
  readonly changed: number;
  close(): Promise<void>;
}

/** What of an open file is used: a FileHandle, or a descriptor that was inherited. */
export type OpenFile = Pick<FileHandle, 'fd' | 'close'> & {
  stat(): Promise<Pick<Stats, 'isFile' | 'size' | 'dev' | 'ino' | 'mtimeMs'>>;
};

/**
 * How data are read. `waiting`: the process stops until the kernel has them (quick-reads.ts); only for a process that does
 * nothing but serve one disk.
 */
export type ReadMode = 'threads' | 'waiting';

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

/** Takes the handle over; it is closed when the file cannot be used, or by `close`. */
export const openSource = async (handle: OpenFile, mode: ReadMode = 'threads'): Promise<OpenSource> => {
  try {
    const source = await sourceOf(handle, mode);
    const { dev, ino, mtimeMs } = await handle.stat();
    return new HeldSource(handle, source, `${dev}:${ino}`, mtimeMs);
  } catch (error) {
    await handle.close();
    throw error;
  }
};

/** Closes when the last read is done: the number of a closed file soon is another file's. */
class HeldSource implements OpenSource {
  readonly file: string;
  readonly changed: number;
  readonly size: number;
  readonly #handle: OpenFile;
  readonly #source: ByteSource;
  #reads = 0;
  #idle: (() => void) | null = null;
  #closed: Promise<void> | null = null;

  constructor(handle: OpenFile, source: ByteSource, file: string, changed: number) {
    this.file = file;
    this.changed = changed;
    this.size = source.size;
    this.#handle = handle;
    this.#source = source;
  }

  read(offset: number, length: number, what: string): Promise<Buffer> {
    return this.#held(() => this.#source.read(offset, length, what));
  }

  fill(offset: number, into: Buffer, what: string): Promise<void> {
    return this.#held(() => this.#source.fill(offset, into, what));
  }

  fillNow(offset: number, into: Buffer, what: string): boolean {
    return this.#closed === null && this.#source.fillNow?.(offset, into, what) === true;
  }

  async #held<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed !== null) throw new Error('The file is closed.');
    this.#reads++;
    try {
      return await work();
    } finally {
      this.#reads--;
      if (this.#reads === 0) this.#idle?.();
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    if (this.#reads > 0)
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    await this.#handle.close();
  }
}

const sourceOf = async (handle: OpenFile, mode: ReadMode = 'threads'): Promise<ByteSource> => {
  const stat = await handle.stat();
  if (!stat.isFile()) throw new DiskFormatError('It is no plain file.');
  const { size } = stat;
  const { fd } = handle;
  const check = (offset: number, length: number, what: string): void => {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + length > size) throw outside(what, offset, size);
  };
  const shorter = (what: string, at: number): DiskFormatError =>
    new DiskFormatError(`The file became shorter while ${what} was read`, at);
  const fill = async (offset: number, into: Buffer, what: string): Promise<void> => {
    check(offset, into.length, what);
    for (let done = 0; done < into.length; ) {
      const bytesRead = await readInThread(fd, into, done, offset + done);
      if (bytesRead === 0) throw shorter(what, offset + done);
      done += bytesRead;
    }
  };
  const quick = mode === 'waiting' ? new QuickReads(fd) : null;
  const fillNow = (offset: number, into: Buffer, what: string): boolean => {
    check(offset, into.length, what);
    for (let done = 0; done < into.length; ) {
      const bytesRead = quick?.read(into, done, offset + done) ?? null;
      if (bytesRead === null) return false;
      if (bytesRead === 0) throw shorter(what, offset + done);
      done += bytesRead;
    }
    return true;
  };
  return {
    size,
    fill,
    fillNow,
    read: async (offset, length, what) => {
      if (length > MAX_READ || offset + length > size) throw outside(what, offset, size);
      const bytes = Buffer.alloc(length);
      await fill(offset, bytes, what);
      return bytes;
    },
  };
};

const outside = (what: string, offset: number, size: number): DiskFormatError =>
  new DiskFormatError(
    `${what} lies outside of the file of ${size} bytes`,
    Number.isSafeInteger(offset) ? offset : null,
  );

const readInThread = (fd: number, into: Buffer, done: number, position: number): Promise<number> =>
  new Promise((resolve, reject) => {
    read(fd, into, done, into.length - done, position, (error, bytesRead) => {
      if (error === null) resolve(bytesRead);
      else reject(error);
    });
  });

/** A 64-bit field as a number; files beyond 2^53 bytes do not exist. */
export const readSize = (value: bigint, what: string, offset: number): number => {
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new DiskFormatError(`${what} is ${value}, which cannot be`, offset);
  return Number(value);
};
