import { coerceScalar } from '../coerce/coerce-value.ts';
import { CimError } from '../errors.ts';
import { foldNamespace } from '../names.ts';
import { type KeyValue, ObjectPath } from '../object-path.ts';
import type { CimClass, CimProperty, SchemaNamespace } from '../schema.ts';
import { tryParsePath } from './parse-path.ts';

/**
 * The path in repository spelling: class and key names, key values typed by the schema, the short form resolved to its
 * key, no host. Keys may be missing; none may be unknown.
 * @throws CimError invalidClass; invalidObjectPath with the unknown key's name as `subject`; typeMismatch
 */
export function normalizePath(path: ObjectPath, schema: SchemaNamespace): ObjectPath {
  const cimClass = schema.class(path.className);
  if (cimClass === undefined) {
    throw new CimError('invalidClass', `Namespace ${schema.name} has no class ${path.className}.`, {
      subject: path.className,
    });
  }
  return normalizePathOf(cimClass, path, schema);
}

export function normalizePathOf(cimClass: CimClass, path: ObjectPath, schema: SchemaNamespace): ObjectPath {
  const make = (keys: ReadonlyMap<string, KeyValue> | null, singleton = false): ObjectPath =>
    new ObjectPath(null, schema.name, cimClass.name, keys, singleton);
  if (path.keys === null) return make(null);
  if (path.singleton || (cimClass.singleton && path.keys.size === 0)) {
    if (!cimClass.singleton) {
      throw new CimError(
        'invalidObjectPath',
        `${cimClass.name} is not a singleton; name its keys: ${keyNames(cimClass)}.`,
      );
    }
    return make(new Map(), true);
  }
  const keys = new Map<string, KeyValue>();
  for (const [name, value] of path.keys) {
    const key = name === '' ? onlyKey(cimClass) : keyProperty(cimClass, name);
    if (keys.has(key.name))
      throw new CimError('invalidObjectPath', `Key ${key.name} is given twice.`, { subject: key.name });
    keys.set(key.name, normalizeKey(key, value, schema));
  }
  return make(keys);
}

/** True when every key of the class has a value. */
export const hasAllKeys = (cimClass: CimClass, path: ObjectPath): boolean =>
  path.keys !== null &&
  (cimClass.singleton ? path.singleton : cimClass.keys.every((k) => path.keys?.has(k.name) === true));

function keyProperty(cimClass: CimClass, name: string): CimProperty {
  const property = cimClass.property(name);
  if (property?.key === true) return property;
  throw new CimError(
    'invalidObjectPath',
    `${name} is not a key of ${cimClass.name}; its keys are ${keyNames(cimClass)}.`,
    {
      subject: name,
    },
  );
}

function onlyKey(cimClass: CimClass): CimProperty {
  const [key] = cimClass.keys;
  if (key !== undefined && cimClass.keys.length === 1) return key;
  throw new CimError('invalidObjectPath', `${cimClass.name} needs its keys by name: ${keyNames(cimClass)}.`);
}

/** For refusals. */
export const keyNames = (cimClass: CimClass): string => cimClass.keys.map((k) => k.name).join(', ') || 'none';

function normalizeKey(key: CimProperty, value: KeyValue, schema: SchemaNamespace): KeyValue {
  if (key.type !== 'reference') return coerceScalar(key.type, value, key.name) as KeyValue;
  const target = typeof value === 'string' ? tryParsePath(value) : value;
  if (!(target instanceof ObjectPath)) {
    throw new CimError('invalidObjectPath', `Key ${key.name} must be an object path.`);
  }
  return normalizeReference(target, schema);
}

/** Repository spelling where this namespace knows the target; a path into another namespace stays as it is. */
export function normalizeReference(target: ObjectPath, schema: SchemaNamespace): ObjectPath {
  if (target.namespace !== null && foldNamespace(target.namespace) !== foldNamespace(schema.name)) return target;
  const cimClass = schema.class(target.className);
  return cimClass === undefined ? target : normalizePathOf(cimClass, target, schema);
}
