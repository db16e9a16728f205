import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { DomainError } from '../../src/core/errors.ts';
import type { PowerState } from '../../src/core/model.ts';
import { FullDisk } from './full-store.ts';
import { create, machineWith, merged, nothingLeftOver } from './checkpoint-kit.ts';
import { CALLER, first, makeWorld, type World } from './kit.ts';

/*
 * A store that refuses the record of what a machine has done (issue 4 §2): the client is told, the state that is shown is the
 * one that is stored, and the record is tried again until it lasts.
 */

interface Case {
  readonly name: string;
  readonly before: readonly number[];
  readonly request: number;
  /** While the record of the end is refused, and after it. */
  readonly through: PowerState;
  readonly final: PowerState;
  readonly text?: RegExp;
  /** Is there a machine while the record is refused? */
  readonly machine: boolean;
  readonly prepare?: (world: World, id: string) => void | Promise<void>;
}

const DONE = /did as it was asked, but its new state could not be stored[^]*tried again[^]*no space left/;
const CASES: readonly Case[] = [
  { name: 'start', before: [], request: 2, through: 'starting', final: 'running', machine: true },
  { name: 'restore', before: [2, 6], request: 2, through: 'starting', final: 'running', machine: true },
  { name: 'save', before: [2], request: 6, through: 'saving', final: 'saved', machine: false },
  { name: 'turn off', before: [2], request: 3, through: 'stopping', final: 'off', machine: false },
  { name: 'discard', before: [2, 6], request: 3, through: 'stopping', final: 'off', machine: false },
  { name: 'pause', before: [2], request: 9, through: 'pausing', final: 'paused', machine: true },
  { name: 'resume', before: [2, 9], request: 2, through: 'resuming', final: 'running', machine: true },
  { name: 'reset', before: [2], request: 11, through: 'resetting', final: 'running', machine: true },
  {
    name: 'shut down',
    before: [2],
    request: 4,
    through: 'stopping',
    final: 'off',
    machine: false,
    prepare: (world) => world.clock.advance(5000),
  },
  {
    name: 'start that fails',
    before: [],
    request: 2,
    through: 'starting',
    final: 'off',
    machine: false,
    text: /No memory is left[^]*could not be stored/,
    prepare: (world, id) =>
      world.faults.fail('start', { system: id, error: new DomainError('failed', 'No memory is left.') }),
  },
  {
    name: 'save that fails',
    before: [2],
    request: 6,
    through: 'saving',
    final: 'running',
    machine: true,
    text: /No room for it[^]*could not be stored/,
    prepare: (world, id) =>
      world.faults.fail('save', { system: id, error: new DomainError('failed', 'No room for it.') }),
  },
];

interface Scene {
  readonly world: World;
  readonly disk: FullDisk;
  readonly id: string;
}

const prepared = async (t: TestContext, { before, prepare }: Pick<Case, 'before' | 'prepare'>): Promise<Scene> => {
  const disk = new FullDisk();
  const world = await makeWorld(t, { openStore: disk.open });
  const { id } = await world.define({ values: { ElementName: 'web1', AutomaticRecoveryAction: 2 } });
  for (const state of before) assert.equal((await world.request(id, state)).state, 7);
  await prepare?.(world, id);
  return { world, disk, id };
};

/** A machine of the system is there, and of no state but this. */
const isThere = ({ world, id }: Scene): boolean => world.hypervisor.machine(id) !== undefined;

const settled = async ({ world, id }: Scene, final: PowerState): Promise<void> => {
  world.patience.wake();
  await world.eventually(() => world.system(id).power === final && !world.patience.waits);
  assert.equal(world.system(id).requestedState, 12);
};

describe('the record of the end of a transition is refused', () => {
  for (const each of CASES) {
    test(`${each.name}: told as failed, shown in transition, and stored when there is room`, async (t) => {
      const scene = await prepared(t, each);
      const { world, disk, id } = scene;
      // The job begins; nothing more is written.
      disk.fill(1);
      const told = await world.request(id, each.request);
      assert.deepEqual([told.state, told.percent], [10, 100]);
      assert.notEqual(told.errorCode, 0);
      assert.match(told.errorDescription ?? '', each.text ?? DONE);
      assert.equal(world.system(id).power, each.through);
      assert.equal(isThere(scene), each.machine);

      // Still no room: nothing changes, and nobody is told anything else.
      world.patience.wake();
      await world.eventually(() => world.patience.waits);
      await assert.rejects(world.core.operations.requestState(CALLER, id, 3));
      assert.deepEqual([world.system(id).power, await disk.jobState(told.id)], [each.through, 4]);
      assert.equal(isThere(scene), each.machine);

      disk.empty();
      await settled(scene, each.final);
      assert.equal(isThere(scene), each.machine);
      assert.deepEqual(world.core.jobs.get(told.id), told);
      assert.equal(await disk.jobState(told.id), 10);

      // It lasts, and the machine is in nobody's hands.
      await world.restart();
      assert.equal(world.system(id).power, each.final);
      assert.equal(isThere(scene), each.machine);
      const next = each.final === 'off' || each.final === 'saved' ? 2 : 3;
      assert.equal((await world.request(id, next)).state, 7);
    });

    test(`${each.name}: refused once, it is as if nothing had been`, async (t) => {
      const scene = await prepared(t, each);
      scene.disk.fill(1, 1);
      const job = await scene.world.request(scene.id, each.request);
      assert.equal(job.state, each.text === undefined ? 7 : 10);
      assert.equal(scene.world.system(scene.id).power, each.final);
      assert.equal(scene.world.patience.waits, false);
    });

    test(`${each.name}: a death of the service meanwhile`, async (t) => {
      const scene = await prepared(t, each);
      const { world, disk, id } = scene;
      disk.fill(1);
      const told = await world.request(id, each.request);
      disk.empty();
      await world.restart({ crash: true });
      // A start whose machine no record knows is taken back.
      const found = each.name === 'start' ? 'off' : each.name === 'restore' ? 'saved' : each.final;
      assert.equal(world.system(id).power, found);
      assert.equal(isThere(scene), found === 'running' || found === 'paused');
      assert.equal(world.core.jobs.get(told.id)?.state, 10);
    });
  }

  test('a begin that is refused: an answer, and no trace', async (t) => {
    const scene = await prepared(t, { before: [2] });
    const { world, disk, id } = scene;
    disk.fill(0);
    await assert.rejects(world.core.operations.requestState(CALLER, id, 6), /no space left/);
    assert.equal(world.system(id).power, 'running');
    disk.empty();
    assert.equal((await world.request(id, 6)).state, 7);
  });

  test('a turn-off overtakes a start whose record is refused, as soon as there is room', async (t) => {
    const scene = await prepared(t, { before: [] });
    const { world, disk, id } = scene;
    disk.fill(1);
    const start = await world.request(id, 2);
    disk.empty();
    assert.equal((await world.request(id, 3)).state, 7);
    assert.deepEqual([world.system(id).power, isThere(scene)], ['off', false]);
    await settled(scene, 'off');
    await world.eventually(async () => (await disk.jobState(start.id)) === 10);
    assert.equal((await world.request(id, 2)).state, 7);
  });

  test('a turn-off whose record is refused touches nothing of the start that follows another one', async (t) => {
    const scene = await prepared(t, { before: [2] });
    const { world, disk, id } = scene;
    disk.fill(1);
    await world.request(id, 3);
    disk.empty();
    assert.equal((await world.request(id, 3)).state, 7);
    const start = await world.core.operations.requestState(CALLER, id, 2);
    world.patience.wake();
    assert.equal((await world.ended(start)).state, 7);
    await settled(scene, 'running');
    assert.equal(isThere(scene), true);
  });

  test('a machine that dies meanwhile is off when there is room', async (t) => {
    const scene = await prepared(t, { before: [] });
    const { world, disk, id } = scene;
    disk.fill(1);
    await world.request(id, 2);
    world.faults.crash(id);
    await world.eventually(() => !isThere(scene));
    assert.equal(world.system(id).power, 'starting');
    disk.empty();
    await settled(scene, 'off');
    assert.equal((await world.request(id, 2)).state, 7);
  });

  test('the host shuts down, and the service ends, without waiting for room', async (t) => {
    const scene = await prepared(t, { before: [] });
    const { world, disk, id } = scene;
    disk.fill(1);
    await world.request(id, 2);
    assert.deepEqual(await world.until(world.core.stopForHost()), ['web1']);
    disk.empty();
    await world.restart();
    assert.equal(world.system(id).power, 'off');
  });
});

describe('the record of what a machine did by itself is refused', () => {
  test('a guest that turns itself off is off when there is room; it was running until then', async (t) => {
    const scene = await prepared(t, { before: [2] });
    const { world, disk, id } = scene;
    await world.clock.advance(5000);
    disk.fill(0);
    await world.until(world.core.operations.initiateShutdown(CALLER, id, { reboot: false, force: false }));
    await world.eventually(() => world.patience.waits);
    assert.equal(world.system(id).power, 'running');
    world.patience.wake();
    await world.eventually(() => world.patience.waits);
    disk.empty();
    await settled(scene, 'off');
    assert.equal((await world.request(id, 2)).state, 7);
    assert.equal(first(world.problems.filter((text) => text.includes('done by itself'))).includes('no space'), true);
  });

  test('it can be turned off as soon as there is room, and its last word changes nothing then', async (t) => {
    const scene = await prepared(t, { before: [2] });
    const { world, disk, id } = scene;
    disk.fill(0);
    world.faults.crash(id);
    await world.eventually(() => world.patience.waits);
    disk.empty();
    assert.equal((await world.request(id, 3)).state, 7);
    assert.equal((await world.request(id, 2)).state, 7);
    await settled(scene, 'running');
    assert.equal(isThere(scene), true);
  });

  test('several events keep their order', async (t) => {
    const scene = await prepared(t, { before: [2] });
    const { world, disk, id } = scene;
    disk.fill(0);
    world.faults.ioError(id);
    await world.eventually(() => world.patience.waits);
    world.faults.crash(id);
    await world.eventually(() => !isThere(scene));
    assert.equal(world.system(id).power, 'running');
    const states: PowerState[] = [];
    world.core.feed.listen((change) => {
      if (change.kind === 'system' && change.after !== null) states.push(change.after.power);
    });
    disk.empty();
    await settled(scene, 'off');
    assert.deepEqual(states, ['pausedCritical', 'off']);
  });
});

describe('the record of what a restarted service finds is refused', () => {
  test('a machine that is gone is off when there is room', async (t) => {
    const scene = await prepared(t, { before: [2] });
    const { world, disk, id } = scene;
    await world.core.close();
    world.faults.crash(id);
    await world.eventually(() => !isThere(scene));
    disk.fill(0);
    await world.restart({ crash: true });
    assert.equal(world.system(id).power, 'running');
    world.patience.wake();
    await world.eventually(() => world.patience.waits);
    assert.equal(world.system(id).power, 'running');
    disk.empty();
    await settled(scene, 'off');
    assert.ok(world.problems.some((text) => text.includes('no space left')));
    assert.equal((await world.request(id, 2)).state, 7);
  });

  test('a transition that was interrupted ends in a stable state, and its job with it', async (t) => {
    const scene = await prepared(t, { before: [2] });
    const { world, disk, id } = scene;
    const job = await world.core.operations.requestState(CALLER, id, 9);
    assert.equal(world.system(id).power, 'pausing');
    disk.fill(0);
    await world.restart({ crash: true });
    assert.equal(world.system(id).power, 'pausing');
    assert.equal(isThere(scene), true);
    disk.empty();
    world.patience.wake();
    await world.eventually(() => ['running', 'paused'].includes(world.system(id).power) && !world.patience.waits);
    assert.equal(world.core.graph.job(job.id)?.state, 10);
    assert.equal(await disk.jobState(job.id), 10);
    assert.equal((await world.request(id, 3)).state, 7);
  });

  test('a machine that does not answer is not ended for it, and is unknown when there is room', async (t) => {
    const scene = await prepared(t, { before: [2] });
    const { world, disk, id } = scene;
    world.faults.fail('adopt', { times: Number.POSITIVE_INFINITY });
    disk.fill(0);
    await world.restart({ crash: true });
    assert.equal(world.system(id).power, 'running');
    disk.empty();
    world.patience.wake();
    await world.eventually(() => world.system(id).power === 'unknown');
    world.faults.clear();
    await world.eventually(() => world.system(id).power === 'running');
    assert.equal(isThere(scene), true);
    assert.equal((await world.request(id, 3)).state, 7);
  });

  test('what somebody has asked for meanwhile is not changed back', async (t) => {
    const scene = await prepared(t, { before: [2] });
    const { world, disk, id } = scene;
    disk.fill(0);
    await world.restart({ crash: true });
    await world.eventually(() => world.patience.waits);
    disk.empty();
    assert.equal((await world.request(id, 3)).state, 7);
    await settled(scene, 'off');
    assert.equal(isThere(scene), false);
  });
});

describe('an export and a realization whose records are refused from one commit on', () => {
  const WORK = {
    export: {
      kind: 'realized',
      ask: (world: World, id: string) =>
        world.core.exports.exportSystem(CALLER, {
          configuration: id,
          directory: join(world.directory, 'disks', 'out'),
          snapshots: 'none',
          snapshot: null,
          runtime: false,
          storage: true,
          subdirectory: false,
          style: null,
          live: null,
        }),
    },
    realization: { kind: 'planned', ask: (world: World, id: string) => world.core.plans.realize(CALLER, id) },
  } as const;

  for (const [name, { kind, ask }] of Object.entries(WORK)) {
    test(`${name}: told as failed, and the machine is free when there is room`, async (t) => {
      for (let taken = 1, refused = true; refused; taken++) {
        const disk = new FullDisk();
        const world = await makeWorld(t, { openStore: disk.open });
        const { id } = await world.define({ kind });
        disk.fill(taken);
        const job = await world.ended(await world.until(ask(world, id)));
        refused = job.state !== 7;
        if (!refused) break;
        assert.match(job.errorDescription ?? '', /no space left/, `${name}, ${taken}`);
        assert.deepEqual(world.system(id).operation?.exclusive, true, 'busy with what its record says');
        disk.empty();
        await world.eventually(async () => {
          world.patience.wake();
          return (await disk.jobState(job.id)) === 10;
        });
        const done = world.system(id);
        assert.deepEqual([done.operation, done.kind], [null, kind], `${name}, ${taken}`);
        const left = await readdir(join(world.directory, 'disks'), { recursive: true });
        if (left.length === 0) assert.equal((await world.ended(await world.until(ask(world, id)))).state, 7);
        // An export past its commit point is completed.
        else
          assert.ok(
            left.includes(join('out', 'Virtual Machines', `${id}.vmcx`)),
            `${name}, ${taken}: ${left.join(' ')}`,
          );
      }
    });
  }
});

test('a service whose store takes nothing away starts all the same, and what is gone goes with the next start', async (t) => {
  const GONE = '0E6D0A4B-5B0B-4C57-9C6C-6B4E1F0C9A77';
  const disk = new FullDisk();
  const world = await makeWorld(t, {
    openStore: disk.open,
    hostDisks: {
      lack: null,
      lackFor: async () => null,
      list: async () => [],
      attach: () => assert.fail(),
      detach: () => assert.fail(),
    },
  });
  const { id } = await world.core.collectionOperations.define({ name: 'one', type: 'systems', id: null });
  const kept = async (): Promise<string[]> =>
    [...(await disk.open().load('settings'))].flatMap(([key, value]) =>
      JSON.stringify([key, value]).includes(GONE) ? [key.split(':')[0] ?? ''] : [],
    );
  const key = `attached:/${GONE}.vhd`;
  await disk.open().commit([
    { table: 'settings', key: `metrics:${GONE}`, value: { wanted: [], exceptions: {}, sums: {}, last: null } },
    {
      table: 'settings',
      key,
      value: { file: `/${GONE}.vhd`, text: '', readOnly: true, type: 'disk', lun: 0, job: '' },
    },
    {
      table: 'settings',
      key: `collection:${id}`,
      value: { ...world.core.collections.collection(id), members: [GONE] },
    },
  ]);
  disk.fill(0);
  await world.restart();
  assert.deepEqual((await kept()).toSorted(), ['attached', 'collection', 'metrics']);
  assert.ok(world.problems.every((problem) => problem.includes('no space left')) && world.problems.length >= 3);
  disk.empty();
  await world.restart();
  assert.deepEqual(await kept(), []);
});

test('a merge whose job the store refuses is begun when there is room, though nothing happens to the machine', async (t) => {
  for (let taken = 0, refused = true; refused; taken++) {
    const disk = new FullDisk();
    const world = await makeWorld(t, { openStore: disk.open });
    const id = await machineWith(world, 1);
    const snapshot = await create(world, id);
    disk.fill(taken);
    await world.until(
      world.core.snapshots.destroy(CALLER, snapshot).then(
        ({ id: job }) => world.core.jobs.ended(job),
        () => undefined,
      ),
    );
    await world.clock.advance(1000);
    refused = disk.commits > taken;
    disk.empty();
    await world.eventually(() => {
      world.patience.wake();
      const { operation } = world.system(id);
      return operation === null && [...world.core.graph.jobs()].every((job) => job.endedAt !== null);
    });
    if (world.core.graph.configuration(snapshot) !== undefined) continue;
    await merged(world, id);
    await nothingLeftOver(world, id);
  }
});
