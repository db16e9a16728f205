import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { selfSignedCertificate } from '../../src/auth/certificate.ts';
import { clientCertificate } from '../../src/auth/client-certificate.ts';

test('a client certificate that ends while its connection is open lets nobody in any more', async () => {
  const certificate = new X509Certificate((await selfSignedCertificate(['alice'], [])).certificate);
  const connection = (authorized: boolean): TLSSocket =>
    Object.create(TLSSocket.prototype, {
      authorized: { value: authorized },
      getPeerX509Certificate: { value: () => certificate },
    }) as TLSSocket;
  const end = certificate.validToDate.getTime();
  assert.equal(clientCertificate(connection(true)), certificate);
  assert.equal(clientCertificate(connection(true), end), certificate);
  assert.equal(clientCertificate(connection(true), end + 1000), undefined);
  assert.equal(clientCertificate(connection(false)), undefined, 'nobody has signed it');
  assert.equal(clientCertificate(undefined), undefined);
});
