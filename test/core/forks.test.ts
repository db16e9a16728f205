import assert from 'node:assert/strict';
import { access, readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { deviceValue, firstText } from '../../src/core/devices/effective.ts';
import type { Guid, VirtualSystem } from '../../src/core/model.ts';
import type { ForkRequest, SettingRef } from '../../src/core/requests.ts';
import { effectiveValues } from '../../src/core/systems/system-defaults.ts';
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
  nothingLeftOver,
  snapshotOf,
} from './checkpoint-kit.ts';
import { readDisk, writeDisk } from './disk-content.ts';
import {
  adapter,
  add,
  CALLER,
  connection,
  dvdDrive,
  first,
  image,
  makeWorld,
  ofKind,
  refusal,
  type World,
} from './kit.ts';

const WANTED: ForkRequest = { count: 2, name: null, start: true, disconnected: false, overcommit: false };

const fork = async (world: World, snapshot: Guid, wanted: Partial<ForkRequest> = {}): Promise<readonly Guid[]> => {
  const { job, systems } = await world.core.snapshots.fork(CALLER, snapshot, { ...WANTED, ...wanted });
  done(await world.ended(job));
  return systems;
};

const wordOf = (world: World, id: Guid): number | undefined => world.hypervisor.machine(id)?.inspect().word;

const pipeOf = (system: VirtualSystem): string | null => firstText(first(ofKind(system, 'serialPort')), 'Connection');

/** A machine with a disk, an adapter on a switch and a pipe; its guest's memory holds the word 1. */
const runningMachine = async (world: World): Promise<Guid> => {
  const id = await machineWith(world, 1, 2);
  const { operations } = world.core;
  await operations.modify(CALLER, id, { values: { BaseBoardSerialNumber: 'board', ChassisSerialNumber: 'chassis' } });
  const port = first(ofKind(world.system(id), 'serialPort'));
  await operations.modifyResources(CALLER, [
    {
      className: 'Msvm_SerialPortSettingData',
      instanceId: null,
      values: { Connection: ['\\\\.\\pipe\\vm'] },
      target: { configuration: id, part: port.part },
    },
  ]);
  const [nic] = await add(world, id, adapter({ StaticMacAddress: true, Address: '00155D010203' }));
  const [nat] = world.core.graph.switches();
  await add(world, id, connection(nic ?? assert.fail(), { HostResource: [`switch:${nat?.id}`] }));
  await writeDisk(currentFile(world, id), 7);
  done(await world.request(id, 2));
  await world.eventually(() => world.hypervisor.machine(id)?.figures().guestAgent === 'ok');
  const socket = connect(join(world.directory, 'data', 'pipes', 'vm'));
  socket.write('w');
  await world.eventually(() => wordOf(world, id) === 1);
  socket.destroy();
  return id;
};

describe('forks of a checkpoint', () => {
  test('each runs from the moment of the checkpoint, under identities of its own, and the source goes on', async (t) => {
    const world = await makeWorld(t);
    const id = await runningMachine(world);
    const snapshot = await create(world, id);
    await writeDisk(currentFile(world, id), 8);
    const forks = await fork(world, snapshot, { count: 3 });
    assert.equal(forks.length, 3);
    const systems = [id, ...forks].map((each) => world.system(each));
    for (const one of systems) {
      assert.equal(one.power, 'running');
      assert.equal(wordOf(world, one.id), 1);
      assert.equal(one.operation, null);
    }
    assert.deepEqual(
      systems.map(({ active }) => active.values['ElementName']),
      ['vm', 'vm-1', 'vm-2', 'vm-3'],
    );
    const distinct = (values: readonly unknown[]): void => assert.equal(new Set(values).size, values.length);
    distinct(systems.map(({ active }) => active.values['BIOSGUID']));
    distinct(systems.map(({ active }) => active.values['BIOSSerialNumber']));
    for (const name of ['BaseBoardSerialNumber', 'ChassisSerialNumber'])
      distinct(systems.map((system) => effectiveValues(system, system.active)[name]));
    distinct(systems.map((one) => one.extras?.generationId ?? one.id));
    distinct(systems.map((one) => deviceValue(first(ofKind(one, 'syntheticEthernet')), 'Address')));
    distinct(systems.map((one) => first(ofKind(one, 'ethernetConnection')).part));
    distinct(systems.map(pipeOf));
    distinct(systems.map((one) => first(filesOf(one.active))));
    for (const each of forks) assert.deepEqual(await contents(world, each), { now: 7 });
    assert.deepEqual(await contents(world, id), { now: 8, [snapshot]: 7 });
    // A second time they get other numbers, and the memory that was made for the first.
    world.faults.fail('shareState');
    const [another] = await fork(world, snapshot, { count: 1 });
    world.faults.clear();
    assert.equal(world.system(another ?? '').active.values['ElementName'], 'vm-4');
    assert.equal(wordOf(world, another ?? ''), 1);
    await nothingLeftOver(world, id);
  });

  test('one writes for itself alone, is saved, turned off and started again, and has checkpoints and forks of its own', async (t) => {
    const world = await makeWorld(t);
    const id = await runningMachine(world);
    const snapshot = await create(world, id);
    const [a = '', b = ''] = await fork(world, snapshot);
    await writeDisk(currentFile(world, a), 20);
    const own = await create(world, a);
    await writeDisk(currentFile(world, a), 21);
    assert.deepEqual(await contents(world, a), { now: 21, [own]: 20 });
    assert.deepEqual(await contents(world, b), { now: 7 });
    const [child = ''] = await fork(world, own, { count: 1 });
    assert.deepEqual(await contents(world, child), { now: 20 });
    await assert.rejects(world.core.operations.destroy(CALLER, a), refusal('invalidState'));
    for (const state of [6, 2, 3]) done(await world.request(a, state));
    await assert.rejects(world.core.operations.destroy(CALLER, a), refusal('inUse', /'vm-1-1' is a fork of it/));
    await apply(world, own);
    assert.deepEqual(await contents(world, a), { now: 20, [own]: 20 });
    done(await world.request(a, 2));
    done(await world.request(a, 3));
    done(await world.request(child, 3));
    done(await world.ended(await world.core.operations.destroy(CALLER, child)));
    // The checkpoint goes and is merged, but never into the disk that all of them share.
    await destroy(world, own);
    await merged(world, a);
    assert.deepEqual(await contents(world, a), { now: 20 });
    assert.deepEqual(await contents(world, id), { now: 7, [snapshot]: 7 });
    assert.deepEqual(await contents(world, b), { now: 7 });
    await nothingLeftOver(world, id);
  });

  test('a floppy disk stays with the machine that writes to it: drives of forks are empty, a DVD is in all of them', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const partOf = (kind: string): SettingRef => ({
      configuration: id,
      part: first(ofKind(world.system(id), kind)).part,
    });
    await add(world, id, image(partOf('disketteDrive'), await world.makeDisk('letter.vfd'), 'Virtual Floppy Disk'));
    const dvd = first(await add(world, id, dvdDrive(partOf('ideController'), '1')));
    await add(world, id, image(dvd, await world.makeIso(), 'Virtual CD/DVD Disk'));
    done(await world.request(id, 2));
    const forks = await fork(world, await create(world, id));
    for (const one of [id, ...forks].map((each) => world.system(each))) {
      assert.equal(one.power, 'running');
      assert.equal(ofKind(one, 'cdImage').length, 1);
      assert.equal(ofKind(one, 'disketteDrive').length, 1);
      assert.equal(ofKind(one, 'floppyImage').length, one.id === id ? 1 : 0);
    }
  });

  test('what forks read stays: their checkpoint and its machine are kept, what lies below is merged when they are gone', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const file = currentFile(world, id);
    await writeDisk(file, 1);
    const a = await create(world, id);
    await writeDisk(currentFile(world, id), 2);
    const b = await create(world, id);
    await writeDisk(currentFile(world, id), 3);
    const [one = '', two = ''] = await fork(world, b, { start: false });
    const { snapshots, operations } = world.core;
    const named = refusal('inUse', /'vm-1', 'vm-2' are forks of it/);
    await assert.rejects(snapshots.destroy(CALLER, b), named);
    await assert.rejects(snapshots.destroyTree(CALLER, a), named);
    await assert.rejects(operations.destroy(CALLER, id), named);
    const before = await filesIn(world);
    await destroy(world, a);
    await merged(world, id);
    assert.deepEqual(await filesIn(world), before, 'nothing below a fork is merged');
    for (const restart of [false, true]) {
      if (restart) await world.restart();
      await merged(world, id);
      assert.deepEqual(await contents(world, one), { now: 2 });
      assert.deepEqual(await contents(world, id), { now: 3, [b]: 2 });
    }
    // The core is another one since the restart.
    const forget = async (fork: Guid): Promise<void> =>
      done(await world.ended(await world.core.operations.destroy(CALLER, fork)));
    await forget(one);
    assert.equal(world.core.graph.system(one), undefined);
    await assert.rejects(world.core.snapshots.destroy(CALLER, b), refusal('inUse', /'vm-2' is a fork of it/));
    done(await world.request(two, 2));
    done(await world.request(two, 3));
    await forget(two);
    await merged(world, id);
    assert.deepEqual(await contents(world, id), { now: 3, [b]: 2 });
    assert.equal((await filesIn(world)).length, 2, 'what was held is merged now');
    await destroy(world, b);
    await merged(world, id);
    assert.deepEqual(await filesIn(world), ['disk0.raw']);
    assert.equal(await readDisk(file), 3);
    await nothingLeftOver(world, id);
  });

  test('without memory they start afresh; left alone they are off or saved; adapters stay unplugged where that is asked', async (t) => {
    const world = await makeWorld(t);
    const id = await runningMachine(world);
    const snapshot = await create(world, id);
    const [saved = ''] = await fork(world, snapshot, { count: 1, start: false, disconnected: true, name: 'copy' });
    const system = world.system(saved);
    assert.equal(system.power, 'saved');
    assert.equal(system.active.values['ElementName'], 'copy-1');
    assert.equal(deviceValue(first(ofKind(system, 'ethernetConnection')), 'EnabledState'), 3);
    done(await world.request(saved, 2));
    assert.equal(wordOf(world, saved), 1);
    // Forks that wait have the memory under a name of their own.
    const [late = ''] = await fork(world, snapshot, { count: 1, start: false });
    done(await world.ended(await world.core.snapshots.clearState(CALLER, snapshot)));
    done(await world.request(late, 2));
    assert.equal(wordOf(world, late), 1);
    const [off = ''] = await fork(world, snapshot, { count: 1, start: false });
    assert.equal(world.system(off).power, 'off');
    const [fresh = ''] = await fork(world, snapshot, { count: 1 });
    assert.equal(world.system(fresh).power, 'running');
    assert.equal(wordOf(world, fresh), 0);
  });

  test('one that fails on the way leaves nothing; one that does not start waits, and the job tells which', async (t) => {
    const world = await makeWorld(t);
    const id = await runningMachine(world);
    const snapshot = await create(world, id);
    const files = await filesIn(world);
    for (const point of ['shareBelow', 'shareState'] as const) {
      world.faults.fail(point);
      const { job } = await world.core.snapshots.fork(CALLER, snapshot, WANTED);
      assert.equal((await world.ended(job)).state, 10, point);
      assert.deepEqual(await filesIn(world), files, point);
      assert.equal([...world.core.graph.systems()].length, 1, point);
      assert.equal(world.system(id).operation, null, point);
    }
    const directory = join(world.directory, 'data', 'state', 'systems', id, 'snapshots', snapshot);
    assert.deepEqual((await readdir(directory)).toSorted(), ['memory.vmstate', 'uefi-variables.fd']);
    await nothingLeftOver(world, id);
    world.faults.fail('restore');
    const second = await world.core.snapshots.fork(CALLER, snapshot, WANTED);
    const ended = await world.ended(second.job);
    assert.equal(ended.state, 10);
    assert.match(ended.errorDescription ?? '', /1 of 2 forks did not start.*'vm-[12]'/s);
    const powers = second.systems.map((each) => world.system(each).power).toSorted();
    assert.deepEqual(powers, ['running', 'saved']);
    for (const each of second.systems) if (world.system(each).power === 'saved') done(await world.request(each, 2));
    for (const each of second.systems) assert.equal(wordOf(world, each), 1);
  });

  test('refused: too many, none, of a machine itself, while another operation owns it', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const snapshot = await create(world, id);
    const { snapshots } = world.core;
    for (const count of [0, -1, 101, 1.5, Number.NaN])
      await assert.rejects(
        snapshots.fork(CALLER, snapshot, { ...WANTED, count }),
        refusal('invalidParameter', /1 to 100/),
      );
    await assert.rejects(snapshots.fork(CALLER, id, WANTED), refusal('invalidParameter'));
    await assert.rejects(
      snapshots.fork(CALLER, snapshot, { ...WANTED, name: 'x'.repeat(300) }),
      refusal('invalidParameter'),
    );
    const { job } = await snapshots.fork(CALLER, snapshot, { ...WANTED, start: false });
    await assert.rejects(snapshots.fork(CALLER, snapshot, WANTED), refusal('inUse'));
    done(await world.ended(job));
    await access(dirname(currentFile(world, id)));
    assert.equal(snapshotOf(world, id, snapshot).memory, undefined);
  });
});
