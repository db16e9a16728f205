import { DomainError } from '../../core/errors.ts';
import type { MachineProcess } from '../../core/model.ts';
import type { DiskSource } from '../command-line/layout.ts';
import {
  chainServerOf,
  chainSocket,
  endChainServer,
  journalOf,
  startChainServer,
  stopChainServer,
  type ServedChain,
} from './chain-server.ts';
import type { MachineRecord, MachineRecords } from './machine-record.ts';
import type { ServerKeeper } from './server-keeper.ts';
import type { MachineDirectories } from './socket-directory.ts';
import type { RunUser } from './user.ts';

interface KeeperOptions {
  readonly records: MachineRecords;
  readonly user: RunUser | null;
  readonly program: readonly string[];
  readonly keeper: ServerKeeper;
}

interface Place {
  readonly id: string;
  readonly directories: MachineDirectories;
}

type Recorded = MachineRecord['chains'][number];

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
    this.#keeper = options.keeper;
  }

  /** Serves a chain from now on. Rejects with DomainError. */
  async start(place: Place, diskId: string, chain: ServedChain): Promise<DiskSource> {
    const { records } = this.#options;
    const before = this.#recorded(place).filter(({ disk }) => disk !== diskId);
    const record = { disk: diskId, ...chain, files: [...chain.files], journaled: chain.writable };
    await records.change(place.id, { chains: [...before, record] });
    const started = await this.#serve(place, record, 'new');
    this.#keep(place, record, started.process);
    return started.source;
  }

  /**
   * Has another server read the chain of a drive whose youngest file nobody writes to any more, as the guest's writes go elsewhere and all
   * were flushed. When that cannot be, it is served as before, sooner or later. Answers false, and changes nothing, where none may take
   * the place of the server. Rejects with DomainError.
   */
  async readOnly(place: Place, served: Recorded): Promise<boolean> {
    const { disk } = served;
    const { sockets } = place.directories;
    if (!served.journaled || (await journalOf(disk, sockets)) === null) return false;
    const next = { ...served, writable: false, journaled: false };
    await this.#keeper.release(place.id, disk);
    try {
      await this.#endWhole(place, served);
      await this.#record(place, next);
    } catch (error) {
      // First: on a full disk the record may be refused, and the guest waits for its disk.
      this.#keep(place, served, null);
      await this.#record(place, served);
      throw error;
    }
    let process: MachineProcess | null = null;
    try {
      // Of its journal, in which nothing is left. A service that dies before this has the next one do it (adopt).
      await stopChainServer(disk, sockets);
      ({ process } = await this.#serve(place, next, 'new'));
    } finally {
      this.#keep(place, next, process);
    }
    return true;
  }

  /**
   * Before a merge into it: another server, which writes to the youngest file, a VHDX. When that cannot be, it is served as before.
   * Rejects with DomainError `fileInUse` while somebody else reads it.
   */
  async writable(place: Place, served: Recorded): Promise<void> {
    await this.#keeper.release(place.id, served.disk);
    try {
      await stopChainServer(served.disk, place.directories.sockets);
      const next = { ...served, writable: true, journaled: true };
      const { process } = await this.#serve(place, next, 'new');
      // Not before: what the record says is journaled has a journal, or is not served again.
      await this.#record(place, next);
      this.#keep(place, next, process);
    } catch (error) {
      await stopChainServer(served.disk, place.directories.sockets);
      this.#keep(place, served, null);
      await this.#record(place, served);
      throw error;
    }
  }

  /** Takes over what a former service served, whether it lives or not. */
  async adopt({ id, directories, chains }: MachineRecord): Promise<void> {
    const { sockets } = directories;
    for (const served of chains) {
      // One that may write and that the record does not know of was to be merged into: nothing was.
      if (!served.writable && (await journalOf(served.disk, sockets)) !== null)
        await stopChainServer(served.disk, sockets);
      this.#keep({ id, directories }, served, await chainServerOf(served.disk, sockets));
    }
  }

  /** The drive has let go of its chain. */
  async stop(place: Place, diskId: string): Promise<void> {
    await this.#keeper.release(place.id, diskId);
    await stopChainServer(diskId, place.directories.sockets);
    const chains = this.#recorded(place);
    const left = chains.filter(({ disk }) => disk !== diskId);
    if (left.length < chains.length) await this.#options.records.change(place.id, { chains: left });
  }

  /** The machine goes: nothing of it is started again. Its servers are ended with its other helpers (release.ts). */
  forget(machine: string): Promise<void> {
    return this.#keeper.forget(machine);
  }

  #recorded({ id }: Pick<Place, 'id'>): MachineRecord['chains'] {
    return this.#options.records.get(id)?.chains ?? [];
  }

  #record(place: Place, served: Recorded): Promise<void> {
    const chains = this.#recorded(place).map((one) => (one.disk === served.disk ? served : one));
    return this.#options.records.change(place.id, { chains });
  }

  /** Ends a server that writes, with all of it in the file. One that died has left that to the next one. */
  async #endWhole(place: Place, served: Recorded): Promise<void> {
    const { disk } = served;
    const { sockets } = place.directories;
    const left = async (): Promise<number | null> => {
      await endChainServer(disk, sockets);
      return journalOf(disk, sockets);
    };
    let bytes = await left();
    if (bytes !== null && bytes > 0) {
      await this.#serve(place, served, 'resumed');
      bytes = await left();
    }
    if (bytes !== 0)
      throw new DomainError(
        'failed',
        `What was written to the disk ${served.files[0]} could not be brought into it. The log of the machine says why.`,
      );
  }

  #serve(
    { directories }: Place,
    { disk, format, files, writable }: Recorded,
    journal: 'new' | 'resumed',
  ): ReturnType<typeof startChainServer> {
    const options = { ...this.#options, directories };
    return startChainServer(disk, { format, files, writable }, writable ? { ...options, journal } : options);
  }

  #keep(place: Place, served: Recorded, process: MachineProcess | null): void {
    const { disk, writable, journaled } = served;
    const restart = async (): Promise<MachineProcess | null> => {
      if (writable && (await journalOf(disk, place.directories.sockets)) === null) return null;
      return (await this.#serve(place, served, 'resumed')).process;
    };
    const socket = chainSocket(disk, place.directories.sockets);
    this.#keeper.keep({
      machine: place.id,
      disk,
      socket,
      process,
      restart: writable && !journaled ? null : restart,
    });
  }
}
