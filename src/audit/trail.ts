import { auditFiles } from './files.ts';
import { type AuditEntry, chain, START, type TrailHead } from './record.ts';
import { TrailFile } from './trail-file.ts';

export interface TrailOptions {
  readonly directory: string;
  /** A file that has this many bytes is followed by a new one. */
  readonly rotateBytes?: number;
  /** Files that are kept; the oldest goes when there are more. */
  readonly keepFiles?: number;
  /** Records are on the disk after this time at the latest; in the kernel's hands, where a crash of ours loses none, before. */
  readonly syncMs?: number;
  /** A disk that holds a record for longer than this is one that refuses: nobody waits for it any more. */
  readonly patienceMs?: number;
  readonly now?: () => Date;
  /** A trail that cannot be written is told here, once until it can be again. */
  readonly onFailure: (error: unknown) => void;
}

/** Records that wait for a disk that does not take them; more are counted and told. */
const MAXIMUM_WAITING = 10_000;

/** How many lines go to the disk in one piece. */
const MOST_LINES = 500;

interface Waiting {
  readonly seq: number;
  readonly line: string;
  /** Nobody has to wait any longer. */
  readonly done: () => void;
}

/** A record that says how many there was no room for, or why else some are missing. */
const LOST = 'records lost';

/**
 * Appends records to files that only grow, each record chained to the one before it by its hash, in the order of `append`.
 * Nothing here blocks: one write is under way at a time, what comes meanwhile goes with the next one.
 */
export class AuditTrail {
  readonly #options: Required<TrailOptions>;
  readonly #file: TrailFile;
  #head: TrailHead;
  #waiting: Waiting[] = [];
  /** The work under way that empties `#waiting`. */
  #writing: Promise<void> | null = null;
  #writingSince = 0;
  #soon = false;
  #syncing: Promise<void> = Promise.resolve();
  /** The disk refuses, or takes too long: records wait, and nobody waits for them. */
  #failing = false;
  #lost = 0;
  readonly #timers: readonly NodeJS.Timeout[];

  private constructor(options: Required<TrailOptions>, file: TrailFile, head: TrailHead) {
    this.#options = options;
    this.#file = file;
    this.#head = head;
    this.#timers = [
      setInterval(() => this.#tick(), options.syncMs).unref(),
      setInterval(() => this.#watch(), options.patienceMs / 2).unref(),
    ];
  }

  /**
   * Continues the trail of a directory. A last line that a crash cut in half is taken away; it was never acknowledged. So is
   * what a power cut kept from the disk, at most one second's, and a record tells that.
   * @throws AuditTrailError when the end of the trail is no record: it was changed by somebody else
   */
  static async open(options: TrailOptions): Promise<AuditTrail> {
    const whole: Required<TrailOptions> = {
      rotateBytes: 16 << 20,
      keepFiles: 64,
      syncMs: 1000,
      patienceMs: 1000,
      now: () => new Date(),
      ...options,
    };
    const { file, head, cut } = await TrailFile.open(whole.directory);
    const trail = new AuditTrail(whole, file, head ?? START);
    if (cut) {
      trail.#tellLost('by a power cut');
      trail.#writeSoon();
    }
    return trail;
  }

  /** The last record. */
  get head(): TrailHead {
    return this.#head;
  }

  /**
   * Never rejects. Resolves when the record, and so each one before it, is in the kernel's hands; where the disk refuses it or
   * takes longer than `patienceMs`, at once: it waits here then, in its place, and goes as soon as it can.
   */
  append(entry: AuditEntry): Promise<void> {
    if (this.#waiting.length >= MAXIMUM_WAITING) {
      this.#lost += 1;
      return Promise.resolve();
    }
    if (this.#lost > 0) {
      const lost = String(this.#lost);
      this.#lost = 0;
      this.#tellLost(lost);
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#enqueue(entry, resolve);
    // A disk that refused is asked again by the clock, not by every record.
    if (this.#failing) resolve();
    else this.#writeSoon();
    return promise;
  }

  /** Resolves when all that was appended is on the disk, or cannot get there. */
  async flush(): Promise<void> {
    await this.#writing;
    this.#write();
    await this.#writing;
    await this.#sync();
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.flush();
    await this.#file.close();
  }

  #enqueue(entry: AuditEntry, done: () => void): void {
    const { seq, hash, line } = chain(this.#head, entry, this.#options.now());
    this.#head = { seq, hash };
    this.#waiting.push({ seq, line, done });
  }

  #tellLost(result: string): void {
    this.#enqueue(
      { kind: 'denied', who: '', from: 'local', protocol: 'audit', what: LOST, objects: [], result, requestId: null },
      () => undefined,
    );
  }

  /** What one commit of the store let end together goes together. */
  #writeSoon(): void {
    if (this.#soon || this.#writing !== null) return;
    this.#soon = true;
    setImmediate(() => {
      this.#soon = false;
      this.#write();
    });
  }

  #write(): void {
    if (this.#writing !== null || this.#waiting.length === 0) return;
    this.#writing = this.#writeAll().finally(() => (this.#writing = null));
  }

  async #writeAll(): Promise<void> {
    try {
      for (;;) {
        this.#writingSince = performance.now();
        const [first] = this.#waiting;
        if (first === undefined) return;
        const lines = this.#fitting();
        if (lines.length === 0) await this.#rotate(first.seq);
        else {
          await this.#file.append(lines.map(({ line }) => line).join(''));
          this.#waiting = this.#waiting.slice(lines.length);
          for (const { done } of lines) done();
        }
        this.#failing = false;
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The waiting lines that the file has room for; one that is larger than a file gets one of its own. */
  #fitting(): readonly Waiting[] {
    let bytes = this.#file.bytes;
    let count = 0;
    for (const { line } of this.#waiting.slice(0, MOST_LINES)) {
      const length = Buffer.byteLength(line);
      if (bytes > 0 && bytes + length > this.#options.rotateBytes) break;
      bytes += length;
      count += 1;
    }
    return this.#waiting.slice(0, count);
  }

  async #rotate(firstSeq: number): Promise<void> {
    await this.#syncing;
    await this.#file.follow(firstSeq);
    const files = await auditFiles(this.#options.directory);
    await this.#file.remove(files.slice(0, Math.max(0, files.length - this.#options.keepFiles)));
  }

  #tick(): void {
    this.#write();
    void this.#sync();
  }

  /** One at a time: a disk that does not answer holds one thread by this, and one by a write. */
  #sync(): Promise<void> {
    this.#syncing = this.#syncing.then(() => this.#file.sync()).catch((error: unknown) => this.#fail(error));
    return this.#syncing;
  }

  #watch(): void {
    if (this.#writing === null || performance.now() - this.#writingSince < this.#options.patienceMs) return;
    this.#fail(new Error(`the disk has not taken a record for ${this.#options.patienceMs} ms`));
  }

  #fail(error: unknown): void {
    if (!this.#failing) this.#options.onFailure(error);
    this.#failing = true;
    for (const { done } of this.#waiting) done();
  }
}
