import { HvFileError } from '../error.ts';
import type { HvLimits } from '../limits.ts';
import { type HvNode, node } from '../tree.ts';
import { parseText } from './parse.ts';
import { typedTree } from './typed-tree.ts';

/**
 * The configuration of a machine or snapshot of Server 2012 and 2012 R2 (`<GUID>.xml`): the same tree of keys that a
 * .vmcx holds, below the same virtual root.
 * @throws HvFileError
 */
export const readXmlDefinition = (bytes: Buffer, limits: Partial<HvLimits> = {}): HvNode => {
  const parsed = parseText(bytes, limits);
  const { root } = parsed;
  if (root.local !== 'configuration')
    throw new HvFileError('structure', `It is no configuration: its root element is "${root.local.slice(0, 60)}"`, {
      path: '/',
      offset: parsed.offsetOf(root),
    });
  return node('', [typedTree(parsed, 'refuse')]);
};
