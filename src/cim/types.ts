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

/** A value that a schema can state: defaults. No instances, no references. */
export type CimLiteral =
  | boolean
  | number
  | bigint
  | string
  | readonly (boolean | number | bigint | string | null)[]
  | null;
