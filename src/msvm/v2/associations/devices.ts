import { findDevice } from '../../../core/devices/effective.ts';
import type { Projection } from '../../projection.ts';
import type { AssociationRow, Relation } from '../../relation.ts';
import { type GuestFileServiceEntity, interfaceOfService, serviceOfInterface } from '../devices/guest-file-service.ts';
import { devicesOf, devicesOfSetting, videoHeadOf } from '../devices/system-device.ts';
import type {
  DeviceEntity,
  HostEntity,
  SettingEntity,
  SwitchEntity,
  SwitchPortEntity,
  SwitchSettingEntity,
  SystemEntity,
  SystemPartEntity,
} from '../entities.ts';
import {
  type HostDeviceEntity,
  hostMemory,
  hostProcessors,
  nodeMemory,
  type NumaNodeEntity,
  numaNode,
} from '../host/host-device.ts';
import { settingEntity } from '../settings/setting.ts';
import type { SettingIndex } from '../settings/setting-index.ts';
import { switchEntity, switchSettingEntity } from '../switches/switch.ts';
import { portOfConnection, portsOfSwitch } from '../switches/switch-port.ts';
import { HOST, systemEntity } from '../systems/computer-system.ts';
import { systemPartEntity } from '../systems/system-part.ts';
import { association, link, links, relation } from './define.ts';

const CURRENT = { IsDefault: 1, IsCurrent: 1, IsNext: 0 };

/** What a system has one of: export, merge and replication settings, capabilities (object-model §2). */
export const systemHasPart = (kind: SystemPartEntity['kind'], values?: typeof CURRENT): Relation =>
  relation<SystemEntity, SystemPartEntity>(
    'system',
    kind,
    ({ system }) => link(systemPartEntity(kind, system), values),
    ({ system }) => link(systemEntity(system), values),
  );

export const SYSTEM_HAS_MERGE_SETTING = systemHasPart('mergeSetting', CURRENT);
export const SYSTEM_HAS_REPLICATION_SETTING = systemHasPart('replicationSetting', CURRENT);
export const SYSTEM_HAS_CAPABILITIES = systemHasPart('systemCapabilities');

export const SWITCH_DEFINES_STATE = relation<SwitchEntity, SwitchSettingEntity>(
  'switch',
  'switchSetting',
  (entity) => link(switchSettingEntity(entity.switch)),
  (entity) => link(switchEntity(entity.switch)),
);

/** Msvm_ElementSettingData from a switch port to the connection it stands for (object-model §11). */
export const portHasSetting = (projection: Projection): Relation =>
  relation<SwitchPortEntity, SettingEntity>(
    'switchPort',
    'setting',
    ({ place, setting }) => link(settingEntity(place, setting), CURRENT),
    ({ place, setting }) => link(portOfConnection(projection, place, setting), CURRENT),
  );

/** A device and the devices whose settings hang below its own, where both classes are given. */
const wired = (parentClass: string, childClass: string): Relation =>
  relation<DeviceEntity, DeviceEntity>(
    'device',
    'device',
    function* (entity) {
      if (entity.className !== parentClass) return;
      for (const setting of entity.system.active.devices) {
        if (setting.parent !== entity.setting.part) continue;
        for (const to of devicesOfSetting(entity.system, setting)) if (to.className === childClass) yield { to };
      }
    },
    function* (entity) {
      if (entity.className !== childClass || entity.setting.parent === null) return;
      const above = findDevice(entity.system.active, entity.setting.parent);
      if (above === undefined) return;
      for (const to of devicesOfSetting(entity.system, above)) if (to.className === parentClass) yield { to };
    },
  );

const VIDEO_HEAD_ON_CONTROLLER = relation<DeviceEntity, DeviceEntity>(
  'device',
  'device',
  (entity) => {
    const head = videoHeadOf(entity.system);
    return link(head?.setting === entity.setting && entity.className === entity.row.deviceClass ? head : null);
  },
  (entity) => (entity.className === 'Msvm_VideoHead' ? links(devicesOfSetting(entity.system, entity.setting)) : []),
);

export const deviceAssociations = (projection: Projection, index: SettingIndex): AssociationRow[] => {
  const { host } = projection.graph;
  function* allSystems(): Iterable<SystemEntity> {
    for (const system of projection.graph.systems()) yield systemEntity(system);
  }
  const nodeDevices = (): HostDeviceEntity[] => [...hostProcessors(host), nodeMemory(host)];
  return [
    association(
      'Msvm_RegisteredGuestService',
      'Antecedent',
      'Dependent',
      relation<DeviceEntity, GuestFileServiceEntity>(
        'device',
        'guestFileService',
        (device) => link(serviceOfInterface(device)),
        (service) => link(interfaceOfService(service)),
      ),
    ),
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
      relation<HostEntity, HostDeviceEntity>(
        'host',
        'hostDevice',
        () => links([...hostProcessors(host), hostMemory(host), nodeMemory(host)]),
        () => link(HOST),
      ),
      relation<SwitchEntity, SwitchPortEntity>(
        'switch',
        'switchPort',
        (entity) => links(portsOfSwitch(projection, index, entity.switch)),
        (entity) => link(switchEntity(entity.switch)),
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
      // os-win walks from NUMA nodes to processors and memory with it (object-model §2).
      relation<NumaNodeEntity, HostDeviceEntity>(
        'numaNode',
        'hostDevice',
        () => links(nodeDevices()),
        ({ node }) => link(node === null ? null : numaNode(host)),
      ),
    ),
    association(
      'Msvm_ConcreteComponent',
      'GroupComponent',
      'PartComponent',
      relation<HostDeviceEntity, HostDeviceEntity>(
        'hostDevice',
        'hostDevice',
        ({ className, node }) => link(className === 'Msvm_Memory' && node === null ? nodeMemory(host) : null),
        ({ className, node }) => link(className === 'Msvm_Memory' && node !== null ? hostMemory(host) : null),
      ),
    ),
    association(
      'Msvm_SystemExportSettingData',
      'ManagedElement',
      'SettingData',
      systemHasPart('exportSetting', CURRENT),
    ),
    association('Msvm_VideoHeadOnController', 'Antecedent', 'Dependent', VIDEO_HEAD_ON_CONTROLLER),
    association(
      'Msvm_ControlledBy',
      'Antecedent',
      'Dependent',
      ...['Msvm_DiskDrive', 'Msvm_DVDDrive'].map((drive) => wired('Msvm_IDEController', drive)),
      wired('Msvm_DisketteController', 'Msvm_DisketteDrive'),
    ),
    association(
      'Msvm_ProtocolControllerForUnit',
      'Antecedent',
      'Dependent',
      ...['Msvm_DiskDrive', 'Msvm_DVDDrive'].map((drive) => wired('Msvm_SCSIProtocolController', drive)),
    ),
    association(
      'Msvm_MediaPresent',
      'Antecedent',
      'Dependent',
      ...['Msvm_DiskDrive', 'Msvm_DVDDrive', 'Msvm_DisketteDrive'].map((drive) => wired(drive, 'Msvm_LogicalDisk')),
    ),
    association(
      'Msvm_SerialPortOnSerialController',
      'Antecedent',
      'Dependent',
      wired('Msvm_SerialController', 'Msvm_SerialPort'),
    ),
  ];
};
