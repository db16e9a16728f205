import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DiskFile, ResolveParent } from './chain.ts';
import type { DiskParent } from '../disk-info.ts';

/** The last part of a Windows path, or null where there is none that could be a file's name here. */
export const windowsBaseName = (text: string): string | null => {
  const name = text.split(/[\\/]/).at(-1) ?? '';
  // A colon is a drive or an alternate data stream.
  return name === '' || name === '.' || name === '..' || name.includes(':') || name.includes('\0') ? null : name;
};

/** Base names of a parent without doubles, in the order in which Windows looks: relative before absolute. */
export const parentBaseNames = (parent: DiskParent): readonly string[] => {
  const names = new Map<string, string>();
  for (const { text } of parent.names) {
    const name = windowsBaseName(text);
    if (name !== null && !names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  }
  return [...names.values()];
};

/** A plain file of the caller's own folder; a symbolic link at its end is refused (ELOOP). */
export const plainFile = (file: string): DiskFile => ({
  file,
  open: () => open(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW),
});

/**
 * Looks for parents beside their child, and nowhere else: only the base names count, whatever folders they name.
 * Windows does not tell upper from lower case; an exact match comes first.
 */
export const besideChild: ResolveParent = async (parent, child) => {
  const directory = dirname(child);
  const present = await readdir(directory);
  const found: string[] = [];
  for (const name of parentBaseNames(parent)) {
    const same = present.filter((each) => each.toLowerCase() === name.toLowerCase());
    found.push(...same.toSorted((a, b) => Number(b === name) - Number(a === name)));
  }
  return [...new Set(found)].map((name) => plainFile(join(directory, name)));
};
