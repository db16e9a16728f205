import { isNode } from '../tree.ts';
import type { TreeBuilder } from '../tree-builder.ts';
import type { OtherDevice } from './definition.ts';
import { OWN_SETTINGS, writeOwnValues } from './own-values.ts';
import type { Reading } from './reading.ts';

const OWN_DEVICES = 'vsms/devices';

/** Settings whose place in Hyper-V's files is not known, one `device` node of ours for each. */
export const readOtherDevices = (reading: Reading): OtherDevice[] =>
  (reading.node(reading.configuration, OWN_DEVICES)?.children ?? []).flatMap((item) => {
    if (!isNode(item) || reading.leaf(item, 'kind')?.type !== 'string' || reading.leaf(item, 'part')?.type !== 'string')
      return [];
    const kind = reading.string(item, 'kind') ?? '';
    const part = reading.string(item, 'part') ?? '';
    const parent = reading.string(item, 'parent') ?? null;
    return [{ kind, part, parent, values: reading.ownValues(reading.node(item, OWN_SETTINGS)) }];
  });

export const writeOtherDevices = (tree: TreeBuilder, root: string, devices: readonly OtherDevice[]): void => {
  for (const [index, { kind, part, parent, values }] of devices.entries()) {
    const above = [
      ...`${root}/${OWN_DEVICES}`.split('/').map((name) => ({ name, index: 0 })),
      { name: 'device', index },
    ];
    const texts = { kind, part, ...(parent === null ? {} : { parent }) };
    for (const [name, value] of Object.entries(texts))
      tree.place([...above, { name, index: 0 }], { type: 'string', value });
    writeOwnValues(tree, [...above, { name: OWN_SETTINGS, index: 0 }], values);
  }
};
