import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { CimInstance } from '../../../src/cim/instance.ts';
import { ObjectPath } from '../../../src/cim/object-path.ts';
import type { CimValues } from '../../../src/cim/values.ts';
import { V1 } from '../../../src/msvm/register.ts';
import { CLUSTER, HyperVClient, pathOf, RASD, settingText } from '../../kit/hyperv-client.ts';
import { openWorld } from '../../kit/hyperv-world.ts';
import { anywhere, drive, GLOBAL, image, NIC, nic, SWITCHES, V1Client } from './v1-kit.ts';

const VSSD = 'Msvm_VirtualSystemSettingData';
const SAP = 'Msvm_GlobalEthernetPortSAPImplementation';

describe('root\\virtualization: a machine (management-service §3)', () => {
  test('M13 DefineVirtualSystem: 0 with DefinedSystem; the same machine in all three namespaces at once', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const SystemSettingData = settingText(GLOBAL, {
      ElementName: 'made in v1',
      AutomaticStartupAction: 2,
      AutomaticShutdownAction: 0,
      ScopeOfResidence: 'anything',
    });
    const result = await client.ok('DefineVirtualSystem', { SystemSettingData });
    const system = pathOf(result.out['DefinedSystem']);
    assert.equal(system.namespace, V1);
    for (const other of [client, world.client, new HyperVClient(world.broker, CLUSTER)]) {
      const found = await other.one(`SELECT * FROM Msvm_ComputerSystem WHERE ElementName = 'made in v1'`);
      assert.equal(found.get('Name'), system.key('Name'), other.namespace);
    }
    const [global] = await client.query(
      `SELECT * FROM ${GLOBAL} WHERE InstanceID = 'Microsoft:${String(system.key('Name'))}\\\\Global'`,
    );
    assert.deepEqual([global?.get('ElementName'), global?.get('SettingType')], ['made in v1', 32768]);
    const v2 = await world.client.settings(anywhere(system));
    assert.deepEqual(
      ['AutomaticStartupAction', 'AutomaticShutdownAction', 'AutomaticRecoveryAction'].map((name) => v2.get(name)),
      [4, 2, 3],
    );
  });

  test('made in v2 or the cluster namespace, it is changed and destroyed in v1', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const v2 = await world.client.define({ ElementName: 'made in v2' });
    const system = (await client.one(`SELECT * FROM Msvm_ComputerSystem WHERE ElementName = 'made in v2'`)).path();
    assert.ok(system);
    const global = await client.global(system);
    const SystemSettingData = world.print(global.with({ ElementName: 'renamed' }));
    const modified = await client.ok('ModifyVirtualSystem', { ComputerSystem: system, SystemSettingData });
    assert.equal((await client.get(pathOf(modified.out['ModifiedSettingData']))).get('ElementName'), 'renamed');
    assert.equal((await world.client.get(v2)).get('ElementName'), 'renamed');
    await client.succeed(await client.call('DestroyVirtualSystem', { ComputerSystem: system }));
    await assert.rejects(world.client.get(v2));
    assert.deepEqual(await client.query(`SELECT * FROM ${GLOBAL}`), []);
  });

  test('ModifyVirtualSystem with a VSSD: notes, boot order and BIOS; the name stays, as it is the global settings', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const system = await client.machine('named');
    const settings = await client.settings(system);
    const changed = settings.with({
      Notes: 'one\r\ntwo',
      BootOrder: [2, 1, 3, 0],
      BIOSNumLock: true,
      ElementName: 'no',
    });
    await client.ok('ModifyVirtualSystem', { ComputerSystem: system, SystemSettingData: world.print(changed) });
    const after = await client.settings(system);
    assert.deepEqual(
      ['Notes', 'BootOrder', 'BIOSNumLock', 'ElementName'].map((name) => after.get(name)),
      ['one\r\ntwo', [2, 1, 3, 0], true, 'named'],
    );
    const revision = world.revision(String(system.key('Name')));
    for (const same of [after, await client.global(system)])
      await client.ok('ModifyVirtualSystem', { ComputerSystem: system, SystemSettingData: world.print(same) });
    assert.equal(world.revision(String(system.key('Name'))), revision);
  });

  test('bad input: a code of family A, a sentence, and nothing changed', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const system = await client.machine('good');
    const other = await client.machine('other');
    const settings = world.print(await client.settings(other));
    const before = await world.stored();
    const cases: readonly [string, CimValues, number, RegExp][] = [
      ['DefineVirtualSystem', {}, 32773, /SystemSettingData is missing/],
      ['DefineVirtualSystem', { SystemSettingData: 'no text' }, 32773, /SystemSettingData/],
      ['DefineVirtualSystem', { SystemSettingData: settingText(RASD, {}) }, 32773, /CIM_VirtualSystemSettingData/],
      [
        'DefineVirtualSystem',
        { SystemSettingData: settingText(GLOBAL, { ElementName: 'x', AutomaticStartupAction: 4 }) },
        32773,
        /AutomaticStartupAction is 4\. Use 0, 1 or 2\./,
      ],
      ['ModifyVirtualSystem', { ComputerSystem: system, SystemSettingData: settings }, 32773, /no settings of/],
      ['DestroyVirtualSystem', {}, 32773, /ComputerSystem is missing/],
      [
        'DestroyVirtualSystem',
        { ComputerSystem: world.path('Msvm_ComputerSystem', { Name: world.unknownId }, V1) },
        32773,
        /names no virtual machine/,
      ],
      [
        'AddVirtualSystemResources',
        { TargetSystem: system, ResourceSettingData: [settingText(RASD, { ResourceType: 999 })] },
        32773,
        /No resource of root\\virtualization has/,
      ],
      ['PlanVirtualSystem', {}, 32770, /./],
      ['CloneVirtualSystem', {}, 32770, /./],
      ['InstantiateVirtualSystem', {}, 32770, /./],
    ];
    for (const [method, args, code, sentence] of cases) {
      const result = await client.call(method, args);
      assert.equal(result.returnValue, code, method);
      assert.match(String(result.extended?.get('Message')), sentence, method);
    }
    for (const method of ['StartService', 'StopService', 'RequestStateChange'])
      assert.equal((await client.call(method)).returnValue, 1, method);
    assert.deepEqual(await world.stored(), before);
  });

  test('an operator may change states and not machines', async () => {
    await using world = await openWorld();
    const client = new HyperVClient(world.broker, V1, 'operator');
    const result = await client.call('DefineVirtualSystem', { SystemSettingData: settingText(GLOBAL, {}) });
    assert.equal(result.returnValue, 32769);
  });
});

describe('root\\virtualization: resources', () => {
  test('SCSI controller, drive in a slot and its image; v2 shows slot and file in its own places', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const system = await client.machine('disks');
    const [scsi] = await client.added(
      system,
      settingText(RASD, { ResourceType: 6, ResourceSubType: 'Microsoft Synthetic SCSI Controller' }),
    );
    assert.ok(scsi);
    const [disk] = await client.added(system, drive(client.text(scsi), '3'));
    assert.ok(disk);
    const file = await world.disk('one.img');
    const [medium] = await client.added(system, image(client.text(disk), file));
    assert.ok(medium);
    assert.equal(medium.className, RASD);
    assert.deepEqual((await client.get(medium)).get('Connection'), [file]);
    assert.equal((await client.get(disk)).get('Address'), '3');
    const id = String(medium.key('InstanceID'));
    const v2 = await world.client.get(ObjectPath.of('Msvm_StorageAllocationSettingData', { InstanceID: id }));
    assert.deepEqual([v2.get('HostResource'), v2.get('ResourceType')], [[file], 31]);
    const v2Drive = await world.client.get(String(v2.get('Parent')));
    assert.deepEqual([v2Drive.get('AddressOnParent'), v2Drive.get('ResourceType')], ['3', 17]);

    const other = await world.disk('two.img');
    const text = world.print((await client.get(medium)).with({ Connection: [other] }));
    await client.ok('ModifyVirtualSystemResources', { ComputerSystem: system, ResourceSettingData: [text] });
    assert.deepEqual((await client.get(medium)).get('Connection'), [other]);
    await client.ok('RemoveVirtualSystemResources', { TargetSystem: system, ResourceSettingData: [scsi] });
    for (const gone of [scsi, disk, medium]) await assert.rejects(client.get(gone));
  });

  test('the template of a pool, filled in, is input; an occupied slot adds nothing', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const system = await client.machine('template');
    const ide = client.pathText(await client.controller(system, 'Microsoft Emulated IDE Controller'));
    const template = await client.one(
      `SELECT * FROM ${RASD} WHERE ResourceSubType = 'Microsoft Synthetic DVD Drive' AND InstanceID LIKE '%\\\\Default'`,
    );
    const text = world.print(template.with({ Parent: ide, Address: '1' }));
    await client.added(system, text);
    const before = await world.stored();
    const twice = await client.call('AddVirtualSystemResources', {
      TargetSystem: system,
      ResourceSettingData: [drive(ide, '0'), text],
    });
    assert.equal(twice.returnValue, 32773);
    assert.deepEqual(await world.stored(), before);
  });

  test('memory and processors: a text with two properties changes them, a text of another type does not', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const system = await client.machine('memory');
    const memory = await client.resource(system, 'Msvm_MemorySettingData');
    assert.equal(memory.get('AllocationUnits'), 'MB');
    const InstanceID = String(memory.get('InstanceID'));
    const text = settingText('Msvm_MemorySettingData', { InstanceID, VirtualQuantity: 2048 });
    await client.ok('ModifyVirtualSystemResources', { ComputerSystem: system, ResourceSettingData: [text] });
    assert.equal((await client.resource(system, 'Msvm_MemorySettingData')).get('VirtualQuantity'), 2048n);
    const wrong = await client.call('ModifyVirtualSystemResources', {
      ComputerSystem: system,
      ResourceSettingData: [settingText('Msvm_ProcessorSettingData', { InstanceID, VirtualQuantity: 4 })],
    });
    assert.equal(wrong.returnValue, 32773);
    // Whole objects that were read change nothing.
    const revision = world.revision(String(system.key('Name')));
    const all = await client.resources(system, 'CIM_ResourceAllocationSettingData');
    assert.ok(all.length > 15);
    const ResourceSettingData = all.map((one) => world.print(one));
    await client.ok('ModifyVirtualSystemResources', { ComputerSystem: system, ResourceSettingData });
    assert.equal(world.revision(String(system.key('Name'))), revision);
  });

  test('resources of another machine are refused, in modify and in remove (K22)', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const mine = await client.machine('mine');
    const theirs = await client.machine('theirs');
    const memory = await client.resource(theirs, 'Msvm_MemorySettingData');
    const before = await world.stored();
    const modify = await client.call('ModifyVirtualSystemResources', {
      ComputerSystem: mine,
      ResourceSettingData: [world.print(memory)],
    });
    const mouse = await client.controller(theirs, 'Microsoft Synthetic Mouse');
    const remove = await client.call('RemoveVirtualSystemResources', {
      TargetSystem: mine,
      ResourceSettingData: [mouse.path() ?? assert.fail()],
    });
    assert.deepEqual([modify.returnValue, remove.returnValue], [32773, 32773]);
    assert.match(String(remove.extended?.get('Message')), /no setting of TargetSystem/);
    assert.deepEqual(await world.stored(), before);
  });

  test('DefineVirtualSystem with resources: memory of the given size, an adapter on its port', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const port = await client.port('first');
    const system = await client.machine('with resources', [
      settingText('Msvm_MemorySettingData', { VirtualQuantity: 4096 }),
      nic({ ElementName: 'lan', Connection: [client.text(port)] }),
    ]);
    assert.equal((await client.resource(system, 'Msvm_MemorySettingData')).get('VirtualQuantity'), 4096n);
    assert.deepEqual((await client.resource(system, NIC)).get('Connection'), [client.text(port)]);
  });
});

describe('root\\virtualization: adapters and switch ports (object-model §12)', () => {
  test('CreateSwitchPort with a name, an adapter that names it; v2 shows the connection under that id', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const system = await client.machine('network');
    const id = '11111111-2222-4333-8444-555555555555';
    const port = await client.port('web', id);
    assert.deepEqual([port.key('Name'), (await client.get(port)).get('ElementName')], [id, 'web']);
    const [adapter] = await client.added(system, nic({ ElementName: 'lan', Connection: [client.text(port)] }));
    assert.ok(adapter);
    assert.deepEqual((await client.get(adapter)).get('Connection'), [client.text(port)]);
    assert.equal((await client.get(port)).get('ElementName'), 'web');
    const [connection] = await world.client.query(
      'SELECT * FROM Msvm_EthernetPortAllocationSettingData WHERE Parent <> NULL',
    );
    assert.equal(String(connection?.get('InstanceID')).slice(-36), id);
    assert.match(String(connection?.get('HostResource')), /Msvm_VirtualEthernetSwitch/);
    assert.equal((await client.query('SELECT * FROM Msvm_SwitchPort')).length, 1);
  });

  test('a port serves one adapter; one that is named by none goes with DeleteSwitchPort', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const system = await client.machine('network');
    const port = await client.port('one');
    const Connection = [client.text(port)];
    const twice = await client.call('AddVirtualSystemResources', {
      TargetSystem: system,
      ResourceSettingData: [nic({ Connection }), nic({ Connection })],
    });
    assert.equal(twice.returnValue, 32773);
    // The failed call gave the port back.
    await client.added(system, nic({ Connection }));
    const again = await client.call('AddVirtualSystemResources', {
      TargetSystem: system,
      ResourceSettingData: [nic({ Connection })],
    });
    assert.match(String(again.extended?.get('Message')), /belongs to another network adapter/);
    const spare = await client.port('spare');
    await client.ok('DeleteSwitchPort', { SwitchPort: spare }, SWITCHES);
    await assert.rejects(client.get(spare));
    const gone = await client.call('AddVirtualSystemResources', {
      TargetSystem: system,
      ResourceSettingData: [nic({ Connection: [client.text(spare)] })],
    });
    assert.match(String(gone.extended?.get('Message')), /names no switch port/);
  });

  test('a machine made like another one has a port of its own: both are listed, each leads to its machine', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const Connection = [client.text(await client.port('model'))];
    const model = await client.machine('model', [nic({ Connection })]);
    const SystemSettingData = settingText(GLOBAL, { ElementName: 'copy' });
    const SourceSetting = (await client.settings(model)).path();
    const made = await client.ok('DefineVirtualSystem', { SystemSettingData, SourceSetting: SourceSetting ?? null });
    const [target] = await client.query('SELECT * FROM Msvm_VirtualSwitch');
    const ports = await client.related(target?.path() ?? assert.fail(), 'Msvm_SwitchPort', 'Msvm_HostedAccessPoint');
    const named = await Promise.all(
      [model, pathOf(made.out['DefinedSystem'])].map(async (system) =>
        String((await client.resource(system, NIC)).get('Connection')),
      ),
    );
    assert.deepEqual(ports.map((port) => client.pathText(port)).toSorted(), named.toSorted());
    assert.notEqual(named[0], named[1]);
  });

  test('an adapter is unplugged, plugged in again, and moved to another port, before and while it runs', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const system = await client.machine('moves');
    const first = await client.port('first');
    const [adapter] = await client.added(system, nic({ Connection: [client.text(first)] }));
    assert.ok(adapter);
    const plug = async (...Connection: readonly string[]): Promise<void> => {
      const text = world.print((await client.get(adapter)).with({ Connection }));
      await client.ok('ModifyVirtualSystemResources', { ComputerSystem: system, ResourceSettingData: [text] });
    };
    const connection = async () => (await client.get(adapter)).get('Connection');
    await plug('');
    assert.deepEqual(await connection(), ['']);
    assert.ok(await client.get(first), 'the port stays on its switch');
    await plug(client.text(first));
    assert.deepEqual(await connection(), [client.text(first)]);
    await client.succeed(await client.state(system, 2));
    const second = await client.port('second');
    await plug(client.text(second));
    assert.deepEqual(await connection(), [client.text(second)]);
    await assert.rejects(client.get(first));

    await client.ok('DisconnectSwitchPort', { SwitchPort: second }, SWITCHES);
    assert.deepEqual(await connection(), ['']);
    const [endpoint] = await client.query('SELECT * FROM Msvm_VmLANEndpoint');
    assert.equal(endpoint?.get('Connected'), false);
    const LANEndpoint = endpoint?.path() ?? assert.fail();
    const third = await client.port('third');
    for (const port of [second, third]) {
      const connected = await client.ok('ConnectSwitchPort', { SwitchPort: port, LANEndpoint }, SWITCHES);
      const found = await client.get(pathOf(connected.out['ActiveConnection']));
      assert.equal(pathOf(found.get('Antecedent')).key('Name'), port.key('Name'));
      assert.deepEqual(await connection(), [client.text(port)]);
      await client.ok('DisconnectSwitchPort', { SwitchPort: port }, SWITCHES);
    }
  });

  test('switches: made, set up with an adapter and a port to the host, torn down, deleted; the same in v2', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const Name = '5C6D1D3A-0B6E-4E0B-9D4A-4B1C8D6E2F11';
    const create = { Name, FriendlyName: 'lan', NumLearnableAddresses: 2048, ScopeOfResidence: '' };
    const made = await client.ok('CreateSwitch', create, SWITCHES);
    const VirtualSwitch = pathOf(made.out['CreatedVirtualSwitch']);
    assert.equal(VirtualSwitch.key('Name'), Name);
    assert.equal((await client.get(VirtualSwitch)).get('ElementName'), 'lan');
    const again = await client.invoke(await client.service(SWITCHES), 'CreateSwitch', create);
    assert.equal(again.returnValue, 32773);
    const port = async (FriendlyName: string) => {
      const result = await client.ok('CreateSwitchPort', { VirtualSwitch, Name: '', FriendlyName }, SWITCHES);
      return pathOf(result.out['CreatedSwitchPort']);
    };
    const [ExternalSwitchPort, InternalSwitchPort] = [await port('out'), await port('in')];
    const external = await client.query("SELECT * FROM Msvm_ExternalEthernetPort WHERE Name = 'eth1'");
    const ExternalEthernetPort = external[0]?.path() ?? assert.fail();
    await client.ok('BindExternalEthernetPort', { ExternalEthernetPort }, SWITCHES);
    const setup = {
      ExternalSwitchPort,
      InternalSwitchPort,
      ExternalEthernetPort,
      InternalEthernetPortName: '',
      InternalEthernetPortFriendlyName: 'host on lan',
    };
    await client.ok('SetupSwitch', setup, SWITCHES);
    const bound = await client.get(ExternalEthernetPort);
    assert.equal(bound.get('IsBound'), true);
    for (const one of [ExternalSwitchPort, InternalSwitchPort])
      assert.equal((await client.get(one)).get('SystemName'), Name, 'the ports are there under their names');
    const unbind = await client.invoke(await client.service(SWITCHES), 'UnbindExternalEthernetPort', {
      ExternalEthernetPort,
    });
    assert.equal(unbind.returnValue, 32774);
    const v2 = await world.client.query('SELECT * FROM Msvm_EthernetPortAllocationSettingData');
    assert.equal(v2.filter((one) => String(one.get('InstanceID')).startsWith(`Microsoft:${Name}`)).length, 2);
    const internal = await client.query("SELECT * FROM Msvm_InternalEthernetPort WHERE ElementName = 'host on lan'");
    const InternalEthernetPort = internal[0]?.path() ?? assert.fail();
    await client.ok('TeardownSwitch', { ExternalEthernetPort, InternalEthernetPort }, SWITCHES);
    assert.equal((await client.get(ExternalEthernetPort)).get('IsBound'), false);
    await client.ok('UnbindExternalEthernetPort', { ExternalEthernetPort }, SWITCHES);
    await client.ok('DeleteSwitch', { VirtualSwitch }, SWITCHES);
    assert.deepEqual(await world.client.query(`SELECT * FROM Msvm_VirtualEthernetSwitch WHERE Name = '${Name}'`), []);
    const nat = (await client.query("SELECT * FROM Msvm_VirtualSwitch WHERE ElementName = 'Default Switch'"))[0];
    const refused = await client.invoke(await client.service(SWITCHES), 'DeleteSwitch', {
      VirtualSwitch: nat?.path() ?? assert.fail(),
    });
    assert.equal(refused.returnValue, 32770);
  });

  test('an internal and an external switch as clients of 2008 make them: both ends first, then the connection', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const service = await client.service(SWITCHES);
    const created = await client.ok(
      'CreateSwitch',
      { Name: '', FriendlyName: 'inside', NumLearnableAddresses: 1024, ScopeOfResidence: '' },
      SWITCHES,
    );
    const VirtualSwitch = pathOf(created.out['CreatedVirtualSwitch']);
    const port = async (FriendlyName: string) => {
      const result = await client.ok('CreateSwitchPort', { VirtualSwitch, Name: '', FriendlyName }, SWITCHES);
      return pathOf(result.out['CreatedSwitchPort']);
    };
    const internal = { Name: '', FriendlyName: 'host inside', MacAddress: '00-15-5D-00-00-0A' };
    const made = await client.ok('CreateInternalEthernetPort', internal, SWITCHES);
    const InternalEthernetPort = pathOf(made.out['CreatedInternalEthernetPort']);
    const endpointOf = async (owner: ObjectPath) => {
      const found = await client.related(owner, 'Msvm_SwitchLANEndpoint', SAP);
      assert.equal(found.length, 1);
      const [back] = await client.related(pathOf(found[0]?.path()), owner.className, SAP);
      assert.equal(String(back?.path()), String((await client.get(owner)).path()));
      return pathOf(found[0]?.path());
    };
    const LANEndpoint = await endpointOf(InternalEthernetPort);
    assert.equal((await client.get(LANEndpoint)).get('Connected'), false);
    const SwitchPort = await port('in');
    const connected = await client.ok('ConnectSwitchPort', { SwitchPort, LANEndpoint }, SWITCHES);
    const connection = await client.get(pathOf(connected.out['ActiveConnection']));
    assert.equal(pathOf(connection.get('Antecedent')).key('Name'), SwitchPort.key('Name'));
    const held = await client.get(InternalEthernetPort);
    assert.deepEqual([held.get('ElementName'), held.get('PermanentAddress')], ['host inside', '00155D00000A']);
    assert.equal((await client.get(LANEndpoint)).get('Connected'), true);
    const again = await client.invoke(service, 'ConnectSwitchPort', { SwitchPort: await port('x'), LANEndpoint });
    assert.equal(again.returnValue, 32775);

    const external = await client.query("SELECT * FROM Msvm_ExternalEthernetPort WHERE Name = 'eth1'");
    const ExternalEthernetPort = external[0]?.path() ?? assert.fail();
    await client.ok('BindExternalEthernetPort', { ExternalEthernetPort }, SWITCHES);
    const outside = { SwitchPort: await port('out'), LANEndpoint: await endpointOf(ExternalEthernetPort) };
    await client.ok('ConnectSwitchPort', outside, SWITCHES);
    assert.equal((await client.get(ExternalEthernetPort)).get('IsBound'), true);
    const v2 = await world.client.query('SELECT * FROM Msvm_EthernetPortAllocationSettingData');
    assert.equal(v2.filter((one) => String(one.get('ElementName')) === 'host inside').length, 1);

    // Apart again, both are what they were.
    await client.ok('DisconnectSwitchPort', { SwitchPort: outside.SwitchPort }, SWITCHES);
    assert.equal((await client.get(ExternalEthernetPort)).get('IsBound'), false);
    await client.ok('DisconnectSwitchPort', { SwitchPort }, SWITCHES);
    assert.equal((await client.get(LANEndpoint)).get('Connected'), false);
    await client.ok('ConnectSwitchPort', { SwitchPort, LANEndpoint }, SWITCHES);
    await client.ok('DeleteInternalEthernetPort', { InternalEthernetPort }, SWITCHES);
    assert.deepEqual(
      await client.query("SELECT * FROM Msvm_InternalEthernetPort WHERE ElementName = 'host inside'"),
      [],
    );

    const dynamic = await client.ok('CreateInternalEthernetPortDynamicMac', { Name: '', FriendlyName: 'y' }, SWITCHES);
    const alone = { InternalEthernetPort: pathOf(dynamic.out['CreatedInternalEthernetPort']) };
    await client.ok('DeleteInternalEthernetPort', alone, SWITCHES);
    assert.equal((await client.invoke(service, 'DeleteInternalEthernetPort', alone)).returnValue, 32773);
    for (const wrong of [
      { ...internal, MacAddress: 'xyz' },
      { ...internal, Name: '../x' },
      { ...internal, FriendlyName: 'x'.repeat(300) },
    ])
      assert.equal((await client.invoke(service, 'CreateInternalEthernetPort', wrong)).returnValue, 32773);
  });
});

describe('root\\virtualization: power, jobs, summaries', () => {
  test('start, pause, resume, save, restore, turn off by the numbers of v1', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const system = await client.machine('power');
    for (const [requested, state, v2] of [
      [2, 2, 2],
      [32768, 32768, 9],
      [2, 2, 2],
      [32769, 32769, 6],
      [2, 2, 2],
      [11, 2, 2],
      [3, 3, 3],
    ] as const) {
      const job = await client.succeed(await client.state(system, requested));
      assert.equal(pathOf(job?.path() ?? null).namespace, V1);
      assert.equal(await client.enabledState(system), state);
      assert.equal(await world.client.enabledState(anywhere(system)), v2);
    }
  });

  test('numbers of v2 alone are refused; an impossible transition is 32775', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const system = await client.machine('numbers');
    for (const [requested, code] of [
      [9, 32773],
      [6, 32773],
      [99, 32773],
      [3, 32775],
      [32768, 32775],
      [32769, 32775],
      [32773, 32775],
    ] as const)
      assert.equal((await client.state(system, requested)).returnValue, code, String(requested));
    // In words: the number of v2 would be another one than was sent.
    const paused = String((await client.state(system, 32768)).extended?.get('Message'));
    assert.match(paused, /is off; it cannot be paused/);
    await client.succeed(await client.state(system, 2));
    const destroyed = await client.call('DestroyVirtualSystem', { ComputerSystem: system });
    assert.equal(destroyed.returnValue, 32775);
  });

  test('a failed start: the job names the disk, its error is an instance of v1', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const system = await client.machine('lost disk');
    const ide = client.pathText(await client.controller(system, 'Microsoft Emulated IDE Controller'));
    const [disk] = await client.added(system, drive(ide, '0'));
    const file = await world.disk('lost.img');
    await client.added(system, image(client.text(disk ?? assert.fail()), file));
    await world.removeFile(file);
    const job = await client.finished(await client.state(system, 2));
    assert.equal(job.get('JobState'), 10);
    assert.match(String(job.get('ErrorDescription')), /lost\.img/);
    const errors = await client.invoke(job.path() ?? assert.fail(), 'GetErrorEx');
    const texts = errors.out['Errors'] as readonly string[];
    assert.ok(texts.length > 0);
    const message = await client.call('FormatError', { Errors: texts });
    assert.match(String(message.out['ErrorMessage']), /lost\.img/);
  });

  test('GetSummaryInformation: state of v1, snapshots as settings of v1', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const system = await client.machine('summary');
    await client.succeed(await client.state(system, 2));
    await client.succeed(await client.call('CreateVirtualSystemSnapshot', { SourceSystem: system }));
    await client.succeed(await client.state(system, 32768));
    const settings = (await client.settings(system)).path() ?? assert.fail();
    const result = await client.ok('GetSummaryInformation', {
      SettingData: [settings],
      RequestedInformation: [0, 1, 4, 100, 103, 105, 107, 108, 112],
    });
    const [summary, ...none] = result.out['SummaryInformation'] as readonly CimInstance[];
    assert.deepEqual(none, []);
    assert.equal(summary?.class.namespace, V1);
    assert.deepEqual(
      ['Name', 'ElementName', 'NumberOfProcessors', 'EnabledState', 'AsynchronousTasks'].map((name) =>
        summary?.get(name),
      ),
      [system.key('Name'), 'summary', 1, 32768, []],
    );
    const snapshots = summary?.get('Snapshots') as readonly CimInstance[];
    assert.deepEqual(
      snapshots.map((one) => [one.get('SettingType'), one.get('SystemName')]),
      [[5, system.key('Name')]],
    );
    const all = await client.ok('GetSummaryInformation', { SettingData: null, RequestedInformation: [1] });
    assert.equal((all.out['SummaryInformation'] as readonly CimInstance[]).length, 1);
  });

  test('forceAsync: a job of v1 that affects the machine', async () => {
    await using world = await openWorld({ forceAsync: true });
    const client = new V1Client(world);
    const result = await client.call('DefineVirtualSystem', {
      SystemSettingData: settingText(GLOBAL, { ElementName: 'by job' }),
    });
    assert.equal(result.out['DefinedSystem'], null);
    const job = await client.succeed(result);
    const [system] = await client.related(
      job?.path() ?? assert.fail(),
      'Msvm_ComputerSystem',
      'Msvm_AffectedJobElement',
    );
    assert.equal(system?.get('ElementName'), 'by job');
  });

  test('KVP items, service settings and compatibility information', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const system = await client.machine('other methods');
    const item = settingText('Msvm_KvpExchangeDataItem', { Name: 'colour', Data: 'blue', Source: 0 });
    await client.succeed(await client.call('AddKvpItems', { TargetSystem: system, DataItems: [item] }));
    const kvp = await client.resource(system, 'Msvm_KvpExchangeComponentSettingData');
    assert.match(String(kvp.get('HostExchangeItems')), /colour/);
    await client.succeed(await client.call('RemoveKvpItems', { TargetSystem: system, DataItems: [item] }));

    const settings = await client.one('SELECT * FROM Msvm_VirtualSystemManagementServiceSettingData');
    const SettingData = world.print(settings.with({ NumaSpanningEnabled: false, ScopeOfResidence: 'ignored' }));
    await client.ok('ModifyServiceSettings', { SettingData });
    const v2 = await world.client.one('SELECT * FROM Msvm_VirtualSystemManagementServiceSettingData');
    assert.equal(v2.get('NumaSpanningEnabled'), false);

    const info = await client.ok('GetSystemCompatibilityInfo', { ComputerSystem: system });
    const bytes = info.out['CompatibilityInfo'] as readonly number[];
    await client.ok('CheckSystemCompatibilityInfo', { CompatibilityInfo: bytes });
    const foreign = await client.call('CheckSystemCompatibilityInfo', { CompatibilityInfo: [1, 2, 3] });
    assert.equal(foreign.returnValue, 32784);
    assert.match(String(foreign.out['Reasons']), /Msvm_Error/);
  });
});

describe('root\\virtualization: snapshots (spec snapshots §6)', () => {
  test('create, rename, apply, remove: settings of type 5 with a copy of every device', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const system = await client.machine('checkpoints');
    const devices = (await client.resources(system, 'CIM_ResourceAllocationSettingData')).length;
    const created = await client.call('CreateVirtualSystemSnapshot', { SourceSystem: system });
    await client.succeed(created);
    const path = pathOf(created.out['SnapshotSettingData']);
    const snapshot = await client.get(path);
    assert.deepEqual([snapshot.get('SettingType'), snapshot.get('SystemName')], [5, system.key('Name')]);
    const copies = await client.related(path, 'CIM_ResourceAllocationSettingData');
    assert.equal(copies.length, devices);

    const SystemSettingData = world.print(snapshot.with({ ElementName: 'before the update' }));
    await client.ok('ModifyVirtualSystem', { ComputerSystem: system, SystemSettingData });
    assert.equal((await client.get(path)).get('ElementName'), 'before the update');

    const memory = await client.resource(system, 'Msvm_MemorySettingData');
    const ResourceSettingData = [world.print(memory.with({ VirtualQuantity: 2048n }))];
    await client.ok('ModifyVirtualSystemResources', { ComputerSystem: system, ResourceSettingData });
    await client.ok('ApplyVirtualSystemSnapshot', { ComputerSystem: system, SnapshotSettingData: path });
    assert.equal((await client.resource(system, 'Msvm_MemorySettingData')).get('VirtualQuantity'), 1024n);
    const applied = await client.related(system, VSSD, 'Msvm_LastAppliedSettingData');
    assert.equal(applied[0]?.get('InstanceID'), path.key('InstanceID'));
    const ex = await client.call('ApplyVirtualSystemSnapshotEx', { ComputerSystem: system, SnapshotSettingData: path });
    await client.succeed(ex);
    await client.succeed(await client.call('CreateVirtualSystemSnapshot', { SourceSystem: system }));
    await client.succeed(await client.call('RemoveVirtualSystemSnapshotTree', { SnapshotSettingData: path }));
    assert.deepEqual(await client.query(`SELECT * FROM ${VSSD} WHERE SettingType = 5`), []);
  });

  test('ModifyVirtualSystem: global settings are those of the machine, a snapshot has none', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const system = await client.machine('global');
    const created = await client.call('CreateVirtualSystemSnapshot', { SourceSystem: system });
    await client.succeed(created);
    const snapshot = String(pathOf(created.out['SnapshotSettingData']).key('InstanceID'));
    const before = await world.stored();
    for (const InstanceID of [snapshot, `${snapshot}\\Global`]) {
      const SystemSettingData = settingText(GLOBAL, { InstanceID, ElementName: 'no', AutomaticStartupAction: 2 });
      const refused = await client.call('ModifyVirtualSystem', { ComputerSystem: system, SystemSettingData });
      assert.equal(refused.returnValue, 32773, InstanceID);
    }
    assert.deepEqual(await world.stored(), before);
  });

  test('a snapshot of another machine is not applied; without a snapshot there is nothing to remove', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const first = await client.machine('first');
    const second = await client.machine('second');
    const created = await client.call('CreateVirtualSystemSnapshot', { SourceSystem: first });
    await client.succeed(created);
    for (const method of ['ApplyVirtualSystemSnapshot', 'ApplyVirtualSystemSnapshotEx']) {
      const result = await client.call(method, {
        ComputerSystem: second,
        SnapshotSettingData: pathOf(created.out['SnapshotSettingData']),
      });
      assert.equal(result.returnValue, 32773, method);
    }
    const SnapshotSettingData = (await client.settings(second)).path();
    const removed = await client.call('RemoveVirtualSystemSnapshot', { SnapshotSettingData });
    assert.equal(removed.returnValue, 32773);
  });

  test('A14, S10 allowed while running, off, paused and saved', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const system = await client.machine('every state');
    for (const state of [null, 2, 32768, 2, 32769]) {
      if (state !== null) await client.succeed(await client.state(system, state));
      await client.succeed(await client.call('CreateVirtualSystemSnapshot', { SourceSystem: system }));
    }
    assert.equal((await client.query(`SELECT * FROM ${VSSD} WHERE SettingType = 5`)).length, 5);
  });
});

describe('root\\virtualization: export (management-service §3, K17)', () => {
  test('ExportVirtualSystem makes a folder named after the machine, with disks when it copies the state', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const system = await client.machine('exported: one');
    const ide = client.pathText(await client.controller(system, 'Microsoft Emulated IDE Controller'));
    const [disk] = await client.added(system, drive(ide, '0'));
    await client.added(system, image(client.text(disk ?? assert.fail()), await world.disk('own.img')));
    for (const CopyVmState of [true, false]) {
      const ExportDirectory = await world.folder(`export-${String(CopyVmState)}`);
      await client.succeed(
        await client.call('ExportVirtualSystem', { ComputerSystem: system, CopyVmState, ExportDirectory }),
      );
      assert.deepEqual(await readdir(ExportDirectory), ['exported_ one']);
      const folder = join(ExportDirectory, 'exported_ one');
      assert.ok((await readdir(join(folder, 'Virtual Machines'))).includes(`${String(system.key('Name'))}.vmcx`));
      const disks = await readdir(join(folder, 'Virtual Hard Disks')).catch((): string[] => []);
      assert.equal(disks.length, CopyVmState ? 1 : 0);
    }
  });

  test('ExportVirtualSystemEx takes the settings that v1 shows for the machine', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const system = await client.machine('exported');
    const [settings] = await client.related(
      system,
      'Msvm_VirtualSystemExportSettingData',
      'Msvm_SystemExportSettingData',
    );
    assert.ok(settings);
    const ExportDirectory = await world.folder('export');
    for (const CreateVmExportSubdirectory of [true, false]) {
      const ExportSettingData = world.print(settings.with({ CreateVmExportSubdirectory, CopyVmStorage: false }));
      const args = { ComputerSystem: system, ExportDirectory, ExportSettingData };
      await client.succeed(await client.call('ExportVirtualSystemEx', args));
    }
    assert.deepEqual((await readdir(ExportDirectory)).toSorted(), ['Virtual Machines', 'exported']);
  });

  test('a running machine is not exported, a missing parameter is named', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const system = await client.machine('running');
    const ExportDirectory = await world.folder('export');
    const missing = await client.call('ExportVirtualSystem', { ComputerSystem: system, ExportDirectory });
    assert.deepEqual(
      [missing.returnValue, /CopyVmState is missing/.test(String(missing.extended?.get('Message')))],
      [32773, true],
    );
    await client.succeed(await client.state(system, 2));
    const args = { ComputerSystem: system, ExportDirectory, CopyVmState: true };
    assert.equal((await client.call('ExportVirtualSystem', args)).returnValue, 32775);
    assert.deepEqual(await readdir(ExportDirectory), []);
  });
});
