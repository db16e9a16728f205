import assert from 'node:assert/strict';
import type { Service } from '../kit/service.ts';
import { assertConforms } from './answers.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed when it is JSON. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever shape the answer has
  readonly body: any;
}

export interface Ask {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** `user:password`; null: none. */
  readonly as?: string | null;
}

/** Calls of REST as a program makes them; each answer must be what the document says. */
export class Rest {
  readonly base: string;
  readonly #credentials: string;

  constructor(service: Service, credentials = `admin:${service.password}`) {
    this.base = service.endpoints.http;
    this.#credentials = credentials;
  }

  async ask(path: string, { method = 'GET', body, headers = {}, as = this.#credentials }: Ask = {}): Promise<Answer> {
    const answer = await fetch(`${this.base}${path.startsWith('//') ? path.slice(1) : `/api/v1${path}`}`, {
      method,
      headers: {
        ...(as === null ? {} : { authorization: `Basic ${Buffer.from(as).toString('base64')}` }),
        ...(body === undefined || body instanceof Buffer ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: body instanceof Buffer ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = /json/.test(answer.headers.get('content-type') ?? '') && text !== '';
    const told = json ? JSON.parse(text) : null;
    assertConforms(method, path, answer.status, told);
    return { status: answer.status, headers: answer.headers, text, body: told };
  }

  /** As `ask`, and the status must be this one. */
  async expect(status: number, path: string, ask: Ask = {}): Promise<Answer> {
    const answer = await this.ask(path, ask);
    assert.equal(answer.status, status, `${ask.method ?? 'GET'} ${path}: ${answer.text}`);
    return answer;
  }

  post(status: number, path: string, body?: unknown): Promise<Answer> {
    return this.expect(status, path, { method: 'POST', ...(body === undefined ? {} : { body }) });
  }
}
