import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, realpath, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { chainFiles } from '../../src/core/disks/chain-files.ts';
import type { DiskFiles } from '../../src/core/disks/disk-files.ts';
import { parentsWithin } from '../../src/core/disks/find-parents.ts';
import { createDiskFiles } from '../../src/core/disks/inspected-files.ts';
import { createPathResolver } from '../../src/core/paths/resolver.ts';
import type { DiskImage } from '../../src/core/machine-spec.ts';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';
import { create, type DiskKind, KINDS } from '../vhd/disks.ts';
import { layeredDisk } from '../vhd/layered.ts';

interface World {
  readonly disks: DiskFiles;
  /** An allowed root, and a folder that is none. */
  readonly root: string;
  readonly outside: string;
  readonly raw: string;
}

const withWorld = async (work: (world: World) => Promise<void>): Promise<void> => {
  const top = await realpath(await mkdtemp(join(tmpdir(), 'vsms-parents-')));
  try {
    const [data, root, outside] = ['data', 'root', 'outside'].map((name) => join(top, name)) as [
      string,
      string,
      string,
    ];
    for (const folder of [join(data, 'state'), root, outside]) await mkdir(folder, { recursive: true });
    const raw = join(top, 'content.raw');
    await writeFile(raw, Buffer.alloc(256 * 1024, 'content'));
    const paths = createPathResolver({
      dataDirectory: data,
      stateDirectory: join(data, 'state'),
      roots: [root],
      drives: { d: root },
    });
    await work({ disks: createDiskFiles(paths), root, outside, raw });
  } finally {
    await rm(top, { recursive: true, force: true });
  }
};

const overlayOf = async (root: string, leaf: string, kind: DiskKind): Promise<string> => {
  const overlay = join(root, 'overlay.qcow2');
  await createImageTool().createOverlay(overlay, { file: leaf, format: kind.format });
  return overlay;
};

const parentsOf = ({ backing = [] }: DiskImage): readonly string[] | undefined => backing.at(-1)?.parents;

for (const kind of [KINDS[0], KINDS[1]] as readonly DiskKind[])
  describe(`the chain below an overlay: ${kind.name}`, () => {
    test('parents beside their children are found, through overlays over overlays', () =>
      withWorld(async ({ disks, root, raw }) => {
        const files = await layeredDisk(raw, root, kind, 4);
        const overlay = await overlayOf(root, files[0] ?? '', kind);
        const second = join(root, 'second.qcow2');
        await createImageTool().createOverlay(second, { file: overlay, format: 'qcow2' });
        const [leaf = '', ...parents] = files;
        assert.deepEqual(await disks.inspect(second, 'disk'), {
          file: second,
          format: 'qcow2',
          readOnly: false,
          backing: [
            { file: overlay, format: 'qcow2' },
            { file: leaf, format: kind.format, parents },
          ],
        });
      }));

    test('the folders of an export are looked into, whatever the case of a name', () =>
      withWorld(async ({ disks, root, raw }) => {
        const snapshots = join(root, 'VM', 'Snapshots');
        const folder = join(root, 'VM', 'Virtual Hard Disks');
        for (const each of [snapshots, folder]) await mkdir(each, { recursive: true });
        const [leaf = '', middle = '', base = ''] = await layeredDisk(raw, snapshots, kind, 3);
        const moved = [join(folder, basename(middle).toUpperCase()), join(folder, basename(base))];
        await rename(middle, moved[0] ?? '');
        await rename(base, moved[1] ?? '');
        const image = await disks.inspect(await overlayOf(root, leaf, kind), 'disk');
        assert.deepEqual(parentsOf(image), moved);
      }));

    test('of two files of a name the one with the right identity is taken', () =>
      withWorld(async ({ disks, root, raw }) => {
        const [leaf = '', base = ''] = await layeredDisk(raw, root, kind, 2);
        const folder = join(root, 'Virtual Hard Disks');
        await mkdir(folder);
        const kept = join(folder, basename(base));
        await rename(base, kept);
        await (await create(kind, base, 256 * 1024, 'dynamic')).close();
        const image = await disks.inspect(await overlayOf(root, leaf, kind), 'disk');
        assert.deepEqual(parentsOf(image), [kept]);
      }));

    test('a parent that is missing, and one that is another disk, are named', () =>
      withWorld(async ({ disks, root, raw }) => {
        const [leaf = '', middle = '', base = ''] = await layeredDisk(raw, root, kind, 3);
        const overlay = await overlayOf(root, leaf, kind);
        await rename(base, join(root, 'elsewhere'));
        await assert.rejects(disks.inspect(overlay, 'disk'), {
          code: 'failed',
          hresult: '0x80070002',
          message: new RegExp(`The parent of ${basename(middle)} was not found; it is called .*${basename(base)}`),
        });
        await (await create(kind, base, 256 * 1024, 'dynamic')).close();
        await assert.rejects(disks.inspect(overlay, 'disk'), {
          code: 'failed',
          message: new RegExp(`${basename(base)} is not the parent of ${basename(middle)} as it was`),
        });
      }));

    test('hardening 11: a parent outside of the allowed roots is not read, by no name and no link', () =>
      withWorld(async ({ disks, root, outside, raw }) => {
        const [leaf = '', base = ''] = await layeredDisk(raw, root, kind, 2);
        const overlay = await overlayOf(root, leaf, kind);
        const away = join(outside, basename(base));
        await copyFile(base, away);
        await rm(base);
        await symlink(away, base);
        await assert.rejects(disks.inspect(overlay, 'disk'), /The parent of .* was not found/);
        await rm(base);
        await rename(away, base);
        assert.deepEqual(parentsOf(await disks.inspect(overlay, 'disk')), [base]);
      }));

    test('a damaged parent is told with the place of the damage', () =>
      withWorld(async ({ disks, root, raw }) => {
        const [leaf = '', base = ''] = await layeredDisk(raw, root, kind, 2);
        const overlay = await overlayOf(root, leaf, kind);
        await truncate(base, 70_000);
        await assert.rejects(disks.inspect(overlay, 'disk'), (error: Error) => {
          assert.match(error.message, new RegExp(`${basename(base)}, the parent of .*, cannot be used: .*`));
          assert.match(error.message, /offset|signature|footer|header/i);
          return true;
        });
      }));

    test(`to be written it ${kind.format === 'vhd' ? 'is refused, and the text says what to do' : 'has its parents'}`, () =>
      withWorld(async ({ disks, root, raw }) => {
        const [leaf = '', ...parents] = await layeredDisk(raw, root, kind, 3);
        if (kind.format === 'vhdx') {
          const image = await disks.inspect(leaf, 'disk');
          assert.deepEqual(image, { file: leaf, format: 'vhdx', readOnly: false, parents });
          assert.deepEqual(chainFiles(image), [leaf, ...parents], 'all of them are in use with it');
          // Whoever changes a parent keeps it away.
          using _claimed = disks.claim([parents[1] ?? '']);
          await assert.rejects(disks.inspect(leaf, 'disk'), { code: 'inUse' });
          return;
        }
        await assert.rejects(disks.inspect(leaf, 'disk'), {
          code: 'invalidParameter',
          message: /is never written\. Import its machine, or attach a qcow2 overlay whose backing file it is\./,
        });
      }));

    if (kind.format === 'vhdx')
      test('to be written its parents must be there, be the right ones and lie inside of the allowed roots', () =>
        withWorld(async ({ disks, root, outside, raw }) => {
          const [leaf = '', middle = '', base = ''] = await layeredDisk(raw, root, kind, 3);
          const away = join(outside, basename(base));
          await rename(base, away);
          await symlink(away, base);
          await assert.rejects(disks.inspect(leaf, 'disk'), { code: 'failed', hresult: '0x80070002' });
          await rm(base);
          await (await create(kind, base, 256 * 1024, 'dynamic')).close();
          await assert.rejects(disks.inspect(leaf, 'disk'), {
            message: new RegExp(`${basename(base)} is not the parent of ${basename(middle)} as it was`),
          });
        }));

    test('to be read it has its parents below it, and may not be written', () =>
      withWorld(async ({ disks, root, raw }) => {
        const [leaf = '', ...parents] = await layeredDisk(raw, root, kind, 3);
        assert.deepEqual(await disks.inspect(leaf, 'disk', 'read'), {
          file: leaf,
          format: kind.format,
          readOnly: true,
          backing: parents.map((file) => ({ file, format: kind.format })),
        });
        await rm(parents[1] ?? '');
        await assert.rejects(disks.inspect(leaf, 'disk', 'read'), { hresult: '0x80070002' });
      }));
  });

test('a chain of more than 64 files is refused', () =>
  withWorld(async ({ disks, root, raw }) => {
    const vhdx = KINDS[1] as DiskKind;
    await truncate(raw, 4096);
    const files = await layeredDisk(raw, root, vhdx, 66);
    const good = await overlayOf(root, files[2] ?? '', vhdx);
    assert.equal(parentsOf(await disks.inspect(good, 'disk'))?.length, 63);
    const bad = await overlayOf(root, files[0] ?? '', vhdx);
    await assert.rejects(disks.inspect(bad, 'disk'), /more than 64 files/);
  }));

test('of a folder with the name of a parent in hundreds of spellings some are looked at', () =>
  withWorld(async ({ root }) => {
    const spellings = Array.from({ length: 256 }, (_, n) =>
      [...'snapshot'].map((letter, at) => (((n >> at) & 1) === 1 ? letter.toUpperCase() : letter)).join(''),
    );
    for (const name of spellings) await writeFile(join(root, `${name}.vhdx`), '');
    let looked = 0;
    const find = parentsWithin({
      resolve: async (text) => {
        looked++;
        return { text, file: text, exists: true };
      },
    });
    const parent = { linkage: null, linkage2: null, names: [{ kind: 'name', text: 'Snapshot.vhdx' }] } as const;
    const found = await find(parent, join(root, 'child.avhdx'));
    assert.equal(found.length, 32);
    assert.ok(looked < 40, `${looked} looks`);
  }));
