import { defineJob, type JobDefinition } from '../jobs/definition.ts';
import type { CollectionPoint, CollectionSnapshot, Guid, PointPart } from '../model.ts';
import type { RequestContext } from '../requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { quote } from '../systems/refusals.ts';
import { eachMachine, sharesOf } from './each-machine.ts';
import { type CollectionServices, nameOf } from './snapshot-jobs.ts';

interface Params {
  /** Who asked: the jobs of the machines are this caller's too. */
  readonly request: RequestContext;
  /** As it will be in the store, or is: every identifier is chosen before anything is made, so that undo finds it. */
  readonly point: CollectionPoint;
}

export interface CreatePointParams extends Params {
  readonly applicationConsistent: boolean;
}

export interface ConvertParams {
  readonly request: RequestContext;
  readonly snapshot: CollectionSnapshot;
}

export interface ExportPointParams extends Params {
  /** As the client wrote it. */
  readonly directory: string;
  /** Reference point of the collection that changes are counted from; null: all is exported. */
  readonly base: Guid | null;
  readonly bases: Readonly<Record<Guid, Guid>>;
  readonly disks: Readonly<Record<Guid, readonly number[]>> | null;
}

/** JobType (jobs-and-errors §4). */
const CONVERT_JOB = 200;
const CREATE_JOB = 205;
const EXPORT_JOB = 206;
const DESTROY_JOB = 208;

/** After a restart the job of a machine whose point was there already goes on, and the machine is busy with it. */
const ownJobEnded = async ({ turns, jobs }: SystemsContext, { system, point }: PointPart): Promise<void> => {
  // Jobs are taken up one by one: behind a turn all are.
  await turns.run(system, () => Promise.resolve());
  for (const job of [...jobs.affecting(point)]) await jobs.ended(job.id);
};

/** Reference points of all machines, begun together, or of none. */
export const createPointDefinition = (services: CollectionServices): JobDefinition<CreatePointParams> => {
  const { context, collections, referencePoints } = services;
  const { graph, jobs } = context;
  return defineJob<CreatePointParams>({
    name: 'create-collection-reference-point',
    type: CREATE_JOB,
    cancellable: true,
    onRestart: 'undo',
    commitPoint: 'record',
    caption: () => 'Creating Reference Point of Collection',
    failure: ({ point }) =>
      `The reference point of the collection ${quote(nameOf(collections, point))} could not be created.`,
    steps: [
      {
        name: 'points',
        run: (step, { request, point, applicationConsistent }) =>
          eachMachine(
            jobs,
            step,
            sharesOf(context, point.parts, async ({ system, point: id }) => {
              const { job } = await referencePoints.create(request, system, { applicationConsistent, id });
              return job;
            }),
          ),
        undo: async (_, { request, point }) => {
          for (const part of point.parts) {
            await ownJobEnded(context, part);
            if (graph.referencePoint(part.point) === undefined) continue;
            const { id } = await referencePoints.destroy(request, part.point);
            await jobs.ended(id);
          }
        },
      },
      {
        name: 'record',
        weight: 0,
        run: (_, { point }) => collections.keepPoint(point),
        undo: (_, { point }) => collections.forgetPoint(point.id),
      },
    ],
  });
};

/**
 * A machine whose checkpoint is converted keeps its reference point whatever becomes of the others; `Collections` moves each part
 * as it is converted. Asking again converts the rest.
 */
export const convertSnapshotDefinition = (services: CollectionServices): JobDefinition<ConvertParams> => {
  const { context, collections, referencePoints } = services;
  return defineJob<ConvertParams>({
    name: 'convert-collection-snapshot',
    type: CONVERT_JOB,
    cancellable: false,
    onRestart: 'undo',
    caption: () => 'Converting Checkpoint of Collection to Reference Point',
    failure: ({ snapshot }) =>
      `The checkpoint ${quote(snapshot.name)} of the collection ${quote(nameOf(collections, snapshot))} was not made a reference point of all machines.`,
    steps: [
      {
        name: 'convert',
        run: (step, { request, snapshot }) =>
          eachMachine(
            context.jobs,
            step,
            sharesOf(
              context,
              snapshot.parts.filter((part) => context.graph.configuration(part.snapshot) !== undefined),
              async (part) => (await referencePoints.convert(request, part.snapshot)).job,
            ),
          ),
      },
      { name: 'record', weight: 0, run: (_, { snapshot }) => collections.settle(snapshot) },
    ],
  });
};

/** What a machine refuses to give up, or a restart leaves, stays a part of it: asking again destroys the rest. */
export const destroyPointDefinition = (services: CollectionServices): JobDefinition<Params> => {
  const { context, collections, referencePoints } = services;
  return defineJob<Params>({
    name: 'destroy-collection-reference-point',
    type: DESTROY_JOB,
    cancellable: false,
    onRestart: 'undo',
    caption: () => 'Deleting Reference Point of Collection',
    failure: ({ point }) =>
      `The reference point of the collection ${quote(nameOf(collections, point))} was not deleted on all machines.`,
    steps: [
      {
        name: 'points',
        run: (step, { request, point }) =>
          eachMachine(
            context.jobs,
            step,
            sharesOf(
              context,
              point.parts.filter((part) => context.graph.referencePoint(part.point) !== undefined),
              (part) => referencePoints.destroy(request, part.point),
            ),
          ),
      },
      { name: 'record', weight: 0, run: (_, { point }) => collections.forgetPoint(point.id) },
    ],
  });
};

/** Exports of machines that are whole when the job fails are left: each is complete in itself. */
export const exportPointDefinition = (services: CollectionServices): JobDefinition<ExportPointParams> => {
  const { context, collections, exports } = services;
  const wantedOf = ({ point, disks }: ExportPointParams): readonly PointPart[] =>
    point.parts.filter(({ system }) => disks === null || disks[system] !== undefined);
  return defineJob<ExportPointParams>({
    name: 'export-collection-reference-point',
    type: EXPORT_JOB,
    className: 'Msvm_CollectionReferencePointExportJob',
    cancellable: true,
    onRestart: 'undo',
    caption: () => 'Exporting Reference Point of Collection',
    failure: ({ point }) =>
      `Not all machines of the reference point of the collection ${quote(nameOf(collections, point))} were exported.`,
    details: (params) => ({
      CollectionId: params.point.collection,
      ReferencePointGroupId: params.point.id,
      ...(params.base === null ? {} : { BaseReferencePointGroupId: params.base }),
      VirtualMachineId: wantedOf(params).map(({ system }) => system),
      ExportDirectory: params.directory,
    }),
    steps: [
      {
        name: 'export',
        run: (step, params) =>
          eachMachine(
            context.jobs,
            step,
            sharesOf(context, wantedOf(params), ({ system, point }) =>
              exports.exportPoint(params.request, {
                point,
                directory: params.directory,
                subdirectory: true,
                base: params.bases[system] ?? null,
                disks: params.disks?.[system] ?? null,
              }),
            ),
            // They share folders that the first makes, and a disk that is no faster for two.
            1,
          ),
      },
    ],
  });
};
