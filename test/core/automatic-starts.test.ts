import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { LackOfRoom } from '../../src/core/disks/free-space.ts';
import type { Job } from '../../src/core/jobs/job.ts';
import type { Guid, SettingValues } from '../../src/core/model.ts';
import { done } from './checkpoint-kit.ts';
import { FullDisk } from './full-store.ts';
import { CALLER, makeWorld, type World } from './kit.ts';

/*
 * The first start of the service after the host's (K20) on a disk without room (issue 4): nothing is lost, machines that start
 * by themselves wait for room, and no machine is taken for one of the boot before.
 */

const ALWAYS = 4;
const IF_IT_RAN = 3;

interface Scene {
  readonly world: World;
  readonly disk: FullDisk;
  define(name: string, values?: SettingValues): Promise<Guid>;
}

const scene = async (t: TestContext): Promise<Scene> => {
  const disk = new FullDisk();
  const world = await makeWorld(t, { openStore: disk.open });
  const define = async (name: string, values: SettingValues = {}): Promise<Guid> =>
    (await world.define({ values: { ElementName: name, AutomaticStartupAction: 2, ...values } })).id;
  return { world, disk, define };
};

/** The host goes down with all that runs, and comes up again. */
const reboot = async (world: World, ...running: readonly Guid[]): Promise<void> => {
  for (const id of running) world.faults.crash(id);
  await world.restart({ crash: true, bootId: 'boot-2' });
};

/** What is tried again is tried until it is done. */
const settled = (world: World): Promise<void> =>
  world.eventually(() => {
    world.patience.wake();
    return !world.patience.waits;
  });

const power = (world: World, ...ids: readonly Guid[]): readonly string[] => ids.map((id) => world.system(id).power);

describe('a boot of the host on a full disk (K20)', () => {
  test('the service comes up; what starts by itself is started in its order when there is room, once', async (t) => {
    const { world, disk, define } = await scene(t);
    const ran = await define('ran', { AutomaticStartupAction: IF_IT_RAN });
    const late = await define('late', { AutomaticStartupAction: ALWAYS, AutomaticStartupActionSequenceNumber: 9 });
    const early = await define('early', { AutomaticStartupAction: ALWAYS, AutomaticStartupActionSequenceNumber: 1 });
    const never = await define('never');
    const wasOff = await define('was off', { AutomaticStartupAction: IF_IT_RAN });
    for (const id of [ran, never]) done(await world.request(id, 2));
    disk.fill(0);
    await reboot(world, ran, never);
    assert.ok(world.problems.some((text) => /boot of the host could not be stored.*no space left/.test(text)));
    await assert.rejects(world.core.operations.requestState(CALLER, wasOff, 2), /no space left/);
    await world.clock.advance(60_000);
    assert.deepEqual(
      [ran, late, early, never, wasOff].map((id) => world.hypervisor.machine(id)),
      [undefined, undefined, undefined, undefined, undefined],
    );
    const seen = world.changes.length;
    disk.empty();
    await settled(world);
    await world.eventually(() => power(world, ran, late, early).every((state) => state === 'running'));
    assert.deepEqual(power(world, never, wasOff), ['off', 'off']);
    const order = world.changes
      .slice(seen)
      .flatMap((change) =>
        change.kind === 'system' && change.before?.power !== 'starting' && change.after?.power === 'starting'
          ? [change.after.id]
          : [],
      );
    assert.deepEqual(order, [early, late, ran]);
    // Not another time.
    done(await world.request(late, 3));
    await world.restart({ bootId: 'boot-2' });
    await world.clock.advance(60_000);
    assert.deepEqual(power(world, late, ran), ['off', 'running']);
  });

  test('a machine that a client starts before the boot was noted outlives the service', async (t) => {
    const { world, disk, define } = await scene(t);
    const id = await define('vm');
    const automatic = await define('automatic', { AutomaticStartupAction: ALWAYS });
    disk.fill(0);
    await reboot(world);
    disk.empty();
    // Nothing has been tried again yet.
    done(await world.request(id, 2));
    const machine = world.system(id).process;
    await world.restart({ bootId: 'boot-2' });
    assert.deepEqual(power(world, id), ['running']);
    assert.deepEqual(world.system(id).process, machine);
    await world.eventually(() => world.system(automatic).power === 'running');
  });

  test('a start whose record is refused is tried again; the others do not wait for it', async (t) => {
    const { world, disk, define } = await scene(t);
    const one = await define('one', { AutomaticStartupAction: ALWAYS, AutomaticStartupActionSequenceNumber: 1 });
    const two = await define('two', { AutomaticStartupAction: ALWAYS, AutomaticStartupActionSequenceNumber: 2 });
    // The boot is noted, the begin of the first start is not.
    disk.fill(1, 1);
    await reboot(world);
    await world.eventually(() => world.system(two).power === 'running' && world.patience.waits);
    assert.deepEqual(power(world, one), ['off']);
    assert.ok(world.problems.some((text) => /not started automatically: a disk is full; it waits for room/.test(text)));
    world.patience.wake();
    await world.eventually(() => world.system(one).power === 'running');
  });

  test('a start that lacks room for its files says so in its job, and is done when there is some', async (t) => {
    const { world, define } = await scene(t);
    const id = await define('vm', { AutomaticStartupAction: ALWAYS });
    const lack = new LackOfRoom('/run', { needed: 262_144n, free: 0n }, 'its files');
    world.faults.fail('start', { system: id, error: lack, times: 2 });
    await reboot(world);
    const failed = (): readonly Job[] => [...world.core.graph.jobs()].filter(({ state }) => state === 10);
    const attempts = new Set<Guid>();
    for (const attempt of [1, 2]) {
      await world.eventually(() => {
        for (const job of failed()) attempts.add(job.id);
        return attempts.size === attempt && failed().length === 1 && world.patience.waits;
      });
      assert.match(failed()[0]?.errorDescription ?? '', /1 MiB are needed and 0 MiB are free/);
      assert.deepEqual(power(world, id), ['off']);
      world.patience.wake();
    }
    await world.eventually(() => world.system(id).power === 'running');
    await settled(world);
    done(await world.request(id, 3));
    await world.restart({ bootId: 'boot-2' });
    await world.clock.advance(60_000);
    assert.deepEqual(power(world, id), ['off']);
  });

  test('whoever has started and stopped it meanwhile has decided', async (t) => {
    const { world, disk, define } = await scene(t);
    const id = await define('vm', { AutomaticStartupAction: ALWAYS });
    disk.fill(1, 1);
    await reboot(world);
    await world.eventually(() => world.patience.waits);
    await world.clock.advance(1000);
    done(await world.request(id, 2));
    done(await world.request(id, 3));
    await settled(world);
    await world.clock.advance(60_000);
    assert.deepEqual(power(world, id), ['off']);
  });

  test('that one was started is remembered when there is room, and the next ones are not kept', async (t) => {
    const { world, disk, define } = await scene(t);
    const one = await define('one', { AutomaticStartupAction: ALWAYS, AutomaticStartupActionSequenceNumber: 1 });
    const two = await define('two', { AutomaticStartupAction: ALWAYS, AutomaticStartupActionSequenceNumber: 2 });
    // The boot, the begin and the end of the first start; then it is not taken that this one is over.
    disk.fill(3, 1);
    await reboot(world);
    await world.eventually(() => power(world, one, two).every((state) => state === 'running'));
    await settled(world);
    for (const id of [one, two]) done(await world.request(id, 3));
    await world.restart({ bootId: 'boot-2' });
    await world.clock.advance(60_000);
    assert.deepEqual(power(world, one, two), ['off', 'off']);
  });
});
