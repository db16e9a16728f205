import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { Agent } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { parseXml } from '../../src/xml/parse.ts';
import { local, vsms } from '../cli/kit.ts';
import { basic, post } from '../cimxml/kit/endpoint.ts';
import { Listener } from '../cimxml/kit/listener.ts';
import {
  className,
  extrinsic,
  instanceName,
  intrinsic,
  localInstancePath,
  namespacePath,
  value,
} from '../cimxml/kit/messages.ts';
import { type CimReply, only, outputs, properties, readReply, returnValue } from '../cimxml/kit/reply.ts';
import { Service } from '../kit/service.ts';

const run = promisify(execFile);
const V2 = 'root/virtualization/v2';
const INTEROP = 'root/interop';
const CLASS = 'Msvm_ComputerSystem';
const SERVICE = localInstancePath(V2, '<INSTANCENAME CLASSNAME="Msvm_VirtualSystemManagementService"/>');
const settings = (name: string): string =>
  value(
    `<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData"><PROPERTY NAME="ElementName" TYPE="string"><VALUE>${name}</VALUE></PROPERTY></INSTANCE>`,
  );

describe('CIM-XML of the running service: accounts, audit, indications over a crash', () => {
  let service: Service;
  let listener: Listener;
  let url = '';
  const agent = new Agent({ keepAlive: true });
  before(async () => {
    listener = new Listener();
    url = await listener.listen();
    service = await Service.start({
      hypervisor: 'simulated',
      environment: { VSMS_EVENT_SINKS: '127.0.0.1', VSMS_ADMIN_NTLM: '1' },
    });
    for (const [name, role] of [
      ['hand', 'operator'],
      ['eye', 'viewer'],
    ] as const) {
      const made = await vsms(
        { ...local(service), VSMS_NEW_PASSWORD: 'Other-0001' },
        'user',
        'set',
        name,
        '--role',
        role,
      );
      assert.equal(made.code, 0, made.stderr);
    }
  });
  after(async () => {
    agent.destroy();
    await service[Symbol.asyncDispose]();
    await listener[Symbol.asyncDispose]();
  });

  const send = async (body: string, user = 'admin'): Promise<CimReply> => {
    const password = user === 'admin' ? service.password : 'Other-0001';
    const headers = { authorization: basic(user, password) };
    return readReply(await post(Number(new URL(service.endpoints.cimxml).port), agent, body, { headers }));
  };
  const define = (name: string, user?: string) =>
    send(extrinsic('DefineSystem', SERVICE, { SystemSettings: settings(name) }), user);

  const property = (name: string, text: string): string =>
    `<PROPERTY NAME="${name}" TYPE="string">${value(text)}</PROPERTY>`;
  const create = (name: string, body: string, user?: string) =>
    send(
      intrinsic('CreateInstance', INTEROP, { NewInstance: `<INSTANCE CLASSNAME="${name}">${body}</INSTANCE>` }),
      user,
    );
  const made = async (name: string, body: string, user?: string): Promise<string> => {
    const reply = await create(name, body, user);
    only(reply);
    return /<INSTANCENAME.*<\/INSTANCENAME>/.exec(reply.text)?.[0] ?? assert.fail(reply.text);
  };
  const reference = (name: string, target: string): string =>
    `<PROPERTY.REFERENCE NAME="${name}"><VALUE.REFERENCE><LOCALINSTANCEPATH>${namespacePath(INTEROP)}${target}</LOCALINSTANCEPATH></VALUE.REFERENCE></PROPERTY.REFERENCE>`;
  /** To the listener, of the machines that are made. */
  const subscribe = async (user?: string): Promise<void> => {
    const filterName = await made('CIM_IndicationFilter', filter, user);
    const destination = await made('CIM_ListenerDestinationCIMXML', property('Destination', url), user);
    const ends = reference('Filter', filterName) + reference('Handler', destination);
    await made('CIM_IndicationSubscription', ends, user);
  };
  const filter =
    property('SourceNamespace', V2) +
    property('Query', `SELECT * FROM CIM_InstCreation WHERE SourceInstance ISA '${CLASS}'`);

  test('X-039, K8: roles hold: a method that is not allowed answers 32769, another operation the error 2', async () => {
    for (const user of ['hand', 'eye']) {
      const refused = await define('no', user);
      assert.deepEqual([refused.status, returnValue(refused)], [0, '32769'], user);
      assert.equal((await create('CIM_IndicationFilter', filter, user)).status, 2, user);
      const look = await send(intrinsic('EnumerateInstanceNames', V2, { ClassName: className(CLASS) }), user);
      assert.equal(look.items.length, 1, user);
    }
  });

  test('hardening: pictures that a reply does not hold are refused, to viewers too, and cost nobody the service', async () => {
    const made = await define('pictured');
    const id = /NAME="Name"><KEYVALUE[^>]*>([^<]*)/.exec(made.text)?.[1] ?? assert.fail(made.text);
    const system = localInstancePath(V2, instanceName(CLASS, { CreationClassName: CLASS, Name: id }));
    await send(extrinsic('RequestStateChange', system, { RequestedState: value(2) }));
    const settingsPath = localInstancePath(
      V2,
      instanceName('Msvm_VirtualSystemSettingData', { InstanceID: `Microsoft:${id}` }),
    );
    const picture = (side: number) =>
      send(
        extrinsic('GetVirtualSystemThumbnailImage', SERVICE, {
          TargetSystem: `<VALUE.REFERENCE>${settingsPath}</VALUE.REFERENCE>`,
          WidthPixels: value(side),
          HeightPixels: value(side),
        }),
        'eye',
      );
    for (let small = await picture(16); returnValue(small) !== '0'; small = await picture(16))
      assert.equal(returnValue(small), '32775', 'it is starting');
    for (const side of [2048, 4096]) assert.equal(returnValue(await picture(side)), '32773');
  });

  test('changes and refusals over CIM-XML stand in the audit trail', async () => {
    const reply = await define('audited');
    assert.equal(returnValue(reply), '0');
    const { stdout, code } = await vsms(local(service), 'audit', 'list', '-o', 'json');
    assert.equal(code, 0);
    const lines = stdout.trimEnd().split('\n');
    const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const ours = records.filter((record) => record['protocol'] === 'cimxml');
    const last = ours.findLast((record) => record['what'] === 'Msvm_VirtualSystemManagementService.DefineSystem');
    assert.deepEqual([last?.['kind'], last?.['result']], ['change', 'ok']);
    assert.match(String(last?.['who']), /\\admin$/);
    assert.ok(ours.some((record) => record['kind'] === 'denied' && /\\eye$/.test(String(record['who']))));
  });

  test('a subscription delivers what happens, also after the service was killed', async () => {
    await subscribe();
    const source = (at: number): unknown => {
      const text = /<PROPERTY NAME="SourceInstance"[^>]*><VALUE>(.*?)<\/VALUE>/.exec(listener.got[at]?.body ?? '')?.[1];
      return properties(parseXml(parseXml(`<x>${text}</x>`).text))['ElementName'];
    };
    await define('before');
    await listener.count(1);
    assert.equal(source(0), 'before');
    await service.stop('SIGKILL');
    await service.run();
    const reply = await define('after');
    await listener.count(2);
    assert.equal(source(1), 'after');
    const name = /,Name=(.*)$/.exec(String(outputs(reply)['ResultingSystem']))?.[1] ?? '';
    const system = instanceName(CLASS, { CreationClassName: CLASS, Name: name });
    assert.equal(
      properties(only(await send(intrinsic('GetInstance', V2, { InstanceName: system }))))['ElementName'],
      'after',
    );
  });

  test('what a removed account subscribed to is delivered no more, and vsms says that it was there', async () => {
    const command = async (...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await vsms(local(service), ...args);
      assert.equal(code, 0, stderr);
      return stdout;
    };
    await command('user', 'role', 'hand', 'administrator');
    await subscribe('hand');
    const before = listener.got.length;
    await define('for both');
    await listener.count(before + 2);
    assert.match(await command('user', 'remove', 'hand'), /hand is removed\.\n.*disabled now: 1\./);
    await define('for one');
    await define('for one again');
    await listener.count(before + 4);
    assert.equal(listener.got.length, before + 4);
    const states = (
      await send(intrinsic('EnumerateInstances', INTEROP, { ClassName: className('CIM_IndicationSubscription') }))
    ).items;
    assert.deepEqual(states.map((one) => properties(one.children[1]!)['SubscriptionState']).toSorted(), ['2', '4']);
  });

  test('NTLM logs in, over HTTPS and over HTTP of this host; a wrong password does not', async () => {
    const body = intrinsic('EnumerateInstanceNames', INTEROP, { ClassName: className('CIM_ObjectManager') });
    const curl = async (endpoint: string, password: string): Promise<string> => {
      const type = 'Content-Type: application/xml; charset="utf-8"';
      const login = ['--insecure', '--ntlm', '--user', `admin:${password}`, '--header', type, '--data-binary', body];
      const { stdout } = await run('curl', ['--silent', '--write-out', '%{http_code}', ...login, `${endpoint}/cimom`]);
      return stdout;
    };
    for (const endpoint of [service.endpoints.cimxmls, service.endpoints.cimxml]) {
      assert.match(await curl(endpoint, service.password), /CIM_ObjectManager.*200$/);
      assert.equal(await curl(endpoint, 'wrong'), '401');
    }
  });

  test('an address that is no event sink is refused, with what to do', async () => {
    const reply = await create('CIM_ListenerDestinationCIMXML', property('Destination', 'http://169.254.169.254/'));
    assert.equal(reply.status, 4);
    assert.match(reply.description, /event_sinks/);
  });
});
