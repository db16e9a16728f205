import type { ClassResult } from '../operations.ts';
import type { CimClass, SchemaNamespace } from '../schema.ts';
import { requireClass } from './invoke-method.ts';

/** Subclasses of a class, or the roots of the namespace for null; with `deep` all their descendants too. */
export function enumerateClasses(schema: SchemaNamespace, className: string | null, deep: boolean): ClassResult {
  if (className !== null) {
    const cimClass = requireClass(schema, className);
    if (!deep) return { classes: schema.subclasses(cimClass.name) };
    return { classes: schema.family(cimClass.name).filter((c) => c.name !== cimClass.name) };
  }
  const classes: CimClass[] = [];
  for (const name of schema.classNames()) {
    const cimClass = schema.class(name);
    if (cimClass !== undefined && (deep || cimClass.superclass === null)) classes.push(cimClass);
  }
  return { classes };
}
