import { realpath } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import type { DiskInfo } from '../../vhd/disk-info.ts';
import { fileBelow } from '../disks/file-below.ts';
import { ifRefused } from '../errors.ts';
import type { PathResolver, ResolvedPath } from '../paths/resolver.ts';

/**
 * The parent of a disk as clients use it, who go up the chain by it: a whole path, in the style of the disk's own. A disk
 * records it relative to its folder, or as it was called on another host; that is told only where no parent is found.
 */
export const parentPathOf = async (paths: PathResolver, disk: ResolvedPath, info: DiskInfo): Promise<string | null> => {
  const names = info.parent?.names ?? [];
  const recorded = names.find(({ kind }) => kind === 'absolute') ?? names[0];
  const name = recorded?.text ?? info.backing?.name ?? null;
  const file = (await fileBelow(paths, disk, info))?.file ?? null;
  return file === null ? name : textOf(paths, disk, file);
};

/** What a client that names `disk` would write for another file. */
const textOf = async (paths: PathResolver, disk: ResolvedPath, file: string): Promise<string> => {
  const folder = disk.text.replace(/[^\\/]+$/, '');
  const below = relative(dirname(disk.file), file);
  // Not where the text leads to the disk by a link.
  const plain = await paths.resolve(folder, 'folder').catch(ifRefused(null));
  if (!below.startsWith('..') && plain?.file === dirname(disk.file))
    return `${folder}${disk.text.startsWith('/') ? below : below.replaceAll(sep, '\\')}`;
  if (/^[a-z]:/i.test(disk.text))
    for (const [letter, place] of paths.drives()) {
      const inside = relative(await realpath(place).catch(() => place), file);
      if (!inside.startsWith('..')) return `${letter}:\\${inside.replaceAll(sep, '\\')}`;
    }
  return file;
};
