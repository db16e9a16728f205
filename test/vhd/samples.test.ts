import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { extentsOf } from '../../src/vhd/block-source.ts';
import { ChainError } from '../../src/vhd/chain/chain-error.ts';
import { inspectDisk } from '../../src/vhd/inspect.ts';
import { openChain } from '../../src/vhd/chain/chain.ts';
import { plainFile } from '../../src/vhd/chain/parent-names.ts';
import { createVhdx } from '../../src/vhd/vhdx/writer.ts';
import { contentByLibvhdi, contentByQemu, contentOf, extentsAgree, KINDS, open, partByLibvhdi } from './disks.ts';
import { changeVhdxHeaders, guidBytes, withDirectory } from './fixtures.ts';

const MIB = 1024 * 1024;

/** Real files of Hyper-V hosts are not part of the project; who has them names their folder. */
const samples = process.env['VSMS_HYPERV_SAMPLES'];

const unpack = async (directory: string, name: string): Promise<string> => {
  const file = join(directory, name);
  await writeFile(file, gunzipSync(await readFile(join(samples ?? '', `${name}.gz`))));
  return file;
};

if (samples !== undefined)
  describe('disks made by Hyper-V', () => {
    for (const name of ['fixed.vhd', 'dynamic.vhd', 'fixed.vhdx', 'dynamic.vhdx'])
      test(`${name}: we, QEMU and libvhdi read the same, and the file stays as it is`, () =>
        withDirectory(async (directory) => {
          const file = await unpack(directory, name);
          const digest = createHash('sha256')
            .update(await readFile(file))
            .digest('hex');
          const kind = KINDS.find((each) => each.format === name.split('.').at(-1)) ?? assert.fail();
          const content = await contentOf(file);
          assert.ok(content.equals(await contentByQemu(kind, file)), 'QEMU');
          assert.ok(content.equals(await contentByLibvhdi(file)), 'libvhdi');
          const { source } = await open(file);
          assert.ok(await extentsAgree(source, content));
          await source.close();
          assert.equal(
            createHash('sha256')
              .update(await readFile(file))
              .digest('hex'),
            digest,
          );
        }));

    test('the disk of a checkpoint misses its parent, and tells its name', () =>
      withDirectory(async (directory) => {
        const file = await unpack(directory, 'differencing.avhdx');
        await assert.rejects(open(file), (error: unknown) => {
          assert.ok(error instanceof ChainError);
          assert.equal(error.problem, 'parentMissing');
          assert.match(error.message, /Generation 1_49C4BAF3.*\.avhdx/);
          return true;
        });
      }));

    test('the disk of a checkpoint over a parent of ours reads as libvhdi reads it', () =>
      withDirectory(async (directory) => {
        const file = await unpack(directory, 'differencing.avhdx');
        const info = await inspectDisk(file);
        const parent = join(directory, 'parent.vhdx');
        const writer = await createVhdx({ file: parent, size: info.virtualSize, type: 'dynamic', blockSize: MIB });
        // Where the child has something, so that every bit of its bitmaps decides between two contents.
        const ownParts: { offset: number; length: number }[] = [];
        await writer.close();
        const linkage = guidBytes(info.parent?.linkage ?? '');
        await changeVhdxHeaders(parent, (header) => linkage.copy(header, 32));
        const first = await openChain(plainFile(file), () => Promise.resolve([plainFile(parent)]));
        for await (const extent of extentsOf(first.source)) if (extent.kind === 'data') ownParts.push(extent);
        await first.source.close();
        assert.ok(ownParts.length > 0, 'the child has data');
        const filled = join(directory, 'filled.vhdx');
        const pattern = await createVhdx({ file: filled, size: info.virtualSize, type: 'dynamic', blockSize: MIB });
        const places = new Set(ownParts.flatMap(({ offset, length }) => [offset, offset + length - 1].map(blockOf)));
        for (const place of places) await pattern.write(place, Buffer.alloc(2 * MIB, 'parent '));
        await pattern.close();
        await changeVhdxHeaders(filled, (header) => linkage.copy(header, 32));
        const { source } = await openChain(plainFile(file), () => Promise.resolve([plainFile(filled)]));
        for (const place of places) {
          const into = Buffer.alloc(2 * MIB);
          await source.read(place, into);
          assert.ok(into.equals(await partByLibvhdi(place, into.length, file, filled)), `at ${place}`);
        }
        await source.close();
      }));
  });

const blockOf = (offset: number): number => Math.floor(offset / (2 * MIB)) * 2 * MIB;
