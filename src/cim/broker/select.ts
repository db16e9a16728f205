import { CimError } from '../errors.ts';
import type { CimInstance } from '../instance.ts';
import { foldNamespace, sameName } from '../names.ts';
import { type KeyValue, ObjectPath } from '../object-path.ts';
import type { ClassResult, InstanceResult, OperationContext } from '../operations.ts';
import { pathKey } from '../path/compare-paths.ts';
import { tryParsePath } from '../path/parse-path.ts';
import type { InstanceProvider } from '../provider.ts';
import type { CimClass } from '../schema.ts';
import type { SelectQuery } from '../wql/ast.ts';
import { isSchemaQuery, runClassQuery } from '../wql/class-query.ts';
import { projectionOf } from '../wql/columns.ts';
import { compileExpression, type Predicate } from '../wql/compile.ts';
import type { WqlEnvironment } from '../wql/environment.ts';
import { classVerdict, type IndexHint, indexHints } from '../wql/index-hints.ts';
import { completeKeys } from './find-instance.ts';
import { requireClass } from './invoke-method.ts';
import type { ProviderRegistry } from './provider-registry.ts';

/** A data or schema query. Everything that can be wrong is found before the first instance is pulled. */
export function select(
  registry: ProviderRegistry,
  context: OperationContext,
  environment: WqlEnvironment,
  query: SelectQuery,
): InstanceResult | ClassResult {
  if (query.within !== null || query.group !== null) {
    throw new CimError('invalidQuery', 'WITHIN and GROUP belong to event queries; subscribe with this one.');
  }
  const { schema } = environment;
  if (isSchemaQuery(query)) return { classes: runClassQuery(query, schema) };
  const from = requireClass(schema, query.from);
  const columns = projectionOf(query.columns, from, environment);
  const { where } = query;
  if (where === null) return { items: everything(context, registry.family(schema, from)), columns };
  const predicate = compileExpression(where, from, environment);
  const hints = indexHints(where, from, environment);
  const providers = registry
    .family(schema, from)
    .filter((p) => classVerdict(where, schema.class(p.className) as CimClass) !== false);
  return { items: matching(context, environment, providers, hints, predicate), columns };
}

function* everything(context: OperationContext, providers: readonly InstanceProvider[]): Generator<CimInstance> {
  for (const provider of providers) yield* provider.enumerate(context);
}

function* matching(
  context: OperationContext,
  environment: WqlEnvironment,
  providers: readonly InstanceProvider[],
  hints: readonly IndexHint[],
  predicate: Predicate,
): Generator<CimInstance> {
  for (const provider of providers) {
    const own = environment.schema.class(provider.className) as CimClass;
    const found = new Lookup(context, provider, own).best(hints) ?? provider.enumerate(context);
    for (const instance of found) if (predicate(instance)) yield instance;
  }
}

/** Turns hints into candidates of one provider; undefined when it has no index for any of them. */
class Lookup {
  readonly #context: OperationContext;
  readonly #provider: InstanceProvider;
  readonly #class: CimClass;
  constructor(context: OperationContext, provider: InstanceProvider, own: CimClass) {
    this.#context = context;
    this.#provider = provider;
    this.#class = own;
  }

  best(hints: readonly IndexHint[]): Iterable<CimInstance> | undefined {
    const byKey = this.#byKeys(hints);
    if (byKey !== undefined) return byKey;
    for (const hint of hints) {
      const found = this.#try(hint);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #try(hint: IndexHint): Iterable<CimInstance> | undefined {
    switch (hint.kind) {
      case 'paths':
        return distinct(hint.paths.flatMap((path) => this.#get(path) ?? []));
      case 'lookup': {
        const lists: Iterable<CimInstance>[] = [];
        for (const value of hint.values) {
          const list = this.#provider.candidates?.(this.#context, hint.property, hint.match, value);
          if (list === undefined) return undefined;
          lists.push(list);
        }
        return lists.length === 1 ? lists[0] : distinct(chain(lists));
      }
      case 'union': {
        const lists: Iterable<CimInstance>[] = [];
        for (const branch of hint.of) {
          const list = this.best(branch);
          if (list === undefined) return undefined;
          lists.push(list);
        }
        return distinct(chain(lists));
      }
    }
  }

  #get(path: ObjectPath): CimInstance | undefined {
    if (!this.#class.isA(path.className)) return undefined;
    if (path.namespace !== null && foldNamespace(path.namespace) !== foldNamespace(this.#class.namespace))
      return undefined;
    const complete = completeKeys(this.#class, path);
    return complete === undefined ? undefined : this.#provider.get(this.#context, complete);
  }

  /** Equality on every key is a get, whether the provider keeps other indexes or not. */
  #byKeys(hints: readonly IndexHint[]): Iterable<CimInstance> | undefined {
    if (this.#class.singleton || this.#class.keys.length === 0) return undefined;
    let combinations: ReadonlyMap<string, KeyValue>[] = [new Map()];
    for (const key of this.#class.keys) {
      if (key.type !== 'string' && key.type !== 'reference') return undefined;
      const hint = hints.find((h) => h.kind === 'lookup' && h.match === 'equal' && sameName(h.property, key.name));
      if (hint?.kind !== 'lookup') continue;
      const values = key.type === 'string' ? hint.values : pathsIn(hint.values);
      combinations = combinations.flatMap((c) => values.map((v) => new Map([...c, [key.name, v]])));
    }
    const paths: ObjectPath[] = [];
    for (const keys of combinations) {
      const path = completeKeys(this.#class, new ObjectPath(null, this.#class.namespace, this.#class.name, keys));
      if (path === undefined) return undefined;
      paths.push(path);
    }
    return distinct(paths.flatMap((path) => this.#provider.get(this.#context, path) ?? []));
  }
}

/** What the values of a reference name, each once: a hint has a path as a key and as it was written. */
const pathsIn = (values: readonly string[]): ObjectPath[] => {
  const paths = values.flatMap((value) => tryParsePath(value) ?? []).filter((path) => path.keys !== null);
  return [...new Map(paths.map((path) => [pathKey(path), path])).values()];
};

function* chain(lists: readonly Iterable<CimInstance>[]): Generator<CimInstance> {
  for (const list of lists) yield* list;
}

/** Look-ups that overlap must not yield an instance twice. */
function* distinct(items: Iterable<CimInstance>): Generator<CimInstance> {
  const seen = new Set<string>();
  for (const item of items) {
    const path = item.path();
    const key = path === null ? null : pathKey(path);
    if (key !== null && seen.has(key)) continue;
    if (key !== null) seen.add(key);
    yield item;
  }
}
