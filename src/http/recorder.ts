import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CharsetError, decodeText } from './charset.ts';
import type { Exchange, RecordExchange } from './exchange.ts';
import { redact } from './redact.ts';

/** A recorded exchange as it lies in a file. */
export interface RecordedExchange {
  readonly url: string;
  readonly requestContentType: string | null;
  readonly request: string;
  readonly status: number;
  readonly responseContentType: string | null;
  readonly response: string;
}

/** Read as the front ends read it, or a password in UTF-16 would not be known for one. */
const text = (body: Buffer, contentType: string | null): string => {
  try {
    return decodeText(body, contentType ?? undefined).text;
  } catch (error) {
    if (error instanceof CharsetError) return `(${body.length} bytes: ${error.message})`;
    throw error;
  }
};

export const toRecord = ({ request, response }: Exchange): RecordedExchange => ({
  url: request.url,
  requestContentType: request.contentType,
  request: redact(text(request.body, request.contentType)),
  status: response.status,
  responseContentType: response.contentType,
  response: redact(text(response.body, response.contentType)),
});

/** Last word of the Action, or name of the CIM-XML method: for the file's name. */
const label = (message: string): string =>
  /<I?METHODCALL\s[^>]*?\bNAME\s*=\s*["'](\w{1,60})["']/.exec(message)?.[1] ??
  /Action[^>]*>[^<]*?(\w{1,60})\s*</.exec(message)?.[1] ??
  'exchange';

/**
 * Writes every exchange into `directory` as `0001-Enumerate.json`, readable by the owner only. What cannot be written is told
 * to `onFailure`: the operation was carried out, and its client gets its answer.
 */
export function recordTo(directory: string, onFailure: (error: unknown) => void): RecordExchange {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  let count = 0;
  return (exchange) => {
    const record = toRecord(exchange);
    const name = `${String(++count).padStart(4, '0')}-${label(record.request)}.json`;
    try {
      writeFileSync(join(directory, name), `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
    } catch (error) {
      onFailure(error);
    }
  };
}
