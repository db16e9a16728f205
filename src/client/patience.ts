/** How long a client waits for jobs of the host. */
export interface Patience {
  /** False: not at all. */
  readonly wait: boolean;
  /** Milliseconds for one job; null: as long as it takes. */
  readonly timeoutMs: number | null;
}

export const PATIENT: Patience = { wait: true, timeoutMs: null };

/** A job goes on at its host, and is not waited for any longer. */
export class JobGoesOnError extends Error {
  /** Of the job. */
  readonly id: string;
  /** False: nobody wanted to wait. */
  readonly timedOut: boolean;

  constructor(id: string, { wait, timeoutMs }: Patience) {
    super(
      wait
        ? `The job has not ended within ${(timeoutMs ?? 0) / 1000} s. It goes on: vsms job wait ${id}, or vsms job cancel ${id}.`
        : `The job goes on: ${id}.`,
    );
    this.name = 'JobGoesOnError';
    this.id = id;
    this.timedOut = wait;
  }
}
