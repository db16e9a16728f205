import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CimInstance } from '../../../src/cim/instance.ts';
import type { ObjectPath } from '../../../src/cim/object-path.ts';
import type { MethodResult } from '../../../src/cim/operations.ts';
import { CLUSTER, guidOf, HyperVClient, pathOf, settingText, V2 } from '../../kit/hyperv-client.ts';
import { openWorld } from '../../kit/hyperv-world.ts';

const SERVICE = 'Msvm_CollectionManagementService';
const SNAPSHOT_SERVICE = 'Msvm_CollectionSnapshotService';
const SYSTEMS = 0;
const COLLECTIONS = 1;
const STANDARD = 1;
const RECOVERY = 2;

const call = async (client: HyperVClient, method: string, args: Parameters<HyperVClient['call']>[1]) =>
  client.invoke(await client.service(SERVICE), method, args);
const snapshotCall = async (client: HyperVClient, method: string, args: Parameters<HyperVClient['call']>[1]) =>
  client.invoke(await client.service(SNAPSHOT_SERVICE), method, args);
const refused = (result: MethodResult, code: number, why: RegExp): void => {
  assert.equal(result.returnValue, code, String(result.extended?.get('Message')));
  assert.match(String(result.extended?.get('Message')), why);
};
const define = async (client: HyperVClient, Name: string, Type: number): Promise<ObjectPath> => {
  const result = await call(client, 'DefineCollection', { Name, Type });
  assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
  return pathOf(result.out['DefinedCollection']);
};
const names = (found: readonly CimInstance[]): readonly unknown[] => found.map((one) => one.get('ElementName'));

for (const namespace of [V2, CLUSTER])
  describe(`collections in ${namespace}`, () => {
    test('define, members from both ends, rename, remove, destroy', async () => {
      await using world = await openWorld();
      const client = new HyperVClient(world.broker, namespace);
      const machine = await client.define({ ElementName: 'one' });
      const group = await define(client, 'web', SYSTEMS);
      assert.equal(group.className, 'Msvm_VirtualSystemCollection');
      assert.equal(group.namespace?.toLowerCase(), namespace.toLowerCase());
      assert.equal((await call(client, 'AddMember', { Member: machine, Collection: group })).returnValue, 0);
      refused(await call(client, 'AddMember', { Member: machine, Collection: group }), 32773, /already/);
      const associated = 'Msvm_CollectedVirtualSystems';
      assert.deepEqual(names(await client.related(group, 'Msvm_ComputerSystem', associated)), ['one']);
      assert.deepEqual(names(await client.related(machine, 'CIM_CollectionOfMSEs', associated)), ['web']);

      const top = await define(client, 'all', COLLECTIONS);
      assert.equal(top.className, 'Msvm_ManagementCollection');
      assert.equal((await call(client, 'AddMember', { Member: group, Collection: top })).returnValue, 0);
      refused(await call(client, 'AddMember', { Member: machine, Collection: top }), 32776, /is of collections/);
      assert.deepEqual(names(await client.related(top, 'CIM_CollectionOfMSEs', 'Msvm_CollectedCollections')), ['web']);
      assert.deepEqual(names(await client.related(group, 'Msvm_ManagementCollection')), ['all']);

      assert.equal((await call(client, 'RenameCollection', { Collection: group, NewName: 'shop' })).returnValue, 0);
      assert.equal((await client.get(group)).get('ElementName'), 'shop');
      const byName = await client.one(`SELECT * FROM Msvm_VirtualSystemCollection WHERE ElementName = 'shop'`);
      assert.equal(byName.get('CollectionID'), group.key('CollectionID'));
      const byId = { Member: machine, CollectionId: String(group.key('CollectionID')).toLowerCase() };
      assert.equal((await call(client, 'RemoveMemberById', byId)).returnValue, 0);
      refused(await call(client, 'RemoveMember', { Member: machine, Collection: group }), 32773, /no such member/);
      assert.equal((await call(client, 'RemoveMember', { Member: group, Collection: top })).returnValue, 0);
      assert.equal((await call(client, 'DestroyCollection', { Collection: group })).returnValue, 0);
      refused(await call(client, 'DestroyCollection', { Collection: group }), 32773, /names no collection/);
      assert.equal((await client.get(machine)).get('ElementName'), 'one');
    });

    test('checkpoint, parts from both ends, apply, delete', async () => {
      await using world = await openWorld();
      const client = new HyperVClient(world.broker, namespace);
      const machines: ObjectPath[] = [];
      const group = await define(client, 'pair', SYSTEMS);
      for (const ElementName of ['one', 'two']) {
        const machine = await client.define({ ElementName });
        machines.push(machine);
        await call(client, 'AddMember', { Member: machine, Collection: group });
      }
      const SnapshotSettings = settingText('Msvm_VirtualSystemSettingData', { ElementName: 'before' });
      const taken = await snapshotCall(client, 'CreateSnapshot', {
        Collection: group,
        SnapshotSettings,
        SnapshotType: STANDARD,
      });
      const job = await client.succeed(taken);
      assert.equal(job?.get('JobType'), 198);
      const [service] = await client.related(pathOf(job?.path()), SNAPSHOT_SERVICE, 'Msvm_OwningJobElement');
      assert.ok(service);
      const [found] = await client.related(group, 'Msvm_SnapshotCollection', 'Msvm_SnapshotOfVirtualSystemCollection');
      assert.equal(found?.get('ElementName'), 'before');
      const snapshot = pathOf(found?.path());
      const parts = await client.related(snapshot, 'Msvm_VirtualSystemSettingData', 'Msvm_CollectedSnapshots');
      assert.deepEqual(names(parts), ['before', 'before']);
      const [whole] = await client.related(pathOf(parts[0]?.path()), 'Msvm_SnapshotCollection');
      assert.equal(whole?.get('CollectionID'), snapshot.key('CollectionID'));

      await client.succeed(await client.state(machines[0] as ObjectPath, 2));
      refused(await snapshotCall(client, 'ApplySnapshot', { SnapshotCollection: snapshot }), 5, /'one': .*is running/);
      await client.succeed(await client.state(machines[0] as ObjectPath, 3));
      await client.succeed(await snapshotCall(client, 'ApplySnapshot', { SnapshotCollection: snapshot }));
      const applied = await client.get(group);
      assert.equal(applied.get('LastApplyConsistencyLevel'), 2);
      assert.deepEqual(applied.get('LastApplyVirtualMachineIds'), machines.map(guidOf));
      refused(
        await snapshotCall(client, 'ConvertToReferencePoint', { AffectedSnapshotCollection: snapshot }),
        4,
        /'before' is no recovery checkpoint/,
      );
      await client.succeed(await snapshotCall(client, 'DestroySnapshot', { AffectedSnapshotCollection: snapshot }));
      assert.deepEqual(await client.query('SELECT * FROM Msvm_SnapshotCollection'), []);
      for (const machine of machines) assert.equal(world.system(guidOf(machine)).snapshots.length, 0);
    });

    test('what is refused, and by whom', async () => {
      await using world = await openWorld();
      const client = new HyperVClient(world.broker, namespace);
      refused(await call(client, 'DefineCollection', { Name: 'x', Type: 7 }), 32773, /Type is 0/);
      refused(await call(client, 'DefineCollection', { Type: 0 }), 32773, /Name/);
      refused(await call(client, 'DefineCollection', { Name: 'x', Id: '../x', Type: 0 }), 32773, /no GUID/);
      const top = await define(client, 'all', COLLECTIONS);
      const empty = await define(client, 'none', SYSTEMS);
      const create = (Collection: ObjectPath, SnapshotType: number) =>
        snapshotCall(client, 'CreateSnapshot', { Collection, SnapshotSettings: '', SnapshotType });
      refused(await create(top, STANDARD), 5, /is of collections/);
      refused(await create(empty, RECOVERY), 5, /has no machines/);
      refused(await create(empty, 3), 4, /SnapshotType is 1/);
      const machine = await client.define({ ElementName: 'one' });
      refused(await create(machine, STANDARD), 4, /names no collection/);
      const host = await client.one(`SELECT * FROM Msvm_ComputerSystem WHERE Name = '${world.broker.hostName}'`);
      refused(
        await call(client, 'AddMember', { Member: pathOf(host.path()), Collection: empty }),
        32773,
        /names the host/,
      );
      refused(
        await call(client.as('operator'), 'AddMember', { Member: machine, Collection: empty }),
        32769,
        /does not allow/,
      );
      refused(await call(client.as('operator'), 'DestroyCollection', { Collection: empty }), 32769, /does not allow/);
    });
  });

test('a collection that is made in one namespace is there in the other at once', async () => {
  await using world = await openWorld();
  const cluster = new HyperVClient(world.broker, CLUSTER);
  const made = await define(cluster, 'web', SYSTEMS);
  const seen = await world.client.one('SELECT * FROM Msvm_VirtualSystemCollection');
  assert.equal(seen.get('CollectionID'), made.key('CollectionID'));
  const machine = await world.client.define({ ElementName: 'one' });
  await call(world.client, 'AddMember', { Member: machine, Collection: pathOf(seen.path()) });
  const associated = await cluster.related(made, 'Msvm_ComputerSystem', 'Msvm_CollectedVirtualSystems');
  assert.deepEqual(names(associated), ['one']);
});

test('answered with a job where everything is', async () => {
  await using world = await openWorld({ forceAsync: true });
  const result = await call(world.client, 'DefineCollection', { Name: 'later', Type: SYSTEMS });
  assert.equal(result.returnValue, 4096);
  assert.equal((await world.client.finished(result)).get('JobType'), 190);
  assert.deepEqual(names(await world.client.query('SELECT * FROM Msvm_VirtualSystemCollection')), ['later']);
});
