import type { CimType } from '../values.ts';

export type IntegerType = 'uint8' | 'uint16' | 'uint32' | 'uint64' | 'sint8' | 'sint16' | 'sint32' | 'sint64';

const range = (bits: bigint, signed: boolean): readonly [bigint, bigint] =>
  signed ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n];

const RANGES: Readonly<Record<IntegerType, readonly [bigint, bigint]>> = {
  uint8: range(8n, false),
  uint16: range(16n, false),
  uint32: range(32n, false),
  uint64: range(64n, false),
  sint8: range(8n, true),
  sint16: range(16n, true),
  sint32: range(32n, true),
  sint64: range(64n, true),
};

export const isIntegerType = (type: CimType): type is IntegerType => type in RANGES;

export const isRealType = (type: CimType): boolean => type === 'real32' || type === 'real64';

/** 64-bit integers are held as bigint, smaller ones as number; undefined when out of the type's range. */
export function fitInteger(type: IntegerType, value: bigint): number | bigint | undefined {
  const [low, high] = RANGES[type];
  if (value < low || value > high) return undefined;
  return type === 'uint64' || type === 'sint64' ? value : Number(value);
}

/** Longer than any 64-bit number in any spelling; bounds the work of BigInt. */
const LONGEST = 80;

/** Decimal or `0x` hexadecimal with optional sign. */
export function parseInteger(text: string): bigint | undefined {
  if (text.length > LONGEST) return undefined;
  const m = /^([+-]?)(0x[0-9a-f]+|\d+)$/i.exec(text);
  if (m === null) return undefined;
  const magnitude = BigInt(m[2] as string);
  return m[1] === '-' ? -magnitude : magnitude;
}

/** A real as text, infinities as `parseReal` reads them. */
export const realText = (value: number): string =>
  value === Number.POSITIVE_INFINITY ? 'INF' : value === Number.NEGATIVE_INFINITY ? '-INF' : String(value);

export function parseReal(text: string): number | undefined {
  if (text.length > 400) return undefined;
  if (/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  if (/^nan$/i.test(text)) return Number.NaN;
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text);
  return infinite === null ? undefined : infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
