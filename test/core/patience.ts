import type { Later } from '../../src/core/ports.ts';

/** What is to be done later is done when the test says so. */
export class Patience {
  readonly #pending = new Set<() => void>();

  readonly later: Later = (_, work) => {
    this.#pending.add(work);
    return () => this.#pending.delete(work);
  };

  get waits(): boolean {
    return this.#pending.size > 0;
  }

  /** Its time has come. */
  wake(): void {
    const due = [...this.#pending];
    this.#pending.clear();
    for (const work of due) work();
  }
}
