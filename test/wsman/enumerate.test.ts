import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { attribute, children, type XmlElement } from '../../src/xml/element.ts';
import { escapeXml } from '../../src/xml/escape.ts';
import { startEndpoint, type TestEndpoint } from './kit/endpoint.ts';
import { at, DMTF, ENUM, enumerateRequest, envelope, epr, pullRequest, textAt, WMI } from './kit/envelopes.ts';
import { MemoryProvider } from './kit/providers.ts';
import { createWorld, GUIDS, HOST, V2 } from './kit/world.ts';

const SYSTEM = `${WMI}/Msvm_ComputerSystem`;
const ANY = `${WMI}/*`;
const OPTIMIZE = '<w:OptimizeEnumeration/>';
const max = (n: number): string => `<w:MaxElements>${n}</w:MaxElements>`;
const MACHINES = 'SELECT * FROM Msvm_ComputerSystem WHERE Description = "Microsoft Virtual Machine"';
const ASSOCIATION = 'http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter';
const SELECTORS = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter';

const contextOf = (body: XmlElement | null): string => textAt(body, 'EnumerationContext') ?? '';
const itemsOf = (body: XmlElement | null): readonly XmlElement[] => at(body, 'Items')?.children ?? [];

describe('Enumerate, Pull, Release', () => {
  let endpoint: TestEndpoint;
  let clock = 0;
  before(async () => {
    const world = createWorld();
    const pools = new MemoryProvider(world.repository, V2, 'Msvm_ResourcePool');
    pools.add({ InstanceID: 'large', ElementName: 'x'.repeat(9000) });
    world.broker.register(pools);
    endpoint = await startEndpoint({ now: () => clock, limits: { maxOperationsPerUser: 40 } }, world);
  });
  after(() => endpoint[Symbol.asyncDispose]());

  const code = async (text: string, user = 'admin'): Promise<string> => {
    const reply = await endpoint.soap(text, { user });
    const fault = at(reply.body, 'Detail', 'WSManFault');
    return fault === undefined ? `${reply.status}` : (attribute(fault, 'Code') ?? '');
  };
  const open = async (
    parts: Parameters<typeof enumerateRequest>[1] = { query: MACHINES },
    uri = ANY,
  ): Promise<string> => {
    const reply = await endpoint.soap(enumerateRequest(uri, parts));
    assert.equal(reply.status, 200, reply.text);
    return contextOf(reply.body);
  };
  /** Everything, in optimised batches. */
  const all = async (uri: string, inner: string, query?: string): Promise<readonly XmlElement[]> => {
    const reply = await endpoint.soap(
      enumerateRequest(uri, { inner: OPTIMIZE + max(100) + inner, ...(query === undefined ? {} : { query }) }),
    );
    assert.equal(reply.status, 200, reply.text);
    assert.ok(at(reply.body, 'EndOfSequence'));
    return itemsOf(reply.body);
  };
  const release = (context: string): Promise<unknown> =>
    endpoint.soap(
      envelope({
        action: `${ENUM}/Release`,
        uri: ANY,
        body: `<n:Release><n:EnumerationContext>${context}</n:EnumerationContext></n:Release>`,
      }),
    );

  test('W-041 Enumerate that is not optimised answers only a context', async () => {
    const reply = await endpoint.soap(enumerateRequest(SYSTEM));
    assert.equal(reply.body?.local, 'EnumerateResponse');
    assert.deepEqual(
      reply.body?.children.map((c) => c.local),
      ['EnumerationContext'],
    );
    assert.match(contextOf(reply.body), /^uuid:/);
    await release(contextOf(reply.body));
  });

  test('W-042 Pull without MaxElements returns exactly one item', async () => {
    let context = await open();
    const names: string[] = [];
    for (let left = GUIDS.length; left > 0; left--) {
      const reply = await endpoint.soap(pullRequest(SYSTEM, context));
      assert.equal(itemsOf(reply.body).length, 1);
      names.push(textAt(itemsOf(reply.body)[0], 'Name') ?? '');
      context = contextOf(reply.body);
    }
    assert.deepEqual(names.toSorted(), [...GUIDS].toSorted());
    assert.equal(context, '');
  });

  test('W-043 Pull honours MaxElements', async () => {
    const first = await endpoint.soap(pullRequest(ANY, await open(), '<n:MaxElements>2</n:MaxElements>'));
    assert.equal(itemsOf(first.body).length, 2);
    const rest = await endpoint.soap(pullRequest(ANY, contextOf(first.body), '<n:MaxElements>20</n:MaxElements>'));
    assert.equal(itemsOf(rest.body).length, 1);
  });

  test('W-043 Pull stops before MaxEnvelopeSize, in UTF-8 and in UTF-16', async () => {
    for (const utf16 of [false, true]) {
      const context = await open({ query: 'SELECT * FROM Msvm_ComputerSystem' });
      const size = utf16 ? 14_000 : 8192;
      const text = pullRequest(ANY, context, '<n:MaxElements>100</n:MaxElements>', {
        headers: `<w:MaxEnvelopeSize>${size}</w:MaxEnvelopeSize>`,
      });
      const reply = await endpoint.soap(utf16 ? Buffer.from(text, 'utf16le') : text);
      assert.equal(reply.status, 200, reply.text);
      assert.ok(reply.http.body.length <= size, `${reply.http.body.length}`);
      assert.ok(itemsOf(reply.body).length >= 1 && itemsOf(reply.body).length < 4);
      await release(contextOf(reply.body));
    }
  });

  test('W-043 a long message id, echoed, does not make the reply too long', async () => {
    const context = await open({ query: 'SELECT * FROM Msvm_ComputerSystem' });
    const reply = await endpoint.soap(
      pullRequest(ANY, context, '<n:MaxElements>100</n:MaxElements>', {
        messageId: '\u20ac'.repeat(1000),
        headers: '<w:MaxEnvelopeSize>14000</w:MaxEnvelopeSize>',
      }),
    );
    assert.equal(reply.status, 200, reply.text);
    assert.ok(reply.http.body.length <= 14_000);
    await release(contextOf(reply.body));
  });

  test('W-043 a MaxElements that is no positive number is a fault and leaves the context', async () => {
    const context = await open();
    for (const bad of ['0', '-1', 'many', '1.5']) {
      assert.equal(await code(pullRequest(ANY, context, `<n:MaxElements>${bad}</n:MaxElements>`)), '2150858819');
    }
    assert.equal(await code(pullRequest(ANY, context)), '200');
  });

  test('W-044 the last Pull has EndOfSequence and no context', async () => {
    const reply = await endpoint.soap(pullRequest(ANY, await open(), '<n:MaxElements>50</n:MaxElements>'));
    assert.deepEqual(
      reply.body?.children.map((c) => [c.ns, c.local]),
      [
        [ENUM, 'Items'],
        [ENUM, 'EndOfSequence'],
      ],
    );
  });

  test('W-044 an unfinished Pull has the context first and no EndOfSequence', async () => {
    const reply = await endpoint.soap(pullRequest(ANY, await open()));
    assert.deepEqual(
      reply.body?.children.map((c) => c.local),
      ['EnumerationContext', 'Items'],
    );
    await release(contextOf(reply.body));
  });

  test('W-045 optimised and complete: empty context first, w:Items, w:EndOfSequence', async () => {
    const reply = await endpoint.soap(enumerateRequest(ANY, { inner: OPTIMIZE + max(50), query: MACHINES }));
    const wsman = 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd';
    assert.deepEqual(
      reply.body?.children.map((c) => [c.ns, c.local]),
      [
        [ENUM, 'EnumerationContext'],
        [wsman, 'Items'],
        [wsman, 'EndOfSequence'],
      ],
    );
    assert.equal(contextOf(reply.body), '');
    assert.equal(itemsOf(reply.body).length, 3);
    assert.match(reply.text, /<n:EnumerationContext><\/n:EnumerationContext>/);
  });

  test('W-045 optimised and incomplete: a context, as many items as asked for (one by default)', async () => {
    const reply = await endpoint.soap(enumerateRequest(ANY, { inner: OPTIMIZE, query: MACHINES }));
    assert.equal(itemsOf(reply.body).length, 1);
    assert.equal(at(reply.body, 'EndOfSequence'), undefined);
    const rest = await endpoint.soap(pullRequest(ANY, contextOf(reply.body), '<n:MaxElements>9</n:MaxElements>'));
    assert.equal(itemsOf(rest.body).length, 2);
  });

  test('W-046 every Pull has a new context, and the old one is no longer valid', async () => {
    const first = await open();
    const second = contextOf((await endpoint.soap(pullRequest(ANY, first))).body);
    assert.notEqual(first, second);
    assert.equal(await code(pullRequest(ANY, first)), '2150858779');
    assert.equal(await code(pullRequest(ANY, second)), '200');
  });

  test('W-047 Pull with another resource URI than the Enumerate works, and a padded context too', async () => {
    const reply = await endpoint.soap(pullRequest(`${DMTF}/Msvm_ComputerSystem`, `\n ${await open()}\n`));
    assert.equal(itemsOf(reply.body)[0]?.ns, SYSTEM);
    await release(contextOf(reply.body));
  });

  test('W-048 an unknown context: n:InvalidEnumerationContext 2150858779, s:Receiver', async () => {
    const reply = await endpoint.soap(pullRequest(ANY, 'uuid:nothing'));
    assert.equal(textAt(reply.body, 'Code', 'Value'), 's:Receiver');
    assert.equal(textAt(reply.body, 'Code', 'Subcode', 'Value'), 'n:InvalidEnumerationContext');
    assert.equal(textAt(reply.header, 'Action'), `${ENUM}/fault`);
    assert.equal(await code(pullRequest(ANY, '')), '2150858779');
  });

  test('W-049 Release has an empty body; Pull and Release after it are faults', async () => {
    const context = await open();
    const request = envelope({
      action: `${ENUM}/Release`,
      uri: ANY,
      body: `<n:Release><n:EnumerationContext>${context}</n:EnumerationContext></n:Release>`,
    });
    const reply = await endpoint.soap(request);
    assert.equal(reply.status, 200);
    assert.equal(reply.body, null);
    assert.equal(await code(pullRequest(ANY, context)), '2150858779');
    assert.equal(await code(request), '2150858779');
  });

  test('W-050 a context expires when nobody pulls for the idle time, and not before', async () => {
    const context = await open();
    clock += 60_000;
    const renewed = contextOf((await endpoint.soap(pullRequest(ANY, context))).body);
    clock += 60_001;
    assert.equal(await code(pullRequest(ANY, renewed)), '2150858779');
  });

  test('W-051 the context of another user is refused as if it did not exist, and stays', async () => {
    const context = await open();
    assert.equal(await code(pullRequest(ANY, context), 'other'), '2150858779');
    assert.equal(await code(pullRequest(ANY, context)), '200');
  });

  test('W-052 no results: an empty w:Items, or a Pull with an empty n:Items and EndOfSequence', async () => {
    const query = 'SELECT * FROM Msvm_ComputerSystem WHERE Name = "none"';
    assert.equal((await all(ANY, '', query)).length, 0);
    const reply = await endpoint.soap(pullRequest(ANY, await open({ query })));
    assert.deepEqual(
      reply.body?.children.map((c) => c.local),
      ['Items', 'EndOfSequence'],
    );
    assert.equal(itemsOf(reply.body).length, 0);
  });

  test('W-053 EnumerateEPR yields references', async () => {
    const items = await all(SYSTEM, '<w:EnumerationMode>EnumerateEPR</w:EnumerationMode>');
    assert.equal(items.length, 4);
    for (const item of items) {
      assert.equal(item.local, 'EndpointReference');
      assert.equal(textAt(item, 'ReferenceParameters', 'ResourceURI'), SYSTEM);
      assert.equal(at(item, 'ReferenceParameters', 'SelectorSet')?.children.length, 2);
    }
  });

  test('W-054 EnumerateObjectAndEPR yields both in w:Item', async () => {
    const items = await all(SYSTEM, '<w:EnumerationMode>EnumerateObjectAndEPR</w:EnumerationMode>');
    assert.deepEqual(
      items[0]?.children.map((c) => c.local),
      ['Msvm_ComputerSystem', 'EndpointReference'],
    );
    assert.ok(items.every((i) => i.local === 'Item'));
  });

  test('an unknown enumeration mode: UnsupportedFeature/EnumerationMode', async () => {
    const reply = await endpoint.soap(
      enumerateRequest(SYSTEM, { inner: '<w:EnumerationMode>EnumerateNone</w:EnumerationMode>' }),
    );
    assert.match(reply.text, /w:UnsupportedFeature/);
    assert.match(reply.text, /faultDetail\/EnumerationMode/);
  });

  test('W-055 polymorphism: None, ExcludeSubClassProperties, IncludeSubClassProperties', async () => {
    const mode = (name: string): string => `<b:PolymorphismMode>${name}</b:PolymorphismMode>`;
    const base = `${WMI}/CIM_ComputerSystem`;
    assert.equal((await all(base, mode('None'))).length, 0);
    assert.equal((await all(SYSTEM, mode('None'))).length, 4);
    const cast = await all(base, mode('ExcludeSubClassProperties'));
    assert.ok(
      cast.length === 4 && cast.every((i) => i.local === 'CIM_ComputerSystem' && at(i, 'ProcessID') === undefined),
    );
    assert.equal(cast[0]?.ns, base);
    assert.ok(cast.every((i) => textAt(i, 'Name') !== ''));
    const whole = await all(base, mode('IncludeSubClassProperties'));
    assert.ok(whole.every((i) => i.local === 'Msvm_ComputerSystem' && at(i, 'ProcessID') !== undefined));
    const refused = await endpoint.soap(enumerateRequest(ANY, { inner: mode('None'), query: MACHINES }));
    assert.match(refused.text, /b:PolymorphismModeNotSupported/);
    assert.match(refused.text, /Code="2150859063"/);
  });

  test('W-056 WQL with EnumerateEPR', async () => {
    const items = await all(ANY, '<w:EnumerationMode>EnumerateEPR</w:EnumerationMode>', MACHINES);
    assert.equal(items.length, 3);
    assert.ok(items.every((i) => i.local === 'EndpointReference'));
  });

  test('W-057 * without a filter: 2150859003', async () => {
    assert.equal(await code(enumerateRequest(ANY)), '2150859003');
    assert.equal(await code(enumerateRequest('http://schemas.dmtf.org/wbem/wscim/1/*')), '2150859003');
  });

  test('W-058 an unknown dialect: FilterDialectRequestedUnavailable 2150858777', async () => {
    const filter = (dialect: string): string =>
      enumerateRequest(SYSTEM, { inner: `<w:Filter Dialect="${dialect}">x</w:Filter>` });
    const reply = await endpoint.soap(filter('urn:mine'));
    assert.match(reply.text, /n:FilterDialectRequestedUnavailable/);
    assert.equal(await code(filter('http://www.w3.org/TR/1999/REC-xpath-19991116')), '2150858777');
    assert.equal(await code(enumerateRequest(SYSTEM, { inner: '<w:Filter>//x</w:Filter>' })), '2150858777');
  });

  test('WQL without a dialect, in n:Filter, in CDATA, and with odd children in the body', async () => {
    for (const inner of [
      `<n:Filter>${MACHINES}</n:Filter>`,
      `<w:Filter Dialect="HTTP://schemas.microsoft.com/wbem/wsman/1/wql"><![CDATA[${MACHINES}]]></w:Filter>`,
      `<p:SessionId>uuid:1</p:SessionId><n:Expires>PT1H</n:Expires><w:Filter Dialect="http://schemas.dmtf.org/wbem/cql/1/dsp0202.pdf">${MACHINES}</w:Filter>`,
    ]) {
      assert.equal((await all(ANY, inner)).length, 3, inner);
    }
    assert.equal((await all(SYSTEM, '', MACHINES)).length, 3);
  });

  test('W-059 a projection is XmlFragment: no namespace, alphabetical, repository spelling, nil, keys not added', async () => {
    const items = await all(
      ANY,
      '',
      'SELECT elementname, Caption, InstallDate, Status, OtherIdentifyingInfo FROM Msvm_ComputerSystem WHERE Name="HV01"',
    );
    assert.equal(items[0]?.local, 'XmlFragment');
    assert.deepEqual(
      items[0]?.children.map((c) => [c.ns, c.local]),
      [
        ['', 'Caption'],
        ['', 'ElementName'],
        ['', 'InstallDate'],
        ['', 'Status'],
      ],
    );
    assert.equal(textAt(items[0], 'InstallDate', 'Datetime'), '2024-03-05T09:30:01.5Z');
    assert.equal(attribute(at(items[0], 'Status')!, 'nil', 'http://www.w3.org/2001/XMLSchema-instance'), 'true');
  });

  test('W-059 a projection of keys still has references when they are asked for', async () => {
    const items = await all(
      ANY,
      '<w:EnumerationMode>EnumerateEPR</w:EnumerationMode>',
      'SELECT ElementName FROM Msvm_ComputerSystem',
    );
    assert.equal(items.length, 4);
    assert.equal(at(items[0], 'ReferenceParameters', 'SelectorSet')?.children.length, 2);
  });

  test('W-060 SELECT * over a base class yields derived names and namespaces', async () => {
    const items = await all(ANY, '', 'SELECT * FROM CIM_Service');
    assert.deepEqual(
      items.map((i) => [i.local, i.ns]),
      [['Msvm_VirtualSystemManagementService', `${WMI}/Msvm_VirtualSystemManagementService`]],
    );
  });

  test('W-061 a wrong query: n:CannotProcessFilter 2150858778 with the provider nested', async () => {
    const query = 'SELEC * FROM Msvm_ComputerSystem';
    const reply = await endpoint.soap(enumerateRequest(ANY, { query }));
    assert.equal(textAt(reply.body, 'Code', 'Subcode', 'Value'), 'n:CannotProcessFilter');
    const outer = at(reply.body, 'Detail', 'WSManFault')!;
    assert.equal(attribute(outer, 'Code'), '2150858778');
    const provider = at(outer, 'Message', 'ProviderFault')!;
    assert.equal(attribute(provider, 'provider'), 'WMI Provider');
    assert.equal(attribute(at(provider, 'WSManFault')!, 'Code'), '2150858778');
    assert.equal(textAt(provider, 'ExtendedError', '__ExtendedStatus', 'ParameterInfo'), query);
    assert.equal(textAt(provider, 'ExtendedError', '__ExtendedStatus', 'Operation'), 'ExecQuery');
    for (const bad of [
      'SELECT * FROM Nope',
      'SELECT nope FROM Msvm_ComputerSystem',
      'SELECT * FROM Msvm_ComputerSystem WHERE',
      '',
    ]) {
      assert.equal(await code(enumerateRequest(ANY, { query: bad })), '2150858778', bad);
    }
  });

  const associated = (
    inner: string,
    form = 'AssociatedInstances',
    source = epr(SYSTEM, { CreationClassName: 'Msvm_ComputerSystem', Name: GUIDS[1] }),
  ): string =>
    `<w:Filter Dialect="${ASSOCIATION}"><b:${form}><b:Object>${source}</b:Object>${inner}</b:${form}></w:Filter>`;

  test('W-062 AssociatedInstances with every keyword, and with none', async () => {
    for (const inner of [
      '',
      '<b:AssociationClassName>Msvm_SettingsDefineState</b:AssociationClassName>',
      '<b:ResultClassName>Msvm_VirtualSystemSettingData</b:ResultClassName>',
      '<b:Role>ManagedElement</b:Role><b:ResultRole>SettingData</b:ResultRole>',
      '<b:AssociationClassName>CIM_SettingsDefineState</b:AssociationClassName><b:Role>managedelement</b:Role><b:ResultClassName>CIM_SettingData</b:ResultClassName><b:ResultRole>SettingData</b:ResultRole>',
    ]) {
      const items = await all(ANY, associated(inner));
      assert.deepEqual(
        items.map((i) => textAt(i, 'InstanceID')),
        [`Microsoft:${GUIDS[1]}`],
        inner,
      );
    }
    assert.equal((await all(ANY, associated('<b:Role>SettingData</b:Role>'))).length, 0);
    const projected = await all(
      ANY,
      associated(
        '<b:IncludeResultProperty>ElementName</b:IncludeResultProperty><b:IncludeResultProperty>Nope</b:IncludeResultProperty>',
      ),
    );
    assert.deepEqual(
      projected.map((i) => [i.local, i.children.map((c) => c.local)]),
      [['XmlFragment', ['ElementName']]],
    );
    const wrapped = `<a:EndpointReference>${epr(SYSTEM, { CreationClassName: 'Msvm_ComputerSystem', Name: GUIDS[1] })}</a:EndpointReference>`;
    assert.equal((await all(ANY, associated('', 'AssociatedInstances', wrapped))).length, 1);
    assert.equal(
      (await all(ANY, `<w:EnumerationMode>EnumerateEPR</w:EnumerationMode>${associated('')}`))[0]?.local,
      'EndpointReference',
    );
  });

  test('W-062 what stands for a property in an association filter is a name, or nothing', async () => {
    for (const name of ['__x><w:Evil/><__x', '__nope', '__PATH x', '<__PATH/>']) {
      const included = `<b:IncludeResultProperty>${escapeXml(name)}</b:IncludeResultProperty>`;
      const [item] = await all(ANY, associated(included));
      assert.deepEqual([item?.local, item?.children], ['XmlFragment', []], name);
    }
  });

  test('W-059 a system property that is asked for by its name is told', async () => {
    const [item] = await all(ANY, '', 'SELECT __relpath, __DERIVATION FROM Msvm_ComputerSystem WHERE Name="HV01"');
    assert.equal(textAt(item, '__RELPATH'), 'Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="HV01"');
    assert.equal(children(item!, '__DERIVATION')[0]?.text, 'CIM_ComputerSystem');
    const included = '<b:IncludeResultProperty>__class</b:IncludeResultProperty>';
    assert.equal(textAt((await all(ANY, associated(included)))[0], '__CLASS'), 'Msvm_VirtualSystemSettingData');
  });

  test('W-062 AssociationInstances yields the associations; the WQL forms agree', async () => {
    const items = await all(
      ANY,
      associated(
        '<b:ResultClassName>Msvm_SettingsDefineState</b:ResultClassName><b:Role>ManagedElement</b:Role>',
        'AssociationInstances',
      ),
    );
    assert.deepEqual(
      items.map((i) => i.local),
      ['Msvm_SettingsDefineState'],
    );
    const wql = await all(
      ANY,
      '',
      `ASSOCIATORS OF {Msvm_ComputerSystem.CreationClassName='Msvm_ComputerSystem',Name='${GUIDS[1]}'} WHERE AssocClass = Msvm_SettingsDefineState ResultClass = Msvm_VirtualSystemSettingData`,
    );
    assert.deepEqual(
      wql.map((i) => textAt(i, 'InstanceID')),
      [`Microsoft:${GUIDS[1]}`],
    );
    assert.equal(
      (
        await all(
          ANY,
          '',
          `REFERENCES OF {Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${GUIDS[1]}"}`,
        )
      ).length,
      1,
    );
  });

  test('W-062 the DMTF all-classes URI with __cimnamespace, source reference of that family', async () => {
    const source = epr(`${DMTF}/Msvm_ComputerSystem`, {
      __cimnamespace: 'root/virtualization/v2',
      CreationClassName: 'Msvm_ComputerSystem',
      Name: GUIDS[2],
    });
    const reply = await endpoint.soap(
      enumerateRequest('http://schemas.dmtf.org/wbem/wscim/1/*', {
        selectors: { __cimnamespace: 'root/virtualization/v2' },
        inner: OPTIMIZE + max(10) + associated('', 'AssociatedInstances', source),
      }),
    );
    assert.equal(itemsOf(reply.body)[0]?.ns, `${DMTF}/Msvm_VirtualSystemSettingData`);
  });

  test('W-062 a wrong association filter: CannotProcessFilter', async () => {
    for (const filter of [
      `<w:Filter Dialect="${ASSOCIATION}"/>`,
      `<w:Filter Dialect="${ASSOCIATION}"><b:AssociatedInstances/></w:Filter>`,
      associated('', 'AssociatedInstances', '<a:Address>x</a:Address>'),
      associated('', 'AssociatedInstances', epr(`${WMI}/Nope`, { A: 'b' })),
      associated('<b:ResultClassName>Nope</b:ResultClassName>'),
    ]) {
      assert.equal(await code(enumerateRequest(ANY, { inner: filter })), '2150858778', filter);
    }
  });

  test('W-063 a selector filter is equality of every selector', async () => {
    const filter = (inner: string): string =>
      `<w:Filter Dialect="${SELECTORS}"><w:SelectorSet>${inner}</w:SelectorSet></w:Filter>`;
    const selector = (name: string, value: string): string => `<w:Selector Name="${name}">${value}</w:Selector>`;
    assert.equal((await all(SYSTEM, filter(selector('EnabledState', '2')))).length, 2);
    assert.equal(
      (await all(SYSTEM, filter(selector('EnabledState', '2') + selector('name', HOST.toLowerCase())))).length,
      1,
    );
    assert.equal(
      (await all(`${WMI}/Msvm_VirtualSystemSettingData`, filter(selector('BIOSNumLock', 'true')))).length,
      3,
    );
    const escaped = `${WMI}/Msvm_VirtualSystemManagementCapabilities`;
    assert.equal((await all(escaped, filter(selector('InstanceID', 'Microsoft:Definition\\1\\Default')))).length, 1);
    const refused: readonly (readonly [string, string])[] = [
      [SYSTEM, selector('Name', 'a&quot;b')],
      [SYSTEM, selector('Name', 'a') + selector('NAME', 'a')],
      [SYSTEM, selector('OperationalStatus', '2')],
      [SYSTEM, selector('InstallDate', '20240305093001.000000+000')],
      [SYSTEM, selector('EnabledState', 'on')],
      [SYSTEM, selector('Nope', '1')],
      [`${WMI}/Msvm_SettingsDefineState`, selector('SettingData', 'x')],
      [ANY, selector('Name', 'x')],
    ];
    for (const [uri, inner] of refused)
      assert.equal(await code(enumerateRequest(uri, { inner: filter(inner) })), '2150858778', inner);
  });

  test('W-064 an item larger than the envelope: EncodingLimit 2150858824, and a larger envelope still gets it', async () => {
    const context = await open({ query: 'SELECT * FROM Msvm_ResourcePool' });
    const reply = await endpoint.soap(
      pullRequest(ANY, context, '', { headers: '<w:MaxEnvelopeSize>8192</w:MaxEnvelopeSize>' }),
    );
    assert.equal(reply.status, 500);
    assert.match(reply.text, /w:EncodingLimit/);
    assert.match(reply.text, /faultDetail\/MaxEnvelopeSizeExceeded/);
    assert.match(reply.text, /Code="2150858824"/);
    const larger = await endpoint.soap(pullRequest(ANY, context));
    assert.equal(textAt(itemsOf(larger.body)[0], 'InstanceID'), 'large');
  });

  test('W-064 a Get reply larger than the envelope: EncodingLimit', async () => {
    const get = (size: number): string =>
      envelope({
        action: 'http://schemas.xmlsoap.org/ws/2004/09/transfer/Get',
        uri: `${WMI}/Msvm_ResourcePool`,
        selectors: { InstanceID: 'large' },
        headers: `<w:MaxEnvelopeSize>${size}</w:MaxEnvelopeSize>`,
      });
    assert.equal(await code(get(8192)), '2150858824');
    assert.equal(await code(get(20_000)), '200');
    const utf16 = await endpoint.soap(Buffer.from(get(20_000), 'utf16le'));
    assert.equal(utf16.status, 500);
  });

  test('W-112 a user with too many open enumerations: 2150859174; another user and released ones are not affected', async () => {
    const contexts: string[] = [];
    let reply = await endpoint.soap(enumerateRequest(SYSTEM), { user: 'watcher' });
    while (reply.status === 200 && contexts.length < 100) {
      contexts.push(contextOf(reply.body));
      reply = await endpoint.soap(enumerateRequest(SYSTEM), { user: 'watcher' });
    }
    assert.equal(contexts.length, 40);
    assert.match(reply.text, /Code="2150859174"/);
    assert.equal(textAt(reply.body, 'Code', 'Value'), 's:Receiver');
    assert.equal(await code(enumerateRequest(SYSTEM), 'other'), '200');
    const released = envelope({
      action: `${ENUM}/Release`,
      uri: ANY,
      body: `<n:Release><n:EnumerationContext>${contexts[0]}</n:EnumerationContext></n:Release>`,
    });
    assert.equal(await code(released, 'watcher'), '200');
    assert.equal(await code(enumerateRequest(SYSTEM), 'watcher'), '200');
    clock += 61_000;
  });
});

test('W-065 10 000 instances stream: what was not asked for is not read', async () => {
  const world = createWorld();
  for (let i = 0; i < 10_000; i++) {
    world.systems.add({
      CreationClassName: 'Msvm_ComputerSystem',
      Name: `many-${i}`,
      ElementName: `machine ${i}`,
      Description: 'Microsoft Virtual Machine',
    });
  }
  await using endpoint = await startEndpoint({}, world);
  const first = await endpoint.soap(enumerateRequest(SYSTEM, { inner: OPTIMIZE + max(100) }));
  assert.equal(itemsOf(first.body).length, 100);
  assert.equal(world.systems.read, 101);
  let context = contextOf(first.body);
  let seen = 100;
  while (context !== '') {
    const reply = await endpoint.soap(pullRequest(SYSTEM, context, '<n:MaxElements>32000</n:MaxElements>'));
    assert.ok(reply.http.body.length <= 500 * 1024);
    seen += children(at(reply.body, 'Items')!, 'Msvm_ComputerSystem').length;
    assert.ok(world.systems.read <= seen + 1);
    context = contextOf(reply.body);
  }
  assert.equal(seen, 10_004);
});

test('W-043 what a Pull took whose time was over by then is in the next one: the context stays valid, and nothing is missing', async () => {
  const world = createWorld();
  for (let i = 0; i < 200; i++) {
    world.systems.add({ CreationClassName: 'Msvm_ComputerSystem', Name: `many-${i}`, ElementName: `machine ${i}` });
  }
  // A disk that does not answer for a while, once.
  const slow = new Map([
    [100, 400],
    [170, 30],
  ]);
  world.systems.enumerate = function* () {
    for (const [i, instance] of world.systems.instances.entries()) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, slow.get(i) ?? 0);
      slow.delete(i);
      yield instance;
    }
  };
  await using endpoint = await startEndpoint({}, world);
  const pull = (context: string, count: number, time: string) =>
    endpoint.soap(
      pullRequest(SYSTEM, context, `<n:MaxElements>${count}</n:MaxElements>`, {
        headers: `<w:OperationTimeout>${time}</w:OperationTimeout>`,
      }),
    );
  const names = (body: XmlElement | null): readonly string[] => itemsOf(body).map((item) => textAt(item, 'Name') ?? '');
  const opened = await endpoint.soap(enumerateRequest(SYSTEM));
  const first = await pull(contextOf(opened.body), 5, 'PT30S');
  const context = contextOf(first.body);
  const late = await pull(context, 1000, 'PT0.001S');
  assert.equal(attribute(at(late.body, 'Detail', 'WSManFault')!, 'Code'), '2150858793', late.text);
  const second = await pull(context, 50, 'PT30S');
  assert.equal(second.status, 200, second.text);
  const rest = await pull(contextOf(second.body), 1000, 'PT30S');
  assert.ok(at(rest.body, 'EndOfSequence'));
  assert.deepEqual(
    [first, second, rest].flatMap((reply) => names(reply.body)),
    world.systems.instances.map((instance) => instance.get('Name')),
  );
});
