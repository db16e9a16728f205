import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatPath } from '../../src/cim/path/format-path.ts';
import { V2 } from '../../src/msvm/register.ts';
import { HOST, machineOf, makeSystem, makeWorld, NIC, running, SCSI_DISK_AND_NIC, VM1, VM2 } from './kit.ts';

const PATH1 = `Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${VM1}"`;

describe('Msvm_ComputerSystem (object-model §3)', () => {
  test('a machine that is off', async () => {
    const world = makeWorld();
    world.put(makeSystem());
    const vm = await world.get(PATH1);
    const expected = {
      Caption: 'Virtual Machine',
      Description: 'Microsoft Virtual Machine',
      ElementName: 'first',
      Name: VM1,
      InstallDate: '20240506070709.120000-000',
      EnabledState: 3,
      RequestedState: 12,
      HealthState: 5,
      OperationalStatus: [2],
      StatusDescriptions: ['Operating normally'],
      Status: 'OK',
      ResetCapability: 1,
      OnTimeInMilliseconds: 0n,
      ProcessID: null,
      TimeOfLastStateChange: '20240506070759.120000-000',
      ReplicationState: 0,
      LastReplicationTime: '16010101000000.000000-000',
      EnhancedSessionModeState: 3,
      InstanceID: null,
      TransitioningToState: null,
    };
    for (const [name, value] of Object.entries(expected)) assert.deepEqual(vm.get(name), value, name);
  });

  test('the host is found by machine name and told by its description (README rule 4)', async () => {
    const world = makeWorld();
    world.put(makeSystem());
    const [host, ...more] = await world.query(
      `SELECT * FROM Msvm_ComputerSystem WHERE ElementName = "${HOST.name.toLowerCase()}"`,
    );
    assert.equal(more.length, 0);
    assert.equal(host?.get('Name'), HOST.name);
    assert.equal(host?.get('Description'), 'Microsoft Hosting Computer System');
    assert.equal(host?.get('EnabledState'), 2);
    assert.equal(host?.get('OnTimeInMilliseconds'), null);
    assert.equal(host?.get('ProcessID'), null);
  });

  test('EnabledState by power state (lifecycle §1), ProcessID and running time while there is a process', async () => {
    const states = {
      unknown: 0,
      running: 2,
      off: 3,
      stopping: 4,
      saved: 6,
      paused: 9,
      starting: 10,
      resetting: 11,
      saving: 32773,
      pausing: 32776,
      resuming: 32777,
      pausedCritical: 32789,
    } as const;
    const world = makeWorld();
    for (const [power, enabledState] of Object.entries(states)) {
      world.put({ ...makeSystem(), power: power as keyof typeof states });
      assert.equal((await world.get(PATH1)).get('EnabledState'), enabledState, power);
    }
    world.put(running(makeSystem()));
    const vm = await world.get(PATH1);
    assert.equal(vm.get('ProcessID'), 4711);
    assert.equal(vm.get('OnTimeInMilliseconds'), 1500n);
  });

  test('OperationalStatus of operations, exclusive or beside the running machine (lifecycle §3)', async () => {
    const world = makeWorld();
    world.put({ ...makeSystem(), operation: { kind: 'exporting', exclusive: true } });
    const exporting = await world.get(PATH1);
    assert.deepEqual(exporting.get('OperationalStatus'), [11, 32773]);
    assert.deepEqual(exporting.get('StatusDescriptions'), ['In service', 'Exporting']);
    assert.equal(exporting.get('Status'), 'Service');
    world.put({ ...running(makeSystem()), operation: { kind: 'mergingDisks', exclusive: false } });
    assert.deepEqual((await world.get(PATH1)).get('OperationalStatus'), [2, 32772]);
    world.put({ ...running(makeSystem()), power: 'pausedCritical' });
    assert.equal((await world.get(PATH1)).get('HealthState'), 20);
    world.put({ ...makeSystem(), extras: { diedRepeatedly: true } });
    assert.equal((await world.get(PATH1)).get('HealthState'), 25);
  });

  test('a plan is a Msvm_PlannedComputerSystem and no Msvm_ComputerSystem', async () => {
    const world = makeWorld();
    world.put({ ...makeSystem({ id: VM2, name: 'plan' }), kind: 'planned' });
    assert.deepEqual(
      (await world.enumerate('Msvm_PlannedComputerSystem')).map((one) => one.get('Name')),
      [VM2],
    );
    assert.deepEqual(
      (await world.enumerate('Msvm_ComputerSystem')).map((one) => one.get('Name')),
      [HOST.name],
    );
    await assert.rejects(world.get(`Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${VM2}"`), {
      code: 'notFound',
    });
    const [vssd] = await world.query(`SELECT * FROM Msvm_VirtualSystemSettingData WHERE ElementName='PLAN'`);
    assert.equal(vssd?.get('VirtualSystemType'), 'Microsoft:Hyper-V:System:Planned');
  });

  test('each machine has a BIOS with the serial numbers and boot order of its settings (Msvm_SystemBIOS)', async () => {
    const world = makeWorld();
    world.put(makeSystem());
    world.put(makeSystem({ id: VM2, name: 'second', generation: 2 }));
    const [bios, ...more] = await world.associators(PATH1, { associationClass: 'Msvm_SystemBIOS' });
    assert.deepEqual(more, []);
    assert.equal(bios?.class.name, 'Msvm_BIOSElement');
    const [settings] = await world.query(
      `SELECT * FROM Msvm_VirtualSystemSettingData WHERE InstanceID = 'Microsoft:${VM1}'`,
    );
    for (const name of ['BIOSGUID', 'BIOSSerialNumber', 'ChassisAssetTag', 'BIOSNumLock', 'BootOrder'])
      assert.deepEqual(bios?.get(name), settings?.get(name), name);
    assert.equal(bios?.get('SoftwareElementID'), VM1);
    assert.equal((await world.enumerate('Msvm_BIOSElement')).length, 2);
    const path = formatPath(bios?.path() ?? assert.fail(), { host: HOST.name, namespace: V2 });
    const [back] = await world.associators(path, { associationClass: 'Msvm_SystemBIOS' });
    assert.equal(back?.get('Name'), VM1);
  });

  test('each machine has replication settings, of one that is not replicated (other-services: readable)', async () => {
    const world = makeWorld();
    world.put(makeSystem());
    world.put(makeSystem({ id: VM2, name: 'second' }));
    const found = await world.associators(PATH1, { resultClass: 'Msvm_ReplicationSettingData' });
    assert.deepEqual(
      found.map((one) => one.get('InstanceID')),
      [`Microsoft:${VM1}\\HVR\\0`],
    );
    const [one] = await world.query(
      `SELECT * FROM Msvm_ReplicationSettingData WHERE InstanceID = 'Microsoft:${VM2}\\HVR\\0'`,
    );
    assert.equal(one?.get('VirtualSystemType'), 'Microsoft:Hyper-V:Replica');
    assert.equal(one?.get('VirtualSystemIdentifier'), VM2);
    const [link] = await world.references(PATH1, { resultClass: 'Msvm_ElementSettingData' });
    assert.deepEqual(
      ['IsDefault', 'IsCurrent', 'IsNext'].map((name) => link?.get(name)),
      [1, 1, 0],
    );
    // A query on the settings of machines does not give them.
    assert.equal(
      (await world.query(`SELECT * FROM Msvm_VirtualSystemSettingData WHERE InstanceID LIKE 'Microsoft:${VM1}%'`))
        .length,
      1,
    );
  });

  test('names are not unique, GUIDs match in any case, a partial key is enough when it is unique', async () => {
    const world = makeWorld();
    world.put(makeSystem({ name: 'twin' }));
    world.put(makeSystem({ id: VM2, name: 'Twin' }));
    assert.equal((await world.query(`SELECT * FROM Msvm_ComputerSystem WHERE ElementName='TWIN'`)).length, 2);
    assert.equal((await world.query(`SELECT * FROM Msvm_ComputerSystem WHERE Name='${VM1.toLowerCase()}'`)).length, 1);
    assert.equal((await world.get(`Msvm_ComputerSystem.Name="${VM1.toLowerCase()}"`)).get('Name'), VM1);
  });

  test('the canonical path has keys in name order and is that of the host', async () => {
    const world = makeWorld();
    const system = world.put(makeSystem());
    const { projection, resolver } = world.msvm.v2;
    assert.equal(
      projection.text(resolver.systemPath(system)),
      `\\\\TESTHOST\\root\\virtualization\\v2:Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${VM1}"`,
    );
  });

  test('looking one system up asks the graph for that one only', async () => {
    const world = makeWorld();
    world.put(running(makeSystem()));
    world.graph.systems = () => {
      throw new Error('visited all systems');
    };
    const queries = [
      `SELECT * FROM Msvm_ComputerSystem WHERE Name = '${VM1}'`,
      `SELECT * FROM Msvm_ComputerSystem WHERE ElementName = 'first'`,
      `SELECT * FROM Msvm_ComputerSystem WHERE ProcessID = 4711`,
      `SELECT * FROM Msvm_VirtualSystemSettingData WHERE InstanceID = 'Microsoft:${VM1}'`,
      `SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemIdentifier = '${VM1}'`,
      `SELECT * FROM Msvm_VirtualSystemSettingData WHERE ConfigurationID = '${VM1}'`,
      `SELECT * FROM Msvm_VirtualSystemSettingData WHERE ElementName = 'first'`,
      `SELECT * FROM CIM_ResourceAllocationSettingData WHERE InstanceID LIKE 'Microsoft:${VM1}%'`,
      `SELECT * FROM CIM_ResourceAllocationSettingData WHERE InstanceID LIKE '%\\Default'`,
      `SELECT * FROM Msvm_ShutdownComponent WHERE SystemName = '${VM1}'`,
      `SELECT * FROM Msvm_SerialPortSettingData WHERE Parent = '\\\\TESTHOST\\root\\virtualization\\v2:Msvm_ResourceAllocationSettingData.InstanceID="Microsoft:${VM1}\\\\8E3A359F-559A-4B6A-98A9-1690A6100ED7"'`,
      `SELECT * FROM Msvm_SyntheticEthernetPortSettingData WHERE ElementName = 'no such adapter'`,
      `ASSOCIATORS OF {${PATH1}}`,
      `REFERENCES OF {Msvm_VirtualSystemSettingData.InstanceID="Microsoft:${VM1}"}`,
    ];
    for (const query of queries) {
      const found = await world.query(query);
      assert.ok(found.length > 0 || query.includes('no such adapter'), query);
    }
  });
});

describe('devices of a running machine (object-model §7)', () => {
  test('exist only while it runs, with DeviceIDs that have no machine GUID', async () => {
    const world = makeWorld();
    const off = world.put(makeSystem());
    assert.deepEqual(await world.query(`SELECT * FROM Msvm_ShutdownComponent WHERE SystemName='${VM1}'`), []);
    world.put(running(off));
    world.graph.setMachine(VM1, machineOf(VM1));
    const [shutdown] = await world.query(`SELECT * FROM Msvm_ShutdownComponent WHERE SystemName='${VM1}'`);
    assert.equal(shutdown?.get('DeviceID'), 'Microsoft:9F8233AC-BE49-4C79-8EE3-E7E1985B2077');
    assert.deepEqual(shutdown?.get('OperationalStatus'), [2]);
    const [memory] = await world.query(`SELECT * FROM Msvm_Memory WHERE SystemName='${VM1}'`);
    assert.equal(memory?.get('DeviceID'), 'Microsoft:4764334D-E001-4176-82EE-5594EC9B530E\\0');
    assert.equal(memory?.get('NumberOfBlocks'), 1024n);
    const [head] = await world.query(`SELECT * FROM Msvm_VideoHead WHERE SystemName='${VM1}'`);
    assert.equal(head?.get('CurrentHorizontalResolution'), 1024);
    assert.equal(head?.get('CurrentVerticalResolution'), 768);
    assert.equal((await world.query(`SELECT * FROM Msvm_Keyboard WHERE SystemName='${VM1}'`)).length, 1);
  });

  test('components tell whether the guest answers; the heartbeat has two states (AppHealth)', async () => {
    const world = makeWorld();
    world.put(running(makeSystem()));
    const machine = machineOf(VM1);
    world.graph.setMachine(VM1, machine);
    const heartbeat = async () =>
      (await world.query(`SELECT * FROM Msvm_HeartbeatComponent`))[0]?.get('OperationalStatus');
    assert.deepEqual(await heartbeat(), [2, 2]);
    world.graph.setMachine(VM1, machineOf(VM1, { ...machine.figures(), guestAgent: 'absent' }));
    assert.deepEqual(await heartbeat(), [12, 32896]);
    world.graph.setMachine(VM1, machineOf(VM1, { ...machine.figures(), guestAgent: 'lost' }));
    assert.deepEqual(await heartbeat(), [13, 32896]);
  });

  test('one Msvm_Processor for each virtual processor', async () => {
    const world = makeWorld();
    const system = makeSystem();
    const devices = system.active.devices.map((one) =>
      one.kind === 'processor' ? { ...one, values: { VirtualQuantity: 3n } } : one,
    );
    world.put(running({ ...system, active: { ...system.active, devices } }));
    const processors = await world.query(`SELECT * FROM Msvm_Processor WHERE SystemName='${VM1}'`);
    assert.deepEqual(
      processors.map((one) => one.get('DeviceID')),
      [0, 1, 2].map((at) => `Microsoft:b637f346-6a0e-4dec-af52-bd70cb80a21d\\${at}`),
    );
  });

  test('guest facts come as key-value items', async () => {
    const world = makeWorld();
    world.put(running(makeSystem()));
    assert.deepEqual((await world.enumerate('Msvm_KvpExchangeComponent'))[0]?.get('GuestIntrinsicExchangeItems'), []);
    world.graph.setMachine(VM1, machineOf(VM1));
    const items = (await world.enumerate('Msvm_KvpExchangeComponent'))[0]?.get(
      'GuestIntrinsicExchangeItems',
    ) as string[];
    assert.match(items[0] ?? '', /^<INSTANCE CLASSNAME="Msvm_KvpExchangeDataItem">.*OSName.*Debian GNU\/Linux 12/s);
    assert.equal(items.length, 8);
    const own = (await world.enumerate('Msvm_KvpExchangeComponent'))[0]?.get('GuestExchangeItems') as string[];
    assert.equal(own.length, 1);
    assert.match(own[0] ?? '', /role.*database &lt;1&gt;/s);
    const dataOf = (name: string) => items.find((text) => text.includes(`<VALUE>${name}</VALUE>`)) ?? assert.fail(name);
    for (const [name, data] of Object.entries({
      FullyQualifiedDomainName: 'web1',
      OSVersion: '6.1.0-25-amd64',
      OSMajorVersion: '12',
      ProcessorArchitecture: 'x86_64',
      NetworkAddressIPv4: '192.0.2.7',
      NetworkAddressIPv6: '2001:db8::7',
    }))
      assert.ok(dataOf(name).includes(`<VALUE>${data}</VALUE>`), name);
    assert.ok(!items.some((text) => text.includes('OSMinorVersion')), 'what the guest does not tell is left out');
  });

  test('what the guest has made of an adapter: its addresses, while it runs (other-services §5)', async () => {
    const world = makeWorld();
    const system = makeSystem({ devices: SCSI_DISK_AND_NIC });
    world.put(system);
    const all = () => world.enumerate('Msvm_GuestNetworkAdapterConfiguration');
    assert.deepEqual(await all(), []);
    world.put(running(system));
    assert.deepEqual(
      (await all()).map((one) => one.get('IPAddresses')),
      [[]],
    );
    world.graph.setMachine(VM1, machineOf(VM1));
    const [found] = await all();
    const id = `Microsoft:GuestNetwork\\${VM1}\\${NIC}`;
    assert.deepEqual(
      ['InstanceID', 'ProtocolIFType', 'IPAddresses', 'Subnets'].map((name) => found?.get(name)),
      [id, 4098, ['192.0.2.7', '2001:db8::7'], ['255.255.255.0', '/64']],
    );
    const path = `Msvm_GuestNetworkAdapterConfiguration.InstanceID="${id.replaceAll('\\', '\\\\')}"`;
    assert.equal((await world.get(path)).get('InstanceID'), id);
    const settings = await world.associators(path, { associationClass: 'Msvm_SettingDataComponent' });
    assert.deepEqual(
      settings.map((one) => one.get('InstanceID')),
      [`Microsoft:${VM1}\\${NIC}`],
    );
    const back = await world.associators(world.msvm.v2.projection.text(settings[0]?.path() ?? assert.fail()), {
      resultClass: 'Msvm_GuestNetworkAdapterConfiguration',
    });
    assert.deepEqual(
      back.map((one) => one.get('InstanceID')),
      [id],
    );
    const of = async (pattern: string) =>
      (await world.query(`SELECT * FROM Msvm_GuestNetworkAdapterConfiguration WHERE InstanceID LIKE '${pattern}'`))
        .length;
    assert.equal(await of(`Microsoft:GuestNetwork\\\\${VM1}%`), 1);
    assert.equal(await of(`Microsoft:GuestNetwork%`), 1);
    assert.equal(await of(`Microsoft:GuestNetwork\\\\${VM2}%`), 0);
  });
});
