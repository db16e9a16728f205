import assert from 'node:assert/strict';
import { copyFile, link, mkdir, readdir, readFile, readlink, rename, rm, symlink, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { ChainError, type ChainProblem } from '../../src/vhd/chain/chain-error.ts';
import { openChain } from '../../src/vhd/chain/chain.ts';
import { besideChild, parentBaseNames, plainFile, windowsBaseName } from '../../src/vhd/chain/parent-names.ts';
import {
  contentByLibvhdi,
  contentOf,
  create,
  type DiskKind,
  extentsAgree,
  fileEnding,
  KINDS,
  open,
  readAll,
  scribble,
  seeded,
} from './disks.ts';
import { changeVhdxHeaders, guidBytes, withDirectory } from './fixtures.ts';

const MIB = 1024 * 1024;

/** A chain of `depth` files, the youngest first, and what it holds. */
const makeChain = async (
  kind: DiskKind,
  directory: string,
  depth: number,
  seed: number,
  size = 5 * MIB,
  type: 'fixed' | 'dynamic' = 'dynamic',
  unit: number = kind.sector,
): Promise<{ files: string[]; model: Buffer }> => {
  const random = seeded(seed);
  const model = Buffer.alloc(size);
  const files: string[] = [];
  for (let level = 0; level < depth; level++) {
    const file = join(directory, `level${level}.${fileEnding(kind, level > 0)}`);
    const writer = await create(kind, file, size, type, files[0] ?? null);
    await scribble(writer, model, random, 5, unit);
    await writer.close();
    files.unshift(file);
  }
  return { files, model };
};

const fails = (promise: Promise<unknown>, problem: ChainProblem, message: RegExp): Promise<void> =>
  assert.rejects(promise, (error: unknown) => {
    assert.ok(error instanceof ChainError, String((error as Error).stack));
    assert.equal(error.problem, problem, error.message);
    assert.match(error.message, message);
    return true;
  });

const vhd = KINDS[0] as DiskKind;
const vhdx = KINDS[1] as DiskKind;

for (const kind of KINDS)
  describe(`chains: ${kind.name}`, () => {
    test('a chain reads as its youngest disk; libvhdi reads the same', () =>
      withDirectory(async (directory) => {
        for (let seed = 1; seed <= 4; seed++) {
          const sub = join(directory, String(seed));
          await mkdir(sub);
          // In a byte of a VHD's bitmap with clear bits after set ones, libvhdi 20210425 reads zeros for the parent's data.
          const unit = kind.format === 'vhd' ? 4096 : kind.sector;
          const size = 5 * MIB + (seed - 1) * 3 * unit;
          const { files, model } = await makeChain(
            kind,
            sub,
            2 + seed,
            seed,
            size,
            seed === 2 ? 'fixed' : 'dynamic',
            unit,
          );
          const chain = await open(files[0] ?? '');
          assert.deepEqual(
            chain.files.map((each) => each.file),
            files,
          );
          assert.deepEqual(chain.notes, []);
          assert.ok(model.equals(await readAll(chain.source)), `seed ${seed}: our reader`);
          assert.ok(await extentsAgree(chain.source, model), `seed ${seed}: extents`);
          await chain.source.close();
          assert.ok(model.equals(await contentByLibvhdi(...files)), `seed ${seed}: libvhdi`);
        }
      }));

    test('hyperv-files §4 a chain of 50', () =>
      withDirectory(async (directory) => {
        const { files, model } = await makeChain(kind, directory, 50, 50);
        const chain = await open(files[0] ?? '');
        assert.equal(chain.files.length, 50);
        assert.ok(model.equals(await readAll(chain.source)));
        await chain.source.close();
      }));

    test('a child that is larger than its parent has zeros there, a smaller one ends earlier', () =>
      withDirectory(async (directory) => {
        const { files, model } = await makeChain(kind, directory, 1, 3);
        for (const [name, size] of [
          ['larger', 9 * MIB],
          ['smaller', 3 * MIB],
        ] as const) {
          const file = join(directory, `${name}.${fileEnding(kind, true)}`);
          const writer = await create(kind, file, size, 'dynamic', files[0] ?? null);
          await writer.write(kind.sector, Buffer.alloc(kind.sector, name));
          await writer.close();
          const expected = Buffer.alloc(size);
          model.copy(expected);
          expected.fill(Buffer.alloc(kind.sector, name), kind.sector, 2 * kind.sector);
          const { source, notes } = await open(file);
          assert.ok(expected.equals(await readAll(source)), name);
          assert.ok(await extentsAgree(source, expected), name);
          assert.deepEqual(
            notes.map((note) => note.kind),
            ['sizeDiffers'],
          );
          await source.close();
        }
      }));
  });

describe('parents that are not there or not right', () => {
  test('hyperv-files §4 a parent that is missing is told by its names and the file that misses it', () =>
    withDirectory(async (directory) => {
      for (const kind of [vhd, vhdx]) {
        const { files } = await makeChain(kind, directory, 3, 1);
        await rename(files[1] ?? '', join(directory, 'elsewhere.bin'));
        await fails(
          open(files[0] ?? ''),
          'parentMissing',
          /level1\.avhdx? was not found|parent of level2\.avhdx? was not found/,
        );
        await rm(join(directory, 'elsewhere.bin'));
        await rm(files[0] ?? '');
        await rm(files[2] ?? '');
      }
    }));

  test('hyperv-files §4 a VHDX parent that was written after its child is stale, and the message says which', () =>
    withDirectory(async (directory) => {
      const { files } = await makeChain(vhdx, directory, 3, 1);
      const written = 'AAAAAAAA-0000-0000-0000-00000000000A';
      await changeVhdxHeaders(files[1] ?? '', (header) => guidBytes(written).copy(header, 32));
      await fails(open(files[0] ?? ''), 'parentStale', new RegExp(`level1\\.avhdx is not .*${written}`));
      await assert.doesNotReject(async () => (await open(files[1] ?? '')).source.close());
    }));

  test('a VHD parent with another unique id is stale; one with another time is only noted', () =>
    withDirectory(async (directory) => {
      const { files } = await makeChain(vhd, directory, 2, 1);
      await utimes(files[1] ?? '', new Date(), new Date(Date.now() - 3_600_000));
      const chain = await open(files[0] ?? '');
      assert.deepEqual(
        chain.notes.map((note) => [note.kind, basename(note.parent)]),
        [['parentChangedAt', 'level0.vhd']],
      );
      await chain.source.close();
      await (await create(vhd, join(directory, 'other.vhd'), 5 * MIB, 'dynamic')).close();
      await rename(join(directory, 'other.vhd'), files[1] ?? '');
      await fails(open(files[0] ?? ''), 'parentStale', /level0\.vhd is not the parent of level1\.avhd/);
    }));

  test('hardening 11 a disk that is its own parent, and a circle of two', () =>
    withDirectory(async (directory) => {
      const { files } = await makeChain(vhdx, directory, 3, 1);
      const [young, middle, old] = files as [string, string, string];
      // The middle one takes the place and the identity of the oldest, and so points to itself.
      const identity = (await readFile(old)).subarray(128 * 1024 + 32, 128 * 1024 + 48);
      await rm(old);
      await copyFile(middle, old);
      await changeVhdxHeaders(old, (header) => identity.copy(header, 32));
      await fails(open(young), 'cycle', /level0\.vhdx has itself/);
      // Both point to the place of the oldest, where a hard link to the youngest lies: a circle of two.
      await rm(old);
      await link(young, old);
      await changeVhdxHeaders(young, (header) => identity.copy(header, 32));
      await fails(open(young), 'cycle', /level1\.avhdx has itself/);
    }));

  test('hardening 11 a chain deeper than the limit ends there', () =>
    withDirectory(async (directory) => {
      const { files } = await makeChain(vhdx, directory, 6, 1);
      await fails(openChain(plainFile(files[0] ?? ''), besideChild, { maxDepth: 5 }), 'tooDeep', /more than 5 files/);
      const chain = await openChain(plainFile(files[0] ?? ''), besideChild, { maxDepth: 6 });
      await chain.source.close();
    }));

  test('a damaged parent is told apart from a missing one; another format cannot be a parent', () =>
    withDirectory(async (directory) => {
      const { files } = await makeChain(vhdx, directory, 2, 1);
      await copyFile(files[0] ?? '', join(directory, 'broken'));
      await changeVhdxHeaders(files[1] ?? '', (header) => header.writeUInt16LE(7, 66));
      await fails(open(files[0] ?? ''), 'parentUnusable', /level0\.vhdx.*version 7/);
      const { files: other } = await makeChain(vhd, directory, 1, 1);
      await fails(
        openChain(plainFile(files[0] ?? ''), () => Promise.resolve([plainFile(other[0] ?? '')])),
        'parentUnusable',
        /cannot have a parent in the format vhd/,
      );
    }));

  test('of several candidates the one with the right identity is taken', () =>
    withDirectory(async (directory) => {
      const { files, model } = await makeChain(vhdx, directory, 2, 9);
      const decoy = join(directory, 'decoy.vhdx');
      await (await create(vhdx, decoy, 5 * MIB, 'dynamic')).close();
      const chain = await openChain(plainFile(files[0] ?? ''), () =>
        Promise.resolve([join(directory, 'none.vhdx'), decoy, files[0] ?? '', files[1] ?? ''].map(plainFile)),
      );
      assert.ok(model.equals(await readAll(chain.source)));
      await chain.source.close();
    }));

  test('hardening 11 only base names count beside a child, upper or lower case, and no symbolic link is followed', () =>
    withDirectory(async (directory) => {
      const { files, model } = await makeChain(vhdx, directory, 2, 2);
      const [young, old] = files as [string, string];
      await rename(old, join(directory, 'LEVEL0.vhdx'));
      assert.ok(model.equals(await contentOf(young)));
      const outside = join(directory, 'outside');
      await mkdir(outside);
      await rename(join(directory, 'LEVEL0.vhdx'), join(outside, 'level0.vhdx'));
      await symlink(join(outside, 'level0.vhdx'), old);
      await fails(open(young), 'parentMissing', /level0\.vhdx/);
      const names = [
        ['C:\\VMs\\a.vhdx', 'a.vhdx'],
        ['\\\\host\\share\\b.vhdx', 'b.vhdx'],
        ['..\\..\\c.vhdx', 'c.vhdx'],
        ['/etc/shadow', 'shadow'],
        ['..', null],
        ['a.vhdx:stream', null],
        ['dir\\', null],
      ] as const;
      for (const [text, name] of names) assert.equal(windowsBaseName(text), name);
      assert.deepEqual(
        parentBaseNames({
          linkage: null,
          linkage2: null,
          names: names.map(([text]) => ({ kind: 'relative', text })),
        }),
        ['a.vhdx', 'b.vhdx', 'c.vhdx', 'shadow'],
      );
    }));

  test('no file stays open after a failure', () =>
    withDirectory(async (directory) => {
      const { files } = await makeChain(vhdx, directory, 5, 1);
      await rm(files[4] ?? '');
      await fails(open(files[0] ?? ''), 'parentMissing', /level0/);
      assert.deepEqual(
        (await openFiles()).filter((each) => each.startsWith(directory)),
        [],
      );
    }));
});

const openFiles = async (): Promise<string[]> => {
  const names = await readdir('/proc/self/fd');
  return Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
};
