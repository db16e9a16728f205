import { attribute, child, children, type XmlElement } from '../../xml/element.ts';
import { type KeyValue, ObjectPath } from '../object-path.ts';

const tag = (element: XmlElement): string => element.local.toUpperCase();

const PATH_ELEMENTS = new Set([
  'INSTANCENAME',
  'INSTANCEPATH',
  'LOCALINSTANCEPATH',
  'CLASSNAME',
  'CLASSPATH',
  'LOCALCLASSPATH',
]);

export const isPathElement = (element: XmlElement): boolean => PATH_ELEMENTS.has(tag(element));

/** An object's name or path (DSP0201) as it is written; null for any other element. Key values are text: the schema types them. */
export function readPath(element: XmlElement | undefined): ObjectPath | null {
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
