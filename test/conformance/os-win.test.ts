import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CimInstance } from '../../src/cim/instance.ts';
import type { ObjectPath } from '../../src/cim/object-path.ts';
import type { CimValues } from '../../src/cim/values.ts';
import { guidOf, type HyperVClient, pathOf, pathsOf, SUB_TYPE } from '../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../kit/hyperv-world.ts';

/** What OpenStack's os-win does, function by function (client-usage §4), at the broker. */
const RASD = 'Msvm_ResourceAllocationSettingData';
const SASD = 'Msvm_StorageAllocationSettingData';
const VSSD = 'Msvm_VirtualSystemSettingData';

/** `conn.Class(property=value)` of the wmi library. */
const select = (
  client: HyperVClient,
  className: string,
  where: Readonly<Record<string, string | number>>,
): Promise<CimInstance[]> => {
  const conditions = Object.entries(where).map(
    ([name, value]) => `${name} = '${String(value).replaceAll('\\', '\\\\')}'`,
  );
  return client.query(`SELECT * FROM ${className} WHERE ${conditions.join(' AND ')}`);
};

/** `[0]` of a query, as os-win takes it. */
const first = (rows: readonly CimInstance[]): CimInstance => rows[0] ?? assert.fail('a row');

const template = (client: HyperVClient, className: string, subType: string | null = null): Promise<CimInstance> =>
  client
    .query(
      `SELECT * FROM ${className} WHERE ${subType === null ? '' : `ResourceSubType = '${subType}' AND `}InstanceID LIKE '%\\Default'`,
    )
    .then(first);

/** O1: by name, realized or planned. */
const lookUp = async (client: HyperVClient, name: string): Promise<CimInstance> => {
  const found = (await select(client, VSSD, { ElementName: name })).filter((row) =>
    ['Microsoft:Hyper-V:System:Realized', 'Microsoft:Hyper-V:System:Planned'].includes(
      String(row.get('VirtualSystemType')),
    ),
  );
  assert.equal(found.length, 1);
  return first(found);
};

const vmOf = async (client: HyperVClient, name: string): Promise<CimInstance> =>
  first(await select(client, 'Msvm_ComputerSystem', { ElementName: name }));

/** O7: objects below a VSSD by the prefix of their ids. */
const below = async (client: HyperVClient, name: string, className: string): Promise<CimInstance[]> => {
  const id = String((await lookUp(client, name)).get('ConfigurationID'));
  return client.query(`SELECT * FROM ${className} WHERE InstanceID LIKE 'Microsoft:${id}%'`);
};

/** `GetText_(1)` of a whole object, changed. */
const text = (world: HyperVWorld, instance: CimInstance, changes: CimValues): string =>
  world.print(instance.with(changes));

/** O2 create_vm: a blank VSSD as full text. */
const create = async (world: HyperVWorld, name: string, generation: 1 | 2, root: string): Promise<ObjectPath> => {
  const vssd = world.broker.repository.namespace(world.client.namespace)?.class(VSSD) ?? assert.fail();
  const blank = new CimInstance(vssd, {
    ElementName: name,
    Notes: ['os-win'],
    AutomaticStartupAction: 2,
    VirtualNumaEnabled: false,
    ConfigurationDataRoot: root,
    LogDataRoot: root,
    SnapshotDataRoot: root,
    SuspendDataRoot: root,
    SwapFileDataRoot: root,
    ...(generation === 2 ? { VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2', SecureBootEnabled: false } : {}),
  });
  const result = await world.client.call('DefineSystem', {
    ResourceSettings: [],
    ReferenceConfiguration: null,
    SystemSettings: world.print(blank),
  });
  assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
  return pathOf(result.out['ResultingSystem']);
};

const addResource = async (world: HyperVWorld, name: string, resource: string): Promise<ObjectPath> => {
  // The VM, not its settings (README rule 8).
  const AffectedConfiguration = (await vmOf(world.client, name)).path();
  const result = await world.client.call('AddResourceSettings', {
    AffectedConfiguration,
    ResourceSettings: [resource],
  });
  assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
  return (
    first(
      await Promise.all(pathsOf(result.out['ResultingResourceSettings']).map((path) => world.client.get(path))),
    ).path() ?? assert.fail()
  );
};

/** O4: the SCSI controller comes from its template. */
const addController = async (world: HyperVWorld, name: string): Promise<ObjectPath> => {
  const controller = await template(world.client, RASD, SUB_TYPE.scsi);
  return addResource(
    world,
    name,
    text(world, controller, { VirtualSystemIdentifiers: ['{D1C2B3A4-0000-4000-8000-000000000001}'] }),
  );
};

/** O5 attach_drive: drive by template, then disk by template. */
const attach = async (
  world: HyperVWorld,
  name: string,
  controller: ObjectPath,
  slot: number,
  file: string,
): Promise<ObjectPath> => {
  const { client } = world;
  const drive = await template(client, RASD, SUB_TYPE.diskDrive);
  const Parent = client.text(controller);
  const driven = await addResource(
    world,
    name,
    text(world, drive, { Parent, Address: String(slot), AddressOnParent: String(slot) }),
  );
  const disk = await template(client, SASD, SUB_TYPE.hardDisk);
  return addResource(world, name, text(world, disk, { Parent: client.text(driven), HostResource: [file] }));
};

describe('os-win (client-usage §4)', () => {
  test('A2 O1 O2 O3 Gen2: memory, processor, roots read back as written; O15 the list', async () => {
    await using world = await openWorld();
    const { client } = world;
    const root = await world.folder('instances');
    await create(world, 'nova1', 2, root);
    const settings = await lookUp(client, 'nova1');
    for (const name of ['ConfigurationDataRoot', 'LogDataRoot', 'SnapshotDataRoot', 'SwapFileDataRoot']) {
      assert.equal(settings.get(name), root, name);
    }
    assert.equal(settings.get('SecureBootEnabled'), false);
    const memory = first(await below(client, 'nova1', 'Msvm_MemorySettingData'));
    const quantities = { Limit: 2048n, Reservation: 2048n, VirtualQuantity: 2048n, DynamicMemoryEnabled: false };
    const processor = first(await below(client, 'nova1', 'Msvm_ProcessorSettingData'));
    const processors = { VirtualQuantity: 2n, Reservation: 2n, Limit: 100_000n, LimitProcessorFeatures: true };
    for (const [setting, changes] of [
      [memory, quantities],
      [processor, processors],
    ] as const) {
      const result = await client.call('ModifyResourceSettings', { ResourceSettings: [text(world, setting, changes)] });
      assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
      const read = await client.get(setting.path() ?? assert.fail());
      for (const [name, value] of Object.entries(changes)) assert.equal(read.get(name), value, name);
    }
    const changes = {
      AutomaticShutdownAction: 2,
      VirtualNumaEnabled: true,
      UserSnapshotType: 2,
      ChassisAssetTag: 'ironic-1',
    };
    const modified = await client.call('ModifySystemSettings', {
      SystemSettings: text(world, await lookUp(client, 'nova1'), changes),
    });
    assert.equal(modified.returnValue, 0, String(modified.extended?.get('Message')));
    const read = await lookUp(client, 'nova1');
    for (const [name, value] of Object.entries(changes)) assert.equal(read.get(name), value, name);
    const list = await client.query(
      `SELECT ElementName, Notes FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemType = 'Microsoft:Hyper-V:System:Realized'`,
    );
    assert.deepEqual(
      list.map((row) => [row.get('ElementName'), row.get('Notes')]),
      [['nova1', ['os-win']]],
    );
  });

  test('A3 O4 O5 O6 O8 O12 disk on SCSI by templates, start, free slots, detach', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await create(world, 'nova2', 2, await world.folder('instances'));
    const controller = await addController(world, 'nova2');
    const files = [await world.disk('root.img'), await world.disk('data.img')];
    const disks = [];
    for (const [slot, file] of files.entries()) disks.push(await attach(world, 'nova2', controller, slot, file));
    const drives = await client.query(
      `SELECT * FROM ${RASD} WHERE (ResourceSubType='${SUB_TYPE.diskDrive}' OR ResourceSubType='Microsoft:Hyper-V:Physical Disk Drive' OR ResourceSubType='${SUB_TYPE.dvdDrive}') AND Parent = '${client.text(controller)}'`,
    );
    assert.deepEqual(
      drives.map((drive) => drive.get('AddressOnParent')),
      ['0', '1'],
    );
    await client.succeed(await client.state(system, 2));
    const images = await below(client, 'nova2', SASD);
    const image = images.find(
      (row) => String((row.get('HostResource') as readonly string[])[0]).toLowerCase() === files[1]?.toLowerCase(),
    );
    const drive = await client.query(`SELECT * FROM ${RASD} WHERE __PATH = '${String(image?.get('Parent'))}'`);
    for (const setting of [image, first(drive)]) {
      const removed = await client.call('RemoveResourceSettings', {
        ResourceSettings: [setting?.path() ?? assert.fail()],
      });
      assert.equal(removed.returnValue, 0, String(removed.extended?.get('Message')));
    }
    assert.equal((await below(client, 'nova2', SASD)).length, 1);
    await client.succeed(await client.state(system, 3));
  });

  test('A4 O9 O10 adapter by template, MAC as text, port connected to a switch, found by its name, moved', async () => {
    await using world = await openWorld();
    const { client } = world;
    await create(world, 'nova3', 2, await world.folder('instances'));
    const nic = await template(client, 'Msvm_SyntheticEthernetPortSettingData');
    const port = await addResource(
      world,
      'nova3',
      text(world, nic, {
        ElementName: 'port-uuid',
        VirtualSystemIdentifiers: ['{D1C2B3A4-0000-4000-8000-000000000002}'],
        Address: 'FA163EB00BE6',
        StaticMacAddress: true,
      }),
    );
    const [found] = await select(client, 'Msvm_SyntheticEthernetPortSettingData', { ElementName: 'port-uuid' });
    assert.equal(found?.get('InstanceID'), port.key('InstanceID'));
    const [target] = await client.query('SELECT * FROM Msvm_VirtualEthernetSwitch');
    const HostResource = [client.text(target?.path() ?? assert.fail('a switch'))];
    const connection = await template(client, 'Msvm_EthernetPortAllocationSettingData');
    const made = await addResource(
      world,
      'nova3',
      text(world, connection, { HostResource, Parent: client.text(port), ElementName: 'port-uuid' }),
    );
    const [byName] = await select(client, 'Msvm_EthernetPortAllocationSettingData', { ElementName: 'port-uuid' });
    assert.equal(byName?.get('InstanceID'), made.key('InstanceID'));
    assert.match(String(made.key('InstanceID')), /^Microsoft:[^\\]+\\[^\\]+\\[^\\]+$/);
    assert.equal(byName?.get('Parent'), client.text(port));
    const modified = await client.call('ModifyResourceSettings', {
      ResourceSettings: [text(world, byName ?? assert.fail(), { HostResource: [], EnabledState: 3 })],
    });
    assert.equal(modified.returnValue, 0, String(modified.extended?.get('Message')));
    assert.equal((await client.get(made)).get('EnabledState'), 3);
  });

  test('O11 VLAN, security and bandwidth by blank objects; removed before they are set anew', async () => {
    await using world = await openWorld();
    const { client } = world;
    await create(world, 'nova4', 2, await world.folder('instances'));
    const port = await addResource(
      world,
      'nova4',
      text(world, await template(client, 'Msvm_SyntheticEthernetPortSettingData'), { ElementName: 'p' }),
    );
    const connection = await addResource(
      world,
      'nova4',
      text(world, await template(client, 'Msvm_EthernetPortAllocationSettingData'), {
        Parent: client.text(port),
        ElementName: 'p',
      }),
    );
    const schema = world.broker.repository.namespace(client.namespace) ?? assert.fail();
    const set = async (className: string, values: CimValues): Promise<ObjectPath> => {
      for (const old of await client.query(
        `SELECT * FROM ${className} WHERE InstanceID LIKE '${String(connection.key('InstanceID'))}\\%'`,
      )) {
        assert.equal((await client.call('RemoveFeatureSettings', { FeatureSettings: [old.path()] })).returnValue, 0);
      }
      const blank = new CimInstance(schema.class(className) ?? assert.fail(className), values);
      const result = await client.call('AddFeatureSettings', {
        AffectedConfiguration: connection,
        FeatureSettings: [world.print(blank)],
      });
      assert.equal(result.returnValue, 0, `${className}: ${String(result.extended?.get('Message'))}`);
      return pathsOf(result.out['ResultingFeatureSettings'])[0] ?? assert.fail();
    };
    for (const AccessVlanId of [100, 200]) {
      const vlan = await set('Msvm_EthernetSwitchPortVlanSettingData', { AccessVlanId, OperationMode: 1 });
      assert.equal((await client.get(vlan)).get('AccessVlanId'), AccessVlanId);
    }
    const security = await set('Msvm_EthernetSwitchPortSecuritySettingData', { AllowMacSpoofing: true });
    assert.equal((await client.get(security)).get('AllowMacSpoofing'), true);
    const bandwidth = await set('Msvm_EthernetSwitchPortBandwidthSettingData', { Limit: 1_000_000n, Reservation: 0n });
    assert.equal((await client.get(bandwidth)).get('Limit'), 1_000_000n);
  });

  test('A6 O12 O13 soft shutdown; the component vanishes; 32775 for what is so already', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await create(world, 'nova5', 1, await world.folder('instances'));
    assert.equal((await client.state(system, 3)).returnValue, 32775);
    await client.succeed(await client.state(system, 2));
    assert.equal((await client.state(system, 2)).returnValue, 32775);
    const components = await select(client, 'Msvm_ShutdownComponent', { SystemName: guidOf(system) });
    const component = first(components).path() ?? assert.fail();
    const result = await client.invoke(component, 'InitiateShutdown', {
      Force: false,
      Reason: 'Soft shutdown requested by OpenStack Nova.',
    });
    assert.equal(result.returnValue, 0);
    await world.until(async () => (await vmOf(client, 'nova5')).get('EnabledState') === 3);
    assert.deepEqual(await select(client, 'Msvm_ShutdownComponent', { SystemName: guidOf(system) }), []);
  });

  test('O14 A19 summary of 100 VMs in order, a dead path among them', async () => {
    await using world = await openWorld();
    const { client } = world;
    const paths: ObjectPath[] = [];
    for (let i = 0; i < 100; i += 1) {
      const system = await client.define({ ElementName: `nova-${i}` });
      paths.push(world.path(VSSD, { InstanceID: `Microsoft:${guidOf(system)}` }));
    }
    paths.splice(50, 0, world.path(VSSD, { InstanceID: `Microsoft:${world.unknownId}` }));
    const result = await client.call('GetSummaryInformation', {
      RequestedInformation: [1, 4, 100, 103, 105],
      SettingData: paths,
    });
    assert.equal(result.returnValue, 0);
    const summaries = result.out['SummaryInformation'] as readonly CimInstance[];
    const names = summaries.map((summary) => summary.get('ElementName'));
    const expected = Array.from({ length: 100 }, (_, i): string | null => `nova-${i}`);
    expected.splice(50, 0, null);
    assert.deepEqual(names, expected);
    assert.equal(summaries[50]?.get('Name'), '');
  });

  test('O16 destroy; afterwards nothing of the VM is found', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await create(world, 'nova6', 2, await world.folder('instances'));
    await client.succeed(await client.call('DestroySystem', { AffectedSystem: system }));
    assert.deepEqual(await select(client, VSSD, { ElementName: 'nova6' }), []);
    assert.deepEqual(await select(client, 'Msvm_ComputerSystem', { ElementName: 'nova6' }), []);
  });

  test('O20 jobs of a VM by Msvm_AffectedJobElement(AffectedElement=path); the path with slashes', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await create(world, 'nova7', 2, await world.folder('instances'));
    const result = await client.state(system, 2);
    const job = pathOf(result.out['Job']);
    await client.succeed(result);
    assert.equal((await client.get(client.text(job).replaceAll('\\', '/'))).get('JobState'), 7);
    const mappings = await select(client, 'Msvm_AffectedJobElement', { AffectedElement: client.text(system) });
    const jobs = mappings.map((mapping) => pathOf(mapping.get('AffectingElement')).key('InstanceID'));
    assert.ok(jobs.includes(job.key('InstanceID') ?? ''));
  });

  test('O21 serial console: the pipe of a port is set and read', async () => {
    await using world = await openWorld();
    const { client } = world;
    await create(world, 'nova8', 2, await world.folder('instances'));
    const ports = await below(client, 'nova8', 'Msvm_SerialPortSettingData');
    assert.equal(ports.length, 2);
    const Connection = ['\\\\.\\pipe\\nova8-console'];
    const result = await client.call('ModifyResourceSettings', {
      ResourceSettings: [text(world, first(ports), { Connection })],
    });
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    assert.deepEqual(first(await below(client, 'nova8', 'Msvm_SerialPortSettingData')).get('Connection'), Connection);
  });

  test('O22 boot order: Gen1 by BootOrder, Gen2 by Msvm_LogicalIdentity, entries in upper case', async () => {
    await using world = await openWorld();
    const { client } = world;
    await create(world, 'nova9', 1, await world.folder('instances'));
    const gen1 = await client.call('ModifySystemSettings', {
      SystemSettings: text(world, await lookUp(client, 'nova9'), { BootOrder: [2, 3, 0, 1] }),
    });
    assert.equal(gen1.returnValue, 0, String(gen1.extended?.get('Message')));
    assert.deepEqual((await lookUp(client, 'nova9')).get('BootOrder'), [2, 3, 0, 1]);
    await create(world, 'nova10', 2, await world.folder('instances'));
    const controller = await addController(world, 'nova10');
    await attach(world, 'nova10', controller, 0, await world.disk('root.img'));
    const nic = await addResource(
      world,
      'nova10',
      text(world, await template(client, 'Msvm_SyntheticEthernetPortSettingData'), { ElementName: 'p' }),
    );
    const [identity] = await select(client, 'Msvm_LogicalIdentity', { SystemElement: client.text(nic) });
    const wanted = client.text(pathOf(identity?.get('SameElement'))).toUpperCase();
    const old = ((await lookUp(client, 'nova10')).get('BootSourceOrder') as readonly string[]).map((path) =>
      path.toUpperCase(),
    );
    const order = [wanted, ...old.filter((path) => path !== wanted)];
    const gen2 = await client.call('ModifySystemSettings', {
      SystemSettings: text(world, await lookUp(client, 'nova10'), { BootSourceOrder: order }),
    });
    assert.equal(gen2.returnValue, 0, String(gen2.extended?.get('Message')));
    const read = (await lookUp(client, 'nova10')).get('BootSourceOrder') as readonly string[];
    assert.deepEqual(
      read.map((path) => path.toUpperCase()),
      order,
    );
    assert.equal(first(await Promise.all(read.slice(0, 1).map((path) => client.get(path)))).get('BootSourceType'), 2);
  });

  test('A22 O23 state changes are seen by an event subscription with quoted numbers', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await create(world, 'nova11', 1, await world.folder('instances'));
    const subscription = world.broker.subscribe(
      client.context,
      client.namespace,
      `SELECT EnabledState, TargetInstance FROM __InstanceModificationEvent WITHIN 0.02 WHERE TargetInstance ISA 'Msvm_ComputerSystem' AND TargetInstance.EnabledState != PreviousInstance.EnabledState AND (TargetInstance.EnabledState = '2' OR TargetInstance.EnabledState = '3' OR TargetInstance.EnabledState = '9')`,
    );
    try {
      // Each state is stable until its event is there: what comes and goes within an interval is not told.
      for (const state of [2, 9, 3]) {
        await client.succeed(await client.state(system, state));
        const seen: unknown[] = [];
        while (seen.length === 0) {
          for (const event of await subscription.next(10, 5000)) {
            const target = event.get('TargetInstance');
            const previous = event.get('PreviousInstance');
            assert.ok(target instanceof CimInstance);
            assert.equal(previous, null, 'only what was asked for');
            seen.push(target.get('EnabledState'));
          }
        }
        assert.deepEqual(seen, [state]);
      }
    } finally {
      subscription.close();
    }
  });

  test('O25 live migration: its settings are found as instances; the move itself is refused with a reason', async () => {
    await using world = await openWorld();
    const { client } = world;
    const service = first(await client.query('SELECT * FROM Msvm_VirtualSystemMigrationService'));
    assert.deepEqual(service.get('MigrationServiceListenerIPAddressList'), [], 'nobody listens for machines');
    const path = service.path() ?? assert.fail();
    const [settings] = await client.related(path, 'Msvm_VirtualSystemMigrationServiceSettingData');
    assert.equal(settings?.get('EnableVirtualSystemMigration'), false);
    const staged = first(await select(client, 'Msvm_VirtualSystemMigrationSettingData', { MigrationType: 32770 }));
    await client.define({ ElementName: 'mover' });
    const result = await client.invoke(path, 'MigrateVirtualSystemToHost', {
      ComputerSystem: (await vmOf(client, 'mover')).path() ?? assert.fail(),
      DestinationHost: 'elsewhere',
      MigrationSettingData: text(world, staged, { DestinationPlannedVirtualSystemId: null }),
    });
    assert.equal(result.returnValue, 32770);
    assert.ok(String(result.extended?.get('Message')).length > 20);
  });

  test('O26 O27 the host and the secure boot template', async () => {
    await using world = await openWorld();
    const { client } = world;
    assert.ok((await client.query('SELECT * FROM Msvm_NumaNode')).length >= 1);
    assert.ok((await client.query('SELECT DeviceID FROM Msvm_Processor')).length >= 1);
    assert.ok((await client.query('SELECT NumberOfBlocks FROM Msvm_Memory')).length >= 1);
    const [terminal] = await client.query('SELECT ListenerPort FROM Msvm_TerminalServiceSettingData');
    assert.ok(Number(terminal?.get('ListenerPort')) > 0);
    const [secure] = await select(client, VSSD, { ElementName: 'MicrosoftUEFICertificateAuthority' });
    assert.equal(secure?.get('SecureBootTemplateId'), '272e7447-90a4-4563-a4b9-8e4ab00526ce');
  });
});
