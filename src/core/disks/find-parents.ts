import { constants } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ChainError, tooDeep } from '../../vhd/chain/chain-error.ts';
import { type DiskFile, identityOf, openChain, type ResolveParent } from '../../vhd/chain/chain.ts';
import { DiskFormatError, type DiskImageFormat, type DiskParent } from '../../vhd/disk-info.ts';
import { inspectDisk } from '../../vhd/inspect.ts';
import { parentBaseNames } from '../../vhd/chain/parent-names.ts';
import { DomainError, ifRefused } from '../errors.ts';
import { openResolved } from '../paths/open.ts';
import { shown } from '../paths/refusal.ts';
import type { PathResolver, ResolvedPath } from '../paths/resolver.ts';
import type { ParentDoubt } from './disk-files.ts';

/** Files in a chain, the youngest included; Hyper-V itself makes no chains of more than 50 checkpoints. */
const MAXIMUM_DEPTH = 64;

/** Files that may be one parent; each is opened and looked through, and a folder can have a name in thousands of spellings. */
const MAXIMUM_CANDIDATES = 32;

const MEND =
  'Put the file that is named beside it, or into a folder Virtual Hard Disks there, as it was when the disk was made.';

export interface KnownParents {
  /** Parents of a differencing disk, nearest first, by its path. */
  readonly parents: Map<string, readonly string[]>;
  /** By the path of the child. */
  readonly doubts: Map<string, ParentDoubt>;
}

/**
 * The parents of a differencing disk, nearest first, each with the identity that its child names. Rejects with DomainError
 * that names the file that is missing, or that is not what it was (hyperv-files §3, §4). `known`: what other disks of this
 * sweep had below them; what is found is added.
 */
export const findParents = async (
  paths: PathResolver,
  leaf: ResolvedPath,
  format: DiskImageFormat,
  { parents: known, doubts }: KnownParents,
): Promise<readonly string[]> => {
  const found = known.get(leaf.file);
  if (found !== undefined) return found;
  try {
    const options = { maxDepth: MAXIMUM_DEPTH, endsAt: (file: string) => known.has(file) };
    const chain = await openChain({ ...diskFile(leaf), format }, parentsWithin(paths), options);
    await chain.source.close();
    const opened = chain.files.map(({ file }) => file);
    const files = [...opened, ...(known.get(opened.at(-1) ?? '') ?? [])];
    if (files.length > MAXIMUM_DEPTH) throw tooDeep(MAXIMUM_DEPTH, leaf.file);
    for (const [i, file] of opened.entries()) known.set(file, files.slice(i + 1));
    for (const { kind, child, parent, message } of chain.notes)
      if (kind === 'parentChangedAt') doubts.set(child, { parent, message });
    return files.slice(1);
  } catch (error) {
    if (error instanceof ChainError)
      throw new DomainError('failed', `${shown(leaf.text)} cannot be read: ${error.message} ${MEND}`, {
        cause: error,
        ...(error.problem === 'parentMissing' ? { hresult: '0x80070002' } : {}),
      });
    if (error instanceof DiskFormatError)
      throw new DomainError('invalidParameter', `${shown(leaf.text)} cannot be read: ${error.message}`, {
        cause: error,
      });
    throw error;
  }
};

const diskFile = (resolved: ResolvedPath): DiskFile => ({
  file: resolved.file,
  open: () => openResolved(resolved, constants.O_RDONLY),
});

/** The file that a differencing disk lies over; the likeliest one where none is what it was any more, null where none is there. */
export const findParentFile = async (
  paths: Pick<PathResolver, 'resolve'>,
  child: ResolvedPath,
  parent: DiskParent,
): Promise<string | null> => {
  const candidates = await parentsWithin(paths)(parent, child.file);
  for (const candidate of candidates) {
    const identity = await identityIn(candidate.file);
    if (identity !== null && (identity === parent.linkage || identity === parent.linkage2)) return candidate.file;
  }
  return candidates[0]?.file ?? null;
};

/** Null for what is no disk, or may not be read. */
const identityIn = async (file: string): Promise<string | null> => {
  try {
    await using handle = await openResolved({ text: file, file, exists: true }, constants.O_RDONLY);
    return identityOf(await inspectDisk(file, handle));
  } catch {
    return null;
  }
};

/**
 * Where a parent may be, the likeliest place first: the relative path that the child knows, its folder, `Virtual Hard Disks` in
 * it and beside it, and the absolute path as this host reads it. What a name leads to counts only inside of the allowed roots
 * (hardening 11), and only a file with the right identity is taken, whatever it is called.
 */
export const parentsWithin =
  (paths: Pick<PathResolver, 'resolve'>): ResolveParent =>
  async (parent, child) => {
    const found = new Map<string, DiskFile>();
    for await (const text of placesOf(paths, parent, dirname(child))) {
      const resolved = await paths.resolve(text, 'file').catch(ifRefused(null));
      if (resolved !== null && !found.has(resolved.file)) found.set(resolved.file, diskFile(resolved));
      if (found.size === MAXIMUM_CANDIDATES) break;
    }
    return [...found.values()];
  };

async function* placesOf(
  paths: Pick<PathResolver, 'resolve'>,
  parent: DiskParent,
  folder: string,
): AsyncGenerator<string> {
  const named = (kind: DiskParent['names'][number]['kind']): readonly string[] =>
    parent.names.filter((name) => name.kind === kind).map(({ text }) => text);
  for (const text of named('relative')) {
    const path = text.replaceAll('\\', '/');
    if (!path.startsWith('/') && !path.includes(':')) yield join(folder, path);
  }
  const names = parentBaseNames(parent).map((name) => name.toLowerCase());
  for (const place of [folder, join(folder, DISKS_FOLDER), join(dirname(folder), DISKS_FOLDER)]) {
    const present = await listing(paths, place);
    for (const wanted of names) for (const name of present) if (name.toLowerCase() === wanted) yield join(place, name);
  }
  yield* named('absolute');
}

/** In the layout of an export (hyperv-files §3). */
const DISKS_FOLDER = 'Virtual Hard Disks';

const listing = async (paths: Pick<PathResolver, 'resolve'>, folder: string): Promise<readonly string[]> => {
  const resolved = await paths.resolve(folder, 'folder').catch(ifRefused(null));
  return resolved === null ? [] : readdir(resolved.file).catch(() => []);
};
