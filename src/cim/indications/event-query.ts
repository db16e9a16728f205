import { CimError } from '../errors.ts';
import type { CimInstance } from '../instance.ts';
import { sameName } from '../names.ts';
import type { CimClass } from '../schema.ts';
import type { CimValue } from '../values.ts';
import type { Expression, GroupClause, Operand, SelectQuery } from '../wql/ast.ts';
import { projectionOf } from '../wql/columns.ts';
import { compileExpression, type Predicate } from '../wql/compile.ts';
import type { WqlEnvironment } from '../wql/environment.ts';
import { fieldOf } from '../wql/field.ts';
import { texts } from '../wql/literal.ts';
import { parseQuery } from '../wql/parse-query.ts';
import { type IntrinsicClasses, intrinsicClasses } from './intrinsic-events.ts';

/** A checked event query. */
export interface EventQuery {
  readonly from: CimClass;
  /** How changes of instances become events; null for a query on extrinsic events. */
  readonly intrinsic: IntrinsicClasses | null;
  /** Classes whose instances are listened to; empty for extrinsic events. */
  readonly targets: readonly CimClass[];
  readonly matches: Predicate;
  readonly columns: readonly string[] | null;
  /** Milliseconds; null without WITHIN. */
  readonly within: number | null;
  readonly group: EventGrouping | null;
}

export interface EventGrouping {
  /** Milliseconds. */
  readonly within: number;
  /** `__AggregateEvent`. */
  readonly aggregate: CimClass;
  readonly keyOf: (event: CimInstance) => string;
  readonly having: Predicate;
}

/** Seconds; anything shorter Windows calls too precise. */
const SHORTEST_WITHIN = 0.001;

/** @throws CimError of spec wql §7 */
export function compileEventQuery(text: string, environment: WqlEnvironment): EventQuery {
  const query = parse(text);
  const { schema } = environment;
  const from = schema.class(query.from);
  if (from === undefined)
    throw new CimError('invalidClass', `Namespace ${schema.name} has no class ${query.from}.`, { subject: query.from });
  if (!isEventClass(from)) throw new CimError('notEventClass', `${from.name} is not a class of events.`);
  const intrinsic = intrinsicClasses(from, schema);
  const targets = intrinsic === null ? [] : targetsOf(query, environment);
  return {
    from,
    intrinsic,
    targets,
    matches: query.where === null ? () => true : compileExpression(query.where, from, environment),
    columns: projectionOf(eventColumns(query.columns, from), from, environment),
    within: query.within === null ? null : pollingInterval(query.within),
    group: query.group === null ? null : compileGroup(query.group, from, environment),
  };
}

/**
 * os-win asks for properties of the target beside the event's own, `SELECT EnabledState, TargetInstance` (lifecycle §10):
 * those are passed over, unless nothing else is asked for.
 */
function eventColumns(columns: readonly Operand[] | null, from: CimClass): readonly Operand[] | null {
  const own =
    columns?.filter(([name]) => from.property(name ?? '') !== undefined || (name ?? '').startsWith('__')) ?? [];
  return own.length === 0 ? columns : own;
}

/** Syntax errors of event queries have a code of their own. */
function parse(text: string): SelectQuery {
  try {
    const query = parseQuery(text);
    if (query.kind === 'select') return query;
  } catch (error) {
    if (error instanceof CimError && error.code === 'invalidQuery') {
      throw new CimError('unparsableQuery', error.message, { cause: error });
    }
    throw error;
  }
  throw new CimError('unparsableQuery', 'An event query starts with SELECT.');
}

const isEventClass = (cimClass: CimClass): boolean =>
  cimClass.indication || cimClass.isA('__Event') || cimClass.isA('CIM_Indication');

function pollingInterval(text: string): number {
  const seconds = Number(text);
  if (seconds < SHORTEST_WITHIN) {
    throw new CimError(
      'registrationTooPrecise',
      `WITHIN ${text} is too short; the least is ${SHORTEST_WITHIN} seconds.`,
    );
  }
  return seconds * 1000;
}

/** An intrinsic query must say whose instances it means, or every change of everything would be an event. */
function targetsOf(query: SelectQuery, environment: WqlEnvironment): readonly CimClass[] {
  const names = query.where === null ? null : boundClasses(query.where);
  if (names === null) {
    throw new CimError(
      'registrationTooBroad',
      `A query on ${query.from} needs TargetInstance ISA "Class" for every branch of its condition.`,
    );
  }
  return names.map((name) => {
    const target = environment.schema.class(name);
    if (target !== undefined) return target;
    throw new CimError('invalidClass', `Namespace ${environment.schema.name} has no class ${name}.`, { subject: name });
  });
}

const OBJECTS = ['TargetInstance', 'PreviousInstance', 'SourceInstance'];

const isObject = (name: string | undefined): boolean => name !== undefined && OBJECTS.some((o) => sameName(o, name));

/** Names of classes that bound an expression; null when it has none. */
function boundClasses(e: Expression): readonly string[] | null {
  switch (e.kind) {
    case 'and':
      return e.terms.map(boundClasses).find((names) => names !== null) ?? null;
    case 'or': {
      const all = e.terms.map(boundClasses);
      return all.includes(null) ? null : all.flatMap((names) => names ?? []);
    }
    case 'isa':
      return e.operand.length === 1 && isObject(e.operand[0]) ? [e.className] : null;
    case 'compare':
      return isClassTest(e.operand) && e.op === '=' ? texts(e.literal).slice(0, 1) : null;
    default:
      return null;
  }
}

const isClassTest = (operand: Operand): boolean =>
  operand.length === 2 && isObject(operand[0]) && sameName(operand[1] as string, '__CLASS');

function compileGroup(group: GroupClause, from: CimClass, environment: WqlEnvironment): EventGrouping {
  const aggregate = environment.schema.class('__AggregateEvent');
  if (aggregate === undefined)
    throw new CimError('notSupported', `${environment.schema.name} has no aggregate events.`);
  const fields = group.by.map((operand) => {
    const field = fieldOf(operand, from, environment);
    if (field.kind === 'static' && field.type.type === 'object') {
      throw new CimError('aggregatingByObject', `${operand.join('.')} is an object; events cannot be grouped by it.`);
    }
    return field;
  });
  if (group.having !== null) checkHaving(group.having);
  return {
    within: Number(group.within) * 1000,
    aggregate,
    keyOf: (event) =>
      JSON.stringify(
        fields.map((f) => groupText(f.kind === 'static' ? f.read(event) : (f.read(event)?.value ?? null))),
      ),
    having: group.having === null ? () => true : compileExpression(group.having, aggregate, environment),
  };
}

const groupText = (value: CimValue): string | null => (value === null ? null : String(value).toLowerCase());

/** HAVING knows NumberOfEvents alone. */
function checkHaving(e: Expression): void {
  switch (e.kind) {
    case 'and':
    case 'or':
      e.terms.forEach(checkHaving);
      return;
    case 'not':
      checkHaving(e.term);
      return;
    case 'compare':
      if (sameName(e.operand.join('.'), 'NumberOfEvents')) return;
  }
  throw new CimError('invalidQuery', 'HAVING can only compare NumberOfEvents with a number.');
}
