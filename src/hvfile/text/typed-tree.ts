import { attribute, type XmlElement } from '../../xml/element.ts';
import { HvFileError, type HvFileReason } from '../error.ts';
import { type HvItem, type HvNode, type HvStep, type HvValue, node, pathText, placed } from '../tree.ts';
import type { ParsedText } from './parse.ts';

/** What a leaf without `type` is: an error in a definition, text in files whose types nobody told us (config.xml). */
export type Untyped = 'refuse' | 'string';

/**
 * `<name type="integer">1</name>` is a leaf, an element without `type` is a node (hyperv-files §3).
 * @throws HvFileError with the path of the element and its offset
 */
export const typedTree = ({ root, offsetOf }: ParsedText, untyped: Untyped): HvNode => {
  const first: HvStep = { name: root.local, index: 0 };
  const item = new Conversion(offsetOf, untyped).convert(root, [first]);
  if (item.type !== 'node')
    throw new HvFileError('structure', 'The root element is a value', {
      path: pathText([first]),
      offset: offsetOf(root),
    });
  return item;
};

class Conversion {
  readonly #offsetOf: ParsedText['offsetOf'];
  readonly #untyped: Untyped;

  constructor(offsetOf: ParsedText['offsetOf'], untyped: Untyped) {
    this.#offsetOf = offsetOf;
    this.#untyped = untyped;
  }

  convert(element: XmlElement, steps: readonly HvStep[]): HvItem {
    const type = attribute(element, 'type');
    const bare = type === undefined;
    if (bare && (element.children.length > 0 || element.text.trim() === '')) {
      if (element.text.trim() !== '') return this.#refuse('structure', 'A node has text of its own', element, steps);
      const seen = new Map<string, number>();
      const below = element.children.map((child) => {
        const index = seen.get(child.local) ?? 0;
        seen.set(child.local, index + 1);
        return this.convert(child, [...steps, { name: child.local, index }]);
      });
      return placed(node(element.local, below), () => this.#offsetOf(element));
    }
    if (bare && this.#untyped === 'refuse') return this.#refuse('structure', 'A value has no type', element, steps);
    if (element.children.length > 0) return this.#refuse('structure', 'A value has elements inside', element, steps);
    const value = READERS[type ?? 'string']?.(element.text);
    if (value === undefined) {
      const what =
        type !== undefined && READERS[type] === undefined
          ? `There is no type "${type.slice(0, 40)}"`
          : `"${element.text.slice(0, 40)}" is no ${type ?? 'string'}`;
      return this.#refuse('value', what, element, steps);
    }
    return placed({ name: element.local, ...value }, () => this.#offsetOf(element));
  }

  #refuse(reason: HvFileReason, what: string, element: XmlElement, steps: readonly HvStep[]): never {
    throw new HvFileError(reason, what, { path: pathText(steps), offset: this.#offsetOf(element) });
  }
}

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
