import { basename } from 'node:path';
import { chainFiles } from '../disks/chain-files.ts';
import { DomainError, ifRefused } from '../errors.ts';
import { disksOf } from '../differencing/disk-tree.ts';
import type { SystemsContext } from '../systems/context.ts';
import { quote } from '../systems/refusals.ts';
import { elementNameOf } from '../systems/system-defaults.ts';

type UseContext = Pick<SystemsContext, 'graph' | 'fleet'>;

/** Name of a running machine that has the file open, whatever its place in a chain; null: none has. */
export const userOf = ({ graph, fleet }: UseContext, file: string): string | null => {
  for (const id of fleet.ids()) {
    const disks = fleet.get(id)?.spec.disks ?? [];
    const system = graph.system(id);
    const has = disks.some(({ image }) => image !== null && chainFiles(image).includes(file));
    if (has && system !== undefined) return elementNameOf(system.active);
  }
  return null;
};

/** A machine that starts has looked at its disks, and is not among those that run: a file of that name counts as its own. */
const starterOf = ({ graph }: UseContext, file: string): string | null => {
  const name = basename(file).toLowerCase();
  for (const system of graph.systems())
    if (system.power === 'starting' && disksOf(system.active).some((disk) => nameIn(disk.file) === name))
      return elementNameOf(system.active);
  return null;
};

/** Is the file a disk of a machine whose state is saved? Texts name one file if they lead to one (paths.md, Comparison). */
export const isInSavedState = async (
  { graph, paths }: Pick<SystemsContext, 'graph' | 'paths'>,
  file: string,
): Promise<boolean> => {
  const saved = [...graph.systems()].filter(({ power }) => power === 'saved');
  for (const disk of saved.flatMap(({ active }) => disksOf(active)))
    if ((await paths.diskFile(disk.file).catch(ifRefused(null))) === file) return true;
  return false;
};

const nameIn = (text: string): string => (text.split(/[\\/]/).at(-1) ?? '').toLowerCase();

/** @throws DomainError inUse, with the Windows code that clients look for */
export const requireUnused = (context: UseContext, file: string): void => {
  const user = userOf(context, file) ?? starterOf(context, file);
  if (user === null) return;
  throw new DomainError('inUse', `${quote(file)} is in use by ${quote(user)}. Turn that virtual machine off first.`, {
    hresult: '0x80070020',
  });
};
