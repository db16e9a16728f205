import type { HvLeaf, HvValue } from '../tree.ts';
import type { DefinitionValues } from './definition.ts';

type Setting = DefinitionValues[string];

/** How one leaf and one CIM property say the same. Undefined: they cannot, and the leaf stays unmapped. */
export interface Codec {
  read(leaf: HvLeaf): Setting | undefined;
  write(value: Setting): HvValue | undefined;
}

const integerOf = (leaf: HvLeaf): bigint | undefined =>
  leaf.type === 'int' || leaf.type === 'uint' ? leaf.value : undefined;

export const text: Codec = {
  read: (leaf) => (leaf.type === 'string' ? leaf.value : undefined),
  write: (value) => (typeof value === 'string' ? { type: 'string', value } : undefined),
};

export const flag: Codec = {
  read: (leaf) => (leaf.type === 'bool' ? leaf.value : undefined),
  write: (value) => (typeof value === 'boolean' ? { type: 'bool', value } : undefined),
};

export const uint64: Codec = {
  read: (leaf) => {
    const value = integerOf(leaf);
    return value === undefined || value < 0n ? undefined : value;
  },
  write: (value) =>
    typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))
      ? { type: 'int', value: BigInt(value) }
      : undefined,
};

/** Files have 64 bits for every integer: what CIM has no room for stays unmapped. */
const unsigned = (bits: 8 | 16 | 32): Codec => ({
  read: (leaf) => {
    const value = integerOf(leaf);
    return value === undefined || value < 0n || value >= 2n ** BigInt(bits) ? undefined : Number(value);
  },
  write: uint64.write,
});

export const uint8 = unsigned(8);
export const uint16 = unsigned(16);
export const uint32 = unsigned(32);

/** Integer of the file = CIM value less an offset: actions are 0 to 2 in files and 2 to 4 in v2. */
export const shifted = (by: number, highest: number): Codec => ({
  read: (leaf) => {
    const value = uint32.read(leaf);
    return typeof value !== 'number' || value > highest ? undefined : value + by;
  },
  write: (value) =>
    typeof value === 'number' && value >= by && value <= by + highest
      ? { type: 'int', value: BigInt(value - by) }
      : undefined,
});

/** Integers of the file and their CIM values, one to one. */
export const numbers = (pairs: readonly (readonly [file: number, cim: number])[]): Codec => ({
  read: (leaf) => pairs.find(([file]) => BigInt(file) === integerOf(leaf))?.[1],
  write: (value) => {
    const pair = pairs.find(([, cim]) => cim === value);
    return pair === undefined ? undefined : { type: 'int', value: BigInt(pair[0]) };
  },
});

/** A property that is an array in CIM and one text in the file; there is no way to say several. */
export const single: Codec = {
  read: (leaf) => (leaf.type === 'string' ? [leaf.value] : undefined),
  write: (value) => {
    const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
    return typeof only === 'string' ? { type: 'string', value: only } : undefined;
  },
};

const two = (n: bigint): string => String(n).padStart(2, '0');
const INTERVAL = /^(\d{8})(\d{2})(\d{2})(\d{2})\.000000:000$/;

/** Seconds; an interval datetime in CIM (DSP0004 5.5.1). */
export const seconds: Codec = {
  read: (leaf) => {
    const value = integerOf(leaf);
    if (value === undefined || value < 0n || value > 86_400n * 99_999_999n) return undefined;
    const days = String(value / 86_400n).padStart(8, '0');
    return `${days}${two((value / 3600n) % 24n)}${two((value / 60n) % 60n)}${two(value % 60n)}.000000:000`;
  },
  write: (value) => {
    const match = typeof value === 'string' ? INTERVAL.exec(value) : null;
    if (match === null) return undefined;
    const [days = 0n, hours = 0n, minutes = 0n, rest = 0n] = match.slice(1).map(BigInt);
    return { type: 'int', value: ((days * 24n + hours) * 60n + minutes) * 60n + rest };
  },
};

const MAC = /^[0-9A-F]{2}(?:-[0-9A-F]{2}){5}$/;
const BARE_MAC = /^[0-9A-F]{12}$/i;

/** `00-15-5D-00-00-01`; 12 digits in CIM. */
export const macAddress: Codec = {
  read: (leaf) => (leaf.type === 'string' && MAC.test(leaf.value) ? leaf.value.replaceAll('-', '') : undefined),
  write: (value) =>
    typeof value === 'string' && BARE_MAC.test(value)
      ? { type: 'string', value: (value.toUpperCase().match(/../g) ?? []).join('-') }
      : undefined,
};

/** (major << 8) | minor; `9.0` in CIM. */
export const version: Codec = {
  read: (leaf) => {
    const value = uint32.read(leaf);
    return typeof value !== 'number' || value > 0xffff ? undefined : `${value >>> 8}.${value & 0xff}`;
  },
  write: (value) => {
    const match = typeof value === 'string' ? /^(\d{1,3})\.(\d{1,3})$/.exec(value) : null;
    const [major, minor] = [Number(match?.[1]), Number(match?.[2])];
    return match !== null && major <= 255 && minor <= 255
      ? { type: 'int', value: BigInt(major * 256 + minor) }
      : undefined;
  },
};
