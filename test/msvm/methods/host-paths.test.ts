import assert from 'node:assert/strict';
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import type { MethodResult } from '../../../src/cim/operations.ts';
import type { ObjectPath } from '../../../src/cim/object-path.ts';
import { guidOf, type HyperVClient, pathOf, RASD, SASD, settingText, SUB_TYPE } from '../../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../../kit/hyperv-world.ts';

interface Row {
  readonly setting: string;
  readonly property: string;
  readonly path: string;
  readonly file: string;
  readonly problem: string;
}

const SERVICE = 'Vsms_PathService';

const ask = async (client: HyperVClient, Configuration: ObjectPath | null): Promise<MethodResult> =>
  client.invoke(await client.service(SERVICE), 'GetHostPaths', { Configuration });

const rowsOf = async (client: HyperVClient, configuration: ObjectPath): Promise<readonly Row[]> => {
  const { returnValue, out, extended } = await ask(client, configuration);
  assert.equal(returnValue, 0, String(extended?.get('Message')));
  const column = (name: string): readonly string[] => out[name] as readonly string[];
  const [properties, paths, files, problems] = ['Properties', 'Paths', 'HostPaths', 'Problems'].map(column);
  return column('Settings').map((setting, at) => ({
    setting,
    property: properties?.[at] ?? '',
    path: paths?.[at] ?? '',
    file: files?.[at] ?? '',
    problem: problems?.[at] ?? '',
  }));
};

/** A machine whose disk and serial port were named as a client on Windows names them. */
const withMachine = async (
  work: (made: {
    readonly world: HyperVWorld;
    readonly client: HyperVClient;
    readonly system: ObjectPath;
    readonly data: string;
    readonly row: (configuration: ObjectPath, property: string) => Promise<Row>;
  }) => Promise<void>,
): Promise<void> => {
  await using world = await openWorld();
  const { client } = world;
  const data = dirname(dirname(await world.disk('web1.img')));
  await mkdir(join(data, 'drives', 'c', 'VMs'), { recursive: true });
  await rename(join(data, 'disks', 'web1.img'), join(data, 'drives', 'c', 'VMs', 'Web1.img'));
  const system = await client.define({
    ElementName: 'web1',
    VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2',
    ConfigurationDataRoot: 'C:\\VMs',
  });
  const controller = await client.add(system, settingText(RASD, { ResourceType: 6, ResourceSubType: SUB_TYPE.scsi }));
  const drive = await client.add(
    system,
    settingText(RASD, { ResourceType: 17, ResourceSubType: SUB_TYPE.diskDrive, Parent: client.text(controller) }),
  );
  await client.add(
    system,
    settingText(SASD, {
      ResourceType: 31,
      ResourceSubType: SUB_TYPE.hardDisk,
      Parent: client.text(drive),
      HostResource: ['c:\\vms\\WEB1.IMG'],
    }),
  );
  const row = async (configuration: ObjectPath, property: string): Promise<Row> => {
    const found = (await rowsOf(client, configuration)).filter((each) => each.property === property);
    assert.equal(found.length, 1, property);
    return found[0] as Row;
  };
  await work({ world, client, system, data, row });
};

describe('paths: round trip: what a client wrote, and the file that it is on this host (Vsms_PathService)', () => {
  test('a disk: the text as it was written in HostResource, and the file with the name that it has', () =>
    withMachine(async ({ client, system, data, row }) => {
      const [disk] = await client.resources(system, SASD);
      assert.deepEqual(disk?.get('HostResource'), ['c:\\vms\\WEB1.IMG']);
      assert.deepEqual(await row(system, 'HostResource'), {
        setting: disk?.get('InstanceID'),
        property: 'HostResource',
        path: 'c:\\vms\\WEB1.IMG',
        file: join(data, 'drives', 'c', 'VMs', 'Web1.img'),
        problem: '',
      });
    }));

  test('it is looked for anew each time: behind a link, gone, and out of the allowed roots', () =>
    withMachine(async ({ system, data, row }) => {
      const [file, moved] = [join(data, 'drives', 'c', 'VMs', 'Web1.img'), join(data, 'disks', 'moved.img')];
      await rename(file, moved);
      await symlink(moved, file);
      assert.deepEqual((await row(system, 'HostResource')).file, moved);
      await rm(file);
      const gone = await row(system, 'HostResource');
      assert.deepEqual([gone.file, gone.problem], [join(dirname(file), 'WEB1.IMG'), 'There is no such file.']);
      await symlink('/etc/hostname', file);
      const outside = await row(system, 'HostResource');
      assert.equal(outside.file, '');
      assert.match(outside.problem, /WEB1\.IMG.*allowed|WEB1\.IMG.*outside/i);
      assert.doesNotMatch(outside.problem, /etc/);
    }));

  test('folders of the machine and the pipe of a serial port, too; nothing is made by asking', () =>
    withMachine(async ({ client, system, data, row, world }) => {
      const [port] = await client.resources(system, 'Msvm_SerialPortSettingData');
      await client.succeed(
        await client.call('ModifyResourceSettings', {
          ResourceSettings: [
            settingText('Msvm_SerialPortSettingData', {
              InstanceID: String(port?.get('InstanceID')),
              Connection: ['\\\\.\\pipe\\com1'],
            }),
          ],
        }),
      );
      await rm(join(data, 'pipes'), { recursive: true });
      const before = await world.stored();
      const pipe = await row(system, 'Connection');
      assert.deepEqual(
        [pipe.setting, pipe.file, pipe.problem],
        [port?.get('InstanceID'), join(data, 'pipes', 'com1'), ''],
      );
      const root = await row(system, 'ConfigurationDataRoot');
      assert.deepEqual(
        [root.setting, root.path, root.file],
        [`Microsoft:${guidOf(system)}`, 'C:\\VMs', join(data, 'drives', 'c', 'VMs')],
      );
      assert.equal((await row(system, 'SnapshotDataRoot')).file, join(data, 'drives', 'c', 'VMs'));
      await assert.rejects(rm(join(data, 'pipes', 'com1')), { code: 'ENOENT' });
      assert.deepEqual(await world.stored(), before);
    }));

  test('of a checkpoint: the file of its moment, while the machine has one over it', () =>
    withMachine(async ({ client, system, data, row }) => {
      const snapshots = await client.service('Msvm_VirtualSystemSnapshotService');
      const job = await client.succeed(
        await client.invoke(snapshots, 'CreateSnapshot', {
          AffectedSystem: system,
          SnapshotSettings: null,
          SnapshotType: 2,
        }),
      );
      const [snapshot] = await client.related(
        pathOf(job?.path() ?? null),
        'Msvm_VirtualSystemSettingData',
        'Msvm_AffectedJobElement',
      );
      const then = await row(pathOf(snapshot?.path() ?? null), 'HostResource');
      assert.equal(then.file, join(data, 'drives', 'c', 'VMs', 'Web1.img'));
      const now = await row(system, 'HostResource');
      assert.match(now.path, /^c:\\vms\\WEB1_[0-9A-F-]{36}\.qcow2$/i);
      assert.equal(dirname(now.file), join(data, 'drives', 'c', 'VMs'));
    }));

  test('a viewer may ask; what is no machine is an invalid parameter', () =>
    withMachine(async ({ client, system, world }) => {
      assert.equal(
        (await rowsOf(client.as('viewer'), system)).some(({ property }) => property === 'HostResource'),
        true,
      );
      for (const wrong of [
        null,
        world.path('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: world.unknownId }),
        world.path('Msvm_VirtualSystemSettingData', { InstanceID: `Microsoft:${world.unknownId}` }),
        world.path('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: 'TESTHOST' }),
      ])
        assert.equal((await ask(client, wrong)).returnValue, 32773, String(wrong));
    }));
});
