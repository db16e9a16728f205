import type { HostNetwork } from '../core/networks/host-network.ts';
import type { HypervisorVerdict } from '../core/ports.ts';
import type { AdapterLog } from './log.ts';
import type { AccessLedger } from './supervise/access-ledger.ts';
import type { ChainKeeper } from './supervise/chain-keeper.ts';
import { CHAIN_SERVER } from './supervise/chain-server.ts';
import type { DaemonKeeper } from './supervise/daemon-keeper.ts';
import type { MachineRecords } from './supervise/machine-record.ts';
import type { ServerKeeper } from './supervise/server-keeper.ts';
import type { SharedMemory } from './supervise/shared-memory.ts';
import type { RunUser } from './supervise/user.ts';

/** What all machines of the adapter share. */
export interface HostServices {
  readonly programs: Programs;
  readonly user: RunUser | null;
  readonly network: HostNetwork;
  readonly records: MachineRecords;
  readonly access: AccessLedger;
  readonly chains: ChainKeeper;
  readonly daemons: DaemonKeeper;
  /** Looks after both. */
  readonly servers: ServerKeeper;
  readonly sharedMemory: SharedMemory;
  /** Short directory for sockets whose machine's own directory has too long a path. */
  readonly runDirectory: string;
  readonly verdict: HypervisorVerdict;
  readonly enlightenments: boolean;
  readonly networkRoms: boolean;
  /** Machines that are being cleared away: one that asks for it again waits for the first. */
  readonly releasing: Map<string, Promise<void>>;
  readonly log: AdapterLog;
}

/** Names looked up in PATH, or paths. */
export interface Programs {
  readonly qemu: string;
  readonly storageDaemon: string;
  readonly swtpm: string;
  /** Words that start it. */
  readonly chainServer: readonly string[];
}

export const DEFAULT_PROGRAMS: Programs = {
  qemu: 'qemu-system-x86_64',
  storageDaemon: 'qemu-storage-daemon',
  swtpm: 'swtpm',
  chainServer: CHAIN_SERVER,
};
