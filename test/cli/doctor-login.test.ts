import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { Service } from '../kit/service.ts';
import { local, type Outcome, vsms } from './kit.ts';

/** Some other HTTP server: so it answers whoever asks. */
async function answering(
  status: number,
  headers: Readonly<Record<string, string>>,
): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createHttpServer((_request, response) => response.writeHead(status, headers).end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

describe('doctor login', () => {
  let service: Service;
  before(
    async () =>
      (service = await Service.start({ hypervisor: 'simulated', environment: { VSMS_ALLOW_UNENCRYPTED: 'never' } })),
  );
  after(() => service[Symbol.asyncDispose]());

  const look = (host: string, ...args: readonly string[]): Promise<Outcome> =>
    vsms(local(service), 'doctor', 'login', '--host', host, ...args);
  const bad = async (pattern: RegExp, host: string, ...args: readonly string[]): Promise<void> => {
    const { code, stdout, stderr } = await look(host, ...args);
    assert.equal(code, 1, stdout + stderr);
    assert.match(stdout.trimEnd().split('\n').at(-1) ?? '', pattern);
  };
  const ca = (): readonly string[] => ['--ca', `${service.dataDirectory}/state/server.pem`];

  test('all is well: every step is told, with the role', async () => {
    const { code, stdout } = await look(service.endpoints.https, ...ca());
    assert.equal(code, 0, stdout);
    for (const line of [
      /^ok +address: /m,
      /^ok +port: \d+ is open/m,
      /^ok +TLS: TLSv1\.3, certificate SHA-256/m,
      /^ok +schemes: Basic/m,
      /^ok +user: admin is logged in; vsms/m,
      /^ok +role: administrator/m,
    ])
      assert.match(stdout, line);
  });

  test('each thing that may be wrong is named, and what comes after it is not tried', async () => {
    const plain = new URL(service.endpoints.http).port;
    await bad(/^BAD +address: no-such-host\.invalid has no address/, 'https://no-such-host.invalid:5986');
    await bad(/^BAD +TLS: .*self-signed.*--ca FILE/, service.endpoints.https);
    await bad(/^BAD +TLS: no TLS is spoken there/, `https://127.0.0.1:${plain}`, ...ca());
    await bad(
      /^BAD +schemes: nobody is let in over plain HTTP from here.*: use https, or.*opt in: .*--ntlm.*VSMS_ADMIN_NTLM/,
      service.endpoints.http,
    );
    await bad(/^BAD +user: nobody with this password is refused/, service.endpoints.https, ...ca(), '--user', 'nobody');
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const free = (closed.address() as AddressInfo).port;
    closed.close();
    await once(closed, 'close');
    await bad(/^BAD +port: \d+: ECONNREFUSED; /, `https://127.0.0.1:${free}`);
  });

  test('roles that are less than administrator are told', async () => {
    for (const [name, role] of [
      ['eye', 'viewer'],
      ['hand', 'operator'],
    ] as const) {
      await vsms({ ...local(service), VSMS_NEW_PASSWORD: 'Other-0001' }, 'user', 'set', name, '--role', role);
      const outcome = await vsms(
        { ...local(service), VSMS_PASSWORD: 'Other-0001' },
        ...['doctor', 'login', '--host', service.endpoints.https, ...ca(), '--user', name],
      );
      assert.match(outcome.stdout, new RegExp(`note +role: ${role}`));
      assert.equal(outcome.code, 0);
    }
  });

  test('Basic is not among what is offered in clear: https is said, once somebody has opted in to NTLM', async () => {
    await using opted = await Service.start({
      hypervisor: 'simulated',
      environment: { VSMS_ALLOW_UNENCRYPTED: 'never', VSMS_ADMIN_NTLM: '1' },
    });
    await bad(/^BAD +schemes: Negotiate; Basic is not allowed in clear.*: use https$/, opted.endpoints.http);
  });

  test('a clock that is far off is told beside the schemes, and takes no other verdict away', async () => {
    const ahead = (minutes: number): string => new Date(Date.now() + minutes * 60_000 + 20_000).toUTCString();
    for (const [status, headers, verdict] of [
      [401, { 'www-authenticate': 'Basic realm="x"', date: ahead(4) }, /^ok +schemes: Basic$/m],
      [
        401,
        { 'www-authenticate': 'Basic realm="x"', date: ahead(10) },
        /^note +schemes: Basic; clocks differ by 10 minutes, and Kerberos allows five$/m,
      ],
      [401, { 'www-authenticate': 'Basic realm="x"', date: ahead(-11) }, /^note .*; clocks differ by 11 minutes/m],
      [
        401,
        { 'www-authenticate': 'Negotiate', date: ahead(10) },
        /^BAD +schemes: Negotiate; Basic is not allowed in clear.*use https; clocks differ by 10 minutes/m,
      ],
      [401, { date: ahead(10) }, /^BAD +schemes: nobody is let in over plain HTTP from here/m],
      [404, {}, /^BAD +schemes: it asks for no log-in \(HTTP 404\): this is no WS-Management service$/m],
    ] as const) {
      await using other = await answering(status, headers);
      const { stdout, stderr } = await look(other.url);
      assert.match(stdout, verdict, stderr);
    }
  });

  test('ready configuration names host, port and user', async () => {
    for (const client of ['powershell', 'pywinrm', 'libvirt', 'openwsman', 'ansible', 'curl']) {
      for (const host of ['https://host.example:5986', 'http://host.example:5985']) {
        const { code, stdout } = await look(host, '--client', client, '--user', 'bob');
        assert.equal(code, 0);
        assert.match(stdout, /host\.example/);
        assert.match(stdout, /bob/);
        assert.match(stdout, host.startsWith('https') ? /:5986|[ =]5986/ : /:5985|[ =]5985/);
        // What sends the password as it is says beside it where that works (K1).
        const inClear = !host.startsWith('https') && ['libvirt', 'openwsman', 'ansible', 'curl'].includes(client);
        assert.equal(/^# .*allow_unencrypted = "always"/m.test(stdout), inClear, stdout);
      }
    }
    const wrong = await look('https://host.example:5986', '--client', 'telnet');
    assert.equal(wrong.code, 2);
  });
});
