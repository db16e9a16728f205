import { HvFileError } from '../error.ts';
import type { HvLimits } from '../limits.ts';
import { type HvNode, node } from '../tree.ts';
import { cimInstances } from './cim-instances.ts';
import { expTree } from './exp-tree.ts';
import { parseText } from './parse.ts';
import { typedTree } from './typed-tree.ts';

/**
 * The exported definition of Server 2008 and 2008 R2, `Virtual Machines/<GUID>.exp`: the .xml of the machine under another
 * name, or its settings as CIM-XML instances; both become the tree of the later formats. `config`: the bytes of the
 * export's `config.xml`, whose content comes as the key `export` beside `configuration`.
 * @throws HvFileError
 */
export const readExpDefinition = (
  bytes: Buffer,
  config: Buffer | null = null,
  limits: Partial<HvLimits> = {},
): HvNode => {
  const root = parseText(bytes, limits);
  const tree = root.local === 'configuration' ? node('', [typedTree(root, 'refuse')]) : fromInstances(root);
  if (config === null) return tree;
  const beside = typedTree(parseText(config, limits), 'string');
  return node('', [...tree.children, node('export', beside.children)]);
};

const fromInstances = (root: Parameters<typeof cimInstances>[0]): HvNode => {
  const instances = cimInstances(root);
  if (instances.length === 0)
    throw new HvFileError('structure', `It is no export: its root element is "${root.local.slice(0, 60)}"`, {
      path: '/',
    });
  return expTree(instances);
};
