import { CimError } from '../errors.ts';

export type Token =
  | { readonly kind: 'name'; readonly text: string; readonly at: number }
  | { readonly kind: 'number'; readonly text: string; readonly at: number }
  | { readonly kind: 'string'; readonly text: string; readonly quote: '"' | "'"; readonly at: number }
  /** `{...}` of ASSOCIATORS and REFERENCES: the text between the braces is a path with its own rules. */
  | { readonly kind: 'path'; readonly text: string; readonly at: number }
  | { readonly kind: 'symbol'; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly text: ''; readonly at: number };

/** Characters; Windows answers a longer query with a quota violation (spec wql §1). */
export const MAX_QUERY_LENGTH = 32_768;

const BLANKS = /[ \t\r\n]+/y;
const NAME = /[A-Za-z_\u0080-\uFFFF][A-Za-z0-9_\u0080-\uFFFF]*/y;
const NUMBER = /[+-]?(?:0[xX][0-9A-Fa-f]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)(?![A-Za-z0-9_\u0080-\uFFFF])/y;
const SYMBOL = /<>|!=|<=|>=|[=<>(),.*[\]]/y;

/** What is told may name a word of the query, which may be all of it. */
const LONGEST_MESSAGE = 300;

export const syntaxError = (message: string, at: number): CimError =>
  new CimError(
    'invalidQuery',
    `The query is invalid at character ${at + 1}: ${message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}...` : message}`,
  );

/** @throws CimError invalidQuery, quotaExceeded */
export function tokenize(query: string): readonly Token[] {
  if (query.length > MAX_QUERY_LENGTH) {
    throw new CimError('quotaExceeded', `The query is longer than ${MAX_QUERY_LENGTH} characters.`);
  }
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(query)?.[0];
  };
  while (at < query.length) {
    const blanks = match(BLANKS);
    if (blanks !== undefined) {
      at += blanks.length;
      continue;
    }
    const token = next(query, at, match);
    tokens.push(token.token);
    at = token.end;
  }
  tokens.push({ kind: 'end', text: '', at });
  return tokens;
}

function next(
  query: string,
  at: number,
  match: (pattern: RegExp) => string | undefined,
): { token: Token; end: number } {
  const c = query[at] as string;
  if (c === '"' || c === "'") {
    const end = endOfString(query, at);
    if (end < 0) throw syntaxError('a string is not closed.', at);
    return { token: { kind: 'string', text: query.slice(at + 1, end), quote: c, at }, end: end + 1 };
  }
  if (c === '{') {
    const end = endOfPath(query, at);
    if (end < 0) throw syntaxError('a brace is not closed.', at);
    return { token: { kind: 'path', text: query.slice(at + 1, end), at }, end: end + 1 };
  }
  for (const [kind, pattern] of PATTERNS) {
    const text = match(pattern);
    if (text !== undefined) return { token: { kind, text, at }, end: at + text.length };
  }
  throw syntaxError(`unexpected "${c}".`, at);
}

const PATTERNS = [
  ['name', NAME],
  ['number', NUMBER],
  ['symbol', SYMBOL],
] as const;

/** Index of the closing quote, or -1. A backslash protects itself and the quote; a doubled quote is no end (K6). */
function endOfString(text: string, start: number): number {
  const quote = text[start];
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\' && (text[i + 1] === '\\' || text[i + 1] === quote)) i++;
    else if (text[i] === quote) {
      if (text[i + 1] !== quote) return i;
      i++;
    }
  }
  return -1;
}

/** Index of the closing brace; braces inside quoted key values (`{9ECB...}`) do not count. */
function endOfPath(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const c = text[i];
    if (c === '}') return i;
    if (c === '"' || c === "'") {
      i = endOfString(text, i);
      if (i < 0) return -1;
    }
  }
  return -1;
}
