import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Service } from '../kit/service.ts';
import { basic, exchange, IDENTIFY, invoke, request, SOAP } from './kit.ts';

const ROUTES = ['/wsman', '/wsman/', '/wsman?x=1', '/wsman-anon/identify', '/wsman-anon/identify/'];
/** No routes: nothing runs, so nothing has to be asked for (W-005: 404). */
const NOWHERE = [
  '/WSMAN',
  '/wsman/../wsman',
  '/wsman/SubscriptionManager/WEC',
  '/',
  '/cimom',
  '/nothing/here',
  '/%2e%2e/%2e%2e/etc/passwd',
  '//wsman',
  '/wsman%00',
];
/** The console's page is read by whoever asks (K3); 503 where it is not built. */
const isPage = (method: string, path: string, status: number): boolean =>
  path === '/' && (method === 'GET' || method === 'HEAD') && (status === 200 || status === 503);
const VERBS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'POST'];
/** Verbs of other protocols. */
const FOREIGN = ['M-POST', 'PROPFIND', 'CONNECT', 'BOGUS'];

const DEFINE = invoke('Msvm_VirtualSystemManagementService', 'DefineSystem', '');

describe('who may ask', () => {
  let service: Service;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
  });
  after(() => service[Symbol.asyncDispose]());

  const right = (): string => basic('admin', service.password);

  test('1 no Authorization header: 401 on every route and verb, and nothing is said', async () => {
    const told: string[] = [];
    for (const path of [...ROUTES, ...NOWHERE]) {
      for (const method of [...VERBS, ...FOREIGN]) {
        const bytes = request({ method, path, headers: SOAP, body: DEFINE });
        const { statuses, text } = await exchange(service.endpoints.http, [bytes]);
        const status = statuses[0] ?? 0;
        const isRefused =
          status === 401 ||
          isPage(method, path, status) ||
          ((NOWHERE.includes(path) || FOREIGN.includes(method)) && [0, 400, 404, 405].includes(status));
        if (!isRefused) told.push(`${method} ${path}: ${status}`);
        assert.doesNotMatch(text, /Msvm_|ReturnValue|Envelope|root:/, `${method} ${path}`);
      }
    }
    assert.deepEqual(told, []);
  });

  test('1, 2 where a request ends is told in one way or it is refused: no second one is smuggled in behind it', async () => {
    const lengths = [
      ['Content-Length: 4', 'Transfer-Encoding: chunked'],
      ['Transfer-Encoding: chunked', 'Content-Length: 4'],
      ['Content-Length: 0', 'Content-Length: 5'],
      ['Content-Length: 5', 'Content-Length: 5'],
      ['Content-Length: 5, 5'],
      ['Content-Length: +5'],
      ['Content-Length: 0x5'],
      ['Transfer-Encoding: xchunked'],
      ['Transfer-Encoding: chunked, identity'],
      ['Transfer-Encoding: \u000bchunked', 'Content-Length: 5'],
      ['Transfer-Encoding : chunked', 'Content-Length: 5'],
      ['X: a\r\n Transfer-Encoding: chunked', 'Content-Length: 5'],
      ['X: a\rContent-Length: 9', 'Content-Length: 5'],
    ];
    const told: string[] = [];
    for (const [url, path] of [
      [service.endpoints.http, '/wsman'],
      [service.endpoints.http, '/api/v1/vms'],
      [service.endpoints.cimxml, '/cimom'],
    ] as const)
      for (const lines of lengths) {
        const head = [`POST ${path} HTTP/1.1`, 'Host: localhost', `Authorization: ${right()}`, ...lines].join('\r\n');
        const smuggled = request({ method: 'GET', path: '/healthz' });
        const bytes = Buffer.concat([Buffer.from(`${head}\r\n\r\n0\r\n\r\n`, 'latin1'), smuggled]);
        const { statuses, closed } = await exchange(url, [bytes], 2);
        // Nothing when the end of the connection overtakes the answer.
        if (!['400', ''].includes(statuses.join()) || !closed)
          told.push(`${path} ${lines.join(' | ')}: ${statuses.join()}`);
      }
    assert.deepEqual(told, []);
    const { statuses } = await exchange(service.endpoints.http, [request({ method: 'GET', path: '/healthz' })]);
    assert.deepEqual(statuses, [200], 'what would be smuggled in is answered where it stands alone');
  });

  test('1 what leads nowhere and what is no path is refused without a word, and nothing of it is said again', async () => {
    const told: string[] = [];
    const unread = ['/%zz', '/api/v1/vms/%E0%A4', '/wsman/%C0%AE%C0%AE'];
    // CIM-XML takes every path.
    const nowhere = [`/assets/${'a'.repeat(150)}.js`, '/nothing/<b>here', '/assets/../x'];
    for (const [url, paths] of [
      [service.endpoints.http, [...unread, ...nowhere]],
      [service.endpoints.cimxml, unread],
    ] as const)
      for (const path of paths)
        for (const method of ['GET', 'POST', 'PROPFIND'])
          for (const known of [{}, { Authorization: right() }]) {
            const bytes = request({ method, path, headers: { ...SOAP, ...known }, body: DEFINE });
            const { statuses, text } = await exchange(url, [bytes]);
            const body = text.slice(text.indexOf('\r\n\r\n') + 4);
            if (![400, 404, 414].includes(statuses[0] ?? 0) || body !== '')
              told.push(`${method} ${path}: ${statuses[0]} ${body}`);
          }
    assert.deepEqual(told, []);
  });

  test('23 a page of a browser speaks neither WS-Management nor CIM-XML, whatever the browser knows of its user', async () => {
    for (const [url, path] of [
      [service.endpoints.http, '/wsman'],
      [service.endpoints.http, '/wsman-anon/identify'],
      [service.endpoints.cimxml, '/cimom'],
    ] as const)
      for (const said of [
        { Origin: 'https://evil.example' },
        { Origin: 'null' },
        { Origin: new URL(url).origin },
        { 'Sec-Fetch-Site': 'cross-site' },
      ]) {
        // As `fetch` with mode no-cors sends it: no type, and the log-in that the browser has.
        const headers = { Authorization: right(), ...said };
        const { statuses, text } = await exchange(url, [request({ path, headers, body: DEFINE })]);
        assert.deepEqual(statuses, [403], `${path} ${JSON.stringify(said)}`);
        assert.doesNotMatch(text, /Envelope|<CIM/);
      }
    const { statuses } = await exchange(service.endpoints.http, [
      request({ headers: { Authorization: right() }, body: IDENTIFY }),
    ]);
    assert.deepEqual(statuses, [200], 'a program that names no type either');
  });

  test('1 no Authorization header over CIM-XML: the same; there every path is served, M-POST by none (X-006)', async () => {
    const told: string[] = [];
    const body =
      '<CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="1" PROTOCOLVERSION="1.0"><SIMPLEREQ><IMETHODCALL NAME="EnumerateClassNames">' +
      '<LOCALNAMESPACEPATH><NAMESPACE NAME="root"/><NAMESPACE NAME="cimv2"/></LOCALNAMESPACEPATH></IMETHODCALL></SIMPLEREQ></MESSAGE></CIM>';
    const headers = { 'Content-Type': 'application/xml', CIMOperation: 'MethodCall' };
    for (const path of ['/cimom', '/', '/wsman', ...NOWHERE]) {
      for (const method of [...VERBS, ...FOREIGN]) {
        const { statuses, text } = await exchange(service.endpoints.cimxml, [request({ method, path, headers, body })]);
        const status = statuses[0] ?? 0;
        if (status !== 401 && !(FOREIGN.includes(method) && [0, 404, 405].includes(status)))
          told.push(`${method} ${path}: ${status}`);
        assert.doesNotMatch(text, /CLASSNAME|IRETURNVALUE|root:/, `${method} ${path}`);
      }
    }
    assert.deepEqual(told, []);
    // M-POST is cleanly refused, with credentials too, so that clients go on with POST.
    const Authorization = right();
    const mpost = request({ method: 'M-POST', path: '/cimom', headers: { ...headers, Authorization }, body });
    assert.deepEqual((await exchange(service.endpoints.cimxml, [mpost])).statuses, [405]);
    const known = request({ path: '/cimom', headers: { ...headers, Authorization }, body, more: true });
    const unknown = request({ path: '/cimom', headers, body });
    const { statuses } = await exchange(service.endpoints.cimxml, [known, unknown], 2);
    assert.deepEqual(statuses, [200, 401], 'what one request showed is not inherited by the next');
  });

  test('1 anonymous Identify answers Identify and nothing else', async () => {
    const headers = { ...SOAP, WSMANIDENTIFY: 'unauthenticated' };
    const identify = await exchange(service.endpoints.http, [request({ headers, body: IDENTIFY })]);
    assert.deepEqual(identify.statuses, [200]);
    for (const path of ['/wsman', '/wsman-anon/identify']) {
      const { statuses, text } = await exchange(service.endpoints.http, [request({ path, headers, body: DEFINE })]);
      assert.ok(statuses[0] !== 200, `${path}: ${statuses.join()}`);
      assert.doesNotMatch(text, /ReturnValue/);
    }
  });

  test('1 chunked, with a wrong scheme, with empty or broken credentials: 401', async () => {
    const chunked = Buffer.from(
      `POST /wsman HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: application/soap+xml\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    );
    assert.equal((await exchange(service.endpoints.http, [chunked])).statuses[0], 401);
    for (const Authorization of [
      'Basic',
      'Basic ',
      'Basic !!!!',
      'Basic Og==',
      basic('admin', ''),
      basic('', service.password),
      basic('admin\0', service.password),
      basic('ADMIN ', service.password),
      `Basic ${'A'.repeat(7000)}`,
      'Bearer x',
      'Digest username="admin"',
      `${right()}, ${right()}`,
      'Kerberos YII=',
      'Negotiate',
      'Negotiate !!!!',
      `Negotiate ${Buffer.alloc(2000, 0x30).toString('base64')}`,
    ]) {
      const { statuses, text } = await exchange(service.endpoints.http, [
        request({ headers: { ...SOAP, Authorization }, body: DEFINE }),
      ]);
      assert.equal(statuses[0], 401, Authorization.slice(0, 60));
      assert.doesNotMatch(text, /ReturnValue/);
    }
  });

  test('2 the second request of a connection needs credentials of its own', async () => {
    const first = request({ headers: { ...SOAP, Authorization: right() }, body: IDENTIFY, more: true });
    for (const headers of [SOAP, { ...SOAP, Authorization: basic('admin', 'wrong') }]) {
      const second = request({ headers, body: DEFINE });
      const { statuses } = await exchange(service.endpoints.http, [first, second], 2);
      assert.deepEqual(statuses, [200, 401]);
    }
  });
});

describe('3 a fresh installation', () => {
  const start = async (
    environment: Readonly<Record<string, string>>,
  ): Promise<{ code: number | null; text: string }> => {
    const directory = await mkdtemp(join(tmpdir(), 'vsms-f-'));
    const { VSMS_ADMIN_PASSWORD: _, ...inherited } = process.env;
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../src/daemon/main.ts')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...inherited,
        VSMS_CONFIG: '/nonexistent/vsms.toml',
        VSMS_DATA_DIR: directory,
        VSMS_RUN_DIR: join(directory, 'run'),
        VSMS_HTTP_PORT: '0',
        VSMS_HTTPS_PORT: '0',
        VSMS_HYPERVISOR: 'simulated',
        VSMS_LOG_LEVEL: 'warn',
        ...environment,
      },
    });
    let text = '';
    const ended = once(child, 'exit');
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes('vsms listens on')) child.kill('SIGTERM');
      });
    await ended;
    await rm(directory, { recursive: true, force: true });
    return { code: child.exitCode, text };
  };

  test('without a password it refuses to listen off-loopback and says how to choose one', async () => {
    for (const VSMS_LISTEN of ['0.0.0.0', '::']) {
      const { code, text } = await start({ VSMS_LISTEN });
      assert.equal(code, 2, text);
      assert.match(text, /VSMS_ADMIN_PASSWORD/);
      assert.doesNotMatch(text, /listens on/);
    }
  });

  test('on the loopback it makes a password and shows it', async () => {
    const { code, text } = await start({ VSMS_LISTEN: '127.0.0.1' });
    assert.equal(code, 0, text);
    assert.match(text, /"admin" has the password \S{12,}/);
  });
});
