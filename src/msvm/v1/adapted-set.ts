import { CimInstance } from '../../cim/instance.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import type { CimValues } from '../../cim/values.ts';
import type { Catalog, Entity, EntitySet, Match } from '../entity.ts';
import { knownValues } from '../shape.ts';

export interface Adaptation<E extends Entity = Entity> {
  /** Values that v1 has besides, or in place of, those of v2. */
  readonly values?: (entity: E) => CimValues;
  /** Name under which v2 has the index for a property of v1; both folded. */
  readonly indexes?: Readonly<Record<string, string>>;
}

/** A set of v2 as v1 shows it: without what v1 does not show, with the properties of its class in v1. */
export class AdaptedSet<E extends Entity = Entity> implements EntitySet<E> {
  readonly kind: E['kind'];
  readonly className: string;
  readonly #inner: EntitySet<E>;
  readonly #shown: (entity: E) => boolean;
  readonly #adaptation: Adaptation<E>;

  constructor(inner: EntitySet<E>, shown: (entity: E) => boolean, adaptation: Adaptation<E> = {}) {
    this.kind = inner.kind;
    this.className = inner.className;
    this.#inner = inner;
    this.#shown = shown;
    this.#adaptation = adaptation;
  }

  *entities(): Iterable<E> {
    yield* this.#only(this.#inner.entities());
  }

  find(path: ObjectPath): E | undefined {
    const found = this.#inner.find(path);
    return found !== undefined && this.#shown(found) ? found : undefined;
  }

  path(entity: E): ObjectPath {
    return this.#inner.path(entity);
  }

  instance(entity: E): CimInstance {
    const held = this.#inner.instance(entity);
    const own = this.#adaptation.values?.(entity) ?? {};
    return new CimInstance(held.class, knownValues(held.class, { ...held.values, ...own }));
  }

  candidates(property: string, match: Match, value: string): Iterable<E> | undefined {
    const found = this.#inner.candidates?.(this.#adaptation.indexes?.[property] ?? property, match, value);
    return found === undefined ? undefined : this.#only(found);
  }

  *#only(entities: Iterable<E>): Iterable<E> {
    for (const entity of entities) if (this.#shown(entity)) yield entity;
  }
}

/** Adds to `target` what `fill` puts into a catalogue of v2, adapted; classes that v1 does not have are left out. */
export const addAdapted = (
  target: Catalog,
  source: Catalog,
  has: (className: string) => boolean,
  shown: (entity: Entity) => boolean,
  values: (entity: Entity) => CimValues = () => ({}),
): void => {
  for (const className of source.classNames()) {
    if (!has(className)) continue;
    for (const set of source.ofClass(className)) target.add(new AdaptedSet(set, shown, { values }));
  }
};
