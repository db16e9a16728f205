// Types of REST, printed by script/rest-types.ts from the table of routes. Not for editing.

/** A body that is no JSON: bytes as they come. */
export interface Bytes {
  readonly bytes: true;
}

export type Session = {
  readonly user: string;
  readonly role: 'administrator' | 'operator' | 'viewer';
  readonly authentication: 'session' | 'token' | 'other';
  readonly csrfToken: string | null;
  readonly expiresAt: string | null;
};

export type Vm = {
  readonly id: string;
  readonly name: string;
  readonly state: 'unknown' | 'running' | 'off' | 'stopping' | 'saved' | 'paused' | 'starting' | 'resetting' | 'saving' | 'pausing' | 'resuming' | 'pausedCritical' | `code${number}`;
  readonly health: 'ok' | 'major' | 'critical' | `code${number}` | null;
  readonly status: readonly string[];
  /** what is under way */
  readonly operation: string | null;
  readonly generation: 1 | 2;
  readonly version: string;
  readonly notes: string;
  readonly processors: number;
  readonly memoryMb: number | null;
  readonly cpuPercent: number;
  readonly memoryUsageMb: number;
  readonly uptimeSeconds: number;
  readonly heartbeat: 'ok' | 'error' | 'noContact' | 'lost' | 'paused' | `code${number}` | null;
  readonly guestOperatingSystem: string | null;
  readonly switches: readonly string[];
  readonly checkpointCount: number;
  readonly createdAt: string | null;
  readonly processId: number | null;
  /** ids of jobs that run */
  readonly jobs: readonly string[];
};

export type ConsoleTicket = {
  readonly ticket: string;
  readonly path: string;
  readonly expiresAt: string;
};

export type JobDetails = {
  readonly id: string;
  /** JobType of Hyper-V */
  readonly type: number | null;
  readonly description: string;
  readonly state: 'new' | 'starting' | 'running' | 'suspended' | 'shuttingDown' | 'completed' | 'terminated' | 'killed' | 'failed' | 'service' | 'completedWithWarnings' | `code${number}`;
  readonly percent: number;
  /** what it does at the moment; null: what its description says, or it is over */
  readonly activity: {
    /** the same for all jobs of a kind */
    readonly text: string;
    /** the file that is worked on */
    readonly file: {
      readonly name: string;
      readonly doneBytes: number;
      readonly totalBytes: number;
    } | null;
  } | null;
  readonly cancellable: boolean;
  readonly owner: string;
  readonly submittedAt: string | null;
  readonly startedAt: string | null;
  readonly elapsedSeconds: number | null;
  readonly error: {
    readonly returnValue: number;
    readonly message: string;
    /** each cause, and what helps */
    readonly errors: ReadonlyArray<{
      readonly messageId: string;
      readonly message: string;
      readonly actions: readonly string[];
    }>;
  } | null;
  readonly affected: ReadonlyArray<{
    readonly kind: 'vm' | 'plan' | 'checkpoint' | 'switch' | 'other';
    readonly id: string;
  }>;
};

export type Checkpoint = {
  readonly id: string;
  readonly vmId: string;
  readonly name: string;
  readonly notes: string;
  readonly createdAt: string | null;
  readonly parentId: string | null;
  readonly type: 'standard' | 'recovery' | 'planned' | 'missing';
  readonly automatic: boolean;
  readonly hasMemory: boolean;
};

export type ReferencePoint = {
  readonly id: string;
  readonly vmId: string;
  readonly createdAt: string | null;
  readonly consistency: 'application' | 'crash';
  readonly disks: ReadonlyArray<{
    readonly diskId: string;
    /** `since` of GET /images/changes */
    readonly changesSince: string;
  }>;
};

export type Settings = {
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
    readonly numLock: boolean;
    readonly bootOrder: readonly string[];
  };
  readonly security: {
    readonly tpm: boolean | null;
  };
  readonly automatic: {
    readonly startAction: 'none' | 'restartIfRunning' | 'alwaysStart';
    readonly startDelaySeconds: number;
    readonly stopAction: 'turnOff' | 'save' | 'shutdown';
    readonly recoveryAction: 'none' | 'restart' | 'revert';
  };
  readonly checkpoints: {
    readonly type: 'disabled' | 'productionFallback' | 'productionOnly' | 'standard';
    readonly automatic: boolean;
  };
  readonly folders: {
    readonly configuration: string;
    readonly checkpoints: string;
    readonly swap: string;
  };
};

export type NamedPath = {
  readonly kind: 'configuration' | 'checkpoints' | 'swap' | 'savedState' | 'guestState' | 'disk' | 'serialPort' | 'other';
  /** image of a drive (`imageId`) or serial port; null: the settings */
  readonly sourceId: string | null;
  /** as it was written */
  readonly path: string;
  /** the file or folder of the host that it means; null: none */
  readonly hostPath: string | null;
  /** why there is none, or that it is not there */
  readonly problem: string | null;
};

export type Devices = {
  readonly controllers: readonly Controller[];
  readonly disks: readonly Disk[];
  readonly nics: readonly Nic[];
  readonly serialPorts: readonly SerialPort[];
  readonly integrationServices: readonly IntegrationService[];
  readonly others: ReadonlyArray<{
    readonly id: string;
    readonly className: string;
    readonly name: string;
  }>;
};

export type Controller = {
  readonly id: string;
  readonly kind: 'ide' | 'scsi' | 'floppy';
  readonly number: number;
};

export type Disk = {
  readonly id: string;
  readonly kind: 'disk' | 'dvd' | 'floppy';
  readonly controllerId: string | null;
  readonly controller: 'ide' | 'scsi' | 'floppy' | null;
  readonly controllerNumber: number | null;
  readonly location: number | null;
  readonly path: string | null;
  readonly imageId: string | null;
};

export type Nic = {
  readonly id: string;
  readonly kind: 'synthetic' | 'emulated';
  readonly name: string;
  readonly mac: string;
  readonly macDynamic: boolean;
  readonly switchId: string | null;
  readonly switchName: string | null;
  readonly connected: boolean;
  /** Access VLAN */
  readonly vlanId: number | null;
  /** What it may send at most */
  readonly limitBitsPerSecond: number | null;
  readonly macSpoofing: boolean;
  readonly dhcpGuard: boolean;
  readonly routerGuard: boolean;
  readonly connectionId: string | null;
};

export type SerialPort = {
  readonly id: string;
  readonly name: string;
  readonly number: number;
  readonly pipe: string | null;
};

export type IntegrationService = {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
};

export type FigureHistory = {
  /** when the service began to look; older samples than that are gone with its last run */
  readonly since: string;
  readonly everySeconds: number;
  /** oldest first, an hour at most; null: it did not run, or nobody can tell */
  readonly samples: ReadonlyArray<{
    readonly at: string;
    readonly cpuPercent: number | null;
    readonly memoryUsageMb: number | null;
    readonly diskReadBytesPerSecond: number | null;
    readonly diskWrittenBytesPerSecond: number | null;
    readonly networkReceivedBytesPerSecond: number | null;
    readonly networkSentBytesPerSecond: number | null;
  }>;
};

export type Plan = {
  readonly id: string;
  readonly name: string;
  readonly generation: 1 | 2;
  readonly version: string;
  readonly saved: boolean;
  readonly processors: number;
  readonly memoryMb: number;
  readonly notes: string;
  readonly checkpointCount: number;
  readonly missingCheckpoints: ReadonlyArray<{
    readonly id: string;
    readonly name: string;
  }>;
};

export type Finding = {
  readonly messageId: string;
  readonly blocking: boolean;
  readonly message: string;
  readonly arguments: readonly string[];
  readonly actions: readonly string[];
  /** plan or checkpoint that it is about */
  readonly configurationId: string | null;
  /** device that it is about */
  readonly sourceId: string | null;
};

export type Upload = {
  readonly id: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** offset of the next part */
  readonly receivedBytes: number;
  readonly owner: string;
  readonly startedAt: string;
  /** when nothing comes until then, what has come is removed */
  readonly expiresAt: string;
};

export type Image = {
  readonly path: string;
  readonly format: 'vhd' | 'vhdx' | 'qcow2' | 'other';
  readonly type: 'fixed' | 'dynamic' | 'differencing' | null;
  readonly sizeBytes: number | null;
  readonly fileBytes: number | null;
  readonly blockBytes: number | null;
  readonly parentPath: string | null;
  readonly diskId: string | null;
  readonly inUse: boolean;
};

export type ImageChanges = {
  readonly path: string;
  readonly offset: number;
  /** from offset on; ask again behind it while it is less than length */
  readonly processedBytes: number;
  readonly ranges: ReadonlyArray<{
    readonly offset: number;
    readonly length: number;
  }>;
};

export type Switch = {
  readonly id: string;
  readonly name: string;
  readonly notes: string;
  readonly kind: 'private' | 'internal' | 'external' | 'nat' | 'found';
  readonly portId: string | null;
  readonly host: boolean;
  readonly nicCount: number;
};

export type Host = {
  readonly name: string;
  readonly version: string;
  readonly hypervisor: string;
  readonly hypervisorVersion: string;
  readonly accelerator: string;
  readonly acceleratorReason: string;
  readonly processors: number;
  readonly processorName: string;
  readonly memoryMb: number;
  readonly memoryFreeMb: number;
  readonly cpuPercent: number;
  /** when the host booted */
  readonly startedAt: string | null;
  readonly serviceStartedAt: string;
  readonly vms: {
    readonly total: number;
    readonly running: number;
  };
  readonly folders: {
    readonly vms: string;
    readonly disks: string;
  };
};

export type HostSettings = {
  readonly folders: {
    readonly vms: string;
    readonly disks: string;
  };
};

export type User = {
  readonly name: string;
  readonly role: 'administrator' | 'operator' | 'viewer';
  readonly ntlm: boolean;
  readonly createdAt: string;
};

export type Token = {
  readonly id: string;
  readonly name: string;
  readonly user: string;
  readonly role: 'administrator' | 'operator' | 'viewer';
  readonly createdAt: string;
  readonly expiresAt: string;
};

export type NewToken = {
  readonly id: string;
  readonly name: string;
  readonly user: string;
  readonly role: 'administrator' | 'operator' | 'viewer';
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly token: string;
};

export type AuditRecord = {
  readonly sequence: number;
  readonly time: string;
  readonly kind: 'login' | 'denied' | 'change';
  readonly who: string;
  readonly from: string;
  readonly protocol: string;
  readonly what: string;
  readonly objects: readonly string[];
  /** what those were called then, by the GUIDs in their paths */
  readonly names: Readonly<Record<string, string>>;
  readonly result: string;
  readonly requestId: string | null;
};

export type CimObject = {
  readonly className: string;
  readonly path: string | null;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Of its path, when asked for types */
  readonly keys?: Readonly<Record<string, unknown>> | null;
  /** CIM type by property, when asked for */
  readonly types?: Readonly<Record<string, string>>;
};

export type Job = {
  readonly id: string;
  /** JobType of Hyper-V */
  readonly type: number | null;
  readonly description: string;
  readonly state: 'new' | 'starting' | 'running' | 'suspended' | 'shuttingDown' | 'completed' | 'terminated' | 'killed' | 'failed' | 'service' | 'completedWithWarnings' | `code${number}`;
  readonly percent: number;
  /** what it does at the moment; null: what its description says, or it is over */
  readonly activity: {
    /** the same for all jobs of a kind */
    readonly text: string;
    /** the file that is worked on */
    readonly file: {
      readonly name: string;
      readonly doneBytes: number;
      readonly totalBytes: number;
    } | null;
  } | null;
  readonly cancellable: boolean;
  readonly owner: string;
  readonly submittedAt: string | null;
  readonly startedAt: string | null;
  readonly elapsedSeconds: number | null;
  readonly error: {
    readonly returnValue: number;
    readonly message: string;
    /** each cause, and what helps */
    readonly errors: ReadonlyArray<{
      readonly messageId: string;
      readonly message: string;
      readonly actions: readonly string[];
    }>;
  } | null;
};

export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: 'invalid-request' | 'invalid-parameter' | 'wrong-type' | 'unauthenticated' | 'access-denied' | 'csrf-token-missing' | 'foreign-origin' | 'not-found' | 'method-not-allowed' | 'invalid-state' | 'in-use' | 'file-in-use' | 'already-exists' | 'precondition-failed' | 'body-too-large' | 'unsupported-media-type' | 'range-not-satisfiable' | 'unknown-host' | 'idempotency-key-reused' | 'too-many-requests' | 'operation-failed' | 'internal' | 'not-supported' | 'not-available' | 'timeout' | 'out-of-memory' | 'out-of-space';
  readonly detail: string;
  /** Hyper-V's number */
  readonly returnValue: number | null;
  /** The method of Hyper-V's API that answered it */
  readonly method: string | null;
  readonly requestId: string;
  readonly job: Job | null;
  readonly errors: ReadonlyArray<{
    readonly path: string;
    readonly message: string;
  }>;
};

/** What each operation takes, and what it answers by its status. */
export interface Operations {
  /** Log in: a cookie and its CSRF token */
  readonly logIn: {
    readonly input: {
      readonly body: {
        readonly user: string;
        readonly password: string;
      };
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: Session;
    };
  };
  /** Who is logged in */
  readonly getSession: {
    readonly input: Readonly<Record<never, never>>;
    readonly answers: {
      readonly 200: Session;
    };
  };
  /** Log out */
  readonly logOut: {
    readonly input: Readonly<Record<never, never>>;
    readonly answers: {
      readonly 204: null;
    };
  };
  /** Sessions: own ones, all for an administrator */
  readonly listSessions: {
    readonly input: Readonly<Record<never, never>>;
    readonly answers: {
      readonly 200: {
        readonly items: ReadonlyArray<{
          readonly id: string;
          readonly user: string;
          readonly address: string;
          readonly openedAt: string;
          readonly lastUsedAt: string;
          readonly expiresAt: string;
          readonly current: boolean;
        }>;
        readonly next: null;
      };
    };
  };
  /** End a session */
  readonly closeSession: {
    readonly input: {
      readonly params: {
        readonly session: string;
      };
    };
    readonly answers: {
      readonly 204: null;
    };
  };
  /** Virtual machines with their state and load */
  readonly listVms: {
    readonly input: {
      readonly query?: {
        /** Default: 100 */
        readonly limit?: number;
        readonly cursor?: string;
        readonly state?: string;
        readonly q?: string;
        /** Default: "name" */
        readonly sort?: 'name' | '-name';
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: {
        readonly items: readonly Vm[];
        readonly next: string | null;
      };
      readonly 304: null;
    };
  };
  /** Define a machine with its devices, all or nothing */
  readonly createVm: {
    readonly input: {
      readonly body: {
        readonly name: string;
        /** Default: 2 */
        readonly generation?: 1 | 2;
        /** Default: "" */
        readonly notes?: string;
        /** Default: 1 */
        readonly processors?: number;
        readonly memory?: {
          readonly startupMb?: number;
          readonly dynamic?: boolean;
          readonly minimumMb?: number | null;
          readonly maximumMb?: number | null;
        };
        readonly secureBoot?: boolean;
        /** Default: [] */
        readonly disks?: ReadonlyArray<{
          /** Default: "disk" */
          readonly kind?: 'disk' | 'dvd';
          /** Default: null */
          readonly path?: string | null;
        }>;
        readonly nics?: ReadonlyArray<{
          /** Default: "synthetic" */
          readonly kind?: 'synthetic' | 'emulated';
          /** Default: "Network Adapter" */
          readonly name?: string;
          readonly switchId?: string | null;
          /** Default: null */
          readonly mac?: string | null;
        }>;
        /** Default: [] */
        readonly serialPorts?: ReadonlyArray<{
          readonly pipe: string;
        }>;
      };
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: Vm;
      readonly 204: null;
    };
  };
  /** One virtual machine */
  readonly getVm: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Vm;
      readonly 304: null;
    };
  };
  /** Delete the machine; its disks are kept */
  readonly deleteVm: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
    };
    readonly answers: {
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Ask the guest to shut down, and wait for it; on request turn it off when it has not */
  readonly shutdownVm: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly body?: {
        /** Default: null */
        readonly turnOffAfterSeconds?: number | null;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Vm;
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Start, or go on from a saved state */
  readonly startVm: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Vm;
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Go on after pause */
  readonly resumeVm: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Vm;
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Turn off at once */
  readonly stopVm: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Vm;
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Write the memory to disk and end */
  readonly saveVm: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Vm;
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Stop the processors */
  readonly pauseVm: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Vm;
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Reset at once */
  readonly resetVm: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Vm;
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Ask the guest to reboot */
  readonly restartVm: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Vm;
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** A ticket for one WebSocket to the screen (RFB) or a serial port, good once and for 30 s */
  readonly createConsoleTicket: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly body: {
        readonly kind: 'screen';
      } | {
        readonly kind: 'serial';
        readonly port: string;
      };
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: ConsoleTicket;
    };
  };
  /** Jobs, the newest first */
  readonly listJobs: {
    readonly input: {
      readonly query?: {
        /** Default: 100 */
        readonly limit?: number;
        readonly cursor?: string;
        readonly state?: 'running' | 'ended';
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: {
        readonly items: readonly JobDetails[];
        readonly next: string | null;
      };
      readonly 304: null;
    };
  };
  /** One job; `wait` seconds for its end */
  readonly getJob: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly query?: {
        /** Default: 0 */
        readonly wait?: number;
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: JobDetails;
      readonly 304: null;
    };
  };
  /** End the job; what it did is undone */
  readonly cancelJob: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: JobDetails;
    };
  };
  /** Checkpoints, the oldest first, and the one that the machine descends from */
  readonly listVmCheckpoints: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: {
        readonly items: readonly Checkpoint[];
        readonly next: null;
        readonly currentParentId: string | null;
      };
      readonly 304: null;
    };
  };
  /** Take a checkpoint, with memory when the machine runs */
  readonly createCheckpoint: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly body?: {
        readonly name?: string;
        readonly notes?: string;
        /** recovery: for a backup, which reads its disks and deletes or converts it; Default: "standard" */
        readonly type?: 'standard' | 'disksOnly' | 'recovery';
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: Checkpoint;
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Checkpoints, the oldest first, and the one that the machine descends from */
  readonly listPlanCheckpoints: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: {
        readonly items: readonly Checkpoint[];
        readonly next: null;
        readonly currentParentId: string | null;
      };
      readonly 304: null;
    };
  };
  /** One checkpoint */
  readonly getCheckpoint: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Checkpoint;
      readonly 304: null;
    };
  };
  /** Another name or other notes */
  readonly changeCheckpoint: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly body?: {
        readonly name?: string;
        readonly notes?: string;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Checkpoint;
      readonly 204: null;
    };
  };
  /** Delete it; `tree` with all that descend from it */
  readonly deleteCheckpoint: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly query?: {
        readonly tree?: 'true' | 'false';
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
    };
    readonly answers: {
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Take the machine back to it */
  readonly applyCheckpoint: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Vm;
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Machines that go on from it, with identities of their own (docs/forks.md) */
  readonly forkCheckpoint: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly body?: {
        /** Default: 1 */
        readonly count?: number;
        readonly name?: string;
        /** Default: true */
        readonly start?: boolean;
        /** Default: false */
        readonly disconnected?: boolean;
        /** Default: false */
        readonly overcommit?: boolean;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: {
        readonly items: readonly Vm[];
      };
      readonly 202: Job;
    };
  };
  /** Reference points of a machine, the oldest first */
  readonly listReferencePoints: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: {
        readonly items: readonly ReferencePoint[];
        readonly next: null;
      };
      readonly 304: null;
    };
  };
  /** Take one of the disks as they are now */
  readonly createReferencePoint: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly body?: {
        /** Default: "crash" */
        readonly consistency?: 'application' | 'crash';
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: ReferencePoint;
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** One reference point */
  readonly getReferencePoint: {
    readonly input: {
      readonly params: {
        readonly id: string;
        readonly point: string;
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: ReferencePoint;
      readonly 304: null;
    };
  };
  /** Give it up; its disks are merged */
  readonly deleteReferencePoint: {
    readonly input: {
      readonly params: {
        readonly id: string;
        readonly point: string;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
    };
    readonly answers: {
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Turn a recovery checkpoint that was backed up into a reference point of its id */
  readonly convertCheckpoint: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: ReferencePoint;
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** All settings */
  readonly getVmSettings: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Settings;
      readonly 304: null;
    };
  };
  /** Change what is given */
  readonly changeVmSettings: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly body?: {
        readonly name?: string;
        readonly notes?: string;
        readonly processors?: {
          readonly count?: number;
          readonly reservePercent?: number;
          readonly limitPercent?: number;
          readonly weight?: number;
          readonly nestedVirtualization?: boolean;
        };
        readonly memory?: {
          readonly startupMb?: number;
          readonly dynamic?: boolean;
          readonly minimumMb?: number;
          readonly maximumMb?: number;
          readonly bufferPercent?: number;
          readonly weight?: number;
        };
        readonly firmware?: {
          readonly secureBoot?: boolean;
          readonly secureBootTemplate?: string;
          readonly numLock?: boolean;
          readonly bootOrder?: readonly string[];
        };
        readonly security?: {
          readonly tpm?: boolean;
        };
        readonly automatic?: {
          readonly startAction?: 'none' | 'restartIfRunning' | 'alwaysStart';
          readonly startDelaySeconds?: number;
          readonly stopAction?: 'turnOff' | 'save' | 'shutdown';
          readonly recoveryAction?: 'none' | 'restart' | 'revert';
        };
        readonly checkpoints?: {
          readonly type?: 'disabled' | 'productionFallback' | 'productionOnly' | 'standard';
          readonly automatic?: boolean;
        };
        readonly folders?: {
          readonly configuration?: string;
          readonly checkpoints?: string;
          readonly swap?: string;
        };
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Settings;
      readonly 204: null;
    };
  };
  /** All settings */
  readonly getPlanSettings: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Settings;
      readonly 304: null;
    };
  };
  /** Change what is given */
  readonly changePlanSettings: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly body?: {
        readonly name?: string;
        readonly notes?: string;
        readonly processors?: {
          readonly count?: number;
          readonly reservePercent?: number;
          readonly limitPercent?: number;
          readonly weight?: number;
          readonly nestedVirtualization?: boolean;
        };
        readonly memory?: {
          readonly startupMb?: number;
          readonly dynamic?: boolean;
          readonly minimumMb?: number;
          readonly maximumMb?: number;
          readonly bufferPercent?: number;
          readonly weight?: number;
        };
        readonly firmware?: {
          readonly secureBoot?: boolean;
          readonly secureBootTemplate?: string;
          readonly numLock?: boolean;
          readonly bootOrder?: readonly string[];
        };
        readonly security?: {
          readonly tpm?: boolean;
        };
        readonly automatic?: {
          readonly startAction?: 'none' | 'restartIfRunning' | 'alwaysStart';
          readonly startDelaySeconds?: number;
          readonly stopAction?: 'turnOff' | 'save' | 'shutdown';
          readonly recoveryAction?: 'none' | 'restart' | 'revert';
        };
        readonly checkpoints?: {
          readonly type?: 'disabled' | 'productionFallback' | 'productionOnly' | 'standard';
          readonly automatic?: boolean;
        };
        readonly folders?: {
          readonly configuration?: string;
          readonly checkpoints?: string;
          readonly swap?: string;
        };
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Settings;
      readonly 204: null;
    };
  };
  /** All settings */
  readonly getCheckpointSettings: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Settings;
      readonly 304: null;
    };
  };
  /** Change what is given */
  readonly changeCheckpointSettings: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly body?: {
        readonly name?: string;
        readonly notes?: string;
        readonly processors?: {
          readonly count?: number;
          readonly reservePercent?: number;
          readonly limitPercent?: number;
          readonly weight?: number;
          readonly nestedVirtualization?: boolean;
        };
        readonly memory?: {
          readonly startupMb?: number;
          readonly dynamic?: boolean;
          readonly minimumMb?: number;
          readonly maximumMb?: number;
          readonly bufferPercent?: number;
          readonly weight?: number;
        };
        readonly firmware?: {
          readonly secureBoot?: boolean;
          readonly secureBootTemplate?: string;
          readonly numLock?: boolean;
          readonly bootOrder?: readonly string[];
        };
        readonly security?: {
          readonly tpm?: boolean;
        };
        readonly automatic?: {
          readonly startAction?: 'none' | 'restartIfRunning' | 'alwaysStart';
          readonly startDelaySeconds?: number;
          readonly stopAction?: 'turnOff' | 'save' | 'shutdown';
          readonly recoveryAction?: 'none' | 'restart' | 'revert';
        };
        readonly checkpoints?: {
          readonly type?: 'disabled' | 'productionFallback' | 'productionOnly' | 'standard';
          readonly automatic?: boolean;
        };
        readonly folders?: {
          readonly configuration?: string;
          readonly checkpoints?: string;
          readonly swap?: string;
        };
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Settings;
      readonly 204: null;
    };
  };
  /** What a generation 2 machine can boot from */
  readonly listBootSources: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
    };
    readonly answers: {
      readonly 200: {
        readonly items: ReadonlyArray<{
          readonly id: string;
          readonly description: string;
          readonly path: string;
        }>;
      };
    };
  };
  /** Folders and files that it names, as they were written and as they are on this host */
  readonly listVmPaths: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
    };
    readonly answers: {
      readonly 200: {
        readonly items: readonly NamedPath[];
      };
    };
  };
  /** Folders and files that it names, as they were written and as they are on this host */
  readonly listPlanPaths: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
    };
    readonly answers: {
      readonly 200: {
        readonly items: readonly NamedPath[];
      };
    };
  };
  /** Folders and files that it names, as they were written and as they are on this host */
  readonly listCheckpointPaths: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
    };
    readonly answers: {
      readonly 200: {
        readonly items: readonly NamedPath[];
      };
    };
  };
  /** Controllers, drives, network adapters and all other devices */
  readonly listVmDevices: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Devices;
      readonly 304: null;
    };
  };
  /** Controllers, drives, network adapters and all other devices */
  readonly listPlanDevices: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Devices;
      readonly 304: null;
    };
  };
  /** Controllers, drives, network adapters and all other devices */
  readonly listCheckpointDevices: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Devices;
      readonly 304: null;
    };
  };
  /** Add a drive with or without an image */
  readonly addVmDisk: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly body?: {
        /** Default: "disk" */
        readonly kind?: 'disk' | 'dvd';
        /** Default: null */
        readonly path?: string | null;
        /** Default: null */
        readonly controllerId?: string | null;
        /** Default: null */
        readonly location?: number | null;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: Disk;
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Another image, null ejects it; or another place, which gives the drive another id */
  readonly changeVmDisk: {
    readonly input: {
      readonly params: {
        readonly id: string;
        readonly device: string;
      };
      readonly body?: {
        /** the file in it; null ejects it */
        readonly path?: string | null;
        /** moves the drive there, and to its first free location */
        readonly controllerId?: string;
        /** moves the drive there */
        readonly location?: number;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Disk;
      readonly 204: null;
    };
  };
  /** Remove the drive; the file of its image is kept */
  readonly removeVmDisk: {
    readonly input: {
      readonly params: {
        readonly id: string;
        readonly device: string;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
    };
    readonly answers: {
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Add a SCSI controller */
  readonly addVmController: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly body?: {
        /** Default: "scsi" */
        readonly kind?: 'scsi';
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: Controller;
      readonly 204: null;
    };
  };
  /** Remove a SCSI controller without drives */
  readonly removeVmController: {
    readonly input: {
      readonly params: {
        readonly id: string;
        readonly device: string;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
    };
    readonly answers: {
      readonly 204: null;
    };
  };
  /** Add a drive with or without an image */
  readonly addPlanDisk: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly body?: {
        /** Default: "disk" */
        readonly kind?: 'disk' | 'dvd';
        /** Default: null */
        readonly path?: string | null;
        /** Default: null */
        readonly controllerId?: string | null;
        /** Default: null */
        readonly location?: number | null;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: Disk;
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Another image, null ejects it; or another place, which gives the drive another id */
  readonly changePlanDisk: {
    readonly input: {
      readonly params: {
        readonly id: string;
        readonly device: string;
      };
      readonly body?: {
        /** the file in it; null ejects it */
        readonly path?: string | null;
        /** moves the drive there, and to its first free location */
        readonly controllerId?: string;
        /** moves the drive there */
        readonly location?: number;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Disk;
      readonly 204: null;
    };
  };
  /** Remove the drive; the file of its image is kept */
  readonly removePlanDisk: {
    readonly input: {
      readonly params: {
        readonly id: string;
        readonly device: string;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
    };
    readonly answers: {
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Add a SCSI controller */
  readonly addPlanController: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly body?: {
        /** Default: "scsi" */
        readonly kind?: 'scsi';
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: Controller;
      readonly 204: null;
    };
  };
  /** Remove a SCSI controller without drives */
  readonly removePlanController: {
    readonly input: {
      readonly params: {
        readonly id: string;
        readonly device: string;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
    };
    readonly answers: {
      readonly 204: null;
    };
  };
  /** Add a drive with or without an image */
  readonly addCheckpointDisk: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly body?: {
        /** Default: "disk" */
        readonly kind?: 'disk' | 'dvd';
        /** Default: null */
        readonly path?: string | null;
        /** Default: null */
        readonly controllerId?: string | null;
        /** Default: null */
        readonly location?: number | null;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: Disk;
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Another image, null ejects it; or another place, which gives the drive another id */
  readonly changeCheckpointDisk: {
    readonly input: {
      readonly params: {
        readonly id: string;
        readonly device: string;
      };
      readonly body?: {
        /** the file in it; null ejects it */
        readonly path?: string | null;
        /** moves the drive there, and to its first free location */
        readonly controllerId?: string;
        /** moves the drive there */
        readonly location?: number;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Disk;
      readonly 204: null;
    };
  };
  /** Remove the drive; the file of its image is kept */
  readonly removeCheckpointDisk: {
    readonly input: {
      readonly params: {
        readonly id: string;
        readonly device: string;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
    };
    readonly answers: {
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Add a SCSI controller */
  readonly addCheckpointController: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly body?: {
        /** Default: "scsi" */
        readonly kind?: 'scsi';
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: Controller;
      readonly 204: null;
    };
  };
  /** Remove a SCSI controller without drives */
  readonly removeCheckpointController: {
    readonly input: {
      readonly params: {
        readonly id: string;
        readonly device: string;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
    };
    readonly answers: {
      readonly 204: null;
    };
  };
  /** Add a network adapter */
  readonly addVmNic: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly body?: {
        /** Default: "synthetic" */
        readonly kind?: 'synthetic' | 'emulated';
        /** Default: "Network Adapter" */
        readonly name?: string;
        readonly switchId?: string | null;
        /** Default: null */
        readonly mac?: string | null;
        /** Default: null */
        readonly vlanId?: number | null;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: Nic;
      readonly 204: null;
    };
  };
  /** Name, address, switch, VLAN, limit and guards */
  readonly changeVmNic: {
    readonly input: {
      readonly params: {
        readonly id: string;
        readonly device: string;
      };
      readonly body?: {
        readonly name?: string;
        readonly switchId?: string | null;
        readonly mac?: string | null;
        readonly vlanId?: number | null;
        readonly limitBitsPerSecond?: number | null;
        readonly macSpoofing?: boolean;
        readonly dhcpGuard?: boolean;
        readonly routerGuard?: boolean;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Nic;
      readonly 204: null;
    };
  };
  /** Remove the adapter */
  readonly removeVmNic: {
    readonly input: {
      readonly params: {
        readonly id: string;
        readonly device: string;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
    };
    readonly answers: {
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Add a network adapter */
  readonly addPlanNic: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly body?: {
        /** Default: "synthetic" */
        readonly kind?: 'synthetic' | 'emulated';
        /** Default: "Network Adapter" */
        readonly name?: string;
        readonly switchId?: string | null;
        /** Default: null */
        readonly mac?: string | null;
        /** Default: null */
        readonly vlanId?: number | null;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: Nic;
      readonly 204: null;
    };
  };
  /** Name, address, switch, VLAN, limit and guards */
  readonly changePlanNic: {
    readonly input: {
      readonly params: {
        readonly id: string;
        readonly device: string;
      };
      readonly body?: {
        readonly name?: string;
        readonly switchId?: string | null;
        readonly mac?: string | null;
        readonly vlanId?: number | null;
        readonly limitBitsPerSecond?: number | null;
        readonly macSpoofing?: boolean;
        readonly dhcpGuard?: boolean;
        readonly routerGuard?: boolean;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Nic;
      readonly 204: null;
    };
  };
  /** Remove the adapter */
  readonly removePlanNic: {
    readonly input: {
      readonly params: {
        readonly id: string;
        readonly device: string;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
    };
    readonly answers: {
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Add a network adapter */
  readonly addCheckpointNic: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly body?: {
        /** Default: "synthetic" */
        readonly kind?: 'synthetic' | 'emulated';
        /** Default: "Network Adapter" */
        readonly name?: string;
        readonly switchId?: string | null;
        /** Default: null */
        readonly mac?: string | null;
        /** Default: null */
        readonly vlanId?: number | null;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: Nic;
      readonly 204: null;
    };
  };
  /** Name, address, switch, VLAN, limit and guards */
  readonly changeCheckpointNic: {
    readonly input: {
      readonly params: {
        readonly id: string;
        readonly device: string;
      };
      readonly body?: {
        readonly name?: string;
        readonly switchId?: string | null;
        readonly mac?: string | null;
        readonly vlanId?: number | null;
        readonly limitBitsPerSecond?: number | null;
        readonly macSpoofing?: boolean;
        readonly dhcpGuard?: boolean;
        readonly routerGuard?: boolean;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Nic;
      readonly 204: null;
    };
  };
  /** Remove the adapter */
  readonly removeCheckpointNic: {
    readonly input: {
      readonly params: {
        readonly id: string;
        readonly device: string;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
    };
    readonly answers: {
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Connect a serial port to a pipe; null disconnects it */
  readonly changeVmSerialPort: {
    readonly input: {
      readonly params: {
        readonly id: string;
        readonly device: string;
      };
      readonly body: {
        readonly pipe: string | null;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: SerialPort;
      readonly 204: null;
    };
  };
  /** Offer an integration service to the guest or not */
  readonly changeVmIntegrationService: {
    readonly input: {
      readonly params: {
        readonly id: string;
        readonly device: string;
      };
      readonly body: {
        readonly enabled: boolean;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: IntegrationService;
      readonly 204: null;
    };
  };
  /** Write the machine as a folder that Hyper-V and vsms import */
  readonly exportVm: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly body: {
        readonly directory: string;
        readonly checkpoints?: 'all' | 'none' | string;
        /** Default: true */
        readonly disks?: boolean;
        /** Default: true */
        readonly savedState?: boolean;
        /** Default: true */
        readonly subdirectory?: boolean;
        readonly live?: 'disks' | 'memory' | 'application';
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Picture of the screen */
  readonly getThumbnail: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly query?: {
        /** Default: 320 */
        readonly width?: number;
        /** Default: 240 */
        readonly height?: number;
      };
    };
    readonly answers: {
      readonly 200: Bytes;
    };
  };
  /** Load, memory, disks and networks of the last hour */
  readonly getVmHistory: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
    };
    readonly answers: {
      readonly 200: FigureHistory;
    };
  };
  /** Planned machines */
  readonly listPlans: {
    readonly input: {
      readonly query?: {
        /** Default: 100 */
        readonly limit?: number;
        readonly cursor?: string;
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: {
        readonly items: readonly Plan[];
        readonly next: string | null;
      };
      readonly 304: null;
    };
  };
  /** Plan a machine by a definition file (.vmcx, .xml, .exp) */
  readonly importDefinition: {
    readonly input: {
      readonly body: {
        readonly definitionFile: string;
        /** Default: null */
        readonly snapshotFolder?: string | null;
        /** Default: false */
        readonly newIdentifier?: boolean;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: Plan;
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** One plan */
  readonly getPlan: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Plan;
      readonly 304: null;
    };
  };
  /** Forget the plan; files of the import are untouched */
  readonly discardPlan: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
    };
    readonly answers: {
      readonly 204: null;
    };
  };
  /** What stands in the way, and what its owner should know */
  readonly validatePlan: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: {
        readonly ok: boolean;
        readonly findings: readonly Finding[];
      };
      readonly 202: Job;
    };
  };
  /** Make it a machine, which has the id of the plan */
  readonly realizePlan: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 200: Vm;
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Forget a saved state that came with it */
  readonly discardSavedStateOfPlan: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 200: Plan;
      readonly 204: null;
    };
  };
  /** Which machine a definition file defines */
  readonly inspectDefinition: {
    readonly input: {
      readonly query: {
        readonly path: string;
      };
    };
    readonly answers: {
      readonly 200: {
        readonly path: string;
        readonly id: string | null;
        readonly name: string | null;
        readonly createdAt: string | null;
        readonly notes: string;
      };
    };
  };
  /** A folder below the allowed roots; without path the roots */
  readonly listFiles: {
    readonly input: {
      readonly query?: {
        /** Default: 100 */
        readonly limit?: number;
        readonly cursor?: string;
        readonly path?: string;
      };
    };
    readonly answers: {
      readonly 200: {
        readonly path: string | null;
        readonly parent: string | null;
        readonly freeBytes: number | null;
        readonly items: ReadonlyArray<{
          readonly name: string;
          readonly path: string;
          readonly kind: 'folder' | 'file';
          readonly type: 'disk' | 'iso' | 'definition' | 'other' | null;
          readonly sizeBytes: number | null;
          readonly modifiedAt: string | null;
        }>;
        readonly next: string | null;
      };
    };
  };
  /** Make a folder, in one that is there */
  readonly makeFolder: {
    readonly input: {
      readonly body: {
        readonly path: string;
      };
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: {
        readonly path: string;
      };
    };
  };
  /** Upload a new file; it is there when it is whole */
  readonly uploadFile: {
    readonly input: {
      readonly query: {
        readonly path: string;
      };
      readonly body: Bytes;
    };
    readonly answers: {
      readonly 201: {
        readonly path: string;
        readonly sizeBytes: number;
        readonly sha256: string;
      };
    };
  };
  /** Download a file, or a Range of it */
  readonly downloadFile: {
    readonly input: {
      readonly query: {
        readonly path: string;
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    readonly answers: {
      readonly 200: Bytes;
      readonly 206: Bytes;
      readonly 304: null;
    };
  };
  /** Uploads that are under way */
  readonly listUploads: {
    readonly input: Readonly<Record<never, never>>;
    readonly answers: {
      readonly 200: {
        readonly items: readonly Upload[];
        readonly next: null;
      };
    };
  };
  /** Begin to upload a new file in parts */
  readonly beginUpload: {
    readonly input: {
      readonly body: {
        readonly path: string;
        readonly sizeBytes: number;
        /** of the whole file, in hex: a file that is another one is not kept; Default: null */
        readonly sha256?: string | null;
      };
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: Upload;
    };
  };
  /** How much of it is there */
  readonly getUpload: {
    readonly input: {
      readonly params: {
        readonly upload: string;
      };
    };
    readonly answers: {
      readonly 200: Upload;
    };
  };
  /** Add a part at the offset that the file has come to; with the last one it gets its name */
  readonly sendPart: {
    readonly input: {
      readonly params: {
        readonly upload: string;
      };
      readonly query: {
        readonly offset: string;
      };
      readonly body: Bytes;
    };
    readonly answers: {
      readonly 200: Upload;
      readonly 201: {
        readonly path: string;
        readonly sizeBytes: number;
        readonly sha256: string;
      };
    };
  };
  /** Give it up; what has come is removed */
  readonly discardUpload: {
    readonly input: {
      readonly params: {
        readonly upload: string;
      };
    };
    readonly answers: {
      readonly 204: null;
    };
  };
  /** What a disk image is; its parentPath leads up the chain */
  readonly getImage: {
    readonly input: {
      readonly query: {
        readonly path: string;
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Image;
      readonly 304: null;
    };
  };
  /** Make a new disk; differencing ones need parentPath and no size */
  readonly createImage: {
    readonly input: {
      readonly body: {
        readonly path: string;
        /** default: as the name ends, and vhdx */
        readonly format?: 'vhd' | 'vhdx' | 'qcow2';
        /** Default: "dynamic" */
        readonly type?: 'fixed' | 'dynamic' | 'differencing';
        /** Default: null */
        readonly sizeBytes?: number | null;
        /** Default: null */
        readonly parentPath?: string | null;
        /** Default: null */
        readonly blockBytes?: number | null;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: Image;
      readonly 202: Job;
    };
  };
  /** What an image holds that was not there at a reference point */
  readonly getImageChanges: {
    readonly input: {
      readonly query: {
        readonly path: string;
        readonly since: string;
        /** Default: 0 */
        readonly offset?: number;
        /** Default: 9007199254740991 */
        readonly length?: number;
      };
    };
    readonly answers: {
      readonly 200: ImageChanges;
    };
  };
  /** Another size */
  readonly resizeImage: {
    readonly input: {
      readonly body: {
        readonly path: string;
        readonly sizeBytes: number;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 200: Image;
      readonly 202: Job;
    };
  };
  /** Give back the room of blocks that hold nothing */
  readonly compactImage: {
    readonly input: {
      readonly body: {
        readonly path: string;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 200: Image;
      readonly 202: Job;
    };
  };
  /** A copy in another format or type */
  readonly convertImage: {
    readonly input: {
      readonly body: {
        readonly path: string;
        readonly to: string;
        /** default: as the name ends, and vhdx */
        readonly format?: 'vhd' | 'vhdx' | 'qcow2';
        /** Default: "dynamic" */
        readonly type?: 'fixed' | 'dynamic';
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: Image;
      readonly 202: Job;
    };
  };
  /** Write what lies over a parent into it, and remove that; or all of the chain into a new file */
  readonly mergeImage: {
    readonly input: {
      readonly body: {
        readonly path: string;
        /** one of the parents, or a new file */
        readonly into: string;
        /** a new file it is to be: what is there is refused, also a parent; Default: false */
        readonly newFile?: boolean;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 200: Image;
      readonly 202: Job;
    };
  };
  /** Connect a differencing disk with its parent again */
  readonly setImageParent: {
    readonly input: {
      readonly body: {
        readonly path: string;
        readonly parentPath: string;
        /** take it though it is not the disk that was the parent; Default: false */
        readonly ignoreMismatch?: boolean;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 200: Image;
      readonly 202: Job;
    };
  };
  /** Is the image and the chain of its parents whole? */
  readonly validateImage: {
    readonly input: {
      readonly body: {
        readonly path: string;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Virtual switches */
  readonly listSwitches: {
    readonly input: {
      readonly query?: {
        /** Default: 100 */
        readonly limit?: number;
        readonly cursor?: string;
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: {
        readonly items: readonly Switch[];
        readonly next: string | null;
      };
      readonly 304: null;
    };
  };
  /** Make a switch; an external one needs portId */
  readonly createSwitch: {
    readonly input: {
      readonly body: {
        readonly name: string;
        /** Default: "" */
        readonly notes?: string;
        /** Default: "private" */
        readonly kind?: 'private' | 'internal' | 'external';
        /** Default: null */
        readonly portId?: string | null;
        /** Default: false */
        readonly host?: boolean;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: Switch;
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** One virtual switch */
  readonly getSwitch: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Switch;
      readonly 304: null;
    };
  };
  /** Another name or other notes */
  readonly changeSwitch: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      readonly body?: {
        readonly name?: string;
        readonly notes?: string;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Switch;
      readonly 204: null;
    };
  };
  /** Remove the switch */
  readonly deleteSwitch: {
    readonly input: {
      readonly params: {
        readonly id: string;
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
    };
    readonly answers: {
      readonly 202: Job;
      readonly 204: null;
    };
  };
  /** Network cards of this host, for external switches */
  readonly listNetworkPorts: {
    readonly input: Readonly<Record<never, never>>;
    readonly answers: {
      readonly 200: {
        readonly items: ReadonlyArray<{
          readonly id: string;
          readonly name: string;
          readonly mac: string;
          readonly up: boolean;
          readonly inUse: boolean;
        }>;
      };
    };
  };
  /** This host: capacity, load, hypervisor */
  readonly getHost: {
    readonly input: {
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: Host;
      readonly 304: null;
    };
  };
  /** Folders that new machines and disks go to */
  readonly getHostSettings: {
    readonly input: {
      /** The ETag that is known; 304 when it still holds. */
      readonly ifNoneMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: HostSettings;
      readonly 304: null;
    };
  };
  /** Other folders for what is made from now on; they are there */
  readonly changeHostSettings: {
    readonly input: {
      readonly body?: {
        readonly folders?: {
          readonly vms?: string;
          readonly disks?: string;
        };
      };
      /** The ETag that must still hold; else 412. */
      readonly ifMatch?: string;
    };
    /** Members of its resource can be chosen. */
    readonly fields: true;
    readonly answers: {
      readonly 200: HostSettings;
    };
  };
  /** Accounts */
  readonly listUsers: {
    readonly input: Readonly<Record<never, never>>;
    readonly answers: {
      readonly 200: {
        readonly items: readonly User[];
        readonly next: null;
      };
    };
  };
  /** Make an account, or change its password, role or NTLM */
  readonly setUser: {
    readonly input: {
      readonly params: {
        readonly name: string;
      };
      readonly body?: {
        readonly password?: string;
        readonly role?: 'administrator' | 'operator' | 'viewer';
        readonly ntlm?: boolean;
      };
    };
    readonly answers: {
      readonly 200: User;
      readonly 201: User;
    };
  };
  /** Remove an account; it is logged out at once */
  readonly removeUser: {
    readonly input: {
      readonly params: {
        readonly name: string;
      };
    };
    readonly answers: {
      readonly 204: null;
    };
  };
  /** Change one's own password; all sessions of the account end */
  readonly changePassword: {
    readonly input: {
      readonly body: {
        readonly current: string;
        readonly new: string;
      };
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 204: null;
    };
  };
  /** API tokens: own ones, all for an administrator */
  readonly listTokens: {
    readonly input: Readonly<Record<never, never>>;
    readonly answers: {
      readonly 200: {
        readonly items: readonly Token[];
        readonly next: null;
      };
    };
  };
  /** A token for oneself; `token` is told this once */
  readonly createToken: {
    readonly input: {
      readonly body: {
        readonly name: string;
        readonly role: 'administrator' | 'operator' | 'viewer';
        readonly expiresAt: string;
      };
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 201: NewToken;
    };
  };
  /** End a token */
  readonly removeToken: {
    readonly input: {
      readonly params: {
        readonly token: string;
      };
    };
    readonly answers: {
      readonly 204: null;
    };
  };
  /** Who did what, the newest first */
  readonly listAudit: {
    readonly input: {
      readonly query?: {
        /** Default: 100 */
        readonly limit?: number;
        readonly cursor?: string;
        readonly since?: string;
        readonly who?: string;
        readonly kind?: 'login' | 'denied' | 'change';
      };
    };
    readonly answers: {
      readonly 200: {
        readonly items: readonly AuditRecord[];
        readonly next: string | null;
      };
    };
  };
  /** Metrics of Prometheus, under our own names */
  readonly getMetrics: {
    readonly input: Readonly<Record<never, never>>;
    readonly answers: {
      readonly 200: Bytes;
    };
  };
  /** What we can tell, under the names of windows_exporter */
  readonly getWindowsExporterMetrics: {
    readonly input: Readonly<Record<never, never>>;
    readonly answers: {
      readonly 200: Bytes;
    };
  };
  /** One object by its path, or by class and keys */
  readonly cimGet: {
    readonly input: {
      readonly body?: {
        /** Default: "root\\virtualization\\v2" */
        readonly namespace?: string;
        readonly path?: string;
        readonly className?: string;
        /** Default: {} */
        readonly keys?: Readonly<Record<string, string | number | boolean>>;
        /** with CIM types, keys, datetimes of ISO 8601, references as objects, bytes as base64; Default: false */
        readonly typed?: boolean;
      };
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 200: CimObject;
    };
  };
  /** Objects of a class and of the classes below it */
  readonly cimEnumerate: {
    readonly input: {
      readonly body: {
        /** Default: "root\\virtualization\\v2" */
        readonly namespace?: string;
        readonly className: string;
        /** Default: true */
        readonly deep?: boolean;
        /** Default: 1000 */
        readonly limit?: number;
        /** with CIM types, keys, datetimes of ISO 8601, references as objects, bytes as base64; Default: false */
        readonly typed?: boolean;
      };
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 200: {
        readonly items: readonly CimObject[];
        readonly truncated: boolean;
      };
    };
  };
  /** A query in WQL, also ASSOCIATORS OF and REFERENCES OF */
  readonly cimQuery: {
    readonly input: {
      readonly body: {
        /** Default: "root\\virtualization\\v2" */
        readonly namespace?: string;
        readonly query: string;
        /** Default: 1000 */
        readonly limit?: number;
        /** with CIM types, keys, datetimes of ISO 8601, references as objects, bytes as base64; Default: false */
        readonly typed?: boolean;
      };
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 200: {
        readonly items: readonly CimObject[];
        readonly truncated: boolean;
      };
    };
  };
  /** A method of an object or class; the end of its job is waited for */
  readonly cimInvoke: {
    readonly input: {
      readonly body: {
        /** Default: "root\\virtualization\\v2" */
        readonly namespace?: string;
        readonly path?: string;
        readonly className?: string;
        /** Default: {} */
        readonly keys?: Readonly<Record<string, string | number | boolean>>;
        readonly method: string;
        /** Default: {} */
        readonly arguments?: Readonly<Record<string, string | number | boolean | null | {
          readonly className: string;
          readonly properties: Readonly<Record<string, string | number | boolean | null | ReadonlyArray<string | number | boolean | null>>>;
        } | ReadonlyArray<string | number | boolean | null | {
          readonly className: string;
          readonly properties: Readonly<Record<string, string | number | boolean | null | ReadonlyArray<string | number | boolean | null>>>;
        }>>>;
        /** with CIM types, keys, datetimes of ISO 8601, references as objects, bytes as base64; Default: false */
        readonly typed?: boolean;
        /** false: the answer tells the job that has begun, with the out parameters; Default: true */
        readonly wait?: boolean;
      };
      /** respond-async, wait=SECONDS */
      readonly prefer?: string;
      /** The same key and body within a day answers the first answer again. */
      readonly idempotencyKey?: string;
    };
    readonly answers: {
      readonly 200: {
        readonly returnValue: unknown;
        readonly out: Readonly<Record<string, unknown>>;
        /** CIM type by out parameter, when asked for */
        readonly types?: Readonly<Record<string, string>>;
        readonly job: Job | null;
      };
      readonly 202: Job;
    };
  };
  /** What is there: resources that need no id to be read, and where all is described */
  readonly getIndex: {
    readonly input: Readonly<Record<never, never>>;
    readonly answers: {
      readonly 200: {
        /** Of the service */
        readonly version: string;
        /** Where all of it is described */
        readonly openApi: string;
        readonly resources: ReadonlyArray<{
          readonly id: string;
          readonly href: string;
          readonly summary: string;
        }>;
      };
    };
  };
  /** This API as OpenAPI 3.1 */
  readonly getOpenApi: {
    readonly input: Readonly<Record<never, never>>;
    readonly answers: {
      readonly 200: Readonly<Record<string, unknown>>;
    };
  };
  /** What a code of a problem means, and what to do */
  readonly getError: {
    readonly input: {
      readonly params: {
        readonly code: string;
      };
    };
    readonly answers: {
      readonly 200: Bytes;
    };
  };
  /** The process lives */
  readonly getHealth: {
    readonly input: Readonly<Record<never, never>>;
    readonly answers: {
      readonly 200: {
        readonly status: 'ok';
      };
    };
  };
  /** Requests are served */
  readonly getReadiness: {
    readonly input: Readonly<Record<never, never>>;
    readonly answers: {
      readonly 200: {
        readonly status: 'ok';
      };
    };
  };
}

/** Where each operation is. */
export const OPERATIONS = {
  logIn: { verb: 'POST', path: '/api/v1/session' },
  getSession: { verb: 'GET', path: '/api/v1/session' },
  logOut: { verb: 'DELETE', path: '/api/v1/session' },
  listSessions: { verb: 'GET', path: '/api/v1/sessions' },
  closeSession: { verb: 'DELETE', path: '/api/v1/sessions/{session}' },
  listVms: { verb: 'GET', path: '/api/v1/vms' },
  createVm: { verb: 'POST', path: '/api/v1/vms' },
  getVm: { verb: 'GET', path: '/api/v1/vms/{id}' },
  deleteVm: { verb: 'DELETE', path: '/api/v1/vms/{id}' },
  shutdownVm: { verb: 'POST', path: '/api/v1/vms/{id}/shutdown' },
  startVm: { verb: 'POST', path: '/api/v1/vms/{id}/start' },
  resumeVm: { verb: 'POST', path: '/api/v1/vms/{id}/resume' },
  stopVm: { verb: 'POST', path: '/api/v1/vms/{id}/stop' },
  saveVm: { verb: 'POST', path: '/api/v1/vms/{id}/save' },
  pauseVm: { verb: 'POST', path: '/api/v1/vms/{id}/pause' },
  resetVm: { verb: 'POST', path: '/api/v1/vms/{id}/reset' },
  restartVm: { verb: 'POST', path: '/api/v1/vms/{id}/restart' },
  createConsoleTicket: { verb: 'POST', path: '/api/v1/vms/{id}/console-tickets' },
  listJobs: { verb: 'GET', path: '/api/v1/jobs' },
  getJob: { verb: 'GET', path: '/api/v1/jobs/{id}' },
  cancelJob: { verb: 'POST', path: '/api/v1/jobs/{id}/cancel' },
  listVmCheckpoints: { verb: 'GET', path: '/api/v1/vms/{id}/checkpoints' },
  createCheckpoint: { verb: 'POST', path: '/api/v1/vms/{id}/checkpoints' },
  listPlanCheckpoints: { verb: 'GET', path: '/api/v1/plans/{id}/checkpoints' },
  getCheckpoint: { verb: 'GET', path: '/api/v1/checkpoints/{id}' },
  changeCheckpoint: { verb: 'PATCH', path: '/api/v1/checkpoints/{id}' },
  deleteCheckpoint: { verb: 'DELETE', path: '/api/v1/checkpoints/{id}' },
  applyCheckpoint: { verb: 'POST', path: '/api/v1/checkpoints/{id}/apply' },
  forkCheckpoint: { verb: 'POST', path: '/api/v1/checkpoints/{id}/fork' },
  listReferencePoints: { verb: 'GET', path: '/api/v1/vms/{id}/reference-points' },
  createReferencePoint: { verb: 'POST', path: '/api/v1/vms/{id}/reference-points' },
  getReferencePoint: { verb: 'GET', path: '/api/v1/vms/{id}/reference-points/{point}' },
  deleteReferencePoint: { verb: 'DELETE', path: '/api/v1/vms/{id}/reference-points/{point}' },
  convertCheckpoint: { verb: 'POST', path: '/api/v1/checkpoints/{id}/convert' },
  getVmSettings: { verb: 'GET', path: '/api/v1/vms/{id}/settings' },
  changeVmSettings: { verb: 'PATCH', path: '/api/v1/vms/{id}/settings' },
  getPlanSettings: { verb: 'GET', path: '/api/v1/plans/{id}/settings' },
  changePlanSettings: { verb: 'PATCH', path: '/api/v1/plans/{id}/settings' },
  getCheckpointSettings: { verb: 'GET', path: '/api/v1/checkpoints/{id}/settings' },
  changeCheckpointSettings: { verb: 'PATCH', path: '/api/v1/checkpoints/{id}/settings' },
  listBootSources: { verb: 'GET', path: '/api/v1/vms/{id}/boot-sources' },
  listVmPaths: { verb: 'GET', path: '/api/v1/vms/{id}/paths' },
  listPlanPaths: { verb: 'GET', path: '/api/v1/plans/{id}/paths' },
  listCheckpointPaths: { verb: 'GET', path: '/api/v1/checkpoints/{id}/paths' },
  listVmDevices: { verb: 'GET', path: '/api/v1/vms/{id}/devices' },
  listPlanDevices: { verb: 'GET', path: '/api/v1/plans/{id}/devices' },
  listCheckpointDevices: { verb: 'GET', path: '/api/v1/checkpoints/{id}/devices' },
  addVmDisk: { verb: 'POST', path: '/api/v1/vms/{id}/disks' },
  changeVmDisk: { verb: 'PATCH', path: '/api/v1/vms/{id}/disks/{device}' },
  removeVmDisk: { verb: 'DELETE', path: '/api/v1/vms/{id}/disks/{device}' },
  addVmController: { verb: 'POST', path: '/api/v1/vms/{id}/controllers' },
  removeVmController: { verb: 'DELETE', path: '/api/v1/vms/{id}/controllers/{device}' },
  addPlanDisk: { verb: 'POST', path: '/api/v1/plans/{id}/disks' },
  changePlanDisk: { verb: 'PATCH', path: '/api/v1/plans/{id}/disks/{device}' },
  removePlanDisk: { verb: 'DELETE', path: '/api/v1/plans/{id}/disks/{device}' },
  addPlanController: { verb: 'POST', path: '/api/v1/plans/{id}/controllers' },
  removePlanController: { verb: 'DELETE', path: '/api/v1/plans/{id}/controllers/{device}' },
  addCheckpointDisk: { verb: 'POST', path: '/api/v1/checkpoints/{id}/disks' },
  changeCheckpointDisk: { verb: 'PATCH', path: '/api/v1/checkpoints/{id}/disks/{device}' },
  removeCheckpointDisk: { verb: 'DELETE', path: '/api/v1/checkpoints/{id}/disks/{device}' },
  addCheckpointController: { verb: 'POST', path: '/api/v1/checkpoints/{id}/controllers' },
  removeCheckpointController: { verb: 'DELETE', path: '/api/v1/checkpoints/{id}/controllers/{device}' },
  addVmNic: { verb: 'POST', path: '/api/v1/vms/{id}/nics' },
  changeVmNic: { verb: 'PATCH', path: '/api/v1/vms/{id}/nics/{device}' },
  removeVmNic: { verb: 'DELETE', path: '/api/v1/vms/{id}/nics/{device}' },
  addPlanNic: { verb: 'POST', path: '/api/v1/plans/{id}/nics' },
  changePlanNic: { verb: 'PATCH', path: '/api/v1/plans/{id}/nics/{device}' },
  removePlanNic: { verb: 'DELETE', path: '/api/v1/plans/{id}/nics/{device}' },
  addCheckpointNic: { verb: 'POST', path: '/api/v1/checkpoints/{id}/nics' },
  changeCheckpointNic: { verb: 'PATCH', path: '/api/v1/checkpoints/{id}/nics/{device}' },
  removeCheckpointNic: { verb: 'DELETE', path: '/api/v1/checkpoints/{id}/nics/{device}' },
  changeVmSerialPort: { verb: 'PATCH', path: '/api/v1/vms/{id}/serial-ports/{device}' },
  changeVmIntegrationService: { verb: 'PATCH', path: '/api/v1/vms/{id}/integration-services/{device}' },
  exportVm: { verb: 'POST', path: '/api/v1/vms/{id}/export' },
  getThumbnail: { verb: 'GET', path: '/api/v1/vms/{id}/thumbnail' },
  getVmHistory: { verb: 'GET', path: '/api/v1/vms/{id}/history' },
  listPlans: { verb: 'GET', path: '/api/v1/plans' },
  importDefinition: { verb: 'POST', path: '/api/v1/plans' },
  getPlan: { verb: 'GET', path: '/api/v1/plans/{id}' },
  discardPlan: { verb: 'DELETE', path: '/api/v1/plans/{id}' },
  validatePlan: { verb: 'POST', path: '/api/v1/plans/{id}/validate' },
  realizePlan: { verb: 'POST', path: '/api/v1/plans/{id}/realize' },
  discardSavedStateOfPlan: { verb: 'POST', path: '/api/v1/plans/{id}/discard-saved-state' },
  inspectDefinition: { verb: 'GET', path: '/api/v1/definitions' },
  listFiles: { verb: 'GET', path: '/api/v1/files' },
  makeFolder: { verb: 'POST', path: '/api/v1/files/folders' },
  uploadFile: { verb: 'PUT', path: '/api/v1/files/content' },
  downloadFile: { verb: 'GET', path: '/api/v1/files/content' },
  listUploads: { verb: 'GET', path: '/api/v1/files/uploads' },
  beginUpload: { verb: 'POST', path: '/api/v1/files/uploads' },
  getUpload: { verb: 'GET', path: '/api/v1/files/uploads/{upload}' },
  sendPart: { verb: 'PATCH', path: '/api/v1/files/uploads/{upload}' },
  discardUpload: { verb: 'DELETE', path: '/api/v1/files/uploads/{upload}' },
  getImage: { verb: 'GET', path: '/api/v1/images' },
  createImage: { verb: 'POST', path: '/api/v1/images' },
  getImageChanges: { verb: 'GET', path: '/api/v1/images/changes' },
  resizeImage: { verb: 'POST', path: '/api/v1/images/resize' },
  compactImage: { verb: 'POST', path: '/api/v1/images/compact' },
  convertImage: { verb: 'POST', path: '/api/v1/images/convert' },
  mergeImage: { verb: 'POST', path: '/api/v1/images/merge' },
  setImageParent: { verb: 'POST', path: '/api/v1/images/set-parent' },
  validateImage: { verb: 'POST', path: '/api/v1/images/validate' },
  listSwitches: { verb: 'GET', path: '/api/v1/switches' },
  createSwitch: { verb: 'POST', path: '/api/v1/switches' },
  getSwitch: { verb: 'GET', path: '/api/v1/switches/{id}' },
  changeSwitch: { verb: 'PATCH', path: '/api/v1/switches/{id}' },
  deleteSwitch: { verb: 'DELETE', path: '/api/v1/switches/{id}' },
  listNetworkPorts: { verb: 'GET', path: '/api/v1/network-ports' },
  getHost: { verb: 'GET', path: '/api/v1/host' },
  getHostSettings: { verb: 'GET', path: '/api/v1/host/settings' },
  changeHostSettings: { verb: 'PATCH', path: '/api/v1/host/settings' },
  listUsers: { verb: 'GET', path: '/api/v1/users' },
  setUser: { verb: 'PUT', path: '/api/v1/users/{name}' },
  removeUser: { verb: 'DELETE', path: '/api/v1/users/{name}' },
  changePassword: { verb: 'POST', path: '/api/v1/password' },
  listTokens: { verb: 'GET', path: '/api/v1/tokens' },
  createToken: { verb: 'POST', path: '/api/v1/tokens' },
  removeToken: { verb: 'DELETE', path: '/api/v1/tokens/{token}' },
  listAudit: { verb: 'GET', path: '/api/v1/audit' },
  getMetrics: { verb: 'GET', path: '/metrics' },
  getWindowsExporterMetrics: { verb: 'GET', path: '/metrics/windows_exporter' },
  cimGet: { verb: 'POST', path: '/api/v1/cim/get' },
  cimEnumerate: { verb: 'POST', path: '/api/v1/cim/enumerate' },
  cimQuery: { verb: 'POST', path: '/api/v1/cim/query' },
  cimInvoke: { verb: 'POST', path: '/api/v1/cim/invoke' },
  getIndex: { verb: 'GET', path: '/api/v1' },
  getOpenApi: { verb: 'GET', path: '/openapi.json' },
  getError: { verb: 'GET', path: '/api/v1/errors/{code}' },
  getHealth: { verb: 'GET', path: '/healthz' },
  getReadiness: { verb: 'GET', path: '/readyz' },
} as const satisfies Readonly<Record<keyof Operations, { readonly verb: string; readonly path: string }>>;
