import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { attribute } from '../../src/xml/element.ts';
import { startEndpoint, type TestEndpoint } from './kit/endpoint.ts';
import { at, DMTF, envelope, epr, getRequest, textAt, WMI, XFER } from './kit/envelopes.ts';
import { GUIDS, HOST, V2 } from './kit/world.ts';

const SYSTEM = `${WMI}/Msvm_ComputerSystem`;
const SETTING = `${WMI}/Msvm_VirtualSystemSettingData`;
const SERVICE = `${WMI}/Msvm_VirtualSystemManagementService`;
const KEYS = { CreationClassName: 'Msvm_ComputerSystem', Name: GUIDS[0] };

describe('resource URIs, Get, Put, Create, Delete', () => {
  let endpoint: TestEndpoint;
  before(async () => {
    endpoint = await startEndpoint();
  });
  after(() => endpoint[Symbol.asyncDispose]());

  const code = async (text: string): Promise<string> => {
    const reply = await endpoint.soap(text);
    const fault = at(reply.body, 'Detail', 'WSManFault');
    return fault === undefined ? `${reply.status}` : (attribute(fault, 'Code') ?? '');
  };
  const put = (inner: string, options: readonly (readonly [string, string])[] = [], guid: string = GUIDS[2]): string =>
    envelope({
      action: `${XFER}/Put`,
      uri: SETTING,
      selectors: { InstanceID: `Microsoft:${guid}` },
      options,
      body: `<q:Msvm_VirtualSystemSettingData xmlns:q="${SETTING}" xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common">${inner}</q:Msvm_VirtualSystemSettingData>`,
    });

  test('W-023 the WMI form of the resource URI', async () => {
    const reply = await endpoint.soap(getRequest(SYSTEM, KEYS));
    assert.equal(reply.status, 200);
    assert.equal(reply.body?.ns, SYSTEM);
    assert.equal(textAt(reply.body, 'Name'), GUIDS[0]);
  });

  for (const namespace of ['root/virtualization/v2', 'root\\virtualization\\v2', 'ROOT/Virtualization/V2']) {
    test(`W-024 the DMTF form with __cimnamespace ${namespace}`, async () => {
      const reply = await endpoint.soap(
        getRequest(`${DMTF}/Msvm_ComputerSystem`, { ...KEYS, __cimnamespace: namespace }),
      );
      assert.equal(reply.status, 200);
      assert.equal(reply.body?.ns, `${DMTF}/Msvm_ComputerSystem`);
    });
  }

  test('W-024 without __cimnamespace the DMTF form means root/virtualization/v2; another namespace is honoured', async () => {
    assert.equal(await code(getRequest(`${DMTF}/Msvm_ComputerSystem`, KEYS)), '200');
    const v1 = await endpoint.soap(
      getRequest(`${DMTF}/Msvm_ComputerSystem`, { Name: GUIDS[0], __cimnamespace: 'root/virtualization' }),
    );
    assert.equal(v1.status, 200);
    assert.equal(at(v1.body, 'EnhancedSessionModeState'), undefined);
  });

  test('W-025 class and namespace in any case; the reply has the repository case (W-029)', async () => {
    const uri = 'HTTP://schemas.microsoft.com/WBEM/wsman/1/WMI/ROOT/Virtualization/V2/msvm_COMPUTERsystem';
    const reply = await endpoint.soap(getRequest(uri, KEYS));
    assert.equal(reply.status, 200);
    assert.equal(reply.body?.local, 'Msvm_ComputerSystem');
    assert.equal(reply.body?.ns, SYSTEM);
  });

  test('W-026 a __cimnamespace that differs from the WMI form is refused, the same one is not', async () => {
    const reply = await endpoint.soap(getRequest(SYSTEM, { ...KEYS, __cimnamespace: 'root/cimv2' }));
    assert.match(reply.text, /w:InternalError/);
    assert.equal(await code(getRequest(SYSTEM, { ...KEYS, __cimnamespace: 'root\\Virtualization\\V2' })), '200');
  });

  test('W-027 an unknown namespace, and a malformed URI: 2150858811', async () => {
    for (const uri of [
      'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/nothing/Msvm_X',
      'http://schemas.microsoft.com/wbem/wsman/1/wmi/Msvm_X',
      'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/',
      'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/../v2/Msvm_X',
      'http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd',
      'urn:other',
    ]) {
      assert.equal(await code(getRequest(uri, KEYS)), '2150858811', uri);
    }
    assert.equal(
      await code(getRequest(`${DMTF}/Msvm_ComputerSystem`, { ...KEYS, __cimnamespace: 'root/nope' })),
      '2150858811',
    );
  });

  test('W-028 an unknown class: 2150858752', async () => {
    assert.equal(await code(getRequest(`${WMI}/Msvm_Nothing`, KEYS)), '2150858752');
  });

  test('W-029 the derived class is named when a base class is asked for', async () => {
    const reply = await endpoint.soap(getRequest(`${WMI}/CIM_ComputerSystem`, KEYS));
    assert.equal(reply.body?.ns, SYSTEM);
    const dmtf = await endpoint.soap(getRequest(`${DMTF}/CIM_ComputerSystem`, KEYS));
    assert.equal(dmtf.body?.ns, `${DMTF}/Msvm_ComputerSystem`);
  });

  test('W-030 Get by full keys', async () => {
    const reply = await endpoint.soap(getRequest(SYSTEM, { CreationClassName: 'Msvm_ComputerSystem', Name: HOST }));
    assert.equal(textAt(reply.body, 'ElementName'), HOST);
  });

  test('W-030 keys in the query part of the URI, as client tools write them', async () => {
    const reply = await endpoint.soap(getRequest(`${SYSTEM}?CreationClassName=Msvm_ComputerSystem+Name="${GUIDS[1]}"`));
    assert.equal(textAt(reply.body, 'Name'), GUIDS[1]);
  });

  test('W-030 a key of reference type is an endpoint reference in its selector', async () => {
    const reply = await endpoint.soap(
      getRequest(`${WMI}/Msvm_SettingsDefineState`, undefined, {
        selectorXml:
          `<w:SelectorSet><w:Selector Name="ManagedElement"><a:EndpointReference>${epr(SYSTEM, KEYS)}</a:EndpointReference></w:Selector>` +
          `<w:Selector Name="SettingData"><a:EndpointReference>${epr(SETTING, { InstanceID: `Microsoft:${GUIDS[0]}` })}</a:EndpointReference></w:Selector></w:SelectorSet>`,
      }),
    );
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.body?.local, 'Msvm_SettingsDefineState');
  });

  test('W-031 selector names and values in any case', async () => {
    const reply = await endpoint.soap(
      getRequest(SYSTEM, { creationclassname: 'MSVM_computersystem', NAME: GUIDS[0].toLowerCase() }),
    );
    assert.equal(textAt(reply.body, 'Name'), GUIDS[0]);
  });

  test('W-031 new lines around a value are taken away when the exact value names nothing', async () => {
    const reply = await endpoint.soap(
      getRequest(SYSTEM, { CreationClassName: '\nMsvm_ComputerSystem\n', Name: `\n  ${GUIDS[0]}\n` }),
    );
    assert.equal(textAt(reply.body, 'Name'), GUIDS[0]);
  });

  test('W-032 a subset of the keys is enough when it names one instance', async () => {
    assert.equal(textAt((await endpoint.soap(getRequest(SYSTEM, { Name: GUIDS[1] }))).body, 'Name'), GUIDS[1]);
  });

  test('W-032 a subset that names several instances: InsufficientSelectors', async () => {
    const reply = await endpoint.soap(getRequest(SYSTEM, { CreationClassName: 'Msvm_ComputerSystem' }));
    assert.match(reply.text, /faultDetail\/InsufficientSelectors/);
    assert.match(reply.text, /Code="2150858842"/);
  });

  test('W-033 a selector that is no key, and one given twice: UnexpectedSelectors', async () => {
    const reply = await endpoint.soap(getRequest(SYSTEM, { ElementName: 'x' }));
    assert.match(reply.text, /w:InvalidSelectors/);
    assert.match(reply.text, /faultDetail\/UnexpectedSelectors/);
    assert.match(reply.text, /Code="2150858813"/);
    assert.equal(await code(getRequest(SYSTEM, { Nothing: 'x' })), '2150858813');
    assert.equal(await code(getRequest(SYSTEM, { Name: 'a', NAME: 'a' })), '2150858813');
  });

  test('W-033 a selector of the wrong kind: TypeMismatch', async () => {
    const reply = await endpoint.soap(
      getRequest(`${WMI}/Msvm_SettingsDefineState`, { ManagedElement: '::no path::', SettingData: 'x' }),
    );
    assert.match(reply.text, /Code="2150858844"/);
  });

  test('W-034 no such instance: DestinationUnreachable 2150858752', async () => {
    const reply = await endpoint.soap(getRequest(SYSTEM, { ...KEYS, Name: 'nobody' }));
    assert.match(reply.text, /a:DestinationUnreachable/);
    assert.match(reply.text, /Code="2150858752"/);
    assert.equal(textAt(reply.header, 'Action'), 'http://schemas.xmlsoap.org/ws/2004/08/addressing/fault');
  });

  test('W-035 a singleton needs no selectors', async () => {
    assert.equal(await code(getRequest(`${WMI}/Msvm_ServicingSettings`)), '200');
    assert.equal(await code(getRequest(SERVICE)), '200');
  });

  test('W-036 a class with several instances and no selectors: 2150859002', async () => {
    assert.equal(await code(getRequest(SYSTEM)), '2150859002');
  });

  test('W-037 Put changes what it names, nil sets NULL, absent keeps', async () => {
    const reply = await endpoint.soap(
      put(
        '<q:ElementName>renamed</q:ElementName><q:VirtualSystemType xsi:nil="true"/><q:Notes>a</q:Notes><q:Notes>b</q:Notes>' +
          '<q:BIOSNumLock>FALSE</q:BIOSNumLock><q:AutomaticStartupActionDelay><cim:Interval>P0DT0H2M0S</cim:Interval></q:AutomaticStartupActionDelay><cim:Location>x</cim:Location>',
      ),
    );
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.body?.local, 'Msvm_VirtualSystemSettingData');
    const stored = endpoint.world.settings.instances.find((i) => i.get('InstanceID') === `Microsoft:${GUIDS[2]}`);
    assert.equal(stored?.get('ElementName'), 'renamed');
    assert.equal(stored?.get('VirtualSystemType'), null);
    assert.deepEqual(stored?.get('Notes'), ['a', 'b']);
    assert.equal(stored?.get('BIOSNumLock'), false);
    assert.equal(stored?.get('AutomaticStartupActionDelay'), '00000000000200.000000:000');
    assert.deepEqual(stored?.get('BootOrder'), [3, 2, 0, 1]);
  });

  test('W-037 what was read can be put back unchanged, in the DMTF namespace or none', async () => {
    const read = await endpoint.soap(getRequest(SETTING, { InstanceID: `Microsoft:${GUIDS[1]}` }));
    const object = /<p:Msvm_VirtualSystemSettingData.*<\/p:Msvm_VirtualSystemSettingData>/s.exec(read.text)?.[0] ?? '';
    for (const body of [
      object,
      object.replace(`xmlns:p="${SETTING}"`, `xmlns:p="${DMTF}/Msvm_VirtualSystemSettingData"`),
    ]) {
      const reply = await endpoint.soap(
        envelope({ action: `${XFER}/Put`, uri: SETTING, selectors: { InstanceID: `Microsoft:${GUIDS[1]}` }, body }),
      );
      assert.equal(reply.status, 200, reply.text);
    }
  });

  test('W-038 with a list of modified properties only these change', async () => {
    const reply = await endpoint.soap(
      put('<q:ElementName>listed</q:ElementName><q:BIOSNumLock>true</q:BIOSNumLock>', [
        ['wmiarray:__MIInstanceModifiedPropertiesList', 'BIOSNumLock'],
      ]),
    );
    assert.equal(reply.status, 200);
    const stored = endpoint.world.settings.instances.find((i) => i.get('InstanceID') === `Microsoft:${GUIDS[2]}`);
    assert.equal(stored?.get('BIOSNumLock'), true);
    assert.notEqual(stored?.get('ElementName'), 'listed');
  });

  test('W-037 Put refuses wrong types, unknown properties, other classes and empty bodies', async () => {
    assert.equal(await code(put('<q:BIOSNumLock>maybe</q:BIOSNumLock>')), '2150858838');
    assert.equal(await code(put('<q:Nothing>1</q:Nothing>')), '2150858838');
    const wrong = put('').replaceAll('q:Msvm_VirtualSystemSettingData', 'q:Msvm_ComputerSystem');
    assert.equal(await code(wrong), '2150858840');
    assert.equal(
      await code(envelope({ action: `${XFER}/Put`, uri: SETTING, selectors: { InstanceID: `Microsoft:${GUIDS[2]}` } })),
      '2150858773',
    );
  });

  test('W-037 Put on a class that is changed by methods only: 2150859010 (K7)', async () => {
    const reply = await endpoint.soap(
      envelope({
        action: `${XFER}/Put`,
        uri: SYSTEM,
        selectors: KEYS,
        body: `<q:Msvm_ComputerSystem xmlns:q="${SYSTEM}"><q:ElementName>x</q:ElementName></q:Msvm_ComputerSystem>`,
      }),
    );
    assert.match(reply.text, /w:InternalError/);
    assert.match(reply.text, /Code="2150859010"/);
  });

  const create = (id: string): string =>
    envelope({
      action: `${XFER}/Create`,
      uri: SETTING,
      body: `<q:Msvm_VirtualSystemSettingData xmlns:q="${SETTING}"><q:InstanceID>${id}</q:InstanceID><q:ElementName>new</q:ElementName></q:Msvm_VirtualSystemSettingData>`,
    });

  test('W-039 Create answers ResourceCreated with the reference directly inside; twice is AlreadyExists; W-040 Delete', async () => {
    const reply = await endpoint.soap(create('Microsoft:New\\1'));
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.body?.local, 'ResourceCreated');
    assert.equal(reply.body?.ns, XFER);
    assert.equal(textAt(reply.body, 'ReferenceParameters', 'ResourceURI'), SETTING);
    assert.equal(textAt(reply.body, 'ReferenceParameters', 'SelectorSet', 'Selector'), 'Microsoft:New\\1');
    assert.equal(await code(create('Microsoft:New\\1')), '2150858803');
    const gone = await endpoint.soap(
      envelope({ action: `${XFER}/Delete`, uri: SETTING, selectors: { InstanceID: 'Microsoft:New\\1' } }),
    );
    assert.equal(gone.status, 200);
    assert.equal(gone.body, null);
    assert.equal(textAt(gone.header, 'Action'), `${XFER}/DeleteResponse`);
    assert.equal(await code(getRequest(SETTING, { InstanceID: 'Microsoft:New\\1' })), '2150858752');
  });

  test('W-040 Delete where the provider cannot: 2150859010', async () => {
    assert.equal(await code(envelope({ action: `${XFER}/Delete`, uri: SYSTEM, selectors: KEYS })), '2150859010');
    assert.equal(endpoint.world.repository.namespace(V2)?.class('Msvm_ComputerSystem')?.name, 'Msvm_ComputerSystem');
  });
});
