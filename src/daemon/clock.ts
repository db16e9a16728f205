import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Later } from '../core/ports.ts';

/** The time of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => {
    // What should have happened by now happens now.
    await delay(Math.max(0, ms), undefined, signal === undefined ? {} : { signal });
  },
};

export const later: Later = (ms, work) => {
  const timer = setTimeout(work, ms).unref();
  return () => clearTimeout(timer);
};
