import { X509Certificate } from 'node:crypto';
import type { Log } from '../../core/log.ts';
import { isEnding, isOwn } from './certificate-store.ts';

const HOUR_MS = 3600 * 1000;
/** The end of a certificate that others must renew is told once a day. */
const TELL_MS = 24 * HOUR_MS;

export interface CertificateInForce {
  /** PEM. */
  readonly current: () => string;
  /** None is configured: the service makes the next one, if it has made this one. */
  readonly own: boolean;
  /** Loads it anew (certificate-store.ts) and puts it in force. */
  readonly renew: () => Promise<void>;
}

/**
 * Sees to it that the TLS certificate in force does not end unnoticed: the service's own is made anew in time, while listeners
 * stay open; the end of one that the administrator has configured is told in the log, and it is never touched.
 */
export function followCertificateEnd(
  { current, own, renew }: CertificateInForce,
  log: Pick<Log, 'warn' | 'error'>,
  everyMs = HOUR_MS,
): Disposable {
  let told = Number.NEGATIVE_INFINITY;
  let underWay = false;
  const look = async (): Promise<void> => {
    if (!isEnding(current())) return;
    if (own && isOwn(current())) return renew();
    if (performance.now() - told < TELL_MS) return;
    told = performance.now();
    tellEnd(current(), log);
  };
  const check = (): void => {
    if (underWay) return;
    underWay = true;
    look()
      .catch((error: unknown) => log.error({ err: error }, 'the end of the TLS certificate could not be looked after'))
      .finally(() => (underWay = false));
  };
  check();
  const timer = setInterval(check, everyMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function tellEnd(certificate: string, log: Pick<Log, 'warn' | 'error'>): void {
  const { validFromDate, validToDate, fingerprint256 } = new X509Certificate(certificate);
  const fields = { from: validFromDate, end: validToDate, fingerprint: fingerprint256 };
  const now = Date.now();
  if (validToDate.getTime() < now)
    log.error(fields, 'the TLS certificate of the administrator has expired: clients refuse it');
  else if (validFromDate.getTime() > now)
    log.error(fields, 'the TLS certificate of the administrator is not valid yet: clients refuse it');
  else log.warn(fields, 'the TLS certificate of the administrator is about to expire');
}
