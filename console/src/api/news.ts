import type { Job, Machine } from './types.ts';

/** How long an event is kept: longer than any read of a list takes. */
const KEEP_MS = 60_000;

/** A list that is read while events come may be older than they are: the events win. */
class News<T extends { readonly id: string }> {
  #told = new Map<string, { readonly at: number; readonly item: T | null }>();

  tell(items: ReadonlyMap<string, T | null>): void {
    const at = performance.now();
    for (const [id, { at: then }] of this.#told) if (at - then > KEEP_MS) this.#told.delete(id);
    for (const [id, item] of items) this.#told.set(id, { at, item });
  }

  /** What was told of the one since then; undefined: nothing. */
  #since(id: string, at: number): T | null | undefined {
    const told = this.#told.get(id);
    return told === undefined || told.at < at ? undefined : told.item;
  }

  /** The newest that was told of it, in the last minute. */
  last(id: string): T | null {
    return this.#told.get(id)?.item ?? null;
  }

  /** One that is read while events come. What was deleted meanwhile is as it was: whoever reads it again is told so. */
  async overOne(id: string, reading: Promise<T>): Promise<T> {
    const since = performance.now();
    const item = await reading;
    return this.#since(id, since) ?? item;
  }

  async over(reading: Promise<readonly T[]>): Promise<readonly T[]> {
    const since = performance.now();
    const list = await reading;
    const newer = new Map([...this.#told].filter(([, { at }]) => at >= since));
    if (newer.size === 0) return list;
    const known = new Set(list.map(({ id }) => id));
    return [
      ...list.flatMap((item) => {
        const told = newer.get(item.id);
        return told === undefined ? [item] : told.item === null ? [] : [told.item];
      }),
      ...[...newer].flatMap(([id, { item }]) => (item === null || known.has(id) ? [] : [item])),
    ];
  }
}

export const machineNews = new News<Machine>();
export const jobNews = new News<Job>();
