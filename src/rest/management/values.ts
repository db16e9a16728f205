import { parseDateTime } from '../../cim/datetime/cim-datetime.ts';
import { isoTimestamp } from '../../cim/datetime/iso.ts';
import { CimInstance } from '../../cim/instance.ts';
import { ObjectPath } from '../../cim/object-path.ts';
import type { CimValue } from '../../cim/values.ts';

/** Values of instances as JSON has them. NULL and what has another type is null. */

export const text = (instance: CimInstance, name: string): string | null => {
  const value = instance.get(name);
  return typeof value === 'string' ? value : null;
};

/** Numbers of 64 bits are told as JSON numbers: none that we tell comes near 2^53. */
export const number = (instance: CimInstance, name: string): number | null => {
  const value = instance.get(name);
  return typeof value === 'bigint' ? Number(value) : typeof value === 'number' ? value : null;
};

export const flag = (instance: CimInstance, name: string): boolean | null => {
  const value = instance.get(name);
  return typeof value === 'boolean' ? value : null;
};

export const texts = (instance: CimInstance, name: string): readonly string[] => {
  const value = instance.get(name);
  return Array.isArray(value) ? only(value, isText) : NO_TEXTS;
};

const NO_TEXTS: readonly string[] = [];
const NO_INSTANCES: readonly CimInstance[] = [];

// Made once: a list of a thousand machines asks four thousand times.
const isText = (item: unknown): item is string => typeof item === 'string';
const isInstance = (item: unknown): item is CimInstance => item instanceof CimInstance;

/** A copy of a few elements takes as much as one of seventeen; nearly always all of them are of the type. */
const only = <T>(items: readonly unknown[], is: (item: unknown) => item is T): readonly T[] =>
  items.every(is) ? items : items.filter(is);

export const instances = (value: CimValue | undefined): readonly CimInstance[] =>
  Array.isArray(value) ? only(value, isInstance) : NO_INSTANCES;

export const paths = (value: CimValue | undefined): readonly ObjectPath[] =>
  Array.isArray(value) ? (value as readonly unknown[]).filter((item) => item instanceof ObjectPath) : [];

/** A time in UTC of this century, but on days that only some months have: what lists are full of, and read by its places. */
const PLAIN =
  /^20\d\d(?:(?:0[1-9]|1[0-2])(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])(?:29|30))(?:[01]\d|2[0-3])[0-5]\d[0-5]\d\.\d{6}[+-]000$/;

/** `YYYY-MM-DDTHH:MM:SS.mmmmmm`, where the digits are put in; the end is where the fraction ends. */
const ISO = Buffer.from('0000-00-00T00:00:00.000000Z', 'latin1');
/** Where the digits of `YYYYMMDDHHMMSS.mmmmmm` stand in it. */
const CIM_PLACES = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18, 19, 20, 21, 22, 23, 24, 25] as const;
const POINT = 19;

/** Put together of pieces it would take ten times the memory. */
const isoOfPlain = (cim: string): string => {
  for (let index = 0; index < CIM_PLACES.length; index++) ISO[CIM_PLACES[index] ?? 0] = cim.charCodeAt(index);
  let end = ISO.length - 1;
  while (ISO[end - 1] === 0x30 && end > POINT) end--;
  if (end === POINT + 1) end = POINT;
  ISO[end] = 0x5a;
  return ISO.toString('latin1', 0, end + 1);
};

/** ISO 8601 in UTC; null for NULL and for Hyper-V's "never" (year 1601). */
export const time = (instance: CimInstance, name: string): string | null => timeOf(text(instance, name) ?? '');

/** Of datetimes that were told: lists tell the same ones again and again, when machines were made. */
const TOLD = new Map<string, string | null>();
/** Some hundred kilobytes. */
const MOST_TOLD = 4096;
const DATETIME_LENGTH = 25;

/** The same of a datetime that stands in a text. */
export const timeOf = (cim: string): string | null => {
  const told = TOLD.get(cim);
  if (told !== undefined) return told;
  const iso = isoOf(cim);
  // What is no datetime may be long.
  if (cim.length !== DATETIME_LENGTH) return iso;
  if (TOLD.size >= MOST_TOLD) TOLD.clear();
  TOLD.set(cim, iso);
  return iso;
};

const isoOf = (cim: string): string | null => {
  if (PLAIN.test(cim)) return isoOfPlain(cim);
  const value = parseDateTime(cim);
  if (value === undefined || value.kind !== 'timestamp') return null;
  const iso = isoTimestamp(value.micros, 0);
  return iso.startsWith('1601-') ? null : iso;
};

/** Seconds of an interval, rounded down. */
export const seconds = (instance: CimInstance, name: string): number | null => {
  const value = parseDateTime(text(instance, name) ?? '');
  return value === undefined || value.kind !== 'interval' ? null : Number(value.micros / 1_000_000n);
};

/** The word of a number that has one. */
export const word = <T extends string>(
  words: Readonly<Record<number, T>>,
  value: number | null,
): T | `code${number}` | null => (value === null ? null : (words[value] ?? `code${value}`));

/** `Microsoft:GUID\part` -> `GUID`, upper case. */
export const idOf = (instanceId: string | null): string =>
  instanceId !== null && /^Microsoft:[0-9A-F-]{36}/i.test(instanceId) ? instanceId.slice(10, 46).toUpperCase() : '';

/** The id that a text holding the path of a configuration names; null: none. */
export const idIn = (path: string | null): string | null =>
  /Microsoft:([0-9A-F-]{36})/i.exec(path ?? '')?.[1]?.toUpperCase() ?? null;
