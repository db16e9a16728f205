import type { CimType } from '../values.ts';
import { MofError, type MofPosition, type MofValue } from '../mof/ast.ts';
import type { StoredValue } from './format.ts';

const INTEGER_RANGES: Readonly<Partial<Record<CimType, readonly [bigint, bigint]>>> = {
  uint8: [0n, 0xffn],
  uint16: [0n, 0xffffn],
  uint32: [0n, 0xffff_ffffn],
  uint64: [0n, 0xffff_ffff_ffff_ffffn],
  sint8: [-0x80n, 0x7fn],
  sint16: [-0x8000n, 0x7fffn],
  sint32: [-0x8000_0000n, 0x7fff_ffffn],
  sint64: [-0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn],
};

/** Timestamp or interval, `*` for what is not known (DSP0004 §5.2.4). */
const DATETIME = /^[0-9*]{14}\.[0-9*]{6}(?:[+-][0-9]{3}|:000)$/;

/** A property's initial value in the repository file's form. @throws MofError when it does not fit the type */
export const storeDefault = (
  type: CimType,
  array: boolean,
  value: MofValue,
  at: MofPosition & { readonly file: string },
): StoredValue | readonly StoredValue[] | undefined => {
  if (value === null) return undefined;
  if (Array.isArray(value) !== array) {
    throw new MofError(`The default is ${array ? 'not an array' : 'an array'}`, at, at.file);
  }
  if (!Array.isArray(value)) return storeScalar(type, value, at);
  return value.map((item: MofValue) => storeScalar(type, item, at));
};

const storeScalar = (type: CimType, value: MofValue, at: MofPosition & { readonly file: string }): StoredValue => {
  const range = INTEGER_RANGES[type];
  if (range !== undefined && typeof value === 'bigint' && value >= range[0] && value <= range[1]) {
    return type === 'uint64' || type === 'sint64' ? value.toString() : Number(value);
  }
  if (type === 'boolean' && typeof value === 'boolean') return value;
  if (type === 'string' && typeof value === 'string') return value;
  if (type === 'char16' && typeof value === 'string' && value.length === 1) return value;
  if (type === 'datetime' && typeof value === 'string' && DATETIME.test(value)) return value;
  if ((type === 'real32' || type === 'real64') && (typeof value === 'number' || typeof value === 'bigint')) {
    return Number(value);
  }
  throw new MofError(`The default does not fit the type ${type}`, at, at.file);
};
