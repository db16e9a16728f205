import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { timingSafeEqual } from 'node:crypto';
import { Problem } from '../problems/problem.ts';
import type { Identity } from './identity.ts';

/** Verbs that change nothing (RFC 9110 §9.2.1). */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** `Sec-Fetch-Site` of pages that are not ours. */
const FOREIGN_SITES: ReadonlySet<string> = new Set(['cross-site', 'same-site']);

/** `name`, `name:port`, `[::1]:port` -> the name in lower case, without brackets. */
const hostOf = (authority: string): string =>
  (/^\[([^\]]*)\](?::\d+)?$/.exec(authority)?.[1] ?? authority.replace(/:\d*$/, '')).toLowerCase().replace(/\.$/, '');

/**
 * A page whose own name was made to point at this address gets nothing, for its browser says that name (DNS rebinding).
 * Addresses cannot be pointed anywhere.
 * @throws Problem unknown-host
 */
export const checkHost = (request: IncomingMessage, hosts: ReadonlySet<string>): void => {
  const host = hostOf(request.headers.host ?? '');
  if (isIP(host) !== 0 || host === 'localhost' || hosts.has(host)) return;
  throw new Problem('unknown-host', `This service is not ${JSON.stringify(host.slice(0, 100))}.`);
};

/**
 * What a browser says of the page that asks. Programs say nothing.
 * @throws Problem foreign-origin
 */
export const checkOrigin = (request: IncomingMessage): void => {
  const { origin, host = '' } = request.headers;
  // The scheme is not compared: behind a proxy that ends TLS it is another one.
  const foreign = origin !== undefined && origin.toLowerCase().replace(/^https?:\/\//, '') !== host.toLowerCase();
  if (!foreign && !FOREIGN_SITES.has(String(request.headers['sec-fetch-site']))) return;
  throw new Problem('foreign-origin', 'A page of another site must not ask this service.');
};

/**
 * A cookie comes along whoever made the request; the token does not.
 * @throws Problem csrf-token-missing
 */
export const checkCsrf = (request: IncomingMessage, identity: Identity): void => {
  if (identity.session === undefined || SAFE.has(request.method ?? '')) return;
  const given = Buffer.from(String(request.headers['x-csrf-token'] ?? ''));
  const wanted = Buffer.from(identity.session.csrfToken);
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new Problem('csrf-token-missing', 'X-CSRF-Token is missing or not the one of this session.');
};
