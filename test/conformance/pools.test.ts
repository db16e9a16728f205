import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { CimInstance } from '../../src/cim/instance.ts';
import type { ObjectPath } from '../../src/cim/object-path.ts';
import type { MethodResult } from '../../src/cim/operations.ts';
import { type HyperVClient, pathOf, RASD, SASD, settingText, SUB_TYPE } from '../kit/hyperv-client.ts';
import { openWorld } from '../kit/hyperv-world.ts';
import { type ClientWorld, openWireWorld } from '../kit/wire-world.ts';

const SERVICE = 'Msvm_ResourcePoolConfigurationService';
const SETTING = 'Msvm_ResourcePoolSettingData';

const hostPool = async (client: HyperVClient, subType: string): Promise<ObjectPath> =>
  pathOf(
    (
      await client.one(`SELECT * FROM CIM_ResourcePool WHERE ResourceSubType = '${subType}' AND Primordial = True`)
    ).path(),
  );
const poolText = (PoolID: string, ResourceSubType: string = SUB_TYPE.hardDisk, ResourceType = 31): string =>
  settingText(SETTING, { PoolID, ElementName: `pool ${PoolID}`, ResourceType, ResourceSubType, Notes: 'n' });
const folderText = (...HostResource: string[]): string =>
  settingText(SASD, { ResourceType: 31, ResourceSubType: SUB_TYPE.hardDisk, HostResource });
const call = async (client: HyperVClient, method: string, args: Parameters<HyperVClient['call']>[1]) =>
  client.invoke(await client.service(SERVICE), method, args);
const refused = (result: MethodResult, code: number, why: RegExp): void => {
  assert.equal(result.returnValue, code, String(result.extended?.get('Message')));
  assert.match(String(result.extended?.get('Message')), why);
};

const createFolderPool = async (
  world: ClientWorld,
  id: string,
  folder: string,
  parent?: ObjectPath,
): Promise<ObjectPath> => {
  const { client } = world;
  const result = await call(client, 'CreatePool', {
    PoolSettings: poolText(id),
    ParentPools: [parent ?? (await hostPool(client, SUB_TYPE.hardDisk))],
    AllocationSettings: [folderText(folder)],
  });
  assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
  return pathOf(result.out['Pool']);
};

const machineWithDrive = async (client: HyperVClient): Promise<{ machine: ObjectPath; drive: ObjectPath }> => {
  const machine = await client.define({ ElementName: 'pooled', VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2' });
  const controller = await client.add(machine, settingText(RASD, { ResourceType: 6, ResourceSubType: SUB_TYPE.scsi }));
  const drive = await client.add(
    machine,
    settingText(RASD, {
      ResourceType: 17,
      ResourceSubType: SUB_TYPE.diskDrive,
      Parent: client.text(controller),
      AddressOnParent: 0,
    }),
  );
  return { machine, drive };
};
const diskText = (client: HyperVClient, drive: ObjectPath, file: string, PoolID: string): string =>
  settingText(SASD, {
    ResourceType: 31,
    ResourceSubType: SUB_TYPE.hardDisk,
    Parent: client.text(drive),
    HostResource: [file],
    PoolID,
  });

describe('Msvm_ResourcePoolConfigurationService (other-services §8)', () => {
  test('ResourcePools: the sequence of the sample: create, children and parents, what it takes, delete', async () => {
    await using world = await openWireWorld();
    const { client } = world;
    const folder = await world.folder('disks');
    const pool = await createFolderPool(world, 'Gold', folder);
    const shown = await client.one(
      `SELECT * FROM CIM_ResourcePool WHERE ResourceType="31" AND ResourceSubType="${SUB_TYPE.hardDisk}" AND PoolId="Gold"`,
    );
    assert.equal(shown.get('Primordial'), false);
    assert.equal(shown.get('ElementName'), 'pool Gold');
    assert.equal((await client.get(pool)).get('PoolID'), 'Gold');
    const host = await hostPool(client, SUB_TYPE.hardDisk);
    const names = (found: readonly CimInstance[]): unknown[] => found.map((one) => one.get('PoolID'));
    assert.deepEqual(names(await client.related(host, 'CIM_ResourcePool', 'Msvm_ElementAllocatedFromPool')), ['Gold']);
    assert.deepEqual(names(await client.related(pool, 'CIM_ResourcePool', 'Msvm_ElementAllocatedFromPool')), ['']);
    const [settings] = await client.related(pool, SETTING, 'Msvm_SettingsDefineState');
    assert.deepEqual([settings?.get('PoolID'), settings?.get('Notes')], ['Gold', 'n']);
    const [taken] = await client.related(pool, SASD, 'Msvm_SettingsDefineState');
    assert.deepEqual(taken?.get('HostResource'), [folder]);
    assert.deepEqual((await client.get(pathOf(taken?.path()))).get('HostResource'), [folder]);
    assert.equal((await client.related(pool, 'Msvm_AllocationCapabilities', 'Msvm_ElementCapabilities')).length, 1);

    // A child of the child: a folder below, and nothing beside.
    const below = await world.folder('disks/fast');
    const child = await createFolderPool(world, 'Silver', below, pool);
    const beside = await world.folder('elsewhere');
    refused(
      await call(client, 'ModifyPoolResources', {
        ChildPool: child,
        ParentPools: [pool],
        AllocationSettings: [folderText(beside)],
      }),
      32773,
      /has not all/,
    );
    refused(await call(client, 'DeletePool', { Pool: pool }), 32774, /'Silver' takes from it/);
    refused(
      await call(client, 'ModifyPoolResources', {
        ChildPool: pool,
        ParentPools: [child],
        AllocationSettings: [folderText(below)],
      }),
      32773,
      /takes from this one itself/,
    );
    refused(
      await call(client, 'ModifyPoolResources', {
        ChildPool: pool,
        ParentPools: [host],
        AllocationSettings: [folderText(beside)],
      }),
      32774,
      /'Silver' takes from it what/,
    );
    for (const gone of [child, pool]) assert.equal((await call(client, 'DeletePool', { Pool: gone })).returnValue, 0);
    assert.deepEqual(await client.query("SELECT * FROM CIM_ResourcePool WHERE PoolID = 'Gold'"), []);
  });

  test('a disk is taken from the pool that its PoolID names, and from nowhere else', async () => {
    await using world = await openWorld();
    const { client } = world;
    const inside = await world.disk('inside.img');
    const pool = await createFolderPool(world, 'Gold', join(inside, '..'));
    const { machine, drive } = await machineWithDrive(client);
    const add = (file: string, id: string) =>
      client.call('AddResourceSettings', {
        AffectedConfiguration: machine,
        ResourceSettings: [diskText(client, drive, file, id)],
      });
    refused(await add(inside, 'Bronze'), 32773, /no pool 'Bronze'/);
    const other = await createFolderPool(world, 'Other', await world.folder('other'));
    refused(await add(inside, 'Other'), 32773, /no folder of the pool 'Other'/);
    const disk = await client.add(machine, diskText(client, drive, inside, 'gold'));
    const [from] = await client.related(disk, 'CIM_ResourcePool', 'Msvm_ResourceAllocationFromPool');
    assert.equal(from?.get('PoolID'), 'Gold');
    const taken = await client.related(pool, SASD, 'Msvm_ResourceAllocationFromPool');
    assert.deepEqual(
      taken.map((one) => one.get('InstanceID')),
      [disk.key('InstanceID')],
    );
    refused(await call(client, 'DeletePool', { Pool: pool }), 32774, /takes from it/);
    const settings = (id: string) =>
      call(client, 'ModifyPoolSettings', { ChildPool: pool, PoolSettings: settingText(SETTING, { PoolID: id }) });
    refused(await settings('Platinum'), 32774, /another PoolID/);
    assert.equal((await settings('Gold')).returnValue, 0, 'no change');
    refused(
      await call(client, 'ModifyPoolResources', {
        ChildPool: pool,
        ParentPools: [other],
        AllocationSettings: [folderText(await world.folder('other'))],
      }),
      32774,
      /what it would not have/,
    );
    await client.succeed(await client.state(machine, 2));
    assert.equal((await client.get(pool)).get('Reserved'), 1n);
    await client.succeed(await client.state(machine, 3));
    assert.equal((await client.get(pool)).get('Reserved'), 0n);
    assert.equal((await client.call('RemoveResourceSettings', { ResourceSettings: [disk] })).returnValue, 0);
    assert.equal((await settings('Platinum')).returnValue, 0);
    assert.equal((await call(client, 'DeletePool', { Pool: pool })).returnValue, 0);
  });

  test('a pool of switches', async () => {
    await using world = await openWorld();
    const { client } = world;
    const [nat] = await client.query('SELECT * FROM Msvm_VirtualEthernetSwitch');
    const natText = client.text(pathOf(nat?.path()));
    const connection = (values: Parameters<typeof settingText>[1]): string =>
      settingText('Msvm_EthernetPortAllocationSettingData', {
        ResourceType: 33,
        ResourceSubType: SUB_TYPE.connection,
        ...values,
      });
    const created = await call(client, 'CreatePool', {
      PoolSettings: poolText('Inside', SUB_TYPE.connection, 33),
      ParentPools: [await hostPool(client, SUB_TYPE.connection)],
      AllocationSettings: [connection({ HostResource: [natText] })],
    });
    assert.equal(created.returnValue, 0, String(created.extended?.get('Message')));
    const machine = await client.define({ ElementName: 'connected' });
    const adapter = await client.add(
      machine,
      settingText('Msvm_SyntheticEthernetPortSettingData', { ResourceType: 10, ResourceSubType: SUB_TYPE.ethernet }),
    );
    await client.add(machine, connection({ Parent: client.text(adapter), HostResource: [natText], PoolID: 'Inside' }));
    refused(await call(client, 'DeletePool', { Pool: pathOf(created.out['Pool']) }), 32774, /takes from it/);
  });

  test('what makes no pool is refused, and nothing is made', async () => {
    await using world = await openWorld();
    const { client } = world;
    const folder = await world.folder('disks');
    const host = await hostPool(client, SUB_TYPE.hardDisk);
    const create = (PoolSettings: string, AllocationSettings: string[], ParentPools: ObjectPath[] = [host]) =>
      call(client, 'CreatePool', { PoolSettings, ParentPools, AllocationSettings });
    await createFolderPool(world, 'Gold', folder);
    refused(await create(poolText('GOLD'), [folderText(folder)]), 32773, /already/);
    refused(await create(poolText(' '), [folderText(folder)]), 32773, /PoolID is missing/);
    refused(await create(poolText('a'), []), 32773, /AllocationSettings is missing/);
    refused(await create(poolText('a'), [folderText()]), 32773, /HostResource of the allocation is empty/);
    refused(await create(poolText('a'), [folderText('/no/such/folder')]), 32773, /folder/);
    refused(await create(poolText('a'), [folderText(folder), folderText(folder)]), 32773, /1 elements and/);
    refused(await create(poolText('a'), [folderText(folder), folderText(folder)], [host, host]), 32773, /named twice/);
    refused(
      await create(poolText('a'), [folderText(folder)], [await hostPool(client, SUB_TYPE.connection)]),
      32776,
      /another resource/,
    );
    refused(
      await create(poolText('a'), [settingText(RASD, { ResourceType: 6, ResourceSubType: SUB_TYPE.scsi })]),
      32776,
      /another resource/,
    );
    const memory = await hostPool(client, 'Microsoft:Hyper-V:Memory');
    refused(
      await create(
        settingText(SETTING, { PoolID: 'm', ResourceType: 4, ResourceSubType: 'Microsoft:Hyper-V:Memory' }),
        [settingText('Msvm_MemorySettingData', { ResourceType: 4, ResourceSubType: 'Microsoft:Hyper-V:Memory' })],
        [memory],
      ),
      32770,
      /of this resource the host has one pool/,
    );
    refused(await call(client, 'DeletePool', { Pool: host }), 32770, /pool of the host itself/);
    const asOperator = await client.as('operator').invoke(await client.service(SERVICE), 'DeletePool', { Pool: host });
    assert.equal(asOperator.returnValue, 32769);
    assert.equal((await client.query('SELECT * FROM CIM_ResourcePool WHERE Primordial = False')).length, 1);
  });
});
