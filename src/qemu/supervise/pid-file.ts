import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MachineProcess } from '../../core/model.ts';
import { readUntrusted } from './untrusted-file.ts';
import { endProcess, readProcess } from './process-identity.ts';
import { whenThereIsRoom } from './shortage.ts';

/**
 * The process that wrote a pid file, or null. It must name the very file on its command line: the number in a file that
 * was left behind may belong to anybody by now.
 */
export async function processOfPidFile(file: string): Promise<MachineProcess | null> {
  let text: string;
  try {
    text = (await whenThereIsRoom(() => readUntrusted(file, 64))).toString('latin1');
  } catch {
    return null;
  }
  const pid = Number(/^\d{1,10}(?=\s*$)/.exec(text)?.[0] ?? Number.NaN);
  if (!Number.isSafeInteger(pid) || pid < 2) return null;
  const found = await readProcess(pid);
  if (found === null) return null;
  const words = (await whenThereIsRoom(() => readFile(`/proc/${pid}/cmdline`, 'utf8')).catch(() => '')).split('\0');
  return words.some((word) => word === file || word.endsWith(`=${file}`)) ? found : null;
}

/** Processes whose pid files lie in a machine's directory: what a crashed service, or a dead QEMU, left behind. */
export async function processesOfDirectory(directory: string): Promise<readonly MachineProcess[]> {
  const names = await whenThereIsRoom(() => readdir(directory)).catch(() => []);
  const found = await Promise.all(
    names.filter((name) => name.endsWith('.pid')).map((name) => processOfPidFile(join(directory, name))),
  );
  return found.filter((process) => process !== null);
}

/** Ends a helper. A storage daemon gets time to write out what it still holds. */
export async function endProcessOfPidFile(file: string): Promise<void> {
  const found = await processOfPidFile(file);
  if (found !== null) await endProcess(found, 10_000);
}
