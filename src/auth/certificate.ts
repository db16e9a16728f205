import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

export interface ServerCertificate {
  /** PEM */
  readonly certificate: string;
  /** PEM, PKCS#8 */
  readonly key: string;
}

export interface CertificateNames {
  readonly hostNames: readonly string[];
  readonly addresses: readonly string[];
}

/** `.ts` in a checkout, `.js` in a package. */
const EXTENSION = extname(import.meta.filename);

/**
 * A self-signed server certificate, made at first start: P-256, ten years, names of this host in SAN.
 * A site that has its own certificate puts it in the same place.
 */
export async function selfSignedCertificate(
  hostNames: readonly string[],
  addresses: readonly string[],
): Promise<ServerCertificate> {
  const workerData: CertificateNames = { hostNames, addresses };
  // In a thread that ends: what makes certificates takes 10 MB, and is needed once in the life of a data directory.
  const maker = new Worker(new URL(`./certificate-maker${EXTENSION}`, import.meta.url), { workerData });
  // Rejects with what the thread fails with.
  const [made] = (await once(maker, 'message')) as [ServerCertificate];
  return made;
}
