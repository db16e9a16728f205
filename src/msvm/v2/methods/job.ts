import { printEmbedded } from '../../../cim/embedded/print-embedded.ts';
import { DomainError } from '../../../core/errors.ts';
import type { SystemGraph } from '../../../core/graph.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { JOB_REQUEST } from '../../../core/jobs/runner.ts';
import type { Projection } from '../../projection.ts';
import type { JobDesk } from './job-desk.ts';
import { answered, done, type MethodCall, type MethodRows } from './method.ts';
import { jobErrorInstance, type SourcePath } from './msvm-error.ts';

/** Why a job does not do what it is asked; jobRequestReturnValues has the numbers (jobs-and-errors §6). */
const unknownState = (): DomainError =>
  new DomainError('invalidParameter', 'RequestedState must be 4 (terminate) or 5 (kill): a job can only be ended.');

const jobRefusal = (answer: number, job: Job, wanted: number): DomainError => {
  switch (answer) {
    case JOB_REQUEST.invalidParameter:
      return unknownState();
    case JOB_REQUEST.timeoutNotSupported:
      return new DomainError('timeout', 'A job knows no time limit. Leave TimeoutPeriod out.');
    case JOB_REQUEST.notSupported:
      return new DomainError(
        'notSupported',
        job.cancellable
          ? `RequestedState ${wanted} is not supported: a job can only be ended, by 4 (terminate) or 5 (kill).`
          : 'This job cannot be cancelled (Cancellable is FALSE). Wait for its end.',
      );
    default:
      return new DomainError('invalidState', 'The job has ended, or is ending, and cannot change its state any more.');
  }
};

/** An interval or instant that means "no time given": all zeros (the value of an empty datetime in scripts). */
const isNoTimeout = (timeout: string | null): boolean => timeout === null || /^[0.:]*$/.test(timeout);

/** Methods of Msvm_ConcreteJob and its sisters (jobs-and-errors §6). */
export const jobMethods = (
  graph: SystemGraph,
  desk: JobDesk,
  projection: Projection,
  sourcePath: SourcePath,
): MethodRows => {
  const jobOf = (call: MethodCall): Job => {
    const id = call.path.key('InstanceID');
    const job = typeof id === 'string' ? graph.job(id) : undefined;
    if (job !== undefined) return job;
    throw new DomainError(
      'invalidState',
      'The job has been removed since. Jobs can be read for five minutes after their end.',
    );
  };
  const errorTexts = (job: Job): readonly string[] =>
    job.errors.map((error) => printEmbedded(jobErrorInstance(projection.class('Msvm_Error'), error, sourcePath)));

  return {
    RequestStateChange: {
      right: 'operate',
      jobType: null,
      out: [],
      run: async (call) => {
        const wanted = call.args.integer('RequestedState');
        if (wanted === null) throw unknownState();
        const timeoutGiven = !isNoTimeout(call.args.text('TimeoutPeriod'));
        const job = jobOf(call);
        const answer = (await desk.requestStateChange(job.id, wanted, timeoutGiven)) ?? JOB_REQUEST.invalidTransition;
        if (answer !== JOB_REQUEST.done) throw jobRefusal(answer, job, wanted);
        return answered(answer);
      },
    },
    KillJob: {
      right: 'read',
      jobType: null,
      out: [],
      run: () =>
        Promise.reject(
          new DomainError(
            'notSupported',
            'KillJob is deprecated and not supported. Use RequestStateChange with 5 (kill).',
          ),
        ),
    },
    GetError: {
      right: 'read',
      jobType: null,
      out: ['Error'],
      run: async (call) => done({ Error: errorTexts(jobOf(call))[0] ?? null }),
    },
    GetErrorEx: {
      right: 'read',
      jobType: null,
      out: ['Errors'],
      run: async (call) => {
        const errors = errorTexts(jobOf(call));
        // NULL, not empty, where all is well (jobs-and-errors §6).
        return done({ Errors: errors.length === 0 ? null : errors });
      },
    },
  };
};
