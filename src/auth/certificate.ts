import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

export interface ServerCertificate {
  /** PEM */
  readonly certificate: string;
  /** PEM, PKCS#8 */
  readonly key: string;
}

export interface CertificateOrder {
  readonly hostNames: readonly string[];
  readonly addresses: readonly string[];
  /** PEM, PKCS#8, P-256: of a certificate that this one follows; null: a new key. */
  readonly key: string | null;
}

const DAY_MS = 24 * 3600 * 1000;
/** Before and after the moment that it is made: clocks differ. */
export const OWN_VALIDITY_MS = { before: DAY_MS, after: 3650 * DAY_MS } as const;

/** Is it one of `selfSignedCertificate`, rather than one that somebody put in its place? By its issuer, and how long it is valid. */
export const isSelfMade = (certificate: string): boolean => {
  const read = new X509Certificate(certificate);
  const span = read.validToDate.getTime() - read.validFromDate.getTime();
  return (
    span === OWN_VALIDITY_MS.before + OWN_VALIDITY_MS.after &&
    read.publicKey.asymmetricKeyDetails?.namedCurve === 'prime256v1' &&
    read.verify(read.publicKey)
  );
};

/** `.ts` in a checkout, `.js` in a package. */
const EXTENSION = extname(import.meta.filename);

/** A self-signed server certificate: P-256, ten years, names of this host in SAN. */
export async function selfSignedCertificate(
  hostNames: readonly string[],
  addresses: readonly string[],
  key: string | null = null,
): Promise<ServerCertificate> {
  const workerData: CertificateOrder = { hostNames, addresses, key };
  // In a thread that ends: what makes certificates takes 10 MB, and is needed once in ten years.
  const maker = new Worker(new URL(`./certificate-maker${EXTENSION}`, import.meta.url), { workerData });
  // Rejects with what the thread fails with.
  const [made] = (await once(maker, 'message')) as [ServerCertificate];
  return made;
}
