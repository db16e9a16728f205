export interface Deadline {
  readonly ms: number;
  /** Aborts when the client goes away. */
  readonly gone: AbortSignal;
  /** What the client is told when the time is over. */
  expired(): Error;
}

/** Run an operation until its time is over or its client is gone; what it started as a job goes on. */
export async function withDeadline<T>(deadline: Deadline, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const { promise: over, reject } = Promise.withResolvers<never>();
  const stop = (): void => {
    reject(deadline.expired());
    abort.abort();
  };
  const timer = setTimeout(stop, deadline.ms);
  deadline.gone.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([run(abort.signal), over]);
  } finally {
    clearTimeout(timer);
    deadline.gone.removeEventListener('abort', stop);
  }
}
