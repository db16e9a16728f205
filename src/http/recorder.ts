import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Exchange, RecordExchange } from './exchange.ts';

/** A recorded exchange as it lies in a file. */
export interface RecordedExchange {
  readonly url: string;
  readonly requestContentType: string | null;
  readonly request: string;
  readonly status: number;
  readonly responseContentType: string | null;
  readonly response: string;
}

const text = (body: Buffer): string =>
  body[0] === 0xff && body[1] === 0xfe ? body.subarray(2).toString('utf16le') : body.toString('utf8');

const SECRET_PARAMETERS =
  /(<(?:[\w.-]+:)?((?:\w*[Pp]assword|\w*[Ss]ecret|\w*[Cc]redential)\w*)(?:\s[^>]*)?>)[^<]*(<\/)/g;

/** The same in CIM-XML: the name is an attribute, the value an element of its own. */
const SECRET_VALUES =
  /(<(?:I?PARAMVALUE|PROPERTY)\s[^>]*?\bNAME\s*=\s*["'][^"']*(?:password|secret|credential)[^"']*["'][^>]*>\s*<VALUE>)(?:<!\[CDATA\[[\s\S]*?\]\]>|[^<]*)/gi;

/** Passwords among method parameters go; everything else of a message is what the exchange is kept for. */
export const redact = (message: string): string =>
  message.replace(SECRET_PARAMETERS, '$1***$3').replace(SECRET_VALUES, '$1***');

export const toRecord = ({ request, response }: Exchange): RecordedExchange => ({
  url: request.url,
  requestContentType: request.contentType,
  request: redact(text(request.body)),
  status: response.status,
  responseContentType: response.contentType,
  response: redact(text(response.body)),
});

/** Last word of the Action, or name of the CIM-XML method: for the file's name. */
const label = (message: string): string =>
  /<I?METHODCALL\s[^>]*?\bNAME\s*=\s*["'](\w{1,60})["']/.exec(message)?.[1] ??
  /Action[^>]*>[^<]*?(\w{1,60})\s*</.exec(message)?.[1] ??
  'exchange';

/** Writes every exchange into `directory` as `0001-Enumerate.json`, readable by the owner only. */
export function recordTo(directory: string): RecordExchange {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  let count = 0;
  return (exchange) => {
    const record = toRecord(exchange);
    const name = `${String(++count).padStart(4, '0')}-${label(record.request)}.json`;
    writeFileSync(join(directory, name), `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  };
}
