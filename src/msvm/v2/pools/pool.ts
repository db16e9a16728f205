import type { CimInstance } from '../../../cim/instance.ts';
import type { CimValues } from '../../../cim/values.ts';
import type { DeviceKindRow } from '../../../core/devices/kind.ts';
import { DEVICE_KINDS, kindRow } from '../../../core/devices/kinds.ts';
import type { DeviceSetting, HostFacts } from '../../../core/model.ts';
import type { ResourcePool } from '../../../core/pools/pool.ts';
import type { Catalog } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { type FixedEntity, FixedSet } from '../fixed-set.ts';
import type { PoolUse } from './pool-use.ts';

/**
 * A pool, its settings, or its capabilities: three objects with one InstanceID (object-model §8). The capabilities are those
 * of the pool of the host, for the pools below it too.
 */
export interface PoolEntity extends FixedEntity {
  readonly kind: 'pool' | 'poolSetting' | 'allocationCapabilities';
  readonly row: DeviceKindRow;
  /** Made by a client; null: of the host (primordial). */
  readonly pool: ResourcePool | null;
}

/** Pools that have a class of their own (object-model §1). */
const POOL_CLASSES: Readonly<Record<string, string>> = {
  processor: 'Msvm_ProcessorPool',
  display3d: 'Msvm_Synth3dVideoPool',
};
const POOL = 'Msvm_ResourcePool';
const POOL_SETTING = 'Msvm_ResourcePoolSettingData';

const entity = (
  kind: PoolEntity['kind'],
  className: string,
  row: DeviceKindRow,
  pool: ResourcePool | null = null,
): PoolEntity => ({
  kind,
  className,
  row,
  pool,
  keys: { InstanceID: `Microsoft:${pool?.id ?? row.pool ?? ''}` },
});

export const poolEntity = (row: DeviceKindRow, pool: ResourcePool | null = null): PoolEntity =>
  entity('pool', POOL_CLASSES[row.kind] ?? POOL, row, pool);
export const poolSettingEntity = (row: DeviceKindRow, pool: ResourcePool | null = null): PoolEntity =>
  entity('poolSetting', POOL_SETTING, row, pool);
/** A pool that a client made. */
export const clientPoolEntity = (pool: ResourcePool): PoolEntity => poolEntity(kindRow(pool.kind), pool);
export const allocationCapabilitiesEntity = (row: DeviceKindRow): PoolEntity =>
  entity('allocationCapabilities', 'Msvm_AllocationCapabilities', row);

/** Kinds that are handed out by a pool, one pool each. */
export const POOL_ROWS: readonly DeviceKindRow[] = DEVICE_KINDS.filter((row) => row.pool !== null);

/** What clients look pools up by; PoolID of a primordial pool is "", not NULL (client-usage, "pools"). */
const identity = (row: DeviceKindRow, pool: ResourcePool | null = null): CimValues => ({
  PoolID: pool?.poolId ?? '',
  ResourceType: row.resourceType,
  ResourceSubType: row.resourceSubType,
  OtherResourceType: row.otherResourceType,
});

/** What the host has to give; NULL where the only limit is that of a machine. */
const capacity = (row: DeviceKindRow, host: HostFacts): bigint | null => {
  if (row.kind === 'processor') return BigInt(host.logicalProcessors);
  return row.kind === 'memory' ? BigInt(host.memoryMb) : null;
};

const poolInstance = (projection: Projection, use: PoolUse, entity: PoolEntity): CimInstance => {
  const { row, pool } = entity;
  const held = pool === null ? use.held(row.kind) : use.heldFrom(row.kind, pool.poolId);
  const own =
    pool === null
      ? {}
      : { ...identity(row, pool), Primordial: false, ElementName: pool.name, Name: pool.name, ...entity.keys };
  return projection
    .shape(entity.className, row.kind, () => ({
      ...identity(row),
      Primordial: true,
      Caption: `${row.elementName} Pool`,
      Description: `Pool of ${row.elementName.toLowerCase()} resources of the host`,
      ElementName: row.elementName,
      Name: row.elementName,
      AllocationUnits: row.kind === 'memory' ? 'byte * 2^20' : 'count',
      ConsumedResourceUnits: row.kind === 'memory' ? 'byte * 2^20' : 'count',
      Capacity: capacity(row, projection.graph.host),
      MaxConsumableResource: capacity(row, projection.graph.host),
      HealthState: 5,
      OperationalStatus: [2],
      StatusDescriptions: ['OK'],
      Status: 'OK',
      ...poolEntity(row).keys,
    }))
    .make({ Reserved: held, CurrentlyConsumedResource: held, ...own });
};

const poolSettingInstance = (projection: Projection, { className, row, pool, keys }: PoolEntity): CimInstance =>
  projection
    .shape(className, row.kind, () => ({
      ...identity(row),
      Caption: 'Resource Pool Settings',
      Description: 'Settings of a resource pool',
      ElementName: row.elementName,
      Notes: '',
    }))
    .make({
      ...keys,
      ...(pool === null ? {} : { ...identity(row, pool), ElementName: pool.name, Notes: pool.notes }),
    });

const GENERAL_AND_SPECIFIC = 4;
const SHARED = 3;
const DEDICATED = 2;

const capabilitiesInstance = (projection: Projection, pool: PoolEntity): CimInstance =>
  projection
    .shape(pool.className, pool.row.kind, () => ({
      ...identity(pool.row),
      Caption: 'Allocation Capabilities',
      Description: 'Capabilities of a resource pool',
      ElementName: pool.row.elementName,
      RequestTypesSupported: GENERAL_AND_SPECIFIC,
      SharingMode: pool.row.kind === 'processor' || pool.row.kind === 'memory' ? SHARED : DEDICATED,
      ...pool.keys,
    }))
    .make({});

/** Pools of clients came with v2 (object-model §12). */
const hasClientPools = (projection: Projection): boolean => projection.has('Msvm_ResourcePoolConfigurationService');

export const clientPools = (projection: Projection): readonly ResourcePool[] =>
  hasClientPools(projection) ? [...projection.pools.pools()] : [];

/** Those of the host, and those that clients made. */
export const allPools = (projection: Projection): readonly PoolEntity[] => [
  ...POOL_ROWS.map((row) => poolEntity(row)),
  ...clientPools(projection).map(clientPoolEntity),
];

/** The pool that a setting names by its PoolID, else that of the host. */
export const poolOfSetting = (projection: Projection, setting: DeviceSetting): PoolEntity => {
  const row = kindRow(setting.kind);
  const poolId = setting.values['PoolID'];
  const own =
    typeof poolId === 'string' && poolId !== '' && hasClientPools(projection)
      ? projection.pools.named(setting.kind, poolId)
      : undefined;
  return poolEntity(row, own ?? null);
};

export const addPools = (projection: Projection, catalog: Catalog, use: PoolUse): void => {
  const pools = POOL_ROWS.map((row) => poolEntity(row));
  for (const className of new Set(pools.map((pool) => pool.className))) {
    const own = pools.filter((pool) => pool.className === className);
    catalog.add(new FixedSet(projection, 'pool', className, own, (pool) => poolInstance(projection, use, pool)));
  }
  const settings = POOL_ROWS.map((row) => poolSettingEntity(row));
  catalog.add(
    new FixedSet<PoolEntity>(projection, 'poolSetting', POOL_SETTING, settings, (pool) =>
      poolSettingInstance(projection, pool),
    ),
  );
  const capabilities = POOL_ROWS.map(allocationCapabilitiesEntity);
  catalog.add(
    new FixedSet<PoolEntity>(
      projection,
      'allocationCapabilities',
      'Msvm_AllocationCapabilities',
      capabilities,
      (pool) => capabilitiesInstance(projection, pool),
    ),
  );
};
