import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { webcrypto, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type PeerCertificate } from 'node:tls';
import { promisify } from 'node:util';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { OWN_VALIDITY_MS, selfSignedCertificate } from '../../src/auth/certificate.ts';
import { followCertificateEnd } from '../../src/daemon/listeners/certificate-end.ts';
import { Service } from '../kit/service.ts';

const FAKE_TIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
const DAY_MS = 24 * 3600 * 1000;
const skip = existsSync(FAKE_TIME) ? false : 'needs libfaketime';

/** As the service makes them, with so much of its time left. */
const selfMade = async (leftMs: number, spanMs = OWN_VALIDITY_MS.before + OWN_VALIDITY_MS.after): Promise<string> => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
  const end = Date.now() + leftMs;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=host',
    notBefore: new Date(end - spanMs),
    notAfter: new Date(end),
    signingAlgorithm: algorithm,
    keys: await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']),
  });
  return certificate.toString('pem');
};

const until = async (holds: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 12_000 && !holds(); tries++) await sleep(10);
  assert.ok(holds());
};

test('a certificate of the service is made anew before its end, once, while it runs', async () => {
  let current = await selfMade(60 * DAY_MS);
  const [ending, next] = [await selfMade(29 * DAY_MS), await selfMade(3000 * DAY_MS)];
  let renewed = 0;
  let looked = 0;
  const told = (): never => assert.fail('nothing is told');
  const log = { warn: told, error: told };
  const certificate = {
    current: () => {
      looked++;
      return current;
    },
    own: true,
    renew: async () => {
      renewed++;
      current = next;
    },
  };
  using _following = followCertificateEnd(certificate, log, 5);
  await until(() => looked > 3);
  assert.equal(renewed, 0);
  current = ending;
  await until(() => current === next);
  looked = 0;
  await until(() => looked > 3);
  assert.equal(renewed, 1);
});

test('of an administrator only the end is told, also of one that was put in the place of the own', async () => {
  for (const [own, certificate, level] of [
    [false, await selfMade(29 * DAY_MS), 'warn'],
    [false, await selfMade(-DAY_MS), 'error'],
    [true, await selfMade(-DAY_MS, 90 * DAY_MS), 'error'],
    [false, await selfMade(100 * DAY_MS, 90 * DAY_MS), 'error'],
  ] as const) {
    const told: string[] = [];
    let looked = 0;
    const log = { warn: () => told.push('warn'), error: () => told.push('error') };
    const current = (): string => {
      looked++;
      return certificate;
    };
    using _following = followCertificateEnd({ current, own, renew: () => assert.fail('never touched') }, log, 5);
    await until(() => looked > 5);
    assert.deepEqual(told, [level]);
  }
});

const peer = (service: Service): Promise<PeerCertificate> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(service.endpoints.https);
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
    socket.once('secureConnect', () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.once('error', reject);
  });

const doctor = async (environment: Readonly<Record<string, string>>): Promise<string> => {
  const { stdout } = await promisify(execFile)(
    join(import.meta.dirname, '../../script/node'),
    [join(import.meta.dirname, '../../src/cli/main.ts'), 'doctor'],
    { env: { ...process.env, ...environment } },
  ).catch((error: { stdout: string }) => error);
  return stdout.split('\n').find((line) => line.includes('TLS certificate')) ?? assert.fail(stdout);
};

test('a start near or after the end: the own certificate is made anew with its key, one of the administrator is served as it is and told', {
  skip,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vsms-tls-'));
  try {
    await using service = await Service.start({ hypervisor: 'simulated', dataDirectory: join(folder, 'data') });
    const first = await peer(service);
    const clock = join(folder, 'clock');
    const later = { LD_PRELOAD: FAKE_TIME, FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
    const settings = {
      VSMS_CONFIG: '/nonexistent/vsms.toml',
      VSMS_DATA_DIR: service.dataDirectory,
      VSMS_HYPERVISOR: 'simulated',
    };
    service.reconfigure(later);
    await service.stop();
    // 16 days are left.
    await writeFile(clock, '+3634d');
    assert.match(await doctor({ ...settings, ...later }), new RegExp(`^note.*${first.fingerprint256}`));
    await writeFile(clock, '+20000d');
    assert.match(await doctor({ ...settings, ...later }), /^BAD.*expired/);
    await service.run();
    const now = await peer(service);
    assert.notEqual(now.fingerprint256, first.fingerprint256);
    assert.deepEqual(now.pubkey, first.pubkey);
    assert.ok(new Date(now.valid_to).getTime() > Date.now() + 23_600 * DAY_MS);
    assert.ok(service.output.includes(now.fingerprint256), 'the log tells the new one');
    // One that is configured has expired by that clock.
    const configured = await selfSignedCertificate(['host'], []);
    const files = { VSMS_TLS_CERTIFICATE: join(folder, 'server.crt'), VSMS_TLS_KEY: join(folder, 'server.key') };
    await writeFile(files.VSMS_TLS_CERTIFICATE, configured.certificate);
    await writeFile(files.VSMS_TLS_KEY, configured.key);
    const own = await readFile(join(service.dataDirectory, 'state/server.pem'), 'utf8');
    await service.stop();
    service.reconfigure(files);
    await service.run();
    const { fingerprint256 } = await peer(service);
    assert.equal(fingerprint256, new X509Certificate(configured.certificate).fingerprint256);
    assert.match(service.output, /certificate of the administrator has expired/);
    assert.match(await doctor({ ...settings, ...later, ...files }), /^BAD.*expired/);
    assert.equal(await readFile(files.VSMS_TLS_CERTIFICATE, 'utf8'), configured.certificate);
    assert.equal(await readFile(join(service.dataDirectory, 'state/server.pem'), 'utf8'), own);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
