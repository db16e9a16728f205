import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ObjectPath } from '../../../src/cim/object-path.ts';
import { guidOf, type HyperVClient, pathsOf, RASD, SASD, settingText, SUB_TYPE } from '../../kit/hyperv-client.ts';
import { openWorld } from '../../kit/hyperv-world.ts';

const GEN2 = { VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2' };

const scsi = settingText(RASD, { ResourceType: 6, ResourceSubType: SUB_TYPE.scsi });
const drive = (client: HyperVClient, parent: ObjectPath, slot: number): string =>
  settingText(RASD, {
    ResourceType: 17,
    ResourceSubType: SUB_TYPE.diskDrive,
    Parent: client.text(parent),
    AddressOnParent: slot,
  });
const disk = (client: HyperVClient, parent: ObjectPath, file: string): string =>
  settingText(SASD, {
    ResourceType: 31,
    ResourceSubType: SUB_TYPE.hardDisk,
    Parent: client.text(parent),
    HostResource: [file],
  });
const idsOf = async (client: HyperVClient, system: ObjectPath): Promise<readonly unknown[]> =>
  (
    await client.query(`SELECT InstanceID FROM CIM_SettingData WHERE InstanceID LIKE 'Microsoft:${guidOf(system)}%'`)
  ).map((setting) => setting.get('InstanceID'));

describe('AddResourceSettings (management-service §2)', () => {
  test('M4 SCSI controller, drive slot 0, VHD: three paths; parents correct; suffix rules', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'disks', ...GEN2 });
    // os-win passes the VM, not its settings (README rule 8).
    const controller = await client.add(system, scsi);
    const driven = await client.add(system, drive(client, controller, 0));
    const file = await world.disk('disk.img');
    const image = await client.add(system, disk(client, driven, file));
    const controllerId = String(controller.key('InstanceID'));
    const [, guid] = controllerId.split('\\');
    assert.match(controllerId, /^Microsoft:[0-9A-F-]{36}\\[0-9A-F-]{36}\\0$/);
    assert.equal(driven.key('InstanceID'), `Microsoft:${guidOf(system)}\\${guid}\\0\\0\\D`);
    assert.equal(image.key('InstanceID'), `Microsoft:${guidOf(system)}\\${guid}\\0\\0\\L`);
    assert.equal((await client.get(driven)).get('Parent'), client.text(controller));
    assert.equal((await client.get(image)).get('Parent'), client.text(driven));
    assert.deepEqual((await client.get(image)).get('HostResource'), [file]);
    assert.equal(((await client.settings(system)).get('BootSourceOrder') as readonly string[]).length, 1);
  });

  test('M5 a drive in a used slot: 32773, nothing changed, not even by a valid element of the same call', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'slots', ...GEN2 });
    const controller = await client.add(system, scsi);
    await client.add(system, drive(client, controller, 0));
    const before = await idsOf(client, system);
    const result = await client.call('AddResourceSettings', {
      AffectedConfiguration: (await client.settings(system)).path(),
      ResourceSettings: [drive(client, controller, 1), drive(client, controller, 0)],
    });
    assert.equal(result.returnValue, 32773);
    assert.equal(result.out['ResultingResourceSettings'], null);
    assert.deepEqual(await idsOf(client, system), before);
  });

  test('a parent of another VM, no parent, an unknown parent: 32773', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'mine', ...GEN2 });
    const other = await client.define({ ElementName: 'other', ...GEN2 });
    const foreign = await client.add(other, scsi);
    const own = await client.add(system, scsi);
    const before = await idsOf(client, system);
    const unknown = client.text(own).replace(guidOf(system), world.unknownId);
    for (const text of [
      drive(client, foreign, 0),
      settingText(RASD, { ResourceType: 17, ResourceSubType: SUB_TYPE.diskDrive }),
      settingText(RASD, { ResourceType: 17, ResourceSubType: SUB_TYPE.diskDrive, Parent: unknown }),
      settingText(RASD, { ResourceType: 17, ResourceSubType: SUB_TYPE.diskDrive, Parent: 'nonsense' }),
    ]) {
      const result = await client.call('AddResourceSettings', {
        AffectedConfiguration: system,
        ResourceSettings: [text],
      });
      assert.equal(result.returnValue, 32773, text);
    }
    assert.deepEqual(await idsOf(client, system), before);
  });

  test('a Parent in any spelling of host and namespace is canonical when it is read', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'spelling', ...GEN2 });
    const controller = await client.add(system, scsi);
    const spelled = client
      .text(controller)
      .replace(/^\\\\[^\\]+\\root\\virtualization\\v2/, '\\\\.\\ROOT\\Virtualization\\V2');
    assert.notEqual(spelled, client.text(controller));
    const made = await client.add(
      system,
      settingText(RASD, { ResourceType: '17', ResourceSubType: SUB_TYPE.diskDrive, Parent: spelled }),
    );
    assert.equal((await client.get(made)).get('Parent'), client.text(controller));
  });

  test('libvirt: a disk image of the class RASD with ResourceType 31 becomes storage', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'libvirt', ...GEN2 });
    const controller = await client.add(system, scsi);
    const driven = await client.add(system, drive(client, controller, 0));
    const file = await world.disk('disk.img');
    const image = await client.add(
      system,
      settingText(RASD, {
        ResourceType: 31,
        ResourceSubType: SUB_TYPE.hardDisk,
        Parent: client.text(driven),
        HostResource: [file],
      }),
    );
    assert.equal(image.className, SASD);
  });

  test('a network adapter and its connection to a switch; E6 text for a boolean; E4 an empty HostResource disconnects', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'network', ...GEN2 });
    const port = await client.add(
      system,
      settingText('Msvm_SyntheticEthernetPortSettingData', {
        ElementName: 'nic',
        ResourceSubType: SUB_TYPE.ethernet,
        Address: 'fa-16-3e-b0-0b-e6',
        StaticMacAddress: 'True',
      }),
    );
    const nic = await client.get(port);
    assert.equal(nic.get('StaticMacAddress'), true);
    assert.equal(nic.get('Address'), 'FA163EB00BE6');
    const [target] = await client.query('SELECT * FROM Msvm_VirtualEthernetSwitch');
    const switchPath = client.text(target?.path() ?? assert.fail('a switch'));
    const connection = await client.add(
      system,
      settingText('Msvm_EthernetPortAllocationSettingData', {
        ElementName: 'connection',
        Parent: client.text(port),
        HostResource: [switchPath],
      }),
    );
    assert.deepEqual((await client.get(connection)).get('HostResource'), [switchPath]);
    const InstanceID = String(connection.key('InstanceID'));
    const cleared = await client.call('ModifyResourceSettings', {
      ResourceSettings: [settingText('Msvm_EthernetPortAllocationSettingData', { InstanceID, HostResource: [] })],
    });
    assert.equal(cleared.returnValue, 0, String(cleared.extended?.get('Message')));
    assert.deepEqual((await client.get(connection)).get('HostResource') ?? [], []);
  });
});

describe('forceAsync (management-service §0)', () => {
  test('add, modify and remove are jobs; the new setting is found behind the job', async () => {
    await using world = await openWorld({ forceAsync: true });
    const { client } = world;
    const SystemSettings = settingText('Msvm_VirtualSystemSettingData', { ElementName: 'later', ...GEN2 });
    await client.succeed(await client.call('DefineSystem', { SystemSettings }));
    const system =
      (await client.one(`SELECT * FROM Msvm_ComputerSystem WHERE ElementName = 'later'`)).path() ?? assert.fail();
    const added = await client.call('AddResourceSettings', { AffectedConfiguration: system, ResourceSettings: [scsi] });
    assert.deepEqual([added.returnValue, added.out['ResultingResourceSettings']], [4096, null]);
    const job = (await client.succeed(added)) ?? assert.fail('a job');
    assert.equal(job.get('JobType'), 30);
    const [controller] = await client.related(job.path() ?? assert.fail(), RASD, 'Msvm_AffectedJobElement');
    assert.equal(controller?.get('ResourceSubType'), SUB_TYPE.scsi);
    const modified = await client.call('ModifyResourceSettings', { ResourceSettings: [world.print(controller)] });
    assert.equal((await client.succeed(modified))?.get('JobType'), 31);
    const removed = await client.call('RemoveResourceSettings', { ResourceSettings: [controller.path()] });
    assert.equal((await client.succeed(removed))?.get('JobType'), 32);
    assert.equal(
      (await client.call('RemoveResourceSettings', { ResourceSettings: [controller.path()] })).returnValue,
      32773,
    );
  });
});

describe('ModifyResourceSettings (management-service §2)', () => {
  const modify = (client: HyperVClient, ...texts: string[]) =>
    client.call('ModifyResourceSettings', { ResourceSettings: texts });

  test('M6 memory VirtualQuantity 1025: 32773', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'odd' });
    const memory = await client.resource(system, 'Msvm_MemorySettingData');
    const InstanceID = String(memory.get('InstanceID'));
    const result = await modify(client, settingText('Msvm_MemorySettingData', { InstanceID, VirtualQuantity: 1025 }));
    assert.equal(result.returnValue, 32773);
    assert.deepEqual((await client.resource(system, 'Msvm_MemorySettingData')).values, memory.values);
  });

  test('M7 only InstanceID + VirtualQuantity: Reservation and Limit follow when static', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'static' });
    const InstanceID = String((await client.resource(system, 'Msvm_MemorySettingData')).get('InstanceID'));
    const result = await modify(client, settingText('Msvm_MemorySettingData', { InstanceID, VirtualQuantity: '2048' }));
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    const memory = await client.resource(system, 'Msvm_MemorySettingData');
    for (const name of ['VirtualQuantity', 'Reservation', 'Limit']) assert.equal(memory.get(name), 2048n, name);
    assert.deepEqual(
      pathsOf(result.out['ResultingResourceSettings']).map((path) => path.key('InstanceID')),
      [InstanceID],
    );
  });

  test('many elements: all or none, results in the order of the input', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'many' });
    const memory = String((await client.resource(system, 'Msvm_MemorySettingData')).get('InstanceID'));
    const processor = String((await client.resource(system, 'Msvm_ProcessorSettingData')).get('InstanceID'));
    const processors = (VirtualQuantity: number) =>
      settingText('Msvm_ProcessorSettingData', { InstanceID: processor, VirtualQuantity });
    const quantity = settingText('Msvm_MemorySettingData', { InstanceID: memory, VirtualQuantity: 512 });
    assert.equal((await modify(client, quantity, processors(0))).returnValue, 32773);
    assert.notEqual((await client.resource(system, 'Msvm_MemorySettingData')).get('VirtualQuantity'), 512n);
    const result = await modify(client, processors(2), quantity);
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    assert.deepEqual(
      pathsOf(result.out['ResultingResourceSettings']).map((path) => path.key('InstanceID')),
      [processor, memory],
    );
  });

  test('a foreign class (memory text with the id of a processor), no id, an unknown id: 32773', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'foreign' });
    const InstanceID = String((await client.resource(system, 'Msvm_ProcessorSettingData')).get('InstanceID'));
    for (const values of [
      { InstanceID },
      {},
      { InstanceID: `Microsoft:${world.unknownId}\\4764334d-e001-4176-82ee-5594ec9b530e` },
    ]) {
      const result = await modify(client, settingText('Msvm_MemorySettingData', { ...values, VirtualQuantity: 512 }));
      assert.equal(result.returnValue, 32773);
    }
  });

  test('E2 round trip: every setting read and sent back whole, off and running: 0, nothing changed', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'roundtrip', ...GEN2 });
    const controller = await client.add(system, scsi);
    const driven = await client.add(system, drive(client, controller, 0));
    await client.add(system, disk(client, driven, await world.disk('disk.img')));
    await client.add(
      system,
      settingText('Msvm_SyntheticEthernetPortSettingData', { ElementName: 'nic', ResourceSubType: SUB_TYPE.ethernet }),
    );
    const roundTrip = async () => {
      const settings = await client.settings(system);
      const answer = await client.call('ModifySystemSettings', { SystemSettings: world.print(settings) });
      assert.equal(answer.returnValue, 0, String(answer.extended?.get('Message')));
      for (const resource of await client.resources(system, 'CIM_ResourceAllocationSettingData')) {
        const result = await modify(client, world.print(resource));
        const id = String(resource.get('InstanceID'));
        assert.equal(result.returnValue, 0, `${id}: ${String(result.extended?.get('Message'))}`);
        assert.deepEqual((await client.get(resource.path() ?? assert.fail(id))).values, resource.values);
      }
      assert.deepEqual((await client.settings(system)).values, settings.values);
    };
    await roundTrip();
    await client.succeed(await client.state(system, 2));
    const before = world.revision(guidOf(system));
    await roundTrip();
    assert.equal(world.revision(guidOf(system)), before);
  });

  test('E5 an unknown property is ignored', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'newer' });
    const InstanceID = String((await client.resource(system, 'Msvm_MemorySettingData')).get('InstanceID'));
    const text = settingText('Msvm_MemorySettingData', { InstanceID, PropertyOfTheFuture: 'x', VirtualQuantity: 512 });
    assert.equal((await modify(client, text)).returnValue, 0);
  });
});

describe('RemoveResourceSettings (management-service §2)', () => {
  const remove = (client: HyperVClient, ...paths: ObjectPath[]) =>
    client.call('RemoveResourceSettings', { ResourceSettings: paths });

  test('M8 a controller with disks: all gone, Gen2 boot order shrunk', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'shrink', ...GEN2 });
    const before = await idsOf(client, system);
    const controller = await client.add(system, scsi);
    const driven = await client.add(system, drive(client, controller, 0));
    await client.add(system, disk(client, driven, await world.disk('disk.img')));
    const result = await remove(client, controller);
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    assert.deepEqual(await idsOf(client, system), before);
    assert.deepEqual((await client.settings(system)).get('BootSourceOrder'), []);
  });

  test('the disk first, then its drive: both calls succeed', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'twice', ...GEN2 });
    const controller = await client.add(system, scsi);
    const driven = await client.add(system, drive(client, controller, 0));
    const image = await client.add(system, disk(client, driven, await world.disk('disk.img')));
    assert.equal((await remove(client, image)).returnValue, 0);
    assert.equal((await client.get(driven)).get('InstanceID'), driven.key('InstanceID'));
    assert.equal((await remove(client, driven)).returnValue, 0);
    assert.equal((await remove(client, driven)).returnValue, 32773);
  });

  test('default devices stay: processor, memory, IDE controllers', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'fixed' });
    const ides = (await client.resources(system, RASD)).filter(
      (resource) => resource.get('ResourceSubType') === SUB_TYPE.ide,
    );
    const fixed = [
      await client.resource(system, 'Msvm_ProcessorSettingData'),
      await client.resource(system, 'Msvm_MemorySettingData'),
      ...ides,
    ];
    for (const setting of fixed) {
      const path = setting.path() ?? assert.fail();
      assert.equal((await remove(client, path)).returnValue, 32773, String(setting.get('InstanceID')));
    }
  });

  test('one unknown reference and nothing is removed', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'none', ...GEN2 });
    const controller = await client.add(system, scsi);
    const unknown = world.path(RASD, { InstanceID: `Microsoft:${guidOf(system)}\\${world.unknownId}\\0` });
    assert.equal((await remove(client, controller, unknown)).returnValue, 32773);
    assert.equal((await client.get(controller)).get('ResourceSubType'), SUB_TYPE.scsi);
  });

  test('the class in the path must be one of the object', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'class', ...GEN2 });
    const controller = await client.add(system, scsi);
    const wrong = world.path('Msvm_MemorySettingData', { InstanceID: String(controller.key('InstanceID')) });
    assert.equal((await remove(client, wrong)).returnValue, 32773);
  });
});

describe('feature settings (management-service §2)', () => {
  test('VLAN: added without InstanceID, changed, a second refused, removed', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'vlan', ...GEN2 });
    const port = await client.add(
      system,
      settingText('Msvm_SyntheticEthernetPortSettingData', { ElementName: 'nic', ResourceSubType: SUB_TYPE.ethernet }),
    );
    const connection = await client.add(
      system,
      settingText('Msvm_EthernetPortAllocationSettingData', { ElementName: 'connection', Parent: client.text(port) }),
    );
    const vlan = (values: Record<string, string | number>) =>
      settingText('Msvm_EthernetSwitchPortVlanSettingData', values);
    const add = () =>
      client.call('AddFeatureSettings', {
        AffectedConfiguration: connection,
        FeatureSettings: [vlan({ OperationMode: 1, AccessVlanId: 42 })],
      });
    const added = await add();
    assert.equal(added.returnValue, 0, String(added.extended?.get('Message')));
    const feature = pathsOf(added.out['ResultingFeatureSettings'])[0] ?? assert.fail();
    const InstanceID = String(feature.key('InstanceID'));
    assert.ok(InstanceID.startsWith(String(connection.key('InstanceID'))));
    assert.ok([32768, 32773].includes(Number((await add()).returnValue)));
    const changed = await client.call('ModifyFeatureSettings', {
      FeatureSettings: [vlan({ InstanceID, AccessVlanId: 43 })],
    });
    assert.equal(changed.returnValue, 0, String(changed.extended?.get('Message')));
    assert.equal((await client.get(feature)).get('AccessVlanId'), 43);
    assert.equal((await client.call('RemoveFeatureSettings', { FeatureSettings: [feature] })).returnValue, 0);
    await assert.rejects(client.get(feature), { code: 'notFound' });
  });

  test('features belong to connections: another target is 32773', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'target', ...GEN2 });
    const port = await client.add(
      system,
      settingText('Msvm_SyntheticEthernetPortSettingData', { ElementName: 'nic', ResourceSubType: SUB_TYPE.ethernet }),
    );
    const FeatureSettings = [
      settingText('Msvm_EthernetSwitchPortVlanSettingData', { OperationMode: 1, AccessVlanId: 42 }),
    ];
    for (const AffectedConfiguration of [port, system, null]) {
      assert.equal(
        (await client.call('AddFeatureSettings', { AffectedConfiguration, FeatureSettings })).returnValue,
        32773,
      );
    }
  });
});
