import type { CimClient, JobObject } from './cim-client.ts';
import { JobError } from './method-error.ts';
import type { JobWatch } from './job.ts';
import { numberOf, type Reference, textOf } from './object.ts';

const COMPLETED = 7;
const COMPLETED_WITH_WARNINGS = 32768;
/** RequestStateChange of a job (jobs-and-errors §6). */
const KILL = 5;

export const succeeded = (job: JobObject): boolean =>
  [COMPLETED, COMPLETED_WITH_WARNINGS].includes(numberOf(job.properties['JobState']));

/** The job when it has ended, however that was. */
export const awaitJob = async (client: CimClient, job: Reference, watch: JobWatch = {}): Promise<JobObject> => {
  const { progress, signal } = watch;
  const cancel = (): void => void client.invoke(job, 'RequestStateChange', { RequestedState: KILL }).catch(() => null);
  // Interrupted before there was a job to cancel.
  if (signal?.aborted === true) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await client.waitForJob(job, progress);
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
};

/** @throws JobError in the words of the job when it failed */
export const finishJob = async (client: CimClient, job: Reference, watch: JobWatch = {}): Promise<void> => {
  const ended = await awaitJob(client, job, watch);
  if (succeeded(ended)) return;
  const state = numberOf(ended.properties['JobState']);
  const why = textOf(ended.properties['ErrorDescription']) ?? `The job ended in state ${state}.`;
  throw new JobError(why, numberOf(ended.properties['ErrorCode']), ended);
};
