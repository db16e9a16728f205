import { type Attempt, UnsettledWork } from '../../jobs/unsettled.ts';
import type { Guid, VirtualSystem } from '../../model.ts';
import type { Machine, MachineEvent } from '../../ports.ts';
import type { SystemsContext } from '../context.ts';
import { CrashCounter } from './crash-counter.ts';
import { DiskWatch } from './disk-watch.ts';
import { revise } from '../ledger.ts';
import { type PowerControl, SERVICE_CALLER } from '../power/power-control.ts';
import {
  becomesOff,
  becomesPaused,
  becomesReset,
  becomesResetPaused,
  becomesResumed,
  type StateChange,
} from '../power/power-states.ts';
import { effectiveValues } from '../system-defaults.ts';

/** What checkpoints have to do with it. */
export interface SnapshotReactions {
  /** Applies a checkpoint; resolves when that has ended. */
  revert(snapshot: Guid): Promise<void>;
  /** The guest has shut down by itself. */
  stoppedWell(system: Guid): Promise<void>;
}

interface MachineOccurrence {
  readonly machine: Machine;
  readonly event: MachineEvent;
}

const NOT_STORED = 'what a machine has done by itself could not be stored; it is tried again until it is';

/** What machines do by themselves: guests that turn off or restart, processes that die, disks that fail (lifecycle §3, §5). */
export class MachineEvents {
  readonly #context: SystemsContext;
  readonly #power: PowerControl;
  readonly #crashes: CrashCounter;
  readonly #disks: DiskWatch;
  readonly #snapshots: SnapshotReactions;
  readonly #unsettled: UnsettledWork;
  /** Events of systems whose records the store has refused, in their order. */
  readonly #refused = new Map<Guid, MachineOccurrence[]>();

  constructor(context: SystemsContext, power: PowerControl, snapshots: SnapshotReactions) {
    this.#snapshots = snapshots;
    this.#context = context;
    this.#unsettled = new UnsettledWork(context.later);
    this.#power = power;
    this.#crashes = new CrashCounter(context.clock);
    this.#disks = new DiskWatch(context, power);
    power.listen({
      event: (system, machine, event) => {
        this.#handle(system, machine, event).catch((error: unknown) => {
          context.log.error({ err: error, system, event: event.kind }, 'an event of a machine could not be handled');
        });
      },
      died: (system, reason) => this.#recover(system, reason),
    });
  }

  close(): void {
    this.#disks.close();
    this.#unsettled.close();
  }

  /** For adoption: a record that the store has refused. */
  settleLater(attempt: Attempt): void {
    this.#unsettled.add(attempt);
  }

  /** For adoption: the machine was found paused by a disk error. */
  watchDisk(system: Guid): void {
    this.#disks.watch(system);
  }

  async #handle(id: Guid, machine: Machine, event: MachineEvent): Promise<void> {
    const { turns, log } = this.#context;
    await turns.run(id, async () => {
      const refused = this.#refused.get(id);
      if (refused !== undefined) {
        refused.push({ machine, event });
        return;
      }
      try {
        await this.#take(id, { machine, event });
      } catch (error) {
        log.error({ err: error, system: id, event: event.kind }, NOT_STORED);
        this.#refused.set(id, [{ machine, event }]);
        this.#unsettled.add(() => this.#takeRefused(id));
      }
    });
  }

  /** The caller holds the turn. Rejects when the store refuses what the system becomes; nothing has changed then. */
  async #take(id: Guid, { machine, event }: MachineOccurrence): Promise<void> {
    const { graph, fleet, ledger, clock, log } = this.#context;
    const system = graph.system(id);
    // The last words of a machine that is no longer the system's.
    if (system === undefined || fleet.get(id)?.machine !== machine) return;
    if (this.#power.isBusy(id)) {
      // A transition began while this event waited for its turn.
      this.#power.deliver(id, machine, event);
      return;
    }
    if (event.kind === 'diskBack') this.#disks.back(id);
    const becomes = changeBy(system, event);
    if (becomes === null) return;
    await ledger.commit(system, revise(system, becomes(system, clock.now())));
    if (event.kind === 'stopped') fleet.remove(id);
    if (event.kind === 'ioError')
      log.warn({ system: id, disk: event.disk, reason: event.reason }, 'a virtual machine is paused by a disk error');
    this.#react(system, event);
  }

  async #takeRefused(id: Guid): Promise<boolean> {
    return this.#context.turns.run(id, async () => {
      const refused = this.#refused.get(id) ?? [];
      try {
        for (let next = refused[0]; next !== undefined; next = refused[0]) {
          await this.#take(id, next);
          refused.shift();
        }
      } catch {
        return false;
      }
      this.#refused.delete(id);
      return true;
    });
  }

  /** What follows an event besides the new state. */
  #react(system: VirtualSystem, event: MachineEvent): void {
    if (event.kind === 'ioError') this.#disks.watch(system.id);
    if (event.kind === 'stopped' && event.by === 'crash') this.#recover(system, event.reason);
    if (event.kind === 'stopped' && event.by === 'guest') void this.#snapshots.stoppedWell(system.id);
  }

  #recover(system: VirtualSystem, reason: string | null): void {
    const { log } = this.#context;
    const { id } = system;
    log.error({ system: id, reason }, 'the machine of a virtual machine died');
    const action = effectiveValues(system, system.active).AutomaticRecoveryAction;
    const snapshot = action === REVERT ? system.currentSnapshot : null;
    if (action !== RESTART && snapshot === null) return;
    if (!this.#crashes.mayRestart(id)) {
      log.error({ system: id }, 'the virtual machine died too often and is not restarted');
      this.#giveUp(id).catch((error: unknown) => log.error({ err: error, system: id }, 'and that could not be stored'));
      return;
    }
    this.#restart(id, snapshot).catch((error: unknown) => {
      log.warn({ err: error, system: id }, 'a virtual machine that died could not be restarted');
    });
  }

  async #restart(id: Guid, snapshot: Guid | null): Promise<void> {
    if (snapshot !== null) await this.#snapshots.revert(snapshot);
    await this.#power.requestState(SERVICE_CALLER, id, START);
  }

  /** HealthState tells it until somebody starts the machine (lifecycle §3). */
  async #giveUp(id: Guid): Promise<void> {
    const { turns, graph, ledger } = this.#context;
    await turns.run(id, async () => {
      const system = graph.system(id);
      if (system?.power !== 'off') return;
      await ledger.commit(system, revise(system, { extras: { ...system.extras, diedRepeatedly: true } }));
    });
  }
}

/** AutomaticRecoveryAction. To revert needs a checkpoint; without one the machine stays off. */
const RESTART = 3;
const REVERT = 4;
const START = 2;

/** The state after an event that no transition expects; null: nothing changes. */
export const changeBy = (system: VirtualSystem, event: MachineEvent): StateChange | null => {
  switch (event.kind) {
    case 'stopped':
      return becomesOff;
    case 'reset':
      // One that is paused stays so.
      return system.power === 'paused' || system.power === 'pausedCritical' ? becomesResetPaused : becomesReset;
    case 'paused':
      return system.power === 'running' ? becomesPaused('paused') : null;
    case 'resumed':
      return system.power === 'paused' || system.power === 'pausedCritical' ? becomesResumed : null;
    case 'ioError':
      return becomesPaused('pausedCritical');
    case 'diskBack':
    case 'guestPanicked':
      return null;
    default:
      return event satisfies never;
  }
};
