import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { DomainError } from '../../src/core/errors.ts';
import type { Machine } from '../../src/core/ports.ts';
import type { DiskSpec } from '../../src/core/machine-spec.ts';
import { assertStopped, Bench, bootDiskOf, noSignal, type OpenHypervisor, record, socketOf } from './kit.ts';

/** Start, turn off, what keeps a machine from starting, time limits. */
export const powerContract = (open: OpenHypervisor): void => {
  test('start, turn off: the stop is told once, the events end, and the machine can start again', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.start(spec);
    assert.equal(machine.id, spec.id);
    assert.ok(machine.process.pid > 1);
    const { events, ended } = record(machine);
    await bench.turnOff(machine);
    await bench.until(ended);
    assert.equal(events.length, 1);
    assertStopped(events[0], 'host');
    const again = await bench.start(spec);
    assert.notEqual(again.process.pid, machine.process.pid);
    await bench.turnOff(again);
  });

  test('a machine that is gone takes no call, and is off for whoever turns it off', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.start(spec);
    await bench.until(Promise.all([machine.turnOff(), machine.turnOff()]));
    await bench.turnOff(machine);
    const file = join(bench.under.directory, 'saved');
    const adapter = spec.adapters[0];
    assert.ok(adapter);
    const calls: readonly (() => Promise<unknown>)[] = [
      () => machine.pause(),
      () => machine.resume(),
      () => machine.reset(),
      () => machine.shutdownGuest(),
      () => machine.rebootGuest(),
      () => machine.save(file, () => undefined, noSignal),
      () => machine.injectNmi(),
      () => machine.screenshot(),
      () => machine.typeKeys([{ keyCode: 0x41, action: 'press' }]),
      () => machine.point([{ kind: 'moveTo', x: 0, y: 0 }]),
      () => machine.setMemory(spec.memory.mb),
      () => machine.changeMedium('cd', null),
      () => machine.addDisk({ ...bootDiskOf(spec), id: 'new', bus: 'scsi' }),
      () => machine.removeDisk('boot'),
      () => machine.addAdapter({ ...adapter, id: 'new' }),
      () => machine.removeAdapter(adapter.id),
      () => machine.connectAdapter(adapter),
      () => machine.connectSerial({ id: 'com1', socket: null }),
      () => machine.setIopsLimit('boot', 100),
    ];
    for (const call of calls) await bench.refuses(call(), { code: 'invalidState' });
  });

  test('a machine may start paused: nothing runs until it is resumed', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.until(
      bench.hypervisor.start(spec, { savedState: null, signal: noSignal, paused: true }),
    );
    const { events } = record(machine);
    await bench.until(machine.resume());
    await bench.ready(machine, spec);
    assert.deepEqual(events, []);
    await bench.turnOff(machine);
  });

  test('lifecycle L10 a missing disk is named, and nothing is left of the attempt', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const file = join(bench.under.directory, 'gone.img');
    const missing: DiskSpec = {
      id: 'missing',
      bus: 'ide',
      controller: 1,
      slot: 1,
      media: 'disk',
      image: { file, format: 'raw', readOnly: false },
      iopsLimit: null,
    };
    await bench.refuses(bench.start({ ...spec, disks: [...spec.disks, missing] }), {
      hresult: '0x80070002',
      text: file,
    });
    await bench.turnOff(await bench.start(spec));
  });

  test('a disk has one writer', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const other = await bench.under.makeSpec();
    const machine = await bench.start(spec);
    await bench.refuses(bench.start({ ...other, disks: spec.disks }), {
      hresult: '0x80070020',
      text: bootDiskOf(spec).image?.file ?? '',
    });
    await bench.turnOff(machine);
    await bench.turnOff(await bench.start({ ...other, disks: spec.disks }));
  });

  test('a system runs once', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const starting = bench.hypervisor.start(spec, { savedState: null, signal: noSignal });
    await bench.refuses(bench.start(spec));
    const machine = await bench.until(starting);
    await bench.refuses(bench.start(spec));
    await bench.turnOff(machine);
  });

  test('a start that is cancelled leaves nothing: before it, at once, on its way', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const cancelled = new DomainError('failed', 'cancelled');
    await bench.refuses(bench.hypervisor.start(spec, { savedState: null, signal: AbortSignal.abort(cancelled) }));
    for (const turns of [0, 1, 10, 100]) {
      const abort = new AbortController();
      const starting = bench.hypervisor.start(spec, { savedState: null, signal: abort.signal });
      starting.catch(() => undefined);
      for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
      abort.abort(cancelled);
      await bench.refuses(starting);
    }
    await bench.turnOff(await bench.start(spec));
  });

  test('the guest runs while it is not paused; its memory is there after a pause', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const word = await bench.changeMemory(spec);
    const ticks = async (): Promise<number> => Number(await bench.ask(socketOf(spec), 'i', /ticks=(\d+)/));
    await bench.until(machine.pause());
    await bench.until(machine.pause());
    await bench.until(machine.resume());
    await bench.until(machine.resume());
    assert.equal(await bench.readMemory(spec), word);
    assert.ok((await ticks()) > 0);
    await bench.turnOff(machine);
  });

  test('L7 a hard reset boots the guest anew; a paused one stays paused', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const word = await bench.changeMemory(spec);
    await bench.until(machine.reset());
    await bench.ready(machine, spec);
    assert.notEqual(await bench.readMemory(spec), word);
    assert.equal(await bench.changeMemory(spec), word);
    await bench.until(machine.pause());
    await bench.until(machine.reset());
    const next = await bench.until(bench.under.restart());
    const adopted = await bench.until(next.adopt(spec, machine.process));
    assert.equal(adopted?.state, 'paused');
    await bench.until(adopted.machine.resume());
    await bench.ready(adopted.machine, spec);
    assert.notEqual(await bench.readMemory(spec), word);
    await bench.turnOff(adopted.machine);
  });

  test('screenshot: a whole picture; figures and a display at all times', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.start(spec);
    const check = ({ processorLoadPercent, memoryUsageMb, guestMemory }: ReturnType<Machine['figures']>): void => {
      assert.ok(processorLoadPercent >= 0 && processorLoadPercent <= 100);
      assert.ok(memoryUsageMb >= 0 && memoryUsageMb <= spec.memory.mb);
      assert.ok(guestMemory === null || guestMemory.availableMb <= guestMemory.totalMb);
    };
    check(machine.figures());
    await bench.ready(machine, spec);
    check(machine.figures());
    const { width, height, rgb } = await bench.until(machine.screenshot());
    assert.ok(width >= 80 && height >= 25);
    assert.equal(rgb.length, width * height * 3);
    assert.ok(
      rgb.some((value) => value !== rgb[0]),
      'a picture of one colour',
    );
    const { videoWidth, videoHeight } = machine.figures();
    assert.deepEqual([videoWidth, videoHeight], [width, height]);
    await bench.turnOff(machine);
  });

  test('counters: of each disk, and of the processor', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const drives = spec.disks.filter(({ media, image }) => media === 'disk' && image !== null).map(({ id }) => id);
    // It has read what it booted from; they are sampled in the background, by the clock of the host.
    const read = (): boolean => drives.some((id) => (machine.counters().disks.get(id)?.readBytes ?? 0) > 0);
    while (!read() || machine.counters().processorMs === 0) await sleep(20);
    for (const id of drives) assert.ok((machine.counters().disks.get(id)?.operations ?? 0) > 0, id);
    await bench.turnOff(machine);
  });

  test('a hypervisor that does not answer costs a time limit, and the machine can be turned off', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const { events, ended } = record(machine);
    await bench.until(bench.under.silence(machine));
    const calls = [
      machine.injectNmi(),
      machine.setMemory(spec.memory.mb),
      machine.typeKeys([{ keyCode: 0x41, action: 'press' }]),
      machine.point([{ kind: 'moveTo', x: 0, y: 0 }]),
      machine.changeMedium('cd', null),
    ];
    for (const call of calls) call.catch(() => undefined);
    for (const call of calls) await bench.refuses(call, { code: 'timeout' });
    await bench.turnOff(machine);
    await bench.until(ended);
    assertStopped(events.at(-1), 'host');
    await bench.until(bench.under.answer(machine));
    await bench.turnOff(await bench.start(spec));
  });

  test('a hypervisor that was closed starts nothing', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const former = bench.hypervisor;
    const next = await bench.until(bench.under.restart());
    await bench.refuses(former.start(spec, { savedState: null, signal: noSignal }), { code: 'notAvailable' });
    await bench.turnOff(await bench.until(next.start(spec, { savedState: null, signal: noSignal })));
  });
};
