import { CHECKSUM_BYTES, type KerberosKey, USAGE } from './encryption.ts';

const HEADER = 16;
const WRAP = 0x0504;
const FLAG = { sentByAcceptor: 0x01, sealed: 0x02 } as const;
/** How far the end of the token is turned to its start: copy of the header and checksum (WinRM, wire-auth §6). */
const ROTATION = HEADER + CHECKSUM_BYTES;
/** Header, what was turned there, and the confounder: what stands before the encrypted message. */
const SIGNATURE = HEADER + ROTATION + HEADER;

/** Messages under the key of a log-in, from the acceptor's side (RFC 4121 §4.2); in order, each number once. */
export class KerberosSession {
  readonly sealing: boolean;
  readonly #key: KerberosKey;
  #receive: number;
  #send: number;

  constructor(key: KerberosKey, sealing: boolean, numbers: { readonly receive: number; readonly send: number }) {
    this.#key = key;
    this.sealing = sealing;
    this.#receive = numbers.receive;
    this.#send = numbers.send;
  }

  /** Split where WinRM's framing wants it: the signature, then exactly as many bytes as the message has. */
  seal(message: Uint8Array): { readonly signature: Buffer; readonly sealed: Buffer } {
    const header = writeHeader(this.#send++);
    const cipher = this.#key.encrypt(USAGE.acceptorSeal, Buffer.concat([message, header]));
    header.writeUInt16BE(ROTATION, 6);
    const token = Buffer.concat([header, rotateRight(cipher, ROTATION)]);
    return { signature: token.subarray(0, SIGNATURE), sealed: token.subarray(SIGNATURE) };
  }

  /** undefined: forged, or not the next message. */
  unseal({ signature, sealed }: { readonly signature: Buffer; readonly sealed: Buffer }): Buffer | undefined {
    const token = Buffer.concat([signature, sealed]);
    if (token.length < HEADER + ROTATION || token.readUInt16BE(0) !== WRAP) return undefined;
    const header = Buffer.from(token.subarray(0, HEADER));
    if (header[2] !== FLAG.sealed || !this.#isNext(header)) return undefined;
    const cipher = rotateRight(token.subarray(HEADER), -header.readUInt16BE(6));
    const plain = this.#key.decrypt(USAGE.initiatorSeal, cipher);
    const extra = header.readUInt16BE(4);
    if (plain === undefined || plain.length < HEADER + extra) return undefined;
    // The encrypted copy of the header is of before the rotation.
    header.writeUInt16BE(0, 6);
    if (!plain.subarray(plain.length - HEADER).equals(header)) return undefined;
    this.#receive += 1;
    return plain.subarray(0, plain.length - HEADER - extra);
  }

  #isNext(header: Buffer): boolean {
    return header[3] === 0xff && header.readBigUInt64BE(8) === BigInt(this.#receive);
  }
}

const writeHeader = (sequence: number): Buffer => {
  const header = Buffer.alloc(HEADER);
  header.writeUInt16BE(WRAP);
  header[2] = FLAG.sentByAcceptor | FLAG.sealed;
  header[3] = 0xff;
  header.writeBigUInt64BE(BigInt(sequence), 8);
  return header;
};

/** The last `count` bytes come first; a negative count turns back. */
const rotateRight = (bytes: Buffer, count: number): Buffer => {
  if (bytes.length === 0) return bytes;
  const at = (((-count % bytes.length) + bytes.length) % bytes.length) | 0;
  return Buffer.concat([bytes.subarray(at), bytes.subarray(0, at)]);
};
