import { CimError } from '../errors.ts';
import { CimInstance } from '../instance.ts';
import { fold } from '../names.ts';
import type { CimClass } from '../schema.ts';
import { systemProperty } from '../system-properties.ts';
import type { CimValue } from '../values.ts';
import type { Operand } from './ast.ts';
import type { ComparedType } from './compare.ts';
import type { WqlEnvironment } from './environment.ts';

/** A property of the queried class: its type is known when the query is compiled. */
export interface StaticField {
  readonly kind: 'static';
  readonly type: ComparedType & { readonly array: boolean };
  read(instance: CimInstance): CimValue;
}

/** A dotted path into embedded objects: types are those of the object that is found there. */
export interface DynamicField {
  readonly kind: 'dynamic';
  /** Undefined when the path leads nowhere: no row then, and no error. */
  read(
    instance: CimInstance,
  ): { readonly type: ComparedType & { readonly array: boolean }; readonly value: CimValue } | undefined;
}

export type Field = StaticField | DynamicField;

/** @throws CimError invalidQuery for an unknown property, propertyNotAnObject in event queries */
export function fieldOf(operand: Operand, from: CimClass, environment: WqlEnvironment): Field {
  const first = operand[0] as string;
  if (operand.length === 1) {
    const known = typeOf(first, from, environment);
    if (known === undefined) throw unknown(first, from);
    return { kind: 'static', type: known, read: reader(first, from, environment) };
  }
  const property = from.property(first);
  if (property === undefined) throw unknown(first, from);
  if (environment.events && property.type !== 'object') {
    throw new CimError(
      'propertyNotAnObject',
      `${first} of ${from.name} is no object; ${operand.join('.')} leads nowhere.`,
    );
  }
  const start = property.name;
  return { kind: 'dynamic', read: (instance) => walk(instance.get(start), operand, environment) };
}

const unknown = (name: string, from: CimClass): CimError =>
  new CimError('invalidQuery', `${from.name} has no property ${name}.`, { subject: name });

function walk(start: CimValue, operand: Operand, environment: WqlEnvironment): ReturnType<DynamicField['read']> {
  let current = start;
  for (let i = 1; i < operand.length; i++) {
    if (!(current instanceof CimInstance)) return undefined;
    const name = operand[i] as string;
    const type = typeOf(name, current.class, environment);
    if (type === undefined) return undefined;
    const value = readNow(current, name, environment);
    if (i === operand.length - 1) return { type, value };
    current = value;
  }
  return undefined;
}

function typeOf(name: string, cimClass: CimClass, environment: WqlEnvironment): StaticField['type'] | undefined {
  const declared = cimClass.property(name);
  if (declared !== undefined) {
    const path = declared.type === 'string' && environment.pathProperties.has(fold(declared.name));
    return { name: declared.name, type: declared.type, array: declared.array, path };
  }
  const system = systemProperty(name);
  if (system !== undefined) return { name: system.name, type: system.type, array: system.array, path: system.path };
  return undefined;
}

/** Declared properties are read straight from the instance's values: this runs once per instance of a query. */
function reader(name: string, from: CimClass, environment: WqlEnvironment): (instance: CimInstance) => CimValue {
  const declared = from.property(name)?.name;
  if (declared !== undefined) return (instance) => instance.value(declared) ?? instance.get(declared);
  return (instance) => readNow(instance, name, environment);
}

const readNow = (instance: CimInstance, name: string, environment: WqlEnvironment): CimValue =>
  instance.class.property(name) === undefined
    ? (systemProperty(name)?.of(instance, environment.hostName) ?? null)
    : instance.get(name);
