import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { AdapterSpec, DiskSpec } from '../../src/core/machine-spec.ts';
import { inspectDisk } from '../../src/vhd/inspect.ts';
import { createVhd } from '../../src/vhd/vhd/writer.ts';
import { createVhdx } from '../../src/vhd/vhdx/writer.ts';
import { Bench, bootDiskOf, noSignal, type OpenHypervisor, record, socketOf } from './kit.ts';

const MIB = 1024 * 1024;

const scsi = (id: string, slot: number, image: DiskSpec['image']): DiskSpec => ({
  id,
  bus: 'scsi',
  controller: 0,
  slot,
  media: 'disk',
  image,
  iopsLimit: null,
});

/** What a running machine takes and gives back (lifecycle §8). */
export const deviceContract = (open: OpenHypervisor): void => {
  test('keys and an NMI reach the guest; a key that does not exist keeps all of them back', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    await bench.hears(socketOf(spec), () => machine.injectNmi(), /NMI/);
    await bench.ask(socketOf(spec), 'ki', /INFO/);
    await bench.hears(
      socketOf(spec),
      () =>
        machine.typeKeys([
          { keyCode: 0x41, action: 'press' },
          { keyCode: 0x41, action: 'release' },
        ]),
      /K \d+\r\nK \d+\r\n/,
    );
    for (const keyCode of [0, -1, 255, 0x100, 1.5])
      await bench.refuses(
        machine.typeKeys([
          { keyCode: 0x41, action: 'press' },
          { keyCode, action: 'press' },
        ]),
        { code: 'invalidParameter' },
      );
    await bench.turnOff(machine);
  });

  test('the pointer goes where it is told, buttons and steps reach the guest; a place beside the screen refuses all', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const com1 = socketOf(spec);
    const { width, height } = await bench.until(machine.screenshot());
    assert.deepEqual(machine.pointer, { place: null, scrolled: 0, held: new Set() });
    await bench.ask(com1, 'mi', /INFO/);
    await bench.hears(
      com1,
      () =>
        machine.point([
          { kind: 'button', button: 1, down: true },
          { kind: 'moveBy', x: 7, y: -5 },
          { kind: 'button', button: 2, down: true },
          { kind: 'button', button: 1, down: false },
          { kind: 'button', button: 2, down: false },
          { kind: 'moveBy', x: -100, y: 100 },
        ]),
      /M 1 0 0\r\nM 1 7 -5\r\nM 3 0 0\r\nM 2 0 0\r\nM 0 0 0\r\nM 0 -100 100\r\n/,
    );
    await bench.until(
      machine.point([
        { kind: 'moveTo', x: 0, y: 0 },
        { kind: 'moveTo', x: width - 1, y: height - 1 },
        { kind: 'button', button: 3, down: true },
        { kind: 'scroll', notches: 3 },
        { kind: 'scroll', notches: -5 },
      ]),
    );
    const pointer = { place: { x: width - 1, y: height - 1 }, scrolled: -2, held: new Set([3]) };
    assert.deepEqual(machine.pointer, pointer);
    for (const [x, y] of [
      [width, 0],
      [0, height],
      [-1, 0],
      [0.5, 0],
      [Number.NaN, 0],
    ] as const)
      await bench.refuses(
        machine.point([
          { kind: 'button', button: 3, down: false },
          { kind: 'moveTo', x, y },
        ]),
        { code: 'invalidParameter' },
      );
    assert.deepEqual(machine.pointer, pointer);
    await bench.turnOff(machine);
  });

  test('memory is asked back and given again, up to what the machine was built with', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    await bench.until(machine.setMemory(spec.memory.mb - 8));
    await bench.until(machine.setMemory(spec.memory.mb));
    await bench.refuses(machine.setMemory(spec.memory.mb * 4), { code: 'invalidState' });
    for (const mb of [0, -1, 0.5, Number.NaN]) await bench.refuses(machine.setMemory(mb), { code: 'invalidParameter' });
    await bench.turnOff(machine);
  });

  test('drives are limited and set free', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const limited = bootDiskOf(spec);
    const machine = await bench.startReady({
      ...spec,
      disks: spec.disks.map((disk) => (disk.id === limited.id ? { ...disk, iopsLimit: 1000 } : disk)),
    });
    await bench.until(machine.setIopsLimit(limited.id, 500));
    await bench.until(machine.setIopsLimit(limited.id, null));
    await bench.refuses(machine.setIopsLimit('no such drive', 500), { code: 'invalidParameter' });
    await bench.turnOff(machine);
  });

  test('a CD is inserted, changed and ejected; a missing one is refused and the old one stays', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const drive = spec.disks.find((disk) => disk.media === 'cd')?.id ?? '';
    const machine = await bench.startReady(spec);
    const iso = await bench.under.makeIso();
    await bench.until(machine.changeMedium(drive, iso));
    const missing = { ...iso, file: join(bench.under.directory, 'none.iso') };
    await bench.refuses(machine.changeMedium(drive, missing), { hresult: '0x80070002', text: missing.file });
    await bench.until(machine.changeMedium(drive, await bench.under.makeIso()));
    await bench.until(machine.changeMedium(drive, null));
    await bench.until(machine.changeMedium(drive, null));
    await bench.refuses(machine.changeMedium(bootDiskOf(spec).id, iso), { code: 'invalidState' });
    await bench.refuses(machine.changeMedium('no such drive', iso), { code: 'invalidParameter' });
    await bench.turnOff(machine);
  });

  test('many machines read one CD', async () => {
    await using bench = await Bench.open(open);
    const [one, two] = [await bench.under.makeSpec(), await bench.under.makeSpec()];
    const iso = await bench.under.makeIso();
    const machines = [await bench.start(one), await bench.start(two)];
    for (const machine of machines) await bench.until(machine.changeMedium('cd', iso));
    for (const machine of machines) await bench.turnOff(machine);
  });

  test('SCSI disks come and go while the machine runs; IDE disks do not', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const image = await bench.under.makeImage();
    const disk = scsi('hot', 1, image);
    await bench.until(machine.addDisk(disk));
    await bench.refuses(machine.addDisk({ ...disk, slot: 2, image: await bench.under.makeImage() }));
    await bench.refuses(machine.addDisk({ ...disk, id: 'same place', image: await bench.under.makeImage() }));
    const missing = { ...image, file: join(bench.under.directory, 'none.img') };
    await bench.refuses(machine.addDisk(scsi('none', 3, missing)), { hresult: '0x80070002', text: missing.file });
    await bench.refuses(
      machine.addDisk({ ...scsi('ide', 1, await bench.under.makeImage()), bus: 'ide', controller: 1 }),
      { code: 'invalidState' },
    );
    await bench.refuses(machine.removeDisk(bootDiskOf(spec).id), { code: 'invalidState' });
    await bench.until(machine.setIopsLimit('hot', 100));
    await bench.until(machine.removeDisk('hot'));
    await bench.refuses(machine.removeDisk('hot'), { code: 'invalidParameter' });
    await bench.until(machine.addDisk({ ...disk, iopsLimit: 200 }));
    assert.equal(await bench.readMemory(spec), '0');
    await bench.turnOff(machine);
  });

  test('raw, qcow2 and VHDX disks grow while the machine runs, and are of their new size when it starts again', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const raw = await bench.under.makeImage();
    const top = join(bench.under.directory, 'grows.qcow2');
    await promisify(execFile)('qemu-img', ['create', '-q', '-f', 'qcow2', top, '4M']);
    const blank = async (type: 'fixed' | 'dynamic'): Promise<DiskSpec['image']> => {
      const file = join(bench.under.directory, `${type}.vhdx`);
      await (await createVhdx({ file, size: 4 * MIB, type })).close();
      return { file, format: 'vhdx', readOnly: false };
    };
    const disks = [
      scsi('raw', 1, raw),
      scsi('qcow2', 2, { file: top, format: 'qcow2', readOnly: false }),
      scsi('fixed', 3, await blank('fixed')),
      scsi('dynamic', 4, await blank('dynamic')),
    ];
    const size = async ({ image }: DiskSpec): Promise<number> =>
      image === null ? 0 : (await inspectDisk(image.file, null, image.format)).virtualSize;
    for (const disk of disks) {
      await bench.until(machine.addDisk(disk));
      await bench.until(machine.growDisk(disk.id, 16 * MIB));
      assert.equal(await size(disk), 16 * MIB);
      await bench.until(machine.growDisk(disk.id, 16 * MIB));
      await bench.refuses(machine.growDisk(disk.id, 8 * MIB), { code: 'invalidParameter' });
      assert.equal(await size(disk), 16 * MIB);
    }
    // A block table of 1 MiB knows so many blocks of 32 MiB.
    await bench.refuses(machine.growDisk('dynamic', 5 * 1024 * 1024 * MIB), { code: 'notSupported', text: 'no room' });
    await bench.until(machine.growDisk('dynamic', 17 * MIB));
    const vhd = join(bench.under.directory, 'keeps.vhd');
    await (await createVhd({ file: vhd, size: 4 * MIB, type: 'dynamic' })).close();
    await bench.until(machine.addDisk(scsi('vhd', 5, { file: vhd, format: 'vhd', readOnly: false })));
    await bench.refuses(machine.growDisk('vhd', 8 * MIB), { code: 'notSupported' });
    await bench.refuses(machine.growDisk('no such drive', 8 * MIB), { code: 'invalidParameter' });
    await bench.refuses(machine.growDisk('cd', 8 * MIB), { code: 'invalidParameter' });
    await bench.turnOff(machine);
    const again = await bench.startReady({ ...spec, disks: [...spec.disks, ...disks] });
    for (const disk of disks) {
      await bench.until(again.growDisk(disk.id, 32 * MIB));
      assert.equal(await size(disk), 32 * MIB);
    }
    await bench.turnOff(again);
  });

  test('a disk that a running machine gives back is free for another; before that it is in use', async () => {
    await using bench = await Bench.open(open);
    const [one, two] = [await bench.under.makeSpec(), await bench.under.makeSpec()];
    const machines = [await bench.startReady(one), await bench.startReady(two)] as const;
    const disk = scsi('hot', 0, await bench.under.makeImage());
    await bench.until(machines[0].addDisk(disk));
    await bench.refuses(machines[1].addDisk(disk), { hresult: '0x80070020' });
    await bench.until(machines[0].removeDisk('hot'));
    await bench.until(machines[1].addDisk(disk));
    for (const machine of machines) await bench.turnOff(machine);
  });

  test('what came while it ran is saved and restored with the machine', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const disk = scsi('hot', 1, await bench.under.makeImage());
    const adapter: AdapterSpec = { id: 'hotnic', mac: '00155D010203', emulated: false, network: { kind: 'user' } };
    await bench.until(machine.addDisk(disk));
    await bench.until(machine.addAdapter(adapter));
    const word = await bench.changeMemory(spec);
    const file = join(bench.under.directory, 'saved');
    await bench.until(machine.save(file, () => undefined, noSignal));
    const after = { ...spec, disks: [...spec.disks, disk], adapters: [...spec.adapters, adapter] };
    const restored = await bench.start(after, file);
    assert.equal(await bench.readMemory(spec), word);
    await bench.until(restored.removeDisk('hot'));
    await bench.until(restored.removeAdapter('hotnic'));
    await bench.turnOff(restored);
  });

  test('network adapters come, are plugged elsewhere, and go', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const { events } = record(machine);
    const adapter: AdapterSpec = { id: 'hotnic', mac: '00155D010203', emulated: false, network: { kind: 'none' } };
    await bench.until(machine.addAdapter(adapter));
    await bench.refuses(machine.addAdapter(adapter));
    await bench.until(machine.connectAdapter({ ...adapter, network: { kind: 'user' } }));
    await bench.until(machine.connectAdapter(adapter));
    await bench.refuses(machine.connectAdapter({ ...adapter, id: 'no such adapter' }), { code: 'invalidParameter' });
    await bench.until(machine.removeAdapter('hotnic'));
    await bench.refuses(machine.removeAdapter('hotnic'), { code: 'invalidParameter' });
    await bench.until(machine.addAdapter({ ...adapter, emulated: true }));
    await bench.until(machine.removeAdapter(spec.adapters[0]?.id ?? ''));
    assert.deepEqual(events, []);
    await bench.turnOff(machine);
  });

  test('a serial port moves to another socket, to none, and back', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const word = await bench.changeMemory(spec);
    const id = spec.serialPorts[0]?.id ?? '';
    const socket = join(bench.under.directory, 'moved.sock');
    await bench.until(machine.connectSerial({ id, socket }));
    assert.equal(await bench.ask(socket, 'i', /seq=(\d+)/), word);
    await assert.rejects(bench.readMemory(spec), { code: 'ENOENT' });
    await bench.until(machine.connectSerial({ id, socket: null }));
    await assert.rejects(bench.ask(socket, 'i', /seq=(\d+)/), { code: 'ENOENT' });
    await bench.until(machine.connectSerial({ id, socket: socketOf(spec) }));
    assert.equal(await bench.readMemory(spec), word);
    await bench.refuses(machine.connectSerial({ id: 'no such port', socket: null }), { code: 'invalidParameter' });
    await bench.turnOff(machine);
  });
};
