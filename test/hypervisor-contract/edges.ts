import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertStopped, Bench, bootDiskOf, type OpenHypervisor, record, socketOf } from './kit.ts';

/** What is told of a machine: edges outside of calls, each once. */
export const edgeContract = (open: OpenHypervisor): void => {
  test('what calls do is not told', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const { events, ended } = record(machine);
    await bench.until(machine.pause());
    await bench.until(machine.resume());
    await bench.until(machine.reset());
    await bench.ready(machine, spec);
    await bench.until(machine.pause());
    await bench.until(machine.reset());
    await bench.until(machine.resume());
    await bench.ready(machine, spec);
    await bench.turnOff(machine);
    await bench.until(ended);
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['stopped'],
    );
  });

  test('what somebody else does is told, once, in its order', async () => {
    await using bench = await Bench.open(open);
    const { under } = bench;
    const spec = await under.makeSpec();
    const machine = await bench.startReady(spec);
    const { events, next } = record(machine);
    await bench.until(under.interfere(machine, 'pause'));
    await bench.until(next('paused'));
    await bench.until(under.interfere(machine, 'resume'));
    await bench.until(next('resumed'));
    await bench.until(under.interfere(machine, 'reset'));
    await bench.until(next('reset'));
    await bench.ready(machine, spec);
    assert.deepEqual(events, [{ kind: 'paused' }, { kind: 'resumed' }, { kind: 'reset', by: 'host' }]);
    await bench.turnOff(machine);
  });

  test('a guest that resets itself is told, once each time; one that turns itself off too', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const { events, ended } = record(machine);
    const word = await bench.changeMemory(spec);
    for (const letter of ['b', 'f']) {
      const before = events.length;
      // As a real guest, it does not restart within the time that firmware takes for resets of its own.
      await grown(bench, socketOf(spec));
      await bench.tell(socketOf(spec), letter, () => untilMore(events, before));
      await bench.ready(machine, spec);
    }
    assert.notEqual(await bench.readMemory(spec), word);
    await bench.tell(socketOf(spec), 's', () => ended);
    assert.deepEqual(
      events.map((event) => ('by' in event ? `${event.kind} by ${event.by}` : event.kind)),
      ['reset by guest', 'reset by guest', 'stopped by guest'],
    );
  });

  test('TurnOffOnGuestRestart: the guest restarts and is off; a reset from outside is none of its doing', async () => {
    await using bench = await Bench.open(open);
    const spec = { ...(await bench.under.makeSpec()), offOnReboot: true };
    const machine = await bench.startReady(spec);
    const { events, ended } = record(machine);
    await bench.until(machine.reset());
    await bench.ready(machine, spec);
    await bench.until(machine.pause());
    await bench.until(machine.reset());
    await bench.until(machine.resume());
    await bench.ready(machine, spec);
    assert.deepEqual(events, []);
    await bench.tell(socketOf(spec), 'b', () => ended);
    assert.equal(events.length, 1);
    assertStopped(events[0], 'guest');
  });

  test('a guest that is asked turns itself off', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const { ended, events } = record(machine);
    await bench.until(machine.shutdownGuest());
    await bench.until(ended);
    assert.equal(events.length, 1);
    assertStopped(events[0], 'guest');
  });

  test('a guest that is asked reboots; with TurnOffOnGuestRestart that is its end', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const { next } = record(machine);
    await bench.until(machine.rebootGuest());
    assert.deepEqual(await bench.until(next('reset')), { kind: 'reset', by: 'guest' });
    await bench.ready(machine, spec);
    await bench.turnOff(machine);
    const off = await bench.startReady({ ...spec, offOnReboot: true });
    const { ended, events } = record(off);
    await bench.until(off.rebootGuest());
    await bench.until(ended);
    assert.equal(events.length, 1);
    assertStopped(events[0], 'guest');
  });

  test('a process that dies is a crash; its machine takes no call, and can start again with its disks', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const { events, ended } = record(machine);
    await bench.until(bench.under.kill(machine));
    await bench.until(ended);
    assert.equal(events.length, 1);
    assertStopped(events[0], 'crash');
    await bench.refuses(machine.pause(), { code: 'invalidState' });
    await bench.turnOff(machine);
    await bench.turnOff(await bench.startReady(spec));
  });

  test('a guest that panics is told, and goes on as it is', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const { events, next } = record(machine);
    await bench.tell(socketOf(spec), 'p', () => next('guestPanicked'));
    await bench.until(machine.reset());
    await bench.ready(machine, spec);
    assert.deepEqual(events, [{ kind: 'guestPanicked' }]);
    await bench.turnOff(machine);
  });

  test('a disk that fails pauses its machine, which is told, with the disk; that it is back is told too, and it goes on', async () => {
    await using bench = await Bench.open(open);
    const { spec, fail, mend } = await bench.under.makeFragile();
    const machine = await bench.startReady(spec);
    const { events, next, ended } = record(machine);
    await bench.until(fail(machine));
    const event = await bench.until(next('ioError'));
    assert.ok(event.kind === 'ioError');
    assert.equal(event.disk, bootDiskOf(spec).id);
    assert.equal(event.noSpace, false);
    assert.ok(event.reason !== '');
    await bench.until(mend(machine));
    await bench.until(next('diskBack'));
    await bench.until(machine.resume());
    await bench.changeMemory(spec);
    await bench.turnOff(machine);
    await bench.until(ended);
    // It may be told again to who is slow.
    const kinds = events.map(({ kind }) => kind).filter((kind, index, all) => kind !== all[index - 1]);
    assert.deepEqual(kinds, ['ioError', 'diskBack', 'stopped']);
  });
};

/** Until the guest has been up for more than a second. */
const grown = async (bench: Bench, socket: string): Promise<void> => {
  while (Number(await bench.ask(socket, 'i', /ticks=(\d+)/)) < 150);
};

/** Until there are more events than so many. */
const untilMore = async (events: readonly unknown[], count: number): Promise<void> => {
  while (events.length <= count) await new Promise<void>((resolve) => setImmediate(resolve));
};
