import type { DatabaseSync } from 'node:sqlite';
import { STORE_TABLES } from '../tables.ts';

/**
 * A step from one schema version to the next (decisions K32). Runs inside the transaction that also writes the new
 * version, so a store is never between two versions. Once released, a migration is never edited.
 */
export interface Migration {
  /** Version after the step; versions count up by one from 1. */
  readonly version: number;
  readonly name: string;
  run(database: DatabaseSync): void;
}

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'one table of records per kind',
    run: (database) => {
      // The implicit rowid keeps the order in which records were first put; a change of a record keeps its rowid.
      for (const table of STORE_TABLES)
        database.exec(`CREATE TABLE "${table}" (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT`);
    },
  },
];
