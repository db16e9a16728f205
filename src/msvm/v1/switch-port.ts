import type { CimInstance } from '../../cim/instance.ts';
import { fold } from '../../cim/names.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import { deviceValue } from '../../core/devices/effective.ts';
import type { ConfigurationPlace } from '../../core/graph.ts';
import type { DeviceSetting, EthernetSwitch, Guid, VirtualSystem } from '../../core/model.ts';
import type { Entity, EntitySet, Match } from '../entity.ts';
import type { Projection } from '../projection.ts';
import { activePlace } from '../v2/settings/places.ts';
import { connectionId, type SettingIndex, switchOf } from '../v2/settings/setting-index.ts';

export const VIRTUAL_SWITCH = 'Msvm_VirtualSwitch';
export const SWITCH_PORT = 'Msvm_SwitchPort';

/** EnabledState of a connection that keeps its switch but is not plugged in (object-model §5). */
const DISABLED = 3;

/**
 * A port of a switch: what v2 calls the connection of an adapter. In v1 it is there whether or not the machine runs,
 * and an adapter names it in Connection (object-model §12).
 */
export interface PortEntity extends Entity {
  readonly kind: 'virtualSwitchPort';
  readonly switch: EthernetSwitch;
  readonly place: ConfigurationPlace;
  /** The connection. */
  readonly setting: DeviceSetting;
}

/** The port behind a connection of a machine; null when it names no switch. */
const portOf = (projection: Projection, place: ConfigurationPlace, setting: DeviceSetting): PortEntity | null => {
  if (place.snapshot !== null || !projection.shows(place.system)) return null;
  const id = switchOf(setting);
  const target = id === null ? undefined : projection.graph.switch(id);
  return target === undefined
    ? null
    : { kind: 'virtualSwitchPort', className: SWITCH_PORT, switch: target, place, setting };
};

/** Is it on its switch without an adapter in it? */
export const isIdle = ({ setting }: PortEntity): boolean => deviceValue(setting, 'EnabledState') === DISABLED;

export function* portsOfSystem(projection: Projection, system: VirtualSystem): Iterable<PortEntity> {
  const place = activePlace(system);
  for (const setting of system.active.devices) {
    const port = portOf(projection, place, setting);
    if (port !== null) yield port;
  }
}

/** Ports of one switch, through the index of connections. */
export function* portsOfSwitch(
  projection: Projection,
  index: SettingIndex,
  target: EthernetSwitch,
): Iterable<PortEntity> {
  for (const { system } of index.placesOnSwitch(target)) {
    for (const port of portsOfSystem(projection, system)) if (port.switch.id === target.id) yield port;
  }
}

/** The port that an adapter is plugged into; null when it is into none. A checkpoint's adapter tells its own. */
export const connectedPort = (
  projection: Projection,
  place: ConfigurationPlace,
  adapter: DeviceSetting,
): Pick<PortEntity, 'switch' | 'setting'> | null => {
  for (const setting of place.configuration.devices) {
    if (setting.parent !== adapter.part || deviceValue(setting, 'EnabledState') === DISABLED) continue;
    const id = switchOf(setting);
    const target = id === null ? undefined : projection.graph.switch(id);
    if (target !== undefined) return { switch: target, setting };
  }
  return null;
};

/** The adapter below whose setting the connection stands. */
export const adapterOfPort = ({ place, setting }: PortEntity): DeviceSetting | undefined =>
  place.configuration.devices.find((device) => device.part === setting.parent);

export const portPath = (projection: Projection, port: Pick<PortEntity, 'switch' | 'setting'>): ObjectPath =>
  portPathOf(projection, port.switch, connectionId(port.setting));

export const portPathOf = (projection: Projection, target: EthernetSwitch, id: Guid): ObjectPath =>
  projection.path(SWITCH_PORT, portKeys(target, id));

const portKeys = (target: EthernetSwitch, id: Guid): Record<string, string> => ({
  CreationClassName: SWITCH_PORT,
  Name: id,
  SystemCreationClassName: VIRTUAL_SWITCH,
  SystemName: target.id,
});

/** A property of the port in v1, a feature of the connection in v2. */
const allowsMacSpoofing = ({ place, setting }: PortEntity): boolean =>
  place.configuration.devices.some(
    (device) =>
      device.kind === 'portSecurity' &&
      device.parent === setting.part &&
      deviceValue(device, 'AllowMacSpoofing') === true,
  );

export class PortSet implements EntitySet<PortEntity> {
  readonly kind = 'virtualSwitchPort';
  readonly className = SWITCH_PORT;
  readonly #projection: Projection;
  readonly #index: SettingIndex;

  constructor(projection: Projection, index: SettingIndex) {
    this.#projection = projection;
    this.#index = index;
  }

  *entities(): Iterable<PortEntity> {
    for (const system of this.#projection.graph.systems()) yield* portsOfSystem(this.#projection, system);
  }

  find(path: ObjectPath): PortEntity | undefined {
    const name = path.key('Name');
    const owner = path.key('SystemName');
    if (typeof name !== 'string' || typeof owner !== 'string') return undefined;
    for (const port of this.#named(name)) if (fold(port.switch.id) === fold(owner)) return port;
    return undefined;
  }

  path(entity: PortEntity): ObjectPath {
    return portPath(this.#projection, entity);
  }

  instance(entity: PortEntity): CimInstance {
    return this.#projection
      .shape(SWITCH_PORT, '', () => ({ EnabledState: 2, RequestedState: 12, Status: 'OK' }))
      .make({
        ElementName: String(deviceValue(entity.setting, 'ElementName') ?? ''),
        AllowMacSpoofing: allowsMacSpoofing(entity),
        ...portKeys(entity.switch, connectionId(entity.setting)),
      });
  }

  candidates(property: string, match: Match, value: string): Iterable<PortEntity> | undefined {
    if (match !== 'equal') return undefined;
    if (property === 'name') return this.#named(value);
    if (property !== 'systemname') return undefined;
    const target = this.#projection.graph.switch(value.toUpperCase());
    return target === undefined ? [] : portsOfSwitch(this.#projection, this.#index, target);
  }

  *#named(name: string): Iterable<PortEntity> {
    for (const { system } of this.#index.placesOfConnection(name)) {
      for (const port of portsOfSystem(this.#projection, system))
        if (fold(connectionId(port.setting)) === fold(name)) yield port;
    }
  }
}
