/** A job as lists show it. */
export interface JobSummary {
  readonly id: string;
  readonly caption: string;
  readonly state: string;
  /** 0 to 100. */
  readonly percent: number;
  /** CIM datetime, or as WS-Management writes it. */
  readonly startedAt: string;
  /** Why it failed; null: it has not. */
  readonly error: string | null;
}

const ENDED = new Set(['Completed', 'Terminated', 'Killed', 'Exception', 'CompletedWithWarnings']);

export const hasEnded = ({ state }: JobSummary): boolean => ENDED.has(state);

/** The newest first. */
export const byStart = (jobs: readonly JobSummary[]): readonly JobSummary[] =>
  jobs.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));

export interface JobWatch {
  readonly progress?: (percent: number) => void;
  /** Cancels the job; its end is waited for all the same: the host takes back what it made. */
  readonly signal?: AbortSignal;
}
