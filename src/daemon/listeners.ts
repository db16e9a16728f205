import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { isIPv6, type AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import type { ServerCertificate } from '../auth/certificate.ts';

export interface ListenerOptions {
  readonly address: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly certificate: ServerCertificate;
  /** Whose client certificates are asked for; null: none is, and no browser asks its user for one. */
  readonly clientAuthorities: ClientAuthorities | null;
  readonly maxConnections: number;
}

export interface ClientAuthorities {
  /** PEM. */
  readonly ca: string;
  /** PEM of what was revoked; null: nothing. */
  readonly crl: string | null;
}

/** A client without a certificate still gets in by other means; one whose certificate is not trusted counts as without. */
const askForCertificate = (authorities: ClientAuthorities | null): object =>
  authorities === null
    ? {}
    : {
        requestCert: true,
        rejectUnauthorized: false,
        ca: authorities.ca,
        ...(authorities.crl === null ? {} : { crl: authorities.crl }),
      };

/** The two listeners that all front ends share. */
export interface Listeners {
  readonly all: readonly FastifyInstance[];
  open(): Promise<{ readonly http: string; readonly https: string }>;
  close(): Promise<void>;
}

/** A request's head must come within this time; slow senders do not hold connections (hardening, slowloris). */
const HEADERS_TIMEOUT_MS = 20_000;
const REQUEST_TIMEOUT_MS = 120_000;

export function createListeners(options: ListenerOptions): Listeners {
  const timeouts = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: 120_000,
  };
  const http = Fastify({
    logger: false,
    serverFactory: (handler) => {
      const server = createHttpServer(timeouts, handler);
      server.maxConnections = options.maxConnections;
      return server;
    },
  });
  const https = Fastify({
    logger: false,
    serverFactory: (handler) => {
      const tls = {
        cert: options.certificate.certificate,
        key: options.certificate.key,
        minVersion: 'TLSv1.2' as const,
        ...askForCertificate(options.clientAuthorities),
      };
      const server = createHttpsServer({ ...timeouts, ...tls }, handler);
      server.maxConnections = options.maxConnections;
      return server;
    },
  });
  const urlOf = (scheme: string, listener: FastifyInstance): string => {
    const { port } = listener.server.address() as AddressInfo;
    return `${scheme}://${isIPv6(options.address) ? `[${options.address}]` : options.address}:${port}`;
  };
  return {
    all: [http, https],
    open: async () => {
      await http.listen({ host: options.address, port: options.httpPort });
      await https.listen({ host: options.address, port: options.httpsPort });
      return { http: urlOf('http', http), https: urlOf('https', https) };
    },
    close: async () => {
      for (const listener of [http, https]) {
        listener.server.closeIdleConnections();
        // Clients in the middle of a long Pull get a moment, not forever.
        const force = setTimeout(() => listener.server.closeAllConnections(), 1000);
        await listener.close();
        clearTimeout(force);
      }
    },
  };
}
