import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { access, open, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { MethodResult } from '../../../src/cim/operations.ts';
import { hostDiskLack } from '../../kit/host-disk-lack.ts';
import { type HyperVClient, pathOf, settingText } from '../../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../../kit/hyperv-world.ts';

const SERVICE = 'Msvm_ImageManagementService';
const SETTING = 'Msvm_VirtualHardDiskSettingData';
const MIB = 1024 * 1024;

const { plain: lack, served } = await hostDiskLack();

const call = async (client: HyperVClient, method: string, args: Parameters<HyperVClient['call']>[1]) =>
  client.invoke(await client.service(SERVICE), method, args);
const refused = (result: MethodResult, code: number, why: RegExp): void => {
  assert.equal(result.returnValue, code, String(result.extended?.get('Message')));
  assert.match(String(result.extended?.get('Message')), why);
};
const makeRaw = async (world: HyperVWorld, name: string): Promise<string> => {
  const file = join(await world.folder('mounting'), name);
  await writeFile(file, Buffer.alloc(MIB, 0x5a));
  return file;
};
const dynamic = (Path: string) => ({
  VirtualDiskSettingData: settingText(SETTING, { Path, Type: 3, Format: 3, MaxInternalSize: 16 * MIB }),
});
const mounted = (client: HyperVClient) => client.query('SELECT * FROM Msvm_MountedStorageImage');

describe('disks as devices of the host (K31, other-services §2)', () => {
  test('what this host makes no device of is refused with the reason', { skip: served === null }, async () => {
    await using world = await openWorld();
    const { client } = world;
    const file = join(await world.folder('mounting'), 'a.vhdx');
    await client.succeed(await call(client, 'CreateVirtualHardDisk', dynamic(file)));
    const result = await call(client, 'AttachVirtualHardDisk', {
      Path: file,
      AssignDriveLetter: 'false',
      ReadOnly: false,
    });
    refused(result, 32770, /./);
    assert.deepEqual(await mounted(client), []);
  });

  test('a VHDX: written by the host, kept from machines meanwhile, and whole afterwards', {
    skip: served ?? false,
  }, async () => {
    await using world = await openWorld();
    const { client } = world;
    const folder = await world.folder('mounting');
    const [Path, ParentPath] = [join(folder, 'child.vhdx'), join(folder, 'parent.vhdx')];
    await client.succeed(await call(client, 'CreateVirtualHardDisk', dynamic(ParentPath)));
    for (const file of [ParentPath, Path]) {
      if (file === Path)
        await client.succeed(
          await call(client, 'CreateVirtualHardDisk', {
            VirtualDiskSettingData: settingText(SETTING, { Path, Type: 4, Format: 3, ParentPath }),
          }),
        );
      await client.succeed(await call(client, 'AttachVirtualHardDisk', { Path: file, ReadOnly: false }));
      const [image] = await mounted(client);
      const device = String(image?.get('PnpDevicePath'));
      try {
        await using disk = await open(device, 'r+');
        await disk.write(Buffer.from(`from ${file}`), 0, undefined, file === Path ? MIB : 8192);
        await disk.close();
        refused(await call(client, 'ValidateVirtualHardDisk', { Path: file }), 32774, /is attached to this host/);
      } finally {
        assert.equal((await client.invoke(pathOf(image?.path()), 'DetachVirtualHardDisk')).returnValue, 0);
      }
    }
    const merged = join(folder, 'merged.vhd');
    await client.succeed(
      await call(client, 'ConvertVirtualHardDisk', {
        SourcePath: Path,
        VirtualDiskSettingData: settingText(SETTING, { Path: merged, Type: 2, Format: 2 }),
      }),
    );
    const bytes = await readFile(merged);
    assert.equal(bytes.subarray(8192, 8192 + 5 + ParentPath.length).toString(), `from ${ParentPath}`);
    assert.equal(bytes.subarray(MIB, MIB + 5 + Path.length).toString(), `from ${Path}`);
  });

  test('attach, find, read and write through the device, detach', { skip: lack ?? false }, async () => {
    await using world = await openWorld();
    const { client } = world;
    const file = await makeRaw(world, 'a.img');
    const attach = { Path: file, AssignDriveLetter: false, ReadOnly: false };
    const job = await client.succeed(await call(client, 'AttachVirtualHardDisk', attach));
    assert.equal(job?.class.name, 'Msvm_StorageJob');
    const [image] = await mounted(client);
    assert.equal(image?.get('Name'), file);
    assert.equal(image.get('Access'), 2);
    const device = String(image.get('PnpDevicePath'));
    try {
      // By path in any case, and by device.
      for (const [SelectionCriterion, CriterionType] of [
        [file.toUpperCase(), 2],
        [file, 0],
        [device, 1],
      ] as const) {
        const found = await call(client, 'FindMountedStorageImageInstance', { SelectionCriterion, CriterionType });
        assert.equal(found.returnValue, 0, String(found.extended?.get('Message')));
        assert.equal((await client.get(pathOf(found.out['Image']))).get('Name'), file);
      }
      await using disk = await open(device, 'r+');
      await disk.write(Buffer.from('from the host'), 0, 13, 4096);
      await disk.sync();
      assert.equal((await readFile(file)).subarray(4096, 4109).toString(), 'from the host');
      // Nobody else has it meanwhile.
      refused(await call(client, 'AttachVirtualHardDisk', attach), 32774, /is attached to this host/);
      refused(await call(client, 'ValidateVirtualHardDisk', { Path: file }), 32774, /is attached to this host/);
    } finally {
      assert.equal((await client.invoke(pathOf(image.path()), 'DetachVirtualHardDisk')).returnValue, 0);
    }
    assert.deepEqual(await mounted(client), []);
    assert.ok(!execFileSync('losetup', ['--list', '--output', 'BACK-FILE'], { encoding: 'utf8' }).includes(file));
    await client.succeed(await call(client, 'ValidateVirtualHardDisk', { Path: file }));
    const gone = await client.invoke(pathOf(image.path()), 'DetachVirtualHardDisk').catch(() => ({ returnValue: 1 }));
    assert.equal(gone.returnValue, 1);
    refused(
      await call(client, 'FindMountedStorageImageInstance', { SelectionCriterion: file, CriterionType: 2 }),
      32779,
      /No disk of that name/,
    );
  });

  test('paths, Comparison: found and detached is the file that is named, in whatever spelling; case tells two apart', {
    skip: lack ?? false,
  }, async () => {
    await using world = await openWorld();
    const { client } = world;
    const [one, other] = [await makeRaw(world, 'A.img'), await makeRaw(world, 'a.img')];
    const link = `${one}.link`;
    await symlink(one, link);
    const images: unknown[] = [];
    const find = async (SelectionCriterion: string) =>
      call(client, 'FindMountedStorageImageInstance', { SelectionCriterion, CriterionType: 2 });
    try {
      for (const Path of [one, other])
        await client.succeed(await call(client, 'AttachVirtualHardDisk', { Path, ReadOnly: true }));
      for (const [spelling, name] of [
        [one, one],
        [other, other],
        [link, one],
        [other.replace('/mounting/', '/./mounting//'), other],
      ] as const) {
        const found = await find(spelling);
        assert.equal(found.returnValue, 0, spelling);
        assert.equal((await client.get(pathOf(found.out['Image']))).get('Name'), name, spelling);
      }
      // Either could be meant.
      refused(await find(one.toUpperCase()), 32779, /No disk of that name/);
    } finally {
      images.push(...(await mounted(client)));
      for (const image of await mounted(client)) await client.invoke(pathOf(image.path()), 'DetachVirtualHardDisk');
    }
    assert.equal(images.length, 2);
  });

  test('a fixed VHD read-only, without its footer', { skip: lack ?? false }, async () => {
    await using world = await openWorld();
    const { client } = world;
    const file = join(await world.folder('mounting'), 'a.vhd');
    await client.succeed(
      await call(client, 'CreateVirtualHardDisk', {
        VirtualDiskSettingData: settingText(SETTING, { Path: file, Type: 2, Format: 2, MaxInternalSize: 4 * MIB }),
      }),
    );
    await client.succeed(await call(client, 'AttachVirtualHardDisk', { Path: file, ReadOnly: true }));
    const [image] = await mounted(client);
    try {
      const device = String(image?.get('PnpDevicePath'));
      assert.equal(execFileSync('blockdev', ['--getsize64', device], { encoding: 'utf8' }).trim(), String(4 * MIB));
      assert.equal(execFileSync('blockdev', ['--getro', device], { encoding: 'utf8' }).trim(), '1');
      assert.equal(image?.get('Access'), 1);
    } finally {
      await client.invoke(pathOf(image?.path()), 'DetachVirtualHardDisk');
    }
    await access(file);
  });
});

describe('SetVirtualHardDiskSettingData (other-services §2)', () => {
  test('another identity and sector size; what is said as it is stays; the rest is refused', async () => {
    await using world = await openWorld();
    const { client } = world;
    const Path = join(await world.folder('settings'), 'a.vhdx');
    const create = settingText(SETTING, {
      Path,
      Type: 3,
      Format: 3,
      MaxInternalSize: 16 * MIB,
      PhysicalSectorSize: 4096,
    });
    await client.succeed(await call(client, 'CreateVirtualHardDisk', { VirtualDiskSettingData: create }));
    const told = async (): Promise<string> =>
      String((await call(client, 'GetVirtualHardDiskSettingData', { Path })).out['SettingData']);
    const before = await told();
    const VirtualDiskId = '0A0B0C0D-0000-4000-8000-000000000001';
    const set = (values: Parameters<typeof settingText>[1]) =>
      call(client, 'SetVirtualHardDiskSettingData', { VirtualDiskSettingData: settingText(SETTING, values) });
    await client.succeed(await set({ Path, Type: 3, Format: 3, VirtualDiskId, PhysicalSectorSize: 512 }));
    const after = await told();
    assert.match(after, new RegExp(`"VirtualDiskId"[^>]*><VALUE>${VirtualDiskId}<`, 'i'));
    assert.match(after, /"PhysicalSectorSize"[^>]*><VALUE>512</);
    assert.notEqual(after, before);
    refused(await set({ Path, Type: 2 }), 32773, /Type of a disk is not changed/);
    refused(await set({ Path, MaxInternalSize: 32 * MIB }), 32773, /MaxInternalSize/);
    refused(await set({ Path, VirtualDiskId: 'x' }), 32773, /no GUID/);
    refused(await set({ Path, ParentPath: Path }), 32773, /no differencing disk/);
    refused(await set({ VirtualDiskId }), 32773, /Path is missing/);
    assert.equal(await told(), after);
  });

  test('a child gets the parent that it was made from under a new name, and no other', async () => {
    await using world = await openWorld();
    const { client } = world;
    const folder = await world.folder('settings');
    const [parent, child, moved] = ['parent.vhdx', 'child.vhdx', 'moved.vhdx'].map((name) => join(folder, name));
    const create = async (values: Parameters<typeof settingText>[1]): Promise<void> => {
      await client.succeed(
        await call(client, 'CreateVirtualHardDisk', { VirtualDiskSettingData: settingText(SETTING, values) }),
      );
    };
    await create({ Path: parent ?? '', Type: 3, Format: 3, MaxInternalSize: 16 * MIB });
    await create({ Path: child ?? '', Type: 4, Format: 3, ParentPath: parent ?? '' });
    execFileSync('cp', [parent ?? '', moved ?? '']);
    const set = (ParentPath: string) =>
      call(client, 'SetVirtualHardDiskSettingData', {
        VirtualDiskSettingData: settingText(SETTING, { Path: child ?? '', ParentPath }),
      });
    await client.succeed(await set(moved ?? ''));
    const told = await call(client, 'GetVirtualHardDiskSettingData', { Path: child ?? '' });
    assert.match(String(told.out['SettingData']), /moved\.vhdx/);
    await create({ Path: join(folder, 'other.vhdx'), Type: 3, Format: 3, MaxInternalSize: 16 * MIB });
    refused(await set(join(folder, 'other.vhdx')), 32768, /is not the disk that/);
  });
});
