import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Machine } from '../../src/core/ports.ts';
import type { DiskImage, MachineSpec } from '../../src/core/machine-spec.ts';
import type { QemuHypervisor } from '../../src/qemu/hypervisor.ts';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';
import { processOfPidFile } from '../../src/qemu/supervise/pid-file.ts';
import { isAlive } from '../../src/qemu/supervise/process-identity.ts';
import { inspectDisk } from '../../src/vhd/inspect.ts';
import { nanoImage } from '../guests/guest-images.ts';
import { contentOf, create, type DiskKind, KINDS } from '../vhd/disks.ts';
import { layeredDisk } from '../vhd/layered.ts';
import { fresh, ideDisk, machineSpec, nextEvent, notCancelled, SerialLine, TestHost } from './kit.ts';

const raw = await nanoImage();
const vhdx = KINDS[1] as DiskKind;
const images = createImageTool();
const nothing = async (): Promise<void> => undefined;
const quiet = (): void => {};

const digest = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

const digests = (files: readonly string[]): Promise<string[]> => Promise.all(files.map(digest));

/** Children of one disk that the nano guest starts from, which itself is a chain. */
interface Family {
  readonly parents: readonly string[];
  readonly children: readonly DiskImage[];
}

const family = async (host: TestHost, count: number): Promise<Family> => {
  const parents = await layeredDisk(raw, host.directory, vhdx, 2);
  const { virtualSize } = await inspectDisk(parents[0] ?? '');
  const children: DiskImage[] = [];
  for (let child = 0; child < count; child++) {
    const file = host.path(`child${child}.vhdx`);
    const writer = await create(vhdx, file, virtualSize, 'dynamic', parents[0]);
    await writer.close();
    children.push({ file, format: 'vhdx', readOnly: false, parents });
  }
  return { parents, children };
};

/** The number that the guest wrote last, as it lies in the file. */
const numberIn = async (file: string): Promise<number> => (await contentOf(file)).readUInt32LE(256 * 512);

const start = async (
  host: TestHost,
  hypervisor: QemuHypervisor,
  image: DiskImage,
): Promise<{ readonly machine: Machine; readonly spec: MachineSpec; readonly line: SerialLine }> => {
  const spec = machineSpec(host, { disks: [ideDisk(image.file, { image })] });
  const machine = host.keep(await hypervisor.start(spec, fresh));
  const line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
  await line.ask('i', /INFO/);
  return { machine, spec, line };
};

const write = async (line: SerialLine, times: number): Promise<void> => {
  for (let left = times; left > 0; left--) {
    line.write('w');
    await line.expect(/WROTE \d+\s/);
  }
};

const diskNumber = async (line: SerialLine): Promise<number> => Number((await line.ask('r', /SEQ (\d+)\s/))[1]);

const serverOf = async (runDirectory: string) => {
  for (const name of await readdir(runDirectory, { recursive: true }).catch(() => []))
    if (name.endsWith('-served.pid')) return processOfPidFile(join(runDirectory, name));
  return null;
};

describe('a machine on a differencing VHDX that is written where it lies', () => {
  test('two children of one disk on two machines: each keeps its own, the parents stay, and a new start finds it', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const { parents, children } = await family(host, 2);
    const untouched = await digests(parents);
    const machines = await Promise.all(children.map((image) => start(host, hypervisor, image)));
    for (const [index, { line }] of machines.entries()) await write(line, 3 + index);
    for (const { machine, line } of machines) {
      line[Symbol.dispose]();
      await machine.turnOff();
    }
    assert.deepEqual(await digests(parents), untouched);
    for (const [index, { file }] of children.entries()) {
      assert.equal(await numberIn(file), 3 + index);
      const { type, hazards } = await inspectDisk(file);
      assert.equal(type, 'differencing');
      assert.deepEqual(
        hazards.map(({ kind }) => kind),
        ['differencing'],
      );
    }
    for (const [index, image] of children.entries()) {
      const { machine, line } = await start(host, hypervisor, image);
      assert.equal(await diskNumber(line), 3 + index);
      line[Symbol.dispose]();
      await machine.turnOff();
    }
    assert.deepEqual(await digests(parents), untouched);
  });

  test('it is saved and restored, and its server has a right to nothing but the open files', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const { parents, children } = await family(host, 1);
    const image = children[0] as DiskImage;
    const { machine, spec, line } = await start(host, hypervisor, image);
    await write(line, 2);
    const server = await serverOf(spec.runDirectory);
    assert.ok(server !== null);
    await assert.rejects(machine.growDisk('ide0', 64 * 1024 * 1024), { code: 'notSupported' });
    const open = await readdir(`/proc/${server.pid}/fd`);
    const targets = await Promise.all(open.map((fd) => readlink(`/proc/${server.pid}/fd/${fd}`).catch(() => '')));
    const files = [image.file, ...parents];
    assert.deepEqual(targets.filter((target) => target.endsWith('vhdx')).toSorted(), files.toSorted());
    await machine.save(host.path('saved'), quiet, notCancelled);
    assert.equal(await isAlive(server), false);
    assert.equal(await numberIn(image.file), 2);
    const again = host.keep(await hypervisor.start(spec, { savedState: host.path('saved'), signal: notCancelled }));
    using restored = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    await write(restored, 1);
    assert.equal(await diskNumber(restored), 3);
    await again.turnOff();
    assert.equal(await numberIn(image.file), 3);
  });

  test('a checkpoint with memory lies over it, is gone back to, and merges go into it: under the guest and without', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const { parents, children } = await family(host, 1);
    const untouched = await digests(parents);
    const leaf = children[0] as DiskImage;
    const below = { file: leaf.file, format: 'vhdx', parents } as const;
    const overlay = async (name: string): Promise<DiskImage> => {
      await images.createOverlay(host.path(name), below);
      return { file: host.path(name), format: 'qcow2', readOnly: false, backing: [{ ...below, own: true }] };
    };
    const one = await overlay('one.qcow2');
    const { machine, spec, line } = await start(host, hypervisor, leaf);
    await write(line, 2);
    await machine.checkpoint(
      { overlays: [{ disk: 'ide0', image: one }], memory: host.path('memory'), freeze: false, atMoment: nothing },
      quiet,
      notCancelled,
    );
    assert.deepEqual([...(await machine.tops())], [['ide0', one.file]]);
    const atMoment = await digest(leaf.file);
    await write(line, 3);
    assert.equal(await diskNumber(line), 5);
    line[Symbol.dispose]();
    await machine.turnOff();
    assert.equal(await digest(leaf.file), atMoment, 'what lies below a checkpoint stays');
    // Applied: memory of the moment, on a new file over it.
    const two = await overlay('two.qcow2');
    const applied = { ...spec, disks: [ideDisk(two.file, { image: two })] };
    const back = host.keep(await hypervisor.start(applied, { savedState: host.path('memory'), signal: notCancelled }));
    {
      using restored = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
      assert.equal(await diskNumber(restored), 2);
      await write(restored, 2);
      // The checkpoint goes: merged under the guest, which writes on.
      let switched = 0;
      await back.merge(
        {
          disk: 'ide0',
          top: two.file,
          base: below,
          begun: nothing,
          switchOver: async (change) => {
            await change();
            switched++;
          },
        },
        quiet,
        notCancelled,
      );
      assert.equal(switched, 1);
      assert.deepEqual([...(await back.tops())], [['ide0', leaf.file]]);
      await write(restored, 1);
      assert.equal(await diskNumber(restored), 5);
    }
    await back.turnOff();
    assert.equal(await numberIn(leaf.file), 5);
    // And with no machine: what the first overlay holds, of its own 2 + 3 writes.
    const told: number[] = [];
    await images.commit(one, (fraction) => told.push(fraction), notCancelled);
    assert.equal(await numberIn(leaf.file), 5);
    assert.ok(told.length > 0);
    const third = await start(host, hypervisor, leaf);
    assert.equal(await diskNumber(third.line), 5);
    third.line[Symbol.dispose]();
    await third.machine.turnOff();
    assert.deepEqual(await digests(parents), untouched);
  });

  test('a QEMU that is killed: what the guest was told is written is in the file', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const { children } = await family(host, 1);
    const image = children[0] as DiskImage;
    const { machine, spec, line } = await start(host, hypervisor, image);
    await write(line, 4);
    const died = nextEvent(machine.events()[Symbol.asyncIterator](), 'stopped');
    process.kill(machine.process.pid, 'SIGKILL');
    await died;
    line[Symbol.dispose]();
    for (let tries = 0; tries < 1200 && (await serverOf(spec.runDirectory)) !== null; tries++) await sleep(50);
    assert.equal(await numberIn(image.file), 4);
    const again = await start(host, hypervisor, image);
    assert.equal(await diskNumber(again.line), 4);
    again.line[Symbol.dispose]();
    await again.machine.turnOff();
  });

  test('a service that is killed finds its guest and the server again, and they go on', async () => {
    await using host = await TestHost.make();
    const before = await host.hypervisor();
    const { children } = await family(host, 1);
    const image = children[0] as DiskImage;
    const { machine, spec, line } = await start(host, before, image);
    await write(line, 1);
    const server = await serverOf(spec.runDirectory);
    await before.close();
    await write(line, 1);
    const after = await host.hypervisor();
    const adopted = await after.adopt(spec, machine.process);
    assert.ok(adopted !== null);
    assert.deepEqual(await serverOf(spec.runDirectory), server);
    await write(line, 1);
    line[Symbol.dispose]();
    await adopted.machine.turnOff();
    assert.equal(await numberIn(image.file), 3);
  });

  test('a server that is killed is started again under a guest that writes, and has all that the guest was told is written', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const { children } = await family(host, 1);
    const image = children[0] as DiskImage;
    const { machine, spec, line } = await start(host, hypervisor, image);
    let written = 0;
    for (let death = 0; death < 3; death++) {
      await write(line, 2);
      const server = await serverOf(spec.runDirectory);
      assert.ok(server !== null);
      // In the middle of a write that nobody has answered.
      line.write('w');
      process.kill(server.pid, 'SIGKILL');
      await line.expect(/WROTE \d+\s/);
      written += 3;
      assert.equal(await diskNumber(line), written);
      assert.notDeepEqual(await serverOf(spec.runDirectory), server);
    }
    line[Symbol.dispose]();
    await machine.turnOff();
    assert.equal(await numberIn(image.file), written);
    const again = await start(host, hypervisor, image);
    assert.equal(await diskNumber(again.line), written);
    again.line[Symbol.dispose]();
    await again.machine.turnOff();
  });

  test('a server that has not kept everything is not started again under the guest: its disk fails', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const { children } = await family(host, 1);
    const { machine, spec, line } = await start(host, hypervisor, children[0] as DiskImage);
    await write(line, 1);
    const server = await serverOf(spec.runDirectory);
    assert.ok(server !== null);
    const journal = (await readdir(spec.runDirectory, { recursive: true })).find((name) => name.endsWith('.journal'));
    process.kill(server.pid, 'SIGSTOP');
    await rm(join(spec.runDirectory, journal ?? assert.fail('a journal')));
    process.kill(server.pid, 'SIGKILL');
    while (await isAlive(server)) await sleep(20);
    // Several looks of whoever would start it.
    await sleep(2000);
    assert.equal(await serverOf(spec.runDirectory), null);
    line[Symbol.dispose]();
    await machine.turnOff();
    const again = await start(host, hypervisor, children[0] as DiskImage);
    await write(again.line, 1);
    again.line[Symbol.dispose]();
    await again.machine.turnOff();
  });

  test('one machine at a time, and none that writes to a parent meanwhile', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const { parents, children } = await family(host, 1);
    const leaf = children[0] as DiskImage;
    const base = parents[1] ?? '';
    const specOf = (image: DiskImage): MachineSpec => machineSpec(host, { disks: [ideDisk(image.file, { image })] });
    const onParent = specOf({ file: base, format: 'vhdx', readOnly: false });
    const inUse = { code: 'fileInUse', hresult: '0x80070020' };
    const { machine, line } = await start(host, hypervisor, leaf);
    await assert.rejects(hypervisor.start(specOf(leaf), fresh), inUse);
    await assert.rejects(hypervisor.start(onParent, fresh), inUse);
    await assert.rejects(images.hold([leaf.file], 'alone'), inUse);
    await write(line, 1);
    line[Symbol.dispose]();
    await machine.turnOff();
    const second = host.keep(await hypervisor.start(onParent, fresh));
    await assert.rejects(hypervisor.start(specOf(leaf), fresh), inUse);
    await second.turnOff();
  });

  test('a child that is not writable, and one whose parent is another disk, are refused and left alone', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const { parents, children } = await family(host, 1);
    const leaf = children[0] as DiskImage;
    const before = await digest(leaf.file);
    const stranger = host.path('stranger.vhdx');
    await (await create(vhdx, stranger, (await inspectDisk(leaf.file)).virtualSize, 'dynamic')).close();
    const image = { ...leaf, parents: [stranger, ...parents.slice(1)] };
    await assert.rejects(hypervisor.start(machineSpec(host, { disks: [ideDisk(leaf.file, { image })] }), fresh), {
      code: 'failed',
      message: /and its parents cannot be served/,
    });
    assert.equal(await digest(leaf.file), before);
    if (process.getuid?.() === 0) return;
    await chmod(leaf.file, 0o440);
    await assert.rejects(hypervisor.start(machineSpec(host, { disks: [ideDisk(leaf.file, { image: leaf })] }), fresh), {
      code: 'accessDenied',
    });
  });
});
