/** Shapes of docs/rest.md, as far as the console reads them. */

export type Role = 'administrator' | 'operator' | 'viewer';

export interface Session {
  readonly user: string;
  readonly role: Role;
  readonly authentication: 'session' | 'token' | 'other';
  readonly csrfToken: string | null;
  readonly expiresAt: string | null;
}

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
  | 'pausedCritical';

export interface Machine {
  readonly id: string;
  readonly name: string;
  readonly state: MachineState;
  readonly health: 'ok' | 'major' | 'critical';
  readonly status: readonly string[];
  readonly operation: string | null;
  readonly generation: 1 | 2;
  readonly version: string;
  readonly notes: string;
  readonly processors: number;
  readonly memoryMb: number;
  readonly cpuPercent: number | null;
  readonly memoryUsageMb: number | null;
  readonly uptimeSeconds: number;
  readonly heartbeat: 'ok' | 'noContact' | 'lost' | 'error' | 'paused' | null;
  readonly guestOperatingSystem: string | null;
  readonly switches: readonly string[];
  readonly checkpointCount: number;
  readonly createdAt: string;
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

export interface Disk {
  readonly id: string;
  readonly kind: 'disk' | 'dvd' | 'floppy';
  readonly controllerId: string | null;
  readonly controller: string;
  readonly controllerNumber: number;
  readonly location: number;
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
  readonly controllers: readonly { readonly id: string; readonly kind: 'ide' | 'scsi'; readonly number: number }[];
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
  readonly createdAt: string;
  readonly parentId: string | null;
  readonly type: string;
  readonly automatic: boolean;
  readonly hasMemory: boolean;
}

export interface Checkpoints extends List<Checkpoint> {
  readonly currentParentId: string | null;
}

export interface JobFailure {
  readonly returnValue: number | null;
  readonly message: string;
  /** Not in lists. */
  readonly errors?: readonly {
    readonly messageId: string;
    readonly message: string;
    readonly actions: readonly string[];
  }[];
}

export interface Job {
  readonly id: string;
  readonly type: number;
  readonly description: string;
  readonly state:
    | 'starting'
    | 'running'
    | 'shuttingDown'
    | 'completed'
    | 'completedWithWarnings'
    | 'terminated'
    | 'killed'
    | 'failed';
  readonly percent: number;
  readonly cancellable: boolean;
  readonly owner: string;
  readonly submittedAt: string;
  readonly startedAt: string | null;
  readonly elapsedSeconds: number;
  readonly error: JobFailure | null;
  /** Not in lists. */
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
  readonly createdAt: string;
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
  readonly format: string;
  readonly type: 'fixed' | 'dynamic' | 'differencing';
  readonly sizeBytes: number;
  readonly fileBytes: number;
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

export interface User {
  readonly name: string;
  readonly role: Role;
  readonly ntlm: boolean;
  readonly createdAt: string;
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
  readonly kind: string;
  readonly who: string | null;
  readonly from: string | null;
  readonly protocol: string | null;
  readonly what: string;
  readonly objects: readonly string[] | string | null;
  readonly result: string | number | null;
  readonly requestId: string | null;
}

export interface List<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
