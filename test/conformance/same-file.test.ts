import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { textOf } from '../../src/client/object.ts';
import { type HypervisorName, WireHost } from '../kit/wire-host.ts';

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

for (const hypervisor of ['simulated', 'qemu'] as const) spellings(hypervisor);
