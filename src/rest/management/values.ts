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

export const texts = (instance: CimInstance, name: string): string[] => {
  const value = instance.get(name);
  return Array.isArray(value) ? (value as readonly unknown[]).filter((item) => typeof item === 'string') : [];
};

export const instances = (value: CimValue | undefined): readonly CimInstance[] =>
  Array.isArray(value) ? (value as readonly unknown[]).filter((item) => item instanceof CimInstance) : [];

export const paths = (value: CimValue | undefined): readonly ObjectPath[] =>
  Array.isArray(value) ? (value as readonly unknown[]).filter((item) => item instanceof ObjectPath) : [];

/** A time in UTC of this century, but on days that only some months have: what lists are full of, and read by its places. */
const PLAIN =
  /^20\d\d(?:(?:0[1-9]|1[0-2])(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])(?:29|30))(?:[01]\d|2[0-3])[0-5]\d[0-5]\d\.\d{6}[+-]000$/;

const isoOfPlain = (cim: string): string => {
  let end = 21;
  while (cim.charCodeAt(end - 1) === 0x30) end--;
  const fraction = end === 15 ? '' : `.${cim.slice(15, end)}`;
  const date = `${cim.slice(0, 4)}-${cim.slice(4, 6)}-${cim.slice(6, 8)}`;
  return `${date}T${cim.slice(8, 10)}:${cim.slice(10, 12)}:${cim.slice(12, 14)}${fraction}Z`;
};

/** ISO 8601 in UTC; null for NULL and for Hyper-V's "never" (year 1601). */
export const time = (instance: CimInstance, name: string): string | null => timeOf(text(instance, name) ?? '');

/** The same of a datetime that stands in a text. */
export const timeOf = (cim: string): string | null => {
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
