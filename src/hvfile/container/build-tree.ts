import { HvFileError } from '../error.ts';
import type { HvLimits } from '../limits.ts';
import { type HvItem, type HvNode, node, placed } from '../tree.ts';
import type { HvValue } from '../tree.ts';
import type { KeyEntry } from './key-table.ts';
import { ORDERED_VERSION } from './layout.ts';

interface OpenNode {
  readonly entry: KeyEntry | null;
  readonly children: KeyEntry[];
}

/**
 * Second pass: keys become a tree. A child may stand before its parent in the file, so parents are looked up only when
 * all keys are known (hyperv-files §2: seen in real files).
 */
export const buildTree = (
  tables: ReadonlyMap<number, readonly KeyEntry[]>,
  valueOf: (entry: KeyEntry) => HvValue,
  version: number,
  limits: HvLimits,
): HvNode => {
  const nodes = new Map<number, Map<number, OpenNode>>();
  const open = new Map<KeyEntry, OpenNode>();
  for (const [index, entries] of tables) {
    const places = new Map<number, OpenNode>();
    for (const entry of entries) {
      if (entry.value !== null) continue;
      const opened: OpenNode = { entry, children: [] };
      places.set(entry.position, opened);
      open.set(entry, opened);
    }
    nodes.set(index, places);
  }
  const root: OpenNode = { entry: null, children: [] };
  let total = 0;
  for (const entries of tables.values()) {
    for (const entry of entries) {
      const parent = entry.parentTable === 0 ? root : nodes.get(entry.parentTable)?.get(entry.parentPosition);
      if (parent === undefined)
        throw new HvFileError(
          'structure',
          `A key names a parent that is no node: ${entry.parentPosition} in key table ${entry.parentTable}`,
          { offset: entry.at },
        );
      parent.children.push(entry);
      total++;
    }
  }
  const reached = new Set<KeyEntry>();
  const build = (parent: OpenNode, depth: number): HvItem[] => {
    if (depth > limits.depth)
      throw new HvFileError('limit', `Keys are nested deeper than ${limits.depth}`, { offset: parent.entry?.at ?? 0 });
    return inOrder(parent.children, version).map((entry): HvItem => {
      reached.add(entry);
      const below = open.get(entry);
      return placed(
        below === undefined ? { name: entry.name, ...valueOf(entry) } : node(entry.name, build(below, depth + 1)),
        entry.at,
      );
    });
  };
  const tree = node('', build(root, 0));
  if (reached.size !== total) {
    // Every key has one parent, so what is not below the root is below itself.
    const lost = [...tables.values()].flat().find((entry) => !reached.has(entry));
    throw new HvFileError('structure', 'A key is its own ancestor', { offset: lost?.at ?? 0 });
  }
  return tree;
};

/** Ordered children came with version 4.0; before, the place in the file is all there is. */
const inOrder = (children: readonly KeyEntry[], version: number): readonly KeyEntry[] => {
  if (version < ORDERED_VERSION) return children;
  let sorted = true;
  for (let i = 1; i < children.length && sorted; i++)
    sorted = (children[i - 1]?.sequence ?? 0) <= (children[i]?.sequence ?? 0);
  return sorted ? children : children.toSorted((a, b) => a.sequence - b.sequence);
};
