import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Service } from '../kit/service.ts';

const run = promisify(execFile);
const MUTUAL = 'authorization: http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual';
const IDENTIFY =
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>' +
  '<i:Identify xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"/></s:Body></s:Envelope>';

describe('TLS client certificates, made by openssl and shown by curl', () => {
  let directory: string;
  let service: Service;
  const file = (name: string): string => join(directory, name);
  const openssl = (...args: readonly string[]): Promise<unknown> => run('openssl', args, { cwd: directory });

  const authority = async (name: string): Promise<void> => {
    const subject = ['-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`];
    await openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...subject);
  };
  const certificate = async (name: string, subject: string, by: string, email?: string): Promise<void> => {
    const alternative = email === undefined ? [] : ['-addext', `subjectAltName=email:${email}`];
    const request = ['-subj', subject, ...alternative, '-keyout', `${name}.key`, '-out', `${name}.csr`];
    await openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...request);
    const signing = ['-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial', '-copy_extensions', 'copy'];
    await openssl('x509', '-req', '-in', `${name}.csr`, ...signing, '-out', `${name}.pem`, '-days', '2');
  };

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vsms-certificates-'));
    await authority('ca');
    await authority('foreign');
    await certificate('alice', '/O=Example/CN=alice', 'ca');
    await certificate('mail', '/CN=somebody', 'ca', 'bob@example.org');
    await certificate('nobody', '/CN=nobody', 'ca');
    await certificate('forged', '/O=Example/CN=alice', 'foreign');
    await certificate('tricky', '/CN=x,O\\=Example,CN\\=alice', 'ca');
    await certificate('pinned', '/CN=pinned', 'ca');
    const { stdout } = await run('openssl', ['x509', '-in', file('pinned.pem'), '-noout', '-fingerprint', '-sha256']);
    const fingerprint = stdout.trim().split('=')[1]?.replaceAll(':', '').toLowerCase() ?? '';
    await writeFile(
      file('vsms.toml'),
      `[client_certificates]\nca = "${file('ca.pem')}"\n[client_certificates.users]\n` +
        `"O=Example,CN=alice" = "admin"\n"bob@example.org" = "admin"\n"sha256:${fingerprint}" = "admin"\n"CN=gone" = "gone"\n`,
    );
    service = await Service.start({ hypervisor: 'simulated', environment: { VSMS_CONFIG: file('vsms.toml') } });
  });
  after(async () => {
    await service[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  const status = async (certificateName: string | null, ...headers: readonly string[]): Promise<string> => {
    const shown =
      certificateName === null
        ? []
        : ['--cert', file(`${certificateName}.pem`), '--key', file(`${certificateName}.key`)];
    const words = ['-s', '-k', '-o', file('reply'), '-w', '%{http_code}', '-H', 'content-type: application/soap+xml'];
    const all = [...words, ...shown, ...headers.flatMap((header) => ['-H', header]), '-d', IDENTIFY];
    return (await run('curl', [...all, `${service.endpoints.https}/wsman`])).stdout;
  };

  test('A-036 a certificate that the configuration names is its account', async () => {
    for (const name of ['alice', 'mail', 'pinned']) {
      assert.equal(await status(name, MUTUAL), '200', name);
      assert.match(await readFile(file('reply'), 'utf8'), /ProductVendor>vsms</);
    }
  });

  test('A-036 python3-winrm logs in with a certificate', async () => {
    const script =
      'import sys\nfrom winrm.transport import Transport\n' +
      "transport = Transport(endpoint=sys.argv[1], auth_method='certificate', cert_pem=sys.argv[2], cert_key_pem=sys.argv[3],\n" +
      '                      ca_trust_path=sys.argv[5])\n' +
      'print(transport.send_message(sys.argv[4]).decode())\n';
    const words = [
      `${service.endpoints.https}/wsman`,
      file('alice.pem'),
      file('alice.key'),
      IDENTIFY,
      join(service.dataDirectory, 'state/server.pem'),
    ];
    const { stdout } = await run('/usr/bin/python3', ['-W', 'ignore', '-c', script, ...words]);
    assert.match(stdout, /ProductVendor>vsms</);
  });

  test('others are refused: not named, of another authority, of a subject that only looks right, none at all', async () => {
    for (const name of ['nobody', 'forged', 'tricky', null])
      assert.equal(await status(name, MUTUAL), '401', String(name));
  });

  test('a certificate alone, without the header of the profile, is no credential; a password still is', async () => {
    assert.equal(await status('alice'), '401');
    const basic = `authorization: Basic ${Buffer.from(`admin:${service.password}`).toString('base64')}`;
    assert.equal(await status('nobody', basic), '200');
    assert.equal(await status(null, basic), '200');
  });

  test('a revoked certificate is refused', async () => {
    await writeFile(file('index.txt'), '');
    await writeFile(
      file('ca.conf'),
      `[ca]\ndefault_ca=d\n[d]\ndatabase=${file('index.txt')}\ndefault_md=sha256\ndefault_crl_days=2\n`,
    );
    const with_ca = ['-config', 'ca.conf', '-cert', 'ca.pem', '-keyfile', 'ca.key'];
    await openssl('ca', ...with_ca, '-revoke', 'alice.pem');
    await openssl('ca', ...with_ca, '-gencrl', '-out', 'crl.pem');
    await service.stop();
    service.reconfigure({ VSMS_CLIENT_CERTIFICATES_CRL: file('crl.pem') });
    await service.run();
    assert.equal(await status('alice', MUTUAL), '401');
    assert.equal(await status('mail', MUTUAL), '200');
  });

  test('hardening 22: a certificate that is replaced is shown without a restart; a key that does not fit changes nothing', async () => {
    await authority('first');
    await authority('second');
    await service.stop();
    await copyFile(file('first.pem'), file('live.pem'));
    await copyFile(file('first.key'), file('live.key'));
    service.reconfigure({ VSMS_TLS_CERTIFICATE: file('live.pem'), VSMS_TLS_KEY: file('live.key') });
    await service.run();
    const shown = (): Promise<string> =>
      new Promise((resolve, reject) => {
        const { port } = new URL(service.endpoints.https);
        const socket = connect({ port: Number(port), rejectUnauthorized: false }, () => {
          resolve(String(socket.getPeerCertificate().subject.CN));
          socket.destroy();
        });
        socket.on('error', reject);
      });
    assert.equal(await shown(), 'first');
    await copyFile(file('second.key'), file('live.key'));
    while (!service.output.includes('the former ones stay in force')) await sleep(200);
    assert.equal(await shown(), 'first');
    await copyFile(file('second.pem'), file('live.pem'));
    while ((await shown()) !== 'second') await sleep(200);
    service.reconfigure({ VSMS_TLS_CERTIFICATE: '', VSMS_TLS_KEY: '' });
  });

  test('files that are of no use keep the service from starting, with words', async () => {
    await service.stop();
    service.reconfigure({ VSMS_CLIENT_CERTIFICATES_CA: file('none.pem') });
    await assert.rejects(service.run(), /none\.pem cannot be read/);
    service.reconfigure({ VSMS_CLIENT_CERTIFICATES_CA: file('vsms.toml') });
    await assert.rejects(service.run(), /holds no PEM/);
  });
});
