import { CimError } from '../errors.ts';
import { sameName } from '../names.ts';
import type { CimClass, SchemaNamespace } from '../schema.ts';
import type { CimValue } from '../values.ts';
import type { Expression, Operand, SelectQuery } from './ast.ts';
import { literalTest } from './compare.ts';
import { compileLike } from './like.ts';
import { readings } from './literal.ts';

/** System properties of a class that a schema query can test (spec wql §4). */
const FIELDS: Readonly<Record<string, (cimClass: CimClass) => string | null>> = {
  __class: (c) => c.name,
  __superclass: (c) => c.superclass?.name ?? null,
  __dynasty: (c) => c.derivation.at(-1) ?? c.name,
  __namespace: (c) => c.namespace,
};

type ClassTest = (cimClass: CimClass) => boolean;

export const isSchemaQuery = (query: SelectQuery): boolean => sameName(query.from, 'meta_class');

/** `SELECT * FROM meta_class`: classes, not instances. @throws CimError invalidQuery */
export function runClassQuery(query: SelectQuery, schema: SchemaNamespace): readonly CimClass[] {
  if (query.columns !== null) throw new CimError('invalidQuery', 'A query on meta_class must select *.');
  const test = query.where === null ? () => true : compile(query.where, schema);
  const classes: CimClass[] = [];
  for (const name of schema.classNames()) {
    const cimClass = schema.class(name);
    if (cimClass !== undefined && test(cimClass)) classes.push(cimClass);
  }
  return classes;
}

function compile(e: Expression, schema: SchemaNamespace): ClassTest {
  switch (e.kind) {
    case 'and':
    case 'or': {
      const terms = e.terms.map((t) => compile(t, schema));
      return e.kind === 'and' ? (c) => terms.every((t) => t(c)) : (c) => terms.some((t) => t(c));
    }
    case 'not': {
      const term = compile(e.term, schema);
      return (c) => !term(c);
    }
    case 'isa':
      if (!sameName(e.operand.join('.'), '__this'))
        throw new CimError('invalidQuery', 'On meta_class ISA tests __this.');
      return (c) => c.isA(e.className);
    case 'isNull': {
      const read = fieldOf(e.operand);
      return (c) => read(c) === null;
    }
    case 'compare': {
      const read = fieldOf(e.operand);
      const test = literalTest({ name: e.operand.join('.'), type: 'string', path: false }, e.op, e.literal, schema);
      return (c) => onText(read(c), test);
    }
    case 'like': {
      const read = fieldOf(e.operand);
      const patterns = readings(e.pattern).map(compileLike);
      return (c) => onText(read(c), (value) => patterns.some((p) => p.matches(value)));
    }
    case 'compareProperty':
      throw new CimError('invalidQuery', 'On meta_class properties are compared with constants only.');
  }
}

const onText = (value: CimValue, test: (value: string) => boolean): boolean => typeof value === 'string' && test(value);

function fieldOf(operand: Operand): (cimClass: CimClass) => string | null {
  const read = FIELDS[operand.join('.').toLowerCase()];
  if (read === undefined) throw new CimError('invalidQuery', `meta_class has no property ${operand.join('.')}.`);
  return read;
}
