import type { CimInstance } from '../../../cim/instance.ts';
import { DomainError } from '../../../core/errors.ts';
import type { Job } from '../../../core/jobs/job.ts';
import type { Guid } from '../../../core/model.ts';
import type { RequestContext, SnapshotRequest } from '../../../core/requests.ts';
import type { Projection } from '../../projection.ts';
import { referencePointPath } from '../reference-points/reference-point.ts';
import { SNAPSHOT_SERVICE } from '../services/services.ts';
import { systemSettingPath } from '../settings/system-setting.ts';
import { systemValues } from './define.ts';
import { endedSoon } from './job-desk.ts';
import type { MethodRow, MethodRows } from './method.ts';
import { serviceControlMethods } from './not-offered.ts';
import { readPointSettings } from './reference-point-service.ts';
import type { Right } from './rights.ts';
import type { MethodServices } from './services.ts';
import { requireConfiguration, requireSystem } from './targets.ts';

export { SNAPSHOT_SERVICE };

/** JobType (jobs-and-errors §4). */
const CREATE_JOB = 70;
const APPLY_JOB = 71;
const DESTROY_JOB = 72;
const CLEAR_JOB = 73;
const CONVERT_JOB = 200;

/** A checkpoint is applied by then, and that of a small machine is taken, its memory included; what takes longer is answered for at this time. */
export const SHORT_MS = 100;

/** SnapshotType (spec snapshots §2). */
const TYPES: Readonly<Record<number, SnapshotRequest['type']>> = { 2: 'standard', 3: 'disk', 32768: 'recovery' };
/** ConsistencyLevel of Msvm_VirtualSystemSnapshotSettingData. */
const APPLICATION_CONSISTENT = 1;

/** Msvm_VirtualSystemSnapshotService (spec snapshots §2-§4). `home`: the namespace that references are answered in. */
export const snapshotServiceMethods = (
  services: MethodServices,
  home: Projection = services.projection,
): MethodRows => {
  const { snapshots } = services;
  return {
    CreateSnapshot: {
      right: 'operate',
      jobType: CREATE_JOB,
      out: ['ResultingSnapshot'],
      run: async ({ request, args }) => {
        const system = requireSystem(services.references, 'AffectedSystem', args.requiredReference('AffectedSystem'));
        const type = args.requiredInteger('SnapshotType');
        const wanted = snapshotRequest(services, args.text('SnapshotSettings'), snapshotType(type));
        const { job, snapshot } = await snapshots.create(request, system.id, wanted);
        await endedSoon(services.jobs, job.id, SHORT_MS);
        // A real host answers NULL; the path of what will be there helps those who do not ask the job.
        return { kind: 'job', job, out: { ResultingSnapshot: systemSettingPath(home, snapshot) } };
      },
    },
    ApplySnapshot: snapshotMethod(services, 'Snapshot', APPLY_JOB, 'operate', async (request, id) => {
      const job = await snapshots.apply(request, id);
      await endedSoon(services.jobs, job.id, SHORT_MS);
      return job;
    }),
    DestroySnapshot: snapshotMethod(services, 'AffectedSnapshot', DESTROY_JOB, 'administer', (request, id) =>
      snapshots.destroy(request, id),
    ),
    DestroySnapshotTree: snapshotMethod(services, 'SnapshotSettingData', DESTROY_JOB, 'administer', (request, id) =>
      snapshots.destroyTree(request, id),
    ),
    ClearSnapshotState: snapshotMethod(services, 'SnapshotSettingData', CLEAR_JOB, 'administer', (request, id) =>
      snapshots.clearState(request, id),
    ),
    ConvertToReferencePoint: {
      // The checkpoint is gone after it.
      right: 'administer',
      jobType: CONVERT_JOB,
      out: ['ResultingReferencePoint'],
      run: async ({ request, args }) => {
        const place = requireConfiguration(
          services.references,
          'AffectedSnapshot',
          args.requiredReference('AffectedSnapshot'),
        );
        // Its consistency is that of the checkpoint, whatever they say.
        readPointSettings(services.texts, args.text('ReferencePointSettings'));
        const { job, point } = await services.referencePoints.convert(request, place.configuration.id);
        return {
          kind: 'job',
          job,
          out: { ResultingReferencePoint: referencePointPath(home, place.system.id, point) },
        };
      },
    },
    ...serviceControlMethods(),
  };
};

/** A method about one checkpoint: always a job (os-win and libvirt wait for it). */
export const snapshotMethod = (
  services: MethodServices,
  parameter: string,
  jobType: number,
  right: Right,
  run: (request: RequestContext, snapshot: Guid) => Promise<Job>,
): MethodRow => ({
  right,
  jobType,
  out: [],
  run: async ({ request, args }) => {
    const place = requireConfiguration(services.references, parameter, args.requiredReference(parameter));
    return { kind: 'job', job: await run(request, place.configuration.id) };
  },
});

const snapshotType = (number: number): SnapshotRequest['type'] => {
  const type = TYPES[number];
  if (type !== undefined) return type;
  throw new DomainError(
    'invalidParameter',
    `SnapshotType ${number} is none. Use 2 for a full checkpoint, 3 for one of the disks, or 32768 for a recovery checkpoint.`,
  );
};

/** The text may be one of the snapshot's own class, or a VSSD that names the checkpoint (exhv). */
export const snapshotRequest = (
  services: Pick<MethodServices, 'texts'>,
  text: string | null,
  type: SnapshotRequest['type'],
): SnapshotRequest => {
  const settings =
    text === null || text.trim() === '' ? null : services.texts.read('SnapshotSettings', text, 'CIM_SettingData');
  if (settings !== null && !isSnapshotSettings(settings)) {
    throw new DomainError(
      'invalidParameter',
      `SnapshotSettings holds a ${settings.class.name}. Send a Msvm_VirtualSystemSnapshotSettingData or a Msvm_VirtualSystemSettingData.`,
    );
  }
  const values = settings === null || !settings.class.isA('CIM_VirtualSystemSettingData') ? {} : systemValues(settings);
  const name = values['ElementName'];
  return {
    type,
    elementName: typeof name === 'string' && name !== '' ? name : null,
    notes: values['Notes'] ?? null,
    applicationConsistent: settings?.get('ConsistencyLevel') === APPLICATION_CONSISTENT,
    ignoreNonSnapshottableDisks: settings?.get('IgnoreNonSnapshottableDisks') === true,
  };
};

const isSnapshotSettings = ({ class: held }: CimInstance): boolean =>
  held.isA('CIM_VirtualSystemSettingData') || held.isA('Msvm_VirtualSystemSnapshotSettingData');
