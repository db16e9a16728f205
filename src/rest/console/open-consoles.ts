/** Consoles that are open, by account. */
export class OpenConsoles {
  readonly #counts = new Map<string, number>();

  of(account: string): number {
    return this.#counts.get(account) ?? 0;
  }

  get size(): number {
    return this.#counts.values().reduce((sum, count) => sum + count, 0);
  }

  /** One more; what is returned ends it, and is called once. */
  begin(account: string): () => void {
    this.#counts.set(account, this.of(account) + 1);
    return () => {
      const left = this.of(account) - 1;
      if (left > 0) this.#counts.set(account, left);
      else this.#counts.delete(account);
    };
  }
}
