import { fitInteger, isIntegerType, isRealType, parseInteger, parseReal } from '../coerce/number.ts';
import { compareDateTimes, parseDateTime } from '../datetime/cim-datetime.ts';
import { parseLooseDate } from '../datetime/loose-date.ts';
import { CimError } from '../errors.ts';
import type { SchemaNamespace } from '../schema.ts';
import type { CimScalar, CimType } from '../values.ts';
import type { Comparison, Literal } from './ast.ts';
import { texts } from './literal.ts';
import { identityOf, pathTest, sameIdentity } from './path-text.ts';
import { holds, order, sameText, upper } from './text.ts';

/** What a comparison must know of a property. */
export interface ComparedType {
  /** For messages. */
  readonly name: string;
  readonly type: CimType;
  readonly path: boolean;
}

export type ScalarTest = (value: CimScalar) => boolean;

const refuse = (message: string): CimError => new CimError('invalidQuery', message);

/** Test of one property's value against a constant (spec wql §3). @throws CimError invalidQuery */
export function literalTest(
  property: ComparedType,
  op: Comparison,
  literal: Literal,
  schema: SchemaNamespace,
): ScalarTest {
  const { type } = property;
  if (property.path || type === 'reference') return pathComparison(property, op, literal, schema);
  if (type === 'string') return textComparison(op, texts(literal));
  if (type === 'boolean') return booleanComparison(property, op, literal);
  if (type === 'datetime') return dateComparison(property, op, literal);
  if (type === 'char16') return charComparison(op, literal);
  if (isIntegerType(type) || isRealType(type)) return numberComparison(property, op, literal);
  throw refuse(`${property.name} is an object; it can only be tested with ISA and IS NULL.`);
}

/** `=` holds for either reading of the constant, `<>` for none, the rest by the first. */
function textComparison(op: Comparison, wanted: readonly string[]): ScalarTest {
  const first = wanted[0] as string;
  const second = wanted[1];
  const equal = (value: string): boolean => sameText(value, first) || (second !== undefined && sameText(value, second));
  if (op === '=') return (value) => equal(value as string);
  if (op === '<>') return (value) => !equal(value as string);
  const folded = upper(first);
  return (value) => holds(op, order(upper(value as string), folded));
}

function pathComparison(property: ComparedType, op: Comparison, literal: Literal, schema: SchemaNamespace): ScalarTest {
  if (op === '=' || op === '<>') {
    const test = pathTest(texts(literal), schema);
    return op === '=' ? test : (value) => !test(value);
  }
  if (property.type === 'reference') throw refuse(`${property.name} is a reference; references have no order.`);
  return textComparison(op, texts(literal));
}

function booleanComparison(property: ComparedType, op: Comparison, literal: Literal): ScalarTest {
  if (op !== '=' && op !== '<>') throw refuse(`${property.name} is a boolean; booleans have no order.`);
  const text = (texts(literal)[0] as string).trim().toLowerCase();
  const wanted =
    text === 'true' || text === '1' || text === '-1' ? true : text === 'false' || text === '0' ? false : undefined;
  if (wanted === undefined) throw refuse(`${property.name} is a boolean; "${text}" is not.`);
  return op === '=' ? (value) => value === wanted : (value) => value !== wanted;
}

function dateComparison(property: ComparedType, op: Comparison, literal: Literal): ScalarTest {
  const text = texts(literal)[0] as string;
  const wanted = parseLooseDate(text);
  if (wanted === undefined) throw refuse(`${property.name} is a datetime; "${text}" is not.`);
  return (value) => {
    const actual = parseDateTime(value as string);
    const result = actual === undefined ? undefined : compareDateTimes(actual, wanted);
    return result === undefined ? op === '<>' : holds(op, result);
  };
}

/** A char16 compares with a number by its code, with text as text. */
function charComparison(op: Comparison, literal: Literal): ScalarTest {
  if (literal.kind !== 'number') return textComparison(op, texts(literal));
  const code = Number(parseInteger(literal.text) ?? Number.NaN);
  if (Number.isNaN(code)) throw refuse(`"${literal.text}" is no character code.`);
  return (value) => holds(op, order((value as string).charCodeAt(0), code));
}

function numberComparison(property: ComparedType, op: Comparison, literal: Literal): ScalarTest {
  const wanted = numberFor(property, literal);
  if (op === '=' && typeof wanted === (property.type.endsWith('int64') ? 'bigint' : 'number'))
    return (value) => value === wanted;
  return (value) => holds(op, order(value as number | bigint, wanted));
}

/** Quoted numbers count (`EnabledState = '2'`), TRUE is 1; what the type cannot hold makes the query invalid. */
function numberFor({ name, type }: ComparedType, literal: Literal): number | bigint {
  const text = literal.kind === 'boolean' ? (literal.value ? '1' : '0') : (texts(literal)[0] as string).trim();
  const whole = parseInteger(text);
  if (isIntegerType(type) && whole !== undefined) {
    const fitting = fitInteger(type, whole);
    if (fitting === undefined) throw refuse(`${name} is a ${type}; ${text} is out of its range.`);
    return fitting;
  }
  const value = whole === undefined ? parseReal(text) : Number(whole);
  if (value === undefined) throw refuse(`${name} is a ${type}; "${text}" is not a number.`);
  return type === 'real32' ? Math.fround(value) : value;
}

type Kind = 'number' | 'text' | 'date' | 'path' | 'boolean';

function kindOf({ type, path }: ComparedType): Kind | undefined {
  if (path || type === 'reference') return 'path';
  if (type === 'object') return undefined;
  if (isIntegerType(type) || isRealType(type)) return 'number';
  return type === 'datetime' ? 'date' : type === 'boolean' ? 'boolean' : 'text';
}

/** Two properties of one object against each other (decision K6). Kinds that differ compare as text. */
export function propertyTest(
  a: ComparedType,
  op: Comparison,
  b: ComparedType,
  schema: SchemaNamespace,
): (x: CimScalar, y: CimScalar) => boolean {
  const kinds = [kindOf(a), kindOf(b)];
  if (kinds.includes(undefined)) throw refuse(`${a.name} and ${b.name}: objects cannot be compared.`);
  if (kinds.includes('path'))
    return (x, y) => equalPaths(x, y, schema) === (op !== '<>') && (op === '=' || op === '<>');
  if (kinds[0] === 'number' && kinds[1] === 'number')
    return (x, y) => holds(op, order(x as number | bigint, y as number | bigint));
  if (kinds[0] === 'date' && kinds[1] === 'date') {
    return (x, y) => {
      const [left, right] = [parseDateTime(x as string), parseDateTime(y as string)];
      const result = left === undefined || right === undefined ? undefined : compareDateTimes(left, right);
      return result === undefined ? op === '<>' : holds(op, result);
    };
  }
  return (x, y) => holds(op, order(upper(String(x)), upper(String(y))));
}

function equalPaths(x: CimScalar, y: CimScalar, schema: SchemaNamespace): boolean {
  if (typeof x === 'string' && typeof y === 'string' && sameText(x, y)) return true;
  const [a, b] = [identityOf(x, schema), identityOf(y, schema)];
  return a !== undefined && b !== undefined && sameIdentity(a, b);
}
