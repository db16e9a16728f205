import { write as writeFile } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { auditFiles, fileName } from './files.ts';
import { fault, parseRecord, type TrailHead } from './record.ts';

/** A trail that cannot be continued: somebody must look at it. */
export class AuditTrailError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AuditTrailError';
  }
}

/** Where the end of the last file is looked for: no record is longer, of its 25 texts of 503 characters and 20 names of 103 with 6 bytes each. */
const TAIL_BYTES = 128 * 1024;

/** What nobody waited for to be on the disk lies behind this, by far: it is synced each second. */
const UNSYNCED_BYTES = 4 << 20;

/** The last file of a trail, to which lines are appended; then the one that follows it. */
export class TrailFile {
  readonly #directory: string;
  #file: FileHandle;
  #bytes: number;
  #unsynced = false;

  private constructor(directory: string, file: FileHandle, bytes: number) {
    this.#directory = directory;
    this.#file = file;
    this.#bytes = bytes;
  }

  /**
   * The last file of a directory and its last record; null: it is the first one, and empty. `cut`: what a power cut left out of
   * the end is taken away with all that follows it. @throws AuditTrailError
   */
  static async open(
    directory: string,
  ): Promise<{ readonly file: TrailFile; readonly head: TrailHead | null; readonly cut: boolean }> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const files = await auditFiles(directory);
    let cut = false;
    for (const path of files.toReversed()) {
      const file = await open(path, 'r+');
      try {
        cut = (await cutHole(file)) || cut;
        const end = await readEnd(file, path);
        if (end !== null) return { file: new TrailFile(directory, file, end.bytes), head: end.head, cut };
      } catch (error) {
        await file.close();
        throw error;
      }
      // Made, and not yet written to, when the service went down.
      await file.close();
      await rm(path);
    }
    return { file: new TrailFile(directory, await create(directory, 1), 0), head: null, cut };
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** At a place of our own, so that a write that failed half-way is written over by the next try. */
  async append(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += await write(this.#file.fd, bytes, done, this.#bytes + done);
    this.#bytes += bytes.length;
    this.#unsynced = true;
  }

  /** What was appended is on the disk afterwards. */
  async sync(): Promise<void> {
    if (!this.#unsynced) return;
    this.#unsynced = false;
    try {
      await this.#file.datasync();
    } catch (error) {
      this.#unsynced = true;
      throw error;
    }
  }

  /** Appends to a new file from now on, whose first record is this one. One that failed may be tried again. */
  async follow(firstSeq: number): Promise<void> {
    const next = await create(this.#directory, firstSeq);
    try {
      await this.#file.sync();
    } catch (error) {
      await next.close();
      throw error;
    }
    const last = this.#file;
    this.#file = next;
    this.#bytes = 0;
    this.#unsynced = false;
    await last.close();
  }

  async remove(files: readonly string[]): Promise<void> {
    for (const file of files) await rm(file, { force: true });
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Without the objects that a `FileHandle` makes for each write: this one is on the way of each change's answer. */
const write = (fd: number, bytes: Buffer, from: number, at: number): Promise<number> =>
  new Promise((resolve, reject) => {
    writeFile(fd, bytes, from, bytes.length - from, at, (error, written) =>
      error === null ? resolve(written) : reject(error),
    );
  });

const create = async (directory: string, firstSeq: number): Promise<FileHandle> => {
  const file = await open(join(directory, fileName(firstSeq)), 'w', 0o600);
  try {
    await using folder = await open(directory, 'r');
    await folder.sync();
  } catch (error) {
    await file.close();
    throw error;
  }
  return file;
};

/**
 * Blocks that the disk did not get before the power went read as zeros, which no record holds. What follows them is worth
 * nothing: it is chained to what they held.
 */
const cutHole = async (file: FileHandle): Promise<boolean> => {
  const { size } = await file.stat();
  const piece = Buffer.alloc(64 * 1024);
  for (let at = Math.max(0, size - UNSYNCED_BYTES); at < size; ) {
    const { bytesRead } = await file.read(piece, 0, piece.length, at);
    if (bytesRead === 0) return false;
    const zero = piece.subarray(0, bytesRead).indexOf(0);
    if (zero >= 0) {
      await file.truncate(at + zero);
      return true;
    }
    at += bytesRead;
  }
  return false;
};

/** The last record of a file and where it ends; null: the file has none. Cuts off what a crash left half-written. */
const readEnd = async (
  file: FileHandle,
  path: string,
): Promise<{ readonly head: TrailHead; readonly bytes: number } | null> => {
  const { size } = await file.stat();
  const length = Math.min(size, TAIL_BYTES);
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
  const newline = buffer.lastIndexOf(0x0a);
  if (newline < 0) {
    if (size >= TAIL_BYTES) throw tampered(path);
    return null;
  }
  const bytes = size - length + newline + 1;
  if (bytes < size) await file.truncate(bytes);
  const before = newline === 0 ? -1 : buffer.lastIndexOf(0x0a, newline - 1);
  const record = parseRecord(buffer.toString('utf8', before + 1, newline));
  if (record === null || fault(record, null) !== null) throw tampered(path);
  return { head: record, bytes };
};

const tampered = (path: string): AuditTrailError =>
  new AuditTrailError(
    `The end of the audit trail ${path} is damaged or was changed. Run vsms audit verify, keep a copy of the folder, and move it away; a new trail begins then.`,
  );
