import { createInterface } from 'node:readline/promises';
import { INTERRUPTED } from './interrupt.ts';

/** Can somebody be asked? */
export const isInteractive = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/** One line; '' where there is none any more. On stderr: stdout is the result. */
export const ask = async (question: string): Promise<string> => {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const stop = new AbortController();
  // Ctrl-C comes as a key here, not as a signal; it is the answer to no question.
  reader.on('SIGINT', () => {
    if (!process.emit('SIGINT', 'SIGINT')) process.exit(INTERRUPTED);
    stop.abort();
  });
  try {
    return (await reader.question(question, { signal: stop.signal })).trim();
  } catch {
    return '';
  } finally {
    reader.close();
  }
};

export const confirm = async (question: string): Promise<boolean> =>
  /^y(?:es)?$/i.test(await ask(`${question} [y/N] `));
