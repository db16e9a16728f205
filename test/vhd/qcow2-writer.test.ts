import assert from 'node:assert/strict';
import { copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openSource } from '../../src/vhd/source.ts';
import { DiskFormatError } from '../../src/vhd/disk-info.ts';
import { inspectDisk } from '../../src/vhd/inspect.ts';
import { MergedSource } from '../../src/vhd/chain/merged-source.ts';
import { openLayer } from '../../src/vhd/chain/open-layer.ts';
import { PageCache } from '../../src/vhd/page-cache.ts';
import { plainFile } from '../../src/vhd/chain/parent-names.ts';
import { createQcow2 } from '../../src/vhd/qcow2/writer.ts';
import { extentsAgree, readAll, scribble, seeded } from './disks.ts';
import { qemuImg, withDirectory } from './fixtures.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const TIB = 1024 * GIB;

const opened = async (file: string): Promise<MergedSource> => {
  const source = await openSource(await plainFile(file).open());
  return new MergedSource([await openLayer(source, 'qcow2', new PageCache(MIB))], () => source.close());
};

const byQemu = async (file: string): Promise<Buffer> => {
  await qemuImg('convert', '-f', 'qcow2', '-O', 'raw', file, `${file}.raw`);
  return readFile(`${file}.raw`);
};

describe('new qcow2 disks', () => {
  test('what was written is what we and QEMU read, and QEMU finds nothing wrong', () =>
    withDirectory(async (directory) => {
      for (let seed = 1; seed <= 6; seed++) {
        const random = seeded(seed);
        // The end of the disk lies inside of a cluster.
        const size = 5 * MIB + (seed - 1) * 5 * 512;
        const file = join(directory, `${seed}.qcow2`);
        const model = Buffer.alloc(size);
        const writer = await createQcow2({ file, size });
        await scribble(writer, model, random, 25);
        await writer.close();
        await qemuImg('check', '-q', '-f', 'qcow2', file);
        const source = await opened(file);
        assert.ok(model.equals(await readAll(source)), `seed ${seed}: our reader`);
        assert.ok(await extentsAgree(source, model), `seed ${seed}: extents`);
        await source.close();
        assert.ok(model.equals(await byQemu(file)), `seed ${seed}: QEMU`);
        assert.deepEqual((await inspectDisk(file)).hazards, []);
      }
    }));

  test('zeros take no room, over data they are written', () =>
    withDirectory(async (directory) => {
      const file = join(directory, 'a.qcow2');
      const writer = await createQcow2({ file, size: 64 * MIB });
      await writer.write(0, Buffer.alloc(8 * MIB));
      await writer.zero(8 * MIB, 8 * MIB);
      await writer.write(32 * MIB, Buffer.alloc(65536, 1));
      await writer.zero(32 * MIB, 512);
      await writer.close();
      // Header, two tables, one cluster, and two for the counts.
      assert.equal((await stat(file)).size, 6 * 65536);
      const content = await byQemu(file);
      assert.ok(content.subarray(0, 32 * MIB + 512).every((byte) => byte === 0));
      assert.ok(content.subarray(32 * MIB + 512, 32 * MIB + 65536).every((byte) => byte === 1));
    }));

  test('a disk of 64 TiB, written all over, twice: tables go to the file and come back', () =>
    withDirectory(async (directory) => {
      const file = join(directory, 'large.qcow2');
      const size = 64 * TIB;
      const writer = await createQcow2({ file, size });
      // Far more second-level tables than are kept in memory.
      const places = Array.from({ length: 300 }, (_, n) => Math.floor(((size / 300) * n) / MIB) * MIB);
      for (const pass of [1, 2])
        for (const [n, at] of places.entries())
          await writer.write(at + pass * 131072, Buffer.alloc(512, `${pass} of ${n} `));
      await writer.write(size - 512, Buffer.alloc(512, 'end'));
      await writer.close();
      await qemuImg('check', '-q', '-f', 'qcow2', file);
      const source = await opened(file);
      const sector = Buffer.alloc(512);
      for (const pass of [1, 2])
        for (const [n, at] of places.entries()) {
          await source.read(at + pass * 131072, sector);
          assert.ok(sector.equals(Buffer.alloc(512, `${pass} of ${n} `)), `${pass} of ${n}`);
        }
      await source.read(size - 512, sector);
      assert.ok(sector.equals(Buffer.alloc(512, 'end')));
      await source.close();
    }));

  test('a file of more clusters than one block counts', () =>
    withDirectory(async (directory) => {
      const file = join(directory, 'many.qcow2');
      const writer = await createQcow2({ file, size: 3 * GIB });
      // A sector of each cluster: 2 GiB of clusters in the file, holes mostly.
      for (let at = 0; at < 2 * GIB + MIB; at += 65536) await writer.write(at, Buffer.alloc(512, 9));
      await writer.close();
      await qemuImg('check', '-q', '-f', 'qcow2', file);
      assert.ok((await stat(file)).size > 2 * GIB + MIB);
    }));

  test('its identity is in the header, and stays when QEMU changes the disk', () =>
    withDirectory(async (directory) => {
      const id = '3F2504E0-4F89-41D3-9A0C-0305E82C3301';
      const file = join(directory, 'a.qcow2');
      await (await createQcow2({ file, size: 4 * MIB, id })).close();
      assert.equal((await inspectDisk(file)).id, id);
      await qemuImg('resize', '-q', '-f', 'qcow2', file, '8M');
      await qemuImg('amend', '-f', 'qcow2', '-o', 'lazy_refcounts=on', file);
      const { id: then, virtualSize } = await inspectDisk(file);
      assert.deepEqual([then, virtualSize], [id, 8 * MIB]);
      const other = join(directory, 'b.qcow2');
      await (await createQcow2({ file: other, size: 4 * MIB })).close();
      assert.notEqual((await inspectDisk(other)).id, id);
      await qemuImg('create', '-q', '-f', 'qcow2', join(directory, 'c.qcow2'), '1M');
      assert.equal((await inspectDisk(join(directory, 'c.qcow2'))).id, null);
    }));

  test('an unfinished file is no disk, and leaves nothing when given up; what is there stays unless it may be replaced', () =>
    withDirectory(async (directory) => {
      const file = join(directory, 'a.qcow2');
      const writer = await createQcow2({ file, size: 4 * MIB });
      await writer.write(0, Buffer.alloc(65536, 1));
      const [unfinished = ''] = await readdir(directory);
      assert.ok(unfinished.endsWith('.unfinished'), unfinished);
      const copy = join(directory, 'copy.qcow2');
      await copyFile(join(directory, unfinished), copy);
      await assert.rejects(inspectDisk(copy), DiskFormatError);
      await writer.discard();
      assert.deepEqual(await readdir(directory), ['copy.qcow2']);
      await writeFile(file, 'here before');
      await assert.rejects((await createQcow2({ file, size: 4 * MIB })).close(), { code: 'EEXIST' });
      assert.equal(await readFile(file, 'utf8'), 'here before');
      await (await createQcow2({ file, size: 4 * MIB, replace: true })).close();
      assert.equal((await inspectDisk(file)).virtualSize, 4 * MIB);
    }));

  test('what the format cannot hold is refused at once', async () => {
    const file = '/nowhere/a.qcow2';
    for (const size of [0, -512, 513, 2 ** 51 + 512])
      await assert.rejects(createQcow2({ file, size }), RangeError, String(size));
    await assert.rejects(createQcow2({ file, size: 512 }), { code: 'ENOENT' });
  });
});
