import type { CollectionSnapshot } from '../../../core/model.ts';
import type { Job } from '../../../core/jobs/job.ts';
import type { SnapshotRequest } from '../../../core/requests.ts';
import { invalid } from '../../../core/systems/refusals.ts';
import type { Catalog } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { collectionPointPath, type CollectionSnapshotEntity } from '../collections/collection.ts';
import type { Arguments } from './arguments.ts';
import { requireCollection } from './collection-service.ts';
import type { MethodCall, MethodRow, MethodRows } from './method.ts';
import { serviceControlMethods } from './not-offered.ts';
import { baseCollectionPoint } from './point-exports.ts';
import type { Right } from './rights.ts';
import type { MethodServices } from './services.ts';
import { snapshotRequest } from './snapshots.ts';

/** JobType (jobs-and-errors §4). */
const CREATE_JOB = 198;
const APPLY_JOB = 71;
const DESTROY_JOB = 72;
const EXPORT_JOB = 62;
const CONVERT_JOB = 200;

/** SnapshotType of Msvm_CollectionSnapshotService: numbers of its own. */
const TYPES: Readonly<Record<number, SnapshotRequest['type']>> = { 1: 'standard', 2: 'recovery' };
const EXPORT_SETTING = 'Msvm_CollectionSnapshotExportSettingData';

/** Msvm_CollectionSnapshotService: one checkpoint of all machines of a collection. `home`, `catalog`: of the namespace of the method. */
export const collectionSnapshotMethods = (services: MethodServices, home: Projection, catalog: Catalog): MethodRows => {
  const { collections, texts } = services;
  const snapshotOf = (args: Arguments, parameter: string): CollectionSnapshot => {
    const found = catalog.find(args.requiredReference(parameter));
    if (found?.kind === 'collectionSnapshot') return (found as CollectionSnapshotEntity).snapshot;
    throw invalid(`${parameter} names no checkpoint of a collection. Read its path again; it may be deleted.`);
  };
  const about = (
    parameter: string,
    jobType: number,
    right: Right,
    run: (call: MethodCall, snapshot: CollectionSnapshot) => Promise<Job>,
  ): MethodRow => ({
    right,
    jobType,
    out: [],
    run: async (call) => ({ kind: 'job', job: await run(call, snapshotOf(call.args, parameter)) }),
  });
  return {
    CreateSnapshot: {
      right: 'operate',
      jobType: CREATE_JOB,
      out: ['ResultingSnapshotCollection'],
      run: async ({ request, args }) => {
        const collection = requireCollection(catalog, 'Collection', args.requiredReference('Collection'));
        const type = TYPES[args.requiredInteger('SnapshotType')];
        if (type === undefined)
          throw invalid('SnapshotType is 1 for a full checkpoint, or 2 for a recovery checkpoint.');
        const wanted = snapshotRequest(services, args.text('SnapshotSettings'), type);
        const { job } = await collections.createSnapshot(request, collection.id, wanted);
        // Its path is found by Msvm_SnapshotOfVirtualSystemCollection once it is there, as on a real host.
        return { kind: 'job', job };
      },
    },
    ApplySnapshot: about('SnapshotCollection', APPLY_JOB, 'operate', ({ request }, { id }) =>
      collections.applySnapshot(request, id),
    ),
    DestroySnapshot: about('AffectedSnapshotCollection', DESTROY_JOB, 'administer', ({ request }, { id }) =>
      collections.destroySnapshot(request, id),
    ),
    ExportSnapshot: about('SnapshotCollection', EXPORT_JOB, 'administer', async ({ request, args }, { id }) => {
      const directory = args.requiredText('ExportDirectory');
      const text = args.text('ExportSettingData');
      const settings =
        text === null || text.trim() === '' ? null : texts.read('ExportSettingData', text, EXPORT_SETTING);
      const base = baseCollectionPoint(catalog, 'DifferentialBackupBase', settings?.get('DifferentialBackupBase'));
      return collections.exportSnapshot(request, id, {
        directory,
        storage: settings?.get('CopyVmStorage') !== false,
        ...(base === null ? {} : { base: base.id }),
      });
    }),
    ConvertToReferencePoint: {
      right: 'administer',
      jobType: CONVERT_JOB,
      out: ['ResultingReferencePointCollection'],
      run: async ({ request, args }) => {
        const snapshot = snapshotOf(args, 'AffectedSnapshotCollection');
        const { job, point } = await collections.convertSnapshot(request, snapshot.id);
        const path = collectionPointPath(home, point, snapshot.collection);
        return { kind: 'job', job, out: { ResultingReferencePointCollection: path } };
      },
    },
    ...serviceControlMethods(),
  };
};
