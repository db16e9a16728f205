import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { contentOf, extentsAgree, open, seeded } from './disks.ts';
import { qemuImg, withDirectory } from './fixtures.ts';

const run = promisify(execFile);
const MIB = 1024 * 1024;

/** Data here and there, zeros between. */
const randomContent = (size: number, random: (below: number) => number): Buffer => {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i < 12; i++) {
    const at = random(size / 512) * 512;
    bytes.fill(`${random(1e9)} `, at, Math.min(size, at + (1 + random(3000)) * 512));
  }
  return bytes;
};

const FORMATS: readonly (readonly [name: string, format: string, options: string])[] = [
  ['a.vhd', 'vpc', 'subformat=dynamic,force_size=on'],
  ['b.vhd', 'vpc', 'subformat=fixed,force_size=on'],
  ['a.vhdx', 'vhdx', 'subformat=dynamic,block_size=1M'],
  ['b.vhdx', 'vhdx', 'subformat=dynamic,block_size=16M'],
  ['c.vhdx', 'vhdx', 'subformat=fixed'],
  ['a.raw', 'raw', 'preallocation=off'],
];

describe('disks that QEMU wrote', () => {
  for (const [name, format, options] of FORMATS)
    test(`${name}: ${options}`, () =>
      withDirectory(async (directory) => {
        for (let seed = 1; seed <= 3; seed++) {
          const content = randomContent(17 * MIB + seed * 512, seeded(seed));
          const raw = join(directory, 'in.raw');
          const file = join(directory, name);
          await writeFile(raw, content);
          await qemuImg('convert', '-f', 'raw', '-O', format, '-o', options, raw, file);
          assert.ok(content.equals(await contentOf(file)), `seed ${seed}`);
          const { source } = await open(file);
          assert.ok(await extentsAgree(source, content), `seed ${seed}: extents`);
          await source.close();
        }
      }));

  test('a VHDX that a guest wrote at random places', () =>
    withDirectory(async (directory) => {
      const file = join(directory, 'a.vhdx');
      await qemuImg('create', '-q', '-f', 'vhdx', '-o', 'block_size=1M', file, '16M');
      const random = seeded(8);
      const content = Buffer.alloc(16 * MIB);
      const commands = Array.from({ length: 40 }, () => {
        const at = random(16 * 2048) * 512;
        const length = Math.min(16 * MIB - at, (1 + random(400)) * 512);
        const value = 1 + random(255);
        content.fill(value, at, at + length);
        return ['-c', `write -q -P ${value} ${at} ${length}`];
      });
      await run('qemu-io', ['-f', 'vhdx', ...commands.flat(), file]);
      assert.ok(content.equals(await contentOf(file)));
    }));
});
