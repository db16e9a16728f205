import { mock } from 'node:test';
import { Command } from 'commander';
import { GROUPS } from '../../src/cli/commands/groups.ts';
import { exitCodeOf } from '../../src/cli/exit-codes.ts';

export const createProgram = async (): Promise<Command> => {
  const program = new Command('vsms').exitOverride();
  for (const { load } of GROUPS) (await load())(program);
  return program;
};

/** A command line as main.ts runs it, without a process for each; one at a time. `environment`: all that has a name of ours. */
export const vsmsHere = async (
  environment: Readonly<Record<string, string>>,
  words: readonly string[],
): Promise<{ readonly code: number; readonly said: string }> => {
  const said: string[] = [];
  const quiet = (...texts: readonly unknown[]): void => void said.push(texts.join(' '));
  const mocks = [mock.method(console, 'log', quiet), mock.method(console, 'error', quiet)];
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith('VSMS_')) delete process.env[name];
  Object.assign(process.env, { VSMS_CONFIG: '/nonexistent/vsms.toml', ...environment });
  try {
    await (await createProgram()).parseAsync(words, { from: 'user' });
    return { code: Number(process.exitCode ?? 0), said: said.join('\n') };
  } catch (error) {
    const own = (error as { exitCode?: number }).exitCode;
    return { code: own ?? exitCodeOf(error), said: [...said, (error as Error).message].join('\n') };
  } finally {
    process.exitCode = 0;
    for (const each of mocks) each.mock.restore();
    process.env = before;
  }
};
