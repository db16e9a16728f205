import { mkdir, rm } from 'node:fs/promises';
import { allOf } from '../all-of.ts';
import { differencingOf } from '../differencing/disk-tree.ts';
import { requireSpace } from '../disks/free-space.ts';
import { DomainError } from '../errors.ts';
import { defineJob, type JobDefinition, type StepContext } from '../jobs/definition.ts';
import type { Guid, VirtualSystem } from '../model.ts';
import { withSystemGivenBack } from '../systems/settings/change-system.ts';
import type { SystemsContext } from '../systems/context.ts';
import { revise } from '../systems/ledger.ts';
import { type PowerControl, SERVICE_CALLER } from '../systems/power/power-control.ts';
import { quote } from '../systems/refusals.ts';
import { copyFirmwareState } from '../systems/files/state-files.ts';
import { elementNameOf } from '../systems/system-defaults.ts';
import { snapshotDirectory } from '../systems/files/system-paths.ts';
import type { ForkParams } from './fork-params.ts';
import { giveMemory, OVERLAYS_SHARE, removeUnfinished } from './fork-memory.ts';

export type ForkDefinition = JobDefinition<ForkParams>;

/** JobType of ours, in the range that CIM leaves to vendors. */
const FORK_JOB = 32768;
const OVERLAY_BYTES = 1024 * 1024;
const START = 2;
/** Started side by side; more would only wait for processors. */
const STARTS_AT_ONCE = 4;
/** Result of the step that commits. */
const COMMITTED = 'committed';

/**
 * The job that forks a checkpoint: overlays, memory, then COMMIT of all forks as saved machines, which then start like any.
 * Until the commit a crash leaves nothing; after it a restart goes on. The machine of the checkpoint is kept from changing
 * until its forks are in the store, which hold its files from then on (held-files.ts).
 */
export const forkDefinition = (context: SystemsContext, power: PowerControl): ForkDefinition => {
  const { paths, graph } = context;
  const exist = ({ forks }: ForkParams): boolean => forks.some(({ id }) => graph.system(id) !== undefined);
  return defineJob<ForkParams>({
    name: 'fork-snapshot',
    type: FORK_JOB,
    cancellable: true,
    onRestart: 'undo',
    commitPoint: 'make',
    caption: () => 'Forking Virtual Machine Checkpoint',
    failure: ({ name }) => `The checkpoint ${quote(name)} could not be forked.`,
    isCommitted: exist,
    // The commit gives the machine back, which may be busy with something else by now.
    release: ({ system }, { make }, end) =>
      make === COMMITTED ? end([]) : withSystemGivenBack(context, system, 'creatingSnapshot', end),
    steps: [
      {
        // One step: the end of each is a wait for the disk.
        name: 'make',
        weight: 0.5,
        run: async (step, params) => {
          if (exist(params)) return COMMITTED;
          await context.diskWork.letGo(params.system);
          // Forks read it too; what they have in the store keeps merges away from then on.
          await context.fleet.get(params.system)?.machine.shareBelow();
          // Whoever undoes it finds all at rest.
          await allOf([makeOverlays(context, step, params), layStates(context, params)]);
          await giveMemory(context, step, params);
          step.signal.throwIfAborted();
          await commitForks(context, params);
          return COMMITTED;
        },
        undo: async (_, params) => {
          await removeUnfinished(context, params);
          if (exist(params)) return;
          for (const { id } of params.forks) await removePrivateFiles(context, id);
          for (const { file } of params.forks.flatMap(differencingOf))
            await rm(await paths.diskFile(file), { force: true });
        },
      },
      {
        name: 'start',
        mayFail: true,
        weight: 0.5,
        run: (step, params) => (params.start ? startForks(context, power, step, params) : Promise.resolve()),
      },
    ],
  });
};

/** All of them in one transaction, which also gives back the machine of the checkpoint: they hold its files from now on. */
const commitForks = ({ turns, graph, ledger }: SystemsContext, { system, forks }: ForkParams): Promise<void> =>
  turns.run(system, async () => {
    const source = graph.system(system);
    await ledger.commitAll([
      ...forks.map((fork) => ({ before: null, after: fork })),
      ...(source === undefined ? [] : [{ before: source, after: revise(source, { operation: null }) }]),
    ]);
  });

const makeOverlays = async (context: SystemsContext, step: StepContext, { forks }: ForkParams): Promise<void> => {
  const { paths, disks, images } = context;
  const rows = forks.flatMap(differencingOf);
  for (const [index, { file, parent }] of rows.entries()) {
    step.signal.throwIfAborted();
    const target = await paths.diskFile(file);
    if (index === 0) await requireSpace(target, OVERLAY_BYTES * rows.length, 'the disks of the forks');
    await images.createOverlay(target, await disks.inspect(parent ?? '', 'disk', 'read'));
    step.progress((OVERLAYS_SHARE * (index + 1)) / rows.length);
  }
};

const layStates = async (context: SystemsContext, params: ForkParams): Promise<void> => {
  for (const { id } of params.forks) await layState(context, params, id);
};

/** Firmware variables and TPM as they were at the checkpoint. */
const layState = async ({ paths }: SystemsContext, { system, snapshot }: ForkParams, id: Guid): Promise<void> => {
  const state = paths.stateDirectory(id);
  await mkdir(state, { recursive: true, mode: 0o700 });
  await copyFirmwareState(snapshotDirectory(paths, system, snapshot), state);
};

const removePrivateFiles = async ({ paths }: SystemsContext, id: Guid): Promise<void> => {
  await rm(paths.stateDirectory(id), { recursive: true, force: true });
  await rm(paths.runDirectory(id), { recursive: true, force: true });
};

/** Those that do not run yet, or not again after a restart; one that cannot start stays as it is, saved or off, and is told. */
const startForks = async (
  context: SystemsContext,
  power: PowerControl,
  step: StepContext,
  { forks }: ForkParams,
): Promise<void> => {
  const waiting = [...forks];
  const failed: string[] = [];
  let done = 0;
  const work = async (): Promise<void> => {
    for (let fork = waiting.shift(); fork !== undefined; fork = waiting.shift()) {
      step.signal.throwIfAborted();
      const why = await startOne(context, power, fork);
      if (why !== null) failed.push(`${quote(elementNameOf(fork.active))}: ${why}`);
      done += 1;
      step.progress(done / forks.length);
    }
  };
  await Promise.all(Array.from({ length: STARTS_AT_ONCE }, work));
  const [why] = failed;
  if (why === undefined) return;
  throw new DomainError(
    'failed',
    `${failed.length} of ${forks.length} forks did not start and wait to be started again. ${why}`,
  );
};

/** Null: it runs, or is somebody's by now. */
const startOne = async (context: SystemsContext, power: PowerControl, fork: VirtualSystem): Promise<string | null> => {
  const now = context.graph.system(fork.id);
  if (now?.power !== fork.power || now.savedState !== fork.savedState) return null;
  try {
    const { id } = await power.requestState(SERVICE_CALLER, fork.id, START);
    const job = await context.jobs.ended(id);
    return job === undefined || job.errorCode === 0 ? null : (job.errorDescription ?? 'no reason is known');
  } catch (error) {
    if (error instanceof DomainError) return error.message;
    throw error;
  }
};
