/** What a MOF text says (DSP0004 Annex A, with WMI's `object` and class-named object types); pure data. */

/** Where a construct starts; both count from 1. */
export interface MofPosition {
  readonly line: number;
  readonly column: number;
}

/** `$Name`: stands for the path of the instance that was declared `as $Name`. */
export interface MofAlias extends MofPosition {
  readonly kind: 'alias';
  /** With the dollar sign. */
  readonly name: string;
}

/**
 * A constant. Integers are `bigint` in every notation, reals `number`; strings and char16 constants are unescaped text.
 */
export type MofValue = null | boolean | bigint | number | string | MofAlias | MofInstance | readonly MofValue[];

export interface MofQualifier extends MofPosition {
  readonly name: string;
  /** null: given without a value (`[Key]`), which means true for a boolean qualifier. */
  readonly value: MofValue;
  readonly flavors: readonly string[];
}

/** `uint16`, `CIM_System ref`, `object`, or a class name: an embedded object of that class. */
export interface MofType {
  readonly name: string;
  readonly reference: boolean;
}

interface MofElement extends MofPosition {
  readonly name: string;
  readonly type: MofType;
  readonly array: boolean;
  readonly qualifiers: readonly MofQualifier[];
}

export interface MofProperty extends MofElement {
  readonly kind: 'property';
  /** undefined: no initialiser; null: `= null`. */
  readonly default: MofValue | undefined;
}

export interface MofParameter extends MofElement {
  readonly kind: 'parameter';
}

export interface MofMethod extends MofPosition {
  readonly kind: 'method';
  readonly name: string;
  readonly returnType: MofType;
  readonly parameters: readonly MofParameter[];
  readonly qualifiers: readonly MofQualifier[];
}

export interface MofClass extends MofPosition {
  readonly kind: 'class';
  readonly name: string;
  readonly superclass: string | null;
  readonly alias: string | null;
  readonly qualifiers: readonly MofQualifier[];
  /** In the order of the text. */
  readonly properties: readonly MofProperty[];
  readonly methods: readonly MofMethod[];
}

export interface MofInstanceProperty extends MofPosition {
  readonly name: string;
  readonly value: MofValue;
}

export interface MofInstance extends MofPosition {
  readonly kind: 'instance';
  readonly className: string;
  readonly alias: string | null;
  /** In the order of the text; a name (in any case) stands at most once. */
  readonly properties: readonly MofInstanceProperty[];
}

export interface MofPragma extends MofPosition {
  readonly kind: 'pragma';
  readonly name: string;
  readonly parameter: string | null;
}

export interface MofQualifierType extends MofPosition {
  readonly kind: 'qualifier';
  readonly name: string;
  readonly type: string;
  readonly array: boolean;
  readonly default: MofValue | undefined;
  readonly scopes: readonly string[];
  readonly flavors: readonly string[];
}

export type MofProduction = MofClass | MofInstance | MofPragma | MofQualifierType;

export interface MofSpecification {
  readonly productions: readonly MofProduction[];
}

/** The only error the lexer, the parser and the compiler throw; the message ends with the place. */
export class MofError extends Error {
  readonly line: number;
  readonly column: number;
  /** The file, when the text came from one. */
  readonly file: string | null;
  constructor(message: string, at: MofPosition, file: string | null = null) {
    super(`${message} (${file === null ? '' : `${file}, `}line ${at.line}, column ${at.column})`);
    this.name = 'MofError';
    this.line = at.line;
    this.column = at.column;
    this.file = file;
  }
}
