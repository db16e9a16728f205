import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { WsmanFault } from '../../src/client/client.ts';
import { answerChallenge, negotiateMessage, readChallenge } from '../auth/kit/ntlm-client.ts';
import { className, value } from '../cimxml/kit/messages.ts';
import { outputs } from '../cimxml/kit/reply.ts';
import { CimxmlClient } from '../kit/cimxml-client.ts';
import { WireHost } from '../kit/wire-host.ts';
import { EventReader } from '../rest/event-reader.ts';
import { Rest } from '../rest/kit.ts';
import { basic, IDENTIFY, SOAP } from './kit.ts';

const PASSWORD = 'First-Passw0rd';
const COM1 = '8E3A359F-559A-4B6A-98A9-1690A6100ED7~0';
const WATCH = "SELECT * FROM __InstanceOperationEvent WITHIN 1 WHERE TargetInstance ISA 'Msvm_ComputerSystem'";

/** One TCP connection, logged in by NTLM; answers the status of a request without a header of its own. */
const logInByNtlm = async (
  url: string,
  credentials: { readonly user: string; readonly password: string },
): Promise<{ readonly ask: (path?: string, body?: string) => Promise<number>; readonly close: () => void }> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const post = (headers: Record<string, string>, body = '', path = '/wsman') =>
    new Promise<{ status: number; challenge: string }>((resolve, reject) => {
      const asked = request(new URL(path, url), { method: 'POST', agent, headers, timeout: 240_000 }, (answer) => {
        answer.resume();
        answer.once('end', () =>
          resolve({ status: answer.statusCode ?? 0, challenge: answer.headers['www-authenticate'] ?? '' }),
        );
      });
      asked.once('timeout', () => asked.destroy(new Error('no answer')));
      asked.once('error', reject);
      asked.end(body);
    });
  const authorization = (token: Buffer) => ({ authorization: `Negotiate ${token.toString('base64')}` });
  const negotiate = negotiateMessage();
  const { challenge } = await post(authorization(negotiate));
  const bytes = Buffer.from(/Negotiate (\S+)/.exec(challenge)?.[1] ?? '', 'base64');
  const { token } = answerChallenge(negotiate, readChallenge(bytes), credentials);
  assert.equal((await post(authorization(token))).status, 200);
  return {
    ask: async (path = '/wsman', body = IDENTIFY) =>
      (await post(path === '/wsman' ? SOAP : { 'content-type': 'application/json' }, body, path)).status,
    close: () => agent.destroy(),
  };
};

describe('23, 2 whoever is changed or removed is logged out at once, in whatever is open', () => {
  let host: WireHost;
  let rest: Rest;
  let machine = '';
  before(async () => {
    host = await WireHost.open('simulated', { VSMS_ADMIN_NTLM: '1' });
    rest = new Rest(host.service);
    machine = await host.nano('one');
    await host.change(machine, 2);
  });
  after(() => host[Symbol.asyncDispose]());

  const put = (user: string, body: object) => rest.ask(`/users/${user}`, { method: 'PUT', body });

  for (const [what, change] of [
    ['another password', (user: string) => put(user, { password: 'Second-Passw0rd' })],
    ['another role', (user: string) => put(user, { role: 'viewer' })],
    ['its removal', (user: string) => rest.ask(`/users/${user}`, { method: 'DELETE' })],
  ] as const) {
    test(`by ${what}`, async () => {
      const { service } = host;
      const user = `u${what.replaceAll(/\W/g, '')}`;
      const as = `${user}:${PASSWORD}`;
      assert.equal((await put(user, { password: PASSWORD, role: 'operator', ntlm: true })).status, 201);

      const ntlm = await logInByNtlm(service.endpoints.http, { user, password: PASSWORD });
      assert.equal(await ntlm.ask(), 200, 'NTLM: logged in on this connection');
      const soap = service.client(undefined, { user, password: PASSWORD });
      await soap.identify();
      const watch = await soap.subscribe(WATCH);
      const cimxml = new CimxmlClient(service, { user, password: PASSWORD });
      const ClassName = className('Msvm_ComputerSystem');
      const opened = outputs(await cimxml.intrinsic('OpenEnumerateInstances', { ClassName }));
      const context = String(opened['EnumerationContext']);
      const entered = await rest.expect(201, '/session', {
        method: 'POST',
        as: null,
        body: { user, password: PASSWORD },
      });
      const cookie = (entered.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      const token = await rest.expect(201, '/tokens', {
        method: 'POST',
        as,
        body: { name: 'one', role: 'operator', expiresAt },
      });
      const byToken = { as: null, headers: { authorization: `Bearer ${token.body.token}` } };
      await rest.expect(200, '/vms', byToken);
      const streams = await Promise.all([
        EventReader.open(rest, '', '', { authorization: basic(user, PASSWORD) }),
        EventReader.open(rest, '', '', { authorization: `Bearer ${token.body.token}` }),
      ]);
      for (const stream of streams) await stream.until(({ event }) => event === 'hello');
      const ticket = await rest.expect(201, `/vms/${machine}/console-tickets`, {
        method: 'POST',
        as,
        body: { kind: 'serial', port: COM1 },
      });
      const console = new WebSocket(`${rest.base.replace('http', 'ws')}${ticket.body.path}`, 'binary', {
        headers: { authorization: basic(user, PASSWORD) },
      });
      await once(console, 'open');
      const consoleEnded = once(console, 'close');

      assert.ok([200, 204].includes((await change(user)).status));
      // Typed after it: ends the console at once.
      console.send(Buffer.from('x'));
      assert.equal((await consoleEnded)[0], 1008, 'the console');
      assert.equal(await ntlm.ask(), 401, 'the connection of NTLM');
      await rest.expect(401, '/session', { as: null, headers: { cookie } });
      const gone = what === 'its removal';
      const downgraded = what === 'another role';
      // Tokens are made to outlive a password; they end with the account, and may no more than it.
      assert.equal((await rest.ask('/vms', byToken)).status, gone ? 401 : 200, 'the token');
      if (!gone) {
        const denied = await rest.ask(`/vms/${machine}/pause`, { method: 'POST', ...byToken });
        assert.equal(denied.status, downgraded ? 403 : 200);
        if (!downgraded) await rest.expect(200, `/vms/${machine}/resume`, { method: 'POST', ...byToken });
      }
      // With the right password or without: what was open is over.
      const refused = watch.next().then(
        () => assert.fail('an event after the log-out'),
        (error: unknown) =>
          assert.ok(error instanceof WsmanFault || /40[13]|refused/.test(String(error)), String(error)),
      );
      await refused;
      const pulled = await cimxml
        .intrinsic('PullInstancesWithPath', { EnumerationContext: value(context), MaxObjectCount: value(1) })
        .then(({ status }) => status, String);
      assert.ok(downgraded ? pulled === 21 : /401/.test(String(pulled)), `the enumeration: ${pulled}`);
      // Something happens: whoever was logged out does not learn it.
      await rest.post(201, '/vms', { name: `after ${user}` });
      const [byPassword, ofToken] = streams;
      assert.equal(await byPassword.ended(), true);
      assert.ok(byPassword.seen.every(({ event, data }) => event !== 'vm' || data.vm?.name !== `after ${user}`));
      if (gone) assert.equal(await ofToken.ended(), true);
      for (const stream of streams) await stream[Symbol.asyncDispose]();
      ntlm.close();
      soap.close();
      cimxml.close();
    });
  }

  test('a password changed on a connection that NTLM has logged in', async () => {
    assert.equal((await put('nina', { password: PASSWORD, role: 'viewer', ntlm: true })).status, 201);
    const ntlm = await logInByNtlm(host.service.endpoints.http, { user: 'nina', password: PASSWORD });
    const body = JSON.stringify({ current: PASSWORD, new: 'Second-Passw0rd' });
    assert.equal(await ntlm.ask('/api/v1/password', body), 204);
    assert.equal(await ntlm.ask(), 401, 'logged out by it');
    ntlm.close();
  });

  const NAMES =
    '<CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="1" PROTOCOLVERSION="1.0"><SIMPLEREQ><IMETHODCALL NAME="EnumerateInstanceNames">' +
    '<LOCALNAMESPACEPATH><NAMESPACE NAME="root"/><NAMESPACE NAME="interop"/></LOCALNAMESPACEPATH>' +
    '<IPARAMVALUE NAME="ClassName"><CLASSNAME NAME="CIM_Namespace"/></IPARAMVALUE></IMETHODCALL></SIMPLEREQ></MESSAGE></CIM>';
  /** A request whose end is sent after `meanwhile`; its status. */
  const slowly = async (
    url: string,
    head: readonly string[],
    [first, rest]: readonly [string, string],
    meanwhile: () => Promise<unknown>,
  ): Promise<number> => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    const lines = [...head, 'Host: localhost', 'Expect: 100-continue', `Content-Length: ${first.length + rest.length}`];
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    // The request has reached its route.
    assert.match(String((await once(socket, 'data'))[0]), /^HTTP\/1\.1 100 /);
    socket.write(first);
    await meanwhile();
    const answered = once(socket, 'data');
    socket.write(rest);
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(String((await answered)[0]))?.[1]);
    socket.destroy();
    return status;
  };

  test('2 whoever is removed or changed while sending a request gets nothing by it', async () => {
    const { http, cimxml } = host.service.endpoints;
    const soap = `Content-Type: ${SOAP['Content-Type']}`;
    const json = 'Content-Type: application/json';
    const file = encodeURIComponent(join(host.service.dataDirectory, 'disks', 'late.img'));
    const session = async (user: string): Promise<readonly string[]> => {
      const entered = await rest.expect(201, '/session', {
        method: 'POST',
        as: null,
        body: { user, password: PASSWORD },
      });
      return [
        `Cookie: ${(entered.headers.get('set-cookie') ?? '').split(';')[0] ?? ''}`,
        `X-CSRF-Token: ${entered.body.csrfToken}`,
      ];
    };
    const token = async (user: string): Promise<readonly string[]> => {
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      const body = { name: 'late', role: 'administrator', expiresAt };
      const made = await rest.expect(201, '/tokens', { method: 'POST', as: `${user}:${PASSWORD}`, body });
      return [`Authorization: Bearer ${made.body.token}`];
    };
    const password = async (user: string): Promise<readonly string[]> => [`Authorization: ${basic(user, PASSWORD)}`];
    const vm = JSON.stringify({ name: 'late' });
    for (const [what, url, head, body, credentials] of [
      ['WS-Management', http, ['POST /wsman HTTP/1.1', soap], IDENTIFY, password],
      ['CIM-XML', cimxml, ['POST /cimom HTTP/1.1', 'Content-Type: application/xml'], NAMES, password],
      ['REST by password', http, ['POST /api/v1/vms HTTP/1.1', json], vm, password],
      ['REST by session', http, ['POST /api/v1/vms HTTP/1.1', json], vm, session],
      ['REST by token', http, ['POST /api/v1/vms HTTP/1.1', json], vm, token],
      ['a file', http, [`PUT /api/v1/files/content?path=${file} HTTP/1.1`], 'x'.repeat(1000), password],
    ] as const) {
      const user = `late${what.replaceAll(/\W/g, '')}`;
      assert.equal((await put(user, { password: PASSWORD, role: 'administrator' })).status, 201);
      const lines = [...head, ...(await credentials(user))];
      await rest.expect(200, '/session', { as: `${user}:${PASSWORD}` });
      const pieces = [body.slice(0, 4), body.slice(4)] as const;
      const still = await slowly(url, lines, pieces, async () => undefined);
      assert.ok(still === 200 || still === 201, `${what}: ${still}`);
      if (what === 'a file') await rm(join(host.service.dataDirectory, 'disks', 'late.img'));
      assert.equal(await slowly(url, lines, pieces, () => put(user, { role: 'viewer' })), 401, what);
    }
    assert.deepEqual(await readdir(join(host.service.dataDirectory, 'disks')), [], 'nothing of the file is left');
    const { items } = (await rest.expect(200, '/vms')).body;
    assert.equal(items.filter(({ name }: { name: string }) => name === 'late').length, 3, 'those that were in time');
  });
});
