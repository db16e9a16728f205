import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../core/errors.ts';
import type { QmpResult } from '../../qmp/commands.ts';
import type { Monitor } from '../supervise/monitor.ts';

export type BlockJob = QmpResult<'query-jobs'>[number];

export const POLL_MS = { first: 2, most: 200 } as const;

/** Until the job waits to change over (`ready`) or is done. */
export async function untilAtRest(
  monitor: Monitor,
  id: string,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<BlockJob> {
  for (let pause: number = POLL_MS.first; ; pause = Math.min(pause * 2, POLL_MS.most)) {
    signal.throwIfAborted();
    // Before the question: a step that is taken after the answer is not missed.
    using step = nextStep(monitor, id);
    const job = await jobNow(monitor, id);
    if (job['total-progress'] > 0) progress(Math.min(job['current-progress'] / job['total-progress'], 1));
    if (job.status === 'ready') return job;
    if (job.status === 'concluded') return requireSuccess(job);
    await Promise.race([step.taken, sleep(pause, undefined, { signal })]);
  }
}

/** QEMU tells each step of a job, where somebody listens: then the end is not waited for. */
function nextStep(monitor: Monitor, id: string): Disposable & { readonly taken: Promise<unknown> } {
  const { found, stop } = monitor.waitFor(
    (event) => (event.name === 'JOB_STATUS_CHANGE' && event.data.id === id ? true : null),
    2 * POLL_MS.most,
  );
  return { taken: found.catch(() => null), [Symbol.dispose]: stop };
}

export async function jobNow(monitor: Monitor, id: string): Promise<BlockJob> {
  const job = (await monitor.execute('query-jobs', {})).find((one) => one.id === id);
  if (job === undefined) throw new DomainError('failed', 'The work on a disk was ended by somebody else.');
  return job;
}

export const requireSuccess = (job: BlockJob): BlockJob => {
  if (job.error === undefined) return job;
  throw new DomainError(
    'failed',
    'A disk could not be merged with those below it. Check the free space and the disks below it.',
    {
      cause: new Error(job.error),
    },
  );
};

/** Of one that waits to change over (`ready`). */
export async function completeJob(monitor: Monitor, id: string): Promise<void> {
  await monitor.execute('job-complete', { id });
  for (;;) {
    const job = await jobNow(monitor, id);
    if (job.status === 'concluded') {
      requireSuccess(job);
      return;
    }
    await sleep(POLL_MS.first);
  }
}

export async function isConcluded(monitor: Monitor, id: string): Promise<boolean> {
  const jobs = await monitor.execute('query-jobs', {}).catch(() => []);
  const job = jobs.find((one) => one.id === id);
  return job === undefined || job.status === 'concluded';
}

export async function cancelJob(monitor: Monitor, id: string): Promise<void> {
  await monitor.execute('job-cancel', { id }).catch(() => undefined);
  for (let tries = 0; tries < 500 && !(await isConcluded(monitor, id)); tries++) await sleep(20);
  await monitor.execute('job-dismiss', { id }).catch(() => undefined);
}
