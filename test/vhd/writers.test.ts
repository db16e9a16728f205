import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DiskFormatError } from '../../src/vhd/disk-info.ts';
import { inspectDisk } from '../../src/vhd/inspect.ts';
import { createVhd } from '../../src/vhd/vhd/writer.ts';
import { createVhdx } from '../../src/vhd/vhdx/writer.ts';
import {
  contentByLibvhdi,
  contentByQemu,
  contentOf,
  create,
  extentsAgree,
  fileEnding,
  KINDS,
  open,
  scribble,
  seeded,
  vhdiinfo,
} from './disks.ts';
import { qemuImg, withDirectory } from './fixtures.ts';

const MIB = 1024 * 1024;

const sourceOf = (name: string): string => join(import.meta.dirname, '../../src/vhd', name);

for (const kind of KINDS)
  describe(`new disks: ${kind.name}`, () => {
    for (const type of ['fixed', 'dynamic'] as const)
      test(`${type}: what was written is what we, QEMU and libvhdi read`, () =>
        withDirectory(async (directory) => {
          for (let seed = 1; seed <= 4; seed++) {
            const random = seeded(seed);
            // The end of the disk lies inside of a block.
            const size = 5 * MIB + (seed - 1) * 5 * kind.sector;
            const file = join(directory, `${type}${seed}.${fileEnding(kind, false)}`);
            const model = Buffer.alloc(size);
            const writer = await create(kind, file, size, type);
            await scribble(writer, model, random, 12);
            await writer.close();
            const chain = await open(file);
            assert.ok(model.equals(await contentOf(file)), `seed ${seed}: our reader`);
            assert.ok(await extentsAgree(chain.source, model), `seed ${seed}: extents`);
            await chain.source.close();
            // QEMU reads no VHDX with sectors of 4 KiB.
            if (kind.sector === 512) assert.ok(model.equals(await contentByQemu(kind, file)), `seed ${seed}: QEMU`);
            assert.ok(model.equals(await contentByLibvhdi(file)), `seed ${seed}: libvhdi`);
            assert.deepEqual((await inspectDisk(file)).hazards, []);
            if (kind.format === 'vhdx' && kind.sector === 512) await qemuImg('check', '-q', '-f', 'vhdx', file);
          }
        }));

    test('reads at any offset and length, sectors or not', () =>
      withDirectory(async (directory) => {
        const random = seeded(77);
        const size = 4 * MIB;
        const file = join(directory, `a.${fileEnding(kind, false)}`);
        const model = Buffer.alloc(size);
        const writer = await create(kind, file, size, 'dynamic');
        await scribble(writer, model, random, 8);
        await writer.close();
        const { source } = await open(file);
        for (let i = 0; i < 200; i++) {
          const at = random(size);
          const into = Buffer.alloc(Math.min(size - at, random(i % 2 === 0 ? 3000 : MIB)), 0xee);
          await source.read(at, into);
          assert.ok(model.subarray(at, at + into.length).equals(into), `${into.length} bytes at ${at}`);
        }
        for (const [at, length] of [
          [-1, 1],
          [size, 1],
          [size - 1, 2],
          [0.5, 1],
          [Number.NaN, 1],
        ] as const)
          await assert.rejects(source.read(at, Buffer.alloc(length)), RangeError);
        await source.close();
      }));

    test('an unfinished file is no disk, keeps its own name, and leaves nothing when given up', () =>
      withDirectory(async (directory) => {
        const ending = fileEnding(kind, false);
        const writer = await create(kind, join(directory, `a.${ending}`), 4 * MIB, 'dynamic');
        await writer.write(0, Buffer.alloc(8 * kind.sector, 1));
        const [unfinished = '', ...others] = await readdir(directory);
        assert.ok(unfinished.endsWith('.unfinished'), unfinished);
        assert.deepEqual(others, []);
        // As a crash leaves it: copied under the name that it would have had.
        const copy = join(directory, `copy.${ending}`);
        await copyFile(join(directory, unfinished), copy);
        await assert.rejects(open(copy), DiskFormatError);
        await writer.discard();
        assert.deepEqual(await readdir(directory), [`copy.${ending}`]);
      }));

    test('an existing file stays unless it may be replaced', () =>
      withDirectory(async (directory) => {
        const file = join(directory, `a.${fileEnding(kind, false)}`);
        await writeFile(file, 'here before');
        const writer = await create(kind, file, 4 * MIB, 'dynamic');
        await assert.rejects(writer.close(), { code: 'EEXIST' });
        assert.deepEqual(await readdir(directory), [file.split('/').at(-1)]);
        assert.equal((await stat(file)).size, 11);
        const disk = { file, size: 4 * MIB, type: 'dynamic', replace: true } as const;
        const other = await (kind.format === 'vhd' ? createVhd(disk) : createVhdx(disk));
        await other.close();
        assert.equal((await inspectDisk(file)).virtualSize, 4 * MIB);
      }));
  });

test('hyperv-files §4 the largest disks are made and read without room in proportion', () =>
  withDirectory(async (directory) => {
    const TIB = 1024 ** 4;
    const largest = [
      [createVhdx, 'a.vhdx', 64 * TIB, { type: 'dynamic', blockSize: MIB }],
      [createVhdx, 'b.vhdx', 64 * TIB, { type: 'dynamic', blockSize: 256 * MIB, logicalSectorSize: 4096 }],
      [createVhd, 'c.vhd', 2040 * 1024 ** 3, { type: 'dynamic' }],
    ] as const;
    for (const [make, name, size, options] of largest) {
      const file = join(directory, name);
      const writer = await (make === createVhd
        ? createVhd({ file, size, type: 'dynamic' })
        : createVhdx({ file, size, ...options }));
      const last = Buffer.alloc(4096, 'the end');
      await writer.write(0, Buffer.alloc(4096, 'begin'));
      await writer.write(size - 4096, last);
      await writer.close();
      const before = process.memoryUsage().rss;
      const { source } = await open(file);
      const read = Buffer.alloc(4096);
      await source.read(size - 4096, read);
      assert.ok(read.equals(last), name);
      assert.deepEqual(await source.extent(4096 * MIB, 4096 * MIB), { kind: 'zero', length: 4096 * MIB });
      await source.close();
      assert.ok(process.memoryUsage().rss - before < 128 * MIB, `${name} took too much memory`);
      if (name === 'a.vhdx') await qemuImg('check', '-q', '-f', 'vhdx', file);
      assert.ok((await stat(file)).blocks * 512 < 80 * MIB, `${name} takes room in the file system`);
    }
  }));

test('a process that is killed while it writes leaves a whole disk under the name, or none', () =>
  withDirectory(async (directory) => {
    const program = `
      import { createVhd } from ${JSON.stringify(sourceOf('vhd/writer.ts'))};
      import { createVhdx } from ${JSON.stringify(sourceOf('vhdx/writer.ts'))};
      const [file, kind] = process.argv.slice(2);
      for (let round = 1; ; round++) {
        const disk = { file, size: 4 * 2 ** 20, type: 'dynamic', replace: true };
        const writer = await (kind === 'vhd' ? createVhd(disk) : createVhdx({ ...disk, blockSize: 2 ** 20 }));
        for (let at = 0; at < disk.size; at += 65536) await writer.write(at, Buffer.alloc(65536, 1 + (round % 250)));
        await writer.close();
        console.log(round);
      }`;
    const script = join(directory, 'forever.ts');
    await writeFile(script, program);
    for (const kind of ['vhd', 'vhdx'])
      for (let kill = 0; kill < 4; kill++) {
        const file = join(directory, `${kill}.${kind}`);
        const child = spawn(process.execPath, [script, file, kind], { stdio: ['ignore', 'pipe', 'inherit'] });
        // Somewhere inside of the next disk that it makes.
        if (kill > 0) await once(child.stdout, 'data');
        await new Promise((resolve) => setTimeout(resolve, kill * 3));
        child.kill('SIGKILL');
        await once(child, 'exit');
        const present = (await readdir(directory)).includes(`${kill}.${kind}`);
        assert.ok(present || kill === 0);
        if (!present) continue;
        const content = await contentOf(file);
        assert.ok(content.every((byte) => byte === content[0] && byte !== 0));
      }
  }));

test('what the formats cannot hold is refused at once', async () => {
  const file = '/nowhere/a.vhdx';
  const parent = { linkage: '00112233-4455-6677-8899-AABBCCDDEEFF', relativePath: '.\\p.vhdx' };
  await assert.rejects(createVhdx({ file, type: 'dynamic', size: 64 * 1024 ** 4 + 512 }), RangeError);
  await assert.rejects(createVhdx({ file, type: 'dynamic', size: 0 }), RangeError);
  await assert.rejects(createVhdx({ file, type: 'dynamic', size: 513 }), RangeError);
  await assert.rejects(createVhdx({ file, type: 'dynamic', size: 512, logicalSectorSize: 4096 }), RangeError);
  await assert.rejects(createVhdx({ file, type: 'dynamic', size: MIB, blockSize: 3 * MIB }), RangeError);
  await assert.rejects(createVhdx({ file, type: 'differencing', size: MIB }), TypeError);
  await assert.rejects(createVhdx({ file, type: 'dynamic', size: MIB, parent }), TypeError);
  await assert.rejects(createVhd({ file, type: 'dynamic', size: 2041 * 1024 ** 3 }), RangeError);
  await assert.rejects(createVhd({ file, type: 'differencing', size: MIB }), TypeError);
  await assert.rejects(createVhd({ file, type: 'dynamic', size: MIB }), { code: 'ENOENT' });
});

test('vhdiinfo reads differencing disks of ours', () =>
  withDirectory(async (directory) => {
    for (const [index, kind] of KINDS.entries()) {
      const base = join(directory, `base${index}.${fileEnding(kind, false)}`);
      await (await create(kind, base, 4 * MIB, 'dynamic')).close();
      const child = join(directory, `child${index}.${fileEnding(kind, true)}`);
      const writer = await create(kind, child, 4 * MIB, 'dynamic', base);
      await writer.write(0, Buffer.alloc(4096, 1));
      await writer.close();
      const told = await vhdiinfo(child);
      assert.match(told, /Differential/);
      assert.ok(told.includes(`base${index}.${kind.format}`), told);
    }
  }));
