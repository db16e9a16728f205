import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DomainError } from '../../errors.ts';
import type { Guid } from '../../model.ts';
import type { PathResolver } from '../../paths/resolver.ts';
import { parseGuid } from '../identifiers.ts';
import type { SystemPaths } from './system-paths.ts';

/** Folders of the service itself. */
export interface SystemDirectories {
  /** `<data dir>/state`: reachable by no client path (K24). */
  readonly state: string;
  /** Sockets and logs of machines. */
  readonly run: string;
}

/** Windows codes of a file and of a folder that is not there: no answer to "is it there?" is an error. */
const ABSENT: ReadonlySet<string> = new Set(['0x80070002', '0x80070003']);

export const createSystemPaths = (resolver: PathResolver, directories: SystemDirectories): SystemPaths => {
  const systems = join(directories.state, 'systems');
  return {
    checkFolder: async (text) => {
      await resolver.resolve(text, 'newFolder');
    },
    folder: async (text) => (await resolver.resolve(text, 'folder')).file,
    exists: async (folder, relative) => {
      try {
        return (await resolver.resolveBelow(folder, relative, 'newFile')).exists;
      } catch (error) {
        if (error instanceof DomainError && error.hresult !== null && ABSENT.has(error.hresult)) return false;
        throw error;
      }
    },
    diskFile: async (text) => (await resolver.resolve(text, 'newFile')).file,
    serialSocket: async (text) => {
      const { file } = await resolver.resolve(text, 'socket');
      // The folder of all pipes is made when the first one is wanted; other folders are there, or the resolver refuses.
      await mkdir(dirname(file), { recursive: true, mode: 0o755 });
      return file;
    },
    look: (text, purpose) => resolver.resolve(text, purpose),
    stateDirectory: (system) => join(systems, system),
    runDirectory: (system) => join(directories.run, system),
    privateDirectories: async () => [
      ...new Set([...(await systemsIn(systems)), ...(await systemsIn(directories.run))]),
    ],
  };
};

/** Names that are no GUIDs are not ours to judge. */
const systemsIn = async (folder: string): Promise<readonly Guid[]> => {
  try {
    return (await readdir(folder)).filter((name) => parseGuid(name) === name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};
