/** Authenticators that were used, for as long as their time would let them be used again. */
export class ReplayCache {
  readonly #until = new Map<string, number>();
  readonly #limit: number;

  constructor(limit = 100_000) {
    this.#limit = limit;
  }

  /** False: it was used before, or there is no room to tell. `until` and `now` in milliseconds. */
  use(authenticator: string, until: number, now: number): boolean {
    // In the order of their use, which is that of their end but for the skew of clocks.
    for (const [old, end] of this.#until) {
      if (end > now) break;
      this.#until.delete(old);
    }
    if (this.#until.has(authenticator) || this.#until.size >= this.#limit) return false;
    this.#until.set(authenticator, until);
    return true;
  }
}
