import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Checkpoints } from '../../src/client/checkpoints.ts';
import type { InvokeResult } from '../../src/client/cim-client.ts';
import { MethodError } from '../../src/client/method-error.ts';
import type { Argument } from '../../src/client/envelope.ts';
import { Plans } from '../../src/client/plans.ts';
import { exportMachine } from '../../src/client/exports.ts';
import { isReference, listOf, textOf, type WireObject } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { machineProcesses } from '../crash/left-overs.ts';
import { linuxImages } from '../guests/guest-images.ts';
import { V1Client } from '../kit/v1-client.ts';
import { changeWord, guestInfo, type HypervisorName, textWith, WireHost } from '../kit/wire-host.ts';
import { WireSnapshots } from '../kit/wire-snapshots.ts';
import type { SerialLine } from '../qemu/kit.ts';

const BOOT_LIMIT_MS = 180_000;

const text = (object: WireObject, name: string): string | null => textOf(object.properties[name]);
const active = (id: string): string => `Microsoft:${id}`;

/** The S-tests of spec snapshots §7 over HTTP, with os-win's and libvirt's ways through the associations. */
function scenarios(hypervisor: HypervisorName): void {
  describe(`checkpoints over the wire, ${hypervisor}`, () => {
    let host: WireHost;
    let snapshots: WireSnapshots;
    /** Of all disks. */
    let folder: string;
    before(async () => {
      host = await WireHost.open(hypervisor);
      snapshots = new WireSnapshots(host);
      folder = join(host.service.dataDirectory, 'drives/c/vm');
    });
    after(() => host[Symbol.asyncDispose]());

    /** Something that needs a moment, which may be missed: until it was met. */
    const attempts = async <T>(what: string, attempt: () => Promise<T | null>): Promise<T> => {
      for (let round = 0; round < 20; round++) {
        const met = await attempt();
        if (met !== null) return met;
      }
      assert.fail(`never met: ${what}`);
    };

    const standard = async (id: string): Promise<void> => {
      await host.call('ModifySystemSettings', {
        SystemSettings: settingsText('Msvm_VirtualSystemSettingData', { InstanceID: active(id), UserSnapshotType: 5 }),
      });
    };

    test('S1 off: one checkpoint, the current disk over the former one, all settings copied', async () => {
      const id = await host.nano('s1');
      const before = await host.below(id, 'CIM_ResourceAllocationSettingData');
      const snapshot = await snapshots.take(id);
      assert.match(snapshot, /^Microsoft:[0-9A-F-]{36}$/);
      assert.deepEqual(await snapshots.list(id), [snapshot]);
      assert.deepEqual(await snapshots.related(id, 'Msvm_MostCurrentSnapshotInBranch'), [snapshot]);
      assert.deepEqual(await snapshots.related(id, 'Msvm_ElementSettingData'), [snapshot]);
      assert.deepEqual(await snapshots.related(id, 'Msvm_LastAppliedSnapshot'), []);
      assert.deepEqual(await snapshots.files(snapshot), ['C:\\vm\\s1.img']);
      assert.match((await snapshots.files(active(id)))[0] ?? '', /^C:\\vm\\s1_[0-9A-F-]{36}\.qcow2$/);
      const copies = await host.rows(
        `SELECT * FROM CIM_ResourceAllocationSettingData WHERE InstanceID LIKE '${snapshot}%'`,
      );
      assert.equal(copies.length, before.length);
      // Each is the copy of its own, and lies at the copy of what that one lies at.
      const placed = (rows: readonly WireObject[], configuration: string): readonly (string | null)[][] =>
        rows
          .map((row) => [text(row, 'InstanceID'), /InstanceID="([^"]+)"/.exec(text(row, 'Parent') ?? '')?.[1] ?? null])
          .map((pair) => pair.map((path) => path?.replaceAll('\\\\', '\\').replace(configuration, '') ?? null))
          .toSorted(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1));
      assert.deepEqual(placed(copies, snapshot), placed(before, active(id)));
      assert.ok(placed(copies, snapshot).some(([, parent]) => parent?.startsWith('\\') === true));
      const settings = await host.client.get(snapshots.settings(snapshot));
      assert.equal(text(settings, 'VirtualSystemType'), 'Microsoft:Hyper-V:Snapshot:Realized');
      assert.equal(text(settings, 'VirtualSystemIdentifier'), id);
      assert.equal(text(settings, 'ConfigurationID'), snapshot.slice('Microsoft:'.length));
      assert.match(text(settings, 'ElementName') ?? '', /^s1 - \(/);
      // os-win's metrics code wants one row for the bare name.
      await host.row("SELECT * FROM Msvm_VirtualSystemSettingData WHERE ElementName = 's1'");
    });

    test('S2 running: the machine goes on; applied it is saved, started the guest is at its moment', async () => {
      const id = await host.nano('s2');
      await standard(id);
      await host.change(id, 2);
      const word = await (async () => {
        using line = await host.serial('s2');
        await changeWord(line);
        return (await guestInfo(line)).word;
      })();
      const snapshot = await snapshots.take(id);
      assert.equal(await host.state(id), 2);
      {
        using line = await host.serial('s2');
        await changeWord(line);
        assert.ok((await guestInfo(line)).word > word, 'the guest went on');
      }
      // S8: not while it runs.
      const refused = await snapshots.invoke('ApplySnapshot', { Snapshot: snapshots.settings(snapshot) });
      assert.equal(refused.returnValue, 32775);
      await host.change(id, 3);
      const job = await snapshots.apply(snapshot);
      assert.equal(text(job, 'JobType'), '71');
      assert.equal(await host.state(id), 6);
      assert.deepEqual(await snapshots.related(id, 'Msvm_LastAppliedSnapshot'), [snapshot]);
      await host.change(id, 2);
      using line = await host.serial('s2');
      assert.equal((await guestInfo(line)).word, word, 'and is at the moment of the checkpoint');
      if (hypervisor === 'qemu') {
        const [, disk] = await line.ask('r', /SEQ (\d+)\s/);
        assert.equal(Number(disk), word, 'with the disk of that moment');
      }
      await host.change(id, 3);
    });

    test('the memory of a checkpoint is cleared: applied, the machine is off, with the disk of that moment', async () => {
      const id = await host.nano('clear');
      await standard(id);
      await host.change(id, 2);
      const word = await (async () => {
        using line = await host.serial('clear');
        return await changeWord(line);
      })();
      const snapshot = await snapshots.take(id);
      {
        using line = await host.serial('clear');
        assert.ok((await changeWord(line)) > word);
      }
      const cleared = await snapshots.done('ClearSnapshotState', { SnapshotSettingData: snapshots.settings(snapshot) });
      assert.equal(text(cleared, 'JobType'), '73');
      assert.equal(await host.state(id), 2, 'its machine runs on');
      await host.change(id, 3);
      await snapshots.apply(snapshot);
      assert.equal(await host.state(id), 3);
      await host.change(id, 2);
      using line = await host.serial('clear');
      assert.equal((await guestInfo(line)).word, 0, 'its memory is fresh');
      if (hypervisor === 'qemu') assert.equal(Number((await line.ask('r', /SEQ (\d+)\s/))[1]), word);
      await host.change(id, 3);
    });

    test('S3 production only, no agent: the job fails, no checkpoint, no new disk', async () => {
      const id = await host.nano('s3');
      await host.call('ModifySystemSettings', {
        SystemSettings: settingsText('Msvm_VirtualSystemSettingData', { InstanceID: active(id), UserSnapshotType: 4 }),
      });
      // A simulated guest has an agent some time after its start.
      const job = await attempts('a guest without an agent', async () => {
        await host.change(id, 2);
        const taken = await snapshots.job('CreateSnapshot', {
          AffectedSystem: host.system(id),
          SnapshotSettings: '',
          SnapshotType: 2,
        });
        if (text(taken, 'JobState') === '10') return taken;
        for (const snapshot of await snapshots.list(id)) await snapshots.destroy(snapshot);
        await host.change(id, 3);
        await snapshots.merged(id);
        return null;
      });
      assert.match(text(job, 'ErrorDescription') ?? '', /guest agent/);
      assert.deepEqual(await snapshots.list(id), []);
      assert.deepEqual(await snapshots.files(active(id)), ['C:\\vm\\s3.img']);
      await host.change(id, 3);
    });

    test('S4 A, B, apply A, C: the tree, by Parent and by Msvm_ParentChildSettingData', async () => {
      const id = await host.nano('s4');
      const a = await snapshots.take(id);
      const b = await snapshots.take(id);
      await snapshots.apply(a);
      const c = await snapshots.take(id);
      assert.deepEqual((await snapshots.children(a)).toSorted(), [b, c].toSorted());
      assert.deepEqual(await snapshots.children(c), [active(id)]);
      for (const [child, parent] of [
        [a, null],
        [b, a],
        [c, a],
        [active(id), c],
      ] as const)
        assert.equal(await snapshots.parent(child), parent);
      assert.deepEqual(await snapshots.related(id, 'Msvm_MostCurrentSnapshotInBranch'), [c]);
      assert.deepEqual(await snapshots.related(id, 'Msvm_LastAppliedSnapshot'), [a]);
    });

    test('S5 S6 A16 destroyed while it runs: children get the parent, data is whole, the disk gets its name back', async () => {
      const id = await host.nano('s5');
      await standard(id);
      await host.change(id, 2);
      const a = await snapshots.take(id);
      const word = await (async () => {
        using line = await host.serial('s5');
        return await changeWord(line);
      })();
      const b = await snapshots.take(id);
      const c = await snapshots.take(id);
      const job = await snapshots.destroy(b);
      assert.equal(text(job, 'JobType'), '72');
      assert.equal(await snapshots.parent(c), a);
      await snapshots.merged(id);
      const depth = (await readdir(folder)).filter((name) => name.startsWith('s5')).length;
      await snapshots.destroy(a);
      assert.deepEqual([await snapshots.parent(c), await snapshots.list(id)], [null, [c]]);
      await snapshots.merged(id);
      assert.equal(
        (await readdir(folder)).filter((name) => name.startsWith('s5')).length,
        depth - 1,
        'the chain is shorter',
      );
      const merges = await host.rows('SELECT * FROM Msvm_ConcreteJob WHERE JobType = 50');
      assert.ok(merges.length > 0, 'the merge was seen');
      const d = await snapshots.take(id);
      assert.equal(await snapshots.parent(d), c);
      await snapshots.destroyTree(c);
      await snapshots.merged(id);
      assert.deepEqual(await snapshots.list(id), []);
      assert.deepEqual(await snapshots.files(active(id)), ['C:\\vm\\s5.img']);
      assert.equal(await host.state(id), 2);
      {
        using line = await host.serial('s5');
        assert.equal((await guestInfo(line)).word, word);
        await changeWord(line);
      }
      await host.change(id, 3);
      await host.change(id, 2);
      if (hypervisor === 'qemu') {
        using line = await host.serial('s5');
        await guestInfo(line);
        const [, disk] = await line.ask('r', /SEQ (\d+)\s/);
        assert.equal(Number(disk), word + 1, 'what was written before and after is in the first file');
      }
      await host.change(id, 3);
    });

    test('S7 renamed by ModifySystemSettings; the machine keeps its name', async () => {
      const id = await host.nano('s7');
      const snapshot = await snapshots.take(
        id,
        settingsText('Msvm_VirtualSystemSettingData', { ElementName: 'before the update', Notes: ['why'] }),
      );
      const read = () => host.client.get(snapshots.settings(snapshot));
      assert.equal(text(await read(), 'ElementName'), 'before the update');
      await host.call('ModifySystemSettings', {
        SystemSettings: settingsText('Msvm_VirtualSystemSettingData', { InstanceID: snapshot, ElementName: 'renamed' }),
      });
      assert.equal(text(await read(), 'ElementName'), 'renamed');
      assert.equal(text(await host.settings(id), 'ElementName'), 's7');
    });

    test('S9 S10 A14 while it saves or starts: 32775; v1 takes one of a machine that is off, running, paused and saved', async () => {
      const id = await host.nano('s9');
      await standard(id);
      const v1 = new V1Client(host.service);
      const SourceSystem = await v1.computerSystem('s9');
      const service = await v1.managementService();
      const takeInV1 = (): Promise<InvokeResult> =>
        v1.wire.invoke(service, 'CreateVirtualSystemSnapshot', { SourceSystem });
      const ended = async ({ out }: InvokeResult): Promise<WireObject> =>
        v1.wire.waitForJob(isReference(out['Job']) ? out['Job'] : assert.fail('a job'));
      /** Asks while the machine goes over to the state; it is in `rest` before. */
      const refusedWhile = async (state: number, rest: number, ask: () => Promise<InvokeResult>): Promise<string> =>
        attempts(`on the way to ${state}`, async () => {
          if ((await host.state(id)) !== rest) await host.change(id, rest);
          const before = await snapshots.list(id);
          const transition = host.jobOf(id, state);
          while ((await host.state(id)) === rest) await new Promise(setImmediate);
          const result = await ask();
          if (result.returnValue === 4096) await ended(result);
          assert.equal(text(await transition, 'JobState'), '7');
          if (result.returnValue !== 32775) return null;
          assert.deepEqual(await snapshots.list(id), before, 'nothing was taken');
          return textOf(result.refusal?.properties['Message']) ?? '';
        });
      const states = [3, 2, 9, 6];
      for (const [count, state] of states.entries()) {
        if (state !== 3) await host.change(id, state);
        const result = await takeInV1();
        assert.equal(result.returnValue, 4096);
        assert.equal(text(await ended(result), 'JobState'), '7', `in ${state}`);
        assert.equal(await host.state(id), state);
        const taken = await snapshots.list(id);
        assert.equal(taken.length, count + 1);
        const SnapshotSettingData = result.out['SnapshotSettingData'];
        assert.ok(isReference(SnapshotSettingData), 'the settings of the checkpoint');
        assert.equal(text(await v1.wire.get(SnapshotSettingData), 'SettingType'), '5');
      }
      const inV2 = (): Promise<InvokeResult> =>
        snapshots.invoke('CreateSnapshot', {
          AffectedSystem: host.system(id),
          SnapshotSettings: '',
          SnapshotType: 2,
        });
      await host.change(id, 3);
      for (const ask of [takeInV1, inV2]) {
        assert.match(await refusedWhile(2, 3, ask), /starting/);
        assert.match(await refusedWhile(6, 2, ask), /saving|saved/);
        assert.match(await refusedWhile(2, 6, ask), /starting|restor/);
        await host.change(id, 3);
      }
    });

    test('K18 the service is killed while one is taken: its job keeps its id and ends 10, and nothing is left of it', async () => {
      const id = await host.nano('k18');
      await standard(id);
      await host.change(id, 2);
      const jobId = await attempts('a checkpoint that is cut off', async () => {
        const { out } = await snapshots.invoke('CreateSnapshot', {
          AffectedSystem: host.system(id),
          SnapshotSettings: '',
          SnapshotType: 2,
        });
        const job = isReference(out['Job']) ? (out['Job'].selectors['InstanceID'] ?? '') : assert.fail('a job');
        await host.restart('SIGKILL');
        await host.until('the machine is taken over', async () => (await host.state(id)) === 2);
        if (text(await host.row(`SELECT * FROM Msvm_ConcreteJob WHERE InstanceID = '${job}'`), 'JobState') === '10')
          return job;
        for (const snapshot of await snapshots.list(id)) await snapshots.destroy(snapshot);
        await snapshots.merged(id);
        return null;
      });
      const job = await host.row(`SELECT * FROM Msvm_ConcreteJob WHERE InstanceID = '${jobId}'`);
      assert.match(text(job, 'ErrorDescription') ?? '', /service restarted/);
      assert.deepEqual(await snapshots.list(id), []);
      await host.until('its files are gone', async () =>
        (await readdir(folder)).filter((name) => name.startsWith('k18')).every((name) => name === 'k18.img'),
      );
      const directory = join(host.service.dataDirectory, 'state/systems', id, 'snapshots');
      assert.deepEqual(await readdir(directory).catch(() => []), []);
      assert.deepEqual(await snapshots.files(active(id)), ['C:\\vm\\k18.img']);
      using line = await host.serial('k18');
      await guestInfo(line);
      await host.change(id, 3);
    });

    test('S12 O17 os-win: take, then remove by path; jobs are found and the list is empty', async () => {
      const id = await host.nano('s12');
      const result = await snapshots.invoke('CreateSnapshot', {
        AffectedSystem: host.system(id),
        SnapshotSettings: '',
        SnapshotType: 2,
      });
      const job = result.out['Job'];
      const resulting = result.out['ResultingSnapshot'];
      assert.ok(isReference(job) && isReference(resulting), 'both are references');
      await host.client.waitForJob(job);
      assert.deepEqual(await snapshots.list(id), [resulting.selectors['InstanceID']]);
      const elements = await host.rows(
        `ASSOCIATORS OF {Msvm_ConcreteJob.InstanceID='${job.selectors['InstanceID']}'} WHERE AssocClass = Msvm_AffectedJobElement`,
      );
      assert.deepEqual(elements.map(({ className }) => className).toSorted(), [
        'Msvm_ComputerSystem',
        'Msvm_VirtualSystemSettingData',
      ]);
      await snapshots.destroy(resulting.selectors['InstanceID'] ?? '');
      assert.deepEqual(await snapshots.list(id), []);
      const owner = await host.rows(
        `ASSOCIATORS OF {Msvm_ConcreteJob.InstanceID='${job.selectors['InstanceID']}'} WHERE AssocClass = Msvm_OwningJobElement`,
      );
      assert.deepEqual(
        owner.map(({ className }) => className),
        ['Msvm_VirtualSystemSnapshotService'],
      );
    });

    test('forks run from the moment of the checkpoint, which stays as long as they do', async () => {
      const id = await host.nano('fork');
      await standard(id);
      await host.change(id, 2);
      const word = await (async () => {
        using line = await host.serial('fork');
        await line.ask('i', /INFO/);
        return await changeWord(line);
      })();
      const snapshot = await snapshots.take(id);
      {
        using line = await host.serial('fork');
        assert.ok((await changeWord(line)) > word, 'the source goes on');
      }
      const service = { className: 'Vsms_SnapshotForkService' };
      const fork = (args: Readonly<Record<string, Argument>>) =>
        host.client.invoke(service, 'ForkSnapshot', { Snapshot: snapshots.settings(snapshot), Count: 2, ...args });
      const { returnValue, out } = await fork({});
      assert.equal(returnValue, 4096);
      const job = await host.client.waitForJob(isReference(out['Job']) ? out['Job'] : assert.fail('a job'));
      assert.equal(text(job, 'JobState'), '7', text(job, 'ErrorDescription') ?? '');
      const forks = listOf(out['ResultingSystems']).map((system) =>
        isReference(system) ? (system.selectors['Name'] ?? '') : '',
      );
      assert.equal(forks.length, 2);
      const uuids = new Set<string | null>();
      for (const [index, each] of forks.entries()) {
        assert.equal(await host.state(each), 2);
        uuids.add(text(await host.settings(each), 'BIOSGUID'));
        using line = await host.serial(`fork-${index + 1}`);
        assert.equal((await guestInfo(line)).word, word);
        // Each has memory and a disk of its own from then on.
        if (index === 0) assert.equal(await changeWord(line), word + 1);
        if (hypervisor === 'qemu') {
          const [, disk] = await line.ask('r', /SEQ (\d+)\s/);
          assert.equal(Number(disk), index === 0 ? word + 1 : word);
        }
      }
      assert.equal(uuids.size, 2);
      const owner = await host.rows(
        `ASSOCIATORS OF {Msvm_ConcreteJob.InstanceID='${text(job, 'InstanceID')}'} WHERE AssocClass = Msvm_OwningJobElement`,
      );
      assert.deepEqual(
        owner.map(({ className }) => className),
        ['Vsms_SnapshotForkService'],
      );
      assert.equal((await fork({ Count: 0 })).returnValue, 32773);
      assert.equal((await fork({ Snapshot: snapshots.settings(active(id)) })).returnValue, 32773);
      const kept = await snapshots.invoke('DestroySnapshot', { AffectedSnapshot: snapshots.settings(snapshot) });
      assert.equal(kept.returnValue, 32774);
      // The service may be started anew meanwhile: forks are machines like any.
      await host.restart('SIGTERM');
      for (const each of forks) {
        assert.equal(await host.state(each), 2);
        await host.change(each, 3);
        await host.machines.delete(each);
      }
      await host.change(id, 3);
      await snapshots.destroy(snapshot);
      await snapshots.merged(id);
      assert.deepEqual(
        (await readdir(folder)).filter((name) => name.startsWith('fork')),
        ['fork.img'],
      );
    });

    test('forks over a VHDX that their machine runs on: all read it, whatever dies; it is merged into when they are gone', {
      skip: hypervisor === 'simulated',
    }, async () => {
      const id = await host.nano('forkx', 'dynamic VHDX');
      await standard(id);
      await host.change(id, 2);
      const say = async <T>(name: string, what: (line: SerialLine) => Promise<T>): Promise<T> => {
        using line = await host.serial(name);
        await line.ask('i', /INFO/);
        return await what(line);
      };
      const onDisk = (name: string): Promise<number> =>
        say(name, async (line) => Number((await line.ask('r', /SEQ (\d+)\s/))[1]));
      const word = await say('forkx', changeWord);
      const snapshot = await snapshots.take(id);
      const fork = (count: number): Promise<readonly string[]> =>
        new Checkpoints(host.client).fork(
          snapshot.slice('Microsoft:'.length),
          { count, start: true, disconnected: false, overcommit: false },
          {},
        );
      const forks = [...(await fork(2))];
      // From the VHDX: the overlay of none holds it.
      assert.equal(await onDisk('forkx'), word);
      const now = await say('forkx', changeWord);
      // Turned off and started beside them it reads only too, and so do others that come then.
      await host.change(id, 3);
      await assert.rejects(host.machines.delete(id), /are forks of it/);
      await host.change(id, 2);
      forks.push(...(await fork(1)));
      const names = forks.map((_, index) => `forkx-${index + 1}`);
      for (const name of names) {
        assert.equal((await say(name, guestInfo)).word, word);
        assert.equal(await onDisk(name), word);
      }
      const refused = await snapshots.invoke('DestroySnapshot', { AffectedSnapshot: snapshots.settings(snapshot) });
      assert.equal(refused.returnValue, 32774);
      await host.restart('SIGKILL', async () => {
        for (const { pid, words } of await machineProcesses(host.service.dataDirectory))
          if (/storage-daemon/.test(words[0] ?? '')) process.kill(pid, 'SIGKILL');
      });
      for (const name of names) assert.equal(await onDisk(name), word);
      assert.equal(await onDisk('forkx'), now);
      for (const each of forks) {
        await host.change(each, 3);
        await host.machines.delete(each);
      }
      // Under the guest, which goes on.
      await snapshots.destroy(snapshot);
      await snapshots.merged(id);
      assert.deepEqual(
        (await readdir(folder)).filter((name) => name.startsWith('forkx')),
        ['forkx.vhdx'],
      );
      const last = await say('forkx', changeWord);
      assert.equal(await onDisk('forkx'), last);
      await host.change(id, 3);
      await host.change(id, 2);
      assert.equal(await onDisk('forkx'), last);
      await host.change(id, 3);
    });

    test('S13 one checkpoint is exported: a flat disk, and a machine of its own when it is imported', async () => {
      const id = await host.nano('s13');
      await standard(id);
      await host.change(id, 2);
      const word = await (async () => {
        using line = await host.serial('s13');
        await line.ask('i', /INFO/);
        return await changeWord(line);
      })();
      await snapshots.take(id);
      {
        using line = await host.serial('s13');
        await changeWord(line);
      }
      const snapshot = await snapshots.take(id);
      {
        using line = await host.serial('s13');
        await changeWord(line);
      }
      await host.change(id, 3);
      await exportMachine(host.client, host.system(id), {
        directory: 'C:\\out13',
        checkpoints: { id: snapshot.slice('Microsoft:'.length) },
        disks: true,
        savedState: true,
        live: 'memory',
        keepFormat: false,
        subdirectory: true,
      });
      const folder = join(host.service.dataDirectory, 'drives/c/out13/s13');
      const [disk = '', ...others] = await readdir(join(folder, 'Virtual Hard Disks'));
      assert.deepEqual(others, [], 'one flat disk');
      const { stdout } = await promisify(execFile)('qemu-img', [
        'info',
        '--output=json',
        join(folder, 'Virtual Hard Disks', disk),
      ]);
      assert.equal((JSON.parse(stdout) as Record<string, unknown>)['backing-filename'], undefined);
      assert.deepEqual(await readdir(join(folder, 'Snapshots')).catch(() => []), []);
      const [definition = ''] = (await readdir(join(folder, 'Virtual Machines'))).filter((name) =>
        name.endsWith('.vmcx'),
      );
      const imported = await host.call('ImportSystemDefinition', {
        SystemDefinitionFile: `C:\\out13\\s13\\Virtual Machines\\${definition}`,
        SnapshotFolder: '',
        GenerateNewSystemIdentifier: true,
      });
      const plan = imported.out['ImportedSystem'];
      const copy = isReference(plan) ? (plan.selectors['Name'] ?? '') : assert.fail('a plan');
      await new Plans(host.client).realize(copy);
      assert.equal(await host.state(copy), 6);
      assert.deepEqual(await snapshots.list(copy), []);
      await host.change(copy, 2);
      using line = await host.serial('s13');
      assert.equal((await guestInfo(line)).word, word + 1, 'the moment of that checkpoint, neither before nor after');
      if (hypervisor === 'qemu') {
        const [, written] = await line.ask('r', /SEQ (\d+)\s/);
        assert.equal(Number(written), word + 1);
      }
      await host.change(copy, 3);
    });

    test('S8 wrong calls get their number: type, settings, target, state', async () => {
      const id = await host.nano('wrong');
      const create = async (args: object): Promise<number> =>
        (
          await snapshots.invoke('CreateSnapshot', {
            AffectedSystem: host.system(id),
            SnapshotSettings: '',
            SnapshotType: 2,
            ...args,
          })
        ).returnValue;
      assert.equal(await create({ SnapshotType: 4 }), 32773);
      assert.equal(await create({ SnapshotSettings: 'no text of an instance' }), 32773);
      assert.equal(await create({ SnapshotSettings: settingsText('Msvm_MemorySettingData', {}) }), 32773);
      assert.equal(await create({ AffectedSystem: host.system('00000000-0000-4000-8000-00000000DEAD') }), 32773);
      const onActive = async (method: string, parameter: string): Promise<number> =>
        (await snapshots.invoke(method, { [parameter]: snapshots.settings(active(id)) })).returnValue;
      assert.equal(await onActive('ApplySnapshot', 'Snapshot'), 32773);
      assert.equal(await onActive('DestroySnapshot', 'AffectedSnapshot'), 32773);
      assert.equal(await onActive('DestroySnapshotTree', 'SnapshotSettingData'), 32773);
      assert.equal(await onActive('ClearSnapshotState', 'SnapshotSettingData'), 32773);
      assert.equal(await onActive('ConvertToReferencePoint', 'AffectedSnapshot'), 32773);
      await assert.rejects(
        host.add(id, settingsText('Msvm_SyntheticEthernetPortSettingData', { ResourceType: 99 })),
        MethodError,
      );
      const Snapshot = snapshots.settings(await snapshots.take(id));
      await host.change(id, 2);
      for (const state of [2, 9]) {
        if (state === 9) await host.change(id, 9);
        const { returnValue, refusal } = await snapshots.invoke('ApplySnapshot', { Snapshot });
        assert.equal(returnValue, 32775);
        assert.match(textOf(refusal?.properties['Message']) ?? '', /off/);
        assert.equal(await host.state(id), state);
      }
      await host.change(id, 3);
      assert.deepEqual(listOf((await host.client.get(host.system(id))).properties['OperationalStatus']).length, 1);
    });

    test('S11 DestroySystem: all settings are gone, the disk of the user has the content of now', async () => {
      const id = await host.nano('s11');
      const io = async (command: string, file: string): Promise<void> => {
        const path = join(folder, file.split('\\').at(-1) ?? '');
        const { stdout } = await promisify(execFile)('qemu-io', [
          '-f',
          file.endsWith('.qcow2') ? 'qcow2' : 'raw',
          '-c',
          command,
          path,
        ]);
        assert.doesNotMatch(stdout, /fail/);
      };
      const write = async (pattern: number, at: string): Promise<void> =>
        io(`write -P ${pattern} ${at} 64k`, (await snapshots.files(active(id)))[0] ?? '');
      await write(1, '512k');
      const snapshot = await snapshots.take(id);
      await write(2, '512k');
      await snapshots.take(id);
      await write(3, '640k');
      await host.machines.delete(id);
      assert.deepEqual(
        (await readdir(folder)).filter((name) => name.startsWith('s11')),
        ['s11.img'],
      );
      await io('read -P 2 512k 64k', 's11.img');
      await io('read -P 3 640k 64k', 's11.img');
      await assert.rejects(host.client.get(snapshots.settings(snapshot)));
      assert.deepEqual(
        await host.rows(`SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemIdentifier = '${id}'`),
        [],
      );
    });
  });
}

/** Firmware and TPM belong to the moment as memory and disks do. */
describe('a checkpoint of a running Generation 2 Linux with Secure Boot and a vTPM', () => {
  test('memory, disk, UEFI variables and TPM come back together, twice', async () => {
    await using host = await WireHost.open('qemu');
    const snapshots = new WireSnapshots(host);
    const { gen2 } = await linuxImages();
    const id = await host.machines.create({
      name: 'linux2',
      generation: 2,
      memoryMb: 384,
      processors: 1,
      disks: [await host.bootDisk('linux2', 'dynamic VHDX', gen2)],
      isos: [],
      switch: null,
      serial: '\\\\.\\pipe\\linux2',
      secureBoot: true,
      notes: '',
    });
    const [security] = await host.below(id, 'Msvm_SecuritySettingData');
    await host.call('ModifyResourceSettings', {
      ResourceSettings: [textWith(security ?? assert.fail('security settings'), { TpmEnabled: true })],
    });
    await host.call('ModifySystemSettings', {
      SystemSettings: settingsText('Msvm_VirtualSystemSettingData', { InstanceID: active(id), UserSnapshotType: 5 }),
    });
    await host.change(id, 2);
    {
      using line = await host.serial('linux2');
      await line.expect(/VSMS-READY [^\r\n]*secureboot=1 tpm=tpm0/, BOOT_LIMIT_MS);
      await line.ask('echo remembered > /tmp/word; echo NOTED\n', /NOTED\r/);
    }
    const snapshot = await snapshots.take(id);
    {
      using line = await host.serial('linux2');
      await line.ask('echo changed > /tmp/word; echo CHANGED\n', /CHANGED\r/);
    }
    for (let round = 0; round < 2; round++) {
      await host.change(id, 3);
      await snapshots.apply(snapshot);
      assert.equal(await host.state(id), 6);
      await host.change(id, 2);
      using line = await host.serial('linux2');
      await line.ask('cat /tmp/word\n', /remembered\r/);
    }
    const state = join(
      host.service.dataDirectory,
      'state/systems',
      id,
      'snapshots',
      snapshot.slice('Microsoft:'.length),
    );
    assert.deepEqual((await readdir(state)).toSorted(), ['memory.vmstate', 'tpm', 'uefi-variables.fd']);
    await host.change(id, 3);
  });
});

scenarios('simulated');
scenarios('qemu');
