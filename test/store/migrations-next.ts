import { MIGRATIONS as RELEASED, type Migration } from '../../src/store/sqlite/migrations.ts';

/** A next schema version, as a later release would bring it. */
export const MIGRATIONS: readonly Migration[] = [
  ...RELEASED,
  {
    version: (RELEASED.at(-1)?.version ?? 0) + 1,
    name: 'marks every system',
    run: (database) => database.exec(`UPDATE systems SET value = json_set(value, '$.migrated', json('true'))`),
  },
];
