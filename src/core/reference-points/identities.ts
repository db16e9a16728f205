import { filesOf } from '../disks/chain-files.ts';
import { type DiskOfConfiguration, disksOf } from '../differencing/disk-tree.ts';
import { readInfo } from '../images/describe.ts';
import type { Configuration, Guid, ReferencePointDisk, VirtualSystem } from '../model.ts';
import type { SystemsContext } from '../systems/context.ts';

/** The disks of a configuration as a reference point keeps them. @throws DomainError for one that cannot be read */
export const disksOfPoint = async (
  { disks }: Pick<SystemsContext, 'disks'>,
  system: VirtualSystem,
  configuration: Configuration,
): Promise<readonly ReferencePointDisk[]> => {
  const sweep = disks.sweep();
  return Promise.all(
    disksOf(configuration).map(async (disk) => {
      const chain = filesOf(await sweep.inspect(disk.file, 'disk', 'read'));
      // The disk that all files over it are.
      const root = chain.at(-1);
      const info =
        root === undefined ? null : await readInfo({ text: disk.file, file: root.file, exists: true }, root.format);
      return { disk: info?.id?.toUpperCase() ?? settingOf(system.id, disk), file: disk.file };
    }),
  );
};

const settingOf = (system: Guid, { part }: DiskOfConfiguration): string => `Microsoft:${system}\\${part}`;
