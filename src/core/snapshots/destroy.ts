import { defineJob, type JobDefinition } from '../jobs/definition.ts';
import type { Job } from '../jobs/job.ts';
import type { ActiveOperation, Guid, Snapshot, VirtualSystem } from '../model.ts';
import type { RequestContext } from '../requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { revise } from '../systems/ledger.ts';
import { STATE_WORDS, HAS_MACHINE } from '../systems/power.ts';
import { quote, wrongState } from '../systems/refusals.ts';
import { elementNameOf } from '../systems/system-defaults.ts';
import { requireNotBusy } from '../systems/targets.ts';
import { changeSystem, withSystemGivenBack } from '../systems/settings/change-system.ts';
import { refuseForked } from './fork.ts';
import { requireSnapshot, type SnapshotPlace } from './require-snapshot.ts';
import { disksOf, released } from '../differencing/disk-tree.ts';
import { removeSnapshotDirectory } from '../systems/files/state-files.ts';

export interface DestroyParams {
  readonly system: Guid;
  /** Name of the checkpoint, for texts. */
  readonly name: string;
  readonly snapshots: readonly Guid[];
}

export type DestroyDefinition = JobDefinition<DestroyParams>;

export const DELETING: ActiveOperation = { kind: 'deletingSnapshot', exclusive: true };

/** The checkpoint and all that descend from it, parents first. */
const treeOf = (system: VirtualSystem, root: Guid): readonly Guid[] => [
  root,
  ...system.snapshots
    .filter(({ parent }) => parent === root)
    .flatMap(({ configuration }) => treeOf(system, configuration.id)),
];

/** DestroySnapshot and DestroySnapshotTree (spec snapshots §4). Also of a plan: a checkpoint that was not found. */
export const destroySnapshots = async (
  context: SystemsContext,
  definition: DestroyDefinition,
  request: RequestContext,
  id: Guid,
  what: 'one' | 'tree',
): Promise<Job> =>
  inTurn(context, id, ({ system, snapshot }) => {
    const root = snapshot.configuration.id;
    const params: DestroyParams = {
      system: system.id,
      name: elementNameOf(snapshot.configuration),
      snapshots: what === 'one' ? [root] : treeOf(system, root),
    };
    refuseForked(context, system, new Set(params.snapshots));
    return submit(context, definition, request, system, params);
  });

/** The turn of the system that the checkpoint belongs to, in a state in which its checkpoints may change. */
export const inTurn = <T>(context: SystemsContext, id: Guid, work: (place: SnapshotPlace) => Promise<T>): Promise<T> =>
  context.turns.run(requireSnapshot(context, id).system.id, () => {
    const place = requireSnapshot(context, id);
    requireNotBusy(place.system);
    const { power } = place.system;
    const settled = power === 'running' || power === 'paused' || power === 'pausedCritical';
    if (HAS_MACHINE.has(power) && !settled)
      throw wrongState(`The virtual machine is ${STATE_WORDS[power]}. Try again when that has ended.`);
    return work(place);
  });

export const submit = <P extends { readonly system: Guid }>(
  context: SystemsContext,
  definition: JobDefinition<P>,
  request: RequestContext,
  system: VirtualSystem,
  params: P,
): Promise<Job> =>
  context.jobs.submit(
    request,
    definition,
    params,
    [{ element: { kind: system.kind === 'planned' ? 'plan' : 'system', id: system.id }, effect: 0 }],
    context.ledger.joined(system, revise(system, { operation: DELETING })),
  );

export const destroyDefinition = (context: SystemsContext): DestroyDefinition =>
  defineJob<DestroyParams>({
    name: 'destroy-snapshot',
    type: 72,
    cancellable: false,
    onRestart: 'undo',
    commitPoint: 'forget',
    caption: () => 'Deleting Virtual Machine Checkpoint',
    failure: ({ name }) => `The checkpoint ${quote(name)} could not be deleted.`,
    isCommitted: ({ snapshots }) => snapshots.every((id) => context.graph.configuration(id) === undefined),
    release: ({ system }, _, end) => withSystemGivenBack(context, system, DELETING.kind, end),
    steps: [
      {
        name: 'forget',
        run: async (_, { system, snapshots }) => {
          await context.diskWork.letGo(system);
          await changeSystem(context, system, (now) => ({
            ...without(now, new Set(snapshots)),
            configurationChangedAt: context.clock.now(),
          }));
        },
      },
      {
        name: 'files',
        run: async (_, { system, snapshots }) => {
          for (const id of snapshots) await removeSnapshotDirectory(context.paths, system, id);
        },
      },
    ],
  });

/** The tree without some checkpoints: what they were between grows together. Their disk files are given up. */
export const without = (now: VirtualSystem, gone: ReadonlySet<Guid>): Partial<VirtualSystem> => {
  const byId = new Map(now.snapshots.map((snapshot) => [snapshot.configuration.id, snapshot]));
  const nearest = (id: Guid | null): Guid | null => {
    let at = id;
    while (at !== null && gone.has(at)) at = byId.get(at)?.parent ?? null;
    return at;
  };
  const left = now.snapshots
    .filter(({ configuration }) => !gone.has(configuration.id))
    .map((snapshot): Snapshot => {
      const parent = nearest(snapshot.parent);
      return parent === snapshot.parent ? snapshot : { ...snapshot, parent };
    });
  const files = [...gone].flatMap((id) => {
    const configuration = byId.get(id)?.configuration;
    return configuration === undefined ? [] : disksOf(configuration).map(({ file }) => file);
  });
  const next: VirtualSystem = {
    ...now,
    snapshots: left,
    currentSnapshot: nearest(now.currentSnapshot),
    lastApplied: now.lastApplied !== null && gone.has(now.lastApplied) ? null : now.lastApplied,
  };
  return now.differencing === undefined ? next : { ...next, differencing: released(next, files) };
};
