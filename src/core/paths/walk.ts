import { lstat, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../errors.ts';
import { FILE_NOT_FOUND, invalidPath, PATH_NOT_FOUND, shown } from './refusal.ts';
import { type AllowedFolders, isAllowed, isWithin, type PathOrigin } from './roots.ts';

/** What a path leads to. */
export interface WalkedPath {
  /** Canonical as far as it exists; the rest is appended as it was written. */
  readonly file: string;
  readonly kind: EntryKind | 'nothing';
  /** Components at the end that do not exist. */
  readonly missing: number;
}

export type EntryKind = 'file' | 'folder' | 'socket' | 'other';

/**
 * Follows a path one name at a time. Where a link leads out of the allowed roots the walk ends at once: nothing outside
 * is looked at, so that an answer does not tell what is there. `followLast` false: a link at the end stands for a socket
 * whose own path was too long (decisions K25).
 */
export const walk = async (
  text: string,
  origin: PathOrigin,
  allowed: AllowedFolders,
  followLast = true,
): Promise<WalkedPath> => {
  let current = origin.folder;
  let kind: EntryKind = 'folder';
  for (const [index, name] of origin.components.entries()) {
    if (kind !== 'folder')
      throw invalidPath(text, `${shown(name)} is below something that is no folder.`, PATH_NOT_FOUND);
    // A component of a POSIX path above a root is passed through, never listed.
    const entry = origin.ignoreCase ? await findEntry(text, current, name) : name;
    const next = join(current, entry ?? name);
    const found = entry === null ? null : await look(text, next);
    if (found === null) {
      const missing = origin.components.length - index;
      const file = join(current, ...origin.components.slice(index));
      confine(text, file, allowed);
      return { file, kind: 'nothing', missing };
    }
    if (found.link && !followLast && index === origin.components.length - 1) {
      current = next;
      kind = 'socket';
      continue;
    }
    current = found.link ? await follow(text, next, allowed) : next;
    kind = found.link ? ((await look(text, current))?.kind ?? 'other') : found.kind;
    // On the way to a root every folder is right; once at or beside one, only what is allowed.
    if (!leadsToRoot(current, allowed)) confine(text, current, allowed);
  }
  confine(text, current, allowed);
  return { file: current, kind, missing: 0 };
};

const leadsToRoot = (path: string, { folders }: AllowedFolders): boolean =>
  folders.some((folder) => isWithin(folder, path));

const confine = (text: string, path: string, allowed: AllowedFolders): void => {
  if (!isAllowed(path, allowed))
    throw invalidPath(
      text,
      'it lies outside of the folders that clients may use. Choose a path below one of them, or add the folder to roots below [paths] in the configuration.',
    );
};

const follow = async (text: string, link: string, allowed: AllowedFolders): Promise<string> => {
  let target: string;
  try {
    target = await realpath(link);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw invalidPath(text, 'a link in it leads to nothing.', FILE_NOT_FOUND);
    if (code === 'ELOOP') throw invalidPath(text, 'its links lead in a circle.');
    throw failed(text, error);
  }
  if (!leadsToRoot(target, allowed)) confine(text, target, allowed);
  return target;
};

const look = async (
  text: string,
  path: string,
): Promise<{ readonly kind: EntryKind; readonly link: boolean } | null> => {
  try {
    const stat = await lstat(path);
    const kind = stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : stat.isSocket() ? 'socket' : 'other';
    return { kind, link: stat.isSymbolicLink() };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw failed(text, error);
  }
};

/** The entry of the folder that the name means, whatever its case; null when there is none. */
const findEntry = async (text: string, folder: string, name: string): Promise<string | null> => {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    throw failed(text, error);
  }
  const wanted = foldFileName(name);
  const found = names.filter(
    (entry) => entry === name || (entry.length === name.length && foldFileName(entry) === wanted),
  );
  if (found.length > 1)
    throw invalidPath(
      text,
      `${found.slice(0, 2).map(shown).join(' and ')} differ only by case, and a Windows path can mean either. Rename one of them.`,
    );
  return found[0] ?? null;
};

/** Upper case one character at a time, as NTFS compares: never a longer text (no ß to SS). */
const foldFileName = (name: string): string => {
  let folded = '';
  for (const character of name) {
    const upper = character.toUpperCase();
    folded += upper.length === character.length ? upper : character;
  }
  return folded;
};

const failed = (text: string, error: unknown): DomainError => {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EACCES' || code === 'EPERM')
    return new DomainError(
      'invalidParameter',
      `${shown(text)} cannot be reached: the service may not read a folder in it.`,
      {
        hresult: '0x80070005',
        cause: error,
      },
    );
  if (code === 'ENAMETOOLONG') return invalidPath(text, 'it is too long once its folders are put together.');
  return new DomainError(
    'failed',
    `${shown(text)} cannot be reached: its file system reports an error (${code ?? 'unknown'}).`,
    {
      cause: error,
    },
  );
};
