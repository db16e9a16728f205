import type { Later } from '../ports.ts';
import type { JobExecution } from './execution.ts';
import type { Job } from './job.ts';

/** A disk that is full for a moment, and one that is for a night. */
const WAIT_MS = { first: 1_000, most: 30_000 } as const;

/**
 * Jobs that could not be brought to an end that lasts: the store has refused their records, or a step that must be done has
 * failed. Those who wait for them were told; the work is tried again until it is done, so that nothing stays busy with it.
 */
export class UnsettledJobs {
  readonly #later: Later;
  readonly #settled: (job: Job) => void;
  readonly #waiting = new Set<JobExecution>();
  #wait: number = WAIT_MS.first;
  #callOff: (() => void) | null = null;
  #closed = false;

  /** `settled`: the job has ended in the store too. */
  constructor(later: Later, settled: (job: Job) => void) {
    this.#later = later;
    this.#settled = settled;
  }

  add(execution: JobExecution): void {
    this.#waiting.add(execution);
    this.#wait = WAIT_MS.first;
    this.#tryLater();
  }

  close(): void {
    this.#closed = true;
    this.#callOff?.();
  }

  #tryLater(): void {
    if (this.#closed || this.#callOff !== null) return;
    this.#callOff = this.#later(this.#wait, () => void this.#tryAll());
  }

  async #tryAll(): Promise<void> {
    for (const execution of this.#waiting) {
      const job = await execution.settle();
      if (job === undefined) continue;
      this.#waiting.delete(execution);
      this.#settled(job);
    }
    this.#callOff = null;
    this.#wait = Math.min(this.#wait * 2, WAIT_MS.most);
    if (this.#waiting.size > 0) this.#tryLater();
  }
}
