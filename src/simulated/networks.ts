import { DomainError } from '../core/errors.ts';
import type { NatNetwork } from '../core/model.ts';
import type {
  HostAdapter,
  HostNetwork,
  NetworkFeature,
  PortPlace,
  PortTraffic,
  SwitchNetwork,
} from '../core/networks/host-network.ts';

/** Adapters of a host that is not there: two with a link, and a wireless one without. */
const ADAPTERS: readonly HostAdapter[] = [
  { device: 'eth0', mac: '020000000001', wireless: false, linkUp: true, speed: 1_000_000_000n, mtu: 1500 },
  { device: 'eth1', mac: '020000000002', wireless: false, linkUp: true, speed: 10_000_000_000n, mtu: 1500 },
  { device: 'wlan0', mac: '020000000003', wireless: true, linkUp: false, speed: null, mtu: 1500 },
];

/**
 * The host's side of switches in memory, with everything that a host can have. It forgets with the process, as a host does
 * with its boot, and refuses what a host refuses: two switches on one adapter.
 */
export class SimulatedNetwork implements HostNetwork {
  readonly #networks = new Map<string, SwitchNetwork>();
  readonly #ports = new Map<string, PortPlace>();
  #failure: Error | null = null;
  readonly #lacking: ReadonlyMap<NetworkFeature, string>;

  constructor(lacking: ReadonlyMap<NetworkFeature, string> = new Map()) {
    this.#lacking = lacking;
  }

  /** The host starts anew: devices of a network do not outlive that. */
  boot(): void {
    this.#networks.clear();
    this.#ports.clear();
  }

  /** The next switch that the host is to have cannot be had, for this reason, when half of it is made. */
  failNext(error: Error): void {
    this.#failure = error;
  }

  /** Switches that the host has now. */
  get networks(): readonly SwitchNetwork[] {
    return [...this.#networks.values()];
  }

  lacks(feature: NetworkFeature): string | null {
    return this.#lacking.get(feature) ?? null;
  }

  async adapters(): Promise<readonly HostAdapter[]> {
    return ADAPTERS;
  }

  async freeNetwork(): Promise<NatNetwork> {
    return { gateway: '172.16.0.1', prefix: 20 };
  }

  async apply(network: SwitchNetwork): Promise<void> {
    const { uplink } = network;
    if (uplink !== null && this.networks.some((other) => other.id !== network.id && other.uplink === uplink))
      throw new DomainError(
        'inUse',
        `The network adapter ${uplink} belongs to another switch. Take it from there first.`,
      );
    this.#networks.set(network.id, network);
    const failure = this.#failure;
    this.#failure = null;
    if (failure !== null) throw failure;
  }

  async remove(network: SwitchNetwork): Promise<void> {
    this.#networks.delete(network.id);
  }

  async plug(place: PortPlace): Promise<void> {
    this.#ports.set(place.device, place);
  }

  async unplug(device: string): Promise<void> {
    this.#ports.delete(device);
  }

  /** Nothing is sent on it. */
  async traffic(bridge: string): Promise<readonly PortTraffic[]> {
    const none = { bytes: 0, frames: 0, dropped: 0 };
    const port = (device: string, leadsTo: PortTraffic['leadsTo']): PortTraffic => ({
      device,
      leadsTo,
      received: none,
      sent: none,
    });
    const network = this.networks.find((one) => one.bridge === bridge);
    return [
      ...(network === undefined || network.uplink === null ? [] : [port(network.uplink, 'outside')]),
      ...(network?.internal ?? []).map(({ end }) => port(end, 'host')),
      ...[...this.#ports.values()].filter((one) => one.bridge === bridge).map(({ device }) => port(device, 'machine')),
    ];
  }
}
