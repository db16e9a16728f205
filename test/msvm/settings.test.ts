import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CimInstance } from '../../src/cim/instance.ts';
import { DEFAULT_DEVICES } from '../../src/core/devices/default-devices.ts';
import type { Snapshot } from '../../src/core/model.ts';
import { IDE, IDE_DISK, makeSystem, makeWorld, NAT, NIC, NOW, PORT, SCSI, SCSI_DISK_AND_NIC, VM1, VM2 } from './kit.ts';

const byClass = (instances: readonly CimInstance[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const one of instances) counts[one.class.name] = (counts[one.class.name] ?? 0) + 1;
  return counts;
};

const V2 = '\\\\TESTHOST\\root\\virtualization\\v2';

describe('VSSD (object-model §4)', () => {
  test('of a new generation 1 machine', async () => {
    const world = makeWorld();
    world.put(makeSystem());
    const vssd = await world.get(`Msvm_VirtualSystemSettingData.InstanceID="Microsoft:${VM1}"`);
    const expected = {
      InstanceID: `Microsoft:${VM1}`,
      Caption: 'Virtual Machine Settings',
      Description: 'Active settings for the virtual machine',
      ElementName: 'first',
      VirtualSystemIdentifier: VM1,
      ConfigurationID: VM1,
      VirtualSystemType: 'Microsoft:Hyper-V:System:Realized',
      VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:1',
      ConfigurationFile: `Virtual Machines\\${VM1}.vmcx`,
      Notes: [''],
      BootOrder: [1, 2, 3, 0],
      BootSourceOrder: [],
      SecureBootEnabled: false,
      SecureBootTemplateId: null,
      Parent: null,
      Version: '10.0',
      LowMmioGapSize: 128n,
      IsSaved: false,
      AutomaticStartupAction: 3,
      CreationTime: '20240506070709.120000-000',
    };
    for (const [name, value] of Object.entries(expected)) assert.deepEqual(vssd.get(name), value, name);
  });

  test('of generation 2: secure boot, and boot sources as canonical paths', async () => {
    const world = makeWorld();
    const disk = `${SCSI}\\0\\1\\D`;
    world.put(makeSystem({ id: VM2, generation: 2, devices: SCSI_DISK_AND_NIC, bootSources: [disk, NIC] }));
    const vssd = await world.get(`Msvm_VirtualSystemSettingData.InstanceID="microsoft:${VM2.toLowerCase()}"`);
    assert.equal(vssd.get('SecureBootTemplateId'), '1734c6e8-3154-4dda-ba5f-a874cc483422');
    const order = vssd.get('BootSourceOrder') as string[];
    assert.deepEqual(order, [
      `${V2}:Msvm_BootSourceSettingData.InstanceID="Microsoft:${VM2}\\\\${SCSI}\\\\0\\\\1\\\\D\\\\B"`,
      `${V2}:Msvm_BootSourceSettingData.InstanceID="Microsoft:${VM2}\\\\${NIC}\\\\B"`,
    ]);
    // os-win opens and writes these paths in upper case.
    const drive = await world.get((order[0] ?? '').toUpperCase());
    assert.equal(drive.get('BootSourceType'), 1);
    assert.match(String(drive.get('FirmwareDevicePath')), /Scsi\(0,1\)$/);
    const network = await world.get(order[1] ?? '');
    assert.equal(network.get('BootSourceType'), 2);
    assert.match(String(network.get('FirmwareDevicePath')), /MAC\(00155D010203/);
  });

  test('templates: the default, one per version, one per secure boot template', async () => {
    const world = makeWorld();
    const template = await world.get(
      'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:Definition\\\\VirtualSystem\\\\Default"',
    );
    assert.equal(template.get('VirtualSystemType'), 'Microsoft:Hyper-V:System:Definition');
    const [ca] = await world.query(
      `SELECT * FROM Msvm_VirtualSystemSettingData WHERE ElementName='MicrosoftUEFICertificateAuthority'`,
    );
    assert.equal(ca?.get('SecureBootTemplateId'), '272e7447-90a4-4563-a4b9-8e4ab00526ce');
    const versions = (await world.enumerate('Msvm_VirtualSystemSettingData')).map((one) => one.get('Version'));
    for (const version of ['5.0', '8.0', '9.0', '10.0', '12.0']) assert.ok(versions.includes(version), version);
    assert.equal(
      (await world.query(`SELECT * FROM Msvm_VirtualSystemSettingData WHERE InstanceID LIKE '%Default%'`)).length,
      1,
    );
  });

  test('snapshots carry their own id, the machine in VirtualSystemIdentifier, and their parent as a path', async () => {
    const world = makeWorld();
    const system = makeSystem();
    const snapshot = (id: string, name: string, parent: string | null): Snapshot => ({
      configuration: { ...system.active, id, values: { ...system.active.values, ElementName: name } },
      type: 'standard',
      parent,
      createdAt: NOW - 5000,
    });
    const A = 'AAAAAAAA-0000-4000-8000-000000000001';
    const B = 'BBBBBBBB-0000-4000-8000-000000000002';
    world.put({
      ...system,
      snapshots: [snapshot(A, 'one', null), snapshot(B, 'two', A)],
      currentSnapshot: B,
      lastApplied: A,
    });
    const b = await world.get(`Msvm_VirtualSystemSettingData.InstanceID="Microsoft:${B}"`);
    assert.equal(b.get('VirtualSystemType'), 'Microsoft:Hyper-V:Snapshot:Realized');
    assert.equal(b.get('VirtualSystemIdentifier'), VM1);
    assert.equal(b.get('ConfigurationID'), B);
    assert.equal(b.get('Parent'), `${V2}:Msvm_VirtualSystemSettingData.InstanceID="Microsoft:${A}"`);
    const active = await world.get(`Msvm_VirtualSystemSettingData.InstanceID="Microsoft:${VM1}"`);
    assert.equal(active.get('Parent'), `${V2}:Msvm_VirtualSystemSettingData.InstanceID="Microsoft:${B}"`);
    assert.equal(
      (await world.query(`SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemIdentifier='${VM1}'`)).length,
      3,
    );
    assert.equal((await world.query(`SELECT * FROM Msvm_VirtualSystemSettingData WHERE ElementName='Two'`)).length, 1);
    const ids = async (query: string) => (await world.query(query)).map((one) => one.get('ConfigurationID'));
    const vm = `{Msvm_ComputerSystem.CreationClassName='Msvm_ComputerSystem',Name='${VM1}'}`;
    assert.deepEqual(await ids(`ASSOCIATORS OF ${vm} WHERE AssocClass=Msvm_SnapshotOfVirtualSystem`), [A, B]);
    assert.deepEqual(await ids(`ASSOCIATORS OF ${vm} WHERE AssocClass=Msvm_MostCurrentSnapshotInBranch`), [B]);
    assert.deepEqual(await ids(`ASSOCIATORS OF ${vm} WHERE AssocClass=Msvm_LastAppliedSnapshot`), [A]);
    assert.deepEqual(
      await ids(
        `ASSOCIATORS OF ${vm} WHERE AssocClass=Msvm_SettingsDefineState ResultClass=Msvm_VirtualSystemSettingData`,
      ),
      [VM1],
    );
    const children = `ASSOCIATORS OF {Msvm_VirtualSystemSettingData.InstanceID='Microsoft:${B}'} WHERE AssocClass=Msvm_ParentChildSettingData`;
    assert.deepEqual((await ids(`${children} ResultRole=Dependent`)).sort(), [VM1]);
    assert.deepEqual(await ids(`${children} ResultRole=Antecedent`), [A]);
    // A removed snapshot is gone from every index.
    world.put(system);
    assert.equal((await world.query(`SELECT * FROM Msvm_VirtualSystemSettingData WHERE ElementName='Two'`)).length, 0);
  });
});

describe('device settings (object-model §5, §6)', () => {
  test('M1: a default generation 1 machine has exactly the default set', async () => {
    const world = makeWorld();
    world.put(makeSystem());
    const settings = await world.query(
      `ASSOCIATORS OF {Msvm_VirtualSystemSettingData.InstanceID='Microsoft:${VM1}'} WHERE AssocClass=Msvm_VirtualSystemSettingDataComponent`,
    );
    assert.deepEqual(byClass(settings), {
      Msvm_ProcessorSettingData: 1,
      Msvm_MemorySettingData: 1,
      // Two IDE controllers, diskette controller and drive, serial controller, keyboard, two mice, S3 display.
      Msvm_ResourceAllocationSettingData: 9,
      Msvm_SerialPortSettingData: 2,
      Msvm_SyntheticDisplayControllerSettingData: 1,
      Msvm_TimeSyncComponentSettingData: 1,
      Msvm_HeartbeatComponentSettingData: 1,
      Msvm_KvpExchangeComponentSettingData: 1,
      Msvm_ShutdownComponentSettingData: 1,
      Msvm_VssComponentSettingData: 1,
      Msvm_GuestServiceInterfaceComponentSettingData: 1,
      Msvm_SecuritySettingData: 1,
    });
    assert.equal(settings.length, DEFAULT_DEVICES[1].length);
  });

  test('M1: a default generation 2 machine has no IDE, diskette, PS/2 or S3 device', async () => {
    const world = makeWorld();
    world.put(makeSystem({ generation: 2 }));
    const settings = await world.query(
      `SELECT * FROM CIM_ResourceAllocationSettingData WHERE InstanceID LIKE 'Microsoft:${VM1}%'`,
    );
    const types = settings.map((one) => one.get('ResourceSubType')).filter((type) => type !== '');
    assert.deepEqual(types.sort(), [
      'Microsoft:Hyper-V:Memory',
      'Microsoft:Hyper-V:Processor',
      'Microsoft:Hyper-V:Serial Controller',
      'Microsoft:Hyper-V:Serial Port',
      'Microsoft:Hyper-V:Serial Port',
      'Microsoft:Hyper-V:Synthetic Display Controller',
      'Microsoft:Hyper-V:Synthetic Keyboard',
      'Microsoft:Hyper-V:Synthetic Mouse',
    ]);
  });

  test('InstanceIDs keep the exact case of the table; look-up is in any case, backslashes single or doubled', async () => {
    const world = makeWorld();
    world.put(makeSystem({ devices: IDE_DISK }));
    const memory = await world.get(
      `Msvm_MemorySettingData.InstanceID="MICROSOFT:${VM1}\\\\4764334D-E001-4176-82EE-5594EC9B530E"`,
    );
    assert.equal(memory.get('InstanceID'), `Microsoft:${VM1}\\4764334d-e001-4176-82ee-5594ec9b530e`);
    for (const backslash of ['\\', '\\\\']) {
      const id = ['Microsoft:' + VM1, IDE, '0', '0', 'D'].join(backslash);
      const found = await world.query(`SELECT * FROM Msvm_ResourceAllocationSettingData WHERE InstanceID = '${id}'`);
      assert.equal(found.length, 1, id);
    }
  });

  test('wiring: parents are canonical paths, logical disks name their file, connections their switch', async () => {
    const world = makeWorld();
    world.put(makeSystem({ devices: IDE_DISK }));
    world.put(makeSystem({ id: VM2, generation: 2, devices: SCSI_DISK_AND_NIC }));
    const [image] = await world.query(
      `SELECT * FROM Msvm_StorageAllocationSettingData WHERE InstanceID LIKE 'Microsoft:${VM1}%'`,
    );
    assert.equal(
      image?.get('Parent'),
      `${V2}:Msvm_ResourceAllocationSettingData.InstanceID="Microsoft:${VM1}\\\\${IDE}\\\\0\\\\0\\\\D"`,
    );
    assert.deepEqual(image?.get('HostResource'), ['C:\\VMs\\a.vhdx']);
    assert.equal(image?.get('IOPSLimit'), 0n);
    const drive = await world.get(String(image?.get('Parent')));
    assert.equal(drive.get('AddressOnParent'), '0');
    assert.equal(
      drive.get('Parent'),
      `${V2}:Msvm_ResourceAllocationSettingData.InstanceID="Microsoft:${VM1}\\\\${IDE}\\\\0"`,
    );
    const [connection] = await world.query(
      `SELECT * FROM Msvm_EthernetPortAllocationSettingData WHERE ElementName='port-1'`,
    );
    assert.deepEqual(connection?.get('HostResource'), [
      `${V2}:Msvm_VirtualEthernetSwitch.CreationClassName="Msvm_VirtualEthernetSwitch",Name="${NAT.id}"`,
    ]);
    assert.equal(connection?.get('InstanceID'), `Microsoft:${VM2}\\${NIC}\\${PORT}`);
    assert.equal(
      connection?.get('Parent'),
      `${V2}:Msvm_SyntheticEthernetPortSettingData.InstanceID="Microsoft:${VM2}\\\\${NIC}"`,
    );
  });

  test('controllers of one kind come in creation order (os-win indexes SCSI controllers by position)', async () => {
    const world = makeWorld();
    const ids = [
      'FFFFFFFF-0000-4000-8000-000000000001',
      'AAAAAAAA-0000-4000-8000-000000000002',
      'CCCCCCCC-0000-4000-8000-000000000003',
    ];
    const devices = ids.map((id) => ({ part: `${id}\\0`, kind: 'scsiController', parent: null, values: {} }));
    world.put(makeSystem({ devices }));
    const found = await world.query(
      `SELECT InstanceID FROM Msvm_ResourceAllocationSettingData WHERE InstanceID LIKE 'Microsoft:${VM1}%' AND ResourceSubType='Microsoft:Hyper-V:Synthetic SCSI Controller'`,
    );
    assert.deepEqual(
      found.map((one) => one.get('InstanceID')),
      ids.map((id) => `Microsoft:${VM1}\\${id}\\0`),
    );
  });

  test('features hang on their connection, not on the VSSD', async () => {
    const world = makeWorld();
    world.put(makeSystem({ id: VM2, generation: 2, devices: SCSI_DISK_AND_NIC }));
    const vlans = await world.associators(
      `Msvm_EthernetPortAllocationSettingData.InstanceID="Microsoft:${VM2}\\\\${NIC}\\\\${PORT}"`,
      {
        associationClass: 'Msvm_EthernetPortSettingDataComponent',
      },
    );
    assert.deepEqual(
      vlans.map((one) => one.get('AccessVlanId')),
      [7],
    );
    const below = await world.associators(`Msvm_VirtualSystemSettingData.InstanceID="Microsoft:${VM2}"`, {
      resultClass: 'Msvm_EthernetSwitchPortVlanSettingData',
    });
    assert.deepEqual(below, []);
  });

  test('a changed name leaves the index under the old name', async () => {
    const world = makeWorld();
    const system = world.put(makeSystem({ id: VM2, generation: 2, devices: SCSI_DISK_AND_NIC }));
    const named = async (name: string) =>
      (await world.query(`SELECT * FROM Msvm_SyntheticEthernetPortSettingData WHERE ElementName='${name}'`)).length;
    assert.equal(await named('PUBLIC'), 1);
    const devices = system.active.devices.map((one) =>
      one.part === NIC ? { ...one, values: { ElementName: 'other' } } : one,
    );
    world.put({ ...system, active: { ...system.active, devices } });
    assert.equal(await named('public'), 0);
    assert.equal(await named('other'), 1);
    assert.equal(
      (await world.query(`SELECT * FROM Msvm_SyntheticEthernetPortSettingData WHERE Address='00155D010203'`)).length,
      0,
    );
  });
});
