import { fold } from '../names.ts';
import { MofError, type MofAlias, type MofPosition } from './ast.ts';
import { MofLexer, type MofToken } from './lexer.ts';

/** Brackets within brackets of values and instances: bounds the parser's recursion. */
const MAX_DEPTH = 32;
/** Bounds the memory a text can take beyond its own size; the largest schema file has under 20 000. */
const MAX_TOKENS = 1_000_000;

/** The parser's hand on the tokens: one token of look-ahead, and the limits that hold for the whole text. */
export class MofTokens {
  readonly #lexer: MofLexer;
  readonly #file: string | null;
  readonly #declaredAliases = new Set<string>();
  readonly #usedAliases: MofAlias[] = [];
  #token: MofToken;
  #depth = 0;
  #count = 1;

  constructor(text: string, file: string | null) {
    this.#lexer = new MofLexer(text, file);
    this.#file = file;
    this.#token = this.#lexer.next();
  }

  get token(): MofToken {
    return this.#token;
  }

  advance(): void {
    this.#count += 1;
    if (this.#count > MAX_TOKENS) throw this.error(`The text has more than ${MAX_TOKENS} tokens`);
    this.#token = this.#lexer.next();
  }

  position(): MofPosition {
    return { line: this.#token.line, column: this.#token.column };
  }

  error(message: string, at: MofPosition = this.#token): MofError {
    return new MofError(message, at, this.#file);
  }

  atEnd(): boolean {
    return this.#token.kind === 'end';
  }

  isSymbol(symbol: string): boolean {
    return this.#token.kind === 'symbol' && this.#token.text === symbol;
  }

  trySymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.advance();
    return true;
  }

  takeSymbol(symbol: string): void {
    if (!this.trySymbol(symbol)) throw this.#expected(`'${symbol}'`);
  }

  isAnyWord(): boolean {
    return this.#token.kind === 'word';
  }

  /** Keywords in any case. */
  isWord(keyword: string): boolean {
    return this.#token.kind === 'word' && fold(this.#token.text) === keyword;
  }

  tryWord(keyword: string): boolean {
    if (!this.isWord(keyword)) return false;
    this.advance();
    return true;
  }

  takeWord(keyword: string): void {
    if (!this.tryWord(keyword)) throw this.#expected(`'${keyword}'`);
  }

  takeName(what: string): string {
    const token = this.#token;
    if (token.kind !== 'word') throw this.#expected(what);
    this.advance();
    return token.text;
  }

  tryInteger(): boolean {
    if (this.#token.kind !== 'integer') return false;
    this.advance();
    return true;
  }

  /** After `as`: declares the alias. */
  takeAlias(): string {
    const token = this.#token;
    if (token.kind !== 'alias') throw this.#expected('an alias');
    if (this.#declaredAliases.has(fold(token.text))) throw this.error(`The alias ${token.text} is declared twice`);
    this.#declaredAliases.add(fold(token.text));
    this.advance();
    return token.text;
  }

  useAlias(alias: MofAlias): void {
    this.#usedAliases.push(alias);
  }

  /** @throws MofError at the first alias that is used and declared nowhere */
  checkAliases(): void {
    for (const alias of this.#usedAliases) {
      if (!this.#declaredAliases.has(fold(alias.name)))
        throw this.error(`The alias ${alias.name} is not declared`, alias);
    }
  }

  /** Runs `parse` one level deeper. @throws MofError when that is too deep */
  nested<T>(parse: () => T): T {
    if (this.#depth >= MAX_DEPTH) throw this.error(`Values nest deeper than ${MAX_DEPTH} levels`);
    this.#depth += 1;
    try {
      return parse();
    } finally {
      this.#depth -= 1;
    }
  }

  #expected(what: string): MofError {
    const token = this.#token;
    const found =
      token.kind === 'end'
        ? 'the end of the text'
        : token.text.length > 40
          ? `a ${token.kind}`
          : JSON.stringify(token.text);
    return this.error(`Expected ${what}, found ${found}`);
  }
}
