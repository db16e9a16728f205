/** Seconds that a client waits for a job unless it says otherwise, and at most. */
const DEFAULT_WAIT = 30;
const LONGEST_WAIT = 300;

/** Milliseconds that an operation of several calls waits for each of its jobs, which end by themselves: as long as a timer can. */
export const TO_THE_END = 2 ** 31 - 1;

/** Milliseconds that the client waits for jobs by its `Prefer` header (RFC 7240). */
export const waitOf = (prefer: string | undefined): number => {
  if (prefersAsync(prefer)) return 0;
  for (const each of preferencesOf(prefer)) {
    const seconds = /^wait=(\d{1,6})$/.exec(each)?.[1];
    if (seconds !== undefined) return Math.min(Number(seconds), LONGEST_WAIT) * 1000;
  }
  return DEFAULT_WAIT * 1000;
};

export const RESPOND_ASYNC = 'respond-async';

export const prefersAsync = (prefer: string | undefined): boolean => preferencesOf(prefer).includes(RESPOND_ASYNC);

const preferencesOf = (prefer: string | undefined): readonly string[] =>
  (prefer ?? '')
    .toLowerCase()
    .split(',')
    .map((each) => each.trim());
