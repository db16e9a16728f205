import { toIso } from '../../cim/datetime/iso.ts';
import { CimInstance } from '../../cim/instance.ts';
import { type KeyValue, ObjectPath } from '../../cim/object-path.ts';
import type { CimType } from '../../cim/types.ts';
import type { CimScalar, CimValue, CimValues } from '../../cim/values.ts';
import { jsonValue, type ObjectView, objectView } from './values.ts';
import type { PathHome } from '../../cim/path/format-path.ts';

/** A property or a parameter. */
export interface Declared {
  readonly name: string;
  readonly type: CimType;
  readonly array: boolean;
}

/** Values with what tells them apart: their CIM types by name, `[]` behind that of an array. */
export interface TypedView {
  readonly values: Readonly<Record<string, unknown>>;
  readonly types: Readonly<Record<string, string>>;
}

/** A reference for whoever does not want to take a path apart. */
export interface ReferenceView {
  readonly namespace: string;
  readonly className: string;
  readonly keys: Readonly<Record<string, unknown>>;
}

const keysOf = (path: ObjectPath, home: PathHome): Readonly<Record<string, unknown>> =>
  Object.fromEntries([...(path.keys ?? [])].map(([name, value]) => [name, keyView(value, home)]));

const keyView = (value: KeyValue, home: PathHome): unknown =>
  value instanceof ObjectPath ? referenceView(value, home) : jsonValue(value, home);

const referenceView = (path: ObjectPath, home: PathHome): ReferenceView => ({
  namespace: path.namespace ?? home.namespace,
  className: path.className,
  keys: keysOf(path, home),
});

const typedValue = (value: CimValue | undefined, type: CimType | undefined, home: PathHome): unknown => {
  // Those of a picture are a hundred thousand numbers.
  if (Array.isArray(value) && type === 'uint8' && value.every((item) => typeof item === 'number'))
    return Buffer.from(value as readonly number[]).toString('base64');
  if (Array.isArray(value)) return (value as readonly (CimScalar | null)[]).map((item) => typedValue(item, type, home));
  if (value instanceof ObjectPath) return referenceView(value, home);
  if (value instanceof CimInstance) return typedObject(value, home.host);
  if (type === 'datetime' && typeof value === 'string') return toIso(value).text;
  return jsonValue(value, home);
};

/** @param declared what is known of the names of `values`; one that is not declared has no type */
export const typedView = (
  values: CimValues,
  declared: (name: string) => Declared | undefined,
  home: PathHome,
): TypedView => {
  const types: Record<string, string> = {};
  const told: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const known = declared(name);
    if (known !== undefined) types[name] = known.array ? `${known.type}[]` : known.type;
    told[name] = typedValue(value, known?.type, home);
  }
  return { values: told, types };
};

/** As `objectView`, with types, the keys of its path, datetimes of ISO 8601, references as objects and bytes as base64. */
export const typedObject = (
  instance: CimInstance,
  host: string,
  columns: readonly string[] | null = null,
): ObjectView & { readonly keys: ReferenceView['keys'] | null; readonly types: TypedView['types'] } => {
  const home = { host, namespace: instance.class.namespace };
  const names = columns ?? instance.class.properties.map(({ name }) => name);
  const values = Object.fromEntries(names.map((name) => [name, instance.get(name)]));
  const path = instance.path();
  const { values: properties, types } = typedView(values, (name) => instance.class.property(name), home);
  const { className, path: text } = objectView(instance, host, []);
  return { className, path: text, properties, keys: path === null ? null : keysOf(path, home), types };
};
