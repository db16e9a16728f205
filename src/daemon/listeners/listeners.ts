import { constants, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { ServerCertificate } from '../../auth/certificate.ts';
import { refuseUnreadable } from './client-errors.ts';
import { type ConnectionLimits, shareConnections } from './connection-shares.ts';
import { upgradesAtOneHost, withOneHost } from './host-header.ts';
import { limitRequests } from './request-deadline.ts';

// Not by `import`: that reads every export of node:http, and one of them loads a client with HTTP/2 that nobody uses here.
const { createServer: createHttpServer } = process.getBuiltinModule('node:http');
const { createServer: createHttpsServer } = process.getBuiltinModule('node:https');

export interface ListenerOptions {
  readonly address: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly tls: TlsFiles;
  readonly limits: ConnectionLimits;
  /** Told of an address that has all the connections that it may have. */
  readonly onFull: (address: string, share: number) => void;
  /** Milliseconds within which a handshake of TLS and the head of a request must come; by default 20 s. */
  readonly headMs?: number;
}

export interface ClientAuthorities {
  /** PEM. */
  readonly ca: string;
  /** PEM of what was revoked; null: nothing. */
  readonly crl: string | null;
}

/** What a TLS listener shows, and whom it trusts. */
export interface TlsFiles {
  readonly certificate: ServerCertificate;
  /** Whose client certificates are asked for; null: none is, and no browser asks its user for one. */
  readonly clientAuthorities: ClientAuthorities | null;
}

const secureContext = ({ certificate, clientAuthorities }: TlsFiles): SecureContextOptions => ({
  cert: certificate.certificate,
  key: certificate.key,
  minVersion: 'TLSv1.2',
  // Of TLS 1.2; costs the service far more than who asks for it, and nobody needs it (hardening test 22).
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  ...(clientAuthorities === null ? {} : { ca: clientAuthorities.ca }),
  ...(clientAuthorities === null || clientAuthorities.crl === null ? {} : { crl: clientAuthorities.crl }),
});

/** For a path that no front end has, or that is none: Fastify's own answers say it again to whoever asks, without a log-in. */
const refuseSilently = (reply: FastifyReply, status: number): FastifyReply =>
  reply.code(status).header('content-length', '0').send();

/** A pair of listeners, HTTP and HTTPS, with one set of routes. */
export interface Listeners {
  readonly routes: FastifyInstance;
  open(): Promise<{ readonly http: string; readonly https: string }>;
  /** New connections get these; those that are open keep what they have. @throws Error for files that do not fit */
  renew(tls: TlsFiles): void;
  close(): Promise<void>;
}

/** A request's head must come within this time; slow senders do not hold connections (hardening, slowloris). */
const HEAD_MS = 20_000;

/**
 * Nothing of ours has Fastify check or write bodies by schemas (src/rest does so itself): the compilers that it would load
 * for that take 5 MB and a tenth of the start.
 */
const noCompiler = (): never => {
  throw new Error('Schemas of routes are not compiled here.');
};
const schemaController = { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } };

export function createListeners(options: ListenerOptions): Listeners {
  const { headMs = HEAD_MS } = options;
  const timeouts = {
    headersTimeout: headMs,
    // How late a head is noticed that is late: by default half a minute.
    connectionsCheckingInterval: headMs / 4,
    // By limitRequests: uploads take longer than everything else may.
    requestTimeout: 0,
    keepAliveTimeout: 120_000,
  };
  const limited = <S extends HttpServer>(server: S): S => {
    limitRequests(server);
    shareConnections(server, options.limits, options.onFull);
    return server;
  };
  // A client without a certificate gets in by other means; one whose certificate is not trusted counts as without.
  const asking = { requestCert: options.tls.clientAuthorities !== null, rejectUnauthorized: false };
  const https = limited(
    createHttpsServer({ ...timeouts, handshakeTimeout: headMs, ...asking, ...secureContext(options.tls) }),
  );
  const routes = Fastify({
    logger: false,
    schemaController,
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: (error, _request, reply) => void refuseSilently(reply, error.statusCode ?? 400),
    // What log, audit trail and answers call a request.
    genReqId: () => randomUUID(),
    serverFactory: (handler) => {
      // Routes twice, in an instance for each server, would take 3 MB.
      const addressed = withOneHost(handler);
      https.on('request', addressed);
      return limited(createHttpServer(timeouts, addressed));
    },
  });
  routes.setNotFoundHandler((_request, reply) => refuseSilently(reply, 404));
  const http: Upgrading = routes.server;
  const urlOf = (scheme: string, server: HttpServer): string => {
    const { port } = server.address() as AddressInfo;
    return `${scheme}://${isIPv6(options.address) ? `[${options.address}]` : options.address}:${port}`;
  };
  return {
    routes,
    open: async () => {
      upgradeAtOneHost(http);
      await routes.listen({ host: options.address, port: options.httpPort });
      alike(http, https);
      https.listen({ host: options.address, port: options.httpsPort });
      await once(https, 'listening');
      return { http: urlOf('http', http), https: urlOf('https', https) };
    },
    renew: (tls) => https.setSecureContext(secureContext(tls)),
    close: async () => {
      const servers = [http, https];
      for (const server of servers) server.closeIdleConnections();
      // Clients in the middle of a long Pull get a moment, not forever.
      const force = setTimeout(() => {
        for (const server of servers) server.closeAllConnections();
      }, 1000);
      await Promise.all([routes.close(), closed(https)]);
      clearTimeout(force);
    },
  };
}

/** Node's own; its types leave it out. */
interface Upgrading extends HttpServer {
  shouldUpgradeCallback?: (request: IncomingMessage) => boolean;
}

const upgradeAtOneHost = (server: Upgrading): void => {
  const wanted = server.shouldUpgradeCallback;
  if (wanted !== undefined)
    server.shouldUpgradeCallback = (request) => upgradesAtOneHost(request) && wanted.call(server, request);
};

/** What the front ends set up on the server that they know holds for the other one. */
const alike = (known: Upgrading, other: Upgrading): void => {
  for (const listener of known.listeners('clientError')) other.on('clientError', listener as () => void);
  for (const listener of known.listeners('upgrade')) other.on('upgrade', listener as () => void);
  if (known.shouldUpgradeCallback !== undefined) other.shouldUpgradeCallback = known.shouldUpgradeCallback;
};

/** Resolves when its last connection has ended; at once when it did not listen. */
const closed = (server: HttpServer): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
