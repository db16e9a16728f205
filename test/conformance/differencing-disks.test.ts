import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Checkpoints } from '../../src/client/checkpoints.ts';
import { isReference, numberOf, textOf } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { hashOf } from '../kit/differencing-disks.ts';
import { changeWord, type HypervisorName, WireHost } from '../kit/wire-host.ts';
import { WireSnapshots } from '../kit/wire-snapshots.ts';

const IMAGES = { className: 'Msvm_ImageManagementService' };
const DIFFERENCING = 4;
const VHDX = 3;

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

    test('one that was started on its disk has it for itself: it is forked when it is off, and runs beside its forks', {
      skip: hypervisor === 'simulated',
    }, async () => {
      const id = await machineOver('three', await host.bootDisk('silver', 'dynamic VHDX'));
      await host.standardCheckpoints(id);
      await host.change(id, 2);
      const word = await wrote('three');
      const snapshot = await new WireSnapshots(host).take(id);
      const fork = (): Promise<readonly string[]> =>
        new Checkpoints(host.client).fork(
          snapshot.slice('Microsoft:'.length),
          { count: 1, start: true, disconnected: false, overcommit: false },
          {},
        );
      const before = (await host.machines.list()).length;
      await assert.rejects(
        fork(),
        /'three' runs, and has '[^']*three\.vhdx' open .* Turn 'three' off or save it, fork the checkpoint, and start it again/,
      );
      assert.equal((await host.machines.list()).length, before, 'nothing is left of it');
      assert.equal(await onDisk('three'), word);
      await host.change(id, 3);
      const [forked = ''] = await fork();
      await host.change(id, 2);
      assert.equal(await onDisk('three-1'), word);
      for (const each of [forked, id]) await host.change(each, 3);
      await host.machines.delete(forked);
    });
  });
}

scenarios('simulated');
scenarios('qemu');
