/** Time as the event engine sees it; tests bring their own. */
export interface EventTimers {
  /** Milliseconds that never go back. */
  now(): number;
  /** Milliseconds since 1970. */
  wallClock(): number;
  /** Calls back once; the returned function calls it off. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** setTimeout fires at once for longer waits. */
const LONGEST = 2 ** 31 - 1;

export const systemTimers: EventTimers = {
  now: () => performance.now(),
  wallClock: () => Date.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, Math.min(milliseconds, LONGEST));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
