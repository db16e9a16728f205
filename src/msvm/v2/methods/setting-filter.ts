import type { SchemaNamespace } from '../../../cim/schema.ts';
import type { CimType } from '../../../cim/types.ts';
import type { SettingFilter } from '../../../core/plans/requests.ts';

/** Bits of integers that the domain holds as numbers; those of 64 bits are bigint (core/model.ts). */
const NUMBERS: Partial<Record<CimType, readonly [low: number, high: number]>> = {
  uint8: [0, 0xff],
  uint16: [0, 0xffff],
  uint32: [0, 0xffff_ffff],
  sint8: [-0x80, 0x7f],
  sint16: [-0x8000, 0x7fff],
  sint32: [-0x8000_0000, 0x7fff_ffff],
};
const BIG: Partial<Record<CimType, readonly [low: bigint, high: bigint]>> = {
  uint64: [0n, 2n ** 64n - 1n],
  sint64: [-(2n ** 63n), 2n ** 63n - 1n],
};
const DATETIME = /^\d{14}\.(?:\d{6}|\*{6})[+:-]\d{3}$/;

const fits = (type: CimType, value: unknown): boolean => {
  const [low, high] = NUMBERS[type] ?? [0, 0];
  const big = BIG[type];
  if (big !== undefined) return typeof value === 'bigint' && value >= big[0] && value <= big[1];
  if (NUMBERS[type] !== undefined)
    return Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'datetime') return typeof value === 'string' && DATETIME.test(value);
  return type === 'string' && typeof value === 'string';
};

/** What a definition file may set: properties that the schema has, with values of their type. */
export const settingFilter =
  (schema: SchemaNamespace): SettingFilter =>
  (className, name, value) => {
    const property = schema.class(className)?.property(name);
    if (property === undefined || Array.isArray(value) !== property.array) return false;
    const scalars: readonly unknown[] = Array.isArray(value) ? value : [value];
    return scalars.every((scalar) => fits(property.type, scalar));
  };
