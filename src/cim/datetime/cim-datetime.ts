import {
  type CivilTime,
  civilOf,
  daysInMonth,
  digits,
  isCivil,
  MICROS_PER_DAY,
  MICROS_PER_MINUTE,
  MICROS_PER_SECOND,
  microsOf,
} from './calendar.ts';

/** A CIM datetime (DSP0004 §5.2.4): 25 characters, `yyyymmddhhmmss.mmmmmm±uuu` or `ddddddddhhmmss.mmmmmm:000`. */
export type CimDateTime = CimTimestamp | CimInterval;

export interface CimTimestamp {
  readonly kind: 'timestamp';
  /** Microseconds from 1970-01-01T00:00Z; unknown fields count as their smallest value. */
  readonly micros: bigint;
  /** Minutes east of UTC. */
  readonly offset: number;
  /** Microseconds that the unknown (`*`) fields span; 0n when every field is known. */
  readonly span: bigint;
}

export interface CimInterval {
  readonly kind: 'interval';
  readonly micros: bigint;
  readonly span: bigint;
}

const FORM = /^([0-9*]{8})([0-9*]{2})([0-9*]{2})([0-9*]{2})\.([0-9*]{6})([+\-:])([0-9*]{3})$/;
/** Known digits first, unknown ones after. */
const WILD = /^[0-9]*\**$/;

/** Undefined when the text is no CIM datetime. */
export function parseDateTime(text: string): CimDateTime | undefined {
  const parts = FORM.exec(text);
  if (parts === null) return undefined;
  const body = `${parts[1]}${parts[2]}${parts[3]}${parts[4]}${parts[5]}`;
  if (!WILD.test(body)) return undefined;
  return parts[6] === ':'
    ? parseInterval(body, parts[7] as string)
    : parseTimestamp(body, parts[6] as string, parts[7] as string);
}

function parseInterval(body: string, suffix: string): CimInterval | undefined {
  if (suffix !== '000') return undefined;
  const known = body.replaceAll('*', '0');
  const number = (from: number, to: number): number => Number(known.slice(from, to));
  if (number(8, 10) > 23 || number(10, 12) > 59 || number(12, 14) > 59) return undefined;
  const seconds = number(8, 10) * 3600 + number(10, 12) * 60 + number(12, 14);
  const micros = BigInt(number(0, 8)) * MICROS_PER_DAY + BigInt(seconds) * MICROS_PER_SECOND + BigInt(number(14, 20));
  return { kind: 'interval', micros, span: spanOf(body, null) };
}

function parseTimestamp(body: string, sign: string, zone: string): CimTimestamp | undefined {
  const field = (from: number, to: number, least: number): number => {
    const digits = body.slice(from, to);
    if (/^\*+$/.test(digits)) return least;
    return Number(digits.replaceAll('*', '0'));
  };
  const civil: CivilTime = {
    year: field(0, 4, 0),
    month: field(4, 6, 1),
    day: field(6, 8, 1),
    hour: field(8, 10, 0),
    minute: field(10, 12, 0),
    second: field(12, 14, 0),
    micros: field(14, 20, 0),
  };
  if (!isCivil(civil)) return undefined;
  const minutes = zone === '***' ? 0 : Number(zone);
  if (!Number.isInteger(minutes)) return undefined;
  const offset = sign === '-' ? -minutes : minutes;
  return {
    kind: 'timestamp',
    micros: microsOf(civil) - BigInt(offset) * MICROS_PER_MINUTE,
    offset,
    span: spanOf(body, civil),
  };
}

/** How much time the unknown digits leave open. */
function spanOf(body: string, civil: CivilTime | null): bigint {
  const star = body.indexOf('*');
  if (star < 0) return 0n;
  if (star > 14) return 10n ** BigInt(20 - star) - 1n;
  if (star > 12 || star === 14) return MICROS_PER_SECOND * (star === 14 ? 1n : 10n) - 1n;
  if (star >= 10) return MICROS_PER_MINUTE * (star === 12 ? 1n : star === 11 ? 10n : 60n) - 1n;
  if (star >= 8) return star === 8 ? MICROS_PER_DAY - 1n : 10n * 60n * MICROS_PER_MINUTE - 1n;
  if (civil === null) return 10n ** BigInt(8 - star) * MICROS_PER_DAY - 1n;
  if (star >= 6) return BigInt(star === 7 ? 10 : daysInMonth(civil.year, civil.month)) * MICROS_PER_DAY - 1n;
  if (star >= 4) return BigInt(star === 5 ? 300 : 365) * MICROS_PER_DAY - 1n;
  return BigInt(10 ** (4 - star)) * 366n * MICROS_PER_DAY - 1n;
}

/**
 * -1, 0, 1 as instants or durations; undefined when one is a timestamp and the other an interval.
 * With unknown fields two values are equal when they can be (spec wql §3: compare up to the known precision).
 */
export function compareDateTimes(a: CimDateTime, b: CimDateTime): -1 | 0 | 1 | undefined {
  if (a.kind !== b.kind) return undefined;
  if (a.micros + a.span < b.micros) return -1;
  if (b.micros + b.span < a.micros) return 1;
  return a.span > 0n || b.span > 0n || a.micros === b.micros ? 0 : a.micros < b.micros ? -1 : 1;
}

/** CIM text of an instant; `offset` is minutes east of UTC. Years outside 0-9999 are clamped: the form has no others. */
export function formatTimestamp(micros: bigint, offset = 0): string {
  const t = civilOf(clamp(micros + BigInt(offset) * MICROS_PER_MINUTE, FIRST, LAST));
  const date = `${digits(t.year, 4)}${digits(t.month, 2)}${digits(t.day, 2)}`;
  const time = `${digits(t.hour, 2)}${digits(t.minute, 2)}${digits(t.second, 2)}.${digits(t.micros, 6)}`;
  return `${date}${time}${offset < 0 ? '-' : '+'}${digits(Math.abs(offset), 3)}`;
}

const FIRST = microsOf({ year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0, micros: 0 });
const LAST = microsOf({ year: 9999, month: 12, day: 31, hour: 23, minute: 59, second: 59, micros: 999_999 });
const LONGEST = 100_000_000n * MICROS_PER_DAY - 1n;

const clamp = (value: bigint, low: bigint, high: bigint): bigint => (value < low ? low : value > high ? high : value);

/** CIM text of a duration; negative ones become zero, as the form has no sign. */
export function formatInterval(micros: bigint): string {
  const length = clamp(micros, 0n, LONGEST);
  const seconds = Number((length % MICROS_PER_DAY) / MICROS_PER_SECOND);
  const days = digits(Number(length / MICROS_PER_DAY), 8);
  const time = `${digits(Math.floor(seconds / 3600), 2)}${digits(Math.floor(seconds / 60) % 60, 2)}${digits(seconds % 60, 2)}`;
  return `${days}${time}.${digits(Number(length % MICROS_PER_SECOND), 6)}:000`;
}

/** CIM text of milliseconds since the epoch, in UTC. */
export const timestampOfMs = (ms: number): string => formatTimestamp(BigInt(Math.round(ms * 1000)));

/** CIM text of a duration in milliseconds. */
export const intervalOfMs = (ms: number): string => formatInterval(BigInt(Math.round(ms * 1000)));

/** Milliseconds since the epoch, or of a duration; undefined when the text is no CIM datetime. */
export function msOfDateTime(text: string): number | undefined {
  const value = parseDateTime(text);
  return value === undefined ? undefined : Number(value.micros) / 1000;
}

/** 100 ns ticks since 1601 (Windows FILETIME), as in TIME_CREATED of an event. */
export const fileTimeOfMs = (ms: number): bigint => (BigInt(Math.round(ms * 1000)) + 11_644_473_600_000_000n) * 10n;
