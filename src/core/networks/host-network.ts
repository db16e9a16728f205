import type { Guid, NatNetwork } from '../model.ts';

/** A network adapter of the host that an external switch can use. */
export interface HostAdapter {
  /** Name of the device, at most 15 characters. */
  readonly device: string;
  /** 12 hex digits, upper case. */
  readonly mac: string;
  readonly wireless: boolean;
  readonly linkUp: boolean;
  /** Bits per second; null: the driver does not tell. */
  readonly speed: bigint | null;
  readonly mtu: number;
}

/** A switch as the host has to have it. Plain data; names of devices are ours or those of `HostAdapter`. */
export interface SwitchNetwork {
  readonly id: Guid;
  readonly bridge: string;
  /** Adapter of the host that is a port of it. */
  readonly uplink: string | null;
  /** Devices that make the host a station on it. */
  readonly internal: readonly InternalDevice[];
  /** The host translates, gives out addresses and answers names; null: it does not. */
  readonly nat: NatNetwork | null;
}

export interface InternalDevice {
  /** What the host uses; its other end is the port of the switch. */
  readonly device: string;
  readonly end: string;
  readonly mac: string | null;
  readonly rules: PortRules;
}

/** What holds for the frames of one port (Msvm_EthernetSwitchPort*SettingData). */
export interface PortRules {
  /** The only address it may send from, 12 hex digits, upper case; null: any (AllowMacSpoofing). */
  readonly onlyMac: string | null;
  /** Answers of DHCP servers that it sends are dropped. */
  readonly dhcpGuard: boolean;
  /** Router advertisements and redirections that it sends are dropped. */
  readonly routerGuard: boolean;
  /** Access VLAN, 1 to 4094. */
  readonly vlan: number | null;
  /** What it may send at most. */
  readonly limit: BandwidthLimit | null;
  /** The first that fits decides; a frame that none fits passes. */
  readonly filters: readonly FrameFilter[];
  /** Its part in port mirroring; missing: none. */
  readonly monitor?: PortMonitor;
}

/** What a source sends and gets, each destination of the same switch and session gets too. */
export interface PortMonitor {
  readonly role: 'source' | 'destination';
  /** 0 to 255. */
  readonly session: number;
}

export interface BandwidthLimit {
  readonly bitsPerSecond: number;
  /** Bytes that may go at once. */
  readonly burstBytes: number;
}

/** One access rule. `local` is the end of the port's owner, whatever the direction. Null: any. */
export interface FrameFilter {
  readonly direction: 'sent' | 'received';
  readonly verdict: 'allow' | 'deny';
  readonly family: 'mac' | 'ipv4' | 'ipv6';
  readonly local: string | null;
  readonly remote: string | null;
  /** IP protocol number. */
  readonly protocol: number | null;
  readonly localPorts: readonly PortRange[];
  readonly remotePorts: readonly PortRange[];
}

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** The device of a machine's adapter and where it goes. */
export interface PortPlace {
  readonly device: string;
  /** The switch's own bridge; null: nowhere. */
  readonly bridge: string | null;
  readonly rules: PortRules | null;
}

/** What the kernel, the tools or the rights of the service may not be enough for. */
export type NetworkFeature =
  /** Bridges, devices of the host, taps. */
  | 'switches'
  /** Tagged frames on an adapter of the host. */
  | 'taggedUplink'
  /** Addresses, guards and access rules. */
  | 'filters'
  | 'bandwidthLimits'
  /** Copies of a port's frames for another one. */
  | 'mirroring'
  /** Rules and VLANs on a NAT network inside QEMU. */
  | 'userModeRules'
  /** A NAT network with DHCP and DNS. */
  | 'nat';

/**
 * The host's side of Ethernet switches. Everything it makes is marked as made by this service, and nothing without the mark
 * is changed in any other way than by becoming, or ceasing to be, a port. All calls may be repeated; they reject with
 * DomainError.
 */
export interface HostNetwork {
  /** Why this host cannot do it and what to do about it, in sentences for the client; null: it can. */
  lacks(feature: NetworkFeature): string | null;
  /** Adapters that may be ports of a switch, whether or not they are one now. */
  adapters(): Promise<readonly HostAdapter[]>;
  /** A network for NAT that nothing of the host is in. */
  freeNetwork(): Promise<NatNetwork>;
  /** Makes the host have the switch exactly so; ports of machines stay. */
  apply(network: SwitchNetwork): Promise<void>;
  /** Takes away what `apply` and the ports on it made. */
  remove(network: SwitchNetwork): Promise<void>;
  /** Puts the device on the switch with its rules, or changes both; without a bridge its rules go. */
  plug(place: PortPlace): Promise<void>;
  /** The rules of a device, and what was made for it; the device itself is its maker's to remove. */
  unplug(device: string): Promise<void>;
  /** What has passed the ports that the switch of this bridge has now, those of its VLANs included. */
  traffic(bridge: string): Promise<readonly PortTraffic[]>;
}

/** Counters of a port since its device was made. `received`: what came into the switch by it. */
export interface PortTraffic {
  readonly device: string;
  readonly leadsTo: 'machine' | 'host' | 'outside';
  readonly received: FrameCounters;
  readonly sent: FrameCounters;
}

export interface FrameCounters {
  readonly bytes: number;
  readonly frames: number;
  /** Frames that were lost at the port. */
  readonly dropped: number;
}

/** Rules of a port without any. */
export const NO_RULES: PortRules = Object.freeze({
  onlyMac: null,
  dhcpGuard: false,
  routerGuard: false,
  vlan: null,
  limit: null,
  filters: [],
});
