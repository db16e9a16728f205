/** Rounds over many, side by side: one whose visit lasts misses its next rounds, and holds up no other. */
export class SideBySide {
  readonly #visited = new Set<string>();

  /** Nothing while the former visit goes on. @param work never rejects */
  visit(who: string, work: () => Promise<void>): void {
    if (this.#visited.has(who)) return;
    this.#visited.add(who);
    void work().finally(() => this.#visited.delete(who));
  }
}
