import { printEmbedded } from '../../../cim/embedded/print-embedded.ts';
import { DomainError } from '../../../core/errors.ts';
import type { SystemGraph } from '../../../core/graph.ts';
import type { Job } from '../../../core/jobs/job.ts';
import type { Projection } from '../../projection.ts';
import type { JobDesk } from './job-desk.ts';
import { answered, done, type MethodCall, type MethodRows } from './method.ts';
import { jobErrorInstance, type SourcePath } from './msvm-error.ts';

/** CIM's "not supported". */
const NOT_SUPPORTED = 1;
/** CIM_ConcreteJob.RequestStateChange: invalid parameter, invalid transition. */
const INVALID_PARAMETER = 5;
const INVALID_TRANSITION = 4097;

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
        if (wanted === null) return answered(INVALID_PARAMETER);
        const timeoutGiven = !isNoTimeout(call.args.text('TimeoutPeriod'));
        return answered((await desk.requestStateChange(jobOf(call).id, wanted, timeoutGiven)) ?? INVALID_TRANSITION);
      },
    },
    KillJob: { right: 'read', jobType: null, out: [], run: async () => answered(NOT_SUPPORTED) },
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
