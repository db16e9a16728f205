import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deviceValue } from '../devices/effective.ts';
import { DomainError } from '../errors.ts';
import type { StepContext } from '../jobs/definition.ts';
import type { Job } from '../jobs/job.ts';
import type { Guid, VirtualSystem } from '../model.ts';
import type { Machine, MachineEvent } from '../ports.ts';
import type { RequestContext } from '../requests.ts';
import type { SystemsContext } from './context.ts';
import { revise } from './ledger.ts';
import { effectiveServiceSettings, macRange } from './service-settings.ts';
import { admit, type PowerVerb, TRANSITIONS } from './power.ts';
import { FAILURE_WORDS, POWER_ACTIONS, type PowerEffect, supersededError } from './power-actions.ts';
import { PowerActivity } from './power-activity.ts';
import { becomesAgain, becomesOff, type StateChange } from './power-states.ts';
import { quote, wrongState } from './refusals.ts';
import { savedStateName } from './saved-state.ts';
import { elementNameOf } from './system-defaults.ts';
import { requireSystem } from './targets.ts';

/** Owner of what the service does by itself: automatic starts, recovery. */
export const SERVICE_CALLER: RequestContext = { caller: 'NT AUTHORITY\\SYSTEM', requestId: 'service' };

const NOT_STORED = 'the state of a virtual machine could not be stored; the next start of the service finds it';
export interface PowerListener {
  /** An event that no transition takes. */
  event(system: Guid, machine: Machine, event: MachineEvent): void;
  /** A machine died in the middle of a transition; the system is off. */
  died(system: VirtualSystem, reason: string | null): void;
}

/** How long the last event of a machine may come after the call that failed by its death. */
const LAST_WORD_MS = 100;
const MAKES_MACHINE: ReadonlySet<PowerVerb> = new Set(['start', 'restore']);

/** Whatever kept a machine from starting, its job says 32768 (lifecycle §2); the text and the code in it tell the rest. */
const asStartFailure = (error: unknown): unknown => {
  if (!(error instanceof DomainError) || error.code === 'failed') return error;
  const { message, hresult, source, cause } = error;
  return new DomainError('failed', message, {
    ...(hresult === null ? {} : { hresult }),
    ...(source === null ? {} : { source }),
    ...(cause === undefined ? {} : { cause }),
  });
};

const STABLE: ReadonlySet<VirtualSystem['power']> = new Set([
  'off',
  'running',
  'paused',
  'saved',
  'pausedCritical',
  'unknown',
]);

/**
 * The lifecycle of machines (lifecycle §2): requests and events of one system pass through one queue; a transition runs
 * beside the queue and comes back to it with its end.
 */
export class PowerControl {
  readonly #context: SystemsContext;
  readonly #activities = new Map<Guid, PowerActivity>();
  #listener: PowerListener = { event: () => undefined, died: () => undefined };

  constructor(context: SystemsContext) {
    this.#context = context;
    context.fleet.listen((system, machine, event) => this.#receive(system, machine, event));
  }

  listen(listener: PowerListener): void {
    this.#listener = listener;
  }

  isBusy(system: Guid): boolean {
    return this.#activities.has(system);
  }

  /** Resolves when no transition runs. */
  async quiet(): Promise<void> {
    while (this.#activities.size > 0) await Promise.all([...this.#activities.keys()].map((id) => this.idle(id)));
  }

  /** Resolves when no transition of the system runs. */
  async idle(system: Guid): Promise<void> {
    for (let activity = this.#activities.get(system); activity !== undefined; activity = this.#activities.get(system)) {
      await activity.ended;
    }
  }

  async requestState(request: RequestContext, id: Guid, requestedState: number): Promise<Job> {
    const owner = requireSystem(this.#context, id).id;
    return this.#context.turns.run(owner, async () => {
      const system = requireSystem(this.#context, owner);
      const verdict = admit(
        {
          kind: system.kind,
          power: system.power,
          exclusive: system.operation?.exclusive === true && system.operation.powerMayChange !== true,
          guestShutdown: this.#shutdownEnabled(system),
          guestReboot: this.#shutdownEnabled(system) && this.#guestAnswers(system),
        },
        requestedState,
      );
      if (verdict.kind === 'refused') throw new DomainError(verdict.code, verdict.reason);
      return this.#begin(request, system, verdict.verb, requestedState);
    });
  }

  async initiateShutdown(id: Guid, options: { readonly reboot: boolean }): Promise<void> {
    const owner = requireSystem(this.#context, id).id;
    await this.#context.turns.run(owner, async () => {
      const system = requireSystem(this.#context, owner);
      const machine = this.#requireRunning(system);
      if (!this.#shutdownEnabled(system))
        throw wrongState('The shutdown component is disabled. Enable it or turn the virtual machine off.');
      await (options.reboot ? machine.rebootGuest() : machine.shutdownGuest());
    });
  }

  async injectNmi(id: Guid): Promise<void> {
    const owner = requireSystem(this.#context, id).id;
    await this.#context.turns.run(owner, () => this.#requireRunning(requireSystem(this.#context, owner)).injectNmi());
  }

  #requireRunning(system: VirtualSystem): Machine {
    const machine = this.#context.fleet.get(system.id)?.machine;
    if (system.power !== 'running' || machine === undefined)
      throw wrongState('The virtual machine is not running. Start it first.');
    return machine;
  }

  #shutdownEnabled(system: VirtualSystem): boolean {
    const component = system.active.devices.find((device) => device.kind === 'shutdown');
    return component !== undefined && deviceValue(component, 'EnabledState') === 2;
  }

  #guestAnswers(system: VirtualSystem): boolean {
    return this.#context.fleet.get(system.id)?.machine.figures().guestAgent === 'ok';
  }

  /** The caller holds the turn. The job and the transient state become durable together. */
  async #begin(request: RequestContext, prior: VirtualSystem, verb: PowerVerb, requestedState: number): Promise<Job> {
    const { ledger, jobs } = this.#context;
    const transition = TRANSITIONS[verb];
    const previous = this.#activities.get(prior.id) ?? null;
    const active = verb === 'start' ? this.#withAddresses(prior) : prior.active;
    const system = revise(prior, {
      active,
      power: transition.through,
      requestedState,
      // Named before it is written: a crash finds it by this name, or finds that it was never finished.
      ...(verb === 'save' ? { savedState: savedStateName(prior.revision + 1) } : {}),
    });
    const activity = new PowerActivity(verb, previous);
    this.#activities.set(prior.id, activity);
    try {
      const job = await jobs.run(
        request,
        {
          type: transition.jobType,
          caption: transition.caption,
          affected: [{ element: { kind: 'system', id: prior.id }, effect: 0 }],
          cancellable: false,
          failure: `${quote(elementNameOf(prior.active))} ${FAILURE_WORDS[verb]}`,
          begin: ledger.joined(prior, system),
        },
        (step) => this.#perform(activity, prior, system, step),
      );
      // Not what turns off itself: two of them may well end together.
      if (previous !== null && previous.verb !== 'turnOff' && previous.verb !== 'discard') previous.supersede();
      return job;
    } catch (error) {
      this.#leave(prior.id, activity, previous);
      activity.settle();
      throw error;
    }
  }

  #withAddresses(system: VirtualSystem): VirtualSystem['active'] {
    const { graph, macs, serviceDefaults } = this.#context;
    const settings = effectiveServiceSettings(serviceDefaults, graph.serviceSettings());
    return macs.assign(system.active, graph.systems(), macRange(settings));
  }

  async #perform(
    activity: PowerActivity,
    prior: VirtualSystem,
    system: VirtualSystem,
    step: StepContext,
  ): Promise<void> {
    const { id } = system;
    try {
      const effect = await POWER_ACTIONS[activity.verb]({ context: this.#context, prior, system, activity, step });
      activity.succeeded = true;
      await this.#finish(activity, prior, effect, step);
    } catch (error) {
      if (!activity.superseded) {
        const { log } = this.#context;
        log.warn({ err: error, system: id, job: step.jobId }, `a virtual machine ${FAILURE_WORDS[activity.verb]}`);
      }
      await this.#fallBack(id, activity, prior);
      if (activity.superseded) throw supersededError();
      throw MAKES_MACHINE.has(activity.verb) ? asStartFailure(error) : error;
    } finally {
      activity.settle();
    }
  }

  /**
   * The final state becomes durable together with the end of the job and is visible before it (README rule 12). The turn is
   * held until then, so that nothing builds on the state before.
   */
  async #finish(activity: PowerActivity, prior: VirtualSystem, effect: PowerEffect, step: StepContext): Promise<void> {
    const { turns, graph, ledger, clock, fleet, jobs, log } = this.#context;
    const { id } = prior;
    const release = await turns.hold(id);
    const now = graph.system(id);
    if (now === undefined || activity.superseded) {
      release();
      throw supersededError();
    }
    // The second of two turn-offs finds the work done.
    if (now.power === 'off' && effect.gone) {
      this.#leave(id, activity, null);
      release();
      return;
    }
    const joined = ledger.joined(now, revise(now, effect.becomes(now, clock.now())));
    let applied = false;
    const settle = (): void => {
      if (effect.gone) fleet.remove(id);
      this.#leave(id, activity, null);
      release();
    };
    step.join({
      changes: joined.changes,
      applied: () => {
        applied = true;
        joined.applied();
        settle();
        if (prior.savedState !== null && graph.system(id)?.savedState !== prior.savedState)
          void this.#removeSavedState(prior);
      },
    });
    const storeLate = async (): Promise<void> => {
      await jobs.ended(step.jobId);
      if (applied) return;
      // The job ended without us: its last record was refused, or the service stopped.
      try {
        await ledger.commit(now, revise(now, effect.becomes(now, clock.now())));
      } catch (error) {
        log.error({ err: error, system: id }, NOT_STORED);
      } finally {
        settle();
      }
    };
    void storeLate();
  }

  /** A transition that failed: the machine goes on as before, or is gone. */
  async #fallBack(id: Guid, activity: PowerActivity, prior: VirtualSystem): Promise<void> {
    const { turns, graph, ledger, clock, fleet, log } = this.#context;
    const hadMachine = !MAKES_MACHINE.has(activity.verb) && fleet.get(id) !== undefined;
    // A call to a machine that dies may fail just before the machine's last event: the event tells what is true.
    if (hadMachine && !activity.superseded) await this.#lastWord(activity);
    await turns.run(id, async () => {
      const now = graph.system(id);
      if (now === undefined || activity.superseded || this.#activities.get(id) !== activity) {
        this.#leave(id, activity, null);
        return;
      }
      const gone = activity.stopped !== null && hadMachine;
      const becomes = gone ? becomesOff : this.#before(prior);
      try {
        await ledger.commit(now, revise(now, becomes(now, clock.now())));
        if (gone) fleet.remove(id);
      } catch (error) {
        log.error({ err: error, system: id }, NOT_STORED);
      } finally {
        this.#leave(id, activity, null);
      }
      if (gone && activity.stopped?.by === 'crash') this.#listener.died(now, activity.stopped.reason);
    });
  }

  async #lastWord(activity: PowerActivity): Promise<void> {
    const timer = new AbortController();
    const waited = this.#context.clock.sleep(LAST_WORD_MS, timer.signal).catch(() => undefined);
    await Promise.race([activity.guestSignal, waited]);
    timer.abort();
  }

  /** The state that a failed transition leaves: the one before it, unless that was another transition, now overtaken. */
  #before(prior: VirtualSystem): StateChange {
    if (STABLE.has(prior.power)) return becomesAgain(prior);
    if (this.#context.fleet.get(prior.id) === undefined) return becomesOff;
    return becomesAgain({ ...prior, power: 'unknown' });
  }

  /** The activity is over; what it did not take of its machine's events is handled now. */
  #leave(id: Guid, activity: PowerActivity, next: PowerActivity | null): void {
    if (this.#activities.get(id) !== activity) return;
    if (next === null) this.#activities.delete(id);
    else this.#activities.set(id, next);
    for (const { machine, event } of activity.deferred.splice(0)) this.#receive(id, machine, event);
  }

  /** An event that waited outside and now meets a transition. */
  deliver(id: Guid, machine: Machine, event: MachineEvent): void {
    this.#receive(id, machine, event);
  }

  #receive(id: Guid, machine: Machine, event: MachineEvent): void {
    const activity = this.#activities.get(id);
    if (activity === undefined) this.#listener.event(id, machine, event);
    else activity.receive(machine, event);
  }

  /** A saved state that was used or discarded goes after the record that says so is durable. */
  async #removeSavedState(system: VirtualSystem): Promise<void> {
    const { paths, log } = this.#context;
    if (system.savedState === null) return;
    try {
      await rm(join(paths.stateDirectory(system.id), system.savedState), { force: true });
    } catch (error) {
      log.warn({ err: error, system: system.id }, 'a saved state could not be removed');
    }
  }
}
