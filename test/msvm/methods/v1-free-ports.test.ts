import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ObjectPath } from '../../../src/cim/object-path.ts';
import { pathOf } from '../../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../../kit/hyperv-world.ts';
import { NIC, nic, SWITCHES, V1Client } from './v1-kit.ts';

/** A machine whose adapter was taken out of its port. */
const leftPort = async (world: HyperVWorld) => {
  const client = new V1Client(world);
  const port = await client.port('left');
  const Connection = [client.text(port)];
  const before = await client.machine('before', [nic({ Connection })]);
  await client.ok('DisconnectSwitchPort', { SwitchPort: port }, SWITCHES);
  const connectionOf = async (system: ObjectPath) => (await client.resource(system, NIC)).get('Connection');
  return { client, port, Connection, before, connectionOf };
};

describe('root\\virtualization: a port that its adapter was taken out of is free (object-model §12)', () => {
  test('ConnectSwitchPort plugs in an adapter of another machine; both run', async () => {
    await using world = await openWorld();
    const { client, port, Connection, before, connectionOf } = await leftPort(world);
    await client.ok('DisconnectSwitchPort', { SwitchPort: port }, SWITCHES);
    const after = await client.machine('after', [nic({})]);
    for (const system of [before, after]) await client.succeed(await client.state(system, 2));
    const endpoint = await client.one(
      `SELECT * FROM Msvm_VmLANEndpoint WHERE SystemName = '${String(after.key('Name'))}'`,
    );
    const LANEndpoint = endpoint.path() ?? assert.fail();
    await client.ok('ConnectSwitchPort', { SwitchPort: port, LANEndpoint }, SWITCHES);
    assert.deepEqual(await connectionOf(after), Connection);
    assert.deepEqual(await connectionOf(before), ['']);
    assert.equal((await client.query('SELECT * FROM Msvm_SwitchPort')).length, 1);
  });

  test('Connection of a new adapter, or of one that is there, names it', async () => {
    await using world = await openWorld();
    const { client, port, Connection, before, connectionOf } = await leftPort(world);
    const added = await client.machine('added');
    await client.added(added, nic({ Connection }));
    assert.deepEqual(await connectionOf(added), Connection);
    await client.ok('DisconnectSwitchPort', { SwitchPort: port }, SWITCHES);
    const back = world.print((await client.resource(before, NIC)).with({ Connection }));
    await client.ok('ModifyVirtualSystemResources', { ComputerSystem: before, ResourceSettingData: [back] });
    assert.deepEqual([await connectionOf(before), await connectionOf(added)], [Connection, ['']]);
  });

  test('what fails leaves it with its adapter', async () => {
    await using world = await openWorld();
    const { client, Connection, before, connectionOf } = await leftPort(world);
    const other = await client.machine('other');
    const refused = await client.call('AddVirtualSystemResources', {
      TargetSystem: other,
      ResourceSettingData: [nic({ Connection }), nic({ Address: 'no address', StaticMacAddress: true })],
    });
    assert.equal(refused.returnValue, 32773);
    const text = world.print((await client.resource(before, NIC)).with({ Connection }));
    await client.ok('ModifyVirtualSystemResources', { ComputerSystem: before, ResourceSettingData: [text] });
    assert.deepEqual(await connectionOf(before), Connection);
  });

  test('a port to the host that is taken apart is kept, however many others wait', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const made = await client.ok(
      'CreateSwitch',
      { Name: '', FriendlyName: 'inside', NumLearnableAddresses: 0, ScopeOfResidence: '' },
      SWITCHES,
    );
    const VirtualSwitch = pathOf(made.out['CreatedVirtualSwitch']);
    const service = await client.service(SWITCHES);
    const port = async (FriendlyName: string) =>
      client.invoke(service, 'CreateSwitchPort', { VirtualSwitch, Name: '', FriendlyName, ScopeOfResidence: '' });
    const SwitchPort = pathOf((await port('in')).out['CreatedSwitchPort']);
    const internal = await client.ok(
      'CreateInternalEthernetPortDynamicMac',
      { Name: '', FriendlyName: 'in' },
      SWITCHES,
    );
    const [LANEndpoint] = await client.related(
      pathOf(internal.out['CreatedInternalEthernetPort']),
      'Msvm_SwitchLANEndpoint',
    );
    await client.ok('ConnectSwitchPort', { SwitchPort, LANEndpoint: LANEndpoint?.path() ?? assert.fail() }, SWITCHES);
    while ((await port('waits')).returnValue === 0);
    await client.ok('DisconnectSwitchPort', { SwitchPort }, SWITCHES);
    assert.equal((await client.get(SwitchPort)).get('ElementName'), 'in');
  });
});
