import { fold, foldNamespace, sameName } from '../names.ts';
import { type KeyValue, ObjectPath } from '../object-path.ts';
import { tryParsePath } from './parse-path.ts';

const THIS_HOST = new Set(['.', 'localhost', '127.0.0.1', '::1']);

/**
 * Folded text that is equal for two paths of the same object: no host, no namespace, keys in name order. For index
 * keys; both paths must be normalised (see `normalizePath`), as the short form does not name its key.
 */
export function pathKey(path: ObjectPath): string {
  const className = fold(path.className);
  if (path.keys === null) return className;
  if (path.singleton) return `${className}=@`;
  const parts: string[] = [];
  for (const [name, value] of path.keys) parts.push(`${fold(name)}=${JSON.stringify(keyText(value))}`);
  if (parts.length > 1) parts.sort();
  return `${className}.${parts.join(',')}`;
}

/** Folded text of a key's value; a reference, typed or as text, is its own `pathKey`. */
export function keyText(value: KeyValue): string {
  if (value instanceof ObjectPath) return pathKey(value);
  if (typeof value !== 'string') return String(value).toLowerCase();
  if (value.includes(':') && value.includes('=')) {
    const nested = tryParsePath(value);
    if (nested !== undefined && nested.keys !== null) return pathKey(nested);
  }
  return fold(value);
}

/**
 * True when both paths denote the same object (spec wql §3, REF properties): host and namespace count only when both
 * have them, names and values compare in any case, the short form equals the named one.
 */
export function samePath(a: ObjectPath, b: ObjectPath): boolean {
  if (!sameName(a.className, b.className)) return false;
  if (a.namespace !== null && b.namespace !== null && foldNamespace(a.namespace) !== foldNamespace(b.namespace))
    return false;
  if (!sameHost(a.host, b.host)) return false;
  if (a.keys === null || b.keys === null) return a.keys === b.keys;
  if (a.singleton || b.singleton) return a.singleton === b.singleton;
  if (a.keys.size !== b.keys.size) return false;
  for (const [name, value] of a.keys) {
    const other = name === '' ? [...b.keys.values()][0] : b.key(name);
    if (other === undefined || keyText(value) !== keyText(other)) return false;
  }
  return true;
}

/** A missing host, `.` and `localhost` mean this host, whatever it calls itself. */
function sameHost(a: string | null, b: string | null): boolean {
  if (a === null || b === null || THIS_HOST.has(fold(a)) || THIS_HOST.has(fold(b))) return true;
  return sameName(a, b);
}
