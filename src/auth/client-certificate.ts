import type { X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import type { Socket } from 'node:net';

/** What a client sends as `Authorization` when its certificate is to be its credential (MS-WSMV 3.1.4.1.30). */
export const MUTUAL_PROFILE = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual';

/** Accounts by what a certificate says; see `namesOf`. */
export type CertificateAccounts = Readonly<Record<string, string>>;

/**
 * The certificate of the other end, when an authority that the listener trusts has signed it; undefined without one.
 * TLS has shown that its owner is there, and that it was valid when the connection began: by `now` (ms) it may be over.
 */
export const clientCertificate = (socket: Socket | undefined, now = Date.now()): X509Certificate | undefined => {
  const certificate = socket instanceof TLSSocket && socket.authorized ? socket.getPeerX509Certificate() : undefined;
  return certificate !== undefined && now <= certificate.validToDate.getTime() ? certificate : undefined;
};

/** Name of the account of a certificate; undefined: it is nobody's. */
export const accountOfCertificate = (
  certificate: X509Certificate,
  accounts: CertificateAccounts,
): string | undefined => {
  for (const name of namesOf(certificate)) if (Object.hasOwn(accounts, name)) return accounts[name];
  return undefined;
};

/**
 * How the configuration may name a certificate: `sha256:<fingerprint>` of this one alone, its subject as
 * `CN=alice,O=Example` (in the order of the certificate), or an e-mail address it is for.
 */
export const namesOf = (certificate: X509Certificate): readonly string[] => [
  `sha256:${certificate.fingerprint256.replaceAll(':', '').toLowerCase()}`,
  subjectOf(certificate),
  ...emailsOf(certificate),
];

/** A comma or line break inside of a value would make one subject look like another: such a subject has no name here. */
const subjectOf = (certificate: X509Certificate): string => {
  const parts = certificate.subject?.split('\n') ?? [];
  return parts.every((part) => /^[A-Za-z0-9.]+=[^,\\]+$/.test(part)) ? parts.join(',') : '';
};

const emailsOf = (certificate: X509Certificate): readonly string[] =>
  (certificate.subjectAltName ?? '').split(', ').flatMap((name) => /^email:([^\s",]+@[^\s",]+)$/.exec(name)?.[1] ?? []);
