import { cpus } from 'node:os';

/** Time of all processors since the host booted, in milliseconds. */
export interface ProcessorTimes {
  readonly busy: number;
  readonly idle: number;
}

const kernelTimes = (): ProcessorTimes => {
  let busy = 0;
  let idle = 0;
  for (const { times } of cpus()) {
    busy += times.user + times.nice + times.sys + times.irq;
    idle += times.idle;
  }
  return { busy, idle };
};

/** Looks within this time tell the same: a shorter span says nothing. */
const SPAN_MS = 1_000;

/** Load of the host's processors between two looks, in percent; the first one tells the mean since the boot. */
export class ProcessorLoad {
  readonly #times: () => ProcessorTimes;
  readonly #now: () => number;
  #before: ProcessorTimes = { busy: 0, idle: 0 };
  #at = Number.NEGATIVE_INFINITY;
  #percent = 0;

  /** @param now monotonic milliseconds */
  constructor(times: () => ProcessorTimes = kernelTimes, now: () => number = () => performance.now()) {
    this.#times = times;
    this.#now = now;
  }

  percent(): number {
    const now = this.#now();
    if (now - this.#at < SPAN_MS) return this.#percent;
    const times = this.#times();
    const busy = Math.max(0, times.busy - this.#before.busy);
    const all = busy + Math.max(0, times.idle - this.#before.idle);
    if (all > 0) this.#percent = Math.round((busy / all) * 100);
    this.#before = times;
    this.#at = now;
    return this.#percent;
  }
}
