import type { CimInstance } from '../../../cim/instance.ts';
import type { CimValues } from '../../../cim/values.ts';
import { fold } from '../../../cim/names.ts';
import type { KeyValue, ObjectPath } from '../../../cim/object-path.ts';
import { deviceValue } from '../../../core/devices/effective.ts';
import { kindRow } from '../../../core/devices/kinds.ts';
import type { ConfigurationPlace } from '../../../core/graph.ts';
import type { DeviceSetting, EthernetSwitch } from '../../../core/model.ts';
import type { EntitySet, Match } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { hasDevices } from '../devices/system-device.ts';
import type { SwitchPortEntity } from '../entities.ts';
import { activePlace } from '../settings/places.ts';
import { connectionId, type SettingIndex, switchOf } from '../settings/setting-index.ts';
import { SWITCH } from './switch.ts';

export const SWITCH_PORT = 'Msvm_EthernetSwitchPort';

/** What all ports of switches have in common. */
export const SWITCH_PORT_CONSTANTS: CimValues = {
  Caption: 'Ethernet Switch Port',
  Description: 'Microsoft Ethernet Switch Port',
  EnabledState: 2,
  RequestedState: 12,
  HealthState: 5,
  OperationalStatus: [2],
  StatusDescriptions: ['OK'],
  Status: 'OK',
  LinkTechnology: 2,
  FullDuplex: true,
  AutoSense: true,
};
/** EnabledState of a connection that keeps its switch but is not plugged in (object-model §5). */
const DISABLED = 3;

/** The port behind a connection of a running system; null when it has none (object-model §7). */
export const portOfConnection = (
  projection: Projection,
  place: ConfigurationPlace,
  setting: DeviceSetting,
): SwitchPortEntity | null => {
  if (setting.kind !== 'ethernetConnection' || place.snapshot !== null || !hasDevices(place.system)) return null;
  const id = switchOf(setting);
  const target = id === null ? undefined : projection.graph.switch(id);
  if (target === undefined || deviceValue(setting, 'EnabledState') === DISABLED) return null;
  return { kind: 'switchPort', className: SWITCH_PORT, switch: target, place, setting, row: kindRow(setting.kind) };
};

export function* portsOfPlace(projection: Projection, place: ConfigurationPlace): Iterable<SwitchPortEntity> {
  for (const setting of place.configuration.devices) {
    const port = portOfConnection(projection, place, setting);
    if (port !== null) yield port;
  }
}

/** Ports of one switch, through the index of connections. */
export function* portsOfSwitch(
  projection: Projection,
  index: SettingIndex,
  target: EthernetSwitch,
): Iterable<SwitchPortEntity> {
  for (const place of index.placesOnSwitch(target)) {
    for (const port of portsOfPlace(projection, place)) if (port.switch.id === target.id) yield port;
  }
}

/** Ports that adapters of running systems have on switches (object-model §11). */
export class SwitchPortSet implements EntitySet<SwitchPortEntity> {
  readonly kind = 'switchPort';
  readonly className = SWITCH_PORT;
  readonly #projection: Projection;
  readonly #index: SettingIndex;

  constructor(projection: Projection, index: SettingIndex) {
    this.#projection = projection;
    this.#index = index;
  }

  *entities(): Iterable<SwitchPortEntity> {
    for (const system of this.#projection.graph.systems()) yield* portsOfPlace(this.#projection, activePlace(system));
  }

  find(path: ObjectPath): SwitchPortEntity | undefined {
    const device = path.key('DeviceID');
    const owner = path.key('SystemName');
    if (typeof device !== 'string' || typeof owner !== 'string') return undefined;
    for (const place of this.#index.placesOfConnection(device.replace(/^microsoft:/i, ''))) {
      for (const port of portsOfPlace(this.#projection, place)) {
        if (fold(portId(port)) === fold(device) && fold(port.switch.id) === fold(owner)) return port;
      }
    }
    return undefined;
  }

  path(entity: SwitchPortEntity): ObjectPath {
    return this.#projection.path(SWITCH_PORT, this.#keys(entity));
  }

  instance(entity: SwitchPortEntity): CimInstance {
    const { setting } = entity;
    return this.#projection
      .shape(SWITCH_PORT, '', () => SWITCH_PORT_CONSTANTS)
      .make({
        ElementName: String(deviceValue(setting, 'ElementName') ?? ''),
        Name: connectionId(setting),
        ...this.#keys(entity),
      });
  }

  candidates(property: string, match: Match, value: string): Iterable<SwitchPortEntity> | undefined {
    if (match !== 'equal' || property !== 'systemname') return undefined;
    const target = this.#projection.graph.switch(value.toUpperCase());
    return target === undefined ? [] : portsOfSwitch(this.#projection, this.#index, target);
  }

  #keys(entity: SwitchPortEntity): Record<string, KeyValue> {
    return {
      CreationClassName: SWITCH_PORT,
      DeviceID: portId(entity),
      SystemCreationClassName: SWITCH,
      SystemName: entity.switch.id,
    };
  }
}

const portId = (entity: SwitchPortEntity): string => `Microsoft:${connectionId(entity.setting)}`;
