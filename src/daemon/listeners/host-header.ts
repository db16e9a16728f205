import type { IncomingMessage, RequestListener } from 'node:http';

/** A name or an address, and perhaps a port (RFC 3986 §3.2). No comma: two names that somebody has joined are not one. */
const AUTHORITY = /^(?:\[[\w.:~%-]+\]|[\w.~!$&'()*+;=%-]*)(?::\d*)?$/;

/**
 * Not two Hosts, nor one that is none (RFC 9112 §3.2): whoever stands before this service may go by another of the two. That a
 * request of HTTP/1.1 has one at all is Node's own affair; that an upgrade has one is not.
 */
const namesOneHost = ({ headersDistinct: { host = [] } }: IncomingMessage): boolean =>
  host.length === 0 || (host.length === 1 && AUTHORITY.test(host[0] ?? ''));

/** Else it is a request like others, and refused as one. */
export const upgradesAtOneHost = (request: IncomingMessage): boolean =>
  request.headers.host !== undefined && namesOneHost(request);

/** The front ends hear of a request only if it is clear whom it is for; else 400 without a text. */
export const withOneHost =
  (handler: RequestListener): RequestListener =>
  (request, response) => {
    if (namesOneHost(request)) handler(request, response);
    else response.writeHead(400, { connection: 'close', 'content-length': 0 }).end();
  };
