import { DomainError } from '../errors.ts';
import { defineJob, type JobDefinition, type StepContext, type StepResults } from '../jobs/definition.ts';
import type { Job } from '../jobs/job.ts';
import type { ActiveOperation, Guid, VirtualSystem } from '../model.ts';
import type { PathResolver } from '../paths/resolver.ts';
import type { RequestContext } from '../requests.ts';
import { withSystemGivenBack } from '../systems/settings/change-system.ts';
import type { SystemsContext } from '../systems/context.ts';
import { revise } from '../systems/ledger.ts';
import { quote } from '../systems/refusals.ts';
import { shownId } from '../systems/shown-id.ts';
import { effectiveValues, elementNameOf } from '../systems/system-defaults.ts';
import { withStorageErrors } from '../disks/storage-errors.ts';
import { withoutStates } from './discard-saved-state.ts';
import { findingsOf } from './findings/checks.ts';
import { findingError } from './findings/finding.ts';
import { unusableStates } from './findings/saved-state.ts';
import { makeOverlays, type OverlayPlan, planOverlays, removeOverlays } from './realize-disks.ts';
import { copyRuntime, removeRuntime } from './realize-runtime.ts';
import { realizedSystem } from './realized-system.ts';
import { requirePlan } from './require-plan.ts';

export interface RealizeParams {
  readonly plan: Guid;
  /** Identifier of the machine: the one that the plan is shown under. */
  readonly system: Guid;
  /** For texts. */
  readonly name: string;
}

export type RealizeDefinition = JobDefinition<RealizeParams>;

const REALIZE_JOB = 141;
const REALIZING: ActiveOperation = { kind: 'realizing', exclusive: true };

/** RealizePlannedSystem (seed): always a job for a plan that nothing works on. */
export const realizePlan = (
  context: SystemsContext,
  definition: RealizeDefinition,
  request: RequestContext,
  id: Guid,
): Promise<Job> =>
  context.turns.run(requirePlan(context, id).id, () => {
    const plan = requirePlan(context, id);
    return context.jobs.submit(
      request,
      definition,
      { plan: plan.id, system: shownId(plan), name: elementNameOf(plan.active) },
      [{ element: { kind: 'plan', id: plan.id }, effect: 0 }],
      context.ledger.joined(plan, revise(plan, { operation: REALIZING })),
    );
  });

/**
 * Everything is made beside the plan; the last step turns the plan into the machine in one transaction with the end of the
 * job, so that a crash at any moment leaves one of them, whole (planned-systems §7, K18).
 */
export const realizeDefinition = (context: SystemsContext, paths: PathResolver): RealizeDefinition => {
  const planOf = (params: RealizeParams): VirtualSystem => {
    const plan = context.graph.system(params.plan);
    if (plan?.kind === 'planned') return plan;
    throw new DomainError('failed', 'The planned virtual machine is gone.');
  };
  const held: HeldTurns = new Map();
  return defineJob<RealizeParams>({
    name: 'realize-plan',
    type: REALIZE_JOB,
    cancellable: true,
    onRestart: 'undo',
    caption: () => 'Realizing Planned Virtual Machine',
    failure: ({ name }) => `${quote(name)} could not be realized.`,
    // What its commit joined makes the plan the machine, which nothing works on, and holds the turn that giving back takes.
    release: ({ plan }, { commit: made }, end) =>
      made === COMMITTED ? end([]) : withSystemGivenBack(context, plan, REALIZING.kind, end),
    steps: [
      {
        name: 'validate',
        weight: 0.1,
        doing: 'Checking the planned virtual machine',
        run: async (step, params) => {
          const subject = { plan: planOf(params), context, paths };
          const found = await findingsOf(subject, (fraction) => step.progress(fraction));
          const blocking = found.filter((each) => each.blocking);
          if (blocking.length > 0) throw new AggregateError(blocking.map(findingError));
          return unusableStates(subject);
        },
      },
      {
        name: 'runtime',
        doing: 'Copying saved states and firmware',
        run: async (step, params, results) => {
          const options = { signal: step.signal, progress: step.progress };
          const plan = withoutStates(planOf(params), leftOf(results));
          await withStorageErrors('the data directory of the service', () =>
            copyRuntime(paths, context.paths, plan, params.system, options),
          );
        },
        undo: async (_, { system }) => {
          // A machine that took the identifier meanwhile has its own state there.
          if (context.graph.system(system)?.kind !== 'realized') await removeRuntime(context.paths, system);
        },
      },
      { name: 'names', weight: 0, run: (_, params) => planOverlays(context, paths, planOf(params)) },
      {
        name: 'overlays',
        weight: 0.1,
        doing: 'Making differencing disks',
        run: async (step, params, results) => {
          const root = effectiveValues(planOf(params), planOf(params).active).ConfigurationDataRoot;
          await withStorageErrors(String(root), () => makeOverlays(context, paths, overlaysOf(results), step.signal));
        },
        undo: (_, __, results) => removeOverlays(paths, overlaysOf(results)),
      },
      {
        name: 'commit',
        weight: 0,
        doing: 'Registering the virtual machine',
        run: async (step, params, results) => {
          await commit(context, held, step, params, results);
          return COMMITTED;
        },
        // What gives the plan back takes its turn.
        undo: async (undo) => held.get(undo.jobId)?.(),
      },
    ],
  });
};

/** Result of the step that commits. */
const COMMITTED = 'committed';

/** Stored by the step `names`. */
const overlaysOf = (results: StepResults): OverlayPlan => results['names'] as OverlayPlan;

/** Checkpoints that lose their memory; stored by the step `validate`. */
const leftOf = (results: StepResults): readonly Guid[] => results['validate'] as readonly Guid[];

/** By job: gives back the turns that its commit holds. */
type HeldTurns = Map<string, () => void>;

/** The turns are held until the job has ended or is undone, so that nothing builds on the plan while it becomes a machine. */
const commit = async (
  context: SystemsContext,
  held: HeldTurns,
  step: StepContext,
  { plan: id, system }: RealizeParams,
  results: StepResults,
): Promise<void> => {
  const releases: (() => void)[] = [];
  const release = (): void => {
    held.delete(step.jobId);
    for (const each of releases) each();
  };
  try {
    for (const key of [...new Set([id, system])].toSorted()) releases.push(await context.turns.hold(key));
    const plan = context.graph.system(id);
    if (plan?.kind !== 'planned') throw new DomainError('failed', 'The planned virtual machine is gone.');
    if (id !== system && context.graph.configuration(system) !== undefined)
      throw new DomainError('inUse', `The identifier ${system} was taken meanwhile. Import the definition again.`);
    const machine = realizedSystem(
      withoutStates(plan, leftOf(results)),
      system,
      overlaysOf(results),
      context.clock.now(),
    );
    step.join(context.ledger.joined(plan, machine));
    step.affect({ element: { kind: 'system', id: system }, effect: 5 });
    held.set(step.jobId, release);
    void context.jobs.ended(step.jobId).then(release);
  } catch (error) {
    release();
    throw error;
  }
};
