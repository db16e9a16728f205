import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Service } from '../kit/service.ts';
import { exchange, request } from '../hardening/kit.ts';
import { type Answer, Rest } from './kit.ts';

const OPEN = ['/healthz', '/readyz'];
const VERBS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'POST'];
const ID = '00000000-0000-0000-0000-000000000001';

describe('who may ask over REST', () => {
  let service: Service;
  let rest: Rest;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    rest = new Rest(service);
  });
  after(() => service[Symbol.asyncDispose]());

  const logIn = async (): Promise<{ cookie: string; token: string; answer: Answer }> => {
    const answer = await rest.expect(201, '/session', {
      method: 'POST',
      as: null,
      body: { user: 'admin', password: service.password },
    });
    const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    return { cookie, token: answer.body.csrfToken, answer };
  };

  test('1 no credentials: 401 on every route of the document and on every verb, but for those that are open', async () => {
    const { body: document } = await rest.expect(200, '//openapi.json');
    const told: string[] = [];
    const paths = Object.keys(document.paths as object).map((path) => path.replaceAll(/\{\w+\}/g, ID));
    assert.ok(paths.length > 15);
    for (const path of [
      ...paths,
      '/api',
      '/api/',
      '/api/v1',
      '/api/v1/nothing',
      '/api/v2/vms',
      '/api/v1/vms/../users',
    ]) {
      for (const method of VERBS) {
        const bytes = request({ method, path, headers: { 'Content-Type': 'application/json' }, body: '{}' });
        const { statuses, text } = await exchange(service.endpoints.http, [bytes]);
        const status = statuses[0] ?? 0;
        const open =
          (OPEN.includes(path) && (method === 'GET' || method === 'HEAD') && status === 200) ||
          (path === '/api/v1/session' && method === 'POST' && status === 400);
        if (status !== 401 && !open) told.push(`${method} ${path}: ${status}`);
        if (!OPEN.includes(path)) assert.doesNotMatch(text, /"items"|"name"|root:/, `${method} ${path}`);
      }
    }
    assert.deepEqual(told, []);
  });

  test('/healthz and /readyz answer 200 to anybody, with good credentials, wrong ones and none, and tell nothing else', async () => {
    for (const path of OPEN)
      for (const as of [null, 'nobody:wrong', `admin:${service.password}`]) {
        const { body, headers } = await rest.expect(200, `/${path}`, { as });
        assert.deepEqual(body, { status: 'ok' }, path);
        assert.match(headers.get('content-type') ?? '', /^application\/json/);
        const head = await rest.expect(200, `/${path}`, { as, method: 'HEAD' });
        assert.equal(head.text, '');
      }
  });

  test('2 what one request of a connection showed is not inherited by the next', async () => {
    const Authorization = `Basic ${Buffer.from(`admin:${service.password}`).toString('base64')}`;
    const first = request({ method: 'GET', path: '/api/v1/vms', headers: { Authorization }, body: '', more: true });
    const second = request({ method: 'GET', path: '/api/v1/vms', headers: {}, body: '' });
    const { statuses } = await exchange(service.endpoints.http, [first, second], 2);
    assert.deepEqual(statuses, [200, 401]);
  });

  test('a session: its cookie, its CSRF token, its end', async () => {
    const { cookie, token, answer } = await logIn();
    assert.match(answer.headers.get('set-cookie') ?? '', /^vsms-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    assert.deepEqual([answer.body.user, answer.body.role], ['admin', 'administrator']);
    const with_ = (headers: Record<string, string>) => ({ as: null, headers: { cookie, ...headers } });
    assert.equal((await rest.expect(200, '/session', with_({}))).body.authentication, 'session');
    const cancel = `/jobs/${ID}/cancel`;
    for (const wrong of ['', 'x', `${token}x`, token.toUpperCase()]) {
      const refused = await rest.ask(cancel, { method: 'POST', ...with_({ 'x-csrf-token': wrong }) });
      assert.equal(refused.body.code, 'csrf-token-missing');
    }
    assert.equal(
      (await rest.ask(cancel, { method: 'POST', ...with_({ 'x-csrf-token': token }) })).body.code,
      'not-found',
    );
    assert.ok(
      (await rest.expect(200, '/sessions', with_({}))).body.items.some((each: { current: boolean }) => each.current),
    );
    await rest.expect(204, '/session', { method: 'DELETE', ...with_({ 'x-csrf-token': token }) });
    await rest.expect(401, '/session', with_({}));
  });

  test('A-039 a change without the CSRF token of its session is a denial in the trail', async () => {
    const { cookie } = await logIn();
    await rest.expect(403, '/vms', { method: 'POST', as: null, headers: { cookie }, body: { name: 'x' } });
    const [last] = (await rest.expect(200, '/audit?kind=denied&limit=1')).body.items;
    assert.match(last.who, /\\admin$/);
    assert.deepEqual([last.what, last.result, last.protocol], ['POST /api/v1/vms', 'csrf-token-missing', 'rest']);
  });

  test('A-039 a log-in that makes a session stands in the trail by the request that its client knows', async () => {
    for (const [password, status, kind] of [
      ['Wrong-Passw0rd', 401, 'denied'],
      [service.password, 201, 'login'],
    ] as const) {
      // As nobody is logged in by it yet.
      const answer = await rest.ask('/session', { method: 'POST', as: null, body: { user: 'ADMIN', password } });
      assert.equal(answer.status, status);
      const { items } = (await rest.expect(200, `/audit?kind=${kind}&limit=20`)).body;
      const ids = items.map(({ requestId }: { requestId: string | null }) => requestId);
      assert.ok(ids.includes(answer.headers.get('x-request-id')), kind);
    }
  });

  test('A-039 whoever ends a session, also of somebody else, stands in the trail', async () => {
    await rest.expect(201, '/users/sam', { method: 'PUT', body: { password: 'Right-Passw0rd' } });
    const body = { user: 'sam', password: 'Right-Passw0rd' };
    await rest.expect(201, '/session', { method: 'POST', as: null, body });
    const { items } = (await rest.expect(200, '/sessions')).body;
    const { id } = items.find(({ user }: { user: string }) => user === 'sam');
    await rest.expect(204, `/sessions/${id}`, { method: 'DELETE' });
    const trail = (await rest.expect(200, '/audit?kind=change&limit=1000')).body.items;
    const [ended] = trail.filter(({ what }: { what: string }) => what === 'end session');
    assert.match(ended.who, /\\admin$/);
    assert.deepEqual([ended.objects, ended.result, ended.protocol], [['sam'], 'ok', 'rest']);
    assert.match(ended.requestId, /^[0-9a-f-]{36}$/);
  });

  test('a session goes on after a restart of the service, and one that was ended does not', async () => {
    const { cookie, token } = await logIn();
    const ended = await logIn();
    const with_ = (own: { cookie: string; token: string }) => ({
      as: null,
      headers: { cookie: own.cookie, 'x-csrf-token': own.token },
    });
    await rest.expect(204, '/session', { method: 'DELETE', ...with_(ended) });
    await service.stop('SIGKILL');
    await service.run();
    rest = new Rest(service);
    // Cookies are of a listener, whose port may be another one now.
    const moved = { cookie: cookie.replace(/^vsms-\d+/, `vsms-${new URL(rest.base).port}`), token };
    assert.equal((await rest.expect(200, '/session', with_(moved))).body.csrfToken, token);
    assert.equal((await rest.ask(`/jobs/${ID}/cancel`, { method: 'POST', ...with_(moved) })).body.code, 'not-found');
    const gone = ended.cookie.replace(/^vsms-\d+/, `vsms-${new URL(rest.base).port}`);
    await rest.expect(401, '/session', { as: null, headers: { cookie: gone } });
    await rest.expect(200, '/users/admin', { method: 'PUT', body: { password: service.password } });
    await rest.expect(401, '/session', with_(moved));
  });

  test('wrong passwords at the log-in are refused alike, and counted by the throttle', async () => {
    const tries = [];
    for (const body of [
      { user: 'admin', password: 'wrong' },
      { user: 'nobody', password: 'wrong' },
      { user: `admin:${service.password}`, password: 'x' },
    ])
      tries.push(await rest.expect(401, '/session', { method: 'POST', as: null, body }));
    for (const { body, headers } of tries) {
      assert.equal(body.detail, tries[0]?.body.detail);
      assert.equal(headers.get('set-cookie'), null);
    }
    await rest.expect(400, '/session', { method: 'POST', as: null, body: { user: 'admin' } });
    const guess = (n: number) =>
      rest.expect(401, '/session', { method: 'POST', as: null, body: { user: 'guessed', password: `wrong-${n}` } });
    for (let n = 0; n < 6; n++) await guess(n);
    await Promise.all(Array.from({ length: 12 }, (_, n) => guess(6 + n)));
    const folder = join(service.dataDirectory, 'state/audit');
    const trail = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('');
    const told = trail.split('\n').filter((line) => line.includes('"who":"guessed"'));
    assert.equal(told.length, 18);
    assert.ok(
      told.some((line) => line.includes('too many attempts')),
      'those that queue too long are not judged',
    );
  });

  test('a script of a browser is not offered Basic; a program is', async () => {
    const script = await rest.expect(401, '/vms', { as: null, headers: { 'sec-fetch-site': 'same-origin' } });
    assert.equal(script.headers.get('www-authenticate'), 'Session realm="vsms"');
    const program = await rest.expect(401, '/vms', { as: null });
    assert.match(program.headers.get('www-authenticate') ?? '', /Basic/);
  });

  test('23 another origin, another site, another name: refused, whatever the credentials', async () => {
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: rest.base.replace(/:\d+$/, ':1') },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ])
      assert.equal((await rest.expect(403, '/vms', { headers })).body.code, 'foreign-origin');
    await rest.expect(200, '/vms', { headers: { origin: rest.base, 'sec-fetch-site': 'same-origin' } });
    const ask = async (Host: string): Promise<number> => {
      const Authorization = `Basic ${Buffer.from(`admin:${service.password}`).toString('base64')}`;
      const bytes = `GET /api/v1/vms HTTP/1.1\r\nHost: ${Host}\r\nAuthorization: ${Authorization}\r\nConnection: close\r\n\r\n`;
      return (await exchange(service.endpoints.http, [bytes])).statuses[0] ?? 0;
    };
    for (const name of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', ''])
      assert.equal(await ask(name), 421, name);
    for (const name of ['localhost', 'LOCALHOST:5985', '127.0.0.1', '[::1]:80', 'localhost.'])
      assert.equal(await ask(name), 200, name);
  });

  test('23 answers are in no frame and run nothing', async () => {
    const { headers } = await rest.expect(200, '/vms');
    assert.equal(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'");
    assert.equal(headers.get('x-frame-options'), 'DENY');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    const refused = await rest.expect(404, '/vms/<script>alert(1)</script>');
    assert.match(refused.headers.get('content-type') ?? '', /^application\/problem\+json/);
  });

  test('a body that is too long, no JSON, or of another type is refused with its code', async () => {
    const post = (body: Buffer, headers: Record<string, string>) =>
      rest.ask('/session', { method: 'POST', as: null, body, headers });
    const json = { 'content-type': 'application/json' };
    assert.equal((await post(Buffer.alloc(2 << 20, 0x20), json)).body.code, 'body-too-large');
    for (const text of [
      '{',
      '[1',
      '\xff',
      '[]',
      '"x"',
      '['.repeat(200_000),
      '{"user":"a","password":"b","__proto__":{}}',
      String.raw`{"user":"a","password":"\ud800"}`,
      String.raw`{"user":"a","password":"b","\uDFff":1}`,
      String.raw`{"user":"a","password":["\ude00\ud83d"]}`,
      String.raw`{"user":"a\u001F","password":"b"}`,
      String.raw`{"user":"a","password":"b","\f":1}`,
    ])
      assert.equal((await post(Buffer.from(text, 'latin1'), json)).body.code, 'invalid-request', text.slice(0, 20));
    // Both halves, and what only looks like one.
    for (const text of [
      String.raw`{"user":"a\ud83d\ude00","password":"b"}`,
      String.raw`{"user":"a\\ud800","password":"b"}`,
      String.raw`{"user":"a\\u0001\\b\u007f\u0085","password":"\t\n\r\u0009\u000a"}`,
    ])
      assert.equal((await post(Buffer.from(text), json)).body.code, 'unauthenticated', text);
    assert.equal(
      (await post(Buffer.from('a=b'), { 'content-type': 'application/x-www-form-urlencoded' })).body.code,
      'unsupported-media-type',
    );
    assert.equal(
      (await post(Buffer.from('{}'), { ...json, 'content-encoding': 'gzip' })).body.code,
      'unsupported-media-type',
    );
  });

  test('a verb that a path does not know: 405 and which there are', async () => {
    const answer = await rest.expect(405, '/vms', { method: 'DELETE' });
    assert.equal(answer.headers.get('allow'), 'GET, POST, HEAD');
    assert.equal(answer.body.code, 'method-not-allowed');
  });
});

test('/readyz of a service that stops is 503 or no answer, never 200', async () => {
  await using service = await Service.start({ hypervisor: 'simulated' });
  const { port, hostname } = new URL(service.endpoints.http);
  // Its head has begun, so the connection is not idle when the listeners close.
  const half = connect(Number(port), hostname);
  let told = '';
  half.on('data', (bytes: Buffer) => (told += bytes.toString('latin1')));
  half.on('error', () => undefined);
  const closed = once(half, 'close');
  await once(half, 'connect');
  half.write('GET /readyz HTTP/1.1\r\nHost: localhost\r\n');
  const stopped = service.stop();
  // Nobody listens any more: that is when the stop has reached the listeners.
  for (let refused = false; !refused; )
    refused = await fetch(`${service.endpoints.http}/readyz`, { headers: { connection: 'close' } }).then(
      (answer) => {
        assert.ok(answer.status === 200 || answer.status === 503);
        return false;
      },
      () => true,
    );
  half.write('Connection: close\r\n\r\n');
  await closed;
  assert.match(told, /^(?:HTTP\/1\.1 503 |$)/);
  assert.equal(await stopped, 0);
});
