/** Seconds that a client waits for a job unless it says otherwise, and at most. */
const DEFAULT_WAIT = 30;
const LONGEST_WAIT = 300;

/** Milliseconds that the client waits for jobs by its `Prefer` header (RFC 7240). */
export const waitOf = (prefer: string | undefined): number => {
  const preferences = (prefer ?? '')
    .toLowerCase()
    .split(',')
    .map((each) => each.trim());
  if (preferences.includes('respond-async')) return 0;
  for (const each of preferences) {
    const seconds = /^wait=(\d{1,6})$/.exec(each)?.[1];
    if (seconds !== undefined) return Math.min(Number(seconds), LONGEST_WAIT) * 1000;
  }
  return DEFAULT_WAIT * 1000;
};
