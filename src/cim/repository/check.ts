import { fold, foldNamespace } from '../names.ts';
import { MofError, type MofMethod, type MofPosition, type MofProperty } from '../mof/ast.ts';
import type { CimClass } from '../schema.ts';
import { METHOD_FLAG, PROPERTY_FLAG, type ElementFacets, type RepositoryFile } from './format.ts';
import { buildRepository } from './load.ts';
import type { DeclaredClass, DeclaredNamespace } from './sources.ts';

/**
 * What can only be seen with the whole schema at hand: superclasses, targets of references and classes of embedded
 * instances exist; what is restated is marked `Override` and was there to be overridden, with the same type.
 * @throws MofError
 */
export const checkNamespace = (namespace: DeclaredNamespace, place: number, file: RepositoryFile): void => {
  const known = file.namespaces.map(
    ({ name, classes }) =>
      [foldNamespace(name), new Set(classes.map((at) => fold(file.classes[at]?.[0] ?? '')))] as const,
  );
  const names = new Map(known);
  const own = names.get(foldNamespace(namespace.name)) ?? new Set();
  const exists = (className: string, other: string | undefined): boolean =>
    (other === undefined ? own : names.get(foldNamespace(other)))?.has(fold(className)) ?? false;

  checkSuperclasses(namespace, exists);
  const loaded = buildRepository(file).namespace(namespace.name);
  for (const [index, declared] of namespace.classes.entries()) {
    const record = file.classes[file.namespaces[place]?.classes[index] ?? -1];
    const { mof } = declared;
    const superclass = mof.superclass === null ? undefined : loaded?.class(mof.superclass);
    const need = (facets: ElementFacets | undefined, at: MofPosition): void => {
      for (const className of [facets?.ref, facets?.embedded]) {
        if (className !== undefined && !exists(className, facets?.namespace)) {
          const where = facets?.namespace ?? namespace.name;
          throw new MofError(`There is no class ${className} in ${where}`, at, declared.file);
        }
      }
    };
    for (const [at, property] of mof.properties.entries()) {
      const [, type, bits, facets] = record?.[3][at] ?? ['', '', 0];
      need(facets, property);
      checkProperty(property, type, (bits & PROPERTY_FLAG.override) !== 0, superclass, declared);
    }
    for (const [at, method] of mof.methods.entries()) {
      const [, bits, , parameters] = record?.[4][at] ?? ['', 0, '', []];
      for (const [where, [, , , facets]] of parameters.entries()) need(facets, method.parameters[where] ?? method);
      checkMethod(method, bits, superclass, declared);
    }
  }
};

const checkSuperclasses = (
  namespace: DeclaredNamespace,
  exists: (className: string, other: undefined) => boolean,
): void => {
  const parents = new Map(namespace.classes.map(({ mof }) => [fold(mof.name), mof.superclass]));
  for (const { mof, file } of namespace.classes) {
    if (mof.superclass !== null && !exists(mof.superclass, undefined)) {
      throw new MofError(`There is no class ${mof.superclass} in ${namespace.name}`, mof, file);
    }
    const seen = new Set<string>();
    for (let at: string | null = mof.name; at !== null; at = parents.get(fold(at)) ?? null) {
      if (seen.has(fold(at))) throw new MofError(`${mof.name} derives from itself`, mof, file);
      seen.add(fold(at));
    }
  }
};

const checkProperty = (
  mof: MofProperty,
  type: string,
  override: boolean,
  superclass: CimClass | undefined,
  { file }: DeclaredClass,
): void => {
  const base = superclass?.property(mof.name);
  if (override !== (base !== undefined)) throw overrideError(mof.name, override, mof, file);
  if (base !== undefined && base.type !== type) {
    throw new MofError(`${mof.name} is ${type}, but overrides ${base.type}`, mof, file);
  }
};

const checkMethod = (mof: MofMethod, bits: number, superclass: CimClass | undefined, { file }: DeclaredClass): void => {
  const override = (bits & METHOD_FLAG.override) !== 0;
  if (override !== (superclass?.method(mof.name) !== undefined)) throw overrideError(mof.name, override, mof, file);
  if ((bits & METHOD_FLAG.inheritSignature) !== 0 && (!override || mof.parameters.length > 0)) {
    throw new MofError(`${mof.name}: InheritSignature is for overrides without parameters of their own`, mof, file);
  }
};

const overrideError = (name: string, override: boolean, at: MofPosition, file: string): MofError =>
  new MofError(override ? `${name} overrides nothing` : `${name} is inherited; say Override("${name}")`, at, file);
