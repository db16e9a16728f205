import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { InvokeResult } from '../../src/client/cim-client.ts';
import type { Argument } from '../../src/client/envelope.ts';
import { isReference, numberOf, type Reference, textOf } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { changeWord, guestInfo, type HypervisorName, WireHost } from '../kit/wire-host.ts';
import { WireSnapshots } from '../kit/wire-snapshots.ts';

const IMAGES = { className: 'Msvm_ImageManagementService' };
const MANAGEMENT = { className: 'Msvm_VirtualSystemManagementService' };
const POINTS = { className: 'Msvm_VirtualSystemReferencePointService' };
const POINT = 'Msvm_VirtualSystemReferencePoint';
const RECOVERY = 32768;
const DISKS = 'Virtual Hard Disks';

/** A backup script: recovery checkpoint, export of it (of changes from the second one on), reference point; and the restore. */
function scenarios(hypervisor: HypervisorName): void {
  describe(`exports for a backup over the wire, ${hypervisor}`, () => {
    let host: WireHost;
    let snapshots: WireSnapshots;
    before(async () => {
      host = await WireHost.open(hypervisor);
      snapshots = new WireSnapshots(host);
    });
    after(() => host[Symbol.asyncDispose]());

    const done = async (result: InvokeResult, method: string): Promise<void> => {
      const job = result.out['Job'];
      if (result.returnValue === 0) return;
      assert.equal(result.returnValue, 4096, method);
      const ended = await host.client.waitForJob(isReference(job) ? job : assert.fail('a job'));
      assert.equal(numberOf(ended.properties['JobState']), 7, textOf(ended.properties['ErrorDescription']) ?? '');
    };
    const image = async (method: string, args: Readonly<Record<string, Argument>>): Promise<void> =>
      done(await host.client.invoke(IMAGES, method, args), method);

    const exportCheckpoint = (
      id: string,
      checkpoint: string,
      folder: string,
      settings: Readonly<Record<string, string | number>> = {},
    ): Promise<InvokeResult> =>
      host.client.invoke(MANAGEMENT, 'ExportSystemDefinition', {
        ComputerSystem: host.system(id),
        ExportDirectory: `C:\\vm\\${folder}`,
        ExportSettingData: settingsText('Msvm_VirtualSystemExportSettingData', {
          CopySnapshotConfiguration: 3,
          SnapshotVirtualSystem: pathText('Msvm_VirtualSystemSettingData', { InstanceID: checkpoint }),
          ...settings,
        }),
      });
    /** The reference point's path as a client writes it. */
    const backup = async (id: string, folder: string, base?: string): Promise<string> => {
      const checkpoint = await snapshots.take(id, '', RECOVERY);
      const settings = base === undefined ? {} : { DifferentialBackupBase: base, BackupIntent: 1 };
      await done(await exportCheckpoint(id, checkpoint, folder, settings), folder);
      const made = await snapshots.invoke('ConvertToReferencePoint', {
        AffectedSnapshot: snapshots.settings(checkpoint),
        ReferencePointSettings: '',
      });
      await done(made, 'ConvertToReferencePoint');
      const point = made.out['ResultingReferencePoint'];
      return pathText('Msvm_VirtualSystemReferencePoint', isReference(point) ? point.selectors : assert.fail());
    };
    const diskIn = async (folder: string): Promise<{ readonly windows: string; readonly bytes: number }> => {
      const at = join((await host.file(folder)).linux, DISKS);
      const [name = ''] = await readdir(at);
      return { windows: `C:\\vm\\${folder}\\${DISKS}\\${name}`, bytes: (await stat(join(at, name))).size };
    };

    test('a running machine, whole and then its changes; both make the machine of the second evening', async () => {
      const id = await host.nano('evening', 'dynamic VHDX');
      await host.change(id, 2);
      const write = async (): Promise<number> => {
        using line = await host.serial('evening');
        return await changeWord(line);
      };
      const first = await backup(id, 'full');
      const word = await write();
      const second = await backup(id, 'changes', first);
      assert.notEqual(second, first);
      await write();
      await host.change(id, 3);
      const [full, changes] = [await diskIn('full'), await diskIn('changes')];
      assert.match(full.windows, /\.vhdx$/);
      assert.match(changes.windows, /\.avhdx$/);

      await image('SetParentVirtualHardDisk', {
        ChildPath: changes.windows,
        ParentPath: full.windows,
        LeafPath: '',
        IgnoreIDMismatch: false,
      });
      await image('ValidateVirtualHardDisk', { Path: changes.windows });
      await image('MergeVirtualHardDisk', { SourcePath: changes.windows, DestinationPath: full.windows });
      const restored = await host.machines.create({
        name: 'restored',
        generation: 1,
        memoryMb: 64,
        processors: 1,
        disks: [full.windows],
        isos: [],
        switch: null,
        serial: '\\\\.\\pipe\\restored',
        secureBoot: false,
        notes: '',
      });
      await host.change(restored, 2);
      using line = await host.serial('restored');
      if (hypervisor === 'qemu') {
        const [, disk] = await line.ask('r', /SEQ (\d+)\s/);
        assert.equal(Number(disk), word, 'what the guest had written until the second backup, and not after it');
      }
      assert.ok((await guestInfo(line)).ticks >= 0);
      await host.change(restored, 3);
    });

    test('ExportReferencePoint: the disks of a moment, and what changed until the next one', async () => {
      const id = await host.nano('points', 'qcow2');
      await host.change(id, 2);
      const points: Reference[] = [];
      const exported: string[] = [];
      for (const folder of ['points', 'points']) {
        const made = await host.client.invoke(POINTS, 'CreateReferencePoint', {
          AffectedSystem: host.system(id),
          ReferencePointSettings: '',
          ReferencePointType: 1,
        });
        await done(made, 'CreateReferencePoint');
        const told = made.out['ResultingReferencePoint'];
        const point = isReference(told) ? told : assert.fail();
        const base = points.at(-1);
        const answer = await host.client.invoke(POINTS, 'ExportReferencePoint', {
          ReferencePoint: point,
          ExportDirectory: `C:\\vm\\${folder}`,
          ExportSettingData: settingsText(
            'Msvm_VirtualSystemReferencePointExportSettingData',
            base === undefined ? {} : { BaseReferencePoint: pathText(POINT, base.selectors) },
          ),
        });
        assert.equal(answer.returnValue, 4096);
        const job = answer.out['Job'];
        const ended = await host.client.waitForJob(isReference(job) ? job : assert.fail());
        assert.equal(ended.className, 'Msvm_VirtualSystemReferencePointExportJob');
        assert.equal(numberOf(ended.properties['JobState']), 7, textOf(ended.properties['ErrorDescription']) ?? '');
        assert.equal(textOf(ended.properties['VirtualMachineId']), id);
        assert.equal(
          textOf(ended.properties['BaseReferencePointId']) ?? '',
          base?.selectors['InstanceID']?.replace('Microsoft:', '') ?? '',
        );
        exported.push(textOf(ended.properties['ExportedDisks']) ?? '');
        points.push(point);
        using line = await host.serial('points');
        await changeWord(line);
      }
      await host.change(id, 3);
      const [whole = '', changes = ''] = exported;
      assert.match(changes, /^C:\\vm\\points\\Virtual Hard Disks\\points_[-0-9A-F]+\.avhdx$/);
      await image('SetParentVirtualHardDisk', {
        ChildPath: changes,
        ParentPath: whole,
        LeafPath: '',
        IgnoreIDMismatch: false,
      });
      await image('MergeVirtualHardDisk', { SourcePath: changes, DestinationPath: whole });
      const { out } = await host.client.invoke(IMAGES, 'GetVirtualHardDiskSettingData', { Path: whole });
      assert.match(textOf(out['SettingData']) ?? '', /PROPERTY/);
    });

    test('what is no base is refused with a number and a reason', async () => {
      const id = await host.nano('nobase');
      const checkpoint = await snapshots.take(id, '', RECOVERY);
      const refused = async (settings: Readonly<Record<string, string | number>>): Promise<number> =>
        (await exportCheckpoint(id, checkpoint, 'nowhere', settings)).returnValue;
      assert.equal(await refused({ DifferentialBackupBase: 'rubbish' }), 32773);
      assert.equal(
        await refused({
          DifferentialBackupBase: pathText('Msvm_VirtualSystemReferencePoint', {
            InstanceID: checkpoint,
            VirtualSystemIdentifier: id,
          }),
        }),
        32773,
      );
      assert.equal(await refused({ BackupIntent: 7 }), 32773);
    });
  });
}

const pathText = (className: string, keys: Readonly<Record<string, string>>): string =>
  `\\\\.\\root\\virtualization\\v2:${className}.${Object.entries(keys)
    .map(([name, value]) => `${name}="${value.replaceAll('\\', '\\\\')}"`)
    .join(',')}`;

scenarios('simulated');
scenarios('qemu');
