import { foldNamespace } from '../names.ts';
import { ObjectPath } from '../object-path.ts';
import { pathKey } from '../path/compare-paths.ts';
import { normalizeReference } from '../path/normalize-path.ts';
import { tryParsePath } from '../path/parse-path.ts';
import type { SchemaNamespace } from '../schema.ts';
import type { CimScalar } from '../values.ts';
import { sameText } from './text.ts';

/** A path reduced to what decides whether two denote the same object: the host never does (spec wql §3, REF). */
export interface PathIdentity {
  readonly key: string;
  /** Folded; null when the path has none. */
  readonly namespace: string | null;
  readonly path: ObjectPath;
}

export function identityOf(value: CimScalar, schema: SchemaNamespace): PathIdentity | undefined {
  const path = value instanceof ObjectPath ? value : typeof value === 'string' ? tryParsePath(value) : undefined;
  if (path === undefined) return undefined;
  const normalized = normalizeLeniently(path, schema);
  return {
    key: pathKey(normalized),
    namespace: path.namespace === null ? null : foldNamespace(path.namespace),
    path: normalized,
  };
}

/** A path that the schema cannot type (unknown class or key) still compares as it is written. */
function normalizeLeniently(path: ObjectPath, schema: SchemaNamespace): ObjectPath {
  try {
    return normalizeReference(path, schema);
  } catch {
    return path;
  }
}

/** Compares a value with the readings of a constant: as paths, and as text for properties that may hold a file name. */
export function pathTest(readings: readonly string[], schema: SchemaNamespace): (value: CimScalar) => boolean {
  const wanted = readings.flatMap((text) => identityOf(text, schema) ?? []);
  return (value) => {
    if (typeof value === 'string' && readings.some((text) => sameText(text, value))) return true;
    if (wanted.length === 0) return false;
    const actual = identityOf(value, schema);
    return actual !== undefined && wanted.some((w) => sameIdentity(w, actual));
  };
}

export const sameIdentity = (a: PathIdentity, b: PathIdentity): boolean =>
  a.key === b.key && (a.namespace === null || b.namespace === null || a.namespace === b.namespace);
