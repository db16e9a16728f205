import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { QmpError } from '../../qmp/errors.ts';
import { JsonSocket, type JsonObject } from '../../qmp/json-socket.ts';
import { type ExchangeItem, MAXIMUM_POOL_BYTES, readPool } from './exchange-pool.ts';
import { readInterfaces, type ToldInterface } from './guest-interfaces.ts';

/** A guest may answer anything: replies beyond this are dropped with the connection (hardening 16). */
const REPLY_LIMIT = 256 * 1024;
const SENTINEL = 0xff;

const osInfoShape = z.object({
  'pretty-name': z.string().optional(),
  name: z.string().optional(),
  version: z.string().optional(),
  'version-id': z.string().optional(),
  'kernel-release': z.string().optional(),
  machine: z.string().optional(),
});
const hostNameShape = z.object({ 'host-name': z.string() });
const readShape = z.object({ 'buf-b64': z.string(), eof: z.boolean() });
/** In one answer, which is base64. */
const PIECE_BYTES = 64 * 1024;
/** The name of the guest's system, and what goes with it. */
export interface GuestSystem {
  readonly name: string;
  readonly version: string | null;
  readonly kernel: string | null;
  readonly architecture: string | null;
}

/**
 * The guest agent on its channel. The channel has no notion of a conversation: every call starts with
 * guest-sync-delimited, so that what an earlier one left unread is thrown away. One call at a time.
 */
export class GuestAgent {
  readonly #path: string;
  #socket: JsonSocket | null = null;
  #receive: ((message: JsonObject) => void) | null = null;
  #fail: ((error: QmpError) => void) | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** Rejects with QmpError `timeout` when no agent answers. */
  ping(limitMs: number): Promise<void> {
    return this.#call(limitMs, async () => {});
  }

  /** One request and its answer, whatever it is. Rejects with QmpError when no agent answers. */
  ask(request: object, limitMs: number): Promise<JsonObject> {
    return this.#call(limitMs, () => this.#exchange(request));
  }

  /** What the guest's system is; null when the agent does not tell. */
  operatingSystem(limitMs: number): Promise<GuestSystem | null> {
    return this.#call(limitMs, async () => {
      const answer = osInfoShape.safeParse((await this.#exchange({ execute: 'guest-get-osinfo' }))['return']);
      if (!answer.success) return null;
      const { name, version, machine, 'pretty-name': pretty, ...more } = answer.data;
      const called = said(pretty ?? [name, version].filter((part) => part !== undefined).join(' '));
      if (called === null) return null;
      return {
        name: called,
        version: said(more['version-id']),
        kernel: said(more['kernel-release']),
        architecture: said(machine),
      };
    });
  }

  /** Null when the agent does not tell. */
  hostName(limitMs: number): Promise<string | null> {
    return this.#call(limitMs, async () => {
      const answer = hostNameShape.safeParse((await this.#exchange({ execute: 'guest-get-host-name' }))['return']);
      return answer.success ? said(answer.data['host-name']) : null;
    });
  }

  /** Those with a hardware address that the guest has now; none when the agent does not tell. */
  interfaces(limitMs: number): Promise<readonly ToldInterface[]> {
    return this.#call(limitMs, async () =>
      readInterfaces((await this.#exchange({ execute: 'guest-network-get-interfaces' }))['return']),
    );
  }

  /** Milliseconds since 1970 by the guest's clock; null when the agent does not tell. */
  time(limitMs: number): Promise<number | null> {
    return this.#call(limitMs, async () => {
      const nanoseconds = (await this.#exchange({ execute: 'guest-get-time' }))['return'];
      const told = typeof nanoseconds === 'number' && Number.isFinite(nanoseconds);
      return told ? Math.round(nanoseconds / 1e6) : null;
    });
  }

  /** What programs in the guest tell the host in this file; none when it is not there, or the agent may not read it. */
  exchangeItems(path: string, limitMs: number): Promise<readonly ExchangeItem[]> {
    return this.#call(limitMs, async () => {
      const open = { execute: 'guest-file-open', arguments: { path, mode: 'rb' } };
      const handle = (await this.#exchange(open))['return'];
      if (typeof handle !== 'number') return [];
      try {
        return readPool(await this.#readFile(handle, MAXIMUM_POOL_BYTES));
      } finally {
        await this.#exchange({ execute: 'guest-file-close', arguments: { handle } });
      }
    });
  }

  async #readFile(handle: number, most: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let left = most; left > 0; ) {
      const count = Math.min(left, PIECE_BYTES);
      const answer = readShape.safeParse(
        (await this.#exchange({ execute: 'guest-file-read', arguments: { handle, count } }))['return'],
      );
      const piece = answer.success ? Buffer.from(answer.data['buf-b64'], 'base64').subarray(0, left) : Buffer.alloc(0);
      // An end that it does not tell is one too.
      if (piece.length === 0) break;
      pieces.push(piece);
      left -= piece.length;
      if (answer.data?.eof === true) break;
    }
    return Buffer.concat(pieces);
  }

  /** Asks the guest to go down. A guest that goes at once answers nothing, so none is waited for. */
  shutdown(mode: 'powerdown' | 'reboot', limitMs: number): Promise<void> {
    return this.#call(limitMs, async (socket) => socket.send({ execute: 'guest-shutdown', arguments: { mode } }));
  }

  /** Brings the file systems to rest. Rejects with QmpError when there is no agent or it refuses. */
  freeze(limitMs: number): Promise<void> {
    return this.#call(limitMs, async () => accepted(await this.#exchange({ execute: 'guest-fsfreeze-freeze' })));
  }

  /** Ends the rest; harmless when there is none. */
  thaw(limitMs: number): Promise<void> {
    return this.#call(limitMs, async () => accepted(await this.#exchange({ execute: 'guest-fsfreeze-thaw' })));
  }

  close(): void {
    this.#socket?.close();
    this.#socket = null;
  }

  #call<T>(limitMs: number, work: (socket: JsonSocket) => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => this.#limited(limitMs, work));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #limited<T>(limitMs: number, work: (socket: JsonSocket) => Promise<T>): Promise<T> {
    const timer = setTimeout(
      () => this.#socket?.close(new QmpError('timeout', 'the guest agent does not answer')),
      limitMs,
    );
    try {
      const socket = await this.#connect();
      await this.#synchronise(socket);
      return await work(socket);
    } finally {
      clearTimeout(timer);
    }
  }

  async #connect(): Promise<JsonSocket> {
    this.#socket ??= await JsonSocket.connect(
      this.#path,
      {
        message: (message) => this.#receive?.(message),
        closed: (error) => {
          this.#socket = null;
          this.#fail?.(error ?? new QmpError('closed', 'the channel of the guest agent closed'));
        },
      },
      { messageLimit: REPLY_LIMIT, skipLeading: SENTINEL, connectTimeoutMs: 2000 },
    );
    return this.#socket;
  }

  async #synchronise(socket: JsonSocket): Promise<void> {
    const id = randomInt(1, 2 ** 31);
    const answers = this.#answers();
    socket.send({ execute: 'guest-sync-delimited', arguments: { id } }, Uint8Array.of(SENTINEL));
    for (;;) {
      const message = await answers();
      if (message['return'] === id) return;
    }
  }

  #exchange(request: object): Promise<JsonObject> {
    const answers = this.#answers();
    if (this.#socket === null) return Promise.reject(new QmpError('closed', 'the channel of the guest agent closed'));
    this.#socket.send(request);
    return answers();
  }

  /** The messages from now on, one at a time. */
  #answers(): () => Promise<JsonObject> {
    const { promise: broken, reject } = Promise.withResolvers<never>();
    broken.catch(() => {});
    this.#fail = reject;
    const waiting: JsonObject[] = [];
    let wake: (() => void) | null = null;
    this.#receive = (message) => {
      // A guest that floods between two questions fills nothing.
      if (waiting.length < 64) waiting.push(message);
      wake?.();
    };
    return async () => {
      while (waiting.length === 0) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await Promise.race([promise, broken]);
      }
      return waiting.shift() ?? {};
    };
  }
}

function accepted(answer: JsonObject): void {
  if (typeof answer['return'] !== 'number') throw new QmpError('command', 'the guest agent refused');
}

const said = (text: string | undefined): string | null => (text === undefined ? null : printable(text) || null);

/** What a guest calls itself goes into answers to clients: printable, and short. */
function printable(text: string): string {
  return text
    .replaceAll(/[\p{C}]/gu, ' ')
    .trim()
    .slice(0, 256);
}
