import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CimInstance } from '../../src/cim/instance.ts';
import type { ObjectPath } from '../../src/cim/object-path.ts';
import { guidOf, type HyperVClient, pathOf, pathsOf, SERVICE_CLASS, SUB_TYPE } from '../kit/hyperv-client.ts';
import type { HypervisorName } from '../kit/wire-host.ts';
import { type ClientWorld, openWireWorld } from '../kit/wire-world.ts';
import { storageSample } from './sample-storage.ts';

/**
 * What Microsoft's sample programs do (client-usage §1, §2 and "what the sample programs depend on"), over WS-Management.
 * All on both hypervisors: of each a part is told by it, states, pictures, figures, pools and limits, and what is not takes no time.
 */
const VSSD = 'Msvm_VirtualSystemSettingData';
const SASD = 'Msvm_StorageAllocationSettingData';

const first = (rows: readonly CimInstance[]): CimInstance => rows[0] ?? assert.fail('an object');

const vmByName = async (client: HyperVClient, name: string): Promise<CimInstance> =>
  first(await client.query(`SELECT * FROM Msvm_ComputerSystem WHERE ElementName = "${name}"`));

const pathOfInstance = (instance: CimInstance): ObjectPath => instance.path() ?? assert.fail(instance.class.name);

/** CreateInstance of a class, then values, then GetText. */
const created = (world: ClientWorld, className: string, values: CimInstance['values']): string => {
  const cimClass =
    world.broker.repository.namespace(world.client.namespace)?.class(className) ?? assert.fail(className);
  return world.print(new CimInstance(cimClass, values));
};

/** The pool of one type, sub type and id, of which there is exactly one; property names in the sample's case. */
const pool = async (client: HyperVClient, resourceType: number, subType: string): Promise<ObjectPath> => {
  const found = await client.query(
    `SELECT * FROM CIM_ResourcePool WHERE ResourceType="${resourceType}" AND ResourceSubType="${subType}" AND PoolId=""`,
  );
  assert.equal(found.length, 1, subType);
  return pathOfInstance(first(found));
};

/** Pool -> capabilities -> settings with a role and a range: how the samples find defaults (client-usage, "defaults"). */
const template = async (
  client: HyperVClient,
  resourceType: number,
  subType: string,
  role: string = '0',
  range: string = '0',
): Promise<CimInstance | undefined> => {
  const capabilities = await client.related(
    await pool(client, resourceType, subType),
    'Msvm_AllocationCapabilities',
    'Msvm_ElementCapabilities',
  );
  const result = await client.broker.execute(client.context, {
    kind: 'references',
    namespace: client.namespace,
    source: pathOfInstance(first(capabilities)),
    filter: { associationClass: null, resultClass: 'Cim_SettingsDefineCapabilities', role: null, resultRole: null },
  });
  for (const relation of await Array.fromAsync(result.items)) {
    if (String(relation.get('ValueRole')) !== role || String(relation.get('ValueRange')) !== range) continue;
    return client.get(pathOf(relation.get('PartComponent')));
  }
  return undefined;
};

const addResource = async (client: HyperVClient, system: ObjectPath, text: string): Promise<CimInstance> => {
  const AffectedConfiguration = pathOfInstance(await client.settings(system));
  const result = await client.call('AddResourceSettings', { AffectedConfiguration, ResourceSettings: [text] });
  if (result.returnValue === 0) return client.get(pathsOf(result.out['ResultingResourceSettings'])[0] ?? assert.fail());
  const job = (await client.succeed(result)) ?? assert.fail('a job');
  return first(
    await client.related(pathOfInstance(job), 'CIM_ResourceAllocationSettingData', 'Msvm_AffectedJobElement'),
  );
};

const sequences = (hypervisor: HypervisorName) => () => {
  let world: ClientWorld;
  before(async () => {
    world = await openWireWorld(hypervisor);
  });
  after(() => world[Symbol.asyncDispose]());

  test('common helper: service, its settings, the host by its name, disks of a VM', async () => {
    const { client } = world;
    const service = await client.service();
    const settings = await client.related(service, `${SERVICE_CLASS}SettingData`);
    assert.equal(settings.length, 1);
    const host = await vmByName(client, client.broker.hostName);
    assert.equal(host.get('Description'), 'Microsoft Hosting Computer System');
    const system = await client.define({ ElementName: 'sample' });
    const vm = await vmByName(client, 'sample');
    assert.equal(vm.get('Name'), guidOf(system));
    assert.deepEqual(await client.resources(system, SASD), []);
    assert.ok(
      (await client.related(service, 'Msvm_ComputerSystem')).some((found) => found.get('Name') === vm.get('Name')),
    );
  });

  test('Generation2VM: define from a blank object, read and set firmware settings, boolean as text', async () => {
    const { client } = world;
    const SystemSettings = created(world, VSSD, {
      ElementName: 'gen2',
      ConfigurationDataRoot: 'C:\\ProgramData\\Microsoft\\Windows\\Hyper-V\\',
      VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2',
    });
    const result = await client.call('DefineSystem', { SystemSettings });
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    const system = pathOf(result.out['ResultingSystem']);
    const read = await client.settings(system);
    assert.equal(read.get('ConfigurationDataRoot'), 'C:\\ProgramData\\Microsoft\\Windows\\Hyper-V\\');
    assert.equal(typeof read.get('SecureBootEnabled'), 'boolean');
    assert.equal(typeof read.get('PauseAfterBootFailure'), 'boolean');
    assert.equal(typeof read.get('NetworkBootPreferredProtocol'), 'number');
    assert.ok(Array.isArray(read.get('BootSourceOrder')));
    const text = world
      .print(read.with({ NetworkBootPreferredProtocol: 4097, SecureBootEnabled: false }))
      .replace(/(NAME="PauseAfterBootFailure" TYPE=")boolean("><VALUE>)FALSE/, '$1string$2True');
    assert.notEqual(text, world.print(read));
    const modified = await client.call('ModifySystemSettings', { SystemSettings: text });
    assert.equal(modified.returnValue, 0, String(modified.extended?.get('Message')));
    const after = await client.settings(system);
    assert.deepEqual(
      [after.get('PauseAfterBootFailure'), after.get('NetworkBootPreferredProtocol'), after.get('SecureBootEnabled')],
      [true, 4097, false],
    );
  });

  test('Generation2VM: each path of the boot order opens', async () => {
    const { client } = world;
    const system = await client.define({ ElementName: 'boot', VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2' });
    const nic = (await template(client, 10, SUB_TYPE.ethernet)) ?? assert.fail('a template');
    await addResource(client, system, world.print(nic.with({ ElementName: 'nic' })));
    const order = (await client.settings(system)).get('BootSourceOrder') as readonly string[];
    assert.equal(order.length, 1);
    for (const path of order) {
      const source = await client.get(path);
      assert.equal(source.get('BootSourceType'), 2);
      assert.match(String(source.get('FirmwareDevicePath')), /MAC\(/);
      assert.ok(String(source.get('BootSourceDescription')).length > 0);
    }
  });

  test('DynamicMemory: a running VM always has numbers; SwapFileDataRoot read and changed', async () => {
    const { client } = world;
    const system = await client.define({ ElementName: 'dynamic' });
    const settings = await client.settings(system);
    const SwapFileDataRoot = await world.folder('swap');
    const modified = await client.call('ModifySystemSettings', {
      SystemSettings: world.print(settings.with({ SwapFileDataRoot })),
    });
    assert.equal(modified.returnValue, 0, String(modified.extended?.get('Message')));
    assert.equal((await client.settings(system)).get('SwapFileDataRoot'), SwapFileDataRoot);
    await client.succeed(await client.state(system, 2));
    const result = await client.call('GetSummaryInformation', {
      SettingData: [pathOfInstance(settings)],
      RequestedInformation: [112, 113, 120],
    });
    const [summary] = result.out['SummaryInformation'] as readonly CimInstance[];
    assert.equal(typeof summary?.get('AvailableMemoryBuffer'), 'number');
    assert.equal(typeof summary?.get('MemoryAvailable'), 'number');
    assert.equal(typeof summary?.get('SwapFilesInUse'), 'boolean');
  });

  test('AppHealth: the heartbeat of a running VM has two statuses that the sample knows', async () => {
    const { client } = world;
    const system = await client.define({ ElementName: 'health' });
    await client.succeed(await client.state(system, 2));
    const status = async () =>
      first(await client.related(system, 'Msvm_HeartbeatComponent', 'Msvm_SystemDevice')).get(
        'OperationalStatus',
      ) as readonly number[];
    assert.ok([2, 32782, 32896].includes((await status())[1] ?? -1));
    // On QEMU this machine has no disk, so no guest that answers; one that does: wire-guests.test.ts.
    if (hypervisor === 'qemu') return assert.equal((await status())[0], 12, 'no contact');
    await world.until(async () => (await status())[0] === 2);
    assert.equal((await status())[1], 2);
  });

  test('EnhancedSession: state of the VM, setting of the service, read and changed', async () => {
    const { client } = world;
    await client.define({ ElementName: 'session' });
    const state = async () => (await vmByName(client, 'session')).get('EnhancedSessionModeState');
    assert.ok([2, 3, 6].includes(Number(await state())));
    const read = async () => first(await client.related(await client.service(), `${SERVICE_CLASS}SettingData`));
    const before = await read();
    assert.equal(typeof before.get('EnhancedSessionModeEnabled'), 'boolean');
    const EnhancedSessionModeEnabled = before.get('EnhancedSessionModeEnabled') !== true;
    const result = await client.call('ModifyServiceSettings', {
      SettingData: world.print(before.with({ EnhancedSessionModeEnabled })),
    });
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    assert.equal((await read()).get('EnhancedSessionModeEnabled'), EnhancedSessionModeEnabled);
  });

  test('FibreChannel: the WWN range of the service, changed; GenerateWwpn(2)', async () => {
    const { client } = world;
    const settings = first(await client.related(await client.service(), `${SERVICE_CLASS}SettingData`));
    const range = {
      MinimumWWPNAddress: 'C003FF1111110000',
      MaximumWWPNAddress: 'C003FF111111FFFF',
      CurrentWWNNAddress: 'C003FF0000FFFF01',
    };
    const result = await client.call('ModifyServiceSettings', { SettingData: world.print(settings.with(range)) });
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    const generated = await client.call('GenerateWwpn', { NumberOfWwpns: 2 });
    assert.deepEqual(generated.out['GeneratedWwpn'], ['C003FF1111110000', 'C003FF1111110001']);
  });

  // On QEMU its guest has no agent here: test/qemu/linux.test.ts copies into one that has.
  if (hypervisor === 'simulated')
    test('IntegrationServices: a file is copied to the guest by the service that its interface is registered at', async () => {
      const { client } = world;
      const system = await client.define({ ElementName: 'integrated' });
      const component = 'Msvm_GuestServiceInterfaceComponent';
      const setting = await client.resource(system, `${component}SettingData`);
      const enabled = await client.call('ModifyGuestServiceSettings', {
        GuestServiceSettings: [world.print(setting.with({ EnabledState: 2 }))],
      });
      assert.equal(enabled.returnValue, 0, String(enabled.extended?.get('Message')));
      await client.succeed(await client.state(system, 2));
      const device = pathOfInstance(first(await client.related(system, component)));
      const file = await world.disk('copied.img');
      await world.until(
        async () => ((await client.get(device)).get('OperationalStatus') as readonly number[])[0] === 2,
      );
      const service = first(await client.related(device, 'Msvm_GuestFileService', 'Msvm_RegisteredGuestService'));
      const copy = (OverwriteExisting: boolean) =>
        client.invoke(pathOfInstance(service), 'CopyFilesToGuest', {
          CopyFileToGuestSettings: [
            created(world, 'Msvm_CopyFileToGuestSettingData', {
              SourcePath: file,
              DestinationPath: 'C:\\new\\disk.img',
              OverwriteExisting,
              CreateFullPath: true,
            }),
          ],
        });
      const job = (await client.succeed(await copy(false))) ?? assert.fail('a job');
      assert.deepEqual([job.class.name, job.get('PercentComplete')], ['Msvm_CopyFileToGuestJob', 100]);
      // The guest has it now, and keeps it.
      const again = await client.finished(await copy(false));
      assert.deepEqual(
        [again.get('JobState'), String(again.get('ErrorDescription')).includes('0x80070050')],
        [10, true],
      );
      await client.succeed(await copy(true));
    });

  test('Networking: adapter and connection from the pools of their kind, disconnected, pointed elsewhere', async () => {
    const { client } = world;
    const system = await client.define({ ElementName: 'network' });
    const adapter = (await template(client, 10, SUB_TYPE.ethernet)) ?? assert.fail('a template');
    const port = await addResource(client, system, world.print(adapter.with({ ElementName: 'Network Adapter' })));
    const connection = (await template(client, 33, SUB_TYPE.connection)) ?? assert.fail('a template');
    const target = client.text(pathOfInstance(first(await client.query('SELECT * FROM Msvm_VirtualEthernetSwitch'))));
    const made = await addResource(
      client,
      system,
      world.print(connection.with({ Parent: client.text(pathOfInstance(port)), HostResource: [target] })),
    );
    assert.deepEqual(made.get('HostResource'), [target]);
    for (const changes of [{ EnabledState: 3 }, { EnabledState: 2, HostResource: [target] }]) {
      const setting = await client.get(pathOfInstance(made));
      const result = await client.call('ModifyResourceSettings', {
        ResourceSettings: [world.print(setting.with(changes))],
      });
      assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
      assert.equal((await client.get(pathOfInstance(made))).get('EnabledState'), changes.EnabledState);
    }
    assert.ok(Array.isArray((await client.get(pathOfInstance(made))).get('RequiredFeatures')));
  });

  test('Networking: a feature from its capabilities, added to a connection', async () => {
    const { client } = world;
    const system = await client.define({ ElementName: 'feature' });
    const adapter = (await template(client, 10, SUB_TYPE.ethernet)) ?? assert.fail('a template');
    const port = await addResource(client, system, world.print(adapter));
    const connection = (await template(client, 33, SUB_TYPE.connection)) ?? assert.fail('a template');
    const made = await addResource(
      client,
      system,
      world.print(connection.with({ Parent: client.text(pathOfInstance(port)) })),
    );
    const capabilities = first(
      await client.query(
        `SELECT * FROM Msvm_EthernetSwitchFeatureCapabilities WHERE FeatureId = "776E0BA7-94A1-41C8-8F28-951F524251B5"`,
      ),
    );
    const [security] = await client.related(
      pathOfInstance(capabilities),
      'Msvm_EthernetSwitchPortSecuritySettingData',
      'Msvm_FeatureSettingsDefineCapabilities',
    );
    const FeatureSettings = [world.print((security ?? assert.fail('a default')).with({ AllowMacSpoofing: true }))];
    const result = await client.call('AddFeatureSettings', {
      AffectedConfiguration: pathOfInstance(made),
      FeatureSettings,
    });
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    const features = await client.related(
      pathOfInstance(made),
      'Msvm_EthernetSwitchPortSecuritySettingData',
      'Msvm_EthernetPortSettingDataComponent',
    );
    assert.equal(first(features).get('AllowMacSpoofing'), true);
  });

  // Files are the same to both; on QEMU the contract grows a disk of a running machine (test/hypervisor-contract/devices.ts).
  if (hypervisor === 'simulated') storageSample(() => world);

  test('StorageQoS: IOPS of a disk are numbers, modified under the sample spelling of the parameter', async () => {
    const { client } = world;
    const system = await client.define({ ElementName: 'qos' });
    const controller = first(
      (await client.resources(system, 'Msvm_ResourceAllocationSettingData')).filter(
        (row) => row.get('ResourceSubType') === SUB_TYPE.ide,
      ),
    );
    const drive = (await template(client, 17, SUB_TYPE.diskDrive)) ?? assert.fail('a template');
    const driven = await addResource(
      client,
      system,
      world.print(drive.with({ Parent: client.text(pathOfInstance(controller)), AddressOnParent: '0' })),
    );
    const disk = (await template(client, 31, SUB_TYPE.hardDisk)) ?? assert.fail('a template');
    const file = await world.disk('qos.img');
    const image = await addResource(
      client,
      system,
      world.print(disk.with({ Parent: client.text(pathOfInstance(driven)), HostResource: [file] })),
    );
    assert.deepEqual([typeof image.get('IOPSLimit'), typeof image.get('IOPSReservation')], ['bigint', 'bigint']);
    const result = await client.call('ModifyResourceSettings', {
      Resourcesettings: [world.print(image.with({ IOPSLimit: 500n }))],
    });
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    assert.equal((await client.get(pathOfInstance(image))).get('IOPSLimit'), 500n);
    const disks = (await client.resources(system, SASD)).filter((row) => row.get('ResourceType') === 31);
    assert.deepEqual(
      disks.map((row) => row.get('HostResource')),
      [[file]],
    );
    // The status of all disks of the host, from their pool, and the setting of each.
    await client.succeed(await client.state(system, 2));
    const [drawn, ...others] = await client.related(
      await pool(client, 31, SUB_TYPE.hardDisk),
      'Msvm_LogicalDisk',
      'Msvm_ElementAllocatedFromPool',
    );
    assert.deepEqual(others, []);
    assert.deepEqual((drawn?.get('OperationalStatus') as readonly number[] | undefined)?.[0], 2);
    const settings = await client.related(pathOf(drawn?.path()), SASD, 'Msvm_SettingsDefineState');
    assert.deepEqual(
      settings.map((row) => row.get('InstanceID')),
      [image.get('InstanceID')],
    );
  });

  test('Migration, Replica: services and their settings are found; what they would do is refused with a reason', async () => {
    const { client } = world;
    const system = await client.define({ ElementName: 'stays' });
    const refused: readonly (readonly [service: string, settings: string, method: string])[] = [
      ['VirtualSystemMigrationService', 'VirtualSystemMigrationServiceSettingData', 'CheckVirtualSystemIsMigratable'],
      ['VirtualSystemMigrationService', 'VirtualSystemMigrationServiceSettingData', 'MigrateVirtualSystemToHost'],
      ['ReplicationService', 'ReplicationServiceSettingData', 'CreateReplicationRelationship'],
    ];
    for (const [name, settings, method] of refused) {
      const service = pathOfInstance(first(await client.query(`SELECT * FROM Msvm_${name}`)));
      assert.equal((await client.related(service, `Msvm_${settings}`)).length, 1, settings);
      const result = await client.invoke(service, method, { ComputerSystem: system });
      assert.equal(result.returnValue, 32770, method);
      assert.match(String(result.extended?.get('Message')), /is not implemented\. (?:Export|Back)/, method);
    }
    assert.equal((await client.query("SELECT * FROM Msvm_ComputerSystem WHERE ElementName = 'stays'")).length, 1);
  });

  test('defaults: minimum, maximum and increment by value role and range', async () => {
    const { client } = world;
    for (const [type, subType] of [
      [3, 'Microsoft:Hyper-V:Processor'],
      [4, 'Microsoft:Hyper-V:Memory'],
    ] as const) {
      const quantity = async (role: string, range: string) =>
        Number((await template(client, type, subType, role, range))?.get('VirtualQuantity') ?? Number.NaN);
      const [standard, minimum, maximum, increment] = [
        await quantity('0', '0'),
        await quantity('3', '1'),
        await quantity('3', '2'),
        await quantity('3', '3'),
      ];
      assert.ok(minimum <= standard && standard <= maximum, subType);
      assert.ok(increment > 0, subType);
    }
  });

  test('VmOperations: NMI without an input object; LowMmioGapSize by ModifySystemSettings', async () => {
    const { client } = world;
    const system = await client.define({ ElementName: 'operations' });
    const settings = await client.settings(system);
    const result = await client.call('ModifySystemSettings', {
      SystemSettings: world.print(settings.with({ LowMmioGapSize: 256n })),
    });
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    assert.equal((await client.settings(system)).get('LowMmioGapSize'), 256n);
    await client.succeed(await client.state(system, 2));
    await client.succeed(await client.invoke(system, 'InjectNonMaskableInterrupt'));
  });
};

for (const hypervisor of ['qemu', 'simulated'] as const)
  describe(`Microsoft's samples, ${hypervisor} (client-usage §1, §2)`, sequences(hypervisor));
