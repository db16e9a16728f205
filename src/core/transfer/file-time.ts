import type { Instant } from '../model.ts';

/** 1601-01-01 to 1970-01-01, in milliseconds. */
const EPOCH_MS = 11_644_473_600_000n;

/** The FILETIME of an instant: 100 ns since 1601 UTC. */
export const fileTime = (at: Instant): bigint => (BigInt(Math.trunc(at)) + EPOCH_MS) * 10_000n;

/** The instant of a FILETIME, as far as a date can tell it; null: before 1970 or after the year 9999. */
export const instantOf = (time: bigint): Instant | null => {
  const ms = Number(time / 10_000n - EPOCH_MS);
  return ms >= 0 && ms < 253_402_300_800_000 ? ms : null;
};
