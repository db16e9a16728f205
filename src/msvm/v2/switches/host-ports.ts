import type { CimValues } from '../../../cim/values.ts';
import { kindRow } from '../../../core/devices/kinds.ts';
import type { EthernetSwitch, Guid, HostPort, PortFeature } from '../../../core/model.ts';
import { internalDeviceName } from '../../../core/networks/switch-network.ts';
import { SWITCH_FEATURE_ROWS } from '../../../core/networks/switch-features.ts';
import type { Catalog, Entity } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { ListedSet } from '../listed-set.ts';
import { renderResourceLink } from '../settings/resource-link.ts';
import { COMPUTER_SYSTEM } from '../systems/computer-system.ts';
import { SWITCH } from './switch.ts';
import { SWITCH_PORT, SWITCH_PORT_CONSTANTS } from './switch-port.ts';

export const ALLOCATION = 'Msvm_EthernetPortAllocationSettingData';
export const INTERNAL_PORT = 'Msvm_InternalEthernetPort';

/** A port that a switch has to the host: the port itself, its setting, or the host's end of an internal one. */
export interface HostPortEntity extends Entity {
  readonly kind: 'hostPort' | 'hostPortSetting' | 'internalPort';
  readonly switch: EthernetSwitch;
  readonly port: HostPort;
}

/** A feature of such a port, or (port null) of a switch. */
export interface HostFeatureEntity extends Entity {
  readonly kind: 'hostFeature' | 'ownSwitchFeature';
  readonly switch: EthernetSwitch;
  readonly port: HostPort | null;
  readonly feature: PortFeature;
}

const CLASS_OF = { hostPort: SWITCH_PORT, hostPortSetting: ALLOCATION, internalPort: INTERNAL_PORT } as const;

export const hostPortEntity = (
  kind: HostPortEntity['kind'],
  target: EthernetSwitch,
  port: HostPort,
): HostPortEntity => ({ kind, className: CLASS_OF[kind], switch: target, port });

/** Entities of one kind of a switch. */
export const hostPortsOf = (kind: HostPortEntity['kind'], target: EthernetSwitch): readonly HostPortEntity[] =>
  (target.own?.ports ?? [])
    .filter((port) => kind !== 'internalPort' || port.kind === 'internal')
    .map((port) => hostPortEntity(kind, target, port));

export const hostFeaturesOf = (target: EthernetSwitch, port: HostPort): readonly HostFeatureEntity[] =>
  port.features.map((feature) => ({
    kind: 'hostFeature',
    className: kindRow(feature.kind).settingClass,
    switch: target,
    port,
    feature,
  }));

export const switchFeaturesOf = (target: EthernetSwitch): readonly HostFeatureEntity[] =>
  (target.own?.features ?? []).flatMap((feature) => {
    const row = SWITCH_FEATURE_ROWS.find((one) => one.kind === feature.kind);
    if (row === undefined) return [];
    return [{ kind: 'ownSwitchFeature' as const, className: row.settingClass, switch: target, port: null, feature }];
  });

/** InstanceID of what belongs to a switch: its id, then the port, then the feature. */
export const hostPortId = (target: EthernetSwitch, port: HostPort): string => `Microsoft:${target.id}\\${port.id}`;

const featureId = ({ switch: target, port, feature }: HostFeatureEntity): string => {
  const owner = port === null ? `Microsoft:${target.id}` : hostPortId(target, port);
  const known = SWITCH_FEATURE_ROWS.find((one) => one.kind === feature.kind) ?? kindRow(feature.kind);
  return `${owner}\\${known.featureId ?? ''}\\${feature.id}`;
};

const settingValues = (projection: Projection, { port }: HostPortEntity): CimValues => ({
  ElementName: port.name,
  HostResource: [renderResourceLink(projection, port.adapter === null ? 'host:' : `external:${port.adapter}`)],
  ...(port.mac === null ? {} : { Address: port.mac }),
});

const featureValues = (entity: HostFeatureEntity): CimValues => ({
  ...(entity.feature.values as CimValues),
  InstanceID: featureId(entity),
});

export const addHostPorts = (projection: Projection, catalog: Catalog): void => {
  const ports = (kind: HostPortEntity['kind']) =>
    function* (): Iterable<HostPortEntity> {
      for (const one of projection.graph.switches()) yield* hostPortsOf(kind, one);
    };
  const portKeys = ({ switch: target, port }: HostPortEntity): Record<string, string> => ({
    CreationClassName: SWITCH_PORT,
    DeviceID: `Microsoft:${port.id}`,
    SystemCreationClassName: SWITCH,
    SystemName: target.id,
  });
  catalog.add(
    new ListedSet<HostPortEntity>(projection, {
      kind: 'hostPort',
      className: SWITCH_PORT,
      entities: ports('hostPort'),
      keys: portKeys,
      instance: (entity) =>
        projection
          .shape(SWITCH_PORT, '', () => SWITCH_PORT_CONSTANTS)
          .make({ ElementName: entity.port.name, Name: entity.port.id, ...portKeys(entity) }),
    }),
  );
  const settingKeys = ({ switch: target, port }: HostPortEntity) => ({ InstanceID: hostPortId(target, port) });
  catalog.add(
    new ListedSet<HostPortEntity>(projection, {
      kind: 'hostPortSetting',
      className: ALLOCATION,
      entities: ports('hostPortSetting'),
      keys: settingKeys,
      instance: (entity) =>
        projection
          .shape(ALLOCATION, 'ethernetConnection', () => kindRow('ethernetConnection').defaults)
          .make({ ...settingValues(projection, entity), ...settingKeys(entity) }),
    }),
  );
  addInternalPorts(projection, catalog);
};

/** `end`: identifier of the host's end. */
export const internalPortKeys = (projection: Projection, end: Guid): Readonly<Record<string, string>> => ({
  CreationClassName: INTERNAL_PORT,
  DeviceID: `Microsoft:${end}`,
  SystemCreationClassName: COMPUTER_SYSTEM,
  SystemName: projection.hostName,
});

/** The host's ends of internal ports: its own devices. */
export const addInternalPorts = (projection: Projection, catalog: Catalog): void => {
  const internalKeys = ({ port }: HostPortEntity) => internalPortKeys(projection, port.end ?? port.id);
  catalog.add(
    new ListedSet<HostPortEntity>(projection, {
      kind: 'internalPort',
      className: INTERNAL_PORT,
      entities: function* () {
        for (const one of projection.graph.switches()) yield* hostPortsOf('internalPort', one);
      },
      keys: internalKeys,
      instance: (entity) =>
        projection
          .shape(INTERNAL_PORT, '', () => ({ EnabledState: 2, RequestedState: 12, Status: 'OK', LinkTechnology: 2 }))
          .make({
            ElementName: entity.port.name,
            // Where to look on a Linux host.
            Name: internalDeviceName(entity.port.id),
            PermanentAddress: entity.port.mac,
            ...internalKeys(entity),
          }),
    }),
  );
};

/** Features of host ports and of switches: a class has them beside those of machines, so each class is added once. */
export const addHostFeatures = (projection: Projection, catalog: Catalog, classes: readonly string[]): void => {
  const all = function* (className: string): Iterable<HostFeatureEntity> {
    for (const one of projection.graph.switches()) {
      const ofPorts = (one.own?.ports ?? []).flatMap((port) => hostFeaturesOf(one, port));
      for (const entity of [...switchFeaturesOf(one), ...ofPorts]) if (entity.className === className) yield entity;
    }
  };
  const keys = (entity: HostFeatureEntity) => ({ InstanceID: featureId(entity) });
  const rows = SWITCH_FEATURE_ROWS.map((row) => [row.settingClass, 'ownSwitchFeature'] as const);
  for (const [className, kind] of [...classes.map((name) => [name, 'hostFeature'] as const), ...rows]) {
    catalog.add(
      new ListedSet<HostFeatureEntity>(projection, {
        kind,
        className,
        entities: () => all(className),
        keys,
        instance: (entity) =>
          projection
            .shape(className, `${kind} ${entity.feature.kind}`, () => defaultsOf(entity))
            .make(featureValues(entity)),
      }),
    );
  }
};

const defaultsOf = ({ feature, port }: HostFeatureEntity): CimValues => {
  if (port !== null) return kindRow(feature.kind).defaults;
  const row = SWITCH_FEATURE_ROWS.find((one) => one.kind === feature.kind);
  return { ...(row?.defaults as CimValues), Caption: row?.elementName, ElementName: row?.elementName } as CimValues;
};
