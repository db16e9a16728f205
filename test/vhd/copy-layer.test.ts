import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { copyLayer, measureLayer } from '../../src/vhd/copy/layer.ts';
import { formatOfName } from '../../src/vhd/disk-format.ts';
import type { DiskWriter, NewParent } from '../../src/vhd/disk-writer.ts';
import { inspectDisk } from '../../src/vhd/inspect.ts';
import type { DiskLayer } from '../../src/vhd/layer.ts';
import { openLayer } from '../../src/vhd/chain/open-layer.ts';
import { PageCache } from '../../src/vhd/page-cache.ts';
import { plainFile } from '../../src/vhd/chain/parent-names.ts';
import { openSource } from '../../src/vhd/source.ts';
import { createVhdx } from '../../src/vhd/vhdx/writer.ts';
import { contentByLibvhdi, contentOf, seeded, vhdiinfo } from './disks.ts';
import { qemuImg, withDirectory } from './fixtures.ts';

const run = promisify(execFile);
const MIB = 1024 * 1024;

const withLayer = async <T>(file: string, work: (layer: DiskLayer) => Promise<T>): Promise<T> => {
  const source = await openSource(await plainFile(file).open());
  try {
    return await work(await openLayer(source, formatOfName(file), new PageCache(MIB)));
  } finally {
    await source.close();
  }
};

/** One file of a chain as a VHDX over the VHDX that its parent became. */
const convert = (file: string, target: string, parent: string | null): Promise<number> =>
  withLayer(file, async (layer) => {
    const info = parent === null ? null : await inspectDisk(parent);
    const name = parent?.split('/').at(-1) ?? '';
    const of: NewParent = { linkage: info?.dataWriteId ?? '', relativePath: `.\\${name}` };
    const size = Math.ceil(layer.info.virtualSize / 512) * 512;
    const writer = await createVhdx({
      file: target,
      size,
      ...(parent === null ? { type: 'dynamic' } : { type: 'differencing', parent: of }),
    });
    let last = 0;
    await copyLayer(layer, writer, {
      root: parent === null,
      progress: (done) => {
        assert.ok(done > last);
        last = done;
      },
    });
    await writer.close();
    assert.equal(last, await measureLayer(layer));
    return last;
  });

const scribble = async (file: string, format: string, size: number, random: (below: number) => number) => {
  const commands = Array.from({ length: 12 }, () => {
    const at = random(size / 512) * 512;
    const length = Math.min(size - at, (1 + random(900)) * 512);
    return ['-c', `${random(4) === 0 ? 'write -z' : `write -P ${1 + random(255)}`} ${at} ${length}`];
  });
  await run('qemu-io', ['-f', format, ...commands.flat(), file]);
};

describe('a chain of qcow2 files becomes a chain of VHDX files', () => {
  for (const base of ['qcow2', 'raw'] as const)
    test(`over ${base}: the same content at each file, by our reader and by libvhdi`, () =>
      withDirectory(async (directory) => {
        const random = seeded(base.length);
        const size = 20 * MIB;
        const files = [join(directory, `disk.${base}`)];
        await qemuImg('create', '-q', '-f', base, files[0] ?? '', String(size));
        for (let i = 0; i < 4; i++) {
          const below = files[i] ?? '';
          const format = i === 0 ? base : 'qcow2';
          await scribble(below, format, size, random);
          if (i === 3) break;
          const above = join(directory, `disk_${i}.qcow2`);
          await qemuImg('create', '-q', '-f', 'qcow2', '-b', below, '-F', format, above);
          files.push(above);
        }
        const made: string[] = [];
        for (const [i, file] of files.entries()) {
          const target = join(directory, i === 0 ? 'out.vhdx' : `out_${i}.avhdx`);
          await convert(file, target, made.at(-1) ?? null);
          made.push(target);
          const raw = `${file}.content`;
          await qemuImg('convert', '-f', i === 0 ? base : 'qcow2', '-O', 'raw', file, raw);
          const content = await readFile(raw);
          assert.ok(content.equals(await contentOf(target)), `file ${i}: ours`);
          assert.ok(content.equals(await contentByLibvhdi(...made.toReversed())), `file ${i}: libvhdi`);
        }
        assert.match(await vhdiinfo(made[1] ?? ''), /Differential/);
      }));

  test('zeros of a raw disk take no room', () =>
    withDirectory(async (directory) => {
      const raw = join(directory, 'a.raw');
      await qemuImg('create', '-q', '-f', 'raw', raw, '256M');
      await run('qemu-io', ['-f', 'raw', '-c', 'write -P 5 100M 64k', raw]);
      const target = join(directory, 'a.vhdx');
      await convert(raw, target, null);
      assert.ok((await stat(target)).blocks * 512 < 8 * MIB);
    }));

  test('a stop between two pieces', () =>
    withDirectory(async (directory) => {
      const raw = join(directory, 'a.raw');
      await qemuImg('create', '-q', '-f', 'raw', raw, '8M');
      const writer = await createVhdx({ file: join(directory, 'a.vhdx'), size: 8 * MIB, type: 'dynamic' });
      const stop = new AbortController();
      await withLayer(raw, (layer) =>
        assert.rejects(
          copyLayer(layer, writer, {
            root: true,
            signal: stop.signal,
            progress: () => stop.abort(new Error('enough')),
          }),
          /enough/,
        ),
      );
      await writer.discard();
    }));
});

/** A small file that tells of 2^24 runs: all tables of the first level lead to one of the second, of zeros and of nothing in turn. */
const endless = (): Buffer => {
  const [cluster, tables] = [65_536, 2048];
  const perTable = cluster / 8;
  const file = Buffer.alloc(3 * cluster);
  file.writeUInt32BE(0x514649fb, 0);
  file.writeUInt32BE(3, 4);
  file.writeUInt32BE(16, 20);
  file.writeBigUInt64BE(BigInt(tables * perTable * cluster), 24);
  file.writeUInt32BE(tables, 36);
  file.writeBigUInt64BE(BigInt(cluster), 40);
  file.writeUInt32BE(104, 100);
  for (let i = 0; i < tables; i++) file.writeBigUInt64BE(BigInt(2 * cluster), cluster + i * 8);
  for (let i = 0; i < perTable; i += 2) file.writeBigUInt64BE(1n, 2 * cluster + i * 8);
  return file;
};

test('a disk of endless tables keeps nobody waiting: it is given up when that is asked for', () =>
  withDirectory(async (directory) => {
    const file = join(directory, 'endless.qcow2');
    await writeFile(file, endless());
    const asked = (): AbortSignal => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 1);
      return controller.signal;
    };
    await withLayer(file, async (layer) => {
      // From now on all tables are in memory.
      for (let cluster = 0; cluster < 8192; cluster++) await layer.locate(cluster * 65_536, 65_536);
      await assert.rejects(measureLayer(layer, asked()), { name: 'AbortError' });
      const size = layer.info.virtualSize;
      const nowhere = { size, logicalSectorSize: 512, zero: () => Promise.resolve() } as unknown as DiskWriter;
      await assert.rejects(copyLayer(layer, nowhere, { signal: asked(), root: false }), { name: 'AbortError' });
    });
  }));
