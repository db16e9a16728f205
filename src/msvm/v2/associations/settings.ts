import { findDevice } from '../../../core/devices/effective.ts';
import { kindRow } from '../../../core/devices/kinds.ts';
import { PORT_FEATURE_ROWS } from '../../../core/devices/port-features.ts';
import type { SystemGraph } from '../../../core/graph.ts';
import type { Snapshot, VirtualSystem } from '../../../core/model.ts';
import type { AssociationRow } from '../../relation.ts';
import { guestNetworkOf } from '../devices/guest-network.ts';
import { devicesOfSetting, hasDevices } from '../devices/system-device.ts';
import type {
  BootSourceEntity,
  ConfigurationEntity,
  DeviceEntity,
  GuestNetworkEntity,
  SettingEntity,
  SystemEntity,
} from '../entities.ts';
import { bootSourceEntity, bootSourcesOf, isBootSource } from '../settings/boot-source.ts';
import { activePlace, snapshotPlaces } from '../settings/places.ts';
import { settingEntity } from '../settings/setting.ts';
import { activeEntity, configurationEntity, parentConfiguration } from '../settings/system-setting.ts';
import { type BiosElementEntity, biosElementEntity } from '../systems/bios-element.ts';
import { systemEntity } from '../systems/computer-system.ts';
import { association, link, links, relation } from './define.ts';

const snapshotEntity = (system: VirtualSystem, id: string | null): ConfigurationEntity | undefined => {
  const snapshot: Snapshot | undefined = system.snapshots.find((one) => one.configuration.id === id);
  return snapshot === undefined
    ? undefined
    : configurationEntity({ system, configuration: snapshot.configuration, snapshot });
};

/** Integration components carry their setting by Msvm_ElementSettingData too (object-model §2). */
const isComponent = ({ setting }: DeviceEntity | SettingEntity): boolean => kindRow(setting.kind).resourceType === 1;

/** Msvm_SettingsDefineState from systems and devices; pools, switches and services add theirs. */
export const SYSTEM_DEFINES_STATE = relation<SystemEntity, ConfigurationEntity>(
  'system',
  'configuration',
  ({ system }) => link(activeEntity(system)),
  ({ place }) => link(place.snapshot === null ? systemEntity(place.system) : null),
);

export const DEVICE_DEFINES_STATE = relation<DeviceEntity, SettingEntity>(
  'device',
  'setting',
  ({ system, setting, className }) =>
    link(className === 'Msvm_VideoHead' ? null : settingEntity(activePlace(system), setting)),
  ({ place, setting }) =>
    place.snapshot === null && hasDevices(place.system) ? links(devicesOfSetting(place.system, setting)) : [],
);

/** Msvm_ElementSettingData: flags say that these are the current values (object-model §2). */
const CURRENT = { IsDefault: 1, IsCurrent: 1, IsNext: 0 };

export const SYSTEM_HAS_SNAPSHOT_SETTINGS = relation<SystemEntity, ConfigurationEntity>(
  'system',
  'configuration',
  ({ system }) => links(snapshotPlaces(system).map(configurationEntity)),
  ({ place }) => link(place.snapshot === null ? null : systemEntity(place.system)),
);

export const COMPONENT_HAS_SETTING = relation<DeviceEntity, SettingEntity>(
  'device',
  'setting',
  (entity) => (isComponent(entity) ? link(settingEntity(activePlace(entity.system), entity.setting), CURRENT) : []),
  (entity) => {
    const { place, setting } = entity;
    const has = isComponent(entity) && place.snapshot === null && hasDevices(place.system);
    return has ? links(devicesOfSetting(place.system, setting), CURRENT) : [];
  },
);

/** Associations between a system, its configurations, and what stands in them (object-model §2). */
export const settingAssociations = (graph: SystemGraph): AssociationRow[] => [
  association(
    'Msvm_VirtualSystemSettingDataComponent',
    'GroupComponent',
    'PartComponent',
    relation<ConfigurationEntity, SettingEntity>(
      'configuration',
      'setting',
      ({ place }) =>
        links(
          place.configuration.devices
            .filter((setting) => !isFeature(setting.kind))
            .map((setting) => settingEntity(place, setting)),
        ),
      ({ place, setting }) => (isFeature(setting.kind) ? [] : link(configurationEntity(place))),
    ),
  ),
  association(
    'Msvm_EthernetPortSettingDataComponent',
    'GroupComponent',
    'PartComponent',
    relation<SettingEntity, SettingEntity>(
      'setting',
      'setting',
      ({ place, setting }) =>
        setting.kind === 'ethernetConnection'
          ? links(
              place.configuration.devices
                .filter((one) => isFeature(one.kind) && one.parent === setting.part)
                .map((one) => settingEntity(place, one)),
            )
          : [],
      ({ place, setting }) => {
        const above =
          isFeature(setting.kind) && setting.parent !== null
            ? findDevice(place.configuration, setting.parent)
            : undefined;
        return link(above === undefined ? null : settingEntity(place, above));
      },
    ),
  ),
  association(
    'Msvm_SystemBIOS',
    'GroupComponent',
    'PartComponent',
    relation<SystemEntity, BiosElementEntity>(
      'system',
      'biosElement',
      ({ system }) => link(biosElementEntity(system)),
      ({ system }) => link(systemEntity(system)),
    ),
  ),
  association(
    'Msvm_SettingDataComponent',
    'GroupComponent',
    'PartComponent',
    relation<SettingEntity, GuestNetworkEntity>(
      'setting',
      'guestNetwork',
      ({ place, setting }) => link(place.snapshot === null ? guestNetworkOf(place.system, setting) : null),
      ({ system, setting }) => link(settingEntity(activePlace(system), setting)),
    ),
  ),
  association(
    'Msvm_BootSourceComponent',
    'GroupComponent',
    'PartComponent',
    relation<ConfigurationEntity, BootSourceEntity>(
      'configuration',
      'bootSource',
      ({ place }) => links(bootSourcesOf(place)),
      ({ place }) => link(configurationEntity(place)),
    ),
  ),
  association(
    'Msvm_LogicalIdentity',
    'SystemElement',
    'SameElement',
    relation<SettingEntity, BootSourceEntity>(
      'setting',
      'bootSource',
      ({ place, setting }) => link(isBootSource(place, setting) ? bootSourceEntity(place, setting) : null),
      ({ place, setting }) => link(settingEntity(place, setting)),
    ),
  ),
  association(
    'Msvm_SnapshotOfVirtualSystem',
    'Antecedent',
    'Dependent',
    relation<SystemEntity, ConfigurationEntity>(
      'system',
      'configuration',
      ({ system }) => links(snapshotPlaces(system).map(configurationEntity)),
      ({ place }) => link(place.snapshot === null ? null : systemEntity(place.system)),
    ),
  ),
  association(
    'Msvm_MostCurrentSnapshotInBranch',
    'Antecedent',
    'Dependent',
    relation<SystemEntity, ConfigurationEntity>(
      'system',
      'configuration',
      ({ system }) => link(snapshotEntity(system, system.currentSnapshot)),
      ({ place }) =>
        link(
          place.snapshot !== null && place.system.currentSnapshot === place.configuration.id
            ? systemEntity(place.system)
            : null,
        ),
    ),
  ),
  association(
    'Msvm_LastAppliedSnapshot',
    'Antecedent',
    'Dependent',
    relation<ConfigurationEntity, SystemEntity>(
      'configuration',
      'system',
      ({ place }) =>
        link(
          place.snapshot !== null && place.system.lastApplied === place.configuration.id
            ? systemEntity(place.system)
            : null,
        ),
      ({ system }) => link(snapshotEntity(system, system.lastApplied)),
    ),
  ),
  association(
    'Msvm_ParentChildSettingData',
    'Antecedent',
    'Dependent',
    relation<ConfigurationEntity, ConfigurationEntity>(
      'configuration',
      'configuration',
      ({ place }) =>
        links(
          [activePlace(place.system), ...snapshotPlaces(place.system)]
            .filter((one) => place.snapshot !== null && parentConfiguration(one) === place.configuration.id)
            .map(configurationEntity),
        ),
      ({ place }) => {
        const parent = parentConfiguration(place);
        const above = parent === null ? undefined : graph.configuration(parent);
        return link(above === undefined ? null : configurationEntity(above));
      },
    ),
  ),
];

const isFeature = (kind: string): boolean => FEATURE_KINDS.has(kind);
const FEATURE_KINDS: ReadonlySet<string> = new Set(PORT_FEATURE_ROWS.map((row) => row.kind));
