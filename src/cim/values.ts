/** The value types in one place; they are declared where no import cycle arises. */
export type { CimScalar, CimValue, CimValues } from './instance.ts';
export type { CimLiteral, CimType } from './types.ts';
