import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../core/ports.ts';

/** The time of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => {
    // What should have happened by now happens now.
    await delay(Math.max(0, ms), undefined, signal === undefined ? {} : { signal });
  },
};
