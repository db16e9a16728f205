import assert from 'node:assert/strict';
import { access, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DomainError } from '../../src/core/errors.ts';
import type { DiskSpec, Hypervisor, Machine, MachineEvent, MachineSpec } from '../../src/core/ports.ts';

/** A hypervisor with what the suite needs around it. */
export interface HypervisorUnderTest {
  readonly hypervisor: Hypervisor;
  readonly directory: string;
  /**
   * A generation 1 machine with files of its own: an IDE disk that boots the test guest, an empty CD drive at IDE, no
   * SCSI disk yet, one network adapter without a network, COM 1 on a socket.
   */
  makeSpec(): Promise<MachineSpec>;
  /** A blank image that may be attached as a SCSI disk. */
  makeImage(): Promise<NonNullable<DiskSpec['image']>>;
  /** A readable CD image. */
  makeIso(): Promise<NonNullable<DiskSpec['image']>>;
  /** Lets go of the machines and opens another hypervisor, as a restarted service does. */
  restart(): Promise<Hypervisor>;
  /** Waits; runs virtual time on the way where there is one. */
  until<T>(promise: Promise<T>): Promise<T>;
  /** Resolves when the guest is up, hears the power button, and answers at COM 1. */
  guestReady(machine: Machine, spec: MachineSpec): Promise<void>;
  /** Changes a word of the guest's memory, through the socket of COM 1, and tells it. */
  changeMemory(socket: string): Promise<string>;
  /** The word of the guest's memory now. */
  readMemory(socket: string): Promise<string>;
  dispose(): Promise<void>;
}

const noSignal = new AbortController().signal;

const socketOf = (spec: MachineSpec): string => {
  const socket = spec.serialPorts[0]?.socket;
  assert.ok(socket);
  return socket;
};

/** Reads the events of a machine in the background. */
const record = (
  machine: Machine,
): {
  readonly events: MachineEvent[];
  readonly ended: Promise<void>;
  next(kind: MachineEvent['kind']): Promise<MachineEvent>;
} => {
  const events: MachineEvent[] = [];
  const waiting: { readonly kind: string; readonly resolve: (event: MachineEvent) => void }[] = [];
  const ended = (async () => {
    for await (const event of machine.events()) {
      events.push(event);
      for (const waiter of waiting.splice(0)) {
        if (waiter.kind === event.kind) waiter.resolve(event);
        else waiting.push(waiter);
      }
    }
  })();
  return {
    events,
    ended,
    next: (kind) => {
      const seen = events.find((event) => event.kind === kind);
      return seen === undefined ? new Promise((resolve) => waiting.push({ kind, resolve })) : Promise.resolve(seen);
    },
  };
};

const refusal =
  (hresult: string | null, text?: string) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof DomainError, String(error));
    if (hresult !== null) assert.equal(error.hresult, hresult);
    if (text !== undefined) assert.ok(error.message.includes(text), error.message);
    return true;
  };

/**
 * What every adapter of the port Hypervisor holds.
 * `guestListens`: the test guest turns itself off and reboots when asked through the agent or the power button.
 */
export const hypervisorContract = (
  name: string,
  guestListens: boolean,
  open: () => Promise<HypervisorUnderTest>,
): void => {
  const using = async (run: (under: HypervisorUnderTest) => Promise<void>): Promise<void> => {
    const under = await open();
    try {
      await run(under);
    } finally {
      await under.dispose();
    }
  };

  const start = (under: HypervisorUnderTest, spec: MachineSpec, savedState: string | null = null): Promise<Machine> =>
    under.until(under.hypervisor.start(spec, { savedState, signal: noSignal }));

  const startReady = async (under: HypervisorUnderTest, spec: MachineSpec): Promise<Machine> => {
    const machine = await start(under, spec);
    await under.until(under.guestReady(machine, spec));
    return machine;
  };

  const turnOff = (under: HypervisorUnderTest, machine: Machine): Promise<void> => under.until(machine.turnOff());

  describe(`hypervisor contract: ${name}`, () => {
    test('start, turn off: the stop is told once, the events end, and the machine can start again', () =>
      using(async (under) => {
        const spec = await under.makeSpec();
        const machine = await start(under, spec);
        assert.equal(machine.id, spec.id);
        assert.ok(machine.process.pid > 1);
        const { events, ended } = record(machine);
        await turnOff(under, machine);
        await under.until(ended);
        assert.deepEqual(
          events.map((event) => event.kind),
          ['stopped'],
        );
        assert.deepEqual(events[0], { kind: 'stopped', by: 'host', reason: null });
        await assert.rejects(under.until(machine.pause()), refusal(null));
        await assert.rejects(under.until(machine.screenshot()), refusal(null));
        const again = await start(under, spec);
        assert.notEqual(again.process.pid, machine.process.pid);
        await turnOff(under, again);
      }));

    test('lifecycle L10 a missing disk is named, and nothing is left of the attempt', () =>
      using(async (under) => {
        const spec = await under.makeSpec();
        const file = join(under.directory, 'gone.img');
        const missing: DiskSpec = {
          id: 'missing',
          bus: 'ide',
          controller: 1,
          slot: 1,
          media: 'disk',
          image: { file, format: 'raw', readOnly: false },
          iopsLimit: null,
        };
        await assert.rejects(start(under, { ...spec, disks: [...spec.disks, missing] }), refusal('0x80070002', file));
        await turnOff(under, await start(under, spec));
      }));

    test('a disk has one writer', () =>
      using(async (under) => {
        const spec = await under.makeSpec();
        const other = await under.makeSpec();
        const machine = await start(under, spec);
        await assert.rejects(
          start(under, { ...other, disks: spec.disks }),
          refusal('0x80070020', spec.disks[0]?.image?.file ?? 'no disk'),
        );
        await turnOff(under, machine);
        await turnOff(under, await start(under, { ...other, disks: spec.disks }));
      }));

    test('a system runs once', () =>
      using(async (under) => {
        const spec = await under.makeSpec();
        const starting = under.hypervisor.start(spec, { savedState: null, signal: noSignal });
        await assert.rejects(start(under, spec), refusal(null));
        const machine = await under.until(starting);
        await assert.rejects(start(under, spec), refusal(null));
        await turnOff(under, machine);
      }));

    test('a start that is cancelled leaves nothing', () =>
      using(async (under) => {
        const spec = await under.makeSpec();
        const abort = new AbortController();
        const starting = under.hypervisor.start(spec, { savedState: null, signal: abort.signal });
        abort.abort(new DomainError('failed', 'cancelled'));
        await assert.rejects(under.until(starting));
        await turnOff(under, await start(under, spec));
      }));

    test('pause and resume; each is told', () =>
      using(async (under) => {
        const spec = await under.makeSpec();
        const machine = await startReady(under, spec);
        const { next } = record(machine);
        const word = await under.until(under.changeMemory(socketOf(spec)));
        await under.until(machine.pause());
        await under.until(next('paused'));
        await under.until(machine.resume());
        await under.until(next('resumed'));
        assert.equal(await under.until(under.readMemory(socketOf(spec))), word);
        await turnOff(under, machine);
      }));

    test('L7 a hard reset boots the guest anew', () =>
      using(async (under) => {
        const spec = await under.makeSpec();
        const machine = await startReady(under, spec);
        const { next } = record(machine);
        const word = await under.until(under.changeMemory(socketOf(spec)));
        await under.until(machine.reset());
        assert.deepEqual(await under.until(next('reset')), { kind: 'reset', by: 'host' });
        await under.until(under.guestReady(machine, spec));
        assert.notEqual(await under.until(under.readMemory(socketOf(spec))), word);
        await turnOff(under, machine);
      }));

    test('L3 save ends the process and writes a file; restore brings the memory back', () =>
      using(async (under) => {
        const spec = await under.makeSpec();
        const machine = await startReady(under, spec);
        const { events, ended } = record(machine);
        const word = await under.until(under.changeMemory(socketOf(spec)));
        const file = join(under.directory, 'saved');
        const fractions: number[] = [];
        await under.until(machine.save(file, (fraction) => fractions.push(fraction), noSignal));
        await under.until(ended);
        assert.deepEqual(events.at(-1), { kind: 'stopped', by: 'host', reason: null });
        assert.ok((await stat(file)).size > 0);
        assert.ok(fractions.length > 0 && fractions.every((fraction) => fraction >= 0 && fraction <= 1));
        const restored = await start(under, spec, file);
        assert.equal(await under.until(under.readMemory(socketOf(spec))), word);
        await turnOff(under, restored);
      }));

    test('a save that is cancelled leaves no file, and the guest goes on', () =>
      using(async (under) => {
        const spec = await under.makeSpec();
        const machine = await startReady(under, spec);
        const word = await under.until(under.changeMemory(socketOf(spec)));
        const file = join(under.directory, 'saved');
        const abort = new AbortController();
        const saving = machine.save(file, () => undefined, abort.signal);
        abort.abort(new DomainError('failed', 'cancelled'));
        await assert.rejects(under.until(saving));
        await assert.rejects(access(file), { code: 'ENOENT' });
        assert.equal(await under.until(under.readMemory(socketOf(spec))), word);
        await turnOff(under, machine);
      }));

    test('a save that cannot write its file fails, and the guest goes on', () =>
      using(async (under) => {
        const spec = await under.makeSpec();
        const machine = await startReady(under, spec);
        const word = await under.until(under.changeMemory(socketOf(spec)));
        const file = join(under.directory, 'no such folder', 'saved');
        await assert.rejects(under.until(machine.save(file, () => undefined, noSignal)), refusal(null));
        assert.equal(await under.until(under.readMemory(socketOf(spec))), word);
        await turnOff(under, machine);
      }));

    test('a damaged saved state is refused, and the machine can start without it', () =>
      using(async (under) => {
        const spec = await under.makeSpec();
        const file = join(under.directory, 'saved');
        await assert.rejects(start(under, spec, file), refusal('0x80070002', file));
        const machine = await startReady(under, spec);
        await under.until(machine.save(file, () => undefined, noSignal));
        const bytes = await readFile(file);
        await writeFile(file, bytes.subarray(0, Math.floor(bytes.length / 2)));
        await assert.rejects(start(under, spec, file), refusal(null));
        await turnOff(under, await start(under, spec));
      }));

    test('screenshot: a whole picture', () =>
      using(async (under) => {
        const spec = await under.makeSpec();
        const machine = await startReady(under, spec);
        const { width, height, rgb } = await under.until(machine.screenshot());
        assert.ok(width >= 80 && height >= 25);
        assert.equal(rgb.length, width * height * 3);
        await turnOff(under, machine);
      }));

    test('keys, NMI, memory and I/O limits are taken by a running machine', () =>
      using(async (under) => {
        const spec = await under.makeSpec();
        const machine = await startReady(under, spec);
        await under.until(
          machine.typeKeys([
            { keyCode: 0x41, action: 'press' },
            { keyCode: 0x41, action: 'release' },
          ]),
        );
        await under.until(machine.injectNmi());
        await under.until(machine.setMemory(spec.memory.mb - 8));
        await assert.rejects(under.until(machine.setMemory(spec.memory.mb * 4)), { code: 'invalidState' });
        await assert.rejects(under.until(machine.setMemory(0)), refusal(null));
        const disk = spec.disks.find((each) => each.media === 'disk');
        await under.until(machine.setIopsLimit(disk?.id ?? '', 500));
        await under.until(machine.setIopsLimit(disk?.id ?? '', null));
        await assert.rejects(under.until(machine.setIopsLimit('no such drive', 500)), refusal(null));
        await turnOff(under, machine);
      }));

    test('a CD is inserted, changed and ejected; a missing one is refused and the old one stays', () =>
      using(async (under) => {
        const spec = await under.makeSpec();
        const drive = spec.disks.find((disk) => disk.media === 'cd')?.id ?? '';
        const disk = spec.disks.find((each) => each.media === 'disk')?.id ?? '';
        const machine = await startReady(under, spec);
        const iso = await under.makeIso();
        await under.until(machine.changeMedium(drive, iso));
        const missing = { ...iso, file: join(under.directory, 'none.iso') };
        await assert.rejects(under.until(machine.changeMedium(drive, missing)), refusal('0x80070002', missing.file));
        await under.until(machine.changeMedium(drive, await under.makeIso()));
        await under.until(machine.changeMedium(drive, null));
        await assert.rejects(under.until(machine.changeMedium(disk, iso)), refusal(null));
        await assert.rejects(under.until(machine.changeMedium('no such drive', iso)), refusal(null));
        await turnOff(under, machine);
      }));

    test('SCSI disks come and go while the machine runs; IDE disks do not', () =>
      using(async (under) => {
        const spec = await under.makeSpec();
        const machine = await startReady(under, spec);
        const image = await under.makeImage();
        const disk: DiskSpec = {
          id: 'hot',
          bus: 'scsi',
          controller: 0,
          slot: 1,
          media: 'disk',
          image,
          iopsLimit: null,
        };
        await under.until(machine.addDisk(disk));
        await assert.rejects(under.until(machine.addDisk({ ...disk, slot: 2 })), refusal(null));
        const missing = { ...image, file: join(under.directory, 'none.img') };
        await assert.rejects(
          under.until(machine.addDisk({ ...disk, id: 'none', slot: 3, image: missing })),
          refusal('0x80070002', missing.file),
        );
        await assert.rejects(
          under.until(
            machine.addDisk({ ...disk, id: 'ide', bus: 'ide', controller: 1, slot: 1, image: await under.makeImage() }),
          ),
          refusal(null),
        );
        await under.until(machine.removeDisk('hot'));
        await assert.rejects(under.until(machine.removeDisk('hot')), refusal(null));
        await under.until(machine.addDisk(disk));
        await turnOff(under, machine);
      }));

    test('network adapters come, are plugged elsewhere, and go', () =>
      using(async (under) => {
        const spec = await under.makeSpec();
        const machine = await startReady(under, spec);
        const adapter = { id: 'hotnic', mac: '00155D010203', emulated: false, network: { kind: 'none' } } as const;
        await under.until(machine.addAdapter(adapter));
        await under.until(machine.connectAdapter({ ...adapter, network: { kind: 'user' } }));
        await under.until(machine.connectAdapter(adapter));
        await assert.rejects(under.until(machine.connectAdapter({ ...adapter, id: 'no such adapter' })), refusal(null));
        await under.until(machine.removeAdapter('hotnic'));
        await assert.rejects(under.until(machine.removeAdapter('hotnic')), refusal(null));
        await turnOff(under, machine);
      }));

    test('a serial port moves to another socket', () =>
      using(async (under) => {
        const spec = await under.makeSpec();
        const machine = await startReady(under, spec);
        const word = await under.until(under.changeMemory(socketOf(spec)));
        const socket = join(under.directory, 'moved.sock');
        await under.until(machine.connectSerial({ id: spec.serialPorts[0]?.id ?? '', socket }));
        assert.equal(await under.until(under.readMemory(socket)), word);
        await turnOff(under, machine);
      }));

    if (guestListens) {
      test('a guest that is asked turns itself off', () =>
        using(async (under) => {
          const spec = await under.makeSpec();
          const machine = await startReady(under, spec);
          const { ended, events } = record(machine);
          await under.until(machine.shutdownGuest());
          await under.until(ended);
          assert.deepEqual(events.at(-1), { kind: 'stopped', by: 'guest', reason: null });
        }));

      test('a guest that is asked reboots; with offOnReboot that is its end', () =>
        using(async (under) => {
          const spec = await under.makeSpec();
          const machine = await startReady(under, spec);
          const { next } = record(machine);
          await under.until(machine.rebootGuest());
          assert.deepEqual(await under.until(next('reset')), { kind: 'reset', by: 'guest' });
          await turnOff(under, machine);
          const off = await startReady(under, { ...spec, offOnReboot: true });
          const { ended, events } = record(off);
          await under.until(off.rebootGuest());
          await under.until(ended);
          assert.equal(events.at(-1)?.kind, 'stopped');
        }));
    }

    for (const state of ['running', 'paused'] as const)
      test(`a ${state} machine outlives the service and is adopted as ${state}`, () =>
        using(async (under) => {
          const spec = await under.makeSpec();
          const machine = await startReady(under, spec);
          const former = record(machine);
          const word = await under.until(under.changeMemory(socketOf(spec)));
          if (state === 'paused') await under.until(machine.pause());
          const next = await under.until(under.restart());
          await under.until(former.ended);
          assert.ok(!former.events.some((event) => event.kind === 'stopped'), 'letting go is no stop');
          const adopted = await under.until(next.adopt(spec, machine.process));
          assert.equal(adopted?.state, state);
          assert.deepEqual(adopted?.machine.process, machine.process);
          await assert.rejects(under.until(next.start(spec, { savedState: null, signal: noSignal })), refusal(null));
          if (state === 'paused') await under.until(adopted.machine.resume());
          assert.equal(await under.until(under.readMemory(socketOf(spec))), word);
          const { ended } = record(adopted.machine);
          await under.until(adopted.machine.turnOff());
          await under.until(ended);
        }));

    test('a process that is gone, or another one, is not adopted', () =>
      using(async (under) => {
        const spec = await under.makeSpec();
        const machine = await start(under, spec);
        const { process } = machine;
        const next = await under.until(under.restart());
        const other = { pid: 1, startTicks: process.startTicks };
        assert.equal(await under.until(next.adopt(spec, other)), null);
        const adopted = await under.until(next.adopt(spec, process));
        assert.ok(adopted);
        await under.until(adopted.machine.turnOff());
        assert.equal(await under.until(next.adopt(spec, process)), null);
      }));
  });
};
