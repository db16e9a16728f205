import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../../paths/sync.ts';
import type { Machine } from '../../ports.ts';
import { isThere } from '../files/state-files.ts';

/** Hypervisors write beside the file that they are given, under its name and an ending of their own. */
const SAVED = /^saved-\d+\.vmstate(?:\.[\w-]+)*$/;

/** Files of saved states, each with a name of its own, so that an old one is never taken for a new one. */
export const savedStateName = (revision: number): string => `saved-${revision}.vmstate`;

/**
 * Saves the machine, which is gone then. What is in the file is all that is left of the guest: the hypervisor has seen to it that
 * it is whole and on the disk (ports.ts), and nothing that fails from there on may take it away.
 */
export const saveMachine = async (
  machine: Machine,
  directory: string,
  name: string,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, name);
  try {
    await machine.save(file, progress, signal);
  } catch (error) {
    // The guest goes on.
    await rm(file, { force: true });
    throw error;
  }
};

/**
 * After a crash of the service: is there a state for the machine that is gone? The hypervisor has written it as a whole
 * before it ended the machine (ports.ts). Rejects where that cannot be told: the guest's memory would be given up for lost. Earlier releases gave it its name after that: one that only lacks it is as good.
 */
export const findSavedState = async (directory: string, name: string): Promise<boolean> => {
  if (await isThere(join(directory, name))) return true;
  const part = join(directory, `${name}.part`);
  if (!(await isThere(part))) return false;
  await rename(part, join(directory, name));
  await syncFolder(directory);
  return true;
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
