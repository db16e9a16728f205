import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadRepository } from '../../src/cim/repository/load.ts';
import type { CimClass, CimMethod, CimParameter, CimProperty } from '../../src/cim/schema.ts';
import {
  FACTS,
  QUERY_PSEUDO_CLASSES,
  type ClassFact,
  type MethodFact,
  type ParameterFact,
  type PropertyFact,
} from './facts.ts';

/** A namespace's facts by class name, and a class's line of descent, root first. */
class Facts {
  readonly #byName: ReadonlyMap<string, ClassFact>;
  constructor(classes: readonly ClassFact[]) {
    this.#byName = new Map(classes.map((one) => [one.name, one]));
  }

  lineage(name: string | null): readonly ClassFact[] {
    const fact = name === null ? undefined : this.#byName.get(name);
    return fact === undefined ? [] : [...this.lineage(fact.superclass), fact];
  }
}

/** The most derived of the statements that say anything. */
const last = <T, V>(statements: readonly T[], pick: (statement: T) => V | undefined): V | null =>
  statements.map(pick).findLast((value) => value !== undefined) ?? null;

const statementsOf = <T extends { readonly name: string }>(
  lineage: readonly ClassFact[],
  pick: (fact: ClassFact) => readonly T[],
): ReadonlyMap<string, { readonly origin: string; readonly all: readonly T[] }> => {
  const found = new Map<string, { origin: string; all: T[] }>();
  for (const fact of lineage) {
    for (const statement of pick(fact)) {
      const known = found.get(statement.name);
      if (known === undefined) found.set(statement.name, { origin: fact.name, all: [statement] });
      else known.all.push(statement);
    }
  }
  return found;
};

const cimType = (type: string): string => (type === 'ref' ? 'reference' : type);

const expectedProperty = (origin: string, all: readonly PropertyFact[]): unknown => {
  const type = cimType(all.at(-1)?.type ?? '');
  return {
    name: all[0]?.name,
    type,
    array: all.some(({ array }) => array === true),
    key: all.some(({ key }) => key === true),
    write: all.some(({ write }) => write === true),
    ref: last(all, ({ ref }) => ref),
    targetNamespace: last(all, ({ refNs }) => refNs),
    embedded: last(all, ({ embedded }) => embedded),
    units: last(all, ({ units }) => units),
    maxLen: last(all, ({ maxLen }) => maxLen),
    values: last(all, ({ values }) => values),
    default: held(
      type,
      last(all, (one) => one.default),
    ),
    origin,
  };
};

/** Integers are `bigint` in the facts; the repository holds up to 32 bits as `number`. */
const held = (type: string, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((item: unknown) => held(type, item));
  return typeof value === 'bigint' && !type.endsWith('64') ? Number(value) : value;
};

const expectedMethod = (origin: string, all: readonly MethodFact[]): unknown => {
  const signatures = all.filter(({ inheritSignature }) => inheritSignature === undefined);
  return {
    name: all[0]?.name,
    static: all.some((one) => one.static === true),
    unsupported: all.at(-1)?.unsupported === true,
    returnType: signatures.at(-1)?.returnType ?? 'uint32',
    returns: last(all, ({ returns }) => returns),
    parameters: (signatures.at(-1)?.params ?? []).map(({ name }) =>
      expectedParameter(signatures.flatMap(({ params }) => params?.find((one) => one.name === name) ?? [])),
    ),
    origin,
  };
};

/** A restated parameter keeps what the restatement leaves out: its value map, its class, its optional mark. */
const expectedParameter = (all: readonly ParameterFact[]): unknown => {
  const stated = all.at(-1);
  return {
    name: stated?.name,
    direction: stated?.dir,
    type: cimType(stated?.type ?? ''),
    array: stated?.array === true,
    ref: last(all, ({ ref }) => ref),
    targetNamespace: last(all, ({ refNs }) => refNs),
    embedded: last(all, ({ embedded }) => embedded),
    optional: all.some(({ optional }) => optional === true),
    values: last(all, ({ values }) => values),
  };
};

const plain = (element: CimProperty | CimMethod | CimParameter): unknown => ({ ...element });

const repository = loadRepository();

const CHECKS: Readonly<Record<string, (found: CimClass, fact: ClassFact, lineage: readonly ClassFact[]) => void>> = {
  'superclass, derivation and flags'(found, fact, lineage) {
    assert.deepEqual(
      {
        name: found.name,
        superclass: found.superclass?.name ?? null,
        derivation: found.derivation,
        abstract: found.abstract,
        association: found.association,
        indication: found.indication,
        singleton: found.singleton,
        system: found.system,
      },
      {
        name: fact.name,
        superclass: fact.superclass,
        derivation: lineage
          .map(({ name }) => name)
          .toReversed()
          .slice(1),
        abstract: fact.abstract,
        association: fact.association,
        indication: fact.indication,
        singleton: fact.singleton === true,
        system: fact.system === true,
      },
      fact.name,
    );
    for (const { name } of lineage) assert.ok(found.isA(name.toUpperCase()), `${fact.name} is a ${name}`);
  },

  'every property with type, array, key, reference, embedded class, values, units, length and default'(
    found,
    fact,
    lineage,
  ) {
    const statements = statementsOf(lineage, ({ properties }) => properties);
    const expected = [...statements.values()].map(({ origin, all }) => expectedProperty(origin, all));
    assert.deepEqual(found.properties.map(plain), expected, fact.name);
    assert.deepEqual(
      found.keys.map(({ name }) => name),
      [...statements].filter(([, { all }]) => all.some(({ key }) => key)).map(([name]) => name),
      fact.name,
    );
  },

  'every method with parameters and return codes'(found, fact, lineage) {
    const statements = statementsOf(lineage, ({ methods }) => methods);
    const expected = [...statements.values()].map(({ origin, all }) => expectedMethod(origin, all));
    assert.deepEqual(found.methods.map(plain), expected, fact.name);
  },

  'every class that is referred to or embedded exists in its namespace'(found, fact) {
    const elements = [...found.properties, ...found.methods.flatMap(({ parameters }) => parameters)];
    for (const { name, ref, embedded, targetNamespace } of elements) {
      const target = ref ?? embedded;
      if (target === null) continue;
      const where = repository.namespace(targetNamespace ?? found.namespace);
      assert.ok(where?.class(target) !== undefined, `${fact.name}.${name}: ${target}`);
    }
  },
};

describe('class repository against the facts', () => {
  for (const { namespace, classes } of FACTS) {
    const facts = new Facts(classes);
    const loaded = repository.namespace(namespace);

    test(`${namespace}: has exactly the classes of the facts`, () => {
      assert.deepEqual([...(loaded?.classNames() ?? [])].toSorted(), classes.map(({ name }) => name).toSorted());
    });

    for (const [title, check] of Object.entries(CHECKS)) {
      test(`${namespace}: ${title}`, () => {
        for (const fact of classes) {
          const found = loaded?.class(fact.name);
          assert.ok(found !== undefined, fact.name);
          check(found, fact, facts.lineage(fact.name));
        }
      });
    }
  }

  test('the pseudo-classes of queries are no classes', () => {
    assert.deepEqual(QUERY_PSEUDO_CLASSES, ['meta_class']);
    for (const namespace of repository.namespaces) assert.equal(namespace.class('meta_class'), undefined);
  });
});
