import { readFileSync } from 'node:fs';
import { foldNamespace } from '../names.ts';
import type { ClassRepository, SchemaNamespace } from '../schema.ts';
import { FORMAT, type RepositoryFile } from './format.ts';
import { RepositoryNamespace } from './repository-namespace.ts';

/** Written by `script/compile-schema.ts`. */
const COMPILED = new URL('./generated/schema.json', import.meta.url);

/**
 * Loads the compiled class repository. Synchronous and quick: one JSON text is parsed, class objects are made on use.
 * @throws Error when the file was compiled by another version of the compiler
 */
export const loadRepository = (): ClassRepository => {
  const file = JSON.parse(readFileSync(COMPILED, 'utf8')) as RepositoryFile;
  if (file.format !== FORMAT) throw new Error(`schema.json has format ${file.format}; run script/compile-schema.ts`);
  return buildRepository(file);
};

export const buildRepository = (file: RepositoryFile): ClassRepository => {
  const namespaces = file.namespaces.map((record) => new RepositoryNamespace(record, file));
  const byName = new Map<string, SchemaNamespace>();
  for (const namespace of namespaces) {
    byName.set(namespace.name, namespace);
    byName.set(foldNamespace(namespace.name), namespace);
  }
  return { namespaces, namespace: (name) => byName.get(name) ?? byName.get(foldNamespace(name)) };
};
