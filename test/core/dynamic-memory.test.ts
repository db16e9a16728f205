import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { wantedMemory } from '../../src/core/systems/running/dynamic-memory.ts';
import { done } from './checkpoint-kit.ts';
import { CALLER, makeWorld, ofKind, type World } from './kit.ts';

const LIMITS = { minimumMb: 256, maximumMb: 2048, bufferPercent: 20 };

describe('what a guest is to have by its pressure', () => {
  test('what it uses and the buffer over that, in the limits; shrinking in steps; small changes are none', () => {
    const wanted = (totalMb: number, used: number): number =>
      wantedMemory({ totalMb, availableMb: totalMb - used }, LIMITS);
    assert.equal(wanted(512, 480), 576);
    assert.equal(wanted(512, 512), 768);
    assert.equal(wanted(512, 430), 512);
    assert.equal(wanted(512, 1), 384);
    assert.equal(wanted(300, 1), 256);
    assert.equal(wanted(2000, 1990), 2048);
    assert.equal(wanted(2040, 2039), 2048);
    assert.equal(wanted(100, 10), 256);
    assert.equal(wanted(4096, 100), 2048);
  });

  test('always within the limits or as it is, and steady when repeated', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 32, max: 8192 }),
        fc.integer({ min: 0, max: 8192 }),
        fc.integer({ min: 32, max: 4096 }),
        fc.integer({ min: 0, max: 4096 }),
        fc.integer({ min: 5, max: 2000 }),
        (total, used, minimumMb, more, bufferPercent) => {
          const limits = { minimumMb, maximumMb: minimumMb + more, bufferPercent };
          let now = Math.min(Math.max(total, limits.minimumMb), limits.maximumMb);
          for (let round = 0; round < 40; round++) {
            const next = wantedMemory({ totalMb: now, availableMb: Math.max(0, now - used) }, limits);
            assert.ok(next >= limits.minimumMb && next <= limits.maximumMb);
            if (next === now) return;
            now = next;
          }
          assert.fail('it does not come to rest');
        },
      ),
    );
  });
});

describe('dynamic memory of a running machine', () => {
  const dynamicMachine = async (world: World): Promise<string> => {
    const { id } = await world.define({ values: { ElementName: 'dynamic' } });
    const [memory] = ofKind(world.system(id), 'memory');
    await world.core.operations.modifyResources(CALLER, [
      {
        className: 'Msvm_MemorySettingData',
        instanceId: null,
        values: {
          DynamicMemoryEnabled: true,
          VirtualQuantity: 1024n,
          Reservation: 512n,
          Limit: 4096n,
          TargetMemoryBuffer: 20,
        },
        target: { configuration: id, part: memory?.part ?? '' },
      },
    ]);
    done(await world.request(id, 2));
    return id;
  };
  const memoryOf = (world: World, id: string): number => world.hypervisor.machine(id)?.memoryMb ?? 0;

  test('it grows with what the guest uses, to its limit, and shrinks to its minimum', async (t) => {
    const world = await makeWorld(t);
    const id = await dynamicMachine(world);
    await world.clock.advance(60_000);
    // The guest uses 410 MB of its 1024: 492 with the buffer, which is less than it may have.
    assert.equal(memoryOf(world, id), 512);
    world.faults.useMemory(id, 2000);
    await world.clock.advance(60_000);
    assert.ok(memoryOf(world, id) >= 2400 && memoryOf(world, id) < 2600, String(memoryOf(world, id)));
    world.faults.useMemory(id, 4000);
    await world.clock.advance(60_000);
    assert.equal(memoryOf(world, id), 4096);
    world.faults.useMemory(id, 10);
    await world.clock.advance(10_000);
    assert.ok(memoryOf(world, id) < 4096 && memoryOf(world, id) > 2000, 'in steps');
    await world.clock.advance(120_000);
    assert.equal(memoryOf(world, id), 512);
  });

  test('static memory stays, and so does that of a paused machine, or one whose hypervisor refuses; it is tried again', async (t) => {
    const world = await makeWorld(t);
    const { id: fixed } = await world.define({});
    done(await world.request(fixed, 2));
    const id = await dynamicMachine(world);
    await world.clock.advance(60_000);
    const before = memoryOf(world, fixed);
    world.faults.useMemory(fixed, before - 1);
    done(await world.request(id, 9));
    world.faults.useMemory(id, 2000);
    await world.clock.advance(30_000);
    assert.equal(memoryOf(world, id), 512);
    assert.equal(memoryOf(world, fixed), before);
    world.faults.fail('setMemory', { system: id });
    done(await world.request(id, 2));
    await world.clock.advance(60_000);
    assert.ok(memoryOf(world, id) >= 2400, String(memoryOf(world, id)));
    assert.match(world.problems.join(), /memory of a machine could not be adjusted/);
  });

  test('a machine that does not answer holds up no other', async (t) => {
    const world = await makeWorld(t);
    const [one, other] = [await dynamicMachine(world), await dynamicMachine(world)];
    await world.clock.advance(60_000);
    const silent = world.hypervisor.machine(one) ?? assert.fail();
    const { promise, resolve } = Promise.withResolvers<void>();
    let calls = 0;
    silent.setMemory = () => {
      calls += 1;
      return promise;
    };
    for (const id of [one, other]) world.faults.useMemory(id, 2000);
    await world.clock.advance(10_000);
    world.faults.useMemory(other, 3000);
    await world.clock.advance(60_000);
    assert.ok(memoryOf(world, other) >= 3600, String(memoryOf(world, other)));
    assert.equal(calls, 1, 'and is not asked again meanwhile');
    resolve();
  });

  test('a service that restarts goes on with it', async (t) => {
    const world = await makeWorld(t);
    const id = await dynamicMachine(world);
    await world.clock.advance(60_000);
    await world.restart();
    world.faults.useMemory(id, 2000);
    await world.clock.advance(60_000);
    assert.ok(memoryOf(world, id) > 2200, String(memoryOf(world, id)));
  });
});
