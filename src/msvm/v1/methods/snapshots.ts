import { DomainError } from '../../../core/errors.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import type { Guid } from '../../../core/model.ts';
import type { Projection } from '../../projection.ts';
import { endedSoon } from '../../v2/methods/job-desk.ts';
import { done, type MethodCall, type MethodRow, type MethodRows } from '../../v2/methods/method.ts';
import type { MethodServices } from '../../v2/methods/services.ts';
import { SHORT_MS, snapshotMethod } from '../../v2/methods/snapshots.ts';
import { requireConfiguration, requireSystem } from '../../v2/methods/targets.ts';
import { systemSettingPath } from '../../v2/settings/system-setting.ts';

/** JobType (jobs-and-errors §4). */
const CREATE_JOB = 70;
const APPLY_JOB = 71;
const DESTROY_JOB = 72;
const COMPLETED = 7;

/** The checkpoint that an Apply names, of the machine it names. @throws DomainError invalidParameter */
const snapshotOf = (services: MethodServices, { args }: MethodCall): Guid => {
  const path = args.requiredReference('SnapshotSettingData');
  const system = requireSystem(services.references, 'ComputerSystem', args.requiredReference('ComputerSystem'));
  const place = requireConfiguration(services.references, 'SnapshotSettingData', path);
  if (place.system.id === system.id && place.snapshot !== null) return place.configuration.id;
  throw new DomainError(
    'invalidParameter',
    'SnapshotSettingData names no snapshot of ComputerSystem. Use the path of one of its settings with SettingType 5.',
  );
};

/** Snapshot methods of v1 (spec snapshots §6); `home`: root\virtualization. */
export const v1SnapshotMethods = (services: MethodServices, home: Projection): MethodRows => {
  const { snapshots } = services;
  const path = (snapshot: Guid): ObjectPath => systemSettingPath(home, snapshot);
  const apply = (call: MethodCall) => snapshots.apply(call.request, snapshotOf(services, call));
  const create: MethodRow = {
    right: 'operate',
    jobType: CREATE_JOB,
    out: ['SnapshotSettingData'],
    run: async ({ request, args }) => {
      const system = requireSystem(services.references, 'SourceSystem', args.requiredReference('SourceSystem'));
      const { job, snapshot } = await snapshots.create(request, system.id, {
        type: 'standard',
        elementName: null,
        notes: null,
        applicationConsistent: false,
        ignoreNonSnapshottableDisks: false,
      });
      return { kind: 'job', job, out: { SnapshotSettingData: path(snapshot) } };
    },
  };
  return {
    CreateVirtualSystemSnapshot: create,
    // It has no Job: it answers when all is done.
    ApplyVirtualSystemSnapshot: {
      right: 'operate',
      jobType: null,
      out: [],
      run: async (call) => {
        const job = await apply(call);
        const ended = await services.jobs.ended(job.id);
        if (ended?.state === COMPLETED) return done();
        throw new DomainError(
          'failed',
          ended?.errorDescription ?? 'The service stops. Apply the snapshot again later.',
        );
      },
    },
    ApplyVirtualSystemSnapshotEx: {
      right: 'operate',
      jobType: APPLY_JOB,
      out: [],
      run: async (call) => {
        const job = await apply(call);
        await endedSoon(services.jobs, job.id, SHORT_MS);
        return { kind: 'job', job };
      },
    },
    RemoveVirtualSystemSnapshot: snapshotMethod(
      services,
      'SnapshotSettingData',
      DESTROY_JOB,
      'administer',
      (request, id) => snapshots.destroy(request, id),
    ),
    RemoveVirtualSystemSnapshotTree: snapshotMethod(
      services,
      'SnapshotSettingData',
      DESTROY_JOB,
      'administer',
      (request, id) => snapshots.destroyTree(request, id),
    ),
  };
};
