import type { CimInstance } from '../../../cim/instance.ts';
import { fold } from '../../../cim/names.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import { kindRow } from '../../../core/devices/kinds.ts';
import type { PoolParent, ResourcePool } from '../../../core/pools/pool.ts';
import type { Catalog, Entity, EntitySet } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { parseInstanceId, settingInstanceId } from '../settings/instance-id.ts';
import { renderResourceLink } from '../settings/resource-link.ts';
import { clientPoolEntity, type PoolEntity, poolSettingEntity } from './pool.ts';

/** What a pool takes from one parent, as the setting that CreatePool was given. */
export interface PoolAllocationEntity extends Entity {
  readonly kind: 'poolAllocation';
  readonly pool: ResourcePool;
  readonly parent: PoolParent;
  /** By the parent, so that it stays when another one goes. */
  readonly part: string;
}

const PRIMORDIAL = 'Root';

export const allocationsOf = (pool: ResourcePool): readonly PoolAllocationEntity[] =>
  pool.parents.map((parent) => ({
    kind: 'poolAllocation',
    className: kindRow(pool.kind).settingClass,
    pool,
    parent,
    part: parent.pool ?? PRIMORDIAL,
  }));

/** Pools of clients beside those of the host: the sets of those know how they look. */
class ClientPoolSet implements EntitySet<PoolEntity> {
  readonly kind: 'pool' | 'poolSetting';
  readonly className: string;
  readonly #projection: Projection;
  readonly #ofHost: EntitySet;

  constructor(projection: Projection, ofHost: EntitySet, kind: 'pool' | 'poolSetting') {
    this.#projection = projection;
    this.#ofHost = ofHost;
    this.kind = kind;
    this.className = ofHost.className;
  }

  *entities(): Iterable<PoolEntity> {
    for (const pool of this.#projection.pools.pools()) yield this.#entity(pool);
  }

  find(path: ObjectPath): PoolEntity | undefined {
    const id = path.key('InstanceID');
    const parsed = typeof id === 'string' ? parseInstanceId(id) : null;
    const pool = parsed?.part === null ? this.#projection.pools.pool(parsed.configuration) : undefined;
    return pool === undefined ? undefined : this.#entity(pool);
  }

  path(entity: PoolEntity): ObjectPath {
    return this.#ofHost.path(entity);
  }

  instance(entity: PoolEntity): CimInstance {
    return this.#ofHost.instance(entity);
  }

  /** There are few. */
  candidates(): Iterable<PoolEntity> {
    return this.entities();
  }

  #entity(pool: ResourcePool): PoolEntity {
    return this.kind === 'pool' ? clientPoolEntity(pool) : poolSettingEntity(kindRow(pool.kind), pool);
  }
}

class PoolAllocationSet implements EntitySet<PoolAllocationEntity> {
  readonly kind = 'poolAllocation';
  readonly className: string;
  readonly #projection: Projection;

  constructor(projection: Projection, className: string) {
    this.#projection = projection;
    this.className = className;
  }

  *entities(): Iterable<PoolAllocationEntity> {
    for (const pool of this.#projection.pools.pools())
      for (const entity of allocationsOf(pool)) if (entity.className === this.className) yield entity;
  }

  find(path: ObjectPath): PoolAllocationEntity | undefined {
    const id = path.key('InstanceID');
    const parsed = typeof id === 'string' ? parseInstanceId(id) : null;
    const pool = parsed === null ? undefined : this.#projection.pools.pool(parsed.configuration);
    if (pool === undefined) return undefined;
    return allocationsOf(pool).find(
      ({ className, part }) => className === this.className && fold(part) === fold(parsed?.part ?? ''),
    );
  }

  path(entity: PoolAllocationEntity): ObjectPath {
    return this.#projection.path(this.className, { InstanceID: settingInstanceId(entity.pool.id, entity.part) });
  }

  instance({ pool, parent, part }: PoolAllocationEntity): CimInstance {
    const row = kindRow(pool.kind);
    const above = parent.pool === null ? undefined : this.#projection.pools.pool(parent.pool);
    return this.#projection
      .shape(this.className, row.kind, () => row.defaults)
      .make({
        InstanceID: settingInstanceId(pool.id, part),
        PoolID: above?.poolId ?? '',
        HostResource: parent.resources.map((resource) => renderResourceLink(this.#projection, resource)),
      });
  }

  candidates(): Iterable<PoolAllocationEntity> {
    return this.entities();
  }
}

/** After the pools of the host. */
export const addClientPools = (projection: Projection, catalog: Catalog): void => {
  for (const [kind, className] of [
    ['pool', 'Msvm_ResourcePool'],
    ['poolSetting', 'Msvm_ResourcePoolSettingData'],
  ] as const) {
    const ofHost = catalog.ofClass(className).find((set) => set.kind === kind);
    if (ofHost !== undefined) catalog.add(new ClientPoolSet(projection, ofHost, kind));
  }
  for (const className of ['Msvm_StorageAllocationSettingData', 'Msvm_EthernetPortAllocationSettingData'])
    if (projection.has(className)) catalog.add(new PoolAllocationSet(projection, className));
};
