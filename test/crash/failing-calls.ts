import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Calls of the kernel that fail together, and how. */
export interface FailingCalls {
  readonly calls: readonly string[];
  readonly error: 'EIO' | 'ENOSPC' | 'EROFS' | 'EMFILE' | 'EAGAIN';
}

/** What a disk or a host may answer to what puts something on the disk, opens a file or starts a program. */
export const KINDS: readonly FailingCalls[] = [
  { calls: ['fsync', 'fdatasync'], error: 'EIO' },
  { calls: ['pwrite64', 'ftruncate', 'fallocate'], error: 'ENOSPC' },
  { calls: ['rename', 'renameat2', 'mkdir'], error: 'EROFS' },
  { calls: ['openat'], error: 'EMFILE' },
  { calls: ['clone', 'clone3', 'fork', 'vfork'], error: 'EAGAIN' },
];

/** Points of one kind that are tried of an operation, evenly spread; `VSMS_POINTS=1000` for all. */
const MOST_POINTS = Number(process.env['VSMS_POINTS'] ?? 4);

export const pointsOf = (count: number): readonly number[] => {
  const points = Math.min(count, MOST_POINTS);
  return Array.from({ length: points }, (_, i) =>
    points === 1 ? 1 : 1 + Math.round((i * (count - 1)) / (points - 1)),
  );
};

/** strace(1) at a process and all its threads, from when this resolves until it is disposed of. */
const trace = async (pid: number, words: readonly string[]): Promise<AsyncDisposable> => {
  const child: ChildProcess = spawn('strace', ['-f', '-qq', '-p', String(pid), ...words], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  let gone = false;
  void ended.then(() => (gone = true));
  while (!(await isTraced(pid))) {
    if (gone) throw new Error('strace cannot be attached');
    await sleep(5);
  }
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGINT');
      await ended;
    },
  };
};

const isTraced = async (pid: number): Promise<boolean> => {
  for (const task of await readdir(`/proc/${pid}/task`)) {
    const status = await readFile(`/proc/${pid}/task/${task}/status`, 'utf8').catch(() => '');
    if (/^TracerPid:\s+0$/m.test(status)) return false;
  }
  return true;
};

/** Each thread's n-th call of these fails, without having done anything. */
export const failAt = (pid: number, { calls, error }: FailingCalls, n: number): Promise<AsyncDisposable> =>
  trace(pid, [
    '-o',
    '/dev/null',
    '-e',
    `trace=${calls.join(',')}`,
    '-e',
    `inject=${calls.join(',')}:error=${error}:when=${n}`,
  ]);

/** Each thread's first of these calls begins only after so many seconds. */
export const delayFirst = (pid: number, calls: readonly string[], seconds: number): Promise<AsyncDisposable> =>
  trace(pid, [
    '-o',
    '/dev/null',
    '-e',
    `trace=${calls.join(',')}`,
    '-e',
    `inject=${calls.join(',')}:delay_enter=${seconds * 1_000_000}:when=1`,
  ]);

/** How many of these calls the busiest thread makes while `work` runs. */
export const countCalls = async (
  pid: number,
  { calls }: FailingCalls,
  work: () => Promise<unknown>,
): Promise<number> => {
  const folder = await mkdtemp(join(tmpdir(), 'vsms-calls-'));
  try {
    const file = join(folder, 'calls');
    {
      await using _traced = await trace(pid, ['-o', file, '-e', `trace=${calls.join(',')}`, '-e', 'signal=none']);
      await work();
    }
    const counts = new Map<string, number>();
    for (const line of (await readFile(file, 'utf8')).split('\n')) {
      const [task = ''] = line.split(' ');
      if (/\w\(/.test(line)) counts.set(task, (counts.get(task) ?? 0) + 1);
    }
    return Math.max(0, ...counts.values());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
