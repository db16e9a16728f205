import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Monitor } from '../../src/qemu/supervise/monitor.ts';
import { MachineRecords } from '../../src/qemu/supervise/machine-record.ts';
import { copyImage, nanoImage } from '../guests/guest-images.ts';
import { fresh, ideDisk, machineSpec, SerialLine, TestHost } from './kit.ts';

test('a service dies amid a save: the guest goes on, and not before QEMU has come to rest', async (t) => {
  await using host = await TestHost.make();
  const spec = machineSpec(host, { disks: [ideDisk(await copyImage(await nanoImage(), host.path('boot.raw')))] });
  const former = await host.hypervisor();
  const machine = host.keep(await former.start(spec, fresh));
  {
    using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    await line.ask('i', /INFO/);
  }
  await machine.pause();
  await former.close();
  const records = await MachineRecords.open(host.path('state/machines'));
  await records.change(spec.id, { phase: 'saving', ranBeforeSave: true });

  // A stream that a slow disk takes is cancelled slowly.
  let cancelling = 3;
  const said: string[] = [];
  const { execute } = Monitor.prototype;
  t.mock.method(Monitor.prototype, 'execute', async function (this: Monitor, ...words: Parameters<typeof execute>) {
    const answer = await execute.apply(this, words);
    if (words[0] === 'query-migrate' && cancelling-- > 0) {
      said.push('cancelling');
      return { status: 'cancelling' };
    }
    said.push(words[0]);
    return answer;
  });
  const next = await host.hypervisor();
  const adopted = await next.adopt(spec, machine.process);
  assert.equal(adopted?.state, 'running');
  assert.ok(said.includes('migrate_cancel'));
  assert.equal(said.filter((word) => word === 'cancelling').length, 3);
  assert.ok(said.indexOf('cont') > said.lastIndexOf('cancelling'), said.join(' '));
  {
    using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    await line.ask('i', /INFO/);
  }
  await adopted.machine.turnOff();
});
