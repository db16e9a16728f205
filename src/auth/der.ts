/** Bytes that are no DER, or not the DER expected. */
export class DerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DerError';
  }
}

export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  /** Tag, length and content as they stood in the input. */
  readonly whole: Buffer;
}

/** Tags that SPNEGO and Kerberos have (X.690; RFC 4178; RFC 4120). */
export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  generalizedTime: 0x18,
  generalString: 0x1b,
  sequence: 0x30,
  /** InitialContextToken of GSS-API (RFC 2743 §3.1). */
  application: 0x60,
} as const;

/** Tag of `[number]` EXPLICIT. */
export const context = (number: number): number => 0xa0 | number;

/** Tag of `[APPLICATION number]`. */
export const application = (number: number): number => 0x60 | number;

/**
 * The element at the start of `bytes` and what follows it. Lengths in their shortest form only, as DER has them: the
 * mechListMIC is over bytes, so there must be one way to read them.
 * @throws DerError
 */
export function readElement(bytes: Buffer): { readonly element: DerElement; readonly rest: Buffer } {
  const tag = bytes[0];
  const first = bytes[1];
  if (tag === undefined || first === undefined) throw new DerError('An element is cut off.');
  if ((tag & 0x1f) === 0x1f) throw new DerError('Tags of more than one byte are not used here.');
  let length = first;
  let start = 2;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 3 || bytes.length < 2 + count) throw new DerError('A length is not usable.');
    length = bytes.readUIntBE(2, count);
    start = 2 + count;
    if (length < 0x80 || length < 2 ** (8 * (count - 1))) throw new DerError('A length is not in its shortest form.');
  }
  const end = start + length;
  if (end > bytes.length) throw new DerError('An element is longer than what holds it.');
  return {
    element: { tag, content: bytes.subarray(start, end), whole: bytes.subarray(0, end) },
    rest: bytes.subarray(end),
  };
}

/** Exactly one element, of this tag. @throws DerError */
export function readOnly(bytes: Buffer, tag: number): DerElement {
  const { element, rest } = readElement(bytes);
  if (rest.length > 0) throw new DerError('Something follows the element.');
  if (element.tag !== tag) throw new DerError(`Tag ${element.tag} instead of ${tag}.`);
  return element;
}

/** All elements in `bytes`, at most `limit`. @throws DerError */
export function readElements(bytes: Buffer, limit: number): readonly DerElement[] {
  const elements: DerElement[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    if (elements.length >= limit) throw new DerError('There are too many elements.');
    const read = readElement(rest);
    elements.push(read.element);
    rest = read.rest;
  }
  return elements;
}

/** Contents of a SEQUENCE's `[n]` elements, in rising order of n, by n; at most `limit` of them. @throws DerError */
export function readFields(sequence: Buffer, limit = 8): ReadonlyMap<number, Buffer> {
  const fields = new Map<number, Buffer>();
  let last = -1;
  for (const { tag, content } of readElements(sequence, limit)) {
    if (tag <= last || (tag & 0xe0) !== 0xa0) throw new DerError('The fields are not in order.');
    last = tag;
    fields.set(tag & 0x1f, content);
  }
  return fields;
}

export function writeElement(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const count = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
  const head = Buffer.alloc(2 + count);
  head[0] = tag;
  head[1] = 0x80 | count;
  head.writeUIntBE(length, 2, count);
  return Buffer.concat([head, content]);
}
