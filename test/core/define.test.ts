import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DEFAULT_DEVICES } from '../../src/core/devices/default-devices.ts';
import { effectiveDevice } from '../../src/core/devices/effective.ts';
import type { SettingValues } from '../../src/core/model.ts';
import { effectiveValues } from '../../src/core/systems/system-defaults.ts';
import {
  adapter,
  add,
  CALLER,
  connection,
  diskDrive,
  first,
  GENERATION_2,
  image,
  makeWorld,
  ofKind,
  rasd,
  refusal,
  scsiController,
} from './kit.ts';

const partsOf = (generation: 1 | 2): string[] =>
  DEFAULT_DEVICES[generation].map((device) => `${device.kind} ${device.part}`);

describe('object-model §6: default devices', () => {
  test('generation 1, exactly', () => {
    assert.deepEqual(partsOf(1), [
      'processor b637f346-6a0e-4dec-af52-bd70cb80a21d\\0',
      'memory 4764334d-e001-4176-82ee-5594ec9b530e',
      'ideController 83F8638B-8DCA-4152-9EDA-2CA8B33039B4\\0',
      'ideController 83F8638B-8DCA-4152-9EDA-2CA8B33039B4\\1',
      'disketteController 8F0D2762-0B00-4E04-AF4F-19010527CB93\\0',
      'disketteDrive 8F0D2762-0B00-4E04-AF4F-19010527CB93\\0\\0\\D',
      'serialController 8E3A359F-559A-4B6A-98A9-1690A6100ED7',
      'serialPort 8E3A359F-559A-4B6A-98A9-1690A6100ED7\\0',
      'serialPort 8E3A359F-559A-4B6A-98A9-1690A6100ED7\\1',
      'keyboard DE6CDC86-E1FB-4940-801B-C3C1A26C4DA4\\Keyboard',
      'ps2Mouse 655BC5C5-A784-46B7-81BC-E26328F7EB0E\\Mouse',
      'syntheticMouse 58F75A6D-D949-4320-99E1-A2A2576D581C',
      's3Display 7D80D3DB-61EE-4879-8879-5609F1100AD0',
      'syntheticDisplay F3CF6965-E8D3-44A9-9B7D-A04245EA7525',
      'timeSync 2497F4DE-E9FA-4204-80E4-4B75C46419C0',
      'heartbeat 84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47',
      'kvp 2A34B1C2-FD73-4043-8A5B-DD2159BC743F',
      'shutdown 9F8233AC-BE49-4C79-8EE3-E7E1985B2077',
      'vss 5CED1297-4598-4915-A5FC-AD21BB4D02A4',
      'guestServiceInterface 6C09BB55-D683-4DA0-8931-C9BF705F6480',
      'security 0A5E8D1B-3C5F-4B7A-9E64-2D1C7F80B6A3',
    ]);
  });

  test('generation 2, exactly', () => {
    assert.deepEqual(partsOf(2), [
      'processor b637f346-6a0e-4dec-af52-bd70cb80a21d\\0',
      'memory 4764334d-e001-4176-82ee-5594ec9b530e',
      'serialController 8E3A359F-559A-4B6A-98A9-1690A6100ED7',
      'serialPort 8E3A359F-559A-4B6A-98A9-1690A6100ED7\\0',
      'serialPort 8E3A359F-559A-4B6A-98A9-1690A6100ED7\\1',
      'syntheticKeyboard D34B2567-B9B6-42B9-8778-0A4EC0B955BF',
      'syntheticMouse 58F75A6D-D949-4320-99E1-A2A2576D581C',
      'syntheticDisplay F3CF6965-E8D3-44A9-9B7D-A04245EA7525',
      'timeSync 2497F4DE-E9FA-4204-80E4-4B75C46419C0',
      'heartbeat 84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47',
      'kvp 2A34B1C2-FD73-4043-8A5B-DD2159BC743F',
      'shutdown 9F8233AC-BE49-4C79-8EE3-E7E1985B2077',
      'vss 5CED1297-4598-4915-A5FC-AD21BB4D02A4',
      'guestServiceInterface 6C09BB55-D683-4DA0-8931-C9BF705F6480',
      'security 0A5E8D1B-3C5F-4B7A-9E64-2D1C7F80B6A3',
    ]);
  });

  test('values of processor, memory, ports and components', () => {
    const values = (kind: string): SettingValues => {
      const device = DEFAULT_DEVICES[1].find((held) => held.kind === kind);
      assert.ok(device);
      return effectiveDevice(device);
    };
    const processor = values('processor');
    assert.deepEqual(
      [processor.VirtualQuantity, processor.Limit, processor.Reservation, processor.Weight],
      [1n, 100_000n, 0n, 100],
    );
    const memory = values('memory');
    assert.deepEqual(
      [
        memory.VirtualQuantity,
        memory.Reservation,
        memory.Limit,
        memory.Weight,
        memory.TargetMemoryBuffer,
        memory.DynamicMemoryEnabled,
      ],
      [1024n, 1024n, 1_048_576n, 5000, 20, false],
    );
    assert.deepEqual(values('serialPort').Connection, ['']);
    assert.equal(values('shutdown').EnabledState, 2);
    assert.equal(values('guestServiceInterface').EnabledState, 3);
    assert.deepEqual(
      DEFAULT_DEVICES[1].filter((device) => device.kind === 'ideController').map((device) => device.values.Address),
      ['0', '1'],
    );
  });
});

describe('DefineSystem', () => {
  test('M1 with only a name: a generation 1 system with the default devices and values', async (t) => {
    const world = await makeWorld(t);
    const system = await world.define({ values: { ElementName: 'web1' } });
    assert.equal(system.generation, 1);
    assert.equal(system.power, 'off');
    assert.match(system.id, /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
    // Shared, so that an untouched system costs next to nothing.
    assert.equal(system.active.devices, DEFAULT_DEVICES[1]);
    assert.equal(world.core.graph.system(system.id.toLowerCase()), system);
    assert.deepEqual([...world.core.graph.systemsNamed('WEB1')], [system]);
    const values = effectiveValues(system, system.active);
    assert.equal(values.ElementName, 'web1');
    assert.equal(values.VirtualSystemIdentifier, system.id);
    assert.equal(values.ConfigurationID, system.id);
    assert.equal(values.VirtualSystemType, 'Microsoft:Hyper-V:System:Realized');
    assert.equal(values.VirtualSystemSubType, 'Microsoft:Hyper-V:SubType:1');
    assert.equal(values.Version, '10.0');
    assert.equal(values.ConfigurationFile, `Virtual Machines\\${system.id}.vmcx`);
    assert.equal(values.ConfigurationDataRoot, join(world.directory, 'data', 'vms'));
    assert.equal(values.SnapshotDataRoot, values.ConfigurationDataRoot);
    assert.match(String(values.BIOSGUID), /^\{[0-9A-F-]{36}\}$/);
    assert.match(String(values.BIOSSerialNumber), /^(\d{4}-){6}\d{2}$/);
    assert.equal(values.ChassisAssetTag, values.BIOSSerialNumber);
    assert.deepEqual(values.Notes, ['']);
    assert.deepEqual(values.BootOrder, [1, 2, 3, 0]);
    assert.equal(values.SecureBootEnabled, false);
    assert.match(String(values.CreationTime), /^\d{14}\.\d{6}-000$/);
    const change = world.changes.find((held) => held.kind === 'system');
    assert.deepEqual([change?.before, change?.after], [null, system]);
  });

  test('M2 SubType:2 with notes: generation 2 defaults, notes kept', async (t) => {
    const world = await makeWorld(t);
    const system = await world.define({
      values: { VirtualSystemSubType: 'microsoft:hyper-v:subtype:2', Notes: ['a', 'b'] },
    });
    assert.equal(system.generation, 2);
    assert.equal(system.active.devices, DEFAULT_DEVICES[2]);
    const values = effectiveValues(system, system.active);
    assert.deepEqual(values.Notes, ['a', 'b']);
    assert.equal(values.SecureBootEnabled, true);
    assert.equal(values.SecureBootTemplateId, '1734c6e8-3154-4dda-ba5f-a874cc483422');
  });

  const bad: readonly (readonly [string, SettingValues])[] = [
    ['an unknown sub type', { VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:3' }],
    ['an unsupported version', { Version: '4.0' }],
    ['a version that is none', { Version: 'x' }],
    ['a name of 101 characters', { ElementName: 'n'.repeat(101) }],
    ['a name with a line break', { ElementName: 'a\nb' }],
    ['a NUL in the notes', { Notes: ['a\u0000b'] }],
    ['10 MB of notes', { Notes: ['x'.repeat(10_000_000)] }],
    ['half a character', { ElementName: 'a\ud800' }],
    ['a BIOSGUID without braces', { BIOSGUID: '9ECB1C2D-0000-4000-8000-0123456789AB' }],
    ['a boot order with a value twice', { BootOrder: [1, 1, 2, 3] }],
    ['an action that does not exist', { AutomaticStartupAction: 9 }],
    ['an interval that is none', { AutomaticStartupActionDelay: 'soon' }],
    ['a data root outside of the allowed roots', { ConfigurationDataRoot: '/etc' }],
    ['a data root that is no path', { ConfigurationDataRoot: 'vms' }],
    ['a serial number that is no ASCII', { BIOSSerialNumber: 'schlüssel' }],
  ];
  for (const [what, values] of bad) {
    test(`M3 ${what}: invalid parameter, nothing is made`, async (t) => {
      const world = await makeWorld(t);
      await assert.rejects(world.define({ values }), refusal('invalidParameter'));
      assert.equal([...world.core.graph.systems()].length, 0);
      assert.equal(world.changes.length, 0);
    });
  }

  test('names with quotes, commas and other scripts are names; two systems may share one', async (t) => {
    const world = await makeWorld(t);
    const name = `o'"brien", <&> = 名前 \\ /`;
    await world.define({ values: { ElementName: name } });
    await world.define({ values: { ElementName: name.toUpperCase() } });
    assert.equal([...world.core.graph.systemsNamed(name)].length, 2);
  });

  test('an empty name is the default name', async (t) => {
    const world = await makeWorld(t);
    const system = await world.define({ values: { ElementName: '' } });
    assert.equal(effectiveValues(system, system.active).ElementName, 'New Virtual Machine');
  });

  test('data roots are kept as written; Windows paths too', async (t) => {
    const world = await makeWorld(t);
    const root = 'C:\\ProgramData\\Microsoft\\Windows\\Hyper-V\\';
    const system = await world.define({ values: { ConfigurationDataRoot: root, LogDataRoot: 'anything' } });
    const values = effectiveValues(system, system.active);
    assert.deepEqual(
      [values.ConfigurationDataRoot, values.SnapshotDataRoot, values.LogDataRoot],
      [root, root, 'anything'],
    );
  });

  test('read-only values of a template are ignored', async (t) => {
    const world = await makeWorld(t);
    const system = await world.define({
      values: {
        ConfigurationID: 'X',
        CreationTime: '16010101000000.000000-000',
        VirtualSystemType: 'Microsoft:Hyper-V:System:Definition',
        Caption: 'Default',
        ConfigurationFile: '/etc/passwd',
        IsSaved: true,
      },
    });
    const values = effectiveValues(system, system.active);
    assert.equal(values.ConfigurationID, system.id);
    assert.equal(values.VirtualSystemType, 'Microsoft:Hyper-V:System:Realized');
    assert.equal(values.Caption, 'Virtual Machine Settings');
    assert.equal(values.IsSaved, false);
    assert.equal(values.ConfigurationFile, `Virtual Machines\\${system.id}.vmcx`);
  });

  test('VirtualSystemIdentifier: a free GUID is taken, one in use is not', async (t) => {
    const world = await makeWorld(t);
    const wanted = '{89b2e4d0-0000-4000-8000-0123456789ab}';
    const one = await world.define({ values: { VirtualSystemIdentifier: wanted } });
    assert.equal(one.id, '89B2E4D0-0000-4000-8000-0123456789AB');
    const two = await world.define({ values: { VirtualSystemIdentifier: wanted } });
    assert.notEqual(two.id, one.id);
  });

  test('two defines of one identifier at once: one gets it', async (t) => {
    const world = await makeWorld(t);
    const values = { VirtualSystemIdentifier: '89B2E4D0-0000-4000-8000-0123456789AB' };
    const both = await Promise.allSettled([world.define({ values }), world.define({ values })]);
    assert.deepEqual(
      both.map((result) => result.status),
      ['fulfilled', 'rejected'],
    );
    assert.equal([...world.core.graph.systems()].length, 1);
  });

  test('K11: an existing definition of the name is 0x80070050', async (t) => {
    const world = await makeWorld(t);
    const id = '89B2E4D0-0000-4000-8000-0123456789AB';
    const folder = join(world.directory, 'data', 'vms', 'Virtual Machines');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${id}.vmcx`), '');
    await assert.rejects(world.define({ values: { VirtualSystemIdentifier: id } }), (error: { hresult?: string }) => {
      assert.equal(error.hresult, '0x80070050');
      return true;
    });
  });

  test('resources: memory and processor replace the defaults; others are added, parents inside the call resolved', async (t) => {
    const world = await makeWorld(t);
    const file = await world.makeDisk();
    const controller = { ...scsiController(), instanceId: 'controller' };
    const drive = { ...diskDrive('CONTROLLER'), instanceId: 'drive' };
    const system = await world.define({
      values: GENERATION_2,
      resources: [
        image('drive', file),
        drive,
        controller,
        { className: 'Msvm_MemorySettingData', instanceId: null, values: { VirtualQuantity: 2048n } },
        { className: 'Msvm_ProcessorSettingData', instanceId: null, values: { VirtualQuantity: 2n } },
        adapter({ ElementName: 'nic' }),
      ],
    });
    const memory = effectiveDevice(first(ofKind(system, 'memory')));
    assert.deepEqual([memory.VirtualQuantity, memory.Reservation, memory.Limit], [2048n, 2048n, 2048n]);
    assert.equal(effectiveDevice(first(ofKind(system, 'processor'))).VirtualQuantity, 2n);
    assert.equal(ofKind(system, 'processor').length, 1);
    const disk = first(ofKind(system, 'hardDiskImage'));
    assert.equal(disk.parent, first(ofKind(system, 'diskDrive')).part);
    assert.equal(first(ofKind(system, 'diskDrive')).parent, first(ofKind(system, 'scsiController')).part);
    assert.deepEqual(system.active.bootSources, [
      first(ofKind(system, 'diskDrive')).part,
      first(ofKind(system, 'syntheticEthernet')).part,
    ]);
  });

  test('resources that say what the defaults say leave the shared list of default devices', async (t) => {
    const world = await makeWorld(t);
    const { active } = await world.define({
      resources: [
        { className: 'Msvm_ProcessorSettingData', instanceId: null, values: { ResourceType: 3, VirtualQuantity: 1n } },
        { className: 'Msvm_MemorySettingData', instanceId: null, values: { ResourceType: 4, VirtualQuantity: 1024n } },
      ],
    });
    assert.equal(active.devices, DEFAULT_DEVICES[1]);
  });

  test('a bad resource: nothing is made', async (t) => {
    const world = await makeWorld(t);
    const memory = { className: 'Msvm_MemorySettingData', instanceId: null, values: { VirtualQuantity: 1025n } };
    await assert.rejects(world.define({ resources: [memory] }), refusal('invalidParameter'));
    await assert.rejects(world.define({ resources: [rasd(999, 'Nothing')] }), refusal('invalidParameter'));
    await assert.rejects(
      world.define({ resources: [diskDrive('a'), { ...diskDrive('b'), instanceId: 'a' }] }),
      refusal('invalidParameter'),
    );
    assert.equal([...world.core.graph.systems()].length, 0);
  });

  test('a reference configuration gives values and devices, not identity and not disks', async (t) => {
    const world = await makeWorld(t);
    const model = await world.define({ values: { ...GENERATION_2, ElementName: 'model', Notes: ['kept'] } });
    const file = await world.makeDisk();
    const controller = first(await add(world, model.id, scsiController()));
    const drive = first(await add(world, model.id, diskDrive(controller)));
    await add(world, model.id, image(drive, file));
    const network = first(await add(world, model.id, adapter()));
    const port = first(await add(world, model.id, connection(network)));
    const copy = await world.define({ values: { ElementName: 'copy' }, reference: model.id });
    assert.equal(copy.generation, 2);
    const values = effectiveValues(copy, copy.active);
    const original = world.system(model.id);
    assert.equal(values.ElementName, 'copy');
    assert.deepEqual(values.Notes, ['kept']);
    assert.notEqual(values.BIOSGUID, effectiveValues(original, original.active).BIOSGUID);
    assert.equal(ofKind(copy, 'scsiController').length, 1);
    assert.notEqual(first(ofKind(copy, 'scsiController')).part, controller.part);
    assert.equal(first(ofKind(copy, 'diskDrive')).parent, first(ofKind(copy, 'scsiController')).part);
    assert.equal(ofKind(copy, 'hardDiskImage').length, 0);
    const copied = first(ofKind(copy, 'ethernetConnection'));
    assert.equal(copied.parent, first(ofKind(copy, 'syntheticEthernet')).part);
    assert.notEqual(copied.part.slice(-36), port.part.slice(-36), 'a port of its own on the switch');
    assert.equal(copy.active.bootSources.length, 2);
    await assert.rejects(
      world.define({ values: { VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:1' }, reference: model.id }),
      refusal('invalidParameter'),
    );
    await assert.rejects(
      world.define({ reference: 'A1576C71-F505-4D1B-9B78-2CFD971B0F31' }),
      refusal('invalidParameter'),
    );
  });

  test('a planned system: in the graph, modified and added to, its state refused, destroyed', async (t) => {
    const world = await makeWorld(t);
    const plan = await world.define({ kind: 'planned', values: { ElementName: 'plan' } });
    assert.equal(effectiveValues(plan, plan.active).VirtualSystemType, 'Microsoft:Hyper-V:System:Planned');
    await assert.rejects(world.request(plan.id, 2), refusal('invalidState'));
    // K13: paths of a plan stay as recorded.
    const controller = first(await add(world, plan.id, scsiController()));
    const drive = first(await add(world, plan.id, diskDrive(controller)));
    await add(world, plan.id, image(drive, 'D:\\elsewhere\\disk.vhdx'));
    await world.core.operations.modify(CALLER, plan.id, {
      values: { ConfigurationDataRoot: 'C:\\VMs', ElementName: 'renamed' },
    });
    await world.restart();
    const again = world.system(plan.id);
    assert.equal(again.kind, 'planned');
    assert.equal(effectiveValues(again, again.active).ConfigurationDataRoot, 'C:\\VMs');
    assert.deepEqual(first(ofKind(again, 'hardDiskImage')).values.HostResource, ['D:\\elsewhere\\disk.vhdx']);
    const job = await world.ended(await world.core.operations.destroy(CALLER, plan.id));
    assert.equal(job.state, 7);
    await world.restart();
    assert.equal(world.core.graph.system(plan.id), undefined);
  });
});

test('an identifier used again at once: the files of the one before are gone, those of the new one stay', async (t) => {
  const world = await makeWorld(t);
  const VirtualSystemIdentifier = '2D5C9C3E-7B0A-4B0E-8F0D-1D1E5C0B7A11';
  const values = { ...GENERATION_2, VirtualSystemIdentifier };
  for (let round = 0; round < 5; round++) {
    const { id } = await world.define({ values });
    assert.equal(id, VirtualSystemIdentifier);
    assert.equal((await world.request(id, 2)).state, 7);
    const folder = join(world.directory, 'data', 'state', 'systems', id);
    assert.ok((await readdir(folder)).length > 0);
    assert.equal((await world.request(id, 3)).state, 7);
    const marker = join(folder, `of round ${round}`);
    await writeFile(marker, 'x');
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith('of round')),
      [`of round ${round}`],
    );
    assert.equal((await world.ended(await world.core.operations.destroy(CALLER, id))).state, 7);
  }
});
