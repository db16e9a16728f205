import { type CivilTime, isCivil, MICROS_PER_MINUTE, microsOf } from './calendar.ts';
import { type CimDateTime, parseDateTime } from './cim-datetime.ts';
import { toCimDateTime } from './iso.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const LONG_MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

const SEPARATED = /^(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})(?:\s+|$)/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:\s+|$)/;
const DAY_MONTH = /^(\d{1,2})[\s-]+([a-z]+)\.?,?[\s-]+(\d{2}|\d{4})(?:,?\s+|$)/;
const MONTH_DAY = /^([a-z]+)\.?\s+(\d{1,2}),?\s+(\d{2}|\d{4})(?:,?\s+|$)/;
const TIME = /^(\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?\s*(am|pm)?$/;

/** Minutes east of UTC that the server's clock had at a local time. */
export type ZoneOf = (t: CivilTime) => number;

const serverZone: ZoneOf = (t) => -new Date(t.year, t.month - 1, t.day, t.hour, t.minute, t.second).getTimezoneOffset();

/**
 * The date constants of a WQL query (spec wql §3, Q-041): CIM text, ISO 8601, month names, `m/d/yyyy` (else `d/m/yyyy`)
 * with `/`, `-` or `.`, `yyyymmdd`, each with a time such as `3:23:00 PM` or `4PM`. No zone is the server's.
 */
export function parseLooseDate(text: string, zoneOf: ZoneOf = serverZone): CimDateTime | undefined {
  const trimmed = text.trim();
  if (trimmed.length > 64) return undefined;
  const exact = parseDateTime(trimmed);
  if (exact !== undefined) return exact;
  if (/^\d{4}-\d{2}-\d{2}t|^p/i.test(trimmed)) {
    const iso = toCimDateTime(trimmed);
    return iso === undefined ? undefined : parseDateTime(iso);
  }
  const date = readDate(trimmed.toLowerCase());
  if (date === undefined) return undefined;
  const time = readTime(date.rest);
  if (time === undefined) return undefined;
  const civil: CivilTime = { year: date.year, month: date.month, day: date.day, ...time };
  if (!isCivil(civil)) return undefined;
  const offset = zoneOf(civil);
  return { kind: 'timestamp', micros: microsOf(civil) - BigInt(offset) * MICROS_PER_MINUTE, offset, span: 0n };
}

interface LooseDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly rest: string;
}

function readDate(text: string): LooseDay | undefined {
  const make = (year: string, month: number, day: number, all: string): LooseDay => ({
    year: fullYear(year),
    month,
    day,
    rest: text.slice(all.length),
  });
  const compact = COMPACT.exec(text);
  if (compact !== null) return make(compact[1] as string, Number(compact[2]), Number(compact[3]), compact[0]);
  const separated = SEPARATED.exec(text);
  if (separated !== null) {
    const [all, a = '', , b = '', c = ''] = separated;
    if (a.length === 4) return make(a, Number(b), Number(c), all);
    if (a.length === 3 || c.length === 3) return undefined;
    return Number(a) <= 12 ? make(c, Number(a), Number(b), all) : make(c, Number(b), Number(a), all);
  }
  const dayFirst = DAY_MONTH.exec(text);
  if (dayFirst !== null)
    return make(dayFirst[3] as string, monthOf(dayFirst[2] as string), Number(dayFirst[1]), dayFirst[0]);
  const monthFirst = MONTH_DAY.exec(text);
  if (monthFirst !== null) {
    return make(monthFirst[3] as string, monthOf(monthFirst[1] as string), Number(monthFirst[2]), monthFirst[0]);
  }
  return undefined;
}

/** 1-12, or 0, which no calendar has, for a word that names no month. */
const monthOf = (name: string): number =>
  Math.max(MONTHS.indexOf(name), LONG_MONTHS.indexOf(name), name === 'sept' ? 8 : -1) + 1;

/** Two digits mean 1930-2029, as in OLE Automation dates. */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length > 2) return year;
  return year < 30 ? 2000 + year : 1900 + year;
}

function readTime(text: string): Pick<CivilTime, 'hour' | 'minute' | 'second' | 'micros'> | undefined {
  if (text === '') return { hour: 0, minute: 0, second: 0, micros: 0 };
  const m = TIME.exec(text);
  if (m === null || (m[2] === undefined && m[5] === undefined)) return undefined;
  let hour = Number(m[1]);
  if (m[5] !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (m[5] === 'pm' ? 12 : 0);
  }
  return { hour, minute: Number(m[2] ?? 0), second: Number(m[3] ?? 0), micros: Number((m[4] ?? '').padEnd(6, '0')) };
}
