import { attribute, child, children, type XmlElement } from '../../xml/element.ts';
import { fold } from '../names.ts';
import { type KeyValue, ObjectPath } from '../object-path.ts';
import { refuseText } from './read-cim-xml.ts';
import { type RawInstance, type RawItem, RawObject, type RawProperty } from './raw-instance.ts';

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

const WMI = '/wmi/';
/** Children of a datetime property, in whatever namespace (spec wire-wsman §6). */
const DATE_ELEMENTS = new Set(['Datetime', 'Interval', 'CIM_DateTime', 'Date', 'Time']);

/**
 * An instance as WS-Management writes objects: `<p:Msvm_X><p:Prop>v</p:Prop>...`, arrays as repeated elements,
 * `xsi:nil` for NULL. Namespaces are not checked: generic libraries leave them out. @throws EmbeddedError
 */
export function readWsmanXml(root: XmlElement): RawInstance {
  refuseText(root, root.local);
  const items = new Map<string, { name: string; values: RawItem[] }>();
  for (const c of root.children) {
    if (c.local === 'Location') continue;
    const key = fold(c.local);
    const entry = items.get(key) ?? { name: c.local, values: [] };
    entry.values.push(readItem(c));
    items.set(key, entry);
  }
  const properties = [...items.values()].map(({ name, values }): RawProperty => {
    const [only] = values;
    return { name, value: values.length === 1 && only !== undefined ? only : values, propagated: false };
  });
  return { className: root.local, properties, path: null };
}

function readItem(element: XmlElement): RawItem {
  const nil = attribute(element, 'nil', XSI)?.trim();
  if (nil === 'true' || nil === '1') return null;
  const [first] = element.children;
  if (first === undefined) return element.text;
  if (DATE_ELEMENTS.has(first.local)) return first.text;
  const reference = element.local === 'EndpointReference' ? element : (child(element, 'EndpointReference') ?? element);
  const parameters = child(reference, 'ReferenceParameters');
  if (parameters !== undefined) return readEndpoint(parameters);
  const type = attribute(element, 'type', XSI);
  if (type !== undefined) {
    const className = type.slice(type.indexOf(':') + 1).replace(/_Type$/, '');
    return new RawObject({ ...readWsmanXml(element), className });
  }
  return new RawObject(readWsmanXml(first));
}

/** Reference parameters of an endpoint reference to the path they stand for; null when they name no class. */
function readEndpoint(parameters: XmlElement): ObjectPath | null {
  const uri = child(parameters, 'ResourceURI')?.text.trim() ?? '';
  const className = uri.slice(uri.lastIndexOf('/') + 1);
  if (className === '') return null;
  const selectors = child(parameters, 'SelectorSet');
  const keys = new Map<string, KeyValue>();
  let namespace = namespaceOf(uri);
  for (const selector of selectors === undefined ? [] : children(selectors, 'Selector')) {
    const name = attribute(selector, 'Name') ?? '';
    if (fold(name) === '__cimnamespace') namespace = selector.text.trim().replaceAll('/', '\\');
    else keys.set(name, selectorValue(selector));
  }
  return new ObjectPath(null, namespace, className, keys);
}

/** What stands between `/wmi/` and the class; null: nothing does. */
function namespaceOf(uri: string): string | null {
  const root = uri.indexOf(WMI);
  const namespace = root < 0 ? '' : uri.slice(root + WMI.length, Math.max(root + WMI.length, uri.lastIndexOf('/')));
  return namespace === '' ? null : namespace.replaceAll('/', '\\');
}

function selectorValue(selector: XmlElement): KeyValue {
  const nested = child(selector, 'EndpointReference');
  const parameters = nested === undefined ? undefined : child(nested, 'ReferenceParameters');
  return (parameters === undefined ? null : readEndpoint(parameters)) ?? selector.text;
}
