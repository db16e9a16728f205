import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { DomainError } from '../../src/core/errors.ts';
import {
  apply,
  contents,
  create,
  currentFile,
  destroy,
  done,
  filesIn,
  filesOf,
  machineWith,
  merged,
  parentsOf,
  snapshotOf,
  STANDARD,
} from './checkpoint-kit.ts';
import { readDisk, writeDisk } from './disk-content.ts';
import { add, CALLER, diskDrive, first, image, makeWorld, ofKind, refusal, scsiController, type World } from './kit.ts';

describe('checkpoints of machines that are off (spec snapshots)', () => {
  test('S1: one checkpoint, the current disk over the former file, all settings copied', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 2);
    const before = world.system(id);
    const { job, snapshot } = await world.core.snapshots.create(CALLER, id, STANDARD);
    assert.equal(job.type, 70);
    assert.deepEqual(job.affected, [
      { element: { kind: 'system', id }, effect: 0 },
      { element: { kind: 'configuration', id: snapshot }, effect: 5 },
    ]);
    done(await world.ended(job));
    const system = world.system(id);
    const taken = snapshotOf(world, id, snapshot);
    assert.equal(system.currentSnapshot, snapshot);
    assert.equal(system.operation, null);
    assert.equal(taken.parent, null);
    assert.deepEqual(filesOf(taken.configuration), filesOf(before.active));
    for (const [index, file] of filesOf(system.active).entries())
      assert.match(basename(file), new RegExp(`^disk${index}_[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\\.qcow2$`));
    assert.deepEqual(
      taken.configuration.devices.map(({ part, kind, parent }) => ({ part, kind, parent })),
      before.active.devices.map(({ part, kind, parent }) => ({ part, kind, parent })),
    );
    assert.match(String(taken.configuration.values['ElementName']), /^vm - \(\d+\/\d+\/\d{4} - \d+:\d\d:\d\d [AP]M\)$/);
    assert.equal(taken.memory, undefined);
  });

  test('S4: create A, B, apply A, create C gives A with B and C', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const a = await create(world, id);
    const b = await create(world, id);
    await apply(world, a);
    assert.equal(world.system(id).lastApplied, a);
    const c = await create(world, id);
    assert.deepEqual(parentsOf(world, id), { [a]: null, [b]: a, [c]: a });
    assert.equal(world.system(id).currentSnapshot, c);
  });

  test('K30: each apply gives the machine another generation id, a restart of the service none', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const a = await create(world, id);
    const generation = (): string => world.system(id).extras?.generationId ?? id;
    const seen = [generation()];
    for (let times = 0; times < 2; times++) {
      await apply(world, a);
      seen.push(generation());
    }
    assert.equal(new Set(seen).size, 3);
    await world.restart();
    assert.equal(generation(), seen.at(-1));
  });

  test('what was current and is given up by an apply is deleted, and nothing else', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    await writeDisk(currentFile(world, id), 1);
    const a = await create(world, id);
    await writeDisk(currentFile(world, id), 2);
    const lost = currentFile(world, id);
    await apply(world, a);
    await merged(world, id);
    assert.equal(await readDisk(currentFile(world, id)), 1);
    const left = await filesIn(world);
    assert.ok(!left.includes(basename(lost)));
    assert.deepEqual(left, ['disk0.raw', basename(currentFile(world, id))].toSorted());
  });

  test('a disk of the user that was attached after the checkpoint survives an apply', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const a = await create(world, id);
    const controller = first(ofKind(world.system(id), 'scsiController'));
    const [drive] = await add(world, id, diskDrive({ configuration: id, part: controller.part }, '5'));
    await add(world, id, image(drive ?? assert.fail(), await world.makeDisk('later.raw')));
    await apply(world, a);
    await merged(world, id);
    assert.ok((await filesIn(world)).includes('later.raw'));
    assert.equal(filesOf(world.system(id).active).length, 1);
  });

  test('S5: destroy A of A with B below: B has no parent, its data is whole, the chain is shorter', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    await writeDisk(currentFile(world, id), 1);
    const a = await create(world, id);
    await writeDisk(currentFile(world, id), 2);
    const b = await create(world, id);
    await writeDisk(currentFile(world, id), 3);
    await destroy(world, a);
    assert.deepEqual(parentsOf(world, id), { [b]: null });
    await merged(world, id);
    assert.deepEqual(
      filesOf(snapshotOf(world, id, b).configuration).map((file) => basename(file)),
      ['disk0.raw'],
    );
    assert.equal(await readDisk(currentFile(world, id)), 3);
    assert.equal((await filesIn(world)).length, 2);
    await apply(world, b);
    assert.equal(await readDisk(currentFile(world, id)), 2);
    const merges = [...world.core.graph.jobs()].filter((job) => job.type === 50);
    assert.ok(merges.length > 0);
    for (const merge of merges) done(await world.ended(merge));
  });

  test('S6: destroy the tree at A: the disk has its first name and the data of now', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 2);
    const a = await create(world, id);
    await create(world, id);
    await writeDisk(currentFile(world, id), 7);
    await create(world, id);
    await destroy(world, a, true);
    await merged(world, id);
    const system = world.system(id);
    assert.deepEqual(system.snapshots, []);
    assert.equal(system.currentSnapshot, null);
    assert.deepEqual(
      filesOf(system.active).map((file) => basename(file)),
      ['disk0.raw', 'disk1.raw'],
    );
    assert.equal(await readDisk(currentFile(world, id)), 7);
    assert.deepEqual(await filesIn(world), ['disk0.raw', 'disk1.raw']);
    assert.equal(system.differencing?.length ?? 0, 0);
  });

  test('a file that two branches need stays until one of them is gone', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    await writeDisk(currentFile(world, id), 1);
    const a = await create(world, id);
    await writeDisk(currentFile(world, id), 2);
    const b = await create(world, id);
    await apply(world, a);
    await writeDisk(currentFile(world, id), 3);
    await destroy(world, a);
    await merged(world, id);
    assert.equal(await readDisk(join(world.directory, 'disks', 'disk0.raw')), 1);
    assert.equal(await readDisk(currentFile(world, id)), 3);
    await destroy(world, b);
    await merged(world, id);
    assert.deepEqual(await filesIn(world), ['disk0.raw']);
    assert.equal(await readDisk(currentFile(world, id)), 3);
  });

  test('S7: a checkpoint is renamed, the machine is not', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const a = await create(world, id, { elementName: 'before', notes: ['x'] });
    await world.core.operations.modify(CALLER, a, { values: { ElementName: 'after', UserSnapshotType: 2 } });
    assert.equal(snapshotOf(world, id, a).configuration.values['ElementName'], 'after');
    assert.equal(snapshotOf(world, id, a).configuration.values['UserSnapshotType'], 5);
    assert.equal(world.system(id).active.values['ElementName'], 'vm');
    await apply(world, a);
    assert.equal(world.system(id).active.values['ElementName'], 'vm');
    assert.equal(world.system(id).active.values['Notes'], undefined);
  });

  test('settings come back with an apply, the name stays', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const a = await create(world, id);
    await world.core.operations.modify(CALLER, id, { values: { ElementName: 'new', AutomaticShutdownAction: 2 } });
    await add(world, id, scsiController());
    await apply(world, a);
    const { values } = world.system(id).active;
    assert.equal(values['ElementName'], 'new');
    assert.equal(values['AutomaticShutdownAction'], undefined);
    assert.equal(ofKind(world.system(id), 'scsiController').length, 1);
  });

  test('a machine without disks: the same checkpoint applied again brings its settings back again', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define({
      values: { ElementName: 'vm', UserSnapshotType: 5, AutomaticStartupAction: 2 },
    });
    const a = await create(world, id);
    for (let times = 0; times < 2; times++) {
      await world.core.operations.modify(CALLER, world.system(id).active.id, { values: { AutomaticStartupAction: 4 } });
      assert.equal(world.system(id).active.values['AutomaticStartupAction'], 4);
      await apply(world, a);
      assert.equal(world.system(id).active.values['AutomaticStartupAction'], 2, `time ${times}`);
    }
  });

  test('firmware variables that cannot be written after the switch: told, then done again; the machine is free with the end', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1, 2);
    const state = join(world.directory, 'data', 'state', 'systems', id);
    await mkdir(state, { recursive: true });
    const variables = join(state, 'uefi-variables.fd');
    await writeFile(variables, 'A');
    await writeDisk(currentFile(world, id), 1);
    const a = await create(world, id);
    await writeDisk(currentFile(world, id), 2);
    const kept = join(state, 'snapshots', a, 'uefi-variables.fd');
    await rm(kept);
    await mkdir(kept);
    await writeFile(variables, 'B');
    const job = await world.ended(await world.core.snapshots.apply(CALLER, a));
    assert.equal(job.state, 10);
    assert.equal(await readDisk(currentFile(world, id)), 1, 'the record has decided');
    await assert.rejects(world.core.operations.requestState(CALLER, id, 2), refusal('inUse'));
    await rmdir(kept);
    await writeFile(kept, 'A');
    world.patience.wake();
    await world.eventually(() => world.system(id).operation === null);
    assert.equal(await readFile(variables, 'utf8'), 'A');
    done(await world.request(id, 2));
  });

  test('refusals: plans, disabled, wrong kinds of settings, the fifty-first', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 0);
    const plan = await world.define({ kind: 'planned' });
    const taking = (system: string) => world.core.snapshots.create(CALLER, system, STANDARD);
    await assert.rejects(taking(plan.id), refusal('invalidParameter'));
    await assert.rejects(world.core.snapshots.apply(CALLER, id), refusal('invalidParameter'));
    await assert.rejects(world.core.snapshots.destroy(CALLER, 'nobody'), refusal('invalidParameter'));
    await world.core.operations.modify(CALLER, id, { values: { UserSnapshotType: 2 } });
    await assert.rejects(taking(id), refusal('invalidState', /disabled/));
    await world.core.operations.modify(CALLER, id, { values: { UserSnapshotType: 5 } });
    for (let count = 0; count < 50; count++) await create(world, id);
    await assert.rejects(taking(id), refusal('failed', /50/));
    await assert.rejects(
      world.core.snapshots.create(CALLER, id, { ...STANDARD, elementName: '' }),
      refusal('invalidParameter'),
    );
  });

  test('a shared disk is refused, and taken as any other with IgnoreNonSnapshottableDisks', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const { part } = first(ofKind(world.system(id), 'hardDiskImage'));
    const share = (shared: boolean) =>
      world.core.operations.modifyResources(CALLER, [
        {
          className: 'Msvm_StorageAllocationSettingData',
          instanceId: null,
          values: { PersistentReservationsSupported: shared },
          target: { configuration: id, part },
        },
      ]);
    await share(true);
    await assert.rejects(world.core.snapshots.create(CALLER, id, STANDARD), refusal('failed', /shared with other/));
    assert.deepEqual(world.system(id).snapshots, []);
    await create(world, id, { ignoreNonSnapshottableDisks: true });
    await share(false);
    await create(world, id);
  });

  test('fifty deep: every node keeps its data, also when every other one is deleted', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const taken: string[] = [];
    for (let depth = 1; depth <= 50; depth++) {
      await writeDisk(currentFile(world, id), depth);
      taken.push(await create(world, id));
    }
    await writeDisk(currentFile(world, id), 99);
    const wanted: Record<string, number> = { now: 99 };
    for (const [index, snapshot] of taken.entries()) wanted[snapshot] = index + 1;
    assert.deepEqual(await contents(world, id), wanted);
    for (const snapshot of taken.filter((_, index) => index % 2 === 0)) {
      await destroy(world, snapshot);
      delete wanted[snapshot];
    }
    await merged(world, id);
    assert.deepEqual(await contents(world, id), wanted);
    assert.equal((await filesIn(world)).length, 26);
  });

  test('one operation at a time: everything else is told that the machine is in use', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const { job } = await world.core.snapshots.create(CALLER, id, STANDARD);
    await assert.rejects(world.core.snapshots.create(CALLER, id, STANDARD), refusal('inUse'));
    await assert.rejects(world.core.operations.requestState(CALLER, id, 2), refusal('inUse'));
    done(await world.ended(job));
  });

  test('merges held back wait until they are let go', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const a = await create(world, id);
    await world.core.auxiliary.setDiskMerging(CALLER, id, false);
    await destroy(world, a);
    await world.clock.advance(1000);
    assert.match(currentFile(world, id), /\.qcow2$/);
    await world.core.auxiliary.setDiskMerging(CALLER, id, true);
    await merged(world, id);
    assert.match(currentFile(world, id), /disk0\.raw$/);
  });

  test('a merge that is held back in the middle has not failed: let go, it is taken up again', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const a = await create(world, id);
    await destroy(world, a);
    await world.eventually(() => world.system(id).operation?.kind === 'mergingDisks');
    await world.core.auxiliary.setDiskMerging(CALLER, id, false);
    await world.eventually(() => world.system(id).operation === null);
    assert.match(currentFile(world, id), /\.qcow2$/);
    await world.core.auxiliary.setDiskMerging(CALLER, id, true);
    await merged(world, id);
    assert.match(currentFile(world, id), /disk0\.raw$/);
    const merges = [...world.core.graph.jobs()].filter(({ type }) => type === 50);
    assert.deepEqual(
      merges.map(({ state }) => state),
      [7, 7],
    );
  });

  test('a merge that failed is tried again after a while, which its job says, and when the machine stops', async (t) => {
    let failures = 2;
    const world = await makeWorld(t, {
      images: (tool) => ({
        ...tool,
        commit: async (...args) => {
          if (failures-- > 0) throw new DomainError('failed', 'The folder of the disk is away.');
          return tool.commit(...args);
        },
      }),
    });
    const id = await machineWith(world, 1);
    const merges = () => [...world.core.graph.jobs()].filter(({ type, endedAt }) => type === 50 && endedAt !== null);
    const snapshot = await create(world, id);
    done(await world.ended(await world.core.snapshots.destroy(CALLER, snapshot)));
    const attempts = new Set<string>();
    for (const [attempt, seconds] of [30, 60].entries()) {
      await world.eventually(() => {
        for (const job of merges()) attempts.add(job.id);
        // Of those that failed the last is shown.
        return attempts.size === attempt + 1 && merges().length === 1 && world.patience.waits;
      });
      const text = merges().at(-1)?.errorDescription ?? '';
      assert.match(
        text,
        new RegExp(`is away\\. It is tried again in ${seconds} seconds, and when the virtual machine`),
      );
      assert.equal(world.system(id).operation, null);
      assert.equal(world.system(id).differencing?.length, 1, 'whole, and longer than it need be');
      // Other changes of the machine do not hurry it.
      await world.core.operations.modify(CALLER, id, { values: { Notes: [String(attempt)] } });
      assert.ok(merges().length === 1 && attempts.has(merges()[0]?.id ?? ''));
      world.patience.wake();
    }
    await merged(world, id);
    assert.deepEqual(
      merges().map(({ state }) => state),
      [10, 7],
    );
    assert.equal(world.problems.filter((text) => /could not be merged.*is away/.test(text)).length, 2);
    assert.equal(world.patience.waits, false);
  });

  test("a current disk that a client took out of the settings is the client's: it is neither merged nor deleted", async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const a = await create(world, id);
    const mine = currentFile(world, id);
    await writeDisk(mine, 9);
    const disk = first(ofKind(world.system(id), 'hardDiskImage'));
    await world.core.operations.removeResources(CALLER, [{ configuration: id, part: disk.part }]);
    await destroy(world, a);
    await world.clock.advance(1000);
    assert.equal(await readDisk(mine), 9);
  });
});

describe('checkpoints with memory, on simulated machines', () => {
  const word = (world: World, id: string): number => world.hypervisor.machine(id)?.inspect().word ?? -1;

  const running = async (world: World): Promise<string> => {
    const id = await machineWith(world, 1, 2);
    done(await world.request(id, 2));
    return id;
  };

  test('S2: the machine runs on; applied it is saved, started it is at its moment', async (t) => {
    const world = await makeWorld(t);
    const id = await running(world);
    const a = await create(world, id);
    assert.equal(world.system(id).power, 'running');
    assert.equal(snapshotOf(world, id, a).memory, true);
    assert.equal(
      (await world.hypervisor.machine(id)?.tops())?.get(first(ofKind(world.system(id), 'diskDrive')).part),
      currentFile(world, id),
    );
    await assert.rejects(world.core.snapshots.apply(CALLER, a), refusal('invalidState'));
    done(await world.request(id, 3));
    await apply(world, a);
    assert.equal(world.system(id).power, 'saved');
    done(await world.request(id, 2));
    assert.equal(world.system(id).power, 'running');
    assert.equal(word(world, id), 0);
    // The checkpoint keeps its memory: it can be applied again.
    done(await world.request(id, 3));
    await apply(world, a);
    done(await world.request(id, 2));
  });

  test('a paused machine stays paused, a saved one saved; an off one applied is off', async (t) => {
    const world = await makeWorld(t);
    const id = await running(world);
    done(await world.request(id, 9));
    await create(world, id);
    assert.equal(world.system(id).power, 'paused');
    done(await world.request(id, 6));
    const saved = await create(world, id);
    assert.equal(world.system(id).power, 'saved');
    done(await world.request(id, 3));
    const off = await create(world, id);
    await apply(world, saved);
    assert.equal(world.system(id).power, 'saved');
    await apply(world, off);
    assert.equal(world.system(id).power, 'off');
    assert.equal(world.system(id).savedState, null);
  });

  test('the files of a checkpoint count for it (GetSizeOfSystemFiles), not for its machine', async (t) => {
    const world = await makeWorld(t);
    const id = await running(world);
    const a = await create(world, id);
    const folder = join(world.directory, 'data', 'state', 'systems', id, 'snapshots', a);
    await writeFile(join(folder, 'memory.vmstate'), Buffer.alloc(1 << 20));
    const { auxiliary } = world.core;
    assert.ok((await auxiliary.sizeOfSystemFiles(a)) > 1n << 20n);
    assert.ok((await auxiliary.sizeOfSystemFiles(id)) < 1n << 20n);
  });

  test('clearing the memory: applied it is off', async (t) => {
    const world = await makeWorld(t);
    const id = await running(world);
    const a = await create(world, id);
    done(await world.request(id, 3));
    const job = await world.core.snapshots.clearState(CALLER, a);
    assert.equal(job.type, 73);
    done(await world.ended(job));
    assert.equal(snapshotOf(world, id, a).memory, undefined);
    await apply(world, a);
    assert.equal(world.system(id).power, 'off');
  });

  test('destroyed while it runs: the disks are merged under the guest', async (t) => {
    const world = await makeWorld(t);
    const id = await running(world);
    await create(world, id);
    await writeDisk(currentFile(world, id), 5);
    const b = await create(world, id);
    await writeDisk(currentFile(world, id), 6);
    await destroy(world, first(world.system(id).snapshots).configuration.id);
    await merged(world, id);
    await destroy(world, b);
    await merged(world, id);
    assert.equal(world.system(id).power, 'running');
    assert.match(currentFile(world, id), /disk0\.raw$/);
    assert.equal(await readDisk(currentFile(world, id)), 6);
    done(await world.request(id, 3));
    done(await world.request(id, 2));
  });

  test('S3: production only without an agent fails and leaves nothing; with fall back it has memory', async (t) => {
    const world = await makeWorld(t);
    const id = await running(world);
    await world.core.operations.modify(CALLER, id, { values: { UserSnapshotType: 4 } });
    world.faults.hang(id);
    const before = await filesIn(world);
    const { job } = await world.core.snapshots.create(CALLER, id, STANDARD);
    assert.equal((await world.ended(job)).state, 10);
    assert.deepEqual(world.system(id).snapshots, []);
    assert.match(currentFile(world, id), /disk0\.raw$/);
    assert.deepEqual(await filesIn(world), before);
    await world.core.operations.modify(CALLER, id, { values: { UserSnapshotType: 3 } });
    assert.equal(snapshotOf(world, id, await create(world, id)).memory, true);
  });

  test('production with an agent: disks only', async (t) => {
    const world = await makeWorld(t);
    const id = await running(world);
    await world.core.operations.modify(CALLER, id, { values: { UserSnapshotType: 3 } });
    await world.eventually(() => world.hypervisor.machine(id)?.figures().guestAgent === 'ok');
    const a = await create(world, id);
    assert.equal(snapshotOf(world, id, a).memory, undefined);
    done(await world.request(id, 3));
    await apply(world, a);
    assert.equal(world.system(id).power, 'off');
  });

  test('a failure after the drives have changed over: no checkpoint, the chain is merged again', async (t) => {
    const world = await makeWorld(t);
    const id = await running(world);
    world.faults.fail('checkpoint');
    const { job } = await world.core.snapshots.create(CALLER, id, STANDARD);
    assert.equal((await world.ended(job)).state, 10);
    assert.deepEqual(world.system(id).snapshots, []);
    assert.equal(world.system(id).power, 'running');
    await world.eventually(() => /disk0\.raw$/.test(currentFile(world, id)));
    await merged(world, id);
    assert.deepEqual(await filesIn(world), ['disk0.raw']);
  });

  test('S9, S10: while it saves or starts it is refused', async (t) => {
    const world = await makeWorld(t);
    const id = await running(world);
    const saving = await world.core.operations.requestState(CALLER, id, 6);
    await assert.rejects(world.core.snapshots.create(CALLER, id, STANDARD), refusal('invalidState'));
    done(await world.ended(saving));
    const starting = await world.core.operations.requestState(CALLER, id, 2);
    await assert.rejects(world.core.snapshots.create(CALLER, id, STANDARD), refusal('invalidState'));
    done(await world.ended(starting));
  });
});

describe('what becomes of checkpoints by themselves', () => {
  test('S11: a machine is destroyed with its checkpoints; its disks have their names and the data of now', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 2);
    await writeDisk(currentFile(world, id), 1);
    const a = await create(world, id);
    await writeDisk(currentFile(world, id), 2);
    await create(world, id);
    await apply(world, a);
    await writeDisk(currentFile(world, id), 3);
    await create(world, id);
    await writeDisk(currentFile(world, id), 4);
    done(await world.ended(await world.core.operations.destroy(CALLER, id)));
    assert.equal(world.core.graph.system(id), undefined);
    assert.equal(world.core.graph.configuration(a), undefined);
    assert.deepEqual(await filesIn(world), ['disk0.raw', 'disk1.raw']);
    assert.equal(await readDisk(join(world.directory, 'disks', 'disk0.raw')), 4);
    await assert.rejects(readdir(join(world.directory, 'data', 'state', 'systems', id)), { code: 'ENOENT' });
  });

  test('AutomaticRecoveryAction 4: a machine that dies goes back to its last checkpoint and runs', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    await world.core.operations.modify(CALLER, id, { values: { AutomaticRecoveryAction: 4 } });
    await writeDisk(currentFile(world, id), 1);
    done(await world.request(id, 2));
    const a = await create(world, id);
    await writeDisk(currentFile(world, id), 2);
    world.faults.crash(id);
    await world.eventually(() => world.system(id).lastApplied === a && world.system(id).power === 'running');
    assert.equal(await readDisk(currentFile(world, id)), 1);
  });
});

describe('automatic checkpoints (spec snapshots §5)', () => {
  test('taken when an off machine is started, one at a time, and deleted when it stops well', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    await world.core.operations.modify(CALLER, id, { values: { AutomaticSnapshotsEnabled: true } });
    await writeDisk(currentFile(world, id), 1);
    done(await world.request(id, 2));
    const [taken, ...others] = world.system(id).snapshots;
    assert.deepEqual(others, []);
    assert.equal(taken?.configuration.values['IsAutomaticSnapshot'], true);
    assert.match(String(taken?.configuration.values['ElementName']), /^Automatic Checkpoint - vm - \(/);
    assert.equal(world.system(id).active.values['IsAutomaticSnapshot'], undefined);
    await writeDisk(currentFile(world, id), 2);
    // One that crashes keeps it, and the next start takes another in its place.
    world.faults.crash(id);
    await world.core.operations.modify(CALLER, id, { values: { AutomaticRecoveryAction: 2 } });
    await world.eventually(() => world.system(id).power === 'off');
    assert.equal(world.system(id).snapshots.length, 1);
    done(await world.request(id, 2));
    assert.equal(world.system(id).snapshots.length, 1);
    assert.notEqual(world.system(id).snapshots[0]?.configuration.id, taken?.configuration.id);
    done(await world.request(id, 3));
    await world.eventually(() => world.system(id).snapshots.length === 0);
    await merged(world, id);
    assert.match(currentFile(world, id), /disk0\.raw$/);
    assert.equal(await readDisk(currentFile(world, id)), 2);
  });

  test('what keeps it from being taken keeps no machine from starting', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    for (let count = 0; count < 50; count++) await create(world, id);
    await world.core.operations.modify(CALLER, id, { values: { AutomaticSnapshotsEnabled: true } });
    done(await world.request(id, 2));
    assert.equal(world.system(id).snapshots.length, 50);
    assert.deepEqual(world.problems.filter((text) => /automatic/.test(text)).length, 1);
  });
});
