import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { ntHash } from '../../src/auth/ntlm/keys.ts';
import { Service } from '../kit/service.ts';

const run = promisify(execFile);

/** Python's MD4 comes from OpenSSL's legacy provider. */
const LEGACY =
  'openssl_conf = init\n[init]\nproviders = providers\n[providers]\ndefault = on\nlegacy = on\n[on]\nactivate = 1\n';

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

  test('A-027, W-116 python3-winrm: 100 encrypted requests and faults on one socket, then all operations', async () => {
    const script = join(import.meta.dirname, 'python_winrm_ntlm.py');
    const url = `${service.endpoints.http}/wsman`;
    const { stdout } = await run('/usr/bin/python3', ['-W', 'ignore', script, url, 'admin', service.password], {
      env: environment(),
    });
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
      plain: 500,
    });
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
    const deadline = Date.now() + 20_000;
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
