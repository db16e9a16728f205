import type { MachineProcess } from '../../core/model.ts';
import type { DiskSource } from '../command-line/layout.ts';
import type { MachineRecord, MachineRecords } from './machine-record.ts';
import type { ServerKeeper } from './server-keeper.ts';
import type { MachineDirectories } from './socket-directory.ts';
import {
  type ServedImage,
  startStorageDaemon,
  stopStorageDaemon,
  storageDaemonOf,
  storageSocket,
} from './storage-daemon.ts';
import type { RunUser } from './user.ts';

interface KeeperOptions {
  readonly records: MachineRecords;
  readonly user: RunUser | null;
  readonly program: string;
  readonly keeper: ServerKeeper;
  /** Looks into the image as before its first start: somebody may have put another one in its place. Rejects with DomainError. */
  readonly check: (image: ServedImage) => Promise<void>;
}

interface Place {
  readonly id: string;
  readonly directories: MachineDirectories;
}

/**
 * Storage daemons, each of which lives as long as the drive that it serves: one that dies is started again. A daemon has written what
 * its guest was told is written, data and tables, so that nothing dies with it. A guest that waits longer than QEMU does is paused by
 * the error of its disk, and goes on when the core hears that the disk is back (machine/disk-return.ts). What is served is in the
 * record of the machine, for the service that comes after this one.
 */
export class DaemonKeeper {
  readonly #options: KeeperOptions;
  readonly #keeper: ServerKeeper;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#keeper = options.keeper;
  }

  /** Serves a checked image from now on. Rejects with DomainError. */
  async start(place: Place, diskId: string, image: ServedImage): Promise<DiskSource> {
    const { records } = this.#options;
    const before = records.get(place.id)?.daemons.filter(({ disk }) => disk !== diskId) ?? [];
    await records.change(place.id, { daemons: [...before, { disk: diskId, ...image }] });
    try {
      const { source, process } = await this.#serve(place, diskId, image);
      this.#keep(place, diskId, image, process);
      return source;
    } catch (error) {
      await this.#forgetRecorded(place, diskId);
      throw error;
    }
  }

  /**
   * Has another daemon serve the same image, to be written or only read. When it cannot be, it is served as before, sooner or later.
   * The record says what the one that lives may do, or the next one. Rejects with DomainError.
   */
  async serveAs(place: Place, diskId: string, readOnly: boolean): Promise<void> {
    const { records, check } = this.#options;
    const daemons = (): MachineRecord['daemons'] => records.get(place.id)?.daemons ?? [];
    const served = daemons().find(({ disk }) => disk === diskId);
    if (served === undefined || served.readOnly === readOnly) return;
    const { driver, file } = served;
    const record = (wanted: boolean): Promise<void> =>
      records.change(place.id, {
        daemons: daemons().map((one) => (one.disk === diskId ? { ...one, readOnly: wanted } : one)),
      });
    await this.#keeper.release(place.id, diskId);
    await stopStorageDaemon(diskId, place.directories.sockets);
    try {
      const image = { driver, file, readOnly };
      await check(image);
      await record(readOnly);
      this.#keep(place, diskId, image, (await this.#serve(place, diskId, image)).process);
    } catch (error) {
      // First: on a full disk the record may be refused, and the guest waits for its disk.
      this.#keep(place, diskId, { driver, file, readOnly: served.readOnly }, null);
      await record(served.readOnly);
      throw error;
    }
  }

  /** Takes over what a former service served, whether it lives or not. */
  async adopt({ id, directories, daemons }: MachineRecord): Promise<void> {
    for (const { disk, driver, file, readOnly } of daemons) {
      const process = await storageDaemonOf(disk, directories.sockets);
      this.#keep({ id, directories }, disk, { driver, file, readOnly }, process);
    }
  }

  /** Is there one for the drive, or will there be? */
  keeps(machine: string, diskId: string): boolean {
    return this.#keeper.keeps(machine, diskId);
  }

  /** Ends the daemon of a drive, if it has one; everything flushed is in the file. The drive is gone from QEMU, or waits for another daemon. */
  async stop(place: Place, diskId: string): Promise<void> {
    await this.#keeper.release(place.id, diskId);
    await stopStorageDaemon(diskId, place.directories.sockets);
    await this.#forgetRecorded(place, diskId);
  }

  /** The machine goes: nothing of it is started again. Its daemons are ended with its other helpers (release.ts). */
  forget(machine: string): Promise<void> {
    return this.#keeper.forget(machine);
  }

  async #forgetRecorded({ id }: Place, diskId: string): Promise<void> {
    const { records } = this.#options;
    const daemons = records.get(id)?.daemons ?? [];
    const left = daemons.filter(({ disk }) => disk !== diskId);
    if (left.length < daemons.length) await records.change(id, { daemons: left });
  }

  #serve({ directories }: Place, diskId: string, image: ServedImage): ReturnType<typeof startStorageDaemon> {
    return startStorageDaemon(diskId, image, { ...this.#options, directories });
  }

  #keep(place: Place, diskId: string, image: ServedImage, process: MachineProcess | null): void {
    const restart = async (): Promise<MachineProcess> => {
      await this.#options.check(image);
      return (await this.#serve(place, diskId, image)).process;
    };
    const socket = storageSocket(diskId, place.directories.sockets);
    this.#keeper.keep({ machine: place.id, disk: diskId, socket, process, restart });
  }
}
