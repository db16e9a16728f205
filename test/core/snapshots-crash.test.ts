import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import type { Guid } from '../../src/core/model.ts';
import type { Job } from '../../src/core/jobs/job.ts';
import type { ImageTool } from '../../src/core/disks/image-tool.ts';
import { DomainError } from '../../src/core/errors.ts';
import { nextDiskTask } from '../../src/core/differencing/disk-tree.ts';
import { heldFiles } from '../../src/core/differencing/held-files.ts';
import {
  contents,
  create,
  currentFile,
  done,
  filesIn,
  machineWith,
  merged,
  nothingLeftOver,
  snapshotOf,
  STANDARD,
} from './checkpoint-kit.ts';
import { readDisk, writeDisk } from './disk-content.ts';
import { FailingPower } from './failing-power.ts';
import { CALLER, makeWorld, type World } from './kit.ts';

interface Prepared {
  readonly id: Guid;
  /** Checkpoints in the order they were taken: A, B below it. */
  readonly snapshots: readonly [Guid, Guid];
}

/** A with 1, B with 2, now with 3. B may be a recovery checkpoint, or a reference point that was one. */
const prepare = async (
  world: World,
  { power, second = 'standard' }: Pick<Case, 'power' | 'second'>,
): Promise<Prepared> => {
  const id = await machineWith(world, 1, 2);
  await writeDisk(currentFile(world, id), 1);
  if (power === 'running') done(await world.request(id, 2));
  const a = await create(world, id);
  await writeDisk(currentFile(world, id), 2);
  const b = await create(world, id, { type: second === 'standard' ? 'standard' : 'recovery' });
  await writeDisk(currentFile(world, id), 3);
  if (second === 'point') done(await world.ended((await world.core.referencePoints.convert(CALLER, b)).job));
  return { id, snapshots: [a, b] };
};

interface Case {
  readonly name: string;
  readonly power: 'off' | 'running';
  readonly second?: 'standard' | 'recovery' | 'point';
  readonly operate: (world: World, prepared: Prepared) => Promise<Job>;
  /** Has it been done? */
  readonly isNew: (world: World, prepared: Prepared) => boolean;
  /** What is now, before and after. */
  readonly now: readonly [before: number, after: number];
}

const has = (world: World, id: Guid, snapshot: Guid): boolean =>
  world.system(id).snapshots.some(({ configuration }) => configuration.id === snapshot);

const CASES: readonly Case[] = (['off', 'running'] as const).flatMap((power): readonly Case[] => [
  {
    name: 'create',
    power,
    operate: async ({ core }, { id }) => (await core.snapshots.create(CALLER, id, STANDARD)).job,
    isNew: (world, { id }) => world.system(id).snapshots.length === 3,
    now: [3, 3],
  },
  {
    name: 'destroy and merge',
    power,
    operate: ({ core }, { snapshots }) => core.snapshots.destroy(CALLER, snapshots[0]),
    isNew: (world, { id, snapshots }) => !has(world, id, snapshots[0]),
    now: [3, 3],
  },
  {
    name: 'destroy the tree and merge',
    power,
    operate: ({ core }, { snapshots }) => core.snapshots.destroyTree(CALLER, snapshots[0]),
    isNew: (world, { id }) => world.system(id).snapshots.length === 0,
    now: [3, 3],
  },
  {
    name: 'fork',
    power,
    operate: async ({ core }, { snapshots }) =>
      (
        await core.snapshots.fork(CALLER, snapshots[1], {
          count: 2,
          name: null,
          start: true,
          disconnected: false,
          overcommit: false,
        })
      ).job,
    isNew: (world, { id, snapshots }) => {
      const forks = [...world.core.graph.forksOf(id)];
      for (const fork of forks) {
        assert.equal(fork.forkedFrom?.snapshot, snapshots[1]);
        assert.equal(fork.power, 'running', 'a fork that is there is started');
      }
      assert.ok(forks.length % 2 === 0, 'all forks of a request or none');
      return forks.length > 0;
    },
    now: [3, 3],
  },
  {
    name: 'create a reference point',
    power,
    operate: async ({ core }, { id }) =>
      (await core.referencePoints.create(CALLER, id, { applicationConsistent: false })).job,
    isNew: (world, { id }) => world.system(id).referencePoints?.length === 1,
    now: [3, 3],
  },
  {
    name: 'convert to a reference point',
    power,
    second: 'recovery',
    operate: async ({ core }, { snapshots }) => (await core.referencePoints.convert(CALLER, snapshots[1])).job,
    isNew: (world, { id, snapshots }) => {
      const converted = world.core.graph.referencePoint(snapshots[1]) !== undefined;
      assert.notEqual(converted, has(world, id, snapshots[1]), 'a checkpoint or a point');
      return converted;
    },
    now: [3, 3],
  },
  {
    name: 'destroy a reference point and merge',
    power,
    second: 'point',
    operate: ({ core }, { snapshots }) => core.referencePoints.destroy(CALLER, snapshots[1]),
    isNew: (world, { snapshots }) => world.core.graph.referencePoint(snapshots[1]) === undefined,
    now: [3, 3],
  },
  power === 'running'
    ? {
        name: 'clear',
        power,
        operate: ({ core }, { snapshots }) => core.snapshots.clearState(CALLER, snapshots[0]),
        isNew: (world, { id, snapshots }) => snapshotOf(world, id, snapshots[0]).memory === undefined,
        now: [3, 3],
      }
    : {
        name: 'apply',
        power,
        operate: ({ core }, { snapshots }) => core.snapshots.apply(CALLER, snapshots[0]),
        isNew: (world, { id, snapshots }) => world.system(id).lastApplied === snapshots[0],
        now: [3, 1],
      },
]);

/** What makes and changes no disk file. */
const RECORD_ONLY: ReadonlySet<string> = new Set(['clear', 'convert to a reference point']);

/** More than any of them has, the merges that follow included. */
const MAXIMUM_COMMITS = 80;

const check = async (world: World, each: Case, prepared: Prepared, label: string): Promise<void> => {
  const { id, snapshots } = prepared;
  const wanted = each.isNew(world, prepared);
  const found = await contents(world, id);
  assert.equal(found['now'], each.now[wanted ? 1 : 0], `${label}: now`);
  const known: readonly (readonly [Guid, number])[] = [
    [snapshots[0], 1],
    [snapshots[1], 2],
  ];
  for (const [snapshot, pattern] of known)
    if (has(world, id, snapshot)) assert.equal(found[snapshot], pattern, `${label}: ${snapshot}`);
  for (const point of world.system(id).referencePoints ?? [])
    assert.equal(
      await readDisk(point.disks[0]?.file ?? ''),
      point.id === snapshots[1] ? 2 : 3,
      `${label}: the moment of a point`,
    );
  await nothingLeftOver(world, id);
  assert.equal(world.core.graph.machine(id) !== undefined, world.system(id).power === 'running', label);
};

/** To the end of it and of what follows by itself, or to the death of the service. */
const perform = async (world: World, each: Case, prepared: Prepared, power: FailingPower): Promise<void> => {
  const progress = { over: false };
  const settled = (): boolean => {
    const system = world.core.graph.system(prepared.id);
    const ended = [...world.core.graph.jobs()].every((job) => job.endedAt !== null);
    return ended && system?.operation === null && nextDiskTask(system, heldFiles(world.core.graph, system)) === null;
  };
  each.operate(world, prepared).then(
    () => (progress.over = true),
    () => (progress.over = true),
  );
  await world.eventually(() => power.failed || (progress.over && settled()));
};

type Death = 'before' | 'after' | 'refused' | 'full';

/**
 * `before`, `after`: the service dies just before or just after the commit is durable. `refused`: the store takes it not, and
 * all that follows neither, and the service lives to undo what it can. `full`: the same until there is room again, and the
 * service is not restarted.
 */
const dieAtEach = async (t: TestContext, each: Case, death: Death): Promise<void> => {
  let reached = 0;
  for (let commit = 0; commit < MAXIMUM_COMMITS; commit++) {
    const power = new FailingPower();
    const world = await makeWorld(t, { openStore: power.open });
    const prepared = await prepare(world, each);
    power.failAt(commit, death === 'after', death === 'before' || death === 'after');
    await perform(world, each, prepared, power);
    if (!power.failed) {
      reached = commit;
      break;
    }
    if (death === 'full') await makeRoom(world, power, prepared);
    else {
      if (death === 'refused') await world.clock.advance(1000);
      await world.restart({ crash: true });
    }
    await merged(world, prepared.id);
    const label = `${each.name}, ${each.power}, ${death} commit ${commit}`;
    await check(world, each, prepared, label);
    // From the old state the same operation reaches the new one, and then the machine can go through all its states.
    if (!each.isNew(world, prepared)) done(await world.ended(await each.operate(world, prepared)));
    await merged(world, prepared.id);
    await check(world, each, prepared, `${label}, done again`);
    if (world.system(prepared.id).power === 'running') done(await world.request(prepared.id, 3));
    if (world.system(prepared.id).power === 'off') done(await world.request(prepared.id, 2));
  }
  assert.ok(reached > 2, `${reached} commits were reached`);
};

/** When all that is at work has met the full store. What waits for room goes on; a merge, when the machine starts or stops. */
const makeRoom = async (world: World, power: FailingPower, { id }: Prepared): Promise<void> => {
  await world.eventually(() => [...world.core.graph.jobs()].every((job) => job.endedAt !== null));
  power.mend();
  world.patience.wake();
  await world.eventually(() => !world.patience.waits && world.system(id).operation === null);
  for (const state of world.system(id).power === 'running' ? [3, 2] : [2, 3])
    if (world.system(id).power !== 'saved') done(await world.request(id, state));
};

/** A file system that is full at one call of the image tool: before anything is written, or when all is. */
class FullDisk {
  calls = 0;
  #at = Number.POSITIVE_INFINITY;
  #late = false;

  fillAt(call: number, late: boolean): void {
    this.calls = 0;
    this.#at = call;
    this.#late = late;
  }

  get reached(): boolean {
    return this.calls > this.#at;
  }

  over = (tool: ImageTool): ImageTool => ({
    createOverlay: (...args) => this.#guard(() => tool.createOverlay(...args)),
    commit: (...args) => this.#guard(() => tool.commit(...args)),
    stream: (...args) => this.#guard(() => tool.stream(...args)),
    rebase: (...args) => this.#guard(() => tool.rebase(...args)),
    hold: (...args) => tool.hold(...args),
    grow: (...args) => tool.grow(...args),
  });

  async #guard(work: () => Promise<void>): Promise<void> {
    const full = this.calls++ === this.#at;
    if (!full || this.#late) await work();
    if (full) throw new DomainError('failed', 'No space left on device.', { hresult: '0x80070070' });
  }
}

const runOutAtEach = async (t: TestContext, each: Case, late: boolean): Promise<void> => {
  let call = 0;
  for (; ; call++) {
    const disk = new FullDisk();
    const world = await makeWorld(t, { images: disk.over });
    const prepared = await prepare(world, each);
    disk.fillAt(call, late);
    await world.ended(await each.operate(world, prepared));
    const rested = (): boolean =>
      world.system(prepared.id).operation === null && [...world.core.graph.jobs()].every((job) => job.endedAt !== null);
    await world.eventually(rested);
    const label = `${each.name}, ${each.power}, full at call ${call}`;
    if (!disk.reached) {
      assert.ok(each.isNew(world, prepared), label);
      break;
    }
    await check(world, each, prepared, label);
    if (!each.isNew(world, prepared)) done(await world.ended(await each.operate(world, prepared)));
    // A merge that failed is tried again when the machine starts or stops.
    for (const state of world.system(prepared.id).power === 'running' ? [3, 2] : [2, 3])
      if (world.system(prepared.id).power !== 'saved') done(await world.request(prepared.id, state));
    await merged(world, prepared.id);
    await check(world, each, prepared, `${label}, with room again`);
  }
  if (!RECORD_ONLY.has(each.name)) assert.ok(call > 0, 'nothing was written');
};

describe('checkpoints while the disk is full at each step: old or new, and all goes on when there is room', () => {
  for (const each of CASES)
    for (const late of [false, true])
      test(`${each.name} of a machine that is ${each.power}, ${late ? 'told late' : 'told at once'}`, (t) =>
        runOutAtEach(t, each, late));
});

describe('checkpoints while the service dies at each commit: every node keeps its data, no file is left over', () => {
  // A start that a full store interrupts shows "starting" until the service is restarted (systems/power-control.ts).
  for (const each of CASES)
    for (const death of ['before', 'after', 'refused', 'full'] as const)
      if (each.name !== 'fork' || death !== 'full')
        test(`${each.name} of a machine that is ${each.power}, ${death}`, (t) => dieAtEach(t, each, death));
});

/** It is gone, with all that was its own; or it has what was now, and nothing is left of what it has no more. */
const checkDestroyed = async (world: World, { id, snapshots }: Prepared, label: string): Promise<void> => {
  if (world.core.graph.system(id) === undefined) {
    assert.deepEqual(await filesIn(world), ['disk0.raw'], label);
    assert.equal(await readDisk(join(world.directory, 'disks', 'disk0.raw')), 3, label);
    assert.deepEqual(await readdir(join(world.directory, 'data', 'state', 'systems')), [], label);
    return;
  }
  const all = snapshots.every((snapshot) => has(world, id, snapshot));
  assert.equal(all || world.system(id).snapshots.length === 0, true, `${label}: all checkpoints or none`);
  assert.equal((await contents(world, id))['now'], 3, label);
  await nothingLeftOver(world, id);
};

describe('a machine is destroyed with its checkpoints (S11)', () => {
  const off: Pick<Case, 'power'> = { power: 'off' };
  for (const death of ['before', 'after', 'refused'] as const)
    test(`while the service dies at each commit, ${death}`, async (t) => {
      let reached = 0;
      for (let commit = 0; commit < MAXIMUM_COMMITS; commit++) {
        const power = new FailingPower();
        const world = await makeWorld(t, { openStore: power.open });
        const prepared = await prepare(world, off);
        power.failAt(commit, death === 'after', death !== 'refused');
        const progress = { over: false };
        world.core.operations
          .destroy(CALLER, prepared.id)
          .then(({ id }) => world.core.jobs.ended(id))
          .then(
            () => (progress.over = true),
            () => (progress.over = true),
          );
        await world.eventually(() => power.failed || progress.over);
        if (!power.failed) {
          reached = commit;
          break;
        }
        if (death === 'refused') await world.clock.advance(1000);
        await world.restart({ crash: true });
        const isThere = (): boolean => world.core.graph.system(prepared.id) !== undefined;
        await world.eventually(() => [...world.core.graph.jobs()].every((job) => job.endedAt !== null));
        if (isThere()) await merged(world, prepared.id);
        await checkDestroyed(world, prepared, `${death} commit ${commit}`);
        if (isThere()) done(await world.ended(await world.core.operations.destroy(CALLER, prepared.id)));
        await checkDestroyed(world, prepared, `${death} commit ${commit}, asked again`);
      }
      assert.ok(reached > 2, `${reached} commits were reached`);
    });

  for (const late of [false, true])
    test(`while the disk is full at each step, ${late ? 'told late' : 'told at once'}`, async (t) => {
      let reached = 0;
      for (let call = 0; ; call++) {
        const disk = new FullDisk();
        const world = await makeWorld(t, { images: disk.over });
        const prepared = await prepare(world, off);
        disk.fillAt(call, late);
        const job = await world.ended(await world.core.operations.destroy(CALLER, prepared.id));
        const label = `full at call ${call}`;
        if (!disk.reached) {
          reached = call;
          break;
        }
        assert.equal(job.state, 10, label);
        await checkDestroyed(world, prepared, label);
        await world.eventually(() => [...world.core.graph.jobs()].every(({ endedAt }) => endedAt !== null));
        done(await world.ended(await world.core.operations.destroy(CALLER, prepared.id)));
        await checkDestroyed(world, prepared, `${label}, asked again`);
      }
      assert.ok(reached > 0, 'nothing was written');
    });
});
