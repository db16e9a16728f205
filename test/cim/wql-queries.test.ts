import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { CimError } from '../../src/cim/errors.ts';
import type { CimInstance } from '../../src/cim/instance.ts';
import { CimWorld, contextOf, NAMESPACE } from '../kit/cim-world.ts';

const fails = (code: string) => (e: unknown) => e instanceof CimError && e.code === code;

let world: CimWorld;
const GUID = '4764334D-E001-4176-82EE-5594EC9B530E';
const parentOf = (id: string): string =>
  `\\\\HOST1\\root\\test\\v2:Test_DeviceSetting.InstanceID="${id.replaceAll('\\', '\\\\')}"`;

before(() => {
  world = new CimWorld();
  world.system('A', {
    EnabledState: 2,
    OnTime: 18446744073709551615n,
    Signed: -9223372036854775808n,
    Small: 200,
    Load: 1.5,
    Running: true,
    Letter: 'k',
    InstallDate: '20240305093001.500000+060',
    UpTime: '00000001000000.000000:000',
    Tags: ['x'],
    Description: 'Microsoft Virtual Machine',
    Current: world.make('Test_DiskSetting', {
      InstanceID: 'cur',
      ResourceType: 31,
      CachingMode: 5,
      Parent: parentOf('Microsoft:ide'),
    }),
  });
  world.system('B', {
    EnabledState: 3,
    OnTime: 0n,
    Signed: 5n,
    Small: 0,
    Load: -2,
    Running: false,
    Letter: 'Z',
    ElementName: 'b',
  });
  world.planned.add(
    world.make('Test_PlannedSystem', {
      CreationClassName: 'Test_PlannedSystem',
      Name: 'P',
      EnabledState: 3,
      ElementName: 'it\'s "P"',
    }),
  );
  world.device(`Microsoft:${GUID}\\83F8638B\\0`, { ResourceType: 5, Weight: 7 });
  world.device('Microsoft:Definition\\POOL\\Default', { ResourceType: 33, StaticMacAddress: false });
  world.device('\\\\srv\\share\\x', { ResourceType: 1, HostResource: ['C:\\VMs\\a.vhdx', parentOf('Microsoft:ide')] });
  world.disk(`Microsoft:${GUID}\\83F8638B\\0\\0\\L`, {
    ResourceType: 31,
    CachingMode: 2,
    Parent: parentOf(`Microsoft:${GUID}\\83F8638B\\0`),
    HostResource: [],
  });
});

const run = async (query: string, language = 'WQL'): Promise<CimInstance[]> => {
  const result = await world.broker.execute<'execQuery'>(contextOf(), {
    kind: 'execQuery',
    namespace: NAMESPACE,
    language,
    query,
  });
  assert.ok('items' in result);
  const all: CimInstance[] = [];
  for await (const item of result.items) all.push(item);
  return all;
};
const columns = async (query: string): Promise<readonly string[] | null> => {
  const result = await world.broker.execute<'execQuery'>(contextOf(), {
    kind: 'execQuery',
    namespace: NAMESPACE,
    language: 'wql',
    query,
  });
  assert.ok('items' in result);
  return result.columns;
};
const ids = async (query: string): Promise<string> =>
  (await run(query)).map((i) => String(i.get('Name') ?? i.get('InstanceID'))).join(' ');
const systems = (where: string): Promise<string> => ids(`SELECT * FROM CIM_System WHERE ${where}`);
const devices = async (where: string): Promise<number[]> =>
  (await run(`SELECT * FROM Test_DeviceSetting WHERE ${where}`)).map((i) => Number(i.get('ResourceType')));

describe('select', () => {
  test('Q-010 a base class yields subclasses as themselves', async () => {
    assert.deepEqual(
      (await run('SELECT * FROM CIM_System')).map((i) => i.class.name),
      ['Test_System', 'Test_System', 'Test_PlannedSystem'],
    );
    assert.equal((await run('select * from cim_managedelement')).length, 7);
  });
  test('Q-011 __CLASS restricts to one class and asks no other provider', async () => {
    const before = world.systems.enumerations;
    assert.equal(await systems('__CLASS = "test_plannedsystem"'), 'P');
    assert.equal(world.systems.enumerations, before);
    assert.equal(
      await systems("__CLASS = 'Test_System' AND EnabledState = 3 OR __Class = 'Test_PlannedSystem'"),
      'B P',
    );
    assert.equal(await systems("NOT __CLASS = 'Test_System'"), 'P');
    assert.equal(
      await systems(
        "__SUPERCLASS = 'CIM_System' AND __DYNASTY = 'CIM_ManagedElement' AND __GENUS = 2 AND __SERVER = 'host1' AND __NAMESPACE = 'root\\\\test\\\\v2' AND __PROPERTY_COUNT > 3",
      ),
      'A B P',
    );
  });
  test('Q-012 Q-015 projection: repository spelling, once each, keys not added', async () => {
    assert.deepEqual(await columns('SELECT elementname, ENABLEDSTATE, ElementName FROM Test_System'), [
      'ElementName',
      'EnabledState',
    ]);
    assert.equal(await columns('SELECT * FROM Test_System'), null);
    assert.deepEqual(await columns('SELECT __path, Name FROM Test_System'), ['__PATH', 'Name']);
  });
  for (const query of [
    'SELECT Nope FROM Test_System',
    'SELECT * FROM Test_System WHERE Nope = 1',
    'SELECT OnTime FROM CIM_System',
    'SELECT * FROM CIM_System WHERE OnTime = 1',
    'SELECT * FROM Test_System WHERE Nope.X = 1',
    'SELECT * FROM Test_System WHERE __NOPE = 1',
  ]) {
    test(`Q-013 unknown property: ${query}`, async () => assert.rejects(run(query), fails('invalidQuery')));
  }
  test('Q-014 unknown class, other languages, event clauses', async () => {
    await assert.rejects(run('SELECT * FROM Nope'), fails('invalidClass'));
    await assert.rejects(run('SELECT * FROM Test_System', 'CQL'), fails('invalidQueryLanguage'));
    await assert.rejects(run('SELECT * FROM Test_System WITHIN 5'), fails('invalidQuery'));
  });
});

describe('comparisons', () => {
  const rows: readonly (readonly [string, string])[] = [
    ["Name = 'a'", 'A'],
    ["Name <> 'a'", 'B P'],
    ["Name != 'a'", 'B P'],
    ["Name > 'A'", 'B P'],
    ["Name >= 'b' AND Name < 'p'", 'B'],
    ["Name <= 'B'", 'A B'],
    ['EnabledState = 2', 'A'],
    ["EnabledState = '2'", 'A'],
    ['EnabledState = 0x2', 'A'],
    ['EnabledState <> 2', 'B P'],
    ['EnabledState > 2', 'B P'],
    ['EnabledState >= 2.5', 'B P'],
    ['3 <= EnabledState', 'B P'],
    ['EnabledState = 2.0', 'A'],
    ["InstallDate = '20240305093001.500000+060'", 'A'],
    ["InstallDate = '20240305083001.500000+000'", 'A'],
    ["InstallDate > '20240305083001.499999+000'", 'A'],
    ["InstallDate < '20240305083001.500000+000'", ''],
    ["InstallDate > '1 January 2020'", 'A'],
    ["InstallDate < '1/1/2020'", ''],
    ['InstallDate IS NULL', 'B P'],
    ['InstallDate <> NULL', 'A'],
    ["Description = 'Microsoft Virtual Machine' AND EnabledState = 2", 'A'],
    ["ElementName = 'it''s \"P\"'", 'P'],
    ['ElementName = "it\'s \\"P\\""', 'P'],
    ["ElementName = 'it\\'s \"P\"'", 'P'],
  ];
  for (const [where, expected] of rows)
    test(`Q-020 ${where}`, async () => assert.equal(await systems(where), expected));

  const own: readonly (readonly [string, string])[] = [
    ['OnTime = 18446744073709551615', 'A'],
    ['OnTime > 18446744073709551614', 'A'],
    ["OnTime = '0'", 'B'],
    ['OnTime < 1', 'B'],
    ['Signed = -9223372036854775808', 'A'],
    ['Signed > -1', 'B'],
    ['Small = 200', 'A'],
    ['Load = 1.5', 'A'],
    ['Load < 0', 'B'],
    ['Load >= -2e0', 'A B'],
    ['Running = TRUE', 'A'],
    ["Running = 'false'", 'B'],
    ['Running = 1', 'A'],
    ['Running <> TRUE', 'B'],
    ['FALSE = Running', 'B'],
    ["Letter = 'K'", 'A'],
    ['Letter = 107', 'A'],
    ['Letter > 100', 'A'],
    ["UpTime = '00000001000000.000000:000'", 'A'],
    ["UpTime > '00000000235959.000000:000'", 'A'],
    ['Tags IS NOT NULL', 'A'],
    ['Tags IS NULL', 'B'],
    ['Name = 5', ''],
    ["Current.ResourceType = '31'", 'A'],
    ['Current.CachingMode >= 5', 'A'],
    ["Current.InstanceID LIKE 'C%'", 'A'],
    ["Current ISA 'Test_DeviceSetting'", 'A'],
    ['Current ISA CIM_SettingData', 'A'],
    ['Current ISA Test_SystemSetting', ''],
    ["Current.__CLASS = 'test_disksetting'", 'A'],
    ['Current IS NULL', 'B'],
    ["Current.Nope = 'x'", ''],
    ["Current.ResourceType.More = 'x'", ''],
    ["Name.More = 'x'", ''],
    ["Current.ResourceType = 'x'", ''],
    ['Name <> ElementName', 'A'],
    ['OnTime > Small', 'A'],
    ['__this ISA CIM_System', 'A B'],
  ];
  for (const [where, expected] of own) {
    test(`Q-020 Q-022 Q-042 Q-044 Q-045 K6 ${where}`, async () =>
      assert.equal(await ids(`SELECT * FROM Test_System WHERE ${where}`), expected));
  }

  for (const where of [
    'Running > TRUE',
    'Running = 5',
    'EnabledState = TRUE AND EnabledState = "x"',
    'EnabledState = 65536',
    'Small = -1',
    "InstallDate = 'soon'",
    "Tags = 'x'",
    "Tags LIKE 'x'",
    'Current = 5',
    'Name = Tags',
    "Name ISA 'X'",
    "EnabledState LIKE '2%'",
  ]) {
    test(`Q-027 Q-028 invalid for the type: ${where}`, async () =>
      assert.rejects(run(`SELECT * FROM Test_System WHERE ${where}`), fails('invalidQuery')));
  }

  test('Q-023 truth table of NULL: every comparison is false, NOT turns it over', async () => {
    for (const where of [
      "Description = 'x'",
      "Description <> 'x'",
      "Description < 'x'",
      "Description LIKE '%'",
      'Description = ElementName',
    ]) {
      assert.equal(await ids(`SELECT * FROM Test_System WHERE ${where} AND Name = 'B'`), '', where);
      assert.equal(await ids(`SELECT * FROM Test_System WHERE NOT (${where}) AND Name = 'B'`), 'B', where);
    }
  });
  test('Q-025 Q-026 precedence and NOT', async () => {
    assert.equal(await systems("Name = 'A' OR Name = 'B' AND EnabledState = 9"), 'A');
    assert.equal(await systems("(Name = 'A' OR Name = 'B') AND NOT EnabledState = 2"), 'B');
    assert.equal(await systems("NOT NOT Name = 'A'"), 'A');
  });
});

describe('LIKE, backslashes, paths', () => {
  test('Q-031 LIKE on numbers without wildcards is equality', async () => {
    assert.equal(await systems("EnabledState LIKE '2'"), 'A');
  });
  test('Q-032 Q-033 LIKE with single and doubled backslashes', async () => {
    for (const pattern of ['%\\Default', '%\\\\Default', '%Default%', '%\\DEFAULT', 'Microsoft:Definition\\%']) {
      assert.deepEqual(await devices(`InstanceID LIKE '${pattern}'`), [33], pattern);
    }
    assert.deepEqual(await devices("InstanceID NOT LIKE 'Microsoft:%'"), [1]);
    assert.deepEqual(await devices("NOT InstanceID LIKE 'Microsoft:%'"), [1]);
  });
  test('Q-033b equality of escaped and unescaped text', async () => {
    assert.deepEqual(await devices(`InstanceID = 'Microsoft:${GUID}\\83F8638B\\0'`), [5]);
    assert.deepEqual(await devices(`InstanceID = "Microsoft:${GUID}\\\\83F8638B\\\\0"`), [5]);
    assert.deepEqual(await devices("InstanceID = '\\\\srv\\share\\x'"), [1]);
    assert.deepEqual(await devices("InstanceID = '\\\\\\\\srv\\\\share\\\\x'"), [1]);
    assert.equal((await devices("InstanceID <> '\\\\srv\\share\\x'")).length, 3);
  });
  const controller = `Microsoft:${GUID}\\83F8638B\\0`;
  const escapedOnce = parentOf(controller);
  for (const [what, literal] of [
    ['raw, single quotes (os-win)', `'${escapedOnce}'`],
    ['escaped once more (samples)', `"${escapedOnce.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`],
    [
      'namespace case, dot host',
      `'${escapedOnce.replace('HOST1', '.').replace('root\\test\\v2', 'ROOT\\Test\\V2').toUpperCase()}'`,
    ],
    ['no host', `'${escapedOnce.replace('\\\\HOST1\\', '')}'`],
    ['short form', `'Test_DeviceSetting="${controller.replaceAll('\\', '\\\\')}"'`],
    [
      'mixed: quotes escaped, backslashes not',
      `"\\\\HOST1\\root\\test\\v2:Test_DeviceSetting.InstanceID=\\"${controller}\\""`,
    ],
    ['slashes', `'//HOST1/root/test/v2:Test_DeviceSetting.InstanceID="${controller.replaceAll('\\', '\\\\')}"'`],
  ] as const) {
    test(`Q-043 K6 Parent as a path: ${what}`, async () => {
      assert.deepEqual(await devices(`Parent = ${literal}`), [31]);
      assert.deepEqual(await devices(`Parent <> ${literal}`), []);
    });
    test(`os-win __PATH: ${what}`, async () => {
      const before = world.devices.enumerations + world.disks.enumerations;
      assert.deepEqual(await devices(`__PATH = ${literal}`), [5]);
      assert.equal(world.devices.enumerations + world.disks.enumerations, before);
    });
  }
  test('K6 HostResource: any item, as a path or as a file name', async () => {
    assert.deepEqual(await devices("HostResource = 'c:\\vms\\A.VHDX'"), [1]);
    assert.deepEqual(await devices(`HostResource = 'test_devicesetting="microsoft:IDE"'`), [1]);
    assert.deepEqual(await devices("HostResource = 'other'"), []);
    assert.deepEqual(await devices("HostResource <> 'other'"), [1, 31]);
    assert.deepEqual(await devices("HostResource LIKE '%.vhdx'"), [1]);
  });
  test('references compare as paths', async () => {
    const [a] = [...world.systems.items.values()];
    assert.ok(a !== undefined);
    world.link(world.define, a, world.setting('Microsoft:A'));
    const links = await run(
      'SELECT * FROM Test_SettingsDefineState WHERE ManagedElement = \'\\\\H\\ROOT\\test\\v2:test_system.name="a",CreationClassName="Test_System"\'',
    );
    assert.equal(links.length, 1);
    assert.equal(
      (await run('SELECT * FROM Test_SettingsDefineState WHERE SettingData = \'Test_SystemSetting="x"\'')).length,
      0,
    );
    await assert.rejects(run("SELECT * FROM Test_SettingsDefineState WHERE SettingData < 'x'"), fails('invalidQuery'));
  });
  test('__PATH LIKE is text', async () => {
    assert.deepEqual(await devices("__PATH LIKE '%definition%'"), [33]);
  });
});

describe('indexes', () => {
  test('no look-up by key, prefix, list of ids or path visits everything', async () => {
    const quiet = new CimWorld();
    for (let i = 0; i < 50; i++) {
      quiet.system(`S${i}`);
      quiet.device(`Microsoft:G${i}\\1`, { ResourceType: i });
    }
    const ask = async (query: string): Promise<number> => {
      const result = await quiet.broker.execute<'execQuery'>(contextOf(), {
        kind: 'execQuery',
        namespace: NAMESPACE,
        language: 'WQL',
        query,
      });
      assert.ok('items' in result);
      return [...(result.items as Iterable<CimInstance>)].length;
    };
    assert.equal(await ask("SELECT * FROM Test_System WHERE Name = 's7'"), 1);
    assert.equal(
      await ask(
        "SELECT * FROM Test_System WHERE EnabledState IS NULL AND Name = 'S7' AND CreationClassName = 'Test_System'",
      ),
      1,
    );
    assert.equal(await ask("SELECT * FROM CIM_System WHERE Name = 'S7' OR Name = 'S8' OR Name = 'S7'"), 2);
    assert.equal(await ask("SELECT * FROM CIM_SettingData WHERE InstanceID LIKE 'Microsoft:G7%'"), 1);
    assert.equal(
      await ask(
        "SELECT * FROM Test_DeviceSetting WHERE (ResourceType = 1 OR ResourceType = 7) AND InstanceID LIKE 'Microsoft:G7\\\\%'",
      ),
      1,
    );
    assert.equal(await ask("SELECT * FROM Test_DeviceSetting WHERE InstanceID = 'Microsoft:G7\\1'"), 1);
    assert.equal(
      await ask(
        'SELECT * FROM CIM_SettingData WHERE __RELPATH = \'Test_DeviceSetting.InstanceID="Microsoft:G7\\\\1"\'',
      ),
      1,
    );
    assert.equal(await ask("SELECT * FROM Test_DeviceSetting WHERE InstanceID LIKE '%7\\1'"), 5);
    assert.equal(quiet.systems.enumerations + quiet.devices.enumerations + quiet.disks.enumerations, 0);
    assert.equal(await ask("SELECT * FROM Test_DeviceSetting WHERE InstanceID LIKE '%7\\_'"), 5);
    assert.equal(quiet.devices.enumerations, 1);
  });
});

describe('meta_class', () => {
  const classes = async (where: string): Promise<string> => {
    const result = await world.broker.execute<'execQuery'>(contextOf(), {
      kind: 'execQuery',
      namespace: NAMESPACE,
      language: 'WQL',
      query: `SELECT * FROM Meta_Class ${where}`,
    });
    assert.ok('classes' in result);
    return result.classes.map((c) => c.name).join(' ');
  };
  test('Q-060 its forms', async () => {
    assert.equal(
      await classes('WHERE __this ISA "CIM_SettingData"'),
      'CIM_SettingData Test_SystemSetting Test_DeviceSetting Test_DiskSetting',
    );
    assert.equal(await classes("WHERE __Class = 'test_host'"), 'Test_Host');
    assert.equal(await classes("WHERE __Class LIKE 'Test[_]P%'"), 'Test_PlannedSystem Test_ParentChild');
    assert.equal(await classes("WHERE __Superclass = 'CIM_System'"), 'Test_System Test_PlannedSystem Test_Service');
    assert.equal(await classes("WHERE __Superclass IS NULL AND __Class LIKE 'Test_H%'"), 'Test_Host');
    assert.equal(
      await classes("WHERE __Dynasty = 'CIM_Component' AND NOT __Class = 'CIM_Component'"),
      'Test_SettingComponent',
    );
    assert.equal(await classes("WHERE __this ISA 'Nope'"), '');
    assert.ok((await classes('')).startsWith('__SystemClass'));
  });
  test('Q-061 what is invalid', async () => {
    await assert.rejects(run('SELECT __Class FROM meta_class'), fails('invalidQuery'));
    await assert.rejects(classes('WHERE Nope = 1'), fails('invalidQuery'));
    await assert.rejects(classes("WHERE __Derivation = 'x'"), fails('invalidQuery'));
    await assert.rejects(classes("WHERE Foo ISA 'x'"), fails('invalidQuery'));
  });
});

describe('SQLite as an oracle', () => {
  test('flat queries give what SQL gives', async () => {
    const oracle = new CimWorld();
    const database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE d (InstanceID TEXT COLLATE NOCASE, ElementName TEXT COLLATE NOCASE, Weight INTEGER)');
    const insert = database.prepare('INSERT INTO d VALUES (?, ?, ?)');
    for (let i = 0; i < 60; i++) {
      const name = i % 7 === 0 ? null : (['alpha', 'Beta', 'ALPHA2', 'b-t', 'a%c', ''][i % 6] ?? null);
      const weight = i % 5 === 0 ? null : i % 11;
      insert.run(`id${i}`, name, weight);
      oracle.device(`id${i}`, {
        ...(name === null ? {} : { ElementName: name }),
        ...(weight === null ? {} : { Weight: weight }),
      });
    }
    const op = fc.constantFrom('=', '<>', '<', '<=', '>', '>=');
    const leaf = fc.oneof(
      fc.tuple(op, fc.constantFrom('alpha', 'BETA', 'b', '', 'zz')).map(([o, v]) => `ElementName ${o} '${v}'`),
      fc.tuple(op, fc.integer({ min: 0, max: 12 })).map(([o, v]) => `Weight ${o} ${v}`),
      fc.constantFrom('al%', '%a', '%_t%', 'a_pha', '%', '').map((p) => `ElementName LIKE '${p}'`),
      fc.constantFrom('ElementName IS NULL', 'Weight IS NOT NULL'),
    );
    const where = fc
      .array(fc.tuple(leaf, fc.constantFrom(' AND ', ' OR ')), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.map(([l, o], i) => (i === 0 ? l : `${o}${l}`)).join(''));
    await fc.assert(
      fc.asyncProperty(where, async (condition) => {
        const expected = database
          .prepare(`SELECT InstanceID FROM d WHERE ${condition} ORDER BY rowid`)
          .all()
          .map((row) => row['InstanceID']);
        const result = await oracle.broker.execute<'execQuery'>(contextOf(), {
          kind: 'execQuery',
          namespace: NAMESPACE,
          language: 'WQL',
          query: `SELECT * FROM Test_DeviceSetting WHERE ${condition}`,
        });
        assert.ok('items' in result);
        assert.deepEqual(
          [...(result.items as Iterable<CimInstance>)].map((i) => i.get('InstanceID')),
          expected,
          condition,
        );
      }),
      { numRuns: 300 },
    );
    database.close();
  });
});
