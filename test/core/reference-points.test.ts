import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, rm, truncate } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { DomainError } from '../../src/core/errors.ts';
import type { Guid, ReferencePoint } from '../../src/core/model.ts';
import { changeTrackingId } from '../../src/core/reference-points/changes.ts';
import { requireRoom } from '../../src/core/snapshots/create.ts';
import type { DiskRange } from '../../src/core/requests.ts';
import {
  apply,
  create,
  currentFile,
  destroy,
  done,
  filesIn,
  filesOf,
  machineWith as machineWithDisks,
  merged,
  snapshotOf,
} from './checkpoint-kit.ts';
import { readDisk, writeDisk } from './disk-content.ts';
import { add, CALLER, diskDrive, first, image, makeWorld, ofKind, scsiController, type World } from './kit.ts';

const run = promisify(execFile);

const KIB = 1024;
/** Of 1 MiB each. */
const machineWith = async (world: World, disks: number, generation: 1 | 2 = 1): Promise<Guid> => {
  const id = await machineWithDisks(world, disks, generation);
  for (const file of filesOf(world.system(id).active)) await truncate(file, 1024 * KIB);
  return id;
};

const refusal = async (work: () => Promise<unknown>): Promise<DomainError> => {
  const error: unknown = await work().then(
    () => assert.fail('it was not refused'),
    (reason: unknown) => reason,
  );
  return error instanceof DomainError ? error : assert.fail(String(error));
};

/** What qcow2 keeps book by. */
const CLUSTER = 64 * KIB;
const WHOLE = { offset: 0n, length: 1n << 60n };

const pointsOf = (world: World, id: Guid): readonly ReferencePoint[] => world.system(id).referencePoints ?? [];
const pointOf = (world: World, point: Guid): ReferencePoint =>
  world.core.graph.referencePoint(point)?.point ?? assert.fail('no such reference point');
const sinceOf = (world: World, point: Guid): string => changeTrackingId(pointOf(world, point), 0);

const createPoint = async (world: World, id: Guid): Promise<Guid> => {
  const { job, point } = await world.core.referencePoints.create(CALLER, id, { applicationConsistent: false });
  done(await world.ended(job));
  return point;
};
const convert = async (world: World, snapshot: Guid): Promise<Guid> => {
  const { job, point } = await world.core.referencePoints.convert(CALLER, snapshot);
  done(await world.ended(job));
  return point;
};
const destroyPoint = async (world: World, point: Guid): Promise<void> =>
  done(await world.ended(await world.core.referencePoints.destroy(CALLER, point)));

const changes = async (world: World, since: string, path: string): Promise<readonly DiskRange[]> => {
  const { ranges } = await world.until(world.core.referencePoints.changes({ path, since, ...WHOLE }));
  return ranges;
};
/** Numbers of the clusters that the ranges touch. */
const clustersOf = (ranges: readonly DiskRange[]): readonly number[] =>
  ranges.flatMap(({ offset, length }) =>
    Array.from({ length: Math.ceil(length / CLUSTER) }, (_, index) => offset / CLUSTER + index),
  );
const writeCluster = (file: string, cluster: number, pattern: number): Promise<void> =>
  writeDisk(file, pattern, cluster * CLUSTER);

describe('reference points of machines (spec snapshots §4, other-services §9)', () => {
  test('a backup and the next one: what was written between them, and nothing else', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 2);
    await writeCluster(currentFile(world, id), 0, 1);
    const full = await create(world, id, { type: 'recovery' });
    const { job, point } = await world.core.referencePoints.convert(CALLER, full);
    assert.equal(job.type, 200);
    assert.deepEqual(job.affected, [
      { element: { kind: 'system', id }, effect: 0 },
      { element: { kind: 'referencePoint', id: point }, effect: 5 },
    ]);
    done(await world.ended(job));
    assert.equal(point, full, 'it keeps the identifier of the checkpoint');
    assert.deepEqual(world.system(id).snapshots, []);
    assert.equal(pointOf(world, point).disks.length, 2);
    await writeCluster(currentFile(world, id), 3, 2);
    await writeCluster(currentFile(world, id), 4, 2);
    await writeCluster(currentFile(world, id), 9, 2);

    const next = await create(world, id, { type: 'recovery' });
    await writeCluster(currentFile(world, id), 12, 3);
    const [file = '', other = ''] = filesOf(snapshotOf(world, id, next).configuration);
    const ranges = await changes(world, sinceOf(world, point), file);
    assert.deepEqual(ranges, [
      { offset: 3 * CLUSTER, length: 2 * CLUSTER },
      { offset: 9 * CLUSTER, length: CLUSTER },
    ]);
    assert.deepEqual(await changes(world, changeTrackingId(pointOf(world, point), 1), other), []);

    await convert(world, next);
    await destroyPoint(world, point);
    await merged(world, id);
    assert.deepEqual(
      pointsOf(world, id).map((one) => one.id),
      [next],
    );
    assert.deepEqual(clustersOf(await changes(world, sinceOf(world, next), currentFile(world, id))), [12]);
    assert.deepEqual((await filesIn(world)).length, 4, 'each disk is two files again');
    await destroyPoint(world, next);
    await merged(world, id);
    assert.deepEqual(await filesIn(world), ['disk0.raw', 'disk1.raw']);
    assert.deepEqual(
      [await readDisk(currentFile(world, id), 9 * CLUSTER), basename(currentFile(world, id))],
      [2, 'disk0.raw'],
    );
  });

  test('a range is asked for in pieces, and told up to where it is known', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const point = await createPoint(world, id);
    const file = currentFile(world, id);
    for (const cluster of [1, 2, 5]) await writeCluster(file, cluster, 7);
    const since = sinceOf(world, point);
    const ask = (offset: number, length: number): ReturnType<typeof world.core.referencePoints.changes> =>
      world.until(
        world.core.referencePoints.changes({ path: file, since, offset: BigInt(offset), length: BigInt(length) }),
      );
    assert.deepEqual(await ask(0, CLUSTER), { processed: CLUSTER, ranges: [] });
    assert.deepEqual(await ask(CLUSTER + 512, 1024), {
      processed: 1024,
      ranges: [{ offset: CLUSTER + 512, length: 1024 }],
    });
    const size = 1024 * KIB;
    assert.deepEqual(await ask(2 * CLUSTER, 100 * size), {
      processed: size - 2 * CLUSTER,
      ranges: [
        { offset: 2 * CLUSTER, length: CLUSTER },
        { offset: 5 * CLUSTER, length: CLUSTER },
      ],
    });
    assert.deepEqual(await ask(size, 1), { processed: 0, ranges: [] });
    assert.equal((await refusal(() => ask(size + 1, 1))).code, 'invalidParameter');
  });

  test('more pieces than an answer holds come in several', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define({ values: { ElementName: 'vm' } });
    const [controller] = await add(world, id, scsiController());
    const [drive] = await add(world, id, diskDrive(controller ?? assert.fail(), '0'));
    const large = join(world.directory, 'disks', 'large.qcow2');
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', large, '1G']);
    await add(world, id, image(drive ?? assert.fail(), large));
    const point = await createPoint(world, id);
    const file = currentFile(world, id);
    const pieces = 1500;
    const writes = Array.from({ length: pieces }, (_, index) => `write -q -z ${2 * index * CLUSTER} ${CLUSTER}`);
    await run('qemu-io', ['-f', 'qcow2', ...writes.flatMap((command) => ['-c', command]), file]);
    const found: DiskRange[] = [];
    let at = 0;
    let answers = 0;
    while (at < 2 ** 30) {
      const { processed, ranges } = await world.until(
        world.core.referencePoints.changes({
          path: file,
          since: sinceOf(world, point),
          offset: BigInt(at),
          length: BigInt(2 ** 30 - at),
        }),
      );
      assert.ok(processed > 0);
      found.push(...ranges);
      at += processed;
      answers++;
    }
    assert.equal(at, 2 ** 30);
    assert.equal(answers, 2);
    assert.deepEqual(
      clustersOf(found),
      Array.from({ length: pieces }, (_, index) => 2 * index),
      'zeros are changes too',
    );
  });

  test('a checkpoint that is applied goes back over the point: what differs is on both branches', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const before = await create(world, id);
    await writeCluster(currentFile(world, id), 1, 1);
    const point = await createPoint(world, id);
    await writeCluster(currentFile(world, id), 2, 1);
    await apply(world, before);
    await merged(world, id);
    await writeCluster(currentFile(world, id), 5, 1);
    assert.deepEqual(clustersOf(await changes(world, sinceOf(world, point), currentFile(world, id))), [1, 5]);
    await destroy(world, before);
    await merged(world, id);
    assert.deepEqual(clustersOf(await changes(world, sinceOf(world, point), currentFile(world, id))), [1, 5]);
  });

  test('of a running machine a checkpoint is measured, not the file that it writes to', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1, 2);
    done(await world.request(id, 2));
    const point = await createPoint(world, id);
    assert.equal(pointOf(world, point).atRest, false);
    await writeCluster(currentFile(world, id), 6, 1);
    const since = sinceOf(world, point);
    const refused = await refusal(() => changes(world, since, currentFile(world, id)));
    assert.equal(refused.code, 'inUse');
    const snapshot = await create(world, id, { type: 'recovery' });
    const file = first(filesOf(snapshotOf(world, id, snapshot).configuration));
    assert.deepEqual(clustersOf(await changes(world, since, file)), [6]);
    assert.equal(world.system(id).power, 'running');
    assert.notEqual(world.core.graph.machine(id), undefined);
  });

  test('refused: what is no recovery checkpoint, no point, no file of the disk; a plan; more than a machine may have', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 2);
    const standard = await create(world, id);
    const point = await createPoint(world, id);
    const { core } = world;
    const codeOf = async (work: () => Promise<unknown>): Promise<string> => (await refusal(work)).code;
    assert.equal(await codeOf(() => core.referencePoints.convert(CALLER, standard)), 'invalidParameter');
    assert.equal(await codeOf(() => core.referencePoints.destroy(CALLER, standard)), 'invalidParameter');
    for (const since of ['', standard, `${point}:00000009`, `${point}:0000000x`, '../..'])
      assert.equal(await codeOf(() => changes(world, since, currentFile(world, id))), 'invalidParameter', since);
    const since = sinceOf(world, point);
    const other = filesOf(world.system(id).active)[1] ?? '';
    assert.equal(await codeOf(() => changes(world, since, other)), 'invalidParameter', 'of another disk');
    const stranger = await world.makeDisk('stranger.raw');
    assert.equal(await codeOf(() => changes(world, since, stranger)), 'invalidParameter');
    assert.equal(await codeOf(() => changes(world, since, `${stranger}.not`)), 'fileNotFound');
    assert.equal(await codeOf(() => changes(world, since, '/etc/passwd')), 'invalidParameter');
    const [made = assert.fail()] = pointsOf(world, id);
    const many = { ...world.system(id), referencePoints: Array.from({ length: 49 }, () => made) };
    assert.throws(() => requireRoom(many), /1 checkpoints and 49 reference points, and 50 are the most/);
    requireRoom({ ...many, referencePoints: many.referencePoints.slice(1) });
  });

  test('a restart keeps them; DestroySystem gives the disks their names and the data of now', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const point = await createPoint(world, id);
    await writeCluster(currentFile(world, id), 1, 9);
    const before = pointsOf(world, id);
    await world.restart({ crash: true });
    assert.deepEqual(pointsOf(world, id), before);
    assert.deepEqual(clustersOf(await changes(world, sinceOf(world, point), currentFile(world, id))), [1]);
    done(await world.ended(await world.core.operations.destroy(CALLER, id)));
    assert.deepEqual(await filesIn(world), ['disk0.raw']);
    assert.equal(await readDisk(join(world.directory, 'disks', 'disk0.raw'), CLUSTER), 9);
    assert.equal(world.core.graph.referencePoint(point), undefined);
  });

  test('a file of the way that somebody deleted is told, and the point can be destroyed', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const point = await createPoint(world, id);
    const lost = currentFile(world, id);
    await create(world, id, { type: 'recovery' });
    await rm(lost);
    const refused = await refusal(() => changes(world, sinceOf(world, point), currentFile(world, id)));
    assert.match(refused.message, new RegExp(basename(lost)));
    await destroyPoint(world, point);
    assert.deepEqual(pointsOf(world, id), []);
  });

  test('an export holds the disk as it is now, and the machine goes on being measured', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    await writeCluster(currentFile(world, id), 1, 4);
    const point = await createPoint(world, id);
    await create(world, id);
    await writeCluster(currentFile(world, id), 2, 5);
    for (const snapshots of ['none', 'all'] as const) {
      const directory = join(world.directory, 'disks', snapshots);
      await mkdir(directory);
      const job = await world.core.exports.exportSystem(CALLER, {
        configuration: id,
        directory,
        snapshots,
        snapshot: null,
        runtime: false,
        storage: true,
        subdirectory: false,
        style: 'asIs',
        live: null,
      });
      done(await world.ended(job));
      const disks = join(directory, 'Virtual Hard Disks');
      const top = basename(currentFile(world, id));
      assert.deepEqual(
        [await readDisk(join(disks, top), CLUSTER), await readDisk(join(disks, top), 2 * CLUSTER)],
        [4, 5],
      );
    }
    assert.deepEqual(clustersOf(await changes(world, sinceOf(world, point), currentFile(world, id))), [2]);
  });

  test('a disk that is taken out of the machine stays measurable, and is its user’s', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const point = await createPoint(world, id);
    const file = currentFile(world, id);
    await writeCluster(file, 1, 4);
    const disk = first(ofKind(world.system(id), 'hardDiskImage'));
    await world.core.operations.removeResources(CALLER, [{ configuration: id, part: disk.part }]);
    assert.deepEqual(clustersOf(await changes(world, sinceOf(world, point), file)), [1]);
    await destroyPoint(world, point);
    await merged(world, id);
    assert.equal(await readDisk(file, CLUSTER), 4);
  });
});

type Step =
  | { readonly kind: 'write'; readonly cluster: number }
  | { readonly kind: 'recovery' | 'standard' | 'point' | 'power' | 'restart' }
  | { readonly kind: 'apply' | 'destroy' | 'convert' | 'forget'; readonly index: number };

const CLUSTERS = 16;
const stepOf: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('write' as const), cluster: fc.nat(CLUSTERS - 1) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('point' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'recovery' as const,
        'standard' as const,
        'point' as const,
        'point' as const,
        'power' as const,
        'restart' as const,
      ),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('apply' as const, 'destroy' as const, 'convert' as const, 'forget' as const),
      index: fc.nat(30),
    }),
  },
);

/** What each cluster was last written with; the version counts up. */
type Content = readonly number[];

/** A machine, and the contents that its disk had at each moment that is kept. */
class History {
  readonly world: World;
  readonly id: Guid;
  now: Content = Array.from({ length: CLUSTERS }, () => 0);
  readonly snapshots = new Map<Guid, Content>();
  readonly points = new Map<Guid, Content>();
  #version = 0;

  constructor(world: World, id: Guid) {
    this.world = world;
    this.id = id;
  }

  async take(step: Step): Promise<void> {
    const { world, id } = this;
    switch (step.kind) {
      case 'write': {
        this.#version = (this.#version % 255) + 1;
        // Beside the machine: nothing else may have the file.
        await merged(world, id);
        await writeCluster(currentFile(world, id), step.cluster, this.#version);
        this.now = this.now.with(step.cluster, this.#version);
        return;
      }
      case 'recovery':
      case 'standard':
        this.snapshots.set(await create(world, id, { type: step.kind }), this.now);
        return;
      case 'point':
        this.points.set(await createPoint(world, id), this.now);
        return;
      case 'power':
        done(await world.request(id, world.system(id).power === 'running' ? 3 : 2));
        return;
      case 'restart':
        await world.restart({ crash: true });
        return;
      case 'forget': {
        const point = [...this.points.keys()][step.index % this.points.size];
        if (point === undefined) return;
        await destroyPoint(world, point);
        this.points.delete(point);
        return;
      }
      default:
        await this.#withSnapshot(step.kind, [...this.snapshots.keys()][step.index % this.snapshots.size]);
    }
  }

  async #withSnapshot(kind: 'apply' | 'destroy' | 'convert', snapshot: Guid | undefined): Promise<void> {
    const { world, id } = this;
    if (snapshot === undefined) return;
    const content = this.snapshots.get(snapshot) ?? assert.fail();
    if (kind === 'apply') {
      if (world.system(id).power === 'running') done(await world.request(id, 3));
      await apply(world, snapshot);
      this.now = content;
      if (world.system(id).power === 'saved') done(await world.request(id, 2));
      return;
    }
    if (kind === 'convert') {
      if (snapshotOf(world, id, snapshot).type !== 'recovery') return;
      await convert(world, snapshot);
      this.points.set(snapshot, content);
    } else await destroy(world, snapshot);
    this.snapshots.delete(snapshot);
  }

  /** All that differs is told, from every point to every checkpoint and to now. */
  async check(): Promise<void> {
    const { world, id } = this;
    await merged(world, id);
    assert.deepEqual(new Set(pointsOf(world, id).map((one) => one.id)), new Set(this.points.keys()));
    const targets: (readonly [string, Content])[] = [...this.snapshots].map(([snapshot, content]) => [
      first(filesOf(snapshotOf(world, id, snapshot).configuration)),
      content,
    ]);
    if (world.system(id).power !== 'running') targets.push([currentFile(world, id), this.now]);
    for (const [point, then] of this.points) {
      assert.equal(await readDisk(pointOf(world, point).disks[0]?.file ?? '', 0), then[0]);
      for (const [file, content] of targets) {
        const told = new Set(clustersOf(await changes(world, sinceOf(world, point), file)));
        for (const [cluster, value] of content.entries())
          if (value !== then[cluster]) assert.ok(told.has(cluster), `cluster ${cluster} of ${basename(file)}`);
      }
    }
  }
}

test('whatever is done to a machine, no change is left out (25 walks)', async (t) => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(stepOf, { minLength: 12, maxLength: 18, size: 'max' }), async (steps) => {
      const world = await makeWorld(t);
      const history = new History(world, await machineWith(world, 1, 2));
      for (const step of steps) await history.take(step);
      await history.check();
      compared += history.points.size;
      for (const point of [...history.points.keys()]) await destroyPoint(world, point);
      await merged(world, history.id);
      await world.core.close();
    }),
    { numRuns: 25 },
  );
  assert.ok(compared > 20, `${compared} points were measured from`);
});
