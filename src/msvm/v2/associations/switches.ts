import type { Projection } from '../../projection.ts';
import type { AssociationRow, Relation } from '../../relation.ts';
import type { HostEntity, SwitchEntity, SwitchSettingEntity } from '../entities.ts';
import { type HostAdapterEntity, hostAdapterEntity } from '../switches/host-adapter.ts';
import {
  type HostFeatureEntity,
  hostFeaturesOf,
  type HostPortEntity,
  hostPortEntity,
  hostPortsOf,
  switchFeaturesOf,
} from '../switches/host-ports.ts';
import {
  isSwitchSide,
  lanEndpoint,
  type LanEndpointEntity,
  type Pluggable,
  pluggedInto,
} from '../switches/lan-endpoint.ts';
import { hardwareOffload, type HardwareOffloadEntity } from '../switches/hardware-offload.ts';
import { switchEntity, switchSettingEntity } from '../switches/switch.ts';
import { HOST } from '../systems/computer-system.ts';
import { association, link, links, relation } from './define.ts';

const CURRENT = { IsDefault: 1, IsCurrent: 1, IsNext: 0 };

const asKind = (kind: HostPortEntity['kind'], { switch: target, port }: HostPortEntity): HostPortEntity =>
  hostPortEntity(kind, target, port);

/** Msvm_ElementSettingData from a port to the host to its allocation setting. */
export const HOST_PORT_HAS_SETTING = relation<HostPortEntity, HostPortEntity>(
  'hostPort',
  'hostPortSetting',
  (port) => link(asKind('hostPortSetting', port), CURRENT),
  (setting) => link(asKind('hostPort', setting), CURRENT),
);

/** Msvm_SystemDevice: what switches and the host have beside the ports and devices of machines. */
export const switchDevices = (projection: Projection): readonly Relation[] => {
  const { graph } = projection;
  function* internal(): Iterable<HostPortEntity> {
    for (const one of graph.switches()) yield* hostPortsOf('internalPort', one);
  }
  return [
    relation<SwitchEntity, HostPortEntity>(
      'switch',
      'hostPort',
      (entity) => links(hostPortsOf('hostPort', entity.switch)),
      (port) => link(switchEntity(port.switch)),
    ),
    relation<HostEntity, HostAdapterEntity>(
      'host',
      'hostAdapter',
      () => links(graph.hostAdapters().map(hostAdapterEntity)),
      () => link(HOST),
    ),
    relation<HostEntity, HostPortEntity>(
      'host',
      'internalPort',
      () => links(internal()),
      () => link(HOST),
    ),
  ];
};

const PLUGGABLE: readonly Pluggable['kind'][] = ['switchPort', 'hostPort', 'device', 'hostAdapter', 'internalPort'];

/** A port and its endpoint, which it has while something is plugged in there; a switch's own has it always. */
const hasEndpoint = (projection: Projection, kind: Pluggable['kind']): Relation =>
  relation<Pluggable, LanEndpointEntity>(
    kind,
    'cableEnd',
    (end) => link(isSwitchSide(end) || pluggedInto(projection, end) !== undefined ? lanEndpoint(end) : null),
    ({ of }) => link(of.kind === kind ? of : null),
  );

export const switchAssociations = (projection: Projection): AssociationRow[] => [
  association('Msvm_SystemDevice', 'GroupComponent', 'PartComponent', ...switchDevices(projection)),
  association(
    'Msvm_EthernetDeviceSAPImplementation',
    'Antecedent',
    'Dependent',
    ...PLUGGABLE.map((kind) => hasEndpoint(projection, kind)),
  ),
  association(
    'Msvm_ActiveConnection',
    'Antecedent',
    'Dependent',
    // From the adapter to the switch and back: clients walk it from either end.
    relation<LanEndpointEntity, LanEndpointEntity>(
      'cableEnd',
      'cableEnd',
      ({ of }) => {
        const other = pluggedInto(projection, of);
        return link(other === undefined ? null : lanEndpoint(other));
      },
      ({ of }) => {
        const other = pluggedInto(projection, of);
        return link(other === undefined ? null : lanEndpoint(other));
      },
    ),
  ),
  association(
    'Msvm_EthernetPortSettingDataComponent',
    'GroupComponent',
    'PartComponent',
    relation<HostPortEntity, HostFeatureEntity>(
      'hostPortSetting',
      'hostFeature',
      (entity) => links(hostFeaturesOf(entity.switch, entity.port)),
      (entity) => link(entity.port === null ? null : hostPortEntity('hostPortSetting', entity.switch, entity.port)),
    ),
  ),
  association(
    'Msvm_EthernetSwitchInfo',
    'Antecedent',
    'Dependent',
    relation<SwitchEntity, HardwareOffloadEntity>(
      'switch',
      'hardwareOffload',
      (entity) => links([hardwareOffload(entity.switch)]),
      (entity) => link(switchEntity(entity.switch)),
    ),
  ),
  association(
    'Msvm_VirtualEthernetSwitchSettingDataComponent',
    'GroupComponent',
    'PartComponent',
    relation<SwitchSettingEntity, HostFeatureEntity>(
      'switchSetting',
      'ownSwitchFeature',
      (entity) => links(switchFeaturesOf(entity.switch)),
      (entity) => link(switchSettingEntity(entity.switch)),
    ),
  ),
];
