import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, test } from 'node:test';
import { numberOf, textOf } from '../../src/client/object.ts';
import { changeWord, guestInfo, type HypervisorName, WireHost } from '../kit/wire-host.ts';

/** Guests outlive the service (issue 2 §5, decisions K20). */
function outlives(hypervisor: HypervisorName, signal: NodeJS.Signals): void {
  test(`${hypervisor}, ${signal}: guests run on, are adopted in their state, and take orders again`, async () => {
    await using host = await WireHost.open(hypervisor);
    const running = await host.nano('running');
    const paused = await host.nano('paused');
    const saved = await host.nano('saved');
    const off = await host.nano('off');
    for (const id of [running, paused, saved]) await host.change(id, 2);
    await host.change(paused, 9);
    await host.change(saved, 6);
    const processOf = async (id: string) => textOf((await host.client.get(host.system(id))).properties['ProcessID']);
    const before = await (async () => {
      using line = await host.serial('running');
      await changeWord(line);
      return { ...(await guestInfo(line)), process: await processOf(running) };
    })();
    const pausedProcess = await processOf(paused);

    await host.restart(signal);

    const states = await Promise.all([running, paused, saved, off].map((id) => host.state(id)));
    assert.deepEqual(states, [2, 9, 6, 3]);
    assert.equal(await processOf(running), before.process);
    assert.equal(await processOf(paused), pausedProcess);
    const system = await host.client.get(host.system(running));
    assert.ok(numberOf(system.properties['OnTimeInMilliseconds']) > 0);
    using line = await host.serial('running');
    const later = await guestInfo(line);
    assert.ok(later.ticks > before.ticks, 'the counter of the guest went on');
    assert.equal(later.word, before.word);
    await host.change(paused, 2);
    await host.change(saved, 2);
    for (const id of [running, paused, saved]) await host.change(id, 3);
    for (const id of [running, paused, saved, off]) await host.machines.delete(id);
  });
}

describe('the service ends, the guests do not', () => {
  for (const hypervisor of ['simulated', 'qemu'] as const) {
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) outlives(hypervisor, signal);
  }

  test('qemu: a guest that died or went down while no service ran is off, and starts again', async () => {
    await using host = await WireHost.open('qemu');
    const ids = { killed: await host.nano('killed'), down: await host.nano('down') };
    for (const id of Object.values(ids)) await host.change(id, 2);
    const process_ = async (id: string) => numberOf((await host.client.get(host.system(id))).properties['ProcessID']);
    const pids = { killed: await process_(ids.killed), down: await process_(ids.down) };
    using line = await host.serial('down');
    await guestInfo(line);
    await host.restart('SIGKILL', async () => {
      process.kill(pids.killed, 'SIGKILL');
      line.write('s');
      await line.expect(/BYE/);
      await host.until(
        'both processes are gone or wait for the service',
        async () => !existsSync(`/proc/${pids.killed}`),
      );
    });
    for (const id of Object.values(ids)) {
      await host.until('it is known to be off', async () => (await host.state(id)) === 3);
      assert.equal(textOf((await host.client.get(host.system(id))).properties['ProcessID']), null);
    }
    await host.until('the second process is gone', async () => !existsSync(`/proc/${pids.down}`));
    for (const [name, id] of Object.entries(ids)) {
      await host.change(id, 2);
      using again = await host.serial(name);
      assert.equal((await guestInfo(again)).word, 0);
      await host.change(id, 3);
    }
  });
});
