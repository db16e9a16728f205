import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Guid } from '../../src/core/model.ts';
import { done } from './checkpoint-kit.ts';
import { CALLER, makeWorld, type World } from './kit.ts';

const HOUR_MS = 3_600_000;
const COMPONENT = '2497F4DE-E9FA-4204-80E4-4B75C46419C0';

/** Null: no guest answers. */
const behind = (world: World, id: Guid): number | null =>
  world.hypervisor.machine(id)?.figures().guest?.clockBehindMs ?? null;

const running = async (world: World): Promise<Guid> => {
  const { id } = await world.define({});
  done(await world.request(id, 2));
  await world.eventually(() => behind(world, id) === 0);
  return id;
};

const pass = (world: World, ms: number): Promise<void> => world.clock.advance(ms);

/** Saved or paused, and an hour later running again. */
const standStill = async (world: World, id: Guid, state: 6 | 9): Promise<void> => {
  done(await world.request(id, state));
  await pass(world, HOUR_MS);
  done(await world.request(id, 2));
};

describe('Msvm_TimeSyncComponent (issue 5 §5)', () => {
  for (const [state, name] of [
    [6, 'saved'],
    [9, 'paused'],
  ] as const)
    test(`a guest that was ${name} for an hour is told what time it is`, async (t) => {
      const world = await makeWorld(t);
      const id = await running(world);
      await standStill(world, id, state);
      await world.eventually(() => behind(world, id) === 0);
      await pass(world, HOUR_MS);
      assert.equal(behind(world, id), 0, 'and stays right');
    });

  test('a guest that does not answer holds up no other', async (t) => {
    const world = await makeWorld(t);
    const [one, other] = [await running(world), await running(world)];
    for (const id of [one, other]) await standStill(world, id, 9);
    const { promise, resolve } = Promise.withResolvers<void>();
    const silent = world.hypervisor.machine(one) ?? assert.fail();
    silent.setGuestTime = () => promise;
    await world.eventually(() => behind(world, other) === 0);
    await standStill(world, other, 9);
    await world.eventually(() => behind(world, other) === 0);
    resolve();
  });

  test('with the component disabled it goes on with the time at which it was stopped, until the component is enabled', async (t) => {
    const world = await makeWorld(t);
    const id = await running(world);
    const enable = (state: 2 | 3): Promise<unknown> =>
      world.until(
        world.core.operations.modifyResources(CALLER, [
          {
            className: 'Msvm_TimeSyncComponentSettingData',
            instanceId: null,
            target: { configuration: id, part: COMPONENT },
            values: { EnabledState: state },
          },
        ]),
      );
    await enable(3);
    await standStill(world, id, 9);
    await pass(world, 60_000);
    assert.ok((behind(world, id) ?? 0) >= HOUR_MS);
    await enable(2);
    await world.eventually(() => behind(world, id) === 0);
  });

  test('a guest that refuses is asked again after a while, and told in the log', async (t) => {
    const world = await makeWorld(t);
    const id = await running(world);
    world.faults.fail('setGuestTime', { times: 1 });
    await standStill(world, id, 9);
    await world.eventually(() => world.problems.length > 0);
    assert.match(world.problems[0] ?? '', /the clock of a guest is behind and was not set/);
    await pass(world, 30_000);
    assert.ok((behind(world, id) ?? 0) >= HOUR_MS, 'not at once');
    await world.eventually(() => behind(world, id) === 0);
    assert.equal(world.problems.length, 1);
  });

  test('over a restart of the service', async (t) => {
    const world = await makeWorld(t);
    const id = await running(world);
    done(await world.request(id, 9));
    await pass(world, HOUR_MS);
    done(await world.request(id, 2));
    // Before anybody looked.
    assert.equal(behind(world, id), HOUR_MS);
    await world.restart();
    await world.eventually(() => behind(world, id) === 0);
  });
});
