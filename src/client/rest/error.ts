import type { Job, Problem } from './generated/operations.ts';

/** REST refused, or a job that it began has failed. */
export class RestError extends Error {
  /** Of HTTP. */
  readonly status: number;
  /** The answer, with its stable `code`; null: it was none of a vsms host. */
  readonly problem: Problem | null;
  /** The job that failed; null: none did. */
  readonly job: Job | null;
  constructor(message: string, status: number, problem: Problem | null = null, job: Job | null = null) {
    super(message);
    this.name = 'RestError';
    this.status = status;
    this.problem = problem;
    this.job = job ?? problem?.job ?? null;
  }
}
