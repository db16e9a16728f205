import { createHash, type X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** What is asked of a client inside TLS: nothing; the right binding if it sends one; the right binding (wire-auth §3). */
export type ChannelBindingPolicy = 'none' | 'relaxed' | 'strict';

/** RFC 5929: the signature's hash; SHA-256 for MD5 and SHA-1, and where a signature has none of its own. */
const HASHES: readonly (readonly [RegExp, string])[] = [
  [/sha-?512/i, 'sha512'],
  [/sha-?384/i, 'sha384'],
  [/sha-?224/i, 'sha224'],
];

/**
 * MD5 of the gss_channel_bindings structure for `tls-server-end-point`, as it stands in attribute 10 of NTLM: four empty
 * address fields, then the length and the text.
 */
export function endPointBinding(certificate: X509Certificate): Buffer {
  const algorithm = certificate.signatureAlgorithm ?? '';
  const hash = HASHES.find(([pattern]) => pattern.test(algorithm))?.[1] ?? 'sha256';
  const data = Buffer.concat([
    Buffer.from('tls-server-end-point:', 'latin1'),
    createHash(hash).update(certificate.raw).digest(),
  ]);
  const head = Buffer.alloc(20);
  head.writeUInt32LE(data.length, 16);
  return createHash('md5').update(head).update(data).digest();
}

/** Classes of the names under which clients ask for WinRM and CIM (wire-auth §6). */
const SERVICE_CLASSES: ReadonlySet<string> = new Set(['http', 'wsman', 'host']);

/**
 * Is the service that the client wanted this one? `target` is attribute 9, `HTTP/host`. Asked where bindings must be (`strict`):
 * who wanted another host was sent here by somebody in between. Clients that name none, or an address, are not asked further.
 */
export function targetFits(
  policy: ChannelBindingPolicy,
  hosts: ReadonlySet<string>,
  target: Buffer | undefined,
): boolean {
  if (policy !== 'strict' || target === undefined || target.length === 0) return true;
  const [serviceClass = '', place = ''] = target.toString('utf16le').toLowerCase().split('/');
  const host = place.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/^([^:]*):\d+$/, '$1');
  return SERVICE_CLASSES.has(serviceClass) && (isIP(host) !== 0 || host === 'localhost' || hosts.has(host));
}

/**
 * Does what the client bound itself to fit this connection? `ours` is null without TLS: a client that saw TLS is then
 * relayed by somebody.
 */
export function bindingFits(policy: ChannelBindingPolicy, ours: Buffer | null, theirs: Buffer | undefined): boolean {
  if (policy === 'none') return true;
  const sent = theirs !== undefined && theirs.some((byte) => byte !== 0);
  if (!sent) return policy === 'relaxed' || ours === null;
  return ours !== null && ours.equals(theirs);
}
