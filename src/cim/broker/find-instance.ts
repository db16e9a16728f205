import { CimError } from '../errors.ts';
import type { CimInstance } from '../instance.ts';
import { fold, sameName } from '../names.ts';
import { type KeyValue, ObjectPath } from '../object-path.ts';
import type { OperationContext } from '../operations.ts';
import { keyText } from '../path/compare-paths.ts';
import { hasAllKeys, normalizePath } from '../path/normalize-path.ts';
import type { InstanceProvider } from '../provider.ts';
import type { CimClass, SchemaNamespace } from '../schema.ts';
import type { ProviderRegistry } from './provider-registry.ts';

export interface Found {
  readonly instance: CimInstance;
  readonly provider: InstanceProvider;
  /** Complete and in repository spelling. */
  readonly path: ObjectPath;
}

/**
 * The instance that a path denotes. Keys may be a subset, or none, when exactly one instance matches
 * (spec wire-wsman §5.2): libvirt and scripts give only `Name` of two-key classes, go-wsman nothing for services.
 * A path of a base class finds instances of its subclasses.
 * @throws CimError notFound; invalidObjectPath (subject null) when more than one matches; those of `normalizePath`
 */
export function getInstance(
  registry: ProviderRegistry,
  context: OperationContext,
  schema: SchemaNamespace,
  path: ObjectPath,
): Found {
  const normalized = normalizePath(path, schema);
  const found = findInstances(registry, context, schema, normalized, 2);
  const [first] = found;
  if (first === undefined) {
    throw new CimError('notFound', `There is no such instance of ${normalized.className}.`, {
      subject: normalized.className,
    });
  }
  if (found.length > 1) {
    const keys =
      schema
        .class(normalized.className)
        ?.keys.map((k) => k.name)
        .join(', ') ?? '';
    throw new CimError(
      'invalidObjectPath',
      `More than one instance of ${normalized.className} matches; give all keys: ${keys}.`,
    );
  }
  return first;
}

/** As `getInstance` for a normalised path; undefined when there is none, or more than one. */
export function findInstance(
  registry: ProviderRegistry,
  context: OperationContext,
  schema: SchemaNamespace,
  normalized: ObjectPath,
): Found | undefined {
  const found = findInstances(registry, context, schema, normalized, 2);
  return found.length === 1 ? found[0] : undefined;
}

function findInstances(
  registry: ProviderRegistry,
  context: OperationContext,
  schema: SchemaNamespace,
  path: ObjectPath,
  limit: number,
): Found[] {
  const cimClass = schema.class(path.className);
  const found: Found[] = [];
  if (cimClass === undefined) return found;
  for (const provider of registry.family(schema, cimClass)) {
    const own = schema.class(provider.className) as CimClass;
    for (const instance of ofProvider(provider, own, context, path)) {
      found.push({ instance, provider, path: pathIn(schema, instance, own, path) });
      if (found.length >= limit) return found;
    }
  }
  return found;
}

const pathIn = (schema: SchemaNamespace, instance: CimInstance, own: CimClass, asked: ObjectPath): ObjectPath =>
  instance.path() ?? new ObjectPath(null, schema.name, own.name, asked.keys, asked.singleton);

function* ofProvider(
  provider: InstanceProvider,
  own: CimClass,
  context: OperationContext,
  path: ObjectPath,
): Generator<CimInstance> {
  const complete = completeKeys(own, path);
  if (complete !== undefined) {
    const instance = provider.get(context, complete);
    if (instance !== undefined) yield instance;
    return;
  }
  const keys = [...(path.keys ?? [])];
  for (const instance of candidatesByKeys(provider, context, keys)) {
    if (keys.every(([name, value]) => sameKey(instance.get(name), value))) yield instance;
  }
}

/**
 * The path with every key of the provider's class, or undefined. `CreationClassName` is by definition (CIM core
 * schema) the name of the instance's class, so it need not be asked for.
 */
export function completeKeys(own: CimClass, path: ObjectPath): ObjectPath | undefined {
  if (hasAllKeys(own, path)) return new ObjectPath(null, own.namespace, own.name, path.keys, path.singleton);
  if (own.singleton)
    return path.keys === null || path.keys.size === 0
      ? new ObjectPath(null, own.namespace, own.name, new Map(), true)
      : undefined;
  if (path.keys === null || path.keys.size === 0) return undefined;
  const missing = own.keys.filter((k) => !path.keys?.has(k.name));
  if (missing.length !== 1 || missing[0] === undefined || !sameName(missing[0].name, 'CreationClassName'))
    return undefined;
  return new ObjectPath(null, own.namespace, own.name, new Map([...path.keys, [missing[0].name, own.name]]), false);
}

function candidatesByKeys(
  provider: InstanceProvider,
  context: OperationContext,
  keys: readonly (readonly [string, KeyValue])[],
): Iterable<CimInstance> {
  if (provider.candidates !== undefined) {
    for (const [name, value] of keys) {
      const list = provider.candidates(context, name, 'equal', indexText(value));
      if (list !== undefined) return list;
    }
  }
  return provider.enumerate(context);
}

/** What `InstanceProvider.candidates` is asked for: folded text, or the `pathKey` of a reference. */
const indexText = (value: KeyValue): string => (typeof value === 'string' ? fold(value) : keyText(value));

const sameKey = (actual: unknown, wanted: KeyValue): boolean =>
  actual !== null && actual !== undefined && keyText(actual as KeyValue) === keyText(wanted);
