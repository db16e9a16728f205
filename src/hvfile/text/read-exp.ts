import { HvFileError } from '../error.ts';
import type { HvLimits } from '../limits.ts';
import { type HvNode, node } from '../tree.ts';
import { cimInstances } from './cim-instances.ts';
import { expTree } from './exp-tree.ts';
import { type ParsedText, parseText } from './parse.ts';
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
  const parsed = parseText(bytes, limits);
  const tree = parsed.root.local === 'configuration' ? node('', [typedTree(parsed, 'refuse')]) : fromInstances(parsed);
  if (config === null) return tree;
  return node('', [...tree.children, node('export', besideOf(config, limits).children)]);
};

const besideOf = (config: Buffer, limits: Partial<HvLimits>): HvNode => {
  try {
    return typedTree(parseText(config, limits), 'string');
  } catch (error) {
    if (!(error instanceof HvFileError)) throw error;
    throw new HvFileError(error.reason, `In config.xml: ${error.message}`, {}, error);
  }
};

const fromInstances = (parsed: ParsedText): HvNode => {
  const { root } = parsed;
  const instances = cimInstances(parsed);
  if (instances.length === 0)
    throw new HvFileError('structure', `It is no export: its root element is "${root.local.slice(0, 60)}"`, {
      path: '/',
      offset: parsed.offsetOf(root),
    });
  return expTree(instances);
};
