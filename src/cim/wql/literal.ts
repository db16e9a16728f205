import type { Literal, StringLiteral } from './ast.ts';

/**
 * The two readings of a string constant (spec wql §1, README rules 6 and 7): correct clients double backslashes,
 * sloppy ones send paths as they are. A comparison holds if either reading matches; the cooked one comes first.
 */
export function readings(literal: StringLiteral): readonly string[] {
  if (!literal.source.includes('\\')) return [cooked(literal)];
  const first = cooked(literal);
  const second = raw(literal);
  return first === second ? [first] : [first, second];
}

/** `\\`, `\"`, `\'` are escapes and a doubled quote is one (decision K6); any other backslash stays. */
export const cooked = (literal: StringLiteral): string => unescape(literal, false);

/** Only the escapes of the literal's own quote are taken away. */
const raw = (literal: StringLiteral): string => unescape(literal, true);

function unescape({ source, quote }: StringLiteral, keepBackslashes: boolean): string {
  if (!source.includes('\\') && !source.includes(quote)) return source;
  let text = '';
  for (let i = 0; i < source.length; i++) {
    const c = source[i] as string;
    const next = source[i + 1];
    if (c === '\\' && next === '\\') {
      text += keepBackslashes ? '\\\\' : '\\';
      i++;
    } else if (c === '\\' && (next === quote || (!keepBackslashes && (next === '"' || next === "'")))) {
      text += next;
      i++;
    } else {
      text += c;
      if (c === quote) i++;
    }
  }
  return text;
}

/** Readings of any constant as text. */
export function texts(literal: Literal): readonly string[] {
  if (literal.kind === 'string') return readings(literal);
  return [literal.kind === 'number' ? literal.text : literal.value ? 'TRUE' : 'FALSE'];
}
