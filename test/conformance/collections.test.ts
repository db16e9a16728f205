import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { WsmanClient } from '../../src/client/client.ts';
import { isReference, listOf, numberOf, type Reference, textOf, type WireObject } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { resourceUri } from '../../src/client/uris.ts';
import { changeWord, guestInfo, type HypervisorName, WireHost } from '../kit/wire-host.ts';
import { WireSnapshots } from '../kit/wire-snapshots.ts';

const SERVICE = { className: 'Msvm_CollectionManagementService' };
const POINT_SERVICE = { className: 'Msvm_CollectionReferencePointService' };
const SNAPSHOT_SERVICE = { className: 'Msvm_CollectionSnapshotService' };

/** Two guests as one collection, made in v2 and seen in the cluster namespace; other-services §9. */
function scenarios(hypervisor: HypervisorName): void {
  describe(`collections over the wire, ${hypervisor}`, () => {
    let host: WireHost;
    let cluster: WsmanClient<string>;
    before(async () => {
      host = await WireHost.open(hypervisor);
      cluster = host.service.client<string>('root/HyperVCluster/v2');
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

    test('a backup of two running guests, and the next one: what each has written between is told', async () => {
      const { client } = host;
      const names = ['first', 'second'];
      const ids = [await host.nano('first'), await host.nano('second')];
      const defined = await client.run(SERVICE, 'DefineCollection', { Name: 'backed up', Type: 0 });
      const Collection = referenceOf(defined.out['DefinedCollection']);
      for (const id of ids) await client.run(SERVICE, 'AddMember', { Member: host.system(id), Collection });
      for (const id of ids) await host.change(id, 2);
      await client.run(SNAPSHOT_SERVICE, 'CreateSnapshot', { Collection, SnapshotSettings: '', SnapshotType: 2 });
      const [taken] = await host.rows('SELECT * FROM Msvm_SnapshotCollection');
      const CollectionID = textOf(taken?.properties['CollectionID']) ?? '';
      const converted = await client.run(SNAPSHOT_SERVICE, 'ConvertToReferencePoint', {
        AffectedSnapshotCollection: host.reference('Msvm_SnapshotCollection', { CollectionID }),
      });
      const point = referenceOf(converted.out['ResultingReferencePointCollection']);
      assert.equal(point.selectors['CollectionID'], CollectionID);
      const seen = await client.get(point);
      assert.equal(numberOf(seen.properties['ReferencePointType']), 2);
      assert.equal(numberOf(seen.properties['ConsistencyLevel']), 1, 'nobody asked the guests to rest');
      assert.deepEqual(await host.rows('SELECT * FROM Msvm_SnapshotCollection'), []);
      const snapshots = new WireSnapshots(host);
      for (const id of ids) assert.deepEqual(await snapshots.list(id), []);
      for (const name of names) {
        using line = await host.serial(name);
        await changeWord(line);
      }
      // The next one without a checkpoint, by the cluster namespace.
      const created = await cluster.run(POINT_SERVICE, 'CreateReferencePoint', {
        Collection: {
          ...Collection,
          resourceUri: resourceUri('root/HyperVCluster/v2', 'Msvm_VirtualSystemCollection'),
        },
        ReferencePointSettings: settingsText('Msvm_CollectionReferencePointSettingData', { ConsistencyLevel: 2 }),
        ReferencePointType: 2,
      });
      const next = referenceOf(created.out['ResultingReferencePointCollection']);
      const partsOf = (id: string): Promise<WireObject[]> =>
        host.rows(
          `ASSOCIATORS OF {Msvm_ReferencePointCollection.CollectionID='${id}',VirtualSystemCollectionId='${Collection.selectors['CollectionID']}'} WHERE AssocClass = Msvm_CollectedReferencePoints`,
        );
      const [before, after] = [await partsOf(CollectionID), await partsOf(next.selectors['CollectionID'] ?? '')];
      assert.deepEqual([before.length, after.length], [2, 2]);
      const ofCollection = await host.rows(
        `ASSOCIATORS OF {Msvm_VirtualSystemCollection.CollectionID='${Collection.selectors['CollectionID']}'} WHERE AssocClass = Msvm_ReferencePointOfVirtualSystemCollection`,
      );
      assert.equal(ofCollection.length, 2);
      for (const id of ids) {
        // What it is now lies in what it was at the next moment and what came after.
        await host.change(id, 3);
        const owned = before.find((part) => textOf(part.properties['VirtualSystemIdentifier']) === id);
        const changes = await client.invoke({ className: 'Msvm_ImageManagementService' }, 'GetVirtualDiskChanges', {
          Path: (await snapshots.files(`Microsoft:${id}`))[0] ?? '',
          LimitId: textOf(listOf(owned?.properties['ResilientChangeTrackingIdentifiers'])[0]) ?? '',
          TargetSnapshotId: '',
          ByteOffset: '0',
          ByteLength: String(2 ** 40),
        });
        assert.equal(changes.returnValue, 0);
        // A simulated guest writes nothing.
        if (hypervisor === 'qemu') assert.ok(listOf(changes.out['ChangedByteOffsets']).length > 0, id);
      }
      // Both moments as disks: the second one as what changed since the first.
      for (const [ReferencePointCollection, base] of [
        [point, null],
        [next, point],
      ] as const) {
        await client.run(POINT_SERVICE, 'ExportReferencePoint', {
          ReferencePointCollection,
          ExportDirectory: 'C:\\vm\\points',
          ExportSettingData: settingsText(
            'Msvm_CollectionReferencePointExportSettingData',
            base === null ? {} : { BaseReferencePointCollection: collectionPointText(base) },
          ),
        });
      }
      for (const name of names) {
        const folder = join((await host.file('points')).linux, name, 'Virtual Hard Disks');
        const endings = (await readdir(folder)).map((each) => each.slice(each.lastIndexOf('.')));
        assert.deepEqual(endings.toSorted(), ['.avhdx', '.vhdx'], name);
      }
      await client.run(POINT_SERVICE, 'DestroyReferencePoint', { AffectedReferencePointCollection: point });
      assert.equal((await host.rows('SELECT * FROM Msvm_ReferencePointCollection')).length, 1);
      assert.equal((await host.rows('SELECT * FROM Msvm_VirtualSystemReferencePoint')).length, 2);
      const gone = await client.invoke(POINT_SERVICE, 'DestroyReferencePoint', {
        AffectedReferencePointCollection: point,
      });
      assert.equal(gone.returnValue, 4);
      const logs = await client.invoke(POINT_SERVICE, 'CreateReferencePoint', {
        Collection,
        ReferencePointSettings: '',
        ReferencePointType: 1,
      });
      assert.equal(logs.returnValue, 1);
    });
  });
}

const collectionPointText = ({ selectors }: Reference): string =>
  `Msvm_ReferencePointCollection.CollectionID="${selectors['CollectionID']}",VirtualSystemCollectionId="${selectors['VirtualSystemCollectionId']}"`;

const referenceOf = (value: unknown): Reference =>
  isReference(value as Parameters<typeof isReference>[0]) ? (value as Reference) : assert.fail('a reference');

scenarios('simulated');
scenarios('qemu');
