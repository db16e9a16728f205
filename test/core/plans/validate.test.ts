import assert from 'node:assert/strict';
import { rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Job } from '../../../src/core/jobs/job.ts';
import type { SettingValues } from '../../../src/core/model.ts';
import { DEFAULT_SWITCH_ID } from '../../../src/core/networks/default-switch.ts';
import { writeContainer } from '../../../src/hvfile/container/write.ts';
import type { MachineDefinition } from '../../../src/hvfile/definition/definition.ts';
import { node } from '../../../src/hvfile/tree.ts';
import { bytes } from '../../hvfile/kit.ts';
import { qemuImg } from '../../vhd/fixtures.ts';
import { acceptedBySchema } from '../transfer/configurations.ts';
import { CALLER, first, makeWorld, ofKind, refusal, type World } from '../kit.ts';
import {
  adapterOn,
  checkpoint,
  diskAt,
  exportOf,
  FIRST,
  imported,
  isoAt,
  MACHINE,
  memoryOf,
  numbers,
  onDisks,
  plain,
  put,
  realized,
  SCSI,
  SECOND,
  validated,
} from './plan-kit.ts';

const planOf = async (world: World, changes: Partial<MachineDefinition>, generation: 1 | 2 = 2): Promise<string> => {
  const { definition } = await exportOf(world, plain(changes, generation));
  return (await imported(world, definition)).id;
};

const clean = (job: Job): void => assert.deepEqual([job.state, job.errorCode, job.errors], [7, 0, []]);

/** One finding that stands in the way, and the plan cannot be realized. */
const blocked = async (world: World, plan: string, number: string, text: RegExp): Promise<Job> => {
  const before = world.system(plan);
  const job = await validated(world, plan);
  assert.deepEqual([job.state, job.errorCode, job.type, numbers(job)], [10, 32768, 140, [number]]);
  const [error] = job.errors;
  assert.match(error?.message ?? '', text);
  assert.ok((error?.recommendedActions.length ?? 0) > 0);
  assert.match(job.errorDescription ?? '', text);
  const refused = await realized(world, plan);
  assert.deepEqual([refused.state, refused.errorCode, numbers(refused)], [10, 32768, [number]]);
  const after = world.system(plan);
  assert.deepEqual({ ...after, revision: 0 }, { ...before, revision: 0 });
  return job;
};

const modify = (world: World, plan: string, values: SettingValues): Promise<void> =>
  world.core.operations.modify(CALLER, plan, { values });

const modifyResources = (world: World, configuration: string, part: string, values: SettingValues): Promise<unknown> =>
  world.core.operations.modifyResources(CALLER, [
    { className: 'CIM_SettingData', instanceId: null, values, target: { configuration, part } },
  ]);

const removeResources = (world: World, configuration: string, part: string): Promise<void> =>
  world.core.operations.removeResources(CALLER, [{ configuration, part }]);

describe('ValidatePlannedSystem', () => {
  test('a plan that this host takes has no findings', async (t) => {
    const world = await makeWorld(t);
    clean(await validated(world, await planOf(world, { adapters: [adapterOn(DEFAULT_SWITCH_ID, 'LAN')] })));
  });

  test('is refused for a machine, a busy plan, and a definition that is gone', async (t) => {
    const world = await makeWorld(t);
    const machine = await world.define();
    await assert.rejects(world.core.plans.validate(CALLER, machine.id), refusal('invalidParameter', /realized/));
    await assert.rejects(world.core.plans.realize(CALLER, machine.id), refusal('invalidParameter', /realized/));
    const { definition } = await exportOf(world, plain());
    const plan = await imported(world, definition);
    await rename(definition, `${definition}.away`);
    await assert.rejects(world.core.plans.validate(CALLER, plan.id), refusal('fileInUse', /cannot be read/));
  });

  test('33012: a switch that is none of this host', async (t) => {
    const world = await makeWorld(t);
    const plan = await planOf(world, { adapters: [adapterOn('99999999-9999-4999-8999-999999999999', 'Lab net')] });
    const job = await blocked(world, plan, '33012', /'Lab net'.*'br0'/);
    const { part } = first(ofKind(world.system(plan), 'ethernetConnection'));
    assert.deepEqual(first(job.errors).source, { system: plan, configuration: plan, part });
    await modifyResources(world, plan, part, { HostResource: [`switch:${DEFAULT_SWITCH_ID}`] });
    clean(await validated(world, plan));
    await modifyResources(world, plan, part, { HostResource: ['switch:99999999-9999-4999-8999-999999999999'] });
    await blocked(world, plan, '33012', /Lab net/);
    await modifyResources(world, plan, part, { EnabledState: 3 });
    clean(await validated(world, plan));
  });

  test('40004: a saved state of Hyper-V, until it is discarded', async (t) => {
    const world = await makeWorld(t);
    const state = writeContainer(
      node('', [node('savedstate', [node('savedVM', [bytes('partition_state', Buffer.alloc(9))])])]),
    );
    const { definition } = await exportOf(world, plain(), { runtime: { [`Virtual Machines/${MACHINE}.VMRS`]: state } });
    const plan = await imported(world, definition);
    assert.equal(plan.power, 'saved');
    await blocked(world, plan.id, '40004', /VMRS.*Hyper-V.*vsms inspect --core/);
    await world.core.plans.discardSavedState(CALLER, plan.id);
    assert.equal(world.system(plan.id).power, 'off');
    clean(await validated(world, plan.id));
    await assert.rejects(world.core.plans.discardSavedState(CALLER, plan.id), refusal('invalidState'));
  });

  test('40004: a saved state of ours that is damaged, cut off, or that of another machine', async (t) => {
    const world = await makeWorld(t);
    const stateOf = async (content: Buffer): Promise<string> => {
      const runtime = { [`Virtual Machines/${MACHINE}.vmstate`]: content };
      const { definition } = await exportOf(world, plain(), { runtime });
      return (await imported(world, definition)).id;
    };
    const whole = memoryOf();
    const changed = Buffer.from(whole);
    changed[60] = (changed[60] ?? 0) ^ 1;
    const cases: readonly (readonly [Buffer, RegExp])[] = [
      [Buffer.alloc(0), /no file of this hypervisor/],
      [whole.subarray(0, whole.length - 9), /damaged/],
      [changed, /damaged/],
      [memoryOf({ guest: { ranMs: 'long' } as never }), /damaged/],
      [memoryOf({ processors: 64 }), /number of processors of 64, and the definition says 2/],
      [memoryOf({ adapters: [SCSI] }), /other network adapters/],
    ];
    for (const [content, text] of cases) {
      const plan = await stateOf(content);
      await blocked(world, plan, '40004', text);
      await world.core.plans.discardSavedState(CALLER, plan);
      clean(await validated(world, plan));
      await world.until(world.core.operations.destroy(CALLER, plan));
    }
  });

  test('90015: that a saved state of ours is resumed as whoever wrote it is told, until it is discarded', async (t) => {
    const world = await makeWorld(t);
    const runtime = { [`Virtual Machines/${MACHINE}.vmstate`]: memoryOf() };
    const { definition } = await exportOf(world, plain(), { runtime });
    const plan = await imported(world, definition);
    const job = await validated(world, plan.id);
    assert.deepEqual([job.state, job.errorCode, numbers(job)], [32768, 0, ['90015']]);
    assert.match(first(job.errors).message, /\.vmstate' will be resumed.*trust whoever made the export/);
    assert.deepEqual(first(job.errors).source, { system: plan.id, configuration: null, part: null });
    await world.core.plans.discardSavedState(CALLER, plan.id);
    clean(await validated(world, plan.id));
  });

  test('40004: a saved state that is recorded and not there', async (t) => {
    const world = await makeWorld(t);
    const plan = await planOf(world, { files: { guestState: null, savedState: 'D:\\x.vsv', savedMemory: null } });
    await blocked(world, plan, '40004', /not found/);
    await world.core.plans.discardSavedState(CALLER, plan);
    clean(await validated(world, plan));
  });

  test('40004: a saved state of Server 2008 or 2012, the memory of which nobody can read', async (t) => {
    const world = await makeWorld(t);
    const runtime = {
      [`Virtual Machines/${MACHINE}/${MACHINE}.vsv`]: Buffer.alloc(9),
      [`Virtual Machines/${MACHINE}/${MACHINE}.bin`]: Buffer.alloc(9),
    };
    const plan = await imported(world, (await exportOf(world, plain(), { runtime })).definition);
    await blocked(world, plan.id, '40004', /\.vsv' was written by Hyper-V/);
    const [error] = (await validated(world, plan.id)).errors;
    assert.match((error?.recommendedActions ?? []).join(' '), /\.bin and \.vsv files .* described nowhere/);
    await world.core.plans.discardSavedState(CALLER, plan.id);
    clean(await validated(world, plan.id));
  });

  test('a runtime file of a machine that was off is no saved state', async (t) => {
    const world = await makeWorld(t);
    const off = writeContainer(node('', [node('metrics', [bytes('x', Buffer.alloc(3))])]));
    const { definition } = await exportOf(world, plain(), { runtime: { [`Virtual Machines/${MACHINE}.vmrs`]: off } });
    const plan = await imported(world, definition);
    assert.equal(plan.power, 'off');
    clean(await validated(world, plan.id));
  });

  test('40010: an image of a CD that is not there; an empty drive is no finding', async (t) => {
    const world = await makeWorld(t);
    const plan = await planOf(world, onDisks(isoAt(1, 'D:\\iso\\setup.iso'), { ...isoAt(2, ''), image: null }));
    await blocked(world, plan, '40010', /setup\.iso/);
    await removeResources(world, plan, first(ofKind(world.system(plan), 'cdImage')).part);
    clean(await validated(world, plan));
  });

  test('90001: the identifier of a machine, until it is free', async (t) => {
    const world = await makeWorld(t);
    const machine = await world.define({ values: { VirtualSystemIdentifier: MACHINE } });
    const plan = await planOf(world, {});
    await blocked(world, plan, '90001', new RegExp(MACHINE));
    assert.deepEqual(world.system(MACHINE), machine);
    await world.ended(await world.core.operations.destroy(CALLER, MACHINE));
    // Nobody else gets it meanwhile.
    const other = await world.define({ values: { VirtualSystemIdentifier: MACHINE } });
    assert.notEqual(other.id, MACHINE);
    clean(await validated(world, plan));
    const job = await realized(world, plan);
    assert.equal(job.state, 7, job.errorDescription ?? '');
    assert.equal(world.system(MACHINE).kind, 'realized');
    assert.equal(world.core.graph.system(plan), undefined);
    await world.restart();
    assert.equal(world.system(MACHINE).active.id, MACHINE);
    assert.equal(world.core.graph.system(plan), undefined);
  });

  test('90002: checkpoints that are missing, until they are found or destroyed', async (t) => {
    const world = await makeWorld(t);
    const items = [
      { id: FIRST, parent: null },
      { id: SECOND, parent: FIRST },
    ];
    const { definition, snapshots } = await exportOf(world, plain({ snapshots: { items, parent: SECOND } }), {
      snapshots: [checkpoint(FIRST, 'first', 'disk.raw')],
    });
    const plan = await imported(world, definition, { snapshotFolder: snapshots });
    const job = await blocked(world, plan.id, '90002', new RegExp(SECOND));
    assert.deepEqual(first(job.errors).source, { system: plan.id, configuration: SECOND, part: null });
    await world.ended(await world.core.snapshots.destroy(CALLER, SECOND));
    clean(await validated(world, plan.id));
    assert.equal(world.system(plan.id).currentSnapshot, FIRST);
  });

  test('90003: a disk that is not there, with the file that it may be', async (t) => {
    const world = await makeWorld(t);
    const plan = await planOf(world, onDisks(diskAt(0, 'D:\\VMs\\web1\\disk.raw')));
    const { importSource } = world.system(plan);
    const proposed = `${importSource?.folder}/Virtual Hard Disks/disk.raw`;
    const job = await blocked(world, plan, '90003', /D:\\VMs\\web1\\disk\.raw/);
    assert.ok(first(job.errors).message.includes(proposed));
    const { part } = first(ofKind(world.system(plan), 'hardDiskImage'));
    await modifyResources(world, plan, part, { HostResource: [proposed] });
    clean(await validated(world, plan));
  });

  test('paths, Import, 90017: a path of the source host that is a disk of a machine here; the one of the export is proposed', async (t) => {
    const world = await makeWorld(t);
    const foreign = 'C:\\VMs\\disk.raw';
    const here = join(world.directory, 'data', 'drives', 'c', 'VMs');
    await put(join(here, 'Disk.raw'), Buffer.alloc(65_536, 'other'));
    const path = 'c:/vms/DISK.raw';
    const sharing = await exportOf(world, plain({ id: FIRST, ...onDisks(diskAt(0, path)) }), { name: 'first' });
    const other = await imported(world, sharing.definition);
    clean(await validated(world, other.id));
    assert.equal((await realized(world, other.id)).state, 7);

    const plan = await planOf(world, { own: null, ...onDisks(diskAt(0, foreign)) });
    const { importSource } = world.system(plan);
    const proposed = `${importSource?.folder}/Virtual Hard Disks/disk.raw`;
    const job = await validated(world, plan);
    // Done, with a warning.
    assert.equal(job.state, 32768);
    const shared = job.errors.find(({ messageId }) => messageId === '90017') ?? assert.fail('no finding');
    assert.deepEqual([shared.arguments, shared.severity], [[foreign, proposed], 3]);
    assert.match(shared.message, /C:\\VMs\\disk\.raw.*is one of the virtual machine/);
    const { part } = first(ofKind(world.system(plan), 'hardDiskImage'));
    await modifyResources(world, plan, part, { HostResource: [proposed] });
    assert.ok(!numbers(await validated(world, plan)).includes('90017'));
    // An import in one job has the file of the export by itself, whatever is at the recorded place.
    await world.ended(await world.core.operations.destroy(CALLER, plan));
    const { files } = await world.core.plans.describeExport(importSource?.folder ?? '', acceptedBySchema);
    assert.deepEqual(files, [{ recorded: foreign, found: proposed }]);
  });

  test('90003: a link that leads out of the allowed folders is no disk', async (t) => {
    const world = await makeWorld(t);
    const { definition, folder } = await exportOf(world, plain());
    const file = join(folder, 'Virtual Hard Disks', 'disk.raw');
    await rm(file);
    await symlink('/etc/passwd', file);
    const plan = await imported(world, definition);
    await blocked(world, plan.id, '90003', /disk\.raw/);
  });

  test('90004: a disk over one that is not there', async (t) => {
    const world = await makeWorld(t);
    const { definition, folder } = await exportOf(world, plain(onDisks(diskAt(0, 'Virtual Hard Disks\\top.qcow2'))));
    const top = join(folder, 'Virtual Hard Disks', 'top.qcow2');
    await qemuImg('create', '-q', '-f', 'qcow2', '-b', 'disk.raw', '-F', 'raw', top);
    const plan = await imported(world, definition);
    clean(await validated(world, plan.id));
    await rm(join(folder, 'Virtual Hard Disks', 'disk.raw'));
    await blocked(world, plan.id, '90004', /top\.qcow2/);
  });

  test('90005: a version that this host does not know', async (t) => {
    const world = await makeWorld(t);
    const base = plain();
    await blocked(world, await planOf(world, { system: { ...base.system, Version: '20.1' } }), '90005', /20\.1/);
  });

  test('90006: a data root of another host (K13)', async (t) => {
    const world = await makeWorld(t);
    const base = plain();
    const plan = await planOf(world, { system: { ...base.system, ConfigurationDataRoot: 'E:\\VMs' } });
    assert.equal(world.system(plan).active.values.ConfigurationDataRoot, 'E:\\VMs');
    await blocked(world, plan, '90006', /E:\\VMs/);
    await modify(world, plan, { ConfigurationDataRoot: join(world.directory, 'disks', 'here') });
    clean(await validated(world, plan));
  });

  test('90007: more memory than the host has is a warning', async (t) => {
    const world = await makeWorld(t);
    const memory = { VirtualQuantity: 65_536n, Reservation: 65_536n, Limit: 65_536n };
    const plan = await planOf(world, { memory });
    const job = await validated(world, plan);
    assert.deepEqual([job.state, job.errorCode, numbers(job)], [32768, 0, ['90007']]);
    assert.match(first(job.errors).message, /65536 MB.*16384 MB/);
    await modifyResources(world, plan, first(ofKind(world.system(plan), 'memory')).part, { VirtualQuantity: 2048n });
    clean(await validated(world, plan));
  });

  test('90008: more processors than a machine can have', async (t) => {
    const world = await makeWorld(t);
    const plan = await planOf(world, { processor: { VirtualQuantity: 4096n } });
    await blocked(world, plan, '90008', /4096/);
    await modifyResources(world, plan, first(ofKind(world.system(plan), 'processor')).part, { VirtualQuantity: 4n });
    clean(await validated(world, plan));
  });

  test('90009: hardware of the source host', async (t) => {
    const world = await makeWorld(t);
    const part = '1A5E8D1B-3C5F-4B7A-9E64-2D1C7F80B6A3';
    const plan = await planOf(world, { others: [{ kind: 'pciExpress', part, parent: null, values: {} }] });
    await blocked(world, plan, '90009', /hardware/);
    await removeResources(world, plan, part);
    clean(await validated(world, plan));
  });

  test('90011: another definition in the place of its own; registered in place it is its own', async (t) => {
    const world = await makeWorld(t);
    const { definition, folder } = await exportOf(world, plain());
    const plan = await imported(world, definition);
    const taken = join(world.directory, 'disks', 'taken');
    await put(join(taken, 'Virtual Machines', `${MACHINE}.vmcx`), 'somebody');
    await modify(world, plan.id, { ConfigurationDataRoot: taken });
    await blocked(world, plan.id, '90011', /taken/);
    await modify(world, plan.id, { ConfigurationDataRoot: folder });
    clean(await validated(world, plan.id));
    assert.equal((await realized(world, plan.id)).state, 7);
    // K11: in use until the machine is destroyed.
    await assert.rejects(imported(world, definition, { newIdentifiers: true }), refusal('fileInUse'));
    await world.ended(await world.core.operations.destroy(CALLER, plan.id));
    await imported(world, definition, { newIdentifiers: true });
  });

  test('90012, 90013: what does not come along from Hyper-V is told', async (t) => {
    const world = await makeWorld(t);
    const job = await validated(world, await planOf(world, { own: null }));
    assert.deepEqual([job.state, job.errorCode, numbers(job)], [32768, 0, ['90012', '90013']]);
  });

  test('90014: values that no client could have set', async (t) => {
    const world = await makeWorld(t);
    const base = plain();
    const plan = await planOf(world, { system: { ...base.system, AutomaticStartupAction: 77 } });
    await blocked(world, plan, '90014', /AutomaticStartupAction/);
    await modify(world, plan, { AutomaticStartupAction: 4 });
    clean(await validated(world, plan));
  });

  test('all findings come at once, those that block first', async (t) => {
    const world = await makeWorld(t);
    const job = await validated(
      world,
      await planOf(world, {
        own: null,
        memory: { VirtualQuantity: 65_536n, Reservation: 65_536n, Limit: 65_536n },
        adapters: [adapterOn('99999999-9999-4999-8999-999999999999', 'Lab net')],
        ...onDisks(diskAt(0, 'D:\\a.vhdx'), isoAt(1, 'D:\\b.iso')),
      }),
    );
    assert.deepEqual(numbers(job), ['33012', '90003', '40010', '90012', '90013', '90007']);
    assert.deepEqual(
      job.errors.map(({ severity }) => severity),
      [4, 4, 4, 3, 3, 3],
    );
  });
});
