import { type ChildProcess, execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../core/errors.ts';
import { isShortage } from './shortage.ts';

export interface CommandOptions {
  readonly timeoutMs?: number;
  /** What it reads. */
  readonly input?: string;
}

/** A program that the host has no room to start is tried again for so long: others end, and connections too. */
const SHORTAGE_MS = 2000;
const PAUSE_MS = 50;

/**
 * Runs a small tool of the host to its end: an argument array, no shell, a time limit, bounded output. Rejects with DomainError;
 * its cause is the error of the tool with what it said, whose cause is that of Node.
 */
export const runCommand = async (
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> => {
  const end = performance.now() + SHORTAGE_MS;
  for (;;) {
    try {
      return await runOnce(program, args, options);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      // It did not come to run: to try again repeats nothing.
      if (!isShortage(error.cause) || performance.now() > end)
        throw new DomainError('failed', `${program} failed on this host.`, { cause: error });
    }
    await sleep(PAUSE_MS);
  }
};

/** What the tool said of its failure; its cause is Node's error. */
class CommandError extends Error {}

const runOnce = (program: string, args: readonly string[], { timeoutMs, input }: CommandOptions): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const options = { timeout: timeoutMs ?? 20_000, maxBuffer: 1024 * 1024, env: { PATH: TOOL_PATH, LC_ALL: 'C' } };
  let child: ChildProcess;
  try {
    child = execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new CommandError(stderr.slice(0, 2000), { cause: error }));
    });
  } catch (cause) {
    // Some refusals of the kernel are thrown (ENOMEM), others told later.
    reject(new CommandError('', { cause }));
    return promise;
  }
  // A tool that ends before it has read all of it says why by its own error.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input ?? '');
  return promise;
};

/** An ordinary user's PATH often lacks sbin, where useradd and ip live. */
export const TOOL_PATH = `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`;
