import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Checkpoints } from '../../src/client/checkpoints.ts';
import { isReference, numberOf, textOf } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { hashOf } from '../kit/differencing-disks.ts';
import { requirePattern, writePattern } from '../kit/guest-pattern.ts';
import { changeWord, type HypervisorName, WireHost } from '../kit/wire-host.ts';
import { WireSnapshots } from '../kit/wire-snapshots.ts';

const IMAGES = { className: 'Msvm_ImageManagementService' };
const DIFFERENCING = 4;
const VHDX = 3;
const [RUNNING, OFF, PAUSED] = [2, 3, 9];

/** Nova, Vagrant, Packer and Terraform: each machine has a differencing disk over one image (client-usage §4; other-services §2). */
function scenarios(hypervisor: HypervisorName): void {
  describe(`machines over one image, ${hypervisor}`, () => {
    let host: WireHost;
    before(async () => {
      host = await WireHost.open(hypervisor);
    });
    after(() => host[Symbol.asyncDispose]());

    const image = async (method: string, args: Readonly<Record<string, string | number>>): Promise<void> => {
      const { returnValue, out } = await host.client.invoke(IMAGES, method, args);
      assert.equal(returnValue, 4096, method);
      const job = out['Job'];
      const ended = await host.client.waitForJob(isReference(job) ? job : assert.fail('a job'));
      assert.equal(numberOf(ended.properties['JobState']), 7, textOf(ended.properties['ErrorDescription']) ?? '');
    };
    const machineOver = async (name: string, base: string): Promise<string> => {
      const child = `C:\\vm\\${name}.vhdx`;
      await image('CreateVirtualHardDisk', {
        VirtualDiskSettingData: settingsText('Msvm_VirtualHardDiskSettingData', {
          Path: child,
          ParentPath: base,
          Type: DIFFERENCING,
          Format: VHDX,
        }),
      });
      return host.machines.create({
        name,
        generation: 1,
        memoryMb: 64,
        processors: 1,
        disks: [child],
        isos: [],
        switch: null,
        serial: `\\\\.\\pipe\\${name}`,
        secureBoot: false,
        notes: '',
      });
    };
    const wrote = async (name: string): Promise<number> => {
      using line = await host.serial(name);
      return await changeWord(line);
    };
    const onDisk = async (name: string): Promise<number> => {
      using line = await host.serial(name);
      return Number((await line.ask('r', /SEQ (\d+)\s/))[1]);
    };

    test('two run side by side, each with what it wrote, and the image stays as it was', async () => {
      const base = await host.bootDisk('golden', 'dynamic VHDX');
      const { linux } = await host.file('golden.vhdx');
      const before = await hashOf(linux);
      const machines = [
        { name: 'one', id: await machineOver('one', base), times: 1 },
        { name: 'two', id: await machineOver('two', base), times: 3 },
      ];
      for (const { id } of machines) await host.change(id, 2);
      const words = new Map<string, number>();
      for (const { name, times } of machines)
        for (let time = 0; time < times; time++) words.set(name, await wrote(name));
      assert.notEqual(words.get('one'), words.get('two'));
      for (const { id } of machines) {
        await host.change(id, 3);
        await host.change(id, 2);
      }
      // A simulated guest has no disk to read from.
      if (hypervisor === 'qemu')
        for (const { name } of machines) assert.equal(await onDisk(name), words.get(name), name);
      for (const { id } of machines) await host.change(id, 3);
      assert.equal(await hashOf(linux), before);
      await image('ValidateVirtualHardDisk', { Path: 'C:\\vm\\two.vhdx' });
    });

    test('one that was started on its disk is forked while it runs or is paused, with memory and without; a later merge has the disk back', {
      skip: hypervisor === 'simulated',
    }, async () => {
      const id = await machineOver('three', await host.bootDisk('silver', 'dynamic VHDX'));
      const { linux: image } = await host.file('silver.vhdx');
      const untouched = await hashOf(image);
      const snapshots = new WireSnapshots(host);
      await host.standardCheckpoints(id);
      await host.change(id, RUNNING);
      const fork = async (snapshot: string): Promise<string> => {
        const wanted = { count: 1, start: true, disconnected: false, overcommit: false };
        const [forked = ''] = await new Checkpoints(host.client).fork(snapshot.slice('Microsoft:'.length), wanted, {});
        return forked;
      };
      for (const [state, memory] of [
        [RUNNING, true],
        [PAUSED, false],
      ] as const) {
        const label = `${state === RUNNING ? 'running' : 'paused'}, ${memory ? 'with' : 'without'} memory`;
        const then = await writePattern(host, 'three');
        const snapshot = await snapshots.take(id);
        if (!memory) await snapshots.done('ClearSnapshotState', { SnapshotSettingData: snapshots.settings(snapshot) });
        if (state === PAUSED) await host.change(id, PAUSED);
        const forked = await fork(snapshot);
        await requirePattern(host, 'three-1', { disk: then, memory: memory ? then : null }, `${label}: the fork`);
        const apart = await writePattern(host, 'three-1');
        if (state === PAUSED) await host.change(id, RUNNING);
        await requirePattern(host, 'three', { disk: then, memory: then }, `${label}: the source`);
        await writePattern(host, 'three');
        const later = await writePattern(host, 'three');
        await requirePattern(host, 'three-1', { disk: apart, memory: apart }, `${label}: the fork after it`);
        await host.change(forked, OFF);
        await host.machines.delete(forked);
        await snapshots.destroy(snapshot);
        await snapshots.merged(id);
        assert.match((await snapshots.files(`Microsoft:${id}`))[0] ?? '', /three\.vhdx$/, `${label}: merged`);
        await requirePattern(host, 'three', { disk: later, memory: later }, `${label}: the source after the merge`);
      }
      const last = await writePattern(host, 'three');
      await host.change(id, OFF);
      assert.equal(await hashOf(image), untouched);
      await host.change(id, RUNNING);
      await requirePattern(host, 'three', { disk: last, memory: null }, 'a new start');
      await host.change(id, OFF);
    });
  });
}

scenarios('simulated');
scenarios('qemu');
