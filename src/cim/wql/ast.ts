/** Syntax of WQL (spec wql §2). Plain data; `printQuery` writes it back so that parsing gives the same tree. */
export type WqlQuery = SelectQuery | AssociationQuery;

export interface SelectQuery {
  readonly kind: 'select';
  /** Null for `*`. */
  readonly columns: readonly Operand[] | null;
  readonly from: string;
  /** Seconds, as written; event queries only. */
  readonly within: string | null;
  readonly where: Expression | null;
  /** Event queries only. */
  readonly group: GroupClause | null;
}

export interface GroupClause {
  readonly within: string;
  readonly by: readonly Operand[];
  readonly having: Expression | null;
}

export interface AssociationQuery {
  readonly kind: 'associators' | 'references';
  /** Text between the braces. */
  readonly path: string;
  readonly clauses: AssociationClauses;
}

export interface AssociationClauses {
  readonly assocClass?: string;
  readonly requiredAssocQualifier?: string;
  readonly requiredQualifier?: string;
  readonly resultClass?: string;
  readonly resultRole?: string;
  readonly role?: string;
  readonly classDefsOnly?: true;
  readonly schemaOnly?: true;
  readonly keysOnly?: true;
}

/** A property: one name, or a dotted path into embedded objects. */
export type Operand = readonly string[];

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Expression =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Expression[] }
  | { readonly kind: 'not'; readonly term: Expression }
  | { readonly kind: 'compare'; readonly operand: Operand; readonly op: Comparison; readonly literal: Literal }
  | { readonly kind: 'compareProperty'; readonly operand: Operand; readonly op: Comparison; readonly other: Operand }
  | { readonly kind: 'like'; readonly operand: Operand; readonly pattern: StringLiteral }
  | { readonly kind: 'isNull'; readonly operand: Operand }
  | { readonly kind: 'isa'; readonly operand: Operand; readonly className: string };

export type Literal =
  | StringLiteral
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean };

/** `source` is the text between the quotes as written: it has two readings (see literal.ts). */
export interface StringLiteral {
  readonly kind: 'string';
  readonly quote: '"' | "'";
  readonly source: string;
}
