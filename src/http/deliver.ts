import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { NameLookups } from './name-lookups.ts';

// As daemon/listeners/listeners: an `import` of node:http loads more than it names.
const http = process.getBuiltinModule('node:http');
const https = process.getBuiltinModule('node:https');

/** May events be sent to this URL, which at this moment stands for this address? */
export type AllowDelivery = (destination: { readonly url: URL; readonly address: string }) => boolean;

/** Nowhere: an operator lists the sinks (hardening test 17). */
export const ALLOW_NO_DELIVERY: AllowDelivery = () => false;

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 64 * 1024;

const LOOKUPS = new NameLookups();

/**
 * Numeric address of a URL's host, refused unless every address it has is allowed. Where none is, no resolver is asked: a name
 * that somebody chooses tells it things. @param signal ends the wait for the resolver, with null
 */
export async function allowedAddress(
  url: URL,
  allow: AllowDelivery,
  signal: AbortSignal = AbortSignal.timeout(TIMEOUT_MS),
  lookups = LOOKUPS,
): Promise<string | null> {
  if (allow === ALLOW_NO_DELIVERY) return null;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  let addresses: readonly string[];
  try {
    addresses = isIP(host) !== 0 ? [host] : await lookups.addressesOf(host, signal);
  } catch {
    return null;
  }
  return addresses.every((address) => allow({ url, address })) ? (addresses[0] ?? null) : null;
}

export interface Delivery {
  readonly url: URL;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
}

/**
 * POST an event to a sink and return the text of its answer.
 * The name is resolved once and the connection goes to exactly the address that was allowed, so that a name that
 * changes its address between check and use gains nothing; redirects are not followed.
 * @throws Error when it is not allowed, does not answer in time, or answers no 2xx
 */
export async function deliver(delivery: Delivery, allow: AllowDelivery, signal: AbortSignal): Promise<string> {
  const { url, headers } = delivery;
  const within = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const address = await allowedAddress(url, allow, within);
  within.throwIfAborted();
  if (address === null) throw new Error(`Delivery to ${url.host} is not allowed.`);
  const body = Buffer.from(delivery.body, 'utf8');
  const send = url.protocol === 'https:' ? https.request : http.request;
  const family = isIP(address);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = send(
      url,
      {
        method: 'POST',
        agent: false,
        headers: { ...headers, 'content-length': body.length },
        signal: within,
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
  return text;
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
