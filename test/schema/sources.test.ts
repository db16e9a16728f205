import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { MofClass, MofMethod, MofParameter, MofProperty, MofQualifier, MofValue } from '../../src/cim/mof/ast.ts';
import { readSources } from '../../src/cim/repository/sources.ts';
import {
  FACTS,
  HOST_SECURITY,
  type ClassFact,
  type MethodFact,
  type ParameterFact,
  type PropertyFact,
} from './facts.ts';

/** Reads a class declaration back into the form of the fact files, qualifier by qualifier. */
const classFact = (mof: MofClass): ClassFact =>
  defined({
    name: mof.name,
    superclass: mof.superclass,
    abstract: flag(mof, 'Abstract') ?? false,
    association: flag(mof, 'Association') ?? false,
    indication: flag(mof, 'Indication') ?? false,
    singleton: flag(mof, 'Singleton'),
    system: flag(mof, 'System'),
    ...provenance(mof),
    properties: mof.properties.map(propertyFact),
    methods: mof.methods.map(methodFact),
  }) as unknown as ClassFact;

const propertyFact = (mof: MofProperty): PropertyFact =>
  defined({
    ...elementFact(mof),
    key: flag(mof, 'Key'),
    write: flag(mof, 'Write'),
    units: value(mof, 'Units'),
    maxLen: numberOf(value(mof, 'MaxLen')),
    default: mof.default,
    override: named(mof, 'Override'),
    typeAssumed: flag(mof, 'TypeAssumed'),
    ...provenance(mof),
  }) as unknown as PropertyFact;

const methodFact = (mof: MofMethod): MethodFact => {
  const inherits = flag(mof, 'InheritSignature');
  return defined({
    name: mof.name,
    static: flag(mof, 'Static'),
    override: named(mof, 'Override'),
    unsupported: flag(mof, 'Unsupported'),
    inheritSignature: inherits,
    signatureUnknown: flag(mof, 'SignatureUnknown'),
    orderAssumed: flag(mof, 'OrderAssumed'),
    ...provenance(mof),
    returnType: mof.returnType.name === 'uint32' ? undefined : mof.returnType.name,
    params: inherits ? undefined : mof.parameters.map(parameterFact),
    returns: valueMap(mof),
  }) as unknown as MethodFact;
};

const parameterFact = (mof: MofParameter): ParameterFact =>
  defined({
    ...elementFact(mof),
    dir: `${flag(mof, 'In') ? 'in' : ''}${flag(mof, 'Out') ? 'out' : ''}`,
    optional: flag(mof, 'Optional'),
    embeddedAssumed: flag(mof, 'EmbeddedAssumed'),
  }) as unknown as ParameterFact;

const SIMPLE = /^(?:boolean|string|datetime|char16|[us]int(?:8|16|32|64)|real(?:32|64)|object)$/;

const elementFact = (mof: MofProperty | MofParameter): Record<string, unknown> => {
  const { name, reference } = mof.type;
  const classNamed = !reference && !SIMPLE.test(name);
  return {
    name: mof.name,
    type: reference ? 'ref' : classNamed ? 'object' : name,
    ref: reference ? name : undefined,
    refNs: value(mof, 'TargetNamespace'),
    array: mof.array ? true : undefined,
    embedded: classNamed ? name : value(mof, 'EmbeddedInstance'),
    values: valueMap(mof),
  };
};

interface Qualified {
  readonly name: string;
  readonly qualifiers: readonly MofQualifier[];
}

const value = ({ qualifiers }: Qualified, name: string): MofValue | undefined =>
  qualifiers.find((qualifier) => qualifier.name === name)?.value;

const flag = (mof: Qualified, name: string): true | undefined => (value(mof, name) === undefined ? undefined : true);

const named = (mof: Qualified, name: string): true | undefined => (value(mof, name) === mof.name ? true : undefined);

const numberOf = (given: MofValue | undefined): number | undefined => (given === undefined ? undefined : Number(given));

const provenance = (mof: Qualified): Record<string, unknown> => ({
  only: value(mof, 'Only'),
  minServer: value(mof, 'MinServer'),
  src: value(mof, 'Source'),
});

const valueMap = (mof: Qualified): Record<string, MofValue> | undefined => {
  const keys = value(mof, 'ValueMap') as readonly string[] | undefined;
  const names = value(mof, 'Values') as readonly MofValue[] | undefined;
  if (keys === undefined || names === undefined) return undefined;
  return Object.fromEntries(keys.map((key, at) => [key, names[at] ?? null]));
};

const defined = (fact: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fact).filter(([, given]) => given !== undefined));

/** The MOF says the namespace by the file that includes the class. */
const comparable = (fact: ClassFact): Record<string, unknown> => defined({ ...fact, namespace: undefined });

describe('MOF sources', () => {
  const sources = readSources(fileURLToPath(new URL('../../schema', import.meta.url)));

  test('declare the namespaces of the facts, no more', () => {
    assert.deepEqual(
      sources.namespaces.map(({ name }) => name),
      FACTS.map(({ namespace }) => namespace),
    );
  });

  for (const { namespace, classes } of FACTS) {
    test(`${namespace}: every statement of the facts stands in the MOF, and no other`, () => {
      const declared = new Map(
        sources.namespaces.find(({ name }) => name === namespace)?.classes.map(({ mof }) => [mof.name, mof]),
      );
      assert.deepEqual([...declared.keys()].toSorted(), classes.map(({ name }) => name).toSorted());
      for (const fact of classes) {
        const mof = declared.get(fact.name);
        assert.ok(mof !== undefined, fact.name);
        assert.deepEqual(classFact(mof), comparable(fact), fact.name);
      }
    });
  }

  test('security descriptors: what root\\cimv2 was seen to have is what every namespace declares', () => {
    const everywhere = FACTS.find(({ namespace }) => namespace === 'root\\virtualization\\v2')?.classes ?? [];
    const shape = (fact: ClassFact | undefined): unknown => [
      fact?.superclass,
      fact?.properties.map(({ name, type, array, embedded }) => [name, type, array, embedded]),
    ];
    assert.equal(HOST_SECURITY.length, 4);
    for (const seen of HOST_SECURITY) {
      assert.deepEqual(shape(seen), shape(everywhere.find(({ name }) => name === seen.name)), seen.name);
    }
  });
});
