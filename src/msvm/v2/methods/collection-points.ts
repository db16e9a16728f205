import type { CollectionPoint } from '../../../core/collections/collection.ts';
import { DomainError } from '../../../core/errors.ts';
import { invalid } from '../../../core/systems/refusals.ts';
import type { Catalog } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { type CollectionPointEntity, collectionPointPath } from '../collections/collection.ts';
import type { Arguments } from './arguments.ts';
import { requireCollection } from './collection-service.ts';
import type { MethodRows } from './method.ts';
import { serviceControlMethods } from './not-offered.ts';
import { LOGS, NO_DATA, NO_EXPORT } from './reference-point-service.ts';
import { refused } from './refused.ts';
import type { MethodServices } from './services.ts';

/** JobType (jobs-and-errors §4). */
const CREATE_JOB = 205;
const EXPORT_JOB = 206;
const REMOVE_DATA_JOB = 207;
const DESTROY_JOB = 208;

/** ReferencePointType: numbers of its own, as those of the object. */
const LOG_BASED = 1;
const CHANGE_TRACKING = 2;

const SETTING_CLASS = 'Msvm_CollectionReferencePointSettingData';
const CONSISTENT_FOR_APPLICATIONS = 1;

/** Msvm_CollectionReferencePointService: one reference point of all machines of a collection. `home`, `catalog`: of the namespace of the method. */
export const collectionPointMethods = (services: MethodServices, home: Projection, catalog: Catalog): MethodRows => {
  const { collections, texts } = services;
  const pointOf = (args: Arguments): CollectionPoint => {
    const found = catalog.find(args.requiredReference('AffectedReferencePointCollection'));
    if (found?.kind === 'collectionPoint') return (found as CollectionPointEntity).point;
    throw invalid(
      'AffectedReferencePointCollection names no reference point of a collection. Read its path again; it may be gone.',
    );
  };
  return {
    CreateReferencePoint: {
      right: 'operate',
      jobType: CREATE_JOB,
      out: ['ResultingReferencePointCollection'],
      run: async ({ request, args }) => {
        const collection = requireCollection(catalog, 'Collection', args.requiredReference('Collection'));
        const type = args.requiredInteger('ReferencePointType');
        if (type === LOG_BASED) throw new DomainError('notSupported', LOGS);
        if (type !== CHANGE_TRACKING)
          throw invalid(`ReferencePointType ${type} is none. Use 2, for a point of change tracking.`);
        const text = args.text('ReferencePointSettings');
        const settings =
          text === null || text.trim() === '' ? null : texts.read('ReferencePointSettings', text, SETTING_CLASS);
        const { job, point } = await collections.createPoint(request, collection.id, {
          applicationConsistent: settings?.get('ConsistencyLevel') === CONSISTENT_FOR_APPLICATIONS,
        });
        return {
          kind: 'job',
          job,
          out: { ResultingReferencePointCollection: collectionPointPath(home, point, collection.id) },
        };
      },
    },
    DestroyReferencePoint: {
      right: 'administer',
      jobType: DESTROY_JOB,
      out: [],
      run: async ({ request, args }) => ({
        kind: 'job',
        job: await collections.destroyPoint(request, pointOf(args).id),
      }),
    },
    ExportReferencePoint: refused(NO_EXPORT, EXPORT_JOB),
    RemoveAssociatedData: refused(NO_DATA, REMOVE_DATA_JOB),
    ...serviceControlMethods(),
  };
};
