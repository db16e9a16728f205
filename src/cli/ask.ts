import { createInterface } from 'node:readline/promises';

/** Can somebody be asked? */
export const isInteractive = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/** One line; '' where there is none any more. On stderr: stdout is the result. */
export const ask = async (question: string): Promise<string> => {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await reader.question(question)).trim();
  } catch {
    return '';
  } finally {
    reader.close();
  }
};

export const confirm = async (question: string): Promise<boolean> =>
  /^y(?:es)?$/i.test(await ask(`${question} [y/N] `));
