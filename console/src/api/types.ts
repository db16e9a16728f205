/** Shapes of docs/rest.md, as far as the console reads them. */

export type Role = 'administrator' | 'operator' | 'viewer';

export interface Session {
  readonly user: string;
  readonly role: Role;
  readonly authentication: 'session' | 'token' | 'other';
  readonly csrfToken: string | null;
  readonly expiresAt: string | null;
}

/** A number of Hyper-V that has no word. */
type Code = `code${number}`;

export type MachineState =
  | 'unknown'
  | 'running'
  | 'off'
  | 'stopping'
  | 'saved'
  | 'paused'
  | 'starting'
  | 'resetting'
  | 'saving'
  | 'pausing'
  | 'resuming'
  | 'pausedCritical'
  | Code;

export interface Machine {
  readonly id: string;
  readonly name: string;
  readonly state: MachineState;
  readonly health: 'ok' | 'major' | 'critical' | Code | null;
  readonly status: readonly string[];
  readonly operation: string | null;
  readonly generation: 1 | 2;
  readonly version: string;
  readonly notes: string;
  readonly processors: number;
  readonly memoryMb: number | null;
  readonly cpuPercent: number | null;
  readonly memoryUsageMb: number | null;
  readonly uptimeSeconds: number;
  readonly heartbeat: 'ok' | 'noContact' | 'lost' | 'error' | 'paused' | Code | null;
  readonly guestOperatingSystem: string | null;
  readonly switches: readonly string[];
  readonly checkpointCount: number;
  readonly createdAt: string | null;
  readonly processId: number | null;
  readonly jobs: readonly string[];
}

/** What changes by itself while a machine runs. */
export interface Figures {
  readonly id: string;
  readonly cpuPercent: number | null;
  readonly memoryUsageMb: number | null;
  readonly uptimeSeconds: number;
  readonly heartbeat: Machine['heartbeat'];
  /** Since the machine was started; null: nobody can tell. */
  readonly diskReadBytes: number | null;
  readonly diskWrittenBytes: number | null;
  readonly networkReceivedBytes: number | null;
  readonly networkSentBytes: number | null;
}

/** Null: it did not run, or nobody can tell. */
export interface PastSample {
  readonly at: string;
  readonly cpuPercent: number | null;
  readonly memoryUsageMb: number | null;
  readonly diskReadBytesPerSecond: number | null;
  readonly diskWrittenBytesPerSecond: number | null;
  readonly networkReceivedBytesPerSecond: number | null;
  readonly networkSentBytesPerSecond: number | null;
}

export interface FigureHistory {
  /** When the service began to look. */
  readonly since: string;
  readonly everySeconds: number;
  /** Oldest first, an hour at most. */
  readonly samples: readonly PastSample[];
}

export type MachineAction = 'start' | 'resume' | 'shutdown' | 'stop' | 'save' | 'pause' | 'reset' | 'restart';

export interface Settings {
  readonly name: string;
  readonly notes: string;
  readonly generation: 1 | 2;
  readonly version: string;
  readonly processors: {
    readonly count: number;
    readonly reservePercent: number;
    readonly limitPercent: number;
    readonly weight: number;
    readonly nestedVirtualization: boolean;
  };
  readonly memory: {
    readonly startupMb: number;
    readonly dynamic: boolean;
    readonly minimumMb: number;
    readonly maximumMb: number;
    readonly bufferPercent: number;
    readonly weight: number;
  };
  readonly firmware: {
    readonly secureBoot: boolean | null;
    readonly secureBootTemplate: string | null;
    readonly bootOrder: readonly string[];
    readonly numLock: boolean;
  };
  /** Null: machines of generation 1 have none. */
  readonly security: { readonly tpm: boolean | null };
  readonly automatic: {
    readonly startAction: string;
    readonly startDelaySeconds: number;
    readonly stopAction: string;
    readonly recoveryAction: string;
  };
  readonly checkpoints: { readonly type: string; readonly automatic: boolean };
  readonly folders: { readonly configuration: string; readonly checkpoints: string; readonly swap: string };
}

/** A path as it was written, and what it is on the host. */
export interface NamedPath {
  readonly kind: string;
  /** Of a disk: its image. */
  readonly sourceId: string | null;
  readonly path: string;
  readonly hostPath: string | null;
  readonly problem: string | null;
}

export interface Controller {
  readonly id: string;
  readonly kind: 'ide' | 'scsi' | 'floppy';
  readonly number: number;
}

export interface Disk {
  readonly id: string;
  readonly kind: 'disk' | 'dvd' | 'floppy';
  readonly controllerId: string | null;
  readonly controller: 'ide' | 'scsi' | 'floppy' | null;
  readonly controllerNumber: number | null;
  readonly location: number | null;
  readonly path: string | null;
  readonly imageId: string | null;
}

export interface Nic {
  readonly id: string;
  readonly kind: 'synthetic' | 'emulated';
  readonly name: string;
  readonly mac: string;
  readonly macDynamic: boolean;
  readonly switchId: string | null;
  readonly switchName: string | null;
  readonly connected: boolean;
  readonly vlanId: number | null;
  readonly connectionId: string | null;
}

export interface SerialPort {
  readonly id: string;
  readonly name: string;
  readonly number: number;
  readonly pipe: string | null;
}

export interface Devices {
  readonly controllers: readonly Controller[];
  readonly disks: readonly Disk[];
  readonly nics: readonly Nic[];
  readonly serialPorts: readonly SerialPort[];
  readonly integrationServices: readonly { readonly id: string; readonly name: string; readonly enabled: boolean }[];
  readonly others: readonly { readonly id: string; readonly className: string; readonly name: string }[];
}

export interface BootSource {
  readonly id: string;
  readonly description: string;
  readonly path: string | null;
}

export interface Checkpoint {
  readonly id: string;
  readonly vmId: string;
  readonly name: string;
  readonly notes: string;
  readonly createdAt: string | null;
  readonly parentId: string | null;
  readonly type: string;
  readonly automatic: boolean;
  readonly hasMemory: boolean;
}

export interface Checkpoints extends List<Checkpoint> {
  readonly currentParentId: string | null;
}

export interface JobFailure {
  readonly returnValue: number;
  readonly message: string;
  readonly errors: readonly {
    readonly messageId: string;
    readonly message: string;
    readonly actions: readonly string[];
  }[];
}

export interface Job {
  readonly id: string;
  readonly type: number | null;
  readonly description: string;
  readonly state:
    | 'new'
    | 'starting'
    | 'running'
    | 'suspended'
    | 'shuttingDown'
    | 'completed'
    | 'completedWithWarnings'
    | 'terminated'
    | 'killed'
    | 'failed'
    | 'service'
    | Code;
  readonly percent: number;
  /** Null: what its description says, or it is over. */
  readonly activity: {
    readonly text: string;
    readonly file: { readonly name: string; readonly doneBytes: number; readonly totalBytes: number } | null;
  } | null;
  readonly cancellable: boolean;
  readonly owner: string;
  readonly submittedAt: string | null;
  readonly startedAt: string | null;
  readonly elapsedSeconds: number | null;
  readonly error: JobFailure | null;
  /** Not of a job that a request has begun. */
  readonly affected?: readonly { readonly kind: string; readonly id: string }[];
}

export interface Plan {
  readonly id: string;
  readonly name: string;
  readonly generation: 1 | 2;
  readonly version: string;
  readonly saved: boolean;
  readonly processors: number;
  readonly memoryMb: number;
  readonly notes: string;
  readonly missingCheckpoints: readonly { readonly id: string; readonly name: string }[];
}

/** A moment of the disks of a machine that backups measure changes from. */
export interface ReferencePoint {
  readonly id: string;
  readonly createdAt: string | null;
  readonly consistency: 'application' | 'crash';
  readonly disks: readonly { readonly diskId: string }[];
}

export interface Finding {
  readonly messageId: string;
  readonly blocking: boolean;
  readonly message: string;
  readonly arguments: readonly string[];
  readonly actions: readonly string[];
  /** Plan or checkpoint that it is about; the device of it. */
  readonly configurationId: string | null;
  readonly sourceId: string | null;
}

export interface FileItem {
  readonly name: string;
  readonly path: string;
  readonly kind: 'folder' | 'file';
  readonly type: 'disk' | 'iso' | 'definition' | 'other' | null;
  readonly sizeBytes: number | null;
  readonly modifiedAt: string | null;
}

/** Without a path: the allowed roots. */
export interface Folder extends List<FileItem> {
  readonly path: string | null;
  readonly parent: string | null;
  readonly freeBytes: number | null;
}

export interface Image {
  readonly path: string;
  readonly format: 'vhd' | 'vhdx' | 'qcow2' | 'other';
  readonly type: 'fixed' | 'dynamic' | 'differencing' | null;
  readonly sizeBytes: number | null;
  readonly fileBytes: number | null;
  readonly parentPath: string | null;
  readonly blockBytes: number | null;
  readonly inUse: boolean;
}

export interface Switch {
  readonly id: string;
  readonly name: string;
  readonly notes: string;
  readonly kind: string;
  readonly nicCount: number;
}

export interface Host {
  readonly name: string;
  readonly version: string;
  readonly hypervisor: string;
  readonly hypervisorVersion: string;
  readonly accelerator: string;
  readonly acceleratorReason: string;
  readonly processors: number;
  readonly processorName: string;
  readonly memoryMb: number;
  readonly memoryFreeMb: number | null;
  readonly cpuPercent: number | null;
  /** When the host booted. */
  readonly startedAt: string | null;
  readonly serviceStartedAt: string;
  readonly vms: { readonly total: number; readonly running: number };
  readonly folders: { readonly vms: string; readonly disks: string };
}

/** Where what is new goes when nobody says where. */
export interface HostSettings {
  readonly folders: { readonly vms: string; readonly disks: string };
}

export interface User {
  readonly name: string;
  readonly role: Role;
  readonly ntlm: boolean;
  readonly createdAt: string;
}

/** Of a browser that is signed in. */
export interface OpenSession {
  readonly id: string;
  readonly user: string;
  readonly address: string;
  readonly lastUsedAt: string;
  readonly expiresAt: string;
  /** That of whoever asks. */
  readonly current: boolean;
}

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly user: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** A file that comes in parts. */
export interface Upload {
  readonly id: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly receivedBytes: number;
  readonly owner: string;
  readonly startedAt: string;
  readonly expiresAt: string;
}

export interface AuditRecord {
  readonly sequence: number;
  readonly time: string;
  readonly kind: 'login' | 'denied' | 'change';
  readonly who: string;
  readonly from: string;
  readonly protocol: string;
  readonly what: string;
  readonly objects: readonly string[];
  readonly names: Readonly<Record<string, string>>;
  readonly result: string;
  readonly requestId: string | null;
}

export interface List<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
