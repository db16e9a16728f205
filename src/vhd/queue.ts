/** Runs one piece of work after the other, in the order in which they were given. After a failure everything else fails. */
export class WorkQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work);
    this.#last = next;
    // Whoever called hears of the failure; the chain itself has nobody else to tell.
    next.catch(() => undefined);
    return next;
  }

  /** After everything that was given before, whether it failed or not. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#last]);
  }
}
