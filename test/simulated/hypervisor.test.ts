import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DomainError } from '../../src/core/errors.ts';
import type { Machine, MachineEvent } from '../../src/core/ports.ts';
import type { MachineSpec } from '../../src/core/machine-spec.ts';
import {
  createSimulatedHypervisor,
  type SimulatedHypervisor,
  type SimulatedOptions,
} from '../../src/simulated/hypervisor.ts';
import { createVirtualClock, type VirtualClock } from '../../src/simulated/virtual-clock.ts';
import { makeDirectory, makeSpec } from './kit.ts';

interface World {
  readonly clock: VirtualClock;
  readonly directory: string;
  readonly hypervisor: SimulatedHypervisor;
  start(spec: MachineSpec, savedState?: string): Promise<Machine>;
}

const signal = new AbortController().signal;

const using = async (run: (world: World) => Promise<void>, options: Partial<SimulatedOptions> = {}): Promise<void> => {
  const { directory, dispose } = await makeDirectory();
  const clock = createVirtualClock();
  const hypervisor = createSimulatedHypervisor({ clock, ...options });
  try {
    await run({
      clock,
      directory,
      hypervisor,
      start: (spec, savedState) => clock.until(hypervisor.start(spec, { savedState: savedState ?? null, signal })),
    });
  } finally {
    await hypervisor.close();
    await dispose();
  }
};

const collect = async (machine: Machine): Promise<MachineEvent[]> => {
  const events: MachineEvent[] = [];
  for await (const event of machine.events()) events.push(event);
  return events;
};

describe('simulated hypervisor', () => {
  test('the guest agent answers when the guest has booted, and the figures follow', () =>
    using(async ({ clock, directory, start }) => {
      const machine = await start(await makeSpec(directory));
      assert.equal(machine.figures().guestAgent, 'absent');
      assert.equal(machine.figures().guestMemory, null);
      await clock.advance(1999);
      assert.equal(machine.figures().guestAgent, 'absent');
      await clock.advance(1);
      assert.equal(machine.figures().guestAgent, 'ok');
      assert.equal(machine.figures().guestOperatingSystem, 'Simulated Guest');
      await machine.pause();
      assert.equal(machine.figures().processorLoadPercent, 0);
      await machine.resume();
      await machine.reset();
      assert.equal(machine.figures().guestAgent, 'absent');
    }));

  test('a guest hears the power button only when it is up, and time stands still while it is paused', () =>
    using(async ({ clock, directory, start }) => {
      const machine = await start(await makeSpec(directory));
      const events = collect(machine);
      await machine.shutdownGuest();
      await clock.advance(60_000);
      await machine.shutdownGuest();
      await clock.advance(500);
      await machine.pause();
      await clock.advance(60_000);
      await machine.resume();
      await clock.advance(499);
      assert.equal(machine.figures().guestAgent, 'ok');
      await clock.advance(1);
      assert.deepEqual(
        (await events).map((event) => event.kind),
        ['stopped'],
      );
    }));

  test('faults: a call fails as often as it was told, for the system it was told', () =>
    using(async ({ clock, directory, hypervisor, start }) => {
      const one = await makeSpec(directory);
      const two = await makeSpec(directory);
      hypervisor.faults.fail('start', {
        system: one.id,
        times: 2,
        error: new DomainError('outOfMemory', 'No memory.'),
      });
      await start(two);
      await assert.rejects(start(one), { code: 'outOfMemory' });
      await assert.rejects(start(one), { code: 'outOfMemory' });
      const machine = await start(one);
      hypervisor.faults.fail('save');
      const file = join(directory, 'saved');
      await assert.rejects(clock.until(machine.save(file, () => undefined, signal)), { code: 'failed' });
      await assert.rejects(access(file), { code: 'ENOENT' });
      await assert.rejects(access(`${file}.new`), { code: 'ENOENT' });
      await clock.until(machine.save(file, () => undefined, signal));
      hypervisor.faults.fail('restore');
      await assert.rejects(start(one, file), { code: 'failed' });
      await start(one, file);
    }));

  test('faults: crash, I/O error, hang, panic', () =>
    using(async ({ clock, directory, hypervisor, start }) => {
      const spec = await makeSpec(directory);
      const machine = await start(spec);
      const events = collect(machine);
      await clock.advance(5000);
      hypervisor.faults.ioError(spec.id, { disk: 'boot', noSpace: true });
      await machine.resume();
      hypervisor.faults.hang(spec.id);
      assert.equal(machine.figures().guestAgent, 'lost');
      await machine.shutdownGuest();
      await clock.advance(60_000);
      hypervisor.faults.panic(spec.id);
      hypervisor.faults.crash(spec.id, 'killed');
      assert.deepEqual(await events, [
        { kind: 'ioError', disk: 'boot', noSpace: true, reason: 'No space is left on the device.' },
        { kind: 'guestPanicked' },
        { kind: 'stopped', by: 'crash', reason: 'killed' },
      ]);
      assert.equal(hypervisor.machine(spec.id), undefined);
      assert.throws(() => hypervisor.faults.crash(spec.id), /No simulated machine/);
      await start(spec);
    }));

  test('the memory of the host is a limit', () =>
    using(
      async ({ directory, start, hypervisor }) => {
        const [one, two, three] = [await makeSpec(directory), await makeSpec(directory), await makeSpec(directory)];
        await start(one);
        const second = await start(two);
        await assert.rejects(start(three), { hresult: '0x8007000E' });
        await second.turnOff();
        assert.equal(hypervisor.machine(two.id), undefined);
        await start(three);
      },
      { hostMemoryMb: 150 },
    ));

  test('two starts at once do not both get the last memory', () =>
    using(
      async ({ clock, directory, hypervisor }) => {
        const specs = [await makeSpec(directory), await makeSpec(directory)];
        const starts = Promise.allSettled(specs.map((spec) => hypervisor.start(spec, { savedState: null, signal })));
        const results = await clock.until(starts);
        assert.deepEqual(results.map((result) => result.status).toSorted(), ['fulfilled', 'rejected']);
      },
      { hostMemoryMb: 100 },
    ));

  test('a guest that went down while no service watched is gone; one that rebooted is up', async () => {
    const { directory, dispose } = await makeDirectory();
    const clock = createVirtualClock();
    const first = createSimulatedHypervisor({ clock });
    const [down, up] = [await makeSpec(directory), await makeSpec(directory)];
    const machines = await clock.until(
      Promise.all([down, up].map((spec) => first.start(spec, { savedState: null, signal }))),
    );
    await clock.advance(5000);
    await machines[0]?.shutdownGuest();
    await machines[1]?.rebootGuest();
    await first.close();
    await clock.advance(10_000);
    const second = createSimulatedHypervisor({ clock });
    assert.equal(await second.adopt(down, machines[0]?.process ?? { pid: 0, startTicks: 0 }), null);
    const adopted = await second.adopt(up, machines[1]?.process ?? { pid: 0, startTicks: 0 });
    assert.equal(adopted?.machine.figures().guestAgent, 'ok');
    await second.close();
    await dispose();
  });

  test('turning off a machine that is being saved wins over the save', () =>
    using(async ({ clock, directory, start }) => {
      const machine = await start(await makeSpec(directory));
      const file = join(directory, 'saved');
      const saving = machine.save(file, () => undefined, signal);
      saving.catch(() => undefined);
      await assert.rejects(machine.pause(), { code: 'invalidState' });
      await clock.advance(50);
      await machine.turnOff();
      await assert.rejects(clock.until(saving), { code: 'invalidState' });
      await assert.rejects(access(file), { code: 'ENOENT' });
    }));

  test('let go, a machine goes on as it was last, whatever was still to be written', () =>
    using(async ({ clock, directory, hypervisor, start }) => {
      const spec = await makeSpec(directory);
      const machine = await start(spec);
      const changes = [machine.pause(), machine.resume(), machine.pause()];
      await hypervisor.close();
      await Promise.all(changes);
      const next = createSimulatedHypervisor({ clock });
      const adopted = await next.adopt(spec, machine.process);
      await next.close();
      assert.equal(adopted?.state, 'paused');
    }));

  test('a checkpoint in which the service died leaves a machine that runs', () =>
    using(async ({ clock, directory, hypervisor, start }) => {
      const spec = await makeSpec(directory);
      const machine = await start(spec);
      const moment = Promise.withResolvers<void>();
      const over = Promise.withResolvers<void>();
      const atMoment = (): Promise<void> => {
        moment.resolve();
        return over.promise;
      };
      // Its record is still to be written when the guest comes to stand still.
      const resumed = machine.resume();
      const request = { overlays: [], memory: null, freeze: false, atMoment };
      const taken = machine.checkpoint(request, () => undefined, signal);
      await Promise.all([resumed, moment.promise]);
      await hypervisor.close();
      over.resolve();
      await taken;
      const next = createSimulatedHypervisor({ clock });
      const adopted = await next.adopt(spec, machine.process);
      await next.close();
      assert.equal(adopted?.state, 'running');
    }));

  test('COM 1 prints when the guest is up', () =>
    using(async ({ clock, directory, start }) => {
      const spec = await makeSpec(directory);
      await start(spec);
      const client = connect(spec.serialPorts[0]?.socket ?? '');
      const line = new Promise<string>((resolve) => client.once('data', (bytes) => resolve(bytes.toString('latin1'))));
      await new Promise<void>((resolve) => client.once('connect', resolve));
      assert.match(await clock.until(line), /READY mem=64/);
      client.destroy();
    }));

  test('a generation 2 machine gets its files', () =>
    using(async ({ directory, start }) => {
      const spec = await makeSpec(directory);
      const variablesFile = join(directory, 'deep', 'vars.fd');
      const stateDirectory = join(directory, 'tpm');
      await start({
        ...spec,
        generation: 2,
        firmware: { kind: 'uefi', secureBoot: true, variablesFile, bootOrder: ['boot'] },
        tpm: { stateDirectory },
      });
      await access(variablesFile);
      await access(stateDirectory);
    }));

  test('1 000 machines start together, and cost no timer while idle', () =>
    using(async ({ clock, directory, hypervisor }) => {
      const specs: MachineSpec[] = [];
      for (let i = 0; i < 1000; i++) specs.push({ ...(await makeSpec(directory)), serialPorts: [] });
      await clock.until(Promise.all(specs.map((spec) => hypervisor.start(spec, { savedState: null, signal }))));
      assert.equal(clock.sleepers, 0);
      await clock.advance(60_000);
      assert.ok(specs.every((spec) => hypervisor.machine(spec.id)?.figures().guestAgent === 'ok'));
    }));
});
