import type { CimInstance } from '../../../cim/instance.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import type { CimValues } from '../../../cim/values.ts';
import type { Collection, CollectionPoint, CollectionSnapshot, Consistency, Guid } from '../../../core/model.ts';
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

/** Reference points of all machines of a collection, as one object. */
export interface CollectionPointEntity extends Entity {
  readonly kind: 'collectionPoint';
  readonly point: CollectionPoint;
}

const CLASSES: Readonly<Record<Collection['type'], string>> = {
  systems: 'Msvm_VirtualSystemCollection',
  collections: 'Msvm_ManagementCollection',
};
const SNAPSHOT_CLASS = 'Msvm_SnapshotCollection';

/** LastApplyConsistencyLevel; the third level, of one moment for all machines, is none of ours. */
const CONSISTENCY: Readonly<Record<Consistency, number>> = { application: 1, crash: 2 };
const UNKNOWN = 0;

const POINT_CLASS = 'Msvm_ReferencePointCollection';
/** ReferencePointType: by resilient change tracking. */
const CHANGE_TRACKING = 2;
/** ConsistencyLevel of reference points of collections: it counts the other way round than that of others. */
const POINT_CONSISTENCY: Readonly<Record<Consistency, number>> = { crash: 1, application: 2 };

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

export const collectionPointEntity = (point: CollectionPoint): CollectionPointEntity => ({
  kind: 'collectionPoint',
  className: POINT_CLASS,
  point,
});

const pointKeys = ({
  id,
  collection,
}: Pick<CollectionPoint, 'id' | 'collection'>): {
  readonly CollectionID: string;
  readonly VirtualSystemCollectionId: string;
} => ({ CollectionID: id, VirtualSystemCollectionId: collection });

/** Of one that need not be there yet. */
export const collectionPointPath = (projection: Projection, point: Guid, collection: Guid): ObjectPath =>
  projection.path(POINT_CLASS, pointKeys({ id: point, collection }));

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

/** Consistent for applications when every part is. */
const consistencyOf = ({ graph }: Projection, { parts }: CollectionPoint): Consistency =>
  parts.every(({ point }) => graph.referencePoint(point)?.point.atRest === true) ? 'application' : 'crash';

const pointInstance = (projection: Projection, { point }: CollectionPointEntity): CimInstance =>
  projection
    .shape(POINT_CLASS, '', () => ({
      Caption: 'Reference Point of a Collection',
      ReferencePointType: CHANGE_TRACKING,
      HasAssociatedLog: false,
    }))
    .make({
      ...pointKeys(point),
      InstanceID: point.id,
      ElementName: projection.collections.collection(point.collection)?.name ?? '',
      Description: `Taken ${datetimeText(point.createdAt)}`,
      ConsistencyLevel: POINT_CONSISTENCY[consistencyOf(projection, point)],
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
  catalog.add(
    new ListedSet<CollectionPointEntity>(projection, {
      kind: 'collectionPoint',
      className: POINT_CLASS,
      *entities() {
        for (const one of collections.points()) yield collectionPointEntity(one);
      },
      keys: ({ point }) => pointKeys(point),
      instance: (entity) => pointInstance(projection, entity),
    }),
  );
};
