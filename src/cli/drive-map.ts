import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from './connect.ts';

/** Folders of this host in which the drives of another one lie, by letter in upper case. */
export type DriveMap = ReadonlyMap<string, string>;

/** `C=/mnt/dead`, one for each drive. @throws UsageError */
export const parseDrives = (options: readonly string[]): DriveMap =>
  new Map(
    options.map((text) => {
      const [, letter, folder] = /^([a-z]):?=(\/.*)$/i.exec(text) ?? [];
      if (letter === undefined || folder === undefined)
        throw new UsageError(`--drive ${text}: give a letter and a folder, like --drive C=/mnt/c.`);
      return [letter.toUpperCase(), folder];
    }),
  );

const WINDOWS = /^(?:\\\\\?\\)?([a-z]):[\\/]+(.*)$/i;

/** The file that a Windows path of that host is here, whatever the case of its names; null: there is none. */
export const fileOnDrive = async (drives: DriveMap, path: string): Promise<string | null> => {
  const [, letter = '', rest = ''] = WINDOWS.exec(path) ?? [];
  const root = drives.get(letter.toUpperCase());
  if (root === undefined) return null;
  let at = root;
  for (const name of rest.split(/[\\/]+/).filter((each) => each !== '' && each !== '.')) {
    // A path of another host: it does not lead out of the drive.
    if (name === '..') return null;
    const names = await readdir(at).catch(() => []);
    const found =
      names.find((each) => each === name) ?? names.find((each) => each.toLowerCase() === name.toLowerCase());
    if (found === undefined) return null;
    at = join(at, found);
  }
  return at;
};
