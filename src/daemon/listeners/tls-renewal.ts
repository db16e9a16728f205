import { unwatchFile, watchFile } from 'node:fs';
import type { Log } from '../../core/log.ts';
import type { Config } from '../config/config.ts';

/** How often the files are looked at, so that a certificate is renewed without anybody's doing. */
const INTERVAL_MS = 5000;

/**
 * Takes up certificates, keys and revocations that somebody else (certbot, an authority's cron job) puts in the place of
 * the configured ones. Files that do not fit together leave what is there: a pair is often replaced one file at a time.
 */
export function followTlsFiles(config: Config, renew: () => Promise<void>, log: Log): Disposable {
  const files = [
    config.tls_certificate,
    config.tls_key,
    config.client_certificates.ca,
    config.client_certificates.crl,
  ].filter((file) => file !== null);
  const changed = (): void => {
    renew().then(
      () => log.info({ files }, 'TLS certificates renewed'),
      (error: unknown) =>
        log.warn({ err: error, files }, 'changed TLS files cannot be used; the former ones stay in force'),
    );
  };
  for (const file of files) watchFile(file, { interval: INTERVAL_MS, persistent: false }, changed);
  return { [Symbol.dispose]: () => files.forEach((file) => unwatchFile(file, changed)) };
}
