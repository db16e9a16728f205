import type { Guid } from '../../../core/model.ts';
import type { Projection } from '../../projection.ts';
import type { AssociationRow } from '../../relation.ts';
import {
  type CollectionEntity,
  collectionEntity,
  type CollectionPointEntity,
  collectionPointEntity,
  type CollectionSnapshotEntity,
  collectionSnapshotEntity,
} from '../collections/collection.ts';
import type { ConfigurationEntity, SystemEntity } from '../entities.ts';
import { type ReferencePointEntity, referencePointEntity } from '../reference-points/reference-point.ts';
import { configurationEntity } from '../settings/system-setting.ts';
import { systemEntity } from '../systems/computer-system.ts';
import { association, link, links, relation } from './define.ts';

/** What collections are made of, and their checkpoints. Members and parts that are gone are left out. */
export const collectionAssociations = (projection: Projection): AssociationRow[] => {
  const { graph, collections } = projection;
  function* machinesOf({ collection }: CollectionEntity): Iterable<SystemEntity> {
    if (collection.type !== 'systems') return;
    for (const id of collection.members) {
      const system = graph.system(id);
      if (system !== undefined) yield systemEntity(system);
    }
  }
  function* collectionsOf(member: Guid): Iterable<CollectionEntity> {
    for (const one of collections.collectionsOf(member)) yield collectionEntity(one);
  }
  function* membersOf({ collection }: CollectionEntity): Iterable<CollectionEntity> {
    if (collection.type !== 'collections') return;
    for (const id of collection.members) {
      const member = collections.collection(id);
      if (member !== undefined) yield collectionEntity(member);
    }
  }
  function* snapshotsOf({ collection }: CollectionEntity): Iterable<CollectionSnapshotEntity> {
    for (const one of collections.snapshots())
      if (one.collection === collection.id) yield collectionSnapshotEntity(one);
  }
  function* partsOf({ snapshot }: CollectionSnapshotEntity): Iterable<ConfigurationEntity> {
    for (const part of snapshot.parts) {
      const place = graph.configuration(part.snapshot);
      if (place !== undefined) yield configurationEntity(place);
    }
  }
  function* snapshotsWith(part: Guid): Iterable<CollectionSnapshotEntity> {
    for (const one of collections.snapshotsWith(part)) yield collectionSnapshotEntity(one);
  }
  function* pointsOf({ collection }: CollectionEntity): Iterable<CollectionPointEntity> {
    for (const one of collections.points()) if (one.collection === collection.id) yield collectionPointEntity(one);
  }
  function* partsOfPoint({ point }: CollectionPointEntity): Iterable<ReferencePointEntity> {
    for (const part of point.parts) {
      const place = graph.referencePoint(part.point);
      if (place !== undefined) yield referencePointEntity(place);
    }
  }
  function* pointsWith(part: Guid): Iterable<CollectionPointEntity> {
    for (const one of collections.pointsWith(part)) yield collectionPointEntity(one);
  }
  return [
    association(
      'Msvm_CollectedVirtualSystems',
      'Collection',
      'Member',
      relation<CollectionEntity, SystemEntity>(
        'collection',
        'system',
        (entity) => links(machinesOf(entity)),
        ({ system }) => links(collectionsOf(system.id)),
      ),
    ),
    association(
      'Msvm_CollectedCollections',
      'Collection',
      'Member',
      relation<CollectionEntity, CollectionEntity>(
        'collection',
        'collection',
        (entity) => links(membersOf(entity)),
        ({ collection }) => links(collectionsOf(collection.id)),
      ),
    ),
    association(
      'Msvm_SnapshotOfVirtualSystemCollection',
      'Antecedent',
      'Dependent',
      relation<CollectionEntity, CollectionSnapshotEntity>(
        'collection',
        'collectionSnapshot',
        (entity) => links(snapshotsOf(entity)),
        ({ snapshot }) => {
          const collection = collections.collection(snapshot.collection);
          return link(collection === undefined ? null : collectionEntity(collection));
        },
      ),
    ),
    association(
      'Msvm_CollectedSnapshots',
      'Collection',
      'Member',
      relation<CollectionSnapshotEntity, ConfigurationEntity>(
        'collectionSnapshot',
        'configuration',
        (entity) => links(partsOf(entity)),
        ({ place }) => links(snapshotsWith(place.configuration.id)),
      ),
    ),
    association(
      'Msvm_ReferencePointOfVirtualSystemCollection',
      'Antecedent',
      'Dependent',
      relation<CollectionEntity, CollectionPointEntity>(
        'collection',
        'collectionPoint',
        (entity) => links(pointsOf(entity)),
        ({ point }) => {
          const collection = collections.collection(point.collection);
          return link(collection === undefined ? null : collectionEntity(collection));
        },
      ),
    ),
    association(
      'Msvm_CollectedReferencePoints',
      'Collection',
      'Member',
      relation<CollectionPointEntity, ReferencePointEntity>(
        'collectionPoint',
        'referencePoint',
        (entity) => links(partsOfPoint(entity)),
        ({ point }) => links(pointsWith(point.id)),
      ),
    ),
  ];
};
