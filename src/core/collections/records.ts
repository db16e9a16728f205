import type { Guid } from '../model.ts';
import type { StoreChange } from '../ports.ts';

/**
 * Records that name others by id, in memory: found by their own id and by each that they name. What is in the store is written
 * by who changes them, with `change`, before `show` makes it seen and tells of it.
 */
export class Records<R extends { readonly id: Guid }> {
  readonly #prefix: string;
  readonly #namedBy: (record: R) => readonly Guid[];
  readonly #tell: (before: R | null, after: R | null) => void;
  readonly #records = new Map<Guid, R>();
  /** By what they name. */
  readonly #holders = new Map<Guid, Set<Guid>>();

  /** `prefix`: of their keys in the store's settings. */
  constructor(
    prefix: string,
    namedBy: (record: R) => readonly Guid[],
    tell: (before: R | null, after: R | null) => void,
  ) {
    this.#prefix = prefix;
    this.#namedBy = namedBy;
    this.#tell = tell;
  }

  get size(): number {
    return this.#records.size;
  }

  all(): Iterable<R> {
    return this.#records.values();
  }

  /** Id in any case. */
  get(id: Guid): R | undefined {
    return this.#records.get(id.toUpperCase());
  }

  /** Those that name it. */
  *naming(id: Guid): Iterable<R> {
    for (const holder of this.#holders.get(id.toUpperCase()) ?? []) {
      const found = this.#records.get(holder);
      if (found !== undefined) yield found;
    }
  }

  isNamed(id: Guid): boolean {
    return this.#holders.has(id);
  }

  /** Everything that is named by one. */
  named(): Iterable<Guid> {
    return this.#holders.keys();
  }

  load(settings: ReadonlyMap<string, unknown>): void {
    for (const [key, value] of settings) if (key.startsWith(this.#prefix)) this.#replace(null, value as R);
  }

  /** What the store is told of it; null: it is gone. */
  change(id: Guid, value: R | null): StoreChange {
    return { table: 'settings', key: this.#prefix + id, value };
  }

  /** After it is durable. */
  show(before: R | null, after: R | null): void {
    this.#replace(before, after);
    if (before !== null || after !== null) this.#tell(before, after);
  }

  #replace(before: R | null, after: R | null): void {
    if (before !== null) {
      for (const id of this.#namedBy(before)) {
        const holders = this.#holders.get(id);
        holders?.delete(before.id);
        if (holders?.size === 0) this.#holders.delete(id);
      }
      if (after === null) this.#records.delete(before.id);
    }
    if (after === null) return;
    this.#records.set(after.id, after);
    for (const id of this.#namedBy(after)) {
      const holders = this.#holders.get(id);
      if (holders === undefined) this.#holders.set(id, new Set([after.id]));
      else holders.add(after.id);
    }
  }
}
