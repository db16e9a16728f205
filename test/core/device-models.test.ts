import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { create, machineWith } from './checkpoint-kit.ts';
import { CALLER, makeWorld, refusal } from './kit.ts';

describe('K27 the devices that a guest sees, changed by an administrator', () => {
  test('while it is off; a guest that came with the clock of Hyper-V keeps it', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1, 2);
    const change = (models: 'inbox' | 'virtio'): Promise<void> =>
      world.core.auxiliary.setDeviceModels(CALLER, id, models);
    const started = async () => {
      const start = t.mock.method(world.hypervisor, 'start');
      assert.equal((await world.request(id, 2)).state, 7);
      assert.equal((await world.request(id, 3)).state, 7);
      start.mock.restore();
      return start.mock.calls[0]?.arguments[0];
    };
    const before = world.system(id).revision;
    await change('virtio');
    assert.equal(world.system(id).revision, before);
    await change('inbox');
    await world.restart();
    const inbox = await started();
    assert.deepEqual([inbox?.deviceModels, inbox?.localTimeClock], ['inbox', true]);
    await change('virtio');
    await world.restart();
    const virtio = await started();
    assert.deepEqual([virtio?.deviceModels, virtio?.localTimeClock], ['virtio', true]);
  });

  test('and not while its memory is kept anywhere', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1, 2);
    const change = (): Promise<void> => world.core.auxiliary.setDeviceModels(CALLER, id, 'inbox');
    await world.request(id, 2);
    await assert.rejects(change, refusal('invalidState', /not off/));
    const snapshot = await create(world, id);
    await world.request(id, 6);
    await assert.rejects(change, refusal('invalidState', /not off/));
    await world.request(id, 3);
    await assert.rejects(change, refusal('invalidState', /has the memory of a guest/));
    await world.ended(await world.core.snapshots.clearState(CALLER, snapshot));
    await change();
    assert.equal(world.system(id).extras?.deviceModels, 'inbox');
    const plan = await world.define({ kind: 'planned' });
    await assert.rejects(
      world.core.auxiliary.setDeviceModels(CALLER, plan.id, 'inbox'),
      refusal('invalidParameter', /planned/),
    );
  });
});
