import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createBroker } from '../../src/cim/broker/broker.ts';
import { ObjectPath } from '../../src/cim/object-path.ts';
import type { CimValues } from '../../src/cim/values.ts';
import { attribute, child } from '../../src/xml/element.ts';
import { parseXml } from '../../src/xml/parse.ts';
import { CimWorld, NAMESPACE } from '../kit/cim-world.ts';
import { repositoryOf, schemaOf } from '../kit/schema-builder.ts';
import { MemoryProvider } from '../wsman/kit/providers.ts';
import { createWorld, GUIDS, HOST, V2, type World } from '../wsman/kit/world.ts';
import { startEndpoint, type TestEndpoint } from './kit/endpoint.ts';
import { array, className, instanceName, type ParameterTexts, value } from './kit/messages.ts';
import { only, pathText, properties, read } from './kit/reply.ts';

const CLASS = 'Msvm_ComputerSystem';
const system = (name: string): string => instanceName(CLASS, { CreationClassName: CLASS, Name: name });

describe('CIM-XML instances (wire-cimxml §3, §4)', () => {
  let world: World;
  let endpoint: TestEndpoint;
  before(async () => {
    world = createWorld();
    endpoint = await startEndpoint(world);
  });
  after(() => endpoint[Symbol.asyncDispose]());

  const get = (name: string, options: ParameterTexts = {}) =>
    endpoint.call('GetInstance', V2, { InstanceName: name, ...options });

  test('X-015: GetInstance; every property is there, NULL without a value, the order is the schema', async () => {
    const instance = only(await get(system(GUIDS[0])));
    assert.deepEqual([instance.local, attribute(instance, 'CLASSNAME')], ['INSTANCE', CLASS]);
    const cimClass = world.repository.namespace(V2)!.class(CLASS)!;
    assert.deepEqual(
      instance.children.map((p) => attribute(p, 'NAME')),
      cimClass.properties.map((p) => p.name),
    );
    for (const [i, property] of cimClass.properties.entries()) {
      const element = instance.children[i]!;
      assert.equal(attribute(element, 'TYPE'), property.type, property.name);
      assert.equal(element.local, property.array ? 'PROPERTY.ARRAY' : 'PROPERTY', property.name);
    }
    const values = properties(instance);
    assert.equal(values['ElementName'], 'vm0 \u{1F680}');
    assert.equal(values['OnTimeInMilliseconds'], '18446744073709551615');
    assert.deepEqual(values['OperationalStatus'], ['2', '15']);
    assert.equal(values['TimeOfLastStateChange'], '20140403144550.468750+480');
    assert.equal(values['OtherEnabledState'], null);
    assert.equal(
      child(instance.children.find((p) => attribute(p, 'NAME') === 'OtherEnabledState')!, 'VALUE'),
      undefined,
    );
  });

  test('X-015: PropertyList, class origin; deprecated options change nothing', async () => {
    const listed = properties(
      only(await get(system(GUIDS[0]), { PropertyList: array('NAME', 'Bogus', 'enabledState') })),
    );
    assert.deepEqual(Object.keys(listed), ['Name', 'EnabledState']);
    assert.deepEqual(properties(only(await get(system(GUIDS[0]), { PropertyList: array() }))), {});
    const plain = await get(system(GUIDS[0]));
    const deprecated = await get(system(GUIDS[0]), { LocalOnly: value(true), IncludeQualifiers: value(true) });
    assert.equal(deprecated.text, plain.text);
    assert.doesNotMatch(plain.text, /CLASSORIGIN|PROPAGATED/);
    const origin = await get(system(GUIDS[0]), { IncludeClassOrigin: value(true), PropertyList: array('Name') });
    assert.match(origin.text, /NAME="Name" TYPE="string" CLASSORIGIN="CIM_ManagedSystemElement" PROPAGATED="true"/);
  });

  test('X-016: EnumerateInstances of a base class: instances under their own class, whole or cut down to the base', async () => {
    const list = (DeepInheritance: boolean | undefined) =>
      endpoint.call('EnumerateInstances', V2, {
        ClassName: className('CIM_ComputerSystem'),
        DeepInheritance: DeepInheritance === undefined ? undefined : value(DeepInheritance),
      });
    const deep = await list(true);
    assert.equal(deep.items.length, 4);
    assert.equal((await list(undefined)).text, deep.text);
    for (const item of deep.items) {
      assert.deepEqual(
        item.children.map((c) => [c.local, attribute(c, 'CLASSNAME')]),
        [
          ['INSTANCENAME', CLASS],
          ['INSTANCE', CLASS],
        ],
      );
      assert.ok('OnTimeInMilliseconds' in properties(item.children[1]!));
    }
    const flat = await list(false);
    assert.equal(flat.items.length, 4);
    const base = world.repository.namespace(V2)!.class('CIM_ComputerSystem')!;
    for (const item of flat.items) {
      assert.equal(attribute(item.children[1]!, 'CLASSNAME'), CLASS);
      assert.deepEqual(
        Object.keys(properties(item.children[1]!)).toSorted(),
        base.properties.map((p) => p.name).toSorted(),
      );
    }
  });

  test('X-017, X-019: keys of every type, with TYPE or without', async () => {
    const schema = schemaOf('root\\keys', [
      { name: 'X_Target', properties: { Name: 'key string' } },
      {
        name: 'X_Keys',
        properties: {
          Number: 'key uint16',
          Wide: 'key uint64',
          Flag: 'key boolean',
          To: 'key ref:X_Target',
          Text: 'string',
        },
      },
      { name: 'X_Only', singleton: true, properties: { Text: 'string' } },
    ]);
    const repository = repositoryOf(schema);
    const broker = createBroker({ repository, hostName: HOST });
    const keyed = new MemoryProvider(repository, 'root\\keys', 'X_Keys');
    const target = ObjectPath.of('X_Target', { Name: 'a "b" \\c' }, 'root\\keys');
    keyed.add({ Number: 7, Wide: 18_446_744_073_709_551_615n, Flag: true, To: target, Text: 'found' });
    const singleton = new MemoryProvider(repository, 'root\\keys', 'X_Only');
    singleton.add({ Text: 'alone' });
    broker.register(keyed, singleton);
    await using keys = await startEndpoint({ broker });
    const list = await keys.call('EnumerateInstanceNames', 'root/keys', { ClassName: className('X_Keys') });
    const [name] = list.items;
    assert.equal(pathText(name), 'X_Keys.Number=7,Wide=18446744073709551615,Flag=TRUE,To=X_Target.Name=a "b" \\c');
    assert.deepEqual(
      name?.children.map((b) => b.children[0]?.attributes.map((a) => a.value)),
      [['numeric', 'uint16'], ['numeric', 'uint64'], ['boolean', 'boolean'], []],
    );
    const written = /<INSTANCENAME.*<\/INSTANCENAME>/.exec(list.text)?.[0] ?? assert.fail();
    for (const sent of [
      written,
      written.replaceAll(/ TYPE="\w+"/g, ''),
      written.replaceAll(/ (?:VALUE)?TYPE="\w+"/g, ''),
    ]) {
      const found = await keys.call('GetInstance', 'root/keys', { InstanceName: sent });
      assert.equal(properties(only(found))['Text'], 'found', sent);
    }
    const hexadecimal = written.replace('>7<', '>0x7<').replace('>TRUE<', '>true<');
    assert.equal((await keys.call('GetInstance', 'root/keys', { InstanceName: hexadecimal })).status, 0);
    const other = written.replace('>7<', '>8<');
    assert.equal((await keys.call('GetInstance', 'root/keys', { InstanceName: other })).status, 6);
    const alone = await keys.call('GetInstance', 'root/keys', { InstanceName: '<INSTANCENAME CLASSNAME="X_Only"/>' });
    assert.equal(properties(only(alone))['Text'], 'alone');
  });

  test('X-018: a single unnamed key value', async () => {
    const name =
      '<INSTANCENAME CLASSNAME="Msvm_ConcreteJob"><KEYVALUE>F7A0C1D2-0000-4000-8000-00000000ABCD</KEYVALUE></INSTANCENAME>';
    assert.equal(properties(only(await get(name)))['JobState'], '7');
  });

  test('X-020: not found, no such class, no such namespace, no such key', async () => {
    assert.equal((await get(system('gone'))).status, 6);
    assert.equal((await get(instanceName('X_Bogus', { Name: 'x' }))).status, 5);
    assert.equal((await endpoint.call('GetInstance', 'root/bogus', { InstanceName: system(GUIDS[0]) })).status, 3);
    assert.equal((await get(instanceName(CLASS, { Bogus: 'x' }))).status, 4);
    assert.equal((await get(className(CLASS))).status, 4);
  });

  test('X-021, X-023: values of every type, control characters and Unicode', async () => {
    const cim = new CimWorld();
    cim.system('a', {
      OnTime: 18_446_744_073_709_551_615n,
      Signed: -9_223_372_036_854_775_808n,
      Small: 255,
      Load: 0.5,
      Running: false,
      Letter: '<',
      UpTime: '00000001000000.000000:000',
      InstallDate: '20240305093001.500000+060',
      Tags: [],
      ElementName: 'a\rb\nc\td\u0001 <&>"\u2028\u{1F680}',
    });
    cim.device('d', { Ratio: Number.POSITIVE_INFINITY, Octets: [0, 255], HostResource: ['x', '', null] as string[] });
    await using typed = await startEndpoint(cim);
    const ask = async (name: string, key: Readonly<Record<string, string>>) =>
      properties(only(await typed.call('GetInstance', NAMESPACE, { InstanceName: instanceName(name, key) })));
    const values = await ask('Test_System', { CreationClassName: 'Test_System', Name: 'a' });
    assert.deepEqual(
      ['OnTime', 'Signed', 'Small', 'Load', 'Running', 'Letter', 'UpTime', 'InstallDate', 'Tags', 'ElementName'].map(
        (name) => values[name],
      ),
      [
        '18446744073709551615',
        '-9223372036854775808',
        '255',
        '0.5',
        'FALSE',
        '<',
        '00000001000000.000000:000',
        '20240305093001.500000+060',
        [],
        'a\rb\nc\td? <&>"\u2028\u{1F680}',
      ],
    );
    const device = await ask('Test_DeviceSetting', { InstanceID: 'd' });
    assert.deepEqual(
      [device['Ratio'], device['Octets'], device['HostResource']],
      ['INF', ['0', '255'], ['x', '', null]],
    );
  });

  test('X-022: an embedded object goes out as the escaped text of its INSTANCE, itself with embedded objects', async () => {
    const cim = new CimWorld();
    const detail = cim.make('Test_Detail', { Kind: 'a<b', Size: 5n });
    const device = cim.device('d', { Detail: detail, Details: [detail, detail], Owner: cim.system('s').path() });
    cim.system('a', { Current: device });
    await using typed = await startEndpoint(cim);
    const reply = await typed.call('GetInstance', NAMESPACE, {
      InstanceName: instanceName('Test_System', { CreationClassName: 'Test_System', Name: 'a' }),
      PropertyList: array('Current'),
    });
    const [property] = only(reply).children;
    assert.deepEqual([attribute(property!, 'TYPE'), attribute(property!, 'EmbeddedObject')], ['string', 'object']);
    const inner = parseXml(String(properties(only(reply))['Current']));
    assert.equal(attribute(inner, 'CLASSNAME'), 'Test_DeviceSetting');
    const values = properties(inner);
    assert.equal(values['Owner'], 'Test_System.CreationClassName=Test_System,Name=s');
    for (const text of [values['Detail'], ...(values['Details'] as string[])])
      assert.deepEqual(properties(parseXml(String(text))), { Kind: 'a<b', Size: '5' });
  });

  describe('X-026: changes', () => {
    const settingName = (id: string): string => instanceName('Msvm_VirtualSystemSettingData', { InstanceID: id });
    const instance = (values: string): string =>
      `<INSTANCE CLASSNAME="msvm_virtualsystemsettingdata">${values}</INSTANCE>`;
    const property = (name: string, text: string | null, type = 'string'): string =>
      `<PROPERTY NAME="${name}" TYPE="${type}">${text === null ? '' : value(text)}</PROPERTY>`;
    const stored = (id: string): CimValues =>
      world.settings.instances.find((i) => i.get('InstanceID') === id)?.values ?? assert.fail(id);
    const create = (values: string) => endpoint.call('CreateInstance', V2, { NewInstance: instance(values) });
    const modify = (id: string, values: string, PropertyList?: string) =>
      endpoint.call('ModifyInstance', V2, {
        ModifiedInstance: `<VALUE.NAMEDINSTANCE>${settingName(id)}${instance(values)}</VALUE.NAMEDINSTANCE>`,
        PropertyList,
      });

    test('CreateInstance answers the name; types are the schema’s', async () => {
      const notes = `<PROPERTY.ARRAY NAME="Notes" TYPE="string"><VALUE.ARRAY><VALUE>a&lt;</VALUE><VALUE.NULL/><VALUE><![CDATA[<b>]]></VALUE></VALUE.ARRAY></PROPERTY.ARRAY>`;
      const reply = await create(
        property('InstanceID', 'new') +
          property('biosnumlock', 'tRuE', 'string') +
          property('VirtualNumaEnabled', null, 'boolean') +
          notes,
      );
      assert.equal(pathText(only(reply)), 'Msvm_VirtualSystemSettingData.InstanceID=new');
      assert.deepEqual(stored('new'), {
        InstanceID: 'new',
        BIOSNumLock: true,
        VirtualNumaEnabled: null,
        Notes: ['a<', null, '<b>'],
      });
      assert.equal((await create(property('InstanceID', 'new'))).status, 11);
      assert.equal((await create(property('Bogus', 'x'))).status, 12);
      assert.equal((await create(property('BIOSNumLock', 'maybe'))).status, 13);
      assert.equal((await create(property('InstanceID', 'x') + property('InstanceID', 'y'))).status, 4);
      assert.equal(
        (await endpoint.call('CreateInstance', V2, { NewInstance: '<INSTANCE CLASSNAME="X_Y"/>' })).status,
        5,
      );
    });

    test('ModifyInstance changes what is given, or what is listed', async () => {
      const id = `Microsoft:${GUIDS[0]}`;
      assert.equal((await modify(id, property('ElementName', 'renamed') + property('InstanceID', id))).status, 0);
      assert.deepEqual([stored(id)['ElementName'], stored(id)['Notes']], ['renamed', ['first', 'second']]);
      const both = property('ElementName', 'again') + property('VirtualSystemType', 'changed');
      assert.equal((await modify(id, both, array('ELEMENTNAME'))).status, 0);
      assert.deepEqual(
        [stored(id)['ElementName'], stored(id)['VirtualSystemType']],
        ['again', 'Microsoft:Hyper-V:System:Realized'],
      );
      assert.equal((await modify(id, property('ElementName', 'x'), array('Notes'))).status, 0);
      assert.deepEqual([stored(id)['ElementName'], stored(id)['Notes']], ['again', null]);
      assert.equal((await modify(id, property('ElementName', 'x'), array('Bogus'))).status, 12);
      assert.equal((await modify(id, property('InstanceID', 'other'))).status, 4);
      assert.equal((await modify('gone', property('ElementName', 'x'))).status, 6);
    });

    test('SetProperty and GetProperty', async () => {
      const id = `Microsoft:${GUIDS[1]}`;
      const at = (PropertyName: string, NewValue?: string) => ({
        InstanceName: settingName(id),
        PropertyName: value(PropertyName),
        NewValue,
      });
      assert.equal((await endpoint.call('SetProperty', V2, at('elementname', value('set')))).status, 0);
      assert.equal(only(await endpoint.call('GetProperty', V2, at('ElementName'))).text, 'set');
      assert.equal((await endpoint.call('SetProperty', V2, at('BootOrder', array(1, 2)))).status, 0);
      assert.deepEqual(read(only(await endpoint.call('GetProperty', V2, at('BootOrder')))), ['1', '2']);
      assert.equal((await endpoint.call('SetProperty', V2, at('ElementName'))).status, 0);
      assert.deepEqual((await endpoint.call('GetProperty', V2, at('ElementName'))).items, []);
      assert.equal((await endpoint.call('GetProperty', V2, at('Bogus'))).status, 12);
      assert.equal((await endpoint.call('SetProperty', V2, at('BIOSNumLock', value('x')))).status, 13);
    });

    test('DeleteInstance; classes that cannot are not supported', async () => {
      const id = `Microsoft:${GUIDS[2]}`;
      assert.equal((await endpoint.call('DeleteInstance', V2, { InstanceName: settingName(id) })).status, 0);
      assert.equal((await endpoint.call('DeleteInstance', V2, { InstanceName: settingName(id) })).status, 6);
      assert.equal((await endpoint.call('DeleteInstance', V2, { InstanceName: system(GUIDS[0]) })).status, 7);
      const text = `<INSTANCE CLASSNAME="${CLASS}">${property('ElementName', 'x')}</INSTANCE>`;
      assert.equal((await endpoint.call('CreateInstance', V2, { NewInstance: text })).status, 7);
      const changed = `<VALUE.NAMEDINSTANCE>${system(GUIDS[0])}${text}</VALUE.NAMEDINSTANCE>`;
      assert.equal((await endpoint.call('ModifyInstance', V2, { ModifiedInstance: changed })).status, 7);
    });
  });

  test('names of any case; a name in a reference; a host of its own choice changes nothing', async () => {
    const lower = instanceName('msvm_computersystem', { creationclassname: CLASS, NAME: GUIDS[0].toLowerCase() });
    assert.equal((await get(lower)).status, 0);
    const path = `<VALUE.REFERENCE><INSTANCEPATH><NAMESPACEPATH><HOST>evil</HOST><LOCALNAMESPACEPATH><NAMESPACE NAME="root"/><NAMESPACE NAME="virtualization"/><NAMESPACE NAME="v2"/></LOCALNAMESPACEPATH></NAMESPACEPATH>${lower}</INSTANCEPATH></VALUE.REFERENCE>`;
    assert.equal((await get(path)).status, 0);
  });

  test('an unforeseen failure tells nothing of itself', async () => {
    const broken = createWorld();
    broken.systems.get = () => {
      throw new TypeError('reading /srv/secret/file.ts:12');
    };
    await using failing = await startEndpoint(broken);
    const reply = await failing.call('GetInstance', V2, { InstanceName: system(GUIDS[0]) });
    assert.equal(reply.status, 1);
    assert.doesNotMatch(reply.text, /secret/);
    assert.match(failing.logged.map((l) => l.message).join(), /request failed/);
  });
});
