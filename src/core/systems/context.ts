import type { DiskFiles } from '../disks/disk-files.ts';
import type { ImageTool } from '../disks/image-tool.ts';
import type { Jobs } from '../jobs/runner.ts';
import type { ResourcePools } from '../pools/resource-pools.ts';
import type { Log } from '../log.ts';
import type { HostFacts, SettingValues } from '../model.ts';
import type { HostNetwork } from '../networks/host-network.ts';
import type { Clock, Hypervisor, Later, Store } from '../ports.ts';
import type { DiskUsers } from '../differencing/disk-users.ts';
import type { DiskWork } from '../differencing/disk-work.ts';
import type { HostBoot } from './host-boot.ts';
import type { Ledger } from './ledger.ts';
import type { LiveGraph } from './live-graph.ts';
import type { MacPool } from './mac-pool.ts';
import type { MachineFleet } from './machine-fleet.ts';
import type { SystemPaths } from './files/system-paths.ts';
import type { Turns } from './turns.ts';

/** What the operations on systems work with. */
export interface SystemsContext {
  readonly graph: LiveGraph;
  readonly ledger: Ledger;
  readonly turns: Turns;
  readonly jobs: Jobs;
  readonly store: Store;
  readonly hypervisor: Hypervisor;
  readonly network: HostNetwork;
  readonly fleet: MachineFleet;
  readonly clock: Clock;
  readonly later: Later;
  readonly disks: DiskFiles;
  readonly images: ImageTool;
  readonly diskWork: DiskWork;
  readonly diskUsers: DiskUsers;
  readonly paths: SystemPaths;
  readonly host: HostFacts;
  readonly boot: HostBoot;
  readonly log: Log;
  readonly macs: MacPool;
  readonly pools: ResourcePools;
  readonly serviceDefaults: SettingValues;
  readonly timeouts: PowerTimeouts;
}

export interface PowerTimeouts {
  /** How long a guest may take to shut down or restart when asked. */
  readonly guestMs: number;
  /** After which time it is asked once more. */
  readonly guestRepeatMs: number;
  /** Between two attempts to go on after a disk error. */
  readonly diskRetryMs: number;
}
