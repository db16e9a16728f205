import { readSync } from 'node:fs';

/** A read from the page cache takes less: this, and a microsecond per kilobyte. */
const QUICK_MS = 0.1;
const BYTES_PER_MS = 1_000_000;
/** Reads that are left to threads after a slow one, before the next is tried. */
const LEFT_TO_THREADS = 32;

/**
 * Reads for which the process stops: from the page cache that takes half the time of one in a thread. Where the disk has to
 * be waited for, threads can wait for several places at once: after a read that was slow, some are declined.
 */
export class QuickReads {
  readonly #fd: number;
  #declined = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Bytes that came, 0 at the end of the file; null: not now. */
  read(into: Buffer, done: number, position: number): number | null {
    if (this.#declined > 0) {
      this.#declined--;
      return null;
    }
    const begun = performance.now();
    const bytes = readSync(this.#fd, into, done, into.length - done, position);
    if (performance.now() - begun > QUICK_MS + bytes / BYTES_PER_MS) this.#declined = LEFT_TO_THREADS;
    return bytes;
  }
}
