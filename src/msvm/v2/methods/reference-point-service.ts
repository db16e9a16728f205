import type { CimInstance } from '../../../cim/instance.ts';
import { DomainError } from '../../../core/errors.ts';
import { invalid } from '../../../core/systems/refusals.ts';
import { type ReferencePointEntity, referencePointPath } from '../reference-points/reference-point.ts';
import type { Arguments } from './arguments.ts';
import type { MethodRows } from './method.ts';
import { serviceControlMethods } from './not-offered.ts';
import { basePoint, wantedDisks } from './point-exports.ts';
import { refused } from './refused.ts';
import type { MethodServices } from './services.ts';
import type { SettingTexts } from './setting-texts.ts';
import { requireSystem } from './targets.ts';

/** JobType (jobs-and-errors §4). */
const CREATE_JOB = 201;
const DESTROY_JOB = 202;
const EXPORT_JOB = 203;
const REMOVE_DATA_JOB = 204;
const IMPORT_JOB = 209;

const SETTING_CLASS = 'Msvm_VirtualSystemReferencePointSettingData';

/** ReferencePointType of CreateReferencePoint: the method counts from 0, the property of the object from 1. */
const KIND: PointKind = { logBased: 0, changeTracking: 1, settings: SETTING_CLASS };

const EXPORT_SETTING_CLASS = 'Msvm_VirtualSystemReferencePointExportSettingData';
const CONSISTENT_FOR_APPLICATIONS = 1;

const LOGS =
  'Reference points with logs belong to replication, which this service does not do. Use the ReferencePointType of change tracking.';
export const NO_DATA =
  'Reference points of change tracking have no logs that could be removed. Destroy the reference point.';
const NO_IMPORT =
  'Changes are measured in the files of the disks of this machine, and those of another host do not continue here. Begin with a full backup.';

/** Null or empty: none. @throws DomainError */
export const readPointSettings = (
  texts: SettingTexts,
  text: string | null,
  className = SETTING_CLASS,
): CimInstance | null =>
  text === null || text.trim() === '' ? null : texts.read('ReferencePointSettings', text, className);

interface PointKind {
  readonly logBased: number;
  readonly changeTracking: number;
  /** Of ReferencePointSettings. */
  readonly settings: string;
}

/** What CreateReferencePoint of machines and of collections is told: the types have other numbers, the settings are alike. @throws DomainError */
export const readPointRequest = (
  args: Arguments,
  { logBased, changeTracking, settings: className }: PointKind,
  texts: SettingTexts,
): { readonly applicationConsistent: boolean } => {
  const type = args.requiredInteger('ReferencePointType');
  if (type === logBased) throw new DomainError('notSupported', LOGS);
  if (type !== changeTracking)
    throw invalid(`ReferencePointType ${type} is none. Use ${changeTracking}, for a point of change tracking.`);
  const settings = readPointSettings(texts, args.text('ReferencePointSettings'), className);
  return { applicationConsistent: settings?.get('ConsistencyLevel') === CONSISTENT_FOR_APPLICATIONS };
};

/** Msvm_VirtualSystemReferencePointService. */
export const referencePointServiceMethods = (services: MethodServices): MethodRows => {
  const { referencePoints, references, texts } = services;
  return {
    CreateReferencePoint: {
      right: 'operate',
      jobType: CREATE_JOB,
      out: ['ResultingReferencePoint'],
      run: async ({ request, args }) => {
        const system = requireSystem(references, 'AffectedSystem', args.requiredReference('AffectedSystem'));
        const wanted = readPointRequest(args, KIND, texts);
        const { job, point } = await referencePoints.create(request, system.id, wanted);
        const path = referencePointPath(services.projection, system.id, point);
        return { kind: 'job', job, out: { ResultingReferencePoint: path } };
      },
    },
    DestroyReferencePoint: {
      right: 'administer',
      jobType: DESTROY_JOB,
      out: [],
      run: async ({ request, args }) => ({
        kind: 'job',
        job: await referencePoints.destroy(request, requirePoint(services, args, 'AffectedReferencePoint').point.id),
      }),
    },
    ExportReferencePoint: {
      right: 'administer',
      jobType: EXPORT_JOB,
      out: [],
      run: async ({ request, args }) => {
        const { point } = requirePoint(services, args, 'ReferencePoint');
        const text = args.text('ExportSettingData');
        const settings =
          text === null || text.trim() === '' ? null : texts.read('ExportSettingData', text, EXPORT_SETTING_CLASS);
        const job = await services.exports.exportPoint(request, {
          point: point.id,
          directory: args.requiredText('ExportDirectory'),
          subdirectory: false,
          base: basePoint(services.catalog, 'BaseReferencePoint', settings?.get('BaseReferencePoint')),
          disks: wantedDisks(point, settings),
        });
        return { kind: 'job', job };
      },
    },
    RemoveAssociatedData: refused(NO_DATA, REMOVE_DATA_JOB),
    ImportReferencePointMetadata: refused(NO_IMPORT, IMPORT_JOB),
    ...serviceControlMethods(),
  };
};

const requirePoint = ({ catalog }: MethodServices, args: Arguments, parameter: string): ReferencePointEntity => {
  const found = catalog.find(args.requiredReference(parameter));
  if (found?.kind === 'referencePoint') return found as ReferencePointEntity;
  throw invalid(`${parameter} names no reference point of this host. Read its path again; it may be gone.`);
};
