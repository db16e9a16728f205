import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { firstText } from '../../src/core/devices/effective.ts';
import type { Guid } from '../../src/core/model.ts';
import type { ExportRequest } from '../../src/core/requests.ts';
import type { Job } from '../../src/core/jobs/job.ts';
import { nextDiskTask } from '../../src/core/differencing/disk-tree.ts';
import {
  contents,
  create,
  currentFile,
  done,
  filesOf,
  machineWith,
  merged,
  nothingLeftOver,
} from '../core/checkpoint-kit.ts';
import { readDisk, writeDisk } from '../core/disk-content.ts';
import { FailingPower } from '../core/failing-power.ts';
import { add, CALLER, first, image, makeWorld, ofKind, type World } from '../core/kit.ts';
import { definitionAt, pathsIn, treeOf } from '../core/transfer/export-kit.ts';

const outOf = (world: World): string => join(world.directory, 'data', 'exports');

const request = (world: World, id: Guid, changes: Partial<ExportRequest> = {}): ExportRequest => ({
  configuration: id,
  directory: outOf(world),
  snapshots: 'all',
  snapshot: null,
  runtime: true,
  storage: true,
  subdirectory: false,
  style: 'asIs',
  live: 'memory',
  ...changes,
});

const exportNow = (world: World, id: Guid, changes: Partial<ExportRequest> = {}): Promise<Job> =>
  world.core.exports.exportSystem(CALLER, request(world, id, changes));

/** Running; its disk held 1 when it was turned on. */
const runningMachine = async (world: World): Promise<Guid> => {
  const id = await machineWith(world, 1, 2);
  await writeDisk(currentFile(world, id), 1);
  done(await world.request(id, 2));
  return id;
};

/** What the exported machine's disk holds. */
const exportedDisk = async (world: World, id: Guid): Promise<number> => {
  const definition = await definitionAt(join(outOf(world), 'Virtual Machines', `${id}.vmcx`));
  const [path = ''] = pathsIn(definition);
  return readDisk(join(outOf(world), path.replace('\\', '/')));
};

/** Calls back when the moment stands in the record: what the machine does from then on is not in the export. */
const onceKept = (world: World, id: Guid, act: () => void): void => {
  let acted = false;
  world.core.feed.listen((change) => {
    if (acted || change.kind !== 'system' || change.after?.id !== id) return;
    if (change.after.operation?.powerMayChange !== true) return;
    acted = true;
    act();
  });
};

describe('the export of a running machine', () => {
  test('holds disks and memory of one moment, and leaves the machine as it was', async (t) => {
    const world = await makeWorld(t);
    const id = await runningMachine(world);
    const before = world.system(id);
    const writes: Promise<void>[] = [];
    onceKept(world, id, () => writes.push(writeDisk(currentFile(world, id), 9)));
    const job = await world.ended(await exportNow(world, id));
    done(job);
    await Promise.all(writes);
    assert.equal(writes.length, 1);
    assert.equal(await exportedDisk(world, id), 1);
    assert.deepEqual(await treeOf(join(outOf(world), 'Virtual Machines')), [
      `${id}.uefi.fd`,
      `${id}.vmcx`,
      `${id}.vmstate`,
    ]);
    const definition = await definitionAt(join(outOf(world), 'Virtual Machines', `${id}.vmcx`));
    assert.deepEqual([definition.id, definition.system.ElementName], [id, 'vm']);
    assert.deepEqual(definition.snapshots, { items: [], parent: null });
    await merged(world, id);
    const after = world.system(id);
    assert.equal(after.power, 'running');
    assert.deepEqual([after.snapshots, after.currentSnapshot, after.operation], [[], null, null]);
    assert.deepEqual(after.active, before.active);
    assert.equal((await contents(world, id))['now'], 9);
    await nothingLeftOver(world, id);
  });

  test('a floppy disk goes along byte for byte, whether the machine runs or is off, and stays that of the import', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const floppy = await world.makeDisk('letter.vfd');
    const bytes = randomBytes(80 * 2 * 18 * 512);
    await writeFile(floppy, bytes);
    const { part } = first(ofKind(world.system(id), 'disketteDrive'));
    await add(world, id, image({ configuration: id, part }, floppy, 'Virtual Floppy Disk'));
    const exportAs = async (style: ExportRequest['style'], live: ExportRequest['live']): Promise<void> => {
      const directory = join(outOf(world), `${style}-${live}`);
      done(await world.ended(await exportNow(world, id, { directory, style, live })));
      assert.deepEqual(await readFile(join(directory, 'Virtual Hard Disks', 'letter.vfd')), bytes);
      const plan = await world.core.plans.importSystem(CALLER, {
        definition: join(directory, 'Virtual Machines', `${id}.vmcx`),
        snapshotFolder: null,
        newIdentifiers: true,
        accepts: () => true,
      });
      const named = firstText(first(ofKind(world.system(plan.id), 'floppyImage')), 'HostResource') ?? '';
      assert.deepEqual(await readFile(named), bytes);
    };
    await exportAs('hyperV', null);
    done(await world.request(id, 2));
    for (const style of ['hyperV', 'asIs'] as const) await exportAs(style, 'memory');
    const snapshot = await create(world, id);
    const directory = join(outOf(world), 'checkpoint');
    done(
      await world.ended(
        await exportNow(world, id, { directory, style: 'hyperV', snapshots: 'one', snapshot, live: null }),
      ),
    );
    assert.deepEqual(await readFile(join(directory, 'Virtual Hard Disks', 'letter.vfd')), bytes);
  });

  test('resumes on another host, or starts as after a power cut', async (t) => {
    for (const live of ['memory', 'disks'] as const) {
      const world = await makeWorld(t);
      const id = await runningMachine(world);
      done(await world.ended(await exportNow(world, id, { live })));
      await merged(world, id);
      done(await world.request(id, 3));
      const plan = await world.core.plans.importSystem(CALLER, {
        definition: join(outOf(world), 'Virtual Machines', `${id}.vmcx`),
        snapshotFolder: null,
        newIdentifiers: true,
        accepts: () => true,
      });
      done(await world.ended(await world.core.plans.realize(CALLER, plan.id)));
      assert.equal(world.system(plan.id).power, live === 'memory' ? 'saved' : 'off');
      done(await world.request(plan.id, 2));
      assert.equal(world.system(plan.id).power, 'running');
    }
  });

  test('without its memory when that is not asked for', async (t) => {
    const world = await makeWorld(t);
    const id = await runningMachine(world);
    done(await world.ended(await exportNow(world, id, { runtime: false })));
    assert.deepEqual(await treeOf(join(outOf(world), 'Virtual Machines')), [`${id}.uefi.fd`, `${id}.vmcx`]);
  });

  test('has the checkpoints of the machine and none of its own', async (t) => {
    const world = await makeWorld(t);
    const id = await runningMachine(world);
    const snapshot = await create(world, id);
    await writeDisk(currentFile(world, id), 2);
    done(await world.ended(await exportNow(world, id)));
    const definition = await definitionAt(join(outOf(world), 'Virtual Machines', `${id}.vmcx`));
    assert.deepEqual(definition.snapshots, { items: [{ id: snapshot, parent: null }], parent: snapshot });
    assert.deepEqual(await treeOf(join(outOf(world), 'Snapshots')), [
      `${snapshot}.uefi.fd`,
      `${snapshot}.vmcx`,
      `${snapshot}.vmstate`,
    ]);
    assert.equal(await exportedDisk(world, id), 2);
    await merged(world, id);
    assert.deepEqual(await contents(world, id), { now: 2, [snapshot]: 1 });
    await nothingLeftOver(world, id);
  });

  test('of one checkpoint needs no moment of the machine', async (t) => {
    const world = await makeWorld(t);
    const id = await runningMachine(world);
    const snapshot = await create(world, id);
    const files = filesOf(world.system(id).active);
    const job = await exportNow(world, id, { snapshots: 'oneForBackup', snapshot });
    assert.equal(world.system(id).operation?.powerMayChange, true);
    done(await world.ended(job));
    assert.equal(await exportedDisk(world, id), 1);
    assert.deepEqual(filesOf(world.system(id).active), files);
  });

  test('goes on when the machine is turned off meanwhile, and nothing else may be done to it', async (t) => {
    const world = await makeWorld(t);
    const id = await runningMachine(world);
    const off: Promise<unknown>[] = [];
    onceKept(world, id, () => {
      off.push(world.core.operations.requestState(CALLER, id, 3));
      off.push(
        assert.rejects(() => world.core.operations.modify(CALLER, id, { values: { ElementName: 'other' } }), {
          code: 'inUse',
        }),
      );
    });
    done(await world.ended(await exportNow(world, id)));
    await Promise.all(off);
    assert.equal(off.length, 2);
    await merged(world, id);
    assert.equal(world.system(id).power, 'off');
    assert.equal(await exportedDisk(world, id), 1);
    await nothingLeftOver(world, id);
  });

  test('that asks for a guest at rest fails without an agent, and leaves nothing', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1, 2);
    await writeDisk(currentFile(world, id), 1);
    done(await world.request(id, 2));
    const job = await world.ended(await exportNow(world, id, { live: 'application' }));
    assert.equal(job.state, 10);
    assert.match(job.errorDescription ?? '', /guest agent does not answer/);
    await merged(world, id);
    assert.deepEqual(await treeOf(outOf(world)), []);
    assert.equal(world.system(id).power, 'running');
    await nothingLeftOver(world, id);
    await world.eventually(() => world.hypervisor.machine(id)?.figures().guestAgent === 'ok');
    done(await world.ended(await exportNow(world, id, { live: 'application' })));
    assert.deepEqual(await treeOf(join(outOf(world), 'Virtual Machines')), [`${id}.uefi.fd`, `${id}.vmcx`]);
  });

  test('J6 is cancelled: nothing is left of it', async (t) => {
    const world = await makeWorld(t);
    const id = await runningMachine(world);
    const cancelled: Promise<unknown>[] = [];
    const job = await exportNow(world, id);
    onceKept(world, id, () => cancelled.push(world.core.jobs.requestStateChange(job.id, 5)));
    assert.equal((await world.ended(job)).state, 9);
    assert.equal(cancelled.length, 1);
    await merged(world, id);
    assert.deepEqual(await treeOf(outOf(world)), []);
    assert.deepEqual(world.system(id).snapshots, []);
    await nothingLeftOver(world, id);
  });
});

const MAXIMUM_COMMITS = 60;

/** To its end and that of the merge that follows, or to the death of the service. */
const perform = async (world: World, id: Guid, power: FailingPower): Promise<void> => {
  let over = false;
  const end = (): void => void (over = true);
  exportNow(world, id).then(end, end);
  await world.eventually(() => {
    if (power.failed) return true;
    const system = world.core.graph.system(id);
    const ended = [...world.core.graph.jobs()].every((job) => job.endedAt !== null);
    return over && ended && system?.operation === null && nextDiskTask(system, new Set()) === null;
  });
};

const dieAtEach = async (t: TestContext, durable: boolean): Promise<void> => {
  let reached = 0;
  for (let commit = 0; commit < MAXIMUM_COMMITS; commit++) {
    const power = new FailingPower();
    const world = await makeWorld(t, { openStore: power.open });
    const id = await runningMachine(world);
    power.failAt(commit, durable, true);
    await perform(world, id, power);
    if (!power.failed) {
      reached = commit;
      break;
    }
    const label = `commit ${commit}`;
    await world.restart({ crash: true });
    await merged(world, id);
    const left = await treeOf(outOf(world));
    if (left.length > 0) assert.equal(await exportedDisk(world, id), 1, label);
    assert.ok(!left.some((name) => name.includes('unfinished')), label);
    assert.deepEqual(world.system(id).snapshots, [], label);
    assert.equal((await contents(world, id))['now'], 1, label);
    assert.equal(world.system(id).power, 'running', label);
    await nothingLeftOver(world, id);
    if (left.length === 0) done(await world.ended(await exportNow(world, id)));
  }
  assert.ok(reached > 6, `${reached} commits were reached`);
};

describe('the service dies at each commit of the export of a running machine: all of it or nothing, nothing left over', () => {
  for (const durable of [false, true])
    test(`just ${durable ? 'after' : 'before'} it is durable`, (t) => dieAtEach(t, durable));
});
