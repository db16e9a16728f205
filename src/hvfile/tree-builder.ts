import { type HvItem, type HvLeaf, type HvNode, type HvStep, type HvValue, node, placed } from './tree.ts';

/** With indexes by name: a file may have a hundred thousand siblings of one name. */
class OpenNode {
  readonly name: string;
  readonly children: (HvLeaf | OpenNode)[] = [];
  readonly nodes = new Map<string, OpenNode[]>();
  /** Places of the leaves of a name among `children`. */
  readonly leaves = new Map<string, number[]>();
  constructor(name: string) {
    this.name = name;
  }

  /** The n-th node of that name; those missing before it are made empty. */
  node(name: string, index: number): OpenNode {
    const same = this.nodes.get(name) ?? [];
    if (same.length === 0) this.nodes.set(name, same);
    while (same.length <= index) {
      const made = new OpenNode(name);
      same.push(made);
      this.children.push(made);
    }
    const found = same[index];
    if (found === undefined) throw new Error('it was just made');
    return found;
  }

  /** Replaces the n-th leaf of that name, or becomes the last one. */
  leaf(name: string, index: number, value: HvValue, offset?: () => number): void {
    const leaf: HvLeaf = { name, ...value };
    if (offset !== undefined) placed(leaf, offset);
    const at = this.leaves.get(name)?.[index];
    if (at !== undefined) {
      this.children[at] = leaf;
      return;
    }
    const same = this.leaves.get(name) ?? [];
    if (same.length === 0) this.leaves.set(name, same);
    same.push(this.children.length);
    this.children.push(leaf);
  }

  close(): HvNode {
    return node(
      this.name,
      this.children.map((item): HvItem => (item instanceof OpenNode ? item.close() : item)),
    );
  }
}

/** A tree in the making: keys are put at their paths, the nodes above them come by themselves. */
export class TreeBuilder {
  readonly #root = new OpenNode('');

  /** Path with `/`; the first of same-named siblings is meant all the way. A leaf that is there is replaced. `offset`: where the file has it. */
  set(path: string, value: HvValue, offset?: () => number): void {
    this.place(
      path.split('/').map((name) => ({ name, index: 0 })),
      value,
      offset,
    );
  }

  /** One more leaf of the same name. */
  append(path: string, value: HvValue): void {
    this.place(
      path.split('/').map((name, i, all) => ({ name, index: i === all.length - 1 ? Number.MAX_SAFE_INTEGER : 0 })),
      value,
    );
  }

  /** At the n-th of the same-named siblings on each level; nodes missing before it are made, a leaf becomes the last. */
  place(steps: readonly HvStep[], value: HvValue, offset?: () => number): void {
    const last = steps.at(-1);
    if (last === undefined) throw new Error('the root is no leaf');
    let at = this.#root;
    for (const { name, index } of steps.slice(0, -1)) at = at.node(name, index);
    at.leaf(last.name, last.index, value, offset);
  }

  /** A node that may stay empty. */
  open(steps: readonly HvStep[]): void {
    let at = this.#root;
    for (const { name, index } of steps) at = at.node(name, index);
  }

  build(): HvNode {
    return this.#root.close();
  }
}
