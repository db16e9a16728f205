import type { StoreChange } from '../ports.ts';
import type { AffectedElement, FileProgress, Job, JobError } from './job.ts';

/**
 * A kind of long work: named steps, each with its undo, parameters that are plain data (architecture, habit 5).
 * `P` and the results of steps are what the store can hold: JSON and bigint, no class instances.
 *
 * The promise of every step: it may be run again after it was interrupted anywhere, and its undo may be called when it
 * has done all, some or none of its work, and again after that. `test/core/jobs-harness.ts` checks both.
 */
export interface JobDefinition<P> {
  /** Stored with the job: finds the definition again after a restart. Never reused for another meaning. */
  readonly name: string;
  /** JobType (jobs-and-errors §4). */
  readonly type: number;
  /** CIM class of the job object; Msvm_ConcreteJob when absent. */
  readonly className?: string;
  readonly cancellable: boolean;
  readonly steps: readonly JobStep<P>[];
  /** What a restart of the service does to an unfinished job (decisions K18). */
  readonly onRestart: 'undo' | 'resume';
  /**
   * Name of a step: once it is done the job cannot be cancelled or undone, and a restart resumes it (K18, realize). A step
   * after it that fails is done again, until it is done.
   */
  readonly commitPoint?: string;
  /**
   * The commit point is the last step, and what it decides is written by `release` with the end of the job: one wait for the
   * disk less. Until then nothing is decided.
   */
  readonly commitsAtEnd?: true;
  /** Has the store decided for the job, whatever its own record says? A crash may come between the two. */
  isCommitted?(params: P): boolean;
  /**
   * Writes the end of the job, whatever it is, together with what belongs to it: that a system is given back, say, so that
   * none is busy with a job that has ended. Holds what it needs (the turn of the system) until `end` has settled. The result
   * of the last step is among `results` when all steps were done, and only then.
   */
  release?<T>(params: P, results: StepResults, end: (joined: readonly Joined[]) => Promise<T>): Promise<T>;
  caption(params: P): string;
  /** `details` of the job; none when absent. */
  details?(params: P): NonNullable<Job['details']>;
  /** First line of a failure's text: `'web1' failed to start.`; from the caption when absent (jobs-and-errors §9). */
  failure?(params: P): string;
}

export interface JobStep<P> {
  readonly name: string;
  /** Share of the progress; 1 when absent. */
  readonly weight?: number;
  /** What clients are told that the job does while this step runs (JobActivity); absent: its caption is enough. */
  readonly doing?: string;
  /** After the commit point: its failure ends the job, and what it has not done stays so. */
  readonly mayFail?: true;
  /** What it resolves to is stored as the result of the step (undefined: none). */
  run(context: StepContext, params: P, results: StepResults): Promise<unknown>;
  /** Gets the results of the steps before it, its own when it was done, and what it `keep`t. */
  undo?(context: UndoContext, params: P, results: StepResults): Promise<void>;
}

/** Results by name of the step. */
export type StepResults = Readonly<Record<string, unknown>>;

/** Changes that go to the store in one transaction with the next record of the job. */
export interface Joined {
  readonly changes: readonly StoreChange[];
  /** Called once they are durable, before the job's own change is published; must not throw and must not wait. */
  readonly applied?: () => void;
}

export interface StepContext {
  readonly jobId: string;
  /** Aborted when the job is cancelled or the service stops. */
  readonly signal: AbortSignal;
  /** Fraction of this step, 0 to 1. Never lets the job's percentage fall. `file`: what is worked on, for a step that is `doing` something. */
  progress(fraction: number, file?: FileProgress): void;
  /**
   * These changes and the end of this step become durable together; after the last step that is the end of the job:
   * first the object has its final state, then the job ends (README rule 12). Dropped when the step fails.
   */
  join(joined: Joined): void;
  /** Durable at once as the result of this step so far: say what will be made before making it, so that undo finds it. */
  keep(result: unknown): Promise<void>;
  /** Another element that clients find through the job, such as the object it made; shown with the next record. */
  affect(element: AffectedElement): void;
  /** The job will end "completed with warnings" (32768). Not for methods of libvirt (jobs-and-errors §3). */
  warn(warning: JobError): void;
}

export interface UndoContext {
  readonly jobId: string;
  /** As in StepContext: together with the record that this undo is done. */
  join(joined: Joined): void;
}

/** Checks what the type cannot say. */
export const defineJob = <P>(definition: JobDefinition<P>): JobDefinition<P> => {
  const names = new Set(definition.steps.map((step) => step.name));
  if (definition.steps.length === 0 || names.size !== definition.steps.length)
    throw new TypeError(`The job '${definition.name}' needs steps with different names.`);
  if (definition.commitPoint !== undefined && !names.has(definition.commitPoint))
    throw new TypeError(`The commit point of the job '${definition.name}' is none of its steps.`);
  if (definition.commitsAtEnd === true && definition.steps.at(-1)?.name !== definition.commitPoint)
    throw new TypeError(`The commit point of the job '${definition.name}' is not its last step.`);
  return definition;
};

/** Short work already decided, without undo: stored at its begin and its end; a restart in between ends it with 10. */
export interface JobPlan {
  readonly type: number;
  readonly caption: string;
  readonly affected: readonly AffectedElement[];
  readonly cancellable: boolean;
  readonly className?: string;
  readonly failure?: string;
  /** Stored in one transaction with the begin of the job. */
  readonly begin?: Joined;
  /** As in JobDefinition: the end of the job with what belongs to it, however the work has ended. Not called when the service stops. */
  release?<T>(end: (joined: readonly Joined[]) => Promise<T>): Promise<T>;
}

export type JobWork = (context: StepContext) => Promise<void>;
