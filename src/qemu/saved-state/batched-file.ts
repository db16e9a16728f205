import type { FileHandle } from 'node:fs/promises';

/** What may wait for the file; whoever has more waits, and so does QEMU in the end. */
const WAITING_BYTES = 1024 * 1024;
/** The disk is made to work when this much is in the page cache, not only at the end. */
const SYNC_BYTES = 64 * 1024 * 1024;

type Written = Pick<FileHandle, 'writev' | 'datasync'>;

/** One sync under way in the whole service: each takes a thread of the few that Node has for all files. */
let syncing = false;

/**
 * A file that is written from its present position on, in as few calls as the stream allows: what comes while a call is under
 * way goes into the next one. The disk takes what is there meanwhile, so that little is left for the last sync.
 */
export class BatchedFile {
  readonly #handle: Written;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #unsyncedBytes = 0;
  #writing: Promise<void> | null = null;
  #sync: Promise<void> | null = null;
  /** A sync tells an error once: what one in between was told counts. */
  #failure: { readonly error: unknown } | null = null;

  constructor(handle: Written) {
    this.#handle = handle;
  }

  /** Resolves when more may come. Rejects when the file cannot be written, this time or before. */
  async write(chunk: Buffer): Promise<void> {
    this.#check();
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    this.#writing ??= this.#drain();
    if (this.#waitingBytes >= WAITING_BYTES) await this.#writing;
    this.#check();
  }

  /** Everything is in the file, and nothing of ours works on it any more; the caller syncs the rest. Rejects as `write`. */
  async finish(): Promise<void> {
    await this.#writing;
    await this.#sync;
    this.#check();
  }

  #check(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  async #drain(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#waiting;
        this.#unsyncedBytes += this.#waitingBytes;
        this.#waiting = [];
        this.#waitingBytes = 0;
        await writeAll(this.#handle, batch);
        this.#syncMeanwhile();
      }
    } catch (error) {
      this.#failure ??= { error };
    } finally {
      this.#writing = null;
    }
  }

  #syncMeanwhile(): void {
    if (syncing || this.#unsyncedBytes < SYNC_BYTES) return;
    syncing = true;
    this.#unsyncedBytes = 0;
    this.#sync = this.#handle
      .datasync()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        syncing = false;
      });
  }
}

async function writeAll(handle: Written, buffers: readonly Buffer[]): Promise<void> {
  let rest = [...buffers];
  while (rest.length > 0) {
    let { bytesWritten } = await handle.writev(rest);
    const at = rest.findIndex((buffer) => {
      if (bytesWritten < buffer.length) return true;
      bytesWritten -= buffer.length;
      return false;
    });
    const [first, ...others] = at < 0 ? [] : rest.slice(at);
    rest = first === undefined ? [] : [first.subarray(bytesWritten), ...others];
  }
}
