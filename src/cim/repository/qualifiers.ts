import { fold } from '../names.ts';
import { MofError, type MofPosition, type MofQualifier, type MofQualifierType, type MofValue } from '../mof/ast.ts';

export type QualifierScope = 'class' | 'property' | 'reference' | 'method' | 'parameter';

/** Associations and indications are classes too; a qualifier may name them apart (DSP0004 §5.6.1). */
const CLASS_SCOPES = ['class', 'association', 'indication', 'any'];

/** The qualifiers of one element, checked against their declarations and typed. */
export class Qualifiers {
  readonly #given = new Map<string, MofQualifier>();
  readonly #file: string;

  /** @throws MofError for an undeclared qualifier, a wrong scope or a value of the wrong type */
  constructor(
    given: readonly MofQualifier[],
    scope: QualifierScope,
    declared: ReadonlyMap<string, MofQualifierType>,
    file: string,
  ) {
    this.#file = file;
    for (const qualifier of given) {
      const type = declared.get(fold(qualifier.name));
      if (type === undefined) throw new MofError(`The qualifier ${qualifier.name} is not declared`, qualifier, file);
      const scopes = scope === 'class' ? CLASS_SCOPES : [scope, 'any'];
      if (!type.scopes.some((allowed) => scopes.includes(fold(allowed)))) {
        throw new MofError(`The qualifier ${qualifier.name} is not for a ${scope}`, qualifier, file);
      }
      if (!fits(type, qualifier.value)) {
        throw new MofError(`The value of ${qualifier.name} is not of type ${type.type}`, qualifier, file);
      }
      this.#given.set(fold(qualifier.name), qualifier);
    }
  }

  flag(name: string): boolean {
    const found = this.#given.get(fold(name));
    return found !== undefined && found.value !== false;
  }

  text(name: string): string | undefined {
    const value = this.#given.get(fold(name))?.value;
    return typeof value === 'string' ? value : undefined;
  }

  integer(name: string): number | undefined {
    const value = this.#given.get(fold(name))?.value;
    return typeof value === 'bigint' ? Number(value) : undefined;
  }

  /** ValueMap and Values as one map, in the order of the text. @throws MofError when they do not pair up */
  valueMap(at: MofPosition): Readonly<Record<string, string>> | undefined {
    const keys = this.#texts('ValueMap');
    const names = this.#texts('Values');
    if (keys === undefined && names === undefined) return undefined;
    if (keys === undefined || names === undefined || keys.length !== names.length) {
      throw new MofError('ValueMap and Values must stand together and have the same length', at, this.#file);
    }
    if (new Set(keys).size !== keys.length) throw new MofError('A value stands twice in ValueMap', at, this.#file);
    return Object.fromEntries(keys.map((key, place) => [key, names[place] ?? '']));
  }

  #texts(name: string): readonly string[] | undefined {
    const value = this.#given.get(fold(name))?.value;
    return Array.isArray(value) ? value.filter((item: MofValue) => typeof item === 'string') : undefined;
  }
}

const fits = (type: MofQualifierType, value: MofValue): boolean => {
  if (type.array) return Array.isArray(value) && value.every((item: MofValue) => fitsScalar(type.type, item));
  return fitsScalar(type.type, value);
};

const fitsScalar = (type: string, value: MofValue): boolean => {
  switch (fold(type)) {
    case 'boolean':
      return value === null || typeof value === 'boolean';
    case 'string':
      return typeof value === 'string';
    case 'uint32':
      return typeof value === 'bigint' && value >= 0n && value <= 0xffff_ffffn;
    default:
      return false;
  }
};
