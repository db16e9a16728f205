import { DomainError } from '../../errors.ts';
import type { Configuration, Snapshot, VirtualSystem } from '../../model.ts';
import type { Machine } from '../../ports.ts';
import type { MachineSpec } from '../../machine-spec.ts';
import type { SystemsContext } from '../context.ts';
import type { ConfigurationDraft } from '../draft.ts';
import { checkExternals } from '../machine/external-checks.ts';
import { type LiveStep, liveSteps } from '../machine/live-changes.ts';
import { buildMachineSpec } from '../machine/machine-spec.ts';
import { withConfiguration } from '../settings/modify-system.ts';
import { isLive } from '../moments.ts';

/** A draft with the place that it goes to. */
export interface DraftInPlace {
  readonly system: VirtualSystem;
  readonly snapshot: Snapshot | null;
  readonly draft: ConfigurationDraft;
}

/**
 * Makes drafts true, all or none: outside references first, then the running machines, then one transaction. What was done
 * to a machine is taken back when a later step fails (management-service §0). The caller holds the turns of the systems.
 */
export const settleDrafts = async (context: SystemsContext, drafts: readonly DraftInPlace[]): Promise<void> => {
  const changed = drafts.filter(({ draft }) => draft.changed);
  if (changed.length === 0) return;
  for (const { draft } of changed) await checkExternals(context, draft);
  const applied = new LiveUndo();
  try {
    // Several drafts of one system (planned snapshots beside the active settings) become one record.
    const after = new Map<string, { before: VirtualSystem; after: VirtualSystem }>();
    for (const { system, snapshot, draft } of changed) {
      const base = after.get(system.id)?.after ?? system;
      const place =
        snapshot === null
          ? null
          : (base.snapshots.find((held) => held.configuration.id === snapshot.configuration.id) ?? null);
      after.set(system.id, {
        before: system,
        after: withConfiguration(base, place, draft.finish(), context.clock.now()),
      });
    }
    for (const { before, after: next } of after.values()) await changeMachine(context, before, next, applied);
    await context.ledger.commitAll([...after.values()]);
    for (const { system, spec } of applied.specs) context.fleet.setSpec(system, spec);
  } catch (error) {
    // What the hypervisor answered is for the log alone; the client is told where to look.
    if (error instanceof DomainError && error.cause !== undefined) {
      const systems = changed.map(({ system }) => system.id);
      context.log.warn({ err: error, systems }, 'a change of a running machine was refused');
    }
    await applied.undo(context);
    throw error;
  }
};

class LiveUndo {
  readonly #done: { readonly machine: Machine; readonly step: LiveStep }[] = [];
  readonly specs: { readonly system: string; readonly spec: MachineSpec }[] = [];

  did(machine: Machine, step: LiveStep): void {
    this.#done.push({ machine, step });
  }

  async undo(context: Pick<SystemsContext, 'log'>): Promise<void> {
    for (const { machine, step } of this.#done.toReversed()) {
      try {
        await step.undo(machine);
      } catch (error) {
        context.log.error(
          { err: error, system: machine.id, step: step.what },
          'a change of a running machine could not be taken back',
        );
      }
    }
  }
}

const changeMachine = async (
  context: SystemsContext,
  before: VirtualSystem,
  after: VirtualSystem,
  applied: LiveUndo,
): Promise<void> => {
  const running = context.fleet.get(before.id);
  if (!isLive(before.power) || running === undefined || !touchesMachine(before.active, after.active)) return;
  // A merge holds on to the drives that it works on.
  await context.diskWork.letGo(before.id);
  const spec = await buildMachineSpec(context, after, { configuration: before.active, spec: running.spec });
  for (const step of liveSteps(running.spec, spec)) {
    await step.apply(running.machine);
    applied.did(running.machine, step);
  }
  applied.specs.push({ system: before.id, spec });
};

/** A change of words only (names, notes, weights) must not ask the files of the machine. */
const touchesMachine = (before: Configuration, after: Configuration): boolean => before.devices !== after.devices;
