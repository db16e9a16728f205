import type { MachineSpec } from '../../core/machine-spec.ts';

/**
 * Everything the command line needs that is not in the spec: what the host offers and where things were put.
 * Made by start.ts; all text in it is either ours or a path, and every path is quoted where it is used.
 */
export interface MachineLayout {
  readonly spec: MachineSpec;
  readonly accelerator: 'kvm' | 'tcg';
  /** Hyper-V enlightenments that the accelerator was seen to hold (K27, spec qemu §0). */
  readonly enlightenments: boolean;
  /** Versioned machine type that a saved state was made with; null: the newest of the generation. */
  readonly machineType: string | null;
  /** RAM of the guest in MiB; with dynamic memory more than the spec's start value, the balloon takes the difference. */
  readonly memoryMb: number;
  readonly sockets: MachineSockets;
  readonly pidFile: string;
  readonly firmware: FirmwareFiles | null;
  readonly disks: ReadonlyMap<string, DiskSource | null>;
  /** Slot of each adapter by id: fixed when it is plugged, so that a saved state finds it in the same place. */
  readonly adapterSlots: ReadonlyMap<string, number>;
  /** SCSI controllers that exist. */
  readonly controllers: ReadonlySet<number>;
  /** Is there a generation id device? A saved state of a former version has none. */
  readonly generationId: boolean;
  /** How each adapter reaches its network, by adapter id. */
  readonly wires: ReadonlyMap<string, Wire>;
  /** Is the boot ROM of network adapters installed (package ipxe-qemu)? */
  readonly networkRoms: boolean;
  /** Wait for a saved state. */
  readonly incoming: boolean;
  /** File behind the guest's memory; missing: none. `shared`: the guest writes to it, else to pages of its own. */
  readonly memoryFile?: { readonly file: string; readonly shared: boolean };
}

/** Unix sockets, at most 107 bytes each (K25). */
export interface MachineSockets {
  /** Two monitors: one for the service, one for tools (spec qemu §11). */
  readonly monitors: readonly [string, string];
  readonly agent: string;
  readonly vnc: string;
  /** By position of spec.serialPorts; null: not connected. */
  readonly serial: readonly (string | null)[];
  readonly tpm: string | null;
}

export interface FirmwareFiles {
  readonly code: string;
  readonly variables: string;
  /** The code that keeps its variables behind SMM, for Secure Boot. */
  readonly secure: boolean;
}

/** What QEMU opens for a disk. The format is always named, never probed (hardening 9, 10). */
export type DiskSource =
  | {
      readonly kind: 'file';
      readonly driver: 'raw' | 'qcow2';
      readonly file: string;
      readonly readOnly: boolean;
      /** Bytes of a fixed VHD's data, so that its footer is no part of the disk; null: the whole file. */
      readonly size: number | null;
      /** What lies below an overlay; missing: nothing, whatever its header says. */
      readonly backing?: DiskSource;
    }
  /** Served by a storage daemon or by our chain server, so that saved state works (architecture §6). */
  | {
      readonly kind: 'nbd';
      readonly socket: string;
      readonly readOnly: boolean;
      /** How long requests wait for a server that died and is started again; missing: they fail. */
      readonly reconnectSeconds?: number;
    };

/** What is behind an adapter's link. */
export type Wire =
  /** A tap as the adapter's own peer: full speed; other bridges by moving the tap. */
  | { readonly kind: 'tap'; readonly device: string }
  /** A hub between adapter and network, so that the network can be swapped while the guest runs; `plug` null: link down. */
  | { readonly kind: 'hub'; readonly plug: HubPlug | null };

export type HubPlug = { readonly kind: 'user' } | { readonly kind: 'tap'; readonly device: string };
