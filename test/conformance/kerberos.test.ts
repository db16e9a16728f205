import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Kdc } from '../kit/kdc.ts';
import { Service } from '../kit/service.ts';

const run = promisify(execFile);
const IDENTIFY =
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>' +
  '<i:Identify xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"/></s:Body></s:Envelope>';

describe('Kerberos, with tickets of an MIT KDC', () => {
  let kdc: Kdc;
  let service: Service;
  let config: string;
  before(async () => {
    kdc = await Kdc.start();
    await kdc.addUser('admin', 'Secret-1');
    await kdc.addUser('stranger', 'Secret-2');
    await kdc.addUser('alice/admin', 'Secret-3');
    const keytab = await kdc.addService('HTTP/localhost');
    await kdc.addService('WSMAN/localhost', 'aes256-cts-hmac-sha1-96:normal', keytab);
    service = await Service.start({
      hypervisor: 'simulated',
      environment: {
        VSMS_KERBEROS_KEYTAB: keytab,
        VSMS_KERBEROS_REALMS: kdc.realm,
        VSMS_ALLOW_UNENCRYPTED: 'loopback',
      },
    });
    config = join(service.dataDirectory, 'vsms.toml');
  });
  after(async () => {
    await service[Symbol.asyncDispose]();
    await kdc[Symbol.asyncDispose]();
  });

  const at = (endpoint: string): URL => {
    const url = new URL('/wsman', endpoint);
    url.hostname = 'localhost';
    return url;
  };
  const curl = async (...args: readonly string[]): Promise<string> => {
    const words = ['-s', '-k', '-w', '\n%{http_code}', '--negotiate', '-u', ':', '-4'];
    const content = ['-H', 'content-type: application/soap+xml', '-d', IDENTIFY];
    return (await run('curl', [...words, ...content, ...args], { env: kdc.environment })).stdout;
  };

  test('A-041 curl --negotiate logs in with a ticket, over HTTP and, bound to the certificate, over HTTPS', async () => {
    await kdc.logIn('admin', 'Secret-1');
    for (const endpoint of [service.endpoints.http, service.endpoints.https]) {
      const reply = await curl(String(at(endpoint)));
      assert.match(reply, /ProductVendor>vsms<.*\n200$/s);
    }
  });

  for (const [scheme, serviceClass] of [
    ['Negotiate', 'HTTP'],
    ['Kerberos', 'HTTP'],
    ['Kerberos', 'WSMAN'],
  ] as const) {
    test(`A-041 messages are encrypted and decrypted as MIT's GSS-API does, ${scheme} to ${serviceClass}/localhost`, async () => {
      await kdc.logIn('admin', 'Secret-1');
      const script = join(import.meta.dirname, 'python_kerberos.py');
      const words = [script, at(service.endpoints.http).host, scheme, serviceClass];
      const { stdout } = await run('/usr/bin/python3', words, { env: kdc.environment });
      assert.deepEqual(JSON.parse(stdout), {
        legs: [200],
        complete: true,
        statuses: [200, 500, 200],
        vendors: 2,
        // The same authenticator on another connection.
        replayed: 401,
      });
    });
  }

  test('a principal without an account is refused, and told in the audit trail', async () => {
    for (const [name, password] of [
      ['stranger', 'Secret-2'],
      ['alice/admin', 'Secret-3'],
    ] as const) {
      await kdc.logIn(name, password);
      assert.match(await curl(String(at(service.endpoints.http))), /\n401$/);
    }
    await service.stop();
    const folder = join(service.dataDirectory, 'state/audit');
    const [trail = ''] = await readdir(folder);
    const text = await readFile(join(folder, trail), 'utf8');
    for (const name of ['stranger', 'alice/admin'])
      assert.match(text, new RegExp(`"denied","who":"${name}@TEST.VSMS".*no account for the principal`));
    await service.run();
  });

  test('a principal that the configuration names is the account it says', async () => {
    await writeFile(config, `[kerberos.users]\n"alice/admin@${kdc.realm}" = "admin"\n`);
    await service.stop();
    service.reconfigure({ VSMS_CONFIG: config });
    await service.run();
    await kdc.logIn('alice/admin', 'Secret-3');
    assert.match(await curl(String(at(service.endpoints.http))), /\n200$/);
  });

  test('keys of AES-128 do as well; a keytab without AES keys, or that is none, keeps the service from starting', async () => {
    const small = await kdc.addService('HTTP/localhost', 'aes128-cts-hmac-sha1-96:normal');
    await service.stop();
    service.reconfigure({ VSMS_KERBEROS_KEYTAB: small });
    await service.run();
    await kdc.logIn('admin', 'Secret-1');
    assert.match(await curl(String(at(service.endpoints.http))), /\n200$/);
    await service.stop();
    const wrong = join(service.dataDirectory, 'wrong.keytab');
    for (const [bytes, text] of [
      [Buffer.from([5, 2]), /has no AES keys/],
      [Buffer.from('nonsense'), /does not begin with 05 02/],
      [Buffer.from([5, 2, 0, 0, 1, 0, 0]), /an entry is cut off at byte 2/],
    ] as const) {
      await writeFile(wrong, bytes);
      service.reconfigure({ VSMS_KERBEROS_KEYTAB: wrong });
      await assert.rejects(service.run(), text);
    }
    service.reconfigure({ VSMS_KERBEROS_KEYTAB: join(service.dataDirectory, 'none.keytab') });
    await assert.rejects(service.run(), /cannot be read/);
  });
});
