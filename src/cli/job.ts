import type { Host, Jobs } from '../client/host.ts';
import { hasEnded, type JobSummary } from '../client/job.ts';
import { connectHost, type ConnectOptions } from './connect.ts';
import type { Listing } from './print/listing.ts';
import { printable } from './print/output.ts';
import { type ListFlags, printHostList } from './print/print-list.ts';
import { showProgress } from './print/progress.ts';

const withHost = async (options: ConnectOptions, work: (host: Host) => Promise<void>): Promise<void> => {
  const host = await connectHost(options);
  try {
    await work(host);
  } finally {
    host.close();
  }
};

const LISTING: Listing<JobSummary> = {
  name: ({ id }) => id,
  columns: [
    { name: 'what', text: ({ caption }) => caption },
    { name: 'state', text: ({ state }) => state },
    { name: '%', text: ({ percent }) => String(percent) },
    { name: 'started', text: ({ startedAt }) => startedAt },
    { name: 'id', text: ({ id }) => id },
    { name: 'error', text: ({ error }) => error ?? '' },
  ],
};

/** vsms job list [--running] */
export const listAllJobs = (flags: ListFlags & { readonly running?: boolean }): Promise<void> =>
  printHostList(flags, LISTING, async ({ jobs }) =>
    (await jobs.list()).filter((job) => flags.running !== true || !hasEnded(job)),
  );

/** vsms job show ID */
export const showJob = (id: string, flags: ListFlags): Promise<void> =>
  printHostList(flags, LISTING, async ({ jobs }) => [await jobs.find(id)]);

/** vsms job wait ID: Ctrl-C leaves the job alone. @throws MethodError in the words of a job that failed */
export const waitForJob = (id: string, options: ConnectOptions): Promise<void> =>
  withHost(options, async ({ jobs }) => {
    const { caption } = await jobs.find(id);
    const progress = showProgress(printable(caption));
    try {
      await jobs.finish(id, { progress: progress.show });
    } finally {
      progress.end();
    }
    console.log('Completed');
  });

/** False: it had ended already, perhaps while it was asked to. @throws what refuses it otherwise */
const cancelled = async (jobs: Jobs, id: string): Promise<boolean> => {
  if (hasEnded(await jobs.find(id))) return false;
  try {
    await jobs.cancel(id);
    return true;
  } catch (error) {
    if (hasEnded(await jobs.find(id))) return false;
    throw error;
  }
};

/**
 * vsms job cancel ID: waits until the host has taken back what it made.
 * @throws MethodError in the words of a job that had failed before
 */
export const cancelJob = (id: string, options: ConnectOptions): Promise<void> =>
  withHost(options, async ({ jobs }) => {
    const early = await cancelled(jobs, id);
    if (!early) console.error('The job had ended already.');
    const { state } = await jobs.find(id);
    if (!early && state === FAILED) await jobs.finish(id, {});
    console.log(state);
  });

/** JobState 10, in the words of lists. */
const FAILED = 'Exception';
