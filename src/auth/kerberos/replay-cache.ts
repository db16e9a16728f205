import type { ReplayFile, UsedAuthenticator } from './replay-file.ts';

/** What a cache is kept by. */
export interface KeptReplays {
  /** Missing: in memory alone. */
  readonly file?: Pick<ReplayFile, 'entries' | 'append'>;
  /** Hears, once, that it cannot be written any more: those who show a ticket are not turned away for it. */
  readonly onLost?: (error: unknown) => void;
}

/** Authenticators that were used, for as long as their time would let them be used again. */
export class ReplayCache {
  readonly #until: Map<string, number>;
  readonly #limit: number;
  readonly #kept: KeptReplays;
  #isLost = false;

  constructor(limit = 100_000, kept: KeptReplays = {}) {
    this.#limit = limit;
    this.#kept = kept;
    this.#until = new Map(kept.file?.entries);
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
    this.#keep([authenticator, until]);
    return true;
  }

  #keep(used: UsedAuthenticator): void {
    try {
      this.#kept.file?.append(used, () => this.#until);
    } catch (error) {
      if (!this.#isLost) this.#kept.onLost?.(error);
      this.#isLost = true;
    }
  }
}
