import type { Operation } from '../../cim/operations.ts';
import type { ClassRepository } from '../../cim/schema.ts';
import { attribute, child, type XmlElement } from '../../xml/element.ts';
import { DIALECT, NS } from '../envelope/namespaces.ts';
import type { SoapRequest } from '../envelope/request.ts';
import { WsmanFault } from '../faults/fault.ts';
import { resolveTarget, type Target } from '../objects/target.ts';
import { readAssociationFilter } from './association-filter.ts';
import { selectorQuery } from './selector-filter.ts';

export type EnumerationMode = 'objects' | 'epr' | 'objectAndEpr';
export type PolymorphismMode = 'include' | 'exclude' | 'none';

/** An Enumerate, understood (spec §5.6). */
export interface EnumerateRequest {
  readonly target: Target;
  readonly operation:
    | Operation<'enumerateInstances'>
    | Operation<'execQuery'>
    | Operation<'associators'>
    | Operation<'references'>;
  /** Projection of an association filter; a query's own comes with its result. */
  readonly columns: readonly string[] | null;
  readonly mode: EnumerationMode;
  readonly polymorphism: PolymorphismMode;
  readonly optimized: boolean;
  readonly maxElements: number;
}

const MODES: Readonly<Record<string, EnumerationMode>> = {
  '': 'objects',
  EnumerateObject: 'objects',
  EnumerateEPR: 'epr',
  EnumerateObjectAndEPR: 'objectAndEpr',
};

const POLYMORPHISM: Readonly<Record<string, PolymorphismMode>> = {
  '': 'include',
  IncludeSubClassProperties: 'include',
  ExcludeSubClassProperties: 'exclude',
  None: 'none',
};

/** A positive count; absent means 1, the default of DSP0226 on which libvirt depends (spec §5.7). */
export function readMaxElements(body: XmlElement, limit: number): number {
  const text = (child(body, 'MaxElements')?.text ?? '').trim();
  if (text === '') return 1;
  if (!/^\d{1,12}$/.test(text) || Number(text) < 1) {
    throw new WsmanFault('schemaValidation', 'MaxElements must be a positive number.');
  }
  return Math.min(Number(text), limit);
}

/** The body of an operation must be its own element. */
export function operationBody(request: SoapRequest, local: string, ns: string): XmlElement {
  const body = request.body;
  if (body === null || body.local !== local || body.ns !== ns) {
    throw new WsmanFault('schemaValidation', `The body must hold ${local} of ${ns}.`);
  }
  return body;
}

export interface WireFilter {
  readonly dialect: string;
  readonly element: XmlElement;
}

const STARTS_AS_WQL = /^\s*(?:select|associators|references)\b/i;

/** `w:Filter` and `n:Filter` mean the same; without a dialect, a text that looks like WQL is WQL (spec §5.6). */
export function readFilter(body: XmlElement): WireFilter | null {
  const element = body.children.find((c) => c.local === 'Filter');
  if (element === undefined) return null;
  const dialect = attribute(element, 'Dialect')?.trim();
  if (dialect !== undefined) return { dialect, element };
  return { dialect: STARTS_AS_WQL.test(element.text) ? DIALECT.wql : DIALECT.xpath, element };
}

const sameUri = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export const isQueryDialect = (dialect: string): boolean =>
  sameUri(dialect, DIALECT.wql) || sameUri(dialect, DIALECT.cql);

/** @throws WsmanFault */
export function readEnumerate(repository: ClassRepository, request: SoapRequest, maxItems: number): EnumerateRequest {
  const body = operationBody(request, 'Enumerate', NS.enumeration);
  const target = resolveTarget(repository, request.resource, request.selectors);
  const filter = readFilter(body);
  const polymorphism = readEnum(body, 'PolymorphismMode', POLYMORPHISM, 'polymorphismMode');
  return {
    target,
    ...chooseOperation(repository, target, filter, polymorphism),
    mode: readEnum(body, 'EnumerationMode', MODES, 'enumerationMode'),
    polymorphism,
    optimized: child(body, 'OptimizeEnumeration') !== undefined,
    maxElements: readMaxElements(body, maxItems),
  };
}

function readEnum<T>(
  body: XmlElement,
  local: string,
  table: Readonly<Record<string, T>>,
  fault: 'polymorphismMode' | 'enumerationMode',
): T {
  const text = (child(body, local)?.text ?? '').trim();
  const value = Object.hasOwn(table, text) ? table[text] : undefined;
  if (value === undefined) throw new WsmanFault(fault, `${local} "${text.slice(0, 100)}" is not supported.`);
  return value;
}

function chooseOperation(
  repository: ClassRepository,
  target: Target,
  filter: WireFilter | null,
  polymorphism: PolymorphismMode,
): Pick<EnumerateRequest, 'operation' | 'columns'> {
  const namespace = target.schema.name;
  if (filter === null) {
    if (target.class === null) throw new WsmanFault('wildcardNeedsFilter');
    const deep = polymorphism !== 'none';
    return { operation: { kind: 'enumerateInstances', namespace, className: target.class.name, deep }, columns: null };
  }
  if (isQueryDialect(filter.dialect)) {
    if (polymorphism !== 'include') throw new WsmanFault('polymorphismMode');
    const query = filter.element.text.trim();
    return { operation: { kind: 'execQuery', namespace, language: 'WQL', query }, columns: null };
  }
  if (sameUri(filter.dialect, DIALECT.association))
    return readAssociationFilter(repository, target.schema, filter.element);
  if (sameUri(filter.dialect, DIALECT.selector)) {
    if (target.class === null)
      throw new WsmanFault('cannotProcessFilter', 'A selector filter needs a class instead of "*".');
    const query = selectorQuery(target.class, filter.element);
    return { operation: { kind: 'execQuery', namespace, language: 'WQL', query }, columns: null };
  }
  throw new WsmanFault(
    'dialectUnavailable',
    `The filter dialect "${filter.dialect.slice(0, 200)}" is not supported. Use ${DIALECT.wql}.`,
  );
}
