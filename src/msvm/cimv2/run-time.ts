import type { Guid } from '../../core/model.ts';

interface Reading {
  readonly onMs: number;
  readonly busyMs: number;
}

/** Readings that are kept before it is looked which machines are gone. */
const FEW = 64;

/**
 * Run time of virtual processors, from the load that machines report: it only grows while a system runs, as clients take
 * the difference of two readings (libvirt's CPU statistics).
 */
export class RunTime {
  readonly #runs: (id: Guid) => boolean;
  readonly #readings = new Map<Guid, Reading>();
  #most = FEW;

  /** `runs`: of a system that does not, nothing is kept for long. */
  constructor(runs: (id: Guid) => boolean) {
    this.#runs = runs;
  }

  /** How many systems something is kept of. */
  get size(): number {
    return this.#readings.size;
  }

  /** Milliseconds that each processor of the system was busy since it started. */
  busyMs(id: Guid, onMs: number, loadPercent: number): number {
    const share = Math.min(100, Math.max(0, loadPercent)) / 100;
    const last = this.#readings.get(id);
    // A shorter running time means a new start.
    const from = last === undefined || last.onMs > onMs ? { onMs: 0, busyMs: 0 } : last;
    const busyMs = from.busyMs + (onMs - from.onMs) * share;
    this.#readings.set(id, { onMs, busyMs });
    if (this.#readings.size > this.#most) this.#forget();
    return busyMs;
  }

  /** Seldom enough to cost each reading next to nothing. */
  #forget(): void {
    for (const id of this.#readings.keys()) if (!this.#runs(id)) this.#readings.delete(id);
    this.#most = Math.max(FEW, 2 * this.#readings.size);
  }
}
