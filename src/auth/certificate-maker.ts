import { webcrypto } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import type { CertificateNames, ServerCertificate } from './certificate.ts';

/** The thread of `selfSignedCertificate`: one certificate, and it ends. */

const YEAR_MS = 365 * 24 * 3600 * 1000;

async function make({ hostNames, addresses }: CertificateNames): Promise<ServerCertificate> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const now = Date.now();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)))
      .toString('hex')
      .replace(/^[89a-f]/, '1'),
    name: [{ CN: [hostNames[0] ?? 'localhost'] }],
    notBefore: new Date(now - 24 * 3600 * 1000),
    notAfter: new Date(now + 10 * YEAR_MS),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1'], true),
      new x509.SubjectAlternativeNameExtension([
        ...hostNames.map((value) => ({ type: 'dns' as const, value })),
        ...addresses.map((value) => ({ type: 'ip' as const, value })),
      ]),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8
    .toString('base64')
    .replace(/(.{64})/g, '$1\n')
    .trimEnd()}\n-----END PRIVATE KEY-----\n`;
  return { certificate: `${certificate.toString('pem')}\n`, key };
}

parentPort?.postMessage(await make(workerData as CertificateNames));
