import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { ExportedDisk } from '../../src/core/transfer/export-disks.ts';
import { measureDisk, writeDisk } from '../../src/core/transfer/write-disk.ts';
import { qemuImg, withDirectory } from '../vhd/fixtures.ts';

const run = promisify(execFile);
const MIB = 1024 * 1024;
const SIZE = 100 * 1024 * MIB;
const PLACES = [0, 33 * 1024 * MIB, SIZE - 2 * MIB];

/** 100 GiB, of which six MiB are there. */
const sparse = async (file: string, size = SIZE): Promise<void> => {
  await using handle = await open(file, 'w');
  await handle.truncate(size);
  for (const place of PLACES) await handle.write(Buffer.alloc(2 * MIB, 1 + (place % 7)), 0, 2 * MIB, place);
};

describe('an export of a large sparse disk takes what its data take', () => {
  const cases = [
    ['raw', 'layer', '.vhdx'],
    ['raw', 'copy', '.raw'],
    ['raw', 'merge', '.vhdx'],
    ['vhd', 'layer', '.vhdx'],
  ] as const;
  for (const [format, how, ending] of cases)
    test(`${format}, ${how}`, () =>
      withDirectory(async (directory) => {
        const file = join(directory, `disk.${format}`);
        if (format === 'raw') await sparse(file);
        else {
          await qemuImg('create', '-q', '-f', 'vpc', '-o', 'subformat=fixed,force_size=on', file, String(SIZE));
          await using handle = await open(file, 'r+');
          for (const place of PLACES) await handle.write(Buffer.alloc(2 * MIB, 1 + (place % 7)), 0, 2 * MIB, place);
        }
        const disk: ExportedDisk = { name: `out${ending}`, how, files: [{ file, format }], below: null };
        const { signal } = new AbortController();
        const { work, room } = await measureDisk(disk, signal);
        assert.ok(room < 8 * MIB, `${room}`);
        const told: number[] = [];
        const target = join(directory, `out${ending}`);
        await writeDisk(disk, target, null, { signal, progress: (done) => told.push(done) });
        assert.equal(told.at(-1), work);
        // Each is told after a read; had the holes been read, there were a hundred thousand.
        assert.ok(told.length < 200, `${told.length} pieces`);
        assert.ok((await stat(target)).blocks * 512 < 40 * MIB);
        const reads = PLACES.flatMap((place) => [
          ...['-c', `read -q -P ${1 + (place % 7)} ${place} 2M`],
          ...(place + 2 * MIB < SIZE ? ['-c', `read -q -P 0 ${place + 2 * MIB} 4M`] : []),
        ]);
        const { stdout } = await run('qemu-io', ['-r', '-f', ending.slice(1), ...reads, target]);
        assert.equal(stdout, '');
      }));
});
