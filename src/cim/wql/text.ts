import type { Comparison } from './ast.ts';

/** Upper case that keeps the length: WMI compares strings ordinally, character by character, on upper-cased text. */
export function upper(text: string): string {
  const folded = text.toUpperCase();
  if (folded.length === text.length) return folded;
  let kept = '';
  for (const c of text) {
    const u = c.toUpperCase();
    kept += u.length === c.length ? u : c;
  }
  return kept;
}

export const sameText = (a: string, b: string): boolean => a.length === b.length && (a === b || upper(a) === upper(b));

/** Whether an ordering (-1, 0, 1) satisfies a comparison. */
export function holds(op: Comparison, order: number): boolean {
  switch (op) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** Exact also between bigint and number. */
export function order<T extends string | number | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
