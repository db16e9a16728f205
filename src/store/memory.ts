import type { Store, StoreChange, StoreTable } from '../core/ports.ts';
import { decodeRecord } from './codec.ts';
import { closedError, encodeChanges } from './encode-changes.ts';
import { STORE_TABLES } from './tables.ts';

/** A store that lives as long as the process: for tests, and for `vsms --simulated` without a data directory. */
export const createMemoryStore = (): Store => new MemoryStore();

/** Keeps text, not objects, so that it tells apart what SQLite tells apart and shares nothing with its callers. */
class MemoryStore implements Store {
  readonly #tables = new Map<StoreTable, Map<string, string>>(STORE_TABLES.map((table) => [table, new Map()]));
  #closed = false;

  async load(table: StoreTable): Promise<ReadonlyMap<string, unknown>> {
    if (this.#closed) throw closedError();
    const loaded = new Map<string, unknown>();
    for (const [key, text] of this.#tables.get(table) ?? []) loaded.set(key, decodeRecord(text));
    return loaded;
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    if (this.#closed) throw closedError();
    for (const [table, key, text] of encodeChanges(changes)) {
      if (text === null) this.#tables.get(table)?.delete(key);
      else this.#tables.get(table)?.set(key, text);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}
