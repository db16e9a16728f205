import { intervalOfMs } from '../../../cim/datetime/cim-datetime.ts';
import type { CimInstance } from '../../../cim/instance.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import type { CimValues } from '../../../cim/values.ts';
import type { Job } from '../../../core/jobs/job.ts';
import type { Guid } from '../../../core/model.ts';
import { datetimeText } from '../../../core/systems/datetime.ts';
import type { EntitySet, Match } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import type { JobEntity } from '../entities.ts';
import { jobStatus } from './job-status.ts';

export const CONCRETE_JOB = 'Msvm_ConcreteJob';
export const STORAGE_JOB = 'Msvm_StorageJob';

/** Classes of jobs; all but the first derive from CIM_ConcreteJob, not from Msvm_ConcreteJob (jobs-and-errors §2). */
export const JOB_CLASSES: readonly string[] = [
  CONCRETE_JOB,
  STORAGE_JOB,
  'Msvm_MigrationJob',
  'Msvm_CopyFileToGuestJob',
  'Msvm_VirtualSystemReferencePointExportJob',
  'Msvm_CollectionReferencePointExportJob',
];

export const jobEntity = (job: Job): JobEntity => ({ kind: 'job', className: job.className, job });

const EXCEPTION = 10;
const WITH_WARNINGS = 32768;

/** GetErrorEx is tied to OperationalStatus (jobs-and-errors §2). */
const outcome = (job: Job): { readonly status: number; readonly text: string } => {
  if (job.state === EXCEPTION) return { status: 6, text: 'Error' };
  return job.state === WITH_WARNINGS ? { status: 3, text: 'Degraded' } : { status: 2, text: 'OK' };
};

const CONSTANTS: CimValues = {
  DeleteOnCompletion: false,
  HealthState: 5,
  JobRunTimes: 1,
  LocalOrUtcTime: 2,
  Notify: '',
  OtherRecoveryAction: '',
  Priority: 0,
  RecoveryAction: 2,
  RunDay: 0,
  RunDayOfWeek: 0,
  RunMonth: 0,
  // Ended jobs stay readable for five minutes (README rule 1).
  TimeBeforeRemoval: '00000000000500.000000:000',
};

export const jobInstance = (projection: Projection, job: Job): CimInstance => {
  const { status, text } = outcome(job);
  const started = job.startedAt ?? job.submittedAt;
  return projection
    .shape(job.className, '', () => CONSTANTS)
    .make({
      InstanceID: job.id,
      // go-wmi looks jobs up by Name: it must tell them apart (client-usage §8).
      Name: job.id,
      Caption: job.caption,
      Description: job.caption,
      ElementName: job.caption,
      JobStatus: jobStatus(job),
      JobState: job.state,
      JobType: job.type,
      PercentComplete: Math.max(0, Math.min(100, Math.round(job.percent))),
      Cancellable: job.cancellable,
      ErrorCode: job.errorCode,
      ErrorDescription: job.errorDescription ?? '',
      ErrorSummaryDescription: job.errorSummary ?? '',
      OperationalStatus: [status],
      StatusDescriptions: [text],
      Status: text,
      Owner: job.owner,
      TimeSubmitted: datetimeText(job.submittedAt),
      StartTime: datetimeText(started),
      ScheduledStartTime: datetimeText(started),
      TimeOfLastStateChange: datetimeText(job.stateChangedAt),
      ...job.details,
      ElapsedTime: intervalOfMs(Math.max(0, (job.endedAt ?? projection.clock.now()) - started)),
    });
};

/** Jobs of one class. */
export class JobSet implements EntitySet<JobEntity> {
  readonly kind = 'job';
  readonly className: string;
  readonly #projection: Projection;

  constructor(projection: Projection, className: string) {
    this.#projection = projection;
    this.className = className;
  }

  *entities(): Iterable<JobEntity> {
    for (const job of this.#projection.graph.jobs()) if (job.className === this.className) yield jobEntity(job);
  }

  find(path: ObjectPath): JobEntity | undefined {
    const id = path.key('InstanceID');
    return typeof id === 'string' ? this.#byId(id)[0] : undefined;
  }

  path(entity: JobEntity): ObjectPath {
    return this.#projection.path(this.className, { InstanceID: entity.job.id });
  }

  instance(entity: JobEntity): CimInstance {
    return jobInstance(this.#projection, entity.job);
  }

  candidates(property: string, match: Match, value: string): Iterable<JobEntity> | undefined {
    return match === 'equal' && (property === 'instanceid' || property === 'name') ? this.#byId(value) : undefined;
  }

  #byId(id: Guid): readonly JobEntity[] {
    const job = this.#projection.graph.job(id.toUpperCase());
    return job?.className === this.className ? [jobEntity(job)] : [];
  }
}
