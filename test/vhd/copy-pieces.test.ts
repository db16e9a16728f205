import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CopyPieces } from '../../src/vhd/copy/pieces.ts';
import { EarlyWrites } from '../../src/vhd/early-writes.ts';
import { isZero, PIECE_BYTES } from '../../src/vhd/zeros.ts';
import { seeded } from './disks.ts';

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await nextTurn();
};

describe('pieces of a copy', () => {
  test('are written in their order, each with what was read for it, however long a read takes', async () => {
    const random = seeded(7);
    const pieces = new CopyPieces();
    const written: number[] = [];
    let reading = 0;
    let most = 0;
    for (let i = 0; i < 200; i++) {
      if (random(5) === 0) {
        void pieces.inTurn(async () => void written.push(i));
        continue;
      }
      await pieces.add(
        async (buffer) => {
          most = Math.max(most, ++reading);
          await turns(random(6));
          buffer.writeUInt32LE(i);
          reading--;
        },
        async (buffer) => {
          await turns(random(3));
          written.push(buffer.readUInt32LE());
        },
      );
    }
    await pieces.done();
    assert.deepEqual(
      written,
      Array.from({ length: 200 }, (_, i) => i),
    );
    assert.ok(most > 1, 'some are read ahead');
    assert.ok(most <= 4, 'in bounded memory');
  });

  for (const fails of ['read', 'write'] as const)
    test(`after a ${fails} that fails nothing is written, and nothing is read any more when it is told`, async () => {
      const pieces = new CopyPieces();
      const written: number[] = [];
      let reading = 0;
      const copying = async (): Promise<void> => {
        for (let i = 0; i < 20; i++)
          await pieces.add(
            async () => {
              reading++;
              await turns(10 - Math.min(9, i));
              reading--;
              if (fails === 'read' && i === 3) throw new Error('broken');
            },
            async () => {
              if (fails === 'write' && i === 3) throw new Error('broken');
              written.push(i);
            },
          );
      };
      await assert.rejects(copying, /broken/);
      await assert.rejects(pieces.done(), /broken/);
      assert.equal(reading, 0);
      await turns(30);
      assert.deepEqual(written, [0, 1, 2]);
    });
});

describe('writes that begin early', () => {
  test('the failure of one that nobody waited for is told at the end, each time', async () => {
    let calls = 0;
    const early = new EarlyWrites({
      datasync: async () => {
        calls++;
        await nextTurn();
        throw new Error('EIO');
      },
    });
    early.written(PIECE_BYTES);
    assert.equal(calls, 0);
    for (let i = 0; i < 64; i++) early.written(PIECE_BYTES);
    assert.equal(calls, 1, 'one at a time');
    await turns(5);
    await assert.rejects(early.end(), /EIO/);
    await assert.rejects(early.end(), /EIO/);
  });

  test('zeros are zeros at any length', () => {
    for (const length of [0, 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES - 7]) {
      const bytes = Buffer.alloc(length);
      assert.ok(isZero(bytes));
      if (length === 0) continue;
      bytes.writeUInt8(1, length - 1);
      assert.ok(!isZero(bytes));
    }
  });
});
