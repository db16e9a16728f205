import type { CimValues } from '../../../cim/values.ts';
import type { DeviceKindRow } from '../../../core/devices/kind.ts';
import { kindRow } from '../../../core/devices/kinds.ts';
import type { Projection } from '../../projection.ts';
import type { AssociationRow, Link } from '../../relation.ts';
import { devicesOf } from '../devices/system-device.ts';
import type { DeviceEntity, HostEntity, SettingEntity } from '../entities.ts';
import {
  defaultOfFeature,
  type FeatureEntity,
  featureOfTemplate,
  FEATURES,
  SWITCH_FEATURES,
  type SwitchFeatureEntity,
} from '../pools/features.ts';
import {
  allocationCapabilitiesEntity,
  allPools,
  clientPoolEntity,
  clientPools,
  type PoolEntity,
  poolEntity,
  poolOfSetting,
  poolSettingEntity,
} from '../pools/pool.ts';
import { allocationsOf, type PoolAllocationEntity } from '../pools/client-pools.ts';
import { MIGRATION_SETTINGS, type MigrationSettingEntity } from '../services/migration-setting.ts';
import { serviceCapabilitiesEntity, type ServiceEntity } from '../services/service.ts';
import { MANAGEMENT_SERVICE, MIGRATION_SERVICE, SERVICES } from '../services/services.ts';
import { type DefinitionEntity, DEFINITIONS } from '../settings/definitions.ts';
import { allPlaces } from '../settings/places.ts';
import { settingEntity } from '../settings/setting.ts';
import { type TemplateEntity, TEMPLATE_ROLES, type TemplateRole, TEMPLATES } from '../settings/template.ts';
import { HOST } from '../systems/computer-system.ts';
import { association, link, links, relation } from './define.ts';

/** Never NULL: the samples compare the text of these numbers (client-usage, "defaults"). */
const roleValues = (role: TemplateRole): CimValues => ({
  PropertyPolicy: 0,
  SupportStatement: 0,
  ValueRole: TEMPLATE_ROLES[role].valueRole,
  ValueRange: TEMPLATE_ROLES[role].valueRange,
});
const DEFAULT_VALUES = roleValues('Default');
const FEATURE_VALUES = { PropertyPolicy: 0, ValueRole: 0, ValueRange: 0 };

const pooled = (row: DeviceKindRow): boolean => row.pool !== null;

export const POOL_DEFINES_STATE = relation<PoolEntity, PoolEntity>(
  'pool',
  'poolSetting',
  ({ row, pool }) => link(poolSettingEntity(row, pool)),
  ({ row, pool }) => link(poolEntity(row, pool)),
);

/** What a pool takes from its parents: settings of the pool too (object-model §2). */
export const POOL_HAS_ALLOCATIONS = relation<PoolEntity, PoolAllocationEntity>(
  'pool',
  'poolAllocation',
  ({ pool }) => links(pool === null ? [] : allocationsOf(pool)),
  ({ pool }) => link(clientPoolEntity(pool)),
);

export const poolHasCapabilities = (projection: Projection) =>
  relation<PoolEntity, PoolEntity>(
    'pool',
    'allocationCapabilities',
    ({ row }) => link(allocationCapabilitiesEntity(row)),
    ({ row }) => links([poolEntity(row), ...poolsOfKind(projection, row)]),
  );

const poolsOfKind = (projection: Projection, row: DeviceKindRow): readonly PoolEntity[] =>
  clientPools(projection)
    .filter(({ kind }) => kind === row.kind)
    .map(clientPoolEntity);

const serviceCapabilities = (className: string): ServiceEntity | null => {
  const row = SERVICES.find((one) => one.className === className);
  return row === undefined ? null : serviceCapabilitiesEntity(row);
};

/** A service's capabilities and the settings that say what it can make. */
const serviceDefines = <E extends DefinitionEntity | MigrationSettingEntity>(
  service: string,
  kind: E['kind'],
  entities: readonly E[],
  values: (entity: E) => CimValues,
) =>
  relation<ServiceEntity, E>(
    'serviceCapabilities',
    kind,
    function* ({ row }) {
      if (row.className === service) for (const to of entities) yield { to, values: values(to) };
    },
    (entity) => link(serviceCapabilities(service), values(entity)),
  );

/** The default comes with ValueRole 0, versions and secure boot templates are what is supported. */
const definitionValues = (entity: DefinitionEntity): CimValues =>
  entity.role === 'default' ? DEFAULT_VALUES : { ...DEFAULT_VALUES, ValueRole: 3 };

const POOL_DEFINES_TEMPLATES = relation<PoolEntity, TemplateEntity>(
  'allocationCapabilities',
  'template',
  function* ({ row }) {
    for (const to of TEMPLATES.get(row.kind) ?? []) yield { to, values: roleValues(to.role) };
  },
  (template) =>
    pooled(template.row) ? link(allocationCapabilitiesEntity(template.row), roleValues(template.role)) : [],
);

export const poolAssociations = (projection: Projection): AssociationRow[] => {
  const { graph } = projection;
  function* devicesOfKind(row: DeviceKindRow): Iterable<Link<DeviceEntity>> {
    for (const system of graph.systems()) {
      for (const to of devicesOf(system))
        if (to.row.kind === row.kind && to.className === row.deviceClass) yield { to };
    }
  }
  const samePool = (a: PoolEntity, b: PoolEntity): boolean => a.pool?.id === b.pool?.id;
  function* childrenOf(entity: PoolEntity): Iterable<Link<PoolEntity>> {
    for (const pool of clientPools(projection)) {
      const wanted = entity.pool?.id ?? null;
      if (pool.kind === entity.row.kind && pool.parents.some((parent) => parent.pool === wanted))
        yield { to: clientPoolEntity(pool) };
    }
  }
  function* parentsOf({ row, pool }: PoolEntity): Iterable<Link<PoolEntity>> {
    for (const parent of pool?.parents ?? []) {
      const above = parent.pool === null ? null : projection.pools.pool(parent.pool);
      if (above !== undefined) yield { to: poolEntity(row, above) };
    }
  }
  function* settingsOfKind(row: DeviceKindRow): Iterable<Link<SettingEntity>> {
    for (const place of allPlaces(graph)) {
      for (const setting of place.configuration.devices) {
        if (setting.kind === row.kind) yield { to: settingEntity(place, setting) };
      }
    }
  }
  return [
    association(
      'Msvm_SettingsDefineCapabilities',
      'GroupComponent',
      'PartComponent',
      POOL_DEFINES_TEMPLATES,
      serviceDefines<DefinitionEntity>(MANAGEMENT_SERVICE, 'definition', DEFINITIONS, definitionValues),
      serviceDefines<MigrationSettingEntity>(
        MIGRATION_SERVICE,
        'migrationSetting',
        MIGRATION_SETTINGS,
        () => DEFAULT_VALUES,
      ),
    ),
    association(
      'Msvm_FeatureSettingsDefineCapabilities',
      'GroupComponent',
      'PartComponent',
      relation<FeatureEntity, TemplateEntity>(
        'featureCapabilities',
        'template',
        ({ id }) => link(defaultOfFeature(id), FEATURE_VALUES),
        (template) => link(featureOfTemplate(template), FEATURE_VALUES),
      ),
      relation<FeatureEntity, SwitchFeatureEntity>(
        'featureCapabilities',
        'switchFeature',
        ({ id }) =>
          links(
            SWITCH_FEATURES.filter((one) => one.feature === id),
            FEATURE_VALUES,
          ),
        ({ feature }) =>
          link(
            FEATURES.find((one) => one.id === feature),
            FEATURE_VALUES,
          ),
      ),
    ),
    association(
      'Msvm_ElementAllocatedFromPool',
      'Antecedent',
      'Dependent',
      relation<PoolEntity, DeviceEntity>(
        'pool',
        'device',
        function* (entity) {
          for (const device of devicesOfKind(entity.row))
            if (samePool(poolOfSetting(projection, device.to.setting), entity)) yield device;
        },
        ({ row, setting, className }) =>
          link(pooled(row) && className === row.deviceClass ? poolOfSetting(projection, setting) : null),
      ),
      // A pool that was made of another one (client-usage, "pools").
      relation<PoolEntity, PoolEntity>('pool', 'pool', childrenOf, parentsOf),
    ),
    association(
      'Msvm_ResourceAllocationFromPool',
      'Antecedent',
      'Dependent',
      relation<PoolEntity, SettingEntity>(
        'pool',
        'setting',
        function* (entity) {
          for (const setting of settingsOfKind(entity.row))
            if (samePool(poolOfSetting(projection, setting.to.setting), entity)) yield setting;
        },
        ({ setting }) => link(pooled(kindRow(setting.kind)) ? poolOfSetting(projection, setting) : null),
      ),
    ),
    association(
      'Msvm_HostedResourcePool',
      'GroupComponent',
      'PartComponent',
      relation<HostEntity, PoolEntity>(
        'host',
        'pool',
        () => links(allPools(projection)),
        () => link(HOST),
      ),
    ),
  ];
};
