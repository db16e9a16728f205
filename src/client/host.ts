import type { DiskOnHost } from './disk-on-host.ts';
import type { JobSummary, JobWatch } from './job.ts';
import type { Checkpoint, CheckpointType, REQUESTS, VirtualMachine } from './machine.ts';
import type { MachineDetails } from './machine-details.ts';
import type { AdapterChange, NetworkAdapter } from './network-adapter.ts';
import type { MachineSummary } from './summaries.ts';
import type { HostAdapter, NewSwitch, VirtualSwitch } from './switch.ts';

/**
 * A host of virtual machines, by whichever protocol it is spoken to: `wsmanHost`, which Hyper-V hosts have too, or `restHost`.
 * Both refuse in the same words: MethodError with Hyper-V's number and the reason of the host, NotFoundError,
 * AmbiguousNameError, JobGoesOnError, ConnectionError; what is refused before a method is called is WsmanFault or RestError.
 */
export interface Host {
  readonly machines: Machines;
  readonly jobs: Jobs;
  readonly checkpoints: MachineCheckpoints;
  readonly switches: Switches;
  readonly nics: Nics;
  close(): void;
}

/** By what a machine is asked for another state. */
export type RequestedState = (typeof REQUESTS)[keyof typeof REQUESTS];

export interface Machines {
  /** In the order of their names. */
  list(): Promise<readonly VirtualMachine[]>;
  /** By name or id. */
  find(nameOrId: string): Promise<VirtualMachine>;
  /** Of all machines by their id. */
  summaries(): Promise<ReadonlyMap<string, MachineSummary>>;
  /** Of one machine, all that somebody wants to know. */
  details(id: string): Promise<MachineDetails>;
  /** Its disks and images whose files are called otherwise on the host. */
  disksOnHost(id: string): Promise<readonly DiskOnHost[]>;
  /** Waits until it has come to that state, or was refused. */
  request(id: string, state: RequestedState, progress?: (percent: number) => void): Promise<void>;
  delete(id: string): Promise<void>;
  /** The oldest first. */
  checkpoints(id: string): Promise<readonly Checkpoint[]>;
  /** By name or id. */
  findCheckpoint(id: string, nameOrId: string): Promise<Checkpoint>;
}

export interface MachineCheckpoints {
  create(
    machine: string,
    options: { readonly name?: string; readonly notes?: string; readonly type: CheckpointType },
    watch: JobWatch,
  ): Promise<Checkpoint>;
  apply(checkpoint: string, watch: JobWatch): Promise<void>;
  /** `tree`: with all that descend from it. */
  delete(checkpoint: string, tree: boolean, watch: JobWatch): Promise<void>;
  rename(checkpoint: string, name: string): Promise<void>;
  /** The checkpoint that the machine as it is now descends from; null: none. */
  currentParent(machine: string): Promise<string | null>;
  /** Bytes that it takes besides its disks: memory, firmware, definition. */
  size(checkpoint: string): Promise<number>;
  /** Bytes of the files that its disks are, or those of the machine as it is now (`checkpoint` null); null: one cannot be looked at. */
  diskSize(machine: string, checkpoint: string | null): Promise<number | null>;
}

export interface Switches {
  /** In the order of their names. */
  list(): Promise<readonly VirtualSwitch[]>;
  /** By name or id. */
  find(nameOrId: string): Promise<VirtualSwitch>;
  /** Those of the host that a switch can have, in the order of their names. */
  adapters(): Promise<readonly HostAdapter[]>;
  /** Resolves to its id. */
  create(wanted: NewSwitch): Promise<string>;
  /** Machines that are on it are disconnected. */
  delete(id: string): Promise<void>;
}

/** Network adapters of machines. */
export interface Nics {
  /** As they are numbered. */
  list(machine: string): Promise<readonly NetworkAdapter[]>;
  /** Whole or not at all; `switchId` null: it is plugged into none. */
  add(
    machine: string,
    wanted: { readonly name?: string | undefined; readonly switchId: string | null },
  ): Promise<NetworkAdapter>;
  /** With its connection, and what is set of its port. */
  remove(machine: string, adapter: NetworkAdapter): Promise<void>;
  /** Also while the machine runs. */
  connect(machine: string, adapter: NetworkAdapter, switchId: string): Promise<void>;
  disconnect(machine: string, adapter: NetworkAdapter): Promise<void>;
  change(machine: string, adapter: NetworkAdapter, change: AdapterChange): Promise<void>;
}

export interface Jobs {
  /** The newest first; those that ended are told for some minutes more. */
  list(): Promise<readonly JobSummary[]>;
  find(id: string): Promise<JobSummary>;
  /** Resolves when it has done what it was to do. */
  finish(id: string, watch: JobWatch): Promise<void>;
  /** Resolves when it has taken back what it made. */
  cancel(id: string): Promise<void>;
}
