import { readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Guid } from '../core/model.ts';
import type { MachineSpec } from '../core/machine-spec.ts';
import type { GuestState } from './guest.ts';

/** What stands for the process of a machine: while this file is there, the machine runs. */
export interface MachineRecord {
  readonly id: Guid;
  readonly pid: number;
  readonly memoryMb: number;
  readonly guest: GuestState;
}

const RECORD = 'simulated.json';
/** Not renamed yet: of a service that was killed. */
const UNFINISHED = `${RECORD}.new`;

const fileOf = (spec: MachineSpec): string => join(spec.runDirectory, RECORD);
const unfinishedOf = (spec: MachineSpec): string => join(spec.runDirectory, UNFINISHED);

/** Replaces the record as a whole: a service that is killed leaves the old or the new one. */
export const writeRecord = async (spec: MachineSpec, record: MachineRecord): Promise<void> => {
  await writeFile(unfinishedOf(spec), JSON.stringify(record), { mode: 0o600 });
  await rename(unfinishedOf(spec), fileOf(spec));
};

export const removeRecord = async (spec: MachineSpec): Promise<void> => {
  await rm(fileOf(spec), { force: true });
  await rm(unfinishedOf(spec), { force: true });
};

/**
 * Takes away what starts left whose last word was lost, below the folder that all machines have theirs in; the ids of those that
 * had a whole record, and so ran.
 */
export const removeUnknown = async (runDirectory: string, isKnown: (id: Guid) => boolean): Promise<readonly Guid[]> => {
  const ran: Guid[] = [];
  for (const id of await readdir(runDirectory).catch(nothing)) {
    const directory = join(runDirectory, id);
    const files = (await readdir(directory).catch(nothing)).filter((name) => name === RECORD || name === UNFINISHED);
    if (files.length === 0 || isKnown(id)) continue;
    for (const name of files) await rm(join(directory, name), { force: true });
    // Sockets may be left in it, which the next start replaces.
    await rmdir(directory).catch(() => undefined);
    if (files.includes(RECORD)) ran.push(id);
  }
  return ran;
};

const nothing = (error: NodeJS.ErrnoException): readonly string[] => {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
  throw error;
};

/** Null when there is none, or none that we wrote. */
export const readRecord = async (spec: MachineSpec): Promise<MachineRecord | null> => {
  try {
    const record = JSON.parse(await readFile(fileOf(spec), 'utf8')) as MachineRecord;
    return record.id === spec.id && Number.isSafeInteger(record.pid) && typeof record.guest === 'object'
      ? record
      : null;
  } catch {
    return null;
  }
};
