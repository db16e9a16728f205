import type { Catalog } from '../entity.ts';
import type { Projection } from '../projection.ts';
import type { AssociationRow } from '../relation.ts';
import { association, link, links, relation } from '../v2/associations/define.ts';
import type { HostEntity, SystemEntity } from '../v2/entities.ts';
import { type FixedEntity, FixedSet } from '../v2/fixed-set.ts';
import { HOST, systemEntity } from '../v2/systems/computer-system.ts';

/** The cluster itself: one node that carries all machines (object-model §13, single-node mode). */
export interface RedundancySetEntity extends FixedEntity {
  readonly kind: 'redundancySet';
}

const CLASS = 'Msvm_RedundancySet';

const clusterOf = (projection: Projection): RedundancySetEntity => ({
  kind: 'redundancySet',
  className: CLASS,
  keys: { InstanceID: `Microsoft:Cluster\\${projection.hostName}` },
});

const FULLY_REDUNDANT = 2;
const N_PLUS_1 = 2;

export const addRedundancySet = (projection: Projection, catalog: Catalog): void => {
  catalog.add(
    new FixedSet<RedundancySetEntity>(projection, 'redundancySet', CLASS, [clusterOf(projection)], (entity) =>
      projection
        .shape(CLASS, '', () => ({
          Caption: 'Cluster',
          Description: 'Cluster of one node',
          ElementName: projection.hostName,
          TypeOfSet: [N_PLUS_1],
          MinNumberNeeded: 1,
          MaxNumberSupported: 1,
          RedundancyStatus: FULLY_REDUNDANT,
        }))
        .make({ ...entity.keys }),
    ),
  );
};

/** The node and the machines belong to the cluster. */
export const clusterAssociations = (projection: Projection): AssociationRow[] => {
  const cluster = clusterOf(projection);
  function* machines(): Iterable<SystemEntity> {
    for (const system of projection.graph.systems()) yield systemEntity(system);
  }
  return [
    association(
      'Msvm_MemberOfCollection',
      'Collection',
      'Member',
      relation<RedundancySetEntity, HostEntity>(
        'redundancySet',
        'host',
        () => link(HOST),
        () => link(cluster),
      ),
      relation<RedundancySetEntity, SystemEntity>(
        'redundancySet',
        'system',
        () => links(machines()),
        () => link(cluster),
      ),
    ),
    association(
      'Msvm_ComponentCS',
      'GroupComponent',
      'PartComponent',
      relation<HostEntity, SystemEntity>(
        'host',
        'system',
        () => links(machines()),
        () => link(HOST),
      ),
    ),
  ];
};
