import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { exchange, request } from '../hardening/kit.ts';
import { WireHost } from '../kit/wire-host.ts';
import { Rest } from './kit.ts';

const ROOT = join(import.meta.dirname, '../..');
const COM1 = '8E3A359F-559A-4B6A-98A9-1690A6100ED7~0';
const SERIAL = { kind: 'serial', port: COM1 };
const START = 2;

describe('23 pages, tickets and sockets of the console', () => {
  let host: WireHost;
  let rest: Rest;
  let id = '';
  let other = '';
  before(async () => {
    execFileSync(join(ROOT, 'script/console'), { stdio: 'ignore' });
    host = await WireHost.open('simulated');
    rest = new Rest(host.service);
    execFileSync(join(ROOT, 'script/vsms'), ['user', 'set', 'eye', '--role', 'viewer'], options('Vi3wer-Passw0rd'));
    execFileSync(
      join(ROOT, 'script/vsms'),
      ['user', 'set', 'hand', '--role', 'operator'],
      options('0perator-Passw0rd'),
    );
    id = await host.nano('one');
    other = await host.nano('two');
    for (const machine of [id, other]) await host.change(machine, START);
  });
  after(() => host[Symbol.asyncDispose]());

  const options = (password: string) => ({
    env: { ...process.env, VSMS_DATA_DIR: host.service.dataDirectory, VSMS_NEW_PASSWORD: password },
  });

  const ticket = async (machine = id, wanted: object = SERIAL): Promise<string> =>
    (await rest.post(201, `/vms/${machine}/console-tickets`, wanted)).body.path as string;

  /** `open`, or the status of the refusal. */
  const dial = async (
    path: string,
    headers: Record<string, string> = { authorization: `Basic ${btoa(`admin:${host.service.password}`)}` },
    endpoint: 'http' | 'https' = 'http',
  ): Promise<{ readonly outcome: 'open' | number; readonly socket: WebSocket }> => {
    const url = `${host.service.endpoints[endpoint].replace('http', 'ws')}${path}`;
    const socket = new WebSocket(url, 'binary', { headers, rejectUnauthorized: false });
    socket.on('error', () => undefined);
    const outcome = await Promise.race([
      once(socket, 'open').then(() => 'open' as const),
      once(socket, 'unexpected-response').then(([, answer]) => (answer as { statusCode: number }).statusCode),
    ]);
    return { outcome, socket };
  };

  describe('pages', () => {
    const page = async (path: string, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(`${host.service.endpoints.http}${path}`, { headers });

    test('the console comes without credentials, may be framed by nobody and runs scripts of its own only', async () => {
      const answer = await page('/');
      assert.equal(answer.status, 200);
      const policy = answer.headers.get('content-security-policy') ?? '';
      for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"])
        assert.ok(policy.split('; ').includes(rule), `${rule} in ${policy}`);
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
      assert.equal(answer.headers.get('cache-control'), 'no-cache');
      const text = await answer.text();
      assert.doesNotMatch(text, /<script(?![^>]*\ssrc=)[^>]*>/, 'no inline script');
      const again = await page('/', { 'if-none-match': answer.headers.get('etag') ?? '' });
      assert.equal(again.status, 304);
    });

    test('files have names by content, are kept for ever, and come compressed to whoever takes it', async () => {
      const script =
        /src="\.(\/assets\/[^"]+\.js)"/.exec(await (await page('/')).text())?.[1] ?? assert.fail('a script');
      const answer = await page(script, { 'accept-encoding': 'br' });
      assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable');
      assert.equal(answer.headers.get('content-encoding'), 'br');
      assert.match(answer.headers.get('content-type') ?? '', /^text\/javascript/);
      const plain = await page(script, { 'accept-encoding': 'identity' });
      assert.equal(plain.headers.get('content-encoding'), null);
      assert.equal(await plain.text(), await answer.text());
    });

    test('nothing else is served', async () => {
      for (const path of [
        '/assets/../../package.json',
        '/assets/..%2F..%2Fpackage.json',
        '/assets/%2e%2e/index.html',
        '/assets/.built',
        '/assets/x.js.br',
        '/.built',
        '/index.html.br',
      ]) {
        const { statuses, text } = await exchange(host.service.endpoints.http, [request({ method: 'GET', path })]);
        assert.ok([401, 404].includes(statuses[0] ?? 0), `${path}: ${statuses[0]}`);
        assert.doesNotMatch(text, /"name"|<!doctype/, path);
      }
    });

    test('a foreign name that points here gets no page', async () => {
      const bytes = 'GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n';
      const { statuses } = await exchange(host.service.endpoints.http, [bytes]);
      assert.deepEqual(statuses, [421]);
    });
  });

  describe('tickets', () => {
    test('the role viewer gets none, an operator does', async () => {
      const ask = { method: 'POST', body: SERIAL };
      await rest.expect(403, `/vms/${id}/console-tickets`, { ...ask, as: 'eye:Vi3wer-Passw0rd' });
      await rest.expect(201, `/vms/${id}/console-tickets`, { ...ask, as: 'hand:0perator-Passw0rd' });
    });

    test('what there is no console of is said in words', async () => {
      const off = await host.nano('off');
      assert.match(
        (await rest.post(409, `/vms/${off}/console-tickets`, { kind: 'screen' })).body.detail,
        /Start it first/,
      );
      assert.match((await rest.post(501, `/vms/${id}/console-tickets`, { kind: 'screen' })).body.detail, /simulated/);
      await rest.post(501, `/vms/${id}/console-tickets`, { kind: 'serial', port: COM1.replace(/0$/, '1') });
      await rest.post(404, `/vms/${id.replaceAll(/[0-9]/g, '0')}/console-tickets`, SERIAL);
      await rest.post(400, `/vms/${id}/console-tickets`, { kind: 'serial', port: '/etc/passwd', extra: 1 });
    });
  });

  describe('sockets', () => {
    test('what is typed reaches the guest, and what it says comes back', async () => {
      const { outcome, socket } = await dial(await ticket());
      assert.equal(outcome, 'open');
      assert.equal(socket.protocol, 'binary');
      let said = '';
      socket.on('message', (bytes: Buffer, binary) => {
        assert.ok(binary);
        said += bytes.toString('latin1');
      });
      // A guest that boots does not listen yet.
      for (let n = 0; n < 100 && !/INFO ticks=/.test(said); n++) {
        socket.send(Buffer.from('i'));
        await sleep(100);
      }
      assert.match(said, /INFO ticks=/);
      socket.close();
    });

    test('over TLS as over HTTP', async () => {
      const authorization = `Basic ${btoa(`admin:${host.service.password}`)}`;
      const { outcome, socket } = await dial(await ticket(), { authorization }, 'https');
      assert.equal(outcome, 'open');
      socket.close();
      assert.equal((await dial(await ticket(), {}, 'https')).outcome, 401);
      assert.equal((await dial('/elsewhere', { authorization }, 'https')).outcome, 404);
    });

    test('a ticket is good once, for its machine, its user and a page of this service', async () => {
      const used = await ticket();
      const first = await dial(used);
      assert.equal(first.outcome, 'open');
      assert.equal((await dial(used)).outcome, 403);
      first.socket.close();

      const misplaced = await ticket();
      assert.equal((await dial(misplaced.replace(id, other))).outcome, 403);
      assert.equal((await dial(misplaced)).outcome, 403, 'spent by the wrong machine');

      const foreign = { authorization: `Basic ${btoa('hand:0perator-Passw0rd')}` };
      assert.equal((await dial(await ticket(), foreign)).outcome, 403);
      assert.equal((await dial(await ticket(), {})).outcome, 401);
      const authorization = `Basic ${btoa(`admin:${host.service.password}`)}`;
      assert.equal((await dial(await ticket(), { authorization, origin: 'https://evil.example' })).outcome, 403);
      assert.equal((await dial(await ticket(), { authorization, host: 'evil.example' })).outcome, 421);
      const { http } = host.service.endpoints;
      const own = await dial(await ticket(), { authorization, origin: http });
      assert.equal(own.outcome, 'open');
      own.socket.close();
      assert.equal((await dial(`/api/v1/vms/${id}/console?ticket=`)).outcome, 403);
    });

    test('a console ends with its session, and with the machine', async () => {
      const entered = await rest.expect(201, '/session', {
        method: 'POST',
        as: null,
        body: { user: 'admin', password: host.service.password },
      });
      const cookie = (entered.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
      const { outcome, socket } = await dial(await ticket(), { cookie });
      assert.equal(outcome, 'open');
      const ended = once(socket, 'close');
      await rest.expect(204, '/session', {
        method: 'DELETE',
        as: null,
        headers: { cookie, 'x-csrf-token': entered.body.csrfToken as string },
      });
      assert.equal((await ended)[0], 1008);

      const second = await dial(await ticket());
      assert.equal(second.outcome, 'open');
      const gone = once(second.socket, 'close');
      await rest.post(200, `/vms/${id}/stop`);
      assert.equal((await gone)[0], 1001);
      await host.change(id, START);
    });

    test('a ticket that is not good is a denial in the audit trail', async () => {
      assert.equal((await dial((await ticket()).replace(/ticket=.*/, 'ticket=guessed'))).outcome, 403);
      const [last] = (await rest.expect(200, '/audit?kind=denied&limit=1')).body.items;
      assert.deepEqual([last.what, last.result], ['GET /vms/{id}/console', 'access-denied']);
      assert.match(last.who, /\\admin$/);
    });

    test('who opens a console, and who may not, is in the audit trail', async () => {
      const { outcome, socket } = await dial(await ticket());
      assert.equal(outcome, 'open');
      socket.close();
      const refused = await rest.ask(`/vms/${id}/console-tickets`, {
        method: 'POST',
        as: 'eye:Vi3wer-Passw0rd',
        body: { kind: 'screen' },
      });
      assert.equal(refused.status, 403);
      const { body } = await rest.expect(200, '/audit?limit=2');
      assert.deepEqual(
        body.items.map(({ kind, who, what, objects, result }: Record<string, unknown>) => [
          kind,
          String(who).replace(/^.*\\/, ''),
          what,
          objects,
          result,
        ]),
        [
          ['denied', 'eye', 'open screen', [id], 'accessDenied'],
          ['change', 'admin', 'open serial port', [id, COM1], 'ok'],
        ],
      );
    });

    test('an upgrade elsewhere is a request like any other', async () => {
      const headers = { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQAAP__' };
      const bytes = request({ method: 'GET', path: '/api/v1/vms', headers });
      assert.deepEqual((await exchange(host.service.endpoints.http, [bytes])).statuses, [401]);
    });

    test('a handshake that breaks off ends no service and leaves no connection to the machine', async () => {
      const { hostname, port } = new URL(host.service.endpoints.http);
      const { pid } = host.service.endpoints;
      const descriptors = (): number => readdirSync(`/proc/${pid}/fd`).length;
      const upgrade = async (key: string): Promise<string> =>
        [
          `GET ${await ticket()} HTTP/1.1`,
          `Host: ${hostname}:${port}`,
          ...['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${key}`],
          `Authorization: Basic ${btoa(`admin:${host.service.password}`)}`,
          '\r\n',
        ].join('\r\n');
      const before = descriptors();
      for (let n = 0; n < 5; n++) {
        for (const [key, leaves] of [
          ['AAAAAAAAAAAAAAAAAAAAAA==', true],
          // ws refuses it itself, after the machine's socket was opened.
          ['no key', false],
          ['', false],
        ] as const) {
          const text = await upgrade(key);
          const client = connect(Number(port), hostname);
          client.on('error', () => undefined);
          const closed = once(client, 'close');
          await once(client, 'connect');
          client.write(text);
          if (leaves) client.resetAndDestroy();
          else client.resume();
          await closed;
        }
      }
      // Each would leave one or two; of requests for tickets a connection or two are kept.
      await host.until('all that was opened for them is closed', async () => descriptors() < before + 5);
      const { outcome, socket } = await dial(await ticket());
      assert.equal(outcome, 'open');
      socket.close();
      assert.equal(host.service.endpoints.pid, pid);
      process.kill(pid, 0);
    });

    test('the service ends although a console is open', async () => {
      const { outcome, socket } = await dial(await ticket());
      assert.equal(outcome, 'open');
      const gone = once(socket, 'close');
      await host.restart('SIGTERM');
      await gone;
      rest = new Rest(host.service);
    });
  });
});
