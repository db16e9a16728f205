/** One piece of data and what goes before it. */
const SLOT_BYTES = 256 * 1024 + 64;
/** Of answers that are no longer than this Node makes many out of one allocation. */
const SMALL_BYTES = 4096;
const MOST_FREE = 16;

/**
 * Memory for answers, used again once they were sent, the last first: the processor still has it at hand, and there is less
 * to allocate and to collect. Bounded: what is not taken back is collected as any other.
 */
export class ReplyBuffers {
  readonly #free: Buffer[] = [];

  /** Its content is whatever it was. */
  take(length: number): Buffer {
    if (length <= SMALL_BYTES || length > SLOT_BYTES) return Buffer.allocUnsafe(length);
    return (this.#free.pop() ?? Buffer.allocUnsafeSlow(SLOT_BYTES)).subarray(0, length);
  }

  /** After this nobody reads or writes it any more. Others than those that `take` gave are let go. */
  give(bytes: Buffer): void {
    const { buffer, byteOffset } = bytes;
    if (byteOffset !== 0 || buffer.byteLength !== SLOT_BYTES || this.#free.length === MOST_FREE) return;
    this.#free.push(Buffer.from(buffer, 0, SLOT_BYTES));
  }
}
