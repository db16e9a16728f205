import { CimError } from '../errors.ts';
import { type KeyValue, ObjectPath } from '../object-path.ts';

/** A path never needs more; nested references double their backslashes at each level. */
const MAX_LENGTH = 65_536;
const NAME = /[A-Za-z_\u0080-\uFFFF][A-Za-z0-9_\u0080-\uFFFF]*/y;
const NUMBER = /[+-]?(?:0[xX][0-9A-Fa-f]+|\d+)/y;
const WORD = /true|false/iy;

export interface ParsePathOptions {
  /**
   * `raw` keeps every backslash of a quoted key value but the one before its own quote. Clients that forget to double
   * backslashes mean this reading (spec wql §5, escaping layers).
   */
  readonly reading?: 'cooked' | 'raw';
}

/**
 * Read an object path in any spelling that clients send (spec object-model §1, wql §5): with or without host and
 * namespace, `/` for `\`, `Class="v"`, `Class=@`, class paths, both quotes.
 * @throws CimError invalidObjectPath
 */
export function parsePath(text: string, options: ParsePathOptions = {}): ObjectPath {
  const path = tryParsePath(text, options);
  if (path === undefined) {
    const shown = text.length > 200 ? `${text.slice(0, 200)}...` : text;
    throw new CimError(
      'invalidObjectPath',
      `"${shown}" is not an object path; expected \\\\HOST\\namespace:Class.Key="value".`,
    );
  }
  return path;
}

/** As `parsePath`, but undefined for text that is no path: many string properties may hold one or not. */
export function tryParsePath(text: string, options: ParsePathOptions = {}): ObjectPath | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  return new PathReader(text.trim(), options.reading === 'raw').read();
}

class PathReader {
  readonly #text: string;
  readonly #raw: boolean;
  #at = 0;
  constructor(text: string, raw: boolean) {
    this.#text = text;
    this.#raw = raw;
  }

  read(): ObjectPath | undefined {
    const where = this.#prefix();
    if (where === undefined) return undefined;
    const className = this.#match(NAME);
    if (className === undefined) return undefined;
    this.#blanks();
    const make = (keys: ReadonlyMap<string, KeyValue> | null, singleton = false): ObjectPath | undefined =>
      this.#at === this.#text.length
        ? new ObjectPath(where.host, where.namespace, className, keys, singleton)
        : undefined;
    if (this.#at === this.#text.length) return make(null);
    if (this.#take('=')) {
      this.#blanks();
      if (this.#take('@')) {
        this.#blanks();
        return make(new Map(), true);
      }
      const value = this.#value();
      this.#blanks();
      return value === undefined ? undefined : make(new Map([['', value]]));
    }
    if (!this.#take('.')) return undefined;
    const keys = this.#bindings();
    return keys === undefined ? undefined : make(keys);
  }

  #bindings(): Map<string, KeyValue> | undefined {
    const keys = new Map<string, KeyValue>();
    const seen = new Set<string>();
    do {
      this.#blanks();
      const name = this.#match(NAME);
      if (name === undefined || seen.has(name.toLowerCase())) return undefined;
      seen.add(name.toLowerCase());
      this.#blanks();
      if (!this.#take('=')) return undefined;
      this.#blanks();
      const value = this.#value();
      if (value === undefined) return undefined;
      keys.set(name, value);
      this.#blanks();
    } while (this.#take(','));
    return keys;
  }

  /**
   * Host and namespace stand before a `:` that comes before any `.`, `=` or quote of the key part. Namespaces start
   * with `root`, which tells a host from a namespace even when a sloppy client lost one of the leading backslashes.
   */
  #prefix(): { host: string | null; namespace: string | null } | undefined {
    const colon = this.#text.indexOf(':');
    const quote = this.#text.search(/["'=]/);
    if (colon < 0 || (quote >= 0 && quote < colon)) {
      return /^[\\/]/.test(this.#text) ? undefined : { host: null, namespace: null };
    }
    const head = this.#text.slice(0, colon);
    this.#at = colon + 1;
    this.#blanks();
    const segments = head.split(/[\\/]+/).filter((s) => s !== '');
    if (segments.length === 0) return undefined;
    let host: string | null = null;
    if (/^[\\/]/.test(head) && !(isRoot(segments[0]) && !isRoot(segments[1]))) host = segments.shift() ?? null;
    if (segments.length === 0 || !segments.every((s) => /^[A-Za-z_\u0080-\uFFFF][\w\u0080-\uFFFF-]*$/.test(s)))
      return undefined;
    if (host !== null && !/^[\w.\-\u0080-\uFFFF]+$/.test(host)) return undefined;
    return { host, namespace: segments.join('\\') };
  }

  #value(): KeyValue | undefined {
    const quote = this.#text[this.#at];
    if (quote === '"' || quote === "'") return this.#quoted(quote);
    const word = this.#match(WORD);
    if (word !== undefined) return word.toLowerCase() === 'true';
    const digits = this.#match(NUMBER);
    if (digits === undefined) return undefined;
    const negative = digits.startsWith('-');
    const magnitude = BigInt(digits.replace(/^[+-]/, ''));
    const value = negative ? -magnitude : magnitude;
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }

  #quoted(quote: string): string | undefined {
    const text = this.#text;
    let value = '';
    let i = this.#at + 1;
    while (i < text.length) {
      const c = text[i] as string;
      const next = text[i + 1];
      if (c === '\\' && next === quote) {
        value += quote;
        i += 2;
      } else if (c === '\\' && next === '\\') {
        value += this.#raw ? '\\\\' : '\\';
        i += 2;
      } else if (c === '\\' && !this.#raw && (next === '"' || next === "'")) {
        value += next;
        i += 2;
      } else if (c === quote && next === quote) {
        value += quote;
        i += 2;
      } else if (c === quote) {
        this.#at = i + 1;
        return value;
      } else {
        value += c;
        i++;
      }
    }
    return undefined;
  }

  #blanks(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

const isRoot = (segment: string | undefined): boolean => segment?.toLowerCase() === 'root';
