import { CimError } from '../errors.ts';
import type { Comparison, Expression, Literal, Operand, StringLiteral } from './ast.ts';
import { syntaxError } from './lexer.ts';
import { cooked } from './literal.ts';
import type { TokenReader } from './token-reader.ts';

/** Bounds of one query (spec wql §1): recursion of the parser and evaluator, and work per instance. */
export const MAX_DEPTH = 200;
export const MAX_TERMS = 500;

const MIRRORED: Readonly<Record<string, Comparison>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};
const RESERVED = new Set(['and', 'or', 'not', 'like', 'is', 'isa']);

/** Precedence NOT > AND > OR. */
export class ExpressionParser {
  readonly #reader: TokenReader;
  #terms = 0;
  #depth = 0;
  constructor(reader: TokenReader) {
    this.#reader = reader;
  }

  parse(): Expression {
    return this.#chain('or', () => this.#chain('and', () => this.#not()));
  }

  #chain(kind: 'and' | 'or', inner: () => Expression): Expression {
    const first = inner();
    if (!this.#reader.isKeyword(kind)) return first;
    const terms = [first];
    while (this.#reader.takeKeyword(kind)) terms.push(inner());
    return { kind, terms };
  }

  #not(): Expression {
    if (!this.#reader.takeKeyword('not')) return this.#primary();
    return this.#deeper(() => ({ kind: 'not', term: this.#not() }));
  }

  #primary(): Expression {
    if (!this.#reader.takeSymbol('(')) return this.#comparison();
    return this.#deeper(() => {
      const inner = this.parse();
      if (!this.#reader.takeSymbol(')')) this.#reader.fail('expected ")"');
      return inner;
    });
  }

  #deeper(read: () => Expression): Expression {
    if (++this.#depth > MAX_DEPTH) throw new CimError('quotaExceeded', `The query is nested deeper than ${MAX_DEPTH}.`);
    const expression = read();
    this.#depth--;
    return expression;
  }

  #comparison(): Expression {
    if (++this.#terms > MAX_TERMS) throw new CimError('quotaExceeded', `The query has more than ${MAX_TERMS} terms.`);
    const constant = this.#constant();
    if (constant !== undefined) {
      const op = this.#operator(MIRRORED);
      return this.#compareWith(this.operand(), op, constant);
    }
    const operand = this.operand();
    const word = this.#word(operand);
    if (word !== undefined) return word;
    const op = this.#operator(COMPARISONS);
    const literal = this.#constant();
    if (literal !== undefined) return this.#compareWith(operand, op, literal);
    // Two properties of one object: decision K6, and the classic of event queries.
    return { kind: 'compareProperty', operand, op, other: this.operand() };
  }

  /** `[NOT] LIKE`, `IS [NOT] NULL`, `ISA`. */
  #word(operand: Operand): Expression | undefined {
    const reader = this.#reader;
    if (reader.takeKeyword('like')) return { kind: 'like', operand, pattern: this.#string() };
    if (reader.isKeyword('not') && reader.isKeyword('like', 1)) {
      reader.take();
      reader.take();
      return { kind: 'not', term: { kind: 'like', operand, pattern: this.#string() } };
    }
    if (reader.takeKeyword('is')) {
      const negated = reader.takeKeyword('not');
      if (!reader.takeKeyword('null')) reader.fail('expected NULL after IS');
      return nullTest(operand, negated);
    }
    if (reader.takeKeyword('isa')) return { kind: 'isa', operand, className: this.#className() };
    return undefined;
  }

  #className(): string {
    const token = this.#reader.take();
    if (token.kind === 'name') return token.text;
    const name = token.kind === 'string' ? cooked({ kind: 'string', quote: token.quote, source: token.text }) : '';
    if (!/^[A-Za-z_\u0080-\uFFFF][A-Za-z0-9_\u0080-\uFFFF]*$/.test(name))
      throw syntaxError('expected a class name.', token.at);
    return name;
  }

  #compareWith(operand: Operand, op: Comparison, constant: Literal | 'null'): Expression {
    if (constant !== 'null') return { kind: 'compare', operand, op, literal: constant };
    if (op === '=') return nullTest(operand, false);
    if (op === '<>') return nullTest(operand, true);
    return this.#reader.fail(`NULL has no order, "${op}" cannot be used with it`);
  }

  #operator(table: Readonly<Record<string, Comparison>>): Comparison {
    const token = this.#reader.take();
    const op = token.kind === 'symbol' ? table[token.text] : undefined;
    if (op === undefined) throw syntaxError('expected a comparison.', token.at);
    return op;
  }

  #constant(): Literal | 'null' | undefined {
    const token = this.#reader.peek();
    if (token.kind === 'string') return this.#string();
    if (token.kind === 'number') {
      this.#reader.take();
      return { kind: 'number', text: token.text };
    }
    if (this.#reader.takeKeyword('true')) return { kind: 'boolean', value: true };
    if (this.#reader.takeKeyword('false')) return { kind: 'boolean', value: false };
    return this.#reader.takeKeyword('null') ? 'null' : undefined;
  }

  #string(): StringLiteral {
    const token = this.#reader.take();
    if (token.kind !== 'string') throw syntaxError('expected a string.', token.at);
    return { kind: 'string', quote: token.quote, source: token.text };
  }

  operand(): Operand {
    const reader = this.#reader;
    if (RESERVED.has(reader.peek().text.toLowerCase())) reader.fail('expected a property');
    const names = [reader.expectName('a property')];
    while (reader.takeSymbol('.')) {
      if (names.length >= 16) throw new CimError('quotaExceeded', 'A property path has more than 16 names.');
      names.push(reader.expectName('a property'));
    }
    if (reader.peek().text === '[') reader.fail('array elements cannot be tested');
    return names;
  }
}

function nullTest(operand: Operand, negated: boolean): Expression {
  const test: Expression = { kind: 'isNull', operand };
  return negated ? { kind: 'not', term: test } : test;
}
