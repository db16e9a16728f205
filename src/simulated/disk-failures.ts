import type { EventQueue } from './event-queue.ts';
import type { LiveGuest } from './live-guest.ts';

/** What disks do to a running machine when they fail. */
export class DiskFailures {
  readonly #guest: Pick<LiveGuest, 'pause' | 'resume'>;
  readonly #events: EventQueue;
  /** Disks that nobody serves. */
  readonly #away = new Set<string>();

  constructor(guest: Pick<LiveGuest, 'pause' | 'resume'>, events: EventQueue) {
    this.#guest = guest;
    this.#events = events;
  }

  /** One request fails, and the machine is paused by it. */
  fail(disk: string | null, noSpace: boolean): void {
    // Only the record can fail; it is written anew with the next change.
    this.#guest.pause().catch(() => undefined);
    const reason = noSpace ? 'No space is left on the device.' : 'The device reported an input/output error.';
    this.#events.push({ kind: 'ioError', disk, noSpace, reason });
  }

  /** All requests fail until it is back. */
  lose(disk: string): void {
    this.#away.add(disk);
    this.fail(disk, false);
  }

  giveBack(disk: string): void {
    if (this.#away.delete(disk) && this.#away.size === 0) this.#events.push({ kind: 'diskBack' });
  }

  /** The guest goes on; the request that failed is made again. */
  async resume(): Promise<void> {
    await this.#guest.resume();
    for (const disk of this.#away) {
      this.fail(disk, false);
      return;
    }
  }
}
