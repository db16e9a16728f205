import { attribute, type XmlElement } from '../../xml/element.ts';
import { HvFileError } from '../error.ts';
import { type HvItem, type HvNode, type HvStep, type HvValue, node, pathText } from '../tree.ts';

/** What a leaf without `type` is: an error in a definition, text in files whose types nobody told us (config.xml). */
export type Untyped = 'refuse' | 'string';

/**
 * `<name type="integer">1</name>` is a leaf, an element without `type` is a node (hyperv-files §3).
 * @throws HvFileError with the path of the element
 */
export const typedTree = (root: XmlElement, untyped: Untyped): HvNode => {
  const first: HvStep = { name: root.local, index: 0 };
  const item = convert(root, [first], untyped);
  if (item.type !== 'node')
    throw new HvFileError('structure', 'The root element is a value', { path: pathText([first]) });
  return item;
};

const convert = (element: XmlElement, steps: readonly HvStep[], untyped: Untyped): HvItem => {
  const type = attribute(element, 'type');
  const bare = type === undefined;
  if (bare && (element.children.length > 0 || element.text.trim() === '')) {
    if (element.text.trim() !== '')
      throw new HvFileError('structure', 'A node has text of its own', { path: pathText(steps) });
    const seen = new Map<string, number>();
    const below = element.children.map((child) => {
      const index = seen.get(child.local) ?? 0;
      seen.set(child.local, index + 1);
      return convert(child, [...steps, { name: child.local, index }], untyped);
    });
    return node(element.local, below);
  }
  if (bare && untyped === 'refuse')
    throw new HvFileError('structure', 'A value has no type', { path: pathText(steps) });
  if (element.children.length > 0)
    throw new HvFileError('structure', 'A value has elements inside', { path: pathText(steps) });
  const value = READERS[type ?? 'string']?.(element.text);
  if (value === undefined) {
    const what =
      type !== undefined && READERS[type] === undefined
        ? `There is no type "${type.slice(0, 40)}"`
        : `"${element.text.slice(0, 40)}" is no ${type ?? 'string'}`;
    throw new HvFileError('value', what, { path: pathText(steps) });
  }
  return { name: element.local, ...value };
};

const INTEGER = /^[+-]?\d{1,20}$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const BOOLS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false],
]);

const integer = (text: string): HvValue | undefined => {
  const trimmed = text.trim();
  if (!INTEGER.test(trimmed)) return undefined;
  const value = BigInt(trimmed.replace('+', ''));
  if (value >= -(2n ** 63n) && value < 2n ** 63n) return { type: 'int', value };
  return value > 0n && value < 2n ** 64n ? { type: 'uint', value } : undefined;
};

const READERS: Readonly<Record<string, (text: string) => HvValue | undefined>> = Object.assign(
  // A prototype would know types such as "constructor".
  Object.create(null) as Record<string, (text: string) => HvValue | undefined>,
  {
    integer,
    string: (text: string): HvValue => ({ type: 'string', value: text }),
    bool: (text: string): HvValue | undefined => {
      const value = BOOLS.get(text.trim().toLowerCase());
      return value === undefined ? undefined : { type: 'bool', value };
    },
    bytes: (text: string): HvValue | undefined => {
      const packed = text.replace(/\s+/g, '');
      return BASE64.test(packed) ? { type: 'bytes', value: Buffer.from(packed, 'base64') } : undefined;
    },
    double: (text: string): HvValue | undefined => {
      const value = Number(text.trim());
      return text.trim() === '' || Number.isNaN(value) ? undefined : { type: 'double', value };
    },
  },
);
