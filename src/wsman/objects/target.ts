import { coerceText } from '../../cim/coerce/coerce-value.ts';
import { CimError } from '../../cim/errors.ts';
import { foldNamespace, sameName } from '../../cim/names.ts';
import { type KeyValue, ObjectPath } from '../../cim/object-path.ts';
import { keyNames } from '../../cim/path/normalize-path.ts';
import { tryParsePath } from '../../cim/path/parse-path.ts';
import type { CimClass, CimProperty, ClassRepository, SchemaNamespace } from '../../cim/schema.ts';
import type { EndpointReference, Selector } from '../envelope/endpoint-reference.ts';
import { DEFAULT_NAMESPACE, type ObjectFamily, type ResourceUri } from '../envelope/resource-uri.ts';
import { WsmanFault } from '../faults/fault.ts';

/** What a resource URI and its selectors name in the repository. */
export interface Target {
  readonly family: ObjectFamily;
  readonly schema: SchemaNamespace;
  /** null for `*`. */
  readonly class: CimClass | null;
  /** Selectors without `__cimnamespace`. */
  readonly keys: readonly Selector[];
}

const NAMESPACE_SELECTOR = '__cimnamespace';

/** The namespace a request is about (spec §3, rules). @throws WsmanFault */
export function namespaceOf(
  repository: ClassRepository,
  resource: ResourceUri,
  selectors: readonly Selector[],
): SchemaNamespace {
  const selector = selectors.find((s) => sameName(s.name, NAMESPACE_SELECTOR))?.value;
  if (selector !== undefined && typeof selector !== 'string') {
    throw new WsmanFault('selectorType', '__cimnamespace must be the name of a namespace.');
  }
  const named = selector?.trim();
  const own = resource.family === 'wmi' ? resource.namespace : (named ?? DEFAULT_NAMESPACE);
  const schema = repository.namespace(own);
  if (schema === undefined) {
    throw new WsmanFault('invalidResourceUri', `There is no namespace ${foldNamespace(own.slice(0, 200))}.`);
  }
  if (resource.family === 'wmi' && named !== undefined && repository.namespace(named) !== schema) {
    throw new WsmanFault('internalError', '__cimnamespace names another namespace than the resource URI.');
  }
  return schema;
}

/** @throws WsmanFault invalidResourceUri, resourceNotFound */
export function resolveTarget(
  repository: ClassRepository,
  resource: ResourceUri | null,
  selectors: readonly Selector[],
): Target {
  if (resource === null) throw new WsmanFault('headerRequired', 'The header w:ResourceURI is required.');
  if (resource.family !== 'wmi' && resource.family !== 'dmtf') {
    throw new WsmanFault('actionMismatch', 'The action does not fit this resource URI.');
  }
  const schema = namespaceOf(repository, resource, selectors);
  const keys = selectors.filter((s) => !sameName(s.name, NAMESPACE_SELECTOR));
  if (resource.className === '*') return { family: resource.family, schema, class: null, keys };
  const cimClass = schema.class(resource.className);
  if (cimClass === undefined) {
    throw new WsmanFault('resourceNotFound', `Namespace ${schema.name} has no class ${resource.className}.`);
  }
  return { family: resource.family, schema, class: cimClass, keys };
}

/** As `resolveTarget`, for operations on one class. */
export function resolveClass(
  repository: ClassRepository,
  resource: ResourceUri | null,
  selectors: readonly Selector[],
): Target & { readonly class: CimClass } {
  const target = resolveTarget(repository, resource, selectors);
  if (target.class === null) throw new WsmanFault('invalidResourceUri', 'This operation needs a class instead of "*".');
  return { ...target, class: target.class };
}

/**
 * Selectors to a path. `trimmed` takes white space around values away: clients put new lines there, but a key may also
 * really contain them, so the exact reading goes first (spec §4).
 * @throws WsmanFault unexpectedSelectors, selectorType
 */
export function selectorPath(
  repository: ClassRepository,
  target: Target & { readonly class: CimClass },
  trimmed = false,
): ObjectPath {
  const keys = new Map<string, KeyValue>();
  for (const selector of target.keys) {
    const property = target.class.property(selector.name);
    if (property === undefined || !property.key) {
      throw new WsmanFault(
        'unexpectedSelectors',
        `${selector.name.slice(0, 100)} is not a key of ${target.class.name}; its keys are ${keyNames(target.class)}.`,
      );
    }
    if (keys.has(property.name))
      throw new WsmanFault('unexpectedSelectors', `The selector ${property.name} is given twice.`);
    keys.set(property.name, keyValue(repository, target.schema, property, selector.value, trimmed));
  }
  const singleton = target.class.singleton && keys.size === 0;
  return new ObjectPath(null, target.schema.name, target.class.name, keys, singleton);
}

function keyValue(
  repository: ClassRepository,
  schema: SchemaNamespace,
  property: CimProperty,
  value: string | EndpointReference,
  trimmed: boolean,
): KeyValue {
  if (property.type === 'reference') {
    const path = typeof value === 'string' ? tryParsePath(value) : referencePath(repository, value);
    if (path === undefined)
      throw new WsmanFault('selectorType', `The selector ${property.name} must hold an endpoint reference.`);
    return path.namespace === null
      ? new ObjectPath(path.host, schema.name, path.className, path.keys, path.singleton)
      : path;
  }
  if (typeof value !== 'string')
    throw new WsmanFault('selectorType', `The selector ${property.name} takes a text value.`);
  try {
    return coerceText(property.type, trimmed ? value.trim() : value, property.name) as KeyValue;
  } catch (error) {
    if (error instanceof CimError) throw new WsmanFault('selectorType', error.message, { cause: error });
    throw error;
  }
}

/** White space that `selectorPath(…, true)` would take away. */
export const hasPadding = (keys: readonly Selector[]): boolean =>
  keys.some((s) => typeof s.value === 'string' && s.value !== s.value.trim());

/**
 * An endpoint reference to a path, typed where the repository knows the class.
 * @throws WsmanFault unexpectedSelectors, selectorType, invalidResourceUri
 */
export function referencePath(repository: ClassRepository, reference: EndpointReference): ObjectPath {
  const target = resolveTarget(repository, reference.resource, reference.selectors);
  if (target.class === null)
    throw new WsmanFault('invalidParameter', 'An endpoint reference must name a class instead of "*".');
  const known = { ...target, class: target.class };
  return selectorPath(repository, known, hasPadding(target.keys));
}
