import { constants, fdatasync, ftruncate, read, type Stats, write } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
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

/** A file that is changed where it lies. */
export interface WritableSource extends OpenSource {
  write(offset: number, data: Buffer): Promise<void>;
  /** Makes the file `bytes` long, which is more than it has, with a hole that reads as zeros. */
  extend(bytes: number): Promise<void>;
  /** What was written before survives a loss of power. */
  sync(): Promise<void>;
}

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

/** The same for a file that is open for reading and writing. */
export const openWritable = async (handle: OpenFile, mode: ReadMode = 'threads'): Promise<WritableSource> => {
  try {
    const source = await sourceOf(handle, mode);
    const { dev, ino, mtimeMs } = await handle.stat();
    return new HeldFile(handle, source, `${dev}:${ino}`, mtimeMs);
  } catch (error) {
    await handle.close();
    throw error;
  }
};

/** Closes when the last call is done: the number of a closed file soon is another file's. */
class HeldSource implements OpenSource {
  readonly file: string;
  readonly changed: number;
  readonly #handle: OpenFile;
  readonly #source: ByteSource;
  #calls = 0;
  #idle: (() => void) | null = null;
  #closed: Promise<void> | null = null;

  constructor(handle: OpenFile, source: ByteSource, file: string, changed: number) {
    this.file = file;
    this.changed = changed;
    this.#handle = handle;
    this.#source = source;
  }

  get size(): number {
    return this.#source.size;
  }

  read(offset: number, length: number, what: string): Promise<Buffer> {
    return this.held(() => this.#source.read(offset, length, what));
  }

  fill(offset: number, into: Buffer, what: string): Promise<void> {
    return this.held(() => this.#source.fill(offset, into, what));
  }

  fillNow(offset: number, into: Buffer, what: string): boolean {
    return this.#closed === null && this.#source.fillNow?.(offset, into, what) === true;
  }

  protected async held<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed !== null) throw new Error('The file is closed.');
    this.#calls++;
    try {
      return await work();
    } finally {
      this.#calls--;
      if (this.#calls === 0) this.#idle?.();
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    if (this.#calls > 0)
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    await this.#handle.close();
  }
}

const sourceOf = async (
  handle: OpenFile,
  mode: ReadMode = 'threads',
): Promise<ByteSource & { grown(bytes: number): void }> => {
  const stat = await handle.stat();
  if (!stat.isFile()) throw new DiskFormatError('It is no plain file.');
  let { size } = stat;
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
    get size() {
      return size;
    },
    grown: (bytes) => {
      size = bytes;
    },
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

class HeldFile extends HeldSource implements WritableSource {
  readonly #fd: number;
  readonly #source: { grown(bytes: number): void };

  constructor(handle: OpenFile, source: ByteSource & { grown(bytes: number): void }, file: string, changed: number) {
    super(handle, source, file, changed);
    this.#fd = handle.fd;
    this.#source = source;
  }

  write(offset: number, data: Buffer): Promise<void> {
    return this.held(async () => {
      for (let done = 0; done < data.length; )
        done += (await writeInThread(this.#fd, data, done, data.length - done, offset + done)).bytesWritten;
    });
  }

  extend(bytes: number): Promise<void> {
    return this.held(async () => {
      await truncateInThread(this.#fd, bytes);
      this.#source.grown(bytes);
    });
  }

  sync(): Promise<void> {
    return this.held(() => syncInThread(this.#fd));
  }
}

const writeInThread = promisify(write);
const truncateInThread = promisify(ftruncate);
const syncInThread = promisify(fdatasync);

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
