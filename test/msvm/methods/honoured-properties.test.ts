import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ObjectPath } from '../../../src/cim/object-path.ts';
import { guidOf, type HyperVClient, RASD, SASD, settingText, SUB_TYPE, V2 } from '../../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../../kit/hyperv-world.ts';

type Given = Parameters<typeof settingText>[1];

/** What a client writes, class by class; each property in a call of its own, in this order (embedded-instances §5). */
const DEVICES: Readonly<Record<string, Given>> = {
  [SASD]: {
    IOPSLimit: 500,
    IOPSReservation: 10,
    IOPSAllocationUnits: '16384',
    PersistentReservationsSupported: true,
    CachingMode: 3,
    WriteHardeningMethod: 1,
    IgnoreFlushes: true,
    StorageQoSPolicyID: '0A0B0C0D-0000-4000-8000-000000000001',
    Access: 1,
    SnapshotId: '0A0B0C0D-0000-4000-8000-000000000004',
  },
  Msvm_ProcessorSettingData: {
    VirtualQuantity: 2,
    Reservation: 1000,
    Limit: 90_000,
    Weight: 200,
    LimitCPUID: true,
    LimitProcessorFeatures: true,
    MaxProcessorsPerNumaNode: 4,
    MaxNumaNodesPerSocket: 2,
    EnableHostResourceProtection: true,
    ExposeVirtualizationExtensions: true,
    HwThreadsPerCore: 2,
    EnablePerfmonPmu: true,
    EnablePerfmonLbr: true,
    EnablePerfmonPebs: true,
    EnablePerfmonIpt: true,
  },
  Msvm_MemorySettingData: {
    VirtualQuantity: 2048,
    // Static memory is one number; with dynamic memory the limits are numbers of their own.
    DynamicMemoryEnabled: true,
    Reservation: 512,
    Limit: 4096,
    Weight: 6000,
    TargetMemoryBuffer: 30,
    MaxMemoryBlocksPerNumaNode: 4096,
    SgxEnabled: true,
    SgxSize: 64,
  },
  Msvm_SyntheticEthernetPortSettingData: {
    ElementName: 'front',
    Address: '00155D010203',
    StaticMacAddress: true,
    VirtualSystemIdentifiers: ['{0A0B0C0D-0000-4000-8000-000000000002}'],
    ClusterMonitored: false,
    DeviceNamingEnabled: true,
    AllowPacketDirect: true,
    InterruptModeration: true,
    MediaType: 1,
  },
  Msvm_EthernetPortAllocationSettingData: {
    ElementName: 'port',
    EnabledState: 3,
    RequiredFeatures: ['a'],
    RequiredFeatureHints: ['b'],
    TestReplicaPoolID: 'pool',
    TestReplicaSwitchName: 'switch',
    DesiredVLANEndpointMode: 3,
  },
  Msvm_SerialPortSettingData: { Connection: [String.raw`\\.\pipe\honoured`], DebuggerMode: true },
  Msvm_SyntheticDisplayControllerSettingData: {
    ResolutionType: 2,
    HorizontalResolution: 1280,
    VerticalResolution: 720,
  },
  Msvm_ShutdownComponentSettingData: { EnabledState: 3 },
  Msvm_HeartbeatComponentSettingData: { EnabledState: 3 },
  Msvm_GuestServiceInterfaceComponentSettingData: { EnabledState: 2 },
};

/** Of the machine's own settings, what no other test reads back (object-model §4). */
const SYSTEM: Given = {
  AllowFullSCSICommandSet: true,
  AllowReducedFcRedundancy: true,
  IncrementalBackupEnabled: true,
  GuestControlledCacheTypes: true,
  LockOnDisconnect: true,
  EnableHibernation: true,
  TurnOffOnGuestRestart: true,
  LowMmioGapSize: 512,
  HighMmioGapSize: 1024,
  ConsoleMode: 2,
  BIOSNumLock: true,
  NetworkBootPreferredProtocol: 4097,
  PauseAfterBootFailure: true,
  SecureBootEnabled: false,
  SecureBootTemplateId: '272e7447-90a4-4563-a4b9-8e4ab00526ce',
  VirtualNumaEnabled: false,
  EnhancedSessionTransportType: 1,
  AutomaticStartupActionSequenceNumber: 3,
  AutomaticSnapshotsEnabled: true,
  UserSnapshotType: 2,
  DebugChannelId: 1,
  DebugPort: 5,
  DebugPortEnabled: 1,
  LogDataRoot: '/var/log/machines',
};

/** A Generation 2 machine with a disk and a connected adapter. */
const machine = async (world: HyperVWorld): Promise<ObjectPath> => {
  const { client } = world;
  const system = await client.define({ ElementName: 'honoured', VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2' });
  const below = (path: ObjectPath): string => client.text(path);
  const controller = await client.add(system, settingText(RASD, { ResourceType: 6, ResourceSubType: SUB_TYPE.scsi }));
  const drive = await client.add(
    system,
    settingText(RASD, {
      ResourceType: 17,
      ResourceSubType: SUB_TYPE.diskDrive,
      Parent: below(controller),
      AddressOnParent: 0,
    }),
  );
  await client.add(
    system,
    settingText(SASD, {
      ResourceType: 31,
      ResourceSubType: SUB_TYPE.hardDisk,
      Parent: below(drive),
      HostResource: [await world.disk('honoured.img')],
    }),
  );
  const adapter = await client.add(
    system,
    settingText('Msvm_SyntheticEthernetPortSettingData', {
      ResourceType: 10,
      ResourceSubType: 'Microsoft:Hyper-V:Synthetic Ethernet Port',
    }),
  );
  await client.add(
    system,
    settingText('Msvm_EthernetPortAllocationSettingData', {
      ResourceType: 33,
      ResourceSubType: 'Microsoft:Hyper-V:Ethernet Connection',
      Parent: below(adapter),
    }),
  );
  return system;
};

/** 64-bit numbers as the client wrote them. */
const plain = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

const modify = async (client: HyperVClient, method: string, parameter: string, text: string): Promise<void> => {
  const isArray = parameter === 'ResourceSettings';
  await client.succeed(await client.call(method, { [parameter]: isArray ? [text] : text }));
};

describe('what a client writes is read back (embedded-instances §5, object-model §4)', () => {
  for (const [className, values] of Object.entries(DEVICES)) {
    test(`${className}: ${Object.keys(values).join(', ')}`, async () => {
      await using world = await openWorld();
      const { client } = world;
      const id = guidOf(await machine(world));
      const [setting] = await client.query(`SELECT * FROM ${className} WHERE InstanceID LIKE 'Microsoft:${id}%'`);
      const InstanceID = String(setting?.get('InstanceID'));
      const path = world.path(className, { InstanceID }, V2);
      for (const [name, value] of Object.entries(values)) {
        assert.notDeepEqual(plain(setting?.get(name)), value, `${name} has that value already`);
        await modify(
          client,
          'ModifyResourceSettings',
          'ResourceSettings',
          settingText(className, { InstanceID, [name]: value }),
        );
        assert.deepEqual(plain((await client.get(path)).get(name)), value, name);
      }
      // One did not undo another.
      const all = await client.get(path);
      for (const [name, value] of Object.entries(values)) assert.deepEqual(plain(all.get(name)), value, name);
    });
  }

  test(`Msvm_VirtualSystemSettingData: ${Object.keys(SYSTEM).join(', ')}`, async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await machine(world);
    const InstanceID = `Microsoft:${guidOf(system)}`;
    const before = await client.settings(system);
    for (const [name, value] of Object.entries(SYSTEM)) {
      assert.notDeepEqual(plain(before.get(name)), value, `${name} has that value already`);
      await modify(
        client,
        'ModifySystemSettings',
        'SystemSettings',
        settingText('Msvm_VirtualSystemSettingData', { InstanceID, [name]: value }),
      );
    }
    const after = await client.settings(system);
    for (const [name, value] of Object.entries(SYSTEM)) assert.deepEqual(plain(after.get(name)), value, name);
  });
});
