import { PIECE_BYTES } from '../zeros.ts';

const BUFFERS = 3;

/**
 * The pieces of a copy: some are read ahead while one is written, so that neither disk waits for the other; written one after
 * the other, in the order in which they were given.
 */
export class CopyPieces {
  readonly #free: Buffer[] = Array.from({ length: BUFFERS }, () => Buffer.allocUnsafe(PIECE_BYTES));
  readonly #work: Promise<void>[] = [];
  #last: Promise<void> = Promise.resolve();

  /**
   * Begins with a piece once there is memory for it. `read` gets a buffer of PIECE_BYTES, which is its own until `write` is
   * done. Rejects with the failure of a piece before; nothing is written after it.
   */
  async add(read: (buffer: Buffer) => Promise<void>, write: (buffer: Buffer) => Promise<void>): Promise<void> {
    let buffer = this.#free.pop();
    while (buffer === undefined) {
      await (this.#work.shift() ?? this.#last);
      buffer = this.#free.pop();
    }
    const piece = buffer;
    const reading = read(piece);
    this.#work.push(
      this.#afterLast([reading], async () => {
        await write(piece);
        this.#free.push(piece);
      }),
    );
  }

  /** What needs no buffer, in its turn. */
  inTurn(work: () => Promise<void>): Promise<void> {
    return this.#afterLast([], work);
  }

  /** Waits for all of them, whatever fails: a buffer that is read into is not free. */
  #afterLast(also: readonly Promise<void>[], work: () => Promise<void>): Promise<void> {
    const next = Promise.allSettled([this.#last, ...also]).then((before) => {
      for (const each of before) if (each.status === 'rejected') throw each.reason;
      return work();
    });
    // Told by the next await; until then it is nobody's.
    next.catch(() => undefined);
    this.#last = next;
    return next;
  }

  /** Everything so far; nothing reads or writes any more, whether this resolves or rejects. */
  async done(): Promise<void> {
    await this.#last;
  }
}
