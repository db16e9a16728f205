import type { Catalog } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { type AssociationRow, RelationProvider } from '../../relation.ts';
import type { SettingIndex } from '../settings/setting-index.ts';
import { collectionAssociations } from './collections.ts';
import { association } from './define.ts';
import {
  deviceAssociations,
  portHasSetting,
  SWITCH_DEFINES_STATE,
  SYSTEM_HAS_CAPABILITIES,
  SYSTEM_HAS_MERGE_SETTING,
  SYSTEM_HAS_REPLICATION_SETTING,
} from './devices.ts';
import { jobAssociations } from './jobs.ts';
import { metricAssociations } from './metrics.ts';
import { POOL_DEFINES_STATE, POOL_HAS_ALLOCATIONS, poolAssociations, poolHasCapabilities } from './pools.ts';
import { HOST_PORT_HAS_SETTING, switchAssociations } from './switches.ts';
import { REFERENCE_POINT_OF_SYSTEM } from './reference-points.ts';
import { serviceAssociations, serviceHasCapabilities, serviceHasSetting } from './services.ts';
import {
  COMPONENT_HAS_SETTING,
  DEVICE_DEFINES_STATE,
  settingAssociations,
  SYSTEM_DEFINES_STATE,
  SYSTEM_HAS_SNAPSHOT_SETTINGS,
} from './settings.ts';

/** Rows of every association class; classes that several subjects share are put together here (object-model §2). */
const associationRows = (projection: Projection, index: SettingIndex): AssociationRow[] => [
  association(
    'Msvm_SettingsDefineState',
    'ManagedElement',
    'SettingData',
    SYSTEM_DEFINES_STATE,
    DEVICE_DEFINES_STATE,
    SWITCH_DEFINES_STATE,
    POOL_DEFINES_STATE,
    POOL_HAS_ALLOCATIONS,
  ),
  association(
    'Msvm_ElementSettingData',
    'ManagedElement',
    'SettingData',
    SYSTEM_HAS_SNAPSHOT_SETTINGS,
    SYSTEM_HAS_MERGE_SETTING,
    SYSTEM_HAS_REPLICATION_SETTING,
    COMPONENT_HAS_SETTING,
    portHasSetting(projection),
    HOST_PORT_HAS_SETTING,
    serviceHasSetting(projection),
  ),
  association(
    'Msvm_ElementCapabilities',
    'ManagedElement',
    'Capabilities',
    SYSTEM_HAS_CAPABILITIES,
    poolHasCapabilities(projection),
    serviceHasCapabilities(projection),
  ),
  ...deviceAssociations(projection, index),
  ...settingAssociations(projection.graph),
  ...poolAssociations(projection),
  ...serviceAssociations(projection),
  ...switchAssociations(projection),
  ...jobAssociations(projection),
  ...metricAssociations(projection),
  ...collectionAssociations(projection),
  REFERENCE_POINT_OF_SYSTEM,
];

/** One row for each association class: relations of rows with the same class are put together. */
const merged = (rows: readonly AssociationRow[]): readonly AssociationRow[] => {
  const byClass = new Map<string, AssociationRow>();
  for (const row of rows) {
    const held = byClass.get(row.className);
    byClass.set(
      row.className,
      held === undefined ? row : { ...held, relations: [...held.relations, ...row.relations] },
    );
  }
  return [...byClass.values()];
};

/** Providers of the association classes that the namespace has; `more` are rows or relations of its own. */
export const associationProviders = (
  projection: Projection,
  catalog: Catalog,
  index: SettingIndex,
  more: readonly AssociationRow[] = [],
): RelationProvider[] =>
  merged([...associationRows(projection, index), ...more])
    .filter((row) => projection.has(row.className))
    .map((row) => new RelationProvider(projection, catalog, row));
