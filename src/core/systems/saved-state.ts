import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine } from '../ports.ts';

const SAVED = /^saved-\d+\.vmstate(?:\.part)?$/;

/** Files of saved states, each with a name of its own, so that an old one is never taken for a new one. */
export const savedStateName = (revision: number): string => `saved-${revision}.vmstate`;

/** Saves the machine; the file has its name only when it is complete and on the disk. */
export const saveMachine = async (
  machine: Machine,
  directory: string,
  name: string,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const part = join(directory, `${name}.part`);
  try {
    await machine.save(part, progress, signal);
    await syncPath(part);
    await rename(part, join(directory, name));
    await syncPath(directory);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
};

const syncPath = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Removes what saving left behind, but for the file that counts. */
export const removeSavedStates = async (directory: string, keep: string | null): Promise<void> => {
  let names: readonly string[];
  try {
    names = await readdir(directory);
  } catch {
    return;
  }
  for (const name of names) if (SAVED.test(name) && name !== keep) await rm(join(directory, name), { force: true });
};
