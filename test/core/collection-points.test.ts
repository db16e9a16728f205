import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { describe, test, type TestContext } from 'node:test';
import type { Guid } from '../../src/core/model.ts';
import { changeTrackingId } from '../../src/core/reference-points/changes.ts';
import { currentFile, done, merged, nothingLeftOver, STANDARD } from './checkpoint-kit.ts';
import { pair } from './collection-kit.ts';
import { writeDisk } from './disk-content.ts';
import { FailingPower } from './failing-power.ts';
import { CALLER, first, makeWorld, refusal, type World } from './kit.ts';

const RECOVERY = { ...STANDARD, type: 'recovery' } as const;

const take = async (world: World, collection: Guid): Promise<Guid> => {
  const { job, snapshot } = await world.core.collectionOperations.createSnapshot(CALLER, collection, RECOVERY);
  done(await world.ended(job));
  return snapshot;
};

const create = async (world: World, collection: Guid): Promise<Guid> => {
  const { job, point } = await world.core.collectionOperations.createPoint(CALLER, collection, {
    applicationConsistent: false,
  });
  assert.equal(job.type, 205);
  done(await world.ended(job));
  return point;
};

const convert = async (world: World, snapshot: Guid): Promise<Guid> => {
  const { job, point } = await world.core.collectionOperations.convertSnapshot(CALLER, snapshot);
  assert.equal(job.type, 200);
  done(await world.ended(job));
  return point;
};

const destroy = async (world: World, point: Guid): Promise<void> => {
  const job = await world.core.collectionOperations.destroyPoint(CALLER, point);
  assert.equal(job.type, 208);
  done(await world.ended(job));
};

const pointIds = (world: World, machines: readonly Guid[]): readonly Guid[] =>
  machines.flatMap((id) => (world.system(id).referencePoints ?? []).map((point) => point.id)).toSorted();

const partIds = (world: World): readonly Guid[] =>
  [...world.core.collections.points()].flatMap(({ parts }) => parts.map(({ point }) => point)).toSorted();

describe('reference points of collections', () => {
  test('a backup of all machines and the next one: each tells what was written between', async (t) => {
    const world = await makeWorld(t);
    const { machines, collection } = await pair(world);
    const full = await take(world, collection);
    const parts = world.core.collections.snapshot(full)?.parts ?? [];
    assert.equal(await convert(world, full), full, 'it keeps the identifier of the checkpoint');
    assert.equal(world.core.collections.snapshot(full), undefined);
    const point = world.core.collections.point(full) ?? assert.fail('a reference point');
    assert.deepEqual(
      point.parts,
      parts.map(({ system, snapshot }) => ({ system, point: snapshot })),
    );
    assert.equal(point.collection, collection);
    for (const id of machines) await writeDisk(currentFile(world, id), 7, 0);
    const next = await create(world, collection);
    await world.restart({ crash: true });
    assert.equal([...world.core.collections.points()].length, 2);
    for (const [index, id] of machines.entries()) {
      const [before, after] = world.system(id).referencePoints ?? [];
      const since = changeTrackingId(before ?? assert.fail(), 0);
      assert.equal(before?.id, point.parts[index]?.point);
      const path = after?.disks[0]?.file ?? assert.fail();
      const told = await world.until(
        world.core.referencePoints.changes({ path, since, offset: 0n, length: 1n << 60n }),
      );
      assert.equal(told.ranges[0]?.offset, 0);
      assert.deepEqual([...world.core.collections.pointsWith(before?.id ?? '')].length, 1);
    }
    await destroy(world, full);
    assert.deepEqual(pointIds(world, machines), partIds(world));
    await destroy(world, next);
    assert.deepEqual(pointIds(world, machines), []);
    assert.deepEqual([...world.core.collections.points()], []);
    for (const id of machines) {
      await merged(world, id);
      await nothingLeftOver(world, id);
    }
  });

  test('parts that are converted or destroyed alone, and a collection that is destroyed', async (t) => {
    const world = await makeWorld(t);
    const { machines, collection } = await pair(world);
    const { collectionOperations, collections, referencePoints } = world.core;
    const whole = await take(world, collection);
    const [one, other] = collections.snapshot(whole)?.parts ?? [];
    done(await world.ended((await referencePoints.convert(CALLER, one?.snapshot ?? '')).job));
    await world.eventually(() => collections.snapshot(whole)?.parts.length === 1);
    assert.deepEqual(collections.point(whole)?.parts, [{ system: one?.system, point: one?.snapshot }]);
    await convert(world, whole);
    assert.deepEqual(
      collections.point(whole)?.parts.map(({ point }) => point),
      [one?.snapshot, other?.snapshot],
    );
    done(await world.ended(await referencePoints.destroy(CALLER, one?.snapshot ?? '')));
    await world.eventually(() => collections.point(whole)?.parts.length === 1);
    done(await world.ended(await world.core.operations.destroy(CALLER, first(machines.slice(1)))));
    await world.eventually(() => collections.point(whole) === undefined);
    const last = await create(world, collection);
    await collectionOperations.destroy(collection);
    assert.equal(collections.point(last), undefined);
    assert.equal(pointIds(world, [first(machines)]).length, 1, 'the machine keeps its own');
    await world.restart();
    assert.deepEqual([...world.core.collections.points()], []);
  });

  test('parts stand in the order of the members, whichever was converted first', async (t) => {
    const world = await makeWorld(t);
    const { machines, collection } = await pair(world);
    const { collections, referencePoints } = world.core;
    const whole = await take(world, collection);
    const [, later] = collections.snapshot(whole)?.parts ?? [];
    done(await world.ended((await referencePoints.convert(CALLER, later?.snapshot ?? '')).job));
    await world.eventually(() => collections.snapshot(whole)?.parts.length === 1);
    await convert(world, whole);
    assert.deepEqual(
      collections.point(whole)?.parts.map(({ system }) => system),
      machines,
    );
  });

  test('what is refused, and one machine that cannot take its share: none has a point', async (t) => {
    const world = await makeWorld(t);
    const { machines, collection } = await pair(world);
    const operations = world.core.collectionOperations;
    const options = { applicationConsistent: false };
    const top = await operations.define({ name: 'top', type: 'collections', id: null });
    await assert.rejects(
      operations.createPoint(CALLER, top.id, options),
      refusal('invalidState', /Take reference points of those that have machines/),
    );
    const { job, snapshot } = await operations.createSnapshot(CALLER, collection, STANDARD);
    done(await world.ended(job));
    await assert.rejects(
      operations.convertSnapshot(CALLER, snapshot),
      refusal('invalidParameter', /no recovery checkpoint/),
    );
    await assert.rejects(
      operations.destroyPoint(CALLER, snapshot),
      refusal('invalidParameter', /no such reference point/),
    );
    await rm(currentFile(world, first(machines)));
    const failed = await world.ended((await operations.createPoint(CALLER, collection, options)).job);
    assert.equal(failed.state, 10);
    assert.match(failed.errors[0]?.message ?? '', /^'vm': /);
    assert.deepEqual([...world.core.collections.points()], []);
    assert.deepEqual(pointIds(world, machines), []);
  });
});

const MAXIMUM_COMMITS = 60;

/** The service dies at each commit of the work and is started again: what a machine has and what a collection names are one. */
const dieAtEach = async (t: TestContext, what: 'create' | 'convert' | 'destroy', durable: boolean): Promise<void> => {
  let reached = 0;
  for (let commit = 0; commit < MAXIMUM_COMMITS; commit++) {
    const power = new FailingPower();
    const world = await makeWorld(t, { openStore: power.open });
    const { machines, collection } = await pair(world);
    const held = what === 'create' ? '' : await (what === 'convert' ? take : create)(world, collection);
    const progress = { over: false };
    power.failAt(commit, durable, true);
    const operations = world.core.collectionOperations;
    const over = (): void => {
      progress.over = true;
    };
    const begin = (): Promise<unknown> => {
      if (what === 'create') return operations.createPoint(CALLER, collection, { applicationConsistent: false });
      return what === 'convert' ? operations.convertSnapshot(CALLER, held) : operations.destroyPoint(CALLER, held);
    };
    begin().then(over, over);
    const rested = (): boolean => [...world.core.graph.jobs()].every((job) => job.endedAt !== null);
    await world.eventually(() => power.failed || (progress.over && rested()));
    if (!power.failed) {
      reached = commit;
      break;
    }
    await world.restart({ crash: true });
    await world.eventually(rested);
    for (const id of machines) await merged(world, id);
    assert.deepEqual(partIds(world), pointIds(world, machines), `${what}, commit ${commit}`);
    const { collections } = world.core;
    if (what === 'create') {
      assert.equal(partIds(world).length, [...collections.points()].length * 2, `of both or of none, commit ${commit}`);
      await create(world, collection);
    } else if (what === 'convert') {
      if (collections.snapshot(held) !== undefined) await convert(world, held);
      assert.equal(collections.point(held)?.parts.length, 2, `commit ${commit}`);
      assert.equal(collections.snapshot(held), undefined);
    } else if (collections.point(held) !== undefined) await destroy(world, held);
    assert.deepEqual(partIds(world), pointIds(world, machines), `${what} again, commit ${commit}`);
  }
  assert.ok(reached > 5, `${reached} commits were reached`);
};

describe('a service that dies at any commit leaves no reference point that a collection does not know', () => {
  test('create, just after it is durable', (t) => dieAtEach(t, 'create', true));
  test('convert, just after it is durable', (t) => dieAtEach(t, 'convert', true));
  test('convert, just before', (t) => dieAtEach(t, 'convert', false));
  test('destroy, just before', (t) => dieAtEach(t, 'destroy', false));
});
