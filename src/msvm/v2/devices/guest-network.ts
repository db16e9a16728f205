import { isIPv4 } from 'node:net';
import type { CimInstance } from '../../../cim/instance.ts';
import { fold } from '../../../cim/names.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import { deviceValue } from '../../../core/devices/effective.ts';
import { ADAPTER_KINDS } from '../../../core/devices/wiring.ts';
import type { DeviceSetting, Guid, VirtualSystem } from '../../../core/model.ts';
import type { GuestInterface } from '../../../core/ports.ts';
import type { EntitySet, Match } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import type { GuestNetworkEntity } from '../entities.ts';
import { hasDevices } from './system-device.ts';

const GUEST_NETWORK = 'Msvm_GuestNetworkAdapterConfiguration';
const PREFIX = 'Microsoft:GuestNetwork\\';

/** ProtocolIFType. */
const PROTOCOLS = { none: 0, v4: 4096, v6: 4097, both: 4098 } as const;
/** IPAddressOrigins: an agent does not tell where an address is from. */
const UNKNOWN_ORIGIN = 0;

const entityOf = (system: VirtualSystem, setting: DeviceSetting): GuestNetworkEntity => ({
  kind: 'guestNetwork',
  className: GUEST_NETWORK,
  system,
  setting,
});

/** What the guest has made of an adapter; while it runs. */
export const guestNetworkOf = (system: VirtualSystem, setting: DeviceSetting): GuestNetworkEntity | undefined =>
  ADAPTER_KINDS.has(setting.kind) && hasDevices(system) ? entityOf(system, setting) : undefined;

function* guestNetworksOf(system: VirtualSystem): Iterable<GuestNetworkEntity> {
  if (!hasDevices(system)) return;
  for (const setting of system.active.devices) if (ADAPTER_KINDS.has(setting.kind)) yield entityOf(system, setting);
}

/** `<VM GUID>\<NIC GUID>` (other-services §5); the part of an emulated adapter has a number behind its GUID. */
const instanceId = ({ system, setting }: GuestNetworkEntity): string =>
  `${PREFIX}${system.id}\\${setting.part.split('\\')[0] ?? ''}`;

/** The system that an InstanceID, or the beginning of one, names; null: it is none, or too short for that. */
const systemIn = (id: string): Guid | null => {
  const text = fold(id).replaceAll('\\\\', '\\');
  return text.startsWith(fold(PREFIX))
    ? (/^[0-9a-f-]{36}/.exec(text.slice(PREFIX.length))?.[0].toUpperCase() ?? null)
    : null;
};

const netmask = (prefixLength: number): string => {
  const bits = prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.');
};

const protocolOf = (addresses: GuestInterface['addresses']): number => {
  const v4 = addresses.filter(({ address }) => isIPv4(address)).length;
  if (addresses.length === 0) return PROTOCOLS.none;
  return v4 === 0 ? PROTOCOLS.v6 : v4 === addresses.length ? PROTOCOLS.v4 : PROTOCOLS.both;
};

export class GuestNetworkSet implements EntitySet<GuestNetworkEntity> {
  readonly kind = 'guestNetwork';
  readonly className = GUEST_NETWORK;
  readonly #projection: Projection;

  constructor(projection: Projection) {
    this.#projection = projection;
  }

  *entities(): Iterable<GuestNetworkEntity> {
    for (const system of this.#projection.graph.systems()) yield* guestNetworksOf(system);
  }

  find(path: ObjectPath): GuestNetworkEntity | undefined {
    const id = path.key('InstanceID');
    if (typeof id !== 'string') return undefined;
    const wanted = fold(id.replaceAll('\\\\', '\\'));
    return [...this.#ofSystem(systemIn(id))].find((entity) => fold(instanceId(entity)) === wanted);
  }

  path(entity: GuestNetworkEntity): ObjectPath {
    return this.#projection.path(GUEST_NETWORK, { InstanceID: instanceId(entity) });
  }

  /** Gateways and name servers are what no agent tells; empty says so, as before the guest has started. */
  instance(entity: GuestNetworkEntity): CimInstance {
    const guest = this.#projection.graph.machine(entity.system.id)?.figures().guest ?? null;
    const mac = String(deviceValue(entity.setting, 'Address') ?? '').toUpperCase();
    const addresses = guest?.interfaces.find((one) => one.mac === mac)?.addresses ?? [];
    return this.#projection
      .shape(GUEST_NETWORK, '', () => ({}))
      .make({
        InstanceID: instanceId(entity),
        ProtocolIFType: protocolOf(addresses),
        IPAddresses: addresses.map(({ address }) => address),
        Subnets: addresses.map(({ address, prefixLength }) =>
          isIPv4(address) ? netmask(prefixLength) : `/${prefixLength}`,
        ),
        DefaultGateways: [],
        DNSServers: [],
        IPAddressOrigins: addresses.map(() => UNKNOWN_ORIGIN),
      });
  }

  candidates(property: string, _match: Match, value: string): Iterable<GuestNetworkEntity> | undefined {
    const system = property === 'instanceid' ? systemIn(value) : null;
    return system === null ? undefined : this.#ofSystem(system);
  }

  #ofSystem(id: Guid | null): Iterable<GuestNetworkEntity> {
    const system = id === null ? undefined : this.#projection.graph.system(id);
    return system === undefined ? [] : guestNetworksOf(system);
  }
}
