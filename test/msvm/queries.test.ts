import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CIMV2 } from '../../src/msvm/register.ts';
import {
  HOST,
  IDE,
  IDE_DISK,
  makeSystem,
  makeWorld,
  NAT,
  NIC,
  PORT,
  running,
  SCSI,
  SCSI_DISK_AND_NIC,
  VM1,
  VM2,
  type World,
} from './kit.ts';

const world = (): World => {
  const made = makeWorld();
  made.put(running(makeSystem({ devices: IDE_DISK })));
  made.put(
    makeSystem({
      id: VM2,
      name: 'second',
      generation: 2,
      devices: SCSI_DISK_AND_NIC,
      bootSources: [`${SCSI}\\0\\1\\D`, NIC],
    }),
  );
  return made;
};

const V2 = '\\\\TESTHOST\\root\\virtualization\\v2';
const DRIVES = `(ResourceSubType='Microsoft:Hyper-V:Synthetic Disk Drive' OR ResourceSubType='Microsoft:Hyper-V:Physical Disk Drive' OR ResourceSubType='Microsoft:Hyper-V:Synthetic DVD Drive')`;
const CONTROLLER = `${V2}:Msvm_ResourceAllocationSettingData.InstanceID="Microsoft:${VM1}\\\\${IDE}\\\\0"`;
const RAW_CONTROLLER = CONTROLLER.replaceAll('\\\\', '\\').replace('\\TESTHOST', '\\\\TESTHOST');

/** Each query shape of client-usage §8 with the number of instances it must find in the world above. */
const SHAPES: readonly (readonly [client: string, query: string, count: number])[] = [
  ['os-win', `SELECT * FROM Msvm_ResourceAllocationSettingData WHERE ${DRIVES} AND Parent = '${CONTROLLER}'`, 1],
  [
    'os-win, raw backslashes',
    `SELECT * FROM Msvm_ResourceAllocationSettingData WHERE ${DRIVES} AND Parent = '${RAW_CONTROLLER}'`,
    1,
  ],
  ['os-win', `SELECT * FROM Msvm_ResourceAllocationSettingData WHERE ${DRIVES} AND ElementName='Hard Drive'`, 6],
  ['os-win', `SELECT * FROM Msvm_ResourceAllocationSettingData WHERE __PATH = '${CONTROLLER}'`, 1],
  ['os-win', `SELECT * FROM Msvm_DiskDrive WHERE DriveNumber=0`, 0],
  [
    'os-win',
    `SELECT Address, InstanceID FROM Cim_ResourceAllocationSettingData WHERE InstanceID LIKE 'Microsoft:${VM1}%'`,
    22,
  ],
  ['os-win', `SELECT * FROM Msvm_EthernetSwitchPortBandwidthSettingData WHERE InstanceID LIKE '%\\Default'`, 1],
  ['os-win', `SELECT * FROM Msvm_PciExpressSettingData WHERE InstanceID LIKE '%\\Default'`, 1],
  [
    'os-win',
    `SELECT * FROM Msvm_ResourceAllocationSettingData WHERE ResourceSubType = 'Microsoft:Hyper-V:Synthetic SCSI Controller' AND InstanceID LIKE '%\\Default'`,
    1,
  ],
  [
    'os-win',
    `SELECT * FROM Msvm_StorageAllocationSettingData WHERE ResourceSubType = 'Microsoft:Hyper-V:Virtual CD/DVD Disk' AND InstanceID LIKE '%\\Default'`,
    1,
  ],
  ['os-win', `SELECT * FROM Msvm_SyntheticEthernetPortSettingData WHERE ElementName = 'public'`, 1],
  ['os-win', `SELECT * FROM Msvm_EthernetPortAllocationSettingData WHERE ElementName = 'port-1'`, 1],
  ['O25 os-win', `SELECT * FROM Msvm_VirtualSystemMigrationSettingData WHERE MigrationType=32770`, 1],
  ['os-win', `SELECT * FROM Msvm_VirtualSystemExportSettingData WHERE InstanceID='Microsoft:${VM1}'`, 1],
  ['go-wmi', `SELECT * FROM Msvm_ComputerSystem WHERE Description = 'Microsoft Virtual Machine'`, 2],
  ['go-wmi', `SELECT * FROM Msvm_ComputerSystem WHERE Name = '${VM2.toLowerCase()}'`, 1],
  ['go-wmi', `SELECT * FROM Msvm_ConcreteJob WHERE JobType = '12'`, 0],
  ['go-wmi', `SELECT * FROM Cim_ResourceAllocationSettingData WHERE ResourceType = '33'`, 5],
  ['exhv', `SELECT Name, ElementName FROM Msvm_ComputerSystem WHERE EnabledState = 2 AND Name <> ElementName`, 1],
  ['exhv', `SELECT * FROM Msvm_ComputerSystem WHERE Name <> '${HOST.name}'`, 2],
  [
    'exhv',
    `SELECT ConfigurationID, ElementName FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemType = 'Microsoft:Hyper-V:System:Realized'`,
    2,
  ],
  [
    'exhv',
    `SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemIdentifier = '${VM1}' AND VirtualSystemType = 'Microsoft:Hyper-V:System:Realized'`,
    1,
  ],
  ['exhv', `SELECT * FROM Msvm_VirtualSystemSettingData WHERE InstanceID LIKE '%Default%'`, 1],
  [
    'exhv',
    `SELECT * FROM Msvm_EthernetPortAllocationSettingData WHERE InstanceID LIKE 'Microsoft:${VM2}\\\\${NIC}\\\\%'`,
    1,
  ],
  ['exhv', `SELECT * FROM Msvm_PciExpress WHERE LocationPath='x'`, 0],
  ['exhv', `SELECT * FROM Msvm_InternalEthernetPort WHERE ElementName='x'`, 0],
  [
    'samples',
    `SELECT * FROM CIM_ResourcePool WHERE ResourceType="33" AND ResourceSubType="Microsoft:Hyper-V:Ethernet Connection" AND PoolId=""`,
    1,
  ],
  [
    'samples',
    `SELECT * FROM CIM_ResourcePool WHERE ResourceSubType="Microsoft:Hyper-V:Synthetic FibreChannel Port" AND Primordial = True`,
    1,
  ],
  ['samples', `SELECT * FROM Msvm_ResourcePool WHERE ResourceType = 33 AND Primordial = True`, 1],
  ['samples', `select * from Msvm_VirtualEthernetSwitch where ElementName = "${NAT.name}"`, 1],
  ['samples', `SELECT * FROM Msvm_PlannedComputerSystem WHERE ElementName = "x"`, 0],
  [
    'libvirt',
    `SELECT * FROM Msvm_ComputerSystem WHERE Description = "Microsoft Virtual Machine" AND EnabledState != 0 AND EnabledState != 3 AND EnabledState != 32769`,
    1,
  ],
  ['libvirt', `SELECT * FROM Msvm_ComputerSystem WHERE ProcessID = 4711`, 1],
  [
    'libvirt',
    `ASSOCIATORS OF {Msvm_ComputerSystem.CreationClassName='Msvm_ComputerSystem',Name='${VM1}'} WHERE AssocClass = Msvm_SettingsDefineState ResultClass = Msvm_VirtualSystemSettingData`,
    1,
  ],
  [
    'libvirt',
    `ASSOCIATORS OF {Msvm_VirtualSystemSettingData.InstanceID='Microsoft:${VM1}'} WHERE AssocClass = Msvm_VirtualSystemSettingDataComponent ResultClass = Msvm_ResourceAllocationSettingData`,
    10,
  ],
  [
    'libvirt',
    `ASSOCIATORS OF {Msvm_VirtualSystemSettingData.InstanceID='Microsoft:${VM2}'} WHERE AssocClass = Msvm_VirtualSystemSettingDataComponent ResultClass = Msvm_SyntheticEthernetPortSettingData`,
    1,
  ],
  ['libvirt', `SELECT * FROM Msvm_Keyboard WHERE SystemName = '${VM1}'`, 1],
  [
    'os-win boot order',
    `SELECT * FROM Msvm_LogicalIdentity WHERE SystemElement = '${V2}:Msvm_SyntheticEthernetPortSettingData.InstanceID="Microsoft:${VM2}\\\\${NIC}"'`,
    1,
  ],
  [
    'os-win',
    `SELECT * FROM Msvm_EthernetSwitchPortVlanSettingData WHERE InstanceID LIKE 'Microsoft:${VM2}\\${NIC}\\${PORT}%'`,
    1,
  ],
];

describe('query shapes of real clients (client-usage §8)', () => {
  const shared = world();
  for (const [client, query, count] of SHAPES) {
    test(`${client}: ${query.length > 150 ? `${query.slice(0, 150)}...` : query}`, async () => {
      assert.equal((await shared.query(query)).length, count);
    });
  }

  test('exhv: the service must report Running', async () => {
    const [service] = await shared.query(`SELECT State FROM Win32_Service WHERE Name = 'vmms'`, CIMV2);
    assert.equal(service?.get('State'), 'Running');
  });

  test('[0] of a class with templates and settings of machines is a Default (object-model §8)', async () => {
    for (const className of [
      'Msvm_SyntheticEthernetPortSettingData',
      'Msvm_EthernetPortAllocationSettingData',
      'Msvm_StorageAllocationSettingData',
    ]) {
      const [first] = await shared.enumerate(className);
      assert.match(String(first?.get('InstanceID')), /\\Default$/, className);
    }
  });
});
