import { CimInstance } from '../../cim/instance.ts';
import { ObjectPath } from '../../cim/object-path.ts';
import { formatPath, type PathHome } from '../../cim/path/format-path.ts';
import type { CimScalar, CimValue, CimValues } from '../../cim/values.ts';

/** An instance under its CIM names. */
export interface ObjectView {
  readonly className: string;
  /** Full path as text; null for what has none, such as embedded objects. */
  readonly path: string | null;
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * A CIM value as JSON carries it: integers of 64 bits that a double cannot hold and the reals that JSON does not know as text,
 * paths as text, datetimes as CIM writes them.
 */
export const jsonValue = (value: CimValue | undefined, home: PathHome): unknown => {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return (value as readonly (CimScalar | null)[]).map((item) => jsonValue(item, home));
  if (value instanceof ObjectPath) return formatPath(value, home);
  if (value instanceof CimInstance) return objectView(value, home.host);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return value;
};

/** @param columns the properties of a projection; null: all */
export const objectView = (
  instance: CimInstance,
  host: string,
  columns: readonly string[] | null = null,
): ObjectView => {
  const home = { host, namespace: instance.class.namespace };
  const names = columns ?? instance.class.properties.map(({ name }) => name);
  const path = instance.path();
  return {
    className: instance.class.name,
    path: path === null ? null : formatPath(path, home),
    properties: Object.fromEntries(names.map((name) => [name, jsonValue(instance.get(name), home)])),
  };
};

export const outView = (out: CimValues, home: PathHome): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(out).map(([name, value]) => [name, jsonValue(value, home)]));
