/**
 * RC4, a key stream that goes on from message to message as NTLM wants it. OpenSSL 3 has put it away (wire-auth §5); for
 * nothing else than NTLM.
 */
export class Rc4 {
  readonly #state = Uint8Array.from({ length: 256 }, (_, i) => i);
  #i = 0;
  #j = 0;

  constructor(key: Uint8Array) {
    if (key.length === 0 || key.length > 256) throw new RangeError('An RC4 key has 1 to 256 bytes.');
    const state = this.#state;
    for (let i = 0, j = 0; i < 256; i++) {
      const x = state[i] ?? 0;
      j = (j + x + (key[i % key.length] ?? 0)) & 255;
      state[i] = state[j] ?? 0;
      state[j] = x;
    }
  }

  /** The next bytes of the stream over `data`; encrypts and decrypts. */
  apply(data: Uint8Array): Buffer {
    const state = this.#state;
    const out = Buffer.allocUnsafe(data.length);
    let i = this.#i;
    let j = this.#j;
    for (let at = 0; at < data.length; at++) {
      i = (i + 1) & 255;
      const x = state[i]!;
      j = (j + x) & 255;
      const y = state[j]!;
      state[i] = y;
      state[j] = x;
      out[at] = data[at]! ^ state[(x + y) & 255]!;
    }
    this.#i = i;
    this.#j = j;
    return out;
  }
}
