import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CimInstance } from '../../src/cim/instance.ts';
import type { MethodResult } from '../../src/cim/operations.ts';
import { ObjectPath } from '../../src/cim/object-path.ts';
import { guidOf, HyperVClient, pathOf, pathsOf } from '../kit/hyperv-client.ts';
import { openWorld } from '../kit/hyperv-world.ts';
import { type ClientWorld, openWireWorld } from '../kit/wire-world.ts';

/** What clients do with virtual Ethernet switches (client-usage, Networking sample and A20; other-services §3). */
const SERVICE = 'Msvm_VirtualEthernetSwitchManagementService';
const SETTING = 'Msvm_VirtualEthernetSwitchSettingData';
const PORT = 'Msvm_EthernetSwitchPort';
const ALLOCATION = 'Msvm_EthernetPortAllocationSettingData';

const first = <T>(rows: readonly T[]): T => rows[0] ?? assert.fail('one of them');
const where = (instance: CimInstance): ObjectPath => instance.path() ?? assert.fail(instance.class.name);

class Switches {
  readonly #world: ClientWorld;
  readonly client: HyperVClient;

  constructor(world: ClientWorld, client: HyperVClient = world.client) {
    this.#world = world;
    this.client = client;
  }

  text(className: string, values: CimInstance['values']): string {
    const schema = this.#world.broker.repository.namespace(this.client.namespace) ?? assert.fail();
    return this.#world.print(new CimInstance(schema.class(className) ?? assert.fail(className), values));
  }

  async call(method: string, args: Parameters<HyperVClient['invoke']>[2]): Promise<MethodResult> {
    return this.client.invoke(await this.client.service(SERVICE), method, args);
  }

  async done(method: string, args: Parameters<HyperVClient['invoke']>[2]): Promise<MethodResult> {
    const result = await this.call(method, args);
    assert.equal(result.returnValue, 0, `${method}: ${String(result.extended?.get('Message'))}`);
    return result;
  }

  /** The text of a port: the default of the pool with another HostResource, as the sample makes it. */
  async port(hostResource: ObjectPath): Promise<string> {
    const [template] = await this.client.query(`SELECT * FROM ${ALLOCATION} WHERE InstanceID LIKE '%\\Default'`);
    return this.#world.print(
      (template ?? assert.fail('the default')).with({ HostResource: [this.client.text(hostResource)] }),
    );
  }

  async host(): Promise<ObjectPath> {
    return where(
      first(await this.client.query("SELECT * FROM Msvm_ComputerSystem WHERE Description LIKE '%Hosting%'")),
    );
  }

  async adapter(name: string): Promise<CimInstance> {
    return this.client.one(`SELECT * FROM Msvm_ExternalEthernetPort WHERE Name = "${name}"`);
  }

  async define(name: string, ports: readonly string[] = []): Promise<ObjectPath> {
    const SystemSettings = this.text(SETTING, { ElementName: name, Notes: ['made by a test'] });
    const result = await this.done('DefineSystem', {
      SystemSettings,
      ResourceSettings: ports,
      ReferenceConfiguration: null,
    });
    return pathOf(result.out['ResultingSystem']);
  }

  async setting(target: ObjectPath): Promise<CimInstance> {
    return first(await this.client.related(target, SETTING, 'Msvm_SettingsDefineState'));
  }

  /** Kind of each port, as the sample tells it: by the class of its HostResource. */
  async kinds(target: ObjectPath): Promise<string[]> {
    const kinds: string[] = [];
    for (const port of await this.client.related(target, PORT, 'Msvm_SystemDevice')) {
      for (const setting of await this.client.related(where(port), ALLOCATION, 'Msvm_ElementSettingData')) {
        const resource = setting.get('HostResource');
        kinds.push(/:(\w+)\./.exec(Array.isArray(resource) ? String(resource[0]) : '')?.[1] ?? 'none');
      }
    }
    return kinds.toSorted();
  }
}

describe('Msvm_VirtualEthernetSwitchManagementService over the wire (client-usage §2 Networking)', () => {
  let world: ClientWorld;
  before(async () => {
    world = await openWireWorld();
  });
  after(() => world[Symbol.asyncDispose]());

  /** Nothing but the switch that is always there. */
  const alone = async (): Promise<Switches> => {
    const switches = new Switches(world);
    for (const each of await world.client.query('SELECT * FROM Msvm_VirtualEthernetSwitch')) {
      const { returnValue } = await switches.call('DestroySystem', { AffectedSystem: where(each) });
      assert.ok(returnValue === 0 || returnValue === 32770, String(each.get('ElementName')));
    }
    return switches;
  };

  test('private, internal and external: made, found by name, told by their ports', async () => {
    const switches = await alone();
    const { client } = switches;
    await switches.define('alone');
    await switches.define('inside', [await switches.port(await switches.host())]);
    const adapter = await switches.adapter('eth0');
    assert.equal(adapter.get('IsBound'), false);
    await switches.define('outside', [await switches.port(where(adapter)), await switches.port(await switches.host())]);
    const expected = {
      alone: [],
      inside: ['Msvm_ComputerSystem'],
      outside: ['Msvm_ComputerSystem', 'Msvm_ExternalEthernetPort'],
    };
    for (const [name, kinds] of Object.entries(expected)) {
      const found = await client.one(`select * from Msvm_VirtualEthernetSwitch where ElementName = "${name}"`);
      assert.deepEqual(await switches.kinds(where(found)), kinds, name);
      assert.deepEqual((await switches.setting(where(found))).get('Notes'), ['made by a test']);
    }
    assert.equal((await switches.adapter('eth0')).get('IsBound'), true);
    const internal = await client.query('SELECT * FROM Msvm_InternalEthernetPort');
    assert.deepEqual(
      internal.map((port) => port.get('ElementName')),
      ['inside', 'outside'],
    );
  });

  test("os-win's way from an adapter of the host to its switch, by endpoints", async () => {
    const switches = await alone();
    const { client } = switches;
    const made = await switches.define('outside', [await switches.port(where(await switches.adapter('eth1')))]);
    const along = async (association: string, role: 'Antecedent' | 'Dependent', path: ObjectPath) => {
      const text = client.text(path).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
      return client.query(`SELECT * FROM ${association} WHERE ${role} = "${text}"`);
    };
    const found: string[] = [];
    for (const external of await client.query('SELECT * FROM Msvm_ExternalEthernetPort')) {
      const [first1] = await along('Msvm_EthernetDeviceSAPImplementation', 'Antecedent', where(external));
      if (first1 === undefined) continue;
      const near = await client.get(pathOf(first1.get('Dependent')));
      const [cable] = await along('Msvm_ActiveConnection', 'Antecedent', where(near));
      const far = await client.get(pathOf(cable?.get('Dependent')));
      const again = await client.one(`SELECT * FROM Msvm_LANEndpoint WHERE Name = "${String(far.get('Name'))}"`);
      const [second] = await along('Msvm_EthernetDeviceSAPImplementation', 'Dependent', where(again));
      const port = await client.get(pathOf(second?.get('Antecedent')));
      const byName = await client.one(`SELECT * FROM ${PORT} WHERE Name = "${String(port.get('Name'))}"`);
      if (byName.get('SystemName') === guidOf(made)) found.push(String(external.get('Name')));
    }
    assert.deepEqual(found, ['eth1']);
  });

  test('rename, notes, add and move and remove ports, destroy', async () => {
    const switches = await alone();
    const { client } = switches;
    const made = await switches.define('a');
    const setting = await switches.setting(made);
    await switches.done('ModifySystemSettings', {
      SystemSettings: world.print(setting.with({ ElementName: 'b', BandwidthReservationMode: 1 })),
    });
    assert.deepEqual(
      ['ElementName', 'BandwidthReservationMode'].map((name) => setting.get(name)),
      ['a', 3],
    );
    const now = await switches.setting(made);
    assert.deepEqual([now.get('ElementName'), now.get('BandwidthReservationMode')], ['b', 1]);
    const external = await switches.port(where(await switches.adapter('eth0')));
    const added = await switches.done('AddResourceSettings', {
      AffectedConfiguration: where(now),
      ResourceSettings: [external, await switches.port(await switches.host())],
    });
    const [port = assert.fail(), inside = assert.fail()] = pathsOf(added.out['ResultingResourceSettings']);
    assert.match(String(port.key('InstanceID')), /^Microsoft:[0-9A-F-]{36}\\[0-9A-F-]{36}$/);
    const other = where(await switches.adapter('eth1'));
    await switches.done('ModifyResourceSettings', {
      ResourceSettings: [world.print((await client.get(port)).with({ HostResource: [client.text(other)] }))],
    });
    assert.deepEqual(
      (await client.query('SELECT * FROM Msvm_ExternalEthernetPort')).map((one) => [
        one.get('Name'),
        one.get('IsBound'),
      ]),
      [
        ['eth0', false],
        ['eth1', true],
      ],
    );
    await switches.done('RemoveResourceSettings', { ResourceSettings: [inside] });
    assert.deepEqual(await switches.kinds(made), ['Msvm_ExternalEthernetPort']);
    await switches.done('DestroySystem', { AffectedSystem: made });
    assert.deepEqual(await client.query(`SELECT * FROM ${PORT}`), []);
    assert.equal((await switches.call('DestroySystem', { AffectedSystem: made })).returnValue, 32773);
  });

  test('features of a switch and of its port to the host', async () => {
    const switches = await alone();
    const { client } = switches;
    const made = await switches.define('a', [await switches.port(await switches.host())]);
    const setting = await switches.setting(made);
    const bandwidth = 'Msvm_VirtualEthernetSwitchBandwidthSettingData';
    const add = (target: ObjectPath, className: string, values: CimInstance['values']) =>
      switches.call('AddFeatureSettings', {
        AffectedConfiguration: target,
        FeatureSettings: [switches.text(className, values)],
      });
    const added = await add(where(setting), bandwidth, { DefaultFlowWeight: 10n });
    assert.equal(added.returnValue, 0);
    const feature = first(pathsOf(added.out['ResultingFeatureSettings']));
    assert.equal((await client.get(feature)).get('DefaultFlowWeight'), 10n);
    assert.equal((await add(where(setting), bandwidth, {})).returnValue, 32773);
    await switches.done('ModifyFeatureSettings', {
      FeatureSettings: [world.print((await client.get(feature)).with({ DefaultFlowWeight: 20n }))],
    });
    const held = await client.related(where(setting), bandwidth, 'Msvm_VirtualEthernetSwitchSettingDataComponent');
    assert.deepEqual(
      held.map((one) => one.get('DefaultFlowWeight')),
      [20n],
    );
    const port = first(await client.related(made, PORT, 'Msvm_SystemDevice'));
    const allocation = first(await client.related(where(port), ALLOCATION, 'Msvm_ElementSettingData'));
    const vlan = 'Msvm_EthernetSwitchPortVlanSettingData';
    const tagged = await add(where(allocation), vlan, { OperationMode: 1, AccessVlanId: 42 });
    assert.equal(tagged.returnValue, 0);
    const related = await client.related(where(allocation), vlan, 'Msvm_EthernetPortSettingDataComponent');
    assert.deepEqual(
      related.map((one) => one.get('AccessVlanId')),
      [42],
    );
    assert.equal((await add(where(allocation), vlan, { OperationMode: 2 })).returnValue, 32773);
    assert.equal((await add(where(setting), vlan, { OperationMode: 1 })).returnValue, 32773);
    await switches.done('RemoveFeatureSettings', {
      FeatureSettings: [feature],
    });
    await switches.done('RemoveFeatureSettings', { FeatureSettings: [where(first(related))] });
    assert.deepEqual(await client.related(where(allocation), vlan, 'Msvm_EthernetPortSettingDataComponent'), []);
  });

  test('A20 features of machines by this service too; a machine on the switch shows as a port', async () => {
    const switches = await alone();
    const { client } = switches;
    const made = await switches.define('a');
    const system = await client.define({ ElementName: 'vm' });
    const nic = await client.add(system, switches.text('Msvm_SyntheticEthernetPortSettingData', { ElementName: 'n' }));
    const connection = await client.add(
      system,
      switches.text(ALLOCATION, { Parent: client.text(nic), HostResource: [client.text(made)] }),
    );
    await switches.done('AddFeatureSettings', {
      AffectedConfiguration: connection,
      FeatureSettings: [switches.text('Msvm_EthernetSwitchPortVlanSettingData', { OperationMode: 1, AccessVlanId: 5 })],
    });
    await client.succeed(await client.state(system, 2));
    const port = first(await client.related(made, PORT, 'Msvm_SystemDevice'));
    const endpoint = first(
      await client.related(where(port), 'Msvm_LANEndpoint', 'Msvm_EthernetDeviceSAPImplementation'),
    );
    const other = first(await client.related(where(endpoint), 'Msvm_LANEndpoint', 'Msvm_ActiveConnection'));
    assert.equal(other.get('SystemName'), guidOf(system));
    const device = first(
      await client.related(where(other), 'Msvm_SyntheticEthernetPort', 'Msvm_EthernetDeviceSAPImplementation'),
    );
    assert.equal(device.get('SystemName'), guidOf(system));
    await switches.done('DestroySystem', { AffectedSystem: made });
    assert.deepEqual(await client.query(`SELECT * FROM ${PORT}`), []);
    assert.equal(await client.enabledState(system), 2);
  });

  test('required features, trunks and extensions: what no switch here has is refused or not there', async () => {
    const switches = await alone();
    const { client } = switches;
    const made = await switches.define('a');
    const system = await client.define({ ElementName: 'required' });
    const nic = await client.plugIn(system, made);
    const connection = await client.resource(system, ALLOCATION);
    assert.deepEqual(connection.get('Parent'), client.text(nic));
    const vlan = first(
      await client.query(
        'SELECT * FROM Msvm_EthernetSwitchFeatureCapabilities WHERE FeatureId = "952C5004-4465-451C-8CB8-FA9AB382B773"',
      ),
    );
    const required = [client.text(where(vlan))];
    const changed = await client.call('ModifyResourceSettings', {
      ResourceSettings: [world.print(connection.with({ RequiredFeatures: required }))],
    });
    assert.equal(changed.returnValue, 0, String(changed.extended?.get('Message')));
    assert.deepEqual((await client.get(where(connection))).get('RequiredFeatures'), required);
    const trunk = await client.call('AddFeatureSettings', {
      AffectedConfiguration: where(connection),
      FeatureSettings: [
        switches.text('Msvm_EthernetSwitchPortVlanSettingData', {
          OperationMode: 2,
          NativeVlanId: 10,
          TrunkVlanIdArray: [20, 30],
        }),
      ],
    });
    assert.equal(trunk.returnValue, 32770);
    assert.match(String(trunk.extended?.get('Message')), /A trunk needs VLAN filtering/);
    assert.deepEqual(await client.related(made, 'Msvm_EthernetSwitchExtension'), []);
  });
});

describe('Msvm_VirtualEthernetSwitchManagementService', () => {
  test('refusals tell their reason and change nothing; roles are kept', async () => {
    await using world = await openWorld();
    const switches = new Switches(world);
    const { client } = switches;
    const [nat] = await client.query('SELECT * FROM Msvm_VirtualEthernetSwitch');
    const refused = await switches.call('DestroySystem', {
      AffectedSystem: where(nat ?? assert.fail('the default switch')),
    });
    assert.equal(refused.returnValue, 32770);
    assert.match(String(refused.extended?.get('Message')), /always there/);
    const before = await world.stored();
    for (const role of ['operator', 'viewer'] as const) {
      const theirs = new Switches(world, client.as(role));
      const args = { SystemSettings: theirs.text(SETTING, { ElementName: 'x' }), ResourceSettings: [] };
      assert.equal((await theirs.call('DefineSystem', args)).returnValue, 32769, role);
    }
    const hostile = ['--help', 'eth0; reboot', '../eth0', 'x'.repeat(300), '\u202eeth0'];
    for (const name of hostile) {
      const path = where(await switches.adapter('eth0'));
      const port = switches.text(ALLOCATION, {
        HostResource: [client.text(path).replace('eth0', name)],
      });
      const result = await switches.call('DefineSystem', {
        SystemSettings: switches.text(SETTING, { ElementName: 'x' }),
        ResourceSettings: [port],
        ReferenceConfiguration: null,
      });
      assert.equal(result.returnValue, 32773, name);
    }
    assert.deepEqual(await world.stored(), before);
  });

  test('a switch is named by its own path or that of its settings: a port, a feature or another class is no switch', async () => {
    await using world = await openWorld();
    const switches = new Switches(world);
    const { client } = switches;
    const made = await switches.define('kept', [await switches.port(await switches.host())]);
    const setting = await switches.setting(made);
    const [port] = await client.query(
      `SELECT * FROM ${ALLOCATION} WHERE InstanceID LIKE 'Microsoft:${guidOf(made)}\\\\%'`,
    );
    const ofPort = where(port ?? assert.fail('the port'));
    const elsewhere = (path: ObjectPath, className: string, namespace: string | null): ObjectPath =>
      new ObjectPath(null, namespace, className, path.keys);
    const before = await world.stored();
    const another = await switches.port(where(await switches.adapter('eth0')));
    for (const path of [
      ofPort,
      elsewhere(ofPort, 'Msvm_VirtualEthernetSwitchSettingData', made.namespace),
      elsewhere(where(setting), 'Msvm_MemorySettingData', made.namespace),
      elsewhere(made, 'Msvm_VirtualEthernetSwitch', 'root\\cimv2'),
      elsewhere(made, 'Msvm_VirtualEthernetSwitch', 'root\\no\\such'),
      elsewhere(made, 'Msvm_ComputerSystem', made.namespace),
    ]) {
      const label = `${path.namespace}:${path.className}`;
      assert.equal((await switches.call('DestroySystem', { AffectedSystem: path })).returnValue, 32773, label);
      const added = await switches.call('AddResourceSettings', {
        AffectedConfiguration: path,
        ResourceSettings: [another],
      });
      assert.equal(added.returnValue, 32773, label);
    }
    const renamed = switches.text(SETTING, { InstanceID: String(port?.get('InstanceID')), ElementName: 'lost' });
    assert.equal((await switches.call('ModifySystemSettings', { SystemSettings: renamed })).returnValue, 32773);
    assert.deepEqual(await world.stored(), before);
    await switches.done('AddResourceSettings', { AffectedConfiguration: where(setting), ResourceSettings: [another] });
    await switches.done('DestroySystem', { AffectedSystem: elsewhere(made, 'msvm_virtualethernetswitch', null) });
  });

  test('with forceAsync, by a job whose affected element is the switch', async () => {
    await using world = await openWorld({ forceAsync: true });
    const switches = new Switches(world);
    const result = await switches.call('DefineSystem', {
      SystemSettings: switches.text(SETTING, { ElementName: 'later' }),
      ResourceSettings: [],
      ReferenceConfiguration: null,
    });
    assert.equal(result.returnValue, 4096);
    const job = (await switches.client.succeed(result)) ?? assert.fail('a job');
    assert.equal(job.get('JobType'), 130);
    const made = await switches.client.related(where(job), 'Msvm_VirtualEthernetSwitch', 'Msvm_AffectedJobElement');
    assert.equal(first(made).get('ElementName'), 'later');
  });
});
