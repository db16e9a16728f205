import { createPublicKey, webcrypto } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { type CertificateOrder, OWN_VALIDITY_MS, type ServerCertificate } from './certificate.ts';

/** The thread of `selfSignedCertificate`: one certificate, and it ends. */

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

type KeyPair = webcrypto.CryptoKeyPair;

/** The two halves of a key that is there. */
async function pairOf(pem: string): Promise<KeyPair> {
  const { subtle } = webcrypto;
  const pkcs8 = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  const spki = createPublicKey(pem).export({ type: 'spki', format: 'der' });
  return {
    privateKey: await subtle.importKey('pkcs8', pkcs8, ALGORITHM, true, ['sign']),
    publicKey: await subtle.importKey('spki', spki, ALGORITHM, true, ['verify']),
  };
}

async function make({ hostNames, addresses, key: former }: CertificateOrder): Promise<ServerCertificate> {
  const keys =
    former === null ? await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) : await pairOf(former);
  const now = Date.now();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)))
      .toString('hex')
      .replace(/^[89a-f]/, '1'),
    name: [{ CN: [hostNames[0] ?? 'localhost'] }],
    notBefore: new Date(now - OWN_VALIDITY_MS.before),
    notAfter: new Date(now + OWN_VALIDITY_MS.after),
    signingAlgorithm: ALGORITHM,
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

parentPort?.postMessage(await make(workerData as CertificateOrder));
