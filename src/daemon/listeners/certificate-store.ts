import { X509Certificate } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientAuthorities } from './listeners.ts';
import { StartRefusal } from '../start-refusal.ts';
import { isSelfMade, selfSignedCertificate, type ServerCertificate } from '../../auth/certificate.ts';
import type { Log } from '../../core/log.ts';

/** The service's own certificate is made anew so long before its end, and the end of another one is told from then on. */
export const BEFORE_END_MS = 30 * 24 * 3600 * 1000;

/** Where the service keeps the certificate and key that it has made by itself. */
export const ownCertificateFile = (stateDirectory: string): string => join(stateDirectory, 'server.pem');

/**
 * The configured pair, or the one in the state directory, made at first start. That one is made anew, with the same key, when it is
 * not valid yet or not for long: who trusts it by its fingerprint has to be told of the new one, and the log does. What an
 * administrator has configured, or put in its place, is only read.
 */
export async function loadCertificate(options: {
  readonly certificateFile: string | null;
  readonly keyFile: string | null;
  readonly stateDirectory: string;
  readonly hostNames: readonly string[];
  readonly addresses: readonly string[];
  readonly log: Pick<Log, 'warn'>;
}): Promise<ServerCertificate> {
  if (options.certificateFile !== null && options.keyFile !== null) {
    return {
      certificate: await readFile(options.certificateFile, 'utf8'),
      key: await readFile(options.keyFile, 'utf8'),
    };
  }
  const bundle = ownCertificateFile(options.stateDirectory);
  const former = await readFile(bundle, 'utf8').then(split, (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return null;
  });
  if (former !== null && (!isEnding(former.certificate) || !isOwn(former.certificate))) return former;
  const made = await selfSignedCertificate(options.hostNames, options.addresses, former?.key);
  await replace(bundle, made.certificate + made.key).catch((error: unknown) => {
    // It is used all the same: of the next start it is made once more.
    if (former === null) throw error;
    options.log.warn({ err: error, file: bundle }, 'the new TLS certificate of the service could not be written');
  });
  if (former !== null) {
    const [before, now] = [former, made].map(({ certificate }) => new X509Certificate(certificate));
    options.log.warn(
      {
        file: bundle,
        formerEnd: before?.validToDate,
        formerFingerprint: before?.fingerprint256,
        end: now?.validToDate,
        fingerprint: now?.fingerprint256,
      },
      'the TLS certificate that the service made for itself was about to end, and is made anew with the same key; clients that trust it by file or fingerprint need the new one',
    );
  }
  return made;
}

/** Does the service make the next one by itself, where none is configured? */
export const isOwn = (certificate: string): boolean => isSelfMade(certificate);

/** Not valid now, or not for much longer. */
export const isEnding = (certificate: string, now = Date.now()): boolean => {
  const { validFromDate, validToDate } = new X509Certificate(certificate);
  return validFromDate.getTime() > now || validToDate.getTime() - BEFORE_END_MS < now;
};

/** One file, renamed into place: a crash leaves a whole pair or none. */
async function replace(bundle: string, content: string): Promise<void> {
  const temporary = `${bundle}.new`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, bundle);
}

/** The authorities whose client certificates count; null: none is asked for. @throws StartRefusal for a file that is of no use */
export async function loadClientAuthorities(files: {
  readonly ca: string | null;
  readonly crl: string | null;
}): Promise<ClientAuthorities | null> {
  if (files.ca === null) return null;
  const ca = await readPem(files.ca, 'CERTIFICATE');
  return { ca, crl: files.crl === null ? null : await readPem(files.crl, 'X509 CRL') };
}

async function readPem(file: string, label: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new StartRefusal(`${file} cannot be read: ${(error as Error).message}`, error);
  });
  if (!text.includes(`-----BEGIN ${label}-----`)) throw new StartRefusal(`${file} holds no PEM of a ${label}.`);
  return text;
}

function split(bundle: string): ServerCertificate {
  const at = bundle.indexOf('-----BEGIN PRIVATE KEY-----');
  if (at <= 0)
    throw new Error(
      'server.pem in the state directory holds no certificate and key; remove it to have a new one made.',
    );
  return { certificate: bundle.slice(0, at), key: bundle.slice(at) };
}
