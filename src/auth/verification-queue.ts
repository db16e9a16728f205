import { holderOf, isLoopback } from './address.ts';

/** Of Node's four threads, which files need as well. */
const SEATS = 2;

/**
 * Where passwords wait to be verified, which takes a thread 20 ms and 19 MiB each: few at a time, and one address after the
 * other, so that a flood from one neither stops the service's work on files nor keeps others out.
 */
export class VerificationQueue {
  #free = SEATS;
  /** Of each holder of addresses the first one first; the holder whose turn is next stands first. */
  readonly #waiting = new Map<string, (() => void)[]>();

  async take<T>(address: string, work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn(address);
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  #turn(address: string): Promise<void> {
    return new Promise((resolve) => {
      // Programs of this host are let by each other: there are no more of them than they have connections.
      const holder = isLoopback(address) ? address : holderOf(address);
      const line = this.#waiting.get(holder);
      if (line === undefined) this.#waiting.set(holder, [resolve]);
      else line.push(resolve);
    });
  }

  #next(): void {
    const first = this.#waiting.entries().next();
    if (first.done === true) {
      this.#free += 1;
      return;
    }
    const [holder, line] = first.value;
    const enter = line.shift();
    this.#waiting.delete(holder);
    if (line.length > 0) this.#waiting.set(holder, line);
    enter?.();
  }
}
