import { constants } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { HvFileError } from '../../hvfile/error.ts';
import type { MachineDefinition } from '../../hvfile/definition/definition.ts';
import { readDefinition } from '../../hvfile/definition/read-definition.ts';
import { hvFormatOf, readHvFile } from '../../hvfile/read-file.ts';
import { DomainError } from '../errors.ts';
import type { Guid } from '../model.ts';
import { openResolved } from '../paths/open.ts';
import { baseName, folderOf, joinText, stemOf } from '../paths/path-text.ts';
import type { PathResolver, ResolvedPath } from '../paths/resolver.ts';
import { parseGuid } from '../systems/identifiers.ts';
import { invalid, quote } from '../systems/refusals.ts';
import { FOLDERS } from '../transfer/layout.ts';

/** Formats of definitions; a .vmrs is no definition although it is the same container. */
const DEFINITION = /\.(?:vmcx|xml|exp)$/i;

/** `config.xml` beside the definitions of Server 2008 is small. */
const MAX_CONFIG_BYTES = 16 << 20;

/** A definition that was read. */
export interface DefinitionFile {
  /** As the client named it, or made of the folder that was named. */
  readonly text: string;
  readonly file: string;
  /** The GUID in the name wins over the one inside (K15). */
  readonly id: Guid;
  readonly definition: MachineDefinition;
}

/** Folder of an export: what stands above `Virtual Machines` or `Snapshots`, else where the definition lies. */
export const exportFolderOf = (definition: string): string => {
  const folder = folderOf(definition);
  const name = baseName(folder).toLowerCase();
  const group = name === FOLDERS.machines.toLowerCase() || name === FOLDERS.snapshots.toLowerCase();
  return group ? folderOf(folder) : folder;
};

/** @throws DomainError invalidParameter for what is no file of the three formats */
export const resolveDefinition = async (paths: PathResolver, text: string): Promise<ResolvedPath> => {
  const resolved = await paths.resolve(text, 'file');
  if (DEFINITION.test(resolved.file)) return resolved;
  throw invalid(`${quote(text)} is no definition of a virtual machine: its name ends in .vmcx, .xml or .exp.`);
};

/** @throws DomainError failed, with the place in the file, for one that breaks its format */
export const readDefinitionFile = async (paths: PathResolver, resolved: ResolvedPath): Promise<DefinitionFile> => {
  const { text, file } = resolved;
  const handle = await openResolved(resolved, constants.O_RDONLY);
  try {
    const exportConfig = hvFormatOf(file) === 'exp' ? await readExportConfig(paths, text) : null;
    const { root } = await readHvFile(file, { handle, ...(exportConfig === null ? {} : { exportConfig }) });
    const definition = readDefinition(root);
    return { text, file, definition, id: parseGuid(stemOf(file)) ?? definition.id };
  } catch (error) {
    if (!(error instanceof HvFileError)) throw error;
    throw new DomainError(
      error.reason === 'version' ? 'notSupported' : 'failed',
      `${quote(text)} cannot be read as a definition: ${error.message}.`,
      { cause: error },
    );
  } finally {
    await handle.close();
  }
};

/** Server 2008 keeps facts of all machines of an export in one file above them. */
const readExportConfig = async (paths: PathResolver, definition: string): Promise<Buffer | null> => {
  try {
    const resolved = await paths.resolve(joinText(exportFolderOf(definition), 'config.xml'), 'file');
    const handle = await openResolved(resolved, constants.O_RDONLY);
    try {
      const { size } = await handle.stat();
      return size > MAX_CONFIG_BYTES ? null : await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
};

/** More files than this in one folder are no checkpoints of one machine. */
const MAX_FILES = 4096;
const SNAPSHOT_FILE = /^(\{?[0-9a-f-]{36}\}?)\.(?:vmcx|xml|exp)$/i;

/**
 * Files in a folder that a checkpoint's definition may be in: named by a GUID, by that GUID.
 * @throws DomainError invalidParameter when the folder is missing
 */
export const snapshotFilesIn = async (paths: PathResolver, folder: string): Promise<ReadonlyMap<Guid, string>> => {
  const { file } = await paths.resolve(folder, 'folder');
  const found = new Map<Guid, string>();
  for (const name of (await readdir(file)).slice(0, MAX_FILES).toSorted()) {
    const id = parseGuid(SNAPSHOT_FILE.exec(name)?.[1] ?? '');
    // Of several formats of one checkpoint the newest, which comes first after those of its own.
    if (id !== null && (!found.has(id) || /\.vmcx$/i.test(name))) found.set(id, joinText(folder, name));
  }
  return found;
};
