import type { MachineProcess } from '../../core/model.ts';
import type { DiskSource } from '../command-line/layout.ts';
import type { AdapterLog } from '../log.ts';
import { chainServerOf, startChainServer, stopChainServer, type ServedChain } from './chain-server.ts';
import type { MachineRecord, MachineRecords } from './machine-record.ts';
import { isAlive } from './process-identity.ts';
import type { MachineDirectories } from './socket-directory.ts';
import type { RunUser } from './user.ts';

interface Kept {
  readonly machine: string;
  readonly diskId: string;
  readonly chain: ServedChain;
  readonly directories: MachineDirectories;
  process: MachineProcess | null;
  /** Starts in a row that failed. */
  failures: number;
  /** Looks until the next try. */
  wait: number;
}

interface KeeperOptions {
  readonly records: MachineRecords;
  readonly user: RunUser | null;
  readonly program: readonly string[];
  readonly log: AdapterLog;
}

/** QEMU waits for a server that died, and so does its guest. */
const LOOK_MS = 500;
const MOST_LOOKS_BETWEEN = 60;

/**
 * The servers of chains, each of which lives as long as the drive that reads it: one that dies is started again, and QEMU
 * connects anew. Not so where the youngest file is written to: what the guest was told is written may have died with the server,
 * and a guest whose disk fails does not go on as if it were there. What is served is in the record of the machine, for the service that comes after this one.
 */
export class ChainKeeper {
  readonly #kept = new Map<string, Kept>();
  readonly #options: KeeperOptions;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** Serves a chain from now on. Rejects with DomainError. */
  async start(
    place: { readonly id: string; readonly directories: MachineDirectories },
    diskId: string,
    chain: ServedChain,
  ): Promise<DiskSource> {
    const { records } = this.#options;
    const before = records.get(place.id)?.chains.filter((one) => one.disk !== diskId) ?? [];
    await records.change(place.id, { chains: [...before, { disk: diskId, ...chain, files: [...chain.files] }] });
    const { source, process } = await startChainServer(diskId, chain, {
      ...this.#options,
      directories: place.directories,
    });
    this.#keep({ machine: place.id, diskId, chain, directories: place.directories, process });
    return source;
  }

  /** Takes over what a former service served, whether it lives or not. */
  async adopt({ id, directories, chains }: MachineRecord): Promise<void> {
    for (const { disk, format, files, writable } of chains) {
      const process = await chainServerOf(disk, directories.sockets);
      this.#keep({ machine: id, diskId: disk, chain: { format, files, writable }, directories, process });
    }
  }

  /** The drive has let go of its chain. */
  async stop(place: { readonly id: string; readonly directories: MachineDirectories }, diskId: string): Promise<void> {
    this.#kept.delete(keyOf(place.id, diskId));
    await this.#looking;
    await stopChainServer(diskId, place.directories.sockets);
    const { records } = this.#options;
    const chains = records.get(place.id)?.chains ?? [];
    const left = chains.filter(({ disk }) => disk !== diskId);
    if (left.length < chains.length) await records.change(place.id, { chains: left });
  }

  /** The machine goes: nothing of it is started again. Its servers are ended with its other helpers (release.ts). */
  async forget(machine: string): Promise<void> {
    for (const [key, kept] of this.#kept) if (kept.machine === machine) this.#kept.delete(key);
    await this.#looking;
  }

  /** Lets go of all: they serve on. */
  close(): void {
    this.#kept.clear();
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #keep(served: Omit<Kept, 'failures' | 'wait'>): void {
    this.#kept.set(keyOf(served.machine, served.diskId), { ...served, failures: 0, wait: 0 });
    this.#timer ??= setInterval(() => {
      this.#looking = this.#looking.then(() => this.#look());
    }, LOOK_MS).unref();
  }

  async #look(): Promise<void> {
    for (const [key, kept] of this.#kept) {
      if (kept.process !== null && (await isAlive(kept.process))) continue;
      // It may have been let go of while we looked.
      if (this.#kept.get(key) !== kept) continue;
      if (kept.chain.writable) this.#giveUp(key, kept);
      else await this.#restart(kept);
    }
    if (this.#kept.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #giveUp(key: string, { machine, diskId }: Kept): void {
    this.#kept.delete(key);
    this.#options.log.error(
      { system: machine, disk: diskId },
      'the server of a disk that a guest writes to is gone: the disk fails until the machine is turned off',
    );
  }

  async #restart(kept: Kept): Promise<void> {
    if (kept.wait-- > 0) return;
    const { log } = this.#options;
    try {
      const { process } = await startChainServer(kept.diskId, kept.chain, { ...this.#options, ...kept });
      kept.process = process;
      kept.failures = 0;
      log.warn({ system: kept.machine, disk: kept.diskId }, 'the server of a chain of disks was started again');
    } catch (error) {
      kept.process = null;
      kept.wait = Math.min(2 ** kept.failures++, MOST_LOOKS_BETWEEN);
      log.error({ err: error, system: kept.machine, disk: kept.diskId }, 'a chain of disks is not served');
    }
  }
}

const keyOf = (machine: string, diskId: string): string => `${machine}\n${diskId}`;
