/**
 * Records as text: JSON, with 64-bit integers kept exact as `{"$bigint":"<decimal>"}`. A key of the data that itself
 * begins with `$` gets a second `$`, so nothing that a client writes can be mistaken for the mark.
 */

const MARK = '$bigint';

/** Deeper data is refused: no record of ours comes near, and a parser must not be led into recursion. */
const MAX_DEPTH = 64;

/** Throws TypeError on anything that would not come back as it was: NaN, functions, dates, maps, undefined in arrays. */
export const encodeRecord = (value: unknown): string => {
  const plain = mark(value, 0);
  return JSON.stringify(plain);
};

export const decodeRecord = (text: string): unknown =>
  // A reviver is slow; nearly all records have no mark at all.
  text.includes('"$') ? unmark(JSON.parse(text)) : JSON.parse(text);

/** Returns `value` itself where nothing needs a mark, so that the usual record is not copied. */
const mark = (value: unknown, depth: number): unknown => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'bigint':
      return { [MARK]: value.toString() };
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`A record cannot hold the number ${value}.`);
      return value;
    case 'object':
      if (value === null) return null;
      if (depth >= MAX_DEPTH) throw new TypeError(`A record cannot be deeper than ${MAX_DEPTH} levels.`);
      return Array.isArray(value) ? markArray(value, depth + 1) : markObject(value, depth + 1);
    default:
      throw new TypeError(`A record cannot hold a ${typeof value}.`);
  }
};

const markArray = (values: readonly unknown[], depth: number): readonly unknown[] => {
  let copy: unknown[] | null = null;
  for (let i = 0; i < values.length; i++) {
    const before = values[i];
    const after = mark(before, depth);
    if (copy === null && after !== before) copy = values.slice(0, i);
    if (copy !== null) copy.push(after);
  }
  return copy ?? values;
};

const markObject = (value: object, depth: number): object => {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError(`A record holds plain data only, not a ${value.constructor?.name ?? 'class instance'}.`);
  if ('toJSON' in value) throw new TypeError('A record cannot hold a property toJSON.');
  const entries = Object.entries(value);
  let changed = false;
  for (const entry of entries) {
    // As JSON does: a property that is undefined is a property that is absent.
    if (entry[1] === undefined) continue;
    const after = mark(entry[1], depth);
    if (after !== entry[1] || entry[0].startsWith('$')) {
      changed = true;
      entry[1] = after;
      if (entry[0].startsWith('$')) entry[0] = `$${entry[0]}`;
    }
  }
  return changed ? Object.fromEntries(entries) : value;
};

const unmark = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(unmark);
  const entries = Object.entries(value);
  const only = entries[0];
  if (entries.length === 1 && only !== undefined && only[0] === MARK) return BigInt(only[1] as string);
  // fromEntries defines properties, so that `__proto__` stays a plain name.
  return Object.fromEntries(entries.map(([key, inner]) => [key.startsWith('$$') ? key.slice(1) : key, unmark(inner)]));
};
