/**
 * The tree of typed keys that all definition formats share (hyperv-files §2, §3). Same-named siblings are legal: they are
 * arrays of nodes, so children are a list, in the order of the file.
 */
export type HvItem = HvLeaf | HvNode;

export interface HvNode {
  readonly type: 'node';
  readonly name: string;
  readonly children: readonly HvItem[];
}

export type HvLeaf = { readonly name: string } & HvValue;

export type HvValue =
  /** i64. */
  | { readonly type: 'int'; readonly value: bigint }
  /** u64. */
  | { readonly type: 'uint'; readonly value: bigint }
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'bytes'; readonly value: Buffer }
  /** Bytes too large to be held: they stay in the file until somebody reads them (RAM blocks of a saved state). */
  | { readonly type: 'object'; readonly value: FileObject };

export interface FileObject {
  /** Absolute, in the file. */
  readonly offset: number;
  readonly size: number;
  /** Part of the object. Rejects with HvFileError outside of it; only while the file is open. */
  read(from: number, length: number): Promise<Buffer>;
}

export const isNode = (item: HvItem): item is HvNode => item.type === 'node';

export const node = (name: string, children: readonly HvItem[]): HvNode => ({ type: 'node', name, children });

/** Kept beside the tree: what two formats say alike is one tree, wherever it stands in a file. */
const OFFSETS = new WeakMap<HvItem, number | (() => number)>();

/** The item, of which its file's reader says where it begins, in bytes; when asked, where that takes a look through the text. */
export const placed = <T extends HvItem>(item: T, offset: number | (() => number)): T => {
  OFFSETS.set(item, offset);
  return item;
};

/** Where the first of these that a file has begins in it, in bytes; 0, the file as a whole, when none has a place. */
export const offsetOf = (...items: readonly (HvItem | undefined)[]): number => {
  for (const item of items) {
    const offset = item === undefined ? undefined : OFFSETS.get(item);
    if (offset !== undefined) return typeof offset === 'number' ? offset : offset();
  }
  return 0;
};

/** First child node of that name. Keys of one file are written in one case; compared as written. */
export const childNode = (parent: HvNode, name: string): HvNode | undefined =>
  parent.children.find((item): item is HvNode => item.type === 'node' && item.name === name);

export const childLeaf = (parent: HvNode, name: string): HvLeaf | undefined =>
  parent.children.find((item): item is HvLeaf => item.type !== 'node' && item.name === name);

/** One step of a path: the name, and which of the same-named siblings. */
export interface HvStep {
  readonly name: string;
  readonly index: number;
}

/** `/configuration/metrics/devicetype[1]/guid`; what would be taken for syntax in a name is written as %XX. */
export const pathText = (steps: readonly HvStep[]): string =>
  steps
    .map(({ name, index }) => {
      const text = name.replace(/[%/[\]]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
      return index === 0 ? `/${text}` : `/${text}[${index}]`;
    })
    .join('') || '/';

export interface PlacedLeaf {
  readonly steps: readonly HvStep[];
  readonly leaf: HvLeaf;
}

/** A path under construction, shared by all that lies below it. */
interface Trail {
  readonly above: Trail | null;
  readonly name: string;
  readonly index: number;
}

const stepsOf = (trail: Trail): HvStep[] => {
  const steps: HvStep[] = [];
  for (let at: Trail | null = trail; at !== null; at = at.above) steps.push({ name: at.name, index: at.index });
  return steps.toReversed();
};

/** Every leaf below a node with its path, in file order; or those that `wanted` takes. */
export const leavesOf = (root: HvNode, wanted: (leaf: HvLeaf) => boolean = () => true): PlacedLeaf[] => {
  const found: PlacedLeaf[] = [];
  // Readers bound the depth of a tree, so recursion is safe.
  const visit = (parent: HvNode, above: Trail | null): void => {
    const seen = new Map<string, number>();
    for (const item of parent.children) {
      const index = seen.get(item.name) ?? 0;
      seen.set(item.name, index + 1);
      if (isNode(item)) visit(item, { above, name: item.name, index });
      else if (wanted(item)) found.push({ steps: stepsOf({ above, name: item.name, index }), leaf: item });
    }
  };
  visit(root, null);
  return found;
};
