import { CimInstance } from './instance.ts';
import type { ObjectPath } from './object-path.ts';
import { samePath } from './path/compare-paths.ts';
import type { CimScalar, CimValue } from './values.ts';

/** Equal as values: arrays element by element, references by what they name. Embedded instances are not looked into. */
export function sameValue(a: CimValue, b: CimValue): boolean {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) && a.length === b.length && a.every((item: CimScalar | null, i) => sameValue(item, b[i] ?? null))
    );
  }
  if (Array.isArray(b)) return false;
  if (a instanceof CimInstance || b instanceof CimInstance) return a === b;
  return samePath(a as ObjectPath, b as ObjectPath);
}
