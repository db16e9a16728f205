import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { REFUSALS } from '../../src/cimxml/message/refusal.ts';
import { INTRINSIC_OPERATIONS } from '../../src/cimxml/operations/dispatch.ts';
import { attribute, child } from '../../src/xml/element.ts';
import { parseXml } from '../../src/xml/parse.ts';
import { createWorld, GUIDS, V2 } from '../wsman/kit/world.ts';
import { type HttpAnswer, startEndpoint, type TestEndpoint } from './kit/endpoint.ts';
import { array, className, extrinsic, instanceName, intrinsic, localInstancePath, value } from './kit/messages.ts';
import { fuzz } from '../kit/fuzz.ts';

const CLASS = 'Msvm_ComputerSystem';
const SYSTEM = instanceName(CLASS, { CreationClassName: CLASS, Name: GUIDS[0] });

/** Requests that work: what mutations start from. */
const VALID: readonly string[] = [
  intrinsic('GetInstance', V2, { InstanceName: SYSTEM, PropertyList: array('Name') }),
  intrinsic('EnumerateInstances', V2, { ClassName: className(CLASS), DeepInheritance: value(true) }),
  intrinsic('EnumerateInstanceNames', V2, { ClassName: className(CLASS) }),
  intrinsic('GetClass', V2, { ClassName: className(CLASS), LocalOnly: value(false) }),
  intrinsic('EnumerateClassNames', V2, { ClassName: className('CIM_System') }),
  intrinsic('Associators', V2, { ObjectName: SYSTEM, AssocClass: className('Msvm_SettingsDefineState') }),
  intrinsic('ReferenceNames', V2, { ObjectName: className(CLASS), Role: value('ManagedElement') }),
  intrinsic('ExecQuery', V2, {
    QueryLanguage: value('WQL'),
    Query: value(`SELECT * FROM ${CLASS} WHERE Name LIKE '%A%'`),
  }),
  intrinsic('OpenEnumerateInstances', V2, {
    ClassName: className(CLASS),
    MaxObjectCount: value(1),
    OperationTimeout: value(1),
  }),
  intrinsic('PullInstancesWithPath', V2, { EnumerationContext: value('x'), MaxObjectCount: value(1) }),
  intrinsic('ModifyInstance', V2, {
    ModifiedInstance: `<VALUE.NAMEDINSTANCE>${SYSTEM}<INSTANCE CLASSNAME="${CLASS}"><PROPERTY NAME="ElementName" TYPE="string">${value('x')}</PROPERTY></INSTANCE></VALUE.NAMEDINSTANCE>`,
  }),
  intrinsic('GetQualifier', V2, { QualifierName: value('Key') }),
  extrinsic('RequestStateChange', localInstancePath(V2, SYSTEM), { RequestedState: value(2) }),
];

/** One change of a text that somebody hostile, or a broken client, may make. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), length: fc.nat(60) }),
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), text: fc.string({ unit: 'binary', maxLength: 12 }) }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.nat(),
    text: fc.constantFrom(
      '<',
      '>',
      '&',
      '"',
      '<VALUE/>',
      '<![CDATA[',
      ']]>',
      '<!--',
      '&#0;',
      '&#xD800;',
      'xmlns="x"',
      '\u0000',
      '<VALUE.NULL/>',
    ),
  }),
  fc.record({ kind: fc.constant('double' as const), at: fc.nat(), length: fc.nat(200) }),
  fc.record({
    kind: fc.constant('swap' as const),
    from: fc.constantFrom(
      'IPARAMVALUE',
      'PARAMVALUE',
      'VALUE',
      'INSTANCENAME',
      'CLASSNAME',
      'KEYBINDING',
      'KEYVALUE',
      'NAMESPACE',
      'LOCALNAMESPACEPATH',
      'INSTANCE',
      CLASS,
      'TRUE',
      '1',
    ),
    to: fc.oneof(
      fc.constantFrom(
        'VALUE',
        'VALUE.ARRAY',
        'VALUE.REFERENCE',
        'CLASS',
        'NAME',
        'INSTANCENAME',
        '__SystemClass',
        'constructor',
        '__proto__',
        '-1',
        '4294967296',
        '1e99',
        '',
      ),
      fc.string({ maxLength: 20 }),
    ),
  }),
  fc.record({
    kind: fc.constant('rename' as const),
    to: fc.constantFrom(...Object.keys(INTRINSIC_OPERATIONS), 'toString', '__proto__'),
  }),
);

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(text: string, m: Mutation): string {
  const at = 'at' in m ? m.at % (text.length + 1) : 0;
  switch (m.kind) {
    case 'cut':
      return text.slice(0, at) + text.slice(at + m.length);
    case 'insert':
      return text.slice(0, at) + m.text + text.slice(at);
    case 'double':
      return text.slice(0, at + m.length) + text.slice(at);
    case 'swap':
      return text.replaceAll(m.from, m.to);
    case 'rename':
      return text.replace(/METHODCALL NAME="\w+"/, `METHODCALL NAME="${m.to}"`);
  }
}

/** Whatever came: an answer that is XML to the end, or a refusal that says why; nothing of our insides in either. */
function checkAnswer(answer: HttpAnswer): void {
  if (answer.status !== 200) {
    const reason = String(answer.headers['cimerror']);
    assert.ok(Object.hasOwn(REFUSALS, reason), `${answer.status} ${reason}`);
    assert.equal(answer.status, REFUSALS[reason as keyof typeof REFUSALS]);
    assert.equal(answer.body.length, 0);
    return;
  }
  const text = answer.body.toString('utf8');
  const message = child(parseXml(text), 'MESSAGE') ?? assert.fail(text);
  const response = child(message, 'SIMPLERSP')?.children[0] ?? assert.fail(text);
  const error = child(response, 'ERROR');
  if (error === undefined) return;
  const code = Number(attribute(error, 'CODE'));
  assert.ok(code >= 1 && code <= 28, text);
  assert.notEqual(attribute(error, 'DESCRIPTION'), 'The service failed; its log says why.');
}

describe('hardening 5, 6: CIM-XML, mutated and malformed', () => {
  let endpoint: TestEndpoint;
  before(async () => {
    endpoint = await startEndpoint(createWorld());
  });
  after(() => endpoint[Symbol.asyncDispose]());

  test('every valid request works as it is', async () => {
    for (const body of VALID) assert.equal((await endpoint.http(body)).status, 200, body);
  });

  test('a mutated request gets a well-formed answer; nothing unforeseen happens inside', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...VALID),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        async (body, changes) => {
          const sent = changes.reduce(mutate, body);
          checkAnswer(await endpoint.http(sent));
          assert.deepEqual(
            endpoint.logged.filter((l) => l.message === 'request failed'),
            [],
            sent,
          );
        },
      ),
      fuzz(1500),
    );
  });

  test('bytes of any kind, headers of any kind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...VALID),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(
          'text/xml',
          'application/xml; charset="utf-8"',
          'text/xml; charset=utf-16',
          'text/xml;charset=x',
        ),
        fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
        async (body, flips, type, cimobject) => {
          const bytes = Buffer.from(body);
          for (const [at, byte] of flips) bytes[at % bytes.length] = byte;
          const headers = { 'content-type': type, ...(cimobject.trim() === '' ? {} : { cimobject }) };
          checkAnswer(await endpoint.http(bytes, { headers }));
          assert.deepEqual(
            endpoint.logged.filter((l) => l.message === 'request failed'),
            [],
          );
        },
      ),
      fuzz(500),
    );
  });

  test('memory stays bounded under what is large and wrong', async () => {
    const grown = async (body: string): Promise<number> => {
      const start = process.memoryUsage().rss;
      for (let i = 0; i < 3; i++) checkAnswer(await endpoint.http(body));
      return process.memoryUsage().rss - start;
    };
    const big = 'x'.repeat(4 << 20);
    const bodies = [
      VALID[0]!.replace(GUIDS[0], big),
      VALID[0]!.replace('NAME="Name"', `NAME="${big}"`),
      intrinsic('ExecQuery', V2, {
        QueryLanguage: value('WQL'),
        Query: value(`SELECT * FROM ${CLASS} WHERE Name = '${big}'`),
      }),
      intrinsic('GetInstance', V2, {
        InstanceName: SYSTEM,
        PropertyList: array(...Array.from({ length: 100_000 }, (_, i) => `P${i}`)),
      }),
    ];
    for (const body of bodies) assert.ok((await grown(body)) < 300 << 20, body.slice(0, 200));
  });
});
