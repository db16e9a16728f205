import { connect, type Socket } from 'node:net';
import { QmpError } from './errors.ts';
import { LineSplitter } from './line-splitter.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export interface JsonSocketHandlers {
  /** One JSON object from the peer. An exception closes the socket with it as the reason. */
  message(message: JsonObject): void;
  /** Called once; `error` is null for a plain end of file. */
  closed(error: QmpError | null): void;
}

export interface JsonSocketOptions {
  /** Bytes of one message from the peer; the largest true ones (query-qmp-schema, a KVP blob) stay well below. */
  readonly messageLimit?: number;
  readonly connectTimeoutMs?: number;
  /** Bytes put before a message; the guest agent's 0xFF starts a message anew (agent protocol, guest-sync-delimited). */
  readonly skipLeading?: number;
}

/** More than this unsent means that the peer does not read. */
const UNSENT_LIMIT = 4 * 1024 * 1024;

/** JSON objects, one a line, over a unix stream socket. Everything the peer sends is taken as hostile. */
export class JsonSocket {
  readonly #socket: Socket;
  readonly #splitter: LineSplitter;
  readonly #skip: number | null;
  readonly #handlers: JsonSocketHandlers;
  #reason: QmpError | null = null;

  private constructor(socket: Socket, handlers: JsonSocketHandlers, options: JsonSocketOptions) {
    this.#socket = socket;
    this.#handlers = handlers;
    this.#splitter = new LineSplitter(options.messageLimit ?? 16 * 1024 * 1024);
    this.#skip = options.skipLeading ?? null;
    socket.on('data', (chunk: Uint8Array) => this.#receive(chunk));
    socket.on('error', (cause) => {
      this.#reason ??= new QmpError('closed', `the connection failed: ${cause.message}`, { cause });
    });
    socket.on('close', () => handlers.closed(this.#reason));
  }

  /** Rejects with QmpError `closed` (nobody listens) or `timeout`. */
  static connect(path: string, handlers: JsonSocketHandlers, options: JsonSocketOptions = {}): Promise<JsonSocket> {
    const { promise, resolve, reject } = Promise.withResolvers<JsonSocket>();
    const socket = connect({ path });
    const limit = options.connectTimeoutMs ?? 5000;
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new QmpError('timeout', `no connection within ${limit} ms`));
    }, limit);
    const refuse = (cause: Error): void => {
      clearTimeout(timer);
      reject(new QmpError('closed', `cannot connect: ${cause.message}`, { cause }));
    };
    socket.once('error', refuse);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', refuse);
      resolve(new JsonSocket(socket, handlers, options));
    });
    return promise;
  }

  /** Throws QmpError `closed` when the peer does not read or is gone. */
  send(message: object, prefix?: Uint8Array): void {
    if (this.#socket.destroyed) throw new QmpError('closed', 'the connection is closed');
    if (this.#socket.writableLength > UNSENT_LIMIT) throw new QmpError('closed', 'the peer does not read');
    if (prefix !== undefined) this.#socket.write(prefix);
    this.#socket.write(`${JSON.stringify(message)}\n`);
  }

  close(reason: QmpError | null = null): void {
    this.#reason ??= reason;
    this.#socket.destroy();
  }

  #receive(chunk: Uint8Array): void {
    try {
      const bytes = this.#skip === null ? chunk : chunk.filter((byte) => byte !== this.#skip);
      for (const line of this.#splitter.push(bytes)) {
        if (this.#socket.destroyed) return;
        this.#handlers.message(parseObject(line));
      }
    } catch (error) {
      this.close(error instanceof QmpError ? error : new QmpError('protocol', String(error), { cause: error }));
    }
  }
}

function parseObject(line: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new QmpError('protocol', 'a line that is not JSON', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new QmpError('protocol', 'a line that is not a JSON object');
  }
  return value as JsonObject;
}
