import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { child } from '../../xml/element.ts';
import { parseXml } from '../../xml/parse.ts';
import { ACTION, NS } from '../envelope/namespaces.ts';

/** May events be sent to this URL, which at this moment stands for this address? */
export type AllowDelivery = (destination: { readonly url: URL; readonly address: string }) => boolean;

/** Nowhere: an operator lists the sinks (hardening test 17). */
export const ALLOW_NO_DELIVERY: AllowDelivery = () => false;

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/** Numeric address of a URL's host, refused unless every address it has is allowed. */
export async function allowedAddress(url: URL, allow: AllowDelivery): Promise<string | null> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  let addresses: readonly string[];
  try {
    addresses = isIP(host) !== 0 ? [host] : (await lookup(host, { all: true })).map((a) => a.address);
  } catch {
    return null;
  }
  return addresses.every((address) => allow({ url, address })) ? (addresses[0] ?? null) : null;
}

/**
 * POST an envelope to an event sink and return the SOAP action of its answer, '' for none.
 * The name is resolved once and the connection goes to exactly the address that was allowed, so that a name that
 * changes its address between check and use gains nothing; redirects are not followed.
 * @throws Error when it is not allowed, does not answer in time, or answers no 2xx
 */
export async function postEnvelope(
  url: URL,
  envelope: string,
  allow: AllowDelivery,
  signal: AbortSignal,
): Promise<string> {
  const address = await allowedAddress(url, allow);
  if (address === null) throw new Error(`Delivery to ${url.host} is not allowed.`);
  const body = Buffer.from(envelope, 'utf8');
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const family = isIP(address);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = send(
      url,
      {
        method: 'POST',
        agent: false,
        headers: { 'content-type': 'application/soap+xml;charset=UTF-8', 'content-length': body.length },
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        lookup: (_name, options, done) => {
          if (options.all === true) done(null, [{ address, family }]);
          else done(null, address, family);
        },
      },
      resolve,
    );
    request.on('error', reject);
    request.end(body);
  });
  const text = await readAnswer(answer);
  const status = answer.statusCode ?? 0;
  if (status < 200 || status > 299) throw new Error(`${url.host} answered ${status}.`);
  return actionOf(text);
}

async function readAnswer(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new Error('The answer of the event sink is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function actionOf(text: string): string {
  if (text.trim() === '') return '';
  const header = child(parseXml(text, { size: MAX_ANSWER_BYTES }), 'Header', NS.soap);
  return (header === undefined ? undefined : child(header, 'Action', NS.addressing))?.text.trim() ?? '';
}

export const isAck = (action: string): boolean => action === ACTION.ack;
