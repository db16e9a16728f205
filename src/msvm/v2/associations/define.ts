import type { Entity } from '../../entity.ts';
import type { AssociationRow, Link, Relation } from '../../relation.ts';

/** A relation with its ends typed by entity; the catalogue hands it only entities of these kinds. */
export const relation = <F extends Entity, T extends Entity>(
  from: F['kind'],
  to: T['kind'],
  forward: (entity: F) => Iterable<Link<T>>,
  backward: (entity: T) => Iterable<Link<F>>,
): Relation => ({
  from,
  to,
  forward: (entity) => forward(entity as F),
  backward: (entity) => backward(entity as T),
});

export const association = (
  className: string,
  fromRole: string,
  toRole: string,
  ...relations: readonly Relation[]
): AssociationRow => ({ className, fromRole, toRole, relations });

/** One link, or none for undefined. */
export const link = <E extends Entity>(to: E | undefined | null, values?: Link<E>['values']): readonly Link<E>[] =>
  to === undefined || to === null ? [] : [values === undefined ? { to } : { to, values }];

export function* links<E extends Entity>(entities: Iterable<E>, values?: Link<E>['values']): Iterable<Link<E>> {
  for (const to of entities) yield values === undefined ? { to } : { to, values };
}
