import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedExchange } from '../../src/http/recorder.ts';
import type { TestEndpoint } from './kit/endpoint.ts';

/** What one client says, in its order, and what this service answers over the host of test/wsman/kit/world.ts. */
export interface Conversation {
  readonly client: string;
  readonly exchanges: readonly RecordedExchange[];
}

export const DIRECTORY = join(import.meta.dirname, 'exchanges');

export const conversationFiles = (): readonly string[] =>
  readdirSync(DIRECTORY)
    .filter((file) => file.endsWith('.json'))
    .toSorted();

export const readConversation = (file: string): Conversation =>
  JSON.parse(readFileSync(join(DIRECTORY, file), 'utf8')) as Conversation;

/** The one thing that changes from run to run. */
const CONTEXT = /(?<="EnumerationContext" PARAMTYPE="string"><VALUE>)uuid:[^<]+/;

/** Plays a conversation; later requests name the enumeration that an earlier one opened. */
export class Player {
  readonly #endpoint: TestEndpoint;
  #context = '';

  constructor(endpoint: TestEndpoint) {
    this.#endpoint = endpoint;
  }

  async play(exchange: RecordedExchange): Promise<RecordedExchange> {
    const answer = await this.#endpoint.http(exchange.request.replaceAll('{{context}}', this.#context), {
      path: exchange.url,
      headers: { 'content-type': exchange.requestContentType ?? '' },
    });
    const text = answer.body.toString('utf8');
    this.#context = CONTEXT.exec(text)?.[0] ?? this.#context;
    return {
      ...exchange,
      status: answer.status,
      responseContentType: answer.headers['content-type'] ?? null,
      response: this.#context === '' ? text : text.replaceAll(this.#context, '{{context}}'),
    };
  }
}
