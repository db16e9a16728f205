/** How a client writes its messages; WS-Management's replies use the same (wire-wsman §1, charset echo). */
export type Charset = 'utf-8' | 'utf-16';

export interface DecodedText {
  readonly text: string;
  readonly charset: Charset;
}

/** Bytes that are no text in an encoding that is taken; the message is for the client. */
export class CharsetError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CharsetError';
  }
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** Media type in lower case without parameters; '' when there is no header. */
export const mediaType = (contentType: string | undefined): string =>
  (contentType ?? '').split(';', 1)[0]!.trim().toLowerCase();

const charsetParameter = (contentType: string | undefined): string | null => {
  const found = /;\s*charset\s*=\s*(?:"([^"]*)"|([^;\s]*))/i.exec(contentType ?? '');
  return found === null ? null : (found[1] ?? found[2] ?? '').trim().toLowerCase();
};

const byteOrderMark = (bytes: Uint8Array): Encoding | null => {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return null;
};

/** `<` or white space next to a zero byte: UTF-16 without a mark. */
const zeroPattern = (bytes: Uint8Array): Encoding | null => {
  if (bytes.length < 2) return null;
  if (bytes[0] !== 0 && bytes[1] === 0) return 'utf-16le';
  if (bytes[0] === 0 && bytes[1] !== 0) return 'utf-16be';
  return null;
};

const unsupported = (name: string): CharsetError =>
  new CharsetError(`The character set "${name.slice(0, 40)}" is not supported. Send UTF-8 or UTF-16.`);

/**
 * What the bytes are. They win over the label: a mark or a zero byte beside the first `<` cannot be anything else,
 * so no second parser can read the same bytes otherwise (hardening test 6).
 */
function detect(bytes: Uint8Array, contentType: string | undefined): Encoding {
  const label = charsetParameter(contentType);
  const seen = byteOrderMark(bytes) ?? zeroPattern(bytes);
  switch (label) {
    case null:
    case '':
    case 'utf-8':
    case 'utf8':
    case 'us-ascii':
      return seen ?? 'utf-8';
    case 'utf-16':
    case 'utf16':
    case 'unicode':
      return seen ?? 'utf-16le';
    case 'utf-16le':
    case 'utf-16be':
      return seen ?? label;
    default:
      throw unsupported(label);
  }
}

const DECODERS: Readonly<Record<Encoding, TextDecoder>> = {
  'utf-8': new TextDecoder('utf-8', { fatal: true }),
  'utf-16le': new TextDecoder('utf-16le', { fatal: true }),
  'utf-16be': new TextDecoder('utf-16be', { fatal: true }),
};

/** Where the bytes say UTF-8, a declared UTF-7 would let another parser read `+ADw-` as `<`. */
const DECLARABLE: ReadonlySet<string> = new Set(['us-ascii', 'utf-8', 'utf-16', 'utf-16le', 'utf-16be']);

const DECLARED = /^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/;

/**
 * Bytes of a request body to text.
 * @throws CharsetError for another encoding or bytes that are not valid in theirs.
 */
export function decodeText(bytes: Uint8Array, contentType: string | undefined): DecodedText {
  const encoding = detect(bytes, contentType);
  let text: string;
  try {
    text = DECODERS[encoding].decode(bytes);
  } catch {
    throw new CharsetError(`The request body is not valid ${encoding.toUpperCase()}.`);
  }
  const declared = DECLARED.exec(text)?.[1]?.toLowerCase();
  if (declared !== undefined && !DECLARABLE.has(declared)) throw unsupported(declared);
  return { text, charset: encoding === 'utf-8' ? 'utf-8' : 'utf-16' };
}

const BOM = '\uFEFF';

/** Text of a reply to bytes; UTF-16 is little-endian with a mark, as Windows sends it. */
export const encodeText = (text: string, charset: Charset): Buffer =>
  charset === 'utf-8' ? Buffer.from(text, 'utf8') : Buffer.from(BOM + text, 'utf16le');

/** Bytes that `text` takes on the wire, mark not counted. */
export const encodedLength = (text: string, charset: Charset): number =>
  charset === 'utf-8' ? Buffer.byteLength(text, 'utf8') : text.length * 2;
