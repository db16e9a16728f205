import { fold, foldNamespace } from '../../src/cim/names.ts';
import type {
  CimClass,
  CimMethod,
  CimParameter,
  CimProperty,
  ClassRepository,
  SchemaNamespace,
} from '../../src/cim/schema.ts';
import type { CimType, CimValue } from '../../src/cim/values.ts';

/** `string`, `uint16[]`, `key string`, `ref:CIM_System`, `key ref:CIM_System`, `object:CIM_System`, `string<Msvm_X>`, `write boolean`. */
export type PropertySpec = string;

export interface ClassSpec {
  readonly name: string;
  readonly base?: string;
  readonly abstract?: boolean;
  readonly association?: boolean;
  readonly indication?: boolean;
  readonly singleton?: boolean;
  readonly properties?: Readonly<Record<string, PropertySpec>>;
  readonly methods?: Readonly<Record<string, MethodSpec>>;
}

/** Parameters: `in string`, `out ref:CIM_Job`, `in optional uint16[]`. */
export interface MethodSpec {
  readonly static?: boolean;
  readonly returns?: CimType;
  readonly parameters?: Readonly<Record<string, string>>;
}

interface Typed {
  readonly type: CimType;
  readonly array: boolean;
  readonly ref: string | null;
  readonly embedded: string | null;
}

function typed(text: string): Typed {
  const array = text.endsWith('[]');
  const name = array ? text.slice(0, -2) : text;
  if (name.startsWith('ref:')) return { type: 'reference', array, ref: name.slice(4), embedded: null };
  if (name.startsWith('object:')) return { type: 'object', array, ref: null, embedded: name.slice(7) };
  const embedded = /^string<(\w+)>$/.exec(name);
  if (embedded !== null) return { type: 'string', array, ref: null, embedded: embedded[1] as string };
  return { type: name as CimType, array, ref: null, embedded: null };
}

function property(name: string, spec: PropertySpec, origin: string): CimProperty {
  const words = spec.split(' ');
  return {
    name,
    ...typed(words.at(-1) as string),
    key: words.includes('key'),
    write: words.includes('write'),
    units: null,
    maxLen: null,
    values: null,
    default: null as CimValue as CimProperty['default'],
    origin,
  };
}

function method(name: string, spec: MethodSpec, origin: string): CimMethod {
  const parameters = Object.entries(spec.parameters ?? {}).map(([parameter, text]): CimParameter => {
    const words = text.split(' ');
    return {
      name: parameter,
      direction: words[0] as CimParameter['direction'],
      ...typed(words.at(-1) as string),
      optional: words.includes('optional'),
      values: null,
    };
  });
  return {
    name,
    static: spec.static ?? false,
    returnType: spec.returns ?? 'uint32',
    returns: null,
    parameters,
    origin,
  };
}

function buildClass(namespace: string, spec: ClassSpec, base: CimClass | null): CimClass {
  const own = Object.entries(spec.properties ?? {}).map(([name, text]) => property(name, text, spec.name));
  const properties = [...(base?.properties ?? []).map((p) => own.find((o) => fold(o.name) === fold(p.name)) ?? p)];
  for (const p of own) if (!properties.includes(p)) properties.push(p);
  const ownMethods = Object.entries(spec.methods ?? {}).map(([name, m]) => method(name, m, spec.name));
  const methods = [
    ...(base?.methods ?? []).filter((m) => !ownMethods.some((o) => fold(o.name) === fold(m.name))),
    ...ownMethods,
  ];
  const derivation = base === null ? [] : [base.name, ...base.derivation];
  const ancestors = new Set([spec.name, ...derivation].map(fold));
  const byFoldedName = new Map(properties.map((p) => [fold(p.name), p]));
  const methodByName = new Map(methods.map((m) => [fold(m.name), m]));
  return {
    name: spec.name,
    namespace,
    superclass: base,
    abstract: spec.abstract ?? false,
    association: spec.association ?? base?.association ?? false,
    indication: spec.indication ?? base?.indication ?? false,
    singleton: spec.singleton ?? base?.singleton ?? false,
    system: spec.name.startsWith('__'),
    properties,
    sortedProperties: properties.toSorted((a, b) => (fold(a.name) < fold(b.name) ? -1 : 1)),
    keys: properties.filter((p) => p.key),
    methods,
    derivation,
    property: (name) => byFoldedName.get(fold(name)),
    method: (name) => methodByName.get(fold(name)),
    isA: (name) => ancestors.has(fold(name)),
  };
}

/** A namespace of hand-made classes; a base stands before its subclasses. */
export function schemaOf(name: string, specs: readonly ClassSpec[]): SchemaNamespace {
  const classes = new Map<string, CimClass>();
  for (const spec of specs) {
    const base = spec.base === undefined ? null : classes.get(fold(spec.base));
    if (base === undefined) throw new Error(`${spec.name}: base ${spec.base} must stand before it.`);
    classes.set(fold(spec.name), buildClass(name, spec, base));
  }
  return {
    name,
    classNames: () => [...classes.values()].map((c) => c.name),
    class: (className) => classes.get(fold(className)),
    subclasses: (className) =>
      [...classes.values()].filter((c) => c.superclass !== null && fold(c.superclass.name) === fold(className)),
    family: (className) => (classes.has(fold(className)) ? [...classes.values()].filter((c) => c.isA(className)) : []),
  };
}

export const repositoryOf = (...namespaces: readonly SchemaNamespace[]): ClassRepository => ({
  namespaces,
  namespace: (name) => namespaces.find((n) => foldNamespace(n.name) === foldNamespace(name)),
});
