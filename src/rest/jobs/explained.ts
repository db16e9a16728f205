import type { CimInstance } from '../../cim/instance.ts';
import type { Management } from '../management/management.ts';
import { jobView, type JobView } from './view.ts';

/** A job, and where it failed or warns each cause and what helps. */
export const explainedJob = async (management: Management, job: CimInstance): Promise<JobView> => {
  const view = jobView(job);
  const path = job.path();
  return view.error === null || path === null ? view : jobView(job, await management.errorsOf(path));
};
