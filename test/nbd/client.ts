import { createConnection, type Socket } from 'node:net';
import { MAGIC, OPTION, REPLY } from '../../src/nbd/protocol.ts';

export interface OptionReply {
  readonly type: number;
  readonly data: Buffer;
}

export interface Chunk {
  readonly flags: number;
  readonly type: number;
  readonly cookie: bigint;
  readonly data: Buffer;
}

/** A client that does exactly what a test tells it, good or bad. */
export class NbdClient {
  readonly socket: Socket;
  #received: Buffer[] = [];
  #length = 0;
  #ended = false;
  #wake: (() => void) | null = null;

  private constructor(socket: Socket) {
    this.socket = socket;
    const wake = (): void => {
      this.#wake?.();
      this.#wake = null;
    };
    socket.on('data', (bytes: Buffer) => {
      this.#received.push(bytes);
      this.#length += bytes.length;
      wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#ended = true;
      wake();
    });
  }

  static async connect(path: string): Promise<NbdClient> {
    const socket = createConnection({ path });
    const client = new NbdClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  /** Greeted, with the usual flags. */
  static async greeted(path: string, flags = 3): Promise<NbdClient> {
    const client = await NbdClient.connect(path);
    await client.take(18);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(flags);
    client.send(bytes);
    return client;
  }

  send(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  /** Rejects when the server closes first. */
  async take(length: number): Promise<Buffer> {
    while (this.#length < length) {
      if (this.#ended) throw new Error(`The server closed the connection after ${this.#length} of ${length} bytes`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const all = this.#received.length === 1 ? (this.#received[0] as Buffer) : Buffer.concat(this.#received);
    this.#received = all.length > length ? [all.subarray(length)] : [];
    this.#length -= length;
    return all.subarray(0, length);
  }

  /** Until the server closes; what it sent before. */
  async closed(): Promise<Buffer> {
    while (!this.#ended)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    return Buffer.concat(this.#received);
  }

  sendOption(option: number, data: Buffer = Buffer.alloc(0), length = data.length): void {
    const head = Buffer.alloc(16);
    head.writeBigUInt64BE(MAGIC.option, 0);
    head.writeUInt32BE(option, 8);
    head.writeUInt32BE(length, 12);
    this.send(Buffer.concat([head, data]));
  }

  async optionReply(): Promise<OptionReply> {
    const head = await this.take(20);
    return { type: head.readUInt32BE(12), data: await this.take(head.readUInt32BE(16)) };
  }

  /** All replies to an option, to the acknowledgement or the error. */
  async option(option: number, data: Buffer = Buffer.alloc(0)): Promise<OptionReply[]> {
    this.sendOption(option, data);
    const replies: OptionReply[] = [];
    for (;;) {
      const reply = await this.optionReply();
      replies.push(reply);
      if (reply.type === REPLY.ack || reply.type >= 0x8000_0000) return replies;
    }
  }

  async go(name: string): Promise<OptionReply[]> {
    return this.option(OPTION.go, infoRequest(name));
  }

  request(
    type: number,
    offset: number | bigint,
    length: number,
    cookie = 1n,
    flags = 0,
    data: Buffer | null = null,
  ): void {
    const head = Buffer.alloc(28);
    head.writeUInt32BE(MAGIC.request, 0);
    head.writeUInt16BE(flags, 4);
    head.writeUInt16BE(type, 6);
    head.writeBigUInt64BE(cookie, 8);
    head.writeBigUInt64BE(BigInt(offset), 16);
    head.writeUInt32BE(length, 24);
    this.send(data === null ? head : Buffer.concat([head, data]));
  }

  async simpleReply(
    length: number,
  ): Promise<{ readonly error: number; readonly cookie: bigint; readonly data: Buffer }> {
    const head = await this.take(16);
    const error = head.readUInt32BE(4);
    return { error, cookie: head.readBigUInt64BE(8), data: error === 0 ? await this.take(length) : Buffer.alloc(0) };
  }

  async chunk(): Promise<Chunk> {
    const head = await this.take(20);
    return {
      flags: head.readUInt16BE(4),
      type: head.readUInt16BE(6),
      cookie: head.readBigUInt64BE(8),
      data: await this.take(head.readUInt32BE(16)),
    };
  }

  close(): void {
    this.socket.destroy();
  }
}

export const counted = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

export const infoRequest = (name: string, infos: readonly number[] = []): Buffer => {
  const wanted = Buffer.alloc(2 + infos.length * 2);
  wanted.writeUInt16BE(infos.length, 0);
  for (const [index, info] of infos.entries()) wanted.writeUInt16BE(info, 2 + index * 2);
  return Buffer.concat([counted(name), wanted]);
};

export const contextRequest = (name: string, ...queries: readonly string[]): Buffer => {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(queries.length);
  return Buffer.concat([counted(name), count, ...queries.map(counted)]);
};
