/** What a shell expects of a program that was interrupted (128 + SIGINT). */
export const INTERRUPTED = 130;

/** A command was interrupted and has not done what it was to do; that is told already. */
export class Interrupted extends Error {
  constructor() {
    super('cancelled');
    this.name = 'Interrupted';
  }
}

/**
 * Work that an interrupt (Ctrl-C) asks to stop: it is told by the signal and may take its time to leave nothing behind; a second
 * interrupt ends the program at once. Null: it was interrupted, and that is told.
 */
export const interruptible = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | null> => {
  const stop = new AbortController();
  const interrupt = (): void => {
    if (stop.signal.aborted) process.exit(INTERRUPTED);
    stop.abort();
  };
  process.on('SIGINT', interrupt);
  try {
    return await work(stop.signal);
  } catch (error) {
    // What was under way within it has told already.
    if (!stop.signal.aborted || error instanceof Interrupted) throw error;
    console.error('vsms: cancelled.');
    process.exitCode = INTERRUPTED;
    return null;
  } finally {
    process.off('SIGINT', interrupt);
  }
};
