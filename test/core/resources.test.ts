import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { deviceValue, effectiveDevice } from '../../src/core/devices/effective.ts';
import { DEFAULT_SWITCH_ID } from '../../src/core/networks/default-switch.ts';
import type { SettingValues } from '../../src/core/model.ts';
import type { ResourceInput, SettingRef } from '../../src/core/requests.ts';
import {
  adapter,
  add,
  CALLER,
  connection,
  deviceOf,
  diskDrive,
  dvdDrive,
  first,
  GENERATION_2,
  image,
  makeWorld,
  ofKind,
  rasd,
  refusal,
  scsiController,
  type World,
} from './kit.ts';

const MEMORY = '4764334d-e001-4176-82ee-5594ec9b530e';
const PROCESSOR = 'b637f346-6a0e-4dec-af52-bd70cb80a21d\\0';
const IDE_0 = '83F8638B-8DCA-4152-9EDA-2CA8B33039B4\\0';
const IDE_1 = '83F8638B-8DCA-4152-9EDA-2CA8B33039B4\\1';

const change = (target: SettingRef, values: SettingValues, more: Partial<ResourceInput> = {}) => ({
  className: 'Msvm_ResourceAllocationSettingData',
  instanceId: `Microsoft:${target.configuration}\\${target.part}`,
  values,
  target,
  ...more,
});

const modify = (world: World, target: SettingRef, values: SettingValues, more: Partial<ResourceInput> = {}) =>
  world.core.operations.modifyResources(CALLER, [change(target, values, more)]);

const attachDisk = async (
  world: World,
  id: string,
): Promise<{ controller: SettingRef; drive: SettingRef; disk: SettingRef; file: string }> => {
  const file = await world.makeDisk();
  const controller = first(await add(world, id, scsiController()));
  const drive = first(await add(world, id, diskDrive(controller, '0')));
  const disk = first(await add(world, id, image(drive, file)));
  return { controller, drive, disk, file };
};

describe('AddResourceSettings', () => {
  test('M4 SCSI controller, drive at slot 0, disk: parents and parts', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const { controller, drive, disk, file } = await attachDisk(world, id);
    assert.match(controller.part, /^[0-9A-F-]{36}\\0$/);
    assert.equal(drive.part, `${controller.part}\\0\\D`);
    assert.equal(disk.part, `${controller.part}\\0\\L`);
    assert.equal(deviceOf(world, drive).parent, controller.part);
    assert.equal(deviceOf(world, disk).parent, drive.part);
    assert.deepEqual(deviceValue(deviceOf(world, disk), 'HostResource'), [file]);
    assert.equal(deviceValue(deviceOf(world, drive), 'AddressOnParent'), '0');
  });

  test('drives without a slot get the lowest free one', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const ide = { configuration: id, part: IDE_0 };
    await add(world, id, diskDrive(ide, '1'));
    const drive = first(await add(world, id, dvdDrive(ide)));
    assert.equal(drive.part, `${IDE_0}\\0\\D`);
    await assert.rejects(add(world, id, diskDrive(ide)), refusal('invalidParameter', /no free slot/));
  });

  test('M5 a used slot: refused, and of two drives none is added', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const controller = first(await add(world, id, scsiController()));
    await add(world, id, diskDrive(controller, '3'));
    const before = world.system(id);
    await assert.rejects(
      add(world, id, diskDrive(controller, '4'), diskDrive(controller, '3')),
      refusal('invalidParameter'),
    );
    assert.equal(world.system(id), before);
  });

  test('libvirt V5: a disk as RASD class with type 31', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const file = await world.makeDisk();
    const drive = first(await add(world, id, diskDrive({ configuration: id, part: IDE_0 }, '0')));
    const disk = first(
      await add(world, id, { ...rasd(31, 'Virtual Hard Disk', { HostResource: [file] }), parent: drive }),
    );
    assert.equal(deviceOf(world, disk).kind, 'hardDiskImage');
  });

  test('os-win O4: the identifiers of a SCSI controller are kept', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const controller = first(
      await add(world, id, rasd(6, 'Synthetic SCSI Controller', { VirtualSystemIdentifiers: ['{89b2}'] })),
    );
    assert.deepEqual(deviceValue(deviceOf(world, controller), 'VirtualSystemIdentifiers'), ['{89b2}']);
  });

  test('wrong pairs, wrong parents, limits', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const other = await world.define();
    const iso = await world.makeIso();
    const file = await world.makeDisk();
    const ide = { configuration: id, part: IDE_0 };
    const controller = first(await add(world, id, scsiController()));
    const disk = first(await add(world, id, diskDrive(ide, '0')));
    const dvd = first(await add(world, id, dvdDrive(ide, '1')));
    const bad: readonly (readonly [string, ResourceInput])[] = [
      ['a CD image in a disk drive', image(disk, iso, 'Virtual CD/DVD Disk')],
      ['a hard disk in a DVD drive', image(dvd, file)],
      ['a DVD drive on SCSI in generation 1', dvdDrive(controller)],
      ['an IDE controller', rasd(5, 'Emulated IDE Controller')],
      ['a second processor', rasd(3, 'Processor')],
      ['a parent of another system', diskDrive({ configuration: other.id, part: IDE_0 })],
      ['a parent that is no controller', diskDrive({ configuration: id, part: MEMORY })],
      ['a parent that does not exist', diskDrive({ configuration: id, part: 'X' })],
      ['a parent that names nothing', { ...diskDrive(ide), parent: null }],
      ['a drive without a parent', rasd(17, 'Synthetic Disk Drive')],
      [
        'a disk without a file',
        { ...image(disk, ''), values: { ResourceType: 31, ResourceSubType: 'Microsoft:Hyper-V:Virtual Hard Disk' } },
      ],
      ['a slot out of range', diskDrive(controller, '64')],
      ['a slot that is no number', diskDrive(controller, 'x')],
      ['an unknown sub type', rasd(17, 'Imaginary Drive')],
      ['an unknown type', rasd(4711, '')],
      ['a class of another namespace', { className: 'Win32_Process', instanceId: null, values: {} }],
      ['a feature', { className: 'Msvm_EthernetSwitchPortVlanSettingData', instanceId: null, values: {} }],
      [
        'a pass-through disk that is not there',
        { ...rasd(17, 'Physical Disk Drive', { HostResource: ['disk:0'] }), parent: controller },
      ],
    ];
    const before = world.system(id);
    for (const [what, input] of bad) {
      await assert.rejects(add(world, id, input), refusal('invalidParameter'), what);
      assert.equal(world.system(id), before, what);
    }
    for (let count = 1; count < 4; count++) await add(world, id, scsiController());
    await assert.rejects(add(world, id, scsiController()), refusal('invalidParameter', /at most 4/));
    for (let count = 0; count < 8; count++) await add(world, id, adapter());
    await assert.rejects(add(world, id, adapter()), refusal('invalidParameter'));
  });

  test('a disk that does not exist, lies elsewhere or is no disk', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const drive = first(await add(world, id, diskDrive({ configuration: id, part: IDE_0 }, '0')));
    const folder = join(world.directory, 'disks');
    await writeFile(join(folder, 'garbage.vhdx'), 'nothing of the kind');
    for (const file of [
      join(folder, 'no.raw'),
      '/etc/passwd',
      join(folder, 'garbage.vhdx'),
      folder,
      'disk.raw',
      '%TEMP%\\x.vhd',
      '\\\\.\\pipe\\x',
    ]) {
      await assert.rejects(add(world, id, image(drive, file)), refusal('invalidParameter'), file);
    }
    assert.equal(ofKind(world.system(id), 'hardDiskImage').length, 0);
  });

  test('a qcow2 overlay: the chain below it is found and checked, and each name in it is a path of a client', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const drive = first(await add(world, id, diskDrive({ configuration: id, part: IDE_0 }, '0')));
    const file = (name: string): string => join(world.directory, 'disks', name);
    const overlay = async (name: string, backing: string, format: string | null): Promise<string> => {
      await writeFile(file(name), qcow2Header(backing, format));
      return file(name);
    };
    await world.makeDisk('base.raw');
    await overlay('middle.qcow2', 'base.raw', 'raw');
    const top = await overlay('top.qcow2', file('middle.qcow2'), 'qcow2');
    await add(world, id, image(drive, top));
    await world.request(id, 2);
    const disk = world.hypervisor
      .machine(id)
      ?.inspect()
      .disks.find((held) => held.media === 'disk');
    assert.deepEqual(disk?.image?.backing, [
      { file: file('middle.qcow2'), format: 'qcow2' },
      { file: file('base.raw'), format: 'raw' },
    ]);

    const other = (await world.define()).id;
    const place = first(await add(world, other, diskDrive({ configuration: other, part: IDE_0 }, '0')));
    const refusals: readonly [name: string, backing: string, format: string | null, text: RegExp][] = [
      ['outside.qcow2', '/etc/passwd', 'raw', /allowed|root/i],
      ['unnamed.qcow2', 'base.raw', null, /format of its backing file/],
      ['protocol.qcow2', 'nbd:127.0.0.1:10809', 'raw', /protocol/],
      ['foreign.qcow2', 'base.raw', 'vmdk', /format 'vmdk'/],
    ];
    for (const [name, backing, format, text] of refusals)
      await assert.rejects(
        add(world, other, image(place, await overlay(name, backing, format))),
        refusal('invalidParameter', text),
      );
    // Its own parent by way of another.
    await overlay('circle.qcow2', 'other.qcow2', 'qcow2');
    await overlay('other.qcow2', 'circle.qcow2', 'qcow2');
    await assert.rejects(add(world, other, image(place, file('circle.qcow2'))), refusal('failed', /backing files/));
    await assert.rejects(add(world, other, image(place, await overlay('lost.qcow2', 'none.raw', 'raw'))), /none\.raw/);
  });

  test('machines share what lies below their overlays; nobody writes to it meanwhile', async (t) => {
    const world = await makeWorld(t);
    const base = await world.makeDisk('shared.raw');
    const withDisk = async (path: string): Promise<string> => {
      const { id } = await world.define();
      const drive = first(await add(world, id, diskDrive({ configuration: id, part: IDE_0 }, '0')));
      await add(world, id, image(drive, path));
      return id;
    };
    const overlay = async (name: string): Promise<string> => {
      const path = join(world.directory, 'disks', name);
      await writeFile(path, qcow2Header('shared.raw', 'raw'));
      return path;
    };
    const one = await withDisk(await overlay('one.qcow2'));
    const two = await withDisk(await overlay('two.qcow2'));
    const owner = await withDisk(base);
    assert.equal((await world.request(one, 2)).state, 7);
    assert.equal((await world.request(two, 2)).state, 7);
    const refused = await world.request(owner, 2);
    assert.deepEqual([refused.state, refused.errorCode], [10, 32768]);
    assert.match(refused.errorDescription ?? '', /shared\.raw[^]*0x80070020/);
    await world.request(one, 3);
    await world.request(two, 3);
    assert.equal((await world.request(owner, 2)).state, 7);
    assert.equal((await world.request(one, 2)).state, 10);
  });

  test('network adapters: addresses in one form; connections to switches that exist', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const dynamic = first(await add(world, id, adapter({ Address: '00155D0102FF' })));
    assert.equal(deviceValue(deviceOf(world, dynamic), 'Address'), '000000000000');
    const fixed = first(await add(world, id, adapter({ StaticMacAddress: true, Address: 'fa-16:3e.0b0ce6' })));
    assert.equal(deviceValue(deviceOf(world, fixed), 'Address'), 'FA163E0B0CE6');
    for (const values of [
      { StaticMacAddress: true },
      { StaticMacAddress: true, Address: '00155D' },
      { StaticMacAddress: true, Address: '01155D010203' },
      { StaticMacAddress: true, Address: 'GG155D010203' },
    ]) {
      await assert.rejects(add(world, id, adapter(values)), refusal('invalidParameter'));
    }
    const port = first(await add(world, id, connection(fixed, { HostResource: [`switch:${DEFAULT_SWITCH_ID}`] })));
    assert.match(port.part, new RegExp(`^${fixed.part}\\\\[0-9A-F-]{36}$`));
    await assert.rejects(add(world, id, connection(fixed)), refusal('invalidParameter', /already has a connection/));
    await assert.rejects(
      add(world, id, connection(dynamic, { HostResource: ['switch:nothing'] })),
      refusal('invalidParameter'),
    );
    await assert.rejects(add(world, id, connection(dynamic, { HostResource: ['/etc'] })), refusal('invalidParameter'));
    await add(world, id, connection(dynamic, { HostResource: [] }));
  });

  test('features: one of each kind, several ACLs, unknown connections', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const nic = first(await add(world, id, adapter()));
    const port = first(await add(world, id, connection(nic)));
    const feature = (name: string, values: SettingValues): ResourceInput => ({
      className: `Msvm_EthernetSwitchPort${name}SettingData`,
      instanceId: null,
      values,
    });
    const vlan = first(
      await world.core.operations.addFeatures(CALLER, port, [feature('Vlan', { OperationMode: 1, AccessVlanId: 100 })]),
    );
    assert.match(
      vlan.part,
      new RegExp(`^${nic.part}\\\\[0-9A-F-]{36}\\\\952C5004-4465-451C-8CB8-FA9AB382B773\\\\[0-9A-F-]{36}$`),
    );
    await assert.rejects(
      world.core.operations.addFeatures(CALLER, port, [feature('Vlan', {})]),
      refusal('invalidParameter'),
    );
    const acl = { Direction: 1, Action: 1, AclType: 2, Applicability: 2 };
    await world.core.operations.addFeatures(CALLER, port, [
      feature('Acl', acl),
      feature('Acl', { ...acl, Direction: 2 }),
    ]);
    assert.equal(ofKind(world.system(id), 'acl').length, 2);
    await assert.rejects(
      world.core.operations.addFeatures(CALLER, nic, [feature('Acl', acl)]),
      refusal('invalidParameter'),
    );
    await assert.rejects(
      world.core.operations.addFeatures(CALLER, port, [feature('Bandwidth', { Limit: 10n, Reservation: 20n })]),
      (error: { hresult?: string }) => error.hresult === '0x80070057',
    );
    for (const [OperationMode, what] of [
      [2, /trunk/],
      [3, /private VLAN/],
    ] as const)
      await assert.rejects(
        modify(world, vlan, { OperationMode, PvlanMode: 1 }, { className: 'Msvm_EthernetSwitchPortVlanSettingData' }),
        refusal('notSupported', what),
      );
    await assert.rejects(
      world.core.operations.addFeatures(CALLER, port, [feature('Isolation', { IsolationMode: 3 })]),
      refusal('notSupported', /IsolationMode/),
    );
    for (const values of [{ MonitorMode: 3 }, { MonitorMode: 1, MonitorSession: 256 }])
      await assert.rejects(
        world.core.operations.addFeatures(CALLER, port, [feature('Security', values)]),
        refusal('invalidParameter', /Monitor/),
      );
    await modify(world, vlan, { AccessVlanId: 200 }, { className: 'Msvm_EthernetSwitchPortVlanSettingData' });
    assert.equal(deviceValue(deviceOf(world, vlan), 'AccessVlanId'), 200);
    await world.core.operations.removeResources(CALLER, [vlan]);
    assert.equal(ofKind(world.system(id), 'vlan').length, 0);
  });
});

describe('ModifyResourceSettings', () => {
  test('M6 memory of 1025 MB: invalid parameter', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const before = world.system(id);
    await assert.rejects(
      modify(world, { configuration: id, part: MEMORY }, { VirtualQuantity: 1025n }),
      refusal('invalidParameter'),
    );
    assert.equal(world.system(id), before);
  });

  test('M7 only VirtualQuantity: Reservation and Limit follow when the memory is static', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const target = { configuration: id, part: MEMORY };
    await modify(world, target, { VirtualQuantity: 2048n }, { className: 'msvm_memorysettingdata' });
    const values = effectiveDevice(deviceOf(world, target));
    assert.deepEqual([values.VirtualQuantity, values.Reservation, values.Limit], [2048n, 2048n, 2048n]);
  });

  test('dynamic memory: the three figures in order', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const target = { configuration: id, part: MEMORY };
    await modify(world, target, {
      DynamicMemoryEnabled: true,
      Reservation: 512n,
      VirtualQuantity: 1024n,
      Limit: 4096n,
    });
    const values = effectiveDevice(deviceOf(world, target));
    assert.deepEqual([values.Reservation, values.VirtualQuantity, values.Limit], [512n, 1024n, 4096n]);
    for (const bad of [
      { Reservation: 2048n },
      { Limit: 512n },
      { Limit: 4097n },
      { Weight: 10_001 },
      { TargetMemoryBuffer: 4 },
    ]) {
      await assert.rejects(modify(world, target, bad), refusal('invalidParameter'));
    }
  });

  test('processor bounds', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const target = { configuration: id, part: PROCESSOR };
    await modify(world, target, { VirtualQuantity: 4n, Limit: 50_000n, Reservation: 4n, Weight: 10_000 });
    for (const bad of [
      { VirtualQuantity: 0n },
      { VirtualQuantity: 241n },
      { Limit: 100_001n },
      { Weight: 0 },
      { Weight: 10_001 },
    ]) {
      await assert.rejects(modify(world, target, bad), refusal('invalidParameter'));
    }
  });

  test('E2 the whole object back, running: nothing changes, no event', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define({ values: GENERATION_2 });
    await attachDisk(world, id);
    const nic = first(await add(world, id, adapter()));
    await add(world, id, connection(nic, { HostResource: [`switch:${DEFAULT_SWITCH_ID}`] }));
    await world.request(id, 2);
    const before = world.system(id);
    const seen = world.changes.length;
    for (const device of before.active.devices) {
      const target = { configuration: id, part: device.part };
      const parent = device.parent === null ? {} : { parent: { configuration: id, part: device.parent } };
      await modify(world, target, effectiveDevice(device), { className: classOf(device.kind), ...parent });
    }
    assert.equal(world.system(id), before);
    assert.equal(world.changes.length, seen);
  });

  test('a foreign class or type: invalid parameter; unknown setting too', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const target = { configuration: id, part: PROCESSOR };
    await assert.rejects(
      modify(world, target, { VirtualQuantity: 2n }, { className: 'Msvm_MemorySettingData' }),
      refusal('invalidParameter'),
    );
    await assert.rejects(modify(world, target, { ResourceType: 4, VirtualQuantity: 2n }), refusal('invalidParameter'));
    await assert.rejects(modify(world, { configuration: id, part: 'X' }, {}), refusal('invalidParameter'));
    await assert.rejects(
      modify(world, { configuration: 'A1576C71-F505-4D1B-9B78-2CFD971B0F31', part: MEMORY }, {}),
      refusal('invalidParameter'),
    );
  });

  test('one bad element of two: none is applied', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const other = await world.define();
    const before = [world.system(id), world.system(other.id)];
    await assert.rejects(
      world.core.operations.modifyResources(CALLER, [
        change({ configuration: id, part: MEMORY }, { VirtualQuantity: 2048n }),
        change({ configuration: other.id, part: PROCESSOR }, { VirtualQuantity: 0n }),
      ]),
      refusal('invalidParameter'),
    );
    assert.deepEqual([world.system(id), world.system(other.id)], before);
    await world.core.operations.modifyResources(CALLER, [
      change({ configuration: id, part: MEMORY }, { VirtualQuantity: 2048n }),
      change({ configuration: other.id, part: PROCESSOR }, { VirtualQuantity: 2n }),
    ]);
    assert.equal(deviceValue(deviceOf(world, { configuration: id, part: MEMORY }), 'VirtualQuantity'), 2048n);
    assert.equal(deviceValue(deviceOf(world, { configuration: other.id, part: PROCESSOR }), 'VirtualQuantity'), 2n);
  });

  test('a moved drive gets a new part, its disk with it; the boot order follows', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define({ values: GENERATION_2 });
    const { controller, drive } = await attachDisk(world, id);
    const [moved] = await modify(world, drive, { AddressOnParent: '5' });
    assert.equal(moved?.part, `${controller.part}\\5\\D`);
    assert.deepEqual(world.system(id).active.bootSources, [moved?.part]);
    assert.equal(first(ofKind(world.system(id), 'hardDiskImage')).part, `${controller.part}\\5\\L`);
    const second = first(await add(world, id, scsiController()));
    const [again] = await modify(world, moved ?? drive, {}, { parent: second });
    assert.equal(again?.part, `${second.part}\\0\\D`);
    assert.equal(first(ofKind(world.system(id), 'hardDiskImage')).parent, again?.part);
  });

  test('E4 an empty HostResource disconnects an adapter, NULL leaves it', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const nic = first(await add(world, id, adapter()));
    const port = first(await add(world, id, connection(nic, { HostResource: [`switch:${DEFAULT_SWITCH_ID}`] })));
    const more = { className: 'Msvm_EthernetPortAllocationSettingData' };
    await modify(world, port, { HostResource: null }, more);
    assert.deepEqual(deviceValue(deviceOf(world, port), 'HostResource'), [`switch:${DEFAULT_SWITCH_ID}`]);
    await modify(world, port, { HostResource: [] }, more);
    assert.deepEqual(deviceValue(deviceOf(world, port), 'HostResource'), []);
  });

  test('serial ports: pipes and sockets, nothing else', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const target = { configuration: id, part: '8E3A359F-559A-4B6A-98A9-1690A6100ED7\\0' };
    await modify(world, target, { Connection: ['\\\\.\\pipe\\web1-com1'] });
    assert.deepEqual(deviceValue(deviceOf(world, target), 'Connection'), ['\\\\.\\pipe\\web1-com1']);
    for (const path of ['/etc/passwd', '\\\\.\\pipe\\..\\x', '/tmp/x.sock']) {
      await assert.rejects(modify(world, target, { Connection: [path] }), refusal('invalidParameter'), path);
    }
  });
});

const CLASSES: Readonly<Record<string, string>> = {
  offload: 'Msvm_EthernetSwitchPortOffloadSettingData',
  syntheticEthernet: 'Msvm_SyntheticEthernetPortSettingData',
  ethernetConnection: 'Msvm_EthernetPortAllocationSettingData',
  security: 'Msvm_SecuritySettingData',
};
const classOf = (kind: string): string => CLASSES[kind] ?? 'Msvm_ResourceAllocationSettingData';

describe('RemoveResourceSettings', () => {
  test('M8 a controller with disks: all gone, the boot order shrunk', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define({ values: GENERATION_2 });
    const { controller } = await attachDisk(world, id);
    const nic = first(await add(world, id, adapter()));
    assert.equal(world.system(id).active.bootSources.length, 2);
    await world.core.operations.removeResources(CALLER, [controller]);
    const system = world.system(id);
    assert.deepEqual(system.active.bootSources, [nic.part]);
    for (const kind of ['scsiController', 'diskDrive', 'hardDiskImage'])
      assert.equal(ofKind(system, kind).length, 0, kind);
  });

  test('O8 the disk first, then the drive', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const { drive, disk } = await attachDisk(world, id);
    await world.core.operations.removeResources(CALLER, [disk]);
    await world.core.operations.removeResources(CALLER, [drive]);
    assert.equal(ofKind(world.system(id), 'diskDrive').length, 0);
    await assert.rejects(world.core.operations.removeResources(CALLER, [drive]), refusal('invalidParameter'));
  });

  test('default devices: consoles may go, the rest stays', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const part = (kind: string): SettingRef => ({
      configuration: id,
      part: first(ofKind(world.system(id), kind)).part,
    });
    for (const kind of [
      'processor',
      'memory',
      'ideController',
      'serialController',
      'serialPort',
      'disketteController',
      'disketteDrive',
      's3Display',
      'shutdown',
      'security',
    ]) {
      await assert.rejects(
        world.core.operations.removeResources(CALLER, [part(kind)]),
        refusal('invalidParameter'),
        kind,
      );
    }
    for (const kind of ['syntheticMouse', 'syntheticDisplay'])
      await world.core.operations.removeResources(CALLER, [part(kind)]);
  });

  test('one bad reference: none is removed', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const { drive } = await attachDisk(world, id);
    const before = world.system(id);
    await assert.rejects(
      world.core.operations.removeResources(CALLER, [drive, { configuration: id, part: 'X' }]),
      refusal('invalidParameter'),
    );
    assert.equal(world.system(id), before);
  });
});

describe('lifecycle §8: changes of a running system', () => {
  test('a SCSI disk comes and goes in the machine, too', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const { controller } = await attachDisk(world, id);
    await world.request(id, 2);
    const file = await world.makeDisk();
    const [drive] = await world.until(add(world, id, diskDrive(controller, '1')));
    assert.ok(drive);
    const [disk] = await world.until(add(world, id, image(drive, file)));
    assert.ok(disk);
    const disks = (): readonly string[] =>
      world.hypervisor
        .machine(id)
        ?.inspect()
        .disks.map((held) => held.id) ?? [];
    assert.ok(disks().includes(drive.part));
    await world.until(world.core.operations.removeResources(CALLER, [disk]));
    assert.ok(!disks().includes(drive.part));
  });

  test('what only an off system may: 32775; the system is as before', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const file = await world.makeDisk();
    const ide = first(await add(world, id, diskDrive({ configuration: id, part: IDE_0 }, '0')));
    await world.request(id, 2);
    const before = world.system(id);
    const attempts: readonly (() => Promise<unknown>)[] = [
      () => modify(world, { configuration: id, part: PROCESSOR }, { VirtualQuantity: 2n }),
      () => modify(world, { configuration: id, part: MEMORY }, { DynamicMemoryEnabled: true }),
      () => add(world, id, scsiController()),
      () => add(world, id, adapter()),
      () => add(world, id, image(ide, file)),
      () => add(world, id, diskDrive({ configuration: id, part: IDE_1 })),
      () => world.core.operations.removeResources(CALLER, [ide]),
      () =>
        modify(
          world,
          { configuration: id, part: '0A5E8D1B-3C5F-4B7A-9E64-2D1C7F80B6A3' },
          { KsdEnabled: true },
          { className: 'Msvm_SecuritySettingData' },
        ),
      () => world.core.operations.modify(CALLER, id, { values: { BootOrder: [0, 1, 2, 3] } }),
      () => world.core.operations.modify(CALLER, id, { values: { SwapFileDataRoot: 'C:\\swap' } }),
      () => world.core.operations.upgradeVersion(CALLER, id, null),
    ];
    for (const attempt of attempts) await assert.rejects(attempt(), refusal('invalidState'), String(attempt));
    await assert.rejects(
      world.core.operations.modify(CALLER, id, { values: { BIOSNumLock: true } }),
      refusal('failed'),
    );
    assert.equal(world.system(id), before);
  });

  test('lifecycle §8: a running machine gives memory back, and gets no more than it started with: invalid state', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    const memory = (quantity: bigint) =>
      world.core.operations.modifyResources(CALLER, [
        {
          className: 'Msvm_MemorySettingData',
          instanceId: null,
          target: { configuration: id, part: MEMORY },
          values: { VirtualQuantity: quantity },
        },
      ]);
    await memory(512n);
    await memory(1024n);
    const before = world.system(id);
    await assert.rejects(memory(2048n), refusal('invalidState', /Turn it off/));
    assert.equal(world.system(id), before);
  });

  test('what a running system may: weights, memory, components, ports, names', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define({ values: GENERATION_2 });
    await world.request(id, 2);
    await modify(world, { configuration: id, part: PROCESSOR }, { Weight: 200 });
    await world.until(modify(world, { configuration: id, part: MEMORY }, { VirtualQuantity: 512n }));
    assert.equal(world.hypervisor.machine(id)?.memoryMb, 512);
    await modify(world, { configuration: id, part: '2497F4DE-E9FA-4204-80E4-4B75C46419C0' }, { EnabledState: 3 });
    await world.until(
      modify(
        world,
        { configuration: id, part: '8E3A359F-559A-4B6A-98A9-1690A6100ED7\\0' },
        { Connection: ['\\\\.\\pipe\\a'] },
      ),
    );
    const [nic] = await world.until(add(world, id, adapter({ StaticMacAddress: true, Address: '00155D010203' })));
    assert.ok(nic);
    const [port] = await world.until(
      add(world, id, connection(nic, { HostResource: [`switch:${DEFAULT_SWITCH_ID}`] })),
    );
    assert.ok(port);
    const networks = (): readonly string[] =>
      world.hypervisor
        .machine(id)
        ?.inspect()
        .adapters.map((held) => held.network.kind) ?? [];
    assert.deepEqual(networks(), ['user']);
    await world.until(
      modify(world, port, { EnabledState: 3 }, { className: 'Msvm_EthernetPortAllocationSettingData' }),
    );
    assert.deepEqual(networks(), ['none']);
    await world.core.operations.modify(CALLER, id, {
      values: { ElementName: 'new name', Notes: ['n'], AutomaticStartupAction: 4 },
    });
  });

  test('a machine that refuses a device: nothing is stored; steps before it are taken back', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const { controller, file } = await attachDisk(world, id);
    await world.request(id, 2);
    const before = world.system(id);
    world.faults.fail('setIopsLimit');
    const other = await world.makeDisk();
    const [drive] = await world.until(add(world, id, diskDrive(controller, '1')));
    assert.ok(drive);
    const between = world.system(id);
    const disk = first(ofKind(before, 'hardDiskImage'));
    await assert.rejects(
      world.until(
        world.core.operations.modifyResources(CALLER, [
          change({ configuration: id, part: disk.part }, { IOPSLimit: 100n }),
        ]),
      ),
      refusal('failed'),
    );
    assert.equal(world.system(id), between);
    world.faults.fail('addDisk');
    await assert.rejects(world.until(add(world, id, image(drive, other))), refusal('failed'));
    assert.equal(world.system(id), between);
    assert.deepEqual(
      world.hypervisor
        .machine(id)
        ?.inspect()
        .disks.map((held) => held.image?.file)
        .filter(Boolean),
      [file],
    );
  });

  test('a DVD changes its medium, a saved system too; running it is emptied by removing the disk', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const iso = await world.makeIso();
    const drive = first(await add(world, id, dvdDrive({ configuration: id, part: IDE_1 }, '0')));
    await world.request(id, 2);
    const [disk] = await world.until(add(world, id, image(drive, iso, 'Virtual CD/DVD Disk')));
    assert.ok(disk);
    const medium = (): string | undefined =>
      world.hypervisor
        .machine(id)
        ?.inspect()
        .disks.find((held) => held.id === drive.part)?.image?.file;
    assert.equal(medium(), iso);
    const other = await world.makeIso();
    await world.until(modify(world, disk, { HostResource: [other] }));
    assert.equal(medium(), other);
    await assert.rejects(modify(world, disk, { HostResource: [] }), refusal('invalidParameter'));
    await world.until(world.core.operations.removeResources(CALLER, [disk]));
    assert.equal(medium(), undefined);
  });

  test('a disk file that vanished does not stand in the way of other changes', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const { file } = await attachDisk(world, id);
    await world.request(id, 2);
    await rm(file);
    await modify(world, { configuration: id, part: '2497F4DE-E9FA-4204-80E4-4B75C46419C0' }, { EnabledState: 3 });
    assert.equal(
      deviceValue(deviceOf(world, { configuration: id, part: '2497F4DE-E9FA-4204-80E4-4B75C46419C0' }), 'EnabledState'),
      3,
    );
  });
});

/** The header of an empty qcow2 image of 1 MB (QEMU docs/interop/qcow2). */
function qcow2Header(backing: string, format: string | null): Buffer {
  const header = Buffer.alloc(65_536);
  header.write('QFI\u00fb', 0, 'latin1');
  header.writeUInt32BE(3, 4);
  header.writeBigUInt64BE(512n, 8);
  header.writeUInt32BE(backing.length, 16);
  header.writeUInt32BE(16, 20);
  header.writeBigUInt64BE(1_048_576n, 24);
  header.writeUInt32BE(1, 36);
  header.writeBigUInt64BE(65_536n, 40);
  header.writeUInt32BE(4, 96);
  header.writeUInt32BE(104, 100);
  if (format !== null) {
    header.writeUInt32BE(0xe2792aca, 104);
    header.writeUInt32BE(format.length, 108);
    header.write(format, 112, 'latin1');
  }
  header.write(backing, 512, 'latin1');
  return header;
}
