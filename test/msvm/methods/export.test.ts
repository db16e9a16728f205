import assert from 'node:assert/strict';
import { access, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { MethodResult } from '../../../src/cim/operations.ts';
import type { ObjectPath } from '../../../src/cim/object-path.ts';
import { guidOf, type HyperVClient, pathOf, RASD, SASD, settingText, SUB_TYPE } from '../../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../../kit/hyperv-world.ts';

const SETTINGS = 'Msvm_VirtualSystemExportSettingData';

interface Exported {
  readonly world: HyperVWorld;
  readonly client: HyperVClient;
  readonly system: ObjectPath;
  readonly out: string;
}

/** A machine with a disk, and a folder for its export. */
const withMachine = async (work: (exported: Exported) => Promise<void>): Promise<void> => {
  await using world = await openWorld();
  const { client } = world;
  const disk = await world.disk('web1.img');
  // Enough that the machine is seen while it is exported.
  await writeFile(disk, Buffer.alloc(16 * 1024 * 1024, 1));
  const system = await client.define({
    ElementName: 'web1',
    VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2',
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
      HostResource: [disk],
    }),
  );
  await work({ world, client, system, out: join(await world.folder('exports'), 'web') });
};

const exportTo = (
  { client, out }: Exported,
  ComputerSystem: ObjectPath,
  settings: Parameters<typeof settingText>[1] | null | '' = null,
): Promise<MethodResult> =>
  client.call('ExportSystemDefinition', {
    ComputerSystem,
    ExportDirectory: out,
    ExportSettingData: settings === null || settings === '' ? settings : settingText(SETTINGS, settings),
  });

const refused = async (result: Promise<MethodResult>, code: number, message: RegExp): Promise<void> => {
  const { returnValue, extended } = await result;
  assert.equal(returnValue, code, String(message));
  assert.match(String(extended?.get('Message')), message);
};

const takeSnapshot = async ({ client, system }: Exported): Promise<ObjectPath> => {
  const service = await client.service('Msvm_VirtualSystemSnapshotService');
  const job = await client.succeed(
    await client.invoke(service, 'CreateSnapshot', { AffectedSystem: system, SnapshotSettings: null, SnapshotType: 2 }),
  );
  assert.ok(job);
  const path = job.path();
  assert.ok(path);
  const [snapshot] = await client.related(path, 'Msvm_VirtualSystemSettingData', 'Msvm_AffectedJobElement');
  return pathOf(snapshot?.path() ?? null);
};

const there = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

describe('ExportSystemDefinition (planned-systems §9)', () => {
  test('the machine, 4096, a job of type 62 about it; while it runs the machine is exporting', () =>
    withMachine(async (all) => {
      const { client, system, out } = all;
      const result = await exportTo(all, system);
      assert.equal(result.returnValue, 4096);
      const machine = await client.get(system);
      const exporting = machine.get('OperationalStatus');
      const job = await client.succeed(result);
      assert.equal(job?.get('JobType'), 62);
      assert.ok(job);
      const path = job.path();
      assert.ok(path);
      const [affected] = await client.related(path, 'Msvm_ComputerSystem', 'Msvm_AffectedJobElement');
      assert.equal(affected?.get('Name'), guidOf(system));
      assert.deepEqual(exporting, [11, 32773]);
      assert.deepEqual((await client.get(system)).get('OperationalStatus'), [2]);
      assert.ok(await there(join(out, 'Virtual Machines', `${guidOf(system)}.vmcx`)));
      assert.ok(await there(join(out, 'Virtual Hard Disks', 'web1.vhdx')));
    }));

  test('O18, P17 os-win: the settings object, changed, and the settings of the machine for the machine', () =>
    withMachine(async (all) => {
      const { client, system, out, world } = all;
      const vssd = await client.settings(system);
      const id = String(vssd.get('InstanceID'));
      const settings = await client.one(`SELECT * FROM ${SETTINGS} WHERE InstanceID='${id}'`);
      assert.equal(settings.get('CreateVmExportSubdirectory'), false);
      const text = world.print(
        settings.with({ CopySnapshotConfiguration: 1, CopyVmStorage: false, CreateVmExportSubdirectory: false }),
      );
      await client.succeed(
        await client.call('ExportSystemDefinition', {
          ComputerSystem: pathOf(vssd.path() ?? null),
          ExportDirectory: out,
          ExportSettingData: text,
        }),
      );
      assert.deepEqual(await readdir(out), ['Virtual Machines']);
    }));

  test('no settings, empty text and a blank object all mean the defaults', () =>
    withMachine(async (all) => {
      for (const [n, settings] of ([null, '', {}] as const).entries()) {
        const out = `${all.out}${n}`;
        await all.client.succeed(await exportTo({ ...all, out }, all.system, settings));
        assert.deepEqual((await readdir(out)).toSorted(), ['Virtual Hard Disks', 'Virtual Machines']);
      }
    }));

  test('checkpoints: all, none, one by its path, and one that is named itself', () =>
    withMachine(async (all) => {
      const { client, system } = all;
      const snapshot = await takeSnapshot(all);
      const SnapshotVirtualSystem = client.text(snapshot);
      const machines = async (out: string): Promise<readonly string[]> =>
        readdir(join(out, 'Virtual Machines')).then((names) => names.filter((name) => name.endsWith('.vmcx')));
      const cases = [
        ['all', system, {}, true, true],
        ['none', system, { CopySnapshotConfiguration: 1 }, true, false],
        ['one', system, { CopySnapshotConfiguration: 2, SnapshotVirtualSystem }, false, false],
        ['backup', system, { CopySnapshotConfiguration: 3, SnapshotVirtualSystem }, true, false],
        ['named', snapshot, null, false, false],
      ] as const;
      for (const [name, target, settings, sameId, withSnapshots] of cases) {
        const out = `${all.out}-${name}`;
        await client.succeed(await exportTo({ ...all, out }, target, settings));
        assert.equal((await machines(out))[0] === `${guidOf(system)}.vmcx`, sameId, name);
        assert.equal(await there(join(out, 'Snapshots')), withSnapshots, name);
      }
    }));

  test('what is wrong with a call is told before anything is made', () =>
    withMachine(async (all) => {
      const { client, system, out, world } = all;
      const vssd = pathOf((await client.settings(system)).path() ?? null);
      const call = (args: Parameters<HyperVClient['call']>[1]) => client.call('ExportSystemDefinition', args);
      await refused(call({ ComputerSystem: null, ExportDirectory: out }), 32773, /ComputerSystem is missing/);
      await refused(call({ ComputerSystem: system, ExportDirectory: null }), 32773, /ExportDirectory is missing/);
      await refused(call({ ComputerSystem: system, ExportDirectory: 'exports' }), 32773, /no full path/);
      const unknown = world.path('Msvm_ComputerSystem', {
        CreationClassName: 'Msvm_ComputerSystem',
        Name: world.unknownId,
      });
      await refused(exportTo(all, unknown), 32773, /no virtual machine/);
      const host = (await client.query("SELECT * FROM Msvm_ComputerSystem WHERE Name = 'TESTHOST'"))[0]?.path();
      await refused(exportTo(all, pathOf(host ?? null)), 32773, /names the host/);
      await refused(exportTo(all, system, { CopySnapshotConfiguration: 4 }), 32773, /is 0 .* or 3/);
      await refused(exportTo(all, system, { CopySnapshotConfiguration: 2 }), 32773, /Name it in SnapshotVirtualSystem/);
      const one = (SnapshotVirtualSystem: string) => ({ CopySnapshotConfiguration: 2, SnapshotVirtualSystem });
      await refused(exportTo(all, system, one('X.Y="')), 32773, /no path/);
      await refused(exportTo(all, system, one('junk')), 32773, /names no settings/);
      await refused(exportTo(all, system, one(client.text(vssd))), 32773, /names the active settings/);
      for (const backup of [
        { BackupIntent: 1 },
        { ExportForLiveMigration: true },
        { DisableDifferentialOfIgnoredStorage: true },
      ])
        await refused(exportTo(all, system, backup), 32770, /backup and migration/);
      await refused(exportTo(all, system, { BackupIntent: 2 }), 32773, /BackupIntent is 0/);
      await refused(exportTo(all, system, { DifferentialBackupBase: 'x' }), 32773, /names no reference point/);
      await refused(exportTo(all, system, { ExcludedVirtualHardDisks: ['a.vhdx'] }), 32773, /no full path/);
      await refused(
        call({ ComputerSystem: system, ExportDirectory: out, ExportSettingData: 'junk' }),
        32773,
        /ExportSettingData/,
      );
      await refused(
        client.as('operator').call('ExportSystemDefinition', { ComputerSystem: system, ExportDirectory: out }),
        32769,
        /./,
      );
      await refused(exportTo(all, system, { CaptureLiveState: 7 }), 32773, /CaptureLiveState/);
      assert.equal(await there(out), false);
      await client.succeed(await client.state(system, 2));
      await client.succeed(await exportTo(all, system, { CaptureLiveState: 0 }));
      assert.equal(await there(out), true);
    }));

  test('by our own service: in the format that the disks have', () =>
    withMachine(async ({ client, system, out }) => {
      const service = await client.service('Vsms_TransferService');
      const args = { ComputerSystem: system, ExportDirectory: out, ExportSettingData: null };
      await refused(client.invoke(service, 'ExportSystem', { ...args, DiskFormat: 2 }), 32773, /DiskFormat/);
      await client.succeed(await client.invoke(service, 'ExportSystem', { ...args, DiskFormat: 1 }));
      assert.deepEqual(await readdir(join(out, 'Virtual Hard Disks')), ['web1.img']);
    }));

  test('P16 a second export to the same folder: a job that fails with the code of Windows for it', () =>
    withMachine(async (all) => {
      await all.client.succeed(await exportTo(all, all.system, { CreateVmExportSubdirectory: true }));
      const job = await all.client.finished(await exportTo(all, all.system, { CreateVmExportSubdirectory: true }));
      assert.equal(job.get('JobState'), 10);
      assert.match(String(job.get('ErrorDescription')), /0x80070050/);
      assert.deepEqual(await readdir(all.out), ['web1']);
    }));
});
