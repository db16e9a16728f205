/** The domain's nouns. Records are immutable: a change replaces the record, so "before" and "after" are both at hand. */

/** Upper case, no braces: `A1576C71-F505-4D1B-9B78-2CFD971B0F31`. */
export type Guid = string;

/** Milliseconds since 1970 UTC. */
export type Instant = number;

export type SettingScalar = string | number | bigint | boolean;
export type SettingValue = SettingScalar | readonly SettingScalar[] | null;
/**
 * Settings by CIM property name in repository spelling (architecture, habit 9). 64-bit integers are bigint, datetimes
 * their 25-character CIM text. A name that is missing has the default of its kind.
 * Object paths never stand here: `Parent` is `DeviceSetting.parent`, boot order is `Configuration.bootSources`, and a
 * HostResource or Connection that denotes a CIM object is held as a `ResourceLink` text.
 */
export type SettingValues = Readonly<Record<string, SettingValue>>;

/**
 * How HostResource names something that is not a file: `switch:<GUID>`, `host:` (the management OS), `external:<adapter>`,
 * `disk:<device id>` (pass-through). Any other text is what the client wrote: a file path, or a path to nothing we know.
 */
export type ResourceLink = string;

/** Key of a row in devices/kinds.ts. */
export type DeviceKind = string;

/** One resource or component setting of a configuration: RASD, SASD, EPASD, feature, integration component, ... */
export interface DeviceSetting {
  /** InstanceID after `Microsoft:<configuration id>\`, in the exact case of object-model §5. */
  readonly part: string;
  readonly kind: DeviceKind;
  /** Part of the setting above it (drive -> controller, disk -> drive, connection -> port, feature -> connection). */
  readonly parent: string | null;
  /** Only what differs from the kind's defaults. Untouched default devices share one frozen record across all systems. */
  readonly values: SettingValues;
}

/** The settings of a system, a snapshot or a plan: one VSSD with everything below it. */
export interface Configuration {
  /** The VSSD's InstanceID is `Microsoft:<id>`. The VM's own id for active settings, the snapshot's id otherwise. */
  readonly id: Guid;
  /** VSSD properties that differ from the defaults of the generation. */
  readonly values: SettingValues;
  /** In creation order: clients index SCSI controllers by position (object-model §5). */
  readonly devices: readonly DeviceSetting[];
  /** Parts of the settings in BootSourceOrder (generation 2); always a permutation of the bootable devices. */
  readonly bootSources: readonly string[];
}

export type PowerState =
  | 'off'
  | 'starting'
  | 'running'
  | 'pausing'
  | 'paused'
  | 'resuming'
  | 'saving'
  | 'saved'
  | 'stopping'
  | 'resetting'
  /** Paused by an I/O error (lifecycle §3). */
  | 'pausedCritical'
  | 'unknown';

/** A long operation that owns or accompanies the system; OperationalStatus[1] (lifecycle §3). */
export interface ActiveOperation {
  readonly kind:
    | 'creatingSnapshot'
    | 'applyingSnapshot'
    | 'deletingSnapshot'
    | 'waitingToStart'
    | 'mergingDisks'
    | 'exporting'
    | 'migrating'
    | 'realizing';
  /** Exclusive: everything else is answered 32774. */
  readonly exclusive: boolean;
  /** Exclusive but for the power of the machine: a running one is copied, and may go off or be saved meanwhile. */
  readonly powerMayChange?: true;
}

/** A checkpoint (core/snapshots). Its disks are the files that were current at its moment; nothing writes to them. */
export interface Snapshot {
  readonly configuration: Configuration;
  readonly type: 'standard' | 'recovery' | 'planned' | 'missing';
  readonly parent: Guid | null;
  readonly createdAt: Instant;
  /** Memory and device state of its moment lie in its directory (core/snapshots/state-files.ts); missing: it was off. */
  readonly memory?: true;
  /** The guest brought its file systems to rest for it; missing: not, or nobody asked. */
  readonly atRest?: true;
}

/**
 * A moment of a machine's disks from which backups measure what has changed (core/reference-points). As with a checkpoint its
 * files are those that were current then, and nothing writes to them; settings and memory are not kept.
 */
export interface ReferencePoint {
  readonly id: Guid;
  readonly createdAt: Instant;
  /** The guest had brought its file systems to rest. */
  readonly atRest: boolean;
  readonly disks: readonly ReferencePointDisk[];
}

export interface ReferencePointDisk {
  /** VirtualDiskId of the disk, or the InstanceID of its setting where its format keeps no identity (qcow2, raw). */
  readonly disk: string;
  /** As in HostResource. */
  readonly file: string;
}

/**
 * A disk file that checkpoints made, over the file that was current before. Texts as in HostResource. What is not listed
 * belongs to a user: it is never deleted, and never merged into the file below it.
 */
export interface DifferencingDisk {
  readonly file: string;
  /** The file below it; null: one that none of ours lies under (an imported checkpoint's own overlay). */
  readonly parent: string | null;
  /** No configuration needs it by its name any more: to be merged or deleted. */
  readonly released?: true;
  /**
   * It is being merged into the one below, and files over it may name that one in their headers already: the merge is ended
   * before anything else is done to one of both.
   */
  readonly merging?: true;
  /** Without a parent: it holds all of its disk, and the files that it was imported over are not needed by it any more. */
  readonly streamed?: true;
}

export interface VirtualSystem {
  readonly id: Guid;
  readonly kind: 'realized' | 'planned';
  readonly generation: 1 | 2;
  readonly active: Configuration;
  readonly snapshots: readonly Snapshot[];
  /** Snapshot that the active state descends from. */
  readonly currentSnapshot: Guid | null;
  readonly lastApplied: Guid | null;
  readonly power: PowerState;
  /** EnabledState a client last asked for while a transition runs; 12 (not applicable) otherwise. */
  readonly requestedState: number;
  readonly operation: ActiveOperation | null;
  /** The hypervisor's process while one exists. */
  readonly process: MachineProcess | null;
  /** Running time since turn-on, reset or restore, pauses excluded (lifecycle §4). */
  readonly onTime: { readonly accumulatedMs: number; readonly since: Instant | null };
  /** File of the saved state, relative to the system's state directory. */
  readonly savedState: string | null;
  readonly createdAt: Instant;
  readonly configurationChangedAt: Instant;
  readonly stateChangedAt: Instant;
  /** Was it running (or saved) when the service or host last went down; for AutomaticStartupAction 3. */
  readonly wasRunning: boolean;
  /** Grows with each change; survives restarts. */
  readonly revision: number;
  /** Disk files of its checkpoints and its current ones, parents first; missing: none. */
  readonly differencing?: readonly DifferencingDisk[];
  /** Moments that backups measure changes from, oldest first; missing: none. */
  readonly referencePoints?: readonly ReferencePoint[];
  /** Facts that are no property of the VSSD; missing: none. */
  readonly extras?: SystemExtras;
  /** Where it came from; missing: it was defined here. */
  readonly importSource?: ImportSource;
  /** The checkpoint that it is a fork of: its disks lie over those of that one, which stays as long as it does. */
  readonly forkedFrom?: { readonly system: Guid; readonly snapshot: Guid };
}

/**
 * What a plan remembers of the definition it was made from, and the machine that it becomes after it (core/plans). Files of
 * the source are only ever read.
 */
export interface ImportSource {
  /** SystemDefinitionFile as the client wrote it. */
  readonly definition: string;
  /** The same file, resolved: nobody else imports it meanwhile (K11). */
  readonly file: string;
  /** Folder of the export: the one above `Virtual Machines`, in the style of `definition`. */
  readonly folder: string;
  /** Another program wrote the definition: what that keeps elsewhere (UEFI variables, TPM) cannot come along. */
  readonly foreign: boolean;
  /** Identifiers were made new (K15). */
  readonly newIdentifiers: boolean;
  readonly recordedId: Guid;
  /**
   * The recorded identifier while a machine of this host has it: the plan is shown under it and cannot be realized until it
   * is free. Its own identifiers are new ones, so that no two things have the same path.
   */
  readonly claims?: Guid;
  /** Checkpoints by their recorded identifiers. */
  readonly snapshots: readonly { readonly recorded: Guid; readonly id: Guid }[];
  readonly runtime: readonly ImportedRuntimeFile[];
  /** What the definition says and the settings have no place for (import report). */
  readonly unmapped: readonly UnmappedValue[];
}

/** A file or folder beside a definition that belongs to one of its states. */
export interface ImportedRuntimeFile {
  readonly configuration: Guid;
  /** `savedState`, `firmware`, `tpm`: ours. `foreignState`: memory that only Hyper-V can resume; null: recorded, not found. */
  readonly kind: 'savedState' | 'firmware' | 'tpm' | 'foreignState';
  /** In the style of the import folder; resolved anew each time. */
  readonly file: string | null;
}

export interface UnmappedValue {
  readonly configuration: Guid;
  /** Path of the key in the definition, or the setting whose value this host does not take. */
  readonly path: string;
  readonly value: string;
}

/** Rarely set facts of a system (core/requests.ts, AuxiliaryOperations). */
export interface SystemExtras {
  /** Background merges wait (Msvm_DiskMergeSettingData.EnabledState 0). */
  readonly mergesHeldBack?: true;
  /** Bytes for the guest's first start, base64. */
  readonly initialConfiguration?: string;
  /** The guest gets the device models that Windows has drivers for (K27: imported machines); missing: virtio. */
  readonly deviceModels?: 'inbox';
  /** Its guest came from Hyper-V, whose clock keeps local time, and has virtio devices now (K27). */
  readonly localTimeClock?: true;
  /** What checkpoints need of the source that the machine was imported from is copied too, so that all of it may go. */
  readonly detachesSource?: true;
  /**
   * What its guest takes for the sign that it was set back or copied (K30): changes when a checkpoint is applied; missing: the id of
   * the system, which every copy has anew.
   */
  readonly generationId?: Guid;
  /** Its process died so often that it is not restarted any more (lifecycle §3); until the next start. */
  readonly diedRepeatedly?: true;
  /** Names of accounts that were granted its console (Msvm_TerminalService). */
  readonly consoleAccess?: readonly string[];
  /** Bytes that a client gave to unlock its TPM with (Msvm_SecurityService), base64, and those before. Kept, and never looked at. */
  readonly keyProtector?: string;
  readonly formerKeyProtector?: string;
}

/** Identity of a process that outlives the service: pid alone may be reused (spec qemu §7). */
export interface MachineProcess {
  readonly pid: number;
  /** Start time in clock ticks after boot (/proc/PID/stat field 22); 0 for the simulated hypervisor. */
  readonly startTicks: number;
}

/** An Ethernet switch: the NAT switch, a bridge that the host has, or one that a client defined. */
export interface EthernetSwitch {
  readonly id: Guid;
  readonly name: string;
  readonly kind: 'nat' | 'bridge' | 'private' | 'internal' | 'external';
  /** Linux bridge; null for the user-mode NAT switch. */
  readonly bridge: string | null;
  readonly notes: string;
  /** The network of a NAT switch that has one on the host; missing: it works inside of each machine. */
  readonly nat?: NatNetwork;
  /** What a client defined and the service made on the host; missing: the switch is not ours to change or remove. */
  readonly own?: OwnSwitch;
}

export interface NatNetwork {
  /** The host's address, the first of the network. */
  readonly gateway: string;
  readonly prefix: number;
}

export interface OwnSwitch {
  readonly createdAt: Instant;
  /** Properties of Msvm_VirtualEthernetSwitchSettingData besides name and notes, sparse. */
  readonly values: SettingValues;
  /** At most one of each kind. */
  readonly ports: readonly HostPort[];
  /** Features of the switch as a whole, by kind of core/networks/switch-features.ts. */
  readonly features: readonly PortFeature[];
}

/** A port of a switch that leads to the host: to one of its network adapters, or to the management OS. */
export interface HostPort {
  /** Last GUID of its Msvm_EthernetPortAllocationSettingData. */
  readonly id: Guid;
  readonly kind: 'external' | 'internal';
  readonly name: string;
  /** External: the network adapter, by its device name. */
  readonly adapter: string | null;
  /** Internal: MAC address of the host's end, 12 hex digits. */
  readonly mac: string | null;
  /** Internal: identifier of the host's end, where v1 made it before its place on the switch; missing: that of the port. */
  readonly end?: Guid;
  readonly features: readonly PortFeature[];
}

/** A feature setting of a host port or of a switch. */
export interface PortFeature {
  readonly id: Guid;
  readonly kind: DeviceKind;
  readonly values: SettingValues;
}

/** Msvm_VirtualSystemManagementServiceSettingData, sparse. */
export interface ServiceSettings {
  readonly values: SettingValues;
  /** What clients made of those of Msvm_TerminalService. Nothing of this service listens there: they are told to clients. */
  readonly terminal?: SettingValues;
}

/** What the host offers; measured once at start. */
export interface HostFacts {
  /** NetBIOS style: upper case, at most 15 characters. */
  readonly name: string;
  readonly logicalProcessors: number;
  readonly memoryMb: number;
  readonly processorName: string;
  /** Clock of one processor; missing: the host does not tell. */
  readonly processorMhz?: number;
  /** As the processor names its maker: GenuineIntel; missing when unknown. */
  readonly processorVendor?: string;
  readonly bootId: string;
}

/** A named group of machines, or of other groups (Hyper-V: Msvm_VirtualSystemCollection, Msvm_ManagementCollection). Immutable. */
export interface Collection {
  readonly id: Guid;
  readonly name: string;
  readonly type: 'systems' | 'collections';
  /** Ids of machines or of collections, in the order in which they came. One that is gone is no member any more. */
  readonly members: readonly Guid[];
  readonly lastApplied: AppliedSnapshot | null;
}

/** How consistent the parts of a checkpoint are, each in itself; their moments lie close together, and are not one. */
export type Consistency = 'application' | 'crash';

export interface AppliedSnapshot {
  readonly at: Instant;
  readonly systems: readonly Guid[];
  readonly consistency: Consistency;
}

/** Checkpoints of the machines of a collection, taken by one request. One that is gone is no part any more. Immutable. */
export interface CollectionSnapshot {
  readonly id: Guid;
  readonly collection: Guid;
  readonly name: string;
  readonly createdAt: Instant;
  readonly consistency: Consistency;
  readonly parts: readonly SnapshotPart[];
}

export interface SnapshotPart {
  readonly system: Guid;
  readonly snapshot: Guid;
}

/** Reference points of the machines of a collection, made by one request. One that is gone is no part any more. Immutable. */
export interface CollectionPoint {
  readonly id: Guid;
  readonly collection: Guid;
  readonly createdAt: Instant;
  readonly parts: readonly PointPart[];
}

export interface PointPart {
  readonly system: Guid;
  readonly point: Guid;
}
