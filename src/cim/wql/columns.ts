import type { CimClass } from '../schema.ts';
import type { Operand } from './ast.ts';
import type { WqlEnvironment } from './environment.ts';
import { fieldOf } from './field.ts';
import { fold } from '../names.ts';
import { systemProperty } from '../system-properties.ts';

/**
 * The projection of `SELECT a, b` in repository spelling, each once, in the order asked for; null for `*`.
 * A dotted column yields its whole object. @throws CimError invalidQuery for an unknown property
 */
export function projectionOf(
  columns: readonly Operand[] | null,
  from: CimClass,
  environment: WqlEnvironment,
): readonly string[] | null {
  if (columns === null) return null;
  const names = new Map<string, string>();
  for (const column of columns) {
    fieldOf(column, from, environment);
    const name = column[0] as string;
    const spelled = from.property(name)?.name ?? systemProperty(name)?.name ?? name;
    if (!names.has(fold(spelled))) names.set(fold(spelled), spelled);
  }
  return [...names.values()];
}
