import { MethodError } from './method-error.ts';

/** A network adapter of a machine with its connection. */
export interface NetworkAdapter {
  /** InstanceID of its setting. */
  readonly id: string;
  readonly className: AdapterClass;
  readonly name: string;
  readonly mac: string;
  readonly dynamicMac: boolean;
  /** InstanceID of its connection; null: it never had one. */
  readonly connection: string | null;
  /** Id of the switch that it is plugged into; null: none. */
  readonly switch: string | null;
  /** Of an access port; null: none. */
  readonly vlan: number | null;
}

/** Those that need no old hardware first, as machines number them. */
export const ADAPTERS = ['Msvm_SyntheticEthernetPortSettingData', 'Msvm_EmulatedEthernetPortSettingData'] as const;
export type AdapterClass = (typeof ADAPTERS)[number];

export const DEFAULT_ADAPTER_NAME = 'Network Adapter';

/** What may be changed of an adapter and its port; what is missing stays as it is. */
export interface AdapterChange extends PortChange {
  /** A static address, 12 hex digits; null: one of the host's range again. */
  readonly mac?: string | null;
}

export interface PortChange {
  /** Access VLAN; null: none. */
  readonly vlan?: number | null;
  /** Bits per second that it may send at most; null: no limit. */
  readonly limit?: number | null;
  /** May it send from other addresses? */
  readonly macSpoofing?: boolean;
  /** What it sends as a DHCP server, or of router advertisements, is dropped. */
  readonly dhcpGuard?: boolean;
  readonly routerGuard?: boolean;
}

/** Ports are of connections: an adapter that never had one has none. @throws MethodError */
export const connectionOf = ({ connection }: NetworkAdapter): string => {
  if (connection !== null) return connection;
  throw new MethodError('The adapter has no connection to set this on. Connect it first.', 32775, null);
};
