import { CimError } from '../errors.ts';
import { CimInstance } from '../instance.ts';
import { sameName } from '../names.ts';
import type { ClassResult, InstanceResult, Operation, OperationContext } from '../operations.ts';
import { parsePath, tryParsePath } from '../path/parse-path.ts';
import type { CimClass, ClassRepository, SchemaNamespace } from '../schema.ts';
import type { CimValues } from '../values.ts';
import type { AssociationQuery } from '../wql/ast.ts';
import type { WqlEnvironment } from '../wql/environment.ts';
import { parseQuery } from '../wql/parse-query.ts';
import { Associations, checkFilterClasses, hasQualifier, type Source, type TraversalFilter } from './associations.ts';
import { requireClass } from './invoke-method.ts';
import { type ProviderRegistry, referencesOf } from './provider-registry.ts';
import { select } from './select.ts';

/** @throws CimError as in spec wql §7 */
export function executeQuery(
  registry: ProviderRegistry,
  repository: ClassRepository,
  context: OperationContext,
  environment: WqlEnvironment,
  operation: Operation<'execQuery'>,
): InstanceResult | ClassResult {
  if (!sameName(operation.language.trim(), 'WQL')) {
    throw new CimError('invalidQueryLanguage', `Query language "${operation.language}" is not WQL.`);
  }
  const query = parseQuery(operation.query);
  if (query.kind === 'select') return select(registry, context, environment, query);
  const filter = filterOf(query);
  const associations = new Associations(registry, repository, context);
  return runAssociations(associations, repository, environment.schema, query, filter);
}

const filterOf = ({ kind, clauses }: AssociationQuery): TraversalFilter => ({
  associationClass: clauses.assocClass ?? null,
  resultClass: clauses.resultClass ?? null,
  role: clauses.role ?? null,
  resultRole: clauses.resultRole ?? null,
  associationQualifier: kind === 'associators' ? (clauses.requiredAssocQualifier ?? null) : null,
  resultQualifier: clauses.requiredQualifier ?? null,
});

function runAssociations(
  associations: Associations,
  repository: ClassRepository,
  home: SchemaNamespace,
  query: AssociationQuery,
  filter: TraversalFilter,
): InstanceResult | ClassResult {
  const path = parsePath(query.path);
  const schema = path.namespace === null ? home : repository.namespace(path.namespace);
  if (schema === undefined) {
    throw new CimError('invalidNamespace', `There is no namespace ${path.namespace}.`, {
      subject: path.namespace ?? '',
    });
  }
  checkFilterClasses({ schema, home }, filter);
  const { clauses, kind } = query;
  if (clauses.schemaOnly) {
    if (path.keys !== null) throw new CimError('invalidQuery', 'SchemaOnly needs the path of a class.');
    return { classes: connectedClasses(schema, requireClass(schema, path.className), kind, filter) };
  }
  const items = associations[kind](sourceOf(associations, { schema, home }, query.path), filter);
  if (clauses.classDefsOnly) return { classes: [...new Set(Iterator.from(items).map((i) => i.class))] };
  return { items: clauses.keysOnly ? Iterator.from(items).map(keysOnly) : items, columns: null };
}

/** A path whose backslashes were not doubled denotes nothing as written; then its raw reading may (spec wql §5). */
function sourceOf(associations: Associations, { schema, home }: Pick<Source, 'schema' | 'home'>, text: string): Source {
  const source = associations.source(schema, parsePath(text), home);
  if (!text.includes('\\') || associations.exists(source)) return source;
  const raw = tryParsePath(text, { reading: 'raw' });
  const other = raw === undefined ? source : associations.source(schema, raw, home);
  return associations.exists(other) ? other : source;
}

function keysOnly(instance: CimInstance): CimInstance {
  const keys: CimValues = {};
  for (const key of instance.class.keys) keys[key.name] = instance.get(key.name);
  return new CimInstance(instance.class, keys);
}

/** SchemaOnly: what the schema connects with a class, whether instances exist or not. */
function connectedClasses(
  schema: SchemaNamespace,
  source: CimClass,
  kind: AssociationQuery['kind'],
  filter: TraversalFilter,
): readonly CimClass[] {
  const found = new Set<CimClass>();
  const fits = (cimClass: CimClass): boolean =>
    (filter.resultClass === null || cimClass.isA(filter.resultClass)) &&
    (typeof filter.resultQualifier !== 'string' || hasQualifier(cimClass, filter.resultQualifier));
  for (const name of schema.classNames()) {
    const association = schema.class(name);
    if (association?.association !== true) continue;
    if (filter.associationClass !== null && !association.isA(filter.associationClass)) continue;
    if (typeof filter.associationQualifier === 'string' && !hasQualifier(association, filter.associationQualifier))
      continue;
    const references = referencesOf(association);
    for (const role of references) {
      if (role.ref === null || !source.isA(role.ref) || (filter.role !== null && !sameName(role.name, filter.role)))
        continue;
      if (kind === 'references') {
        if (fits(association)) found.add(association);
        continue;
      }
      for (const other of references) {
        if (
          other === role ||
          other.ref === null ||
          (filter.resultRole !== null && !sameName(other.name, filter.resultRole))
        )
          continue;
        const target = schema.class(other.ref);
        if (target !== undefined && fits(target)) found.add(target);
      }
    }
  }
  return [...found];
}
