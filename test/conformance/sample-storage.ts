import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { CimInstance } from '../../src/cim/instance.ts';
import type { ObjectPath } from '../../src/cim/object-path.ts';
import type { MethodResult } from '../../src/cim/operations.ts';
import type { CimValues } from '../../src/cim/values.ts';
import { attribute, children } from '../../src/xml/element.ts';
import { parseXml } from '../../src/xml/parse.ts';
import { hostDiskLack } from '../kit/host-disk-lack.ts';
import { pathOf, RASD, SASD, settingText, SUB_TYPE } from '../kit/hyperv-client.ts';
import type { ClientWorld } from '../kit/wire-world.ts';

const SERVICE = 'Msvm_ImageManagementService';
const SETTING = 'Msvm_VirtualHardDiskSettingData';
const MIB = 1024 * 1024;

/** The Storage sample (client-usage §2): each method of the image service once, its arguments the words of a command line. */
export const storageSample = (given: () => ClientWorld): void => {
  const call = async (method: string, args: CimValues): Promise<MethodResult> =>
    given().client.invoke(await given().client.service(SERVICE), method, args);
  const succeed = async (method: string, args: CimValues): Promise<void> =>
    void (await given().client.succeed(await call(method, args)));
  /** CreateInstance, values, GetText. */
  const setting = (values: CimValues): string => {
    const { broker, client, print } = given();
    const found = broker.repository.namespace(client.namespace)?.class(SETTING) ?? assert.fail(SETTING);
    return print(new CimInstance(found, values));
  };
  const create = (values: CimValues): Promise<void> =>
    succeed('CreateVirtualHardDisk', {
      VirtualDiskSettingData: setting({
        BlockSize: 0,
        LogicalSectorSize: 0,
        PhysicalSectorSize: 0,
        MaxInternalSize: 0n,
        ...values,
      }),
    });
  /** The text of an out parameter, read by `/INSTANCE/@CLASSNAME` and `//PROPERTY[@NAME='X']/VALUE`. */
  const told = async (method: string, parameter: string, Path: string): Promise<(name: string) => string> => {
    const result = await call(method, { Path });
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    const root = parseXml(String(result.out[parameter]));
    assert.deepEqual([root.local, attribute(root, 'CLASSNAME')], ['INSTANCE', CLASS_OF[parameter]]);
    return (name) => {
      const found = children(root, 'PROPERTY').filter((property) => attribute(property, 'NAME') === name);
      const values = found.flatMap((property) => children(property, 'VALUE'));
      assert.equal(values.length, 1, name);
      return values[0]?.text ?? '';
    };
  };

  let folder = '';
  const file = (name: string): string => join(folder, name);
  const io = (...commands: readonly string[]): string =>
    execFileSync('qemu-io', ['-f', 'vhdx', ...commands.flatMap((command) => ['-c', command]), file('base.vhdx')], {
      encoding: 'utf8',
    });

  test('Storage: create fixed, dynamic, differencing and floppy; settings and state by XPath', async () => {
    folder = await given().folder('storage');
    await create({ Type: 2, Format: 2, Path: file('fixed.vhd'), MaxInternalSize: BigInt(4 * MIB) });
    await create({ Type: 3, Format: 3, Path: file('base.vhdx'), MaxInternalSize: BigInt(64 * MIB) });
    io('write -P 7 0 1M');
    await create({ Type: 4, Format: 3, Path: file('child.vhdx'), ParentPath: file('base.vhdx') });
    await succeed('CreateVirtualFloppyDisk', { Path: file('floppy.vfd') });
    assert.equal((await stat(file('floppy.vfd'))).size, 1_474_560);
    const child = await told('GetVirtualHardDiskSettingData', 'SettingData', file('child.vhdx'));
    assert.deepEqual(['Type', 'Format', 'Path', 'ParentPath', 'MaxInternalSize', 'LogicalSectorSize'].map(child), [
      '4',
      '3',
      file('child.vhdx'),
      file('base.vhdx'),
      String(64 * MIB),
      '512',
    ]);
    const fixed = await told('GetVirtualHardDiskSettingData', 'SettingData', file('fixed.vhd'));
    assert.deepEqual(['Type', 'Format', 'ParentPath', 'BlockSize'].map(fixed).slice(0, 3), ['2', '2', '']);
    const state = await told('GetVirtualHardDiskState', 'State', file('base.vhdx'));
    assert.equal(state('FileSize'), String((await stat(file('base.vhdx'))).size));
    assert.match(state('InUse'), /^false$/i, 'readable by bool.Parse');
    for (const name of ['PhysicalSectorSize', 'Alignment']) assert.match(state(name), /^\d+$/, name);
  });

  test('Storage: validate, resize, compact, set parent and settings, convert, merge', async () => {
    await succeed('ValidateVirtualHardDisk', { Path: file('child.vhdx') });
    await succeed('ConvertVirtualHardDisk', {
      SourcePath: file('child.vhdx'),
      VirtualDiskSettingData: setting({ Type: 3, Format: 2, Path: file('flat.vhd') }),
    });
    execFileSync('qemu-img', ['compare', '-q', '-f', 'vhdx', '-F', 'vpc', file('base.vhdx'), file('flat.vhd')]);
    await succeed('MergeVirtualHardDisk', { SourcePath: file('child.vhdx'), DestinationPath: file('base.vhdx') });
    await assert.rejects(stat(file('child.vhdx')), { code: 'ENOENT' });
    await succeed('ResizeVirtualHardDisk', { Path: file('base.vhdx'), MaxInternalSize: String(96 * MIB) });
    await succeed('CompactVirtualHardDisk', { Path: file('base.vhdx'), Mode: '0' });
    await succeed('SetVirtualHardDiskSettingData', {
      VirtualDiskSettingData: setting({ Path: file('base.vhdx'), PhysicalSectorSize: 4096 }),
    });
    await create({ Type: 4, Format: 3, Path: file('late.vhdx'), ParentPath: file('base.vhdx') });
    io('write -P 8 0 4k');
    const parent = { ChildPath: file('late.vhdx'), ParentPath: file('base.vhdx'), LeafPath: null };
    assert.equal((await call('SetParentVirtualHardDisk', { ...parent, IgnoreIDMismatch: 'False' })).returnValue, 32768);
    await succeed('SetParentVirtualHardDisk', { ...parent, IgnoreIDMismatch: 'True' });
    await succeed('ValidateVirtualHardDisk', { Path: file('late.vhdx') });
    const base = await told('GetVirtualHardDiskSettingData', 'SettingData', file('base.vhdx'));
    assert.deepEqual(['MaxInternalSize', 'PhysicalSectorSize'].map(base), [String(96 * MIB), '4096']);
  });

  test('Storage: of a running machine a disk at SCSI grows, one at IDE is refused and stays (other-services §2)', async () => {
    const { client } = given();
    const system = await client.define({ ElementName: 'grows', VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:1' });
    const controllers = await client.resources(system, RASD);
    const ide = controllers.find((row) => row.get('ResourceSubType') === SUB_TYPE.ide) ?? assert.fail('IDE');
    const scsi = await client.add(system, settingText(RASD, { ResourceType: 6, ResourceSubType: SUB_TYPE.scsi }));
    const attach = async (controller: ObjectPath, Path: string): Promise<void> => {
      await create({ Type: 3, Format: 3, Path, MaxInternalSize: BigInt(8 * MIB) });
      const drive = { ResourceType: 17, ResourceSubType: SUB_TYPE.diskDrive, AddressOnParent: 0 };
      const Parent = client.text(
        await client.add(system, settingText(RASD, { ...drive, Parent: client.text(controller) })),
      );
      const disk = { ResourceType: 31, ResourceSubType: SUB_TYPE.hardDisk, Parent, HostResource: [Path] };
      await client.add(system, settingText(SASD, disk));
    };
    await attach(pathOf(ide.path()), file('ide.vhdx'));
    await attach(scsi, file('scsi.vhdx'));
    await client.succeed(await client.state(system, 2));
    const grow = (Path: string) => call('ResizeVirtualHardDisk', { Path, MaxInternalSize: String(16 * MIB) });
    const size = async (Path: string) =>
      Number((await told('GetVirtualHardDiskSettingData', 'SettingData', Path))('MaxInternalSize')) / MIB;
    const refused = await grow(file('ide.vhdx'));
    assert.equal(refused.returnValue, 32775);
    assert.match(String(refused.extended?.get('Message')), /SCSI controller/);
    await client.succeed(await grow(file('scsi.vhdx')));
    assert.deepEqual([await size(file('ide.vhdx')), await size(file('scsi.vhdx'))], [8, 16]);
    await client.succeed(await client.state(system, 3));
    await client.succeed(await grow(file('ide.vhdx')));
    assert.equal(await size(file('ide.vhdx')), 16, 'off, it grows at IDE too');
  });

  test('Storage: attach, find the image by its name, detach; where the host has no loop devices, the reason', async () => {
    const { client } = given();
    const Path = file('fixed.vhd');
    const attached = await call('AttachVirtualHardDisk', { Path, AssignDriveLetter: 'False', ReadOnly: 'True' });
    const { plain } = await hostDiskLack();
    if (plain !== null) {
      assert.equal(attached.returnValue, 32770);
      assert.match(String(attached.extended?.get('Message')), /\w{4}/);
      return;
    }
    await client.succeed(attached);
    const images = (await client.query('SELECT * FROM Msvm_MountedStorageImage')).filter(
      (image) => String(image.get('Name')).toLowerCase() === Path.toLowerCase(),
    );
    assert.equal(images.length, 1);
    assert.equal((await client.invoke(pathOf(images[0]?.path()), 'DetachVirtualHardDisk')).returnValue, 0);
    assert.deepEqual(await client.query('SELECT * FROM Msvm_MountedStorageImage'), []);
  });

  test('Storage: changes of a disk without tracking, VHD sets and persistent reservations are refused with the reason', async () => {
    const Path = file('base.vhdx');
    const refused: readonly (readonly [method: string, args: CimValues])[] = [
      ['ValidatePersistentReservationSupport', { Path: folder }],
      ['ConvertVirtualHardDiskToVHDSet', { VirtualHardDiskPath: Path }],
      ['GetVHDSetInformation', { VHDSetPath: Path, AdditionalInformation: [] }],
      ['GetVHDSnapshotInformation', { VHDSetPath: Path, SnapshotIds: [], AdditionalInformation: [] }],
      ['SetVHDSnapshotInformation', { Information: '' }],
      ['DeleteVHDSnapshot', { VHDSetPath: Path, SnapshotId: 'x', PersistReferenceSnapshot: 'False' }],
      ['OptimizeVHDSet', { VHDSetPath: Path }],
    ];
    for (const [method, args] of refused) {
      const result = await call(method, args);
      assert.equal(result.returnValue, 32770, method);
      assert.match(String(result.extended?.get('Message')), /this service has none/, method);
    }
    const changes = await call('GetVirtualDiskChanges', {
      Path,
      LimitId: 'none',
      TargetSnapshotId: '',
      ByteOffset: 0n,
      ByteLength: BigInt(MIB),
    });
    assert.notEqual(changes.returnValue, 0);
    assert.notEqual(changes.returnValue, 4096);
  });
};

const CLASS_OF: Readonly<Record<string, string>> = {
  SettingData: SETTING,
  State: 'Msvm_VirtualHardDiskState',
};
