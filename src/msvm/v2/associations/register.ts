import type { Catalog } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { type AssociationRow, RelationProvider } from '../../relation.ts';
import type { DeviceEntity, HostEntity, SystemEntity } from '../entities.ts';
import { devicesOf } from '../devices/system-device.ts';
import type { SettingIndex } from '../settings/setting-index.ts';
import { HOST, systemEntity } from '../systems/computer-system.ts';
import { association, link, links, relation } from './define.ts';
import { jobAssociations } from './jobs.ts';
import { serviceAssociations, serviceHasCapabilities, serviceHasSetting } from './services.ts';
import {
  COMPONENT_HAS_SETTING,
  DEVICE_DEFINES_STATE,
  settingAssociations,
  SYSTEM_DEFINES_STATE,
  SYSTEM_HAS_SNAPSHOT_SETTINGS,
} from './settings.ts';

/** Rows of every association class, shared classes collected from the subjects that use them (object-model §2). */
const associationRows = (projection: Projection, _index: SettingIndex): AssociationRow[] => {
  const { graph } = projection;
  function* allSystems(): Iterable<SystemEntity> {
    for (const system of graph.systems()) yield systemEntity(system);
  }
  return [
    association(
      'Msvm_SettingsDefineState',
      'ManagedElement',
      'SettingData',
      SYSTEM_DEFINES_STATE,
      DEVICE_DEFINES_STATE,
    ),
    association(
      'Msvm_ElementSettingData',
      'ManagedElement',
      'SettingData',
      SYSTEM_HAS_SNAPSHOT_SETTINGS,
      COMPONENT_HAS_SETTING,
      serviceHasSetting(projection),
    ),
    association('Msvm_ElementCapabilities', 'ManagedElement', 'Capabilities', serviceHasCapabilities(projection)),
    association(
      'Msvm_SystemDevice',
      'GroupComponent',
      'PartComponent',
      relation<SystemEntity, DeviceEntity>(
        'system',
        'device',
        ({ system }) => links(devicesOf(system)),
        ({ system }) => link(systemEntity(system)),
      ),
    ),
    association(
      'Msvm_HostedDependency',
      'Antecedent',
      'Dependent',
      relation<HostEntity, SystemEntity>(
        'host',
        'system',
        () => links(allSystems()),
        () => link(HOST),
      ),
    ),
    ...settingAssociations(graph),
    ...serviceAssociations(projection),
    ...jobAssociations(projection),
  ];
};

/** Providers of the association classes that the namespace has and whose ends it shows. */
export const associationProviders = (
  projection: Projection,
  catalog: Catalog,
  index: SettingIndex,
): RelationProvider[] =>
  associationRows(projection, index)
    .filter((row) => projection.has(row.className))
    .map((row) => new RelationProvider(projection, catalog, row));
