import type { Host } from '../client/host.ts';
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

/** vsms job cancel ID: waits until the host has taken back what it made. */
export const cancelJob = (id: string, options: ConnectOptions): Promise<void> =>
  withHost(options, async ({ jobs }) => {
    if (!hasEnded(await jobs.find(id))) await jobs.cancel(id);
    console.log((await jobs.find(id)).state);
  });
