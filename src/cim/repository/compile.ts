import { fold } from '../names.ts';
import { MofError } from '../mof/ast.ts';
import { checkNamespace } from './check.ts';
import { compileClass, ValueMapTable } from './compile-class.ts';
import { FORMAT, type ClassRecord, type NamespaceRecord, type RepositoryFile } from './format.ts';
import type { DeclaredClass, DeclaredNamespace, SchemaSources } from './sources.ts';

/**
 * Compiles what the MOF files say into the repository file: types, facets and flags typed, value maps shared, every
 * name resolved within its namespace.
 * @throws MofError at the first contradiction
 */
export const compileSchema = (sources: SchemaSources): RepositoryFile => {
  const valueMaps = new ValueMapTable();
  const classes: ClassRecord[] = [];
  const places = new Map<DeclaredClass, number>();
  const namespaces: NamespaceRecord[] = sources.namespaces.map(({ name, classes: declared }) => ({
    name,
    classes: declared.map((one) => {
      const known = places.get(one);
      if (known !== undefined) return known;
      const place = classes.push(compileClass(one, sources.qualifiers, valueMaps)) - 1;
      places.set(one, place);
      return place;
    }),
  }));
  for (const namespace of sources.namespaces) checkUnique(namespace);
  const file: RepositoryFile = { format: FORMAT, valueMaps: valueMaps.maps, classes, namespaces };
  for (const [place, namespace] of sources.namespaces.entries()) checkNamespace(namespace, place, file);
  return file;
};

const checkUnique = (namespace: DeclaredNamespace): void => {
  const seen = new Set<string>();
  for (const { mof, file } of namespace.classes) {
    if (seen.has(fold(mof.name))) throw new MofError(`${mof.name} is declared twice in ${namespace.name}`, mof, file);
    seen.add(fold(mof.name));
  }
};

/** The text of the file: one class per line, so that a change of the schema reads well in a diff. */
export const printRepositoryFile = (file: RepositoryFile): string => {
  const lines = (rows: readonly unknown[]): string => rows.map((row) => JSON.stringify(row)).join(',\n');
  return `{"format":${file.format},
"valueMaps":[
${lines(file.valueMaps)}
],
"classes":[
${lines(file.classes)}
],
"namespaces":[
${lines(file.namespaces)}
]}
`;
};
