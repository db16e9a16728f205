import { closeSync, constants, fsyncSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { StoreTable } from '../../core/ports.ts';
import type { EncodedChange } from '../encode-changes.ts';
import type { Migration } from './migrations.ts';
import { StoreRefusal } from './refusal.ts';

/** Tells our files from other SQLite databases: "VSMS". */
const APPLICATION_ID = 0x56534d53;

const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;

/** A killed service still holds its lock until the kernel has closed its files. */
const LOCK_WAIT_MS = 500;

/** The write-ahead log is cut back to this size after a burst. */
const MAX_IDLE_LOG_BYTES = 64 * 1024 * 1024;

/** A page of a table: stops after this many characters, so that loading a large table has no memory peak. */
const PAGE_CHARACTERS = 2 * 1024 * 1024;

export interface TablePage {
  readonly rows: readonly (readonly [key: string, text: string])[];
  /** Where the next page begins; null: this was the last. */
  readonly next: number | null;
}

/** The SQLite side of the store: synchronous, used in the worker thread only. */
export class RecordDatabase {
  readonly #database: DatabaseSync;
  readonly #puts = new Map<StoreTable, StatementSync>();
  readonly #deletes = new Map<StoreTable, StatementSync>();

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Opens or creates, takes the lock, migrates. Throws StoreRefusal with a text for the operator. */
  static open(path: string, migrations: readonly Migration[]): RecordDatabase {
    createFile(path);
    const database = new DatabaseSync(path, { timeout: LOCK_WAIT_MS });
    try {
      lock(database, path);
      migrate(database, path, migrations);
    } catch (error) {
      database.close();
      throw error;
    }
    syncDirectory(dirname(path));
    return new RecordDatabase(database);
  }

  /** All commits as one transaction with one fsync; throws when none of them is in the store. */
  apply(batch: readonly (readonly EncodedChange[])[]): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const changes of batch) {
        for (const [table, key, text] of changes) {
          if (text === null) this.#delete(table).run(key);
          else this.#put(table).run(key, text);
        }
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  page(table: StoreTable, after: number): TablePage {
    const statement = this.#database.prepare(
      `SELECT rowid AS id, key, value FROM "${table}" WHERE rowid > ? ORDER BY rowid`,
    );
    const rows: (readonly [string, string])[] = [];
    let characters = 0;
    for (const row of statement.iterate(after)) {
      const text = row['value'] as string;
      rows.push([row['key'] as string, text]);
      characters += text.length;
      if (characters >= PAGE_CHARACTERS) return { rows, next: row['id'] as number };
    }
    return { rows, next: null };
  }

  close(): void {
    this.#database.close();
  }

  #put(table: StoreTable): StatementSync {
    let statement = this.#puts.get(table);
    if (statement === undefined) {
      // An upsert, not REPLACE: the row keeps its place in the order.
      statement = this.#database.prepare(
        `INSERT INTO "${table}" (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      );
      this.#puts.set(table, statement);
    }
    return statement;
  }

  #delete(table: StoreTable): StatementSync {
    let statement = this.#deletes.get(table);
    if (statement === undefined) {
      statement = this.#database.prepare(`DELETE FROM "${table}" WHERE key = ?`);
      this.#deletes.set(table, statement);
    }
    return statement;
  }
}

/** After a full disk the transaction is rolled back and nothing is in doubt; after any other error it may be. */
export const leavesStoreIntact = (error: unknown): boolean => sqliteCode(error) === SQLITE_FULL;

const sqliteCode = (error: unknown): number | null => {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : null;
};

/**
 * The store holds secrets of guests: readable by its owner only. An existing file is not opened here, because closing
 * any descriptor of a file drops the fcntl locks that this process holds on it.
 */
const createFile = (path: string): void => {
  try {
    closeSync(openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw new StoreRefusal(`The store '${path}' cannot be created: ${(error as Error).message}.`);
  }
};

const lock = (database: DatabaseSync, path: string): void => {
  const holder = `${path}.pid`;
  try {
    // Exclusive mode before the first read: the lock stays until the process ends, and no shared-memory file is needed.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    const { application_id: application } = database.prepare('PRAGMA application_id').get() as {
      application_id: number;
    };
    const { count } = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as { count: number };
    if (application !== APPLICATION_ID && count > 0)
      throw new StoreRefusal(`'${path}' is a database of another program. Choose another data directory.`);
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL');
    database.exec(`PRAGMA journal_size_limit = ${MAX_IDLE_LOG_BYTES}`);
    database.exec('BEGIN EXCLUSIVE');
    database.exec('COMMIT');
  } catch (error) {
    if (sqliteCode(error) !== SQLITE_BUSY) throw describe(error, path);
    const pid = readPid(holder);
    throw new StoreRefusal(
      `Another service${pid === null ? '' : ` (process ${pid})`} uses the store '${path}'. Stop it, or give this one another data directory.`,
    );
  }
  writeFileSync(holder, `${process.pid}\n`, { mode: 0o600 });
};

const readPid = (file: string): number | null => {
  try {
    const pid = Number(readFileSync(file, 'latin1').trim());
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
};

const describe = (error: unknown, path: string): Error =>
  error instanceof StoreRefusal
    ? error
    : new StoreRefusal(
        `The store '${path}' cannot be opened: ${error instanceof Error ? error.message : String(error)}.`,
      );

const migrate = (database: DatabaseSync, path: string, migrations: readonly Migration[]): void => {
  const current = migrations.at(-1)?.version ?? 0;
  const { user_version: found } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (found > current)
    throw new StoreRefusal(
      `The store '${path}' was written by a newer version of the service (schema ${found}; this one knows ${current}). Start that version, or a later one.`,
    );
  if (found === current) return;
  // The way back: an operator who must return to the former version puts this copy in place.
  if (found > 0) copyBefore(database, `${path}.schema-${found}`);
  database.exec('BEGIN IMMEDIATE');
  try {
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    for (const migration of migrations) if (migration.version > found) migration.run(database);
    database.exec(`PRAGMA user_version = ${current}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw new StoreRefusal(
      `The store '${path}' could not be migrated from schema ${found} to ${current} and is unchanged: ${(error as Error).message}.`,
    );
  }
};

const copyBefore = (database: DatabaseSync, copy: string): void => {
  try {
    closeSync(openSync(copy, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600));
    database.prepare('VACUUM INTO ?').run(copy);
  } catch (error) {
    // A copy from an earlier, interrupted migration is of the same content: the store has not changed since.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new StoreRefusal(`The copy '${copy}' before the migration cannot be written: ${(error as Error).message}.`);
  }
};

/** A new file is only there after a power cut when its directory is on the disk too. */
const syncDirectory = (directory: string): void => {
  const descriptor = openSync(directory, constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};
