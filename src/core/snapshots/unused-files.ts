import { differencingOf, namedFiles } from '../differencing/disk-tree.ts';
import { DomainError, ifRefused } from '../errors.ts';
import type { Guid, VirtualSystem } from '../model.ts';
import { baseName } from '../paths/path-text.ts';
import type { SystemsContext } from '../systems/context.ts';
import { quote } from '../systems/refusals.ts';
import { elementNameOf } from '../systems/system-defaults.ts';

type UseContext = Pick<SystemsContext, 'graph' | 'paths'>;

/**
 * Files of a system that are to be changed or deleted are no others' too: whoever names one, or has an overlay over it, would read
 * what changes under it, or lose it. Asked of the records of all systems, before work in the background; only files of the
 * same name are looked for.
 * @throws DomainError fileInUse
 */
export const requireUnused = async (context: UseContext, id: Guid, files: readonly string[]): Promise<void> => {
  const names = new Set(files.map(nameOf));
  for (const other of [...context.graph.systems()]) {
    const named = namedFiles(other);
    const below = differencingOf(other).flatMap(({ file, parent }) => (parent === null ? [file] : [file, parent]));
    for (const text of new Set([...named, ...below])) {
      if (!names.has(nameOf(text))) continue;
      for (const own of files)
        if (!(other.id === id && text === own) && (await isSameFile(context, own, text)))
          throw inUse(own, other, named.has(text) ? 'names' : 'liesOver');
    }
  }
};

/** As paths are compared (paths.md, Comparison); files of another name are another file. */
const nameOf = (text: string): string => baseName(text).toLowerCase();

/** Texts name one file if they lead to one. */
const isSameFile = async ({ paths }: UseContext, one: string, other: string): Promise<boolean> => {
  if (one === other) return true;
  if (nameOf(one) !== nameOf(other)) return false;
  const [first, second] = await Promise.all(
    [one, other].map((text) => paths.diskFile(text).catch(ifRefused<string | null>(null))),
  );
  return first !== null && first === second;
};

const inUse = (file: string, other: VirtualSystem, how: 'names' | 'liesOver'): DomainError => {
  const machine = quote(elementNameOf(other.active));
  return new DomainError(
    'fileInUse',
    how === 'names'
      ? `${quote(file)} is attached to another virtual machine, ${machine}, or to this one a second time. Detach it there, and the merge goes on.`
      : `A disk of ${machine} lies over ${quote(file)}, and would not fit it any more. Take that disk out of that virtual machine, then delete it, and the merge goes on.`,
  );
};
