import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeText } from '../../src/http/charset.ts';
import type { RecordedExchange } from '../../src/http/recorder.ts';
import type { HttpAnswer, TestEndpoint } from '../wsman/kit/endpoint.ts';

/** The exchanges of one client, in the order in which it has them. */
export interface Conversation {
  /** Whose manner the requests have. */
  readonly client: string;
  readonly exchanges: readonly RecordedExchange[];
}

export const DIRECTORY = join(import.meta.dirname, 'exchanges');

export const conversationFiles = (): readonly string[] =>
  readdirSync(DIRECTORY)
    .filter((f) => f.endsWith('.json'))
    .toSorted();

export const readConversation = (file: string): Conversation =>
  JSON.parse(readFileSync(join(DIRECTORY, file), 'utf8')) as Conversation;

/** What changes from run to run has a name in the files instead. */
const VARIABLES = [
  { name: '{{message}}', pattern: /(?<=<a:MessageID>)[^<]*/ },
  { name: '{{context}}', pattern: /(?<=<n:EnumerationContext>)[^<]+/ },
  { name: '{{identifier}}', pattern: /(?<=<e:Identifier>)[^<]+/ },
] as const;

/** Plays a conversation against a service; keeps what later requests refer to. */
export class Player {
  readonly #endpoint: TestEndpoint;
  readonly #values = new Map<string, string>();

  constructor(endpoint: TestEndpoint) {
    this.#endpoint = endpoint;
  }

  /** The recorded request, answered now, in the form of a record. */
  async play(exchange: RecordedExchange): Promise<RecordedExchange> {
    let request = exchange.request;
    for (const [name, value] of this.#values) request = request.replaceAll(name, value);
    const utf16 = /utf-16/i.test(exchange.requestContentType ?? '');
    const answer = await this.#endpoint.http(encodeText(request, utf16 ? 'utf-16' : 'utf-8'), {
      path: exchange.url,
      headers: { 'content-type': exchange.requestContentType ?? '', host: 'hv01.example:5985' },
    });
    return {
      ...exchange,
      status: answer.status,
      responseContentType: answer.headers['content-type'] ?? null,
      response: this.#normalize(answer),
    };
  }

  #normalize(answer: HttpAnswer): string {
    const utf16 = answer.body[0] === 0xff && answer.body[1] === 0xfe;
    let text = utf16 ? answer.body.subarray(2).toString('utf16le') : answer.body.toString('utf8');
    for (const { name, pattern } of VARIABLES) {
      const value = pattern.exec(text)?.[0];
      if (value === undefined) continue;
      this.#values.set(name, value);
      text = text.replaceAll(value, name);
    }
    return text;
  }
}
