import type { CimInstance } from '../../cim/instance.ts';
import { fold } from '../../cim/names.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import type { Entity, EntitySet } from '../entity.ts';
import type { Projection } from '../projection.ts';

/** An entity that is always there: services, pools, capabilities, templates of services. */
export interface FixedEntity extends Entity {
  /** Values of the key properties in name order, what the path is made of. */
  readonly keys: Readonly<Record<string, string>>;
}

/** A few entities of one class that exist from start to end; their values may change. */
export class FixedSet<E extends FixedEntity> implements EntitySet<E> {
  readonly kind: E['kind'];
  readonly className: string;
  readonly #projection: Projection;
  readonly #entities: readonly E[];
  readonly #instance: (entity: E) => CimInstance;

  constructor(
    projection: Projection,
    kind: E['kind'],
    className: string,
    entities: readonly E[],
    instance: (entity: E) => CimInstance,
  ) {
    this.#projection = projection;
    this.kind = kind;
    this.className = className;
    this.#entities = entities;
    this.#instance = instance;
  }

  entities(): Iterable<E> {
    return this.#entities;
  }

  find(path: ObjectPath): E | undefined {
    return this.#entities.find((entity) =>
      Object.entries(entity.keys).every(([name, value]) => {
        const given = path.key(name);
        return typeof given === 'string' && fold(given.replaceAll('\\\\', '\\')) === fold(value);
      }),
    );
  }

  path(entity: E): ObjectPath {
    return this.#projection.path(this.className, entity.keys);
  }

  instance(entity: E): CimInstance {
    return this.#instance(entity);
  }

  /** So few that leaving the choice to the caller's filter is the fastest answer. */
  candidates(): Iterable<E> {
    return this.#entities;
  }
}
