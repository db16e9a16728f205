import { link, lstat, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DomainError } from '../errors.ts';
import { type OpenFolder, openFolder } from '../paths/open-folder.ts';
import { syncFolder } from '../paths/sync.ts';
import { quote } from '../systems/refusals.ts';
import { FOLDERS } from './layout.ts';

/** Where an export is made and where it goes: resolved Linux paths, plain data of a job. */
export interface ExportPlace {
  /** ExportDirectory. */
  readonly directory: string;
  /** The export's own folder: ExportDirectory, or one below it. */
  readonly target: string;
  /** Name of the folder inside ExportDirectory in which the export is made. */
  readonly stage: string;
}

export const stageName = (unique: string): string => `.export-${unique}.unfinished`;

const GROUPS = Object.values(FOLDERS);
const FILE_EXISTS = '0x80070050';

/** A folder by its canonical path; what lies between is made. */
const openCanonical = (file: string): Promise<OpenFolder> => openFolder({ text: file, file });

/** Folders on the way to this one that are not there, the outermost first. */
export const missingFolders = async (folder: string): Promise<readonly string[]> => {
  const missing: string[] = [];
  for (let at = folder; at !== '' && (await isMissing(at)); at = dirname(at)) missing.unshift(at);
  return missing;
};

const isMissing = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => false,
    (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT',
  );

/** What cannot be read is not taken for empty: an undo would not know of it. */
const namesIn = (folder: string): Promise<readonly string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });

/** The folder in which the export is made, empty; what a former attempt left in it is gone. */
export const openStage = async ({ directory, stage }: ExportPlace): Promise<OpenFolder> => {
  const parent = await openCanonical(directory);
  try {
    await rm(parent.inside(stage), { recursive: true, force: true });
    await mkdir(parent.inside(stage), { mode: 0o750 });
  } finally {
    await parent.close();
  }
  const opened = await openCanonical(`${directory}/${stage}`);
  try {
    for (const name of GROUPS) await mkdir(opened.inside(name), { mode: 0o750 });
    return opened;
  } catch (error) {
    // A handle that nobody closes ends the whole service when it is collected.
    await opened.close();
    throw error;
  }
};

/** Names in lower case of the disks that the export's folder has already. */
export const takenDiskNames = async ({ target }: ExportPlace): Promise<Set<string>> => {
  const names = await namesIn(`${target}/${FOLDERS.disks}`);
  return new Set(names.map((name) => name.toLowerCase()));
};

/** @throws DomainError 0x80070050 where another export of this machine is there */
export const refuseExisting = async ({ target }: ExportPlace, definition: string | null): Promise<void> => {
  if (definition === null) return;
  const file = `${target}/${FOLDERS.machines}/${definition}`;
  if (!(await isMissing(file))) throw exists(file);
};

const exists = (file: string): DomainError =>
  new DomainError(
    'failed',
    `${quote(file)} exists already and is not overwritten. Choose another folder, or remove that export first.`,
    { hresult: FILE_EXISTS },
  );

/**
 * Gives the export its place: a folder that is new appears whole, in one step; into one that is there the files go one by
 * one and the definition of the machine last, so that no import finds a part. Nothing is overwritten.
 */
export const publish = async (place: ExportPlace, definition: string | null): Promise<void> => {
  if (await isMissing(`${place.directory}/${place.stage}`)) return;
  const stage = await openCanonical(`${place.directory}/${place.stage}`);
  try {
    await syncTree(stage);
    const whole = place.target !== place.directory && (await isMissing(place.target));
    if (whole) await appear(place);
    else await join(place, stage, definition);
  } finally {
    await stage.close();
  }
};

const appear = async ({ directory, stage, target }: ExportPlace): Promise<void> => {
  // What holds nothing is not exported: no checkpoints, no disks.
  await removeEmpty(GROUPS.map((group) => `${directory}/${stage}/${group}`));
  const parent = await openCanonical(directory);
  try {
    const name = target.slice(directory.length + 1);
    await rename(parent.inside(stage), parent.inside(name));
    await syncFolder(parent.inside('.'));
  } finally {
    await parent.close();
  }
};

const join = async ({ target }: ExportPlace, stage: OpenFolder, definition: string | null): Promise<void> => {
  for (const group of [FOLDERS.disks, FOLDERS.snapshots, FOLDERS.machines]) {
    const names = await readdir(stage.inside(group));
    if (names.length === 0) continue;
    const folder = await openCanonical(`${target}/${group}`);
    try {
      // The machine's definition makes an export of it.
      for (const name of names.toSorted((a, b) => Number(a === definition) - Number(b === definition)))
        await place(stage.inside(`${group}/${name}`), folder.inside(name), `${target}/${group}/${name}`);
      await syncFolder(folder.inside('.'));
    } finally {
      await folder.close();
    }
  }
};

/** Linked, so that the file that is made can be told from one that was there; moved where there are no links. */
const place = async (from: string, to: string, shown: string): Promise<void> => {
  try {
    if ((await lstat(from)).isDirectory()) await rename(from, to);
    else await link(from, to);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR'].includes(code)) {
      // Linked by an attempt before this one.
      if ((await identityOf(from)) === (await identityOf(to))) return;
      throw exists(shown);
    }
    if (!['EPERM', 'EOPNOTSUPP', 'ENOSYS', 'ENOTSUP'].includes(code)) throw error;
    if (!(await isMissing(to))) throw exists(shown);
    await rename(from, to);
  }
};

/** Has `publish` begun: is a staged file in its place, or the stage gone there as a whole? */
export const isPublishing = async (place: ExportPlace): Promise<boolean> => {
  if (await isMissing(`${place.directory}/${place.stage}`)) return true;
  for (const [name, identity] of Object.entries((await planPublication(place)).files))
    if ((await identityOf(`${place.target}/${name}`)) === identity) return true;
  return false;
};

/** What `publish` is about to do, for its undo. Plain data. */
export interface Publication {
  /** Identity of each staged file, which it keeps when it is linked or moved, by its path below the export. */
  readonly files: Readonly<Record<string, string>>;
  /** Folders that are not there before. */
  readonly made: readonly string[];
}

export const planPublication = async ({ directory, stage, target }: ExportPlace): Promise<Publication> => {
  const files: Record<string, string> = {};
  const made = [...(await missingFolders(target))];
  for (const group of GROUPS) {
    const names = await namesIn(`${directory}/${stage}/${group}`);
    if (await isMissing(`${target}/${group}`)) made.push(`${target}/${group}`);
    for (const name of names)
      files[`${group}/${name}`] = (await identityOf(`${directory}/${stage}/${group}/${name}`)) ?? '';
  }
  return { files, made };
};

/** What tells a file from another one under the same name; null: nothing is there. */
export const identityOf = async (path: string): Promise<string | null> => {
  const stat = await lstat(path, { bigint: true }).catch(() => null);
  return stat === null ? null : `${stat.dev}:${stat.ino}`;
};

/** Takes back what `publish` did, however much of it that is. A file of somebody else under one of the names stays. */
export const unpublish = async ({ target }: ExportPlace, { files, made }: Publication): Promise<void> => {
  for (const [name, identity] of Object.entries(files))
    if ((await identityOf(`${target}/${name}`)) === identity)
      await rm(`${target}/${name}`, { recursive: true, force: true });
  await removeEmpty(made);
};

/** The stage with all that is in it, and the folders that were made for it, as far as nobody else uses them. */
export const removeStage = async ({ directory, stage }: ExportPlace, made: readonly string[]): Promise<void> => {
  await rm(`${directory}/${stage}`, { recursive: true, force: true });
  await removeEmpty(made);
};

const removeEmpty = async (folders: readonly string[]): Promise<void> => {
  for (const folder of folders.toReversed())
    await rmdir(folder).catch((error: unknown) => {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    });
};

const syncTree = async (stage: OpenFolder): Promise<void> => {
  for (const group of GROUPS) await syncFolder(stage.inside(group));
  await syncFolder(stage.inside('.'));
};
