/**
 * What was remembered last, up to a limit. Clients choose names: those that are no account's turn away only each other, so that
 * a thousand invented ones do not make anybody forget the guesses at a real one.
 */
export class RecentTable<T> {
  readonly #limit: number;
  readonly #accounts = new Map<string, T>();
  readonly #others = new Map<string, T>();

  /** @param limit of accounts' entries, and of others' */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): T | undefined {
    return this.#accounts.get(key) ?? this.#others.get(key);
  }

  set(key: string, value: T, ofAccount: boolean): void {
    this.delete(key);
    const table = ofAccount ? this.#accounts : this.#others;
    table.set(key, value);
    if (table.size <= this.#limit) return;
    const oldest = table.keys().next();
    if (oldest.done === false) table.delete(oldest.value);
  }

  delete(key: string): void {
    this.#accounts.delete(key);
    this.#others.delete(key);
  }
}
