import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, readdir, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { CimInstance } from '../../src/cim/instance.ts';
import type { ObjectPath } from '../../src/cim/object-path.ts';
import { inspectDisk } from '../../src/vhd/inspect.ts';
import { hashOf } from '../kit/differencing-disks.ts';
import { settingText } from '../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../kit/hyperv-world.ts';

const MIB = 1024 * 1024;
const SERVICE = 'Msvm_ImageManagementService';
const FORMATS = [
  ['vhd', 2, 'vpc'],
  ['vhdx', 3, 'vhdx'],
] as const;
const TYPES = { fixed: 2, dynamic: 3, differencing: 4 } as const;

/** What the sample's parser reads: the text after the name of a property. */
const valueIn = (text: string, name: string): string | undefined =>
  new RegExp(`<PROPERTY NAME="${name}"[^>]*><VALUE>([^<]*)</VALUE>`).exec(text)?.[1];

describe('Msvm_ImageManagementService', () => {
  let world: HyperVWorld;
  let folder: string;
  before(async () => {
    world = await openWorld();
    folder = await world.folder('images');
  });
  after(() => world[Symbol.asyncDispose]());

  let made = 0;
  const fresh = (ending: string): string => join(folder, `disk${(made += 1)}.${ending}`);
  const text = (values: Parameters<typeof settingText>[1]): string =>
    settingText('Msvm_VirtualHardDiskSettingData', values);
  const call = async (method: string, args: Record<string, string | number | bigint | boolean>) =>
    world.client.invoke(await world.client.service(SERVICE), method, args);
  /** A job of the service's own class that ends well. */
  const done = async (method: string, args: Record<string, string | number | bigint | boolean>): Promise<void> => {
    const result = await call(method, args);
    const job = await world.client.succeed(result);
    assert.equal(job?.class.name, 'Msvm_StorageJob');
    assert.equal(job.get('PercentComplete'), 100);
  };
  /** A job that ends with 10 and these words. */
  const breaks = async (
    pattern: RegExp,
    method: string,
    args: Record<string, string | number | bigint | boolean>,
  ): Promise<CimInstance> => {
    const result = await call(method, args);
    assert.equal(result.returnValue, 4096, String(result.extended?.get('Message')));
    const job = await world.client.finished(result);
    assert.equal(job.get('JobState'), 10);
    assert.match(String(job.get('ErrorDescription')), pattern);
    return job;
  };
  const refuses = async (
    code: number,
    pattern: RegExp,
    method: string,
    args: Record<string, string | number | bigint | boolean>,
  ): Promise<void> => {
    const result = await call(method, args);
    assert.equal(result.returnValue, code, String(result.extended?.get('Message')));
    assert.match(String(result.extended?.get('Message')), pattern);
  };
  const create = async (
    Path: string,
    type: keyof typeof TYPES,
    format: number,
    more: Parameters<typeof settingText>[1] = {},
  ): Promise<string> => {
    const VirtualDiskSettingData = text({
      Path,
      Type: TYPES[type],
      Format: format,
      MaxInternalSize: 64 * MIB,
      ...more,
    });
    await done('CreateVirtualHardDisk', { VirtualDiskSettingData });
    return Path;
  };
  const io = (driver: string, file: string, ...commands: readonly string[]): string =>
    execFileSync('qemu-io', ['-f', driver, ...commands.flatMap((command) => ['-c', command]), file]).toString();
  const leftOver = async (): Promise<readonly string[]> =>
    (await readdir(folder)).filter((name) => name.startsWith('.'));

  for (const [name, format, driver] of FORMATS) {
    test(`${name}: fixed and dynamic disks are made, and other programs read them`, async () => {
      for (const type of ['fixed', 'dynamic'] as const) {
        const file = await create(fresh(name), type, format);
        assert.equal((await inspectDisk(file)).type, type);
        const info = JSON.parse(execFileSync('qemu-img', ['info', '-f', driver, '--output=json', file]).toString()) as {
          'virtual-size': number;
        };
        assert.equal(info['virtual-size'], 64 * MIB);
        assert.match(execFileSync('vhdiinfo', [file]).toString(), type === 'fixed' ? /Fixed/ : /Dynamic/);
        io(driver, file, 'write -P 7 1M 64k', 'read -P 7 1M 64k');
      }
      assert.deepEqual(await leftOver(), []);
    });

    test(`${name}: a differencing disk is made, merged into its parent, and its content is there`, async () => {
      const base = await create(fresh(name), 'dynamic', format);
      io(driver, base, 'write -P 1 0 4M');
      const child = await create(fresh(`a${name}`), 'differencing', format, { ParentPath: base });
      assert.match(execFileSync('vhdiinfo', [child]).toString(), /Differential/);
      const grandchild = await create(fresh(`a${name}`), 'differencing', format, { ParentPath: child });
      await done('ValidateVirtualHardDisk', { Path: grandchild });
      const flat = fresh('vhdx');
      await done('ConvertVirtualHardDisk', {
        SourcePath: grandchild,
        VirtualDiskSettingData: text({ Path: flat, Type: TYPES.dynamic, Format: 3 }),
      });
      io('vhdx', flat, 'read -P 1 0 4M', 'read -P 0 4M 1M');
      await done('MergeVirtualHardDisk', { SourcePath: grandchild, DestinationPath: child });
      await assert.rejects(stat(grandchild), { code: 'ENOENT' });
      await done('MergeVirtualHardDisk', { SourcePath: child, DestinationPath: base });
      await assert.rejects(stat(child), { code: 'ENOENT' });
      io(driver, base, 'read -P 1 0 4M', 'read -P 0 4M 1M');
      assert.deepEqual(await leftOver(), []);
    });

    test(`${name}: a dynamic disk grows, keeps its content and identity, and becomes compact`, async () => {
      const file = await create(fresh(name), 'dynamic', format);
      io(driver, file, 'write -P 5 8M 16M');
      const { id } = await inspectDisk(file);
      await done('ResizeVirtualHardDisk', { Path: file, MaxInternalSize: BigInt(96 * MIB) });
      const grown = await inspectDisk(file);
      assert.deepEqual([grown.virtualSize, grown.id, grown.type], [96 * MIB, id, 'dynamic']);
      io(driver, file, 'read -P 5 8M 16M', 'write -P 6 90M 1M', 'write -P 0 8M 16M');
      const before = (await stat(file)).size;
      await done('CompactVirtualHardDisk', { Path: file, Mode: 0 });
      assert.ok((await stat(file)).size < before);
      io(driver, file, 'read -P 6 90M 1M', 'read -P 0 8M 16M');
    });
  }

  test('a compacted parent is still the parent of its children', async () => {
    const base = await create(fresh('vhdx'), 'dynamic', 3);
    io('vhdx', base, 'write -P 1 0 40M', 'write -P 0 8M 24M');
    const child = await create(fresh('avhdx'), 'differencing', 3, { ParentPath: base });
    await done('CompactVirtualHardDisk', { Path: base, Mode: 0 });
    await done('ValidateVirtualHardDisk', { Path: child });
  });

  test('a VHDX becomes smaller where nothing is behind the new end, and not where something is', async () => {
    const file = await create(fresh('vhdx'), 'dynamic', 3);
    io('vhdx', file, 'write -P 9 40M 1M');
    const before = await readFile(file);
    await breaks(/holds data up to .* Shrink the partitions/, 'ResizeVirtualHardDisk', {
      Path: file,
      MaxInternalSize: BigInt(32 * MIB),
    });
    assert.deepEqual(await readFile(file), before);
    await done('ResizeVirtualHardDisk', { Path: file, MaxInternalSize: BigInt(48 * MIB) });
    io('vhdx', file, 'read -P 9 40M 1M');
    const old = await create(fresh('vhd'), 'dynamic', 2);
    await refuses(32773, /Only a VHDX/, 'ResizeVirtualHardDisk', { Path: old, MaxInternalSize: BigInt(32 * MIB) });
  });

  test('settings and state, as the sample reads them', async () => {
    const base = await create(fresh('vhdx'), 'dynamic', 3, { BlockSize: 4 * MIB, PhysicalSectorSize: 4096 });
    const child = await create(fresh('avhdx'), 'differencing', 3, { ParentPath: base });
    const settings = String((await call('GetVirtualHardDiskSettingData', { Path: base })).out['SettingData']);
    assert.match(settings, /^<INSTANCE CLASSNAME="Msvm_VirtualHardDiskSettingData">/);
    const wanted = { Type: '3', Format: '3', Path: base, ParentPath: '', MaxInternalSize: String(64 * MIB) };
    for (const [name, value] of Object.entries({
      ...wanted,
      BlockSize: String(4 * MIB),
      LogicalSectorSize: '512',
      PhysicalSectorSize: '4096',
    }))
      assert.equal(valueIn(settings, name), value, name);
    const ofChild = String((await call('GetVirtualHardDiskSettingData', { Path: child })).out['SettingData']);
    assert.equal(valueIn(ofChild, 'Type'), '4');
    assert.equal(valueIn(ofChild, 'ParentPath'), base);
    const state = String((await call('GetVirtualHardDiskState', { Path: base })).out['State']);
    assert.equal(valueIn(state, 'FileSize'), String((await stat(base)).size));
    assert.equal(valueIn(state, 'InUse'), 'FALSE');
    assert.equal(valueIn(state, 'PhysicalSectorSize'), '4096');
    assert.ok(['0', '1'].includes(valueIn(state, 'Alignment') ?? ''));
  });

  test('ParentPath leads up the chain: whole, and in the style of the path that was asked for', async () => {
    const windows = await world.folder('drives/c/chain/base');
    const child = dirname(windows);
    const parentOf = async (Path: string) =>
      valueIn(String((await call('GetVirtualHardDiskSettingData', { Path })).out['SettingData']), 'ParentPath');
    await create('C:\\chain\\base\\a.vhdx', 'dynamic', 3);
    await create('C:\\chain\\b.vhdx', 'differencing', 3, { ParentPath: 'C:\\chain\\base\\a.vhdx' });
    await create('C:\\chain\\base\\c.vhdx', 'differencing', 3, { ParentPath: join(child, 'b.vhdx') });
    assert.equal(await parentOf('C:\\chain\\base\\c.vhdx'), 'C:\\chain\\b.vhdx');
    assert.equal(await parentOf('C:\\chain\\b.vhdx'), 'C:\\chain\\base\\a.vhdx');
    assert.equal(await parentOf(join(child, 'b.vhdx')), join(windows, 'a.vhdx'));
    assert.equal(await parentOf(join(child, 'base/c.vhdx')), join(child, 'b.vhdx'));
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', join(child, 'base.qcow2'), '1M']);
    execFileSync('qemu-img', [
      'create',
      '-q',
      '-f',
      'qcow2',
      '-b',
      'base.qcow2',
      '-F',
      'qcow2',
      join(child, 'o.qcow2'),
    ]);
    assert.equal(await parentOf('C:\\chain\\o.qcow2'), 'C:\\chain\\base.qcow2');
    // Of two of a name it is the one that fits; where none is there, as the file records it.
    execFileSync('cp', [await create(fresh('vhdx'), 'dynamic', 3), join(child, 'a.vhdx')]);
    assert.equal(await parentOf('C:\\chain\\b.vhdx'), 'C:\\chain\\base\\a.vhdx');
    for (const file of [join(windows, 'a.vhdx'), join(child, 'a.vhdx')]) await unlink(file);
    assert.equal(await parentOf('C:\\chain\\b.vhdx'), '.\\base\\a.vhdx');
  });

  test('a stale parent is told, and SetParent mends it where the client insists', async () => {
    const base = await create(fresh('vhdx'), 'dynamic', 3);
    const child = await create(fresh('avhdx'), 'differencing', 3, { ParentPath: base });
    io('vhdx', base, 'write -P 3 0 4k');
    await refuses(32768, /is not the parent of .* as it was/, 'ValidateVirtualHardDisk', { Path: child });
    const args = { ChildPath: child, ParentPath: base };
    await refuses(32768, /IgnoreIDMismatch/, 'SetParentVirtualHardDisk', { ...args, IgnoreIDMismatch: false });
    await done('SetParentVirtualHardDisk', { ...args, IgnoreIDMismatch: true });
    await done('ValidateVirtualHardDisk', { Path: child });
  });

  test('a damaged disk fails its validation with the offset', async () => {
    const file = await create(fresh('vhdx'), 'dynamic', 3);
    const bytes = await readFile(file);
    // Both copies of the region table.
    for (const at of [192 * 1024, 256 * 1024]) bytes.fill(0xff, at + 4, at + 12);
    await writeFile(file, bytes);
    await refuses(32773, /offset/, 'ValidateVirtualHardDisk', { Path: file });
  });

  test('a qcow2 disk: told by its name, dynamic, and it grows; what it cannot be is refused', async () => {
    const Path = fresh('qcow2');
    const wanted = { Path, Type: TYPES.dynamic, MaxInternalSize: 64 * MIB };
    for (const [pattern, values] of [
      [/made as a dynamic one/, { ...wanted, Type: TYPES.fixed }],
      [/made as a dynamic one/, { ...wanted, BlockSize: 2 * MIB }],
      [/MaxInternalSize is missing/, { Path, Type: TYPES.dynamic }],
      [/multiple of 512/, { ...wanted, MaxInternalSize: 64 * MIB + 1 }],
      [/Format is/, { ...wanted, Path: fresh('img') }],
    ] as const)
      await refuses(32773, pattern, 'CreateVirtualHardDisk', { VirtualDiskSettingData: text(values) });
    await assert.rejects(stat(Path), { code: 'ENOENT' });
    await done('CreateVirtualHardDisk', { VirtualDiskSettingData: text(wanted) });
    execFileSync('qemu-img', ['check', '-q', '-f', 'qcow2', Path]);
    const told = String((await call('GetVirtualHardDiskSettingData', { Path })).out['SettingData']);
    assert.deepEqual([valueIn(told, 'Type'), valueIn(told, 'MaxInternalSize')], ['3', String(64 * MIB)]);
    await refuses(32768, /is there already/, 'CreateVirtualHardDisk', { VirtualDiskSettingData: text(wanted) });
    io('qcow2', Path, 'write -P 9 0 1M');
    await done('ResizeVirtualHardDisk', { Path, MaxInternalSize: BigInt(96 * MIB) });
    io('qcow2', Path, 'read -P 9 0 1M', `read -P 0 ${95 * MIB} 1M`);
  });

  test('any disk becomes a qcow2 disk, and a chain of them one that lies over nothing', async () => {
    const Path = fresh('qcow2');
    const into = (values: Parameters<typeof text>[0] = {}) =>
      text({ Path: fresh('qcow2'), Type: TYPES.dynamic, ...values });
    const vhdx = await create(fresh('vhdx'), 'dynamic', 3);
    io('vhdx', vhdx, 'write -P 1 0 3M', 'write -P 2 40M 64k');
    const child = await create(fresh('avhdx'), 'differencing', 3, { ParentPath: vhdx });
    const same = [vhdx, child];
    for (const SourcePath of same) {
      const target = fresh('qcow2');
      await done('ConvertVirtualHardDisk', { SourcePath, VirtualDiskSettingData: into({ Path: target }) });
      execFileSync('qemu-img', ['check', '-q', '-f', 'qcow2', target]);
      execFileSync('qemu-img', ['compare', '-q', '-f', 'vhdx', '-F', 'qcow2', vhdx, target]);
      assert.ok((await stat(target)).size < 4 * MIB);
    }
    const raw = fresh('img');
    // Half a sector at the end.
    await writeFile(raw, Buffer.alloc(MIB * 3 + 100, 7));
    await done('ConvertVirtualHardDisk', { SourcePath: raw, VirtualDiskSettingData: into({ Path }) });
    io('qcow2', Path, `read -P 7 0 ${3 * MIB + 100}`, `read -P 0 ${3 * MIB + 100} 412`);
    const over = fresh('qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', Path, '-F', 'qcow2', over]);
    io('qcow2', over, 'write -P 8 1M 64k');
    const merged = fresh('qcow2');
    await done('MergeVirtualHardDisk', { SourcePath: over, DestinationPath: merged });
    execFileSync('qemu-img', ['check', '-q', '-f', 'qcow2', merged]);
    io('qcow2', merged, 'read -P 7 0 1M', `read -P 8 1M 64k`, `read -P 7 ${MIB + 65536} 64k`);
    assert.equal((await inspectDisk(merged)).backing, null);
    const whole = async (file: string) =>
      String((await call('GetVirtualHardDiskSettingData', { Path: file })).out['SettingData']);
    assert.match(valueIn(await whole(merged), 'VirtualDiskId') ?? '', /^[0-9A-F-]{36}$/);
    assert.notEqual(valueIn(await whole(merged), 'VirtualDiskId'), valueIn(await whole(Path), 'VirtualDiskId'));
    await refuses(32773, /made as a dynamic one/, 'ConvertVirtualHardDisk', {
      SourcePath: vhdx,
      VirtualDiskSettingData: into({ Type: TYPES.fixed }),
    });
    await refuses(32768, /is there already/, 'ConvertVirtualHardDisk', {
      SourcePath: vhdx,
      VirtualDiskSettingData: into({ Path }),
    });
  });

  test('a floppy disk', async () => {
    const file = fresh('vfd');
    await done('CreateVirtualFloppyDisk', { Path: file });
    assert.equal((await stat(file)).size, 1_474_560);
    await refuses(32768, /is there already/, 'CreateVirtualFloppyDisk', { Path: file });
  });

  test('a disk of a running machine is left alone', async () => {
    const file = await create(fresh('vhdx'), 'dynamic', 3);
    const path = await world.client.define({
      ElementName: 'user',
      VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:1',
    });
    const id = String(path.key('Name'));
    const added = await world.client.call('AddResourceSettings', {
      AffectedConfiguration: path,
      ResourceSettings: [
        settingText('Msvm_ResourceAllocationSettingData', {
          ResourceType: 17,
          ResourceSubType: 'Microsoft:Hyper-V:Synthetic Disk Drive',
          AddressOnParent: '0',
          Parent: `Microsoft:${id}\\83F8638B-8DCA-4152-9EDA-2CA8B33039B4\\0`,
        }),
      ],
    });
    assert.equal(added.returnValue, 0, String(added.extended?.get('Message')));
    const [drive] = added.out['ResultingResourceSettings'] as readonly unknown[];
    const disk = await world.client.call('AddResourceSettings', {
      AffectedConfiguration: path,
      ResourceSettings: [
        settingText('Msvm_StorageAllocationSettingData', {
          ResourceType: 31,
          ResourceSubType: 'Microsoft:Hyper-V:Virtual Hard Disk',
          Parent: world.client.text(drive as typeof path),
          HostResource: [file],
        }),
      ],
    });
    assert.equal(disk.returnValue, 0, String(disk.extended?.get('Message')));
    await world.client.succeed(await world.client.invoke(path, 'RequestStateChange', { RequestedState: 2 }));
    const state = String((await call('GetVirtualHardDiskState', { Path: file })).out['State']);
    assert.equal(valueIn(state, 'InUse'), 'TRUE');
    await refuses(32774, /in use by "?'?user/, 'CompactVirtualHardDisk', { Path: file, Mode: 0 });
    await world.client.succeed(await world.client.invoke(path, 'RequestStateChange', { RequestedState: 3 }));
    await done('CompactVirtualHardDisk', { Path: file, Mode: 0 });
  });

  test('a qcow2 disk gives back the room of what was written over with zeros, keeps its identity, and is whole for qemu-img', async () => {
    const Path = fresh('qcow2');
    await done('CreateVirtualHardDisk', {
      VirtualDiskSettingData: text({ Path, Type: TYPES.dynamic, MaxInternalSize: 64 * MIB }),
    });
    const before = await inspectDisk(Path);
    io('qcow2', Path, 'write -P 5 0 24M', 'write -P 6 40M 70k', 'write -P 0 1M 22M', 'discard 23M 64k');
    const copy = fresh('img');
    execFileSync('qemu-img', ['convert', '-f', 'qcow2', '-O', 'raw', Path, copy]);
    const full = (await stat(Path)).blocks;
    await done('CompactVirtualHardDisk', { Path, Mode: 0 });
    execFileSync('qemu-img', ['check', '-q', '-f', 'qcow2', Path]);
    execFileSync('qemu-img', ['compare', '-q', '-f', 'qcow2', '-F', 'raw', Path, copy]);
    assert.ok((await stat(Path)).blocks < full / 4, `${(await stat(Path)).blocks} of ${full}`);
    const after = await inspectDisk(Path);
    assert.deepEqual([after.id, after.virtualSize], [before.id, before.virtualSize]);

    // What lies over it still fits; what a new file would not hold is not lost.
    const over = fresh('qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', Path, '-F', 'qcow2', over]);
    await done('CompactVirtualHardDisk', { Path, Mode: 0 });
    io('qcow2', over, 'read -P 5 0 1M', 'read -P 0 1M 22M', 'read -P 6 40M 70k');
    await refuses(32770, /lies over another file/, 'CompactVirtualHardDisk', { Path: over, Mode: 0 });
    const bytes = await readFile(Path);
    execFileSync('qemu-img', ['bitmap', '--add', '-f', 'qcow2', Path, 'backup']);
    await refuses(32770, /bitmaps of backups/, 'CompactVirtualHardDisk', { Path, Mode: 0 });
    execFileSync('qemu-img', ['bitmap', '--remove', '-f', 'qcow2', Path, 'backup']);
    execFileSync('qemu-img', ['snapshot', '-c', 'past', Path]);
    await refuses(32770, /snapshots of its own/, 'CompactVirtualHardDisk', { Path, Mode: 0 });
    await writeFile(Path, bytes);
    const packed = fresh('qcow2');
    execFileSync('qemu-img', ['convert', '-c', '-f', 'qcow2', '-O', 'qcow2', Path, packed]);
    const hash = await hashOf(packed);
    await breaks(/compressed clusters/, 'CompactVirtualHardDisk', { Path: packed, Mode: 0 });
    assert.equal(await hashOf(packed), hash);
  });

  test('disks at SCSI grow under a running machine, raw, qcow2 and VHDX; all else is refused with the reason', async () => {
    const { client } = world;
    const system = await client.define({
      ElementName: 'grower',
      VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:1',
    });
    const id = String(system.key('Name'));
    const drive = (parent: string, slot: number): Promise<ObjectPath> =>
      client.add(
        system,
        settingText('Msvm_ResourceAllocationSettingData', {
          ResourceType: 17,
          ResourceSubType: 'Microsoft:Hyper-V:Synthetic Disk Drive',
          AddressOnParent: String(slot),
          Parent: parent,
        }),
      );
    const disk = async (parent: string, slot: number, file: string): Promise<string> => {
      const values = {
        ResourceType: 31,
        ResourceSubType: 'Microsoft:Hyper-V:Virtual Hard Disk',
        Parent: client.text(await drive(parent, slot)),
        HostResource: [file],
      };
      await client.add(system, settingText('Msvm_StorageAllocationSettingData', values));
      return file;
    };
    const blank = (ending: string, format: string, ...more: readonly string[]): string => {
      const file = fresh(ending);
      execFileSync('qemu-img', ['create', '-q', '-f', format, file, ...more]);
      return file;
    };
    const resize = (file: string, mib: number): [string, { Path: string; MaxInternalSize: bigint }] => [
      'ResizeVirtualHardDisk',
      { Path: file, MaxInternalSize: BigInt(mib * MIB) },
    ];
    const size = async (file: string): Promise<number> => (await inspectDisk(file)).virtualSize / MIB;
    const scsi = client.text(
      await client.add(
        system,
        settingText('Msvm_ResourceAllocationSettingData', {
          ResourceType: 6,
          ResourceSubType: 'Microsoft:Hyper-V:Synthetic SCSI Controller',
        }),
      ),
    );
    const [raw, qcow2, vhdx, vhd] = [
      await disk(scsi, 0, blank('img', 'raw', '8M')),
      await disk(scsi, 1, blank('qcow2', 'qcow2', '8M')),
      await disk(scsi, 2, await create(fresh('vhdx'), 'fixed', 3, { MaxInternalSize: 20 * MIB })),
      await disk(scsi, 3, await create(fresh('vhd'), 'dynamic', 2)),
    ];
    const ide = `Microsoft:${id}\\83F8638B-8DCA-4152-9EDA-2CA8B33039B4\\0`;
    const boot = await disk(ide, 0, blank('qcow2', 'qcow2', '8M'));
    const below = blank('qcow2', 'qcow2', '8M');
    const overlay = blank('qcow2', 'qcow2', '-b', below, '-F', 'qcow2');

    // Off: each of them, and by the tool of another house.
    for (const file of [raw, qcow2, boot]) {
      await done(...resize(file, 16));
      assert.equal(await size(file), 16);
      await refuses(32773, /can become smaller/, ...resize(file, 8));
      await refuses(32773, /multiple of 512/, 'ResizeVirtualHardDisk', {
        Path: file,
        MaxInternalSize: BigInt(16 * MIB + 1),
      });
      await refuses(32773, /at most/, ...resize(file, 2 ** 40));
    }
    execFileSync('qemu-img', ['check', '-q', '-f', 'qcow2', qcow2]);
    await refuses(32775, /lies over another file/, ...resize(overlay, 16));

    await client.succeed(await client.invoke(system, 'RequestStateChange', { RequestedState: 2 }));
    for (const file of [raw, qcow2, vhdx]) {
      await done(...resize(file, 24));
      assert.equal(await size(file), 24);
      await refuses(32773, /can become smaller/, ...resize(file, 16));
    }
    await refuses(32775, /SCSI controller/, ...resize(boot, 24));
    execFileSync('qemu-img', ['check', '-q', '-f', 'vhdx', vhdx]);
    await refuses(32774, /A VHD does not grow while/, ...resize(vhd, 96));
    // A fixed disk takes its room at once (K33).
    await breaks(/MiB are needed and \d+ MiB are free/, ...resize(vhdx, 60 * 1024 * 1024));
    world.hypervisor.faults.fail('growDisk');
    await breaks(/.*/, ...resize(raw, 32));
    assert.equal(await size(raw), 24);

    // A checkpoint lies over it from now on.
    const service = await client.service('Msvm_VirtualSystemSnapshotService');
    await client.succeed(
      await client.invoke(service, 'CreateSnapshot', { AffectedSystem: system, SnapshotSettings: '', SnapshotType: 2 }),
    );
    await refuses(32775, /Checkpoints of 'grower' lie over/, ...resize(raw, 32));
    await client.succeed(await client.invoke(system, 'RequestStateChange', { RequestedState: 3 }));
    await refuses(32775, /Checkpoints of 'grower' lie over/, ...resize(raw, 32));
    assert.deepEqual(
      [await size(raw), await size(qcow2), await size(boot), await size(vhdx), await size(vhd)],
      [24, 24, 16, 24, 64],
    );
  });

  test('bad input is refused with words, and nothing is made', async () => {
    const compact = await create(fresh('vhdx'), 'dynamic', 3);
    await refuses(32773, /Mode is 0 \(full\)/, 'CompactVirtualHardDisk', { Path: compact, Mode: 5 });
    const before = await readdir(folder);
    const good = { Path: fresh('vhdx'), Type: 3, Format: 3, MaxInternalSize: 64 * MIB };
    for (const [pattern, values] of [
      [/Type is/, { ...good, Type: 9 }],
      [/Format is/, { ...good, Format: 9 }],
      [/ending of the file's name/, { ...good, Format: 2 }],
      [/multiple of 512/, { ...good, MaxInternalSize: 64 * MIB + 100 }],
      [/is from/, { ...good, MaxInternalSize: 1024 }],
      [/is from/, { ...good, MaxInternalSize: 2 ** 50 }],
      [/BlockSize/, { ...good, BlockSize: 3 * MIB }],
      [/sectors of 512/, { ...good, Path: fresh('vhd'), Format: 2, LogicalSectorSize: 4096 }],
      [/LogicalSectorSize/, { ...good, LogicalSectorSize: 1000 }],
      [/ParentPath/, { ...good, Type: 4 }],
      [/ParentPath/, { ...good, ParentPath: good.Path }],
      [/MaxInternalSize is missing/, { Path: good.Path, Type: 3, Format: 3 }],
      [/Path is missing/, { ...good, Path: '' }],
      [/outside of the folders/, { ...good, Path: '/etc/evil.vhdx' }],
      [/VirtualDiskId/, { ...good, VirtualDiskId: 'nonsense' }],
    ] as const)
      await refuses(32773, pattern, 'CreateVirtualHardDisk', { VirtualDiskSettingData: text(values) });
    const set = fresh('vhds');
    const VirtualDiskSettingData = text({ ...good, Path: set, Format: 4 });
    await refuses(32770, /VHD sets are shared disks/, 'CreateVirtualHardDisk', { VirtualDiskSettingData });
    await writeFile(set, 'whatever a host has written');
    for (const [method, args] of [
      ['GetVirtualHardDiskSettingData', { Path: set }],
      ['ValidateVirtualHardDisk', { Path: set }],
      ['ResizeVirtualHardDisk', { Path: set, MaxInternalSize: BigInt(64 * MIB) }],
    ] as const)
      await refuses(32770, /is a VHD set/, method, args);
    await unlink(set);
    const there = await create(fresh('vhdx'), 'dynamic', 3);
    await refuses(32768, /is there already.*0x80070050|is there already/, 'CreateVirtualHardDisk', {
      VirtualDiskSettingData: text({ ...good, Path: there }),
    });
    const missing = join(folder, 'missing.vhdx');
    for (const [method, args] of [
      ['GetVirtualHardDiskSettingData', { Path: missing }],
      ['GetVirtualHardDiskState', { Path: missing }],
      ['CompactVirtualHardDisk', { Path: missing, Mode: 0 }],
      ['ResizeVirtualHardDisk', { Path: missing, MaxInternalSize: BigInt(64 * MIB) }],
      ['ValidateVirtualHardDisk', { Path: missing }],
      ['MergeVirtualHardDisk', { SourcePath: missing, DestinationPath: there }],
      ['SetParentVirtualHardDisk', { ChildPath: missing, ParentPath: there, IgnoreIDMismatch: true }],
    ] as const)
      await refuses(32779, /does not exist/, method, args);
    await refuses(32773, /is missing/, 'CompactVirtualHardDisk', { Mode: 0 });
    const fixed = await create(fresh('vhdx'), 'fixed', 3);
    await refuses(32773, /fixed disk/, 'CompactVirtualHardDisk', { Path: fixed, Mode: 0 });
    await refuses(32773, /no parent/, 'MergeVirtualHardDisk', { SourcePath: there, DestinationPath: fixed });
    await refuses(32773, /no differencing disk/, 'SetParentVirtualHardDisk', {
      ChildPath: there,
      ParentPath: fixed,
      IgnoreIDMismatch: true,
    });
    const names = (await readdir(folder)).filter((name) => !before.includes(name)).map((name) => join(folder, name));
    assert.deepEqual(names.toSorted(), [there, fixed].toSorted());
  });

  test('too little room is told before anything is written, with both figures (K33)', async () => {
    const Path = fresh('vhdx');
    const VirtualDiskSettingData = text({ Path, Type: 2, Format: 3, MaxInternalSize: 60 * 1024 * 1024 * MIB });
    await breaks(/MiB are needed and \d+ MiB are free/, 'CreateVirtualHardDisk', { VirtualDiskSettingData });
    await assert.rejects(stat(Path), { code: 'ENOENT' });
    assert.deepEqual(await leftOver(), []);
  });

  test('a raw disk of a guest is converted', async () => {
    const raw = join(dirname(await world.disk('guest.img')), 'guest.img');
    await truncate(raw, 8 * MIB);
    io('raw', raw, 'write -P 4 1M 1M');
    const Path = fresh('vhdx');
    await done('ConvertVirtualHardDisk', {
      SourcePath: raw,
      VirtualDiskSettingData: text({ Path, Type: 3, Format: 3 }),
    });
    io('vhdx', Path, 'read -P 4 1M 1M', 'read -P 0 2M 1M');
  });
});
