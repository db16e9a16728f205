import type { Caller, OperationContext } from '../../cim/operations.ts';
import { type Charset, encodeText } from '../../http/charset.ts';
import { withDeadline } from '../../http/deadline.ts';
import type { EndpointLog } from '../../http/log.ts';
import { contentTypeOf } from '../envelope/charset.ts';
import { type Reply, writeEnvelope } from '../envelope/reply.ts';
import { readRequest, type SoapRequest } from '../envelope/request.ts';
import { messageIdOf, openEnvelope, type SoapEnvelope } from '../envelope/soap.ts';
import { WsmanFault } from '../faults/fault.ts';
import { faultReply } from '../faults/fault-body.ts';
import { handlerOf } from '../operations/dispatch.ts';
import { isHousekeeping } from '../operations/housekeeping.ts';
import { identifyEnvelope, isIdentify } from '../operations/identify.ts';
import type { WsmanService } from '../operations/service.ts';
import { NS } from '../envelope/namespaces.ts';

/** What the HTTP layer knows of a request. */
export interface SoapExchange {
  readonly body: Buffer;
  readonly contentType: string | undefined;
  readonly caller: Caller | 'anonymous';
  /** Why it is not served though its caller is known; null: it is served. */
  readonly refusal: WsmanFault | null;
  readonly tls: boolean;
  /** What log and audit trail call the request. */
  readonly requestId: string;
  readonly endpointUrl: string;
  /** Aborts when the client goes away. */
  readonly gone: AbortSignal;
}

export interface SoapAnswer {
  readonly status: 200 | 500;
  readonly contentType: string;
  readonly body: Buffer;
}

/**
 * Bytes of a request to bytes of its answer; knows no HTTP beyond status and content type. null: whoever asks must say
 * who it is, which covers all that an anonymous caller sends but Identify.
 */
export async function answerSoap(
  service: WsmanService,
  log: EndpointLog,
  exchange: SoapExchange,
): Promise<SoapAnswer | null> {
  let envelope: SoapEnvelope | null = null;
  let request: SoapRequest | null = null;
  try {
    envelope = openEnvelope(exchange.body, exchange.contentType);
    if (exchange.refusal !== null) throw exchange.refusal;
    if (isIdentify(envelope.body)) {
      const caller = exchange.caller === 'anonymous' ? 'anonymous' : { tls: exchange.tls };
      return answer(200, identifyEnvelope(service.identity, caller), envelope.charset);
    }
    if (exchange.caller === 'anonymous') return null;
    request = readRequest(envelope);
    if (isHousekeeping(request))
      return { status: 200, contentType: contentTypeOf(request.charset), body: Buffer.alloc(0) };
    const reply = await handle(service, exchange, exchange.caller, request);
    return replyAnswer(service, request, reply);
  } catch (error) {
    if (exchange.caller === 'anonymous') return null;
    return faultAnswer(service, log, envelope, request, error);
  }
}

const answer = (status: 200 | 500, text: string, charset: Charset): SoapAnswer => ({
  status,
  contentType: contentTypeOf(charset),
  body: encodeText(text, charset),
});

/** A reply never exceeds what the client takes, nor our own bound (spec §4, K4). */
function replyAnswer(service: WsmanService, request: SoapRequest, reply: Reply): SoapAnswer {
  const text = writeEnvelope(reply, request.messageId);
  const most = Math.min(request.maxEnvelopeSize ?? service.limits.maxReplyBytes, service.limits.maxReplyBytes);
  const whole = answer(200, text, request.charset);
  const { length } = whole.body;
  if (length > most)
    throw new WsmanFault(
      'envelopeExceeded',
      `The reply takes ${length} bytes, more than the ${most} allowed: raise MaxEnvelopeSize.`,
    );
  return whole;
}

/** Run the handler until the request's time is over or its client is gone. */
function handle(
  service: WsmanService,
  { endpointUrl, requestId, gone }: SoapExchange,
  caller: Caller,
  request: SoapRequest,
): Promise<Reply> {
  const { maxTimeoutMs } = service.limits;
  const timeoutMs = Math.min(request.operationTimeoutMs ?? maxTimeoutMs, maxTimeoutMs);
  // A Pull of events ends by itself at its timeout; the deadline is for what hangs.
  const deadline = { ms: timeoutMs + GRACE_MS, gone, expired: () => new WsmanFault('timedOut') };
  return withDeadline(deadline, (signal) => {
    const context: OperationContext = { caller, requestId, protocol: 'wsman', signal };
    return handlerOf(request)(service, { request, context, timeoutMs, endpointUrl });
  });
}

const GRACE_MS = 250;

function faultAnswer(
  service: WsmanService,
  log: EndpointLog,
  envelope: SoapEnvelope | null,
  request: SoapRequest | null,
  error: unknown,
): SoapAnswer {
  const messageId = envelope === null ? null : messageIdOf(envelope);
  const fault = error instanceof WsmanFault ? error : unexpected(log, messageId, error);
  const reply = faultReply(fault, {
    machine: service.broker.hostName,
    miClient: request?.miClient ?? (envelope !== null && looksLikeMiClient(envelope)),
    namespace: request?.resource?.family === 'wmi' ? request.resource.namespace : null,
  });
  return answer(500, writeEnvelope(reply, messageId), envelope?.charset ?? 'utf-8');
}

/** Nothing of an unforeseen error reaches the client: texts of runtimes name files and lines (W-113). */
function unexpected(log: EndpointLog, messageId: string | null, error: unknown): WsmanFault {
  log.error({ err: error, messageId }, 'request failed');
  return new WsmanFault('internalError');
}

const looksLikeMiClient = (envelope: SoapEnvelope): boolean =>
  envelope.header.some((h) => h.local === 'OperationID' && h.ns === NS.microsoft);
