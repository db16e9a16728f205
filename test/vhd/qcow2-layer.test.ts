import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { DiskFormatError } from '../../src/vhd/disk-info.ts';
import type { DiskLayer } from '../../src/vhd/layer.ts';
import { MergedSource } from '../../src/vhd/chain/merged-source.ts';
import { openLayer } from '../../src/vhd/chain/open-layer.ts';
import { PageCache } from '../../src/vhd/page-cache.ts';
import { plainFile } from '../../src/vhd/chain/parent-names.ts';
import { openSource } from '../../src/vhd/source.ts';
import { extentsAgree, readAll, seeded } from './disks.ts';
import { patch, qemuImg, withDirectory } from './fixtures.ts';
import { FUZZ_SEED, fuzzRuns } from '../kit/fuzz.ts';

const run = promisify(execFile);
const MIB = 1024 * 1024;

/** The files of a chain, the youngest first, as the disk that they are. */
const opened = async (...files: readonly string[]): Promise<MergedSource> => {
  const cache = new PageCache(MIB);
  const sources = await Promise.all(files.map(async (file) => openSource(await plainFile(file).open())));
  const release = async (): Promise<void> => {
    await Promise.all(sources.map((source) => source.close()));
  };
  try {
    const layers = await Promise.all(
      sources.map((source, i) => openLayer(source, files[i]?.endsWith('.raw') === true ? 'raw' : 'qcow2', cache)),
    );
    return new MergedSource(layers as [DiskLayer, ...DiskLayer[]], release);
  } catch (error) {
    await release();
    throw error;
  }
};

const contentOf = async (...files: readonly string[]): Promise<Buffer> => {
  const source = await opened(...files);
  try {
    const content = await readAll(source);
    assert.ok(await extentsAgree(source, content), 'extents');
    return content;
  } finally {
    await source.close();
  }
};

const contentByQemu = async (file: string): Promise<Buffer> => {
  const raw = `${file}.by-qemu`;
  await qemuImg('convert', '-f', 'qcow2', '-O', 'raw', file, raw);
  return readFile(raw);
};

/** Writes, zeros and discards at random places. */
const scribble = async (file: string, size: number, random: (below: number) => number): Promise<void> => {
  const commands = Array.from({ length: 30 }, () => {
    const at = random(size / 512) * 512;
    const length = Math.min(size - at, (1 + random(random(4) === 0 ? 4000 : 300)) * 512);
    const what = ['write -z', 'discard', `write -P ${1 + random(255)}`, `write -P ${1 + random(255)}`][random(4)] ?? '';
    return ['-c', `${what} ${at} ${length}`];
  });
  await run('qemu-io', ['-f', 'qcow2', '-d', 'unmap', ...commands.flat(), file]);
};

const OPTIONS = [
  'compat=1.1',
  'compat=0.10',
  'cluster_size=512',
  'cluster_size=4k',
  'cluster_size=2M',
  'extended_l2=on,cluster_size=16k',
  'extended_l2=on,cluster_size=128k',
  'preallocation=metadata',
];

describe('qcow2 files that QEMU wrote', () => {
  for (const options of OPTIONS)
    test(`${options}: read as QEMU reads them, alone and over one another`, () =>
      withDirectory(async (directory) => {
        const random = seeded(options.length);
        const size = 9 * MIB + 512 * 7;
        const [base, middle, top] = ['base', 'middle', 'top'].map((name) => join(directory, `${name}.qcow2`));
        assert.ok(base !== undefined && middle !== undefined && top !== undefined);
        await qemuImg('create', '-q', '-f', 'qcow2', '-o', options, base, String(size));
        await scribble(base, size, random);
        assert.ok((await contentByQemu(base)).equals(await contentOf(base)), 'alone');
        const over = options.replace(',preallocation=metadata', '').replace('preallocation=metadata', 'compat=1.1');
        await qemuImg('create', '-q', '-f', 'qcow2', '-o', over, '-b', base, '-F', 'qcow2', middle);
        await scribble(middle, size, random);
        // Larger than what is below it.
        await qemuImg(
          'create',
          '-q',
          '-f',
          'qcow2',
          '-o',
          over,
          '-b',
          middle,
          '-F',
          'qcow2',
          top,
          String(size + 3 * MIB),
        );
        await scribble(top, size + 3 * MIB, random);
        assert.ok((await contentByQemu(top)).equals(await contentOf(top, middle, base)), 'chain');
      }));

  for (const type of ['zlib', 'zstd'])
    test(`compressed with ${type}, and written over`, () =>
      withDirectory(async (directory) => {
        const [plain, file] = [join(directory, 'plain.qcow2'), join(directory, 'compressed.qcow2')];
        await qemuImg('create', '-q', '-f', 'qcow2', plain, '8M');
        await scribble(plain, 8 * MIB, seeded(3));
        await qemuImg('convert', '-f', 'qcow2', '-O', 'qcow2', '-c', '-o', `compression_type=${type}`, plain, file);
        assert.ok((await contentByQemu(file)).equals(await contentOf(file)), 'as it was made');
        await scribble(file, 8 * MIB, seeded(4));
        assert.ok((await contentByQemu(file)).equals(await contentOf(file)), 'written over');
      }));

  test('over a raw disk that is shorter', () =>
    withDirectory(async (directory) => {
      const [raw, file] = [join(directory, 'base.raw'), join(directory, 'top.qcow2')];
      await qemuImg('create', '-q', '-f', 'raw', raw, '3M');
      await run('qemu-io', ['-f', 'raw', '-c', 'write -P 7 1M 2M', raw]);
      await qemuImg('create', '-q', '-f', 'qcow2', '-b', raw, '-F', 'raw', file, '5M');
      await scribble(file, 5 * MIB, seeded(5));
      assert.ok((await contentByQemu(file)).equals(await contentOf(file, raw)));
    }));
});

const refused = (file: string): Promise<void> =>
  assert.rejects(
    () => contentOf(file),
    (error) => error instanceof DiskFormatError,
  );

describe('qcow2 files that must not be read', () => {
  test('data elsewhere, encrypted, marked corrupt', () =>
    withDirectory(async (directory) => {
      const external = join(directory, 'external.qcow2');
      await qemuImg('create', '-q', '-f', 'qcow2', '-o', `data_file=${join(directory, 'data.raw')}`, external, '1M');
      await refused(external);
      const corrupt = join(directory, 'corrupt.qcow2');
      await qemuImg('create', '-q', '-f', 'qcow2', corrupt, '1M');
      await patch(corrupt, 79, Buffer.from([2]));
      await refused(corrupt);
    }));

  test('a first-level table that the file ends in, or before', () =>
    withDirectory(async (directory) => {
      const file = join(directory, 'cut.qcow2');
      await qemuImg('create', '-q', '-f', 'qcow2', '-o', 'cluster_size=4k', file, '64M');
      const { size } = await stat(file);
      const place = Buffer.alloc(8);
      // Its 32 entries begin in the file and do not end there; or there is not one.
      for (const at of [size - (size % 4096 || 4096), size, size + 4096]) {
        place.writeBigUInt64BE(BigInt(at));
        await patch(file, 40, place);
        await truncate(file, size - (size % 4096 || 4096) + 100);
        await assert.rejects(contentOf(file), (error: unknown) => {
          assert.ok(error instanceof DiskFormatError, String(error));
          assert.match(error.message, /first-level table/);
          return true;
        });
        await truncate(file, size);
      }
    }));

  test('hardening 12 a hundred damaged ones: read, or refused with a reason', () =>
    withDirectory(async (directory) => {
      const random = seeded(FUZZ_SEED);
      const [plain, good, bad] = ['plain', 'good', 'bad'].map((name) => join(directory, `${name}.qcow2`));
      assert.ok(plain !== undefined && good !== undefined && bad !== undefined);
      await qemuImg('create', '-q', '-f', 'qcow2', plain, '4M');
      await scribble(plain, 4 * MIB, seeded(6));
      await qemuImg('convert', '-f', 'qcow2', '-O', 'qcow2', '-c', '-o', 'cluster_size=4k', plain, good);
      await scribble(good, 4 * MIB, seeded(7));
      const { size } = await stat(good);
      let refusals = 0;
      const runs = fuzzRuns(100);
      for (let i = 0; i < runs; i++) {
        await copyFile(good, bad);
        // The header and the first tables; now and then anywhere, and now and then the end is missing.
        const at = random(3) === 0 ? random(size - 8) : random(3) === 0 ? random(112) : 4096 + random(16_384);
        const bytes = Buffer.alloc(8);
        bytes.writeBigUInt64BE(
          [0n, 2n ** 62n + 5n, 2n ** 63n, 2n ** 55n, BigInt(random(2 ** 31)) * 512n][random(5)] ?? 0n,
        );
        await patch(bad, at, bytes);
        if (random(5) === 0) await truncate(bad, random(size));
        try {
          await contentOf(bad);
        } catch (error) {
          const told = `mutation ${i}, VSMS_FUZZ_SEED=${FUZZ_SEED}: ${String((error as Error).stack)}`;
          assert.ok(error instanceof DiskFormatError, told);
          refusals++;
        }
      }
      assert.ok(refusals > runs / 10, `${refusals} were refused, VSMS_FUZZ_SEED=${FUZZ_SEED}`);
    }));
});
