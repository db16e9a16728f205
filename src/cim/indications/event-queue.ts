import type { CimInstance } from '../instance.ts';
import type { EventTimers } from './timers.ts';

/**
 * Events between the engine and a consumer. Bounded: a consumer that is too slow loses the oldest ones and learns how
 * many (`DroppedEvents` of WS-Management).
 */
export class EventQueue {
  readonly #limit: number;
  readonly #timers: EventTimers;
  readonly #waiting = new Set<() => void>();
  #events: CimInstance[] = [];
  /** Index of the oldest event; shifting an array per event would be quadratic. */
  #head = 0;
  #dropped = 0;
  #closed = false;

  constructor(limit: number, timers: EventTimers) {
    this.#limit = limit;
    this.#timers = timers;
  }

  push(event: CimInstance): void {
    if (this.#closed) return;
    if (this.#events.length - this.#head >= this.#limit) {
      this.#head++;
      this.#dropped++;
    }
    if (this.#head > this.#limit) this.#compact();
    this.#events.push(event);
    this.#wake();
  }

  /** An event that could not even be made counts as lost. */
  lose(): void {
    this.#dropped++;
  }

  takeDropped(): number {
    const count = this.#dropped;
    this.#dropped = 0;
    return count;
  }

  async next(max: number, timeoutMs: number, signal?: AbortSignal): Promise<readonly CimInstance[]> {
    const aborted = (): boolean => signal?.aborted === true;
    const ready = this.#take(max);
    if (ready.length > 0 || this.#closed || timeoutMs <= 0 || aborted()) return ready;
    await this.#arrival(timeoutMs, signal);
    return aborted() ? [] : this.#take(max);
  }

  close(): void {
    this.#closed = true;
    this.#events = [];
    this.#head = 0;
    this.#wake();
  }

  #arrival(timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        stop();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const stop = Number.isFinite(timeoutMs) ? this.#timers.after(timeoutMs, done) : () => undefined;
      this.#waiting.add(done);
      signal?.addEventListener('abort', done);
    });
  }

  #take(max: number): readonly CimInstance[] {
    const taken = this.#events.slice(this.#head, this.#head + Math.max(0, max));
    this.#head += taken.length;
    if (this.#head === this.#events.length) this.#compact();
    return taken;
  }

  #compact(): void {
    this.#events = this.#events.slice(this.#head);
    this.#head = 0;
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}
