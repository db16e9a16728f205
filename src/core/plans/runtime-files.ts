import { readdir } from 'node:fs/promises';
import type { MachineDefinition } from '../../hvfile/definition/definition.ts';
import { HvFileError } from '../../hvfile/error.ts';
import { readHvFile } from '../../hvfile/read-file.ts';
import { childNode } from '../../hvfile/tree.ts';
import { constants } from 'node:fs';
import { DomainError } from '../errors.ts';
import type { Guid, ImportedRuntimeFile } from '../model.ts';
import { openResolved } from '../paths/open.ts';
import { folderOf, joinText, stemOf } from '../paths/path-text.ts';
import type { PathResolver } from '../paths/resolver.ts';
import { RUNTIME_ENDINGS, type RuntimeKind } from '../transfer/layout.ts';
import type { DefinitionFile } from './definition-file.ts';

/**
 * What lies beside a definition and belongs to the state that it describes (planned-systems §9, folder layouts); for the
 * definitions of one import, each folder of which is listed once.
 */
export const runtimeFilesIn = (
  paths: PathResolver,
): ((file: DefinitionFile, configuration: Guid) => Promise<readonly ImportedRuntimeFile[]>) => {
  const listed = new Map<string, Promise<ReadonlyMap<string, string>>>();
  const namesOf = (folder: string): Promise<ReadonlyMap<string, string>> => {
    const names = listed.get(folder) ?? namesIn(paths, folder);
    listed.set(folder, names);
    return names;
  };
  return async ({ text, definition }, configuration) => {
    const folder = folderOf(text);
    const stem = stemOf(text);
    const names = await namesOf(folder);
    const found: ImportedRuntimeFile[] = [];
    for (const kind of Object.keys(RUNTIME_ENDINGS) as RuntimeKind[]) {
      const name = names.get(`${stem}${RUNTIME_ENDINGS[kind]}`.toLowerCase());
      if (name !== undefined) found.push({ configuration, kind, file: joinText(folder, name) });
    }
    if (found.some(({ kind }) => kind === 'savedState')) return found;
    const foreign = await foreignState(paths, folder, stem, names, definition);
    return foreign === undefined ? found : [...found, { configuration, kind: 'foreignState', file: foreign }];
  };
};

/** Hyper-V's own saved state; null: recorded, and not there. Undefined: none. */
const foreignState = async (
  paths: PathResolver,
  folder: string,
  stem: string,
  names: ReadonlyMap<string, string>,
  { files }: MachineDefinition,
): Promise<string | null | undefined> => {
  const runtime = names.get(`${stem}.vmrs`.toLowerCase());
  if (runtime !== undefined) {
    const file = joinText(folder, runtime);
    return (await holdsMemory(paths, file)) ? file : undefined;
  }
  // Until Server 2012 R2: a folder beside the definition, of the same name.
  const below = names.get(stem.toLowerCase());
  const older = below === undefined ? undefined : joinText(folder, below);
  const saved = older === undefined ? undefined : (await namesIn(paths, older)).get(`${stem}.vsv`.toLowerCase());
  if (older !== undefined && saved !== undefined) return joinText(older, saved);
  return files.savedState === null || files.savedState === '' ? undefined : null;
};

/** A .vmrs is there for machines that are off too: then it holds measurements only. One that breaks its format may hold any. */
const holdsMemory = async (paths: PathResolver, text: string): Promise<boolean> => {
  const resolved = await paths.resolve(text, 'file');
  const handle = await openResolved(resolved, constants.O_RDONLY);
  try {
    const { root } = await readHvFile(resolved.file, { handle });
    const state = childNode(root, 'savedstate');
    return state?.children.some(({ name }) => name === 'savedVM' || name.startsWith('RamBlock')) === true;
  } catch (error) {
    if (error instanceof HvFileError) return true;
    throw error;
  } finally {
    await handle.close();
  }
};

/** Names of a folder by their lower case: exports come from hosts to which case means nothing. */
const namesIn = async (paths: PathResolver, folder: string): Promise<ReadonlyMap<string, string>> => {
  try {
    const { file } = await paths.resolve(folder, 'folder');
    return new Map((await readdir(file)).map((name) => [name.toLowerCase(), name]));
  } catch (error) {
    if (error instanceof DomainError) return new Map();
    throw error;
  }
};
