import type { IncomingHttpHeaders } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CimError } from '../../cim/errors.ts';
import type { Caller, OperationContext } from '../../cim/operations.ts';
import { withDeadline } from '../../http/deadline.ts';
import type { EndpointLog } from '../../http/log.ts';
import type { Call } from '../message/call.ts';
import { readMessage } from '../message/read-message.ts';
import { checkPreamble, checkTarget } from '../message/request-headers.ts';
import { failureOf } from '../message/status.ts';
import { errorElement, replyHead, replyTail } from '../message/write-message.ts';
import { run } from '../operations/dispatch.ts';
import type { Answer, CimxmlService } from '../operations/service.ts';

/** What the HTTP layer knows of a request. */
export interface CimxmlExchange {
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
  readonly caller: Caller;
  /** What log and audit trail call the request. */
  readonly requestId: string;
  /** Aborts when the client goes away. */
  readonly gone: AbortSignal;
}

export interface CimxmlReply {
  /** The message in pieces; the first is there at once, the rest as it is asked for. */
  readonly chunks: AsyncGenerator<string, void>;
  /** Text for PGErrorDetail; null: none. */
  readonly detail: string | null;
}

/** Characters of a piece of a reply. */
const CHUNK = 64 * 1024;

/**
 * A message to its answer; knows no HTTP beyond headers. Failures of operations are answers too.
 * @throws MessageRefusal for what is no message
 */
export async function answerMessage(
  service: CimxmlService,
  log: EndpointLog,
  exchange: CimxmlExchange,
): Promise<CimxmlReply> {
  checkPreamble(exchange.headers);
  const call = readMessage(exchange.body, exchange.headers['content-type']);
  checkTarget(exchange.headers, call);
  try {
    const answer = await answerCall(service, exchange, call);
    return { chunks: await begun(pieces(call, answer)), detail: answer.detail ?? null };
  } catch (error) {
    return { chunks: failed(service, log, call, error), detail: null };
  }
}

/** Take the first piece, so that what goes wrong before it is still an answer of its own. */
async function begun(chunks: AsyncGenerator<string, void>): Promise<AsyncGenerator<string, void>> {
  const first = await chunks.next();
  return (async function* () {
    if (first.done === true) return;
    yield first.value;
    yield* chunks;
  })();
}

async function* pieces(call: Call, { items, out }: Answer): AsyncGenerator<string, void> {
  let text = replyHead(call);
  if (items !== null) {
    text += '<IRETURNVALUE>';
    for await (const item of items) {
      text += item;
      if (text.length < CHUNK) continue;
      yield text;
      text = '';
      // Others get their turn, however fast the client reads.
      await nextTurn();
    }
    text += '</IRETURNVALUE>';
  }
  yield text + out + replyTail(call);
}

async function* failed(
  service: CimxmlService,
  log: EndpointLog,
  call: Call,
  error: unknown,
): AsyncGenerator<string, void> {
  const failure = failureOf(error);
  // Nothing of an unforeseen error reaches the client: texts of runtimes name files and lines.
  if (failure === undefined) log.error({ err: error, messageId: call.messageId }, 'request failed');
  const told = failure ?? { status: 1, description: 'The service failed; its log says why.' };
  const extended =
    error instanceof CimError && error.extended !== null ? service.instances.instance(error.extended) : '';
  yield replyHead(call) + errorElement(told, extended) + replyTail(call);
}

/** Run the operation until its time is over or its client is gone; its items are asked for after that, until the latter. */
function answerCall(service: CimxmlService, { caller, requestId, gone }: CimxmlExchange, call: Call): Promise<Answer> {
  const expired = (): CimError => new CimError('timedOut', 'The operation took too long. Ask again.');
  return withDeadline({ ms: service.limits.operationMs, gone, expired }, (signal) => {
    const context: OperationContext = {
      caller,
      requestId,
      protocol: 'cimxml',
      signal: AbortSignal.any([signal, gone]),
      maxOutputValues: service.limits.maxOutputValues,
    };
    return run(service, call, context);
  });
}
