const DURATION =
  /^(-)?P(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

const DAY = 86_400_000;

/**
 * An xs:duration in milliseconds, or null when it is none. Weeks and fractions everywhere are taken too, since real
 * clients send them (spec §4). Years and months count 365 and 30 days: they bound waiting, they are no calendar.
 */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed.length > 64) return null;
  const match = DURATION.exec(trimmed);
  if (match === null) return null;
  const [, sign, years, months, weeks, days, time, hours, minutes, seconds] = match;
  const parts = [years, months, weeks, days, hours, minutes, seconds];
  if (parts.every((p) => p === undefined) || time === 'T') return null;
  const n = (part: string | undefined): number => (part === undefined ? 0 : Number(part));
  const total =
    (n(years) * 365 + n(months) * 30 + n(weeks) * 7 + n(days)) * DAY +
    n(hours) * 3_600_000 +
    n(minutes) * 60_000 +
    n(seconds) * 1000;
  // To the microsecond: products of decimal fractions are not exact.
  const rounded = Math.round(total * 1000) / 1000;
  return sign === undefined ? rounded : -rounded;
}

/** Milliseconds as WinRM prints them: `PT600.000S`. */
export const formatDuration = (milliseconds: number): string => `PT${(milliseconds / 1000).toFixed(3)}S`;
