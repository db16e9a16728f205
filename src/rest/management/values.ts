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
  return Array.isArray(value) ? (value as readonly unknown[]).filter((item) => typeof item === 'string') : [];
};

export const instances = (value: CimValue | undefined): readonly CimInstance[] =>
  Array.isArray(value) ? (value as readonly unknown[]).filter((item) => item instanceof CimInstance) : [];

export const paths = (value: CimValue | undefined): readonly ObjectPath[] =>
  Array.isArray(value) ? (value as readonly unknown[]).filter((item) => item instanceof ObjectPath) : [];

/** ISO 8601 in UTC; null for NULL and for Hyper-V's "never" (year 1601). */
export const time = (instance: CimInstance, name: string): string | null => {
  const value = parseDateTime(text(instance, name) ?? '');
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
  /^Microsoft:([0-9A-F-]{36})/i.exec(instanceId ?? '')?.[1]?.toUpperCase() ?? '';

/** The id that a text holding the path of a configuration names; null: none. */
export const idIn = (path: string | null): string | null =>
  /Microsoft:([0-9A-F-]{36})/i.exec(path ?? '')?.[1]?.toUpperCase() ?? null;
