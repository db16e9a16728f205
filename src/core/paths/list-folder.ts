import { lstat, readdir, stat, statfs } from 'node:fs/promises';
import { DomainError } from '../errors.ts';
import { openFolder } from './open-folder.ts';
import type { PathResolver, ResolvedPath } from './resolver.ts';

export interface ListedEntry {
  readonly name: string;
  readonly kind: 'folder' | 'file';
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

export interface ListedFolder {
  readonly folder: ResolvedPath;
  readonly freeBytes: number;
  readonly entries: readonly ListedEntry[];
}

/** Names of a folder that are looked at; more are not told. */
const MOST = 20_000;

/**
 * What lies in a folder that a client names. Told is only what the client could name itself: links that lead out, closed
 * folders, sockets and devices are left out.
 * @throws DomainError invalidParameter
 */
export const listFolder = async (paths: PathResolver, text: string): Promise<ListedFolder> => {
  const folder = await paths.resolve(text, 'folder');
  const open = await openFolder(folder);
  try {
    const names = (await readdir(open.inside('.'))).slice(0, MOST);
    const entries: ListedEntry[] = [];
    for (const name of names) {
      const entry = await entryOf(paths, text, open.inside(name), name);
      if (entry !== null) entries.push(entry);
    }
    const { bavail, bsize } = await statfs(open.inside('.'));
    return { folder, freeBytes: bavail * bsize, entries };
  } finally {
    await open.close();
  }
};

const entryOf = async (
  paths: PathResolver,
  folderText: string,
  place: string,
  name: string,
): Promise<ListedEntry | null> => {
  try {
    const own = await lstat(place);
    const plain = own.isFile();
    if (!plain && !own.isDirectory() && !own.isSymbolicLink()) return null;
    // A file beside others is as allowed as they are; a folder may be closed, and a link may lead anywhere.
    const found = own.isSymbolicLink() ? await stat(place) : own;
    if (!found.isFile() && !found.isDirectory()) return null;
    const kind = found.isFile() ? 'file' : 'folder';
    if (!plain) await paths.resolve(paths.nameNewFile(folderText, name), kind);
    return { name, kind, size: found.size, modifiedAt: found.mtimeMs };
  } catch (error) {
    // Gone meanwhile, a dead link, a name that no path can have, or not the client's to know.
    if (error instanceof DomainError || (error as NodeJS.ErrnoException).code !== undefined) return null;
    throw error;
  }
};
