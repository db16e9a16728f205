import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deviceValue } from '../../devices/effective.ts';
import { DomainError } from '../../errors.ts';
import type { Joined, StepContext } from '../../jobs/definition.ts';
import type { Job } from '../../jobs/job.ts';
import { LedgerClosed } from '../../jobs/ledger.ts';
import type { Guid, VirtualSystem } from '../../model.ts';
import type { Machine, MachineEvent } from '../../ports.ts';
import type { RequestContext } from '../../requests.ts';
import type { SystemsContext } from '../context.ts';
import { revise } from '../ledger.ts';
import { effectiveServiceSettings, macRange } from '../settings/service-settings.ts';
import { admit, type PowerVerb, STATE_WORDS, TRANSITIONS } from '../power.ts';
import { FAILURE_WORDS, POWER_ACTIONS, supersededError } from './power-actions.ts';
import { PowerActivity } from './power-activity.ts';
import { type Ending, endingOf, MAKES_MACHINE } from './power-ending.ts';
import { quote, wrongState } from '../refusals.ts';
import { savedStateName } from './saved-state.ts';
import { elementNameOf } from '../system-defaults.ts';
import { requireSystem } from '../targets.ts';

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

/** The job's words for a record that the store has refused (issue 4 §2: old or new state, and never a word that is not true). */
const refusedRecord = ({ verb, effect }: PowerActivity, cause: unknown): DomainError => {
  const what =
    effect === null ? 'The state that it is in now' : 'The virtual machine did as it was asked, but its new state';
  const shown = STATE_WORDS[TRANSITIONS[verb].through];
  return new DomainError(
    'failed',
    `${what} could not be stored. That is tried again until it is done; until then the virtual machine is shown as ${shown}.`,
    { cause },
  );
};

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
    for (let running = this.#underWay(); running.length > 0; running = this.#underWay())
      await Promise.all(running.map(({ over }) => over));
  }

  /** Resolves when no transition of the system runs; one whose end the store refuses does not run any more. */
  async idle(system: Guid): Promise<void> {
    for (;;) {
      const activity = this.#activities.get(system);
      if (activity === undefined || activity.refused) return;
      await activity.over;
    }
  }

  #underWay(): readonly PowerActivity[] {
    return [...this.#activities.values()].filter(({ refused }) => !refused);
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
      if (MAKES_MACHINE.has(verdict.verb)) await this.#context.boot.note();
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
    const activity = new PowerActivity(verb, prior, previous);
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
          release: (end) => this.#end(activity, end),
        },
        (step) => this.#perform(activity, system, step),
      );
      void this.#endAlone(activity, job.id);
      // Not what turns off itself: two of them may well end together.
      if (previous !== null && previous.verb !== 'turnOff' && previous.verb !== 'discard') previous.supersede();
      return job;
    } catch (error) {
      this.#leave(activity, previous);
      throw error;
    }
  }

  #withAddresses(system: VirtualSystem): VirtualSystem['active'] {
    const { graph, macs, serviceDefaults } = this.#context;
    const settings = effectiveServiceSettings(serviceDefaults, graph.serviceSettings());
    return macs.assign(system.active, graph.systems(), macRange(settings));
  }

  async #perform(activity: PowerActivity, system: VirtualSystem, step: StepContext): Promise<void> {
    const context = this.#context;
    const { id } = system;
    try {
      const effect = await POWER_ACTIONS[activity.verb]({ context, system, activity, step });
      const release = await context.turns.hold(id);
      if (activity.superseded || context.graph.system(id) === undefined) {
        release();
        throw supersededError();
      }
      activity.turn = release;
      activity.effect = effect;
    } catch (error) {
      if (activity.superseded) throw supersededError();
      context.log.warn(
        { err: error, system: id, job: step.jobId },
        `a virtual machine ${FAILURE_WORDS[activity.verb]}`,
      );
      // A call to a machine that dies may fail just before the machine's last event: the event tells what is true.
      if (!MAKES_MACHINE.has(activity.verb) && context.fleet.get(id) !== undefined) await this.#lastWord(activity);
      throw MAKES_MACHINE.has(activity.verb) ? asStartFailure(error) : error;
    } finally {
      activity.workEnded();
    }
  }

  /**
   * The state that the transition ends in becomes durable together with the end of its job, and is visible before that
   * (README rule 12). A store that refuses it is asked once more at once; then the job is told as failed, and `end` comes
   * again until it lasts (jobs/unsettled.ts). The system stays in transition, as its record says, and its machine as it is.
   */
  async #end<T>(activity: PowerActivity, end: (joined: readonly Joined[]) => Promise<T>): Promise<T> {
    const write = (ending: Ending | null, applied: () => void): Promise<T> => {
      if (ending === null) return end([{ changes: [], applied }]);
      const joined = this.#context.ledger.joined(ending.before, ending.after);
      const both = (): void => {
        joined.applied();
        applied();
      };
      return end([{ changes: joined.changes, applied: both }]);
    };
    try {
      return await this.#inTurn(activity, write).catch((error: unknown) => {
        if (error instanceof LedgerClosed) throw error;
        return this.#inTurn(activity, write);
      });
    } catch (error) {
      if (error instanceof LedgerClosed) throw error;
      activity.refused = true;
      activity.finish();
      throw refusedRecord(activity, error);
    }
  }

  /** The service stops, and the next one ends the job: the state is stored without it. */
  async #endAlone(activity: PowerActivity, job: Guid): Promise<void> {
    const { ledger, jobs, log } = this.#context;
    if ((await jobs.ended(job)) !== undefined) return;
    try {
      await this.#inTurn(activity, async (ending, applied) => {
        if (ending !== null) await ledger.commit(ending.before, ending.after);
        applied();
      });
    } catch (error) {
      log.error({ err: error, system: activity.prior.id }, NOT_STORED);
      this.#leave(activity, null);
    }
  }

  /** `write` calls `applied` when the ending is stored and visible. */
  async #inTurn<T>(
    activity: PowerActivity,
    write: (ending: Ending | null, applied: () => void) => Promise<T>,
  ): Promise<T> {
    const { turns, graph, fleet, clock } = this.#context;
    const { id } = activity.prior;
    const release = activity.turn ?? (await turns.hold(id));
    activity.turn = null;
    try {
      const ending = endingOf(activity, {
        now: graph.system(id),
        current: this.#activities.get(id),
        hasMachine: fleet.get(id) !== undefined,
        at: clock.now(),
      });
      return await write(ending, () => this.#ended(activity, ending));
    } finally {
      release();
    }
  }

  #ended(activity: PowerActivity, ending: Ending | null): void {
    const { effect, prior, stopped } = activity;
    if (ending?.gone === true) this.#context.fleet.remove(prior.id);
    this.#leave(activity, null);
    if (ending === null) return;
    if (effect === null) {
      if (ending.gone && stopped?.by === 'crash') this.#listener.died(ending.before, stopped.reason);
    } else if (prior.savedState !== null && ending.after.savedState !== prior.savedState) {
      void this.#removeSavedState(prior);
    }
  }

  async #lastWord(activity: PowerActivity): Promise<void> {
    const timer = new AbortController();
    const waited = this.#context.clock.sleep(LAST_WORD_MS, timer.signal).catch(() => undefined);
    await Promise.race([activity.guestSignal, waited]);
    timer.abort();
  }

  /** The activity is over; what it did not take of its machine's events is handled now. */
  #leave(activity: PowerActivity, next: PowerActivity | null): void {
    const { id } = activity.prior;
    if (this.#activities.get(id) === activity) {
      if (next === null) this.#activities.delete(id);
      else this.#activities.set(id, next);
      for (const { machine, event } of activity.deferred.splice(0)) this.#receive(id, machine, event);
    }
    activity.finish();
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
