import { NotFoundError } from '../by-name.ts';
import type { Jobs } from '../host.ts';
import { byStart, type JobSummary } from '../job.ts';
import type { RestClient } from './client.ts';
import type { JobDetails } from './generated/operations.ts';
import { orMissing } from './missing.ts';
import type { RestWork } from './work.ts';

/** JobState in the words of lists. */
const STATES: Readonly<Record<Exclude<JobDetails['state'], `code${number}`>, string>> = {
  new: 'New',
  starting: 'Starting',
  running: 'Running',
  suspended: 'Suspended',
  shuttingDown: 'ShuttingDown',
  completed: 'Completed',
  terminated: 'Terminated',
  killed: 'Killed',
  failed: 'Exception',
  service: 'Service',
  completedWithWarnings: 'CompletedWithWarnings',
};

export const jobsOf = (client: RestClient, work: RestWork): Jobs => ({
  list: async () => byStart((await Array.fromAsync(client.items('listJobs'))).map(summaryOf)),
  find: async (id) => {
    const found = await orMissing(id, () => client.call('getJob', { params: { id } }));
    if (found === null || found.body === null) throw new NotFoundError(id, 'job');
    return summaryOf(found.body);
  },
  finish: (id, watch) => work.finish(id, watch),
  cancel: async (id) => {
    await work.run('cancelJob', { params: { id } });
    await work.ended(id);
  },
});

const summaryOf = ({ id, description, state, percent, startedAt, error }: JobDetails): JobSummary => ({
  id,
  caption: description,
  state: Object.hasOwn(STATES, state) ? STATES[state as keyof typeof STATES] : state.replace(/^code/, ''),
  percent,
  startedAt: startedAt ?? '',
  error: error === null || error.message === '' ? null : error.message,
});
