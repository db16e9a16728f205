import type { CimInstance } from '../../cim/instance.ts';
import type { CimScalar, CimValue } from '../../cim/values.ts';
import { escapeXml } from '../../xml/escape.ts';
import type { XmlElement } from '../../xml/element.ts';
import { ACTION, DIALECT, NS } from '../envelope/namespaces.ts';
import { WsmanFault } from '../faults/fault.ts';
import { resolveClass } from '../objects/target.ts';
import { isNil, ValueReader } from '../objects/value-reader.ts';
import { type FragmentPath, parseFragmentPath } from './fragment-path.ts';
import { type ClassTarget, findInstance } from './instance-path.ts';
import { type Call, type Handler, type WsmanService } from './service.ts';
import { modify, transferReply } from './transfer.ts';

/** Windows' own name of its path subset, and plain XPath 1.0. */
const DIALECTS: ReadonlySet<string> = new Set([
  DIALECT.xpath.toLowerCase(),
  'http://schemas.dmtf.org/wbem/wsman/1/wsman/xpath-level-1',
]);

interface Fragment {
  readonly target: ClassTarget;
  readonly path: FragmentPath;
  readonly text: string;
}

function readFragment(service: WsmanService, call: Call): Fragment {
  const asked = call.request.fragment;
  const target = resolveClass(service.broker.repository, call.request.resource, call.request.selectors);
  if (asked === null) throw new WsmanFault('fragmentPath');
  if (asked.dialect !== null && !DIALECTS.has(asked.dialect.toLowerCase())) throw new WsmanFault('fragmentDialect');
  return { target, path: parseFragmentPath(target.class, asked.path), text: asked.path };
}

const items = (value: CimValue): readonly (CimScalar | null)[] =>
  Array.isArray(value) ? (value as readonly (CimScalar | null)[]) : [value as CimScalar | null];

/** The element that the path selects of an array; the whole value otherwise. */
function select(path: FragmentPath, value: CimValue): CimValue {
  if (path.index === null) return value;
  const item = (value === null && path.property.array ? [] : items(value))[path.index - 1];
  if (item === undefined) throw new WsmanFault('fragmentPath', `${path.property.name} has no element ${path.index}.`);
  return path.property.array ? [item] : item;
}

function reply(service: WsmanService, call: Call, action: string, fragment: Fragment, instance: CimInstance) {
  const { path, target } = fragment;
  const writer = service.writers.for(target.family, call.request);
  const value = select(path, instance.get(path.property.name));
  const content = path.textOnly
    ? items(value)
        .filter((v) => v !== null)
        .map((v) => escapeXml(String(v)))
        .join('')
    : writer.property(path.property, value, target.class);
  const header = `<w:FragmentTransfer s:mustUnderstand="true">${escapeXml(fragment.text)}</w:FragmentTransfer>`;
  return transferReply(action, `<w:XmlFragment${writer.declarations(target.class)}>${content}</w:XmlFragment>`, header);
}

/** Spec §9. */
export const getFragment: Handler = async (service, call) => {
  const fragment = readFragment(service, call);
  const instance = await findInstance(service, call, fragment.target);
  return reply(service, call, ACTION.get, fragment, instance);
};

/** The new elements replace the property, or one element of it; none, or empty ones, are NULL. */
export const putFragment: Handler = async (service, call) => {
  const fragment = readFragment(service, call);
  const { path, target } = fragment;
  const body = call.request.body;
  if (body === null || body.local !== 'XmlFragment' || body.ns !== NS.wsman) {
    throw new WsmanFault('invalidRepresentation', 'The body must hold a w:XmlFragment.');
  }
  const current = await findInstance(service, call, target);
  const given = readGiven(service, fragment, body);
  const value =
    path.index === null || !path.property.array ? given : replaceItem(path, current.get(path.property.name), given);
  const updated = await modify(service, call, target, current, { [path.property.name]: value });
  return reply(service, call, ACTION.put, fragment, updated);
};

function readGiven(service: WsmanService, { path, target }: Fragment, body: XmlElement): CimValue {
  const reader = new ValueReader(service.broker.repository, target.schema);
  if (path.textOnly) {
    return body.text === '' ? null : reader.value(path.property, [body]);
  }
  for (const c of body.children) {
    if (target.class.property(c.local) !== path.property) {
      throw new WsmanFault(
        'invalidValues',
        `The fragment holds ${c.local.slice(0, 100)} instead of ${path.property.name}.`,
      );
    }
  }
  const empty = (c: XmlElement): boolean =>
    isNil(c) || (c.children.length === 0 && c.text === '' && path.property.type !== 'string');
  if (body.children.every(empty)) return null;
  return reader.value(path.property, body.children);
}

function replaceItem(path: FragmentPath, current: CimValue, given: CimValue): CimValue {
  const list = [...(current === null ? [] : items(current))];
  const index = (path.index ?? 1) - 1;
  if (index > list.length) throw new WsmanFault('fragmentPath', `${path.property.name} has no element ${path.index}.`);
  const replacement = given === null ? [] : items(given);
  list.splice(index, 1, ...replacement);
  return list;
}
