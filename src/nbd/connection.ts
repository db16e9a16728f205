import type { Socket } from 'node:net';
import { ByteQueue } from './byte-queue.ts';
import { answer, type Answering, isLast, type NbdRequest, piecesOf } from './commands.ts';
import type { NbdExport, NbdLimits } from './exports.ts';
import { Handshake, optionReply } from './handshake.ts';
import type { ReplyBuffers } from './reply-buffers.ts';
import { COMMAND, HANDSHAKE_FLAG, MAGIC, OPTION_HEADER_BYTES, REPLY, REQUEST_BYTES } from './protocol.ts';

/** Answers that wait for their client: more would leave the processor's caches before they are sent. */
const READY_BYTES = 512 * 1024;
/** Requests that came while others were answered; the rest stays with the kernel. */
const INPUT_BYTES = 64 * 1024;

/** Requests whose length is that of bytes in memory. */
const CARRIES: ReadonlySet<number> = new Set([COMMAND.read, COMMAND.write]);

const OFFERED = HANDSHAKE_FLAG.fixedNewstyle | HANDSHAKE_FLAG.noZeroes;

/** Why a connection was closed by us; null: the client said goodbye or went away. */
export type ConnectionEnd = string | null;

export interface ConnectionEvents {
  /** A disk could not be read or written. */
  readonly failed: (error: unknown) => void;
  readonly ended: (reason: ConnectionEnd) => void;
}

/**
 * One client. It may be hostile: what it sends is bounded before it is kept, what it asks for before it is read, and
 * whoever stops in the middle is closed after a time.
 */
export class NbdConnection {
  readonly #socket: Socket;
  readonly #exports: ReadonlyMap<string, NbdExport>;
  readonly #limits: NbdLimits;
  readonly #buffers: ReplyBuffers;
  readonly #events: ConnectionEvents;
  readonly #input = new ByteQueue();
  readonly #handshakeTimer: NodeJS.Timeout;
  #handshake: Handshake | null = null;
  /** Null: the handshake has not come to its end. */
  #answering: Answering | null = null;
  #options = 0;
  #requests = 0;
  /** Bytes that running reads will have to send. */
  #promised = 0;
  /** Input waits until answers are sent. */
  #blocked = false;
  #room: (() => void)[] = [];
  /** Nothing more comes from the client. */
  #ended = false;
  /** Nothing more is taken from the client. */
  #leaving = false;
  #reason: ConnectionEnd = null;
  #inputTimer: NodeJS.Timeout | null = null;

  constructor(
    socket: Socket,
    exports: ReadonlyMap<string, NbdExport>,
    limits: NbdLimits,
    buffers: ReplyBuffers,
    events: ConnectionEvents,
  ) {
    this.#socket = socket;
    this.#exports = exports;
    this.#limits = limits;
    this.#buffers = buffers;
    this.#events = events;
    this.#handshakeTimer = setTimeout(() => this.#fail('The handshake took too long'), limits.handshakeMs);
    socket.on('data', (bytes) => {
      if (this.#leaving) return;
      this.#input.push(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes));
      this.#advance();
    });
    // Counts from the last byte that the client took, or sent; while input is blocked it can only take.
    socket.setTimeout(limits.stallMs, () => {
      if (socket.writableLength > 0) this.#fail('The client does not take its answers');
    });
    // A broken connection is no matter of ours; 'close' follows.
    socket.on('error', () => undefined);
    // The other direction stays open until everything that was asked for is answered.
    socket.on('end', () => {
      this.#ended = true;
      this.#advance();
    });
    socket.on('close', () => this.#closed());
    const hello = Buffer.alloc(18);
    hello.writeBigUInt64BE(MAGIC.hello, 0);
    hello.writeBigUInt64BE(MAGIC.option, 8);
    hello.writeUInt16BE(OFFERED, 16);
    this.#send(hello);
  }

  close(): void {
    this.#socket.destroy();
  }

  #advance(): void {
    let moved = true;
    this.#blocked = false;
    while (moved && !this.#socket.destroyed && !this.#leaving) {
      if (this.#busy()) {
        // Only the client's fault when it is the client that does not go on.
        this.#inputTimer = clear(this.#inputTimer);
        this.#blocked = true;
        if (this.#input.length > INPUT_BYTES) this.#socket.pause();
        return;
      }
      moved = this.#answering !== null ? this.#request(this.#answering) : this.#option();
      if (moved) this.#inputTimer = clear(this.#inputTimer);
    }
    if (this.#ended && !this.#leaving) this.#leave();
    if (this.#socket.isPaused()) this.#socket.resume();
    if (this.#answering !== null && this.#input.length > 0 && !this.#leaving)
      this.#inputTimer ??= setTimeout(() => this.#fail('A request was not completed in time'), this.#limits.stallMs);
  }

  #busy(): boolean {
    const ready = this.#socket.writableLength;
    return (
      ready > READY_BYTES || this.#requests >= this.#limits.requests || this.#promised + ready > this.#limits.replyBytes
    );
  }

  /** False: the rest has not come yet. */
  #option(): boolean {
    if (this.#handshake === null) {
      const flags = this.#input.take(4)?.readUInt32BE(0);
      if (flags === undefined) return false;
      if ((flags & ~OFFERED) !== 0 || (flags & HANDSHAKE_FLAG.fixedNewstyle) === 0)
        return this.#fail('The client has flags that were not offered');
      const noZeroes = (flags & HANDSHAKE_FLAG.noZeroes) !== 0;
      this.#handshake = new Handshake(this.#exports, this.#limits, noZeroes);
      return true;
    }
    const head = this.#input.peek(OPTION_HEADER_BYTES);
    if (head === null) return false;
    if (head.readBigUInt64BE(0) !== MAGIC.option) return this.#fail('An option does not begin as it must');
    const option = head.readUInt32BE(8);
    const length = head.readUInt32BE(12);
    if (length > this.#limits.optionBytes) {
      this.#send(optionReply(option, REPLY.tooBig));
      return this.#fail('An option is too long');
    }
    const whole = this.#input.take(OPTION_HEADER_BYTES + length);
    if (whole === null) return false;
    if (++this.#options > this.#limits.options) return this.#fail('There are too many options');
    const step = this.#handshake.option(option, whole.subarray(OPTION_HEADER_BYTES));
    this.#socket.cork();
    for (const reply of step.send) this.#send(reply);
    this.#socket.uncork();
    if (step.kind === 'end') this.#leave();
    if (step.kind === 'transmission') {
      clearTimeout(this.#handshakeTimer);
      const { session } = step;
      this.#answering = { session, limits: this.#limits, buffers: this.#buffers, report: this.#events.failed };
    }
    return true;
  }

  #request(to: Answering): boolean {
    const head = this.#input.peek(REQUEST_BYTES);
    if (head === null) return false;
    if (head.readUInt32BE(0) !== MAGIC.request) return this.#fail('A request does not begin as it must');
    const type = head.readUInt16BE(6);
    const length = head.readUInt32BE(24);
    const carried = type === COMMAND.write ? length : 0;
    // A write that is too long cannot be refused without taking all of it.
    if ((type === COMMAND.write || type === COMMAND.read) && length > this.#limits.requestBytes)
      return this.#fail('A request is too long');
    const whole = this.#input.take(REQUEST_BYTES + carried);
    if (whole === null) return false;
    const request: NbdRequest = {
      flags: whole.readUInt16BE(4),
      type,
      cookie: whole.subarray(8, 16),
      offset: whole.readUInt32BE(16) * 2 ** 32 + whole.readUInt32BE(20),
      length,
      data: carried > 0 ? whole.subarray(REQUEST_BYTES) : null,
      more: false,
    };
    if (type === COMMAND.disconnect) this.#leave();
    else this.#serve(to, request);
    return true;
  }

  #serve(to: Answering, request: NbdRequest): void {
    const pieces = piecesOf(to.session, request);
    const reply = pieces.length > 1 ? null : answer(to, request);
    if (Buffer.isBuffer(reply)) this.#send(reply);
    else void this.#serveLater(request, reply === null ? this.#sendPieces(to, pieces) : reply);
  }

  /** `reply`: the last of it. Never rejects, as what it waits for. */
  async #serveLater(request: NbdRequest, reply: Promise<Buffer | null>): Promise<void> {
    const promised = CARRIES.has(request.type) ? request.length : 0;
    this.#requests++;
    this.#promised += promised;
    const last = await reply;
    this.#requests--;
    this.#promised -= promised;
    if (last !== null) this.#send(last);
    if (this.#leaving) this.#leave();
    else if (this.#blocked) this.#advance();
  }

  /** Sends all but the last, each when there is room for it; null: the client has gone. */
  async #sendPieces(to: Answering, pieces: readonly NbdRequest[]): Promise<Buffer | null> {
    for (const piece of pieces) {
      while (this.#socket.writableLength > READY_BYTES && !this.#socket.destroyed)
        await new Promise<void>((resolve) => this.#room.push(resolve));
      if (this.#socket.destroyed) return null;
      const found = answer(to, piece);
      const reply = found instanceof Promise ? await found : found;
      if (isLast(reply)) return reply;
      this.#send(reply);
    }
    return null;
  }

  /** Answers what was asked before, then ends. */
  #leave(): void {
    this.#leaving = true;
    if (this.#requests === 0) this.#socket.end();
  }

  #send(bytes: Buffer): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    this.#socket.write(bytes, (error) => {
      if (error === null || error === undefined) this.#sent(bytes);
    });
  }

  #sent(bytes: Buffer): void {
    this.#buffers.give(bytes);
    if (this.#socket.writableLength > READY_BYTES) return;
    // Long answers before new requests.
    for (const resume of this.#room.splice(0)) resume();
    if (this.#blocked) this.#advance();
  }

  #fail(reason: string): false {
    this.#reason ??= reason;
    this.#leaving = true;
    this.#socket.destroySoon();
    // destroySoon waits for the client to take what was sent, and it may not.
    if (this.#socket.writableLength > 0) setTimeout(() => this.#socket.destroy(), 1000).unref();
    return false;
  }

  #closed(): void {
    clearTimeout(this.#handshakeTimer);
    this.#inputTimer = clear(this.#inputTimer);
    for (const resume of this.#room.splice(0)) resume();
    this.#events.ended(this.#reason);
  }
}

const clear = (timer: NodeJS.Timeout | null): null => {
  if (timer !== null) clearTimeout(timer);
  return null;
};
