import { CimError } from '../errors.ts';
import { CimInstance } from '../instance.ts';
import { sameName } from '../names.ts';
import type { CimClass } from '../schema.ts';
import type { CimScalar, CimValue } from '../values.ts';
import type { Comparison, Expression, Literal, Operand } from './ast.ts';
import { type ComparedType, literalTest, propertyTest, type ScalarTest } from './compare.ts';
import type { WqlEnvironment } from './environment.ts';
import { type Field, fieldOf } from './field.ts';
import { compileLike } from './like.ts';
import { readings } from './literal.ts';

export type Predicate = (instance: CimInstance) => boolean;

/**
 * A WHERE expression as a predicate over instances of `from`. Two-valued: a comparison with NULL is false, NOT turns
 * it over (spec wql §3).
 * @throws CimError invalidQuery for unknown properties and operators that do not fit a type
 */
export function compileExpression(e: Expression, from: CimClass, environment: WqlEnvironment): Predicate {
  switch (e.kind) {
    case 'and':
    case 'or': {
      const terms = e.terms.map((t) => compileExpression(t, from, environment));
      return e.kind === 'and' ? (i) => terms.every((t) => t(i)) : (i) => terms.some((t) => t(i));
    }
    case 'not': {
      const term = compileExpression(e.term, from, environment);
      return (i) => !term(i);
    }
    case 'compare':
      return leaf(fieldOf(e.operand, from, environment), comparison(e.op, e.literal, environment));
    case 'like':
      return leaf(fieldOf(e.operand, from, environment), like(e, environment));
    case 'compareProperty':
      return compareFields(
        fieldOf(e.operand, from, environment),
        e.op,
        fieldOf(e.other, from, environment),
        environment,
      );
    case 'isNull': {
      const field = fieldOf(e.operand, from, environment);
      return (i) => valueOf(field, i) === null;
    }
    case 'isa':
      return isa(e.operand, e.className, from, environment);
  }
}

type LeafType = ComparedType & { readonly array: boolean };
type LeafFactory = (type: LeafType) => (value: CimValue) => boolean;

/** With a known type the test is made once; with a found one, once per type that is met. */
function leaf(field: Field, make: LeafFactory): Predicate {
  if (field.kind === 'static') {
    const test = make(field.type);
    return (i) => {
      const value = field.read(i);
      return value !== null && test(value);
    };
  }
  const tests = new Map<string, (value: CimValue) => boolean>();
  return (i) => {
    const found = field.read(i);
    if (found === undefined || found.value === null) return false;
    const key = `${found.type.type} ${found.type.array} ${found.type.path}`;
    let test = tests.get(key);
    if (test === undefined) {
      test = makeOrNever(make, found.type);
      tests.set(key, test);
    }
    return test(found.value);
  };
}

/** Inside an embedded object a constant that does not fit is no match: another object may have another type there. */
function makeOrNever(make: LeafFactory, type: LeafType): (value: CimValue) => boolean {
  try {
    return make(type);
  } catch (error) {
    if (error instanceof CimError) return () => false;
    throw error;
  }
}

const comparison =
  (op: Comparison, literal: Literal, environment: WqlEnvironment): LeafFactory =>
  (type) =>
    overItems(type, literalTest(type, op, literal, environment.schema), op === '<>');

function like(e: Extract<Expression, { kind: 'like' }>, environment: WqlEnvironment): LeafFactory {
  const patterns = readings(e.pattern).map(compileLike);
  return (type) => {
    if (type.type !== 'string' && type.type !== 'char16') {
      if (patterns.some((p) => p.literal === null)) {
        throw new CimError('invalidQuery', `${type.name} is a ${type.type}; LIKE with wildcards needs a string.`);
      }
      return comparison('=', e.pattern, environment)(type);
    }
    return overItems(type, (value) => patterns.some((p) => p.matches(value as string)), false);
  };
}

/**
 * WQL cannot test arrays, but HostResource and its like are arrays of paths and must compare (decision K6):
 * any item that matches, for `<>` every one.
 */
function overItems(type: LeafType, test: ScalarTest, every: boolean): (value: CimValue) => boolean {
  if (!type.array) return (value) => test(value as CimScalar);
  if (!type.path) throw new CimError('invalidQuery', `${type.name} is an array; WQL tests arrays with IS NULL only.`);
  return (value) => {
    const items = (value as readonly (CimScalar | null)[]).filter((item) => item !== null);
    return every ? items.every(test) : items.some(test);
  };
}

const valueOf = (field: Field, instance: CimInstance): CimValue =>
  field.kind === 'static' ? field.read(instance) : (field.read(instance)?.value ?? null);

function compareFields(left: Field, op: Comparison, right: Field, environment: WqlEnvironment): Predicate {
  if (left.kind === 'static' && right.kind === 'static') {
    for (const { type } of [left, right]) {
      if (type.array)
        throw new CimError('invalidQuery', `${type.name} is an array; WQL tests arrays with IS NULL only.`);
    }
    const test = propertyTest(left.type, op, right.type, environment.schema);
    return (i) => both(left.read(i), right.read(i), test);
  }
  return (i) => {
    const a = typedValue(left, i);
    const b = typedValue(right, i);
    if (a === undefined || b === undefined) return false;
    // Whole lists change in events: TargetInstance.OperationalStatus <> PreviousInstance.OperationalStatus.
    if (a.type.array || b.type.array) return listsHold(op, a.value, b.value);
    if (a.type.type === 'object' || b.type.type === 'object') return false;
    return both(a.value, b.value, propertyTest(a.type, op, b.type, environment.schema));
  };
}

const typedValue = (field: Field, instance: CimInstance): { type: LeafType; value: CimValue } | undefined =>
  field.kind === 'static' ? { type: field.type, value: field.read(instance) } : field.read(instance);

const both = (a: CimValue, b: CimValue, test: (x: CimScalar, y: CimScalar) => boolean): boolean =>
  a !== null && b !== null && test(a as CimScalar, b as CimScalar);

function listsHold(op: Comparison, a: CimValue, b: CimValue): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || (op !== '=' && op !== '<>')) return false;
  const equal =
    a.length === b.length && a.every((item, i) => String(item).toLowerCase() === String(b[i]).toLowerCase());
  return equal === (op === '=');
}

function isa(operand: Operand, className: string, from: CimClass, environment: WqlEnvironment): Predicate {
  if (operand.length === 1 && sameName(operand[0] as string, '__this')) return (i) => i.isA(className);
  const field = fieldOf(operand, from, environment);
  if (field.kind === 'static' && field.type.type !== 'object') {
    throw new CimError(
      environment.events ? 'propertyNotAnObject' : 'invalidQuery',
      `${field.type.name} is no object; ISA needs one.`,
    );
  }
  return (i) => {
    const value = valueOf(field, i);
    return value instanceof CimInstance && value.isA(className);
  };
}
