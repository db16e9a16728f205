import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { CimWorld, NAMESPACE } from '../kit/cim-world.ts';
import { startEndpoint, type TestEndpoint } from './kit/endpoint.ts';
import { className, instanceName, type ParameterTexts, value } from './kit/messages.ts';
import { type CimReply, outputs, pathText, properties } from './kit/reply.ts';

const COUNT = 25;
const HUB = instanceName('Test_SystemSetting', { InstanceID: 'hub' });

interface Family {
  readonly open: string;
  readonly pull: string;
  readonly classic: string;
  readonly texts: ParameterTexts;
  /** Parameters of the classic operation, when they are others. */
  readonly classicTexts?: ParameterTexts;
  readonly item: string;
}

const CLASS = { ClassName: className('Test_DeviceSetting') };
const FAMILIES: readonly Family[] = [
  {
    open: 'OpenEnumerateInstances',
    pull: 'PullInstancesWithPath',
    classic: 'EnumerateInstances',
    texts: CLASS,
    item: 'VALUE.INSTANCEWITHPATH',
  },
  {
    open: 'OpenEnumerateInstancePaths',
    pull: 'PullInstancePaths',
    classic: 'EnumerateInstanceNames',
    texts: CLASS,
    item: 'INSTANCEPATH',
  },
  {
    open: 'OpenAssociatorInstances',
    pull: 'PullInstancesWithPath',
    classic: 'Associators',
    texts: { InstanceName: HUB },
    classicTexts: { ObjectName: HUB },
    item: 'VALUE.INSTANCEWITHPATH',
  },
  {
    open: 'OpenAssociatorInstancePaths',
    pull: 'PullInstancePaths',
    classic: 'AssociatorNames',
    texts: { InstanceName: HUB },
    classicTexts: { ObjectName: HUB },
    item: 'INSTANCEPATH',
  },
  {
    open: 'OpenReferenceInstances',
    pull: 'PullInstancesWithPath',
    classic: 'References',
    texts: { InstanceName: HUB },
    classicTexts: { ObjectName: HUB },
    item: 'VALUE.INSTANCEWITHPATH',
  },
  {
    open: 'OpenReferenceInstancePaths',
    pull: 'PullInstancePaths',
    classic: 'ReferenceNames',
    texts: { InstanceName: HUB },
    classicTexts: { ObjectName: HUB },
    item: 'INSTANCEPATH',
  },
  {
    open: 'OpenQueryInstances',
    pull: 'PullInstances',
    classic: 'ExecQuery',
    texts: { FilterQueryLanguage: value('WQL'), FilterQuery: value('SELECT * FROM Test_DeviceSetting') },
    classicTexts: { QueryLanguage: value('WQL'), Query: value('SELECT * FROM Test_DeviceSetting') },
    item: 'INSTANCE',
  },
];

describe('CIM-XML pull operations (wire-cimxml §4)', () => {
  let world: CimWorld;
  let endpoint: TestEndpoint;
  let time = 0;
  before(async () => {
    world = new CimWorld();
    const hub = world.setting('hub');
    for (let i = 0; i < COUNT; i++) world.link(world.component, hub, world.device(`d${i}`, { Weight: i }));
    endpoint = await startEndpoint(world, {
      now: () => time,
      limits: { maxOperationsPerUser: 5, maxPullTimeout: 100 },
    });
  });
  beforeEach(() => {
    time += 1_000_000; // Contexts that a test left are gone.
  });
  after(() => endpoint[Symbol.asyncDispose]());

  const open = (family: Family, more: ParameterTexts = {}, user = 'admin') =>
    endpoint.call(family.open, NAMESPACE, { ...family.texts, ...more }, { user });
  const pull = (operation: string, context: string, count: number | null, user = 'admin') =>
    endpoint.call(
      operation,
      NAMESPACE,
      { EnumerationContext: value(context), MaxObjectCount: count === null ? undefined : value(count) },
      { user },
    );
  const state = (reply: CimReply): readonly [string, string] => {
    assert.equal(reply.status, 0, reply.description);
    const out = outputs(reply);
    // Out parameters stand after the objects.
    assert.deepEqual(reply.response.children.map((c) => c.local).slice(0, 3), [
      'IRETURNVALUE',
      'PARAMVALUE',
      'PARAMVALUE',
    ]);
    return [String(out['EndOfSequence']), String(out['EnumerationContext'])];
  };
  const identity = (item: CimReply['items'][number]): string =>
    ['VALUE.INSTANCEWITHPATH', 'VALUE.OBJECTWITHPATH', 'VALUE.NAMEDINSTANCE', 'OBJECTPATH'].includes(item.local)
      ? pathText(item.children[0])
      : item.local === 'INSTANCE'
        ? String(properties(item)['InstanceID'])
        : item.local === 'VALUE.OBJECT'
          ? String(properties(item.children[0]!)['InstanceID'])
          : pathText(item);

  for (const family of FAMILIES) {
    test(`X-027, X-030: ${family.open} yields what ${family.classic} does, never more at once than asked for`, async () => {
      const classic = await endpoint.call(family.classic, NAMESPACE, family.classicTexts ?? family.texts);
      assert.equal(classic.items.length, COUNT);
      const opened = await open(family, { MaxObjectCount: value(10) });
      assert.equal(opened.items.length, 10);
      const [end, context] = state(opened);
      assert.equal(end, 'FALSE');
      const items = [...opened.items];
      for (let last = 'FALSE'; last === 'FALSE'; ) {
        const reply = await pull(family.pull, context, 7);
        assert.ok(reply.items.length <= 7 && reply.items.length > 0);
        items.push(...reply.items);
        const [done, next] = state(reply);
        assert.equal(next, done === 'TRUE' ? '' : context);
        last = done;
      }
      assert.deepEqual(items.map(identity), classic.items.map(identity));
      for (const item of items) assert.equal(item.local, family.item);
      assert.equal((await pull(family.pull, context, 7)).status, 21, 'the enumeration is over');
      const atOnce = await open(family, { MaxObjectCount: value(COUNT) });
      assert.deepEqual([atOnce.items.length, ...state(atOnce)], [COUNT, 'TRUE', '']);
    });
  }

  test('X-028: MaxObjectCount 0 or none yields nothing yet; an empty result ends at once', async () => {
    for (const MaxObjectCount of [undefined, value(0)]) {
      const opened = await open(FAMILIES[0]!, { MaxObjectCount });
      assert.equal(opened.items.length, 0);
      const [end, context] = state(opened);
      assert.equal(end, 'FALSE');
      const nothing = await pull('PullInstancesWithPath', context, 0);
      assert.deepEqual([nothing.items.length, ...state(nothing)], [0, 'FALSE', context]);
      assert.equal((await pull('PullInstancesWithPath', context, null)).status, 4);
      assert.equal((await pull('PullInstancesWithPath', context, 4_000_000_000)).items.length, COUNT);
    }
    const empty = await endpoint.call('OpenEnumerateInstances', NAMESPACE, {
      ClassName: className('Test_PlannedSystem'),
    });
    assert.deepEqual(state(empty), ['TRUE', '']);
    const negative = await open(FAMILIES[0]!, { MaxObjectCount: value(-1) });
    assert.equal(negative.status, 4);
  });

  test('X-029: timeouts: too long is 22; it starts anew with each pull; 0 is none', async () => {
    assert.equal((await open(FAMILIES[0]!, { OperationTimeout: value(101) })).status, 22);
    const [, context] = state(await open(FAMILIES[0]!, { OperationTimeout: value(10) }));
    for (let i = 0; i < 3; i++) {
      time += 9_000;
      assert.equal((await pull('PullInstancesWithPath', context, 1)).status, 0);
    }
    time += 10_001;
    assert.equal((await pull('PullInstancesWithPath', context, 1)).status, 21);
    const [, unnamed] = state(await open(FAMILIES[0]!));
    time += 60_001;
    assert.equal((await pull('PullInstancesWithPath', unnamed, 1)).status, 21);
    const [, endless] = state(await open(FAMILIES[0]!, { OperationTimeout: value(0) }));
    time += 10_000_000;
    assert.equal((await pull('PullInstancesWithPath', endless, COUNT)).items.length, COUNT);
  });

  test('X-030: CloseEnumeration; another kind of Pull is 21 and ends nothing', async () => {
    const [, context] = state(await open(FAMILIES[1]!));
    assert.equal((await pull('PullInstancesWithPath', context, 1)).status, 21);
    assert.equal((await pull('PullInstances', context, 1)).status, 21);
    assert.equal((await pull('PullInstancePaths', context, 1)).items.length, 1);
    const close = () => endpoint.call('CloseEnumeration', NAMESPACE, { EnumerationContext: value(context) });
    const closed = await close();
    assert.deepEqual([closed.status, closed.response.children.length], [0, 0]);
    assert.equal((await close()).status, 21);
    assert.equal((await pull('PullInstancePaths', context, 1)).status, 21);
    assert.equal((await pull('PullInstancePaths', 'nonsense', 1)).status, 21);
    assert.equal(
      (await endpoint.call('EnumerationCount', NAMESPACE, { EnumerationContext: value(context) })).status,
      7,
    );
  });

  test('X-031: an enumeration belongs to its user', async () => {
    const [, context] = state(await open(FAMILIES[0]!));
    assert.equal((await pull('PullInstancesWithPath', context, 1, 'other')).status, 21);
    const theft = await endpoint.call(
      'CloseEnumeration',
      NAMESPACE,
      { EnumerationContext: value(context) },
      { user: 'other' },
    );
    assert.equal(theft.status, 21);
    assert.equal((await pull('PullInstancesWithPath', context, 1)).status, 0);
  });

  test('X-032, X-033: ContinueOnError and filters', async () => {
    const refused = async (more: ParameterTexts) => (await open(FAMILIES[0]!, more)).status;
    assert.equal(await refused({ ContinueOnError: value(true) }), 26);
    assert.equal(await refused({ ContinueOnError: value(false) }), 0);
    const FilterQuery = value('Weight = 3');
    assert.equal(await refused({ FilterQueryLanguage: value('DMTF:FQL'), FilterQuery }), 25);
    assert.equal(await refused({ FilterQuery }), 25);
    assert.equal(await refused({ FilterQueryLanguage: value('WQL'), FilterQuery }), 14);
    const query = FAMILIES[6]!;
    assert.equal((await open(query, { FilterQueryLanguage: value('SQL') })).status, 14);
    assert.equal((await open(query, { FilterQuery: value('nonsense') })).status, 15);
  });

  test('OpenQueryInstances tells the class of its results when asked', async () => {
    const opened = await open(FAMILIES[6]!, {
      FilterQuery: value('SELECT InstanceID, Weight FROM Test_DeviceSetting'),
      ReturnQueryResultClass: value(true),
    });
    assert.match(opened.text, /<PARAMVALUE NAME="QueryResultClass"><CLASS NAME="Test_DeviceSetting"/);
    const cim = /<CLASS .*<\/CLASS>/.exec(opened.text)?.[0] ?? '';
    assert.deepEqual([...cim.matchAll(/<PROPERTY NAME="(\w+)"/g)].map((m) => m[1]).toSorted(), [
      'InstanceID',
      'Weight',
    ]);
  });

  test('hardening 19: open enumerations of one user have a limit; ended ones count no more', async () => {
    const contexts: string[] = [];
    for (let i = 0; i < 5; i++) contexts.push(state(await open(FAMILIES[0]!))[1]);
    assert.equal((await open(FAMILIES[0]!)).status, 27);
    assert.equal((await open(FAMILIES[0]!, {}, 'other')).status, 0);
    await endpoint.call('CloseEnumeration', NAMESPACE, { EnumerationContext: value(contexts[0] ?? '') });
    assert.equal((await open(FAMILIES[0]!)).status, 0);
    time += 60_001;
    assert.equal((await open(FAMILIES[0]!)).status, 0);
  });

  test('objects are read as they are pulled, and a reply is bounded whatever is asked for', async () => {
    await using small = await startEndpoint(world, { limits: { maxPullObjects: 3, maxPullCharacters: 1 } });
    const reply = await small.call('OpenEnumerateInstances', NAMESPACE, { ...CLASS, MaxObjectCount: value(100) });
    assert.equal(reply.items.length, 1);
    await using few = await startEndpoint(world, { limits: { maxPullObjects: 3 } });
    const three = await few.call('OpenEnumerateInstances', NAMESPACE, { ...CLASS, MaxObjectCount: value(100) });
    assert.equal(three.items.length, 3);
  });
});
