import { findDevice } from '../../core/devices/effective.ts';
import type { VirtualSystem } from '../../core/model.ts';
import type { Entity } from '../entity.ts';
import type { Projection } from '../projection.ts';
import type { AssociationRow } from '../relation.ts';
import { association, link, links, relation } from '../v2/associations/define.ts';
import type { ConfigurationEntity, DeviceEntity, SwitchEntity, SystemEntity } from '../v2/entities.ts';
import type { SettingIndex } from '../v2/settings/setting-index.ts';
import { configurationEntity } from '../v2/settings/system-setting.ts';
import type { HostAdapterEntity } from '../v2/switches/host-adapter.ts';
import { type HostPortEntity, hostPortEntity, hostPortsOf } from '../v2/switches/host-ports.ts';
import { switchEntity } from '../v2/switches/switch.ts';
import { systemEntity } from '../v2/systems/computer-system.ts';
import {
  endpointOfAdapter,
  endpointOfPending,
  endpointOfPort,
  type HostEndpointEntity,
  ownerOfEndpoint,
  type PendingInternalEntity,
} from './host-ends.ts';
import { adapterOfEndpoint, type LanEndpointEntity, lanEndpointEntity } from './lan-endpoint.ts';
import { adapterOfPort, connectedPort, type PortEntity, portsOfSwitch, portsOfSystem } from './switch-port.ts';
import { type GlobalSettingEntity, globalSettingEntity } from './system-setting.ts';

const CURRENT = { IsDefault: 1, IsCurrent: 1, IsNext: 0 };

const SYSTEM_HAS_GLOBAL_SETTING = relation<SystemEntity, GlobalSettingEntity>(
  'system',
  'globalSetting',
  ({ system }) => link(globalSettingEntity(system), CURRENT),
  ({ system }) => link(systemEntity(system), CURRENT),
);

/** From a machine to the checkpoint that one of its records names. */
const systemHasSnapshot = (snapshotOf: (system: VirtualSystem) => string | null) =>
  relation<SystemEntity, ConfigurationEntity>(
    'system',
    'configuration',
    ({ system }) => {
      const id = snapshotOf(system);
      const snapshot = system.snapshots.find((one) => one.configuration.id === id);
      const place = snapshot === undefined ? null : { system, configuration: snapshot.configuration, snapshot };
      return link(place === null ? null : configurationEntity(place));
    },
    ({ place }) =>
      link(
        place.snapshot !== null && snapshotOf(place.system) === place.configuration.id
          ? systemEntity(place.system)
          : null,
      ),
  );

/** Adapter, endpoint, port, switch: how v1 plugs a machine in (object-model §12). */
const networkAssociations = (projection: Projection, index: SettingIndex): AssociationRow[] => [
  association(
    'Msvm_HostedAccessPoint',
    'Antecedent',
    'Dependent',
    relation<SwitchEntity, PortEntity>(
      'switch',
      'virtualSwitchPort',
      (entity) => links(portsOfSwitch(projection, index, entity.switch)),
      (port) => link(switchEntity(port.switch)),
    ),
    relation<SwitchEntity, HostPortEntity>(
      'switch',
      'hostPort',
      (entity) => links(hostPortsOf('hostPort', entity.switch)),
      (port) => link(switchEntity(port.switch)),
    ),
  ),
  association(
    'Msvm_ActiveConnection',
    'Antecedent',
    'Dependent',
    relation<PortEntity, LanEndpointEntity>(
      'virtualSwitchPort',
      'lanEndpoint',
      (port) => {
        const adapter = adapterOfPort(port);
        const plugged = adapter !== undefined && connectedPort(projection, port.place, adapter) !== null;
        return link(plugged ? lanEndpointEntity(port.place.system, adapter) : null);
      },
      function* ({ system, adapter }) {
        for (const port of portsOfSystem(projection, system)) {
          if (port.setting.parent !== adapter.part) continue;
          if (connectedPort(projection, port.place, adapter) !== null) yield { to: port };
        }
      },
    ),
    relation<HostPortEntity, HostEndpointEntity>(
      'hostPort',
      'hostEndpoint',
      (port) => link(endpointOfPort(projection, port)),
      ({ held }) => link(held === null ? null : hostPortEntity('hostPort', held.switch, held.port)),
    ),
  ),
  association(
    'Msvm_GlobalEthernetPortSAPImplementation',
    'Antecedent',
    'Dependent',
    ...(['internalPort', 'pendingInternal', 'hostAdapter'] as const).map((kind) =>
      relation<Entity, HostEndpointEntity>(
        kind,
        'hostEndpoint',
        (owner) => link(endpointOfOwner(projection, owner)),
        (entity) => {
          const owner = ownerOfEndpoint(entity);
          return link(owner.kind === kind ? owner : null);
        },
      ),
    ),
  ),
  association(
    'Msvm_DeviceSAPImplementation',
    'Antecedent',
    'Dependent',
    relation<DeviceEntity, LanEndpointEntity>(
      'device',
      'lanEndpoint',
      ({ system, setting }) => link(lanEndpointEntity(system, findDevice(system.active, setting.part) ?? setting)),
      (endpoint) => links(adapterOfEndpoint(endpoint)),
    ),
  ),
];

const endpointOfOwner = (projection: Projection, owner: Entity): HostEndpointEntity | null => {
  if (owner.kind === 'hostAdapter') return endpointOfAdapter(projection, owner as HostAdapterEntity);
  if (owner.kind === 'internalPort') return endpointOfPort(projection, owner as HostPortEntity);
  return endpointOfPending((owner as PendingInternalEntity).end);
};

/** Associations that root\virtualization has besides those it shares with v2 (object-model §12). */
export const v1Associations = (projection: Projection, index: SettingIndex): AssociationRow[] => [
  association('Msvm_ElementSettingData', 'ManagedElement', 'SettingData', SYSTEM_HAS_GLOBAL_SETTING),
  association(
    'Msvm_PreviousSettingData',
    'ManagedElement',
    'SettingData',
    systemHasSnapshot((system) => system.currentSnapshot),
  ),
  association(
    'Msvm_LastAppliedSettingData',
    'ManagedElement',
    'SettingData',
    systemHasSnapshot((system) => system.lastApplied),
  ),
  ...networkAssociations(projection, index),
];
