import type { SystemGraph } from '../graph.ts';
import type { VirtualSystem } from '../model.ts';
import { differencingOf, disksOf } from './disk-tree.ts';

/**
 * Files of a system that stay as they are, whatever its own checkpoints allow: those that forks of its checkpoints read, with
 * all below them, and those of the checkpoint that it was forked from itself. Nothing is merged into them or out of them.
 */
export const heldFiles = (
  graph: Pick<SystemGraph, 'configuration' | 'forksOf'>,
  system: VirtualSystem,
): ReadonlySet<string> => {
  const held = new Set<string>();
  const ofSnapshot = (id: string): readonly string[] => {
    const place = graph.configuration(id);
    return place === undefined ? [] : disksOf(place.configuration).map(({ file }) => file);
  };
  if (system.forkedFrom !== undefined) for (const file of ofSnapshot(system.forkedFrom.snapshot)) held.add(file);
  let below: ReadonlyMap<string, string | null> | null = null;
  for (const { forkedFrom } of graph.forksOf(system.id)) {
    if (forkedFrom === undefined) continue;
    below ??= new Map(differencingOf(system).map(({ file, parent }) => [file, parent]));
    for (const file of ofSnapshot(forkedFrom.snapshot))
      for (let at: string | null | undefined = file; at !== null && at !== undefined; at = below.get(at)) held.add(at);
  }
  return held;
};
