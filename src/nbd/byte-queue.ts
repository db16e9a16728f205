/** What came from a client and was not used yet. */
export class ByteQueue {
  #chunks: Buffer[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The next bytes, which stay; null when there are not so many. */
  peek(length: number): Buffer | null {
    if (this.#length < length) return null;
    const first = this.#chunks[0];
    if (first !== undefined && first.length >= length) return first.subarray(0, length);
    // Joined once, so that a client that sends byte by byte costs no more than one that does not.
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined.subarray(0, length);
  }

  take(length: number): Buffer | null {
    const bytes = this.peek(length);
    if (bytes === null) return null;
    const first = this.#chunks[0];
    if (first !== undefined && first.length > length) this.#chunks[0] = first.subarray(length);
    else this.#chunks.shift();
    this.#length -= length;
    return bytes;
  }
}
