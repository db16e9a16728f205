import { fold } from '../../../cim/names.ts';
import { ObjectPath } from '../../../cim/object-path.ts';
import type { CimScalar, CimValue, CimValues } from '../../../cim/values.ts';
import { DomainError } from '../../../core/errors.ts';

/** Elements of one array parameter; more is an attack, not a request (hardening). */
const MAX_ELEMENTS = 16_384;

const missing = (name: string): DomainError =>
  new DomainError('invalidParameter', `The parameter ${name} is missing. Give it a value.`);

const wrongType = (name: string, wanted: string): DomainError =>
  new DomainError('wrongType', `The parameter ${name} is not ${wanted}. Send it with the type of the method's schema.`);

/**
 * The arguments of one call, read by name. The broker has typed them by the schema; what is still wrong here (NULL,
 * null elements, too many) becomes a DomainError. A NULL or missing array is an empty one (management-service §0).
 * Names compare without regard to case: the namespaces spell the parameters of one method differently.
 */
export class Arguments {
  readonly #values: ReadonlyMap<string, CimValue>;

  constructor(values: CimValues) {
    this.#values = new Map(Object.entries(values).map(([name, value]) => [fold(name), value]));
  }

  /** NULL and missing are the same. */
  text(name: string): string | null {
    const value = this.#value(name);
    if (value === null || typeof value === 'string') return value;
    throw wrongType(name, 'a text');
  }

  /** A text that says something: neither NULL nor blank. */
  requiredText(name: string): string {
    const value = this.text(name);
    if (value === null || value.trim() === '') throw missing(name);
    return value;
  }

  texts(name: string): readonly string[] {
    return this.#array(name, (value) => (typeof value === 'string' ? value : null), 'a text');
  }

  requiredTexts(name: string): readonly string[] {
    const values = this.texts(name);
    if (values.length === 0) throw missing(name);
    return values;
  }

  reference(name: string): ObjectPath | null {
    const value = this.#value(name);
    if (value === null || value instanceof ObjectPath) return value;
    throw wrongType(name, 'a reference');
  }

  requiredReference(name: string): ObjectPath {
    const value = this.reference(name);
    if (value === null) throw missing(name);
    return value;
  }

  references(name: string): readonly ObjectPath[] {
    return this.#array(name, (value) => (value instanceof ObjectPath ? value : null), 'a reference');
  }

  requiredReferences(name: string): readonly ObjectPath[] {
    const values = this.references(name);
    if (values.length === 0) throw missing(name);
    return values;
  }

  boolean(name: string): boolean | null {
    const value = this.#value(name);
    if (value === null || typeof value === 'boolean') return value;
    throw wrongType(name, 'a boolean');
  }

  integer(name: string): number | null {
    const value = this.#value(name);
    if (value === null) return null;
    if (typeof value === 'number' && Number.isInteger(value)) return value;
    throw wrongType(name, 'an integer');
  }

  requiredInteger(name: string): number {
    const value = this.integer(name);
    if (value === null) throw missing(name);
    return value;
  }

  /** A 64-bit number, exact. */
  requiredUnsigned(name: string): bigint {
    const value = this.#value(name);
    if (value === null) throw missing(name);
    if (typeof value === 'bigint') return value;
    throw wrongType(name, 'an integer of 64 bits');
  }

  integers(name: string): readonly number[] {
    return this.#array(
      name,
      (value) => (typeof value === 'number' && Number.isInteger(value) ? value : null),
      'an integer',
      Number.POSITIVE_INFINITY,
    );
  }

  #value(name: string): CimValue {
    return this.#values.get(fold(name)) ?? null;
  }

  #array<T>(
    name: string,
    read: (value: CimScalar) => T | null,
    wanted: string,
    limit: number = MAX_ELEMENTS,
  ): readonly T[] {
    const value = this.#value(name);
    if (value === null) return [];
    if (!Array.isArray(value)) throw wrongType(name, 'an array');
    const elements: readonly (CimScalar | null)[] = value;
    if (elements.length > limit) {
      throw new DomainError(
        'invalidParameter',
        `The parameter ${name} has ${elements.length} elements. Send at most ${limit} in one call.`,
      );
    }
    return elements.map((element, index) => {
      if (element === null) {
        throw new DomainError(
          'invalidParameter',
          `Element ${index} of the parameter ${name} is NULL. Leave it out or give it a value.`,
        );
      }
      const typed = read(element);
      if (typed === null) throw wrongType(`${name}[${index}]`, wanted);
      return typed;
    });
  }
}
