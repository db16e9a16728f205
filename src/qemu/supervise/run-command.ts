import { execFile } from 'node:child_process';
import { DomainError } from '../../core/errors.ts';

/** Runs a small tool of the host to its end: an argument array, no shell, a time limit, bounded output. `input` is what it reads. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: { readonly timeoutMs?: number; readonly input?: string } = {},
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = execFile(
    program,
    [...args],
    { timeout: options.timeoutMs ?? 20_000, maxBuffer: 1024 * 1024, env: { PATH: TOOL_PATH, LC_ALL: 'C' } },
    (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else
        reject(
          new DomainError('failed', `${program} failed on this host.`, {
            cause: new Error(stderr.slice(0, 2000), { cause: error }),
          }),
        );
    },
  );
  // A tool that ends before it has read all of it says why by its own error.
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.input ?? '');
  return promise;
}

/** An ordinary user's PATH often lacks sbin, where useradd and ip live. */
export const TOOL_PATH = `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`;
