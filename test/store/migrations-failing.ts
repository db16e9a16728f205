import { MIGRATIONS as RELEASED, type Migration } from '../../src/store/sqlite/migrations.ts';

/** A migration that fails after it has changed something. */
export const MIGRATIONS: readonly Migration[] = [
  ...RELEASED,
  {
    version: (RELEASED.at(-1)?.version ?? 0) + 1,
    name: 'fails half way',
    run: (database) => {
      database.exec('DELETE FROM systems');
      throw new Error('the migration broke');
    },
  },
];
