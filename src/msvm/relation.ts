import type { CimInstance } from '../cim/instance.ts';
import { sameName } from '../cim/names.ts';
import { ObjectPath } from '../cim/object-path.ts';
import type { OperationContext } from '../cim/operations.ts';
import { tryParsePath } from '../cim/path/parse-path.ts';
import type { AssociationProvider } from '../cim/provider.ts';
import type { CimClass } from '../cim/schema.ts';
import type { CimValues } from '../cim/values.ts';
import type { Catalog, Entity, Match } from './entity.ts';
import type { Projection } from './projection.ts';
import { knownValues, Shape } from './shape.ts';

/** The other end of an association instance, with the values it has beside its two references. */
export interface Link<E extends Entity = Entity> {
  readonly to: E;
  readonly values?: CimValues;
}

/**
 * One way in which an association class connects two kinds of entities. Both directions are given, so that neither end
 * has to visit all systems (architecture, habit 13).
 */
export interface Relation<F extends Entity = Entity, T extends Entity = Entity> {
  readonly from: F['kind'];
  readonly to: T['kind'];
  /** Values are the same seen from both ends. */
  forward(entity: F): Iterable<Link<T>>;
  backward(entity: T): Iterable<Link<F>>;
}

/** An association class with its roles: `from` entities stand in `fromRole`, `to` entities in `toRole`. */
export interface AssociationRow {
  readonly className: string;
  readonly fromRole: string;
  readonly toRole: string;
  readonly relations: readonly Relation[];
}

export class RelationProvider implements AssociationProvider {
  readonly namespace: string;
  readonly className: string;
  readonly ends: Readonly<Record<string, readonly string[]>>;
  readonly #row: AssociationRow;
  readonly #catalog: Catalog;
  readonly #shape: Shape;

  constructor(projection: Projection, catalog: Catalog, row: AssociationRow) {
    this.namespace = projection.namespace.name;
    this.className = row.className;
    this.#row = row;
    this.#catalog = catalog;
    this.#shape = new Shape(projection.class(row.className));
    const classes = (kinds: readonly string[]): string[] => [
      ...new Set(kinds.flatMap((kind) => catalog.ofKind(kind).map((set) => set.className))),
    ];
    this.ends = {
      [row.fromRole]: classes(row.relations.map((relation) => relation.from)),
      [row.toRole]: classes(row.relations.map((relation) => relation.to)),
    };
  }

  *enumerate(): Iterable<CimInstance> {
    for (const relation of this.#row.relations) {
      for (const from of this.#catalog.entitiesOfKind(relation.from)) {
        const path = this.#catalog.path(from);
        for (const link of relation.forward(from)) {
          if (this.#catalog.has(link.to)) yield this.#instance(path, this.#catalog.path(link.to), link.values);
        }
      }
    }
  }

  get(_context: OperationContext, path: ObjectPath): CimInstance | undefined {
    const from = path.key(this.#row.fromRole);
    const to = path.key(this.#row.toRole);
    if (from === undefined || to === undefined || typeof from !== 'object' || typeof to !== 'object') return undefined;
    const [source, target] = [this.#catalog.find(from), this.#catalog.find(to)];
    if (source === undefined || target === undefined) return undefined;
    const wanted = [keyText(this.#catalog.path(source)), keyText(this.#catalog.path(target))];
    const { fromRole, toRole } = this.#row;
    // One end may have as many as there are systems: whichever has fewer decides.
    for (const instance of alternately(this.#from(from), this.#to(to))) {
      const ends = [instance.value(fromRole), instance.value(toRole)];
      if (ends.every((end, at) => end instanceof ObjectPath && keyText(end) === wanted[at])) return instance;
    }
    return undefined;
  }

  /** By either end: `value` is the text of a path or its key, which reads like one. */
  candidates(
    _context: OperationContext,
    property: string,
    match: Match | 'suffix',
    value: string,
  ): Iterable<CimInstance> | undefined {
    const role = [this.#row.fromRole, this.#row.toRole].find((name) => sameName(name, property));
    if (match !== 'equal' || role === undefined) return undefined;
    const path = tryParsePath(value);
    if (path === undefined || path.keys === null) return [];
    return role === this.#row.fromRole ? this.#from(path) : this.#to(path);
  }

  referencing(
    _context: OperationContext,
    source: ObjectPath,
    _sourceClass: CimClass,
    role: string,
  ): Iterable<CimInstance> {
    if (sameName(role, this.#row.fromRole)) return this.#from(source);
    if (sameName(role, this.#row.toRole)) return this.#to(source);
    return [];
  }

  *#from(source: ObjectPath): Iterable<CimInstance> {
    const entity = this.#catalog.find(source);
    if (entity === undefined) return;
    const path = this.#catalog.path(entity);
    for (const relation of this.#row.relations) {
      if (relation.from !== entity.kind) continue;
      for (const link of relation.forward(entity)) {
        if (this.#catalog.has(link.to)) yield this.#instance(path, this.#catalog.path(link.to), link.values);
      }
    }
  }

  *#to(source: ObjectPath): Iterable<CimInstance> {
    const entity = this.#catalog.find(source);
    if (entity === undefined) return;
    const path = this.#catalog.path(entity);
    for (const relation of this.#row.relations) {
      if (relation.to !== entity.kind) continue;
      for (const link of relation.backward(entity)) {
        if (this.#catalog.has(link.to)) yield this.#instance(this.#catalog.path(link.to), path, link.values);
      }
    }
  }

  #instance(from: ObjectPath, to: ObjectPath, values: CimValues = {}): CimInstance {
    return this.#shape.make({
      ...knownValues(this.#shape.class, values),
      [this.#row.fromRole]: from,
      [this.#row.toRole]: to,
    });
  }
}

/** Items of both in turn, until one of them has no more. */
function* alternately<T>(one: Iterable<T>, other: Iterable<T>): Iterable<T> {
  const iterators = [one[Symbol.iterator](), other[Symbol.iterator]()];
  for (;;)
    for (const iterator of iterators) {
      const next = iterator.next();
      if (next.done === true) return;
      yield next.value;
    }
}

const keyText = (path: ObjectPath): string =>
  `${path.className}|${[...(path.keys ?? [])].map(([name, value]) => `${name}=${String(value)}`).join('|')}`.toLowerCase();
