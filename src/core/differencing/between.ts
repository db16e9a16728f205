import type { VirtualSystem } from '../model.ts';
import { differencingOf } from './disk-tree.ts';

/** Files that one of both lies over, itself included, and the other does not; null: they have nothing in common. */
export const filesBetween = (system: VirtualSystem, one: string, other: string): readonly string[] | null => {
  const below = new Map(differencingOf(system).map(({ file, parent }) => [file, parent]));
  const chainOf = (file: string): ReadonlySet<string> => {
    const chain = new Set<string>();
    for (let at: string | null | undefined = file; at !== null && at !== undefined; at = below.get(at)) chain.add(at);
    return chain;
  };
  const [ours, theirs] = [chainOf(one), chainOf(other)];
  return ours.isDisjointFrom(theirs) ? null : [...ours.symmetricDifference(theirs)];
};
