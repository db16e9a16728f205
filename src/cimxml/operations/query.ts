import { CimError } from '../../cim/errors.ts';
import { fold, sameName } from '../../cim/names.ts';
import type { CimInstance } from '../../cim/instance.ts';
import type { CimClass } from '../../cim/schema.ts';
import type { Expression } from '../../cim/wql/ast.ts';
import { parseQuery } from '../../cim/wql/parse-query.ts';
import { ClassWriter } from '../values/class-writer.ts';
import { type IntrinsicOperation, many, type Request, valueContext, written } from './service.ts';

/** What a query yields, each item as the element that stands for an object. */
export interface QueryItems {
  readonly items: Iterable<string> | AsyncIterable<string>;
  /** The projection in folded form; null: all. */
  readonly columns: ReadonlySet<string> | null;
}

const hasLike = (expression: Expression): boolean => {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.terms.some(hasLike);
    case 'not':
      return hasLike(expression.term);
    default:
      return expression.kind === 'like';
  }
};

/**
 * DMTF:CQL as far as it is WQL: SELECT of properties from one class with comparisons. Its LIKE has regular expressions,
 * so that the same words would mean something else (DSP0202 §5.6). @throws CimError invalidQuery
 */
function checkCql(text: string): void {
  const query = parseQuery(text);
  if (query.kind === 'select' && (query.where === null || !hasLike(query.where))) return;
  throw new CimError(
    'invalidQuery',
    'Of DMTF:CQL only SELECT with comparisons is supported; write ASSOCIATORS OF and LIKE in WQL.',
  );
}

/** @throws CimError invalidQueryLanguage, and those of the query */
export async function runQuery(request: Request, language: string, query: string): Promise<QueryItems> {
  const { service, context, schema } = request;
  const cql = sameName(language.trim(), 'DMTF:CQL');
  if (cql) checkCql(query);
  const result = await service.broker.execute(context, {
    kind: 'execQuery',
    namespace: schema.name,
    language: cql ? 'WQL' : language,
    query,
  });
  if ('classes' in result) return { items: classElements(request, result.classes), columns: null };
  const columns = result.columns === null ? null : new Set(result.columns.map(fold));
  const writer =
    columns === null
      ? service.instances
      : service.instances.withView({ properties: columns, trimTo: null, classOrigin: false });
  return { items: written(result.items, (instance: CimInstance) => writer.instance(instance)), columns };
}

function classElements({ service }: Request, classes: readonly CimClass[]): Iterable<string> {
  const view = { localOnly: false, qualifiers: false, classOrigin: false, properties: null };
  const writer = new ClassWriter(view, (namespace) => valueContext(service, namespace));
  return Iterator.from(classes).map((cimClass) => writer.class(cimClass));
}

const execQuery: IntrinsicOperation = {
  parameters: ['QueryLanguage', 'Query'],
  run: async (request) => {
    const { parameters } = request;
    const { items } = await runQuery(
      request,
      parameters.requiredString('QueryLanguage'),
      parameters.requiredString('Query'),
    );
    return many(written(items, (item: string) => `<VALUE.OBJECT>${item}</VALUE.OBJECT>`));
  },
};

export const QUERY_OPERATIONS: Readonly<Record<string, IntrinsicOperation>> = { ExecQuery: execQuery };
