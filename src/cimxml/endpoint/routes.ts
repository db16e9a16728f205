import { Readable } from 'node:stream';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticate, Authenticated } from '../../http/authentication.ts';
import { mediaType } from '../../http/charset.ts';
import type { RecordExchange } from '../../http/exchange.ts';
import { logIn, refuse, refusePage } from '../../http/log-in.ts';
import type { EndpointLog } from '../../http/log.ts';
import { MessageRefusal } from '../message/refusal.ts';
import type { CimxmlService } from '../operations/service.ts';
import { answerMessage } from './answer.ts';

export interface RouteOptions {
  readonly service: CimxmlService;
  readonly authenticate: Authenticate;
  readonly log: EndpointLog;
  readonly record: RecordExchange | null;
}

const XML = 'application/xml; charset="utf-8"';
const XML_TYPES: ReadonlySet<string> = new Set(['', 'application/xml', 'text/xml']);
/** Schemes whose log-in takes several requests. */
const LEG = /^\s*(?:negotiate|kerberos|ntlm)\s/i;
/** A reply that nobody reads is given up after this; it holds one piece of itself (hardening, slow readers). */
const UNREAD_MS = 60_000;

/** One route for every path: clients use /cimom, /, and names of their own (wire-cimxml §1). */
export function registerRoutes(listener: FastifyInstance, options: RouteOptions): void {
  void listener.register(async (scope) => {
    const bodyLimit = options.service.limits.maxRequestBytes;
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body));
    scope.setErrorHandler((error: FastifyError, _request, reply) => sendError(options, error, reply));
    const onRequest = authenticated(options);
    const others = scope.supportedMethods.filter((method) => method !== 'POST' && method !== 'OPTIONS');
    for (const url of ['/', '/*']) {
      scope.post(url, { bodyLimit, onRequest }, (request, reply) => serve(options, request, reply));
      scope.options(url, { bodyLimit, onRequest }, (_request, reply) => tellCapabilities(reply));
      scope.route({ method: others, url, bodyLimit, onRequest, handler: refuseMethod });
    }
  });
}

const AUTHENTICATED = new WeakMap<FastifyRequest, Authenticated>();

/** Before the body is read: who asks. Nothing is anonymous (K3, X-001). */
function authenticated({ authenticate }: RouteOptions) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const refused = refusePage(request, reply);
    if (refused !== undefined) return refused;
    const result = await logIn(authenticate, request, reply);
    if (!result.ok) return refuse(request, reply, result);
    AUTHENTICATED.set(request, result);
    if (result.header !== undefined) reply.header('www-authenticate', result.header);
    return undefined;
  };
}

const empty = (reply: FastifyReply, status: number): FastifyReply =>
  reply.code(status).header('content-length', '0').send();

const refuseMethod = (_request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  empty(reply.header('allow', 'POST, OPTIONS'), 405);

const tellCapabilities = (reply: FastifyReply): FastifyReply =>
  empty(
    reply
      .header('cimprotocolversion', '1.0')
      .header(
        'cimsupportedfunctionalgroups',
        'basic-read, basic-write, instance-manipulation, association-traversal, query-execution, qualifier-declaration',
      ),
    200,
  );

async function serve(options: RouteOptions, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const who = AUTHENTICATED.get(request);
  if (who?.lives() !== true) return empty(reply, 401);
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  // The last leg of a log-in is a POST without a body.
  if (body.length === 0 && LEG.test(request.headers.authorization ?? '')) return empty(reply, 200);
  if (!['', 'identity'].includes(request.headers['content-encoding'] ?? '')) return empty(reply, 415);
  if (!XML_TYPES.has(mediaType(request.headers['content-type']))) return empty(reply, 415);
  // Only WinRM's protocol encrypts messages; here TLS does.
  if (who.encryptionRequired === true) {
    await options.service.turnedAway({
      caller: who.caller,
      protocol: 'cimxml',
      what: 'a message in clear',
      reason: 'encryption required',
      requestId: request.id,
    });
    return refuseMessage(reply, 403, 'Use HTTPS: messages are not taken in clear here.');
  }
  const started = performance.now();
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  try {
    const { chunks, detail } = await answerMessage(options.service, options.log, {
      body,
      headers: request.headers,
      caller: who.caller,
      requestId: request.id,
      gone: gone.signal,
    });
    reply.header('content-type', XML).header('cimoperation', 'MethodResponse');
    reply.header('wbemserverresponsetime', String(Math.round((performance.now() - started) * 1000)));
    if (detail !== null) reply.header('pgerrordetail', encodeURIComponent(detail.toWellFormed()));
    return await send(options, request, reply, body, chunks);
  } catch (error) {
    if (!(error instanceof MessageRefusal)) throw error;
    reply.header('cimerror', error.reason);
    const answer = refuseMessage(reply, error.status, error.message);
    record(options, request, body, error.status, []);
    return answer;
  }
}

const refuseMessage = (reply: FastifyReply, status: number, message: string): FastifyReply =>
  empty(reply.header('pgerrordetail', encodeURIComponent(message.toWellFormed())), status);

/** In one piece when it is small, else streamed as the client reads it. */
async function send(
  options: RouteOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  body: Buffer,
  chunks: AsyncGenerator<string, void>,
): Promise<FastifyReply> {
  const first = await chunks.next();
  const second = first.done === true ? first : await chunks.next();
  if (first.done === true || second.done === true) {
    const text = Buffer.from(first.value ?? '', 'utf8');
    record(options, request, body, 200, [text]);
    return reply.send(text);
  }
  reply.raw.setTimeout(UNREAD_MS, () => reply.raw.destroy());
  return reply.send(
    Readable.from(bytes(options, request, body, [first.value, second.value], chunks), { objectMode: false }),
  );
}

async function* bytes(
  options: RouteOptions,
  request: FastifyRequest,
  body: Buffer,
  begun: readonly string[],
  chunks: AsyncGenerator<string, void>,
): AsyncGenerator<Buffer> {
  const kept: Buffer[] = [];
  try {
    for await (const text of join(begun, chunks)) {
      const piece = Buffer.from(text, 'utf8');
      if (options.record !== null) kept.push(piece);
      yield piece;
    }
  } catch (error) {
    // The status is long sent: the connection breaks off, which no client takes for the end of the message.
    options.log.error({ err: error }, 'a reply broke off');
    throw error;
  }
  record(options, request, body, 200, kept);
}

async function* join(begun: readonly string[], chunks: AsyncGenerator<string, void>): AsyncGenerator<string, void> {
  yield* begun;
  yield* chunks;
}

function record(
  options: RouteOptions,
  request: FastifyRequest,
  body: Buffer,
  status: number,
  response: readonly Buffer[],
): void {
  options.record?.({
    request: { url: request.url, contentType: request.headers['content-type'] ?? null, body },
    response: { status, contentType: status === 200 ? XML : null, body: Buffer.concat(response) },
  });
}

/** What HTTP itself refuses: no text, no stack. A body that is too long closes the connection. */
function sendError(options: RouteOptions, error: FastifyError, reply: FastifyReply): void {
  const status = error.statusCode ?? 500;
  if (status >= 500) options.log.error({ err: error }, 'request failed outside CIM-XML');
  void empty(reply, status >= 400 && status <= 599 ? status : 500);
}
