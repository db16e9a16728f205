import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Guid } from '../../src/core/model.ts';
import { inspectDisk } from '../../src/vhd/inspect.ts';
import { apply, create, currentFile, done, filesOf, merged, snapshotOf } from '../core/checkpoint-kit.ts';
import { writeDisk } from '../core/disk-content.ts';
import { CALLER } from '../core/kit.ts';
import {
  contentByQemu,
  defineWith,
  definitionAt,
  exported,
  type ExportWorld,
  makeExportWorld,
  makeImage,
  MIB,
  pathsIn,
  treeOf,
} from '../core/transfer/export-kit.ts';

const DISKS = 'Virtual Hard Disks';
const KIB = 1024;

const refusedWith =
  (message: RegExp) =>
  (error: unknown): boolean =>
    error instanceof Error && message.test(error.message) && (error as { code?: string }).code === 'invalidParameter';

/** What a backup does: a recovery checkpoint, its export, and the reference point that it becomes. */
const backup = async (world: ExportWorld, id: Guid, name: string, base?: Guid): Promise<Backup> => {
  const point = await create(world, id, { type: 'recovery' });
  const [file = ''] = filesOf(snapshotOf(world, id, point).configuration);
  const content = await contentByQemu(file);
  const directory = join(world.out, name);
  const job = await exported(world, id, {
    directory,
    snapshots: 'oneForBackup',
    snapshot: point,
    ...(base === undefined ? {} : { base }),
  });
  done(job);
  done(await world.ended((await world.core.referencePoints.convert(CALLER, point)).job));
  const [disk = ''] = (await treeOf(join(directory, DISKS))).map((each) => join(directory, DISKS, each));
  const [recorded] = pathsIn(await definitionAt(join(directory, 'Virtual Machines', `${id}.vmcx`)));
  assert.equal(join(directory, (recorded ?? '').replace('\\', '/')), disk);
  return { point, disk, content };
};

interface Backup {
  readonly point: Guid;
  readonly disk: string;
  /** Of the machine's disk at that moment. */
  readonly content: Buffer;
}

/** As a restore does: each over the one before it, and the last one into the first. */
const restoreInto = async (world: ExportWorld, full: string, backups: readonly Backup[]): Promise<void> => {
  const { images } = world.core;
  // Not told to link what does not fit.
  for (const [index, { disk }] of backups.entries())
    done(await world.ended(await images.setParent(CALLER, disk, backups[index - 1]?.disk ?? full, false)));
  const last = backups.at(-1) ?? assert.fail();
  done(await world.ended(await images.merge(CALLER, last.disk, full)));
  assert.ok((await contentByQemu(full)).equals(last.content));
};

describe('an export for a backup, of what has changed since a reference point', () => {
  for (const name of ['disk.raw', 'disk.qcow2', 'disk.vhdx'])
    test(`${name}: a full one and two of changes, brought back one after the other`, async (t) => {
      const world = await makeExportWorld(t);
      const disk = join(world.disks, name);
      await makeImage(disk, 3);
      const { id } = await defineWith(world, 'web1', [disk]);
      const full = await backup(world, id, 'full');
      assert.ok((await contentByQemu(full.disk)).equals(full.content));
      await writeDisk(currentFile(world, id), 41, 2 * MIB + 512);
      await writeDisk(currentFile(world, id), 0, 3 * MIB);
      const one = await backup(world, id, 'one', full.point);
      done(await world.ended(await world.core.referencePoints.destroy(CALLER, full.point)));
      await merged(world, id);
      await writeDisk(currentFile(world, id), 43, 9 * MIB);
      const two = await backup(world, id, 'two', one.point);
      for (const { disk: made } of [one, two]) {
        assert.match(made, /\.avhdx$/);
        assert.ok((await readFile(made)).length < 8 * MIB, 'it holds the changes only');
      }
      assert.ok(!full.content.equals(one.content) && !one.content.equals(two.content));
      // Changes fit on the backup of their own moment, and on no other.
      await assert.rejects(
        world.core.images.setParent(CALLER, two.disk, full.disk, false),
        /is not the disk that .* was made from/,
      );
      const child = await inspectDisk(one.disk);
      assert.deepEqual(child.parent?.linkage?.toUpperCase(), (await inspectDisk(full.disk)).dataWriteId?.toUpperCase());
      await restoreInto(world, full.disk, [one, two]);
    });

  test('a machine that went back to a checkpoint before the reference point: what it lost is told too', async (t) => {
    const world = await makeExportWorld(t);
    const disk = join(world.disks, 'disk.vhdx');
    await makeImage(disk, 3);
    const { id } = await defineWith(world, 'web1', [disk]);
    const before = await create(world, id);
    await writeDisk(currentFile(world, id), 51, 4 * MIB);
    await writeDisk(currentFile(world, id), 51, 7 * MIB + 64 * KIB);
    const full = await backup(world, id, 'full');
    await writeDisk(currentFile(world, id), 52, MIB);
    await apply(world, before);
    await writeDisk(currentFile(world, id), 53, 7 * MIB + 64 * KIB);
    const one = await backup(world, id, 'one', full.point);
    await restoreInto(world, full.disk, [one]);
  });

  test('what was never backed up is exported whole, and so is a VHD alone', async (t) => {
    const world = await makeExportWorld(t);
    const disk = join(world.disks, 'disk.vhd');
    await makeImage(disk, 3);
    const { id } = await defineWith(world, 'web1', [disk]);
    const full = await backup(world, id, 'full');
    assert.match(full.disk, /disk\.vhd$/);
    await writeDisk(currentFile(world, id), 41, 2 * MIB);
    const one = await backup(world, id, 'one', full.point);
    assert.match(one.disk, /disk\.vhdx$/);
    assert.ok((await contentByQemu(one.disk)).equals(one.content));
    // From then on there is a VHDX that changes fit on.
    await writeDisk(currentFile(world, id), 44, 5 * MIB);
    const two = await backup(world, id, 'two', one.point);
    await restoreInto(world, one.disk, [two]);
  });

  test('what is no base is refused before anything is made', async (t) => {
    const world = await makeExportWorld(t);
    const disk = join(world.disks, 'disk.raw');
    await makeImage(disk, 3);
    const { id } = await defineWith(world, 'web1', [disk]);
    const { point } = await backup(world, id, 'full');
    const snapshot = await create(world, id, { type: 'recovery' });
    const wanted = { snapshots: 'oneForBackup', snapshot } as const;
    await assert.rejects(exported(world, id, { ...wanted, base: snapshot }), refusedWith(/names no reference point/));
    await assert.rejects(
      exported(world, id, { ...wanted, snapshots: 'one', base: point }),
      refusedWith(/needs CopySnapshotConfiguration 3/),
    );
    await assert.rejects(
      exported(world, id, { ...wanted, style: 'asIs', base: point }),
      refusedWith(/needs an export with VHDX files/),
    );
    const other = await defineWith(world, 'web2', []);
    const foreign = await create(world, other.id, { type: 'recovery' });
    await assert.rejects(
      exported(world, other.id, { snapshots: 'oneForBackup', snapshot: foreign, base: point }),
      refusedWith(/names no reference point of this virtual machine/),
    );
  });
});

describe('an export of a reference point', () => {
  const takePoint = async (world: ExportWorld, id: Guid): Promise<Guid> => {
    const { job, point } = await world.core.referencePoints.create(CALLER, id, { applicationConsistent: false });
    done(await world.ended(job));
    return point;
  };
  const contentOf = (world: ExportWorld, point: Guid, disk: number): Promise<Buffer> =>
    contentByQemu(world.core.graph.referencePoint(point)?.point.disks[disk]?.file ?? assert.fail());

  test('whole, then its changes: two disks, in one folder, brought back; the job tells what it made', async (t) => {
    const world = await makeExportWorld(t);
    const files = ['one.raw', 'two.vhdx'].map((name) => join(world.disks, name));
    for (const [index, file] of files.entries()) await makeImage(file, 3 + index);
    const { id } = await defineWith(world, 'web1', files);
    const { exports } = world.core;
    const wanted = { directory: world.out, subdirectory: false, disks: null };
    const first = await takePoint(world, id);
    const job = await world.ended(await exports.exportPoint(CALLER, { ...wanted, point: first, base: null }));
    done(job);
    assert.equal(job.type, 203);
    const at = (name: string): string => join(world.out, DISKS, name);
    const whole = [at(`one_${first}.vhdx`), at(`two_${first}.vhdx`)] as const;
    assert.deepEqual(job.details, {
      VirtualMachineId: id,
      ReferencePointId: first,
      ExportDirectory: world.out,
      ExportedDisks: whole,
    });
    for (const [index, file] of whole.entries())
      assert.ok((await contentByQemu(file)).equals(await contentOf(world, first, index)));

    await writeDisk(filesOf(world.system(id).active)[1] ?? '', 61, 6 * MIB);
    const second = await takePoint(world, id);
    await writeDisk(filesOf(world.system(id).active)[1] ?? '', 62, 6 * MIB);
    const next = await world.ended(
      await exports.exportPoint(CALLER, { ...wanted, point: second, base: first, disks: [1] }),
    );
    done(next);
    assert.deepEqual(next.details?.['ExportedDisks'], [at(`two_${second}.avhdx`)]);
    assert.equal(next.details?.['BaseReferencePointId'], first);
    const content = await contentOf(world, second, 1);
    await restoreInto(world, whole[1], [{ point: second, disk: at(`two_${second}.avhdx`), content }]);

    // What is there already is not overwritten, and nothing of a second attempt is left.
    const before = await treeOf(world.out);
    const again = await world.ended(await exports.exportPoint(CALLER, { ...wanted, point: first, base: null }));
    assert.equal(again.state, 10);
    assert.match(again.errors[0]?.message ?? '', /exists already and is not overwritten/);
    assert.deepEqual(await treeOf(world.out), before);
    assert.equal(world.system(id).operation, null);
    await assert.rejects(
      exports.exportPoint(CALLER, { ...wanted, point: first, base: first }),
      refusedWith(/no other reference point/),
    );
    await assert.rejects(
      exports.exportPoint(CALLER, { ...wanted, point: id, base: null }),
      refusedWith(/no such reference point/),
    );
  });

  test('a service that dies in the middle leaves nothing of it, and the machine is free', async (t) => {
    const world = await makeExportWorld(t);
    const disk = join(world.disks, 'one.raw');
    await makeImage(disk, 3);
    const { id } = await defineWith(world, 'web1', [disk]);
    const point = await takePoint(world, id);
    const wanted = { directory: world.out, subdirectory: true, disks: null, base: null };
    for (let turns = 0; turns < 40; turns += 5) {
      const { id: job } = await world.core.exports.exportPoint(CALLER, { ...wanted, point });
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      await world.restart({ crash: true });
      await world.eventually(() => world.core.graph.job(job)?.endedAt !== null && world.system(id).operation === null);
      const whole = world.core.graph.job(job)?.state === 7;
      assert.deepEqual(
        await treeOf(world.out),
        whole ? ['web1/', `web1/${DISKS}/`, `web1/${DISKS}/one_${point}.vhdx`] : [],
      );
      if (whole) break;
    }
    assert.equal(world.core.graph.referencePoint(point)?.system.id, id);
  });
});
