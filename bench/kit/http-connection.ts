import { connect, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';

interface Waiting {
  readonly resolve: (body: string) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One keep-alive HTTP/1.1 connection for one request at a time, with nothing but a socket under it: `node:http` would
 * cost the load generator a multiple of what it costs here. Understands replies with Content-Length only.
 */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #head: string;
  #waiting: Waiting | null = null;
  #chunks: Buffer[] = [];
  #size = 0;
  /** Bytes of the whole reply; 0 until its head is there. */
  #wanted = 0;
  #bodyAt = 0;

  constructor(url: URL, authorization: string) {
    this.#head =
      `POST ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nAuthorization: ${authorization}\r\n` +
      'Content-Type: application/soap+xml;charset=UTF-8\r\nContent-Length: ';
    this.#socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('The server closed the connection.')));
  }

  /** Body of the reply. Rejects with Error for every status but 200. */
  post(body: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(`${this.#head}${Buffer.byteLength(body)}${HEAD_END}${body}`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#wanted === 0) this.#readHead();
    if (this.#wanted === 0 || this.#size < this.#wanted) return;
    const reply = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    const waiting = this.#waiting;
    const body = reply.toString('utf8', this.#bodyAt);
    const status = reply.toString('latin1', 9, 12);
    this.#chunks = [];
    this.#size = this.#wanted = 0;
    this.#waiting = null;
    if (status === '200') waiting?.resolve(body);
    else waiting?.reject(new Error(`HTTP ${status}: ${body.slice(0, 2000)}`));
  }

  #readHead(): void {
    const received = Buffer.concat(this.#chunks);
    const end = received.indexOf(HEAD_END);
    if (end < 0) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(received.toString('latin1', 0, end))?.[1];
    if (length === undefined) return this.#fail(new Error('The reply has no Content-Length.'));
    this.#bodyAt = end + HEAD_END.length;
    this.#wanted = this.#bodyAt + Number(length);
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = null;
  }
}
