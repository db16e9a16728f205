import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientAuthorities } from './listeners.ts';
import { StartRefusal } from '../start-refusal.ts';
import { selfSignedCertificate, type ServerCertificate } from '../../auth/certificate.ts';

/** The configured pair, or the one in the state directory, made at first start. */
export async function loadCertificate(options: {
  readonly certificateFile: string | null;
  readonly keyFile: string | null;
  readonly stateDirectory: string;
  readonly hostNames: readonly string[];
  readonly addresses: readonly string[];
}): Promise<ServerCertificate> {
  if (options.certificateFile !== null && options.keyFile !== null) {
    return {
      certificate: await readFile(options.certificateFile, 'utf8'),
      key: await readFile(options.keyFile, 'utf8'),
    };
  }
  const bundle = join(options.stateDirectory, 'server.pem');
  try {
    return split(await readFile(bundle, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const made = await selfSignedCertificate(options.hostNames, options.addresses);
  // One file, renamed into place: a crash leaves a whole pair or none.
  const temporary = `${bundle}.new`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(made.certificate + made.key);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, bundle);
  return made;
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
