import { defineJob, type JobDefinition } from '../jobs/definition.ts';
import type { CollectionSnapshot, Guid } from '../model.ts';
import type {
  ExportOperations,
  ReferencePointOperations,
  RequestContext,
  SnapshotOperations,
  SnapshotRequest,
} from '../requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { quote } from '../systems/refusals.ts';
import type { Collections } from './collections.ts';
import { eachMachine, sharesOf } from './each-machine.ts';

/** What the jobs of collections work with: checkpoints, reference points and exports of single machines are jobs of their own. */
export interface CollectionServices {
  readonly context: SystemsContext;
  readonly collections: Collections;
  readonly snapshots: SnapshotOperations;
  readonly referencePoints: ReferencePointOperations;
  readonly exports: ExportOperations;
}

interface Params {
  /** Who asked: the jobs of the machines are this caller's too. */
  readonly request: RequestContext;
  readonly snapshot: CollectionSnapshot;
}

/** `snapshot` as it will be in the store: every identifier is chosen before anything is made, so that undo finds it. */
export interface CreateParams extends Params {
  readonly wanted: SnapshotRequest;
}

export interface ExportParams extends Params {
  readonly directory: string;
  readonly storage: boolean;
  /** Reference point of a machine that its changes are counted from; missing: none. */
  readonly bases?: Readonly<Record<Guid, Guid>>;
}

/** JobType (jobs-and-errors §4); those of a machine's checkpoints where collections have none of their own. */
const CREATE_JOB = 198;
const APPLY_JOB = 71;
const DESTROY_JOB = 72;
const EXPORT_JOB = 62;

/** Checkpoints of all machines, begun together, or of none. */
export const createDefinition = (services: CollectionServices): JobDefinition<CreateParams> => {
  const { context, collections, snapshots } = services;
  const { graph, jobs } = context;
  return defineJob<CreateParams>({
    name: 'create-collection-snapshot',
    type: CREATE_JOB,
    cancellable: true,
    onRestart: 'undo',
    commitPoint: 'record',
    caption: () => 'Creating Checkpoint of Collection',
    failure: ({ snapshot }) =>
      `The checkpoint of the collection ${quote(nameOf(collections, snapshot))} could not be taken.`,
    steps: [
      {
        name: 'snapshots',
        run: (step, { request, snapshot, wanted }) =>
          eachMachine(
            jobs,
            step,
            sharesOf(context, snapshot.parts, async ({ system, snapshot: id }) => {
              const { job } = await snapshots.create(request, system, { ...wanted, id });
              return job;
            }),
          ),
        undo: async (_, { request, snapshot }) => {
          for (const part of snapshot.parts) {
            if (graph.configuration(part.snapshot) === undefined) continue;
            const { id } = await snapshots.destroy(request, part.snapshot);
            await jobs.ended(id);
          }
        },
      },
      {
        name: 'record',
        weight: 0,
        run: (_, { snapshot }) => collections.keepSnapshot(snapshot),
        undo: (_, { snapshot }) => collections.forgetSnapshot(snapshot.id),
      },
    ],
  });
};

/** Each machine goes back for itself: one that cannot stays as it is, and asking again brings the rest there. */
export const applyDefinition = (services: CollectionServices): JobDefinition<Params> => {
  const { context, collections, snapshots } = services;
  return defineJob<Params>({
    name: 'apply-collection-snapshot',
    type: APPLY_JOB,
    cancellable: false,
    onRestart: 'undo',
    caption: () => 'Applying Checkpoint of Collection',
    failure: ({ snapshot }) =>
      `The checkpoint ${quote(snapshot.name)} of the collection ${quote(nameOf(collections, snapshot))} was not applied to all machines.`,
    steps: [
      {
        name: 'apply',
        run: (step, { request, snapshot }) =>
          eachMachine(
            context.jobs,
            step,
            sharesOf(context, snapshot.parts, (part) => snapshots.apply(request, part.snapshot)),
          ),
      },
      {
        name: 'record',
        weight: 0,
        run: async (_, { snapshot }) => {
          if (collections.collection(snapshot.collection) !== undefined)
            await collections.applied(snapshot.collection, {
              at: context.clock.now(),
              systems: snapshot.parts.map(({ system }) => system),
              consistency: snapshot.consistency,
            });
        },
      },
    ],
  });
};

/** What a machine refuses to delete, or a restart leaves, stays a part of it: asking again deletes the rest. */
export const destroyDefinition = (services: CollectionServices): JobDefinition<Params> => {
  const { context, collections, snapshots } = services;
  return defineJob<Params>({
    name: 'destroy-collection-snapshot',
    type: DESTROY_JOB,
    cancellable: false,
    onRestart: 'undo',
    caption: () => 'Deleting Checkpoint of Collection',
    failure: ({ snapshot }) =>
      `The checkpoint ${quote(snapshot.name)} of a collection was not deleted on all machines.`,
    steps: [
      {
        name: 'snapshots',
        run: (step, { request, snapshot }) =>
          eachMachine(
            context.jobs,
            step,
            sharesOf(
              context,
              snapshot.parts.filter((part) => context.graph.configuration(part.snapshot) !== undefined),
              (part) => snapshots.destroy(request, part.snapshot),
            ),
          ),
      },
      { name: 'record', weight: 0, run: (_, { snapshot }) => collections.forgetSnapshot(snapshot.id) },
    ],
  });
};

/** Exports of machines that are whole when the job fails are left: each is complete in itself. */
export const exportDefinition = (services: CollectionServices): JobDefinition<ExportParams> => {
  const { context, exports } = services;
  return defineJob<ExportParams>({
    name: 'export-collection-snapshot',
    type: EXPORT_JOB,
    cancellable: true,
    onRestart: 'undo',
    caption: () => 'Exporting Checkpoint of Collection',
    failure: ({ snapshot }) => `Not all machines of the checkpoint ${quote(snapshot.name)} were exported.`,
    steps: [
      {
        name: 'export',
        run: (step, { request, snapshot, directory, storage, bases }) =>
          eachMachine(
            context.jobs,
            step,
            sharesOf(context, snapshot.parts, (part) =>
              exports.exportSystem(request, {
                configuration: part.system,
                directory,
                snapshots: 'oneForBackup',
                snapshot: part.snapshot,
                runtime: true,
                storage,
                subdirectory: true,
                style: null,
                live: null,
                ...(bases?.[part.system] === undefined ? {} : { base: bases[part.system] }),
              }),
            ),
            // They share folders that the first makes, and a disk that is no faster for two.
            1,
          ),
      },
    ],
  });
};

export const nameOf = (collections: Collections, { collection }: { readonly collection: Guid }): string =>
  collections.collection(collection)?.name ?? collection;
