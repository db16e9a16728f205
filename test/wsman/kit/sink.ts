import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { child, type XmlElement } from '../../../src/xml/element.ts';
import { parseXml } from '../../../src/xml/parse.ts';

/** A message that an event sink received. */
export interface Delivered {
  readonly action: string;
  readonly header: XmlElement;
  readonly body: XmlElement | null;
}

export const ACK =
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><s:Header>' +
  '<a:Action>http://schemas.dmtf.org/wbem/wsman/1/wsman/Ack</a:Action></s:Header><s:Body/></s:Envelope>';

/** An HTTP server that collects events; `answer` says what it replies. */
export class EventSinkServer implements AsyncDisposable {
  readonly delivered: Delivered[] = [];
  readonly #server;
  readonly #waiting = new Set<() => void>();

  private constructor(answer: (response: ServerResponse, message: Delivered) => void) {
    this.#server = createServer((request, response) => void this.#receive(request, response, answer));
  }

  static async start(answer: (response: ServerResponse, message: Delivered) => void): Promise<EventSinkServer> {
    const sink = new EventSinkServer(answer);
    sink.#server.listen(0, '127.0.0.1');
    await once(sink.#server, 'listening');
    return sink;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/sink`;
  }

  async #receive(
    request: IncomingMessage,
    response: ServerResponse,
    answer: (response: ServerResponse, message: Delivered) => void,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const root = parseXml(Buffer.concat(chunks).toString('utf8'));
    const header = child(root, 'Header')!;
    const message = {
      action: child(header, 'Action')?.text ?? '',
      header,
      body: child(root, 'Body')?.children[0] ?? null,
    };
    this.delivered.push(message);
    answer(response, message);
    for (const wake of this.#waiting) wake();
  }

  /** Resolves when `count` messages arrived. */
  async received(count: number): Promise<readonly Delivered[]> {
    while (this.delivered.length < count) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
    return this.delivered;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
