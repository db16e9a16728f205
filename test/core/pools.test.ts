import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { add, CALLER, diskDrive, first, GENERATION_2, image, makeWorld, refusal, scsiController } from './kit.ts';

test('pools survive a restart, and hold for what is added and changed, not for what was there', async (context) => {
  const world = await makeWorld(context);
  const folder = join(world.directory, 'disks', 'pooled');
  await mkdir(folder);
  const pool = await world.core.pools.createPool({
    kind: 'hardDiskImage',
    poolId: 'Gold',
    name: 'Gold',
    notes: '',
    parents: [{ pool: null, resources: [folder] }],
  });
  await world.restart({ crash: true });
  assert.deepEqual([...world.core.pools.pools()], [pool]);

  const { id } = await world.define({ values: GENERATION_2 });
  const controller = first(await add(world, id, scsiController()));
  const drive = first(await add(world, id, diskDrive(controller)));
  const inPool = (file: string) => {
    const input = image(drive, file);
    return { ...input, values: { ...input.values, PoolID: 'GOLD' } };
  };
  await assert.rejects(add(world, id, inPool(await world.makeDisk())), refusal('invalidParameter', /in no folder/));
  const disk = first(await add(world, id, inPool(await world.makeDisk('pooled/a.raw'))));
  await assert.rejects(world.core.pools.deletePool(pool.id), refusal('inUse', /takes from it/));
  // A folder that is gone has nothing any more; what lies there already is not asked again.
  const change = (values: Record<string, bigint | string[]>) =>
    world.core.operations.modifyResources(CALLER, [{ ...image(drive, ''), values, target: disk }]);
  await rm(folder, { recursive: true });
  await change({ IOPSLimit: 500n });
  const other = await world.makeDisk('b.raw');
  await assert.rejects(change({ HostResource: [other] }), refusal('invalidParameter', /in no folder/));
  await world.core.operations.removeResources(CALLER, [disk]);
  await world.core.pools.deletePool(pool.id);
  await world.restart();
  assert.deepEqual([...world.core.pools.pools()], []);
});
