import type { MachineSummary } from './summaries.ts';

/** What somebody wants to know of one machine, beside its state. */
export interface MachineDetails extends MachineSummary {
  /** Null: its generation has none. */
  readonly secureBoot: boolean | null;
  readonly memory: MachineMemory;
  /** What COM1 is connected to; null: nothing. */
  readonly serial: string | null;
  readonly checkpointCount: number;
  readonly disks: readonly MachineDisk[];
  /** As they are numbered. */
  readonly adapters: readonly MachineAdapter[];
}

/** MB. */
export interface MachineMemory {
  readonly startup: number;
  readonly dynamic: boolean;
  /** Null: it is not dynamic. */
  readonly minimum: number | null;
  readonly maximum: number | null;
}

export interface MachineDisk {
  /** `IDE 0:1`, `SCSI 0:12`, `floppy`. */
  readonly place: string;
  readonly kind: 'disk' | 'cd' | 'floppy';
  readonly file: string;
}

export interface MachineAdapter {
  readonly name: string;
  /** 12 hex digits; null: it gets one when it starts. */
  readonly mac: string | null;
  /** Name of the switch that it is plugged into; null: none. */
  readonly switch: string | null;
  /** Access VLAN; null: none. */
  readonly vlan: number | null;
  /** As the guest tells them, while it runs and answers. */
  readonly addresses: readonly string[];
}

/** What an adapter has that never had an address. */
const NO_MAC = '000000000000';

export const drawnMac = (mac: string): string | null => (mac === '' || mac === NO_MAC ? null : mac);

/** Of guests' adapters, by the GUID of the adapter, which is the last part of their InstanceID. */
export const guestAddressQuery = (machine: string) =>
  `SELECT * FROM Msvm_GuestNetworkAdapterConfiguration WHERE InstanceID LIKE 'Microsoft:GuestNetwork\\\\${machine}%'` as const;

export const adapterGuid = (instanceId: string): string => (instanceId.split('\\').at(-1) ?? '').toUpperCase();
