import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { attribute, child, type XmlElement } from '../../src/xml/element.ts';
import { CimWorld, NAMESPACE } from '../kit/cim-world.ts';
import { startEndpoint, type TestEndpoint } from './kit/endpoint.ts';
import { array, className, instanceName, type ParameterTexts, value } from './kit/messages.ts';
import { only, pathText, properties } from './kit/reply.ts';

const SYSTEM = instanceName('Test_System', { CreationClassName: 'Test_System', Name: 'a' });

/** INSTANCEPATH and CLASSPATH carry host and namespace, or pywbem does not take them. */
function checkPath(path: XmlElement): void {
  const place = child(path, 'NAMESPACEPATH') ?? assert.fail(path.local);
  assert.equal(child(place, 'HOST')?.text, 'HOST1');
  const segments = child(place, 'LOCALNAMESPACEPATH')?.children.map((n) => attribute(n, 'NAME'));
  assert.deepEqual(segments?.join('\\'), NAMESPACE);
}

describe('CIM-XML associations and queries (wire-cimxml §4)', () => {
  let endpoint: TestEndpoint;
  before(async () => {
    const world = new CimWorld();
    const a = world.system('a', { EnabledState: 2 });
    const b = world.system('b', { EnabledState: 3 });
    const [sa, sb] = [world.setting('set-a', { Version: '10.0' }), world.setting('set-b')];
    world.link(world.define, a, sa);
    world.link(world.define, b, sb);
    for (const part of [world.device('dev'), world.disk('disk')]) world.link(world.component, sa, part);
    world.link(world.parents, sa, sb);
    endpoint = await startEndpoint(world);
  });
  after(() => endpoint[Symbol.asyncDispose]());

  const names = async (operation: string, ObjectName: string, filter: ParameterTexts = {}): Promise<string[]> => {
    const reply = await endpoint.call(operation, NAMESPACE, { ObjectName, ...filter });
    assert.equal(reply.status, 0, reply.description);
    return reply.items.map((item) => {
      assert.equal(item.local, 'OBJECTPATH');
      checkPath(item.children[0]!);
      return pathText(item.children[0]);
    });
  };
  const setting = instanceName('Test_SystemSetting', { InstanceID: 'set-a' });

  test('X-024: AssociatorNames with every filter', async () => {
    assert.deepEqual(await names('AssociatorNames', SYSTEM), ['Test_SystemSetting.InstanceID=set-a']);
    const of = (filter: ParameterTexts) => names('AssociatorNames', setting, filter);
    const all = [
      'Test_DeviceSetting.InstanceID=dev',
      'Test_DiskSetting.InstanceID=disk',
      'Test_System.CreationClassName=Test_System,Name=a',
      'Test_SystemSetting.InstanceID=set-b',
    ];
    assert.deepEqual((await of({})).toSorted(), all);
    assert.deepEqual((await of({ AssocClass: className('CIM_Component') })).toSorted(), all.slice(0, 2));
    assert.deepEqual(await of({ ResultClass: className('test_disksetting') }), [all[1]]);
    assert.deepEqual((await of({ ResultClass: className('Test_DeviceSetting') })).toSorted(), all.slice(0, 2));
    assert.deepEqual(await of({ Role: value('settingdata') }), [all[2]]);
    assert.deepEqual(await of({ Role: value('Dependent') }), []);
    assert.deepEqual(await of({ ResultRole: value('Dependent') }), [all[3]]);
    assert.deepEqual(await of({ AssocClass: null, ResultClass: null, Role: null, ResultRole: null }), await of({}));
    const reply = await endpoint.call('AssociatorNames', NAMESPACE, {
      ObjectName: setting,
      AssocClass: className('X_Y'),
    });
    assert.equal(reply.status, 5);
  });

  test('X-024: Associators: full paths and the instances, as much as was asked for', async () => {
    const reply = await endpoint.call('Associators', NAMESPACE, {
      ObjectName: SYSTEM,
      AssocClass: className('Test_SettingsDefineState'),
      ResultClass: className('CIM_SettingData'),
      Role: value('ManagedElement'),
      ResultRole: value('SettingData'),
      PropertyList: array('Version'),
    });
    const item = only(reply);
    assert.deepEqual(
      item.children.map((c) => c.local),
      ['INSTANCEPATH', 'INSTANCE'],
    );
    checkPath(item.children[0]!);
    assert.equal(pathText(item.children[0]), 'Test_SystemSetting.InstanceID=set-a');
    assert.deepEqual(properties(item.children[1]!), { Version: '10.0' });
  });

  test('X-024: References and ReferenceNames; references carry host and namespace', async () => {
    assert.deepEqual(await names('ReferenceNames', SYSTEM), [
      'Test_SettingsDefineState.ManagedElement=Test_System.CreationClassName=Test_System,Name=a,SettingData=Test_SystemSetting.InstanceID=set-a',
    ]);
    assert.equal((await names('ReferenceNames', setting)).length, 4);
    assert.equal((await names('ReferenceNames', setting, { ResultClass: className('CIM_Component') })).length, 2);
    assert.equal((await names('ReferenceNames', setting, { Role: value('Antecedent') })).length, 1);
    const item = only(await endpoint.call('References', NAMESPACE, { ObjectName: SYSTEM }));
    const [first] = item.children[1]!.children;
    assert.deepEqual([first?.local, attribute(first!, 'REFERENCECLASS')], ['PROPERTY.REFERENCE', 'CIM_ManagedElement']);
    checkPath(first!.children[0]!.children[0]!);
    assert.deepEqual(properties(item.children[1]!), {
      ManagedElement: 'Test_System.CreationClassName=Test_System,Name=a',
      SettingData: 'Test_SystemSetting.InstanceID=set-a',
    });
  });

  test('X-024: of a class: what the schema connects with it', async () => {
    const of = (operation: string, filter: ParameterTexts = {}) =>
      names(operation, className('Test_SystemSetting'), filter);
    assert.deepEqual((await of('ReferenceNames')).toSorted(), [
      'CIM_Component',
      'Test_ParentChild',
      'Test_SettingComponent',
      'Test_SettingsDefineState',
    ]);
    assert.deepEqual(
      await of('AssociatorNames', { AssocClass: className('Test_ParentChild'), Role: value('Antecedent') }),
      ['Test_SystemSetting'],
    );
    const reply = await endpoint.call('References', NAMESPACE, {
      ObjectName: className('Test_SystemSetting'),
      ResultClass: className('Test_ParentChild'),
    });
    const item = only(reply);
    assert.deepEqual(
      item.children.map((c) => c.local),
      ['CLASSPATH', 'CLASS'],
    );
    checkPath(item.children[0]!);
    assert.equal(attribute(item.children[1]!, 'NAME'), 'Test_ParentChild');
    // A role goes into a query: it must be a name, and nothing else comes of it.
    const odd = await endpoint.call('ReferenceNames', NAMESPACE, {
      ObjectName: className('Test_SystemSetting'),
      Role: value('x ClassDefsOnly'),
    });
    assert.equal(odd.status, 4);
  });

  test('X-025: ExecQuery in WQL and in what DMTF:CQL has in common with it', async () => {
    const query = (text: string, language = 'WQL') =>
      endpoint.call('ExecQuery', NAMESPACE, { QueryLanguage: value(language), Query: value(text) });
    const found = await query('SELECT Name, EnabledState FROM Test_System WHERE EnabledState = 3');
    const item = only(found);
    assert.deepEqual([item.local, item.children[0]?.local], ['VALUE.OBJECT', 'INSTANCE']);
    assert.deepEqual(properties(item.children[0]!), { Name: 'b', EnabledState: '3' });
    assert.equal((await query('SELECT * FROM CIM_SettingData')).items.length, 4);
    const associated = await query(
      'ASSOCIATORS OF {Test_SystemSetting.InstanceID="set-a"} WHERE ResultClass=Test_DiskSetting',
    );
    assert.equal(properties(only(associated).children[0]!)['InstanceID'], 'disk');
    const classes = await query("SELECT * FROM meta_class WHERE __CLASS = 'Test_Job'");
    assert.equal(attribute(only(classes).children[0]!, 'NAME'), 'Test_Job');

    const cql = await query("SELECT Name FROM Test_System WHERE Name = 'a'", 'DMTF:CQL');
    assert.deepEqual(properties(only(cql).children[0]!), { Name: 'a' });
    assert.equal((await query("SELECT Name FROM Test_System WHERE Name LIKE 'a%'", 'DMTF:CQL')).status, 15);
    assert.equal((await query("SELECT Name FROM Test_System WHERE NOT (Name LIKE 'a%')", 'DMTF:CQL')).status, 15);
    assert.equal((await query('ASSOCIATORS OF {Test_Host=@}', 'DMTF:CQL')).status, 15);
    assert.equal((await query('SELECT * FROM Test_System', 'SQL')).status, 14);
    assert.equal((await query('SELECT FROM WHERE')).status, 15);
    assert.equal((await query('SELECT * FROM X_Bogus')).status, 5);
    assert.equal((await endpoint.call('ExecQuery', NAMESPACE, { QueryLanguage: value('WQL') })).status, 4);
  });
});
