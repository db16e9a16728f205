import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineProcess } from '../../core/model.ts';
import { whenThereIsRoom } from './shortage.ts';

/**
 * A process is known by its number and its start time (/proc/PID/stat field 22): the number alone is used again.
 * Null: there is none, or only its exit status is left (a zombie holds no locks and no memory).
 */
export async function readProcess(pid: number): Promise<MachineProcess | null> {
  let text: string;
  try {
    text = await whenThereIsRoom(() => readFile(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null;
  }
  // Field 2 is the program's name in parentheses and may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const startTicks = Number(fields[19]);
  if (fields[0] === 'Z' || fields[0] === 'X' || !Number.isSafeInteger(startTicks)) return null;
  return { pid, startTicks };
}

/**
 * Processes that work in a directory, by /proc: for a service that was killed between starting one and noting its number.
 * Every process of a machine works in the machine's own directory (spawn-detached.ts), and nothing else does.
 */
export async function processesIn(directory: string): Promise<readonly MachineProcess[]> {
  const names = (await whenThereIsRoom(() => readdir('/proc'))).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    names.map(async (name) => {
      // Processes of other users are not ours to ask about.
      const place = await readlink(`/proc/${name}/cwd`).catch(() => null);
      return place === directory || place === `${directory} (deleted)` ? readProcess(Number(name)) : null;
    }),
  );
  return found.filter((process) => process !== null);
}

export async function isAlive(process: MachineProcess): Promise<boolean> {
  const now = await readProcess(process.pid);
  return now !== null && now.startTicks === process.startTicks;
}

/** Resolves to true when the process is gone, to false when it is still there after `limitMs`. */
export async function waitUntilGone(process: MachineProcess, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  for (let pause = 1; await isAlive(process); pause = Math.min(pause * 2, 50)) {
    if (performance.now() > end) return false;
    await sleep(pause);
  }
  return true;
}

/** Ends a process for sure; SIGKILL also takes one that was stopped. */
export async function killProcess(target: MachineProcess): Promise<void> {
  if (!(await isAlive(target))) return;
  try {
    process.kill(target.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  await waitUntilGone(target, 10_000);
}

/** Asks a helper to end, so that it writes out what it holds, and ends it if it does not. */
export async function endProcess(target: MachineProcess, graceMs: number): Promise<void> {
  if (!(await isAlive(target))) return;
  try {
    process.kill(target.pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  if (!(await waitUntilGone(target, graceMs))) await killProcess(target);
}
