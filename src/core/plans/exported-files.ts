import { readdir } from 'node:fs/promises';
import { DomainError } from '../errors.ts';
import type { ImportSource } from '../model.ts';
import { baseName, folderOf, joinText } from '../paths/path-text.ts';
import type { PathResolver, PathPurpose } from '../paths/resolver.ts';
import { parseGuid } from '../systems/identifiers.ts';
import { invalid, quote } from '../systems/refusals.ts';
import { FOLDERS } from '../transfer/layout.ts';

/** Is something there that a client's path may name? */
export const isThere = async (paths: PathResolver, text: string, purpose: PathPurpose): Promise<boolean> => {
  try {
    await paths.resolve(text, purpose);
    return true;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
};

/** hyperv-files §3: the file of a recorded name beside the definition, then among the disks of the export; null: it is none. */
export const findInExport = async (
  paths: PathResolver,
  { definition, folder }: Pick<ImportSource, 'definition' | 'folder'>,
  recorded: string,
): Promise<string | null> => {
  const beside = folderOf(definition);
  const folders = [beside, joinText(beside, FOLDERS.disks), joinText(folder, FOLDERS.disks), folder];
  for (const each of new Set(folders)) {
    const file = joinText(each, baseName(recorded));
    if (await isThere(paths, file, 'file')) return file;
  }
  return null;
};

/** Definition and checkpoints of the machine in the folder of an export. */
export interface ExportedDefinition {
  readonly definition: string;
  /** Null: it has no checkpoints. */
  readonly snapshots: string | null;
}

const DEFINITION_NAME = /^(.{36}|\{.{36}\})\.(?:vmcx|xml|exp)$/i;

/** Formats by age: of several definitions of one machine the newest is meant. */
const AGES = ['.vmcx', '.xml', '.exp'];

/** More files than this are no definitions of one machine. */
const MAX_FILES = 4096;

/**
 * The one machine below `Virtual Machines` (planned-systems §8): an export makes a folder for each machine, and that folder is
 * meant, not the one above it (seed). @throws DomainError invalidParameter
 */
export const definitionInExport = async (paths: PathResolver, directory: string): Promise<ExportedDefinition> => {
  const { file: folder } = await paths.resolve(directory, 'folder');
  const machines = joinText(directory, FOLDERS.machines);
  if (!(await isThere(paths, machines, 'folder'))) throw await noExport(directory, folder);
  const { file } = await paths.resolve(machines, 'folder');
  const names = (await readdir(file))
    .slice(0, MAX_FILES)
    .filter((name) => parseGuid(DEFINITION_NAME.exec(name)?.[1] ?? '') !== null);
  const ids = new Set(names.map((name) => parseGuid(name.replace(/\.[^.]*$/, ''))));
  if (ids.size !== 1) {
    throw invalid(
      ids.size === 0
        ? `${quote(machines)} holds no definition of a virtual machine. Give the folder that an export of a machine made.`
        : `${quote(machines)} holds ${ids.size} virtual machines. Import each of its definitions by itself in root\\virtualization\\v2.`,
    );
  }
  const ages = (name: string): number => AGES.findIndex((ending) => name.toLowerCase().endsWith(ending));
  const [newest = ''] = names.toSorted((a, b) => ages(a) - ages(b));
  const snapshots = joinText(directory, FOLDERS.snapshots);
  return {
    definition: joinText(machines, newest),
    snapshots: (await isThere(paths, snapshots, 'folder')) ? snapshots : null,
  };
};

/** Most folders that are looked into for a hint. */
const MAX_HINTS = 64;

const noExport = async (directory: string, folder: string): Promise<DomainError> => {
  const names = await readdir(folder, { withFileTypes: true });
  const folders = names.filter((each) => each.isDirectory()).slice(0, MAX_HINTS);
  for (const { name } of folders) {
    const inside = await readdir(`${folder}/${name}`).catch((): string[] => []);
    if (inside.includes(FOLDERS.machines))
      return invalid(
        `${quote(directory)} is not the folder of an export, but one that holds exports. Give ${quote(joinText(directory, name))}.`,
      );
  }
  return invalid(
    `${quote(directory)} is not the folder of an export: it has no folder 'Virtual Machines'. Give the folder that an export of a machine made.`,
  );
};
