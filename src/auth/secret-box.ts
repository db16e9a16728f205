import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE = 12;
const TAG = 16;

/** Bytes of the key. */
export const SECRET_KEY_BYTES = 32;

/**
 * Keeps small secrets encrypted at rest under a key that lies elsewhere than they do, each bound to what it is for, so
 * that one user's secret cannot be put in another user's place.
 */
export class SecretBox {
  readonly #key: Buffer;

  /** @throws RangeError when the key has another length */
  constructor(key: Buffer) {
    if (key.length !== SECRET_KEY_BYTES) throw new RangeError(`The key must have ${SECRET_KEY_BYTES} bytes.`);
    this.#key = key;
  }

  /** base64 */
  seal(secret: Uint8Array, purpose: string): string {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce).setAAD(Buffer.from(purpose, 'utf8'));
    return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]).toString('base64');
  }

  /** undefined: made under another key, for another purpose, or damaged. */
  open(sealed: string, purpose: string): Buffer | undefined {
    const bytes = Buffer.from(sealed, 'base64');
    if (bytes.length < NONCE + TAG) return undefined;
    const decipher = createDecipheriv(ALGORITHM, this.#key, bytes.subarray(0, NONCE), { authTagLength: TAG });
    decipher.setAAD(Buffer.from(purpose, 'utf8')).setAuthTag(bytes.subarray(-TAG));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]);
    } catch {
      return undefined;
    }
  }
}
