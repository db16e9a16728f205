import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Encryption types of RFC 3962: AES in CTS mode with HMAC-SHA1-96. */
export const ETYPE = { aes128: 17, aes256: 18 } as const;

const KEY_BYTES: Readonly<Record<number, number>> = { [ETYPE.aes128]: 16, [ETYPE.aes256]: 32 };

/** What a key is used for (RFC 4120 §7.5.1, RFC 4121 §2): nothing made for one use is valid for another. */
export const USAGE = {
  ticket: 2,
  authenticator: 11,
  apRep: 12,
  acceptorSeal: 22,
  initiatorSeal: 24,
} as const;

const BLOCK = 16;
export const CHECKSUM_BYTES = 12;
const ZERO_IV = Buffer.alloc(BLOCK);
/** Last octet of the constants for K-e and K-i (RFC 3961 §5.3). */
const PURPOSE = { encryption: 0xaa, integrity: 0x55 } as const;

const cbc = (bytes: number): string => `aes-${bytes * 8}-cbc`;
const ecb = (bytes: number): string => `aes-${bytes * 8}-ecb`;

/** Stretches or folds octets to `length` of them (RFC 3961 §5.1). */
export function nFold(input: Buffer, length: number): Buffer {
  const bits = input.length * 8;
  const total = leastCommonMultiple(input.length, length);
  const output = Buffer.alloc(length);
  let carry = 0;
  for (let i = total - 1; i >= 0; i -= 1) {
    // The most significant bit of this octet, in the input rotated right by 13 bits per repetition.
    const copy = Math.floor(i / input.length);
    const start = ((i % input.length) * 8 - 13 * copy) % bits;
    const at = (start + bits) % bits;
    const high = input[Math.floor(at / 8)] ?? 0;
    const low = input[(Math.floor(at / 8) + 1) % input.length] ?? 0;
    const octet = (((high << 8) | low) >> (8 - (at % 8))) & 0xff;
    carry += octet + (output[i % length] ?? 0);
    output[i % length] = carry & 0xff;
    carry >>= 8;
  }
  for (let i = length - 1; carry > 0; i = i === 0 ? length - 1 : i - 1) {
    carry += output[i] ?? 0;
    output[i] = carry & 0xff;
    carry >>= 8;
  }
  return output;
}

const leastCommonMultiple = (a: number, b: number): number => {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
};

/** A key with the keys that are derived from it, each made once. */
export class KerberosKey {
  readonly etype: number;
  readonly #key: Buffer;
  readonly #derived = new Map<number, Buffer>();

  /** @throws RangeError for an encryption type that is not ours, or a key of the wrong length */
  constructor(etype: number, key: Buffer) {
    if (KEY_BYTES[etype] !== key.length)
      throw new RangeError(`Encryption type ${etype} with a key of ${key.length} bytes.`);
    this.etype = etype;
    this.#key = Buffer.from(key);
  }

  /** Confounder, message and checksum, 28 bytes longer than the message. */
  encrypt(usage: number, message: Uint8Array): Buffer {
    const plain = Buffer.concat([randomBytes(BLOCK), message]);
    const sealed = encryptCts(this.#derive(usage, PURPOSE.encryption), plain);
    return Buffer.concat([sealed, this.#mac(usage, PURPOSE.integrity, plain)]);
  }

  /** undefined: not made with this key for this use, or changed. */
  decrypt(usage: number, sealed: Buffer): Buffer | undefined {
    if (sealed.length < BLOCK + CHECKSUM_BYTES) return undefined;
    const plain = decryptCts(
      this.#derive(usage, PURPOSE.encryption),
      sealed.subarray(0, sealed.length - CHECKSUM_BYTES),
    );
    const mac = this.#mac(usage, PURPOSE.integrity, plain);
    return timingSafeEqual(mac, sealed.subarray(sealed.length - CHECKSUM_BYTES)) ? plain.subarray(BLOCK) : undefined;
  }

  #mac(usage: number, purpose: number, message: Uint8Array): Buffer {
    return createHmac('sha1', this.#derive(usage, purpose)).update(message).digest().subarray(0, CHECKSUM_BYTES);
  }

  /** DK of RFC 3961 §5.1; the usage constant is never one block long, so it is folded. */
  #derive(usage: number, purpose: number): Buffer {
    const place = usage * 256 + purpose;
    let derived = this.#derived.get(place);
    if (derived === undefined) {
      const constant = Buffer.alloc(5);
      constant.writeUInt32BE(usage);
      constant[4] = purpose;
      const first = this.#block(nFold(constant, BLOCK));
      derived = this.#key.length === BLOCK ? first : Buffer.concat([first, this.#block(first)]);
      this.#derived.set(place, derived);
    }
    return derived;
  }

  #block(input: Buffer): Buffer {
    return createCipheriv(ecb(this.#key.length), this.#key, null).setAutoPadding(false).update(input);
  }
}

/** CBC with ciphertext stealing, the last two blocks always exchanged (RFC 3962 §5). At least one block. */
export function encryptCts(key: Buffer, plain: Buffer): Buffer {
  const whole = Math.ceil(plain.length / BLOCK) * BLOCK;
  const padded = Buffer.concat([plain, Buffer.alloc(whole - plain.length)]);
  const sealed = createCipheriv(cbc(key.length), key, ZERO_IV).setAutoPadding(false).update(padded);
  if (whole === BLOCK) return sealed;
  const last = sealed.subarray(whole - BLOCK);
  const beforeLast = sealed.subarray(whole - 2 * BLOCK, whole - BLOCK);
  const stolen = plain.length - (whole - BLOCK);
  return Buffer.concat([sealed.subarray(0, whole - 2 * BLOCK), last, beforeLast.subarray(0, stolen)]);
}

export function decryptCts(key: Buffer, sealed: Buffer): Buffer {
  const whole = Math.ceil(sealed.length / BLOCK) * BLOCK;
  const decipher = createDecipheriv(cbc(key.length), key, ZERO_IV).setAutoPadding(false);
  if (whole === BLOCK) return decipher.update(sealed);
  const stolen = sealed.length - (whole - BLOCK);
  const last = sealed.subarray(whole - 2 * BLOCK, whole - BLOCK);
  const tail = createDecipheriv(ecb(key.length), key, null).setAutoPadding(false).update(last).subarray(stolen);
  const beforeLast = Buffer.concat([sealed.subarray(whole - BLOCK), tail]);
  const plain = decipher.update(Buffer.concat([sealed.subarray(0, whole - 2 * BLOCK), beforeLast, last]));
  return plain.subarray(0, sealed.length);
}
