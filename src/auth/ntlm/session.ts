import { timingSafeEqual } from 'node:crypto';
import { has, NTLM } from './flags.ts';
import { type Direction, hmacMd5, sealKey, signKey } from './keys.ts';
import { Rc4 } from './rc4.ts';

/** A message that was encrypted, and its signature. */
export interface SealedMessage {
  readonly signature: Buffer;
  readonly sealed: Buffer;
}

export const SIGNATURE_BYTES = 16;

/** One direction: its keys, its stream, its counter. */
class Lane {
  readonly #signKey: Buffer;
  readonly #sealKey: Buffer;
  readonly #keyExchange: boolean;
  #stream: Rc4;
  #sequence = 0;

  constructor(sessionKey: Uint8Array, flags: number, direction: Direction) {
    this.#signKey = signKey(sessionKey, direction);
    this.#sealKey = sealKey(sessionKey, flags, direction);
    this.#keyExchange = has(flags, NTLM.keyExchange);
    this.#stream = new Rc4(this.#sealKey);
  }

  crypt(data: Uint8Array): Buffer {
    return this.#stream.apply(data);
  }

  /** Signature of the next message of this lane; the counter moves on. */
  sign(message: Uint8Array): Buffer {
    const sequence = Buffer.alloc(4);
    sequence.writeUInt32LE(this.#sequence);
    this.#sequence = (this.#sequence + 1) >>> 0;
    const checksum = hmacMd5(this.#signKey, sequence, message).subarray(0, 8);
    return Buffer.concat([VERSION, this.#keyExchange ? this.#stream.apply(checksum) : checksum, sequence]);
  }

  restartStream(): void {
    this.#stream = new Rc4(this.#sealKey);
  }
}

const VERSION = Buffer.from([1, 0, 0, 0]);

/**
 * Signing and sealing with extended session security (MS-NLMP 3.4): one running RC4 stream and one sequence number per
 * direction, so that messages must be taken in the order in which they were made. After a message that did not fit,
 * the streams are out of step: let the session go.
 */
export class NtlmSession {
  readonly #incoming: Lane;
  readonly #outgoing: Lane;
  /** Both sides agreed on sealing. */
  readonly sealing: boolean;

  /** `side`: on which end of the wire this session is. */
  constructor(sessionKey: Uint8Array, flags: number, side: Direction = 'server') {
    const [incoming, outgoing] = side === 'server' ? (['client', 'server'] as const) : (['server', 'client'] as const);
    this.#incoming = new Lane(sessionKey, flags, incoming);
    this.#outgoing = new Lane(sessionKey, flags, outgoing);
    this.sealing = has(flags, NTLM.seal);
  }

  seal(message: Uint8Array): SealedMessage {
    const sealed = this.#outgoing.crypt(message);
    return { sealed, signature: this.#outgoing.sign(message) };
  }

  /** The message; undefined when its signature or its place in the sequence is wrong. */
  unseal({ signature, sealed }: SealedMessage): Buffer | undefined {
    const message = this.#incoming.crypt(sealed);
    return this.verify(message, signature) ? message : undefined;
  }

  sign(message: Uint8Array): Buffer {
    return this.#outgoing.sign(message);
  }

  verify(message: Uint8Array, signature: Uint8Array): boolean {
    const expected = this.#incoming.sign(message);
    return signature.length === expected.length && timingSafeEqual(expected, signature);
  }

  /** After the mechListMIC exchange of SPNEGO the streams begin anew, the sequence numbers do not (wire-auth §4). */
  restartStreams(): void {
    this.#incoming.restartStream();
    this.#outgoing.restartStream();
  }
}
