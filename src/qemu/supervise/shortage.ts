import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../core/errors.ts';

/** What the kernel answers for want of descriptors, memory or processes: nothing is said of what was asked for. */
const SHORT: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN']);
const MOST_PAUSE_MS = 100;

export const isShortage = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && SHORT.has(error.code);

/** The same in the words of a tool (LC_ALL=C), and of the loader that could not read what the tool is made of. */
const SHORT_WORDS =
  /Too many open files|Cannot allocate memory|Resource temporarily unavailable|error while loading shared libraries/;

/** Did a tool fail for that? By its error and those that caused it. One that was ended, for it took too long, said nothing. */
export const cameOfShortage = (error: unknown): boolean =>
  error instanceof Error &&
  (isShortage(error) ||
    ('killed' in error && error.killed === true) ||
    SHORT_WORDS.test(error.message) ||
    cameOfShortage(error.cause));

/**
 * What the host lets us do, found out by trying, once: whatever it answers is kept, and `refused` if it does not let us. For want
 * of room it has not answered: that is not kept, and who asked fails of it.
 */
export const triedOnce = <T>(attempt: () => Promise<T>, refused: T): (() => Promise<T>) => {
  let answer: Promise<T> | null = null;
  return () => {
    answer ??= attempt().catch((error: unknown) => {
      if (!cameOfShortage(error)) return refused;
      answer = null;
      throw error;
    });
    return answer;
  };
};

/**
 * Asks again until the host can answer, for what must not be guessed: a process that cannot be looked at has not ended, and a
 * record that cannot be read is not gone. Rejects with whatever else is answered.
 */
export const whenThereIsRoom = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (let pause = 1; ; pause = Math.min(pause * 2, MOST_PAUSE_MS)) {
    try {
      return await ask();
    } catch (error) {
      if (!isShortage(error)) throw error;
    }
    await sleep(pause);
  }
};

/** What a client is told of a program that did not come to run. */
export const cannotStart = (program: string, cause: unknown): DomainError =>
  isShortage(cause)
    ? new DomainError(
        'failed',
        `${program} cannot be started now: the service has no file descriptor, memory or process left. Try again in a moment.`,
        { cause },
      )
    : new DomainError('notAvailable', `${program} cannot be started. Install its package.`, { cause });
