import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CimInstance } from '../../src/cim/instance.ts';
import { ObjectPath } from '../../src/cim/object-path.ts';
import type { MethodProvider } from '../../src/cim/provider.ts';
import type { CimValues } from '../../src/cim/values.ts';
import { attribute, child, children } from '../../src/xml/element.ts';
import { createBroker } from '../../src/cim/broker/broker.ts';
import { repositoryOf, schemaOf } from '../kit/schema-builder.ts';
import { createWorld, GUIDS, HOST, V2, type World } from '../wsman/kit/world.ts';
import { startEndpoint, type TestEndpoint } from './kit/endpoint.ts';
import { array, extrinsic, instanceName, localClassPath, localInstancePath, value } from './kit/messages.ts';
import { outputs, properties, read, returnValue } from './kit/reply.ts';
import { parseXml } from '../../src/xml/parse.ts';

const CLASS = 'Msvm_ComputerSystem';
const SYSTEM = localInstancePath(V2, instanceName(CLASS, { CreationClassName: CLASS, Name: GUIDS[0] }));
const SERVICE = localInstancePath(V2, '<INSTANCENAME CLASSNAME="Msvm_VirtualSystemManagementService"/>');

describe('CIM-XML methods (wire-cimxml §5)', () => {
  let world: World;
  let endpoint: TestEndpoint;
  before(async () => {
    world = createWorld();
    endpoint = await startEndpoint(world);
  });
  after(() => endpoint[Symbol.asyncDispose]());

  test('X-034, X-035, X-038: 4096 and a job whose path has host and namespace', async () => {
    const reply = await endpoint.invoke('RequestStateChange', SYSTEM, { RequestedState: value(2) });
    assert.equal(reply.response.local, 'METHODRESPONSE');
    assert.equal(returnValue(reply), '4096');
    assert.equal(attribute(child(reply.response, 'RETURNVALUE')!, 'PARAMTYPE'), 'uint32');
    assert.equal(outputs(reply)['Job'], 'Msvm_ConcreteJob.InstanceID=F7A0C1D2-0000-4000-8000-00000000ABCD');
    const job = children(reply.response, 'PARAMVALUE')[0]!;
    assert.equal(attribute(job, 'PARAMTYPE'), 'reference');
    const path = job.children[0]!.children[0]!;
    assert.equal(path.local, 'INSTANCEPATH');
    assert.equal(child(child(path, 'NAMESPACEPATH')!, 'HOST')?.text, HOST);
    const call = world.calls.get('RequestStateChange');
    assert.equal(call?.args['RequestedState'], 2);
    assert.equal(call?.path.key('Name'), GUIDS[0]);
  });

  test('X-034: static methods by the class, of an instance all the same', async () => {
    const target = localClassPath(V2, CLASS);
    // Only the instance tells which machine: a class does not.
    assert.equal((await endpoint.invoke('RequestStateChange', target, { RequestedState: value(2) })).status, 4);
    assert.equal((await endpoint.invoke('RequestStateChange', localClassPath(V2, 'X_Y'))).status, 5);
    assert.equal((await endpoint.invoke('RequestStateChange', localClassPath('root/x', CLASS))).status, 3);
  });

  test('X-036: unknown method 17, unknown parameter 4, object not found 6, not implemented 16', async () => {
    assert.equal((await endpoint.invoke('Bogus', SYSTEM)).status, 17);
    assert.equal((await endpoint.invoke('RequestStateChange', SYSTEM, { Bogus: value(1) })).status, 4);
    assert.equal((await endpoint.invoke('RequestStateChange', SYSTEM, { Job: null })).status, 4, 'an output');
    assert.equal((await endpoint.invoke('RequestStateChange', SYSTEM, { RequestedState: value('x') })).status, 4);
    assert.equal((await endpoint.invoke('RequestStateChange', SYSTEM, { RequestedState: value(70_000) })).status, 4);
    const twice = extrinsic('RequestStateChange', SYSTEM, { RequestedState: value(2), requestedstate: value(3) });
    assert.equal((await endpoint.send(twice)).status, 4);
    const gone = localInstancePath(V2, instanceName(CLASS, { CreationClassName: CLASS, Name: 'gone' }));
    assert.equal((await endpoint.invoke('RequestStateChange', gone, { RequestedState: value(2) })).status, 6);
    assert.equal((await endpoint.invoke('ModifySystemSettings', SERVICE)).status, 16);
  });

  test('X-037: types come from the class: without PARAMTYPE, with a wrong one, hexadecimal, binary, NULL', async () => {
    const sent = async (parameter: string) => {
      const reply = await endpoint.send(
        extrinsic('RequestStateChange', SYSTEM).replace('</METHODCALL>', `${parameter}</METHODCALL>`),
      );
      assert.equal(reply.status, 0, parameter);
      return world.calls.get('RequestStateChange')?.args['RequestedState'];
    };
    assert.equal(await sent('<PARAMVALUE NAME="requestedstate" PARAMTYPE="uint16"><VALUE>2</VALUE></PARAMVALUE>'), 2);
    assert.equal(await sent('<PARAMVALUE NAME="RequestedState" PARAMTYPE="string"><VALUE>3</VALUE></PARAMVALUE>'), 3);
    assert.equal(await sent('<PARAMVALUE NAME="RequestedState"><VALUE>0x0A</VALUE></PARAMVALUE>'), 10);
    assert.equal(await sent('<PARAMVALUE NAME="RequestedState"><VALUE>101b</VALUE></PARAMVALUE>'), 5);
    assert.equal(await sent('<PARAMVALUE NAME="RequestedState" PARAMTYPE="uint16"/>'), null);
    assert.equal(await sent(''), undefined);
  });

  test('X-022: embedded instances come escaped or as CDATA, marked in either spelling, in arrays too', async () => {
    const text =
      '<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData"><PROPERTY NAME="ElementName" TYPE="string"><VALUE>a&amp;b</VALUE></PROPERTY></INSTANCE>';
    const resources = [
      '<INSTANCE CLASSNAME="Msvm_ProcessorSettingData"/>',
      '<INSTANCE CLASSNAME="Msvm_MemorySettingData"/>',
    ];
    for (const mark of ['EmbeddedObject="instance"', 'EMBEDDEDOBJECT="instance"', ''])
      for (const settings of [value(text), `<VALUE><![CDATA[${text}]]></VALUE>`]) {
        const body = extrinsic('DefineSystem', SERVICE, { ResourceSettings: array(...resources) }).replace(
          '</METHODCALL>',
          `<PARAMVALUE NAME="SystemSettings" PARAMTYPE="string" ${mark}>${settings}</PARAMVALUE></METHODCALL>`,
        );
        const reply = await endpoint.send(body);
        assert.equal(returnValue(reply), '0', reply.text);
        assert.deepEqual(world.calls.get('DefineSystem')?.args, { SystemSettings: text, ResourceSettings: resources });
        assert.deepEqual(outputs(reply), {
          ResultingSystem: `${CLASS}.CreationClassName=${CLASS},Name=${GUIDS[1]}`,
        });
      }
  });

  test('arrays of references and of numbers', async () => {
    const added = await endpoint.invoke('AddResourceSettings', SERVICE, { ResourceSettings: array('x') });
    assert.deepEqual(outputs(added)['ResultingResourceSettings'], [
      String.raw`Msvm_ProcessorSettingData.InstanceID=Microsoft:A\B`,
      String.raw`Msvm_MemorySettingData.InstanceID=Microsoft:C\D`,
    ]);
    const image = await endpoint.invoke('GetVirtualSystemThumbnailImage', SERVICE, { WidthPixels: value(8) });
    assert.deepEqual(outputs(image)['ImageData'], ['1', '2', '250', '255'], 'numbers: base64 is WS-Management’s (K5)');
  });

  test('a refusal is a return value; why stands in PGErrorDetail and in the log', async () => {
    const reply = await endpoint.invoke('RequestStateChange', SYSTEM, { RequestedState: value(7777) });
    assert.deepEqual([reply.status, returnValue(reply)], [0, '32775']);
    assert.equal(
      decodeURIComponent(String(reply.http.headers['pgerrordetail'])),
      'The machine is off. Start it first.',
    );
    assert.ok(endpoint.logged.some((l) => l.message === 'method refused'));
  });

  test('X-039: a viewer may look and not call', async () => {
    const reply = await endpoint.send(extrinsic('RequestStateChange', SYSTEM, { RequestedState: value(2) }), {
      user: 'watcher',
    });
    assert.equal(reply.status, 2);
  });

  test('an unforeseen failure tells nothing of itself; what takes too long is told so', async () => {
    const reply = await endpoint.invoke('InjectNonMaskableInterrupt', SYSTEM);
    assert.equal(reply.status, 1);
    assert.doesNotMatch(reply.text, /secret|undefined/);
    await using hasty = await startEndpoint(world, { limits: { operationMs: 50 } });
    const late = await hasty.invoke('ModifyServiceSettings', SERVICE, { SettingData: value('forever') });
    assert.deepEqual([late.status, late.description], [1, 'The operation took too long. Ask again. (0x80041032)']);
    const named = await endpoint.invoke('ModifyServiceSettings', SERVICE, { SettingData: value('alreadyExists') });
    assert.equal(named.status, 11);
  });

  test('parameters of every type reach a method and come back', async () => {
    const types = {
      B: 'boolean',
      S: 'string',
      C: 'char16',
      T: 'datetime',
      U8: 'uint8',
      S64: 'sint64',
      U64: 'uint64',
      R: 'real64',
      Ref: 'ref:X_Thing',
      Obj: 'object:X_Thing',
      Refs: 'ref:X_Thing[]',
      Objs: 'object:X_Thing[]',
      Words: 'string[]',
      Octets: 'uint8[]',
    };
    const parameters = Object.fromEntries(Object.entries(types).map(([name, type]) => [name, `inout ${type}`]));
    const schema = schemaOf('root\\types', [
      { name: 'X_Thing', properties: { Name: 'key string', Size: 'uint64' } },
      { name: 'X_Echo', methods: { Echo: { static: true, parameters } } },
    ]);
    const broker = createBroker({ repository: repositoryOf(schema), hostName: HOST });
    let got: CimValues = {};
    const echo: MethodProvider = {
      namespace: 'root\\types',
      className: 'X_Echo',
      methods: {
        Echo: async (_context, path, args) => {
          assert.equal(path.keys, null);
          got = args;
          return { returnValue: 0, out: args };
        },
      },
    };
    broker.register(echo);
    await using typed = await startEndpoint({ broker });
    const path = `<LOCALINSTANCEPATH><LOCALNAMESPACEPATH><NAMESPACE NAME="root"/><NAMESPACE NAME="types"/></LOCALNAMESPACEPATH>${instanceName('x_thing', { name: 'n' })}</LOCALINSTANCEPATH>`;
    const object =
      '<INSTANCE CLASSNAME="X_Thing"><PROPERTY NAME="Name" TYPE="string"><VALUE>&lt;</VALUE></PROPERTY></INSTANCE>';
    const reply = await typed.invoke('Echo', localClassPath('root/types', 'X_Echo'), {
      B: value('true'),
      S: value(' \u{1F680} '),
      C: value('<'),
      T: value('20240305093001.000000+060'),
      U8: value('0xff'),
      S64: value('-9223372036854775808'),
      U64: value('18446744073709551615'),
      R: value('1.5e3'),
      Ref: `<VALUE.REFERENCE>${path}</VALUE.REFERENCE>`,
      Obj: value(object),
      Refs: `<VALUE.REFARRAY><VALUE.REFERENCE>${path}</VALUE.REFERENCE><VALUE.NULL/></VALUE.REFARRAY>`,
      Objs: array(object, null),
      Words: array('', 'a', null),
      Octets: array(),
    });
    assert.equal(reply.status, 0, reply.description);
    const thing = new CimInstance(schema.class('X_Thing')!, { Name: '<' });
    assert.deepEqual(
      { ...got, Obj: (got['Obj'] as CimInstance).values, Objs: null, Ref: null, Refs: null },
      {
        B: true,
        S: ' \u{1F680} ',
        C: '<',
        T: '20240305093001.000000+060',
        U8: 255,
        S64: -9_223_372_036_854_775_808n,
        U64: 18_446_744_073_709_551_615n,
        R: 1500,
        Ref: null,
        Obj: thing.values,
        Refs: null,
        Objs: null,
        Words: ['', 'a', null],
        Octets: [],
      },
    );
    assert.ok(got['Ref'] instanceof ObjectPath && got['Ref'].className === 'X_Thing');
    const out = outputs(reply);
    const { Obj, Objs, ...plain } = out;
    assert.deepEqual(plain, {
      B: 'TRUE',
      S: ' \u{1F680} ',
      C: '<',
      T: '20240305093001.000000+060',
      U8: '255',
      S64: '-9223372036854775808',
      U64: '18446744073709551615',
      R: '1500',
      Ref: 'X_Thing.Name=n',
      Refs: ['X_Thing.Name=n', null],
      Words: ['', 'a', null],
      Octets: [],
    });
    for (const text of [Obj, (Objs as string[])[0]])
      assert.deepEqual(properties(parseXml(String(text))), { Name: '<', Size: null });
    assert.equal((Objs as unknown[])[1], null);
    for (const wrong of [
      { B: value('maybe') },
      { C: value('') },
      { T: value('soon') },
      { U8: value(256) },
      { Ref: value('no path') },
      { Ref: '<VALUE.REFERENCE/>' },
      { Obj: value('<x/>') },
      { S: array('a') },
      { Octets: array('x') },
      { S: '<FOO/>' },
      { U8: `<VALUE.REFERENCE>${path}</VALUE.REFERENCE>` },
      { S: '<VALUE><B/></VALUE>' },
    ])
      assert.equal(
        (await typed.invoke('Echo', localClassPath('root/types', 'X_Echo'), wrong)).status,
        4,
        JSON.stringify(wrong),
      );
    assert.equal(read(undefined), null);
  });
});
