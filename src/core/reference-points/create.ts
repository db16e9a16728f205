import { defineJob, type JobDefinition } from '../jobs/definition.ts';
import type { Guid, ReferencePoint, ReferencePointDisk, VirtualSystem } from '../model.ts';
import type { ReferencePointOperations, RequestContext, SnapshotRequest } from '../requests.ts';
import type { CreateParams } from '../snapshots/create-params.ts';
import { captureParams, requireCapturable, submitCapture } from '../snapshots/create.ts';
import { beginMoment, captureMoment, undoCapture, undoMoment } from '../snapshots/moment.ts';
import { changeSystem, withSystemGivenBack } from '../systems/settings/change-system.ts';
import type { SystemsContext } from '../systems/context.ts';
import { quote } from '../systems/refusals.ts';
import { removeSnapshotDirectory } from '../systems/files/state-files.ts';
import { requireSystem } from '../systems/targets.ts';
import { disksOfPoint } from './identities.ts';

export interface PointParams extends CreateParams {
  readonly pointDisks: readonly ReferencePointDisk[];
}

export type CreatePointDefinition = JobDefinition<PointParams>;

/** CreateReferencePoint: the disks of a recovery checkpoint, without the checkpoint. */
export const createPoint = async (
  context: SystemsContext,
  definition: CreatePointDefinition,
  request: RequestContext,
  id: Guid,
  options: { readonly applicationConsistent: boolean; readonly id?: Guid },
): ReturnType<ReferencePointOperations['create']> => {
  const owner = requireSystem(context, id).id;
  const wanted: SnapshotRequest = {
    type: 'recovery',
    elementName: null,
    notes: null,
    applicationConsistent: options.applicationConsistent,
    ignoreNonSnapshottableDisks: false,
    ...(options.id === undefined ? {} : { id: options.id }),
  };
  return context.turns.run(owner, async () => {
    const system = requireSystem(context, owner);
    requireCapturable(system, wanted);
    const params: PointParams = {
      ...captureParams(context, system, wanted),
      pointDisks: await disksOfPoint(context, system, system.active),
    };
    const job = await submitCapture(context, definition, request, system, params, {
      kind: 'referencePoint',
      id: params.snapshot,
    });
    return { job, point: params.snapshot };
  });
};

/** The job (snapshots/README): as that of a checkpoint, but that only the names of the disks stay. */
export const createPointDefinition = (context: SystemsContext): CreatePointDefinition => {
  const isTaken = ({ snapshot }: PointParams): boolean => context.graph.referencePoint(snapshot) !== undefined;
  return defineJob<PointParams>({
    name: 'create-reference-point',
    type: 201,
    cancellable: true,
    onRestart: 'undo',
    commitPoint: 'take',
    caption: () => 'Creating Reference Point',
    failure: ({ machine }) => `The reference point of ${quote(machine)} could not be created.`,
    isCommitted: isTaken,
    release: ({ system }, _, end) => withSystemGivenBack(context, system, 'creatingSnapshot', end),
    steps: [
      {
        name: 'take',
        run: async (step, params) => {
          if (isTaken(params)) return;
          await context.diskWork.letGo(params.system);
          await beginMoment(context, params);
          if (params.live) await captureMoment(context, step, params);
          step.signal.throwIfAborted();
          await changeSystem(context, params.system, (now) => withPoint(now, pointOf(params)));
        },
        undo: async (_, params) => {
          await undoCapture(context, params);
          await undoMoment(context, params);
        },
      },
      {
        // What a running machine is caught with besides its disks.
        name: 'files',
        run: (_, { system, snapshot }) => removeSnapshotDirectory(context.paths, system, snapshot),
      },
    ],
  });
};

const pointOf = ({ snapshot, createdAt, live, capture, pointDisks }: PointParams): ReferencePoint => ({
  id: snapshot,
  createdAt,
  atRest: live && capture === 'frozen',
  disks: pointDisks,
});

/** The record with the point in it; the same when it has it. */
export const withPoint = (now: VirtualSystem, point: ReferencePoint): VirtualSystem => {
  const points = now.referencePoints ?? [];
  return points.some(({ id }) => id === point.id) ? now : { ...now, referencePoints: [...points, point] };
};
