import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { InvokeResult } from '../../src/client/cim-client.ts';
import type { Argument } from '../../src/client/envelope.ts';
import { isReference, listOf, numberOf, type Reference, textOf, type WireObject } from '../../src/client/object.ts';
import { instanceText, settingsText } from '../../src/client/settings-text.ts';
import { changeWord, type DiskFormat, guestInfo, type HypervisorName, WireHost } from '../kit/wire-host.ts';
import { WireSnapshots } from '../kit/wire-snapshots.ts';

const run = promisify(execFile);

const POINTS = { className: 'Msvm_VirtualSystemReferencePointService' };
const IMAGES = { className: 'Msvm_ImageManagementService' };
const POINT = 'Msvm_VirtualSystemReferencePoint';
const RECOVERY = 32768;
/** Where the nano guest keeps its number on the disk, behind its kernel (kernel.c). */
const SEQUENCE_OFFSET = 256 * 512;
const CLUSTER = 65_536;

const text = (object: WireObject, name: string): string => textOf(object.properties[name]) ?? '';
const texts = (object: WireObject, name: string): readonly string[] =>
  listOf(object.properties[name]).map((value) => textOf(value) ?? '');

interface Changes {
  readonly returnValue: number;
  readonly processed: number;
  readonly ranges: readonly (readonly [offset: number, length: number])[];
}

/** What a backup product does with Msvm_VirtualSystemReferencePointService and change tracking, over HTTP. */
function scenarios(hypervisor: HypervisorName): void {
  describe(`reference points over the wire, ${hypervisor}`, () => {
    let host: WireHost;
    let snapshots: WireSnapshots;
    before(async () => {
      host = await WireHost.open(hypervisor);
      snapshots = new WireSnapshots(host);
    });
    after(() => host[Symbol.asyncDispose]());

    const ended = async (result: InvokeResult, method: string): Promise<WireObject> => {
      assert.equal(result.returnValue, 4096, method);
      const job = result.out['Job'];
      return host.client.waitForJob(isReference(job) ? job : assert.fail('a job'));
    };
    const done = async (result: InvokeResult, method: string): Promise<WireObject> => {
      const job = await ended(result, method);
      assert.equal(text(job, 'JobState'), '7', text(job, 'ErrorDescription'));
      return job;
    };
    const invoke = (method: string, args: Readonly<Record<string, Argument>>): Promise<InvokeResult> =>
      host.client.invoke(POINTS, method, args);
    const referenceOf = (point: WireObject): Reference =>
      host.reference(POINT, {
        InstanceID: text(point, 'InstanceID'),
        VirtualSystemIdentifier: text(point, 'VirtualSystemIdentifier'),
      });
    const pointsOf = (id: string): Promise<WireObject[]> =>
      host.rows(
        `ASSOCIATORS OF {Msvm_ComputerSystem.CreationClassName='Msvm_ComputerSystem',Name='${id}'} WHERE AssocClass = Msvm_ReferencePointOfVirtualSystem`,
      );
    const onlyPoint = async (id: string): Promise<WireObject> => {
      const points = await pointsOf(id);
      assert.equal(points.length, 1);
      return points[0] ?? assert.fail();
    };
    const convert = (snapshot: string): Promise<WireObject> =>
      snapshots.done('ConvertToReferencePoint', {
        AffectedSnapshot: snapshots.settings(snapshot),
        ReferencePointSettings: '',
      });
    const createPoint = async (id: string): Promise<WireObject> => {
      const before = new Set((await pointsOf(id)).map((point) => text(point, 'InstanceID')));
      const result = await invoke('CreateReferencePoint', {
        AffectedSystem: host.system(id),
        ReferencePointSettings: settingsText('Msvm_VirtualSystemReferencePointSettingData', { ConsistencyLevel: 2 }),
        ReferencePointType: 1,
      });
      const job = await done(result, 'CreateReferencePoint');
      assert.equal(text(job, 'JobType'), '201');
      const made = (await pointsOf(id)).find((point) => !before.has(text(point, 'InstanceID'))) ?? assert.fail();
      const told = result.out['ResultingReferencePoint'];
      assert.ok(isReference(told));
      assert.equal(told.selectors['InstanceID'], text(made, 'InstanceID'));
      const [found] = await host.rows(
        `ASSOCIATORS OF {Msvm_ConcreteJob.InstanceID='${text(job, 'InstanceID')}'} WHERE AssocClass = Msvm_AffectedJobElement ResultClass = ${POINT}`,
      );
      assert.equal(text(found ?? assert.fail('the job leads to it'), 'InstanceID'), text(made, 'InstanceID'));
      return made;
    };
    const destroyPoint = async (point: WireObject): Promise<void> => {
      const args = { AffectedReferencePoint: referenceOf(point) };
      assert.equal(text(await done(await invoke('DestroyReferencePoint', args), 'destroy'), 'JobType'), '202');
    };
    const changes = async (
      path: string,
      since: string,
      more: Readonly<Record<string, string>> = {},
    ): Promise<Changes> => {
      const { returnValue, out } = await host.client.invoke(IMAGES, 'GetVirtualDiskChanges', {
        Path: path,
        LimitId: since,
        TargetSnapshotId: '',
        ByteOffset: '0',
        ByteLength: String(2 ** 40),
        ...more,
      });
      const numbers = (name: string): readonly number[] => listOf(out[name]).map((value) => Number(textOf(value)));
      const lengths = numbers('ChangedByteLengths');
      const ranges = numbers('ChangedByteOffsets').map((offset, index) => [offset, lengths[index] ?? 0] as const);
      return { returnValue, processed: numberOf(out['ProcessedByteLength']), ranges };
    };
    const rangesOf = async (path: string, since: string): Promise<Changes['ranges']> => {
      const told = await changes(path, since);
      assert.equal(told.returnValue, 0);
      return told.ranges;
    };
    const sinceOf = (point: WireObject): string => texts(point, 'ResilientChangeTrackingIdentifiers')[0] ?? '';
    const fileOf = async (snapshot: string): Promise<string> => (await snapshots.files(snapshot))[0] ?? assert.fail();
    /** The guest changes its word, which is on its disk then; a simulated one writes nothing. */
    const write = async (name: string): Promise<number> => {
      using line = await host.serial(name);
      return await changeWord(line);
    };
    const covers = (ranges: Changes['ranges'], offset: number): boolean =>
      ranges.some(([start, length]) => start <= offset && offset < start + length);

    test('a running machine is backed up, and again: only what the guest wrote between is read', async () => {
      const id = await host.nano('rct');
      await host.change(id, 2);
      const first = await snapshots.take(id, '', RECOVERY);
      await convert(first);
      assert.deepEqual(await snapshots.list(id), [], 'the checkpoint is gone');
      const point = await onlyPoint(id);
      assert.equal(text(point, 'InstanceID'), first);
      assert.equal(text(point, 'VirtualSystemIdentifier'), id);
      assert.deepEqual([text(point, 'ReferencePointType'), text(point, 'ConsistencyLevel')], ['2', '2']);
      assert.equal(texts(point, 'VirtualDiskIdentifiers').length, 1);
      await host.row(`SELECT * FROM ${POINT} WHERE InstanceID = '${first}'`);

      const quiet = await snapshots.take(id, '', RECOVERY);
      assert.deepEqual(await rangesOf(await fileOf(quiet), sinceOf(point)), [], 'nothing was written');
      const word = await write('rct');
      const second = await snapshots.take(id, '', RECOVERY);
      const ranges = await rangesOf(await fileOf(second), sinceOf(point));
      if (hypervisor === 'qemu') {
        assert.ok(covers(ranges, SEQUENCE_OFFSET), JSON.stringify(ranges));
        const bytes = ranges.reduce((sum, [, length]) => sum + length, 0);
        assert.ok(bytes <= 2 * CLUSTER, `${bytes} bytes changed`);
      }
      // What the guest writes to is refused, with where to look instead.
      const current = await fileOf(`Microsoft:${id}`);
      assert.equal((await changes(current, sinceOf(point))).returnValue, 32774);

      await convert(second);
      await snapshots.destroy(quiet);
      await destroyPoint(point);
      await snapshots.merged(id);
      const [left] = await pointsOf(id);
      assert.equal(text(left ?? assert.fail(), 'InstanceID'), second);
      await host.restart('SIGKILL');
      assert.equal(await host.state(id), 2);
      const later = await write('rct');
      assert.ok(later > word);
      await host.change(id, 3);
      const now = await fileOf(`Microsoft:${id}`);
      if (hypervisor === 'qemu')
        assert.ok(
          covers(await rangesOf(now, sinceOf(await onlyPoint(id))), SEQUENCE_OFFSET),
          'over the death of the service',
        );
      await destroyPoint(await onlyPoint(id));
      await snapshots.merged(id);
      assert.deepEqual(await snapshots.files(`Microsoft:${id}`), ['C:\\vm\\rct.img']);
      await host.change(id, 2);
      using line = await host.serial('rct');
      if (hypervisor === 'qemu') {
        const [, disk] = await line.ask('r', /SEQ (\d+)\s/);
        assert.equal(Number(disk), later, 'and the disk is whole');
      }
      assert.ok((await guestInfo(line)).ticks >= 0);
      await host.change(id, 3);
    });

    test('a host that loses its power loses no change; disks of every format are tracked', async () => {
      const formats: readonly DiskFormat[] = hypervisor === 'qemu' ? ['qcow2', 'dynamic VHDX'] : ['dynamic VHDX'];
      for (const [index, format] of formats.entries()) {
        const name = `rctf${index}`;
        const id = await host.nano(name, format);
        // A machine that died is not started again.
        await host.call('ModifySystemSettings', {
          SystemSettings: settingsText('Msvm_VirtualSystemSettingData', {
            InstanceID: `Microsoft:${id}`,
            AutomaticRecoveryAction: 2,
          }),
        });
        await host.change(id, 2);
        const point = await createPoint(id);
        const [disk = ''] = texts(point, 'VirtualDiskIdentifiers');
        if (format === 'qcow2') assert.match(disk, new RegExp(`^Microsoft:${id}`));
        else assert.match(disk, /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/, 'VirtualDiskId');
        await write(name);
        if (hypervisor === 'qemu') {
          const { properties } = await host.client.get(host.system(id));
          process.kill(numberOf(properties['ProcessID']), 'SIGKILL');
          await host.until('the machine is off', async () => (await host.state(id)) === 3);
          const ranges = await rangesOf(await fileOf(`Microsoft:${id}`), sinceOf(point));
          assert.ok(covers(ranges, SEQUENCE_OFFSET), `${format}: ${JSON.stringify(ranges)}`);
        } else await host.change(id, 3);
        await destroyPoint(point);
        await snapshots.merged(id);
      }
    });

    test('backups night after night make no chain longer, also over a VHDX whose machine never stops', async () => {
      const id = await host.nano('nights', 'dynamic VHDX');
      await host.change(id, 2);
      const files = async (): Promise<number> =>
        (await readdir(dirname((await host.file('x')).linux))).filter((name) => name.startsWith('nights')).length;
      const counts: number[] = [];
      let former: WireObject | null = null;
      for (let night = 0; night < 4; night++) {
        await convert(await snapshots.take(id, '', RECOVERY));
        const points = await pointsOf(id);
        const last = points.at(-1) ?? assert.fail();
        if (former !== null) await destroyPoint(former);
        former = last;
        await write('nights');
        await snapshots.merged(id);
        counts.push(await files());
      }
      assert.equal((await pointsOf(id)).length, 1);
      assert.equal(counts[3], counts[2], JSON.stringify(counts));
      await host.change(id, 3);
      await destroyPoint(former ?? assert.fail());
      await snapshots.merged(id);
      assert.equal(await files(), 1);
    });

    test('ranges are exact to what qemu-img says is in the file, checkpoints between included', async () => {
      const id = await host.nano('exact');
      const point = await createPoint(id);
      const write = async (cluster: number): Promise<void> => {
        const file = await host.file((await fileOf(`Microsoft:${id}`)).split('\\').at(-1) ?? '');
        await run('qemu-io', ['-f', 'qcow2', '-c', `write -q -P 5 ${cluster * CLUSTER} ${CLUSTER}`, file.linux]);
      };
      await write(3);
      const snapshot = await snapshots.take(id);
      await write(7);
      await write(8);
      assert.deepEqual(await rangesOf(await fileOf(snapshot), sinceOf(point)), [[3 * CLUSTER, CLUSTER]]);
      const now = await fileOf(`Microsoft:${id}`);
      assert.deepEqual(await rangesOf(now, sinceOf(point)), [
        [3 * CLUSTER, CLUSTER],
        [7 * CLUSTER, 2 * CLUSTER],
      ]);
      const piece = await changes(now, sinceOf(point), { ByteOffset: String(8 * CLUSTER), ByteLength: '4096' });
      assert.deepEqual(piece, { returnValue: 0, processed: 4096, ranges: [[8 * CLUSTER, 4096]] });
      await snapshots.apply(snapshot);
      await snapshots.merged(id);
      assert.deepEqual(await rangesOf(await fileOf(`Microsoft:${id}`), sinceOf(point)), [[3 * CLUSTER, CLUSTER]]);
      await host.call('DestroySystem', { AffectedSystem: host.system(id) });
      assert.deepEqual(await host.rows(`SELECT * FROM ${POINT} WHERE VirtualSystemIdentifier = '${id}'`), []);
    });

    test('what cannot be is refused with a number and a reason', async () => {
      const id = await host.nano('refusedrct');
      const standard = await snapshots.take(id);
      const refused = await snapshots.invoke('ConvertToReferencePoint', {
        AffectedSnapshot: snapshots.settings(standard),
        ReferencePointSettings: '',
      });
      assert.equal(refused.returnValue, 32773);
      const logs = await invoke('CreateReferencePoint', { AffectedSystem: host.system(id), ReferencePointType: 0 });
      assert.equal(logs.returnValue, 32770);
      const point = await createPoint(id);
      const path = await fileOf(`Microsoft:${id}`);
      assert.equal((await changes(path, 'rubbish')).returnValue, 32773);
      assert.equal((await changes(path, sinceOf(point), { TargetSnapshotId: 'x' })).returnValue, 32773);
      assert.equal((await changes('C:\\vm\\none.vhdx', sinceOf(point))).returnValue, 32779);
      assert.equal((await changes(path, sinceOf(point), { ByteOffset: '18446744073709551615' })).returnValue, 32773);
      const nothing = await invoke('RemoveAssociatedData', { AffectedReferencePoint: referenceOf(point) });
      assert.equal(nothing.returnValue, 32770);
      const exported = (settings: Readonly<Record<string, string | readonly string[]>>): Promise<InvokeResult> =>
        invoke('ExportReferencePoint', {
          ReferencePoint: referenceOf(point),
          ExportDirectory: 'C:\\vm\\refused',
          ExportSettingData: instanceText('Msvm_VirtualSystemReferencePointExportSettingData', settings),
        });
      assert.equal((await exported({ BaseReferencePoint: 'rubbish' })).returnValue, 32773);
      assert.equal((await exported({ DisksToExport: ['rubbish'] })).returnValue, 32773);
      const gone = { AffectedReferencePoint: referenceOf(point) };
      await destroyPoint(point);
      assert.equal((await invoke('DestroyReferencePoint', gone)).returnValue, 32773);
      await host.call('DestroySystem', { AffectedSystem: host.system(id) });
    });
  });
}

scenarios('simulated');
scenarios('qemu');
