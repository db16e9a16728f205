import type { HvLeaf, HvStep, HvValue } from '../tree.ts';
import type { TreeBuilder } from '../tree-builder.ts';
import type { DefinitionValues, SettingScalar } from './definition.ts';

/**
 * Properties that Hyper-V's files have no key for, or whose key is not known, in a node of ours below the node of the device.
 * int: a number; uint: a 64-bit integer; a list is a node of `item` leaves.
 */
export const OWN_SETTINGS = 'vsms_settings';

export const ownScalar = (leaf: HvLeaf): SettingScalar | null => {
  if (leaf.type === 'int') return Number(leaf.value);
  return leaf.type === 'bytes' || leaf.type === 'object' ? null : leaf.value;
};

const ownLeaf = (value: SettingScalar): HvValue => {
  if (typeof value === 'string') return { type: 'string', value };
  if (typeof value === 'boolean') return { type: 'bool', value };
  if (typeof value === 'bigint') return { type: 'uint', value };
  return Number.isSafeInteger(value) ? { type: 'int', value: BigInt(value) } : { type: 'double', value };
};

export const writeOwnValues = (tree: TreeBuilder, above: readonly HvStep[], values: DefinitionValues): void => {
  for (const [name, value] of Object.entries(values)) {
    const at = [...above, { name, index: 0 }];
    if (!Array.isArray(value)) {
      tree.place(at, ownLeaf(value as SettingScalar));
      continue;
    }
    tree.open(at);
    for (const [index, scalar] of (value as readonly SettingScalar[]).entries())
      tree.place([...at, { name: 'item', index }], ownLeaf(scalar));
  }
};
