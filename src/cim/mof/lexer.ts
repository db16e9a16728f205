import { MofError, type MofPosition } from './ast.ts';

/** Words keep their spelling: keywords are such by position only, because property names may spell like them. */
export type MofToken = MofPosition &
  (
    | { readonly kind: 'word'; readonly text: string }
    | { readonly kind: 'alias'; readonly text: string }
    | { readonly kind: 'string'; readonly text: string }
    | { readonly kind: 'char'; readonly text: string }
    | { readonly kind: 'integer'; readonly value: bigint; readonly text: string }
    | { readonly kind: 'real'; readonly value: number; readonly text: string }
    | { readonly kind: 'symbol'; readonly text: string }
    | { readonly kind: 'end'; readonly text: '' }
  );

/** A 64-bit number in binary has 64 digits; the rest is sign and suffix. Keeps BigInt() from long work. */
const MAX_NUMBER = 80;
/** DSP0004 knows no limit; no schema comes near this one. */
const MAX_NAME = 256;
const SYMBOLS = '{}()[];:,=#';

const WORD = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*/y;
const NUMBER = /[+-]?(?:\.?[0-9])(?:[0-9A-Za-z_.]|(?<=[eE])[+-])*/y;
const BLANKS = /[ \t\r\f\v\u00a0\ufeff]+/y;
/** A run of characters of a string constant that stand for themselves. */
const PLAIN = /[^"\\\r\n]+/y;
const PLAIN_CHAR = /[^'\\\r\n]/uy;
const HEX_ESCAPE = /[xX]([0-9A-Fa-f]{1,4})/y;
const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

/** Cuts a MOF text into tokens, one per call, without looking ahead further than one token. */
export class MofLexer {
  readonly #text: string;
  readonly #file: string | null;
  #offset = 0;
  #line = 1;
  #lineStart = 0;

  constructor(text: string, file: string | null = null) {
    this.#text = text;
    this.#file = file;
  }

  /** @throws MofError at a character that starts no token */
  next(): MofToken {
    this.#skipBlanksAndComments();
    const at = this.#position();
    const text = this.#text;
    if (this.#offset >= text.length) return { kind: 'end', text: '', ...at };
    const char = text.charAt(this.#offset);
    if (char === '"') return { kind: 'string', text: this.#string(at), ...at };
    if (char === "'") return { kind: 'char', text: this.#char(at), ...at };
    if (char === '$') return { kind: 'alias', text: this.#alias(at), ...at };
    if (SYMBOLS.includes(char)) {
      this.#offset += 1;
      return { kind: 'symbol', text: char, ...at };
    }
    const word = this.#match(WORD);
    if (word !== null) return { kind: 'word', text: this.#bounded(word, MAX_NAME, 'name', at), ...at };
    const number = this.#match(NUMBER);
    if (number !== null) return this.#number(this.#bounded(number, MAX_NUMBER, 'number', at), at);
    throw new MofError(`Unexpected character ${JSON.stringify(char)}`, at, this.#file);
  }

  #position(): MofPosition {
    return { line: this.#line, column: this.#offset - this.#lineStart + 1 };
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#offset;
    const found = pattern.exec(this.#text);
    if (found === null) return null;
    this.#offset = pattern.lastIndex;
    return found[0];
  }

  #bounded(text: string, limit: number, what: string, at: MofPosition): string {
    if (text.length > limit) throw new MofError(`The ${what} is longer than ${limit} characters`, at, this.#file);
    return text;
  }

  #newLine(): void {
    this.#offset += 1;
    this.#line += 1;
    this.#lineStart = this.#offset;
  }

  #skipBlanksAndComments(): void {
    const text = this.#text;
    for (;;) {
      this.#match(BLANKS);
      const char = text[this.#offset];
      if (char === '\n') {
        this.#newLine();
      } else if (char === '/' && text[this.#offset + 1] === '/') {
        const end = text.indexOf('\n', this.#offset);
        this.#offset = end === -1 ? text.length : end;
      } else if (char === '/' && text[this.#offset + 1] === '*') {
        this.#skipBlockComment();
      } else {
        return;
      }
    }
  }

  #skipBlockComment(): void {
    const at = this.#position();
    const end = this.#text.indexOf('*/', this.#offset + 2);
    if (end === -1) throw new MofError('The comment has no end', at, this.#file);
    // Only the comment itself is searched: a look to the end of the text per comment would be quadratic.
    const comment = this.#text.slice(this.#offset, end);
    for (let newline = comment.indexOf('\n'); newline !== -1; newline = comment.indexOf('\n', newline + 1)) {
      this.#line += 1;
      this.#lineStart = this.#offset + newline + 1;
    }
    this.#offset = end + 2;
  }

  /** One string constant; a raw line end is refused, as mofcomp does, so a lost quote is reported at its own line. */
  #string(at: MofPosition): string {
    this.#offset += 1;
    let value = '';
    for (;;) {
      value += this.#match(PLAIN) ?? '';
      const char = this.#text[this.#offset];
      if (char === '"') {
        this.#offset += 1;
        return value;
      }
      if (char !== '\\') throw new MofError('The string has no end', at, this.#file);
      value += this.#escape();
    }
  }

  #char(at: MofPosition): string {
    this.#offset += 1;
    const value = this.#text[this.#offset] === '\\' ? this.#escape() : this.#match(PLAIN_CHAR);
    if (value === null || value.length !== 1 || this.#text[this.#offset] !== "'") {
      throw new MofError('A char16 constant holds exactly one character', at, this.#file);
    }
    this.#offset += 1;
    return value;
  }

  #escape(): string {
    const at = this.#position();
    this.#offset += 1;
    const hex = this.#match(HEX_ESCAPE);
    if (hex !== null) return String.fromCharCode(Number.parseInt(hex.slice(1), 16));
    const char = this.#text.charAt(this.#offset);
    const value = Object.hasOwn(ESCAPES, char) ? ESCAPES[char] : undefined;
    if (value === undefined)
      throw new MofError(`Unknown escape \\${char}; a backslash is written \\\\`, at, this.#file);
    this.#offset += 1;
    return value;
  }

  #alias(at: MofPosition): string {
    this.#offset += 1;
    const name = this.#match(WORD);
    if (name === null) throw new MofError('An alias is $ and a name', at, this.#file);
    return `$${this.#bounded(name, MAX_NAME, 'name', at)}`;
  }

  #number(text: string, at: MofPosition): MofToken {
    const integer = integerValue(text);
    if (integer !== null) return { kind: 'integer', value: integer, text, ...at };
    if (/^[+-]?[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?$/.test(text)) {
      const value = Number(text);
      if (Number.isFinite(value)) return { kind: 'real', value, text, ...at };
    }
    throw new MofError(`${text} is not a number`, at, this.#file);
  }
}

/** DSP0004 Annex A: `101b` binary, `017` octal, `0x1F` hexadecimal, else decimal, each with an optional sign. */
const integerValue = (text: string): bigint | null => {
  const negative = text.startsWith('-');
  const digits = negative || text.startsWith('+') ? text.slice(1) : text;
  let value: bigint;
  if (/^[01]+[bB]$/.test(digits)) value = BigInt(`0b${digits.slice(0, -1)}`);
  else if (/^0[xX][0-9A-Fa-f]+$/.test(digits)) value = BigInt(digits);
  else if (/^0[0-7]+$/.test(digits)) value = BigInt(`0o${digits.slice(1)}`);
  else if (/^(?:0|[1-9][0-9]*)$/.test(digits)) value = BigInt(digits);
  else return null;
  return negative ? -value : value;
};
