import { byName, fold } from '../names.ts';
import type { CimMethod, CimParameter, CimProperty } from '../schema.ts';
import type { CimLiteral, CimType } from '../values.ts';
import {
  METHOD_FLAG,
  PARAMETER_FLAG,
  PROPERTY_FLAG,
  type ClassRecord,
  type MethodRecord,
  type ParameterRecord,
  type PropertyRecord,
  type StoredValue,
} from './format.ts';

type ValueMaps = readonly Readonly<Record<string, string>>[];

/** The effective properties and methods of one class, inherited ones included. */
export interface ClassMembers {
  readonly properties: readonly CimProperty[];
  readonly sortedProperties: readonly CimProperty[];
  readonly keys: readonly CimProperty[];
  /** By repository spelling and by folded name. */
  readonly propertyByName: ReadonlyMap<string, CimProperty>;
  readonly methods: readonly CimMethod[];
  readonly methodByName: ReadonlyMap<string, CimMethod>;
}

/**
 * Resolves overrides: an element stands where it is introduced, and of each attribute the most derived statement holds.
 */
export const resolveMembers = (
  record: ClassRecord,
  inherited: ClassMembers | null,
  valueMaps: ValueMaps,
): ClassMembers => {
  const [className, , , propertyRecords, methodRecords] = record;
  const properties = merge(inherited?.properties ?? [], propertyRecords, (stated, base) =>
    resolveProperty(stated, base, className, valueMaps),
  );
  const methods = merge(inherited?.methods ?? [], methodRecords, (stated, base) =>
    resolveMethod(stated, base, className, valueMaps),
  );
  return {
    properties,
    sortedProperties: properties.toSorted((a, b) => byName(a.name, b.name)),
    keys: properties.filter((property) => property.key),
    propertyByName: index(properties),
    methods,
    methodByName: index(methods),
  };
};

const merge = <E extends { readonly name: string }, R extends readonly [string, ...unknown[]]>(
  inherited: readonly E[],
  stated: readonly R[],
  resolve: (stated: R, base: E | undefined) => E,
): readonly E[] => {
  if (stated.length === 0) return inherited;
  const result = [...inherited];
  const places = new Map(inherited.map((element, place) => [fold(element.name), place]));
  for (const record of stated) {
    const place = places.get(fold(record[0]));
    if (place === undefined) result.push(resolve(record, undefined));
    else result[place] = resolve(record, inherited[place]);
  }
  return result;
};

const index = <E extends { readonly name: string }>(elements: readonly E[]): ReadonlyMap<string, E> => {
  const map = new Map<string, E>();
  for (const element of elements) {
    map.set(element.name, element);
    map.set(fold(element.name), element);
  }
  return map;
};

const has = (flags: number, flag: number): boolean => (flags & flag) !== 0;

const resolveProperty = (
  [name, type, flags, facets = {}]: PropertyRecord,
  base: CimProperty | undefined,
  className: string,
  valueMaps: ValueMaps,
): CimProperty => ({
  name: base?.name ?? name,
  type,
  // An override cannot turn an array into a scalar (DSP0004 §5.1.2.8), so one that is silent about it inherits it.
  array: has(flags, PROPERTY_FLAG.array) || (base?.array ?? false),
  key: has(flags, PROPERTY_FLAG.key) || (base?.key ?? false),
  write: has(flags, PROPERTY_FLAG.write) || (base?.write ?? false),
  ref: facets.ref ?? base?.ref ?? null,
  targetNamespace: facets.namespace ?? base?.targetNamespace ?? null,
  embedded: facets.embedded ?? base?.embedded ?? null,
  units: facets.units ?? base?.units ?? null,
  maxLen: facets.maxLen ?? base?.maxLen ?? null,
  values: facets.values === undefined ? (base?.values ?? null) : (valueMaps[facets.values] ?? null),
  default: facets.default === undefined ? (base?.default ?? null) : decodeValue(type, facets.default),
  origin: base?.origin ?? className,
});

const resolveMethod = (
  [name, flags, returnType, parameters, returns]: MethodRecord,
  base: CimMethod | undefined,
  className: string,
  valueMaps: ValueMaps,
): CimMethod => {
  const inherits = base !== undefined && has(flags, METHOD_FLAG.inheritSignature);
  return {
    name: base?.name ?? name,
    static: has(flags, METHOD_FLAG.static) || (base?.static ?? false),
    unsupported: has(flags, METHOD_FLAG.unsupported),
    returnType: inherits ? base.returnType : returnType,
    returns: returns === undefined ? (base?.returns ?? null) : (valueMaps[returns] ?? null),
    parameters: inherits ? base.parameters : parameters.map((stated) => resolveParameter(stated, base, valueMaps)),
    origin: base?.origin ?? className,
  };
};

const resolveParameter = (
  [name, type, flags, facets = {}]: ParameterRecord,
  method: CimMethod | undefined,
  valueMaps: ValueMaps,
): CimParameter => {
  const base = method?.parameters.find((parameter) => fold(parameter.name) === fold(name));
  const isIn = has(flags, PARAMETER_FLAG.in);
  return {
    name,
    direction: isIn && has(flags, PARAMETER_FLAG.out) ? 'inout' : isIn ? 'in' : 'out',
    type,
    array: has(flags, PARAMETER_FLAG.array),
    ref: facets.ref ?? base?.ref ?? null,
    targetNamespace: facets.namespace ?? base?.targetNamespace ?? null,
    embedded: facets.embedded ?? base?.embedded ?? null,
    optional: has(flags, PARAMETER_FLAG.optional) || (base?.optional ?? false),
    values: facets.values === undefined ? (base?.values ?? null) : (valueMaps[facets.values] ?? null),
  };
};

const decodeValue = (type: CimType, stored: StoredValue | readonly StoredValue[]): CimLiteral =>
  Array.isArray(stored)
    ? stored.map((item: StoredValue) => decodeScalar(type, item))
    : decodeScalar(type, stored as StoredValue);

const decodeScalar = (type: CimType, stored: StoredValue): boolean | number | bigint | string | null =>
  (type === 'uint64' || type === 'sint64') && typeof stored === 'string' ? BigInt(stored) : stored;
