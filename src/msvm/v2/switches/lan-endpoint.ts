import type { CimInstance } from '../../../cim/instance.ts';
import { fold } from '../../../cim/names.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import { deviceValue, findDevice } from '../../../core/devices/effective.ts';
import { ADAPTER_KINDS } from '../../../core/devices/wiring.ts';
import type { EntitySet, Match } from '../../entity.ts';
import type { Entity } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { devicesOfSetting } from '../devices/system-device.ts';
import type { DeviceEntity, SwitchPortEntity } from '../entities.ts';
import { activePlace } from '../settings/places.ts';
import { connectionId, type SettingIndex } from '../settings/setting-index.ts';
import { COMPUTER_SYSTEM } from '../systems/computer-system.ts';
import { type HostAdapterEntity, hostAdapterEntity, switchOfAdapter } from './host-adapter.ts';
import { type HostPortEntity, hostPortEntity, hostPortsOf } from './host-ports.ts';
import { portOfConnection, portsOfPlace, portsOfSwitch } from './switch-port.ts';
import { SWITCH } from './switch.ts';

export const LAN_ENDPOINT = 'Msvm_LANEndpoint';

/** What an endpoint is the plug of: a port of a switch, or what is plugged in there. */
export type Pluggable = SwitchPortEntity | HostPortEntity | DeviceEntity | HostAdapterEntity;

export interface LanEndpointEntity extends Entity {
  readonly kind: 'cableEnd';
  readonly of: Pluggable;
}

export const lanEndpoint = (of: Pluggable): LanEndpointEntity => ({ kind: 'cableEnd', className: LAN_ENDPOINT, of });

/** An adapter of a running machine that is plugged in, behind a port of its switch. */
const adapterOfPort = ({ place, setting }: SwitchPortEntity): DeviceEntity | undefined => {
  const adapter = setting.parent === null ? undefined : findDevice(place.configuration, setting.parent);
  return adapter === undefined ? undefined : [...devicesOfSetting(place.system, adapter)][0];
};

/** The other end of the cable; undefined: there is none. */
export const pluggedInto = (projection: Projection, end: Pluggable): Pluggable | undefined => {
  switch (end.kind) {
    case 'switchPort':
      return adapterOfPort(end);
    case 'hostPort': {
      const { port } = end;
      if (port.kind === 'internal') return hostPortEntity('internalPort', end.switch, port);
      const adapter = projection.graph.hostAdapters().find((one) => one.device === port.adapter);
      return adapter === undefined ? undefined : hostAdapterEntity(adapter);
    }
    case 'internalPort':
      return hostPortEntity('hostPort', end.switch, end.port);
    case 'hostAdapter': {
      const { device } = end.adapter;
      const target = switchOfAdapter(projection, device);
      const port = target?.own?.ports.find((one) => one.adapter === device);
      return target === undefined || port === undefined ? undefined : hostPortEntity('hostPort', target, port);
    }
    case 'device': {
      const place = activePlace(end.system);
      for (const setting of place.configuration.devices) {
        if (setting.parent !== end.setting.part) continue;
        const port = portOfConnection(projection, place, setting);
        if (port !== null) return port;
      }
      return undefined;
    }
    default:
      return undefined;
  }
};

/** The ends of the cable at a port: its own, and the other one where something is plugged in. */
export function* bothEnds(projection: Projection, port: Pluggable): Iterable<LanEndpointEntity> {
  yield lanEndpoint(port);
  const other = pluggedInto(projection, port);
  if (other !== undefined) yield lanEndpoint(other);
}

export const isSwitchSide = ({ kind }: Pluggable): boolean => kind === 'switchPort' || kind === 'hostPort';

/** Msvm_LANEndpoint: both ends of each cable that is plugged in (other-services §3). */
export class LanEndpointSet implements EntitySet<LanEndpointEntity> {
  readonly kind = 'cableEnd';
  readonly className = LAN_ENDPOINT;
  readonly #projection: Projection;
  readonly #index: SettingIndex;

  constructor(projection: Projection, index: SettingIndex) {
    this.#projection = projection;
    this.#index = index;
  }

  *entities(): Iterable<LanEndpointEntity> {
    yield* this.#ofHost();
    for (const system of this.#projection.graph.systems())
      for (const port of portsOfPlace(this.#projection, activePlace(system))) yield* bothEnds(this.#projection, port);
  }

  find(path: ObjectPath): LanEndpointEntity | undefined {
    const name = path.key('Name');
    const owner = path.key('SystemName');
    if (typeof name !== 'string' || typeof owner !== 'string') return undefined;
    const wanted = fold(name.replaceAll('\\\\', '\\'));
    for (const one of this.#ofOwner(owner)) if (fold(this.#keys(one).Name) === wanted) return one;
    return undefined;
  }

  path(entity: LanEndpointEntity): ObjectPath {
    return this.#projection.path(LAN_ENDPOINT, this.#keys(entity));
  }

  instance(entity: LanEndpointEntity): CimInstance {
    return this.#projection
      .shape(LAN_ENDPOINT, '', () => ({ EnabledState: 2, RequestedState: 12, Status: 'OK', Connected: true }))
      .make({ ...this.#keys(entity), ElementName: elementName(entity.of), MACAddress: macOf(entity.of) });
  }

  candidates(property: string, match: Match, value: string): Iterable<LanEndpointEntity> | undefined {
    if (match !== 'equal') return undefined;
    if (property === 'systemname') return this.#ofOwner(value);
    const id = property === 'name' ? /^microsoft:([0-9a-f-]{36})$/.exec(value)?.[1] : undefined;
    // Ends at adapters of machines are named otherwise: to find them by name alone is to visit all.
    return id === undefined ? undefined : this.#namedPort(id);
  }

  *#namedPort(id: string): Iterable<LanEndpointEntity> {
    yield* this.#ofHost();
    for (const place of this.#index.placesOfConnection(id))
      for (const port of portsOfPlace(this.#projection, place)) yield* bothEnds(this.#projection, port);
  }

  *#ofOwner(name: string): Iterable<LanEndpointEntity> {
    const { graph, hostName } = this.#projection;
    const target = graph.switch(name);
    const system = graph.system(name);
    if (fold(name) === fold(hostName) || target !== undefined) yield* this.#ofHost();
    if (target !== undefined)
      for (const port of portsOfSwitch(this.#projection, this.#index, target)) yield* bothEnds(this.#projection, port);
    if (system !== undefined)
      for (const port of portsOfPlace(this.#projection, activePlace(system))) yield* bothEnds(this.#projection, port);
  }

  *#ofHost(): Iterable<LanEndpointEntity> {
    for (const one of this.#projection.graph.switches())
      for (const port of hostPortsOf('hostPort', one)) yield* bothEnds(this.#projection, port);
  }

  #keys({ of }: LanEndpointEntity) {
    const { name, className, owner } = this.#place(of);
    return {
      CreationClassName: LAN_ENDPOINT,
      Name: name,
      SystemCreationClassName: className,
      SystemName: owner,
    };
  }

  #place(of: Pluggable): { readonly name: string; readonly className: string; readonly owner: string } {
    const { hostName } = this.#projection;
    switch (of.kind) {
      case 'switchPort':
        return { name: `Microsoft:${connectionId(of.setting)}`, className: SWITCH, owner: of.switch.id };
      case 'device':
        return { name: `Microsoft:${of.id}`, className: COMPUTER_SYSTEM, owner: of.system.id };
      case 'hostAdapter':
        return { name: `Microsoft:${of.adapter.device}`, className: COMPUTER_SYSTEM, owner: hostName };
      case 'internalPort':
        return { name: `Microsoft:${of.port.id}\\Host`, className: COMPUTER_SYSTEM, owner: hostName };
      default:
        return { name: `Microsoft:${of.port.id}`, className: SWITCH, owner: of.switch.id };
    }
  }
}

const elementName = (of: Pluggable): string => {
  switch (of.kind) {
    case 'device':
    case 'switchPort':
      return String(deviceValue(of.setting, 'ElementName') ?? '');
    case 'hostAdapter':
      return of.adapter.device;
    default:
      return of.port.name;
  }
};

const macOf = (of: Pluggable): string | null => {
  switch (of.kind) {
    case 'device':
      return ADAPTER_KINDS.has(of.setting.kind) ? String(deviceValue(of.setting, 'Address') ?? '') : null;
    case 'hostAdapter':
      return of.adapter.mac;
    case 'switchPort':
      return null;
    default:
      return of.port.mac;
  }
};
