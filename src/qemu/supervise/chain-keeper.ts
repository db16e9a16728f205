import type { DiskSource } from '../command-line/layout.ts';
import type { AdapterLog } from '../log.ts';
import { chainServerOf, startChainServer, stopChainServer, type ServedChain } from './chain-server.ts';
import type { MachineRecord, MachineRecords } from './machine-record.ts';
import { ServerKeeper } from './server-keeper.ts';
import type { MachineDirectories } from './socket-directory.ts';
import type { RunUser } from './user.ts';

interface KeeperOptions {
  readonly records: MachineRecords;
  readonly user: RunUser | null;
  readonly program: readonly string[];
  readonly log: AdapterLog;
}

interface Place {
  readonly id: string;
  readonly directories: MachineDirectories;
}

/**
 * The servers of chains, each of which lives as long as the drive that reads it: one that dies is started again. Not so where the
 * youngest file is written to: what the guest was told is written may have died with the server, and a guest whose disk fails
 * does not go on as if it were there. What is served is in the record of the machine, for the service that comes after this one.
 */
export class ChainKeeper {
  readonly #options: KeeperOptions;
  readonly #keeper: ServerKeeper;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#keeper = new ServerKeeper(options.log);
  }

  /** Serves a chain from now on. Rejects with DomainError. */
  async start(place: Place, diskId: string, chain: ServedChain): Promise<DiskSource> {
    const { records } = this.#options;
    const before = records.get(place.id)?.chains.filter((one) => one.disk !== diskId) ?? [];
    await records.change(place.id, { chains: [...before, { disk: diskId, ...chain, files: [...chain.files] }] });
    const started = await this.#serve(place, diskId, chain);
    this.#keep(place, diskId, chain, started.process);
    return started.source;
  }

  /** Takes over what a former service served, whether it lives or not. */
  async adopt({ id, directories, chains }: MachineRecord): Promise<void> {
    for (const { disk, format, files, writable } of chains) {
      const process = await chainServerOf(disk, directories.sockets);
      this.#keep({ id, directories }, disk, { format, files, writable }, process);
    }
  }

  /** The drive has let go of its chain. */
  async stop(place: Place, diskId: string): Promise<void> {
    await this.#keeper.release(place.id, diskId);
    await stopChainServer(diskId, place.directories.sockets);
    const { records } = this.#options;
    const chains = records.get(place.id)?.chains ?? [];
    const left = chains.filter(({ disk }) => disk !== diskId);
    if (left.length < chains.length) await records.change(place.id, { chains: left });
  }

  /** The machine goes: nothing of it is started again. Its servers are ended with its other helpers (release.ts). */
  forget(machine: string): Promise<void> {
    return this.#keeper.forget(machine);
  }

  /** Lets go of all: they serve on. */
  close(): void {
    this.#keeper.close();
  }

  #serve({ directories }: Place, diskId: string, chain: ServedChain): ReturnType<typeof startChainServer> {
    return startChainServer(diskId, chain, { ...this.#options, directories });
  }

  #keep(place: Place, diskId: string, chain: ServedChain, process: Awaited<ReturnType<typeof chainServerOf>>): void {
    const restart = async () => (await this.#serve(place, diskId, chain)).process;
    this.#keeper.keep({ machine: place.id, disk: diskId, process, restart: chain.writable ? null : restart });
  }
}
