import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { firstText } from '../../../src/core/devices/effective.ts';
import type { Store } from '../../../src/core/ports.ts';
import { createMemoryStore } from '../../../src/store/memory.ts';
import { sameSettings } from './same-settings.ts';
import { type ExportWorld, hashesOf, requestFor } from '../transfer/export-kit.ts';
import { qemuImg } from '../../vhd/fixtures.ts';
import { readDisk, writeDisk } from '../disk-content.ts';
import { CALLER, first, makeWorld, ofKind, refusal, type World } from '../kit.ts';
import {
  checkpoint,
  diskAt,
  DISKS,
  exportOf,
  FIRST,
  imported,
  MACHINE,
  memoryOf,
  numbers,
  onDisks,
  plain,
  put,
  realized,
  SECOND,
  validated,
} from './plan-kit.ts';

const stateOf = (world: World, id: string): string => join(world.directory, 'data', 'state', 'systems', id);
const diskOf = (world: World, id: string): string =>
  firstText(first(ofKind(world.system(id), 'hardDiskImage')), 'HostResource') ?? '';

describe('RealizePlannedSystem', () => {
  test('the plan becomes the machine, with its name and settings; the source is not written', async (t) => {
    const world = await makeWorld(t);
    const { definition, folder } = await exportOf(world, plain());
    const before = await hashesOf(folder);
    const plan = await imported(world, definition);
    const job = await world.until(world.core.plans.realize(CALLER, plan.id));
    assert.deepEqual([job.type, job.cancellable], [141, true]);
    const ended = await world.ended(job);
    assert.deepEqual([ended.state, ended.errorCode, ended.percent], [7, 0, 100], ended.errorDescription ?? '');
    assert.deepEqual(
      ended.affected.map(({ element, effect }) => [element.kind, 'id' in element ? element.id : '', effect]),
      [
        ['plan', MACHINE, 0],
        ['system', MACHINE, 5],
      ],
    );
    const system = world.system(MACHINE);
    assert.deepEqual([system.kind, system.power, system.operation], ['realized', 'off', null]);
    sameSettings(system.active, plan.active);
    // A plain disk stays where it is and is the truth (K16).
    assert.equal(diskOf(world, MACHINE), `${folder}/${DISKS}/disk.raw`);
    assert.deepEqual(await hashesOf(folder), before);
    await world.restart();
    assert.deepEqual(world.system(MACHINE), system);
    assert.equal([...world.core.graph.systems()].length, 1);
    assert.equal((await world.request(MACHINE, 2)).state, 7);
    await assert.rejects(world.core.plans.realize(CALLER, MACHINE), refusal('invalidParameter'));
  });

  test('a store that refuses the last record leaves the plan, free for another try', async (t) => {
    const memory = createMemoryStore();
    const store = { refuses: false };
    const failing: Store = {
      load: (table) => memory.load(table),
      commit: async (changes) => {
        if (store.refuses && changes.some(({ table }) => table === 'systems')) throw new Error('disk full');
        return memory.commit(changes);
      },
      close: () => Promise.resolve(),
    };
    const world = await makeWorld(t, { openStore: () => failing });
    const { definition } = await exportOf(world, plain());
    const plan = await imported(world, definition);
    store.refuses = true;
    assert.equal((await realized(world, plan.id)).state, 10);
    assert.deepEqual([world.system(plan.id).kind, world.system(plan.id).operation], ['planned', null]);
    store.refuses = false;
    assert.equal((await realized(world, plan.id)).state, 7);
    assert.equal(world.system(plan.id).kind, 'realized');
  });

  test('a defined plan is realized too', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define({ kind: 'planned', values: { ElementName: 'defined' } });
    assert.deepEqual((await validated(world, id)).errors, []);
    assert.equal((await realized(world, id)).state, 7);
    assert.equal(world.system(id).kind, 'realized');
  });

  test('a saved state of ours comes along, with firmware and TPM, and the machine resumes', async (t) => {
    const world = await makeWorld(t);
    await world.define({ values: { ElementName: 'traveller', VirtualSystemIdentifier: MACHINE } });
    await world.request(MACHINE, 2);
    await world.request(MACHINE, 6);
    const saved = await readFile(join(stateOf(world, MACHINE), world.system(MACHINE).savedState ?? ''));
    const folder = join(world.directory, 'disks', 'out');
    const wanted = { ...requestFor(world as ExportWorld, MACHINE), directory: folder };
    assert.equal((await world.ended(await world.core.exports.exportSystem(CALLER, wanted))).state, 7);
    await world.ended(await world.core.operations.destroy(CALLER, MACHINE));
    const beside = join(folder, 'Virtual Machines', MACHINE);
    await put(`${beside}.uefi.fd`, 'variables');
    await put(`${beside}.tpm/tpm2-00.permall`, 'tpm');
    const definition = `${beside}.vmcx`;
    const before = await hashesOf(folder);
    const plan = await imported(world, definition);
    assert.equal(plan.power, 'saved');
    // What is in it is taken over as it is, and that is told.
    const { state: validity, errors } = await validated(world, plan.id);
    assert.deepEqual([validity, errors.map(({ messageId }) => messageId)], [32768, ['90015']]);
    const job = await realized(world, plan.id);
    assert.equal(job.state, 7, job.errorDescription ?? '');
    const system = world.system(MACHINE);
    assert.equal(system.power, 'saved');
    const state = stateOf(world, MACHINE);
    assert.ok((await readFile(join(state, system.savedState ?? ''))).equals(saved));
    assert.equal(await readFile(join(state, 'uefi-variables.fd'), 'utf8'), 'variables');
    assert.equal(await readFile(join(state, 'tpm', 'tpm2-00.permall'), 'utf8'), 'tpm');
    assert.deepEqual(await hashesOf(folder), before);
    await world.restart();
    assert.equal(world.system(MACHINE).power, 'saved');
    assert.equal((await world.request(MACHINE, 2)).state, 7);
    assert.equal(world.system(MACHINE).power, 'running');
  });

  test('the memory of a checkpoint that is damaged, or of another machine, stays behind, and that is told', async (t) => {
    const world = await makeWorld(t);
    const items = [
      { id: FIRST, parent: null },
      { id: SECOND, parent: FIRST },
    ];
    const { definition, snapshots } = await exportOf(
      world,
      plain({ snapshots: { items, parent: SECOND }, ...onDisks(diskAt(0, `${DISKS}\\disk.raw`)) }),
      {
        snapshots: [checkpoint(FIRST, 'first', 'disk.raw'), checkpoint(SECOND, 'second', 'disk.raw')],
        runtime: {
          [`Snapshots/${FIRST}.vmstate`]: memoryOf().subarray(1),
          [`Snapshots/${SECOND}.vmstate`]: memoryOf({ adapters: ['AA4B08D9-E0F7-4ADD-B08C-3259AC8BD05D'] }),
        },
      },
    );
    const plan = await imported(world, definition, { snapshotFolder: snapshots });
    const told = await validated(world, plan.id);
    assert.deepEqual([told.state, numbers(told)], [32768, ['40004', '40004']], told.errorDescription ?? '');
    assert.match(told.errors[0]?.message ?? '', /'first'.*no file of this hypervisor.*without memory/);
    assert.match(told.errors[1]?.message ?? '', /'second'.*other network adapters/);
    const job = await realized(world, plan.id);
    assert.equal(job.state, 7, job.errorDescription ?? '');
    const system = world.system(MACHINE);
    assert.deepEqual(
      system.snapshots.map(({ memory, configuration }) => [memory, configuration.values.IsSaved]),
      [
        [undefined, undefined],
        [undefined, undefined],
      ],
    );
    for (const id of [FIRST, SECOND])
      assert.deepEqual(await readdir(join(stateOf(world, MACHINE), 'snapshots', id)).catch(() => []), []);
  });

  test('a saved state that was discarded stays behind', async (t) => {
    const world = await makeWorld(t);
    const { definition } = await exportOf(world, plain(), {
      runtime: { [`Virtual Machines/${MACHINE}.vmstate`]: 'x' },
    });
    const plan = await imported(world, definition);
    await world.core.plans.discardSavedState(CALLER, plan.id);
    assert.equal((await realized(world, plan.id)).state, 7);
    assert.equal(world.system(MACHINE).power, 'off');
    assert.deepEqual(await readdir(stateOf(world, MACHINE)).catch(() => []), []);
  });

  test('checkpoints get overlays of their own, and the disks below are never written (K16)', async (t) => {
    const world = await makeWorld(t);
    const items = [
      { id: FIRST, parent: null },
      { id: SECOND, parent: FIRST },
    ];
    const { definition, snapshots, folder } = await exportOf(
      world,
      plain({ snapshots: { items, parent: SECOND }, ...onDisks(diskAt(0, `${DISKS}\\top.qcow2`)) }),
      {
        snapshots: [checkpoint(FIRST, 'first', 'disk.raw'), checkpoint(SECOND, 'second', 'middle.qcow2')],
        runtime: { [`Snapshots/${SECOND}.vmstate`]: memoryOf(), [`Snapshots/${SECOND}.uefi.fd`]: 'variables' },
      },
    );
    const at = (name: string): string => join(folder, DISKS, name);
    await writeDisk(at('disk.raw'), 1);
    await qemuImg('create', '-q', '-f', 'qcow2', '-b', 'disk.raw', '-F', 'raw', at('middle.qcow2'));
    await writeDisk(at('middle.qcow2'), 2);
    await qemuImg('create', '-q', '-f', 'qcow2', '-b', 'middle.qcow2', '-F', 'qcow2', at('top.qcow2'));
    await writeDisk(at('top.qcow2'), 3);
    const plan = await imported(world, definition, { snapshotFolder: snapshots });
    // What streams into the overlay behind the scenes would hold it while qemu-io writes below.
    await world.core.auxiliary.setDiskMerging(CALLER, plan.id, false);
    const job = await realized(world, plan.id);
    assert.equal(job.state, 7, job.errorDescription ?? '');
    const system = world.system(MACHINE);
    assert.equal(diskOf(world, MACHINE), `${folder}/${DISKS}/top.qcow2`);
    const [a, b] = system.snapshots;
    assert.ok(a !== undefined && b !== undefined);
    assert.deepEqual(
      [a.type, a.parent, a.memory, b.type, b.parent, b.memory],
      ['standard', null, undefined, 'standard', FIRST, true],
    );
    assert.ok(
      (await readFile(join(stateOf(world, MACHINE), 'snapshots', SECOND, 'memory.vmstate'))).equals(memoryOf()),
    );
    const files = [a, b].map(({ configuration }) => {
      const device = configuration.devices.find(({ kind }) => kind === 'hardDiskImage');
      return device === undefined ? '' : (firstText(device, 'HostResource') ?? '');
    });
    for (const file of files) assert.match(file, /data\/vms\/Virtual Hard Disks\/[a-z]+_[0-9A-F-]{36}\.qcow2$/);
    assert.deepEqual(
      system.differencing,
      files.map((file) => ({ file, parent: null })),
    );
    assert.deepEqual([await readDisk(files[0] ?? ''), await readDisk(files[1] ?? '')], [1, 2]);
    assert.equal(await readDisk(diskOf(world, MACHINE)), 3);
    // Going back writes to none of the imported files.
    const before = await hashesOf(join(folder, DISKS));
    assert.equal((await world.ended(await world.core.snapshots.apply(CALLER, FIRST))).state, 7);
    assert.equal(await readDisk(diskOf(world, MACHINE)), 1);
    await writeDisk(diskOf(world, MACHINE), 9);
    assert.deepEqual(await hashesOf(join(folder, DISKS)), before);
  });

  test('a disk that a checkpoint needs too is not written by the machine', async (t) => {
    const world = await makeWorld(t);
    const { definition, snapshots, folder } = await exportOf(
      world,
      plain({ snapshots: { items: [{ id: FIRST, parent: null }], parent: FIRST } }),
      { snapshots: [checkpoint(FIRST, 'first', 'disk.raw')] },
    );
    const plan = await imported(world, definition, { snapshotFolder: snapshots });
    await world.core.auxiliary.setDiskMerging(CALLER, plan.id, false);
    assert.equal((await realized(world, plan.id)).state, 7);
    assert.match(diskOf(world, MACHINE), /data\/vms\/Virtual Hard Disks\/disk_/);
    const before = await hashesOf(folder);
    await writeDisk(diskOf(world, MACHINE), 5);
    assert.deepEqual(await hashesOf(folder), before);
  });

  test('cancelled or failed, the plan is as before and nothing is left over', async (t) => {
    const world = await makeWorld(t);
    const runtime = { [`Virtual Machines/${MACHINE}.vmstate`]: memoryOf({}, 8 << 20) };
    const { definition } = await exportOf(world, plain(), { runtime });
    const plan = await imported(world, definition);
    const job = await world.until(world.core.plans.realize(CALLER, plan.id));
    const busy = refusal('inUse');
    await assert.rejects(world.core.plans.realize(CALLER, plan.id), busy);
    await assert.rejects(world.core.operations.destroy(CALLER, plan.id), busy);
    assert.equal(await world.core.jobs.requestStateChange(job.id, 4), 0);
    const ended = await world.ended(job);
    assert.equal(ended.state, 8);
    const now = world.system(plan.id);
    assert.deepEqual({ ...now, revision: 0 }, { ...plan, revision: 0 });
    await assert.rejects(readdir(stateOf(world, MACHINE)), { code: 'ENOENT' });
    assert.equal((await realized(world, plan.id)).state, 7);
  });
});
