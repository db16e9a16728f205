import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { WsmanFault, type WsmanClient } from '../../src/client/client.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { NS, WQL } from '../../src/client/uris.ts';
import { escapeXml } from '../../src/xml/escape.ts';
import { Service } from '../kit/service.ts';
import { className, value } from '../cimxml/kit/messages.ts';
import { outputs } from '../cimxml/kit/reply.ts';
import { CimxmlClient } from '../kit/cimxml-client.ts';
import { Rest } from '../rest/kit.ts';
import { basic, envelope, exchange, figures, invoke, post, request, SOAP } from './kit.ts';

describe('queries from the network', () => {
  let service: Service;
  let client: WsmanClient;
  before(async () => {
    service = await Service.start({
      hypervisor: 'simulated',
      environment: { VSMS_LIMITS_OPERATIONS_PER_USER: '40' },
    });
    client = service.client();
    for (const ElementName of ['a'.repeat(100), `${'ab'.repeat(49)}c`, "it's", 'x'])
      await client.run({ className: 'Msvm_VirtualSystemManagementService' }, 'DefineSystem', {
        SystemSettings: settingsText('Msvm_VirtualSystemSettingData', { ElementName }),
      });
  });
  after(async () => {
    client.close();
    await service[Symbol.asyncDispose]();
  });

  const ask = async (query: string): Promise<number | WsmanFault> => {
    let count = 0;
    try {
      for await (const _ of client.query(query)) count += 1;
      return count;
    } catch (error) {
      if (error instanceof WsmanFault) return error;
      throw error;
    }
  };

  const from = 'SELECT * FROM Msvm_ComputerSystem WHERE';

  test('18 pathological queries: a fault or an answer, at little cost', async () => {
    const many = (count: number, part: string, by: string): string =>
      Array.from({ length: count }, () => part).join(by);
    const queries: readonly (readonly [string, string])[] = [
      ['a megabyte of OR', `${from} ${many(60_000, "Name = 'x'", ' OR ')}`],
      ['a megabyte of AND', `${from} ${many(60_000, "Name <> 'x'", ' AND ')}`],
      ['a megabyte of NOT', `${from} ${many(250_000, 'NOT', ' ')} Name = 'x'`],
      ['100 000 parentheses', `${from} ${'('.repeat(100_000)}Name = 'x'${')'.repeat(100_000)}`],
      ['unclosed parentheses', `${from} ${'('.repeat(500_000)}`],
      ['LIKE of percents', `${from} ElementName LIKE '${'%'.repeat(5000)}z'`],
      ['LIKE that backtracks', `${from} ElementName LIKE '${'a%'.repeat(40)}b'`],
      ['LIKE that backtracks by pairs', `${from} ElementName LIKE '${'%a%b'.repeat(40)}z'`],
      ['LIKE of underscores', `${from} ElementName LIKE '${'_%'.repeat(2000)}z'`],
      ['LIKE of sets', `${from} ElementName LIKE '${'[a-z]%'.repeat(500)}!'`],
      ['many LIKE', `${from} ${many(2000, "ElementName LIKE '%a%a%a%a%z'", ' OR ')}`],
      ['a long literal', `${from} Name = '${'x'.repeat(1_000_000)}'`],
      ['a long name', `SELECT ${'n'.repeat(1_000_000)} FROM Msvm_ComputerSystem`],
      ['many columns', `SELECT ${many(100_000, 'Name', ',')} FROM Msvm_ComputerSystem`],
      ['a long number', `${from} EnabledState = ${'9'.repeat(500_000)}`],
      ['an unclosed literal', `${from} Name = '${'x'.repeat(500_000)}`],
      ['spaces', `SELECT${' '.repeat(1_000_000)}* FROM Msvm_ComputerSystem`],
      ['a deep path', `ASSOCIATORS OF {Msvm_ComputerSystem.Name='${'\\'.repeat(500_000)}'}`],
      ['control characters', `${from} Name = 'a\u009bb'`],
    ];
    await ask(`${from} Name = 'x'`);
    for (const [label, query] of queries) {
      const start = await figures(service.pid);
      const answer = await ask(query);
      const end = await figures(service.pid);
      // The specification says 50 ms of a tuned machine; here it must only be no explosion.
      assert.ok(end.cpuSeconds - start.cpuSeconds < 5, `${label}: ${end.cpuSeconds - start.cpuSeconds} s`);
      assert.ok(end.residentMb - start.residentMb < 300, `${label}: ${end.residentMb - start.residentMb} MB`);
      if (answer instanceof WsmanFault) assert.ok(answer.message.length < 5000, label);
    }
  });

  test('18 megabytes of blanks and slashes: an answer, at little cost', async () => {
    const megabyte = 1 << 20;
    const namespace = `<w:SelectorSet><w:Selector Name="__cimnamespace">root${'/'.repeat(megabyte)}x</w:Selector></w:SelectorSet>`;
    const errors = (text: string): string =>
      invoke('Msvm_VirtualSystemManagementService', 'FormatError', `<p:Errors>${escapeXml(text)}</p:Errors>`);
    const requests: readonly (readonly [string, string])[] = [
      ['an instance with blanks in it', errors(`<INSTANCE CLASSNAME="Msvm_Error">${' '.repeat(megabyte)}</INSTANCE>`)],
      ['an instance of blanks', errors(`${' '.repeat(megabyte)}x`)],
      ['a namespace of slashes', envelope(`${NS.transfer}/Get`, 'Msvm_VirtualSystemManagementService', '', namespace)],
    ];
    for (const [label, body] of requests) {
      const start = await figures(service.pid);
      const { status } = await post(service, body);
      const end = await figures(service.pid);
      assert.ok(status === 200 || status === 500, `${label}: ${status}`);
      assert.ok(end.cpuSeconds - start.cpuSeconds < 5, `${label}: ${end.cpuSeconds - start.cpuSeconds} s`);
    }
  });

  test('18 values that try to be query text stay values', async () => {
    const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
    for (const name of ["' OR '1'='1", "x' OR Name LIKE '%", "\\' OR 1=1 --", "it's' OR ''='", '%', '_', '[a-z]%'])
      assert.equal(await ask(`${from} ElementName = ${quoted(name)}`), 0, name);
    assert.equal(await ask(`${from} ElementName = ${quoted("it's")}`), 1);
  });

  test('19 open enumerations are limited per user, and the place comes back', async () => {
    const enumerate = envelope(
      `${NS.enumeration}/Enumerate`,
      '*',
      `<n:Enumerate><w:Filter Dialect="${WQL}">${escapeXml('SELECT * FROM Msvm_ComputerSystem')}</w:Filter></n:Enumerate>`,
    );
    const contexts: string[] = [];
    let refusal = '';
    for (let i = 0; i < 100 && refusal === ''; i++) {
      const { status, text } = await post(service, enumerate);
      const context = /EnumerationContext>([^<]+)</.exec(text)?.[1];
      if (status === 200 && context !== undefined) contexts.push(context);
      else refusal = text;
    }
    assert.match(refusal, /2150859174/);
    assert.ok(contexts.length <= 40 && contexts.length >= 30, String(contexts.length));
    const release = (context: string): string =>
      envelope(
        `${NS.enumeration}/Release`,
        '*',
        `<n:Release><n:EnumerationContext>${context}</n:EnumerationContext></n:Release>`,
      );
    for (const context of contexts) assert.equal((await post(service, release(context))).status, 200);
    assert.equal(await ask('SELECT * FROM Msvm_VirtualSystemManagementService'), 1);
    // One that is gone, and ones that never were: a fault, the same for all.
    for (const context of [
      contexts[0] ?? '',
      'uuid:00000000-0000-4000-8000-000000000000',
      '',
      'x'.repeat(100_000),
      '../..',
    ]) {
      const pull = envelope(
        `${NS.enumeration}/Pull`,
        '*',
        `<n:Pull><n:EnumerationContext>${context}</n:EnumerationContext></n:Pull>`,
      );
      const { status, text } = await post(service, pull);
      assert.equal(status, 500, context.slice(0, 50));
      assert.match(text, /InvalidEnumerationContext|InvalidParameter|InvalidMessage/i, context.slice(0, 50));
    }
  });

  test("19 whoever names another one's enumeration or subscription is told that there is none, and stands in the trail", async () => {
    const rest = new Rest(service);
    await rest.expect(201, '/users/thief', { method: 'PUT', body: { password: 'Thief-Passw0rd', role: 'viewer' } });
    const thief = { Authorization: basic('thief', 'Thief-Passw0rd'), 'Content-Type': SOAP['Content-Type'] };
    const steal = async (body: string): Promise<string> =>
      (await exchange(service.endpoints.http, [request({ headers: thief, body })])).text;
    const contextIn = (text: string): string => /EnumerationContext>([^<]+)</.exec(text)?.[1] ?? '';
    const enumeration = (action: string, body: string): string => envelope(`${NS.enumeration}/${action}`, '*', body);
    const named = (action: string, context: string): string =>
      enumeration(action, `<n:${action}><n:EnumerationContext>${context}</n:EnumerationContext></n:${action}>`);
    const query = escapeXml('SELECT * FROM Msvm_ComputerSystem');
    const filter = (text: string): string => `<w:Filter Dialect="${WQL}">${text}</w:Filter>`;
    const context = contextIn(
      (await post(service, enumeration('Enumerate', `<n:Enumerate>${filter(query)}</n:Enumerate>`))).text,
    );
    const watch = escapeXml(
      "SELECT * FROM __InstanceOperationEvent WITHIN 1 WHERE TargetInstance ISA 'Msvm_ComputerSystem'",
    );
    const subscribe = (mode: string, delivery = ''): string =>
      envelope(
        `${NS.eventing}/Subscribe`,
        '*',
        `<e:Subscribe><e:Delivery Mode="http://schemas.dmtf.org/wbem/wsman/1/wsman/${mode}">${delivery}</e:Delivery>${filter(watch)}</e:Subscribe>`,
      );
    const subscribed = (await post(service, subscribe('Pull'))).text;
    const identifier = /Identifier>([^<]+)</.exec(subscribed)?.[1] ?? '';
    const unsubscribe = envelope(
      `${NS.eventing}/Unsubscribe`,
      '*',
      '<e:Unsubscribe/>',
      `<e:Identifier>${identifier}</e:Identifier>`,
    );
    const cimxml = new CimxmlClient(service);
    const cimxmlThief = new CimxmlClient(service, { user: 'thief', password: 'Thief-Passw0rd' });
    const opened = await cimxml.intrinsic('OpenEnumerateInstances', {
      ClassName: className('Msvm_ComputerSystem'),
      MaxObjectCount: value(1),
    });
    const EnumerationContext = value(String(outputs(opened)['EnumerationContext']));

    const thefts = [
      await steal(named('Pull', context)),
      await steal(named('Release', context)),
      await steal(named('Pull', contextIn(subscribed))),
      await steal(unsubscribe),
    ];
    for (const answer of thefts) assert.match(answer, /^HTTP\/1.1 500/);
    const MaxObjectCount = value(1);
    for (const reply of [
      await cimxmlThief.intrinsic('PullInstancesWithPath', { EnumerationContext, MaxObjectCount }),
      await cimxmlThief.intrinsic('CloseEnumeration', { EnumerationContext }),
    ])
      assert.equal(reply.status, 21);
    // What never was is nobody's: no record.
    await steal(named('Pull', 'uuid:00000000-0000-4000-8000-000000000000'));
    const notify = '<e:NotifyTo><a:Address>http://192.0.2.1/path?secret=abc</a:Address></e:NotifyTo>';
    assert.equal((await post(service, subscribe('PushWithAck', notify))).status, 500);
    // Whose they are loses nothing by it.
    assert.equal((await post(service, named('Pull', context))).status, 200);
    assert.equal((await cimxml.intrinsic('PullInstancesWithPath', { EnumerationContext, MaxObjectCount })).status, 0);
    assert.equal((await post(service, unsubscribe)).status, 200);
    cimxml.close();
    cimxmlThief.close();

    const { items } = (await rest.expect(200, '/audit?limit=100')).body;
    const told = items
      .filter(({ what }: { what: string }) => /^(Pull|Release|CloseEnum|Subscribe|Unsubscribe)/.test(what))
      .map((record: Record<string, unknown>) =>
        [
          record['kind'],
          String(record['who']).split('\\')[1],
          record['protocol'],
          record['what'],
          record['result'],
        ].join(' '),
      );
    assert.deepEqual(told.toReversed(), [
      'change admin wsman Subscribe ok',
      "denied thief wsman Pull somebody else's enumeration",
      "denied thief wsman Release somebody else's enumeration",
      "denied thief wsman Pull somebody else's enumeration",
      "denied thief wsman Unsubscribe somebody else's subscription",
      "denied thief cimxml PullInstancesWithPath somebody else's enumeration",
      "denied thief cimxml CloseEnumeration somebody else's enumeration",
      'denied admin wsman Subscribe delivery to http://192.0.2.1 is not allowed',
      'change admin wsman Unsubscribe ok',
    ]);
    const [made] = items.filter(({ what }: { what: string }) => what === 'Subscribe').slice(-1);
    assert.deepEqual(made.objects, ['root\\virtualization\\v2', identifier]);
    for (const { kind, requestId } of items)
      if (kind !== 'login') assert.match(String(requestId), /^[0-9a-f-]{36}$/, 'each is named as the log names it');
  });

  test('A-039 the record of a log-in names its request: of a password, right or wrong, and of a token', async () => {
    const rest = new Rest(service);
    await rest.expect(201, '/users/named', { method: 'PUT', body: { password: 'Named-Passw0rd', role: 'viewer' } });
    const wrong = await rest.expect(401, '/vms', { as: 'named:Wrong-Passw0rd' });
    const right = await rest.expect(200, '/vms', { as: 'named:Named-Passw0rd' });
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const { token } = (await rest.post(201, '/tokens', { name: 't', role: 'viewer', expiresAt })).body;
    const bearer = await rest.expect(200, '/vms', { as: null, headers: { authorization: `Bearer ${token}` } });
    const { items } = (await rest.expect(200, '/audit?limit=30')).body;
    for (const [kind, answer] of [
      ['denied', wrong],
      ['login', right],
      ['login', bearer],
    ] as const) {
      const id = answer.headers.get('x-request-id');
      const found = items.filter((record: { requestId: string | null }) => record.requestId === id);
      assert.deepEqual(
        found.map((record: { kind: string; what: string }) => record.kind),
        [kind],
        String(id),
      );
    }
  });
});
