import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawn, type FailingCalls, trace } from './failing-calls.ts';

/*
 * write(2) to files. Threads wake each other by write(2) as well, and what is sent to a client goes by it: none of that fails on a
 * disk, and the libraries below end the process when it does. So only those of a file are made to fail, by its name.
 */

const CALLS = ['write', 'writev'];

/** One of the writes to a file. */
export interface FileWrite {
  readonly file: string;
  /** Which of them, from one. */
  readonly number: number;
}

/** Those of the service below `folder` while `work` runs. */
export const writesOf = async (
  pid: number,
  folder: string,
  work: () => Promise<unknown>,
): Promise<readonly FileWrite[]> => {
  const scratch = await mkdtemp(join(tmpdir(), 'vsms-calls-'));
  try {
    const log = join(scratch, 'calls');
    {
      const words = ['-y', '-s', '0', '-o', log, '-e', 'signal=none', '-e', `trace=${CALLS.join(',')}`];
      await using _traced = await trace(pid, words);
      await work();
    }
    const counts = new Map<string, number>();
    return (await readFile(log, 'utf8')).split('\n').flatMap((line) => {
      const file = /\bwritev?\(\d+<(\/[^>]+)>/.exec(line)?.[1];
      if (file === undefined || !file.startsWith(`${folder}/`)) return [];
      const number = (counts.get(file) ?? 0) + 1;
      counts.set(file, number);
      return [{ file, number }];
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};

/** Each thread's so-many-th write to a file fails. */
export const failWrite = (
  pid: number,
  { file, number }: FileWrite,
  { error }: FailingCalls,
): Promise<AsyncDisposable> =>
  trace(pid, [
    '-o',
    '/dev/null',
    '-P',
    file,
    '-e',
    `trace=${CALLS.join(',')}`,
    '-e',
    `inject=${CALLS.join(',')}:error=${error}:when=${number}`,
  ]);

/** How the number-th of them fails. */
export const drawnWrite = (number: number): FailingCalls => drawn({ calls: CALLS, errors: ['ENOSPC', 'EIO'] }, number);
