/** What a shell expects of a program that was interrupted (128 + SIGINT). */
const INTERRUPTED = 130;

/**
 * Work that an interrupt (Ctrl-C) asks to stop: it is told by the signal and may take its time to leave nothing behind; a second
 * interrupt ends the program at once.
 */
export const interruptible = async (work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
  const stop = new AbortController();
  const interrupt = (): void => {
    if (stop.signal.aborted) process.exit(INTERRUPTED);
    stop.abort();
  };
  process.on('SIGINT', interrupt);
  try {
    await work(stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    console.error('vsms: cancelled.');
    process.exitCode = INTERRUPTED;
  } finally {
    process.off('SIGINT', interrupt);
  }
};
