import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { OperationContext } from '../../cim/operations.ts';
import { refuse } from '../../http/log-in.ts';
import { checkCsrf, checkHost, checkOrigin } from '../access/guard.ts';
import { identify } from '../access/identify.ts';
import type { Identity } from '../access/identity.ts';
import { jobView } from '../jobs/view.ts';
import { Management, StillRunning } from '../management/management.ts';
import { Problem, problemBody, problemOf } from '../problems/problem.ts';
import type { Call, Reply, Route } from '../routes/route.ts';
import type { RestService } from '../service.ts';
import { contentOf } from './content.ts';
import { etagOf, etagOfJson, namesTag } from './etag.ts';
import { chosenFields } from './fields.ts';
import { check, readJson } from './input.ts';
import { prefersAsync, RESPOND_ASYNC, TO_THE_END, waitOf } from './prefer.ts';
import { isList, withFields } from './shape.ts';

/** What is told with every answer: it is data for scripts, in no frame, of no type but its own (hardening test 23). */
const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'private, no-cache',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

interface Known {
  readonly requestId: string;
  readonly identity: Identity | null;
}

const KNOWN = new WeakMap<FastifyRequest, Known>();

const anonymous: Identity = {
  caller: { name: '', role: 'viewer', address: '' },
  by: 'other',
  lives: () => true,
};

/** Before the body is read: which name was asked, for which page, and who asks. `open`: nobody need say who. */
export const admit =
  (service: RestService, open: boolean) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const requestId = request.id;
    KNOWN.set(request, { requestId, identity: null });
    reply.headers(HEADERS).header('x-request-id', requestId);
    try {
      checkHost(request.raw, service.hosts);
      checkOrigin(request.raw);
      if (open) return undefined;
      const answered = new Promise<void>((resolve) => reply.raw.once('close', () => resolve()));
      const found = await identify(service.accounts, request.raw, { requestId, answered });
      if (!found.ok) return refuseStranger(service, request, reply, found);
      KNOWN.set(request, { requestId, identity: found.identity });
      if (found.header !== undefined) reply.header('www-authenticate', found.header);
      if (found.encryptionRequired)
        throw new Problem('access-denied', 'Messages are not taken in clear here. Use HTTPS.');
      checkCsrf(request.raw, found.identity);
      return undefined;
    } catch (error) {
      const caller = KNOWN.get(request)?.identity?.caller;
      const what = `${request.method} ${request.routeOptions.url ?? ''}`;
      if (caller !== undefined && error instanceof Problem)
        await service.accounts.turnedAway({ caller, protocol: 'rest', what, reason: error.code, requestId });
      return sendProblem(service, request, reply, error);
    }
  };

/** 401 with its challenges; what Negotiate needs of the connection is http/log-in's affair. */
const refuseStranger = (
  service: RestService,
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: { readonly challenges: readonly string[]; readonly underWay?: boolean },
): FastifyReply => {
  if (refusal.underWay === true) return refuse(request, reply, { ok: false, ...refusal });
  if (refusal.challenges.length > 0) reply.raw.setHeader('www-authenticate', [...refusal.challenges]);
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > 1 << 20 || request.headers['transfer-encoding'] !== undefined) reply.header('connection', 'close');
  const stale = request.headers.authorization !== undefined || request.headers.cookie !== undefined;
  const message = stale ? 'The credentials do not fit, or they are over.' : 'This needs credentials.';
  return sendProblem(service, request, reply, new Problem('unauthenticated', message));
};

export const sendProblem = (
  service: RestService,
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
): FastifyReply => {
  const requestId = KNOWN.get(request)?.requestId ?? '';
  // Nothing of an unforeseen error reaches the client: texts of runtimes name files and lines.
  let problem = problemOf(error);
  if (problem === undefined) {
    service.log.error({ err: error, requestId }, 'request failed');
    problem = new Problem('internal', 'The service failed; its log says why.');
  }
  const { headers = {} } = problem.details;
  return reply
    .code(problem.status)
    .headers(headers)
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(problemBody(problem, requestId)));
};

/** Run a route and send what it answers. */
export const serve = async (
  service: RestService,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const known = KNOWN.get(request);
  const identity = known?.identity ?? null;
  const stranger = identity === null ? route.open !== true : !identity.lives();
  if (known === undefined || stranger)
    return sendProblem(service, request, reply, new Problem('unauthenticated', 'This needs credentials.'));
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  try {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const { fields, ...query } = request.query as Record<string, string>;
    const chosen = chosenFields(route, fields);
    const call = callOf(service, route, request, {
      identity: identity ?? anonymous,
      requestId: known.requestId,
      signal: gone.signal,
      query: route.resource === true ? query : (request.query as Record<string, string>),
      fields: chosen,
      body,
    });
    const work = async (): Promise<Reply> => {
      const wanted = call.headers['if-match'];
      const { revision } = route;
      if (wanted === undefined || route.verb === 'GET') return route.handle(call);
      if (revision === undefined)
        throw new Problem('invalid-request', 'This change compares nothing with If-Match. Ask for it without.');
      return service.turns.take(turnOf(call.params), async () => {
        checkTag(wanted, etagOf(await revision(call)));
        return route.handle(call);
      });
    };
    const key = request.headers['idempotency-key'];
    const answer =
      typeof key === 'string' && route.verb === 'POST' && identity !== null
        ? await service.replies.once(ownerOf(identity), checkKey(key), { route: request.url, body }, () =>
            settled(work),
          )
        : await settled(work);
    return send(route, request, reply, answer, chosen);
  } catch (error) {
    return sendProblem(service, request, reply, error);
  }
};

/** A token that may less than its account must not be given what the account was answered. */
const ownerOf = ({ caller, tokenId = '' }: Identity): string => `${caller.name}\n${caller.role}\n${tokenId}`;

const KEY = z.string().min(1).max(100);
const checkKey = (key: string): string => check(KEY, key, 'Idempotency-Key');

/** A job that is still running is an answer: 202. One that failed is told with its problem. */
const settled = async (work: () => Promise<Reply>): Promise<Reply> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StillRunning)) throw error;
    const job = jobView(error.job);
    return { status: 202, body: job, headers: { location: `/api/v1/jobs/${job.id}` } };
  }
};

const callOf = (
  service: RestService,
  route: Route,
  request: FastifyRequest,
  known: {
    readonly identity: Identity;
    readonly requestId: string;
    readonly signal: AbortSignal;
    readonly query: Readonly<Record<string, string>>;
    readonly fields: ReadonlySet<string> | null;
    readonly body: Buffer;
  },
): Call<unknown, unknown, unknown> => {
  const { identity, requestId, signal } = known;
  const whole = route.whole === true;
  const context: OperationContext = {
    caller: identity.caller,
    requestId,
    protocol: 'rest',
    signal: whole ? new AbortController().signal : signal,
  };
  const waitMs = whole ? TO_THE_END : waitOf(request.headers.prefer?.toString());
  return {
    params: route.params === undefined ? {} : params(route.params, request.params),
    query: check(route.query ?? NOTHING, known.query, 'The address'),
    fields: known.fields,
    body: route.stream === true ? undefined : bodyOf(route, request, known.body),
    identity,
    caller: identity.caller,
    context,
    management: new Management(service.broker, context, waitMs),
    waitMs,
    headers: request.headers as Readonly<Record<string, string | undefined>>,
    raw: request.raw,
    content: () => contentOf(request.raw, identity.lives),
    tls: 'encrypted' in request.raw.socket,
  };
};

const NOTHING = z.strictObject({});

/** What cannot be an id names nothing. */
const params = (schema: z.ZodType, given: unknown): unknown => {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new Problem('not-found', 'There is nothing of this id.');
};

const bodyOf = (route: Route, request: FastifyRequest, body: Buffer): unknown => {
  const given = readJson(request, body);
  if (route.body !== undefined) return check(route.body, given === undefined ? {} : given, 'The body');
  return given === undefined ? undefined : check(NOTHING, given, 'The body');
};

/** Changes that name a revision of one thing go one after the other, so that of two with the same revision one is refused. */
const turnOf = (params: unknown): string => String((params as { readonly id?: unknown }).id ?? '');

/** @throws Problem precondition-failed */
const checkTag = (wanted: string, tag: string): void => {
  if (!namesTag(wanted, tag))
    throw new Problem('precondition-failed', 'It is no longer as you have seen it.', { headers: { etag: tag } });
};

const send = (
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  { status, body, headers = {}, revision, content, hijack }: Reply,
  fields: ReadonlySet<string> | null,
): FastifyReply => {
  if (hijack !== undefined) {
    reply.hijack();
    for (const [name, value] of Object.entries({ ...HEADERS, 'x-request-id': KNOWN.get(request)?.requestId ?? '' }))
      reply.raw.setHeader(name, value);
    hijack(reply.raw);
    return reply;
  }
  reply.code(status).headers(headers);
  if (status === 202 && prefersAsync(request.headers.prefer?.toString()))
    reply.header('preference-applied', RESPOND_ASYNC);
  if (content !== undefined) return reply.header('content-type', content.type).send(content.data);
  if (body === undefined || body === null) return reply.send();
  // A job that was handed out in place of the resource is told whole: nobody could follow it otherwise.
  const chosen = status === 202 ? null : fields;
  const told = withFields(body, chosen);
  // Made to bytes once, for the tag and for the wire. A tag is that of the whole resource, whatever members are told, for it is what
  // If-Match compares; a list has no such changes, and only what is told of it is made to text.
  const json = Buffer.from(JSON.stringify(isList(body) ? told : body));
  if (route.resource === true && status === 200) {
    const tag = revision === undefined ? etagOfJson(json) : etagOf(revision);
    reply.header('etag', tag);
    const known = request.headers['if-none-match'];
    if (route.verb === 'GET' && known !== undefined && namesTag(known, tag)) return reply.code(304).send();
  }
  return reply
    .header('content-type', 'application/json')
    .send(chosen !== null && !isList(body) ? JSON.stringify(told) : json);
};
