import type { CimInstance } from '../../../cim/instance.ts';
import type { CimValues } from '../../../cim/values.ts';
import type { DeviceKindRow } from '../../../core/devices/kind.ts';
import { DEVICE_KINDS } from '../../../core/devices/kinds.ts';
import type { HostFacts } from '../../../core/model.ts';
import type { Catalog } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { type FixedEntity, FixedSet } from '../fixed-set.ts';
import type { PoolUse } from './pool-use.ts';

/** A primordial pool, its settings, or its capabilities: three objects with one InstanceID (object-model §8). */
export interface PoolEntity extends FixedEntity {
  readonly kind: 'pool' | 'poolSetting' | 'allocationCapabilities';
  readonly row: DeviceKindRow;
}

/** Pools that have a class of their own (object-model §1). */
const POOL_CLASSES: Readonly<Record<string, string>> = {
  processor: 'Msvm_ProcessorPool',
  display3d: 'Msvm_Synth3dVideoPool',
};
const POOL = 'Msvm_ResourcePool';

const entity = (kind: PoolEntity['kind'], className: string, row: DeviceKindRow): PoolEntity => ({
  kind,
  className,
  row,
  keys: { InstanceID: `Microsoft:${row.pool ?? ''}` },
});

export const poolEntity = (row: DeviceKindRow): PoolEntity => entity('pool', POOL_CLASSES[row.kind] ?? POOL, row);
export const poolSettingEntity = (row: DeviceKindRow): PoolEntity =>
  entity('poolSetting', 'Msvm_ResourcePoolSettingData', row);
export const allocationCapabilitiesEntity = (row: DeviceKindRow): PoolEntity =>
  entity('allocationCapabilities', 'Msvm_AllocationCapabilities', row);

/** Kinds that are handed out by a pool, one pool each. */
export const POOL_ROWS: readonly DeviceKindRow[] = DEVICE_KINDS.filter((row) => row.pool !== null);

/** What clients look pools up by; PoolID of a primordial pool is "", not NULL (client-usage, "pools"). */
const identity = (row: DeviceKindRow): CimValues => ({
  PoolID: '',
  ResourceType: row.resourceType,
  ResourceSubType: row.resourceSubType,
  OtherResourceType: row.otherResourceType,
});

/** What the host has to give; NULL where the only limit is that of a machine. */
const capacity = (row: DeviceKindRow, host: HostFacts): bigint | null => {
  if (row.kind === 'processor') return BigInt(host.logicalProcessors);
  return row.kind === 'memory' ? BigInt(host.memoryMb) : null;
};

const poolInstance = (projection: Projection, use: PoolUse, pool: PoolEntity): CimInstance => {
  const { row } = pool;
  const held = use.held(row.kind);
  return projection
    .shape(pool.className, row.kind, () => ({
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
      ...pool.keys,
    }))
    .make({ Reserved: held, CurrentlyConsumedResource: held });
};

const poolSettingInstance = (projection: Projection, pool: PoolEntity): CimInstance =>
  projection
    .shape(pool.className, pool.row.kind, () => ({
      ...identity(pool.row),
      Caption: 'Resource Pool Settings',
      Description: 'Settings of a resource pool',
      ElementName: pool.row.elementName,
      Notes: '',
      ...pool.keys,
    }))
    .make({});

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

export const addPools = (projection: Projection, catalog: Catalog, use: PoolUse): void => {
  const pools = POOL_ROWS.map(poolEntity);
  for (const className of new Set(pools.map((pool) => pool.className))) {
    const own = pools.filter((pool) => pool.className === className);
    catalog.add(new FixedSet(projection, 'pool', className, own, (pool) => poolInstance(projection, use, pool)));
  }
  const settings = POOL_ROWS.map(poolSettingEntity);
  catalog.add(
    new FixedSet<PoolEntity>(projection, 'poolSetting', 'Msvm_ResourcePoolSettingData', settings, (pool) =>
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
