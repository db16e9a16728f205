import { rm } from 'node:fs/promises';
import { defineJob, type JobDefinition, type StepContext } from '../jobs/definition.ts';
import type { Job } from '../jobs/job.ts';
import type { Guid, VirtualSystem } from '../model.ts';
import type { RequestContext } from '../requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { revise } from '../systems/ledger.ts';
import { quote } from '../systems/refusals.ts';
import { snapshotsDirectory } from '../systems/files/system-paths.ts';
import { elementNameOf } from '../systems/system-defaults.ts';
import { changeSystem, withSystemGivenBack } from '../systems/settings/change-system.ts';
import { DELETING, without } from './destroy.ts';
import { differencingOf, type DiskTask, diskTasks, withoutPoints } from '../differencing/disk-tree.ts';
import { heldFiles } from '../differencing/held-files.ts';
import { refuseForked } from './fork.ts';
import { performDiskTask } from './merge-task.ts';
import { standAlone } from './stand-alone.ts';
import { FileUsed, requireUnused } from './unused-files.ts';

interface DestroySystemParams {
  readonly system: Guid;
  readonly name: string;
}

export type DestroySystemDefinition = JobDefinition<DestroySystemParams>;

const DESTROY_JOB = 3;

/**
 * DestroySystem of a machine with checkpoints (S11): its disks get back their names with the content of now, then it goes. A
 * merge that fails leaves the machine without its checkpoints, so that nothing of now is lost, and the merge is tried again.
 * A fork takes its disks along.
 */
export const destroyWithSnapshots = async (
  context: SystemsContext,
  definition: DestroySystemDefinition,
  request: RequestContext,
  system: VirtualSystem,
): Promise<Job> => {
  refuseForked(context, system, new Set(system.snapshots.map(({ configuration }) => configuration.id)));
  if (system.forkedFrom !== undefined)
    await requireUnused(
      context,
      system.id,
      differencingOf(system).map(({ file }) => file),
    );
  return context.jobs.submit(
    request,
    definition,
    { system: system.id, name: elementNameOf(system.active) },
    [{ element: { kind: 'system', id: system.id }, effect: 0 }],
    context.ledger.joined(system, revise(system, { operation: DELETING })),
  );
};

export const destroySystemDefinition = (context: SystemsContext): DestroySystemDefinition =>
  defineJob<DestroySystemParams>({
    name: 'destroy-system',
    type: DESTROY_JOB,
    cancellable: false,
    onRestart: 'undo',
    commitPoint: 'forget',
    caption: () => 'Destroying Virtual Machine',
    failure: ({ name }) => `${quote(name)} could not be destroyed.`,
    isCommitted: ({ system }) => isForgotten(context.graph.system(system)),
    release: ({ system }, _, end) => withSystemGivenBack(context, system, DELETING.kind, end),
    steps: [
      {
        name: 'own',
        weight: 0,
        run: (_, { system }) => context.diskWork.letGo(system),
      },
      {
        name: 'forget',
        weight: 0,
        run: (_, { system }) =>
          changeSystem(context, system, (now) =>
            withoutPoints(
              { ...now, ...without(now, new Set(now.snapshots.map(({ configuration }) => configuration.id))) },
              new Set(now.referencePoints?.map(({ id }) => id)),
            ),
          ),
      },
      {
        name: 'merge',
        mayFail: true,
        run: async (step, { system }) => {
          // Memory of checkpoints that are forgotten, whatever becomes of the disks.
          await rm(snapshotsDirectory(context.paths, system), { recursive: true, force: true });
          await mergeAll(context, step, system);
          await removeForkDisks(context, system);
        },
      },
      {
        name: 'destroy',
        weight: 0,
        run: async (_, { system }) => {
          const { turns, graph, ledger, paths } = context;
          // Files last, with the turn still held: a new system of this identifier would have the same folders.
          await turns.run(system, async () => {
            const now = graph.system(system);
            if (now !== undefined) await ledger.commit(now, null);
            await rm(paths.stateDirectory(system), { recursive: true, force: true });
            await rm(paths.runDirectory(system), { recursive: true, force: true });
          });
        },
      },
    ],
  });

/** Nothing of the machine's past is left to go back to: a job that died before it could say so goes on. */
const isForgotten = (now: VirtualSystem | undefined): boolean =>
  now === undefined || (now.snapshots.length === 0 && (now.referencePoints ?? []).length === 0);

/** Overlays over another machine's files are nothing without it. They go first, while the record still names them. */
const removeForkDisks = async ({ graph, paths }: SystemsContext, id: Guid): Promise<void> => {
  const system = graph.system(id);
  if (system?.forkedFrom === undefined) return;
  for (const { file } of differencingOf(system)) await rm(await paths.diskFile(file), { force: true });
};

/**
 * Held back, the chains stay as they are, and the current file is what it was. Those of a fork go away as they are. What others
 * need as it is stays too: a current disk over it becomes a whole one under its own name, other files are theirs from then on.
 */
const mergeAll = async (context: SystemsContext, step: StepContext, id: Guid): Promise<void> => {
  for (;;) {
    const system = context.graph.system(id);
    if (system === undefined || system.extras?.mergesHeldBack === true || system.forkedFrom !== undefined) return;
    const tasks = diskTasks(system, heldFiles(context.graph, system));
    if (await performFirst(context, step, system, tasks)) continue;
    if (!(await standAlone(context, step, system))) return;
  }
};

/** The first of the tasks for which no file of others is in the way; false: there is none. */
const performFirst = async (
  context: SystemsContext,
  step: StepContext,
  system: VirtualSystem,
  tasks: readonly DiskTask[],
): Promise<boolean> => {
  for (const task of tasks) {
    try {
      await performDiskTask(context, system, task, (fraction) => step.progress(fraction), step.signal);
      return true;
    } catch (error) {
      if (!(error instanceof FileUsed)) throw error;
    }
  }
  return false;
};
