import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect, type ConnectionOptions } from 'node:tls';
import { promisify } from 'node:util';
import { ntHash } from '../../src/auth/ntlm/keys.ts';
import { Service } from '../kit/service.ts';

const run = promisify(execFile);

/** Python's MD4 comes from OpenSSL's legacy provider. */
const LEGACY =
  'openssl_conf = init\n[init]\nproviders = providers\n[providers]\ndefault = on\nlegacy = on\n[on]\nactivate = 1\n';

/** PEM of a server's certificate, as somebody who trusts on first use would fetch it. */
const certificateOf = (url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.toString() ?? '');
      socket.destroy();
    });
    socket.on('error', reject);
  });

describe('foreign clients by NTLM', () => {
  let service: Service;
  let directory: string;
  const environment = (): Record<string, string> => ({
    PATH: '/usr/bin:/bin',
    HOME: directory,
    OPENSSL_CONF: join(directory, 'openssl.cnf'),
  });
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'vsms-ntlm-'));
    writeFileSync(join(directory, 'openssl.cnf'), LEGACY);
    service = await Service.start({
      hypervisor: 'simulated',
      // Nothing in clear over HTTP, and inside TLS only clients that are bound to this service's certificate.
      environment: {
        VSMS_ADMIN_NTLM: '1',
        VSMS_ALLOW_UNENCRYPTED: 'never',
        VSMS_CHANNEL_BINDING: 'strict',
        VSMS_LOG_LEVEL: 'trace',
      },
    });
  });
  after(async () => {
    await service[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true, force: true });
  });

  // In clear on an authenticated connection: refused on HTTP, served inside TLS.
  for (const [scheme, plain] of [
    ['http', 500],
    ['https', 200],
  ] as const) {
    test(`A-027, W-116 python3-winrm over ${scheme}: 100 encrypted requests, faults and all operations`, async () => {
      const script = join(import.meta.dirname, 'python_winrm_ntlm.py');
      const authority = join(directory, 'ca.pem');
      writeFileSync(authority, await certificateOf(service.endpoints.https));
      const url = `${service.endpoints[scheme]}/wsman`;
      const args = ['-W', 'ignore', script, url, 'admin', service.password, authority];
      const { stdout } = await run('/usr/bin/python3', args, { env: environment() });
      assert.deepEqual(JSON.parse(stdout), {
        rounds: 100,
        names: 1,
        faults: 20,
        connections: 1,
        define: ['0'],
        get: ['from-python'],
        pulled: ['from-python'],
        released: true,
        identified: ['vsms'],
        put: 500,
        destroy: ['4096'],
        plain,
      });
    });
  }

  test('A-020 GSS-API: SPNEGO with mechListMIC by gss-ntlmssp, then messages of its wrap and for its unwrap', async () => {
    const script = join(import.meta.dirname, 'python_gssapi.py');
    const file = join(directory, 'gss-user');
    writeFileSync(file, `WORKGROUP:admin:${service.password}\n`);
    const { stdout } = await run('/usr/bin/python3', [script, new URL(service.endpoints.http).host], {
      env: { ...environment(), NTLM_USER_FILE: file },
    });
    assert.deepEqual(JSON.parse(stdout), { legs: [401, 200], complete: true, statuses: [200, 500, 200], vendors: 2 });
  });

  test('hardening 22, A-035 TLS 1.2 and 1.3 are spoken, 1.1 is not, and nothing is renegotiated', async () => {
    const version = (options: ConnectionOptions): Promise<string | null> =>
      new Promise((resolve, reject) => {
        const { port, hostname } = new URL(service.endpoints.https);
        const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false, ...options }, () => {
          resolve(socket.getProtocol());
          socket.destroy();
        });
        socket.on('error', reject);
      });
    assert.equal(await version({}), 'TLSv1.3');
    assert.equal(await version({ maxVersion: 'TLSv1.2' }), 'TLSv1.2');
    await assert.rejects(version({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }), {
      code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    });
    const { port, hostname } = new URL(service.endpoints.https);
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false, maxVersion: 'TLSv1.2' });
    await once(socket, 'secureConnect');
    const refused = new Promise<Error | null>((resolve) => {
      socket.once('error', resolve);
      socket.renegotiate({}, resolve);
    });
    assert.match(String(await refused), /no renegotiation/i);
    socket.destroy();
  });

  test('A-034 requests-ntlm is bound to the certificate; without binding it is refused', async () => {
    const script =
      'import sys, requests\nfrom requests_ntlm import HttpNtlmAuth\n' +
      'for bound in (True, False):\n' +
      '    reply = requests.post(sys.argv[1], auth=HttpNtlmAuth("admin", sys.argv[2], send_cbt=bound), verify=False)\n' +
      '    print(reply.status_code)\n';
    const url = `${service.endpoints.https}/wsman`;
    const { stdout } = await run('/usr/bin/python3', ['-W', 'ignore', '-c', script, url, service.password], {
      env: environment(),
    });
    assert.equal(stdout, '200\n401\n');
  });

  test('A-002 curl by Basic is refused on plain HTTP; a wrong password by NTLM is refused', async () => {
    const status = async (...args: string[]): Promise<string> =>
      (await run('curl', ['-s', '-o', '/dev/null', '-w', '%{http_code}', ...args], { env: environment() })).stdout;
    const url = `${service.endpoints.http}/wsman`;
    const basic = await status('--basic', '-u', `admin:${service.password}`, '-d', 'x', url);
    assert.equal(basic, '401');
    writeFileSync(join(directory, 'user'), 'WORKGROUP:admin:wrong\n');
    const { stdout } = await run(
      'curl',
      ['-s', '-o', '/dev/null', '-w', '%{http_code}', '--negotiate', '-u', ':', '-d', 'x', url],
      { env: { ...environment(), NTLM_USER_FILE: join(directory, 'user') } },
    );
    assert.equal(stdout, '401');
    // What a process wrote arrives here a moment later.
    const line = /"scheme":"Negotiate","user":"admin".*unknown user or wrong password/;
    const deadline = Date.now() + 240_000;
    while (!line.test(service.output) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.match(service.output, line);
  });

  test('K8, A-040 the NT hash lies sealed in the state directory and in no log', async () => {
    const key = join(service.dataDirectory, 'state/credential.key');
    assert.equal(statSync(key).mode & 0o777, 0o600);
    const stored = Buffer.concat(
      ['vsms.db', 'vsms.db-wal'].map((name) => readFileSync(join(service.dataDirectory, 'state', name))),
    );
    assert.ok(stored.includes('"ntlm"'), 'the record of admin is there');
    const hash = ntHash(service.password);
    for (const secret of [hash, hash.toString('hex'), hash.toString('base64'), service.password]) {
      assert.ok(!stored.includes(secret));
    }
    for (const secret of [hash.toString('hex'), hash.toString('base64'), service.password, 'TlRMTVNTUAAD']) {
      assert.ok(!service.output.includes(secret));
    }
  });

  test('VSMS_ADMIN_NTLM=0 forgets the hash', async () => {
    await using other = await Service.start({ hypervisor: 'simulated', environment: { VSMS_ADMIN_NTLM: '0' } });
    const { stdout } = await run('curl', ['-s', '-i', '-X', 'POST', `${other.endpoints.http}/wsman`], {
      env: environment(),
    });
    assert.doesNotMatch(stdout, /Negotiate|NTLM/);
    assert.match(stdout, /Basic realm="WSMAN"/);
  });
});
