import { attribute, child, children, type XmlElement } from '../../xml/element.ts';
import { type KeyValue, ObjectPath } from '../object-path.ts';
import {
  EmbeddedError,
  type RawInstance,
  type RawItem,
  RawObject,
  type RawProperty,
  type RawValue,
} from './raw-instance.ts';

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
  const properties: RawProperty[] = [];
  for (const c of element.children) {
    if (!tag(c).startsWith('PROPERTY')) continue;
    const name = attribute(c, 'NAME');
    if (name === undefined) throw new EmbeddedError('unparsable', `A ${c.local} of ${className} has no NAME.`);
    properties.push({ name, value: readValue(c), propagated: attribute(c, 'PROPAGATED')?.toLowerCase() === 'true' });
  }
  return { className, properties, path };
}

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

const PATH_ELEMENTS = new Set([
  'INSTANCENAME',
  'INSTANCEPATH',
  'LOCALINSTANCEPATH',
  'CLASSNAME',
  'CLASSPATH',
  'LOCALCLASSPATH',
]);

const isPathElement = (element: XmlElement): boolean => PATH_ELEMENTS.has(tag(element));

function readPath(element: XmlElement | undefined): ObjectPath | null {
  if (element === undefined || !isPathElement(element)) return null;
  const place = child(element, 'NAMESPACEPATH') ?? element;
  const host = child(place, 'HOST')?.text.trim() ?? null;
  const local = child(place, 'LOCALNAMESPACEPATH');
  const segments = local === undefined ? [] : children(local, 'NAMESPACE').map((n) => attribute(n, 'NAME') ?? '');
  const namespace = segments.length === 0 ? null : segments.join('\\');
  const name =
    tag(element) === 'INSTANCENAME' ? element : (child(element, 'INSTANCENAME') ?? child(element, 'CLASSNAME'));
  const target = name ?? (tag(element) === 'CLASSNAME' ? element : undefined);
  const className = target === undefined ? undefined : (attribute(target, 'CLASSNAME') ?? attribute(target, 'NAME'));
  if (target === undefined || className === undefined) return null;
  return new ObjectPath(host, namespace, className, tag(target) === 'CLASSNAME' ? null : readKeys(target));
}

/** KEYBINDINGs, or the one unnamed KEYVALUE of a single-key class. */
function readKeys(name: XmlElement): ReadonlyMap<string, KeyValue> {
  const keys = new Map<string, KeyValue>();
  const single = keyValue(name);
  if (single !== undefined) keys.set('', single);
  for (const binding of children(name, 'KEYBINDING')) {
    const value = keyValue(binding);
    const key = attribute(binding, 'NAME');
    if (key !== undefined && value !== undefined) keys.set(key, value);
  }
  return keys;
}

function keyValue(element: XmlElement): KeyValue | undefined {
  const text = child(element, 'KEYVALUE')?.text;
  if (text !== undefined) return text;
  const reference = child(element, 'VALUE.REFERENCE');
  return reference === undefined ? undefined : (readPath(reference.children[0]) ?? undefined);
}
