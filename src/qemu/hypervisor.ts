import { type FileHandle, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../core/errors.ts';
import type { Guid, MachineProcess } from '../core/model.ts';
import type { HostNetwork } from '../core/networks/host-network.ts';
import type { AdoptedMachine, Hypervisor, HypervisorVerdict, Machine, SavedStateFacts } from '../core/ports.ts';
import type { MachineSpec } from '../core/machine-spec.ts';
import { adoptMachine } from './adopt.ts';
import { hasNetworkRoms } from './attach.ts';
import { DEFAULT_PROGRAMS, type HostServices, type Programs } from './host-services.ts';
import type { InheritedAccess } from './images/inherited-access.ts';
import type { AdapterLog } from './log.ts';
import type { QemuMachine } from './machine/qemu-machine.ts';
import { openLinuxNetwork } from './networks/linux-network.ts';
import { chooseAccelerator, type AcceleratorPolicy } from './probe/choose.ts';
import { releaseMachine } from './release.ts';
import { readSavedState } from './saved-state/format.ts';
import { shareState, type ShareOptions } from './share-state.ts';
import { startMachine, type StartOptions } from './start.ts';
import { AccessLedger } from './supervise/access-ledger.ts';
import { requireServed } from './images/check-image.ts';
import { ChainKeeper } from './supervise/chain-keeper.ts';
import { DaemonKeeper } from './supervise/daemon-keeper.ts';
import { LogLimit } from './supervise/log-limit.ts';
import { MachineRecords } from './supervise/machine-record.ts';
import { isAlive } from './supervise/process-identity.ts';
import { ServerKeeper } from './supervise/server-keeper.ts';
import { SharedMemory } from './supervise/shared-memory.ts';
import { resolveRunUser, type UserPolicy } from './supervise/user.ts';

export interface QemuHypervisorOptions {
  /** Durable state of the adapter (`<data dir>/state/qemu`): records of machines, the accelerator verdict. */
  readonly stateDirectory: string;
  /** Short directory for sockets of machines whose own run directory has too long a path: `/run/vsms`, or below XDG_RUNTIME_DIR. */
  readonly runDirectory: string;
  readonly accelerator: AcceleratorPolicy;
  /** Whose processes machines are (K23). */
  readonly user: UserPolicy;
  readonly log: AdapterLog;
  /** Where adapters are plugged in; missing: this host's. */
  readonly network?: HostNetwork;
  readonly programs?: Partial<Programs>;
  /** Where KVM is; missing: where Linux has it. */
  readonly kvmDevice?: string;
  /** Who makes overlays for running machines lets QEMU's user reach them at once. */
  readonly inheritedAccess?: InheritedAccess;
}

/**
 * The hypervisor port over QEMU. Clears away what a former service left half-started, and keeps what it left running for
 * adopt(). Rejects with DomainError `notAvailable` when there is no QEMU, or no KVM where the policy insists on it.
 */
export async function createQemuHypervisor(options: QemuHypervisorOptions): Promise<QemuHypervisor> {
  await mkdir(options.stateDirectory, { recursive: true, mode: 0o700 });
  await mkdir(options.runDirectory, { recursive: true, mode: 0o711 });
  const programs = { ...DEFAULT_PROGRAMS, ...options.programs };
  const user = await resolveRunUser(options.user);
  const inheriting =
    user === null ? undefined : options.inheritedAccess?.open(join(options.stateDirectory, 'overlays'), user);
  const [records, choice, networkRoms, network] = await Promise.all([
    MachineRecords.open(join(options.stateDirectory, 'machines')),
    chooseAccelerator(options.accelerator, {
      program: programs.qemu,
      directory: options.stateDirectory,
      user,
      log: options.log,
      ...(options.kvmDevice === undefined ? {} : { kvmDevice: options.kvmDevice }),
    }),
    hasNetworkRoms(),
    options.network ?? openLinuxNetwork(),
    inheriting,
  ]);
  const servers = new ServerKeeper(options.log);
  const host: HostServices = {
    programs,
    user,
    network,
    records,
    access: new AccessLedger(user, records),
    chains: new ChainKeeper({ records, user, program: programs.chainServer, keeper: servers }),
    daemons: new DaemonKeeper({
      records,
      user,
      program: programs.storageDaemon,
      keeper: servers,
      check: requireServed,
    }),
    servers,
    sharedMemory: new SharedMemory(user, options.log),
    runDirectory: options.runDirectory,
    verdict: choice.verdict,
    enlightenments: choice.enlightenments,
    networkRoms,
    releasing: new Map(),
    log: options.log,
  };
  await clearLeftovers(host);
  return new QemuHypervisor(host);
}

/** Machines that ended while no service ran, and those whose start nobody was told of. */
async function clearLeftovers(host: HostServices): Promise<void> {
  for (const record of host.records.all()) {
    const lives = record.phase !== 'starting' && record.process !== null && (await isAlive(record.process));
    if (lives) continue;
    host.log.info({ system: record.id }, 'clearing away what is left of a machine');
    await releaseMachine(host, record.id);
  }
}

export class QemuHypervisor implements Hypervisor {
  readonly verdict: HypervisorVerdict;
  readonly #host: HostServices;
  readonly #machines = new Map<Guid, QemuMachine>();
  readonly #starting = new Set<Guid>();
  readonly #logs: LogLimit;
  #closed = false;

  constructor(host: HostServices) {
    this.#host = host;
    this.#logs = new LogLimit(() => host.records.all().map(({ directories }) => directories.logs), host.log);
    this.#logs.watch();
    this.verdict = host.verdict;
  }

  async start(spec: MachineSpec, options: StartOptions): Promise<Machine> {
    if (this.#closed) throw new DomainError('notAvailable', 'The service is stopping. Try again when it runs.');
    if (this.#machines.has(spec.id) || this.#starting.has(spec.id)) {
      throw new DomainError('invalidState', 'The machine runs already.');
    }
    this.#starting.add(spec.id);
    try {
      const machine = await startMachine(this.#host, spec, options, (gone) => this.#forget(gone));
      // It may have ended in the moment in which it started.
      if (this.#host.records.get(spec.id) !== null) this.#machines.set(spec.id, machine);
      return machine;
    } finally {
      this.#starting.delete(spec.id);
    }
  }

  async describeState(handle: FileHandle): Promise<SavedStateFacts> {
    const { header } = await readSavedState(handle);
    return {
      processors: header.processors,
      adapters: Object.keys(header.adapterSlots),
      memoryMb: header.memoryMb,
    };
  }

  async shareState(spec: MachineSpec, options: ShareOptions): Promise<void> {
    if (this.#closed) throw new DomainError('notAvailable', 'The service is stopping. Try again when it runs.');
    if (this.#machines.has(spec.id) || this.#starting.has(spec.id))
      throw new DomainError('invalidState', 'A machine of this identifier runs.');
    this.#starting.add(spec.id);
    try {
      await shareState(this.#host, spec, options);
    } finally {
      this.#starting.delete(spec.id);
    }
  }

  async adopt(spec: MachineSpec, process: MachineProcess): Promise<AdoptedMachine | null> {
    if (this.#machines.has(spec.id)) throw new DomainError('invalidState', 'The machine is adopted already.');
    const adopted = await adoptMachine(this.#host, spec, process);
    if (adopted === null) return null;
    this.#machines.set(spec.id, adopted.machine);
    adopted.machine.follow((gone) => this.#forget(gone));
    // After that: QEMU tells by events that a device is gone.
    await adopted.machine.takeBack();
    return adopted;
  }

  /**
   * Ends machines that run for this service but that it does not know (the store lost its last word about their start).
   * Call it once, after all known ones were adopted. Resolves to their ids.
   */
  async endUnknown(known: ReadonlySet<Guid>): Promise<readonly Guid[]> {
    const unknown = this.#host.records
      .all()
      .filter(({ id }) => !known.has(id) && !this.#machines.has(id) && !this.#starting.has(id));
    for (const { id } of unknown) await releaseMachine(this.#host, id);
    return unknown.map(({ id }) => id);
  }

  async end(id: Guid): Promise<void> {
    await releaseMachine(this.#host, id);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#logs.close();
    for (const machine of this.#machines.values()) machine.detach();
    this.#machines.clear();
    this.#host.servers.close();
  }

  #forget(machine: QemuMachine): void {
    if (this.#machines.get(machine.id) === machine) this.#machines.delete(machine.id);
  }
}
