import type { ErrorSource } from '../errors.ts';
import type { Guid, Instant } from '../model.ts';

/** JobState numbers that we emit (jobs-and-errors §3); 2 (New) is never visible. */
export type JobState = 3 | 4 | 6 | 7 | 8 | 9 | 10 | 32768;

/** What a job is about; `effect` 5 = created (jobs-and-errors §5). */
export interface AffectedElement {
  readonly element:
    | { readonly kind: 'system'; readonly id: Guid }
    | { readonly kind: 'plan'; readonly id: Guid }
    | { readonly kind: 'configuration'; readonly id: Guid }
    | { readonly kind: 'referencePoint'; readonly id: Guid }
    | { readonly kind: 'setting'; readonly configuration: Guid; readonly part: string }
    | { readonly kind: 'switch'; readonly id: Guid }
    | { readonly kind: 'service'; readonly className: string };
  readonly effect: number;
}

export interface JobError {
  readonly messageId: string;
  readonly message: string;
  readonly arguments: readonly string[];
  readonly severity: 2 | 3 | 4 | 5;
  readonly recommendedActions: readonly string[];
  readonly source: ErrorSource | null;
}

/** What a job does at the moment, within what its caption says. */
export interface JobActivity {
  /** In words that are the same for all jobs of a kind, without a colon: `Copying virtual hard disks`. */
  readonly text: string;
  /** The file that is worked on, by the name that its client has for it, and its bytes; null: none in particular. */
  readonly file: FileProgress | null;
}

export interface FileProgress {
  readonly name: string;
  readonly done: number;
  readonly total: number;
}

/** A job as clients see it; immutable, replaced on each change. */
export interface Job {
  readonly id: Guid;
  /** CIM class of the job object: Msvm_ConcreteJob, Msvm_StorageJob, ... */
  readonly className: string;
  readonly type: number;
  readonly caption: string;
  readonly owner: string;
  readonly state: JobState;
  readonly percent: number;
  /** Absent: no more than its caption says. As figures are, stored now and then. */
  readonly activity?: JobActivity;
  readonly cancellable: boolean;
  readonly affected: readonly AffectedElement[];
  readonly submittedAt: Instant;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly stateChangedAt: Instant;
  /** Hyper-V error code, 0 while running and on success. */
  readonly errorCode: number;
  readonly errorSummary: string | null;
  readonly errorDescription: string | null;
  readonly errors: readonly JobError[];
  /** What only jobs of its class tell, under the names of the class; missing: nothing. */
  readonly details?: Readonly<Record<string, string | readonly string[]>>;
}

export const isEnded = (job: Job): boolean => job.endedAt !== null;
