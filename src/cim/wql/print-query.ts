import type { AssociationQuery, Expression, Literal, Operand, WqlQuery } from './ast.ts';

/** WQL text of a query; parsing it gives the same tree. */
export function printQuery(query: WqlQuery): string {
  if (query.kind !== 'select') return printAssociations(query);
  const parts = [
    `SELECT ${query.columns === null ? '*' : query.columns.map(printOperand).join(', ')} FROM ${query.from}`,
  ];
  if (query.within !== null) parts.push(`WITHIN ${query.within}`);
  if (query.where !== null) parts.push(`WHERE ${printExpression(query.where)}`);
  if (query.group !== null) {
    parts.push(`GROUP WITHIN ${query.group.within}`);
    if (query.group.by.length > 0) parts.push(`BY ${query.group.by.map(printOperand).join(', ')}`);
    if (query.group.having !== null) parts.push(`HAVING ${printExpression(query.group.having)}`);
  }
  return parts.join(' ');
}

const WORDS = {
  assocClass: 'AssocClass',
  requiredAssocQualifier: 'RequiredAssocQualifier',
  requiredQualifier: 'RequiredQualifier',
  resultClass: 'ResultClass',
  resultRole: 'ResultRole',
  role: 'Role',
  classDefsOnly: 'ClassDefsOnly',
  schemaOnly: 'SchemaOnly',
  keysOnly: 'KeysOnly',
} as const;

function printAssociations(query: AssociationQuery): string {
  const clauses = Object.entries(query.clauses).map(([key, value]) => {
    const word = WORDS[key as keyof typeof WORDS];
    return value === true ? word : `${word} = ${String(value)}`;
  });
  const head = `${query.kind === 'associators' ? 'ASSOCIATORS' : 'REFERENCES'} OF {${query.path}}`;
  return clauses.length === 0 ? head : `${head} WHERE ${clauses.join(' ')}`;
}

export function printExpression(e: Expression): string {
  switch (e.kind) {
    case 'and':
    case 'or':
      return e.terms.map((t) => group(t, e.kind === 'or' && t.kind === 'and')).join(` ${e.kind.toUpperCase()} `);
    case 'not':
      return `NOT ${group(e.term, false)}`;
    case 'compare':
      return `${printOperand(e.operand)} ${e.op} ${printLiteral(e.literal)}`;
    case 'compareProperty':
      return `${printOperand(e.operand)} ${e.op} ${printOperand(e.other)}`;
    case 'like':
      return `${printOperand(e.operand)} LIKE ${printLiteral(e.pattern)}`;
    case 'isNull':
      return `${printOperand(e.operand)} IS NULL`;
    case 'isa':
      return `${printOperand(e.operand)} ISA ${e.className}`;
  }
}

const group = (e: Expression, bare: boolean): string =>
  !bare && (e.kind === 'and' || e.kind === 'or') ? `(${printExpression(e)})` : printExpression(e);

const printOperand = (operand: Operand): string => operand.join('.');

function printLiteral(literal: Literal): string {
  if (literal.kind === 'string') return `${literal.quote}${literal.source}${literal.quote}`;
  return literal.kind === 'number' ? literal.text : literal.value ? 'TRUE' : 'FALSE';
}
