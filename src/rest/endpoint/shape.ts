import { Problem } from '../problems/problem.ts';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const choose = (value: unknown, names: ReadonlySet<string>): unknown => {
  if (!isObject(value)) return value;
  const chosen: Record<string, unknown> = {};
  for (const name of names) if (name in value) chosen[name] = value[name];
  return chosen;
};

/** A page of a list, not one thing. */
export const isList = (body: unknown): body is { readonly items: readonly unknown[] } =>
  isObject(body) && Array.isArray(body['items']);

/** `?fields=a,b` of a resource, or of each item of a list. */
export const withFields = (body: unknown, names: ReadonlySet<string> | null): unknown => {
  if (names === null) return body;
  if (isList(body)) return { ...body, items: body.items.map((item) => choose(item, names)) };
  return choose(body, names);
};

export interface Page<T> {
  readonly items: readonly T[];
  /** Cursor of the next page; null: that was all. */
  readonly next: string | null;
}

/**
 * A page of items in the order of their keys. The cursor names the last item that was told, not a position: what comes and
 * goes meanwhile neither repeats nor hides others.
 * @throws Problem invalid-request for a cursor that is none
 */
export const pageOf = <T>(
  sorted: readonly T[],
  keyOf: (item: T) => readonly string[],
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  descending = false,
): Page<T> => {
  const after = cursor === undefined ? null : readCursor(cursor);
  const behind = (item: T): boolean => after === null || (descending ? -1 : 1) * compareKeys(keyOf(item), after) > 0;
  const start = sorted.findIndex(behind);
  const items = start < 0 ? [] : sorted.slice(start, start + limit);
  const last = items.at(-1);
  const more = start >= 0 && start + limit < sorted.length;
  return { items, next: more && last !== undefined ? writeCursor(keyOf(last)) : null };
};

export const compareKeys = (a: readonly string[], b: readonly string[]): number => {
  // By index: a list of a thousand compares ten thousand times, and an iterator makes objects each time.
  for (let at = 0; at < a.length; at++) {
    const part = a[at]!;
    const other = b[at] ?? '';
    if (part !== other) return part < other ? -1 : 1;
  }
  return 0;
};

const writeCursor = (key: readonly string[]): string => Buffer.from(JSON.stringify(key)).toString('base64url');

const readCursor = (cursor: string): readonly string[] => {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(key) && key.every((part) => typeof part === 'string')) return key;
  } catch {
    // Told below.
  }
  throw new Problem('invalid-request', 'The cursor is none of ours. Begin without one.');
};
