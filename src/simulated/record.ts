import { readFile, rename, rm, writeFile } from 'node:fs/promises';
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

const fileOf = (spec: MachineSpec): string => join(spec.runDirectory, 'simulated.json');

/** Replaces the record as a whole: a service that is killed leaves the old or the new one. */
export const writeRecord = async (spec: MachineSpec, record: MachineRecord): Promise<void> => {
  const file = fileOf(spec);
  await writeFile(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
  await rename(`${file}.new`, file);
};

export const removeRecord = async (spec: MachineSpec): Promise<void> => {
  await rm(fileOf(spec), { force: true });
  await rm(`${fileOf(spec)}.new`, { force: true });
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
