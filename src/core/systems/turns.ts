/**
 * One queue per key: what is done to one virtual system is done one after the other, API commands and machine events
 * alike (architecture, habit 4). A key without work costs nothing.
 */
export class Turns {
  readonly #tails = new Map<string, Promise<void>>();

  /** Runs `work` when all earlier work of the key has ended, however it ended. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    return this.hold(key).then(async (release) => {
      try {
        return await work();
      } finally {
        release();
      }
    });
  }

  /** The turn itself; the caller must release it. Releasing twice does nothing. */
  hold(key: string): Promise<() => void> {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const before = this.#tails.get(key);
    const tail = before === undefined ? ended : before.then(() => ended);
    this.#tails.set(key, tail);
    const release = (): void => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
      end();
    };
    return before === undefined ? Promise.resolve(release) : before.then(() => release);
  }

  /** Resolves when no work waits or runs. */
  async idle(): Promise<void> {
    while (this.#tails.size > 0) await Promise.all(this.#tails.values());
  }

  get size(): number {
    return this.#tails.size;
  }
}
