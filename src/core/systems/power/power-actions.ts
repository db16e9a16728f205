import { join } from 'node:path';
import { requireSpace } from '../../disks/free-space.ts';
import { DomainError } from '../../errors.ts';
import type { StepContext } from '../../jobs/definition.ts';
import type { VirtualSystem } from '../../model.ts';
import type { Machine, MachineEvent } from '../../ports.ts';
import type { SystemsContext } from '../context.ts';
import { buildMachineSpec } from '../machine/machine-spec.ts';
import type { PowerVerb } from '../power.ts';
import type { PowerActivity } from './power-activity.ts';
import {
  becomesOff,
  becomesPaused,
  becomesReset,
  becomesResumed,
  becomesRunning,
  becomesSaved,
  type PowerEffect,
} from './power-states.ts';
import { saveMachine } from './saved-state.ts';

/** A transition's work: what it does to the machine, and what the system becomes. */
export interface PowerAction {
  readonly context: SystemsContext;
  /** While it runs: with MAC addresses assigned. */
  readonly system: VirtualSystem;
  readonly activity: PowerActivity;
  readonly step: StepContext;
}

/** The answer to whoever asked for what a turn-off has overtaken. */
export const supersededError = (): DomainError =>
  new DomainError('invalidState', 'The virtual machine was turned off before this had ended.');

const requireMachine = ({ context, system }: PowerAction): Machine => {
  const machine = context.fleet.get(system.id)?.machine;
  if (machine === undefined) throw new DomainError('failed', 'The machine of the virtual machine is gone.');
  return machine;
};

const signalOf = ({ activity, step }: PowerAction): AbortSignal =>
  AbortSignal.any([activity.abort.signal, step.signal]);

/** Sockets, records and the log of its process, in bytes: it does not start without, and cannot tell why. */
const ROOM_TO_RUN = 256 * 1024;

const start = async (action: PowerAction): Promise<PowerEffect> => {
  const { context, system, activity } = action;
  // Files that are merged meanwhile: the machine comes first, and goes on with it.
  await context.diskWork.letGo(system.id);
  for (const [kind, directory] of [
    ['run', context.paths.runDirectory(system.id)],
    ['data', context.paths.stateDirectory(system.id)],
  ] as const)
    await requireSpace(directory, ROOM_TO_RUN, `a running machine's files in the ${kind} directory of the service`);
  const spec = await buildMachineSpec(context, system);
  const file = system.savedState === null ? null : join(context.paths.stateDirectory(system.id), system.savedState);
  const machine = await context.hypervisor.start(spec, { savedState: file, signal: signalOf(action) });
  context.fleet.add(system.id, machine, spec);
  // The turn-off that waits for us takes it away.
  if (activity.superseded) throw supersededError();
  return { becomes: becomesRunning(machine.process), gone: false };
};

const OVERTAKEN_AT_ONCE: ReadonlySet<PowerVerb> = new Set(['pause', 'resume', 'reset', 'shutdown', 'reboot']);

const turnOff = async ({ context, system, activity }: PowerAction): Promise<PowerEffect> => {
  const { previous } = activity;
  // A machine that is there is taken away at once: what it overtakes may be waiting for one that hangs.
  if (previous !== null && !OVERTAKEN_AT_ONCE.has(previous.verb)) await previous.ended;
  // Two turn-offs at once: what the first has done need not be done again.
  const done = previous?.verb === 'turnOff' && previous.effect !== null;
  if (!done) {
    const held = context.fleet.get(system.id);
    // One that did not answer when it was to be taken over has no handle.
    await (held === undefined ? context.hypervisor.end?.(system.id) : held.machine.turnOff());
  }
  return { becomes: becomesOff, gone: true };
};

const discard = async (): Promise<PowerEffect> => ({ becomes: becomesOff, gone: true });

const pause = async (action: PowerAction): Promise<PowerEffect> => {
  await requireMachine(action).pause();
  return { becomes: becomesPaused('paused'), gone: false };
};

const resume = async (action: PowerAction): Promise<PowerEffect> => {
  await requireMachine(action).resume();
  return { becomes: becomesResumed, gone: false };
};

const reset = async (action: PowerAction): Promise<PowerEffect> => {
  const machine = requireMachine(action);
  await machine.reset();
  // A reset ends in running, whatever it began in (lifecycle §2).
  if (action.activity.prior.power !== 'running') await machine.resume();
  return { becomes: becomesReset, gone: false };
};

const save = async (action: PowerAction): Promise<PowerEffect> => {
  const { context, system, step } = action;
  const name = system.savedState;
  if (name === null) throw new Error('a saving machine without a name for its state');
  const directory = context.paths.stateDirectory(system.id);
  await context.diskWork.letGo(system.id);
  await saveMachine(requireMachine(action), directory, name, (fraction) => step.progress(fraction), signalOf(action));
  return { becomes: becomesSaved(name), gone: true };
};

const shutdown = async (action: PowerAction): Promise<PowerEffect> => {
  const machine = requireMachine(action);
  const event = await guestSignal(action, 'shut down', () => machine.shutdownGuest());
  if (event.kind === 'stopped') return { becomes: becomesOff, gone: true };
  throw new DomainError('failed', 'The guest restarted instead of shutting down.');
};

const reboot = async (action: PowerAction): Promise<PowerEffect> => {
  const machine = requireMachine(action);
  const event = await guestSignal(action, 'restart', () => machine.rebootGuest());
  // With TurnOffOnGuestRestart a restart is a power off (lifecycle §5).
  if (event.kind === 'stopped') return { becomes: becomesOff, gone: true };
  return { becomes: becomesReset, gone: false };
};

/**
 * Asks the guest, and asks again now and then: one that still boots does not hear the first time. It may refuse, and then
 * the machine goes on.
 */
const guestSignal = async (action: PowerAction, what: string, ask: () => Promise<void>): Promise<MachineEvent> => {
  const { context, activity } = action;
  const timer = new AbortController();
  const signal = AbortSignal.any([signalOf(action), timer.signal]);
  const { guestMs, guestRepeatMs } = context.timeouts;
  try {
    for (let left = guestMs; left > 0; left -= guestRepeatMs) {
      await ask();
      const event = await Promise.race([
        activity.guestSignal,
        context.clock.sleep(Math.min(left, guestRepeatMs), signal),
      ]);
      if (event === undefined) continue;
      if (event.kind === 'stopped' && event.by === 'crash') {
        throw new DomainError('failed', `The machine died: ${event.reason ?? 'no reason is known'}.`);
      }
      return event;
    }
    throw new DomainError(
      'timeout',
      `The guest did not ${what} within ${Math.round(guestMs / 1000)} seconds. It goes on running.`,
    );
  } finally {
    timer.abort();
  }
};

export const POWER_ACTIONS: Readonly<Record<PowerVerb, (action: PowerAction) => Promise<PowerEffect>>> = {
  start,
  restore: start,
  resume,
  turnOff,
  discard,
  shutdown,
  save,
  pause,
  reboot,
  reset,
};

/** First line of the text of a failed job (jobs-and-errors §9). */
export const FAILURE_WORDS: Readonly<Record<PowerVerb, string>> = {
  start: 'failed to start.',
  restore: 'failed to restore its saved state.',
  resume: 'failed to resume.',
  turnOff: 'failed to turn off.',
  discard: 'failed to discard its saved state.',
  shutdown: 'failed to shut down.',
  save: 'failed to save its state.',
  pause: 'failed to pause.',
  reboot: 'failed to restart.',
  reset: 'failed to reset.',
};
