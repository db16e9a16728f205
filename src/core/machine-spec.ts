import type { Guid } from './model.ts';
import type { PortRules } from './networks/host-network.ts';

/** A machine in words that every hypervisor understands. Plain data; file paths are resolved Linux paths. */
export interface MachineSpec {
  readonly id: Guid;
  readonly name: string;
  readonly generation: 1 | 2;
  readonly processors: number;
  readonly memory: {
    readonly mb: number;
    readonly dynamic: { readonly minimumMb: number; readonly maximumMb: number } | null;
  };
  /** Device models offered to the guest (decisions K27). */
  readonly deviceModels: 'inbox' | 'virtio';
  readonly firmware:
    | {
        readonly kind: 'bios';
        readonly bootOrder: readonly ('floppy' | 'cd' | 'disk' | 'network')[];
        readonly numLock: boolean;
      }
    | {
        readonly kind: 'uefi';
        readonly secureBoot: boolean;
        /** Private copy of the variable store; made from the template when missing. */
        readonly variablesFile: string;
        /** Ids of disks and adapters, first to last. */
        readonly bootOrder: readonly string[];
      };
  readonly tpm: { readonly stateDirectory: string } | null;
  readonly disks: readonly DiskSpec[];
  readonly adapters: readonly AdapterSpec[];
  readonly serialPorts: readonly SerialSpec[];
  readonly localTimeClock: boolean;
  /** TurnOffOnGuestRestart. */
  readonly offOnReboot: boolean;
  /** SMBIOS: BIOSGUID without braces, serial numbers of machine, base board and chassis, asset tag of the chassis. */
  readonly smbios: {
    readonly uuid: string;
    readonly serial: string;
    readonly boardSerial: string;
    readonly chassisSerial: string;
    readonly assetTag: string;
  };
  /** GUID of the generation id device: a guest that finds another one than before knows that it was set back or copied (K30). */
  readonly generationId: string;
  /** Directory for sockets and logs of this machine; made by the hypervisor adapter. */
  readonly runDirectory: string;
}

export type DiskFormat = 'raw' | 'qcow2' | 'vhd' | 'vhdx';

/** A file below an overlay; only read, unless an overlay is merged into it. */
export interface BackingImage {
  readonly file: string;
  readonly format: DiskFormat;
  /** The machine's own: it may be merged into while the machine runs, and nobody else may have it open meanwhile. */
  readonly own?: true;
  /** Files of which a differencing VHD or VHDX is the youngest, nearest first, each known to be the parent of the one before. */
  readonly parents?: readonly string[];
}

/** What is in a drive. */
export interface DiskImage {
  readonly file: string;
  readonly format: DiskFormat;
  readonly readOnly: boolean;
  /** Of a differencing VHDX that is written where it lies: its parents, as in BackingImage. Nothing else lies below it then. */
  readonly parents?: readonly string[];
  /** The chain below a qcow2 overlay, nearest first, each checked against the allowed roots; missing: no overlay. */
  readonly backing?: readonly BackingImage[];
}

export interface DiskSpec {
  /** Part of the drive's setting; identifies the drive over its life. */
  readonly id: string;
  readonly bus: 'ide' | 'scsi' | 'floppy';
  /** IDE 0-1; SCSI 0-3. */
  readonly controller: number;
  readonly slot: number;
  readonly media: 'disk' | 'cd' | 'floppy';
  /** Null: an empty drive (cd, floppy). */
  readonly image: DiskImage | null;
  readonly iopsLimit: number | null;
}

export interface AdapterSpec {
  readonly id: string;
  /** 12 hex digits, upper case. */
  readonly mac: string;
  readonly emulated: boolean;
  readonly network:
    | { readonly kind: 'user' }
    /** `rules` missing: the bridge as it is, without any. */
    | { readonly kind: 'bridge'; readonly bridge: string; readonly rules?: PortRules }
    | { readonly kind: 'none' };
}

export interface SerialSpec {
  readonly id: string;
  /** Unix socket on which the machine listens; null: not connected. */
  readonly socket: string | null;
}
