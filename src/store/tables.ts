import type { StoreTable } from '../core/ports.ts';

/** All tables, for the places that must visit each. The type makes it complete: a missing table does not compile. */
const rows: Record<StoreTable, true> = {
  systems: true,
  jobs: true,
  switches: true,
  settings: true,
  boot: true,
  users: true,
  audit: true,
  plans: true,
};

export const STORE_TABLES: readonly StoreTable[] = Object.keys(rows) as StoreTable[];

export const isStoreTable = (name: string): name is StoreTable => Object.hasOwn(rows, name);
