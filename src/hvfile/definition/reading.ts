import { type HvItem, type HvLeaf, type HvNode, isNode, leavesOf, type PlacedLeaf } from '../tree.ts';
import type { Codec } from './codecs.ts';
import type { DefinitionValues, SettingScalar } from './definition.ts';
import type { Field } from './fields.ts';
import { OWN_SETTINGS, ownScalar } from './own-values.ts';

export const GUID = /^\{?([0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12})\}?$/i;

/** Upper case, no braces; null: no GUID. */
export const guidOf = (text: string): string | null => GUID.exec(text)?.[1]?.toUpperCase() ?? null;

const DEVICE_NODE = /^_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_$/i;

interface NamedChild {
  node?: HvNode;
  leaf?: HvLeaf;
}
const NOTHING: NamedChild = Object.freeze({});

/** Paths are constants of the tables: a few hundred, split once. */
const split = new Map<string, readonly string[]>();
const stepsOf = (path: string): readonly string[] => {
  const known = split.get(path);
  if (known !== undefined) return known;
  const steps = path.split('/');
  split.set(path, steps);
  return steps;
};

/** One pass over a configuration that remembers which leaves were understood: the rest is reported, not dropped. */
export class Reading {
  readonly configuration: HvNode;
  readonly #root: HvNode;
  readonly #used = new Set<HvLeaf>();
  readonly #devices = new Map<string, HvNode>();
  readonly #children = new Map<HvNode, Map<string, NamedChild>>();

  constructor(root: HvNode, configuration: HvNode) {
    this.#root = root;
    this.configuration = configuration;
    for (const item of configuration.children) {
      const id = isNode(item) ? DEVICE_NODE.exec(item.name)?.[1]?.toLowerCase() : undefined;
      if (id !== undefined && isNode(item) && !this.#devices.has(id)) this.#devices.set(id, item);
    }
  }

  /** Data nodes by instance GUID in lower case. */
  get devices(): ReadonlyMap<string, HvNode> {
    return this.#devices;
  }

  /** Node below another one; undefined: it is not there. */
  node(from: HvNode | undefined, path: string): HvNode | undefined {
    let at = from;
    for (const name of stepsOf(path)) at = at === undefined ? undefined : this.#child(at, name).node;
    return at;
  }

  leaf(from: HvNode | undefined, path: string): HvLeaf | undefined {
    const names = stepsOf(path);
    let at = from;
    for (let i = 0; i < names.length - 1 && at !== undefined; i++) at = this.#child(at, names[i] ?? '').node;
    return at === undefined ? undefined : this.#child(at, names.at(-1) ?? '').leaf;
  }

  /** The first node and the first leaf of that name; indexed, because every table asks the same nodes again. */
  #child(parent: HvNode, name: string): NamedChild {
    let children = this.#children.get(parent);
    if (children === undefined) {
      children = new Map<string, NamedChild>();
      for (const item of parent.children) {
        const named = children.get(item.name) ?? {};
        if (isNode(item)) named.node ??= item;
        else named.leaf ??= item;
        children.set(item.name, named);
      }
      this.#children.set(parent, children);
    }
    return children.get(name) ?? NOTHING;
  }

  use(leaf: HvLeaf): void {
    this.#used.add(leaf);
  }

  /** The leaf as the codec reads it; a leaf that it cannot read stays unmapped. */
  value(from: HvNode | undefined, path: string, codec: Codec): DefinitionValues[string] | undefined {
    const leaf = this.leaf(from, path);
    const value = leaf === undefined ? undefined : codec.read(leaf);
    if (leaf !== undefined && value !== undefined) this.use(leaf);
    return value;
  }

  string(from: HvNode | undefined, path: string): string | undefined {
    const leaf = this.leaf(from, path);
    if (leaf?.type !== 'string') return undefined;
    this.use(leaf);
    return leaf.value;
  }

  boolean(from: HvNode | undefined, path: string): boolean | undefined {
    const leaf = this.leaf(from, path);
    if (leaf?.type !== 'bool') return undefined;
    this.use(leaf);
    return leaf.value;
  }

  /** A non-negative integer up to 32 bits. */
  number(from: HvNode | undefined, path: string): number | undefined {
    const leaf = this.leaf(from, path);
    if ((leaf?.type !== 'int' && leaf?.type !== 'uint') || leaf.value < 0n || leaf.value > 0xffff_ffffn)
      return undefined;
    this.use(leaf);
    return Number(leaf.value);
  }

  /** Values by a table, and those that stand in our own node `own` beside them; null: there is none. */
  fields(from: HvNode | undefined, fields: readonly Field[], own: string | null = OWN_SETTINGS): DefinitionValues {
    const values: [string, DefinitionValues[string]][] =
      own === null ? [] : Object.entries(this.ownValues(this.node(from, own)));
    for (const { path, property, codec } of fields) {
      const value = this.value(from, path, codec);
      if (value !== undefined) values.push([property, value]);
    }
    return Object.fromEntries(values);
  }

  /** The properties of a node of our own. */
  ownValues(from: HvNode | undefined): DefinitionValues {
    return Object.fromEntries((from?.children ?? []).flatMap((item) => this.#ownProperty(item)));
  }

  #ownProperty(property: HvItem): [string, DefinitionValues[string]][] {
    const list = isNode(property);
    const leaves = list ? property.children.filter((leaf): leaf is HvLeaf => !isNode(leaf)) : [property];
    const scalars = leaves.map(ownScalar).filter((value): value is SettingScalar => value !== null);
    const only = scalars[0];
    if (scalars.length !== leaves.length || (!list && only === undefined)) return [];
    for (const leaf of leaves) this.use(leaf);
    return [[property.name, list || only === undefined ? scalars : only]];
  }

  unmapped(): PlacedLeaf[] {
    return leavesOf(this.#root, (leaf) => !this.#used.has(leaf));
  }
}
