import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { textOf } from '../../src/client/object.ts';
import { requirePattern, writePattern } from '../kit/guest-pattern.ts';
import { type HypervisorName, WireHost } from '../kit/wire-host.ts';
import { WireSnapshots } from '../kit/wire-snapshots.ts';

/** Two texts name the same file if they resolve to the same path (paths, "Comparison"); each is read back as it was written. */
const spellings = (hypervisor: HypervisorName): void => {
  test(`${hypervisor}: one disk under many names is one disk`, async () => {
    await using host = await WireHost.open(hypervisor);
    const first = await host.nano('Shared');
    const linux = (await host.file('Shared.img')).linux;
    const names = ['c:/VM/shared.IMG', '\\\\?\\C:\\vm\\Shared.img', 'C:\\vm\\..\\vm\\.\\Shared.img', linux];
    const others: string[] = [];
    for (const [index, disk] of names.entries()) {
      const id = await host.machines.create({
        name: `other${index}`,
        generation: 1,
        memoryMb: 64,
        processors: 1,
        disks: [disk],
        isos: [],
        switch: null,
        serial: null,
        secureBoot: false,
        notes: '',
      });
      const [image] = await host.below(id, 'Msvm_StorageAllocationSettingData');
      assert.equal(textOf(image?.properties['HostResource']), disk);
      others.push(id);
    }
    await host.change(first, 2);
    for (const id of others) {
      const job = await host.jobOf(id, 2);
      assert.equal(textOf(job.properties['JobState']), '10');
      assert.match(textOf(job.properties['ErrorDescription']) ?? '', /\(0x80070020\)/);
      assert.equal(await host.state(id), 3);
    }
    await host.change(first, 3);
    for (const id of others) {
      await host.change(id, 2);
      await host.change(id, 3);
    }
    assert.ok(linux.startsWith(join(host.service.dataDirectory, 'drives')));
  });
};

/** Each lies over the file by a checkpoint of its own that is gone: neither may be merged into it while the other is there. */
const overlays = (hypervisor: HypervisorName): void => {
  test(`${hypervisor}: machines over one file are deleted one after the other, and each disk is as its guest left it`, async () => {
    await using host = await WireHost.open(hypervisor);
    const snapshots = new WireSnapshots(host);
    const base = await host.bootDisk('golden');
    const machines = [
      { name: 'one', id: await host.nanoOn('one', base), times: 1 },
      { name: 'two', id: await host.nanoOn('two', 'c:\\VM\\GOLDEN.img'), times: 2 },
    ] as const;
    const taken: string[] = [];
    for (const { id } of machines) taken.push(await snapshots.take(id));
    const numbers: number[] = [];
    for (const { name, id, times } of machines) {
      await host.change(id, 2);
      let last = 0;
      if (hypervisor === 'qemu') for (let time = 0; time < times; time++) last = await writePattern(host, name);
      numbers.push(last);
      await host.change(id, 3);
    }
    for (const snapshot of taken) await snapshots.destroy(snapshot);
    await host.until('both merges wait for each other', async () => {
      const jobs = await host.rows('SELECT * FROM Msvm_ConcreteJob WHERE JobType = 50');
      const told = jobs.map((job) => textOf(job.properties['ErrorDescription']) ?? '');
      return machines.every(({ name }) => told.some((text) => text.includes(`A disk of '${name}' lies over`)));
    });
    const [one, two] = machines;
    const [kept = ''] = await snapshots.files(`Microsoft:${one.id}`);
    assert.match(kept, /golden_[0-9A-F-]+\.qcow2$/);
    await host.machines.delete(one.id);
    await host.until('the one that is left has the file for itself', async () => {
      const [file = ''] = await snapshots.files(`Microsoft:${two.id}`);
      return file === 'c:\\VM\\GOLDEN.img';
    });
    const reads = async (id: string, name: string, number: number): Promise<void> => {
      await host.change(id, 2);
      if (hypervisor === 'qemu') await requirePattern(host, name, { disk: number, memory: null }, name);
      await host.change(id, 3);
    };
    await reads(two.id, 'two', numbers[1] ?? 0);
    await snapshots.merged(two.id);
    await host.machines.delete(two.id);
    const folder = dirname((await host.file('golden.img')).linux);
    assert.deepEqual(
      (await readdir(folder)).toSorted(),
      ['golden.img', basename(kept.replaceAll('\\', '/'))].toSorted(),
    );
    await reads(await host.nanoOn('one', kept), 'one', numbers[0] ?? 0);
    await reads(await host.nanoOn('two', base), 'two', numbers[1] ?? 0);
  });
};

for (const hypervisor of ['simulated', 'qemu'] as const) {
  spellings(hypervisor);
  overlays(hypervisor);
}
