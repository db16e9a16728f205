import type { CimInstance } from '../../../cim/instance.ts';
import type { CollectionPoint, Guid } from '../../../core/model.ts';
import { invalid } from '../../../core/systems/refusals.ts';
import type { Catalog } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { type CollectionPointEntity, collectionPointPath } from '../collections/collection.ts';
import type { Arguments } from './arguments.ts';
import { requireCollection } from './collection-service.ts';
import type { MethodRows } from './method.ts';
import { serviceControlMethods } from './not-offered.ts';
import { NO_DATA, readPointRequest } from './reference-point-service.ts';
import { baseCollectionPoint, wantedDisks } from './point-exports.ts';
import { refused } from './refused.ts';
import type { MethodServices } from './services.ts';

/** JobType (jobs-and-errors §4). */
const CREATE_JOB = 205;
const EXPORT_JOB = 206;
const REMOVE_DATA_JOB = 207;
const DESTROY_JOB = 208;

/** ReferencePointType: numbers of its own, as those of the object. */
const KIND = { logBased: 1, changeTracking: 2, settings: 'Msvm_CollectionReferencePointSettingData' } as const;

const EXPORT_SETTING_CLASS = 'Msvm_CollectionReferencePointExportSettingData';
const DISKS_CLASS = 'Msvm_VirtualMachineToDisks';

/** Msvm_CollectionReferencePointService: one reference point of all machines of a collection. `home`, `catalog`: of the namespace of the method. */
export const collectionPointMethods = (services: MethodServices, home: Projection, catalog: Catalog): MethodRows => {
  const { collections, texts } = services;
  const pointOf = (args: Arguments, parameter: string): CollectionPoint => {
    const found = catalog.find(args.requiredReference(parameter));
    if (found?.kind === 'collectionPoint') return (found as CollectionPointEntity).point;
    throw invalid(`${parameter} names no reference point of a collection. Read its path again; it may be gone.`);
  };
  return {
    CreateReferencePoint: {
      right: 'operate',
      jobType: CREATE_JOB,
      out: ['ResultingReferencePointCollection'],
      run: async ({ request, args }) => {
        const collection = requireCollection(catalog, 'Collection', args.requiredReference('Collection'));
        const wanted = readPointRequest(args, KIND, texts);
        const { job, point } = await collections.createPoint(request, collection.id, wanted);
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
        job: await collections.destroyPoint(request, pointOf(args, 'AffectedReferencePointCollection').id),
      }),
    },
    ExportReferencePoint: {
      right: 'administer',
      jobType: EXPORT_JOB,
      out: [],
      run: async ({ request, args }) => {
        const point = pointOf(args, 'ReferencePointCollection');
        const text = args.text('ExportSettingData');
        const settings =
          text === null || text.trim() === '' ? null : texts.read('ExportSettingData', text, EXPORT_SETTING_CLASS);
        const name = 'BaseReferencePointCollection';
        const job = await collections.exportPoint(request, point.id, {
          directory: args.requiredText('ExportDirectory'),
          base: baseCollectionPoint(catalog, name, settings?.get(name))?.id ?? null,
          disks: machinesAndDisks(services, point, settings),
        });
        return { kind: 'job', job };
      },
    },
    RemoveAssociatedData: refused(NO_DATA, REMOVE_DATA_JOB),
    ...serviceControlMethods(),
  };
};

/** VirtualMachinesToDisksToExport: disks by machine; one that names none means all of its machine's. Null: nothing is said. */
const machinesAndDisks = (
  { texts, graph }: MethodServices,
  { parts }: CollectionPoint,
  settings: CimInstance | null,
): Readonly<Record<Guid, readonly number[]>> | null => {
  const name = 'VirtualMachinesToDisksToExport';
  const value = settings?.get(name);
  if (!Array.isArray(value) || value.length === 0) return null;
  return Object.fromEntries(
    texts.readAll(name, value.map(String), DISKS_CLASS).map((each): [Guid, readonly number[]] => {
      const machine = String(each.get('VirtualMachineId') ?? '').toUpperCase();
      const part = parts.find(({ system }) => system === machine);
      const point = part === undefined ? undefined : graph.referencePoint(part.point)?.point;
      if (point === undefined)
        throw invalid(`${name} names a virtual machine that the reference point does not have. Leave it out.`);
      return [machine, wantedDisks(point, each) ?? point.disks.keys().toArray()];
    }),
  );
};
