import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, open as openFile, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { DiskFormatError } from '../../src/vhd/disk-info.ts';
import { openWritable } from '../../src/vhd/source.ts';
import { readVhdxHeader } from '../../src/vhd/vhdx/headers.ts';
import { replayVhdxLog } from '../../src/vhd/vhdx/reopen.ts';
import { contentByQemu, contentOf, create, KINDS, type DiskKind, open } from './disks.ts';
import { changeVhdxHeaders, patch, peek, withDirectory } from './fixtures.ts';
import { type Change, composeEntry, type EntryOptions, LOG_ID, logRegion, markDirty, writeRing } from './log.ts';

const run = promisify(execFile);
const MIB = 1024 * 1024;
const vhdx = KINDS[1] as DiskKind;

/** A disk of 4 blocks with data in the first two, and where its block table lies. */
const makeDisk = async (directory: string): Promise<{ file: string; table: number; size: number }> => {
  const file = join(directory, 'a.vhdx');
  const writer = await create(vhdx, file, 4 * MIB, 'dynamic');
  await writer.write(0, Buffer.alloc(MIB, 'one'));
  await writer.write(MIB, Buffer.alloc(MIB, 'two'));
  await writer.close();
  return { file, table: 3 * MIB, size: (await stat(file)).size };
};

/** The first sector of the table with other entries. */
const tableWith = async (file: string, table: number, entries: Readonly<Record<number, bigint>>): Promise<Buffer> => {
  const sector = await peek(file, table, 4096);
  for (const [index, entry] of Object.entries(entries)) sector.writeBigUInt64LE(entry, Number(index) * 8);
  return sector;
};

const refused = (file: string, reason: RegExp): Promise<void> =>
  assert.rejects(contentOf(file), (error: unknown) => {
    assert.ok(error instanceof DiskFormatError, String((error as Error).stack));
    assert.match(error.message, reason);
    return true;
  });

describe('MS-VHDX §2.3 a file that was not closed is read with its log replayed', () => {
  test('a table in the log counts, the file stays as it is, and QEMU reads the same after it replayed the log itself', () =>
    withDirectory(async (directory) => {
      const { file, table, size } = await makeDisk(directory);
      const before = await peek(file, table, 16);
      // The log swaps the blocks, and grows the file for a third one.
      const swapped = await tableWith(file, table, {
        0: before.readBigUInt64LE(8),
        1: before.readBigUInt64LE(0),
        2: (BigInt(size / MIB) << 20n) | 6n,
      });
      const filled = Buffer.alloc(4096, 'new');
      const changes: Change[] = [
        { offset: table, data: swapped },
        { offset: size, zeros: MIB },
        { offset: size + 8192, data: filled },
      ];
      await writeRing(file, 0, composeEntry({ sequence: 7n, tail: 0, flushed: size, last: size + MIB, changes }));
      await markDirty(file);
      const digest = createHash('sha256')
        .update(await readFile(file))
        .digest('hex');
      const content = await contentOf(file);
      const expected = Buffer.concat([Buffer.alloc(MIB, 'two'), Buffer.alloc(MIB, 'one'), Buffer.alloc(2 * MIB)]);
      filled.copy(expected, 2 * MIB + 8192);
      assert.ok(content.equals(expected));
      assert.equal(
        createHash('sha256')
          .update(await readFile(file))
          .digest('hex'),
        digest,
      );
      const copy = join(directory, 'copy.vhdx');
      await copyFile(file, copy);
      await run('qemu-img', ['check', '-q', '-r', 'all', '-f', 'vhdx', copy]);
      assert.ok((await contentByQemu(vhdx, copy)).equals(expected), 'QEMU');
    }));

  test('several entries, over the end of the ring, beside older ones that no longer count', () =>
    withDirectory(async (directory) => {
      const { file, table, size } = await makeDisk(directory);
      const { length } = await logRegion(file);
      const at = (await peek(file, table, 8)).readBigUInt64LE(0) >> 20n;
      const block = Number(at) * MIB;
      const common = { flushed: size, last: size };
      const data = (text: string): Buffer => Buffer.alloc(4096, text);
      // Old: a higher place in the file, a lower number, still whole.
      await writeRing(
        file,
        64 * 1024,
        composeEntry({ ...common, sequence: 90n, tail: 64 * 1024, changes: [{ offset: block, data: data('old') }] }),
      );
      const start = length - 12 * 1024;
      const entries: readonly (readonly Change[])[] = [
        [
          { offset: block, data: data('A') },
          { offset: block + 4096, data: data('B') },
        ],
        [{ offset: block + 4096, zeros: 8192 }],
        [{ offset: block + 8192, data: data('C') }],
      ];
      let place = start;
      let sequence = 100n;
      for (const changes of entries) {
        const entry = composeEntry({ ...common, sequence: sequence++, tail: start, changes });
        await writeRing(file, place, entry);
        place = (place + entry.length) % length;
      }
      assert.ok(place < start, 'the log went around');
      // The next one is of another log: a rest of an earlier life of the file.
      await writeRing(
        file,
        place,
        composeEntry({
          ...common,
          sequence,
          tail: start,
          changes: [{ offset: block, data: data('X') }],
          logId: '99999999-0102-0304-0506-0708090A0B0C',
        }),
      );
      await markDirty(file);
      const expected = Buffer.concat([data('A'), Buffer.alloc(4096), data('C')]);
      const content = await contentOf(file);
      assert.ok(content.subarray(0, 12_288).equals(expected));
      assert.ok(content.subarray(12_288, MIB).equals(Buffer.alloc(MIB, 'one').subarray(12_288)));
    }));

  test('only entries from the tail on are replayed', () =>
    withDirectory(async (directory) => {
      const { file, table, size } = await makeDisk(directory);
      const block = Number((await peek(file, table, 8)).readBigUInt64LE(0) >> 20n) * MIB;
      const first = composeEntry({
        ...{ sequence: 5n, tail: 0, flushed: size, last: size },
        changes: [{ offset: block, data: Buffer.alloc(4096, 'in the file long ago') }],
      });
      const second = composeEntry({
        ...{ sequence: 6n, tail: first.length, flushed: size, last: size },
        changes: [{ offset: block + 4096, data: Buffer.alloc(4096, 'second') }],
      });
      await writeRing(file, 0, Buffer.concat([first, second]));
      await markDirty(file);
      const content = await contentOf(file);
      assert.ok(content.subarray(0, 4096).equals(Buffer.alloc(MIB, 'one').subarray(0, 4096)));
      assert.ok(content.subarray(4096, 8192).equals(Buffer.alloc(4096, 'second')));
    }));

  test('an entry that is cut off at the end of the sequence does not count', () =>
    withDirectory(async (directory) => {
      const { file, table, size } = await makeDisk(directory);
      const block = Number((await peek(file, table, 8)).readBigUInt64LE(0) >> 20n) * MIB;
      const make = (sequence: bigint, text: string): Buffer =>
        composeEntry({
          ...{ sequence, tail: 0, flushed: size, last: size },
          changes: [{ offset: block, data: Buffer.alloc(4096, text) }],
        });
      const torn = make(2n, 'torn');
      torn.fill(0, 4096);
      await writeRing(file, 0, Buffer.concat([make(1n, 'whole'), torn]));
      await markDirty(file);
      assert.ok((await contentOf(file)).subarray(0, 4096).equals(Buffer.alloc(4096, 'whole')));
    }));
});

describe('hardening 12 logs that lie', () => {
  const lies: readonly (readonly [
    name: string,
    reason: RegExp,
    make: (size: number, log: number) => Partial<EntryOptions> & { readonly changes: readonly Change[] },
  ])[] = [
    ['rewrites the header', /must not change/, () => ({ changes: [{ offset: 64 * 1024, data: Buffer.alloc(4096) }] })],
    ['zeroes the identifier', /must not change/, () => ({ changes: [{ offset: 0, zeros: 4096 }] })],
    ['rewrites itself', /must not change/, (_, log) => ({ changes: [{ offset: log, data: Buffer.alloc(4096) }] })],
    ['an odd offset', /must not change/, () => ({ changes: [{ offset: MIB * 3 + 5, data: Buffer.alloc(4096) }] })],
    ['an odd length', /must not change/, (size) => ({ changes: [{ offset: size - 4096, zeros: 5 }] })],
    ['writes beyond the file', /outside/, (size) => ({ changes: [{ offset: size, data: Buffer.alloc(4096) }] })],
    ['zeroes beyond the file', /outside/, (size) => ({ changes: [{ offset: size - 4096, zeros: 2 ** 50 }] })],
    ['a file of 2^60 bytes', /cannot be/, () => ({ last: 2 ** 60, changes: [] })],
    ['a file that was longer', /had/, (size) => ({ flushed: size + MIB, changes: [] })],
    ['its tail is nowhere', /damaged/, () => ({ tail: 8192, changes: [] })],
  ];
  for (const [name, reason, make] of lies)
    test(name, () =>
      withDirectory(async (directory) => {
        const { file, size } = await makeDisk(directory);
        const { offset } = await logRegion(file);
        const lie = make(size, offset);
        await writeRing(file, 0, composeEntry({ sequence: 1n, tail: 0, flushed: size, last: size, ...lie }));
        await markDirty(file);
        await refused(file, reason);
      }),
    );

  test('a log that says it is in use and holds nothing, another life, or its first entry in part changes nothing; two in part are damage', () =>
    withDirectory(async (directory) => {
      const { file, size } = await makeDisk(directory);
      const before = await contentOf(file);
      const reads = async (): Promise<boolean> =>
        before.equals(await contentOf(file)) && before.equals(await contentByQemu(vhdx, file));
      await markDirty(file);
      assert.ok(await reads(), 'empty');
      await writeRing(file, 0, composeEntry({ sequence: 1n, tail: 0, flushed: size, last: size, changes: [] }));
      await markDirty(file, LOG_ID.replace('0A', 'FF'));
      assert.ok(await reads(), 'of another life');
      const changes = [{ offset: size - 4096, data: Buffer.alloc(4096, 'new') }];
      const torn = composeEntry({ sequence: 1n, tail: 0, flushed: size, last: size, changes }).subarray(0, 4096);
      await writeRing(file, 0, torn);
      await markDirty(file);
      assert.ok(await reads(), 'in part');
      await writeRing(file, 64 * 1024, torn);
      await refused(file, /log is damaged/);
    }));

  test('what a log holds is written to its place, then the log is called empty; so is one that holds nothing', () =>
    withDirectory(async (directory) => {
      const { file, size } = await makeDisk(directory);
      const replay = async (): Promise<string | null> => {
        const writable = await openWritable(await openFile(file, 'r+'));
        try {
          await replayVhdxLog(writable, (await readVhdxHeader(writable)).header);
          return (await readVhdxHeader(writable)).header.logId;
        } finally {
          await writable.close();
        }
      };
      const before = await readFile(file);
      await markDirty(file);
      assert.equal(await replay(), null);
      const data = Buffer.alloc(4096, 'new');
      const changes = [{ offset: size - 4096, data }];
      await writeRing(file, 0, composeEntry({ sequence: 1n, tail: 0, flushed: size, last: size, changes }));
      await markDirty(file);
      assert.equal(await replay(), null);
      assert.ok((await peek(file, size - 4096, 4096)).equals(data));
      assert.ok((await peek(file, 2 * MIB, size - 2 * MIB - 4096)).equals(before.subarray(2 * MIB, size - 4096)));
    }));

  test('entries that all pretend to fill the ring cost bounded time; a log of 4 GiB is not read', () =>
    withDirectory(async (directory) => {
      const { file } = await makeDisk(directory);
      const { length } = await logRegion(file);
      const head = composeEntry({ sequence: 1n, tail: 0, flushed: 0, last: 0, changes: [] });
      head.writeUInt32LE(length, 8);
      for (let at = 0; at < length; at += 4096) await writeRing(file, at, head);
      await markDirty(file);
      await refused(file, /contradict each other/);
      await truncate(file, 4096 * MIB);
      await changeVhdxHeaders(file, (header) => {
        header.writeUInt32LE(2 ** 32 - MIB, 68);
        header.writeBigUInt64LE(BigInt(MIB), 72);
      });
      await refused(file, /not in its place|too long/);
    }));

  test('a disk with an empty log is not touched by any of this', () =>
    withDirectory(async (directory) => {
      const { file } = await makeDisk(directory);
      await patch(file, MIB, Buffer.alloc(4096, 0xff));
      const { source } = await open(file);
      await source.close();
    }));
});
