import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FUZZ_SEED } from '../kit/fuzz.ts';

type KernelError = 'EIO' | 'ENOSPC' | 'EROFS' | 'EMFILE' | 'ENFILE' | 'EAGAIN' | 'ENOMEM';

/** Calls of the kernel that fail together, and how. */
export interface FailingCalls {
  readonly calls: readonly string[];
  readonly error: KernelError;
}

/** Calls of the kernel that fail together, and what they may answer. */
export interface FailingKind {
  readonly calls: readonly string[];
  readonly errors: readonly [KernelError, ...KernelError[]];
}

/** What a disk or a host may answer to what puts something on the disk, opens a file or starts a program. */
export const KINDS: readonly FailingKind[] = [
  { calls: ['fsync', 'fdatasync'], errors: ['EIO', 'ENOSPC'] },
  { calls: ['pwrite64', 'pwritev', 'ftruncate', 'fallocate'], errors: ['ENOSPC', 'EIO'] },
  { calls: ['rename', 'renameat2', 'mkdir'], errors: ['EROFS', 'ENOSPC', 'EIO'] },
  { calls: ['unlink', 'unlinkat', 'rmdir'], errors: ['EIO', 'EROFS'] },
  { calls: ['pread64', 'preadv', 'getdents64'], errors: ['EIO'] },
  { calls: ['openat'], errors: ['EMFILE', 'EIO', 'ENOSPC', 'ENFILE'] },
  { calls: ['socketpair', 'pipe2', 'socket', 'eventfd2'], errors: ['EMFILE', 'ENFILE'] },
  { calls: ['clone', 'clone3', 'fork', 'vfork'], errors: ['EAGAIN', 'ENOMEM'] },
  { calls: ['execve'], errors: ['ENOMEM', 'EMFILE', 'EIO'] },
];

/** What the number-th failure of a kind answers; the seed says with which it begins. */
export const drawn = ({ calls, errors }: FailingKind, number: number): FailingCalls => ({
  calls,
  error: errors[(FUZZ_SEED + number) % errors.length] ?? errors[0],
});

/** Where a disk may be slow: what writes, names, removes or opens something. */
export const SLOW: readonly (readonly string[])[] = [
  ['fsync', 'fdatasync'],
  ['pwrite64', 'ftruncate', 'fallocate'],
  ['rename', 'renameat2', 'mkdir', 'unlink', 'unlinkat', 'rmdir'],
  ['openat'],
];

/** Where the service may die: there, and where it starts something. */
export const FATAL: readonly (readonly string[])[] = [...SLOW, ['clone', 'clone3', 'fork', 'vfork', 'execve']];

/** Points of one kind that are tried of an operation, others with another seed; `VSMS_POINTS=1000` for all. */
const MOST_POINTS = Number(process.env['VSMS_POINTS'] ?? 1);

/** The golden ratio: seeds that follow each other are far apart, and a few come near all places. */
const SPREAD = (Math.sqrt(5) - 1) / 2;

/** Evenly spread; the seed says from where. */
export const pointsOf = (count: number, most = MOST_POINTS): readonly number[] => {
  const points = Math.min(count, most);
  const shift = (FUZZ_SEED * SPREAD) % 1;
  return Array.from({ length: points }, (_, i) => 1 + Math.floor(((i + shift) * count) / points));
};

/** For strace to let go of all that it traces, which may be amid a call that is delayed. */
const DETACH_LIMIT_MS = 15_000;

/** The service alone, or with machines of its. */
type Pids = number | readonly number[];

/** strace(1) at processes, all their threads and what they start, from when this resolves until it is disposed of. */
export const trace = async (pids: Pids, words: readonly string[]): Promise<AsyncDisposable> => {
  const all = [pids].flat();
  const child: ChildProcess = spawn('strace', ['-f', '-qq', ...all.flatMap((pid) => ['-p', String(pid)]), ...words], {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  let gone = false;
  void ended.then(() => (gone = true));
  while (!(await Promise.all(all.map(isTraced))).every(Boolean)) {
    if (gone) throw new Error('strace cannot be attached');
    await sleep(5);
  }
  // strace itself would wait for ever.
  const [service = 0] = all;
  const watch = setInterval(() => {
    void isDying(service).then((dying) => dying && child.kill('SIGKILL'));
  }, 20);
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGINT');
      // It waits for ever for the stop of a process whose first thread has ended before the others.
      const stuck = setTimeout(() => child.kill('SIGKILL'), DETACH_LIMIT_MS);
      await ended;
      clearTimeout(stuck);
      clearInterval(watch);
      noticeChildren(service);
    },
  };
};

/**
 * strace lets go of a process that stands before a signal without that signal: of a child that ended just then the service would
 * hear nothing until another one ends.
 */
const noticeChildren = (pid: number): void => {
  try {
    process.kill(pid, 'SIGCHLD');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

/** Killed, and not yet gone: who traces it has to let go of its threads. */
const isDying = async (pid: number): Promise<boolean> =>
  /^\d+ \(.*\) Z /s.test(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''));

const isTraced = async (pid: number): Promise<boolean> => {
  for (const task of await readdir(`/proc/${pid}/task`)) {
    const status = await readFile(`/proc/${pid}/task/${task}/status`, 'utf8').catch(() => '');
    if (/^TracerPid:\s+0$/m.test(status)) return false;
  }
  return true;
};

/** Each thread's n-th call of these fails, without having done anything. */
export const failAt = (pids: Pids, { calls, error }: FailingCalls, n: number): Promise<AsyncDisposable> =>
  trace(pids, [
    '-o',
    '/dev/null',
    '-e',
    `trace=${calls.join(',')}`,
    '-e',
    `inject=${calls.join(',')}:error=${error}:when=${n}`,
  ]);

/** No read of this file succeeds that these programs begin, until it is disposed of. */
export const failReadsOf = (pids: Pids, file: string): Promise<AsyncDisposable> =>
  trace(pids, ['-o', '/dev/null', '-P', file, '-e', 'trace=pread64,preadv', '-e', 'inject=pread64,preadv:error=EIO']);

/** None of these programs opens this folder, until it is disposed of. */
export const failOpensOf = (pids: Pids, folder: string): Promise<AsyncDisposable> =>
  trace(pids, ['-o', '/dev/null', '-P', folder, '-e', 'trace=openat', '-e', 'inject=openat:error=ENFILE']);

/** Each thread's n-th of these calls begins only after so many seconds. */
export const delayAt = (pid: number, calls: readonly string[], n: number, seconds: number): Promise<AsyncDisposable> =>
  trace(pid, [
    '-o',
    '/dev/null',
    '-e',
    `trace=${calls.join(',')}`,
    '-e',
    `inject=${calls.join(',')}:delay_enter=${seconds * 1_000_000}:when=${n}`,
  ]);

/** The process of the first thread that comes to its n-th of these calls dies there by SIGKILL, and so does each other one. */
export const killAt = (pid: number, calls: readonly string[], n: number): Promise<AsyncDisposable> =>
  trace(pid, [
    '-o',
    '/dev/null',
    '-e',
    `trace=${calls.join(',')}`,
    '-e',
    `inject=${calls.join(',')}:signal=SIGKILL:when=${n}`,
  ]);

/** The process of the first thread that comes to its n-th of these calls on a file dies there by SIGKILL. */
export const killAtCallOn = async (
  file: string,
  pids: Pids,
  calls: readonly string[],
  n: number,
): Promise<AsyncDisposable & { readonly died: () => Promise<boolean> }> => {
  const folder = await mkdtemp(join(tmpdir(), 'vsms-calls-'));
  const log = join(folder, 'calls');
  const inject = `inject=${calls.join(',')}:signal=SIGKILL:when=${n}`;
  const traced = await trace(pids, ['-P', file, '-o', log, '-e', `trace=${calls.join(',')}`, '-e', inject]);
  return {
    died: async () => busiest((await readFile(log, 'utf8')).split('\n'), new Set(calls)) >= n,
    [Symbol.asyncDispose]: async () => {
      await traced[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** Whoever renames this file dies there by SIGKILL, the file still having its old name. */
export const killAtRename = (pid: number, file: string): Promise<AsyncDisposable> => {
  const calls = 'rename,renameat,renameat2';
  return trace(pid, ['-o', '/dev/null', '-P', file, '-e', `trace=${calls}`, '-e', `inject=${calls}:signal=SIGKILL`]);
};

/** strace(1) as a launcher: beside the service, which is the child, from its first call on. */
const traced = (words: readonly string[]): readonly string[] => ['strace', '-D', '-f', '-qq', ...words, '--'];

/** Each thread's n-th call of these fails, from the start of the program on. */
export const failingFrom = ({ calls, error }: FailingCalls, n: number): readonly string[] =>
  traced([
    '-o',
    '/dev/null',
    '-e',
    `trace=${calls.join(',')}`,
    '-e',
    `inject=${calls.join(',')}:error=${error}:when=${n}`,
  ]);

/** How many of each of these calls the busiest thread of a program makes while it starts; `start` begins it by a launcher. */
export const countFrom = (
  sets: readonly (readonly string[])[],
  start: (launcher: readonly string[]) => Promise<unknown>,
): Promise<readonly number[]> => counted(sets, (words) => start(traced(words)));

/** How many of each of these calls the busiest thread makes while `work` runs. */
export const countCalls = (
  pids: Pids,
  sets: readonly (readonly string[])[],
  work: () => Promise<unknown>,
): Promise<readonly number[]> =>
  counted(sets, async (words) => {
    await using _traced = await trace(pids, words);
    await work();
  });

/** All of them in one run. */
const counted = async (
  sets: readonly (readonly string[])[],
  run: (words: readonly string[]) => Promise<unknown>,
): Promise<readonly number[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'vsms-calls-'));
  try {
    const file = join(folder, 'calls');
    await run(['-o', file, '-e', `trace=${[...new Set(sets.flat())].join(',')}`, '-e', 'signal=none']);
    const lines = (await readFile(file, 'utf8')).split('\n');
    return sets.map((calls) => busiest(lines, new Set(calls)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const busiest = (lines: readonly string[], calls: ReadonlySet<string>): number => {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const [, task = '', call = ''] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    if (calls.has(call)) counts.set(task, (counts.get(task) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
};
