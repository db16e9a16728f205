import type { CimInstance } from '../../cim/instance.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import { deviceValue } from '../../core/devices/effective.ts';
import { ADAPTER_KINDS } from '../../core/devices/wiring.ts';
import type { DeviceSetting, VirtualSystem } from '../../core/model.ts';
import type { Entity, EntitySet, Match } from '../entity.ts';
import type { Projection } from '../projection.ts';
import { devicesOfSetting, hasDevices } from '../v2/devices/system-device.ts';
import type { DeviceEntity } from '../v2/entities.ts';
import { activePlace } from '../v2/settings/places.ts';
import { COMPUTER_SYSTEM } from '../v2/systems/computer-system.ts';
import { connectedPort } from './switch-port.ts';

export const LAN_ENDPOINT = 'Msvm_VmLANEndpoint';

/** The plug of a running machine's adapter, which v1 puts between adapter and switch port (object-model §12). */
export interface LanEndpointEntity extends Entity {
  readonly kind: 'lanEndpoint';
  readonly system: VirtualSystem;
  readonly adapter: DeviceSetting;
}

export const lanEndpointEntity = (system: VirtualSystem, adapter: DeviceSetting): LanEndpointEntity | null =>
  ADAPTER_KINDS.has(adapter.kind) && hasDevices(system)
    ? { kind: 'lanEndpoint', className: LAN_ENDPOINT, system, adapter }
    : null;

export function* lanEndpointsOf(system: VirtualSystem): Iterable<LanEndpointEntity> {
  for (const setting of system.active.devices) {
    const endpoint = lanEndpointEntity(system, setting);
    if (endpoint !== null) yield endpoint;
  }
}

export const adapterOfEndpoint = ({ system, adapter }: LanEndpointEntity): Iterable<DeviceEntity> =>
  devicesOfSetting(system, adapter);

const endpointName = (adapter: DeviceSetting): string => `Microsoft:${adapter.part}`;

export class LanEndpointSet implements EntitySet<LanEndpointEntity> {
  readonly kind = 'lanEndpoint';
  readonly className = LAN_ENDPOINT;
  readonly #projection: Projection;

  constructor(projection: Projection) {
    this.#projection = projection;
  }

  *entities(): Iterable<LanEndpointEntity> {
    for (const system of this.#projection.graph.systems()) yield* lanEndpointsOf(system);
  }

  find(path: ObjectPath): LanEndpointEntity | undefined {
    const owner = path.key('SystemName');
    const name = path.key('Name');
    if (typeof owner !== 'string' || typeof name !== 'string') return undefined;
    const wanted = name.replaceAll('\\\\', '\\').toLowerCase();
    for (const one of this.#ofSystem(owner)) if (endpointName(one.adapter).toLowerCase() === wanted) return one;
    return undefined;
  }

  path(entity: LanEndpointEntity): ObjectPath {
    return this.#projection.path(LAN_ENDPOINT, keys(entity));
  }

  instance(entity: LanEndpointEntity): CimInstance {
    const { system, adapter } = entity;
    const mac = String(deviceValue(adapter, 'Address') ?? '');
    return this.#projection
      .shape(LAN_ENDPOINT, '', () => ({
        EnabledState: 2,
        RequestedState: 12,
        Status: 'OK',
        StatusDescriptions: ['OK'],
      }))
      .make({
        ...keys(entity),
        ElementName: String(deviceValue(adapter, 'ElementName') ?? ''),
        MACAddress: mac,
        Connected: connectedPort(this.#projection, activePlace(system), adapter) !== null,
      });
  }

  candidates(property: string, match: Match, value: string): Iterable<LanEndpointEntity> | undefined {
    return match === 'equal' && property === 'systemname' ? this.#ofSystem(value) : undefined;
  }

  #ofSystem(id: string): Iterable<LanEndpointEntity> {
    const system = this.#projection.graph.system(id.toUpperCase());
    return system === undefined ? [] : lanEndpointsOf(system);
  }
}

const keys = ({ system, adapter }: LanEndpointEntity): Record<string, string> => ({
  CreationClassName: LAN_ENDPOINT,
  Name: endpointName(adapter),
  SystemCreationClassName: COMPUTER_SYSTEM,
  SystemName: system.id,
});
