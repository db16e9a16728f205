import { byName } from '../names.ts';
import { type KeyValue, ObjectPath } from '../object-path.ts';

export interface PathHome {
  readonly host: string;
  /** Used for paths that carry none. */
  readonly namespace: string;
}

/**
 * The canonical full path, `\\HOST\root\virtualization\v2:Class.Key="value",...`: keys in name order, backslash and
 * quote escaped by a backslash. Clients compare it as text (spec client-usage, "paths").
 */
export const formatPath = (path: ObjectPath, home: PathHome): string =>
  `\\\\${home.host}\\${(path.namespace ?? home.namespace).replaceAll('/', '\\')}:${formatRelativePath(path, home)}`;

/** `Class.Key="value"`, the text of `__RELPATH`; references among the keys are written as full paths. */
export function formatRelativePath(path: ObjectPath, home: PathHome): string {
  if (path.singleton) return `${path.className}=@`;
  if (path.keys === null) return path.className;
  const [first] = path.keys;
  if (path.keys.size === 1 && first !== undefined && first[0] === '')
    return `${path.className}=${formatKey(first[1], home)}`;
  const names = [...path.keys.keys()];
  if (names.length === 0) return path.className;
  // Most paths are in order already: those that a schema made.
  if (names.some((name, at) => at > 0 && byName(names[at - 1] ?? '', name) > 0)) names.sort(byName);
  return `${path.className}.${names.map((n) => `${n}=${formatKey(path.keys?.get(n) as KeyValue, home)}`).join(',')}`;
}

function formatKey(value: KeyValue, home: PathHome): string {
  if (value instanceof ObjectPath) return quote(formatPath(value, home));
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return String(value);
}

const quote = (text: string): string => `"${/[\\"]/.test(text) ? text.replace(/[\\"]/g, '\\$&') : text}"`;
