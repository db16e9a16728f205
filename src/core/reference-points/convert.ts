import { defineJob, type JobDefinition } from '../jobs/definition.ts';
import type { Guid, ReferencePoint } from '../model.ts';
import type { ReferencePointOperations, RequestContext } from '../requests.ts';
import { DELETING, inTurn, without } from '../snapshots/destroy.ts';
import { refuseForked } from '../snapshots/fork.ts';
import { changeSystem, withSystemGivenBack } from '../systems/settings/change-system.ts';
import type { SystemsContext } from '../systems/context.ts';
import { revise } from '../systems/ledger.ts';
import { invalid, quote } from '../systems/refusals.ts';
import { removeSnapshotDirectory } from '../systems/files/state-files.ts';
import { elementNameOf } from '../systems/system-defaults.ts';
import { withPoint } from './create.ts';
import { disksOfPoint } from './identities.ts';

interface ConvertParams {
  readonly system: Guid;
  /** Name of the checkpoint, for texts. */
  readonly name: string;
  readonly point: ReferencePoint;
}

export type ConvertDefinition = JobDefinition<ConvertParams>;

/** ConvertToReferencePoint (spec snapshots §4): a backup has read the checkpoint, and keeps of it what it measures from. */
export const convertSnapshot = (
  context: SystemsContext,
  definition: ConvertDefinition,
  request: RequestContext,
  id: Guid,
): ReturnType<ReferencePointOperations['convert']> =>
  inTurn(context, id, async ({ system, snapshot }) => {
    const { configuration, createdAt, type } = snapshot;
    if (type !== 'recovery')
      throw invalid(
        `${quote(elementNameOf(configuration))} is no recovery checkpoint, and only those become reference points. Take one of SnapshotType 32768.`,
      );
    refuseForked(context, system, new Set([configuration.id]));
    const params: ConvertParams = {
      system: system.id,
      name: elementNameOf(configuration),
      point: {
        id: configuration.id,
        createdAt,
        atRest: snapshot.atRest === true,
        disks: await disksOfPoint(context, system, configuration),
      },
    };
    const job = await context.jobs.submit(
      request,
      definition,
      params,
      [
        { element: { kind: 'system', id: system.id }, effect: 0 },
        { element: { kind: 'referencePoint', id: params.point.id }, effect: 5 },
      ],
      context.ledger.joined(system, revise(system, { operation: DELETING })),
    );
    return { job, point: params.point.id };
  });

export const convertDefinition = (context: SystemsContext): ConvertDefinition =>
  defineJob<ConvertParams>({
    name: 'convert-to-reference-point',
    type: 200,
    cancellable: false,
    onRestart: 'undo',
    commitPoint: 'convert',
    caption: () => 'Converting Checkpoint to Reference Point',
    failure: ({ name }) => `The checkpoint ${quote(name)} could not be made a reference point.`,
    isCommitted: ({ point }) => context.graph.referencePoint(point.id) !== undefined,
    release: ({ system }, _, end) => withSystemGivenBack(context, system, DELETING.kind, end),
    steps: [
      {
        name: 'convert',
        run: async (_, { system, point }) => {
          await context.diskWork.letGo(system);
          // The point first: its files are never given up.
          await changeSystem(context, system, (now) => without(withPoint(now, point), new Set([point.id])));
        },
      },
      { name: 'files', run: (_, { system, point }) => removeSnapshotDirectory(context.paths, system, point.id) },
    ],
  });
