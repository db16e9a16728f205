import { toCimDateTime } from '../datetime/iso.ts';
import { CimError } from '../errors.ts';
import { CimInstance } from '../instance.ts';
import { ObjectPath } from '../object-path.ts';
import { tryParsePath } from '../path/parse-path.ts';
import type { CimScalar, CimType, CimValue } from '../values.ts';
import { fitInteger, isIntegerType, isRealType, parseInteger, parseReal } from './number.ts';

const BOOLEANS = new Map([
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false],
  ['-1', true],
]);

/**
 * Text from the wire to a value of a CIM type: decimal and hexadecimal numbers, booleans in every spelling that clients
 * send, ISO or CIM datetimes, object paths (spec embedded-instances §2).
 * @param subject name of the property or parameter, for the message
 * @throws CimError typeMismatch
 */
export function coerceText(type: CimType, text: string, subject?: string): CimScalar {
  const value = textTo(type, text);
  if (value === undefined) throw mismatch(type, text, subject);
  return value;
}

/** As `coerceText` for a value that may already have a type, right or wrong: 'True' for a boolean, "2048" for a number. */
export function coerceScalar(type: CimType, value: CimScalar, subject?: string): CimScalar {
  const coerced = scalarTo(type, value);
  if (coerced === undefined) throw mismatch(type, value, subject);
  return coerced;
}

/**
 * NULL stays NULL; for an array type a lone scalar becomes an array of one, for a scalar type an array of one becomes
 * its item, as loosely written clients send them.
 */
export function coerceValue(target: { type: CimType; array: boolean; name: string }, value: CimValue): CimValue {
  if (value === null) return null;
  const { type, name } = target;
  if (target.array) {
    const items = Array.isArray(value) ? (value as readonly (CimScalar | null)[]) : [value as CimScalar];
    return items.map((item) => (item === null ? null : coerceScalar(type, item, name)));
  }
  if (!Array.isArray(value)) return coerceScalar(type, value as CimScalar, name);
  const [only] = value as readonly (CimScalar | null)[];
  if (value.length !== 1 || only === undefined) {
    throw new CimError('typeMismatch', `${name} takes one value, not a list of ${value.length}.`, { subject: name });
  }
  return only === null ? null : coerceScalar(type, only, name);
}

function scalarTo(type: CimType, value: CimScalar): CimScalar | undefined {
  if (typeof value === 'string') return textTo(type, value);
  if (type === 'string') return value instanceof ObjectPath || value instanceof CimInstance ? undefined : textOf(value);
  if (type === 'reference') return value instanceof ObjectPath ? value : undefined;
  if (type === 'object') return value instanceof CimInstance ? value : undefined;
  if (value instanceof ObjectPath || value instanceof CimInstance) return undefined;
  if (type === 'boolean') return typeof value === 'boolean' ? value : BOOLEANS.get(String(value));
  if (isIntegerType(type)) {
    if (typeof value === 'boolean') return fitInteger(type, value ? 1n : 0n);
    if (typeof value === 'number' && !Number.isInteger(value)) return undefined;
    return fitInteger(type, BigInt(value));
  }
  if (isRealType(type)) return typeof value === 'boolean' ? undefined : toReal(type, Number(value));
  if (type === 'char16' && typeof value === 'number') return textTo(type, String(value));
  return undefined;
}

const textOf = (value: number | bigint | boolean): string =>
  typeof value === 'boolean' ? (value ? 'TRUE' : 'FALSE') : String(value);

function textTo(type: CimType, text: string): CimScalar | undefined {
  if (type === 'string') return text;
  if (type === 'char16') return text.length === 1 ? text : codeUnit(text.trim());
  const trimmed = text.trim();
  if (type === 'boolean') return BOOLEANS.get(trimmed.toLowerCase());
  if (type === 'datetime') return toCimDateTime(trimmed);
  if (type === 'reference') return tryParsePath(trimmed);
  if (isIntegerType(type)) {
    const value = parseInteger(trimmed);
    return value === undefined ? undefined : fitInteger(type, value);
  }
  if (!isRealType(type)) return undefined;
  const value = parseReal(trimmed);
  return value === undefined ? undefined : toReal(type, value);
}

/** A real32 that a double cannot be rounded to is out of range. */
function toReal(type: CimType, value: number): number | undefined {
  if (type === 'real64' || !Number.isFinite(value)) return value;
  const rounded = Math.fround(value);
  return Number.isFinite(rounded) ? rounded : undefined;
}

/** A char16 may come as the number of its code unit. */
function codeUnit(text: string): string | undefined {
  const code = parseInteger(text);
  return code === undefined || code < 0n || code > 0xffffn ? undefined : String.fromCharCode(Number(code));
}

function mismatch(type: CimType, value: CimScalar, subject: string | undefined): CimError {
  const text =
    value instanceof ObjectPath
      ? `path of ${value.className}`
      : value instanceof CimInstance
        ? `instance of ${value.class.name}`
        : String(value);
  const shown = text.length > 80 ? `${text.slice(0, 80)}...` : text;
  return new CimError(
    'typeMismatch',
    `${subject ?? 'The value'}: "${shown}" is not a ${type}.`,
    subject === undefined ? {} : { subject },
  );
}
