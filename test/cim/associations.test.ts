import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { CimError } from '../../src/cim/errors.ts';
import type { CimInstance } from '../../src/cim/instance.ts';
import type { AssociationFilter, ClassResult, InstanceResult } from '../../src/cim/operations.ts';
import { parsePath } from '../../src/cim/path/parse-path.ts';
import { CimWorld, contextOf, NAMESPACE } from '../kit/cim-world.ts';

const fails = (code: string) => (e: unknown) => e instanceof CimError && e.code === code;
const SYSTEM = 'Test_System.CreationClassName="Test_System",Name="A"';
const SETTING = 'Test_SystemSetting.InstanceID="Microsoft:A"';

let world: CimWorld;
before(() => {
  world = new CimWorld();
  const a = world.system('A');
  const settings = world.setting('Microsoft:A');
  const snapshot = world.setting('Microsoft:S');
  const device = world.device('Microsoft:A\\IDE\\0');
  const disk = world.disk('Microsoft:A\\IDE\\0\\D');
  world.link(world.define, a, settings);
  world.link(world.define, device, settings);
  world.link(world.component, settings, device);
  world.link(world.component, settings, disk);
  world.link(world.parents, snapshot, settings);
  world.link(world.parents, settings, settings);
  const gone = world.make('Test_DeviceSetting', { InstanceID: 'gone' });
  world.link(world.component, settings, gone);
});

const run = (query: string): Promise<InstanceResult | ClassResult> =>
  world.broker.execute<'execQuery'>(contextOf(), { kind: 'execQuery', namespace: NAMESPACE, language: 'WQL', query });
const text = (instance: CimInstance): string =>
  `${instance.class.name}:${String(instance.get('Name') ?? instance.get('InstanceID'))}`;
const found = async (query: string): Promise<string[]> => {
  const result = await run(query);
  if ('classes' in result) return result.classes.map((c) => c.name);
  return [...(result.items as Iterable<CimInstance>)].map(text).toSorted();
};
const associators = (path: string, where = ''): Promise<string[]> =>
  found(`ASSOCIATORS OF {${path}}${where === '' ? '' : ` WHERE ${where}`}`);
const references = (path: string, where = ''): Promise<string[]> =>
  found(`REFERENCES OF {${path}}${where === '' ? '' : ` WHERE ${where}`}`);

const S = 'Test_SystemSetting:Microsoft:S';
const A = 'Test_SystemSetting:Microsoft:A';
const DEVICE = 'Test_DeviceSetting:Microsoft:A\\IDE\\0';
const DISK = 'Test_DiskSetting:Microsoft:A\\IDE\\0\\D';

describe('ASSOCIATORS OF', () => {
  test('Q-052 without clauses: the object at every other reference, duplicates kept, dangling ends left out', async () => {
    assert.deepEqual(await associators(SETTING), [DEVICE, DEVICE, DISK, A, A, S, 'Test_System:A'].toSorted());
  });
  test('Q-050 each clause alone', async () => {
    assert.deepEqual(await associators(SETTING, 'AssocClass = Test_SettingComponent'), [DEVICE, DISK]);
    assert.deepEqual(await associators(SETTING, 'resultclass=Test_System'), ['Test_System:A']);
    assert.deepEqual(await associators(SETTING, 'Role = GroupComponent'), [DEVICE, DISK]);
    assert.deepEqual(await associators(SETTING, 'ResultRole = antecedent'), [A, S].toSorted());
    assert.deepEqual(await associators(SETTING, 'RequiredAssocQualifier = Association'), await associators(SETTING));
    assert.deepEqual(await associators(SETTING, 'RequiredQualifier = Singleton'), []);
    assert.deepEqual(await associators(SETTING, 'RequiredQualifier = Unheard'), []);
  });
  test('Q-050 all together', async () => {
    assert.deepEqual(
      await associators(
        SETTING,
        'AssocClass=Test_SettingComponent ResultClass=Test_DiskSetting Role=GroupComponent ResultRole=PartComponent RequiredQualifier=Dynamic RequiredAssocQualifier=Association',
      ),
      [DISK],
    );
  });
  test('Q-051 superclasses as AssocClass and ResultClass', async () => {
    assert.deepEqual(await associators(SETTING, 'AssocClass=CIM_Component'), [DEVICE, DISK]);
    assert.deepEqual(await associators(SETTING, 'AssocClass=CIM_Component ResultClass=Test_DeviceSetting'), [
      DEVICE,
      DISK,
    ]);
    assert.deepEqual(await associators(SETTING, 'ResultClass=CIM_System'), ['Test_System:A']);
  });
  test('a self-association through two slots', async () => {
    assert.deepEqual(await associators(SETTING, 'AssocClass=Test_ParentChild'), [A, A, S]);
    assert.deepEqual(await associators(SETTING, 'AssocClass=Test_ParentChild Role=Antecedent'), [A]);
    assert.deepEqual(await associators('Test_SystemSetting="Microsoft:S"', 'AssocClass=Test_ParentChild'), [A]);
  });
  for (const path of [
    'Test_SystemSetting="Microsoft:A"',
    "test_systemsetting.instanceid='MICROSOFT:a'",
    '\\\\.\\root\\test\\v2:Test_SystemSetting.InstanceID="Microsoft:A"',
    '//HOST1/ROOT/test/v2:Test_SystemSetting.InstanceID="Microsoft:A"',
  ]) {
    test(`Q-055 path ${path}`, async () =>
      assert.deepEqual(await associators(path, 'AssocClass=Test_SettingComponent'), [DEVICE, DISK]));
  }
  test('Q-056 backslashes of a key doubled or not', async () => {
    for (const id of ['Microsoft:A\\IDE\\0', 'Microsoft:A\\\\IDE\\\\0']) {
      assert.deepEqual(
        await associators(`Test_DeviceSetting.InstanceID="${id}"`, 'ResultClass=Test_SystemSetting'),
        [A, A],
        id,
      );
    }
  });
  test('keys may be incomplete when one object has them, and the class a base', async () => {
    assert.deepEqual(await associators('Test_System.Name="A"'), [A]);
    assert.deepEqual(await associators('CIM_System.Name="A"'), [A]);
    assert.deepEqual(await associators('CIM_SettingData.InstanceID="Microsoft:A"', 'ResultClass=Test_System'), [
      'Test_System:A',
    ]);
  });
  test('Q-057 an object that does not exist is connected with nothing', async () => {
    assert.deepEqual(await associators('Test_System.Name="Z"'), []);
    assert.deepEqual(await associators('Test_System.CreationClassName="Test_System",Name="Z"'), []);
  });
  test('failures', async () => {
    await assert.rejects(associators('not a path'), fails('invalidObjectPath'));
    await assert.rejects(associators('Test_System'), fails('invalidObjectPath'));
    await assert.rejects(associators('Nope.A="1"'), fails('invalidClass'));
    await assert.rejects(associators(SETTING, 'AssocClass=Nope'), fails('invalidClass'));
    await assert.rejects(associators(SETTING, 'ResultClass=Nope'), fails('invalidClass'));
    await assert.rejects(associators('root\\nope:Test_System.Name="A"'), fails('invalidNamespace'));
  });
  test('Q-054 KeysOnly, ClassDefsOnly, SchemaOnly', async () => {
    const result = await run(`ASSOCIATORS OF {${SYSTEM}} WHERE KeysOnly`);
    assert.ok('items' in result);
    assert.deepEqual(
      [...(result.items as Iterable<CimInstance>)].map((i) => i.values),
      [{ InstanceID: 'Microsoft:A' }],
    );
    assert.deepEqual(await associators(SETTING, 'ClassDefsOnly AssocClass=Test_SettingComponent'), [
      'Test_DeviceSetting',
      'Test_DiskSetting',
    ]);
    assert.deepEqual((await associators('Test_SystemSetting', 'SchemaOnly')).toSorted(), [
      'CIM_ManagedElement',
      'CIM_SettingData',
      'Test_SystemSetting',
    ]);
    assert.deepEqual(await associators('Test_System', 'SchemaOnly ResultClass=CIM_SettingData'), ['CIM_SettingData']);
    await assert.rejects(associators(SETTING, 'SchemaOnly'), fails('invalidQuery'));
    await assert.rejects(associators('Test_System', 'ClassDefsOnly'), fails('invalidObjectPath'));
  });
  test('only associations that can lead to the wanted class are asked', async () => {
    const before = world.parents.asked;
    await associators(SETTING, 'ResultClass=Test_System');
    assert.equal(world.parents.asked, before);
    assert.equal(world.component.enumerations + world.define.enumerations + world.parents.enumerations, 0);
  });
});

describe('REFERENCES OF', () => {
  const links = async (path: string, where = ''): Promise<string[]> => {
    const result = await run(`REFERENCES OF {${path}}${where === '' ? '' : ` WHERE ${where}`}`);
    assert.ok('items' in result);
    return [...(result.items as Iterable<CimInstance>)].map((i) => i.class.name).toSorted();
  };
  test('Q-058 the association instances, each once', async () => {
    assert.deepEqual(await links(SETTING), [
      'Test_ParentChild',
      'Test_ParentChild',
      'Test_SettingComponent',
      'Test_SettingComponent',
      'Test_SettingComponent',
      'Test_SettingsDefineState',
      'Test_SettingsDefineState',
    ]);
  });
  test('Q-058 Role and ResultClass', async () => {
    assert.deepEqual(await links(SETTING, 'ResultClass=CIM_Component'), [
      'Test_SettingComponent',
      'Test_SettingComponent',
      'Test_SettingComponent',
    ]);
    assert.deepEqual(await links(SETTING, 'Role=Antecedent'), ['Test_ParentChild']);
    assert.deepEqual(await links(SYSTEM, 'ResultClass=Test_SettingsDefineState Role=ManagedElement'), [
      'Test_SettingsDefineState',
    ]);
    assert.deepEqual(await links(SYSTEM, 'Role=SettingData'), []);
  });
  test('ClassDefsOnly and SchemaOnly', async () => {
    assert.deepEqual((await references(SETTING, 'ClassDefsOnly')).toSorted(), [
      'Test_ParentChild',
      'Test_SettingComponent',
      'Test_SettingsDefineState',
    ]);
    assert.deepEqual((await references('Test_System', 'SchemaOnly')).toSorted(), [
      'CIM_Component',
      'Test_SettingsDefineState',
    ]);
  });
});

describe('operations of front ends', () => {
  const ANY: AssociationFilter = { associationClass: null, resultClass: null, role: null, resultRole: null };
  test('Q-059 associators and references give what the queries give', async () => {
    const filter = { ...ANY, associationClass: 'CIM_Component', resultClass: 'Test_DiskSetting' };
    const one = await world.broker.execute<'associators'>(contextOf(), {
      kind: 'associators',
      namespace: NAMESPACE,
      source: parsePath(SETTING),
      filter,
    });
    assert.deepEqual([...(one.items as Iterable<CimInstance>)].map(text), [DISK]);
    const two = await world.broker.execute<'references'>(contextOf(), {
      kind: 'references',
      namespace: NAMESPACE,
      source: parsePath(SETTING),
      filter: { ...ANY, resultClass: 'Test_ParentChild' },
    });
    assert.equal([...(two.items as Iterable<CimInstance>)].length, 2);
    await assert.rejects(
      world.broker.execute<'associators'>(contextOf(), {
        kind: 'associators',
        namespace: NAMESPACE,
        source: parsePath(SETTING),
        filter: { ...ANY, resultClass: 'Nope' },
      }),
      fails('invalidClass'),
    );
  });
});
