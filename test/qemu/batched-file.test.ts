import assert from 'node:assert/strict';
import { open } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { BatchedFile } from '../../src/qemu/saved-state/batched-file.ts';

/** A file that takes as much of each call as it is told, and whose calls take a turn of the loop. */
class ReluctantFile {
  readonly #takes: readonly number[];
  #calls = 0;
  #bytes: Buffer = Buffer.alloc(0);
  syncs = 0;
  failingSync: Error | null = null;

  constructor(takes: readonly number[]) {
    this.#takes = takes;
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  async writev<T extends readonly NodeJS.ArrayBufferView[]>(buffers: T): Promise<{ bytesWritten: number; buffers: T }> {
    await nextTurn();
    const all = Buffer.concat(
      buffers.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
    );
    const bytesWritten = Math.min(all.length, this.#takes[this.#calls++ % this.#takes.length] ?? all.length);
    this.#bytes = Buffer.concat([this.#bytes, all.subarray(0, bytesWritten)]);
    return { bytesWritten, buffers };
  }

  async datasync(): Promise<void> {
    this.syncs++;
    await nextTurn();
    if (this.failingSync !== null) throw this.failingSync;
  }
}

describe('a file that a stream is written to', () => {
  test('holds every byte in its order, whatever the pieces and however little a call takes', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
        async (pieces, takes) => {
          const file = new ReluctantFile(takes);
          const out = new BatchedFile(file);
          for (const [index, piece] of pieces.entries()) {
            await out.write(Buffer.from(piece));
            if (index % 7 === 6) await nextTurn();
          }
          await out.finish();
          assert.deepEqual(file.bytes, Buffer.concat(pieces));
        },
      ),
    ));

  test('a file system that takes nothing is told by the next piece and by the end', async () => {
    await using full = await open('/dev/full', 'w');
    const out = new BatchedFile(full);
    await assert.rejects(
      async () => {
        for (;;) await out.write(Buffer.alloc(64 * 1024));
      },
      { code: 'ENOSPC' },
    );
    await assert.rejects(out.finish(), { code: 'ENOSPC' });
  });

  test('the disk works before the end, and what it refuses then is not forgotten', async () => {
    const piece = Buffer.alloc(16 * 1024 * 1024);
    for (const failing of [null, new Error('EIO')]) {
      const file = new ReluctantFile([Number.MAX_SAFE_INTEGER]);
      file.failingSync = failing;
      const out = new BatchedFile(file);
      const written = (async () => {
        for (let index = 0; index < 5; index++) await out.write(piece);
        await out.finish();
      })();
      if (failing === null) await written;
      else await assert.rejects(written, failing);
      assert.equal(file.syncs, 1);
    }
  });
});
