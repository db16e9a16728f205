import { QmpError } from './errors.ts';

/** Cuts a byte stream into lines and refuses a line that grows past the limit, so that a peer cannot fill our memory. */
export class LineSplitter {
  readonly #limit: number;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #parts: Uint8Array[] = [];
  #length = 0;

  /** @param limit bytes of one line, its end not counted */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Complete lines that `chunk` ends, empty ones left out. Throws QmpError `protocol`. */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(0x0a, start);
      const part = chunk.subarray(start, end < 0 ? chunk.length : end);
      this.#length += part.length;
      if (this.#length > this.#limit) throw new QmpError('protocol', `a line of more than ${this.#limit} bytes`);
      if (part.length > 0) this.#parts.push(part);
      if (end < 0) return lines;
      const line = this.#take();
      if (line !== '') lines.push(line);
      start = end + 1;
    }
  }

  #take(): string {
    const bytes = this.#parts.length === 1 ? (this.#parts[0] ?? new Uint8Array()) : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    try {
      return this.#decoder.decode(bytes).trim();
    } catch (cause) {
      throw new QmpError('protocol', 'a line that is not UTF-8', { cause });
    }
  }
}
