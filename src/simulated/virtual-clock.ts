import type { Clock } from '../core/ports.ts';
import { fileWorkPending, watchFileWork } from './file-work.ts';

/** A clock that moves only when told. Sleepers wake in order of time, then of their going to sleep. */
export interface VirtualClock extends Clock {
  /** Moves time on, waking sleepers on the way and letting each finish its turn. */
  advance(ms: number): Promise<void>;
  /** Moves time on from sleeper to sleeper until the promise settles; rejects when all wait for nothing. */
  until<T>(promise: Promise<T>): Promise<T>;
  readonly sleepers: number;
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** Turns of the event loop that a woken sleeper may take before the next one wakes. */
const TURNS = 4;

/** Turns without any sleeper after which `until` takes the program for stuck; real input and output fits in easily. */
const STUCK_TURNS = 20_000;

export const createVirtualClock = (start: number = Date.UTC(2026, 0, 1)): VirtualClock => {
  // File operations run beside virtual time. It waits for them, so that no time limit passes while the disk is slow,
  // and what follows one happens at the moment in which it was begun.
  watchFileWork();
  return new SteppedClock(start);
};

class SteppedClock implements VirtualClock {
  readonly #start: number;
  readonly #sleepers: Sleeper[] = [];
  #elapsed = 0;

  constructor(start: number) {
    this.#start = start;
  }

  get sleepers(): number {
    return this.#sleepers.length;
  }

  now(): number {
    return this.#start + Math.floor(this.#elapsed);
  }

  monotonic(): number {
    return this.#elapsed;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper: Sleeper = {
        due: this.#elapsed + Math.max(ms, 0),
        wake: () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        },
      };
      const stop = (): void => {
        const index = this.#sleepers.indexOf(sleeper);
        if (index >= 0) this.#sleepers.splice(index, 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', stop, { once: true });
      this.#insert(sleeper);
    });
  }

  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await turns();
    for (let next = this.#sleepers[0]; next !== undefined && next.due <= end; next = this.#sleepers[0]) {
      this.#wakeFirst();
      await turns();
    }
    // Somebody else may have moved it on further meanwhile.
    this.#elapsed = Math.max(this.#elapsed, end);
  }

  async until<T>(promise: Promise<T>): Promise<T> {
    const watch = { settled: false };
    const settle = (): void => {
      watch.settled = true;
    };
    promise.then(settle, settle);
    for (let idle = 0; idle < STUCK_TURNS; ) {
      await turns();
      if (watch.settled) return promise;
      if (fileWorkPending()) continue;
      if (this.#sleepers.length === 0) idle++;
      else {
        idle = 0;
        this.#wakeFirst();
      }
    }
    throw new Error('The promise waits for something that the virtual clock does not bring.');
  }

  #wakeFirst(): void {
    const sleeper = this.#sleepers.shift();
    if (sleeper === undefined) return;
    this.#elapsed = Math.max(this.#elapsed, sleeper.due);
    sleeper.wake();
  }

  #insert(sleeper: Sleeper): void {
    let low = 0;
    let high = this.#sleepers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sleepers[middle]?.due ?? 0) <= sleeper.due) low = middle + 1;
      else high = middle;
    }
    this.#sleepers.splice(low, 0, sleeper);
  }
}

const turns = async (): Promise<void> => {
  for (let i = 0; i < TURNS; i++) await new Promise<void>((resolve) => setImmediate(resolve));
};
