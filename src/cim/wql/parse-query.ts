import { CimError } from '../errors.ts';
import { fold } from '../names.ts';
import type { AssociationClauses, AssociationQuery, GroupClause, Operand, SelectQuery, WqlQuery } from './ast.ts';
import { syntaxError, tokenize } from './lexer.ts';
import { cooked } from './literal.ts';
import { ExpressionParser } from './parse-expression.ts';
import { TokenReader } from './token-reader.ts';

/**
 * Parse a WQL text (spec wql §2).
 * @throws CimError invalidQuery, quotaExceeded; groupWithoutWithin, missingAggregationList for a bad GROUP clause
 */
export function parseQuery(text: string): WqlQuery {
  const reader = new TokenReader(tokenize(text));
  const query = statement(reader);
  reader.expectEnd();
  return query;
}

function statement(reader: TokenReader): WqlQuery {
  if (reader.takeKeyword('select')) return select(reader);
  if (reader.takeKeyword('associators')) return associations(reader, 'associators');
  if (reader.takeKeyword('references')) return associations(reader, 'references');
  return reader.fail('expected SELECT, ASSOCIATORS or REFERENCES');
}

function select(reader: TokenReader): SelectQuery {
  const columns = columnList(reader);
  reader.expectKeyword('from');
  const from = reader.expectName('a class name');
  let within: string | null = null;
  if (reader.takeKeyword('within')) within = seconds(reader);
  const expressions = new ExpressionParser(reader);
  const where = reader.takeKeyword('where') ? expressions.parse() : null;
  const group = reader.takeKeyword('group') ? groupClause(reader, expressions) : null;
  return { kind: 'select', columns, from, within, where, group };
}

function columnList(reader: TokenReader): readonly Operand[] | null {
  if (reader.takeSymbol('*')) return null;
  const expressions = new ExpressionParser(reader);
  const columns: Operand[] = [];
  do columns.push(expressions.operand());
  while (reader.takeSymbol(','));
  return columns;
}

function seconds(reader: TokenReader): string {
  const token = reader.take();
  if (token.kind !== 'number' || !/^\+?\d+(?:\.\d*)?$/.test(token.text))
    throw syntaxError('expected seconds after WITHIN.', token.at);
  return token.text;
}

function groupClause(reader: TokenReader, expressions: ExpressionParser): GroupClause {
  if (!reader.takeKeyword('within')) throw new CimError('groupWithoutWithin', 'GROUP needs WITHIN and seconds.');
  const within = seconds(reader);
  const by: Operand[] = [];
  if (reader.takeKeyword('by')) {
    do {
      if (reader.peek().kind !== 'name' || reader.isKeyword('having')) {
        throw new CimError('missingAggregationList', 'BY needs a list of properties.');
      }
      by.push(expressions.operand());
    } while (reader.takeSymbol(','));
  }
  const having = reader.takeKeyword('having') ? expressions.parse() : null;
  return { within, by, having };
}

type NamedClause =
  | 'assocClass'
  | 'requiredAssocQualifier'
  | 'requiredQualifier'
  | 'resultClass'
  | 'resultRole'
  | 'role';
type FlagClause = 'classDefsOnly' | 'schemaOnly' | 'keysOnly';

const NAMED: Readonly<Record<AssociationQuery['kind'], readonly NamedClause[]>> = {
  associators: ['assocClass', 'requiredAssocQualifier', 'requiredQualifier', 'resultClass', 'resultRole', 'role'],
  references: ['requiredQualifier', 'resultClass', 'role'],
};
const FLAGS: readonly FlagClause[] = ['classDefsOnly', 'schemaOnly', 'keysOnly'];

function associations(reader: TokenReader, kind: AssociationQuery['kind']): AssociationQuery {
  reader.expectKeyword('of');
  const token = reader.take();
  if (token.kind !== 'path') throw syntaxError('expected {object path}.', token.at);
  const clauses = reader.takeKeyword('where') ? clauseList(reader, kind) : {};
  return { kind, path: token.text.trim(), clauses };
}

/** Clauses are separated by white space alone: no comma, AND or OR; each at most once. */
function clauseList(reader: TokenReader, kind: AssociationQuery['kind']): AssociationClauses {
  const clauses: { [K in NamedClause]?: string } & { [K in FlagClause]?: true } = {};
  do {
    const at = reader.peek().at;
    const word = fold(reader.expectName('a keyword such as AssocClass'));
    const named = NAMED[kind].find((n) => fold(n) === word);
    const flag = FLAGS.find((f) => fold(f) === word);
    const clause = named ?? flag;
    if (clause === undefined) throw syntaxError(`${word} is no keyword of ${kind.toUpperCase()} OF.`, at);
    if (clauses[clause] !== undefined) throw syntaxError(`${clause} is given twice.`, at);
    if (named !== undefined) clauses[named] = clauseValue(reader);
    else if (flag !== undefined) clauses[flag] = true;
  } while (reader.peek().kind !== 'end');
  checkFlags(reader, clauses);
  return clauses;
}

function checkFlags(reader: TokenReader, clauses: AssociationClauses): void {
  if (clauses.classDefsOnly && clauses.resultClass !== undefined) reader.fail('ClassDefsOnly excludes ResultClass');
  if ([clauses.classDefsOnly, clauses.schemaOnly, clauses.keysOnly].filter(Boolean).length > 1) {
    reader.fail('ClassDefsOnly, SchemaOnly and KeysOnly exclude each other');
  }
}

function clauseValue(reader: TokenReader): string {
  if (!reader.takeSymbol('=')) reader.fail('expected "="');
  const token = reader.take();
  if (token.kind === 'name') return token.text;
  const text = token.kind === 'string' ? cooked({ kind: 'string', quote: token.quote, source: token.text }) : '';
  if (!/^[A-Za-z_\u0080-\uFFFF][A-Za-z0-9_\u0080-\uFFFF]*$/.test(text)) throw syntaxError('expected a name.', token.at);
  return text;
}
