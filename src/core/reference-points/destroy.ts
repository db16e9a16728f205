import { withoutPoints } from '../differencing/disk-tree.ts';
import type { ReferencePointPlace } from '../graph.ts';
import { defineJob, type JobDefinition } from '../jobs/definition.ts';
import type { Job } from '../jobs/job.ts';
import type { Guid } from '../model.ts';
import type { RequestContext } from '../requests.ts';
import { DELETING, submit } from '../snapshots/destroy.ts';
import { changeSystem, withSystemGivenBack } from '../systems/settings/change-system.ts';
import type { SystemsContext } from '../systems/context.ts';
import { invalid, quote } from '../systems/refusals.ts';
import { elementNameOf } from '../systems/system-defaults.ts';
import { requireNotBusy } from '../systems/targets.ts';

interface DestroyPointParams {
  readonly system: Guid;
  readonly machine: string;
  readonly point: Guid;
}

export type DestroyPointDefinition = JobDefinition<DestroyPointParams>;

export const requirePoint = ({ graph }: Pick<SystemsContext, 'graph'>, id: Guid): ReferencePointPlace => {
  const place = graph.referencePoint(id);
  if (place === undefined) throw invalid(`No reference point has the identifier ${quote(id)}.`);
  return place;
};

/** DestroyReferencePoint: what only it needs of the disks is merged away in the background. */
export const destroyPoint = async (
  context: SystemsContext,
  definition: DestroyPointDefinition,
  request: RequestContext,
  id: Guid,
): Promise<Job> =>
  context.turns.run(requirePoint(context, id).system.id, () => {
    const { system, point } = requirePoint(context, id);
    requireNotBusy(system);
    const params = { system: system.id, machine: elementNameOf(system.active), point: point.id };
    return submit(context, definition, request, system, params);
  });

export const destroyPointDefinition = (context: SystemsContext): DestroyPointDefinition =>
  defineJob<DestroyPointParams>({
    name: 'destroy-reference-point',
    type: 202,
    cancellable: false,
    onRestart: 'undo',
    commitPoint: 'forget',
    caption: () => 'Deleting Reference Point',
    failure: ({ machine }) => `The reference point of ${quote(machine)} could not be deleted.`,
    isCommitted: ({ point }) => context.graph.referencePoint(point) === undefined,
    release: ({ system }, _, end) => withSystemGivenBack(context, system, DELETING.kind, end),
    steps: [
      {
        name: 'forget',
        run: async (_, { system, point }) => {
          await context.diskWork.letGo(system);
          await changeSystem(context, system, (now) => withoutPoints(now, new Set([point])));
        },
      },
    ],
  });
