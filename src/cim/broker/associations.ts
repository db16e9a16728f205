import { CimError } from '../errors.ts';
import type { CimInstance } from '../instance.ts';
import { fold, sameName } from '../names.ts';
import { ObjectPath } from '../object-path.ts';
import type { AssociationFilter, OperationContext } from '../operations.ts';
import { samePath } from '../path/compare-paths.ts';
import { hasAllKeys, normalizePath } from '../path/normalize-path.ts';
import type { CimClass, CimProperty, ClassRepository, SchemaNamespace } from '../schema.ts';
import { completeKeys, findInstance } from './find-instance.ts';
import { requireClass } from './invoke-method.ts';
import { type AssociationEnd, type ProviderRegistry, referencesOf } from './provider-registry.ts';

/** A filter with WQL's qualifier clauses. */
export interface TraversalFilter extends AssociationFilter {
  /** Qualifier that the association's class must have. */
  readonly associationQualifier?: string | null;
  /** Qualifier that the result's class must have. */
  readonly resultQualifier?: string | null;
}

/** An object to start from; `path` null when keys were missing and no single object has the given ones. */
export interface Source {
  readonly schema: SchemaNamespace;
  /** Namespace that was asked, perhaps another one: it may have associations that lead out of it. */
  readonly home: SchemaNamespace;
  readonly cimClass: CimClass;
  readonly path: ObjectPath | null;
}

/** Qualifiers that our schema keeps, as they follow from the class. */
const QUALIFIERS: Readonly<Record<string, (cimClass: CimClass) => boolean>> = {
  association: (c) => c.association,
  abstract: (c) => c.abstract,
  indication: (c) => c.indication,
  singleton: (c) => c.singleton,
  dynamic: (c) => !c.abstract && !c.system,
};

export const hasQualifier = (cimClass: CimClass, name: string): boolean => QUALIFIERS[fold(name)]?.(cimClass) ?? false;

/** @throws CimError invalidClass for a class name that the namespace does not have */
export function checkFilterClasses(
  { schema, home }: Pick<Source, 'schema' | 'home'>,
  { associationClass, resultClass }: AssociationFilter,
): void {
  for (const name of [associationClass, resultClass])
    if (name !== null && home.class(name) === undefined) requireClass(schema, name);
}

/** ASSOCIATORS OF and REFERENCES OF over whatever association providers there are (spec wql §5). */
export class Associations {
  readonly #registry: ProviderRegistry;
  readonly #repository: ClassRepository;
  readonly #context: OperationContext;
  constructor(registry: ProviderRegistry, repository: ClassRepository, context: OperationContext) {
    this.#registry = registry;
    this.#repository = repository;
    this.#context = context;
  }

  /**
   * The object that a path denotes. It is not verified when its keys are complete: the providers then find nothing
   * . @throws CimError invalidClass, invalidObjectPath
   */
  source(schema: SchemaNamespace, path: ObjectPath, home = schema): Source {
    const normalized = normalizePath(path, schema);
    if (normalized.keys === null) {
      throw new CimError('invalidObjectPath', `${normalized.className} is a class; give the path of an instance.`);
    }
    const cimClass = requireClass(schema, normalized.className);
    if (hasAllKeys(cimClass, normalized) && this.#registry.instances(cimClass) !== undefined)
      return { schema, home, cimClass, path: normalized };
    const found = findInstance(this.#registry, this.#context, schema, normalized);
    if (found !== undefined) return { schema, home, cimClass: found.instance.class, path: found.path };
    return { schema, home, cimClass, path: hasAllKeys(cimClass, normalized) ? normalized : null };
  }

  exists(source: Source): boolean {
    return (
      source.path !== null && findInstance(this.#registry, this.#context, source.schema, source.path) !== undefined
    );
  }

  /** The objects at the other references, one per association instance: duplicates are kept. */
  *associators(source: Source, filter: TraversalFilter): Generator<CimInstance> {
    for (const { link, role } of this.#links(source, filter, (end) => this.#leadsTo(end, filter))) {
      for (const other of referencesOf(link.class)) {
        if (other.name === role.name || !isRole(other, filter.resultRole)) continue;
        const target = link.get(other.name);
        const instance = target instanceof ObjectPath ? this.#fetch(source.schema, target, filter) : undefined;
        if (instance !== undefined) yield instance;
      }
    }
  }

  /** The association instances themselves; one whose several references hold the source comes once. */
  *references(source: Source, filter: TraversalFilter): Generator<CimInstance> {
    const { path } = source;
    if (path === null) return;
    const asAssociation: TraversalFilter = {
      ...filter,
      associationClass: filter.resultClass ?? filter.associationClass,
    };
    const fits = (end: AssociationEnd): boolean => hasRequired(end.associationClass, filter.resultQualifier);
    for (const { link, role, earlier } of this.#links(source, asAssociation, fits)) {
      const before = earlier.some((name) => name !== role.name && holds(link, name, path));
      if (!before) yield link;
    }
  }

  *#links(
    source: Source,
    filter: TraversalFilter,
    wanted: (end: AssociationEnd) => boolean,
  ): Generator<{ link: CimInstance; role: CimProperty; earlier: readonly string[] }> {
    const { cimClass, path } = source;
    if (path === null) return;
    const asked = new Map<unknown, string[]>();
    for (const end of this.#ends(source)) {
      const { provider, associationClass, role } = end;
      if (filter.associationClass !== null && !associationClass.isA(filter.associationClass)) continue;
      if (!isRole(role, filter.role) || !hasRequired(associationClass, filter.associationQualifier) || !wanted(end))
        continue;
      const earlier = asked.get(provider) ?? [];
      for (const link of provider.referencing(this.#context, path, cimClass, role.name)) yield { link, role, earlier };
      asked.set(provider, [...earlier, role.name]);
    }
  }

  /** Those of the object's own namespace, and those of the asked one that lead into others. */
  #ends({ schema, home, cimClass }: Source): readonly AssociationEnd[] {
    const own = this.#registry.ends(schema, cimClass);
    const alike = home === schema ? undefined : home.class(cimClass.name);
    if (alike === undefined) return own;
    return [...own, ...this.#registry.ends(home, alike).filter(({ provider }) => provider.crosses === true)];
  }

  /** Whether an association can end at the wanted class at all: others are not asked. */
  #leadsTo(end: AssociationEnd, filter: TraversalFilter): boolean {
    const schema = this.#repository.namespace(end.associationClass.namespace);
    const others = referencesOf(end.associationClass).filter(
      (p) => p.name !== end.role.name && isRole(p, filter.resultRole),
    );
    const { resultClass } = filter;
    if (resultClass === null) return others.length > 0;
    const wanted = schema?.class(resultClass);
    return others.some((other) => {
      const names = end.provider.ends?.[other.name] ?? (other.ref === null ? null : [other.ref]);
      if (names === null || wanted === undefined) return true;
      return names.some((name) => wanted.isA(name) || schema?.class(name)?.isA(resultClass) !== false);
    });
  }

  #fetch(home: SchemaNamespace, target: ObjectPath, filter: TraversalFilter): CimInstance | undefined {
    const schema = target.namespace === null ? home : this.#repository.namespace(target.namespace);
    const cimClass = schema?.class(target.className);
    if (schema === undefined || cimClass === undefined) return undefined;
    const provider = this.#registry.instances(cimClass);
    const complete = provider === undefined ? undefined : completeKeys(cimClass, target);
    const instance =
      provider !== undefined && complete !== undefined
        ? provider.get(this.#context, complete)
        : findInstance(this.#registry, this.#context, schema, target)?.instance;
    if (instance === undefined) return undefined;
    if (filter.resultClass !== null && !instance.isA(filter.resultClass)) return undefined;
    return hasRequired(instance.class, filter.resultQualifier) ? instance : undefined;
  }
}

const isRole = (property: CimProperty, wanted: string | null): boolean =>
  wanted === null || sameName(property.name, wanted);

const hasRequired = (cimClass: CimClass, qualifier: string | null | undefined): boolean =>
  qualifier === null || qualifier === undefined || hasQualifier(cimClass, qualifier);

function holds(link: CimInstance, role: string, path: ObjectPath): boolean {
  const value = link.get(role);
  return value instanceof ObjectPath && samePath(value, path);
}
