import assert from 'node:assert/strict';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { deviceValue, firstText } from '../../../src/core/devices/effective.ts';
import { DEFAULT_SWITCH_ID } from '../../../src/core/networks/default-switch.ts';
import { printXml, utf16 } from '../../hvfile/kit.ts';
import { exported } from '../../hvfile/exported.ts';
import { acceptedBySchema } from '../transfer/configurations.ts';
import { hashesOf } from '../transfer/export-kit.ts';
import { writeDefinition } from '../../../src/hvfile/definition/write-definition.ts';
import { CALLER, first, makeWorld, ofKind, refusal } from '../kit.ts';
import {
  adapterOn,
  ADAPTER,
  checkpoint,
  diskAt,
  exportOf,
  FIRST,
  imported,
  MACHINE,
  onDisks,
  plain,
  put,
  SCSI,
  SECOND,
} from './plan-kit.ts';

const tree = {
  items: [
    { id: FIRST, parent: null },
    { id: SECOND, parent: FIRST },
  ],
  parent: SECOND,
};
const withTree = () => plain({ snapshots: tree });
const checkpoints = () => [checkpoint(FIRST, 'first', 'disk.raw'), checkpoint(SECOND, 'second', 'disk.raw')];

describe('ImportSystemDefinition', () => {
  test('makes a plan of everything that the definition says, and touches nothing', async (t) => {
    const world = await makeWorld(t);
    const definition = plain({
      adapters: [adapterOn(DEFAULT_SWITCH_ID, 'LAN')],
      ...onDisks(diskAt(0, 'D:\\VMs\\a.vhdx')),
    });
    const { definition: file, folder } = await exportOf(world, definition);
    const before = await hashesOf(folder);
    const plan = await imported(world, file);
    assert.deepEqual([plan.id, plan.kind, plan.power, plan.generation], [MACHINE, 'planned', 'off', 2]);
    assert.equal(plan.active.values.ElementName, 'web & <1>');
    assert.equal(plan.active.values.BIOSGUID, '{5AB19138-BAE3-417B-92CF-17EAB4346C65}');
    // K13: the root that is not recorded is the host's; disk paths stay as they are.
    assert.equal(plan.active.values.ConfigurationDataRoot, join(world.directory, 'data', 'vms'));
    const disk = first(ofKind(plan, 'hardDiskImage'));
    assert.deepEqual([disk.part, firstText(disk, 'HostResource')], [`${SCSI}\\0\\0\\L`, 'D:\\VMs\\a.vhdx']);
    const adapter = first(ofKind(plan, 'syntheticEthernet'));
    assert.deepEqual([adapter.part, deviceValue(adapter, 'Address')], [ADAPTER, '00155D0A0B0C']);
    assert.equal(firstText(first(ofKind(plan, 'ethernetConnection')), 'HostResource'), `switch:${DEFAULT_SWITCH_ID}`);
    assert.equal(deviceValue(first(ofKind(plan, 'processor')), 'VirtualQuantity'), 2n);
    assert.equal(plan.importSource?.folder, folder);
    assert.equal(plan.importSource.foreign, false);
    assert.deepEqual(await hashesOf(folder), before);
    await world.restart();
    assert.deepEqual(world.system(MACHINE), plan);
  });

  test('relative disk paths are files of the export', async (t) => {
    const world = await makeWorld(t);
    const { definition, folder } = await exportOf(world, plain());
    const plan = await imported(world, definition);
    assert.equal(
      firstText(first(ofKind(plan, 'hardDiskImage')), 'HostResource'),
      `${folder}/Virtual Hard Disks/disk.raw`,
    );
  });

  test('new identifiers are those of machine and checkpoints, and dynamic MAC addresses are chosen anew (K15)', async (t) => {
    const world = await makeWorld(t);
    const { definition, snapshots } = await exportOf(
      world,
      plain({ snapshots: tree, adapters: [adapterOn(DEFAULT_SWITCH_ID, 'LAN')] }),
      { snapshots: checkpoints() },
    );
    const plan = await imported(world, definition, { newIdentifiers: true, snapshotFolder: snapshots });
    assert.notEqual(plan.id, MACHINE);
    const [a, b] = plan.snapshots;
    assert.ok(a !== undefined && b !== undefined);
    assert.ok(![FIRST, SECOND, MACHINE].includes(a.configuration.id));
    assert.deepEqual([b.parent, plan.currentSnapshot], [a.configuration.id, b.configuration.id]);
    assert.equal(deviceValue(first(ofKind(plan, 'syntheticEthernet')), 'Address'), '000000000000');
    // A second copy of the same definition is another machine.
    assert.notEqual((await imported(world, definition, { newIdentifiers: true })).id, plan.id);
  });

  test('a copy has a switch port of its own; the features of the port stay with it', async (t) => {
    const world = await makeWorld(t);
    const held = adapterOn(DEFAULT_SWITCH_ID, 'LAN');
    const vlan = {
      featureId: '952C5004-4465-451C-8CB8-FA9AB382B773',
      kind: 'vlan',
      displayName: '',
      flags: 0,
      settings: [{ id: '44444444-4444-4444-8444-444444444444', version: 0, values: { AccessVlanId: 7 }, data: null }],
    };
    const adapters = [{ ...held, connection: { ...held.connection, features: [vlan] } }];
    const { definition } = await exportOf(world, plain({ adapters }));
    const ports = [];
    for (let copy = 0; copy < 2; copy++) {
      const plan = await imported(world, definition, { newIdentifiers: true });
      const { part } = first(ofKind(plan, 'ethernetConnection'));
      assert.equal(part.slice(0, 36), held.id);
      const feature = first(ofKind(plan, 'vlan'));
      assert.equal(feature.parent, part);
      assert.ok(feature.part.startsWith(`${part}\\`));
      ports.push(part.slice(-36));
    }
    assert.equal(new Set([...ports, held.connection.portId]).size, 3);
  });

  test('a static MAC address stays', async (t) => {
    const world = await makeWorld(t);
    const adapters = [adapterOn(DEFAULT_SWITCH_ID, 'LAN', { StaticMacAddress: true })];
    const { definition } = await exportOf(world, plain({ adapters }));
    const plan = await imported(world, definition, { newIdentifiers: true });
    assert.equal(deviceValue(first(ofKind(plan, 'syntheticEthernet')), 'Address'), '00155D0A0B0C');
  });

  test('the GUID in the name of the file wins (K15)', async (t) => {
    const world = await makeWorld(t);
    const other = '33333333-3333-4333-8333-333333333333';
    const { folder } = await exportOf(world, { ...plain(), id: other });
    const renamed = await exportOf(world, plain(), { name: 'renamed' });
    const file = join(folder, 'Virtual Machines', `${other}.vmcx`);
    await rename(renamed.definition, file);
    assert.equal((await imported(world, file)).id, other);
  });

  test('a switch is found by name where its GUID is not of this host', async (t) => {
    const world = await makeWorld(t);
    const bridge = first([...world.core.graph.switches()].filter(({ name }) => name === 'br0'));
    const adapters = [adapterOn('99999999-9999-4999-8999-999999999999', 'BR0')];
    const plan = await imported(world, (await exportOf(world, plain({ adapters }))).definition);
    assert.equal(firstText(first(ofKind(plan, 'ethernetConnection')), 'HostResource'), `switch:${bridge.id}`);
  });

  test('checkpoints: planned with their folder, missing without, the tree as recorded', async (t) => {
    const world = await makeWorld(t);
    const { definition, snapshots } = await exportOf(world, withTree(), { snapshots: checkpoints() });
    const types = (plan: { snapshots: readonly { type: string; parent: string | null }[] }) =>
      plan.snapshots.map(({ type, parent }) => [type, parent]);
    const plan = await imported(world, definition);
    assert.deepEqual(types(plan), [
      ['missing', null],
      ['missing', FIRST],
    ]);
    assert.equal(plan.currentSnapshot, SECOND);
    const found = await world.until(world.core.plans.importSnapshots(CALLER, MACHINE, snapshots, acceptedBySchema));
    assert.deepEqual(found, [FIRST, SECOND]);
    assert.deepEqual(types(world.system(MACHINE)), [
      ['planned', null],
      ['planned', FIRST],
    ]);
    assert.equal(world.system(MACHINE).snapshots[1]?.configuration.values.ElementName, 'second');
    assert.deepEqual(await world.until(world.core.plans.importSnapshots(CALLER, MACHINE, snapshots, () => true)), []);
    await world.restart();
    assert.deepEqual(types(world.system(MACHINE)), [
      ['planned', null],
      ['planned', FIRST],
    ]);
  });

  test('a folder of checkpoints that is not there matters only where there are checkpoints', async (t) => {
    const world = await makeWorld(t);
    const { definition, snapshots } = await exportOf(world, plain());
    const listed = await exportOf(world, withTree(), { name: 'listed' });
    await assert.rejects(
      imported(world, listed.definition, { snapshotFolder: snapshots }),
      refusal('invalidParameter', /does not exist/),
    );
    assert.deepEqual((await imported(world, definition, { snapshotFolder: snapshots })).snapshots, []);
  });

  test('a tree that goes round in a circle is cut', async (t) => {
    const world = await makeWorld(t);
    const items = [
      { id: FIRST, parent: SECOND },
      { id: SECOND, parent: FIRST },
    ];
    const { definition } = await exportOf(world, plain({ snapshots: { items, parent: FIRST } }));
    const plan = await imported(world, definition);
    assert.deepEqual(
      plan.snapshots.map(({ parent }) => parent),
      [null, null],
    );
  });

  test('keeping an identifier that a machine has makes a plan under the same name, with identifiers of its own', async (t) => {
    const world = await makeWorld(t);
    const machine = await world.define({ values: { VirtualSystemIdentifier: MACHINE, ElementName: 'the first' } });
    assert.equal(machine.id, MACHINE);
    const { definition } = await exportOf(world, plain());
    const plan = await imported(world, definition);
    assert.notEqual(plan.id, MACHINE);
    assert.equal(plan.importSource?.claims, MACHINE);
    assert.equal(world.core.graph.plan(MACHINE)?.id, plan.id);
    assert.equal(world.core.graph.system(MACHINE)?.kind, 'realized');
    assert.deepEqual(world.system(MACHINE), machine);
    await world.restart();
    assert.equal(world.core.graph.plan(MACHINE)?.id, plan.id);
  });

  test('is refused for what is no definition', async (t) => {
    const world = await makeWorld(t);
    const { definition, folder } = await exportOf(world, plain());
    const bad = await put(join(folder, 'Virtual Machines', 'broken.vmcx'), Buffer.alloc(20_000));
    const attempt = (file: string) => imported(world, file);
    await assert.rejects(attempt(folder), refusal('invalidParameter'));
    await assert.rejects(attempt('web1/a.vmcx'), refusal('invalidParameter'));
    await assert.rejects(attempt(join(folder, 'nothing.vmcx')), refusal('invalidParameter', /does not exist/));
    await assert.rejects(attempt(join(folder, 'Virtual Hard Disks/disk.raw')), refusal('invalidParameter', /\.vmcx/));
    await assert.rejects(attempt(bad), refusal('failed', /offset/));
    await assert.rejects(attempt('/etc/passwd'), refusal('invalidParameter'));
    const { definition: snapshot } = await exportOf(world, checkpoint(FIRST, 'first', 'disk.raw'), { name: 'other' });
    await assert.rejects(attempt(snapshot), refusal('invalidParameter', /checkpoint/));
    assert.equal([...world.core.graph.systems()].length, 0);
    await imported(world, definition);
  });

  test('a definition in use is not planned again (K11)', async (t) => {
    const world = await makeWorld(t);
    const { definition } = await exportOf(world, plain());
    await imported(world, definition);
    await assert.rejects(imported(world, definition), refusal('fileInUse', /planned already/));
    await assert.rejects(imported(world, definition, { newIdentifiers: true }), refusal('fileInUse'));
    const { definition: copy } = await exportOf(world, plain(), { name: 'copy' });
    await assert.rejects(imported(world, copy), refusal('fileInUse'));
    // The configuration of a machine of this host is a name without a file.
    const { id } = await world.define();
    await assert.rejects(
      imported(world, join(world.directory, 'data', 'vms', 'Virtual Machines', `${id}.vmcx`)),
      refusal('fileInUse', /Export that machine/),
    );
  });

  test('K27: a guest that was switched to virtio keeps the clock it came with', async (t) => {
    const world = await makeWorld(t);
    const own = { absent: [], deviceModels: 'virtio', localTimeClock: true } as const;
    const { definition } = await exportOf(world, { ...plain(), own });
    assert.deepEqual((await imported(world, definition)).extras, { localTimeClock: true });
  });

  test('reads .xml of Server 2012 and .exp of Server 2008', async (t) => {
    const world = await makeWorld(t);
    const folder = join(world.directory, 'disks', 'old', 'Virtual Machines');
    const foreign = { ...plain({}, 1), own: null };
    const xml = await put(join(folder, `${MACHINE}.xml`), utf16(printXml(writeDefinition(foreign))));
    const plan = await imported(world, xml);
    assert.deepEqual(
      [plan.generation, plan.active.values.ElementName, plan.extras?.deviceModels],
      [1, 'web & <1>', 'inbox'],
    );
    await world.ended(await world.core.operations.destroy(CALLER, plan.id));
    const exp = await put(join(folder, `${MACHINE}.exp`), utf16(exported()));
    const old = await imported(world, exp);
    assert.equal(old.active.values.ElementName, 'old & good');
    assert.equal(
      firstText(first(ofKind(old, 'hardDiskImage')), 'HostResource'),
      'C:\\VMs\\old\\Virtual Hard Disks\\old.vhd',
    );
    assert.ok(old.importSource?.unmapped.some(({ value }) => value.includes('red')));
  });

  test('a plan that is destroyed leaves its folder as it was', async (t) => {
    const world = await makeWorld(t);
    const { definition, folder, snapshots } = await exportOf(world, withTree(), { snapshots: checkpoints() });
    const before = await hashesOf(folder);
    const plan = await imported(world, definition, { snapshotFolder: snapshots });
    const job = await world.ended(await world.core.operations.destroy(CALLER, plan.id));
    assert.equal(job.state, 7);
    assert.equal(world.core.graph.system(plan.id), undefined);
    assert.deepEqual(await hashesOf(folder), before);
    // Nothing holds it any more.
    await imported(world, definition);
  });
});

describe('ImportSnapshotDefinitions', () => {
  test('is refused for a machine and for a folder that is not there', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const { snapshots, definition } = await exportOf(world, plain());
    await mkdir(snapshots);
    const attempt = (system: string, folder: string) =>
      world.until(world.core.plans.importSnapshots(CALLER, system, folder, () => true));
    await assert.rejects(attempt(id, snapshots), refusal('invalidParameter', /realized/));
    const plan = await imported(world, definition);
    assert.deepEqual(await attempt(plan.id, snapshots), []);
    await rm(snapshots, { recursive: true });
    await assert.rejects(attempt(plan.id, snapshots), refusal('invalidParameter', /does not exist/));
  });

  test('a checkpoint that breaks its format stays missing', async (t) => {
    const world = await makeWorld(t);
    const { definition, snapshots } = await exportOf(world, withTree(), {
      snapshots: [checkpoint(FIRST, 'first', 'disk.raw')],
    });
    await put(join(snapshots, `${SECOND}.vmcx`), Buffer.alloc(9000));
    const plan = await imported(world, definition, { snapshotFolder: snapshots });
    assert.deepEqual(
      plan.snapshots.map(({ type }) => type),
      ['planned', 'missing'],
    );
    assert.match(plan.importSource?.unmapped.find(({ path }) => path === '')?.value ?? '', /offset/);
  });
});
