import { z } from 'zod';
import type { CimInstance } from '../../cim/instance.ts';
import { plainMessage } from '../management/job-errors.ts';
import { flag, number, seconds, text, texts, time, word } from '../management/values.ts';
import { wordSchema } from '../routes/common.ts';
import { activityOf, activitySchema } from './activity.ts';

/** JobState (jobs-and-errors §3). */
const STATES = {
  2: 'new',
  3: 'starting',
  4: 'running',
  5: 'suspended',
  6: 'shuttingDown',
  7: 'completed',
  8: 'terminated',
  9: 'killed',
  10: 'failed',
  11: 'service',
  32768: 'completedWithWarnings',
} as const;

export const jobSchema = z
  .strictObject({
    id: z.string(),
    type: z.number().nullable().describe('JobType of Hyper-V'),
    description: z.string(),
    state: wordSchema(STATES),
    percent: z.number(),
    activity: activitySchema.describe('what it does at the moment; null: what its description says, or it is over'),
    cancellable: z.boolean(),
    owner: z.string(),
    submittedAt: z.string().nullable(),
    startedAt: z.string().nullable(),
    elapsedSeconds: z.number().nullable(),
    error: z
      .strictObject({
        returnValue: z.number(),
        message: z.string(),
        errors: z
          .array(z.strictObject({ messageId: z.string(), message: z.string(), actions: z.array(z.string()) }))
          .describe('each cause, and what helps'),
      })
      .nullable(),
  })
  .meta({ id: 'Job' });

export type JobView = z.infer<typeof jobSchema>;

const causeOf = (error: CimInstance) => ({
  messageId: text(error, 'MessageID') ?? '',
  message: plainMessage(error),
  actions: [...texts(error, 'RecommendedActions')],
});

/** A job as its CIM instance tells it; `errors`: what GetErrorEx tells of it. */
export const jobView = (job: CimInstance, errors: readonly CimInstance[] = []): JobView => {
  const returnValue = number(job, 'ErrorCode') ?? 0;
  const state = word(STATES, number(job, 'JobState')) ?? 'new';
  const failed = ['failed', 'killed', 'terminated', 'completedWithWarnings'].includes(state) || returnValue !== 0;
  return {
    id: text(job, 'InstanceID') ?? '',
    type: number(job, 'JobType'),
    description: text(job, 'Caption') ?? '',
    state,
    percent: number(job, 'PercentComplete') ?? 0,
    activity: activityOf(text(job, 'Caption') ?? '', text(job, 'JobStatus') ?? ''),
    cancellable: flag(job, 'Cancellable') ?? false,
    owner: text(job, 'Owner') ?? '',
    submittedAt: time(job, 'TimeSubmitted'),
    startedAt: time(job, 'StartTime'),
    elapsedSeconds: seconds(job, 'ElapsedTime'),
    error: failed ? { returnValue, message: text(job, 'ErrorDescription') ?? '', errors: errors.map(causeOf) } : null,
  };
};
