import { chainFiles } from '../disks/chain-files.ts';
import { DomainError } from '../errors.ts';
import type { VirtualSystem } from '../model.ts';
import type { DiskFiles } from '../disks/disk-files.ts';
import { differencingOf, disksOf, overSource } from './disk-tree.ts';

/** A disk of ours that still reads files of the source that its machine was imported from. */
export interface SourceDependency {
  /** As in HostResource. */
  readonly disk: string;
  /** Linux paths of the files that may not go yet, nearest first. */
  readonly needs: readonly string[];
  /** Checkpoints (ids of their settings) whose disk it is; empty: only the machine as it is now. */
  readonly checkpoints: readonly string[];
  /** Why its files cannot be told, in a sentence: one of them is missing, say. */
  readonly problem: string | null;
}

/** What keeps the source from being detached; empty: nothing. */
export const sourceDependencies = async (
  disks: DiskFiles,
  system: VirtualSystem,
): Promise<readonly SourceDependency[]> => {
  const sweep = disks.sweep();
  return Promise.all(
    differencingOf(system)
      .filter(overSource)
      .map(async ({ file }) => {
        const { needs, problem } = await filesBelow(sweep, file);
        return {
          disk: file,
          needs,
          problem,
          checkpoints: system.snapshots
            .filter(({ configuration }) => disksOf(configuration).some((disk) => disk.file === file))
            .map(({ configuration }) => configuration.id),
        };
      }),
  );
};

const filesBelow = async (
  disks: Pick<DiskFiles, 'inspect'>,
  file: string,
): Promise<Pick<SourceDependency, 'needs' | 'problem'>> => {
  try {
    const [, ...needs] = chainFiles(await disks.inspect(file, 'disk', 'read'));
    return { needs, problem: null };
  } catch (error) {
    if (error instanceof DomainError) return { needs: [], problem: error.message };
    throw error;
  }
};
