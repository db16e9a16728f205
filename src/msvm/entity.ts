import { fold, foldNamespace } from '../cim/names.ts';
import type { CimInstance } from '../cim/instance.ts';
import type { KeyValue, ObjectPath } from '../cim/object-path.ts';
import type { OperationContext } from '../cim/operations.ts';
import type { InstanceProvider } from '../cim/provider.ts';

/** Something of the domain that a class shows; `kind` and `className` together name the entity set it belongs to. */
export interface Entity {
  readonly kind: string;
  /** Repository spelling. */
  readonly className: string;
}

export type Match = 'equal' | 'prefix';

/** All entities of one kind and class, lazily: the one place that knows their keys, indexes and properties. */
export interface EntitySet<E extends Entity = Entity> {
  readonly kind: E['kind'];
  readonly className: string;
  entities(): Iterable<E>;
  /** By keys in any case; must not visit all. */
  find(path: ObjectPath): E | undefined;
  path(entity: E): ObjectPath;
  instance(entity: E): CimInstance;
  /**
   * Candidates for `property op value`; `property` and `value` are folded. Undefined: no index, visit all.
   * May yield too much, never too little.
   */
  candidates?(property: string, match: Match, value: string): Iterable<E> | undefined;
  /** False when no entity of the set has a value of `property` that ends so; both are folded. */
  mayEndWith?(property: string, suffix: string): boolean;
}

/** The class that shows an entity in one namespace; null: the namespace does not show it. */
export type ClassOf = (entity: Entity) => string | null;

/** The entity sets of one namespace: paths to entities and back. */
export class Catalog {
  readonly #byClass = new Map<string, EntitySet[]>();
  readonly #byKind = new Map<string, EntitySet[]>();
  readonly #namespaces: readonly string[];
  readonly #classOf: ClassOf;

  /**
   * `namespaces`: those whose paths name what is here, that of the catalogue first. `classOf` where the namespace has other
   * classes than the entity names (object-model §12).
   */
  constructor(namespaces: readonly string[], classOf: ClassOf = (entity) => entity.className) {
    this.#namespaces = namespaces;
    this.#classOf = classOf;
  }

  add(set: EntitySet): void {
    const classes = this.#byClass.get(fold(set.className));
    if (classes === undefined) this.#byClass.set(fold(set.className), [set]);
    else classes.push(set);
    const kinds = this.#byKind.get(set.kind);
    if (kinds === undefined) this.#byKind.set(set.kind, [set]);
    else kinds.push(set);
  }

  /** The sets of a class, in the order of enumeration. */
  ofClass(className: string): readonly EntitySet[] {
    return this.#byClass.get(fold(className)) ?? [];
  }

  ofKind(kind: string): readonly EntitySet[] {
    return this.#byKind.get(kind) ?? [];
  }

  classNames(): string[] {
    return [...this.#byClass.values()].map((sets) => sets[0]?.className ?? '');
  }

  *entitiesOfKind(kind: string): Iterable<Entity> {
    for (const set of this.ofKind(kind)) yield* set.entities();
  }

  /** What a path names, in any spelling; nothing for a path into another namespace. */
  find(path: ObjectPath): Entity | undefined {
    if (path.namespace !== null && !this.#isHome(path.namespace)) return undefined;
    for (const set of this.ofClass(path.className)) {
      const found = findIn(set, path);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  path(entity: Entity): ObjectPath {
    return this.#needed(entity).path(entity);
  }

  instance(entity: Entity): CimInstance {
    return this.#needed(entity).instance(entity);
  }

  /** Class under which this namespace shows the entity; null when it does not. */
  classOf(entity: Entity): string | null {
    return this.#setOf(entity)?.className ?? null;
  }

  has(entity: Entity): boolean {
    return this.#setOf(entity) !== undefined;
  }

  #isHome(namespace: string): boolean {
    return (
      this.#namespaces.includes(namespace) ||
      this.#namespaces.some((home) => foldNamespace(home) === foldNamespace(namespace))
    );
  }

  #setOf(entity: Entity): EntitySet | undefined {
    const className = this.#classOf(entity);
    return className === null ? undefined : this.#byClass.get(fold(className))?.find((set) => set.kind === entity.kind);
  }

  #needed(entity: Entity): EntitySet {
    const set = this.#setOf(entity);
    if (set === undefined) throw new Error(`no entity set for ${entity.kind} ${entity.className}`);
    return set;
  }
}

/** What a set has under a path. No set looks up by the names of classes among the keys, so they are compared here. */
const findIn = <E extends Entity>(set: EntitySet<E>, path: ObjectPath): E | undefined => {
  const found = set.find(path);
  if (found === undefined || !isName(path.key('CreationClassName'), set.className)) return undefined;
  const owner = path.key('SystemCreationClassName');
  return owner === undefined || isName(owner, set.path(found).key('SystemCreationClassName')) ? found : undefined;
};

/** A key that is not given says nothing; one that is given is the wanted name in any case. */
const isName = (given: KeyValue | undefined, wanted: KeyValue | undefined): boolean =>
  given === undefined || given === wanted || (typeof given === 'string' && fold(given) === fold(String(wanted)));

/** Instances of one class out of its entity sets. */
export class EntityProvider implements InstanceProvider {
  readonly namespace: string;
  readonly className: string;
  readonly #sets: readonly EntitySet[];

  constructor(namespace: string, sets: readonly EntitySet[]) {
    const first = sets[0];
    if (first === undefined) throw new Error('an instance provider needs an entity set');
    this.namespace = namespace;
    this.className = first.className;
    this.#sets = sets;
  }

  *enumerate(): Iterable<CimInstance> {
    for (const set of this.#sets) for (const entity of set.entities()) yield set.instance(entity);
  }

  get(_context: OperationContext, path: ObjectPath): CimInstance | undefined {
    for (const set of this.#sets) {
      const found = findIn(set, path);
      if (found !== undefined) return set.instance(found);
    }
    return undefined;
  }

  candidates(
    _context: OperationContext,
    property: string,
    match: Match | 'suffix',
    value: string,
  ): Iterable<CimInstance> | undefined {
    const name = fold(property);
    if (match === 'suffix') return this.#endingWith(name, value);
    const parts: { readonly set: EntitySet; readonly entities: Iterable<Entity> }[] = [];
    for (const set of this.#sets) {
      const entities = set.candidates?.(name, match, value);
      if (entities === undefined) return undefined;
      parts.push({ set, entities });
    }
    return instances(parts);
  }

  #endingWith(property: string, suffix: string): Iterable<CimInstance> | undefined {
    const left = this.#sets.filter((set) => set.mayEndWith?.(property, suffix) !== false);
    if (left.length === this.#sets.length) return undefined;
    return instances(left.map((set) => ({ set, entities: set.entities() })));
  }
}

function* instances(
  parts: readonly { readonly set: EntitySet; readonly entities: Iterable<Entity> }[],
): Iterable<CimInstance> {
  for (const { set, entities } of parts) for (const entity of entities) yield set.instance(entity);
}
