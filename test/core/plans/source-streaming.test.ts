import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { firstText } from '../../../src/core/devices/effective.ts';
import { streamTasks, withFiles } from '../../../src/core/differencing/disk-tree.ts';
import { sourceDependencies } from '../../../src/core/differencing/source-files.ts';
import { createDiskFiles } from '../../../src/core/disks/inspected-files.ts';
import { createPathResolver } from '../../../src/core/paths/resolver.ts';
import { inspectDisk } from '../../../src/vhd/inspect.ts';
import { contentOf, type DiskKind, KINDS } from '../../vhd/disks.ts';
import { layeredDisk } from '../../vhd/layered.ts';
import { storeSystem } from '../../../src/core/systems/record.ts';
import { createMemoryStore } from '../../../src/store/memory.ts';
import { qemuImg } from '../../vhd/fixtures.ts';
import { readDisk } from '../disk-content.ts';
import { apply, contents, create } from '../checkpoint-kit.ts';
import { CALLER, first, makeWorld, ofKind, refusal, type World } from '../kit.ts';
import { hashesOf } from '../transfer/export-kit.ts';
import {
  diskAt,
  DISKS,
  exportOf,
  imported,
  MACHINE,
  numbers,
  onDisks,
  plain,
  realized,
  validated,
} from './plan-kit.ts';

const BYTES = 256 * 1024;

const vhdx = KINDS[1] as DiskKind;

const diskOf = (world: World): string =>
  firstText(first(ofKind(world.system(MACHINE), 'hardDiskImage')), 'HostResource') ?? '';

/** A chain of three in the folder of an export, and its parent-less content. */
const chainedExport = async (world: World) => {
  const exported = await exportOf(world, plain(onDisks(diskAt(0, `${DISKS}\\layer2.avhdx`))));
  const folder = join(exported.folder, DISKS);
  const raw = join(world.directory, 'content.img');
  await writeFile(raw, Buffer.alloc(BYTES, 0x41));
  const files = await layeredDisk(raw, folder, vhdx, 3);
  return { ...exported, disks: folder, files };
};

const diskFiles = (world: World) => {
  const data = join(world.directory, 'data');
  return createDiskFiles(
    createPathResolver({
      dataDirectory: data,
      stateDirectory: join(data, 'state'),
      roots: [join(world.directory, 'disks')],
    }),
  );
};

const streamed = (world: World): Promise<void> =>
  world.eventually(
    () =>
      streamTasks(world.system(MACHINE), new Set()).length === 0 &&
      world.system(MACHINE).operation === null &&
      [...world.core.graph.jobs()].every((job) => job.endedAt !== null),
  );

describe('K16 the disks of a machine that was imported on a chain', () => {
  test('what it needs of the chain goes into its overlay; the source is never written, and may go then', async (t) => {
    const world = await makeWorld(t);
    const { definition, disks, files } = await chainedExport(world);
    const before = await hashesOf(disks);
    const plan = await imported(world, definition);
    assert.deepEqual(numbers(await validated(world, plan.id)), []);
    const job = await realized(world, plan.id);
    assert.equal(job.state, 7, job.errorDescription ?? '');
    assert.match(diskOf(world), /data\/vms\/Virtual Hard Disks\/layer2_.*\.qcow2$/);
    await streamed(world);
    assert.deepEqual(await hashesOf(disks), before);
    const merges = [...world.core.graph.jobs()].filter(({ type }) => type === 50);
    assert.deepEqual(
      merges.map(({ state }) => state),
      [7],
    );
    assert.equal((await inspectDisk(diskOf(world))).backing, null);
    assert.deepEqual(await sourceDependencies(diskFiles(world), world.system(MACHINE)), []);
    for (const file of files) await rm(file);
    for (let at = 0; at < 256 * 1024; at += 4096) assert.equal(await readDisk(diskOf(world), at), 0x41);
    await world.restart();
    assert.deepEqual(streamTasks(world.system(MACHINE), new Set()), []);
    assert.equal((await world.request(MACHINE, 2)).state, 7);
  });

  test('held back, it stays on the chain, and says which files it needs; a start and a stop change nothing', async (t) => {
    const world = await makeWorld(t);
    const { definition, disks, files } = await chainedExport(world);
    const before = await hashesOf(disks);
    const plan = await imported(world, definition);
    await world.core.auxiliary.setDiskMerging(CALLER, plan.id, false);
    assert.equal((await realized(world, plan.id)).state, 7);
    const needed = [{ disk: diskOf(world), needs: files, problem: null, checkpoints: [] }];
    const dependencies = () => sourceDependencies(diskFiles(world), world.system(MACHINE));
    assert.deepEqual(await dependencies(), needed);
    assert.equal((await world.request(MACHINE, 2)).state, 7);
    assert.equal((await world.request(MACHINE, 3)).state, 7);
    assert.deepEqual(await dependencies(), needed);
    assert.deepEqual(await hashesOf(disks), before);
    const base = files[2] ?? '';
    await rm(base);
    const [without] = await dependencies();
    assert.match(without?.problem ?? '', new RegExp(basename(base)));
  });

  test('what a checkpoint needs stays until it is detached; then all of the source may go, also of a machine that runs', async (t) => {
    const store = createMemoryStore();
    const world = await makeWorld(t, { openStore: () => store });
    const { definition, files } = await chainedExport(world);
    const [top = '', middle = ''] = files;
    const content = await contentOf(middle);
    const plan = await imported(world, definition);
    assert.equal((await realized(world, plan.id)).state, 7);
    await streamed(world);
    const machine = world.system(MACHINE);
    const overlay = diskOf(world);
    // A checkpoint as an import makes it: an overlay of its own over its own chain.
    const own = join(dirname(overlay), 'checkpoint.qcow2');
    await qemuImg('create', '-q', '-f', 'qcow2', '-u', '-b', middle, '-F', 'vhdx', own, String(BYTES));
    const id = '00000000-0000-4000-8000-0000000000C1';
    const configuration = withFiles({ ...machine.active, id }, new Map([[overlay, own]]));
    const snapshot = { configuration, type: 'standard', parent: null, createdAt: 0 } as const;
    await store.commit([
      {
        table: 'systems',
        key: MACHINE,
        value: storeSystem({
          ...machine,
          snapshots: [snapshot],
          differencing: [...(machine.differencing ?? []), { file: own, parent: null }],
        }),
      },
    ]);
    await world.restart();
    assert.deepEqual(streamTasks(world.system(MACHINE), new Set()), []);
    const [needed] = await world.core.auxiliary.sourceDependencies(MACHINE);
    assert.deepEqual([needed?.disk, needed?.needs, needed?.checkpoints], [own, files.slice(1), [id]]);
    assert.equal((await world.request(MACHINE, 2)).state, 7);
    await world.core.auxiliary.setDiskMerging(CALLER, MACHINE, false);
    await assert.rejects(world.core.auxiliary.detachSource(CALLER, MACHINE), refusal('invalidState', /held back/));
    await world.core.auxiliary.setDiskMerging(CALLER, MACHINE, true);
    await world.core.auxiliary.detachSource(CALLER, MACHINE);
    await streamed(world);
    assert.deepEqual(await world.core.auxiliary.sourceDependencies(MACHINE), []);
    for (const file of [top, ...files.slice(1)]) await rm(file);
    assert.equal((await inspectDisk(own)).backing, null);
    for (let at = 0; at < BYTES; at += 4096) assert.equal(await readDisk(own, at), content[at]);
    assert.equal(world.system(MACHINE).power, 'running');
  });

  test('what forks of a checkpoint read stays as it is until they are gone; then it is detached too', async (t) => {
    const world = await makeWorld(t);
    const { definition, disks, files } = await chainedExport(world);
    const before = await hashesOf(disks);
    const plan = await imported(world, definition);
    await world.core.auxiliary.setDiskMerging(CALLER, plan.id, false);
    assert.equal((await realized(world, plan.id)).state, 7);
    const overlay = diskOf(world);
    await world.core.operations.modify(CALLER, MACHINE, { values: { UserSnapshotType: 5 } });
    assert.equal((await world.request(MACHINE, 2)).state, 7);
    const snapshot = await create(world, MACHINE);
    const { job, systems } = await world.core.snapshots.fork(CALLER, snapshot, {
      count: 2,
      name: null,
      start: true,
      disconnected: false,
      overcommit: false,
    });
    assert.equal((await world.ended(job)).state, 7);
    await world.core.auxiliary.setDiskMerging(CALLER, MACHINE, true);
    await world.core.auxiliary.detachSource(CALLER, MACHINE);
    // What nothing else reads may be worked on; the overlay below the forks may not.
    await world.until(new Promise((resolve) => setTimeout(resolve, 200)));
    const [held] = await world.core.auxiliary.sourceDependencies(MACHINE);
    assert.deepEqual([held?.disk, held?.needs, held?.checkpoints], [overlay, files, [snapshot]]);
    for (const id of systems) {
      assert.equal(world.system(id).power, 'running');
      assert.deepEqual(await world.core.auxiliary.sourceDependencies(id), []);
    }
    for (const id of systems) {
      assert.equal((await world.request(id, 3)).state, 7);
      assert.equal((await world.ended(await world.core.operations.destroy(CALLER, id))).state, 7);
    }
    await streamed(world);
    assert.deepEqual(await world.core.auxiliary.sourceDependencies(MACHINE), []);
    assert.deepEqual(await hashesOf(disks), before);
    for (const file of files) await rm(file);
    assert.equal(world.system(MACHINE).power, 'running');
    assert.deepEqual(await contents(world, MACHINE), { now: 0x41, [snapshot]: 0x41 });
    assert.equal((await world.request(MACHINE, 3)).state, 7);
    await apply(world, snapshot);
    assert.equal(await readDisk(diskOf(world)), 0x41);
  });

  test('a machine that runs meanwhile gets it under its hands; a restart of the service goes on', async (t) => {
    const world = await makeWorld(t);
    const { definition, disks } = await chainedExport(world);
    const before = await hashesOf(disks);
    const plan = await imported(world, definition);
    assert.equal((await realized(world, plan.id)).state, 7);
    assert.equal((await world.request(MACHINE, 2)).state, 7);
    await world.restart();
    assert.equal(world.system(MACHINE).power, 'running');
    await streamed(world);
    assert.equal(world.system(MACHINE).power, 'running');
    assert.equal((await inspectDisk(diskOf(world))).backing, null);
    assert.deepEqual(await hashesOf(disks), before);
    assert.equal((await world.request(MACHINE, 3)).state, 7);
    assert.equal(await readDisk(diskOf(world), 4096), 0x41);
  });
});
