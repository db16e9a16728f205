import assert from 'node:assert/strict';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { firstText } from '../../../src/core/devices/effective.ts';
import { NO_SAMPLES, sample, samplePath } from '../../hvfile/samples.ts';
import { CALLER, first, makeWorld, ofKind, type World } from '../kit.ts';
import { hashesOf } from '../transfer/export-kit.ts';
import { DISKS, imported, numbers, put, realized, validated } from './plan-kit.ts';

const VMCX = 'EC04F346-DB96-4700-AF5B-77B3C56C38BD.vmcx';
const XML = 'B90AC31B-C6F8-479F-9B91-07B894A6A3F6.xml';
const DISK = 'Default Generation 1.vhdx';

const onDisk = async (world: World, plan: string, file: string): Promise<void> => {
  const { part } = first(ofKind(world.system(plan), 'hardDiskImage'));
  await world.core.operations.modifyResources(CALLER, [
    {
      className: 'CIM_SettingData',
      instanceId: null,
      values: { HostResource: [file] },
      target: { configuration: plan, part },
    },
  ]);
};

/** Definitions and disks that Hyper-V hosts wrote. */
describe('a machine of a real host moves in', { skip: NO_SAMPLES }, () => {
  for (const name of [VMCX, XML]) {
    test(`${name}: planned, its disk found among those of the export, realized; the folder is as before`, async (t) => {
      const world = await makeWorld(t);
      const folder = join(world.directory, 'disks', 'moved');
      await mkdir(join(folder, 'Virtual Machines'), { recursive: true });
      const file = join(folder, 'Virtual Machines', name);
      await copyFile(samplePath(name), file);
      const disk = await put(join(folder, DISKS, DISK), gunzipSync(sample('dynamic.vhdx.gz')));
      const before = await hashesOf(folder);
      const plan = await imported(world, file);
      assert.equal(plan.id, name.slice(0, 36));
      assert.equal(plan.power, 'off');
      assert.equal(firstText(first(ofKind(plan, 'hardDiskImage')), 'HostResource'), `C:\\Disks\\${DISK}`);
      assert.ok((plan.importSource?.unmapped.length ?? 0) > 10, 'what has no place is kept');
      const job = await validated(world, plan.id);
      assert.deepEqual([job.state, numbers(job)], [10, ['90003', '90013']], job.errorDescription ?? '');
      assert.ok(first(job.errors).message.includes(disk));
      await onDisk(world, plan.id, disk);
      const mended = await validated(world, plan.id);
      assert.deepEqual([mended.state, numbers(mended)], [32768, ['90013']]);
      const done = await realized(world, plan.id);
      assert.equal(done.state, 7, done.errorDescription ?? '');
      assert.equal(world.system(plan.id).extras?.deviceModels, 'inbox');
      assert.deepEqual(await hashesOf(folder), before);
    });
  }

  test('the disk of a checkpoint whose parent is not there', async (t) => {
    const world = await makeWorld(t);
    const folder = join(world.directory, 'disks', 'moved');
    const file = await put(join(folder, 'Virtual Machines', VMCX), sample(VMCX));
    const disk = await put(join(folder, DISKS, 'a.avhdx'), gunzipSync(sample('differencing.avhdx.gz')));
    const plan = await imported(world, file);
    await onDisk(world, plan.id, disk);
    const job = await validated(world, plan.id);
    assert.deepEqual([job.state, numbers(job)], [10, ['90004', '90013']], job.errorDescription ?? '');
    assert.match(first(job.errors).message, /a\.avhdx/);
  });
});
