import { attribute, type XmlElement } from '../../xml/element.ts';
import type { ObjectPath } from '../object-path.ts';
import {
  EmbeddedError,
  type RawInstance,
  type RawItem,
  RawObject,
  type RawProperty,
  type RawValue,
} from './raw-instance.ts';
import { isPathElement, readPath } from './read-cim-xml-path.ts';

/** What may stand around INSTANCE (spec embedded-instances §1, form 6). */
const WRAPPERS = new Set([
  'CIM',
  'DECLARATION',
  'DECLARATIONS',
  'DECLGROUP',
  'DECLGROUP.WITHNAME',
  'DECLGROUP.WITHPATH',
  'VALUE',
  'VALUE.OBJECT',
  'VALUE.NAMEDOBJECT',
  'VALUE.NAMEDINSTANCE',
  'VALUE.INSTANCEWITHPATH',
  'VALUE.OBJECTWITHPATH',
  'VALUE.OBJECTWITHLOCALPATH',
]);

const tag = (element: XmlElement): string => element.local.toUpperCase();

export const isCimXml = (root: XmlElement): boolean => tag(root) === 'INSTANCE' || WRAPPERS.has(tag(root));

/** The DMTF and WMI representations of an instance (DSP0201; CimDtd20 and WmiDtd20 of GetText). @throws EmbeddedError */
export function readCimXml(root: XmlElement): RawInstance {
  if (tag(root) === 'INSTANCE') return readInstance(root, null);
  if (!WRAPPERS.has(tag(root))) throw new EmbeddedError('unparsable', `<${root.local}> holds no instance.`);
  const inner = root.children.find((c) => tag(c) === 'INSTANCE');
  if (inner !== undefined) return readInstance(inner, readPath(root.children.find(isPathElement)));
  const wrapper = root.children.find((c) => WRAPPERS.has(tag(c)));
  if (wrapper === undefined) throw new EmbeddedError('unparsable', `<${root.local}> holds no INSTANCE.`);
  return readCimXml(wrapper);
}

function readInstance(element: XmlElement, path: ObjectPath | null): RawInstance {
  const given = attribute(element, 'CLASSNAME') ?? attribute(element, 'ClassName');
  const className = given?.slice(given.lastIndexOf(':') + 1).trim() ?? '';
  if (className === '') throw new EmbeddedError('unparsable', 'INSTANCE has no CLASSNAME.');
  refuseText(element, className);
  const properties: RawProperty[] = [];
  for (const c of element.children) {
    if (!tag(c).startsWith('PROPERTY')) continue;
    const name = attribute(c, 'NAME');
    if (name === undefined) throw new EmbeddedError('unparsable', `A ${c.local} of ${className} has no NAME.`);
    refuseText(c, name);
    properties.push({ name, value: readValue(c), propagated: attribute(c, 'PROPAGATED')?.toLowerCase() === 'true' });
  }
  return { className, properties, path };
}

/** Text where only elements may stand: a value without its VALUE would be taken for none. @throws EmbeddedError */
export const refuseText = (element: XmlElement, name: string): void => {
  const stray = /\S.{0,39}/.exec(element.text)?.[0];
  if (stray === undefined) return;
  throw new EmbeddedError('unparsable', `The text "${stray}" of ${name} stands outside of a value.`, name);
};

/** The first value element decides; QUALIFIER children are passed over, none at all is NULL. */
function readValue(property: XmlElement): RawValue {
  for (const c of property.children) {
    const name = tag(c);
    if (name === 'VALUE.ARRAY' || name === 'VALUE.REFARRAY' || name === 'VALUE.OBJECTARRAY')
      return c.children.map(readItem);
    if (name === 'VALUE' || name.startsWith('VALUE.')) return readItem(c);
  }
  return null;
}

function readItem(element: XmlElement): RawItem {
  switch (tag(element)) {
    case 'VALUE':
      return element.text;
    case 'VALUE.REFERENCE':
      return readPath(element.children[0]) ?? element.text.trim();
    case 'VALUE.OBJECT':
    case 'VALUE.NAMEDOBJECT':
    case 'VALUE.NAMEDINSTANCE':
    case 'VALUE.OBJECTWITHPATH':
    case 'VALUE.OBJECTWITHLOCALPATH':
      return new RawObject(readCimXml(element));
    default:
      return null;
  }
}
