import {
  civilOf,
  digits,
  isCivil,
  MICROS_PER_DAY,
  MICROS_PER_MINUTE,
  MICROS_PER_SECOND,
  microsOf,
} from './calendar.ts';
import { formatInterval, formatTimestamp, parseDateTime } from './cim-datetime.ts';

/** How WS-Management writes a CIM datetime (spec wire-wsman §6): the element's name and its text. */
export interface IsoDateTime {
  readonly element: 'Datetime' | 'Interval' | 'CIM_DateTime';
  readonly text: string;
}

/** A value with unknown fields, or one that is no CIM datetime at all, goes out as it is. */
export function toIso(text: string): IsoDateTime {
  const value = parseDateTime(text);
  if (value === undefined || value.span > 0n || text.includes('*')) return { element: 'CIM_DateTime', text };
  if (value.kind === 'interval') return { element: 'Interval', text: isoDuration(value.micros) };
  return { element: 'Datetime', text: isoTimestamp(value.micros, value.offset) };
}

/** Fraction without trailing zeros, absent when 0; `Z` for offset 0. */
export function isoTimestamp(micros: bigint, offset: number): string {
  const t = civilOf(micros + BigInt(offset) * MICROS_PER_MINUTE);
  const date = `${digits(t.year, 4)}-${digits(t.month, 2)}-${digits(t.day, 2)}`;
  const time = `${digits(t.hour, 2)}:${digits(t.minute, 2)}:${digits(t.second, 2)}${fraction(t.micros)}`;
  return `${date}T${time}${zone(offset)}`;
}

function zone(offset: number): string {
  if (offset === 0) return 'Z';
  const size = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${digits(Math.floor(size / 60), 2)}:${digits(size % 60, 2)}`;
}

const fraction = (micros: number): string => (micros === 0 ? '' : `.${digits(micros, 6).replace(/0+$/, '')}`);

/** All of D, H, M, S always: `P0DT0H1M40S`. */
export function isoDuration(micros: bigint): string {
  const seconds = Number((micros % MICROS_PER_DAY) / MICROS_PER_SECOND);
  const rest = fraction(Number(micros % MICROS_PER_SECOND));
  return `P${micros / MICROS_PER_DAY}DT${Math.floor(seconds / 3600)}H${Math.floor(seconds / 60) % 60}M${seconds % 60}${rest}S`;
}

const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;
const DURATION = /^P(?:(\d{1,8})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,](\d{1,9}))?S)?)?$/i;

/** ISO 8601 timestamp or duration, or CIM text, to CIM text; undefined when it is none. No zone means UTC. */
export function toCimDateTime(text: string): string | undefined {
  const trimmed = text.trim();
  if (parseDateTime(trimmed) !== undefined) return trimmed;
  return timestampFromIso(trimmed) ?? durationFromIso(trimmed);
}

function timestampFromIso(text: string): string | undefined {
  const m = DATE_TIME.exec(text);
  if (m === null) return undefined;
  const civil = {
    year: Number(m[1]),
    month: Number(m[2]),
    day: Number(m[3]),
    hour: Number(m[4] ?? 0),
    minute: Number(m[5] ?? 0),
    second: Number(m[6] ?? 0),
    micros: microsOfFraction(m[7]),
  };
  if (!isCivil(civil)) return undefined;
  const named = m[8] ?? 'Z';
  const size = /^z$/i.test(named) ? 0 : Number(named.slice(1, 3)) * 60 + Number(named.slice(-2));
  const offset = named.startsWith('-') ? -size : size;
  if (size > 999) return undefined;
  return formatTimestamp(microsOf(civil) - BigInt(offset) * MICROS_PER_MINUTE, offset);
}

function durationFromIso(text: string): string | undefined {
  const m = DURATION.exec(text);
  if (m === null || m.slice(1, 5).every((part) => part === undefined)) return undefined;
  const seconds = BigInt(m[2] ?? 0) * 3600n + BigInt(m[3] ?? 0) * 60n + BigInt(m[4] ?? 0);
  const micros = BigInt(m[1] ?? 0) * MICROS_PER_DAY + seconds * MICROS_PER_SECOND + BigInt(microsOfFraction(m[5]));
  return micros < 100_000_000n * MICROS_PER_DAY ? formatInterval(micros) : undefined;
}

const microsOfFraction = (text: string | undefined): number => Number((text ?? '').slice(0, 6).padEnd(6, '0'));
