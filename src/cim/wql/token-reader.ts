import { sameName } from '../names.ts';
import { syntaxError, type Token } from './lexer.ts';

/** A cursor over tokens with the few questions a WQL parser asks. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #next = 0;
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)] as Token;
  }

  take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#next++;
    return token;
  }

  /** Keywords are names in any case. */
  isKeyword(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'name' && sameName(token.text, word);
  }

  takeKeyword(word: string): boolean {
    if (!this.isKeyword(word)) return false;
    this.#next++;
    return true;
  }

  takeSymbol(symbol: string): boolean {
    const token = this.peek();
    if (token.kind !== 'symbol' || token.text !== symbol) return false;
    this.#next++;
    return true;
  }

  expectKeyword(word: string): void {
    if (!this.takeKeyword(word)) this.fail(`expected ${word}`);
  }

  expectName(what: string): string {
    const token = this.take();
    if (token.kind !== 'name') throw syntaxError(`expected ${what}.`, token.at);
    return token.text;
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') this.fail(`unexpected "${this.peek().text}" after the query`);
  }

  fail(message: string): never {
    throw syntaxError(`${message}.`, this.peek().at);
  }
}
