import { DomainError } from '../../src/core/errors.ts';
import type { Store, StoreChange } from '../../src/core/ports.ts';
import { createMemoryStore } from '../../src/store/memory.ts';

/** A store on which the power fails at a chosen commit: just before it is durable, or just after. */
export class FailingPower {
  readonly #disk = createMemoryStore();
  commits = 0;
  /** The power has failed since it was armed. */
  failed = false;
  #failAt = Number.POSITIVE_INFINITY;
  #durable = false;
  #hangs = false;
  #mended = 0;

  /** `hangs`: the service hears nothing of it and does nothing any more, as one that is dead; else it is told. */
  failAt(commit: number, durable: boolean, hangs = false): void {
    this.commits = 0;
    this.failed = false;
    this.#failAt = commit;
    this.#durable = durable;
    this.#hangs = hangs;
  }

  /** The store takes again what it is given. */
  mend(): void {
    this.#mended += 1;
    this.#failAt = Number.POSITIVE_INFINITY;
  }

  /** What a newly started service opens. What the former one still tries to write goes nowhere. */
  open = (): Store => {
    let dead = false;
    let mended = this.#mended;
    this.#failAt = Number.POSITIVE_INFINITY;
    const end = (): Promise<never> =>
      this.#hangs
        ? new Promise<never>(() => undefined)
        : Promise.reject(new DomainError('notAvailable', 'The power is off.'));
    return {
      load: (table) => this.#disk.load(table),
      commit: async (changes: readonly StoreChange[]) => {
        if (mended !== this.#mended) dead = false;
        mended = this.#mended;
        if (dead) return end();
        dead = this.commits === this.#failAt;
        this.commits += 1;
        if (!dead || this.#durable) await this.#disk.commit(changes);
        if (!dead) return;
        this.failed = true;
        return end();
      },
      close: async () => undefined,
    };
  };
}
