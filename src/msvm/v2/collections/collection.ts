import type { CimInstance } from '../../../cim/instance.ts';
import type { CimValues } from '../../../cim/values.ts';
import type { Collection, CollectionSnapshot, Consistency } from '../../../core/collections/collection.ts';
import { datetimeText } from '../../../core/systems/datetime.ts';
import type { Catalog, Entity } from '../../entity.ts';
import { NEVER } from '../../never.ts';
import type { Projection } from '../../projection.ts';
import { ListedSet } from '../listed-set.ts';

export interface CollectionEntity extends Entity {
  readonly kind: 'collection';
  readonly collection: Collection;
}

/** Checkpoints of all machines of a collection, as one object. */
export interface CollectionSnapshotEntity extends Entity {
  readonly kind: 'collectionSnapshot';
  readonly snapshot: CollectionSnapshot;
}

const CLASSES: Readonly<Record<Collection['type'], string>> = {
  systems: 'Msvm_VirtualSystemCollection',
  collections: 'Msvm_ManagementCollection',
};
const SNAPSHOT_CLASS = 'Msvm_SnapshotCollection';

/** LastApplyConsistencyLevel; the third level, of one moment for all machines, is none of ours. */
const CONSISTENCY: Readonly<Record<Consistency, number>> = { application: 1, crash: 2 };
const UNKNOWN = 0;

export const collectionEntity = (collection: Collection): CollectionEntity => ({
  kind: 'collection',
  className: CLASSES[collection.type],
  collection,
});

export const collectionSnapshotEntity = (snapshot: CollectionSnapshot): CollectionSnapshotEntity => ({
  kind: 'collectionSnapshot',
  className: SNAPSHOT_CLASS,
  snapshot,
});

const keysOf = ({ id }: Collection | CollectionSnapshot): { readonly CollectionID: string } => ({ CollectionID: id });

const instanceOf = (projection: Projection, { className, collection }: CollectionEntity): CimInstance => {
  const { lastApplied } = collection;
  const applied: CimValues = {
    LastApplyConsistencyLevel: lastApplied === null ? UNKNOWN : CONSISTENCY[lastApplied.consistency],
    LastApplyVirtualMachineIds: [...(lastApplied?.systems ?? [])],
    LastApplyTime: lastApplied === null ? NEVER : datetimeText(lastApplied.at),
  };
  return projection
    .shape(className, '', () => ({
      Caption: collection.type === 'systems' ? 'Collection of Virtual Machines' : 'Collection of Collections',
      FailedOverReplicationType: 0,
      ReplicationMode: 0,
      ReplicationState: 0,
    }))
    .make({
      ...keysOf(collection),
      InstanceID: collection.id,
      ElementName: collection.name,
      ...(collection.type === 'systems' ? applied : {}),
    });
};

const snapshotInstance = (projection: Projection, { snapshot }: CollectionSnapshotEntity): CimInstance =>
  projection
    .shape(SNAPSHOT_CLASS, '', () => ({ Caption: 'Checkpoint of a Collection' }))
    .make({
      ...keysOf(snapshot),
      InstanceID: snapshot.id,
      ElementName: snapshot.name,
      Description: `Taken ${datetimeText(snapshot.createdAt)}`,
    });

export const addCollections = (projection: Projection, catalog: Catalog): void => {
  const { collections } = projection;
  for (const type of ['systems', 'collections'] as const) {
    catalog.add(
      new ListedSet<CollectionEntity>(projection, {
        kind: 'collection',
        className: CLASSES[type],
        *entities() {
          for (const one of collections.collections()) if (one.type === type) yield collectionEntity(one);
        },
        keys: ({ collection }) => keysOf(collection),
        instance: (entity) => instanceOf(projection, entity),
      }),
    );
  }
  catalog.add(
    new ListedSet<CollectionSnapshotEntity>(projection, {
      kind: 'collectionSnapshot',
      className: SNAPSHOT_CLASS,
      *entities() {
        for (const one of collections.snapshots()) yield collectionSnapshotEntity(one);
      },
      keys: ({ snapshot }) => keysOf(snapshot),
      instance: (entity) => snapshotInstance(projection, entity),
    }),
  );
};
