import type { MachineProcess } from '../../core/model.ts';
import type { AdapterLog } from '../log.ts';
import { isAlive } from './process-identity.ts';

/** A process that serves a disk to a running machine. */
export interface Served {
  readonly machine: string;
  readonly disk: string;
  /** Where it listens. */
  readonly socket: string;
  /** Null: it is gone. */
  readonly process: MachineProcess | null;
  /** Starts another one; answers null, or is null, where nobody else may take its place. */
  readonly restart: (() => Promise<MachineProcess | null>) | null;
}

interface Kept {
  readonly served: Served;
  process: MachineProcess | null;
  /** Starts in a row that failed. */
  failures: number;
  /** Looks until the next try. */
  wait: number;
  /** Why the last start failed: the same again is no news. */
  reason: string | null;
}

/** QEMU waits for a server that died, and so does its guest. */
const LOOK_MS = 500;
/** Its guest may be paused for want of the disk: it is not to wait long once the disk can be had. */
const MOST_LOOKS_BETWEEN = 8;

/**
 * Looks after servers of disks: one that dies is started again, sooner or later, QEMU connects anew, and who listens for the machine
 * is told.
 */
export class ServerKeeper {
  readonly #kept = new Map<string, Kept>();
  readonly #listeners = new Map<string, () => void>();
  readonly #log: AdapterLog;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();

  constructor(log: AdapterLog) {
    this.#log = log;
  }

  keep(served: Served): void {
    const { machine, disk, process } = served;
    this.#kept.set(keyOf(machine, disk), { served, process, failures: 0, wait: 0, reason: null });
    if (process !== null) this.#listeners.get(machine)?.();
    this.#timer ??= setInterval(() => {
      this.#looking = this.#looking.then(() => this.#look());
    }, LOOK_MS).unref();
  }

  keeps(machine: string, disk: string): boolean {
    return this.#kept.has(keyOf(machine, disk));
  }

  /** `started` is called for each server that is started for the machine from now on, until the machine is forgotten. */
  listen(machine: string, started: () => void): void {
    this.#listeners.set(machine, started);
  }

  /** The disks of a machine that have a server, or will have one, as they were at the last look. */
  servedOf(machine: string): readonly Served[] {
    return [...this.#kept.values()].flatMap(({ served, process }) =>
      served.machine === machine ? [{ ...served, process }] : [],
    );
  }

  /** Nothing is started for the disk from now on. Resolves when nothing is being started any more. */
  async release(machine: string, disk: string): Promise<void> {
    this.#kept.delete(keyOf(machine, disk));
    await this.#looking;
  }

  /** The same for all disks of a machine. */
  async forget(machine: string): Promise<void> {
    this.#listeners.delete(machine);
    for (const { disk } of this.servedOf(machine)) this.#kept.delete(keyOf(machine, disk));
    await this.#looking;
  }

  /** Lets go of all: they serve on. */
  close(): void {
    this.#kept.clear();
    this.#listeners.clear();
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  async #look(): Promise<void> {
    for (const [key, kept] of this.#kept) {
      if (kept.process !== null && (await isAlive(kept.process))) continue;
      // It may have been let go of while we looked.
      if (this.#kept.get(key) !== kept) continue;
      if (kept.served.restart === null) this.#giveUp(key, kept);
      else await this.#restart(key, kept, kept.served.restart);
    }
    if (this.#kept.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #giveUp(key: string, { served }: Kept): void {
    this.#kept.delete(key);
    this.#log.error(
      { system: served.machine, disk: served.disk },
      'the server of a disk that a guest writes to is gone: the disk fails until the machine is turned off',
    );
  }

  async #restart(key: string, kept: Kept, restart: () => Promise<MachineProcess | null>): Promise<void> {
    if (kept.wait-- > 0) return;
    const { machine, disk } = kept.served;
    try {
      kept.process = await restart();
      if (kept.process === null) {
        this.#giveUp(key, kept);
        return;
      }
      kept.failures = 0;
      kept.reason = null;
      this.#log.warn({ system: machine, disk }, 'the server of a disk was started again');
      this.#listeners.get(machine)?.();
    } catch (error) {
      kept.process = null;
      kept.wait = Math.min(2 ** kept.failures++, MOST_LOOKS_BETWEEN);
      const reason = error instanceof Error ? error.message : String(error);
      if (reason === kept.reason) return;
      kept.reason = reason;
      this.#log.error({ err: error, system: machine, disk }, 'a disk of a running machine is not served');
    }
  }
}

const keyOf = (machine: string, disk: string): string => `${machine}\n${disk}`;
