import type { CimInstance } from '../instance.ts';
import type { EventTimers } from './timers.ts';

/** Groups that may be open at once in one subscription: BY may name a property that differs in every event. */
const MAX_GROUPS = 1000;

interface Group {
  readonly representative: CimInstance;
  count: number;
  readonly stop: () => void;
}

/** GROUP WITHIN n BY p: one aggregate per group, n seconds after the group's first event. */
export class EventGroups {
  readonly #length: number;
  readonly #timers: EventTimers;
  readonly #keyOf: (event: CimInstance) => string;
  readonly #tell: (representative: CimInstance, count: number) => void;
  readonly #groups = new Map<string, Group>();

  constructor(
    lengthMs: number,
    timers: EventTimers,
    keyOf: (event: CimInstance) => string,
    tell: (representative: CimInstance, count: number) => void,
  ) {
    this.#length = lengthMs;
    this.#timers = timers;
    this.#keyOf = keyOf;
    this.#tell = tell;
  }

  /** False when the event was lost because too many groups are open. */
  add(event: CimInstance): boolean {
    const key = this.#keyOf(event);
    const group = this.#groups.get(key);
    if (group !== undefined) {
      group.count++;
      return true;
    }
    if (this.#groups.size >= MAX_GROUPS) return false;
    this.#groups.set(key, {
      representative: event,
      count: 1,
      stop: this.#timers.after(this.#length, () => this.#end(key)),
    });
    return true;
  }

  close(): void {
    for (const group of this.#groups.values()) group.stop();
    this.#groups.clear();
  }

  #end(key: string): void {
    const group = this.#groups.get(key);
    this.#groups.delete(key);
    if (group !== undefined) this.#tell(group.representative, group.count);
  }
}
