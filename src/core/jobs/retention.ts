import type { Guid, Instant } from '../model.ts';
import type { Clock } from '../ports.ts';

/** Time that an ended job stays readable: TimeBeforeRemoval (jobs-and-errors §2, §5). */
export const RETENTION_MS = 5 * 60 * 1000;

/** Wait before another attempt when the store refused. */
const RETRY_MS = 10_000;

/**
 * Forgets ended jobs in time. One sleeper for all of them. Counts monotonic time, so that a clock set back does not
 * keep jobs for ever and one set forward does not take them away too soon.
 */
export class JobRetention {
  readonly #clock: Clock;
  readonly #remove: (ids: readonly Guid[]) => Promise<void>;
  readonly #queue: { readonly id: Guid; readonly due: number }[] = [];
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;

  constructor(clock: Clock, remove: (ids: readonly Guid[]) => Promise<void>) {
    this.#clock = clock;
    this.#remove = remove;
  }

  add(id: Guid, endedAt: Instant): void {
    const left = Math.min(Math.max(endedAt + RETENTION_MS - this.#clock.now(), 0), RETENTION_MS);
    this.#queue.push({ id, due: this.#clock.monotonic() + left });
    if (!this.#stop.signal.aborted) this.#running ??= this.#run();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      // Jobs end in order, but for those loaded at a start: they come first and may be out of order by their sleep only.
      const first = this.#queue[0];
      if (first === undefined) break;
      const now = this.#clock.monotonic();
      if (first.due > now) {
        await this.#sleep(first.due - now);
        continue;
      }
      const later = this.#queue.findIndex((entry) => entry.due > now);
      const due = this.#queue.slice(0, later === -1 ? this.#queue.length : later);
      try {
        await this.#remove(due.map((entry) => entry.id));
        this.#queue.splice(0, due.length);
      } catch {
        await this.#sleep(RETRY_MS);
      }
    }
    this.#running = null;
  }

  async #sleep(ms: number): Promise<void> {
    try {
      await this.#clock.sleep(ms, this.#stop.signal);
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
  }
}
