import { z } from 'zod';
import { CimError } from '../../cim/errors.ts';
import type { CimInstance } from '../../cim/instance.ts';
import { compareKeys, pageOf } from '../endpoint/shape.ts';
import { endedJob } from '../management/job-watch.ts';
import { wqlText } from '../management/names.ts';
import type { Management } from '../management/management.ts';
import { text } from '../management/values.ts';
import { Problem } from '../problems/problem.ts';
import { idParams, pageSchema, paging } from '../routes/common.ts';
import { ok, type Route, route } from '../routes/route.ts';
import { affectedOrNone, affectedSchema } from './affected.ts';
import { explainedJob } from './explained.ts';
import { jobSchema, jobView } from './view.ts';

/** RequestedState of a job: end it and undo what it did (jobs-and-errors §6). */
const TERMINATE = 4;
/** Denied by role (K8); its other refusals are CIM's own numbers. */
const ACCESS_DENIED = 32769;
const ENDED = ['completed', 'completedWithWarnings', 'terminated', 'killed', 'failed'];

/** Jobs have several classes; the id tells them apart. @throws CimError notFound */
const findJob = async (management: Management, id: string): Promise<CimInstance> => {
  const [job] = await management.query(`SELECT * FROM CIM_ConcreteJob WHERE InstanceID = ${wqlText(id)}`);
  if (job !== undefined) return job;
  throw new CimError('notFound', 'There is no such job. Ended jobs are forgotten after five minutes.');
};

const pathOf = (job: CimInstance) => {
  const path = job.path();
  if (path === null) throw new Error('a job has no path');
  return path;
};

const detailed = async (management: Management, job: CimInstance) => ({
  ...(await explainedJob(management, job)),
  affected: await affectedOrNone(management, pathOf(job)),
});

const detailedSchema = jobSchema.extend({ affected: z.array(affectedSchema) }).meta({ id: 'JobDetails' });

const keyOf = (job: CimInstance): readonly string[] => [
  text(job, 'TimeSubmitted') ?? '',
  text(job, 'InstanceID') ?? '',
];

export const jobRoutes: readonly Route[] = [
  route({
    id: 'listJobs',
    verb: 'GET',
    path: '/jobs',
    tag: 'jobs',
    summary: 'Jobs, the newest first',
    query: z.strictObject({ ...paging, state: z.enum(['running', 'ended']).optional() }),
    resource: true,
    answers: { 200: { description: 'A page of jobs', schema: pageSchema(detailedSchema) } },
    handle: async ({ management, query }) => {
      const all = await management.query('SELECT * FROM CIM_ConcreteJob');
      const sorted = all
        .filter((job) => query.state === undefined || ENDED.includes(jobView(job).state) === (query.state === 'ended'))
        .toSorted((a, b) => -compareKeys(keyOf(a), keyOf(b)));
      const page = pageOf(sorted, keyOf, query, true);
      const items = await Promise.all(page.items.map((job) => detailed(management, job)));
      return ok({ items, next: page.next });
    },
  }),
  route({
    id: 'getJob',
    verb: 'GET',
    path: '/jobs/{id}',
    tag: 'jobs',
    summary: 'One job; `wait` seconds for its end',
    params: idParams,
    query: z.strictObject({ wait: z.coerce.number().int().min(0).max(300).default(0) }),
    resource: true,
    answers: { 200: { description: 'The job', schema: detailedSchema } },
    handle: async ({ management, params, query }) => {
      const job = await findJob(management, params.id);
      const { broker, context } = management;
      return ok(await detailed(management, await endedJob(broker, context, pathOf(job), query.wait * 1000)));
    },
  }),
  route({
    id: 'cancelJob',
    verb: 'POST',
    path: '/jobs/{id}/cancel',
    tag: 'jobs',
    summary: 'End the job; what it did is undone',
    params: idParams,
    resource: true,
    answers: { 200: { description: 'The job as it is then', schema: detailedSchema } },
    handle: async ({ management, params, waitMs }) => {
      const path = pathOf(await findJob(management, params.id));
      const { returnValue, extended } = await management.call(path, 'RequestStateChange', {
        RequestedState: TERMINATE,
      });
      if (returnValue !== 0 && returnValue !== 4096) {
        const reason = extended?.get('Message');
        const denied = returnValue === ACCESS_DENIED;
        throw new Problem(
          denied ? 'access-denied' : 'invalid-state',
          typeof reason === 'string' ? reason : 'The job cannot be cancelled.',
          { returnValue: Number(returnValue), method: 'RequestStateChange' },
        );
      }
      return ok(await detailed(management, await endedJob(management.broker, management.context, path, waitMs)));
    },
  }),
];
