import { fitInteger, isIntegerType, parseInteger } from '../coerce/number.ts';
import { fold, sameName } from '../names.ts';
import type { ObjectPath } from '../object-path.ts';
import type { CimClass } from '../schema.ts';
import { systemProperty } from '../system-properties.ts';
import type { Expression, Literal, Operand } from './ast.ts';
import type { WqlEnvironment } from './environment.ts';
import { compileLike } from './like.ts';
import { readings, texts } from './literal.ts';
import { identityOf } from './path-text.ts';

/** A way to narrow down candidates: all matching instances are among what it finds. */
export type IndexHint =
  /** `values` as `InstanceProvider.candidates` takes them: folded text, `pathKey` of a path. Any of them. */
  | {
      readonly kind: 'lookup';
      readonly property: string;
      readonly match: 'equal' | 'prefix' | 'suffix';
      readonly values: readonly string[];
    }
  /** `__PATH = ...`: the object itself. */
  | { readonly kind: 'paths'; readonly paths: readonly ObjectPath[] }
  | { readonly kind: 'union'; readonly of: readonly (readonly IndexHint[])[] };

/** Alternatives, best first: each alone covers the expression. Empty when every instance must be looked at. */
export function indexHints(e: Expression, from: CimClass, environment: WqlEnvironment): readonly IndexHint[] {
  switch (e.kind) {
    case 'and':
      return e.terms.flatMap((t) => indexHints(t, from, environment)).toSorted((a, b) => rank(a) - rank(b));
    case 'or': {
      const branches = e.terms.map((t) => indexHints(t, from, environment));
      return branches.every((b) => b.length > 0) ? [{ kind: 'union', of: branches }] : [];
    }
    case 'compare':
      return e.op === '=' ? equalHint(e.operand, e.literal, from, environment) : [];
    case 'like':
      return likeHint(e, from, environment);
    default:
      return [];
  }
}

const rank = (hint: IndexHint): number =>
  hint.kind === 'paths' ? 0 : hint.kind === 'union' ? 3 : hint.match === 'equal' ? 1 : 2;

function equalHint(
  operand: Operand,
  literal: Literal,
  from: CimClass,
  environment: WqlEnvironment,
): readonly IndexHint[] {
  const name = operand[0] as string;
  if (operand.length !== 1) return [];
  const property = from.property(name);
  if (property === undefined) {
    if (systemProperty(name)?.path !== true) return [];
    return [
      { kind: 'paths', paths: texts(literal).flatMap((text) => identityOf(text, environment.schema)?.path ?? []) },
    ];
  }
  const path =
    property.type === 'reference' ||
    (property.type === 'string' && environment.pathProperties.has(fold(property.name)));
  if (property.array && !path) return [];
  const values = texts(literal).flatMap((text): string[] => {
    if (path) return [identityOf(text, environment.schema)?.key ?? [], fold(text)].flat();
    if (property.type === 'string') return [fold(text)];
    const whole = isIntegerType(property.type) ? parseInteger(text.trim()) : undefined;
    const fitting = whole === undefined || !isIntegerType(property.type) ? undefined : fitInteger(property.type, whole);
    return fitting === undefined ? [] : [String(fitting)];
  });
  return values.length === 0
    ? []
    : [{ kind: 'lookup', property: property.name, match: 'equal', values: [...new Set(values)] }];
}

function likeHint(
  e: Extract<Expression, { kind: 'like' }>,
  from: CimClass,
  environment: WqlEnvironment,
): readonly IndexHint[] {
  const property = e.operand.length === 1 ? from.property(e.operand[0] as string) : undefined;
  if (property === undefined || property.type !== 'string' || property.array) return [];
  if (environment.pathProperties.has(fold(property.name))) return [];
  const patterns = readings(e.pattern).map(compileLike);
  const literals = patterns.map((p) => p.literal);
  if (literals.every((l) => l !== null)) {
    return [{ kind: 'lookup', property: property.name, match: 'equal', values: literals.map((l) => fold(l ?? '')) }];
  }
  const prefixes = patterns.map((p) => fold(p.literal ?? p.prefix));
  if (!prefixes.includes('')) {
    return [{ kind: 'lookup', property: property.name, match: 'prefix', values: [...new Set(prefixes)] }];
  }
  const suffixes = patterns.map((p) => fold(p.literal ?? p.suffix));
  if (suffixes.includes('')) return [];
  return [{ kind: 'lookup', property: property.name, match: 'suffix', values: [...new Set(suffixes)] }];
}

/**
 * Whether instances of exactly `cimClass` can match at all: decides `__CLASS = "X"` and its like per class, so that
 * other providers are not asked. Undefined means "depends on the instance".
 */
export function classVerdict(e: Expression, cimClass: CimClass): boolean | undefined {
  switch (e.kind) {
    case 'and': {
      const terms = e.terms.map((t) => classVerdict(t, cimClass));
      return terms.includes(false) ? false : terms.includes(undefined) ? undefined : true;
    }
    case 'or': {
      const terms = e.terms.map((t) => classVerdict(t, cimClass));
      return terms.includes(true) ? true : terms.includes(undefined) ? undefined : false;
    }
    case 'not': {
      const term = classVerdict(e.term, cimClass);
      return term === undefined ? undefined : !term;
    }
    case 'compare': {
      const isClass = e.operand.length === 1 && sameName(e.operand[0] as string, '__CLASS');
      if (!isClass || (e.op !== '=' && e.op !== '<>')) return undefined;
      return texts(e.literal).some((text) => sameName(text, cimClass.name)) === (e.op === '=');
    }
    default:
      return undefined;
  }
}
