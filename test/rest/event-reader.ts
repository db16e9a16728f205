import assert from 'node:assert/strict';
import type { Rest } from './kit.ts';

export interface Told {
  readonly id: string | null;
  readonly event: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- events have many shapes
  readonly data: any;
}

/** A reader of server-sent events. */
export class EventReader implements AsyncDisposable {
  readonly #abort = new AbortController();
  readonly #events: AsyncGenerator<Told>;
  readonly seen: Told[] = [];

  private constructor(body: ReadableStream<Uint8Array>) {
    this.#events = read(body);
  }

  static async open(
    rest: Rest,
    password: string,
    query = '',
    headers: Record<string, string> = {},
  ): Promise<EventReader> {
    const abort = new AbortController();
    const answer = await fetch(`${rest.base}/api/v1/events${query}`, {
      headers: { authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`, ...headers },
      signal: abort.signal,
    });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'text/event-stream');
    assert.ok(answer.body !== null);
    const reader = new EventReader(answer.body);
    reader.#abort.signal.addEventListener('abort', () => abort.abort());
    return reader;
  }

  /** The next event that fits; those before it are in `seen`. */
  async until(fits: (told: Told) => boolean): Promise<Told> {
    for (;;) {
      const { value, done } = await this.#events.next();
      assert.ok(done !== true, `the stream ended after ${JSON.stringify(this.seen.slice(-3))}`);
      this.seen.push(value);
      if (fits(value)) return value;
    }
  }

  /** True when the service ends the stream. */
  async ended(): Promise<boolean> {
    for await (const told of this.#events) this.seen.push(told);
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#events.return(undefined).catch(() => undefined);
  }
}

async function* read(body: ReadableStream<Uint8Array>): AsyncGenerator<Told> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = new Map(
        text
          .slice(0, end)
          .split('\n')
          .filter((line) => !line.startsWith(':'))
          .map((line): [string, string] => [
            line.slice(0, line.indexOf(':')),
            line.slice(line.indexOf(':') + 1).trim(),
          ]),
      );
      text = text.slice(end + 2);
      const event = fields.get('event');
      if (event !== undefined)
        yield { id: fields.get('id') ?? null, event, data: JSON.parse(fields.get('data') ?? '') };
    }
  }
}
