import { findJob, hasEnded, jobReference, type JobSummary, listJobs } from '../client/job-list.ts';
import { finishJob } from '../client/jobs.ts';
import type { WsmanClient } from '../client/client.ts';
import { connect, type ConnectOptions } from './connect.ts';
import type { Listing } from './print/listing.ts';
import { printable } from './print/output.ts';
import { type ListFlags, printList } from './print/print-list.ts';
import { showProgress } from './print/progress.ts';

const withClient = async (options: ConnectOptions, work: (client: WsmanClient) => Promise<void>): Promise<void> => {
  const client = await connect(options);
  try {
    await work(client);
  } finally {
    client.close();
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
  printList(flags, LISTING, async (client) =>
    (await listJobs(client)).filter((job) => flags.running !== true || !hasEnded(job)),
  );

/** vsms job show ID */
export const showJob = (id: string, flags: ListFlags): Promise<void> =>
  printList(flags, LISTING, async (client) => [await findJob(client, id)]);

/** vsms job wait ID: Ctrl-C leaves the job alone. @throws MethodError in the words of a job that failed */
export const waitForJob = (id: string, options: ConnectOptions): Promise<void> =>
  withClient(options, async (client) => {
    const { caption } = await findJob(client, id);
    await watched(client, id, caption);
    console.log('Completed');
  });

/** vsms job cancel ID: waits until the host has taken back what it made. */
export const cancelJob = (id: string, options: ConnectOptions): Promise<void> =>
  withClient(options, async (client) => {
    const job = await findJob(client, id);
    if (!hasEnded(job)) {
      await client.run(jobReference(client, id), 'RequestStateChange', { RequestedState: TERMINATE });
      await client.waitForJob(jobReference(client, id));
    }
    console.log((await findJob(client, id)).state);
  });

/** RequestedState of a job (jobs-and-errors §6). */
const TERMINATE = 4;

const watched = async (client: WsmanClient, id: string, caption: string): Promise<void> => {
  const progress = showProgress(printable(caption));
  try {
    await finishJob(client, jobReference(client, id), { progress: progress.show });
  } finally {
    progress.end();
  }
};
