import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CimValues } from '../../../src/cim/values.ts';
import { hostDiskLack } from '../../kit/host-disk-lack.ts';
import { openWorld } from '../../kit/hyperv-world.ts';
import { drive, image, V1Client } from './v1-kit.ts';

const SERVICE = 'Msvm_ImageManagementService';
const MIB = 1024n * 1024n;

const valueIn = (text: unknown, name: string): string | undefined =>
  new RegExp(`<PROPERTY NAME="${name}"[^>]*><VALUE>([^<]*)</VALUE>`).exec(String(text))?.[1];

test('the sequence of the disk samples of 2008: create, expand, child, merge, convert, compact, info', async () => {
  await using world = await openWorld();
  const client = new V1Client(world);
  const folder = await world.folder('images');
  const at = (name: string): string => join(folder, name);
  const call = async (method: string, args: CimValues) => client.invoke(await client.service(SERVICE), method, args);
  const done = async (method: string, args: CimValues): Promise<void> => {
    const job = await client.succeed(await call(method, args));
    assert.equal(job?.class.name, 'Msvm_StorageJob');
    assert.equal(job.class.namespace.toLowerCase(), 'root\\virtualization');
  };
  const refuses = async (code: number, why: RegExp, method: string, args: CimValues): Promise<void> => {
    const result = await call(method, args);
    assert.equal(result.returnValue, code, method);
    assert.match(String(result.extended?.get('Message')), why);
  };
  const info = async (name: string): Promise<string> => {
    const result = await call('GetVirtualHardDiskInfo', { Path: at(name) });
    assert.equal(result.returnValue, 0);
    return String(result.out['Info']);
  };
  const formatOf = (name: string): string =>
    (
      JSON.parse(execFileSync('qemu-img', ['info', '--output=json', at(name)], { encoding: 'utf8' })) as {
        format: string;
      }
    ).format;

  await done('CreateDynamicVirtualHardDisk', { Path: at('a.vhd'), MaxInternalSize: 8n * MIB });
  await done('CreateFixedVirtualHardDisk', { Path: at('f.vhd'), MaxInternalSize: 4n * MIB });
  assert.equal(formatOf('a.vhd'), 'vpc');
  await done('CreateDynamicVirtualHardDisk', { Path: at('x.vhdx'), MaxInternalSize: 8n * MIB });
  assert.equal(formatOf('x.vhdx'), 'vhdx');
  await done('ExpandVirtualHardDisk', { Path: at('a.vhd'), MaxInternalSize: 16n * MIB });
  assert.equal(valueIn(await info('a.vhd'), 'MaxInternalSize'), String(16n * MIB));
  assert.equal(valueIn(await info('a.vhd'), 'Type'), '3');
  await refuses(32773, /only made larger/, 'ExpandVirtualHardDisk', { Path: at('a.vhd'), MaxInternalSize: 8n * MIB });

  await done('CreateDifferencingVirtualHardDisk', { Path: at('c.vhd'), ParentPath: at('a.vhd') });
  assert.equal(valueIn(await info('c.vhd'), 'Type'), '4');
  assert.equal(valueIn(await info('c.vhd'), 'ParentPath'), at('a.vhd'));
  await done('ValidateVirtualHardDisk', { Path: at('c.vhd') });
  await done('ReconnectParentVirtualHardDisk', { ChildPath: at('c.vhd'), ParentPath: at('a.vhd'), Force: false });
  await refuses(32768, /not the disk that/, 'ReconnectParentVirtualHardDisk', {
    ChildPath: at('c.vhd'),
    ParentPath: at('f.vhd'),
    Force: false,
  });
  await done('MergeVirtualHardDisk', { SourcePath: at('c.vhd'), DestinationPath: at('a.vhd') });
  await refuses(32779, /does not exist/, 'GetVirtualHardDiskInfo', { Path: at('c.vhd') });
  await done('ConvertVirtualHardDisk', { SourcePath: at('a.vhd'), DestinationPath: at('b.vhd'), Type: 2 });
  assert.equal(valueIn(await info('b.vhd'), 'Type'), '2');
  await refuses(32770, /physical drive/, 'ConvertVirtualHardDisk', {
    SourcePath: at('a.vhd'),
    DestinationPath: at('d.vhd'),
    Type: 5,
  });
  await refuses(32773, /2 \(fixed\)/, 'ConvertVirtualHardDisk', {
    SourcePath: at('a.vhd'),
    DestinationPath: at('d.vhd'),
    Type: 4,
  });
  await done('CompactVirtualHardDisk', { Path: at('a.vhd') });
  await done('CreateVirtualFloppyDisk', { Path: at('f.vfd') });
  const { plain: lack, served } = await hostDiskLack();
  if (served === null) {
    await done('Mount', { Path: at('a.vhd') });
    assert.equal((await call('Unmount', { Path: at('a.vhd') })).returnValue, 0);
  } else await refuses(32770, /./, 'Mount', { Path: at('a.vhd') });
  await refuses(32779, /No disk of that name/, 'Unmount', { Path: at('b.vhd') });
  if (lack === null) {
    await done('Mount', { Path: at('b.vhd') });
    const [mounted] = await client.query('SELECT * FROM Msvm_MountedStorageImage');
    assert.equal(mounted?.get('Name'), at('b.vhd'));
    assert.equal((await client.invoke(await client.service(SERVICE), 'Unmount', { Path: at('b.vhd') })).returnValue, 0);
    assert.deepEqual(await client.query('SELECT * FROM Msvm_MountedStorageImage'), []);
  }

  // A disk that a machine runs with, or was saved with.
  const machine = await client.machine('images');
  const controller = client.pathText(await client.controller(machine, 'Microsoft Emulated IDE Controller'));
  const [at0] = await client.added(machine, drive(controller, '0'));
  assert.ok(at0);
  await client.added(machine, image(client.text(at0), at('f.vhd')));
  await client.succeed(await client.state(machine, 2));
  assert.deepEqual(
    [valueIn(await info('f.vhd'), 'InUse'), valueIn(await info('f.vhd'), 'InSavedState')],
    ['TRUE', 'FALSE'],
  );
  await refuses(32774, /in use by 'images'/, 'ExpandVirtualHardDisk', { Path: at('f.vhd'), MaxInternalSize: 8n * MIB });
  await client.succeed(await client.state(machine, 32769));
  assert.deepEqual(
    [valueIn(await info('f.vhd'), 'InUse'), valueIn(await info('f.vhd'), 'InSavedState')],
    ['FALSE', 'TRUE'],
  );
  // Another spelling names the same file (paths.md, Comparison).
  await symlink('f.vhd', at('link.vhd'));
  assert.equal(valueIn(await info('link.vhd'), 'InSavedState'), 'TRUE');
  assert.equal(valueIn(await info('../images//f.vhd'), 'InSavedState'), 'TRUE');
  assert.equal(valueIn(await info('a.vhd'), 'InSavedState'), 'FALSE');
});
