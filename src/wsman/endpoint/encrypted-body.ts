import { mediaType } from '../../http/charset.ts';
import type { Protection, SealedPart } from '../../http/authentication.ts';

/** An encrypted body as it lies on the wire. */
export interface EncryptedBody {
  /** Content type of the message inside, of the first part. */
  readonly contentType: string;
  readonly parts: readonly SealedPart[];
}

const BOUNDARY = 'Encrypted Boundary';
const DATA_TYPE = 'application/octet-stream';
const ENCRYPTED_TYPES: ReadonlySet<string> = new Set(['multipart/encrypted', 'multipart/x-multi-encrypted']);

export const isEncryptedType = (contentType: string | undefined): boolean =>
  ENCRYPTED_TYPES.has(mediaType(contentType));

const parameter = (contentType: string, name: string): string | undefined => {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^;\\s]*))`, 'i').exec(contentType);
  return found === null ? undefined : (found[1] ?? found[2]);
};

/** Longest line of the headers between the boundaries. */
const MAX_LINE = 512;
const MAX_HEADERS = 8;
/** Signatures have 16 bytes with NTLM and 60 with Kerberos and AES; whoever opens the message judges it. */
const MAX_SIGNATURE = 256;

class Malformed extends Error {}

/** Reads forward only: the boundary is never searched for in encrypted bytes, which may hold it. */
class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** The next line without its end, CR LF or LF. */
  line(): string {
    const end = this.#bytes.subarray(this.#at, this.#at + MAX_LINE).indexOf(0x0a);
    if (end < 0) throw new Malformed();
    const text = this.#bytes.toString('latin1', this.#at, this.#at + end);
    this.#at += end + 1;
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }

  take(count: number): Buffer {
    if (count > this.#bytes.length - this.#at) throw new Malformed();
    return this.#bytes.subarray(this.#at, (this.#at += count));
  }

  length(): number {
    return this.take(4).readUInt32LE(0);
  }

  /** Consume `text` if it comes next. */
  skip(text: string): boolean {
    if (this.#bytes.toString('latin1', this.#at, this.#at + text.length) !== text) return false;
    this.#at += text.length;
    return true;
  }
}

/**
 * Take `multipart/encrypted` apart: pairs of a part that describes and a part that holds the bytes (wire-auth §7).
 * Tabs before headers, a blank after the dashes (as Exchange has it) and the last dashes are the client's choice.
 * undefined: not this format, or of another protocol.
 */
export function readEncryptedBody(
  body: Buffer,
  contentType: string | undefined,
  protocol: string,
): EncryptedBody | undefined {
  const named = parameter(contentType ?? '', 'protocol');
  if (named !== undefined && named.toLowerCase() !== protocol.toLowerCase()) return undefined;
  const boundary = parameter(contentType ?? '', 'boundary') ?? BOUNDARY;
  try {
    return readParts(new Cursor(body), boundary, protocol.toLowerCase());
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

function readParts(cursor: Cursor, boundary: string, protocol: string): EncryptedBody {
  const parts: SealedPart[] = [];
  let first: string | undefined;
  if (!isDelimiter(cursor.line(), boundary)) throw new Malformed();
  for (;;) {
    const original = readDescription(cursor, boundary, protocol);
    first ??= original.contentType;
    const length = cursor.length();
    if (length > MAX_SIGNATURE) throw new Malformed();
    const signature = cursor.take(length);
    parts.push({ signature, sealed: cursor.take(original.length) });
    if (closes(cursor, boundary)) return { contentType: first, parts };
  }
}

const isDelimiter = (line: string, boundary: string): boolean =>
  line.trimEnd() === `--${boundary}` || line.trimEnd() === `-- ${boundary}`;

/** Headers up to the first byte of the data. */
function readDescription(
  cursor: Cursor,
  boundary: string,
  protocol: string,
): { readonly contentType: string; readonly length: number } {
  const description = readHeaders(cursor, (line) => isDelimiter(line, boundary));
  if (description.get('content-type')?.toLowerCase() !== protocol) throw new Malformed();
  const data = cursor.line();
  if (!new RegExp(`^[\\t ]*content-type:\\s*${DATA_TYPE}\\s*$`, 'i').test(data)) throw new Malformed();
  const original = /^type=(.+?);\s*length=(\d{1,10})$/i.exec(description.get('originalcontent') ?? '');
  if (original?.[1] === undefined) throw new Malformed();
  return { contentType: original[1], length: Number(original[2]) };
}

function readHeaders(cursor: Cursor, isEnd: (line: string) => boolean): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let count = 0; count <= MAX_HEADERS; count++) {
    const line = cursor.line();
    if (isEnd(line)) return headers;
    if (line.trim() === '') continue;
    const found = /^[\t ]*([A-Za-z-]+)\s*:\s*(.*?)\s*$/.exec(line);
    const name = found?.[1]?.toLowerCase();
    if (name === undefined || headers.has(name)) throw new Malformed();
    headers.set(name, found?.[2] ?? '');
  }
  throw new Malformed();
}

/** What follows the data: the end, or the delimiter of a further pair. */
function closes(cursor: Cursor, boundary: string): boolean {
  if (!cursor.skip(`--${boundary}`) && !cursor.skip(`-- ${boundary}`)) throw new Malformed();
  const closed = cursor.skip('--');
  if (!cursor.skip('\r\n')) cursor.skip('\n');
  if (cursor.atEnd) return true;
  if (closed) throw new Malformed();
  return false;
}

export interface ProtectedMessage {
  readonly contentType: string;
  readonly body: Buffer;
}

/** A message in its encrypted form, byte for byte as Windows sends it; clients search for these bytes (wire-auth §7). */
export function writeEncryptedBody(message: ProtectedMessage, protection: Protection): ProtectedMessage {
  const { signature, sealed } = protection.seal(message.body);
  const head =
    `--${BOUNDARY}\r\n\tContent-Type: ${protection.protocol}\r\n` +
    `\tOriginalContent: type=${message.contentType};Length=${message.body.length}\r\n` +
    `--${BOUNDARY}\r\n\tContent-Type: ${DATA_TYPE}\r\n`;
  const length = Buffer.alloc(4);
  length.writeUInt32LE(signature.length);
  return {
    contentType: `multipart/encrypted;protocol="${protection.protocol}";boundary="${BOUNDARY}"`,
    body: Buffer.concat([Buffer.from(head, 'latin1'), length, signature, sealed, Buffer.from(`--${BOUNDARY}--\r\n`)]),
  };
}

/** The message inside an encrypted body; undefined when it is malformed, forged, or out of its turn. */
export function openEncryptedBody(
  body: Buffer,
  contentType: string | undefined,
  protection: Protection,
): ProtectedMessage | undefined {
  const read = readEncryptedBody(body, contentType, protection.protocol);
  if (read === undefined) return undefined;
  const plain: Buffer[] = [];
  for (const part of read.parts) {
    const opened = protection.unseal(part);
    if (opened === undefined) return undefined;
    plain.push(opened);
  }
  return { contentType: read.contentType, body: Buffer.concat(plain) };
}
