/** A message of NTLM that breaks its format; what it says is for the log. */
export class NtlmFormatError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NtlmFormatError';
  }
}

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');

/** Longer than any real token; bounds the work on one. */
export const MAX_TOKEN_BYTES = 32 * 1024;

export const isNtlm = (token: Uint8Array): boolean => SIGNATURE.equals(token.subarray(0, 8));

export type MessageType = 1 | 2 | 3;

/** Type of an NTLM message; undefined when the bytes are none. */
export function messageType(token: Buffer): MessageType | undefined {
  if (!isNtlm(token) || token.length < 12) return undefined;
  const type = token.readUInt32LE(8);
  return type === 1 || type === 2 || type === 3 ? type : undefined;
}

/** @throws NtlmFormatError unless the token is of this type and has at least `least` bytes */
export function expectMessage(token: Buffer, type: MessageType, least: number): void {
  if (token.length > MAX_TOKEN_BYTES) throw new NtlmFormatError('The token is too long.');
  if (messageType(token) !== type) throw new NtlmFormatError(`This is no NTLM message of type ${type}.`);
  if (token.length < least) throw new NtlmFormatError('The message is cut off.');
}

/** The bytes that the length and offset at `at` name. @throws NtlmFormatError when they lie outside of the message */
export function readField(token: Buffer, at: number): Buffer {
  const length = token.readUInt16LE(at);
  if (length === 0) return Buffer.alloc(0);
  const offset = token.readUInt32LE(at + 4);
  if (offset + length > token.length) throw new NtlmFormatError('A field lies outside of the message.');
  return token.subarray(offset, offset + length);
}

/** Length, length, offset. */
export function writeField(head: Buffer, at: number, length: number, offset: number): void {
  head.writeUInt16LE(length, at);
  head.writeUInt16LE(length, at + 2);
  head.writeUInt32LE(offset, at + 4);
}

/** The first bytes of every message. */
export function writeHead(head: Buffer, type: MessageType): void {
  head.set(SIGNATURE);
  head.writeUInt32LE(type, 8);
}

/** Text of a field: UTF-16LE or one byte per character, as the message's own flags say (wire-auth §5.1). */
export function decodeText(bytes: Buffer, unicode: boolean): string {
  if (!unicode) return bytes.toString('latin1');
  if (bytes.length % 2 !== 0) throw new NtlmFormatError('A text has half a character.');
  return bytes.toString('utf16le');
}

export const encodeText = (text: string, unicode: boolean): Buffer =>
  unicode ? Buffer.from(text, 'utf16le') : Buffer.from(text, 'latin1');
