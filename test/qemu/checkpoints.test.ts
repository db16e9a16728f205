import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { DomainError } from '../../src/core/errors.ts';
import type { Machine } from '../../src/core/ports.ts';
import type { BackingImage, DiskFormat, DiskImage, DiskSpec, MachineSpec } from '../../src/core/machine-spec.ts';
import type { QemuHypervisor } from '../../src/qemu/hypervisor.ts';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';
import { nanoImage } from '../guests/guest-images.ts';
import { fresh, ideDisk, machineSpec, nextEvent, notCancelled, SerialLine, TestHost } from './kit.ts';

const images = createImageTool();
const guest = await nanoImage();
const nothing = async (): Promise<void> => undefined;

const FORMATS: readonly (readonly [string, DiskFormat, string])[] = [
  ['raw', 'raw', ''],
  ['qcow2', 'qcow2', ''],
  ['vhdx', 'vhdx', 'subformat=dynamic'],
  ['vpc', 'vhd', 'subformat=fixed,force_size=on'],
];

/** The nano guest's disk in a format. */
const base = (host: TestHost, driver: string, options: string): string => {
  const file = host.path('base');
  const given = options === '' ? [] : ['-o', options];
  execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', driver, ...given, guest, file]);
  return file;
};

const overlay = async (host: TestHost, name: string, below: DiskImage): Promise<DiskImage> => {
  const file = host.path(name);
  await images.createOverlay(file, below);
  const { file: lower, format } = below;
  return { file, format: 'qcow2', readOnly: false, backing: [{ file: lower, format }, ...(below.backing ?? [])] };
};

/** A machine that runs the nano guest, and what it says. */
class Nano implements Disposable {
  readonly machine: Machine;
  readonly #line: SerialLine;

  private constructor(machine: Machine, line: SerialLine) {
    this.machine = machine;
    this.#line = line;
  }

  static async start(
    host: TestHost,
    hypervisor: QemuHypervisor,
    spec: MachineSpec,
    savedState: string | null = null,
  ): Promise<Nano> {
    const machine = host.keep(await hypervisor.start(spec, { savedState, signal: notCancelled }));
    return Nano.of(machine, spec);
  }

  static async of(machine: Machine, spec: MachineSpec): Promise<Nano> {
    const line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    return new Nano(machine, line);
  }

  /** Writes the next number to disk and memory, so many times. */
  async write(times: number): Promise<void> {
    await this.memory();
    for (let left = times; left > 0; left--) {
      this.#line.write('w');
      await this.#line.expect(/WROTE \d+\s/);
    }
  }

  /** The number in memory. */
  async memory(): Promise<number> {
    return Number((await this.#line.ask('i', /INFO ticks=\d+ seq=(\d+) mem/))[1]);
  }

  /** The number on the disk. */
  async disk(): Promise<number> {
    return Number((await this.#line.ask('r', /SEQ (\d+)\s/))[1]);
  }

  [Symbol.dispose](): void {
    this.#line[Symbol.dispose]();
  }
}

const withImage = (spec: MachineSpec, image: DiskImage): MachineSpec => ({
  ...spec,
  disks: spec.disks.map((disk): DiskSpec => (disk.id === 'ide0' ? { ...disk, image } : disk)),
});

describe('checkpoints of a running machine: disks and memory of one moment (K29)', () => {
  for (const [driver, format, options] of FORMATS) {
    test(`on ${format === 'vhd' ? 'a fixed vhd' : format}: the guest goes on, the checkpoint is of its moment, and merges bring the file back`, async () => {
      await using host = await TestHost.make();
      const hypervisor = await host.hypervisor();
      const first: DiskImage = { file: base(host, driver, options), format, readOnly: false };
      const spec = machineSpec(host, { disks: [ideDisk(first.file, { image: first })] });
      const one = await overlay(host, 'one.qcow2', first);
      const two = await overlay(host, 'two.qcow2', one);
      {
        using nano = await Nano.start(host, hypervisor, spec);
        const { machine } = nano;
        await nano.write(3);
        let still = 0;
        await machine.checkpoint(
          {
            overlays: [{ disk: 'ide0', image: one }],
            memory: host.path('memory1'),
            freeze: false,
            atMoment: async () => void still++,
          },
          () => undefined,
          notCancelled,
        );
        assert.equal(still, 1);
        assert.deepEqual([...(await machine.tops())], [['ide0', one.file]]);
        await nano.write(2);
        assert.equal(await nano.disk(), 5);
        // A second one, disks only, over the first.
        await machine.checkpoint(
          { overlays: [{ disk: 'ide0', image: two }], memory: null, freeze: false, atMoment: nothing },
          () => undefined,
          notCancelled,
        );
        await nano.write(1);
        assert.deepEqual([...(await machine.tops())], [['ide0', two.file]]);
        // The file between goes: where its header can be rewritten, at once.
        const between = machine.merge(
          {
            disk: 'ide0',
            top: one.file,
            base: first,
            begun: nothing,
            switchOver: () => assert.fail('it is not on top'),
          },
          () => undefined,
          notCancelled,
        );
        if (format === 'raw' || format === 'qcow2') {
          await between;
          await machine.merge(
            {
              disk: 'ide0',
              top: one.file,
              base: first,
              begun: nothing,
              switchOver: () => assert.fail('it is gone already'),
            },
            () => undefined,
            notCancelled,
          );
        } else {
          await assert.rejects(
            between,
            (error: unknown) => error instanceof DomainError && error.code === 'notSupported',
          );
          await machine.merge(
            {
              disk: 'ide0',
              top: two.file,
              base: { file: one.file, format: 'qcow2' },
              begun: nothing,
              switchOver: (change) => change(),
            },
            () => undefined,
            notCancelled,
          );
        }
        const top = format === 'raw' || format === 'qcow2' ? two : one;
        assert.deepEqual([...(await machine.tops())], [['ide0', top.file]]);
        await nano.write(1);
        assert.equal(await nano.disk(), 7);
        await machine.merge(
          { disk: 'ide0', top: top.file, base: first, begun: nothing, switchOver: (change) => change() },
          () => undefined,
          notCancelled,
        );
        assert.deepEqual([...(await machine.tops())], [['ide0', first.file]]);
        await nano.write(1);
        assert.deepEqual([await nano.memory(), await nano.disk()], [8, 8]);
        await machine.turnOff();
      }
      // All of it is in the first file now. A machine that starts over an overlay merges too.
      const third = await overlay(host, 'three.qcow2', first);
      const started = withImage(spec, {
        ...third,
        backing: (third.backing ?? []).map((below) => ({ ...below, own: true as const })),
      });
      using again = await Nano.start(host, hypervisor, started);
      await again.memory();
      assert.equal(await again.disk(), 8);
      await again.write(1);
      await again.machine.merge(
        { disk: 'ide0', top: third.file, base: first, begun: nothing, switchOver: (change) => change() },
        () => undefined,
        notCancelled,
      );
      await again.write(1);
      assert.deepEqual([...(await again.machine.tops())], [['ide0', first.file]]);
      await again.machine.turnOff();
      using last = await Nano.start(host, hypervisor, spec);
      await last.memory();
      // The memory was fresh: the guest counted from one again.
      assert.equal(await last.disk(), 2);
    });
  }

  // As root QEMU may watch the guest's writes; its own user may not, unless the operator lets it (K29).
  for (const user of ['auto', 'self'] as const)
    test(`restored (QEMU's user: ${user}): memory and disks are those of the moment, again and again`, async (t) => {
      await using host = await TestHost.make();
      const hypervisor = await host.hypervisor(user);
      const first: DiskImage = { file: base(host, 'raw', ''), format: 'raw', readOnly: false };
      const second = host.path('second.raw');
      await writeFile(second, Buffer.alloc(1 << 20));
      const other: DiskImage = { file: second, format: 'raw', readOnly: false };
      const spec = machineSpec(host, {
        disks: [ideDisk(first.file, { image: first }), ideDisk(second, { id: 'ide1', slot: 1, image: other })],
      });
      {
        using nano = await Nano.start(host, hypervisor, spec);
        await nano.write(3);
        // The guest writes all the time, and the moment falls anywhere between.
        const stop = new AbortController();
        const writing = (async () => {
          while (!stop.signal.aborted) await nano.write(1);
        })();
        await nano.machine.checkpoint(
          {
            overlays: [
              { disk: 'ide0', image: await overlay(host, 'one.qcow2', first) },
              { disk: 'ide1', image: await overlay(host, 'other.qcow2', other) },
            ],
            memory: host.path('memory'),
            freeze: false,
            atMoment: async () => {
              const way = existsSync(host.path('memory.partial'))
                ? 'memory first, then the moment'
                : 'the moment first';
              t.diagnostic(`QEMU's user ${user}: ${way}`);
            },
          },
          () => undefined,
          notCancelled,
        );
        stop.abort();
        await writing;
        await nano.write(2);
        await nano.machine.turnOff();
      }
      const seen: number[] = [];
      for (let round = 0; round < 3; round++) {
        const image = await overlay(host, `again${round}.qcow2`, first);
        using nano = await Nano.start(host, hypervisor, withImage(spec, image), host.path('memory'));
        const memory = await nano.memory();
        const disk = await nano.disk();
        // The number goes to the disk first.
        assert.ok(memory >= 3 && (disk === memory || disk === memory + 1), `memory ${memory}, disk ${disk}`);
        await nano.write(1);
        seen.push(memory);
        await nano.machine.turnOff();
      }
      assert.equal(new Set(seen).size, 1);
    });

  test('a paused machine stays paused, and can be saved, checked and resumed afterwards', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const first: DiskImage = { file: base(host, 'qcow2', ''), format: 'qcow2', readOnly: false };
    const spec = machineSpec(host, { disks: [ideDisk(first.file, { image: first })] });
    using nano = await Nano.start(host, hypervisor, spec);
    await nano.write(2);
    await nano.machine.pause();
    const one = await overlay(host, 'one.qcow2', first);
    const two = await overlay(host, 'two.qcow2', one);
    const take = (image: DiskImage, memory: string): Promise<void> =>
      nano.machine.checkpoint(
        { overlays: [{ disk: 'ide0', image }], memory: host.path(memory), freeze: false, atMoment: nothing },
        () => undefined,
        notCancelled,
      );
    await take(one, 'memory1');
    await take(two, 'memory2');
    await nano.machine.merge(
      {
        disk: 'ide0',
        top: two.file,
        base: { file: one.file, format: 'qcow2' },
        begun: nothing,
        switchOver: (change) => change(),
      },
      () => undefined,
      notCancelled,
    );
    await nano.machine.resume();
    await nano.write(1);
    assert.deepEqual([await nano.memory(), await nano.disk()], [3, 3]);
    await nano.machine.save(host.path('saved'), () => undefined, notCancelled);
  });

  test('one that a service dies of leaves nothing in QEMU that a save of the next service would stumble over', async () => {
    await using host = await TestHost.make();
    // As root QEMU watches the guest's writes, and was told to.
    const hypervisor = await host.hypervisor('self');
    const first: DiskImage = { file: base(host, 'raw', ''), format: 'raw', readOnly: false };
    const spec = machineSpec(host, { disks: [ideDisk(first.file, { image: first })] });
    const one = await overlay(host, 'one.qcow2', first);
    {
      using nano = await Nano.start(host, hypervisor, spec);
      await nano.write(2);
      const dies = Promise.withResolvers<void>();
      const { process } = nano.machine;
      void nano.machine
        .checkpoint(
          {
            overlays: [{ disk: 'ide0', image: one }],
            memory: host.path('memory'),
            freeze: false,
            atMoment: () => {
              dies.resolve();
              return new Promise(() => undefined);
            },
          },
          () => undefined,
          notCancelled,
        )
        .catch(() => undefined);
      await dies.promise;
      await hypervisor.close();
      const next = await host.hypervisor('self');
      const adopted = await next.adopt(withImage(spec, one), process);
      assert.equal(adopted?.state, 'running');
      await nano.write(1);
      await adopted.machine.save(host.path('saved'), () => undefined, notCancelled);
      using again = await Nano.start(host, next, withImage(spec, one), host.path('saved'));
      assert.deepEqual([await again.memory(), await again.disk()], [3, 3]);
    }
  });

  test('a checkpoint that is refused or cancelled leaves the guest as it was', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const first: DiskImage = { file: base(host, 'raw', ''), format: 'raw', readOnly: false };
    const spec = machineSpec(host, { disks: [ideDisk(first.file, { image: first })] });
    using nano = await Nano.start(host, hypervisor, spec);
    await nano.write(1);
    const one = await overlay(host, 'one.qcow2', first);
    const take = (changes: { memory?: string | null; freeze?: boolean; signal?: AbortSignal }): Promise<void> =>
      nano.machine.checkpoint(
        {
          overlays: [{ disk: 'ide0', image: one }],
          memory: changes.memory ?? null,
          freeze: changes.freeze ?? false,
          atMoment: nothing,
        },
        () => undefined,
        changes.signal ?? notCancelled,
      );
    await assert.rejects(take({ freeze: true }), DomainError);
    await assert.rejects(take({ memory: host.path('no/such/folder') }), DomainError);
    await assert.rejects(take({ memory: host.path('memory'), signal: AbortSignal.abort() }), DomainError);
    assert.deepEqual([...(await nano.machine.tops())], [['ide0', first.file]]);
    await nano.write(1);
    assert.equal(await nano.disk(), 2);
    // And the same overlay serves the next attempt.
    await take({ memory: host.path('memory') });
    await nano.write(1);
    assert.deepEqual([...(await nano.machine.tops())], [['ide0', one.file]]);
  });

  test('a merge that is interrupted is begun again; the next service ends what a former one left', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const first: DiskImage = { file: base(host, 'raw', ''), format: 'raw', readOnly: false };
    const spec = machineSpec(host, { disks: [ideDisk(first.file, { image: first })] });
    const one = await overlay(host, 'one.qcow2', first);
    const machine = host.keep(await hypervisor.start(spec, fresh));
    {
      using nano = await Nano.of(machine, spec);
      await nano.write(2);
    }
    await machine.checkpoint(
      { overlays: [{ disk: 'ide0', image: one }], memory: null, freeze: false, atMoment: nothing },
      () => undefined,
      notCancelled,
    );
    const base2: BackingImage = { file: first.file, format: 'raw' };
    const stop = new AbortController();
    await assert.rejects(
      machine.merge(
        {
          disk: 'ide0',
          top: one.file,
          base: base2,
          begun: nothing,
          switchOver: async () => {
            stop.abort(new DomainError('failed', 'Enough.'));
            throw new DomainError('failed', 'Enough.');
          },
        },
        () => undefined,
        stop.signal,
      ),
      /Enough/,
    );
    assert.deepEqual([...(await machine.tops())], [['ide0', one.file]]);
    // The service dies in the moment in which the guest stands still and the drive has changed over.
    const dead = Promise.withResolvers<void>();
    void machine
      .merge(
        {
          disk: 'ide0',
          top: one.file,
          base: base2,
          begun: nothing,
          switchOver: async (change) => {
            await change();
            dead.resolve();
            await new Promise<void>(() => undefined);
          },
        },
        () => undefined,
        notCancelled,
      )
      .catch(() => undefined);
    await dead.promise;
    await hypervisor.close();
    const next = await host.hypervisor();
    const adopted = await next.adopt(withImage(spec, one), machine.process);
    assert.ok(adopted !== null);
    assert.equal(adopted.resume, true);
    assert.deepEqual([...(await adopted.machine.tops())], [['ide0', first.file]]);
    await adopted.machine.resume();
    using nano = await Nano.of(adopted.machine, spec);
    await nano.write(1);
    assert.deepEqual([await nano.memory(), await nano.disk()], [3, 3]);
    const events = adopted.machine.events()[Symbol.asyncIterator]();
    await adopted.machine.turnOff();
    await nextEvent(events, 'stopped');
  });
});
