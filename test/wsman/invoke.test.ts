import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { attribute, child } from '../../src/xml/element.ts';
import { ObjectPath } from '../../src/cim/object-path.ts';
import { startEndpoint, type TestEndpoint } from './kit/endpoint.ts';
import { at, DMTF, envelope, epr, invokeRequest, textAt, WMI } from './kit/envelopes.ts';
import { GUIDS, JOB, type MethodCall } from './kit/world.ts';

const SYSTEM = `${WMI}/Msvm_ComputerSystem`;
const SERVICE = `${WMI}/Msvm_VirtualSystemManagementService`;
const KEYS = { CreationClassName: 'Msvm_ComputerSystem', Name: GUIDS[0] };
const SETTING = epr(`${WMI}/Msvm_VirtualSystemSettingData`, { InstanceID: `Microsoft:${GUIDS[0]}` });
const TEXT =
  '<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData"><PROPERTY NAME="ElementName" TYPE="string"><VALUE>a &amp; b</VALUE></PROPERTY></INSTANCE>';
const escaped = TEXT.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

describe('Invoke', () => {
  let endpoint: TestEndpoint;
  before(async () => {
    endpoint = await startEndpoint();
  });
  after(() => endpoint[Symbol.asyncDispose]());

  const call = async (text: string) => {
    const reply = await endpoint.soap(text);
    assert.equal(reply.status, 200, reply.text);
    return reply;
  };
  const code = async (text: string): Promise<string> => {
    const reply = await endpoint.soap(text);
    const fault = at(reply.body, 'Detail', 'WSManFault');
    return fault === undefined ? `${reply.status}` : (attribute(fault, 'Code') ?? '');
  };
  const seen = (method: string): MethodCall => endpoint.world.calls.get(method)!;
  const service = (method: string, input: string): string =>
    invokeRequest('Msvm_VirtualSystemManagementService', method, input);

  test('W-081 a method of an instance runs on the instance that the selectors name', async () => {
    await call(
      invokeRequest('Msvm_ComputerSystem', 'RequestStateChange', '<q:RequestedState>2</q:RequestedState>', KEYS),
    );
    assert.equal(seen('RequestStateChange').path.key('Name'), GUIDS[0]);
    assert.deepEqual(seen('RequestStateChange').args, { RequestedState: 2 });
  });

  test('W-081 a method of an instance that does not exist is a fault', async () => {
    assert.equal(
      await code(invokeRequest('Msvm_ComputerSystem', 'RequestStateChange', '', { ...KEYS, Name: 'nobody' })),
      '2150858752',
    );
  });

  test('W-082 a method without parameters: empty body, or an empty _INPUT', async () => {
    const uri = SERVICE;
    for (const body of ['', `<q:StartService_INPUT xmlns:q="${uri}"/>`, `<startservice_input/>`]) {
      const reply = await call(envelope({ action: `${uri}/StartService`, uri, body }));
      assert.equal(textAt(reply.body, 'ReturnValue'), '1');
    }
  });

  test('W-083 zero selectors, partial keys and full keys on a service', async () => {
    for (const selectors of [
      undefined,
      { CreationClassName: 'Msvm_VirtualSystemManagementService', SystemName: 'HV01' },
      { Name: 'vmms' },
    ]) {
      const reply = await call(invokeRequest('Msvm_VirtualSystemManagementService', 'StartService', '', selectors));
      assert.equal(reply.body?.local, 'StartService_OUTPUT');
    }
    assert.equal(seen('StartService').path.key('Name'), 'vmms');
    assert.equal(await code(invokeRequest('Msvm_ComputerSystem', 'RequestStateChange', '')), '2150859002');
  });

  test('W-084 arrays are repeated elements, nil is NULL, absent is not given', async () => {
    await call(
      service(
        'GetSummaryInformation',
        `<q:SettingData>${SETTING}</q:SettingData><q:SettingData>${SETTING}</q:SettingData><q:RequestedInformation>1</q:RequestedInformation><q:RequestedInformation>100</q:RequestedInformation>`,
      ),
    );
    const { args } = seen('GetSummaryInformation');
    assert.deepEqual(args['RequestedInformation'], [1, 100]);
    assert.equal((args['SettingData'] as readonly ObjectPath[]).length, 2);
    await call(service('GetSummaryInformation', '<q:SettingData xsi:nil="true"/>'));
    assert.deepEqual(seen('GetSummaryInformation').args, { SettingData: null });
  });

  for (const [name, xml] of [
    ['EPR contents', SETTING],
    ['a wrapped EndpointReference', `<a:EndpointReference>${SETTING}</a:EndpointReference>`],
    [
      'path text',
      `\\\\HV01\\root\\virtualization\\v2:Msvm_VirtualSystemSettingData.InstanceID="Microsoft:${GUIDS[0]}"`,
    ],
    [
      'a reference of the DMTF family',
      epr(`${DMTF}/Msvm_VirtualSystemSettingData`, {
        __cimnamespace: 'root/virtualization/v2',
        InstanceID: `Microsoft:${GUIDS[0]}`,
      }),
    ],
    ['a reference with old ReferenceProperties', SETTING.replaceAll('ReferenceParameters', 'ReferenceProperties')],
  ] as const) {
    test(`W-084 a reference as ${name}`, async () => {
      await call(
        service(
          'AddResourceSettings',
          `<q:AffectedConfiguration>${xml}</q:AffectedConfiguration><q:ResourceSettings>x</q:ResourceSettings>`,
        ),
      );
      const path = seen('AddResourceSettings').args['AffectedConfiguration'] as ObjectPath;
      assert.ok(path instanceof ObjectPath);
      assert.equal(path.className, 'Msvm_VirtualSystemSettingData');
      assert.equal(path.key('InstanceID'), `Microsoft:${GUIDS[0]}`);
    });
  }

  test('W-085 an embedded instance as escaped text, W-093 as CDATA', async () => {
    for (const input of [escaped, `<![CDATA[${TEXT}]]>`]) {
      await call(service('DefineSystem', `<q:SystemSettings>${input}</q:SystemSettings>`));
      assert.equal(seen('DefineSystem').args['SystemSettings'], TEXT);
    }
  });

  test('W-085 an embedded instance in the CIM wrapper stays the text it is', async () => {
    const wrapped = `<CIM><DECLARATIONS><DECLGROUP><VALUE.OBJECT>${TEXT}</VALUE.OBJECT></DECLGROUP></DECLARATIONS></CIM>`;
    await call(service('DefineSystem', `<q:SystemSettings><![CDATA[${wrapped}]]></q:SystemSettings>`));
    assert.equal(seen('DefineSystem').args['SystemSettings'], wrapped);
  });

  test('W-085 an embedded instance as real child XML becomes text with its namespaces', async () => {
    const uri = `${WMI}/Msvm_VirtualSystemSettingData`;
    await call(
      service(
        'DefineSystem',
        `<q:SystemSettings><z:Msvm_VirtualSystemSettingData xmlns:z="${uri}"><z:ElementName>a &amp; b</z:ElementName><z:Notes xsi:nil="true"/></z:Msvm_VirtualSystemSettingData></q:SystemSettings>`,
      ),
    );
    assert.equal(
      seen('DefineSystem').args['SystemSettings'],
      `<Msvm_VirtualSystemSettingData xmlns="${uri}"><ElementName>a &amp; b</ElementName><Notes xmlns:q0="http://www.w3.org/2001/XMLSchema-instance" q0:nil="true"></Notes></Msvm_VirtualSystemSettingData>`,
    );
  });

  test('W-085 an array of embedded instances keeps its order', async () => {
    await call(
      service('FormatError', '<q:Errors><![CDATA[<INSTANCE CLASSNAME="A"/>]]></q:Errors><q:Errors>two</q:Errors>'),
    );
    assert.deepEqual(seen('FormatError').args['Errors'], ['<INSTANCE CLASSNAME="A"/>', 'two']);
  });

  test('W-086 the output is sorted, in p, NULL is nil, and resolves with the prefixes of libvirt', async () => {
    const reply = await call(service('DefineSystem', ''));
    assert.equal(reply.body?.local, 'DefineSystem_OUTPUT');
    assert.equal(reply.body?.ns, SERVICE);
    assert.deepEqual(
      reply.body?.children.map((c) => [c.prefix, c.local]),
      [
        ['p', 'Job'],
        ['p', 'ResultingSystem'],
        ['p', 'ReturnValue'],
      ],
    );
    assert.match(reply.text, /<p:Job xsi:nil="true"\/>/);
    assert.equal(textAt(reply.body, 'ResultingSystem', 'ReferenceParameters', 'ResourceURI'), SYSTEM);
    assert.equal(textAt(reply.header, 'Action'), `${SERVICE}/DefineSystemResponse`);
  });

  test('W-086 an array of references is repeated elements', async () => {
    const reply = await call(service('AddResourceSettings', ''));
    const results = reply.body?.children.filter((c) => c.local === 'ResultingResourceSettings') ?? [];
    assert.deepEqual(
      results.map((r) => textAt(r, 'ReferenceParameters', 'SelectorSet', 'Selector')),
      ['Microsoft:A\\B', 'Microsoft:C\\D'],
    );
  });

  test('W-087 4096 comes with the reference of a job', async () => {
    const reply = await call(
      invokeRequest('Msvm_ComputerSystem', 'RequestStateChange', '<q:RequestedState>2</q:RequestedState>', KEYS),
    );
    assert.equal(textAt(reply.body, 'ReturnValue'), '4096');
    assert.match(
      reply.text,
      new RegExp(
        `<p:Job xmlns:a="[^"]+" xmlns:w="[^"]+"><a:Address>[^<]+</a:Address><a:ReferenceParameters><w:ResourceURI>${WMI}/Msvm_ConcreteJob</w:ResourceURI><w:SelectorSet><w:Selector Name="InstanceID">${JOB}</w:Selector>`,
      ),
    );
  });

  test('W-088 the failure of a method is 200 and its return value', async () => {
    const reply = await call(
      invokeRequest('Msvm_ComputerSystem', 'RequestStateChange', '<q:RequestedState>7777</q:RequestedState>', KEYS),
    );
    assert.equal(textAt(reply.body, 'ReturnValue'), '32775');
  });

  test('W-088 why a method refused: an Msvm_Error as a header that nobody must understand, and a line in the log', async () => {
    const request = (state: number) =>
      invokeRequest('Msvm_ComputerSystem', 'RequestStateChange', `<q:RequestedState>${state}</q:RequestedState>`, KEYS);
    const refused = await call(request(7777));
    const error = child(refused.header, 'Msvm_Error', `${WMI}/Msvm_Error`) ?? assert.fail(refused.text);
    assert.equal(textAt(error, 'Message'), 'The machine is off. Start it first.');
    assert.equal(
      error.attributes.some((a) => a.local === 'mustUnderstand'),
      false,
    );
    // The body is what clients know, and nothing else.
    assert.deepEqual(
      refused.body?.children.map((c) => c.local),
      ['Job', 'ReturnValue'],
    );
    const logged = endpoint.logged.find((l) => l.message === 'method refused');
    assert.deepEqual(logged?.details, {
      caller: 'HV01\\admin',
      address: '127.0.0.1',
      method: 'Msvm_ComputerSystem.RequestStateChange',
      returnValue: 32_775,
      reason: 'The machine is off. Start it first.',
    });
    const accepted = await call(request(2));
    assert.equal(child(accepted.header, 'Msvm_Error', `${WMI}/Msvm_Error`), undefined);
  });

  test('W-089 an unknown method: ActionNotSupported', async () => {
    const reply = await endpoint.soap(invokeRequest('Msvm_ComputerSystem', 'Fly', '', KEYS));
    assert.match(reply.text, /a:ActionNotSupported/);
    assert.match(reply.text, /Code="2150858771"/);
    assert.equal(
      await code(
        envelope({ action: 'http://schemas.xmlsoap.org/ws/2004/09/transfer/Fly', uri: SYSTEM, selectors: KEYS }),
      ),
      '2150858753',
    );
    assert.equal(
      await code(envelope({ action: `${WMI}/Msvm_ConcreteJob/KillJob`, uri: SYSTEM, selectors: KEYS })),
      '2150858771',
    );
  });

  test('W-090 an unknown parameter: InvalidParameter/InvalidName; one that is nil is ignored', async () => {
    const reply = await endpoint.soap(service('DefineSystem', '<q:Nothing>1</q:Nothing>'));
    assert.match(reply.text, /w:InvalidParameter/);
    assert.match(reply.text, /faultDetail\/InvalidName/);
    assert.match(reply.text, /Code="2150858837"/);
    await call(service('DefineSystem', '<q:Nothing xsi:nil="true"/>'));
    assert.equal(await code(service('DefineSystem', '<q:ResultingSystem>x</q:ResultingSystem>')), '2150858837');
  });

  for (const [parameter, value] of [
    ['RequestedState', 'on'],
    ['RequestedState', '65536'],
    ['RequestedState', '-1'],
    ['RequestedState', ''],
    ['RequestedState', '<q:x>1</q:x>'],
    ['TimeoutPeriod', 'soon'],
  ] as const) {
    test(`W-091 ${parameter} = "${value}": InvalidParameter/TypeMismatch`, async () => {
      const reply = await endpoint.soap(
        invokeRequest('Msvm_ComputerSystem', 'RequestStateChange', `<q:${parameter}>${value}</q:${parameter}>`, KEYS),
      );
      assert.match(reply.text, /w:InvalidParameter/);
      assert.match(reply.text, /faultDetail\/TypeMismatch/);
      assert.match(reply.text, /Code="2150858836"/);
    });
  }

  test('W-091 two values for a scalar, and text that is no reference, are type mismatches', async () => {
    assert.equal(
      await code(
        invokeRequest(
          'Msvm_ComputerSystem',
          'RequestStateChange',
          '<q:RequestedState>1</q:RequestedState><q:RequestedState>2</q:RequestedState>',
          KEYS,
        ),
      ),
      '2150858836',
    );
    assert.equal(
      await code(service('AddResourceSettings', '<q:AffectedConfiguration>no path at all</q:AffectedConfiguration>')),
      '2150858836',
    );
  });

  test('W-092 the Action may name a superclass, another case, or the method alone', async () => {
    for (const action of [
      `${WMI}/CIM_ComputerSystem/RequestStateChange`,
      `${SYSTEM}/requeststatechange`,
      'RequestStateChange',
      `${DMTF}/CIM_EnabledLogicalElement/RequestStateChange`,
    ]) {
      const reply = await call(
        envelope({
          action,
          uri: SYSTEM,
          selectors: KEYS,
          body: `<q:requestStateChange_input xmlns:q="urn:any"><q:requestedstate>3</q:requestedstate></q:requestStateChange_input>`,
        }),
      );
      assert.equal(textAt(reply.body, 'ReturnValue'), '4096', action);
      assert.equal(reply.body?.local, 'RequestStateChange_OUTPUT');
    }
  });

  test('a body that is another method’s input is a fault', async () => {
    assert.equal(
      await code(
        envelope({ action: `${SYSTEM}/RequestStateChange`, uri: SYSTEM, selectors: KEYS, body: '<Other_INPUT/>' }),
      ),
      '2150858819',
    );
  });

  test('K5 ImageData is one base64 text; bytes come in as numbers or base64', async () => {
    const reply = await call(
      service(
        'GetVirtualSystemThumbnailImage',
        `<q:TargetSystem>${SETTING}</q:TargetSystem><q:WidthPixels>1</q:WidthPixels><q:HeightPixels>2</q:HeightPixels>`,
      ),
    );
    assert.equal(textAt(reply.body, 'ImageData'), 'AQL6/w==');
    const bytes = (inner: string): string => service('SetInitialMachineConfigurationData', inner);
    await call(bytes('<q:ImcData>1</q:ImcData><q:ImcData>255</q:ImcData>'));
    assert.deepEqual(seen('SetInitialMachineConfigurationData').args['ImcData'], [1, 255]);
    await call(bytes('<q:ImcData>AQL6/w==</q:ImcData>'));
    assert.deepEqual(seen('SetInitialMachineConfigurationData').args['ImcData'], [1, 2, 250, 255]);
    assert.equal(await code(bytes('<q:ImcData>not base64!</q:ImcData>')), '2150858836');
  });

  test('the DMTF family: output in the class URI of the request, references with __cimnamespace', async () => {
    const uri = `${DMTF}/Msvm_ComputerSystem`;
    const reply = await call(
      envelope({
        action: `${uri}/RequestStateChange`,
        uri,
        selectors: { ...KEYS, __cimnamespace: 'root/virtualization/v2' },
        options: [['msftwinrm:UsePreciseArrays', 'true']],
        body: `<p:RequestStateChange_INPUT xmlns:p="${uri}"><p:RequestedState>2</p:RequestedState></p:RequestStateChange_INPUT>`,
      }),
    );
    assert.equal(reply.body?.ns, uri);
    assert.equal(textAt(reply.body, 'Job', 'ReferenceParameters', 'SelectorSet', 'Selector'), 'root/virtualization/v2');
  });
});
