import type { JobPlan, JobWork } from '../../../core/jobs/definition.ts';
import type { AffectedElement, Job } from '../../../core/jobs/job.ts';
import type { Guid } from '../../../core/model.ts';
import type { RequestContext } from '../../../core/requests.ts';

/** What the methods need of jobs beyond reading them; core/jobs/runner.ts has it. */
export interface JobDesk {
  /** Short work as a job: stored, visible and running when this resolves. */
  run(context: RequestContext, plan: JobPlan, work: JobWork): Promise<Job>;
  /** Resolves when the job has ended; undefined: there is no such job, or the service stops first. */
  ended(job: Guid): Promise<Job | undefined>;
  /** RequestStateChange of a job by its own codes; undefined: there is no such job (jobs-and-errors §6). */
  requestStateChange(job: Guid, requestedState: number, timeoutGiven: boolean): Promise<number | undefined>;
}

/** Captions by JobType (jobs-and-errors §4), for the jobs that start here. */
const CAPTIONS: ReadonlyMap<number, string> = new Map([
  [0, 'Changing the Virtual Machine'],
  [1, 'Defining Virtual Machine'],
  [2, 'Modifying Virtual Machine'],
  [3, 'Destroying Virtual Machine'],
  [4, 'Modifying Service Settings'],
  [30, 'Adding Resources'],
  [31, 'Modifying Resources'],
  [32, 'Removing Resources'],
]);

/** Plan of a short job that starts in a method. */
export const jobPlan = (type: number, affected: readonly AffectedElement[]): JobPlan => ({
  type,
  caption: CAPTIONS.get(type) ?? 'Changing the Virtual Machine',
  affected,
  cancellable: false,
});

/**
 * Until the job has ended, or for `limitMs`: an answer that comes with a job which is done by then saves its client the waiting between
 * two looks at it. The answer is the same.
 */
export const endedSoon = async (desk: Pick<JobDesk, 'ended'>, job: Guid, limitMs: number): Promise<void> => {
  const limit = Promise.withResolvers<void>();
  const timer = setTimeout(limit.resolve, limitMs);
  try {
    await Promise.race([desk.ended(job), limit.promise]);
  } finally {
    clearTimeout(timer);
  }
};
