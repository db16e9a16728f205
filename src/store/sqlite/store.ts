import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DISK_FULL, damagedRecord, DomainError } from '../../core/errors.ts';
import type { Store, StoreChange, StoreTable } from '../../core/ports.ts';
import { decodeRecord } from '../codec.ts';
import { closedError, type EncodedChange, encodeChanges } from '../encode-changes.ts';
import type { WorkerReply, WorkerRequest, WorkerStart } from './protocol.ts';
import { StoreRefusal } from './refusal.ts';

/** `.ts` in a checkout, `.js` in a package. */
const EXTENSION = extname(import.meta.filename);

/** More commits than this wait for the next batch, so that the first of a burst is not answered with the last. */
const MAX_BATCH_COMMITS = 512;
const MAX_BATCH_CHARACTERS = 8 * 1024 * 1024;

export interface SqliteStoreOptions {
  /** Module with `MIGRATIONS`, for tests of the migration itself. */
  readonly migrations?: URL;
}

/**
 * Opens or creates the store in the file `path`; its directory must exist. Rejects with StoreRefusal (text for the
 * operator) when another service has it, when it is of a newer schema, or when it cannot be read.
 */
export const openSqliteStore = async (path: string, options: SqliteStoreOptions = {}): Promise<Store> => {
  const start: WorkerStart = {
    path,
    migrations: (options.migrations ?? new URL(`./migrations${EXTENSION}`, import.meta.url)).href,
  };
  const worker = new Worker(new URL(`./worker${EXTENSION}`, import.meta.url), { workerData: start, name: 'store' });
  const link = new WorkerLink(worker);
  const opened = await link.reply();
  if (opened.kind === 'failed') throw new StoreRefusal(opened.message);
  return new SqliteStore(link);
};

/** One question to the thread at a time; its death is an answer too. */
class WorkerLink {
  readonly #worker: Worker;
  #waiting: ((reply: WorkerReply) => void) | null = null;
  #dead: WorkerReply | null = null;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (reply: WorkerReply) => this.#settle(reply));
    worker.on('error', (error) => this.#die(error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => this.#die('the store thread has ended'));
  }

  ask(request: WorkerRequest): Promise<WorkerReply> {
    const reply = this.reply();
    if (this.#dead === null) this.#worker.postMessage(request);
    return reply;
  }

  reply(): Promise<WorkerReply> {
    if (this.#dead !== null) return Promise.resolve(this.#dead);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  #settle(reply: WorkerReply): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.(reply);
  }

  #die(message: string): void {
    this.#dead ??= { kind: 'failed', message, intact: false };
    this.#settle(this.#dead);
  }
}

interface CommitTask {
  readonly kind: 'commit';
  readonly changes: readonly EncodedChange[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface LoadTask {
  readonly kind: 'load';
  readonly table: StoreTable;
  readonly resolve: (records: ReadonlyMap<string, unknown>) => void;
  readonly reject: (error: Error) => void;
}

class SqliteStore implements Store {
  readonly #link: WorkerLink;
  readonly #queue: (CommitTask | LoadTask)[] = [];
  #pumping: Promise<void> | null = null;
  #closing: Promise<void> | null = null;
  #broken: DomainError | null = null;

  constructor(link: WorkerLink) {
    this.#link = link;
  }

  load(table: StoreTable): Promise<ReadonlyMap<string, unknown>> {
    return new Promise((resolve, reject) => this.#enqueue({ kind: 'load', table, resolve, reject }));
  }

  commit(changes: readonly StoreChange[]): Promise<void> {
    return new Promise((resolve, reject) => {
      // Encoded at once: what the caller does to its objects afterwards is not stored.
      const encoded = encodeChanges(changes);
      if (encoded.length === 0 && this.#closing === null) resolve();
      else this.#enqueue({ kind: 'commit', changes: encoded, resolve, reject });
    });
  }

  /** Waits for what was asked before, then closes; may be called twice. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      await this.#pumping;
      await this.#link.ask({ kind: 'close' });
    })();
    return this.#closing;
  }

  #enqueue(task: CommitTask | LoadTask): void {
    if (this.#closing !== null) return task.reject(closedError());
    if (this.#broken !== null) return task.reject(this.#broken);
    this.#queue.push(task);
    this.#pumping ??= this.#pump();
  }

  async #pump(): Promise<void> {
    // One turn, so that callers of the same moment share the first batch too.
    await Promise.resolve();
    for (let task = this.#queue[0]; task !== undefined; task = this.#queue[0]) {
      if (this.#broken !== null) {
        this.#queue.shift();
        task.reject(this.#broken);
      } else if (task.kind === 'load') {
        this.#queue.shift();
        await this.#runLoad(task);
      } else {
        await this.#runBatch(this.#takeBatch());
      }
    }
    // In the same turn as the last look at the queue: a task that comes later starts a new pump.
    this.#pumping = null;
  }

  #takeBatch(): readonly CommitTask[] {
    const batch: CommitTask[] = [];
    let characters = 0;
    for (const task of this.#queue) {
      if (task.kind !== 'commit' || batch.length >= MAX_BATCH_COMMITS || characters >= MAX_BATCH_CHARACTERS) break;
      for (const change of task.changes) characters += change[2]?.length ?? 0;
      batch.push(task);
    }
    this.#queue.splice(0, batch.length);
    return batch;
  }

  async #runBatch(batch: readonly CommitTask[]): Promise<void> {
    const reply = await this.#link.ask({ kind: 'commit', batch: batch.map((task) => task.changes) });
    if (reply.kind !== 'failed') {
      for (const task of batch) task.resolve();
      return;
    }
    const error = this.#failure(reply.message, reply.intact);
    for (const task of batch) task.reject(error);
  }

  async #runLoad(task: LoadTask): Promise<void> {
    const records = new Map<string, unknown>();
    for (let after: number | null = 0; after !== null; ) {
      const reply = await this.#link.ask({ kind: 'page', table: task.table, after });
      if (reply.kind !== 'page') {
        const why = reply.kind === 'failed' ? reply.message : 'unexpected reply';
        task.reject(
          new DomainError(
            'failed',
            `The table '${task.table}' of the store cannot be read (${why}). Check its disk, or put a copy of the store in its place.`,
          ),
        );
        return;
      }
      for (const [key, text] of reply.page.rows) {
        try {
          records.set(key, decodeRecord(text));
        } catch (cause) {
          task.reject(damagedRecord(task.table, key, cause));
          return;
        }
      }
      after = reply.page.next;
    }
    task.resolve(records);
  }

  #failure(message: string, intact: boolean): DomainError {
    if (intact)
      return new DomainError('failed', `The store could not write: ${message}. Free space on its disk and try again.`, {
        hresult: DISK_FULL,
      });
    this.#broken ??= new DomainError(
      'notAvailable',
      `The store failed (${message}) and refuses further work. Check its disk, then restart the service.`,
    );
    return this.#broken;
  }
}
