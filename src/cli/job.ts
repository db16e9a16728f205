import { findJob, hasEnded, jobReference, type JobSummary, listJobs } from '../client/job-list.ts';
import { finishJob } from '../client/jobs.ts';
import type { WsmanClient } from '../client/client.ts';
import { connect, type ConnectOptions } from './connect.ts';
import { jsonText, printable, table } from './output.ts';
import { showProgress } from './progress.ts';

type Format = 'table' | 'json' | 'name';

const withClient = async (options: ConnectOptions, work: (client: WsmanClient) => Promise<void>): Promise<void> => {
  const client = connect(options);
  try {
    await work(client);
  } finally {
    client.close();
  }
};

const show = (jobs: readonly JobSummary[], format: Format): string => {
  if (format === 'json') return jsonText(jobs);
  if (format === 'name') return jobs.map(({ id }) => printable(id)).join('\n');
  return table(
    ['what', 'state', '%', 'started', 'id', 'error'],
    jobs.map(({ caption, state, percent, startedAt, id, error }) => [
      printable(caption),
      state,
      String(percent),
      printable(startedAt),
      printable(id),
      printable(error ?? ''),
    ]),
  );
};

/** vsms job list [--running] */
export const listAllJobs = (options: ConnectOptions & { output: Format; running?: boolean }): Promise<void> =>
  withClient(options, async (client) => {
    const jobs = await listJobs(client);
    console.log(show(options.running === true ? jobs.filter((job) => !hasEnded(job)) : jobs, options.output));
  });

/** vsms job show ID */
export const showJob = (id: string, options: ConnectOptions & { output: Format }): Promise<void> =>
  withClient(options, async (client) => console.log(show([await findJob(client, id)], options.output)));

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
