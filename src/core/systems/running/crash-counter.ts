import type { Guid } from '../../model.ts';
import type { Clock } from '../../ports.ts';

const LIMIT = 3;
const WINDOW_MS = 600_000;

/** Stops a machine that dies at every start from being started for ever. */
export class CrashCounter {
  readonly #clock: Clock;
  readonly #restarts = new Map<Guid, readonly number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a restart that is allowed: three within ten minutes. */
  mayRestart(system: Guid): boolean {
    const now = this.#clock.monotonic();
    const recent = (this.#restarts.get(system) ?? []).filter((at) => now - at < WINDOW_MS);
    if (recent.length >= LIMIT) return false;
    this.#restarts.set(system, [...recent, now]);
    return true;
  }
}
