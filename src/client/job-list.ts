import { NotFoundError } from './by-name.ts';
import type { CimClient } from './cim-client.ts';
import { byStart, type JobSummary } from './job.ts';
import { numberOf, type Reference, textOf } from './object.ts';
import type { ObjectOf } from './schema.ts';
import { wqlText } from './texts.ts';
import { resourceUri } from './uris.ts';

/** JobState of CIM_ConcreteJob, and of Msvm_ConcreteJob from 32768 on (jobs-and-errors §5). */
const STATES: Readonly<Record<number, string>> = {
  2: 'New',
  3: 'Starting',
  4: 'Running',
  5: 'Suspended',
  6: 'ShuttingDown',
  7: 'Completed',
  8: 'Terminated',
  9: 'Killed',
  10: 'Exception',
  11: 'Service',
  32768: 'CompletedWithWarnings',
};

/** Jobs of the host, of whatever class, the newest first; those that ended are told for some minutes more. */
export const listJobs = async (client: CimClient): Promise<readonly JobSummary[]> => {
  const found: JobSummary[] = [];
  for await (const object of client.query('SELECT * FROM CIM_ConcreteJob')) found.push(jobOf(object));
  return byStart(found);
};

/** @throws NotFoundError when no job has this id. */
export const findJob = async (client: CimClient, id: string): Promise<JobSummary> => {
  const object = await client.first(`SELECT * FROM CIM_ConcreteJob WHERE InstanceID = ${wqlText(id)}`);
  if (object === null || object === undefined) throw new NotFoundError(id, 'job');
  return jobOf(object);
};

export const jobReference = (client: CimClient, id: string): Reference => ({
  resourceUri: resourceUri(client.namespace, 'Msvm_ConcreteJob'),
  selectors: { InstanceID: id },
});

const jobOf = ({ properties }: ObjectOf<'CIM_ConcreteJob'>): JobSummary => {
  const error = textOf(properties['ErrorDescription']);
  const state = numberOf(properties['JobState']);
  return {
    id: textOf(properties['InstanceID']) ?? '',
    caption: textOf(properties['Caption']) ?? '',
    state: STATES[state] ?? String(state),
    percent: numberOf(properties['PercentComplete']),
    startedAt: textOf(properties['StartTime']) ?? '',
    error: error === '' ? null : error,
  };
};
