import type { Guid, SettingValue, SettingValues, VirtualSystem } from './model.ts';
import type { SourceDependency } from './differencing/source-files.ts';
import type {
  AttachedImage,
  VirtualHardDiskChange,
  VirtualHardDiskDescription,
  VirtualHardDiskSettings,
} from './disks/virtual-hard-disk.ts';
import type { Job } from './jobs/job.ts';
import type { HostPath } from './systems/files/host-paths.ts';

/** Who asks for an operation of the domain. */
export interface RequestContext {
  readonly caller: string;
  readonly requestId: string;
}

/** Names one setting of a configuration. */
export interface SettingRef {
  readonly configuration: Guid;
  readonly part: string;
}

/**
 * A resource as a client describes it: parsed and typed, paths already turned into references.
 * `values` holds only what the client gave (non-NULL), by repository property name; `Parent` is never in it.
 */
export interface ResourceInput {
  /** Repository spelling; may be a base class such as Msvm_ResourceAllocationSettingData (libvirt). */
  readonly className: string;
  /** As given; the target on modify, ignored on add except to resolve parents inside one call. */
  readonly instanceId: string | null;
  readonly values: SettingValues;
  /** Undefined: not given. A string is the InstanceID of another element of the same call. Null: names nothing we know. */
  readonly parent?: SettingRef | string | null;
  /** Id of a new Ethernet connection where it exists already: in v1 a switch port is made before its adapter. */
  readonly connectionId?: Guid;
}

export interface DefineInput {
  readonly kind: 'realized' | 'planned';
  readonly values: SettingValues;
  readonly resources: readonly ResourceInput[];
  /** Configuration to take missing values and devices from. */
  readonly reference: Guid | null;
}

/** Changes of a VSSD; `bootSources` is the wanted order by setting reference, null entries name nothing we know. */
export interface SystemChange {
  readonly values: SettingValues;
  readonly bootSources?: readonly (SettingRef | null)[];
}

/**
 * The operations on virtual systems, as every front end above reaches them. All reject with DomainError.
 * A `Job` that comes back is stored, visible, and in state 3 or 4 or already ended.
 */
export interface SystemOperations {
  define(context: RequestContext, input: DefineInput): Promise<VirtualSystem>;
  destroy(context: RequestContext, system: Guid): Promise<Job>;
  modify(context: RequestContext, configuration: Guid, change: SystemChange): Promise<void>;
  /** All or none (management-service §0). Resolves to the new settings in input order. */
  addResources(
    context: RequestContext,
    configuration: Guid,
    resources: readonly ResourceInput[],
  ): Promise<readonly SettingRef[]>;
  /** All or none; ids may change when a disk moves. */
  modifyResources(
    context: RequestContext,
    changes: readonly (ResourceInput & { readonly target: SettingRef })[],
  ): Promise<readonly SettingRef[]>;
  removeResources(context: RequestContext, settings: readonly SettingRef[]): Promise<void>;
  /** Features of a connection (Msvm_EthernetSwitchPort*SettingData); same rules. */
  addFeatures(
    context: RequestContext,
    connection: SettingRef,
    features: readonly ResourceInput[],
  ): Promise<readonly SettingRef[]>;
  upgradeVersion(context: RequestContext, system: Guid, version: string | null): Promise<void>;
  /** RequestStateChange of Msvm_ComputerSystem, v2 numbers (lifecycle §2). */
  requestState(context: RequestContext, system: Guid, requestedState: number): Promise<Job>;
  /** InitiateShutdown / InitiateReboot of the shutdown component: no job. */
  initiateShutdown(
    context: RequestContext,
    system: Guid,
    options: { readonly reboot: boolean; readonly force: boolean },
  ): Promise<void>;
  injectNmi(context: RequestContext, system: Guid): Promise<void>;
  modifyServiceSettings(context: RequestContext, values: SettingValues): Promise<void>;
  /** Of the service for consoles (Msvm_TerminalService); null values stay as they are. */
  modifyTerminalSettings(context: RequestContext, values: SettingValues): Promise<void>;
}

/** A port of a switch to the host, as its Msvm_EthernetPortAllocationSettingData describes it. */
export interface HostPortInput {
  /** Id of a new port where it exists already: in v1 a switch port is made before what is plugged in. */
  readonly id?: Guid;
  /** Id of the host's end of an internal port where that exists already, too. */
  readonly end?: Guid;
  /** HostResource as links: `host:` for an internal port, `external:<device>` for one to an adapter. */
  readonly values: SettingValues;
}

/** What a feature belongs to: a port of a switch to the host, or (null) the switch itself. */
export interface HostPortRef {
  readonly switch: Guid;
  readonly port: Guid | null;
}

/** A feature as a client describes it. */
export interface FeatureInput {
  /** Class of its setting. */
  readonly className: string;
  readonly values: SettingValues;
}

/**
 * Ethernet switches (other-services §3). Each answers with a job that has ended, well or not; what is wrong with the
 * parameters rejects with DomainError, `notSupported` also where this host has not what it takes.
 */
export interface SwitchOperations {
  define(
    context: RequestContext,
    input: {
      readonly values: SettingValues;
      readonly ports: readonly HostPortInput[];
      /** Missing: a new one. */
      readonly id?: Guid;
    },
  ): Promise<{ readonly job: Job; readonly made: Guid }>;
  /** Adapters of machines that are on it become disconnected. */
  destroy(context: RequestContext, id: Guid): Promise<Job>;
  /** Null: done without a job. The NAT switch and bridges of the host can be given a name and notes. */
  modify(context: RequestContext, id: Guid, values: SettingValues): Promise<Job | null>;
  addPorts(
    context: RequestContext,
    id: Guid,
    ports: readonly HostPortInput[],
  ): Promise<{ readonly job: Job; readonly made: readonly Guid[] }>;
  modifyPorts(
    context: RequestContext,
    id: Guid,
    changes: readonly (HostPortInput & { readonly port: Guid })[],
  ): Promise<{ readonly job: Job; readonly made: readonly Guid[] }>;
  removePorts(context: RequestContext, id: Guid, ports: readonly Guid[]): Promise<Job>;
  addFeatures(
    context: RequestContext,
    ref: HostPortRef,
    features: readonly FeatureInput[],
  ): Promise<{ readonly job: Job; readonly made: readonly Guid[] }>;
  modifyFeatures(
    context: RequestContext,
    ref: HostPortRef,
    changes: readonly { readonly feature: Guid; readonly values: SettingValues }[],
  ): Promise<{ readonly job: Job; readonly made: readonly Guid[] }>;
  removeFeatures(context: RequestContext, ref: HostPortRef, features: readonly Guid[]): Promise<Job>;
}

/** What a checkpoint is to be. */
export interface SnapshotRequest {
  /**
   * `standard`: what UserSnapshotType of the machine says. `disk`: disks only. `recovery`: of a backup tool, disks of one
   * moment, consistent for applications when `applicationConsistent`.
   */
  readonly type: 'standard' | 'disk' | 'recovery';
  /** Null: `<machine> - (<date> - <time>)`. */
  readonly elementName: string | null;
  /** Null: those of the machine. */
  readonly notes: SettingValue;
  readonly applicationConsistent: boolean;
  /** Leave out what cannot be kept (pass-through disks) instead of refusing. */
  readonly ignoreNonSnapshottableDisks: boolean;
  /** The identifier that it gets, a new one; missing: chosen here. */
  readonly id?: Guid;
}

/**
 * Checkpoints (spec snapshots, issue 4). Renaming one is `SystemOperations.modify` of its configuration. Each answers with
 * a stored job once the parameters and the state allow it; all reject with DomainError otherwise.
 */
export interface SnapshotOperations {
  /** `snapshot`: id of the configuration that will exist when the job has ended. Running, paused, saved or off. */
  create(
    context: RequestContext,
    system: Guid,
    request: SnapshotRequest,
  ): Promise<{ readonly job: Job; readonly snapshot: Guid }>;
  /** Off or saved only; the present state is lost, the machine ends off or saved. */
  apply(context: RequestContext, snapshot: Guid): Promise<Job>;
  /** One checkpoint; its children get its parent. Its disks are merged in the background (job type 50). */
  destroy(context: RequestContext, snapshot: Guid): Promise<Job>;
  /** With all that descend from it. */
  destroyTree(context: RequestContext, snapshot: Guid): Promise<Job>;
  /** Forgets the memory; applying it then gives a machine that is off. */
  clearState(context: RequestContext, snapshot: Guid): Promise<Job>;
  /** Machines that go on from the checkpoint, each for itself; `systems`: ids of those that will exist, all or none. */
  fork(
    context: RequestContext,
    snapshot: Guid,
    request: ForkRequest,
  ): Promise<{ readonly job: Job; readonly systems: readonly Guid[] }>;
}

/** A stretch of a disk in bytes. */
export interface DiskRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * Moments of a machine's disks that backups measure changes from (core/reference-points). Jobs as those of checkpoints; all
 * reject with DomainError.
 */
export interface ReferencePointOperations {
  /** `point`: id of what will exist when the job has ended. Running, paused, saved or off. */
  create(
    context: RequestContext,
    system: Guid,
    /** `id`: that it is to have; missing: one is chosen. */
    options: { readonly applicationConsistent: boolean; readonly id?: Guid },
  ): Promise<{ readonly job: Job; readonly point: Guid }>;
  /** A recovery checkpoint becomes one, under its identifier. */
  convert(context: RequestContext, snapshot: Guid): Promise<{ readonly job: Job; readonly point: Guid }>;
  /** What only it needs of the disks is merged in the background. */
  destroy(context: RequestContext, point: Guid): Promise<Job>;
  /**
   * Where the disk in the file `path` may differ from what it was at the moment that `since` names (`changeTrackingId`):
   * every byte that does is inside of `ranges`, which are in order. `processed`: bytes from `offset` that they tell of; ask
   * again after those when it is less than `length`.
   */
  changes(wanted: {
    readonly path: string;
    readonly since: string;
    readonly offset: bigint;
    readonly length: bigint;
  }): Promise<{ readonly processed: number; readonly ranges: readonly DiskRange[] }>;
}

/** Beyond Hyper-V (issue 4). */
export interface ForkRequest {
  /** 1 to 100. */
  readonly count: number;
  /** They are called this and a number; null: the name of the machine. */
  readonly name: string | null;
  /** Else they are left saved, or off where the checkpoint has no memory. */
  readonly start: boolean;
  /** Network adapters stay unplugged; else each comes with another address as soon as its guest lets go of the old one. */
  readonly disconnected: boolean;
  /** Start them though the host has no room for all that they might write. */
  readonly overcommit: boolean;
}

/** What an export is to hold and where it goes (planned-systems §9). */
export interface ExportRequest {
  /** The active settings of a machine, or a checkpoint, which then is the one that is exported. */
  readonly configuration: Guid;
  /** As the client wrote it. */
  readonly directory: string;
  /** `one`: as a machine of its own. `oneForBackup`: as the machine itself. */
  readonly snapshots: 'all' | 'none' | 'one' | 'oneForBackup';
  /** With `one` and `oneForBackup` only. */
  readonly snapshot: Guid | null;
  /** The saved state goes along. */
  readonly runtime: boolean;
  /** Disks and floppies go along; otherwise the export names them where they are. */
  readonly storage: boolean;
  /** The export gets a folder of its own, named after the machine. */
  readonly subdirectory: boolean;
  /** `hyperV`: VHDX files. `asIs`: files in the format that they have, for another vsms. Null: as the service is set up. */
  readonly style: 'hyperV' | 'asIs' | null;
  /**
   * What of a running machine goes along: its disks as a power cut leaves them, its memory too, or disks that its programs
   * have brought to rest. Null: only a machine that is off or saved is exported.
   */
  readonly live: 'disks' | 'memory' | 'application' | null;
  /** With `oneForBackup` only: of disks that this reference point knows only what may differ since; missing: all of them. */
  readonly base?: Guid;
  /** Disks and floppies that stay where they are, and are named there; missing: none. Paths of a client. */
  readonly excluded?: readonly string[];
}

/** ExportReferencePoint: the disks of a reference point, without settings. */
export interface PointExportRequest {
  readonly point: Guid;
  /** As the client wrote it. */
  readonly directory: string;
  /** The disks get a folder of their own, named after the machine. */
  readonly subdirectory: boolean;
  /** Another reference point of the machine: only what may differ since is exported of disks that it knows. */
  readonly base: Guid | null;
  /** Places of the wanted disks in the reference point; null: all of them. */
  readonly disks: readonly number[] | null;
}

/** Machines leave this host (planned-systems §9). */
export interface ExportOperations {
  /** The job stored and running; rejects with DomainError otherwise. */
  exportSystem(context: RequestContext, wanted: ExportRequest): Promise<Job>;
  exportPoint(context: RequestContext, wanted: PointExportRequest): Promise<Job>;
}

/**
 * Virtual hard disk files (Msvm_ImageManagementService). Paths are texts of clients. What changes or makes a file is a job of
 * the class Msvm_StorageJob. All reject with DomainError; fileNotFound for a disk that is not there.
 */
export interface ImageOperations {
  describe(path: string): Promise<VirtualHardDiskDescription>;
  create(context: RequestContext, settings: VirtualHardDiskSettings): Promise<Job>;
  createFloppy(context: RequestContext, path: string): Promise<Job>;
  /** All that `source` shows, with its parents, into a new file; the source stays. */
  convert(context: RequestContext, source: string, settings: VirtualHardDiskSettings): Promise<Job>;
  /** Bytes. A VHDX may become smaller where its guest has left nothing behind the new end. */
  resize(context: RequestContext, path: string, size: bigint): Promise<Job>;
  compact(context: RequestContext, path: string): Promise<Job>;
  /** Into one of its parents, and the children are gone then; or into a new file, and all stay. */
  merge(context: RequestContext, source: string, destination: string): Promise<Job>;
  setParent(context: RequestContext, child: string, parent: string, ignoreMismatch: boolean): Promise<Job>;
  /** A job that fails when a file of the chain is missing, stale or damaged. */
  validate(context: RequestContext, path: string): Promise<Job>;
  change(context: RequestContext, path: string, change: VirtualHardDiskChange): Promise<Job>;
  /** Makes it a device of the host; no machine has it meanwhile. Raw images, fixed VHD files and CDs (K31). */
  attach(context: RequestContext, path: string, readOnly: boolean): Promise<Job>;
  attached(): Iterable<AttachedImage>;
  /** The one that a text names: by the file that it is here (paths.md, Comparison), or as it was spelled in another case. */
  attachedAs(text: string): Promise<AttachedImage | undefined>;
  /** Is it a disk of a machine whose state is saved, which goes on with it as it was? */
  isInSavedState(path: string): Promise<boolean>;
  /** `file` of one that is attached; again is no error. */
  detach(file: string): Promise<void>;
}

export interface GuestFile {
  /** As the client wrote it. */
  readonly source: string;
  /** Whole path in the guest; one that ends as a folder gets the name of the source. */
  readonly destination: string;
  readonly overwrite: boolean;
  readonly createFolders: boolean;
}

export interface GuestOperations {
  /** To the guest of a running machine, by its agent, one after the other. */
  copyFiles(context: RequestContext, system: Guid, files: readonly GuestFile[]): Promise<Job>;
}

/** Operations that few clients use; beside SystemOperations so that neither hides the other. All reject with DomainError. */
export interface AuxiliaryOperations {
  /** Take bootable devices out of the boot order, or put them back at its end (generation 2, with the machine off). */
  changeBootSources(
    context: RequestContext,
    configuration: Guid,
    change: { readonly add: readonly SettingRef[]; readonly remove: readonly SettingRef[] },
  ): Promise<void>;
  /** Bytes that a configuration takes besides its disks: definition, saved state, firmware variables, TPM. */
  sizeOfSystemFiles(configuration: Guid): Promise<bigint>;
  /** The next `count` world wide port names of the service's range; durable before it resolves, so that none is given twice. */
  generateWwpns(context: RequestContext, count: number): Promise<readonly string[]>;
  /** The name given out last, the first of the range before any. */
  currentWwpn(): string;
  /** Opaque bytes for the guest's first start (SetInitialMachineConfigurationData). */
  setInitialMachineConfiguration(context: RequestContext, system: Guid, data: Uint8Array): Promise<void>;
  /** Who may open the console, by names of accounts; all or none. */
  changeConsoleAccess(
    context: RequestContext,
    system: Guid,
    what: 'grant' | 'revoke',
    names: readonly string[],
  ): Promise<void>;
  /** Opaque bytes; none: it has no key protector any more. The former ones are kept for `restoreKeyProtector`. */
  setKeyProtector(context: RequestContext, system: Guid, data: Uint8Array): Promise<void>;
  /** @throws invalidState when there are no former ones */
  restoreKeyProtector(context: RequestContext, system: Guid): Promise<void>;
  /** Hold background merges of checkpoint disks back, or let them go on. */
  setDiskMerging(context: RequestContext, system: Guid, enabled: boolean): Promise<void>;
  /** The device models of a machine that is off and has no memory kept anywhere (K27). */
  setDeviceModels(context: RequestContext, system: Guid, models: 'inbox' | 'virtio'): Promise<void>;
  /** What still reads the files that the machine was imported from; empty: they may go. */
  sourceDependencies(system: Guid): Promise<readonly SourceDependency[]>;
  /** Every path that a configuration names, with what it is on this host now. */
  hostPaths(configuration: Guid): Promise<readonly HostPath[]>;
  /** Copies what its checkpoints need of them too, in the background; what the machine itself needs is copied anyway (K16). */
  detachSource(context: RequestContext, system: Guid): Promise<void>;
  /** Replace the items that the host offers; `change` is called in the turn of the system and may throw to refuse. */
  changeKvpItems(context: RequestContext, system: Guid, change: (items: KvpItems) => KvpItems): Promise<void>;
}

/** Texts of Msvm_KvpExchangeDataItem that a configuration holds, by property of its KVP component. */
export interface KvpItems {
  readonly HostExchangeItems: readonly string[];
  readonly HostOnlyItems: readonly string[];
}
