import { CimInstance } from '../cim/instance.ts';
import type { CimClass } from '../cim/schema.ts';
import type { CimValue, CimValues } from '../cim/values.ts';

/** Those values whose property the class has: another namespace may have the class with fewer of them (object-model §12). */
export const knownValues = (cimClass: CimClass, values: Readonly<CimValues>): CimValues => {
  const known: CimValues = {};
  for (const [name, value] of Object.entries(values)) {
    if (cimClass.property(name) !== undefined) known[name] = value;
  }
  return known;
};

/**
 * Makes instances of one class cheaply: the schema's defaults and the constants of the object are merged once, and
 * shared by all instances (10 000 systems in one query are ordinary, spec client-usage §8).
 */
export class Shape {
  readonly class: CimClass;
  readonly #base: CimValues;

  /** `constants` win over the schema's defaults. */
  constructor(cimClass: CimClass, constants: CimValues = {}) {
    const base: CimValues = {};
    for (const property of cimClass.properties) if (property.default !== null) base[property.name] = property.default;
    for (const [name, value] of Object.entries(constants)) {
      const property = cimClass.property(name);
      // The cluster namespace has the same classes with fewer properties (object-model §13).
      if (property !== undefined) base[property.name] = value;
    }
    this.class = cimClass;
    this.#base = base;
  }

  /** Value of a constant or default. */
  constant(name: string): CimValue {
    return this.#base[name] ?? null;
  }

  make(values: CimValues): CimInstance {
    return new CimInstance(this.class, values, this.#base);
  }
}
