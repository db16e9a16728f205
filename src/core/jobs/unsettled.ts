import type { Later } from '../ports.ts';

/** A disk that is full for a moment, and one that is for a night. */
const WAIT_MS = { first: 1_000, most: 30_000 } as const;

/** Answers whether the work has come to an end that lasts. Never rejects. */
export type Attempt = () => Promise<boolean>;

/**
 * Work that could not be brought to an end that lasts: the store has refused its record, or a step that must be done has
 * failed. Those who wait for it were told; it is tried again until it is done, so that nothing stays busy with it.
 */
export class UnsettledWork {
  readonly #later: Later;
  readonly #waiting = new Set<Attempt>();
  #wait: number = WAIT_MS.first;
  #callOff: (() => void) | null = null;
  #closed = false;

  constructor(later: Later) {
    this.#later = later;
  }

  add(attempt: Attempt): void {
    this.#waiting.add(attempt);
    this.#wait = WAIT_MS.first;
    this.#tryLater();
  }

  close(): void {
    this.#closed = true;
    this.#callOff?.();
  }

  #tryLater(): void {
    if (this.#closed || this.#callOff !== null) return;
    this.#callOff = this.#later(this.#wait, () => this.#tryAll());
  }

  /** Side by side: one that takes long, a step that copies a disk, holds up no other. */
  #tryAll(): void {
    this.#callOff = null;
    this.#wait = Math.min(this.#wait * 2, WAIT_MS.most);
    for (const attempt of [...this.#waiting]) {
      this.#waiting.delete(attempt);
      void this.#try(attempt);
    }
  }

  async #try(attempt: Attempt): Promise<void> {
    if (await attempt()) return;
    this.#waiting.add(attempt);
    this.#tryLater();
  }
}
