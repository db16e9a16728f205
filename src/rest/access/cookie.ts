import type { IncomingMessage } from 'node:http';
import { isTls } from '../../http/log-in.ts';

/**
 * Cookies do not know ports: each listener has a name of its own, so that two services on one host do not log each other out.
 * Over TLS the prefix makes browsers refuse one that another host or plain HTTP has set.
 */
const cookieName = (request: IncomingMessage): string =>
  isTls(request.socket) ? `__Host-vsms-${request.socket.localPort ?? 0}` : `vsms-${request.socket.localPort ?? 0}`;

export const sessionSecret = (request: IncomingMessage): string | undefined => {
  const name = cookieName(request);
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
};

const attributes = (request: IncomingMessage): string =>
  `Path=/; HttpOnly; SameSite=Strict${isTls(request.socket) ? '; Secure' : ''}`;

export const sessionCookie = (request: IncomingMessage, secret: string): string =>
  `${cookieName(request)}=${secret}; ${attributes(request)}`;

export const endedCookie = (request: IncomingMessage): string =>
  `${cookieName(request)}=; Max-Age=0; ${attributes(request)}`;
