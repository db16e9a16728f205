import { PIECE_BYTES } from './zeros.ts';

/** A piece is written while the next one is read: neither disk waits for the other. Two buffers that take turns. */
export class WriteBehind {
  #free = Buffer.allocUnsafe(PIECE_BYTES);
  #busy = Buffer.allocUnsafe(PIECE_BYTES);
  #writing: Promise<void> = Promise.resolve();

  /** What the next piece is read into; nobody writes it now. */
  get free(): Buffer {
    return this.#free;
  }

  /** Begins to write what is in `free`, once the piece before is written. Rejects with the failure of that one. */
  async write(begin: () => Promise<void>): Promise<void> {
    await this.#writing;
    this.#writing = begin();
    // Told by the next await; until then it is nobody's.
    this.#writing.catch(() => undefined);
    [this.#free, this.#busy] = [this.#busy, this.#free];
  }

  /** Everything so far. */
  async written(): Promise<void> {
    await this.#writing;
  }
}
