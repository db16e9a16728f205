import assert from 'node:assert/strict';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { dataExtents } from '../../src/vhd/data-extents.ts';
import { withDirectory } from './fixtures.ts';

const MIB = 1024 * 1024;

test('stretches of data and nothing else, whatever is written where', () =>
  withDirectory(async (directory) => {
    let files = 0;
    const stretch = fc.record({ at: fc.nat(4000), pages: fc.integer({ min: 1, max: 900 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(stretch, { maxLength: 12 }), fc.nat(9 * MIB), async (stretches, more) => {
        await using file = await open(join(directory, `sparse${files++}`), 'w+');
        const size = Math.max(0, ...stretches.map(({ at, pages }) => (at * 4 + pages) * 4096)) + more;
        await file.truncate(size);
        for (const { at, pages } of stretches) await file.write(Buffer.alloc(pages * 4096, 1), 0, null, at * 4 * 4096);
        const extents = await dataExtents(file);
        const covered = (offset: number): boolean => extents.some(({ start, end }) => start <= offset && offset < end);
        for (const { at, pages } of stretches)
          for (let page = 0; page < pages; page++) assert.ok(covered(at * 16_384 + page * 4096));
        for (const [i, { start, end }] of extents.entries()) {
          assert.ok(start < end && end <= size);
          if (i > 0) assert.ok(start - (extents[i - 1]?.end ?? 0) >= MIB);
        }
        // The offset is where it was.
        assert.equal((await file.read(Buffer.alloc(1), 0, 1)).bytesRead, size === 0 ? 0 : 1);
      }),
      { numRuns: 25 },
    );
  }));

test('a file without holes is all data, and one of nothing else none', () =>
  withDirectory(async (directory) => {
    await using full = await open(join(directory, 'full'), 'w+');
    await full.write(Buffer.alloc(3 * MIB, 1));
    assert.deepEqual(await dataExtents(full), [{ start: 0, end: 3 * MIB }]);
    await using empty = await open(join(directory, 'empty'), 'w+');
    assert.deepEqual(await dataExtents(empty), []);
    await empty.truncate(100_000 * MIB);
    assert.deepEqual(await dataExtents(empty), []);
  }));

test('where the kernel tells nothing, all of it is data', async () => {
  const stat = async (): Promise<{ size: number; blocks: number }> => ({ size: 10 * MIB, blocks: 0 });
  assert.deepEqual(await dataExtents({ fd: (await open('/dev/null')).fd, stat }), [{ start: 0, end: 10 * MIB }]);
});
