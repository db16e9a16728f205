import type { CimInstance } from './instance.ts';
import type { ObjectPath } from './object-path.ts';

/** CIM data types (DSP0004 §5.2.3); `reference` and `object` (an embedded object, WMI's CIM_OBJECT) included. */
export type CimType =
  | 'boolean'
  | 'string'
  | 'char16'
  | 'datetime'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'sint8'
  | 'sint16'
  | 'sint32'
  | 'sint64'
  | 'real32'
  | 'real64'
  | 'reference'
  | 'object';

/**
 * How each type is held:
 * integers up to 32 bits are `number`, 64-bit integers are always `bigint`, reals are `number`;
 * datetime is its 25-character CIM text (timestamp or interval), so nothing is lost;
 * char16 is a one-character string; a string with an embedded instance is the printed text (`string`).
 */
export type CimScalar = boolean | number | bigint | string | ObjectPath | CimInstance;

/** NULL is `null`; an empty array is not NULL. */
export type CimValue = CimScalar | readonly (CimScalar | null)[] | null;

/** Values by property name in repository spelling. */
export type CimValues = Record<string, CimValue>;
