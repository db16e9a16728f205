import assert from 'node:assert/strict';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { copyDisk } from '../../src/vhd/copy/disk.ts';
import { contentOf, create, fileEnding, KINDS, open, scribble, seeded } from './disks.ts';
import { withDirectory } from './fixtures.ts';

const MIB = 1024 * 1024;

describe('copies of disks', () => {
  for (const from of KINDS)
    for (const to of KINDS)
      test(`a chain of three ${from.name} becomes one ${to.name}`, () =>
        withDirectory(async (directory) => {
          const random = seeded(31);
          const model = Buffer.alloc(9 * MIB);
          let file: string | null = null;
          for (const name of ['a', 'b', 'c']) {
            const next = join(directory, `${name}.${fileEnding(from, name !== 'a')}`);
            const writer = await create(from, next, model.length, 'dynamic', file);
            await scribble(writer, model.subarray(0, 4 * MIB), random, 5);
            await writer.close();
            file = next;
          }
          const { source } = await open(file ?? '');
          const copy = join(directory, `copy.${fileEnding(to, false)}`);
          const writer = await create(to, copy, model.length, 'dynamic');
          const seen: number[] = [];
          await copyDisk(source, writer, { progress: (done) => seen.push(done) });
          await writer.close();
          await source.close();
          assert.ok(model.equals(await contentOf(copy)));
          assert.deepEqual(
            seen,
            seen.toSorted((a, b) => a - b),
          );
          assert.equal(seen.at(-1), model.length);
        }));

  test('zeros take no room, and an odd end is filled up', () =>
    withDirectory(async (directory) => {
      const [kind] = KINDS.slice(1);
      assert.ok(kind);
      const raw = join(directory, 'a.raw');
      const content = Buffer.alloc(MIB + 100, 7);
      await writeFile(raw, content);
      const { source } = await open(raw);
      const file = join(directory, 'a.vhdx');
      const writer = await create(kind, file, 4096 * MIB, 'dynamic');
      await copyDisk(source, writer);
      await writer.close();
      await source.close();
      const copied = await open(file);
      const begin = Buffer.alloc(MIB + 512);
      await copied.source.read(0, begin);
      assert.ok(begin.equals(Buffer.concat([content, Buffer.alloc(412)])));
      const again = join(directory, 'b.vhdx');
      const second = await create(kind, again, 4096 * MIB, 'dynamic');
      await copyDisk(copied.source, second);
      await second.close();
      await copied.source.close();
      assert.ok((await stat(again)).size < 16 * MIB);
    }));

  test('a copy that is stopped leaves nothing; a smaller disk is refused', () =>
    withDirectory(async (directory) => {
      const [kind] = KINDS.slice(1);
      assert.ok(kind);
      const raw = join(directory, 'a.raw');
      await writeFile(raw, Buffer.alloc(8 * MIB, 7));
      const { source } = await open(raw);
      const writer = await create(kind, join(directory, 'a.vhdx'), 8 * MIB, 'dynamic');
      const stop = new AbortController();
      const copying = copyDisk(source, writer, {
        signal: stop.signal,
        progress: (done) => done > 3 * MIB && stop.abort(),
      });
      await assert.rejects(copying, { name: 'AbortError' });
      await writer.discard();
      const small = await create(kind, join(directory, 'b.vhdx'), 4 * MIB, 'dynamic');
      await assert.rejects(copyDisk(source, small), RangeError);
      await small.discard();
      await source.close();
      assert.deepEqual(await readdir(directory), ['a.raw']);
    }));
});
