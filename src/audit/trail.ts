import { writeSync } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { auditFiles, fileName } from './files.ts';
import { type AuditEntry, chain, fault, lineOf, parseRecord, START, type TrailHead } from './record.ts';

export interface TrailOptions {
  readonly directory: string;
  /** A file that has this many bytes is followed by a new one. */
  readonly rotateBytes?: number;
  /** Files that are kept; the oldest goes when there are more. */
  readonly keepFiles?: number;
  /** Records are on the disk after this time at the latest; in the kernel's hands, where a crash of ours loses none, at once. */
  readonly syncMs?: number;
  readonly now?: () => Date;
  /** A trail that cannot be written is told here, once until it can be again. */
  readonly onFailure: (error: unknown) => void;
}

/** A trail that cannot be continued: somebody must look at it. */
export class AuditTrailError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AuditTrailError';
  }
}

/** Records that wait for a disk that does not take them; more are counted and told. */
const MAXIMUM_WAITING = 10_000;

/** Where the end of the last file is looked for: no record is longer. */
const TAIL_BYTES = 64 * 1024;

/**
 * Appends records to files that only grow, each record chained to the one before it by its hash. `append` never throws:
 * what it was given is in the kernel's hands when it returns, in order, and a disk that refuses makes it wait, not get lost.
 */
export class AuditTrail {
  readonly #options: Required<TrailOptions>;
  #head: TrailHead;
  #file: FileHandle;
  #bytes: number;
  #waiting: string[] = [];
  #rotating: Promise<void> | null = null;
  #unsynced = false;
  #failing = false;
  #lost = 0;
  readonly #timer: NodeJS.Timeout;

  private constructor(options: Required<TrailOptions>, file: FileHandle, bytes: number, head: TrailHead) {
    this.#options = options;
    this.#file = file;
    this.#bytes = bytes;
    this.#head = head;
    this.#timer = setInterval(() => void this.#tick(), options.syncMs).unref();
  }

  /**
   * Continues the trail of a directory. A last line that a crash cut in half is taken away; it was never acknowledged.
   * @throws AuditTrailError when the end of the trail is no record: it was changed by somebody else
   */
  static async open(options: TrailOptions): Promise<AuditTrail> {
    const whole: Required<TrailOptions> = {
      rotateBytes: 16 << 20,
      keepFiles: 64,
      syncMs: 1000,
      now: () => new Date(),
      ...options,
    };
    await mkdir(whole.directory, { recursive: true, mode: 0o700 });
    const files = await auditFiles(whole.directory);
    for (const path of files.toReversed()) {
      const file = await open(path, 'r+');
      const end = await readEnd(file, path).catch(async (error: unknown) => {
        await file.close();
        throw error;
      });
      if (end !== null) return new AuditTrail(whole, file, end.bytes, end.head);
      // Made, and not yet written to, when the service went down.
      await file.close();
      await rm(path);
    }
    return new AuditTrail(whole, await create(whole.directory, START), 0, START);
  }

  /** The last record. */
  get head(): TrailHead {
    return this.#head;
  }

  append(entry: AuditEntry): void {
    if (this.#waiting.length >= MAXIMUM_WAITING) {
      this.#lost += 1;
      return;
    }
    if (this.#lost > 0 && entry.what !== LOST) this.#tellLost();
    const record = chain(this.#head, entry, this.#options.now());
    this.#head = record;
    this.#waiting.push(lineOf(record));
    // A disk that refused is asked again by the clock, not by every record.
    if (!this.#failing) this.#write();
  }

  /** Resolves when all that was appended is on the disk, or cannot get there. */
  async flush(): Promise<void> {
    this.#write();
    while (this.#rotating !== null) await this.#rotating;
    await this.#sync();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
    await this.#file.close();
  }

  #tellLost(): void {
    const lost = this.#lost;
    this.#lost = 0;
    this.append({
      kind: 'denied',
      who: '',
      from: 'local',
      protocol: 'audit',
      what: LOST,
      objects: [],
      result: String(lost),
      requestId: null,
    });
  }

  /** Only a full file is worth a wait: a record is less work for the kernel than waking a thread that writes it would be. */
  #write(): void {
    while (this.#rotating === null && this.#waiting.length > 0) {
      const count = this.#fitting();
      if (count === 0) {
        this.#rotating = this.#rotated(this.#waiting[0] ?? '');
        return;
      }
      try {
        this.#put(Buffer.from(this.#waiting.slice(0, count).join('')));
      } catch (error) {
        this.#tellFailure(error);
        return;
      }
      this.#waiting = this.#waiting.slice(count);
      this.#failing = false;
    }
  }

  async #rotated(firstLine: string): Promise<void> {
    try {
      await this.#rotate(firstLine);
    } catch (error) {
      this.#rotating = null;
      this.#tellFailure(error);
      return;
    }
    this.#rotating = null;
    this.#write();
  }

  /** How many of the waiting lines the file has room for; one that is larger than a file gets one of its own. */
  #fitting(): number {
    let bytes = this.#bytes;
    let count = 0;
    for (const line of this.#waiting) {
      bytes += Buffer.byteLength(line);
      if (bytes > this.#options.rotateBytes && bytes > Buffer.byteLength(line)) break;
      count += 1;
    }
    return count;
  }

  /** At a place of our own, so that a write that failed half-way is written over by the next try. */
  #put(bytes: Buffer): void {
    let done = 0;
    while (done < bytes.length) {
      done += writeSync(this.#file.fd, bytes, done, bytes.length - done, this.#bytes + done);
    }
    this.#bytes += bytes.length;
    this.#unsynced = true;
  }

  async #rotate(firstLine: string): Promise<void> {
    const seq = parseRecord(firstLine)?.seq ?? this.#head.seq;
    const next = await create(this.#options.directory, { seq: seq - 1, hash: '' });
    await this.#file.sync();
    await this.#file.close();
    this.#file = next;
    this.#bytes = 0;
    const files = await auditFiles(this.#options.directory);
    for (const old of files.slice(0, Math.max(0, files.length - this.#options.keepFiles)))
      await rm(old, { force: true });
  }

  async #tick(): Promise<void> {
    this.#write();
    await this.#sync();
  }

  async #sync(): Promise<void> {
    if (!this.#unsynced || this.#rotating !== null) return;
    this.#unsynced = false;
    try {
      await this.#file.datasync();
    } catch (error) {
      this.#unsynced = true;
      this.#tellFailure(error);
    }
  }

  #tellFailure(error: unknown): void {
    if (!this.#failing) this.#options.onFailure(error);
    this.#failing = true;
  }
}

/** A record that says how many there was no room for. */
const LOST = 'records lost';

const create = async (directory: string, after: TrailHead): Promise<FileHandle> => {
  const file = await open(join(directory, fileName(after.seq + 1)), 'w', 0o600);
  const folder = await open(directory, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  return file;
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
