import type { CimInstance } from '../../cim/instance.ts';
import { fold } from '../../cim/names.ts';
import type { KeyValue, ObjectPath } from '../../cim/object-path.ts';
import type { Entity, EntitySet } from '../entity.ts';
import type { Projection } from '../projection.ts';

/** What a set of few entities is made of; they may come and go. */
export interface ListedParts<E extends Entity> {
  readonly kind: E['kind'];
  readonly className: string;
  entities(): Iterable<E>;
  /** Values of the key properties in name order. */
  keys(entity: E): Readonly<Record<string, KeyValue>>;
  instance(entity: E): CimInstance;
}

/** Entities of one class that are so few that each look-up may visit them all: what the switches of a host have. */
export class ListedSet<E extends Entity> implements EntitySet<E> {
  readonly kind: E['kind'];
  readonly className: string;
  readonly #projection: Projection;
  readonly #parts: ListedParts<E>;

  constructor(projection: Projection, parts: ListedParts<E>) {
    this.kind = parts.kind;
    this.className = parts.className;
    this.#projection = projection;
    this.#parts = parts;
  }

  entities(): Iterable<E> {
    return this.#parts.entities();
  }

  find(path: ObjectPath): E | undefined {
    for (const entity of this.#parts.entities()) {
      const fits = Object.entries(this.#parts.keys(entity)).every(([name, value]) => {
        const given = path.key(name);
        return typeof given === 'string' && fold(given.replaceAll('\\\\', '\\')) === fold(String(value));
      });
      if (fits) return entity;
    }
    return undefined;
  }

  path(entity: E): ObjectPath {
    return this.#projection.path(this.className, this.#parts.keys(entity));
  }

  instance(entity: E): CimInstance {
    return this.#parts.instance(entity);
  }

  /** The caller's filter over all of them is the fastest answer. */
  candidates(): Iterable<E> {
    return this.#parts.entities();
  }
}
