import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ObjectPath } from '../../../src/cim/object-path.ts';
import type { CimValues } from '../../../src/cim/values.ts';
import { V1 } from '../../../src/msvm/register.ts';
import { HyperVClient, pathOf, V2 } from '../../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../../kit/hyperv-world.ts';

const only = async (client: HyperVClient, query: string): Promise<ObjectPath> =>
  pathOf((await client.query(query))[0]?.path() ?? null);

/** A call that is right but for the namespace of one reference, which is put in by the test. */
interface Call {
  readonly namespace: string;
  readonly service: string;
  readonly method: string;
  readonly parameter: string;
  /** The right one. */
  readonly path: ObjectPath;
  readonly others?: CimValues;
  /** Of an array. */
  readonly many?: true;
}

const calls = async (world: HyperVWorld): Promise<readonly Call[]> => {
  const { client } = world;
  const v1 = new HyperVClient(world.broker, V1);
  const collections = 'Msvm_CollectionManagementService';
  const made = await client.invoke(await client.service(collections), 'DefineCollection', { Name: 'all', Type: 0 });
  const system = await client.define({ ElementName: 'one' });
  return [
    {
      namespace: V2,
      service: collections,
      method: 'RenameCollection',
      parameter: 'Collection',
      path: pathOf(made.out['DefinedCollection']),
      others: { NewName: 'some' },
    },
    {
      namespace: V2,
      service: 'Msvm_MetricService',
      method: 'ControlMetrics',
      parameter: 'Definition',
      path: await only(client, 'SELECT * FROM Msvm_AggregationMetricDefinition'),
      others: { Subject: system, MetricCollectionEnabled: 2 },
    },
    {
      namespace: V2,
      service: 'Msvm_ResourcePoolConfigurationService',
      method: 'CreatePool',
      parameter: 'ParentPools',
      path: await only(
        client,
        "SELECT * FROM Msvm_ResourcePool WHERE ResourceSubType = 'Microsoft:Hyper-V:Virtual Hard Disk'",
      ),
      many: true,
      others: {
        PoolSettings:
          '<INSTANCE CLASSNAME="Msvm_ResourcePoolSettingData"><PROPERTY NAME="PoolID" TYPE="string"><VALUE>p</VALUE></PROPERTY><PROPERTY NAME="ResourceType" TYPE="uint16"><VALUE>31</VALUE></PROPERTY><PROPERTY NAME="ResourceSubType" TYPE="string"><VALUE>Microsoft:Hyper-V:Virtual Hard Disk</VALUE></PROPERTY></INSTANCE>',
        AllocationSettings: [
          `<INSTANCE CLASSNAME="Msvm_StorageAllocationSettingData"><PROPERTY.ARRAY NAME="HostResource" TYPE="string"><VALUE.ARRAY><VALUE>${await world.folder('pool')}</VALUE></VALUE.ARRAY></PROPERTY.ARRAY></INSTANCE>`,
        ],
      },
    },
    {
      namespace: V1,
      service: 'Msvm_VirtualSwitchManagementService',
      method: 'CreateSwitchPort',
      parameter: 'VirtualSwitch',
      path: await only(v1, 'SELECT * FROM Msvm_VirtualSwitch'),
      others: { Name: '', FriendlyName: 'port' },
    },
  ];
};

describe('bad input: a reference into another namespace names nothing (issue 2 §7, management-service §0)', () => {
  test('whatever the kind of object; without a namespace, or with the right one in any spelling, it is what it is', async () => {
    await using world = await openWorld();
    for (const { namespace, service, method, parameter, path, others = {}, many } of await calls(world)) {
      const client = new HyperVClient(world.broker, namespace);
      const target = await client.service(service);
      const call = async (elsewhere: string | null): Promise<unknown> => {
        const moved = new ObjectPath(null, elsewhere, path.className, path.keys);
        const args = { ...others, [parameter]: many === true ? [moved] : moved };
        return (await client.invoke(target, method, args)).returnValue;
      };
      const before = await world.stored();
      for (const elsewhere of ['root\\cimv2', 'root\\no\\such', 'root'])
        assert.equal(await call(elsewhere), 32773, `${method}.${parameter} in ${elsewhere}`);
      assert.deepEqual(await world.stored(), before, method);
      assert.equal(await call(namespace.toUpperCase().replaceAll('\\', '/')), 0, method);
      if (method !== 'CreatePool') assert.equal(await call(null), 0, method);
    }
  });
});
