import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertStopped, Bench, noSignal, type OpenHypervisor, record } from './kit.ts';

/** Machines outlive the service (K20). */
export const adoptionContract = (open: OpenHypervisor): void => {
  for (const state of ['running', 'paused'] as const)
    test(`a ${state} machine outlives the service and is adopted as ${state}`, async () => {
      await using bench = await Bench.open(open);
      const spec = await bench.under.makeSpec();
      const machine = await bench.startReady(spec);
      const former = record(machine);
      const word = await bench.changeMemory(spec);
      if (state === 'paused') await bench.until(machine.pause());
      const next = await bench.until(bench.under.restart());
      await bench.until(former.ended);
      assert.deepEqual(former.events, [], 'letting go is no stop');
      const adopted = await bench.until(next.adopt(spec, machine.process));
      assert.equal(adopted?.state, state);
      assert.deepEqual(adopted?.machine.process, machine.process);
      await bench.refuses(next.start(spec, { savedState: null, signal: noSignal }));
      await bench.refuses(next.adopt(spec, machine.process), { code: 'invalidState' });
      if (state === 'paused') await bench.until(adopted.machine.resume());
      assert.equal(await bench.readMemory(spec), word);
      const { events, ended } = record(adopted.machine);
      await bench.turnOff(adopted.machine);
      await bench.until(ended);
      assert.equal(events.length, 1);
      assertStopped(events[0], 'host');
    });

  test('a machine is adopted by its process only; asking for another one harms none', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const word = await bench.changeMemory(spec);
    const { pid, startTicks } = machine.process;
    const next = await bench.until(bench.under.restart());
    for (const other of [
      { pid: 1, startTicks },
      { pid: pid + 1, startTicks },
      { pid, startTicks: startTicks + 1 },
    ])
      assert.equal(await bench.until(next.adopt(spec, other)), null);
    const adopted = await bench.until(next.adopt(spec, { pid, startTicks }));
    assert.ok(adopted);
    assert.equal(await bench.readMemory(spec), word);
    await bench.turnOff(adopted.machine);
  });

  test('one that ended meanwhile is gone, and can start again', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.start(spec);
    await bench.until(bench.under.kill(machine));
    const next = await bench.until(bench.under.restart());
    assert.equal(await bench.until(next.adopt(spec, machine.process)), null);
    const again = await bench.until(next.start(spec, { savedState: null, signal: noSignal }));
    await bench.turnOff(again);
    assert.equal(await bench.until(next.adopt(spec, again.process)), null);
  });

  test('one that nobody knows is ended, those that are known are not', async () => {
    await using bench = await Bench.open(open);
    const [known, unknown] = [await bench.under.makeSpec(), await bench.under.makeSpec()];
    const machines = [await bench.start(known), await bench.start(unknown)] as const;
    const next = await bench.until(bench.under.restart());
    const adopted = await bench.until(next.adopt(known, machines[0].process));
    assert.ok(adopted);
    assert.deepEqual(await bench.until(next.endUnknown(new Set([known.id]))), [unknown.id]);
    assert.equal(await bench.until(next.adopt(unknown, machines[1].process)), null);
    await bench.ready(adopted.machine, known);
    await bench.turnOff(adopted.machine);
  });

  test('one that does not answer is neither adopted nor ended; it is adopted when it answers', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const word = await bench.changeMemory(spec);
    await bench.until(bench.under.silence(machine));
    const next = await bench.until(bench.under.restart());
    await bench.refuses(next.adopt(spec, machine.process), { code: 'timeout' });
    await bench.until(bench.under.answer(machine));
    const adopted = await bench.until(next.adopt(spec, machine.process));
    assert.equal(adopted?.state, 'running');
    assert.equal(await bench.readMemory(spec), word);
    await bench.turnOff(adopted.machine);
  });

  test('one that does not answer can be ended', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    await bench.until(bench.under.silence(machine));
    const next = await bench.until(bench.under.restart());
    await bench.refuses(next.adopt(spec, machine.process), { code: 'timeout' });
    assert.ok(next.end);
    await bench.until(next.end(spec.id));
    await bench.until(bench.under.answer(machine));
    assert.equal(await bench.until(next.adopt(spec, machine.process)), null);
    await bench.turnOff(await bench.until(next.start(spec, { savedState: null, signal: noSignal })));
  });
};
