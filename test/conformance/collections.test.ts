import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { WsmanClient } from '../../src/client/client.ts';
import { isReference, numberOf, type Reference, textOf } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { changeWord, guestInfo, type HypervisorName, WireHost } from '../kit/wire-host.ts';
import { WireSnapshots } from '../kit/wire-snapshots.ts';

const SERVICE = { className: 'Msvm_CollectionManagementService' };
const SNAPSHOT_SERVICE = { className: 'Msvm_CollectionSnapshotService' };

/** Two guests as one collection, made in v2 and seen in the cluster namespace; other-services §9. */
function scenarios(hypervisor: HypervisorName): void {
  describe(`collections over the wire, ${hypervisor}`, () => {
    let host: WireHost;
    let cluster: WsmanClient;
    before(async () => {
      host = await WireHost.open(hypervisor);
      cluster = host.service.client('root/HyperVCluster/v2');
    });
    after(async () => {
      cluster.close();
      await host[Symbol.asyncDispose]();
    });

    test('one checkpoint of two running guests; both go back to it with their memory', async () => {
      const { client } = host;
      const ids = [await host.nano('left'), await host.nano('right')];
      const defined = await client.run(SERVICE, 'DefineCollection', { Name: 'pair', Type: 0 });
      const Collection = referenceOf(defined.out['DefinedCollection']);
      for (const id of ids) {
        await client.run(SERVICE, 'AddMember', { Member: host.system(id), Collection });
        // With memory, whether or not the guest has an agent.
        const standard = { InstanceID: `Microsoft:${id}`, UserSnapshotType: 5 };
        await host.call('ModifySystemSettings', {
          SystemSettings: settingsText('Msvm_VirtualSystemSettingData', standard),
        });
      }
      for (const id of ids) await host.change(id, 2);
      const words = new Map<string, number>();
      for (const name of ['left', 'right']) {
        using line = await host.serial(name);
        words.set(name, await changeWord(line));
      }
      await client.run(SNAPSHOT_SERVICE, 'CreateSnapshot', { Collection, SnapshotSettings: '', SnapshotType: 1 });
      for (const name of ['left', 'right']) {
        using line = await host.serial(name);
        assert.notEqual(await changeWord(line), words.get(name));
      }
      for (const id of ids) await host.change(id, 3);

      const found = await Array.fromAsync(cluster.query('SELECT * FROM Msvm_SnapshotCollection'));
      assert.equal(found.length, 1);
      const CollectionID = textOf(found[0]?.properties['CollectionID']) ?? '';
      const SnapshotCollection = host.reference('Msvm_SnapshotCollection', { CollectionID });
      await client.run(SNAPSHOT_SERVICE, 'ApplySnapshot', { SnapshotCollection });
      for (const [index, name] of ['left', 'right'].entries()) {
        await host.change(ids[index] ?? '', 2);
        using line = await host.serial(name);
        assert.equal((await guestInfo(line)).word, words.get(name), name);
      }
      const collection = await client.get(Collection);
      assert.equal(numberOf(collection.properties['LastApplyConsistencyLevel']), 2);
      await client.run(SNAPSHOT_SERVICE, 'DestroySnapshot', { AffectedSnapshotCollection: SnapshotCollection });
      const snapshots = new WireSnapshots(host);
      for (const id of ids) assert.deepEqual(await snapshots.list(id), []);
      for (const id of ids) await host.change(id, 3);
      await client.run(SERVICE, 'DestroyCollection', { Collection });
    });
  });
}

const referenceOf = (value: unknown): Reference =>
  isReference(value as Parameters<typeof isReference>[0]) ? (value as Reference) : assert.fail('a reference');

scenarios('simulated');
scenarios('qemu');
