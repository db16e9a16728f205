import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { selfSignedCertificate } from '../../src/auth/certificate.ts';

test('a self-signed certificate serves the names and addresses it was made for', async () => {
  const made = await selfSignedCertificate(['host1', 'localhost'], ['127.0.0.1']);
  const parsed = new X509Certificate(made.certificate);
  assert.equal(parsed.subjectAltName, 'DNS:host1, DNS:localhost, IP Address:127.0.0.1');
  assert.ok(parsed.validToDate.getTime() > Date.now() + 9 * 365 * 86_400_000);
  const server = createServer({ cert: made.certificate, key: made.key }, (_request, response) => response.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    for (const host of ['localhost', '127.0.0.1']) {
      const body = await new Promise<string>((resolve, reject) => {
        get({ host, port, ca: made.certificate, agent: false }, (response) => {
          response.setEncoding('utf8').on('data', resolve);
        }).on('error', reject);
      });
      assert.equal(body, 'hello');
    }
  } finally {
    server.close();
  }
});
