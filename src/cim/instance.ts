import { ObjectPath, type KeyValue } from './object-path.ts';
import type { CimClass } from './schema.ts';

/**
 * How each type is held:
 * integers up to 32 bits are `number`, 64-bit integers are always `bigint`, reals are `number`;
 * datetime is its 25-character CIM text (timestamp or interval), so nothing is lost;
 * char16 is a one-character string; a string with an embedded instance is the printed text (`string`).
 */
export type CimScalar = boolean | number | bigint | string | ObjectPath | CimInstance;

/** NULL is `null`; an empty array is not NULL. */
export type CimValue = CimScalar | readonly (CimScalar | null)[] | null;

/** Values by property name in repository spelling. */
export type CimValues = Record<string, CimValue>;

const NOTHING: Readonly<CimValues> = Object.freeze({});

/**
 * An instance of a class: values by repository name; a property that is missing from `values` is NULL.
 * Treated as immutable once a provider has handed it out.
 */
export class CimInstance {
  readonly class: CimClass;
  readonly #own: Readonly<CimValues>;
  readonly #shared: Readonly<CimValues>;
  #values: Readonly<CimValues> | null = null;

  /** `shared`: what `values` leaves unsaid. Many instances have the same, and none copies it before somebody asks for `values`. */
  constructor(cimClass: CimClass, values: Readonly<CimValues>, shared: Readonly<CimValues> = NOTHING) {
    this.class = cimClass;
    this.#own = values;
    this.#shared = shared;
  }

  /** All values. To read one, `value` and `get` cost less. */
  get values(): Readonly<CimValues> {
    this.#values ??= this.#shared === NOTHING ? this.#own : { ...this.#shared, ...this.#own };
    return this.#values;
  }

  /** Value by property name in repository spelling; NULL when absent. */
  value(name: string): CimValue {
    const own = this.#own[name];
    return own === undefined ? (this.#shared[name] ?? null) : own;
  }

  /** Value by property name in any case; NULL when absent or unknown. */
  get(name: string): CimValue {
    // Each read once, and a NULL that is there is found: lists ask for twenty values of each machine.
    const own = this.#own[name];
    if (own !== undefined) return own;
    const shared = this.#shared[name];
    if (shared !== undefined) return shared;
    const property = this.class.property(name);
    return property === undefined ? null : this.value(property.name);
  }

  /** Path without host, made of the key properties; NULL when the class has no keys (embedded-only classes). */
  path(): ObjectPath | null {
    if (this.class.singleton) return new ObjectPath(null, this.class.namespace, this.class.name, new Map(), true);
    if (this.class.keys.length === 0) return null;
    const keys = new Map<string, KeyValue>();
    for (const key of this.class.keys) {
      const value = this.value(key.name);
      if (value === null || Array.isArray(value) || value instanceof CimInstance) return null;
      keys.set(key.name, value as KeyValue);
    }
    return new ObjectPath(null, this.class.namespace, this.class.name, keys, false);
  }

  isA(className: string): boolean {
    return this.class.isA(className);
  }

  with(changes: CimValues): CimInstance {
    return new CimInstance(this.class, { ...this.values, ...changes });
  }
}
