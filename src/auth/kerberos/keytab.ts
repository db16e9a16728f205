import { ETYPE, KerberosKey } from './encryption.ts';

/** A key of a service, as `ktadd` writes it. */
export interface KeytabEntry {
  /** `HTTP/host.example.org@EXAMPLE.ORG`. */
  readonly principal: string;
  readonly version: number;
  readonly key: KerberosKey;
}

/** Bytes that are no keytab, with the offset. */
export class KeytabError extends Error {
  constructor(reason: string, offset: number) {
    super(`The keytab cannot be read: ${reason} at byte ${offset}.`);
    this.name = 'KeytabError';
  }
}

const VERSION = 0x0502;
const OURS: ReadonlySet<number> = new Set(Object.values(ETYPE));

/**
 * Entries with AES keys; those of older encryption types are passed over.
 * @throws KeytabError
 */
export function readKeytab(bytes: Buffer): readonly KeytabEntry[] {
  if (bytes.length < 2 || bytes.readUInt16BE(0) !== VERSION) throw new KeytabError('it does not begin with 05 02', 0);
  const entries: KeytabEntry[] = [];
  let at = 2;
  while (at + 4 <= bytes.length) {
    const size = bytes.readInt32BE(at);
    if (size === 0) break;
    const end = at + 4 + Math.abs(size);
    if (end > bytes.length) throw new KeytabError('an entry is cut off', at);
    // A negative size is the place of an entry that was removed.
    const entry = size < 0 ? null : readEntry(new Fields(bytes.subarray(at + 4, end), at + 4));
    if (entry !== null) entries.push(entry);
    at = end;
  }
  return entries;
}

function readEntry(fields: Fields): KeytabEntry | null {
  const components = fields.uint16();
  const realm = fields.counted().toString('utf8');
  const names = Array.from({ length: components }, () => fields.counted().toString('utf8'));
  fields.uint32();
  fields.uint32();
  const shortVersion = fields.uint8();
  const etype = fields.uint16();
  const secret = fields.counted();
  const longVersion = fields.left >= 4 ? fields.uint32() : 0;
  if (!OURS.has(etype)) return null;
  try {
    const key = new KerberosKey(etype, secret);
    return { principal: `${names.join('/')}@${realm}`, version: longVersion === 0 ? shortVersion : longVersion, key };
  } catch {
    throw new KeytabError('a key does not have the length of its type', fields.offset);
  }
}

/** Reads one after the other, within its bytes. */
class Fields {
  readonly #bytes: Buffer;
  readonly #start: number;
  #at = 0;

  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes;
    this.#start = start;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  get offset(): number {
    return this.#start + this.#at;
  }

  uint8(): number {
    return this.#take(1).readUInt8(0);
  }

  uint16(): number {
    return this.#take(2).readUInt16BE(0);
  }

  uint32(): number {
    return this.#take(4).readUInt32BE(0);
  }

  counted(): Buffer {
    return this.#take(this.uint16());
  }

  #take(count: number): Buffer {
    if (count > this.left) throw new KeytabError('a field is cut off', this.offset);
    return this.#bytes.subarray(this.#at, (this.#at += count));
  }
}
