import { rm } from 'node:fs/promises';
import type { MachineProcess, VirtualSystem } from '../../model.ts';
import type { Machine } from '../../ports.ts';
import type { MachineSpec } from '../../machine-spec.ts';
import { changedOver } from '../../differencing/changed-over.ts';
import type { SystemsContext } from '../context.ts';
import { revise } from '../ledger.ts';
import type { MachineEvents } from './machine-events.ts';
import { buildMachineSpec } from '../machine/machine-spec.ts';
import { HAS_MACHINE } from '../power.ts';
import {
  becomesOff,
  becomesPaused,
  becomesResumed,
  becomesSaved,
  becomesUnknown,
  type StateChange,
} from '../power/power-states.ts';
import { findSavedState, removeSavedStates } from '../power/saved-state.ts';
import { sweepSnapshotDirectories } from '../files/state-files.ts';

/** Between two attempts to take over a machine that does not answer. */
const RETRY_MS = 5_000;

/**
 * After a start of the service: takes over the machines that run, resolves transitions that were interrupted, and reports
 * machines that died meanwhile as off (K18, K20). A machine that lives and does not answer is `unknown`, never ended; it is
 * tried again until `signal`. What the store refuses to take of all this is shown as it was, and tried again until it is stored.
 */
export const adoptMachines = async (
  context: SystemsContext,
  events: MachineEvents,
  signal: AbortSignal,
): Promise<void> => {
  const newBoot = context.boot.isNew;
  const unsettled = [...context.graph.systems()].filter((system) => HAS_MACHINE.has(system.power));
  // A few at a time: each may wait for a process that hangs.
  const queue = unsettled.values();
  const hung: VirtualSystem[] = [];
  const workers = Array.from({ length: 8 }, async () => {
    for (const system of queue) if ((await adoptOne(context, events, system, newBoot)) === 'hung') hung.push(system);
  });
  await Promise.all(workers);
  const known = new Set([
    ...unsettled.map((system) => system.id).filter((id) => context.fleet.get(id) !== undefined),
    ...hung.map(({ id }) => id),
  ]);
  const ended = await context.hypervisor.endUnknown(known);
  for (const id of ended) context.log.warn({ system: id }, 'a machine that nobody knew was ended');
  await sweepFiles(context);
  for (const system of hung) {
    keepTrying(context, events, system, signal).catch((error: unknown) => {
      if (signal.aborted) return;
      context.log.error({ err: error, system: system.id }, 'a virtual machine is not watched any more');
    });
  }
};

/** Rejects for no refusal of the store. */
const adoptOne = async (
  context: SystemsContext,
  events: MachineEvents,
  { id }: VirtualSystem,
  newBoot: boolean,
): Promise<Taken> =>
  context.turns.run(id, async () => {
    const system = context.graph.system(id);
    if (system === undefined) return 'gone';
    const taken = newBoot ? 'gone' : await takeOver(context, system);
    if (taken === 'hung' && system.power === 'unknown') return taken;
    const found: Found = { system, taken, newBoot, machine: context.fleet.get(id)?.machine };
    try {
      await store(context, events, found);
    } catch (error) {
      context.log.error(
        { err: error, system: id },
        'the taking over of a machine could not be stored; it is tried again',
      );
      events.settleLater(() => storeAgain(context, events, found));
    }
    return taken;
  });

/** What became of a system while no service watched. */
interface Found {
  readonly system: VirtualSystem;
  readonly taken: Taken;
  readonly newBoot: boolean;
  readonly machine: Machine | undefined;
}

/** The caller holds the turn. Rejects when the store refuses it. */
const store = async (context: SystemsContext, events: MachineEvents, found: Found): Promise<void> => {
  const { system, taken, newBoot, machine } = found;
  const becomes = await afterwards(context, system, taken, newBoot);
  const moved = machine === undefined ? {} : await changedOver(context.paths, machine, system);
  const after = revise(system, { ...moved, ...becomes(system, context.clock.now()) });
  await context.ledger.commit(system, { ...after, wasRunning: newBoot ? true : after.wasRunning });
  const facts = { system: system.id, was: system.power, is: after.power };
  if (typeof taken !== 'string')
    await taken.resume?.resume().catch((error: unknown) => {
      context.log.error({ err: error, system: system.id }, 'a guest that stood still for a merge does not go on');
    });
  if (taken === 'gone') context.log.warn(facts, 'a virtual machine was not running any more');
  else if (taken === 'hung') context.log.error(facts, 'a virtual machine runs and does not answer; it is left alone');
  else {
    context.log.info(facts, 'a running virtual machine was taken over');
    if (after.power === 'pausedCritical') events.watchDisk(system.id);
  }
};

/** Done, too, when the system has gone on meanwhile: whatever it was asked for has come to an end of its own. */
const storeAgain = (context: SystemsContext, events: MachineEvents, found: Found): Promise<boolean> =>
  context.turns.run(found.system.id, async () => {
    const system = context.graph.system(found.system.id);
    const same = context.fleet.get(found.system.id)?.machine === found.machine;
    if (system === undefined || system.power !== found.system.power || !same) return true;
    return store(context, events, { ...found, system }).then(
      () => true,
      () => false,
    );
  });

/** Until it answers, is gone, or somebody turns it off. */
const keepTrying = async (
  context: SystemsContext,
  events: MachineEvents,
  { id, power }: VirtualSystem,
  signal: AbortSignal,
): Promise<void> => {
  for (;;) {
    await context.clock.sleep(RETRY_MS, signal);
    const system = context.graph.system(id);
    if (system === undefined || context.fleet.get(id) !== undefined) return;
    // That it is unknown may still have to be stored.
    if (system.power !== 'unknown' && system.power !== power) return;
    await adoptOne(context, events, system, false);
  }
};

type Taken =
  | { readonly state: 'running' | 'paused'; readonly process: MachineProcess; readonly resume: Machine | null }
  | 'gone'
  | 'hung';

/** `gone`: also one whose start was interrupted before its process was known; it is ended after the adoption. */
const takeOver = async (context: SystemsContext, system: VirtualSystem): Promise<Taken> => {
  if (system.process === null) return 'gone';
  try {
    const spec = await specForAdoption(context, system);
    const adopted = await context.hypervisor.adopt(spec, system.process);
    if (adopted === null) return 'gone';
    context.fleet.add(system.id, adopted.machine, spec);
    const { machine, state, resume } = adopted;
    return { state, process: machine.process, resume: resume === true ? machine : null };
  } catch (error) {
    if (system.power !== 'unknown')
      context.log.error({ err: error, system: system.id }, 'a virtual machine could not be taken over');
    return 'hung';
  }
};

const afterwards = async (
  context: SystemsContext,
  system: VirtualSystem,
  taken: Taken,
  newBoot: boolean,
): Promise<StateChange> => {
  if (taken === 'gone') return afterDeath(context, system, newBoot);
  return taken === 'hung' ? becomesUnknown : afterAdoption(system, taken);
};

/** A machine that runs keeps its disks open, whatever became of their names: files that are missing now do not matter. */
const specForAdoption = (context: SystemsContext, system: VirtualSystem): Promise<MachineSpec> => {
  const disks: SystemsContext['disks'] = {
    ...context.disks,
    inspect: async (text, media) => {
      try {
        return await context.disks.inspect(text, media);
      } catch {
        return { file: text, format: 'raw', readOnly: media === 'cd' };
      }
    },
  };
  return buildMachineSpec({ ...context, disks }, system);
};

const afterAdoption = (system: VirtualSystem, taken: Exclude<Taken, string>): StateChange => {
  const becomes =
    taken.state === 'running'
      ? becomesResumed
      : becomesPaused(system.power === 'pausedCritical' ? 'pausedCritical' : 'paused');
  // The guest went on while no service watched: its clock was not stopped (lifecycle §4).
  return (now, at) => ({ ...becomes(now, at), process: taken.process, savedState: null });
};

/** What is left of a machine that is gone: its saved state if that was written or not yet used, else nothing. */
const afterDeath = async (context: SystemsContext, system: VirtualSystem, newBoot: boolean): Promise<StateChange> => {
  if (system.power === 'saving') {
    const name = system.savedState;
    if (name !== null && (await findSavedState(context.paths.stateDirectory(system.id), name)))
      return becomesSaved(name);
  }
  // A restore that did not come to its end: the state is still there.
  if (system.power === 'starting' && system.savedState !== null) {
    return (now, at) => ({ ...becomesOff(now, at), power: 'saved', savedState: system.savedState });
  }
  return (now, at) => ({ ...becomesOff(now, at), wasRunning: newBoot });
};

/** What crashes left: directories of destroyed systems, saved states that no record names. */
const sweepFiles = async (context: SystemsContext): Promise<void> => {
  for (const id of await context.paths.privateDirectories()) {
    const directory = context.paths.stateDirectory(id);
    try {
      await context.turns.run(id, async () => {
        const system = context.graph.system(id);
        if (system === undefined) {
          await rm(directory, { recursive: true, force: true });
          await rm(context.paths.runDirectory(id), { recursive: true, force: true });
        } else {
          if (system.power !== 'saving') await removeSavedStates(directory, system.savedState);
          await sweepSnapshotDirectories(
            context.paths,
            id,
            new Set(system.snapshots.map((held) => held.configuration.id)),
          );
        }
      });
    } catch (error) {
      context.log.warn({ err: error, system: id }, 'left over files could not be removed');
    }
  }
};
