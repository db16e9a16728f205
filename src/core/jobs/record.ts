import type { StoreChange } from '../ports.ts';
import type { Job, JobActivity } from './job.ts';

/** A job as the store keeps it: what clients see, and what a restarted service needs to undo or go on. */
export interface JobRecord {
  readonly job: Job;
  /** Name of the definition; null for short work, which cannot be taken up again. */
  readonly definition: string | null;
  readonly params: unknown;
  /** Number of steps that are done. While undoing: number of steps that are still to be undone. */
  readonly done: number;
  readonly results: Readonly<Record<string, unknown>>;
  readonly phase: 'running' | 'undoing';
  /** End state that a client asked for by cancelling; null: nobody did. */
  readonly cancel: 8 | 9 | null;
  /** How the job ends after undo; null while running. */
  readonly outcome: JobOutcome | null;
}

/** How a job ends. */
export interface JobOutcome {
  readonly state: 7 | 8 | 9 | 10 | 32768;
  readonly errorCode: number;
  readonly errorSummary: string | null;
  readonly errorDescription: string | null;
  readonly errors: Job['errors'];
}

export const SUCCESS: JobOutcome = {
  state: 7,
  errorCode: 0,
  errorSummary: null,
  errorDescription: null,
  errors: [],
};

export const putJob = (record: JobRecord): StoreChange => ({ table: 'jobs', key: record.job.id, value: record });

export const deleteJob = (id: string): StoreChange => ({ table: 'jobs', key: id, value: null });

/** Null: it does no more than its caption says. */
export const withActivity = ({ activity: _before, ...job }: Job, activity: JobActivity | null): Job =>
  activity === null ? job : { ...job, activity };

/** The record of an ended job keeps no more than clients read. */
export const endRecord = (record: JobRecord, outcome: JobOutcome, at: number): JobRecord => ({
  job: {
    ...withActivity(record.job, null),
    state: outcome.state,
    // Also after a failure: go-wmi waits for 100 before it looks at the state (jobs-and-errors §2).
    percent: 100,
    cancellable: false,
    endedAt: at,
    stateChangedAt: at,
    errorCode: outcome.errorCode,
    errorSummary: outcome.errorSummary,
    errorDescription: outcome.errorDescription,
    errors: outcome.errors,
  },
  definition: record.definition,
  params: null,
  done: 0,
  results: {},
  phase: record.phase,
  cancel: record.cancel,
  outcome: null,
});
