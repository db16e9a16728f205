import assert from 'node:assert/strict';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { firstText } from '../../src/core/devices/effective.ts';
import type { VirtualSystem } from '../../src/core/model.ts';
import { readConfiguration } from '../../src/core/transfer/read-configuration.ts';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';
import { inspectDisk } from '../../src/vhd/inspect.ts';
import { childDisk, plainDisk } from '../kit/differencing-disks.ts';
import { diskHash } from '../kit/disk-hash.ts';
import { contentByLibvhdi, contentOf, create, scribble, seeded, vhdiinfo } from '../vhd/disks.ts';
import { qemuImg } from '../vhd/fixtures.ts';
import { readWithSecondReader } from '../hvfile/second-reader.ts';
import { create as takeCheckpoint } from '../core/checkpoint-kit.ts';
import { add, CALLER, dvdDrive, first, image, ofKind } from '../core/kit.ts';
import { acceptedBySchema } from '../core/transfer/configurations.ts';
import {
  contentByQemu,
  defineWith,
  definitionAt,
  exported,
  guid,
  hashesOf,
  makeExportWorld,
  makeImage,
  MIB,
  onFiles,
  pathsIn,
  putFile,
  requestFor,
  rewrite,
  takeCheckpoints,
  treeOf,
} from '../core/transfer/export-kit.ts';

const MACHINES = 'Virtual Machines';
const SNAPSHOTS = 'Snapshots';
const DISKS = 'Virtual Hard Disks';

const refusedWith =
  (code: string, message: RegExp) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof Error);
    assert.match(error.message, message);
    assert.equal((error as { code?: string }).code, code);
    return true;
  };

describe('an export', () => {
  test('holds the definition and the disk, and the machine is as before', async (t) => {
    const world = await makeExportWorld(t);
    const disk = join(world.disks, 'web1.qcow2');
    await makeImage(disk, 7);
    const { id } = await defineWith(world, 'web1', [disk]);
    const iso = await world.makeIso('setup.iso');
    const scsi = first(ofKind(world.system(id), 'scsiController'));
    const dvd = first(await add(world, id, dvdDrive({ configuration: id, part: scsi.part })));
    await add(world, id, image(dvd, iso, 'Virtual CD/DVD Disk'));
    const before = world.system(id);
    const job = await world.core.exports.exportSystem(CALLER, requestFor(world, id));
    assert.deepEqual(world.system(id).operation, { kind: 'exporting', exclusive: true });
    assert.equal(job.type, 62);
    const ended = await world.ended(job);
    assert.deepEqual([ended.state, ended.percent, ended.errorCode], [7, 100, 0], ended.errorDescription ?? '');
    assert.deepEqual(
      ended.affected.map(({ element }) => element),
      [{ kind: 'system', id }],
    );
    assert.equal(world.system(id).operation, null);
    assert.deepEqual(world.system(id).active, before.active);
    const file = `${MACHINES}/${id}.vmcx`;
    assert.deepEqual(await treeOf(world.out), [`${DISKS}/`, `${DISKS}/web1.vhdx`, `${MACHINES}/`, file]);
    assert.ok((await contentByQemu(disk)).equals(await contentByQemu(join(world.out, DISKS, 'web1.vhdx'))));
    assert.ok(readWithSecondReader(await readFile(join(world.out, file))).length > 50);
    const definition = await definitionAt(join(world.out, file));
    assert.deepEqual(pathsIn(definition), [`${DISKS}\\web1.vhdx`, iso]);
    const { configuration } = readConfiguration(definition, {
      id,
      newGuid: () => assert.fail('everything has its identity'),
      accepts: acceptedBySchema,
    });
    assert.deepEqual(
      configuration.devices.map((device) =>
        device.kind === 'hardDiskImage' ? { ...device, values: { ...device.values, HostResource: [disk] } } : device,
      ),
      before.active.devices,
    );
    assert.deepEqual(configuration.bootSources, before.active.bootSources);
  });

  test('copies VHD and VHDX files as they are, and makes VHDX files of the others', async (t) => {
    const world = await makeExportWorld(t);
    const files = ['a.vhd', 'b.vhdx', 'c.raw', 'd.qcow2'].map((name) => join(world.disks, name));
    for (const [n, file] of files.entries()) await makeImage(file, 3 + n);
    const { id } = await defineWith(world, 'web1', files);
    assert.equal((await exported(world, id)).state, 7);
    const [vhd = '', vhdx = '', raw = '', qcow2 = ''] = files;
    const made = (name: string): string => join(world.out, DISKS, name);
    assert.ok((await readFile(vhd)).equals(await readFile(made('a.vhd'))));
    assert.ok((await readFile(vhdx)).equals(await readFile(made('b.vhdx'))));
    assert.ok((await contentByQemu(raw)).equals(await contentByQemu(made('c.vhdx'))));
    assert.ok((await contentByQemu(qcow2)).equals(await contentByQemu(made('d.vhdx'))));
    assert.equal((await treeOf(join(world.out, DISKS))).length, 4);
  });

  test('of two disks of one name keeps both', async (t) => {
    const world = await makeExportWorld(t);
    for (const folder of ['a', 'B']) await mkdir(join(world.disks, folder));
    const files = [join(world.disks, 'a', 'disk.raw'), join(world.disks, 'B', 'DISK.raw')];
    for (const [n, file] of files.entries()) await makeImage(file, 3 + n);
    const { id } = await defineWith(world, 'web1', files);
    assert.equal((await exported(world, id)).state, 7);
    const definition = await definitionAt(join(world.out, MACHINES, `${id}.vmcx`));
    assert.deepEqual(pathsIn(definition), [`${DISKS}\\disk.vhdx`, `${DISKS}\\DISK-2.vhdx`]);
    for (const [n, path] of pathsIn(definition).entries()) {
      const file = join(world.out, path.replace('\\', '/'));
      assert.ok((await contentByQemu(files[n] ?? '')).equals(await contentByQemu(file)), path);
    }
  });

  test('O18, P17 of the configuration alone names the disks where they are', async (t) => {
    const world = await makeExportWorld(t);
    const disk = await world.makeDisk('a.raw');
    const { id } = await defineWith(world, 'web1', [disk]);
    assert.equal((await exported(world, id, { storage: false })).state, 7);
    assert.deepEqual(await treeOf(world.out), [`${MACHINES}/`, `${MACHINES}/${id}.vmcx`]);
    assert.deepEqual(pathsIn(await definitionAt(join(world.out, MACHINES, `${id}.vmcx`))), [disk]);
  });

  test('has the saved state when it is asked for, and what the firmware and the vTPM keep always', async (t) => {
    const world = await makeExportWorld(t);
    const { id } = await defineWith(world, 'web1', []);
    const state = join(world.directory, 'data/state/systems', id);
    await putFile(join(state, 'saved-7.vmstate'), 'memory');
    await putFile(join(state, 'uefi-variables.fd'), 'variables');
    await putFile(join(state, 'tpm/tpm2-00.permall'), 'secrets');
    await rewrite(world, id, (system) => ({ ...system, power: 'saved', savedState: 'saved-7.vmstate' }));
    assert.equal((await exported(world, id, { directory: join(world.out, 'a') })).state, 7);
    assert.deepEqual(await treeOf(join(world.out, 'a', MACHINES)), [
      `${id}.tpm/`,
      `${id}.tpm/tpm2-00.permall`,
      `${id}.uefi.fd`,
      `${id}.vmcx`,
      `${id}.vmstate`,
    ]);
    assert.equal(await readFile(join(world.out, 'a', MACHINES, `${id}.vmstate`), 'utf8'), 'memory');
    assert.equal((await exported(world, id, { directory: join(world.out, 'b'), runtime: false })).state, 7);
    assert.deepEqual(await treeOf(join(world.out, 'b', MACHINES)), [
      `${id}.tpm/`,
      `${id}.tpm/tpm2-00.permall`,
      `${id}.uefi.fd`,
      `${id}.vmcx`,
    ]);
  });
});

describe('P16 nothing is overwritten', () => {
  test('a second export to the same folder fails and the first stays as it is', async (t) => {
    const world = await makeExportWorld(t);
    const disk = await world.makeDisk('a.raw');
    const { id } = await defineWith(world, 'web: 1/2', [disk]);
    for (const subdirectory of [true, false]) {
      const directory = join(world.out, String(subdirectory));
      assert.equal((await exported(world, id, { directory, subdirectory })).state, 7);
      const first = await hashesOf(directory);
      assert.equal(Object.keys(first).length, 2);
      assert.equal(Object.keys(first)[0]?.startsWith('web_ 1_2/'), subdirectory);
      const second = await exported(world, id, { directory, subdirectory });
      assert.equal(second.state, 10);
      assert.match(second.errorDescription ?? '', /exists already.*0x80070050/);
      assert.deepEqual(await hashesOf(directory), first);
      assert.ok(!(await treeOf(directory)).some((name) => name.includes('unfinished')));
      assert.equal(world.system(id).operation, null);
    }
  });

  test('two machines with disks of one name share a folder', async (t) => {
    const world = await makeExportWorld(t);
    for (const folder of ['a', 'b']) await mkdir(join(world.disks, folder));
    const files = ['a', 'b'].map((folder) => join(world.disks, folder, 'system.raw'));
    for (const [n, file] of files.entries()) {
      await makeImage(file, 3 + n);
      const { id } = await defineWith(world, 'same name', [file]);
      const job = await exported(world, id, { subdirectory: true });
      assert.equal(job.state, 7, job.errorDescription ?? '');
      const [path] = pathsIn(await definitionAt(join(world.out, 'same name', MACHINES, `${id}.vmcx`)));
      assert.equal(path, `${DISKS}\\system${n === 0 ? '' : '-2'}.vhdx`);
      const made = join(world.out, 'same name', path.replace('\\', '/'));
      assert.ok((await contentByQemu(file)).equals(await contentByQemu(made)));
    }
  });
});

describe('checkpoints', () => {
  /** 0 and 3 at the root; 1 and 2 over 0; 4 over 3. */
  const TREE = [null, 0, 0, null, 3];

  for (const base of ['disk.raw', 'disk.qcow2', 'disk.vhdx', 'disk.vhd'])
    test(`all of them over ${base}: a chain of differencing disks, read by us and by libvhdi`, async (t) => {
      const world = await makeExportWorld(t);
      const disk = join(world.disks, base);
      await makeImage(disk, 3);
      const { id } = await defineWith(world, 'web1', [disk]);
      const checkpoints = await takeCheckpoints(world, id, disk, TREE);
      const job = await exported(world, id);
      assert.equal(job.state, 7, job.errorDescription ?? '');
      const machine = await definitionAt(join(world.out, MACHINES, `${id}.vmcx`));
      assert.deepEqual(
        machine.snapshots.items,
        checkpoints.map((each) => ({ id: each.id, parent: each.parent })),
      );
      assert.equal(machine.snapshots.parent, checkpoints.at(-1)?.id);
      const names = await treeOf(join(world.out, DISKS));
      const moments = [
        ...checkpoints.map((each) => ({ definition: `${SNAPSHOTS}/${each.id}.vmcx`, file: each.file })),
        { definition: `${MACHINES}/${id}.vmcx`, file: activeFile(world.system(id)) },
      ];
      for (const { definition, file } of moments) {
        const [path = ''] = pathsIn(await definitionAt(join(world.out, definition)));
        const made = join(world.out, path.replace('\\', '/'));
        const content = await contentByQemu(file);
        assert.ok(content.equals(await contentOf(made)), `${definition}: ours`);
        assert.ok(content.equals(await contentByLibvhdi(...(await chainByLocator(made)))), `${definition}: libvhdi`);
      }
      // The first checkpoint has the disk itself, each other one a file over another, and so has the state now.
      assert.deepEqual([names.length, names.filter((name) => name.endsWith('.avhdx')).length], [6, 5]);
      assert.ok(names.includes('disk.vhdx'));
    });

  test('parents are named as a Windows host will find them, where the folder has a drive', async (t) => {
    const world = await makeExportWorld(t);
    const disk = join(world.disks, 'disk.raw');
    await makeImage(disk, 3);
    const { id } = await defineWith(world, 'web1', [disk]);
    await takeCheckpoints(world, id, disk, [null]);
    const job = await exported(world, id, { directory: 'C:\\exports/', subdirectory: true });
    assert.equal(job.state, 7, job.errorDescription ?? '');
    const folder = join(world.directory, 'data/drives/c/exports/web1', DISKS);
    const [child = ''] = (await treeOf(folder)).filter((name) => name.endsWith('.avhdx'));
    assert.match(
      await vhdiinfo(join(folder, child)),
      /Parent filename\s*: C:\\exports\\web1\\Virtual Hard Disks\\disk\.vhdx/,
    );
  });

  test('of a machine that came with a chain of differencing VHDX, below its overlay', async (t) => {
    const world = await makeExportWorld(t);
    const [base, child, overlay] = ['base.vhdx', 'base_1.avhdx', 'base_2.qcow2'].map((name) => join(world.disks, name));
    assert.ok(base !== undefined && child !== undefined && overlay !== undefined);
    const size = 8 * MIB;
    const model = Buffer.alloc(size);
    const kind = { name: '', format: 'vhdx', sector: 512, blockSize: MIB } as const;
    for (const [file, parent] of [
      [base, null],
      [child, base],
    ] as const) {
      const writer = await create(kind, file, size, 'dynamic', parent);
      await scribble(writer, model, seeded(file.length), 8);
      await writer.close();
    }
    // The checkpoint has an overlay of its own over an older file of the chain (K16).
    const older = join(world.disks, 'base_3.qcow2');
    for (const [file, below] of [
      [overlay, child],
      [older, base],
    ] as const)
      await qemuImg('create', '-q', '-u', '-f', 'qcow2', '-b', below, '-F', 'vhdx', file, String(size));
    const { id } = await defineWith(world, 'web1', [overlay]);
    await rewrite(world, id, (system) => ({
      ...system,
      snapshots: [
        {
          configuration: onFiles(system.active, guid(1), new Map([[overlay, older]])),
          type: 'standard',
          parent: null,
          createdAt: 0,
        },
      ],
      currentSnapshot: guid(1),
    }));
    for (const snapshots of ['all', 'none'] as const) {
      const directory = join(world.out, snapshots);
      const job = await exported(world, id, { directory, snapshots });
      assert.equal(job.state, 7, job.errorDescription ?? '');
      const files = await treeOf(join(directory, DISKS));
      const chain = ['base.vhdx', 'base_1.avhdx', 'base_2.avhdx', 'base_3.avhdx'];
      assert.deepEqual(files, snapshots === 'all' ? chain : ['base.vhdx']);
      const content = async (definition: string): Promise<Buffer> => {
        const [path = ''] = pathsIn(await definitionAt(join(directory, definition)));
        return contentOf(join(directory, path.replace('\\', '/')));
      };
      assert.ok(model.equals(await content(`${MACHINES}/${id}.vmcx`)), snapshots);
      if (snapshots === 'all')
        assert.ok((await contentOf(base)).equals(await content(`${SNAPSHOTS}/${guid(1)}.vmcx`)), 'checkpoint');
    }
  });

  test('none of them: one disk that stands alone', async (t) => {
    const world = await makeExportWorld(t);
    const disk = join(world.disks, 'disk.raw');
    await makeImage(disk, 3);
    const { id } = await defineWith(world, 'web1', [disk]);
    await takeCheckpoints(world, id, disk, TREE);
    assert.equal((await exported(world, id, { snapshots: 'none' })).state, 7);
    assert.deepEqual(await treeOf(world.out), [
      `${DISKS}/`,
      `${DISKS}/disk.vhdx`,
      `${MACHINES}/`,
      `${MACHINES}/${id}.vmcx`,
    ]);
    const content = await contentByQemu(activeFile(world.system(id)));
    assert.ok(content.equals(await contentByQemu(join(world.out, DISKS, 'disk.vhdx'))));
    const { snapshots } = await definitionAt(join(world.out, MACHINES, `${id}.vmcx`));
    assert.deepEqual(snapshots, { items: [], parent: null });
  });

  test('S13 one of them: a machine of its own, or for a backup the machine itself', async (t) => {
    const world = await makeExportWorld(t);
    const disk = join(world.disks, 'disk.raw');
    await makeImage(disk, 3);
    const { id } = await defineWith(world, 'web1', [disk]);
    const checkpoints = await takeCheckpoints(world, id, disk, TREE);
    const chosen = checkpoints[1]?.id ?? '';
    const memory = join(world.directory, 'data/state/systems', id, 'snapshots', chosen, 'memory.vmstate');
    await putFile(memory, 'memory of the checkpoint');
    const content = await contentByQemu(checkpoints[1]?.file ?? '');
    for (const [directory, change] of [
      ['one', { snapshots: 'one', snapshot: chosen, storage: false, runtime: false }],
      ['backup', { snapshots: 'oneForBackup', snapshot: chosen }],
      ['named', { configuration: chosen }],
    ] as const) {
      const folder = join(world.out, directory);
      const job = await exported(world, id, { ...change, directory: folder });
      assert.equal(job.state, 7, job.errorDescription ?? '');
      const [file = ''] = (await treeOf(join(folder, MACHINES))).filter((name) => name.endsWith('.vmcx'));
      const made = file.replace('.vmcx', '');
      assert.equal(made === id, directory === 'backup');
      const definition = await definitionAt(join(folder, MACHINES, file));
      assert.deepEqual(
        [definition.id, definition.kind, definition.system.ElementName, definition.snapshots.items.length],
        [made, 'machine', 'web1', 0],
      );
      assert.ok(content.equals(await contentByQemu(join(folder, DISKS, 'disk.vhdx'))), directory);
      const state = await readFile(join(folder, MACHINES, `${made}.vmstate`), 'utf8');
      assert.equal(state, 'memory of the checkpoint');
    }
  });

  test('disks that are excluded stay where they are, and the export names them there', async (t) => {
    const world = await makeExportWorld(t);
    const [system, data] = [join(world.disks, 'system.raw'), join(world.disks, 'data.raw')];
    await makeImage(system, 3);
    await makeImage(data, 4);
    const { id } = await defineWith(world, 'web1', [system, data]);
    await assert.rejects(
      exported(world, id, { excluded: [join(world.disks, 'none.raw')] }),
      refusedWith('invalidParameter', /is no disk of the virtual machine/),
    );
    assert.deepEqual(await treeOf(world.out), []);
    assert.equal((await exported(world, id, { excluded: [join(world.disks, '.', 'data.raw')] })).state, 7);
    assert.deepEqual(await treeOf(join(world.out, DISKS)), ['system.vhdx']);
    const paths = pathsIn(await definitionAt(join(world.out, MACHINES, `${id}.vmcx`)));
    assert.deepEqual(paths, ['Virtual Hard Disks\\system.vhdx', data]);
  });

  test('as they are: qcow2 files that find one another wherever the folder goes', async (t) => {
    const world = await makeExportWorld(t);
    const disk = join(world.disks, 'disk.raw');
    await makeImage(disk, 3);
    const { id } = await defineWith(world, 'web1', [disk]);
    await takeCheckpoints(world, id, disk, [null, 0]);
    assert.equal((await exported(world, id, { style: 'asIs' })).state, 7);
    const [path = ''] = pathsIn(await definitionAt(join(world.out, MACHINES, `${id}.vmcx`)));
    assert.match(path, /\.qcow2$/);
    const content = await contentByQemu(activeFile(world.system(id)));
    await rename(world.out, `${world.out}-elsewhere`);
    await rename(disk, `${disk}.gone`);
    assert.ok(content.equals(await contentByQemu(join(`${world.out}-elsewhere`, path.replace('\\', '/')))));
  });

  for (const format of ['vhd', 'vhdx'] as const)
    for (const style of ['asIs', 'hyperV'] as const)
      test(`${style}: an overlay over a differencing ${format} and its parent, as an import has it`, async (t) => {
        const world = await makeExportWorld(t);
        const at = (name: string): string => join(world.disks, name);
        await writeFile(at('content.raw'), Buffer.alloc(2 * 1024 * 1024, 'base'));
        const base = await plainDisk(format, at(`base.${format}`), at('content.raw'));
        const child = await childDisk(format, at(`child.a${format}`), base, [[4096, Buffer.alloc(8192, 'child')]]);
        const top = at('top.qcow2');
        await createImageTool().createOverlay(top, { file: child, format });
        const { id } = await defineWith(world, 'web1', [top]);
        const expected = await diskHash(world.directory, [world.directory], top);
        const job = await exported(world, id, { style });
        assert.equal(job.state, 7, job.errorDescription ?? '');
        for (const file of [top, child, base]) await rm(file);
        const [path = ''] = pathsIn(await definitionAt(join(world.out, MACHINES, `${id}.vmcx`)));
        const found = join(world.out, path.replace('\\', '/'));
        assert.equal(await diskHash(world.directory, [world.directory], found), expected);
      });

  for (const style of ['asIs', 'hyperV'] as const)
    test(`${style}: a differencing VHDX that is itself the disk of a machine, and with a checkpoint over it`, async (t) => {
      const world = await makeExportWorld(t);
      const at = (name: string): string => join(world.disks, name);
      await writeFile(at('content.raw'), Buffer.alloc(2 * 1024 * 1024, 'base'));
      const base = await plainDisk('vhdx', at('base.vhdx'), at('content.raw'));
      const child = await childDisk('vhdx', at('child.vhdx'), base, [[4096, Buffer.alloc(8192, 'child')]]);
      const { id } = await defineWith(world, 'web1', [child]);
      const hashOf = (file: string): Promise<string> => diskHash(world.directory, [world.directory], file);
      const expected = await hashOf(child);
      const check = async (folder: string): Promise<void> => {
        const [path = ''] = pathsIn(await definitionAt(join(folder, MACHINES, `${id}.vmcx`)));
        assert.equal(await hashOf(join(folder, path.replace('\\', '/'))), expected, folder);
      };
      const before = await Promise.all([base, child].map((file) => readFile(file)));
      for (const moment of ['plain', 'checkpoint']) {
        if (moment === 'checkpoint') await takeCheckpoint(world, id);
        const job = await exported(world, id, { style });
        assert.equal(job.state, 7, `${moment}: ${job.errorDescription ?? ''}`);
        await check(world.out);
        await rename(world.out, `${world.out}-${moment}`);
        await mkdir(world.out);
      }
      for (const [index, file] of [base, child].entries())
        assert.ok(before[index]?.equals(await readFile(file)), 'what lies in the source stays');
    });
});

const activeFile = (system: VirtualSystem): string => {
  const device = system.active.devices.find(({ kind }) => kind === 'hardDiskImage');
  return device === undefined ? '' : (firstText(device, 'HostResource') ?? '');
};

/** The youngest first, as vhdiinfo and the relative path in the parent locators tell. */
const chainByLocator = async (file: string): Promise<readonly string[]> => {
  const differencing = /Disk type\s*:\s*Differential/.test(await vhdiinfo(file));
  const relative = (await inspectDisk(file)).parent?.names.find(({ kind }) => kind === 'relative')?.text;
  assert.equal(relative !== undefined, differencing);
  return relative === undefined
    ? [file]
    : [file, ...(await chainByLocator(join(file, '..', relative.replace('\\', '/'))))];
};

describe('what is refused', () => {
  test('before a job: with the reason, and nothing is made', async (t) => {
    const world = await makeExportWorld(t);
    const { id } = await defineWith(world, 'web1', []);
    const plan = await world.define({ kind: 'planned' });
    const attempt = (configuration: string, changes = {}): Promise<unknown> =>
      world.core.exports.exportSystem(CALLER, requestFor(world, configuration, changes));
    const cases: readonly (readonly [() => Promise<unknown>, string, RegExp])[] = [
      [() => attempt(guid(99)), 'invalidParameter', /No virtual machine/],
      [() => attempt(plan.id), 'invalidParameter', /planned/],
      [() => attempt(id, { directory: 'relative' }), 'invalidParameter', /no full path/],
      [() => attempt(id, { directory: '/etc/exports' }), 'invalidParameter', /outside of the folders/],
      [() => attempt(id, { snapshots: 'one' }), 'invalidParameter', /Name it/],
      [() => attempt(id, { snapshots: 'one', snapshot: guid(5) }), 'invalidParameter', /no checkpoint/],
      [() => attempt(id, { snapshot: guid(5) }), 'invalidParameter', /needs CopySnapshotConfiguration/],
    ];
    for (const [call, code, message] of cases) await assert.rejects(call, refusedWith(code, message));
    await world.request(id, 2);
    await assert.rejects(() => attempt(id), refusedWith('invalidState', /running.*Turn it off or save it/));
    assert.deepEqual(await treeOf(world.out), []);
  });

  test('while it goes on, everything else', async (t) => {
    const world = await makeExportWorld(t);
    const { id } = await defineWith(world, 'web1', [await world.makeDisk()]);
    const job = await world.core.exports.exportSystem(CALLER, requestFor(world, id));
    await assert.rejects(() => exported(world, id), refusedWith('inUse', /Another operation/));
    await assert.rejects(
      () => world.core.operations.requestState(CALLER, id, 2),
      refusedWith('inUse', /Another operation/),
    );
    await assert.rejects(() => world.core.operations.destroy(CALLER, id), refusedWith('inUse', /Another operation/));
    assert.equal((await world.ended(job)).state, 7);
    assert.equal((await world.request(id, 2)).state, 7);
  });

  test('a disk that is missing, damaged or too large for the place, in the job', async (t) => {
    const world = await makeExportWorld(t);
    const disk = join(world.disks, 'a.qcow2');
    await makeImage(disk, 3);
    const { id } = await defineWith(world, 'web1', [disk]);
    const bytes = await readFile(disk);
    await rm(disk);
    const missing = await exported(world, id);
    assert.match(missing.errorDescription ?? '', /a\.qcow2' cannot be exported: .*does not exist/);
    // A first-level entry that leads out of the file.
    bytes.writeBigUInt64BE(2n ** 50n, Number(bytes.readBigUInt64BE(40)));
    await writeFile(disk, bytes);
    const damaged = await exported(world, id);
    assert.match(damaged.errorDescription ?? '', /a\.qcow2' cannot be exported: A second-level table/);
    for (const job of [missing, damaged]) assert.equal(job.state, 10);
    assert.deepEqual(await treeOf(world.out), []);
    assert.equal(world.system(id).operation, null);
  });

  test('a link in the target that leads elsewhere', async (t) => {
    const world = await makeExportWorld(t);
    const { id } = await defineWith(world, 'web1', [await world.makeDisk()]);
    const outside = join(world.directory, 'outside');
    await mkdir(outside);
    await mkdir(world.out);
    await symlink(outside, join(world.out, DISKS));
    const job = await exported(world, id);
    assert.equal(job.state, 10);
    assert.match(job.errorDescription ?? '', /link/);
    assert.deepEqual(await treeOf(outside), []);
    assert.deepEqual(await treeOf(world.out), [DISKS]);
    await symlink(outside, join(world.out, 'web1'));
    await assert.rejects(
      () => exported(world, id, { subdirectory: true }),
      refusedWith('invalidParameter', /outside of the folders/),
    );
  });
});
