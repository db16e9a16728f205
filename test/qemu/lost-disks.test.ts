import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { DiskImage } from '../../src/core/machine-spec.ts';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';
import { failReadsOf } from '../crash/failing-calls.ts';
import { nanoImage } from '../guests/guest-images.ts';
import { fresh, ideDisk, machineSpec, nextEvent, notCancelled, SerialLine, TestHost } from './kit.ts';

/*
 * QEMU opens its qcow2 files anew when it has sent its state away and the guest is to go on. A disk of the host that fails to read
 * them at that moment (EIO) costs QEMU the image: it is "ejected" until QEMU ends, and the next `cont` says nothing of it.
 */

const images = createImageTool();
const guest = await nanoImage();

/** A qcow2 over another one. */
const chain = async (host: TestHost): Promise<DiskImage> => {
  const base = host.path('base.qcow2');
  execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', guest, base]);
  const file = host.path('top.qcow2');
  await images.createOverlay(file, { file: base, format: 'qcow2' });
  return { file, format: 'qcow2', readOnly: false, backing: [{ file: base, format: 'qcow2' }] };
};

describe('25: disks that cannot be read when a guest is to go on after a save that failed', () => {
  for (const failing of ['top.qcow2', 'base.qcow2'])
    test(`${failing}: the guest stands still with a disk error, also for the next service, and goes on with its disk when that is back`, async () => {
      await using host = await TestHost.make();
      const hypervisor = await host.hypervisor();
      const image = await chain(host);
      const spec = machineSpec(host, { disks: [ideDisk(image.file, { image })] });
      const com1 = spec.serialPorts[0]?.socket ?? '';
      const machine = host.keep(await hypervisor.start(spec, fresh));
      // Nothing takes the place of a folder with something in it: the save fails when QEMU has sent all.
      const state = host.path('folder');
      await mkdir(state);
      await writeFile(join(state, 'something'), '');
      {
        using line = await SerialLine.connect(com1);
        await line.ask('i', /INFO/);
        line.write('ww');
        await line.expect(/WROTE 2/);
      }
      {
        const events = machine.events()[Symbol.asyncIterator]();
        await using _failing = await failReadsOf(machine.process.pid, host.path(failing));
        await assert.rejects(machine.save(state, () => undefined, notCancelled));
        await nextEvent(events, 'ioError');
        await assert.rejects(machine.resume(), /cannot be read/);
        await hypervisor.close();
      }
      const second = await host.hypervisor();
      const adopted = await second.adopt(spec, machine.process);
      assert.equal(adopted?.state, 'paused');
      assert.ok(adopted !== null);
      host.keep(adopted.machine);
      await nextEvent(adopted.machine.events()[Symbol.asyncIterator](), 'ioError');
      await adopted.machine.resume();
      {
        using line = await SerialLine.connect(com1);
        line.write('w');
        await line.expect(/WROTE 3/);
      }
      assert.deepEqual([...(await adopted.machine.tops())], [['ide0', image.file]]);
      // And it can be saved, with the same disk behind it.
      await adopted.machine.save(host.path('saved'), () => undefined, notCancelled);
      const last = host.keep(await second.start(spec, { savedState: host.path('saved'), signal: notCancelled }));
      {
        using line = await SerialLine.connect(com1);
        await line.ask('r', /SEQ 3\s/);
      }
      await last.turnOff();
      execFileSync('qemu-img', ['check', '-q', '-f', 'qcow2', image.file]);
    });
});
