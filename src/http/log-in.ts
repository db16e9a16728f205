import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticate, Authentication, NotAuthenticated } from './authentication.ts';

export const isTls = (socket: Socket): boolean => socket instanceof TLSSocket;

/**
 * Does a page of a browser ask? Browsers send what they know of their user's log-in with whatever any page has them post, and say
 * so by these headers; no page speaks WS-Management or CIM-XML, and no program of these sends them (hardening test 23).
 */
const isPage = ({ headers }: FastifyRequest): boolean =>
  headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;

/** 403 for a page of a browser, whoever uses it; undefined: go on. */
export const refusePage = (request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined =>
  isPage(request) ? reply.code(403).header('content-length', '0').header('connection', 'close').send() : undefined;

/** Who asks, before the body is read. */
export const logIn = (
  authenticate: Authenticate,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Authentication> =>
  authenticate({
    authorization: request.headers.authorization,
    remoteAddress: request.raw.socket.remoteAddress ?? '',
    tls: isTls(request.raw.socket),
    socket: request.raw.socket,
    requestId: request.id,
    answered: new Promise((resolve) => reply.raw.once('close', () => resolve())),
  });

/**
 * 401 with an empty body. Node discards the rest of the request's body afterwards and keeps the connection, which
 * NTLM needs; outside of a log-in a long body is not worth waiting for.
 */
export function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  { challenges, underWay = false }: NotAuthenticated,
): FastifyReply {
  const length = Number(request.headers['content-length'] ?? 0);
  const long = length > MAX_DISCARDED || request.headers['transfer-encoding'] !== undefined;
  if (long && !underWay) reply.header('connection', 'close');
  if (challenges.length > 0) reply.raw.setHeader('www-authenticate', [...challenges]);
  return reply.code(401).header('content-length', '0').send();
}

const MAX_DISCARDED = 1 << 20;
