import assert from 'node:assert/strict';
import { copyFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DiskFormatError } from '../../src/vhd/disk-info.ts';
import { inspectDisk } from '../../src/vhd/inspect.ts';
import { openWritable, type WritableSource } from '../../src/vhd/source.ts';
import { growVhdx } from '../../src/vhd/vhdx/grow.ts';
import { contentByLibvhdi, contentByQemu, contentOf, create, KINDS, scribble, seeded } from './disks.ts';
import { patch, peek, qemuImg, withDirectory } from './fixtures.ts';
import { composeEntry, markDirty, writeRing } from './log.ts';

const MIB = 1024 * 1024;

const grow = async (file: string, bytes: number): Promise<void> => {
  const writable = await openWritable(await open(file, 'r+'));
  try {
    await growVhdx(writable, bytes);
  } finally {
    await writable.close();
  }
};

for (const kind of KINDS.filter(({ format }) => format === 'vhdx'))
  for (const type of ['fixed', 'dynamic'] as const)
    test(`${kind.name}, ${type}: larger by less than a block, by some, by many; we, QEMU and libvhdi read it`, () =>
      withDirectory(async (directory) => {
        const random = seeded(kind.blockSize + kind.sector);
        const file = join(directory, 'grows.vhdx');
        let model = Buffer.alloc(5 * MIB + kind.sector);
        const writer = await create(kind, file, model.length, type);
        await scribble(writer, model, random, 12);
        await writer.close();
        const { id, dataWriteId } = await inspectDisk(file);
        for (const bytes of [model.length + kind.sector, 8 * MIB, 41 * MIB, 41 * MIB]) {
          await grow(file, bytes);
          model = Buffer.concat([model, Buffer.alloc(bytes - model.length)]);
          const info = await inspectDisk(file);
          assert.deepEqual([info.virtualSize, info.type, info.id, info.hazards], [bytes, type, id, []]);
          assert.notEqual(info.dataWriteId, dataWriteId);
          assert.ok(model.equals(await contentOf(file)), 'our reader');
          // QEMU reads no VHDX with sectors of 4 KiB.
          if (kind.sector === 512) assert.ok(model.equals(await contentByQemu(kind, file)), 'QEMU');
          assert.ok(model.equals(await contentByLibvhdi(file)), 'libvhdi');
          if (kind.sector === 512) await qemuImg('check', '-q', '-f', 'vhdx', file);
        }
        await assert.rejects(grow(file, 40 * MIB), /can only grow/);
        await assert.rejects(grow(file, 42 * MIB + 100), /no multiple/);
        assert.ok(model.equals(await contentOf(file)));
      }));

describe('what does not grow is left as it is', () => {
  const refused = async (file: string, bytes: number, why: RegExp): Promise<void> => {
    await using handle = await open(file, 'r');
    const before = await handle.readFile();
    await assert.rejects(grow(file, bytes), (error) => error instanceof DiskFormatError && why.test(error.message));
    await using after = await open(file, 'r');
    assert.ok(before.equals(await after.readFile()));
  };
  const made = async (file: string, parent: string | null = null): Promise<string> => {
    const kind = KINDS[1] ?? assert.fail();
    await (await create(kind, file, 4 * MIB, 'dynamic', parent)).close();
    return file;
  };

  test('a differencing disk, one whose log is damaged, one whose table is full, and damaged ones', () =>
    withDirectory(async (directory) => {
      const base = await made(join(directory, 'base.vhdx'));
      await refused(await made(join(directory, 'child.avhdx'), base), 8 * MIB, /differencing/);
      // A table of 1 MiB has 131072 entries of blocks of 1 MiB, some of them for bitmaps.
      await refused(base, 131_072 * MIB, /no room/);
      await writeRing(base, 0, composeEntry({ sequence: 1n, tail: 8192, flushed: 0, last: 0, changes: [] }));
      await markDirty(base);
      await refused(base, 8 * MIB, /log is damaged/);
      await patch(base, 0, Buffer.from('nonsense'));
      await refused(base, 8 * MIB, /no VHDX/);
    }));

  test('rubbish behind the end of the block table becomes no content', () =>
    withDirectory(async (directory) => {
      const file = await made(join(directory, 'base.vhdx'));
      const { at, entries } = await tableOf(file);
      await patch(file, at + 4 * 8, Buffer.alloc(entries * 8, 0x36));
      await grow(file, 16 * MIB);
      assert.ok(Buffer.alloc(16 * MIB).equals(await contentOf(file)));
    }));
});

/** Block table: of the regions the one that begins where our writer puts it. */
const tableOf = async (file: string): Promise<{ readonly at: number; readonly entries: number }> => {
  const regions = await peek(file, 192 * 1024, 64 * 1024);
  return { at: Number(regions.readBigUInt64LE(16 + 16)), entries: 32 };
};

type Done =
  | { readonly kind: 'write'; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'sync' };

/** Does it, and writes down what. */
const recording = (file: WritableSource, done: Done[]): WritableSource => ({
  file: file.file,
  changed: file.changed,
  get size() {
    return file.size;
  },
  read: (...args) => file.read(...args),
  fill: (...args) => file.fill(...args),
  close: () => file.close(),
  sync: async () => void done.push({ kind: 'sync' }),
  extend: async (bytes) => {
    done.push({ kind: 'length', bytes });
    await file.extend(bytes);
  },
  write: async (at, bytes) => {
    done.push({ kind: 'write', at, bytes: Buffer.from(bytes) });
    await file.write(at, bytes);
  },
});

const subsets = <T>(all: readonly T[]): readonly (readonly T[])[] =>
  all.reduce<readonly (readonly T[])[]>((some, one) => [...some, ...some.map((set) => [...set, one])], [[]]);

for (const type of ['fixed', 'dynamic'] as const)
  test(`${type}: power that goes at any moment, whatever the disk had written by then, leaves the old size or the new one`, () =>
    withDirectory(async (directory) => {
      const kind = KINDS[1] ?? assert.fail();
      const [file, old, crashed] = ['grows.vhdx', 'old.vhdx', 'crashed.vhdx'].map((name) => join(directory, name));
      if (file === undefined || old === undefined || crashed === undefined) return;
      const model = Buffer.alloc(3 * MIB + 512);
      const writer = await create(kind, file, model.length, type);
      await scribble(writer, model, seeded(3), 12);
      await writer.close();
      await copyFile(file, old);
      const done: Done[] = [];
      {
        const writable = await openWritable(await open(file, 'r+'));
        await growVhdx(recording(writable, done), 7 * MIB);
        await writable.close();
      }
      assert.equal(done.at(-1)?.kind, 'sync');
      const sizes = new Set<number>();
      for (let end = 0; end <= done.length; end++) {
        const synced = done.slice(0, end).findLastIndex(({ kind: what }) => what === 'sync') + 1;
        for (const late of subsets(done.slice(synced, end))) {
          await copyFile(old, crashed);
          await using handle = await open(crashed, 'r+');
          for (const one of [...done.slice(0, synced), ...late])
            if (one.kind === 'write') await handle.write(one.bytes, 0, one.bytes.length, one.at);
            else if (one.kind === 'length') await handle.truncate(one.bytes);
          const { virtualSize, hazards } = await inspectDisk(crashed);
          sizes.add(virtualSize);
          assert.deepEqual(hazards, []);
          const wanted = Buffer.concat([model, Buffer.alloc(virtualSize - model.length)]);
          assert.ok(wanted.equals(await contentOf(crashed)));
          assert.ok(wanted.equals(await contentByQemu(kind, crashed)));
        }
      }
      assert.deepEqual([...sizes], [model.length, 7 * MIB]);
    }));
