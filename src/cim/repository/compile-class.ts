import { fold } from '../names.ts';
import type { CimType } from '../values.ts';
import {
  MofError,
  type MofMethod,
  type MofParameter,
  type MofPosition,
  type MofProperty,
  type MofQualifierType,
  type MofType,
} from '../mof/ast.ts';
import { storeDefault } from './defaults.ts';
import {
  CLASS_FLAG,
  METHOD_FLAG,
  PARAMETER_FLAG,
  PROPERTY_FLAG,
  type ClassRecord,
  type ElementFacets,
  type MethodRecord,
  type ParameterRecord,
  type PropertyRecord,
} from './format.ts';
import { Qualifiers } from './qualifiers.ts';
import type { DeclaredClass } from './sources.ts';

/** Collects the value maps; equal ones are kept once. */
export class ValueMapTable {
  readonly maps: Readonly<Record<string, string>>[] = [];
  readonly #places = new Map<string, number>();

  place(map: Readonly<Record<string, string>>): number {
    const key = JSON.stringify(map);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = this.maps.push(map) - 1;
    this.#places.set(key, place);
    return place;
  }
}

/** @throws MofError when a qualifier, type or default is wrong */
export const compileClass = (
  { mof, file }: DeclaredClass,
  declared: ReadonlyMap<string, MofQualifierType>,
  valueMaps: ValueMapTable,
): ClassRecord => {
  const scope: Scope = { file, declared, valueMaps };
  const qualifiers = new Qualifiers(mof.qualifiers, 'class', declared, file);
  return [
    mof.name,
    mof.superclass,
    flags(qualifiers, CLASS_FLAG),
    mof.properties.map((property) => compileProperty(property, scope)),
    mof.methods.map((method) => compileMethod(method, scope)),
  ];
};

interface Scope {
  readonly file: string;
  readonly declared: ReadonlyMap<string, MofQualifierType>;
  readonly valueMaps: ValueMapTable;
}

/** The bits of `table` whose names are flags among the qualifiers. */
const flags = (qualifiers: Qualifiers, table: Readonly<Record<string, number>>): number => {
  let bits = 0;
  for (const [name, bit] of Object.entries(table)) if (qualifiers.flag(name)) bits |= bit;
  return bits;
};

const compileProperty = (mof: MofProperty, scope: Scope): PropertyRecord => {
  const qualifiers = new Qualifiers(
    mof.qualifiers,
    mof.type.reference ? 'reference' : 'property',
    scope.declared,
    scope.file,
  );
  checkOverride(qualifiers, mof.name, mof, scope);
  const { type, facets } = compileElement(mof, qualifiers, scope);
  const units = qualifiers.text('Units');
  const maxLen = qualifiers.integer('MaxLen');
  const initial =
    mof.default === undefined
      ? undefined
      : storeDefault(type, mof.array, mof.default, { ...position(mof), file: scope.file });
  const all = {
    ...facets,
    ...(units === undefined ? {} : { units }),
    ...(maxLen === undefined ? {} : { maxLen }),
    ...(initial === undefined ? {} : { default: initial }),
  };
  const bits = flags(qualifiers, PROPERTY_FLAG) | (mof.array ? PROPERTY_FLAG.array : 0);
  return Object.keys(all).length === 0 ? [mof.name, type, bits] : [mof.name, type, bits, all];
};

const compileMethod = (mof: MofMethod, scope: Scope): MethodRecord => {
  const qualifiers = new Qualifiers(mof.qualifiers, 'method', scope.declared, scope.file);
  checkOverride(qualifiers, mof.name, mof, scope);
  const returnType = cimType(mof.returnType, mof, scope).type;
  const parameters = mof.parameters.map((parameter) => compileParameter(parameter, scope));
  const returns = qualifiers.valueMap(mof);
  const bits = flags(qualifiers, METHOD_FLAG);
  if (returns === undefined) return [mof.name, bits, returnType, parameters];
  return [mof.name, bits, returnType, parameters, scope.valueMaps.place(returns)];
};

const compileParameter = (mof: MofParameter, scope: Scope): ParameterRecord => {
  const qualifiers = new Qualifiers(mof.qualifiers, 'parameter', scope.declared, scope.file);
  const bits = flags(qualifiers, PARAMETER_FLAG) | (mof.array ? PARAMETER_FLAG.array : 0);
  if ((bits & (PARAMETER_FLAG.in | PARAMETER_FLAG.out)) === 0) {
    throw new MofError(`The parameter ${mof.name} is neither In nor Out`, mof, scope.file);
  }
  const { type, facets } = compileElement(mof, qualifiers, scope);
  return Object.keys(facets).length === 0 ? [mof.name, type, bits] : [mof.name, type, bits, facets];
};

/** What properties and parameters have in common. */
const compileElement = (
  mof: MofProperty | MofParameter,
  qualifiers: Qualifiers,
  scope: Scope,
): { type: CimType; facets: ElementFacets } => {
  const { type, className } = cimType(mof.type, mof, scope);
  const embedded = type === 'object' ? className : qualifiers.text('EmbeddedInstance');
  if (embedded !== undefined && type !== 'string' && type !== 'object') {
    throw new MofError(`${mof.name}: only a string carries an embedded instance`, mof, scope.file);
  }
  const target = qualifiers.text('TargetNamespace');
  const values = qualifiers.valueMap(mof);
  return {
    type,
    facets: {
      ...(type === 'reference' && className !== undefined ? { ref: className } : {}),
      ...(target === undefined ? {} : { namespace: target }),
      ...(embedded === undefined ? {} : { embedded }),
      ...(values === undefined ? {} : { values: scope.valueMaps.place(values) }),
    },
  };
};

const checkOverride = (qualifiers: Qualifiers, name: string, at: MofPosition, scope: Scope): void => {
  const overridden = qualifiers.text('Override');
  if (overridden !== undefined && fold(overridden) !== fold(name)) {
    throw new MofError(`${name} overrides ${overridden}; an override keeps the name`, at, scope.file);
  }
};

const position = ({ line, column }: MofPosition): MofPosition => ({ line, column });

const SCALAR_TYPES: ReadonlySet<string> = new Set<CimType>([
  'boolean',
  'string',
  'char16',
  'datetime',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'sint8',
  'sint16',
  'sint32',
  'sint64',
  'real32',
  'real64',
]);

/** `X ref` refers to class X; `object` is an embedded object of any class; any other name is an embedded object of it. */
const cimType = (mof: MofType, at: MofPosition, scope: Scope): { type: CimType; className: string | undefined } => {
  const name = fold(mof.name);
  if (mof.reference) {
    if (SCALAR_TYPES.has(name)) throw new MofError(`A reference cannot lead to ${mof.name}`, at, scope.file);
    return { type: 'reference', className: mof.name };
  }
  if (SCALAR_TYPES.has(name)) return { type: name as CimType, className: undefined };
  return { type: 'object', className: name === 'object' ? undefined : mof.name };
};
