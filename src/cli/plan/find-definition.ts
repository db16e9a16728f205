import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { readHostRegistry } from '../../hvfile/definition/host-registry.ts';
import { readDefinition } from '../../hvfile/definition/read-definition.ts';
import { HvFileError } from '../../hvfile/error.ts';
import { readHvFile } from '../../hvfile/read-file.ts';
import { childNode } from '../../hvfile/tree.ts';
import { NoSuchFileError, UsageError } from '../connect.ts';
import { type DriveMap, fileOnDrive } from '../drive-map.ts';

/** A machine that can be imported. */
export interface FoundDefinition {
  readonly file: string;
  /** Folder of the definitions of its checkpoints; null: there is none. */
  readonly snapshots: string | null;
  /** Of the definition itself; null: it cannot be read, and why. */
  readonly name: string | null;
  readonly problem: string | null;
}

const DEFINITIONS: ReadonlySet<string> = new Set(['.vmcx', '.xml', '.exp']);
export const isDefinition = (file: string): boolean => DEFINITIONS.has(extname(file).toLowerCase());

const MACHINES = 'virtual machines';
const SNAPSHOTS = 'snapshots';

/**
 * The machines that a file or a folder of this host holds: a definition, an export, a folder of exports, or the registry
 * of a whole host (data.vmcx). @throws NoSuchFileError UsageError
 */
export const findDefinitions = async (path: string, drives: DriveMap): Promise<readonly FoundDefinition[]> => {
  const from = resolve(path);
  const found = await stat(from).catch(() => null);
  if (found === null) throw new NoSuchFileError(path);
  if (found.isDirectory()) return inFolder(from);
  if (!isDefinition(from))
    throw new UsageError(`${path} is no definition: .vmcx, .xml and .exp are, and the data.vmcx of a host.`);
  return (await registeredIn(from, drives)) ?? [await described(from)];
};

/** In the folder of definitions itself, in an export, or one level below in each of several. */
const inFolder = async (folder: string): Promise<readonly FoundDefinition[]> => {
  const own = basename(folder).toLowerCase() === MACHINES ? folder : await subfolder(folder, MACHINES);
  const folders = own === null ? await exportsIn(folder) : [own];
  const files = await Promise.all(folders.map(definitionsIn));
  return Promise.all(files.flat().map(described));
};

const exportsIn = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  const found = await Promise.all(below.map((each) => subfolder(each, MACHINES)));
  return found.filter((each) => each !== null);
};

const definitionsIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder))
    .filter(isDefinition)
    .toSorted()
    .map((name) => join(folder, name));

const subfolder = async (folder: string, name: string): Promise<string | null> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = entries.find((entry) => entry.isDirectory() && entry.name.toLowerCase() === name);
  return found === undefined ? null : join(folder, found.name);
};

const described = async (file: string): Promise<FoundDefinition> => {
  const snapshots = await subfolder(dirname(dirname(file)), SNAPSHOTS);
  try {
    const { system } = readDefinition((await readHvFile(file)).root);
    return {
      file,
      snapshots,
      name: typeof system['ElementName'] === 'string' ? system['ElementName'] : '',
      problem: null,
    };
  } catch (error) {
    return { file, snapshots, name: null, problem: (error as Error).message };
  }
};

/** Null: it is no registry. */
const registeredIn = async (file: string, drives: DriveMap): Promise<readonly FoundDefinition[] | null> => {
  if (extname(file).toLowerCase() !== '.vmcx') return null;
  let machines;
  try {
    const { root } = await readHvFile(file);
    if (childNode(root, 'Configurations') === undefined) return null;
    machines = readHostRegistry(root).machines;
  } catch (error) {
    // What is wrong with a definition is told by whoever imports it.
    if (error instanceof HvFileError) return null;
    throw error;
  }
  return Promise.all(
    machines.map(async ({ file: recorded }) => {
      const here = await fileOnDrive(drives, recorded);
      if (here !== null) return described(here);
      const problem = 'It is not where the registry says. Name the folder of its drive with --drive C=/folder.';
      return { file: recorded, snapshots: null, name: null, problem };
    }),
  );
};

/** The drive on which a host keeps its registry, told by where that lies; empty where it lies elsewhere. */
export const drivesOfRegistry = (path: string): DriveMap => {
  const [, root] = /^(.*)\/ProgramData\/Microsoft\/Windows\/Hyper-V\/data\.vmcx$/i.exec(resolve(path)) ?? [];
  return new Map(root === undefined ? [] : [['C', root === '' ? '/' : root]]);
};
