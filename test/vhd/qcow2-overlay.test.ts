import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { DiskFormatError } from '../../src/vhd/disk-info.ts';
import { inspectDisk } from '../../src/vhd/inspect.ts';
import { encodeQcow2, type NewOverlay } from '../../src/vhd/qcow2/overlay.ts';
import { qemuImg, withDirectory } from './fixtures.ts';

const run = promisify(execFile);
const MIB = 1024n * 1024n;
const FORMATS = ['raw', 'qcow2', 'vpc', 'vhdx'] as const;
/** As many bytes as QEMU takes a first-level table for. */
const MOST = 2n ** 51n;

const write = async (file: string, overlay: NewOverlay): Promise<void> => {
  const { head, length } = encodeQcow2(overlay);
  const whole = Buffer.alloc(length);
  head.copy(whole);
  await writeFile(file, whole);
};

describe('new qcow2 overlays', () => {
  test('over nothing: a blank disk that QEMU checks, reads and writes', () =>
    withDirectory(async (directory) => {
      for (const size of [3n * MIB, 512n * MIB + 512n, 64n * MIB * MIB]) {
        const file = join(directory, `${size}.qcow2`);
        const { head, length } = encodeQcow2({ size, backing: null });
        const whole = Buffer.alloc(length);
        head.copy(whole);
        await writeFile(file, whole);
        const info = await inspectDisk(file);
        assert.deepEqual(
          [info.virtualSize, info.backing, info.type, info.hazards],
          [Number(size), null, 'dynamic', []],
        );
        await qemuImg('check', '-q', '-f', 'qcow2', file);
        const io = ['read -P 0 0 1M', `write -P 7 ${size - 512n} 512`, `read -P 7 ${size - 512n} 512`];
        await run('qemu-io', ['-f', 'qcow2', ...io.flatMap((command) => ['-c', command]), file]);
        await qemuImg('check', '-q', '-f', 'qcow2', file);
      }
    }));

  test('are what we and QEMU read: size, name and format of the backing file', () =>
    withDirectory(async (directory) => {
      const size = fc.oneof(
        fc.bigInt({ min: 0n, max: 4n * MIB }),
        fc.bigInt({ min: 0n, max: 64n * MIB * MIB }),
        // Where the first-level table gets another entry, and another cluster.
        fc
          .bigInt({ min: 1n, max: 3n })
          .chain((n) => fc.constantFrom(n * 512n * MIB, n * 512n * MIB + 1n, n * 4n * MIB * MIB + 1n)),
      );
      const name = fc
        .string({ unit: 'grapheme', minLength: 1, maxLength: 300 })
        .map((text) => `./${text.replaceAll(/[\0/]/g, '_')}`)
        .filter((text) => text.isWellFormed() && Buffer.byteLength(text) <= 1023);
      const plain = { noNullPrototype: true };
      const backing = fc.record({ name, format: fc.constantFrom(...FORMATS) }, plain);
      const overlays = fc.record({ size, backing }, plain);
      await fc.assert(
        fc.asyncProperty(overlays, async (overlay) => {
          const file = join(directory, 'a.qcow2');
          await write(file, overlay);
          const rounded = Number(((overlay.size + 511n) / 512n) * 512n);
          const info = await inspectDisk(file);
          assert.equal(info.virtualSize, rounded);
          assert.deepEqual(info.backing, overlay.backing);
          const said = JSON.parse(await qemuImg('info', '--output=json', '-f', 'qcow2', file)) as Record<
            string,
            unknown
          >;
          assert.equal(said['virtual-size'], rounded);
          assert.equal(said['cluster-size'], 65536);
          assert.equal(said['backing-filename'], overlay.backing.name);
          assert.equal(said['backing-filename-format'], overlay.backing.format);
        }),
        { numRuns: 30 },
      );
    }));

  test('have counts without a fault, before and after they are written to, and lie over what they name', () =>
    withDirectory(async (directory) => {
      for (const size of [MIB, 512n * MIB + 512n, 8n * 1024n * 1024n * MIB]) {
        const below = join(directory, 'below.qcow2');
        await qemuImg('create', '-q', '-f', 'qcow2', below, String(size));
        await run('qemu-io', ['-f', 'qcow2', '-c', 'write -P 7 0 64k', below]);
        const file = join(directory, 'over.qcow2');
        await write(file, { size, backing: { name: './below.qcow2', format: 'qcow2' } });
        await qemuImg('check', '-q', '-f', 'qcow2', file);
        await qemuImg('compare', '-q', '-f', 'qcow2', '-F', 'qcow2', file, below);
        const last = String(size - 512n);
        await run('qemu-io', ['-f', 'qcow2', '-c', `write -P 9 ${last} 512`, '-c', 'read -P 7 0 64k', file]);
        await qemuImg('check', '-q', '-f', 'qcow2', file);
        await qemuImg('commit', '-q', '-f', 'qcow2', file);
        await run('qemu-io', ['-f', 'qcow2', '-c', `read -P 9 ${last} 512`, below]);
      }
    }));

  test('the same disk as QEMU makes it takes our place, byte for byte of what counts', () =>
    withDirectory(async (directory) => {
      const theirs = join(directory, 'theirs.qcow2');
      await qemuImg('create', '-q', '-f', 'qcow2', '-u', '-b', './x.img', '-F', 'raw', theirs, '100G');
      const ours = join(directory, 'ours.qcow2');
      await write(ours, { size: 102400n * MIB, backing: { name: './x.img', format: 'raw' } });
      const facts = async (file: string): Promise<unknown> => {
        const {
          filename: _,
          'actual-size': __,
          children: ___,
          ...rest
        } = JSON.parse(await qemuImg('info', '--output=json', '-f', 'qcow2', file)) as Record<string, unknown>;
        return rest;
      };
      const withoutPlace = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll(directory, ''));
      assert.deepEqual(withoutPlace(await facts(ours)), withoutPlace(await facts(theirs)));
    }));

  test('that the format has no room for are refused', () => {
    const backing = { name: './a', format: 'raw' } as const;
    assert.throws(() => encodeQcow2({ size: MOST + 512n, backing }), DiskFormatError);
    assert.throws(() => encodeQcow2({ size: -1n, backing }), DiskFormatError);
    assert.throws(() => encodeQcow2({ size: MIB, backing: { ...backing, name: '' } }), DiskFormatError);
    assert.throws(() => encodeQcow2({ size: MIB, backing: { ...backing, name: 'ä'.repeat(512) } }), DiskFormatError);
    assert.equal(encodeQcow2({ size: MOST, backing }).length, 3 * 65536 + 32 * 1024 * 1024);
  });
});
