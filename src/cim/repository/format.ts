import type { CimType } from '../values.ts';

/**
 * The compiled class repository: what `script/compile-schema.ts` writes to `generated/schema.json`.
 * Each class states only what it adds to its superclass; the loader resolves overrides on first use.
 * Plain JSON: it parses in under 10 ms; V8's own serialisation took longer, and a string per class, parsed on use,
 * would save about 4 ms at the price of a file nobody can read.
 */
export interface RepositoryFile {
  readonly format: typeof FORMAT;
  /** Value maps and return codes; many elements share one. */
  readonly valueMaps: readonly Readonly<Record<string, string>>[];
  readonly classes: readonly ClassRecord[];
  readonly namespaces: readonly NamespaceRecord[];
}

export interface NamespaceRecord {
  /** Repository spelling with backslashes. */
  readonly name: string;
  /** Indexes into `classes`; system classes are stored once and stand in every namespace. */
  readonly classes: readonly number[];
}

export const FORMAT = 1;

export const CLASS_FLAG = { abstract: 1, association: 2, indication: 4, singleton: 8, system: 16 } as const;
export const PROPERTY_FLAG = { array: 1, key: 2, write: 4, override: 8 } as const;
export const METHOD_FLAG = { static: 1, override: 2, unsupported: 4, inheritSignature: 8 } as const;
export const PARAMETER_FLAG = { array: 1, in: 2, out: 4, optional: 8 } as const;

export type ClassRecord = readonly [
  name: string,
  superclass: string | null,
  flags: number,
  properties: readonly PropertyRecord[],
  methods: readonly MethodRecord[],
];

export type PropertyRecord = readonly [name: string, type: CimType, flags: number, facets?: PropertyFacets];

/** Facets of properties and parameters; what is absent is inherited. */
export interface ElementFacets {
  /** Class of a reference's target. */
  readonly ref?: string;
  /** Class of the instance that a string or object carries. */
  readonly embedded?: string;
  /** Namespace of that class, when it is another one. */
  readonly namespace?: string;
  /** Index into `valueMaps`. */
  readonly values?: number;
}

export interface PropertyFacets extends ElementFacets {
  readonly units?: string;
  readonly maxLen?: number;
  readonly default?: StoredValue | readonly StoredValue[];
}

/** As JSON; 64-bit integers are decimal text. */
export type StoredValue = string | number | boolean | null;

export type MethodRecord = readonly [
  name: string,
  flags: number,
  returnType: CimType,
  parameters: readonly ParameterRecord[],
  /** Index into `valueMaps`. */
  returns?: number,
];

export type ParameterRecord = readonly [name: string, type: CimType, flags: number, facets?: ElementFacets];
