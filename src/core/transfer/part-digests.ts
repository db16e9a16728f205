import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { DomainError } from '../errors.ts';

/** SHA-256 of one part while it is read. */
export interface PartDigest {
  /** The same bytes, counted on their way. */
  through(content: Readable): AsyncIterable<Buffer>;
  /** Of the part alone; null: nobody wants it. */
  part(): Buffer | null;
  /** It is there: the next part goes on behind it. */
  keep(end: number): void;
}

/** SHA-256 of files that come in parts, as far as this process has seen them from their first byte. */
export class PartDigests {
  readonly #seen = new Map<string, { readonly end: number; readonly hash: Hash }>();

  /** @param alone is that of the part alone wanted too? */
  begin(id: string, start: number, alone: boolean): PartDigest {
    const before = this.#seen.get(id);
    // A part that is not kept leaves what was before it as it was.
    const whole = start === 0 ? createHash('sha256') : before?.end === start ? before.hash.copy() : null;
    const own = alone ? createHash('sha256') : null;
    return {
      async *through(content) {
        for await (const chunk of content as AsyncIterable<Buffer>) {
          whole?.update(chunk);
          own?.update(chunk);
          yield chunk;
        }
      },
      part: () => own?.digest() ?? null,
      keep: (end) => {
        if (whole !== null) this.#seen.set(id, { end, hash: whole });
      },
    };
  }

  /** Of all bytes; null: some came before this process, or their connection broke. */
  whole(id: string, size: number): Buffer | null {
    const seen = this.#seen.get(id);
    return seen?.end === size ? seen.hash.copy().digest() : null;
  }

  forget(id: string): void {
    this.#seen.delete(id);
  }
}

export const digestOfFile = async (file: string): Promise<Buffer> => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest();
};

/** @throws DomainError invalidParameter when it is another one than was announced; null: nothing was */
export const checkDigest = (digest: Buffer | null, announced: Buffer | null): void => {
  if (digest === null || announced === null || digest.equals(announced)) return;
  throw new DomainError(
    'invalidParameter',
    `The SHA-256 of what came is ${digest.toString('hex')}, where ${announced.toString('hex')} was announced: it was changed on the way. Send it again.`,
  );
};
