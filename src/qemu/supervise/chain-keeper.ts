import type { DiskSource } from '../command-line/layout.ts';
import type { AdapterLog } from '../log.ts';
import { chainServerOf, hasJournal, startChainServer, stopChainServer, type ServedChain } from './chain-server.ts';
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
 * The servers of chains, each of which lives as long as the drive that reads it: one that dies is started again. Where the youngest
 * file is written to, the next one goes on from the journal of the one that died. A server that could not keep all of it has none
 * (its machine was started by a former service, or there was no room): what the guest was told is written may have died with it, it is
 * not started again, and a guest whose disk fails does not go on as if it were there. What is served is in the record of the
 * machine, for the service that comes after this one.
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
    const record = { disk: diskId, ...chain, files: [...chain.files], journaled: chain.writable };
    await records.change(place.id, { chains: [...before, record] });
    const started = await this.#serve(place, diskId, chain, 'new');
    this.#keep(place, diskId, chain, started.process, chain.writable);
    return started.source;
  }

  /** Takes over what a former service served, whether it lives or not. */
  async adopt({ id, directories, chains }: MachineRecord): Promise<void> {
    for (const { disk, format, files, writable, journaled } of chains) {
      const process = await chainServerOf(disk, directories.sockets);
      this.#keep({ id, directories }, disk, { format, files, writable }, process, journaled);
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

  #serve(
    { directories }: Place,
    diskId: string,
    chain: ServedChain,
    journal: 'new' | 'resumed',
  ): ReturnType<typeof startChainServer> {
    const options = { ...this.#options, directories };
    return startChainServer(diskId, chain, chain.writable ? { ...options, journal } : options);
  }

  #keep(
    place: Place,
    diskId: string,
    chain: ServedChain,
    process: Awaited<ReturnType<typeof chainServerOf>>,
    journaled: boolean,
  ): void {
    const restart = async () => {
      if (chain.writable && !(await hasJournal(diskId, place.directories.sockets))) return null;
      return (await this.#serve(place, diskId, chain, 'resumed')).process;
    };
    this.#keeper.keep({
      machine: place.id,
      disk: diskId,
      process,
      restart: chain.writable && !journaled ? null : restart,
    });
  }
}
