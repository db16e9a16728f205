import { randomInt } from 'node:crypto';
import { type FileHandle, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ImageTool } from '../core/disks/image-tool.ts';
import { DomainError } from '../core/errors.ts';
import type { Guid, MachineProcess } from '../core/model.ts';
import type { AdoptedMachine, Clock, Hypervisor, HypervisorVerdict, Machine, SavedStateFacts } from '../core/ports.ts';
import type { MachineSpec } from '../core/machine-spec.ts';
import { DiskLocks } from './disk-locks.ts';
import { Faults } from './faults.ts';
import { freshGuest, type GuestState, ranAt, rebooted, thaw } from './guest.ts';
import { type MachineHost, SimulatedMachine } from './machine.ts';
import { readRecord, removeRecord, removeUnknown } from './record.ts';
import { parseSavedState, readSavedState, writeSavedState } from './saved-state.ts';

export interface SimulatedOptions {
  readonly clock: Clock;
  /** Where each machine has its run directory, by its id. Without it nothing that a killed service left there is looked for. */
  readonly runDirectory?: string;
  readonly faults?: Faults;
  /** Memory that all running machines share; unlimited when absent. */
  readonly hostMemoryMb?: number;
  /** Milliseconds from the start request to a running machine; 20 when absent. */
  readonly startMs?: number;
  /** Running time until the guest answers; 2000 when absent. */
  readonly bootMs?: number;
  /** From the request to shut down until the guest is off; 1000 when absent. */
  readonly shutdownMs?: number;
  /** 200 when absent. */
  readonly saveMs?: number;
  /** Merges of the disks of running machines are real (K26); without it they are refused. */
  readonly images?: ImageTool;
}

export interface SimulatedHypervisor extends Hypervisor {
  readonly faults: Faults;
  /** The machine of a system, with more to look at than the port shows. */
  machine(system: Guid): SimulatedMachine | undefined;
}

export const createSimulatedHypervisor = (options: SimulatedOptions): SimulatedHypervisor => new Simulation(options);

/** Linux gives no process a greater number (PID_MAX_LIMIT): a simulated one is never taken for a real one. */
const FIRST_PID = 2 ** 22 + 1;
const LAST_PID = 2 ** 31 - 1;
/** Of every simulated process. */
const START_TICKS = 0;
const ADOPT_LIMIT_MS = 3000;

class Simulation implements SimulatedHypervisor {
  readonly faults: Faults;
  readonly verdict: HypervisorVerdict = {
    hypervisor: 'simulated',
    version: '1.0',
    accelerator: 'none',
    reason: 'The simulated hypervisor was asked for: no guest really runs.',
  };
  readonly #host: MachineHost;
  readonly #machines = new Map<Guid, SimulatedMachine>();
  /** Systems with a start under way, with their memory: two starts at once must not both fit. */
  readonly #reserved = new Map<Guid, number>();
  /** Machines that are there and could not be taken over. */
  readonly #unreachable = new Map<Guid, MachineSpec>();
  readonly #hostMemoryMb: number;
  readonly #startMs: number;
  readonly #runDirectory: string | null;
  #closed = false;

  constructor(options: SimulatedOptions) {
    this.faults = options.faults ?? new Faults();
    this.faults.attach((system) => this.#machines.get(system));
    this.#hostMemoryMb = options.hostMemoryMb ?? Number.POSITIVE_INFINITY;
    this.#startMs = options.startMs ?? 20;
    this.#runDirectory = options.runDirectory ?? null;
    this.#host = {
      clock: options.clock,
      faults: this.faults,
      locks: new DiskLocks(),
      times: { bootMs: options.bootMs ?? 2000, shutdownMs: options.shutdownMs ?? 1000 },
      saveMs: options.saveMs ?? 200,
      images: options.images ?? null,
      onGone: (machine) => {
        if (this.#machines.get(machine.id) === machine) this.#machines.delete(machine.id);
      },
    };
  }

  machine(system: Guid): SimulatedMachine | undefined {
    return this.#machines.get(system);
  }

  async start(
    spec: MachineSpec,
    options: { readonly savedState: string | null; readonly signal: AbortSignal; readonly paused?: boolean },
  ): Promise<Machine> {
    if (this.#closed) throw new DomainError('notAvailable', 'The service is stopping. Try again when it runs.');
    if (this.#machines.has(spec.id) || this.#reserved.has(spec.id))
      throw new DomainError('inUse', `'${spec.name}' is running or being started already.`);
    this.#reserve(spec);
    try {
      return await this.#withDisks(spec, async () => {
        const guest = await this.#prepare(spec, options.savedState, options.paused ?? false, options.signal);
        const process: MachineProcess = { pid: randomInt(FIRST_PID, LAST_PID), startTicks: START_TICKS };
        const machine = new SimulatedMachine(this.#host, spec, process, guest);
        await this.#begin(machine, spec);
        return machine;
      });
    } finally {
      this.#reserved.delete(spec.id);
    }
  }

  async describeState(handle: FileHandle): Promise<SavedStateFacts> {
    const { processors, adapters } = await parseSavedState(handle);
    return { processors, adapters, memoryMb: null };
  }

  /** Nothing is shared where no memory is; the file is what it is elsewhere. */
  async shareState(spec: MachineSpec, options: Parameters<Hypervisor['shareState']>[1]): Promise<void> {
    if (this.#closed) throw new DomainError('notAvailable', 'The service is stopping. Try again when it runs.');
    if (this.#machines.has(spec.id) || this.#reserved.has(spec.id))
      throw new DomainError('inUse', `'${spec.name}' is running or being started already.`);
    this.#reserve(spec);
    try {
      await this.#withDisks(spec, async () => {
        this.faults.check('shareState', spec.id);
        const state = await readSavedState(options.savedState, spec);
        const { clock, saveMs, locks } = this.#host;
        await writeSavedState(options.target, state, clock, saveMs, options.progress, options.signal);
        for (const { id } of spec.disks) locks.release(spec.id, id);
      });
    } finally {
      this.#reserved.delete(spec.id);
    }
  }

  async adopt(spec: MachineSpec, process: MachineProcess): Promise<AdoptedMachine | null> {
    if (this.#machines.has(spec.id)) throw new DomainError('invalidState', 'The machine is adopted already.');
    this.#unreachable.set(spec.id, spec);
    this.faults.check('adopt', spec.id);
    if (this.faults.isSilent(spec.id)) await this.#noAnswer();
    this.#unreachable.delete(spec.id);
    const record = await readRecord(spec);
    if (record === null || record.pid !== process.pid || process.startTicks !== START_TICKS) return null;
    const guest = this.#caughtUp(spec, record.guest);
    if (guest === null) {
      await removeRecord(spec);
      return null;
    }
    // A running machine keeps the files it has open, whatever became of their names; and it has its memory already.
    for (const disk of spec.disks) await this.#host.locks.acquire(spec.id, disk).catch(() => undefined);
    const machine = new SimulatedMachine(this.#host, spec, process, guest);
    await this.#begin(machine, spec);
    return { machine, state: machine.state };
  }

  async endUnknown(known: ReadonlySet<Guid>): Promise<readonly Guid[]> {
    const isKnown = (id: Guid): boolean => known.has(id) || this.#machines.has(id) || this.#reserved.has(id);
    return this.#runDirectory === null ? [] : removeUnknown(this.#runDirectory, isKnown);
  }

  async end(id: Guid): Promise<void> {
    const spec = this.#unreachable.get(id);
    this.#unreachable.delete(id);
    if (spec !== undefined) await removeRecord(spec);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const machines = [...this.#machines.values()];
    this.#machines.clear();
    await Promise.all(machines.map((machine) => machine.detach()));
  }

  async #noAnswer(): Promise<never> {
    await this.#host.clock.sleep(ADOPT_LIMIT_MS);
    throw new DomainError('timeout', 'The machine runs but does not answer. Turn it off if this lasts.');
  }

  async #begin(machine: SimulatedMachine, spec: MachineSpec): Promise<void> {
    this.#machines.set(spec.id, machine);
    this.#reserved.delete(spec.id);
    try {
      await machine.begin();
    } catch (error) {
      this.#machines.delete(spec.id);
      await machine.detach();
      await removeRecord(spec);
      throw new DomainError('failed', `'${spec.name}' could not be started: ${(error as Error).message}.`, {
        cause: error,
      });
    }
  }

  #reserve(spec: MachineSpec): void {
    const { mb } = spec.memory;
    let used = 0;
    for (const machine of this.#machines.values()) used += machine.memoryMb;
    for (const reserved of this.#reserved.values()) used += reserved;
    if (used + mb > this.#hostMemoryMb)
      throw new DomainError(
        'failed',
        `Not enough memory to start '${spec.name}': it needs ${mb} MB, and ${this.#hostMemoryMb - used} MB of the host are free.`,
        { hresult: '0x8007000E' },
      );
    this.#reserved.set(spec.id, mb);
  }

  async #withDisks<T>(spec: MachineSpec, run: () => Promise<T>): Promise<T> {
    const { locks } = this.#host;
    const held: string[] = [];
    try {
      for (const disk of spec.disks) {
        await locks.acquire(spec.id, disk);
        held.push(disk.id);
      }
      return await run();
    } catch (error) {
      for (const id of held) locks.release(spec.id, id);
      throw error;
    }
  }

  /** Everything that a real start does to files, and the time it takes. */
  async #prepare(
    spec: MachineSpec,
    savedState: string | null,
    paused: boolean,
    signal: AbortSignal,
  ): Promise<GuestState> {
    const { clock } = this.#host;
    this.faults.check('start', spec.id);
    if (savedState !== null) this.faults.check('restore', spec.id);
    const saved = savedState === null ? null : await readSavedState(savedState, spec);
    await clock.sleep(this.#startMs, signal);
    await mkdir(spec.runDirectory, { recursive: true, mode: 0o700 });
    if (spec.firmware.kind === 'uefi') await makeVariables(spec.firmware.variablesFile);
    if (spec.tpm !== null) await mkdir(spec.tpm.stateDirectory, { recursive: true, mode: 0o700 });
    signal.throwIfAborted();
    const now = clock.now();
    if (saved === null) return freshGuest(now, paused);
    return paused ? saved.guest : thaw(saved.guest, now);
  }

  /** What the guest did while no service watched; null: it turned off. */
  #caughtUp(spec: MachineSpec, guest: GuestState): GuestState | null {
    if (guest.pending === null || ranAt(guest, this.#host.clock.now()) < guest.pending.at) return guest;
    return guest.pending.kind === 'off' || spec.offOnReboot ? null : rebooted(guest, guest.pending.at);
  }
}

const makeVariables = async (file: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    await writeFile(file, 'simulated UEFI variables\n', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
};
