import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { access, open as openFile, readFile, stat } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { DomainError } from '../../src/core/errors.ts';
import type { CheckpointRequest, Machine } from '../../src/core/ports.ts';
import type { DiskImage, DiskSpec, MachineSpec } from '../../src/core/machine-spec.ts';
import { Bench, bootDiskOf, noSignal, type OpenHypervisor, record } from './kit.ts';

const run = promisify(execFile);
const unseen = (): void => undefined;
const nothing = async (): Promise<void> => undefined;
const MARK = Buffer.alloc(512, 'mark');

/** A machine with a second disk that holds a mark, and the overlays of its checkpoints. */
class Chained {
  readonly #bench: Bench;
  readonly spec: MachineSpec;
  readonly #data: DiskSpec;

  private constructor(bench: Bench, spec: MachineSpec, data: DiskSpec) {
    this.#bench = bench;
    this.spec = spec;
    this.#data = data;
  }

  static async make(bench: Bench): Promise<Chained> {
    const spec = await bench.under.makeSpec();
    const image = await bench.under.makeImage();
    await using handle = await openFile(image.file, 'r+');
    await handle.write(MARK, 0, MARK.length, 1024);
    const data: DiskSpec = { ...bootDiskOf(spec), id: 'data', bus: 'scsi', controller: 0, slot: 1, image };
    return new Chained(bench, { ...spec, disks: [...spec.disks, data] }, data);
  }

  image(disk: string): DiskImage {
    return this.spec.disks.find(({ id }) => id === disk)?.image ?? assert.fail(disk);
  }

  get base(): DiskImage {
    return this.#data.image ?? assert.fail();
  }

  /** An empty overlay over what the drive has. */
  async overlay(below: DiskImage, name: string): Promise<DiskImage> {
    const file = join(this.#bench.under.directory, `${name}.qcow2`);
    await this.#bench.until(this.#bench.under.images.createOverlay(file, below));
    const { file: lower, format } = below;
    return { file, format: 'qcow2', readOnly: false, backing: [{ file: lower, format }, ...(below.backing ?? [])] };
  }

  /** Overlays over both disks. */
  async overlays(): Promise<CheckpointRequest['overlays']> {
    return Promise.all(
      ['boot', 'data'].map(async (disk) => ({ disk, image: await this.overlay(this.image(disk), `${disk}-1`) })),
    );
  }

  with(disk: string, image: DiskImage): MachineSpec {
    const disks = this.spec.disks.map((each) => (each.id === disk ? { ...each, image } : each));
    return { ...this.spec, disks };
  }

  checkpoint(machine: Machine, changes: Partial<CheckpointRequest>, signal = noSignal): Promise<void> {
    return machine.checkpoint(
      { overlays: [], memory: null, freeze: false, atMoment: nothing, ...changes },
      unseen,
      signal,
    );
  }
}

/** The mark, read through a file and all below it that its header names. */
const markIn = async (image: DiskImage, directory: string): Promise<boolean> => {
  const flat = join(directory, 'flat.raw');
  await run('qemu-img', ['convert', '-U', '-f', image.format, '-O', 'raw', image.file, flat]);
  return (await readFile(flat)).subarray(1024, 1024 + MARK.length).equals(MARK);
};

const backingOf = async (file: string): Promise<string | null> => {
  const { stdout } = await run('qemu-img', ['info', '-U', '--output=json', file]);
  const { 'full-backing-filename': name } = JSON.parse(stdout) as { 'full-backing-filename'?: string };
  return name === undefined ? null : normalize(name);
};

/** Checkpoints, merges and streams of a running machine (K29). */
export const checkpointContract = (open: OpenHypervisor): void => {
  test('a checkpoint has memory and disks of one moment; the guest goes on over the overlays', async () => {
    await using bench = await Bench.open(open);
    const chained = await Chained.make(bench);
    const { spec } = chained;
    const machine = await bench.startReady(spec);
    const { events } = record(machine);
    const word = await bench.changeMemory(spec);
    const overlays = await chained.overlays();
    const memory = join(bench.under.directory, 'memory');
    let moments = 0;
    await bench.until(chained.checkpoint(machine, { overlays, memory, atMoment: async () => void moments++ }));
    assert.equal(moments, 1);
    assert.deepEqual(await machine.tops(), new Map(overlays.map(({ disk, image }) => [disk, image.file])));
    assert.equal((await stat(memory)).mode & 0o077, 0, 'memory is for nobody else to read');
    assert.equal(await bench.readMemory(spec), word);
    assert.notEqual(await bench.changeMemory(spec), word);
    assert.deepEqual(events, [], 'it stood still within the call');
    await bench.turnOff(machine);
    // As it was at the moment, as often as it is asked for.
    for (let times = 0; times < 2; times++) {
      const again = await bench.start(spec, memory);
      assert.equal(await bench.readMemory(spec), word);
      await bench.turnOff(again);
    }
  });

  test('disks only: the memory of the guest is not touched; a paused guest stays paused', async () => {
    await using bench = await Bench.open(open);
    const chained = await Chained.make(bench);
    const { spec } = chained;
    const machine = await bench.startReady(spec);
    const { events } = record(machine);
    const word = await bench.changeMemory(spec);
    const [boot, data] = await chained.overlays();
    assert.ok(boot && data);
    await bench.until(chained.checkpoint(machine, { overlays: [boot] }));
    await bench.until(machine.pause());
    const memory = join(bench.under.directory, 'memory');
    await bench.until(chained.checkpoint(machine, { overlays: [data], memory }));
    assert.deepEqual([...(await machine.tops()).values()], [boot.image.file, data.image.file]);
    const next = await bench.until(bench.under.restart());
    const adopted = await bench.until(
      next.adopt(
        {
          ...spec,
          disks: spec.disks.map((disk) => ({
            ...disk,
            image: boot.disk === disk.id ? boot.image : data.disk === disk.id ? data.image : disk.image,
          })),
        },
        machine.process,
      ),
    );
    assert.equal(adopted?.state, 'paused');
    assert.deepEqual([...(await adopted.machine.tops()).values()], [boot.image.file, data.image.file]);
    await bench.until(adopted.machine.resume());
    assert.equal(await bench.readMemory(spec), word);
    assert.deepEqual(events, []);
    await bench.turnOff(adopted.machine);
  });

  test('a checkpoint that is cancelled or cannot be made leaves no memory file, and the guest goes on', async () => {
    await using bench = await Bench.open(open);
    const chained = await Chained.make(bench);
    const { spec, base } = chained;
    const machine = await bench.startReady(spec);
    const word = await bench.changeMemory(spec);
    const image = await chained.overlay(base, 'one');
    const memory = join(bench.under.directory, 'memory');
    const cancelled = new DomainError('failed', 'cancelled');
    await bench.refuses(
      chained.checkpoint(machine, { overlays: [{ disk: 'data', image }], memory }, AbortSignal.abort(cancelled)),
    );
    const missing = { ...image, file: join(bench.under.directory, 'none.qcow2') };
    await bench.refuses(chained.checkpoint(machine, { overlays: [{ disk: 'data', image: missing }] }));
    await assert.rejects(access(memory), { code: 'ENOENT' });
    assert.equal((await machine.tops()).get('data'), base.file);
    assert.equal(await bench.readMemory(spec), word);
    await bench.until(chained.checkpoint(machine, { overlays: [{ disk: 'data', image }], memory }));
    assert.equal((await machine.tops()).get('data'), image.file);
    await bench.turnOff(machine);
  });

  test('overlays that come to be made and recorded meanwhile: no drive changes over before; one that cannot be says why', async () => {
    await using bench = await Bench.open(open);
    const chained = await Chained.make(bench);
    const { spec, base } = chained;
    const machine = await bench.startReady(spec);
    const { events } = record(machine);
    const image = { ...base, file: join(bench.under.directory, 'late.qcow2'), format: 'qcow2' as const };
    const overlays = [{ disk: 'data', image }];
    const memory = join(bench.under.directory, 'memory');
    const refused = new DomainError('failed', 'There is too little room for the checkpoint.');
    const lack = Promise.reject(refused);
    lack.catch(unseen);
    const early = [{ disk: 'data', image: await chained.overlay(base, 'early') }];
    for (const request of [
      { overlays, made: lack },
      { overlays: early, recorded: lack },
    ]) {
      await assert.rejects(bench.until(chained.checkpoint(machine, { memory, ...request })), refused);
      await assert.rejects(access(memory), { code: 'ENOENT' });
      assert.equal((await machine.tops()).get('data'), base.file);
    }
    const made = Promise.withResolvers<void>();
    const recorded = Promise.withResolvers<void>();
    const word = await bench.changeMemory(spec);
    const taken = chained.checkpoint(machine, { overlays, memory, made: made.promise, recorded: recorded.promise });
    // The guest does not wait for its overlays.
    assert.equal(await bench.readMemory(spec), word);
    await chained.overlay(base, 'late');
    made.resolve();
    assert.equal(await bench.readMemory(spec), word);
    assert.equal((await machine.tops()).get('data'), base.file);
    recorded.resolve();
    await bench.until(taken);
    assert.equal((await machine.tops()).get('data'), image.file);
    assert.deepEqual(events, [], 'it stood still within the call');
    await bench.turnOff(machine);
    await bench.turnOff(await bench.start(chained.with('data', { ...image, backing: [base] }), memory));
  });

  test('the file on top is merged down: the guest stands still until the new name is recorded', async () => {
    await using bench = await Bench.open(open);
    const chained = await Chained.make(bench);
    const { base } = chained;
    const top = await chained.overlay(base, 'top');
    const spec = chained.with('data', top);
    const machine = await bench.startReady(spec);
    const { events } = record(machine);
    let [begun, switches] = [0, 0];
    const request = {
      disk: 'data',
      top: top.file,
      base,
      begun: async () => {
        begun++;
        assert.equal(switches, 0);
        assert.equal((await machine.tops()).get('data'), top.file);
      },
      switchOver: async (change: () => Promise<void>) => {
        switches++;
        await change();
        assert.equal((await machine.tops()).get('data'), base.file);
      },
    };
    await bench.until(machine.merge(request, unseen, noSignal));
    assert.deepEqual([begun, switches], [1, 1]);
    // What is done already is done at once.
    await bench.until(machine.merge(request, unseen, noSignal));
    assert.deepEqual([begun, switches], [1, 1]);
    assert.equal((await machine.tops()).get('data'), base.file);
    assert.equal(await bench.readMemory(spec), '0');
    assert.deepEqual(events, []);
    await bench.turnOff(machine);
    assert.ok(await markIn(base, bench.under.directory));
  });

  test('a file in the middle is merged down: the one above lies over the lower one then', async () => {
    await using bench = await Bench.open(open);
    const chained = await Chained.make(bench);
    const { base } = chained;
    const middle = await chained.overlay(base, 'middle');
    const top = await chained.overlay(middle, 'top');
    const spec = chained.with('data', top);
    const machine = await bench.startReady(spec);
    const switchOver = (): Promise<void> => assert.fail('it is not on top');
    let begun = 0;
    const request = {
      disk: 'data',
      top: middle.file,
      base,
      begun: async () => {
        begun++;
        assert.equal(await backingOf(top.file), middle.file);
      },
      switchOver,
    };
    await bench.refuses(
      machine.merge(
        { ...request, begun: () => Promise.reject(new DomainError('failed', 'not recorded')) },
        unseen,
        noSignal,
      ),
    );
    assert.equal(await backingOf(top.file), middle.file);
    await bench.until(machine.merge(request, unseen, noSignal));
    await bench.until(machine.merge(request, unseen, noSignal));
    assert.equal(begun, 1);
    assert.equal((await machine.tops()).get('data'), top.file);
    await bench.turnOff(machine);
    assert.equal(await backingOf(top.file), base.file);
    assert.ok(await markIn(top, bench.under.directory));
    await bench.turnOff(
      await bench.start(chained.with('data', { ...top, backing: [{ file: base.file, format: base.format }] })),
    );
  });

  test('a merge that is cancelled, or whose new name is not recorded, leaves a chain that is whole', async () => {
    await using bench = await Bench.open(open);
    const chained = await Chained.make(bench);
    const { base } = chained;
    const top = await chained.overlay(base, 'top');
    const spec = chained.with('data', top);
    const machine = await bench.startReady(spec);
    const refusesToRecord = {
      disk: 'data',
      top: top.file,
      base,
      begun: async () => undefined,
      switchOver: () => Promise.reject(new DomainError('failed', 'no')),
    };
    await bench.refuses(
      machine.merge(refusesToRecord, unseen, AbortSignal.abort(new DomainError('failed', 'cancelled'))),
    );
    await bench.refuses(machine.merge(refusesToRecord, unseen, noSignal));
    assert.equal((await machine.tops()).get('data'), top.file);
    assert.equal(await bench.readMemory(spec), '0');
    await bench.turnOff(machine);
    assert.ok(await markIn(top, bench.under.directory));
    await bench.turnOff(await bench.start(spec));
  });

  test('a file takes in what lies below it, on top or in the middle, and lies over nothing then', async () => {
    await using bench = await Bench.open(open);
    const chained = await Chained.make(bench);
    const middle = await chained.overlay(chained.base, 'middle');
    const top = await chained.overlay(middle, 'top');
    const spec = chained.with('data', top);
    const machine = await bench.startReady(spec);
    const { events } = record(machine);
    await bench.refuses(machine.stream({ disk: 'data', file: join(bench.under.directory, 'none') }, unseen, noSignal), {
      code: 'invalidParameter',
    });
    await bench.until(machine.stream({ disk: 'data', file: middle.file }, unseen, noSignal));
    assert.equal(await backingOf(middle.file), null);
    assert.equal(await backingOf(top.file), middle.file);
    for (let times = 0; times < 2; times++) {
      await bench.until(machine.stream({ disk: 'data', file: top.file }, unseen, noSignal));
      assert.equal(await backingOf(top.file), null);
    }
    assert.equal((await machine.tops()).get('data'), top.file);
    assert.equal(await bench.readMemory(spec), '0');
    assert.deepEqual(events, []);
    await bench.turnOff(machine);
    assert.ok(await markIn({ ...top, backing: [] }, bench.under.directory));
  });
};
