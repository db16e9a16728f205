import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { checkHost } from '../access/guard.ts';
import { Problem } from '../problems/problem.ts';
import type { RestService } from '../service.ts';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/**
 * Scripts and data from here only; pictures also from memory (thumbnails, pointers of guests). Styles may stand inline: the
 * terminal makes style elements, and nothing can be loaded by one. No text becomes a script: Trusted Types.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  vary: 'accept-encoding',
};

/** Names that the build gives its files: of one folder, with a hash in them. */
const ASSET = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.(js|css|svg)$/;

const NOT_BUILT = `<!doctype html><html lang="en"><title>vsms</title><p>The web console is not built on this host. Run script/console and load this page again.</p></html>`;

/** The console's files, without credentials: they hold nothing of this host (decisions K3). */
export const registerPages = (listener: FastifyInstance, service: RestService, directory: string): void => {
  const answer = async (request: FastifyRequest, reply: FastifyReply, name: string): Promise<FastifyReply> => {
    reply.headers(HEADERS);
    try {
      // Not where the page of another site may come from: a link to the console is a navigation across sites.
      checkHost(request.raw, service.hosts);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return reply.code(error.status).type('text/plain; charset=utf-8').send(error.message);
    }
    const page = name === 'index.html';
    const found = await read(directory, name, request.headers['accept-encoding'] ?? '');
    if (found === undefined)
      return page
        ? reply.code(503).type('text/html; charset=utf-8').send(NOT_BUILT)
        : reply.code(404).type('text/plain; charset=utf-8').send('There is no such file.');
    const tag = `"${createHash('sha256').update(found.bytes).digest('base64url').slice(0, 22)}"`;
    reply
      .header('cache-control', name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
      .header('etag', tag);
    if (request.headers['if-none-match'] === tag) return reply.code(304).send();
    if (found.encoding !== null) reply.header('content-encoding', found.encoding);
    return reply.type(TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream').send(found.bytes);
  };
  void listener.register(async (scope) => {
    scope.get('/', (request, reply) => answer(request, reply, 'index.html'));
    scope.get('/icon.svg', (request, reply) => answer(request, reply, 'icon.svg'));
    scope.get('/assets/:name', (request, reply) => {
      const { name } = request.params as { name: string };
      return answer(request, reply, ASSET.test(name) ? `assets/${name}` : 'none');
    });
  });
};

const read = async (
  directory: string,
  name: string,
  accepted: string,
): Promise<{ readonly bytes: Buffer; readonly encoding: string | null } | undefined> => {
  const offers = accepted.split(',').map((offer) => offer.trim().split(';')[0]);
  for (const [encoding, ending] of ENCODINGS) {
    if (!offers.includes(encoding)) continue;
    const bytes = await readFile(join(directory, name + ending)).catch(() => undefined);
    if (bytes !== undefined) return { bytes, encoding };
  }
  const bytes = await readFile(join(directory, name)).catch(() => undefined);
  return bytes === undefined ? undefined : { bytes, encoding: null };
};
