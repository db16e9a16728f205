import { dirname } from 'node:path';
import { DomainError } from '../errors.ts';
import type { VirtualSystem } from '../model.ts';
import { baseName, folderOf, stemOf } from '../paths/path-text.ts';
import type { PathResolver } from '../paths/resolver.ts';
import type { SystemsContext } from '../systems/context.ts';
import { parseGuid } from '../systems/identifiers.ts';
import { quote } from '../systems/refusals.ts';
import { effectiveValues, elementNameOf } from '../systems/system-defaults.ts';
import { FOLDERS } from '../transfer/layout.ts';

/**
 * The file that the text will name once it is there; null when its folder cannot be. The configuration file of a machine
 * is a name without a file (K11), and in use all the same.
 */
const placeOf = async (paths: PathResolver, text: string): Promise<string | null> => {
  try {
    return `${(await paths.resolve(folderOf(text), 'newFolder')).file}/${baseName(text)}`;
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
};

/** Is this the place of the machine's own configuration file? */
export const isOwnConfiguration = async (
  paths: PathResolver,
  system: VirtualSystem,
  file: string,
): Promise<boolean> => {
  const root = effectiveValues(system, system.active).ConfigurationDataRoot;
  if (typeof root !== 'string') return false;
  try {
    const folder = `${(await paths.resolve(root, 'newFolder')).file}/${FOLDERS.machines}`;
    return dirname(file).toLowerCase() === folder.toLowerCase();
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
};

const inUse = (text: string, system: VirtualSystem): DomainError => {
  const name = quote(elementNameOf(system.active));
  return new DomainError(
    'fileInUse',
    system.kind === 'planned'
      ? `${quote(text)} is in use: it is planned already as ${name}. Realize or destroy that plan first.`
      : `${quote(text)} is in use: it is the configuration of the virtual machine ${name}. Export that machine and import the export.`,
    { source: { system: system.id, configuration: null, part: null } },
  );
};

/** @throws DomainError fileInUse: the definition is that of a machine of this host */
export const refuseLiveDefinition = async (
  context: Pick<SystemsContext, 'graph'>,
  paths: PathResolver,
  text: string,
): Promise<void> => {
  const id = parseGuid(stemOf(text));
  const named = id === null ? undefined : context.graph.system(id);
  const file = await placeOf(paths, text);
  if (file === null) return;
  if (named?.kind === 'realized' && (await isOwnConfiguration(paths, named, file))) throw inUse(text, named);
  for (const system of context.graph.systems()) {
    const registered = system.kind === 'realized' && system.importSource?.file === file;
    if (registered && (await isOwnConfiguration(paths, system, file))) throw inUse(text, system);
  }
};

/**
 * @throws DomainError fileInUse: a plan was made of the same definition and keeps its identifiers. Copies with identifiers
 * of their own may be made of one definition side by side.
 */
export const refusePlannedDefinition = (
  context: Pick<SystemsContext, 'graph'>,
  text: string,
  file: string,
  newIdentifiers: boolean,
): void => {
  for (const system of context.graph.systems()) {
    const { importSource } = system;
    if (system.kind !== 'planned' || importSource?.file !== file) continue;
    if (!importSource.newIdentifiers || !newIdentifiers) throw inUse(text, system);
  }
};

/** @throws DomainError fileInUse: another plan has the identifier */
export const refusePlannedIdentifier = (context: Pick<SystemsContext, 'graph'>, text: string, id: string): void => {
  const plan = context.graph.plan(id);
  if (plan !== undefined) throw inUse(text, plan);
};
