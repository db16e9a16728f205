import { differencingOf, disksOf, frozenFiles } from '../differencing/disk-tree.ts';
import { chainFiles } from '../disks/chain-files.ts';
import { type DomainError, ifRefused } from '../errors.ts';
import type { VirtualSystem } from '../model.ts';
import type { SystemsContext } from '../systems/context.ts';
import { quote, wrongState } from '../systems/refusals.ts';
import { elementNameOf } from '../systems/system-defaults.ts';

type NeedContext = Pick<SystemsContext, 'graph' | 'paths' | 'disks'>;

/** Files that checkpoints, reference points and imports of a system lie in or over, by name: as they are, or not at all. */
const pastOf = (system: VirtualSystem): readonly string[] => [
  ...differencingOf(system).flatMap(({ file, parent }) => (parent === null ? [file] : [file, parent])),
  ...frozenFiles(system),
];

/** What a saved machine has in memory of its disks has to fit them when it goes on. */
const savedOf = (system: VirtualSystem): readonly string[] =>
  system.power === 'saved' ? disksOf(system.active).map(({ file }) => file) : [];

/**
 * The file may be changed, or go: no machine that is off needs it as it is. Files that others lie over are known by the records
 * of machines; nobody knows what somebody laid over them by hand, as on a Hyper-V host.
 * @throws DomainError invalidState
 */
export const requireUnneeded = async (
  { graph, paths }: Pick<NeedContext, 'graph' | 'paths'>,
  file: string,
): Promise<void> => {
  const names = async (files: readonly string[]): Promise<boolean> => {
    for (const each of new Set(files)) if ((await paths.diskFile(each).catch(ifRefused(null))) === file) return true;
    return false;
  };
  for (const system of graph.systems()) {
    if (await names(pastOf(system))) throw belongs(file, system);
    if (await names(savedOf(system)))
      throw wrongState(
        `${quote(file)} is a disk of ${quote(elementNameOf(system.active))}, which is saved. Start that virtual machine, or delete its saved state, before its disk is changed.`,
      );
  }
};

/**
 * Nor lies the file deeper in a chain that one of theirs begins. Reads a header or two of each of these files: asked once, when
 * the work is asked for.
 * @throws DomainError invalidState
 */
export const requireNothingOver = async (context: NeedContext, file: string): Promise<void> => {
  await requireUnneeded(context, file);
  const sweep = context.disks.sweep();
  for (const system of context.graph.systems())
    for (const name of new Set(pastOf(system))) {
      // A chain that cannot be read is not mended by leaving this file as it is.
      const image = await sweep.inspect(name, 'disk', 'read').catch(ifRefused(null));
      if (image !== null && chainFiles(image).includes(file)) throw belongs(file, system);
    }
};

const belongs = (file: string, system: VirtualSystem): DomainError => {
  const machine = quote(elementNameOf(system.active));
  const past = system.snapshots.length + (system.referencePoints ?? []).length;
  return wrongState(
    past > 0
      ? `Checkpoints of ${machine} lie over ${quote(file)}, and would not fit it any more. Delete them before it is changed.`
      : `${machine} is not copied yet from what it was imported from, to which ${quote(file)} belongs. Wait until that is done before it is changed.`,
  );
};
