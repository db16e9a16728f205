import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticate, Authenticated, Protection } from '../../http/authentication.ts';
import type { RecordExchange } from '../../http/exchange.ts';
import type { EndpointLog } from '../../http/log.ts';
import { isTls, logIn, refuse, refusePage } from '../../http/log-in.ts';
import { isSoapType } from '../envelope/charset.ts';
import { WsmanFault } from '../faults/fault.ts';
import type { WsmanService } from '../operations/service.ts';
import { isEncryptedType, openEncryptedBody, writeEncryptedBody } from './encrypted-body.ts';
import { answerSoap, type SoapAnswer } from './soap-endpoint.ts';

export interface RouteOptions {
  readonly service: WsmanService;
  readonly authenticate: Authenticate;
  readonly log: EndpointLog;
  readonly prefix: string;
  readonly record: RecordExchange | null;
}

const identifiesAnonymously = (request: FastifyRequest): boolean =>
  request.method === 'POST' &&
  request.headers.authorization === undefined &&
  request.headers['wsmanidentify']?.toString().trim().toLowerCase() === 'unauthenticated';

/** Routes of the service on one listener, in a scope of their own: no JSON, no shared error pages (spec §1). */
export function registerRoutes(listener: FastifyInstance, options: RouteOptions): void {
  void listener.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: options.service.limits.maxRequestBytes },
      (_request, body, done) => done(null, body),
    );
    scope.setErrorHandler((error: FastifyError, _request, reply) => sendError(options, error, reply));
    const bodyLimit = options.service.limits.maxRequestBytes;
    const paths = [options.prefix, `${options.prefix}/`];
    const identifyPaths = [`${options.prefix}-anon/identify`, `${options.prefix}-anon/identify/`];
    const onRequest = authenticated(options);
    const others = scope.supportedMethods.filter((method) => method !== 'POST');
    for (const url of [...paths, ...identifyPaths]) {
      scope.post(url, { bodyLimit, onRequest }, (request, reply) => serve(options, request, reply));
      scope.route({ method: others, url, onRequest, handler: refuseMethod });
    }
  });
}

/** Longest anonymous request. */
const IDENTIFY_BYTES = 64 * 1024;

function refuseMethod(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.code(405).header('allow', 'POST').header('content-length', '0').send();
}

const AUTHENTICATED = new WeakMap<FastifyRequest, Authenticated>();

/**
 * Before the body is read: who asks. Anonymous Identify is the only thing without a caller, whatever the path and the
 * verb (K3); its body must be short and say so.
 */
function authenticated(options: RouteOptions) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const refused = refusePage(request, reply);
    if (refused !== undefined) return refused;
    if (identifiesAnonymously(request)) {
      const length = Number(request.headers['content-length']);
      if (length <= IDENTIFY_BYTES) return undefined;
      return reply.code(413).header('content-length', '0').header('connection', 'close').send();
    }
    const result = await logIn(options.authenticate, request, reply);
    if (!result.ok) return refuse(request, reply, result);
    AUTHENTICATED.set(request, result);
    if (result.header !== undefined) reply.header('www-authenticate', result.header);
    return undefined;
  };
}

const refuseType = (reply: FastifyReply): FastifyReply => reply.code(415).header('content-length', '0').send();

async function serve(options: RouteOptions, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const contentType = request.headers['content-type'];
  const who = AUTHENTICATED.get(request) ?? null;
  if (who?.lives() === false) return refuse(request, reply, { ok: false, challenges: [] });
  // The last leg of Negotiate is a POST without a body; clients then send their request (spec §1).
  if (body.length === 0 && who !== null) return reply.code(200).header('content-length', '0').send();
  // Of the codings that Windows has, SLDC comes with pushed events only, which nobody sends here (wire-auth §7).
  if (!['', 'identity'].includes(request.headers['content-encoding'] ?? '')) return refuseType(reply);
  if (who?.protection !== undefined && isEncryptedType(contentType)) {
    return serveEncrypted(options, request, reply, { who, protection: who.protection, body, contentType });
  }
  if (!isSoapType(contentType)) return who === null ? refuseAnonymous(options, request, reply) : refuseType(reply);
  const refusal = who?.encryptionRequired === true ? new WsmanFault('accessDenied', UNENCRYPTED) : null;
  if (who !== null && refusal !== null)
    await options.service.turnedAway({
      caller: who.caller,
      protocol: 'wsman',
      what: 'a message in clear',
      reason: 'encryption required',
      requestId: request.id,
    });
  const answer = await answerMessage(options, request, reply, { who, body, contentType, refusal });
  return answer === null ? refuseAnonymous(options, request, reply) : send(reply, answer);
}

const UNENCRYPTED =
  'This service takes no unencrypted messages here. Let the client encrypt its messages, or use HTTPS.';

/** A body under the keys of the connection's log-in; so is its answer, faults too. */
async function serveEncrypted(
  options: RouteOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  message: {
    readonly who: Authenticated;
    readonly protection: Protection;
    readonly body: Buffer;
    readonly contentType: string | undefined;
  },
): Promise<FastifyReply> {
  const { who, protection } = message;
  const opened = openEncryptedBody(message.body, message.contentType, protection);
  // The streams of both ends no longer agree: nothing more can be said on this connection.
  if (opened === undefined) return reply.code(400).header('connection', 'close').header('content-length', '0').send();
  if (!isSoapType(opened.contentType)) return refuseType(reply);
  const answer = await answerMessage(options, request, reply, { who, ...opened, refusal: null });
  if (answer === null) return refuseAnonymous(options, request, reply);
  if (answer.body.length === 0) return send(reply, answer);
  return send(reply, { status: answer.status, ...writeEncryptedBody(answer, protection) });
}

/** Answer the bytes of a message in clear. null: whoever asks must say who it is. */
async function answerMessage(
  options: RouteOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  message: {
    readonly who: Authenticated | null;
    readonly body: Buffer;
    readonly contentType: string | undefined;
    readonly refusal: WsmanFault | null;
  },
): Promise<SoapAnswer | null> {
  const gone = new AbortController();
  const onClose = (): void => {
    if (!reply.raw.writableFinished) gone.abort();
  };
  reply.raw.once('close', onClose);
  const { who, body, contentType, refusal } = message;
  const answer = await answerSoap(options.service, options.log, {
    body,
    contentType,
    caller: who?.caller ?? 'anonymous',
    refusal,
    tls: isTls(request.raw.socket),
    requestId: request.id,
    endpointUrl: endpointUrl(options, request),
    gone: gone.signal,
  });
  reply.raw.removeListener('close', onClose);
  if (answer !== null) record(options, request, contentType, body, answer);
  return answer;
}

/** Something else than Identify came without credentials. */
async function refuseAnonymous(
  options: RouteOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const result = await logIn(options.authenticate, request, reply);
  return refuse(request, reply, result.ok ? { ok: false, challenges: [] } : result);
}

function send(reply: FastifyReply, answer: SoapAnswer): FastifyReply {
  reply.code(answer.status);
  if (answer.contentType !== '') reply.header('content-type', answer.contentType);
  return reply.send(answer.body);
}

function endpointUrl(options: RouteOptions, request: FastifyRequest): string {
  const scheme = isTls(request.raw.socket) ? 'https' : 'http';
  return `${scheme}://${request.headers.host ?? 'localhost'}${options.prefix}`;
}

function record(
  options: RouteOptions,
  request: FastifyRequest,
  contentType: string | undefined,
  body: Buffer,
  answer: SoapAnswer,
): void {
  options.record?.({
    request: { url: request.url, contentType: contentType ?? null, body },
    response: { status: answer.status, contentType: answer.contentType, body: answer.body },
  });
}

/** What HTTP itself refuses: no text, no stack (W-113). A body that is too long closes the connection (W-006). */
function sendError(options: RouteOptions, error: FastifyError, reply: FastifyReply): void {
  const status = error.statusCode ?? 500;
  if (status >= 500) options.log.error({ err: error }, 'request failed outside SOAP');
  void reply
    .code(status >= 400 && status <= 599 ? status : 500)
    .header('content-length', '0')
    .send();
}
