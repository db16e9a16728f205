import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../src/core/errors.ts';
import type { DiskImage } from '../../src/core/machine-spec.ts';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';
import { processOfPidFile } from '../../src/qemu/supervise/pid-file.ts';
import { isAlive } from '../../src/qemu/supervise/process-identity.ts';
import { nanoImage } from '../guests/guest-images.ts';
import { type DiskKind, KINDS } from '../vhd/disks.ts';
import { layeredDisk } from '../vhd/layered.ts';
import { fresh, ideDisk, machineSpec, notCancelled, SerialLine, TestHost } from './kit.ts';

const raw = await nanoImage();
const vhd = KINDS[0] as DiskKind;
const vhdx = KINDS[1] as DiskKind;

const hashesOf = async (files: readonly string[]): Promise<string[]> =>
  Promise.all(
    files.map(async (file) =>
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    ),
  );

interface Chained {
  readonly image: DiskImage;
  readonly files: readonly string[];
}

/** The nano guest on a chain of differencing disks under an overlay. The folder of the chain is the service's alone. */
async function chained(host: TestHost, kind: DiskKind, depth: number): Promise<Chained> {
  const folder = host.path('imported');
  await mkdir(folder, { mode: 0o700 });
  const files = await layeredDisk(raw, folder, kind, depth);
  const [leaf = '', ...parents] = files;
  const below = { file: leaf, format: kind.format, parents };
  const file = host.path('overlay.qcow2');
  await createImageTool().createOverlay(file, below);
  return { files, image: { file, format: 'qcow2', readOnly: false, backing: [below] } };
}

/** The process that serves the only chain of a machine. */
async function serverOf(runDirectory: string) {
  for (const name of await readdir(runDirectory, { recursive: true }))
    if (name.endsWith('-served.pid')) return processOfPidFile(join(runDirectory, name));
  return null;
}

async function serverAfter(runDirectory: string, before: number) {
  for (let tries = 0; tries < 4800; tries++) {
    const found = await serverOf(runDirectory);
    if (found !== null && found.pid !== before) return found;
    await sleep(50);
  }
  throw new Error('the server of the chain is not started again');
}

describe('a machine on a chain of differencing disks', () => {
  for (const kind of [vhd, vhdx])
    test(`${kind.name}: starts, is written, is saved and restored; the chain stays as it is`, async () => {
      await using host = await TestHost.make();
      const hypervisor = await host.hypervisor();
      const { image, files } = await chained(host, kind, 3);
      const untouched = await hashesOf(files);
      const spec = machineSpec(host, { disks: [ideDisk(image.file, { image })] });
      const com1 = spec.serialPorts[0]?.socket ?? '';
      const machine = host.keep(await hypervisor.start(spec, fresh));
      {
        using line = await SerialLine.connect(com1);
        await line.ask('i', /INFO/);
        line.write('ww');
        await line.expect(/WROTE 2/);
      }
      await machine.save(host.path('state1'), () => {}, notCancelled);
      assert.equal(await serverOf(spec.runDirectory), null, 'the server goes with the machine');
      const again = host.keep(await hypervisor.start(spec, { savedState: host.path('state1'), signal: notCancelled }));
      {
        using line = await SerialLine.connect(com1);
        line.write('wr');
        await line.expect(/WROTE 3/);
        await line.expect(/SEQ 3/);
      }
      await again.turnOff();
      assert.deepEqual(await hashesOf(files), untouched);
    });

  test('a checkpoint with memory is taken, and the merge of its overlay', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const { image, files } = await chained(host, vhdx, 3);
    const untouched = await hashesOf(files);
    const spec = machineSpec(host, { disks: [ideDisk(image.file, { image })] });
    const machine = host.keep(await hypervisor.start(spec, fresh));
    using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    await line.ask('i', /INFO/);
    line.write('w');
    await line.expect(/WROTE 1/);
    const child = host.path('child.qcow2');
    const base = { file: image.file, format: 'qcow2' } as const;
    await createImageTool().createOverlay(child, base);
    const over: DiskImage = {
      file: child,
      format: 'qcow2',
      readOnly: false,
      backing: [base, ...(image.backing ?? [])],
    };
    await machine.checkpoint(
      {
        overlays: [{ disk: 'ide0', image: over }],
        memory: host.path('memory'),
        freeze: false,
        atMoment: async () => {},
      },
      () => {},
      notCancelled,
    );
    line.write('w');
    await line.expect(/WROTE 2/);
    await machine.merge(
      { disk: 'ide0', top: child, base, begun: async () => undefined, switchOver: (change) => change() },
      () => {},
      notCancelled,
    );
    line.write('wr');
    await line.expect(/WROTE 3/);
    await line.expect(/SEQ 3/);
    await machine.turnOff();
    assert.deepEqual(await hashesOf(files), untouched);
  });

  test('what it lies over cannot be written to by another machine while it runs, and one that is written to is not served', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const { image, files } = await chained(host, vhdx, 3);
    const base = files.at(-1) ?? '';
    const over = machineSpec(host, { disks: [ideDisk(image.file, { image })] });
    const writer = machineSpec(host, {
      disks: [ideDisk(base, { image: { file: base, format: 'vhdx', readOnly: false } })],
    });
    const inUse = (error: unknown): boolean => {
      assert.ok(error instanceof DomainError);
      assert.deepEqual([error.code, error.hresult], ['fileInUse', '0x80070020'], error.message);
      return true;
    };
    const first = host.keep(await hypervisor.start(over, fresh));
    await assert.rejects(hypervisor.start(writer, fresh), inUse);
    await first.turnOff();
    const second = host.keep(await hypervisor.start(writer, fresh));
    await assert.rejects(hypervisor.start(over, fresh), inUse);
    await second.turnOff();
  });

  test('its server has no right to anything but the open files', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const { image, files } = await chained(host, vhdx, 3);
    const spec = machineSpec(host, { disks: [ideDisk(image.file, { image })] });
    const machine = host.keep(await hypervisor.start(spec, fresh));
    const server = await serverOf(spec.runDirectory);
    assert.ok(server !== null);
    const open = await readdir(`/proc/${server.pid}/fd`);
    const targets = await Promise.all(open.map((fd) => readlink(`/proc/${server.pid}/fd/${fd}`).catch(() => '')));
    assert.deepEqual(targets.filter((target) => target.startsWith(host.path('imported'))).toSorted(), files.toSorted());
    if (process.getuid?.() === 0) {
      const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
      assert.doesNotMatch(status, /^Uid:\s+0/m);
      assert.match(status, /^NoNewPrivs:\s+1/m);
      assert.match(status, /^CapEff:\s+0+$/m);
      const rights = execFileSync('getfacl', ['-pcn', host.path('imported'), ...files], { encoding: 'utf8' });
      assert.doesNotMatch(rights, /^user:\d/m);
    }
    await machine.turnOff();
    assert.equal(await isAlive(server), false);
  });

  test('a server that is killed is started again, and the guest goes on', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const { image } = await chained(host, vhdx, 3);
    const spec = machineSpec(host, { disks: [ideDisk(image.file, { image })] });
    const machine = host.keep(await hypervisor.start(spec, fresh));
    using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    await line.ask('i', /INFO/);
    const first = await serverOf(spec.runDirectory);
    assert.ok(first !== null);
    process.kill(first.pid, 'SIGKILL');
    const second = await serverAfter(spec.runDirectory, first.pid);
    line.write('rw');
    await line.expect(/SEQ 0/);
    await line.expect(/WROTE 1/);
    assert.ok(await isAlive(second));
    await machine.turnOff();
  });

  test('a service that is restarted finds server and guest, or starts the server again', async () => {
    await using host = await TestHost.make();
    const before = await host.hypervisor();
    const { image } = await chained(host, vhdx, 3);
    const spec = machineSpec(host, { disks: [ideDisk(image.file, { image })] });
    const machine = host.keep(await before.start(spec, fresh));
    const first = await serverOf(spec.runDirectory);
    assert.ok(first !== null);
    await before.close();
    const between = await host.hypervisor();
    assert.notEqual(await between.adopt(spec, machine.process), null);
    assert.deepEqual(await serverOf(spec.runDirectory), first, 'it serves on');
    await between.close();
    process.kill(first.pid, 'SIGKILL');
    const after = await host.hypervisor();
    const adopted = await after.adopt(spec, machine.process);
    assert.ok(adopted !== null);
    const second = await serverAfter(spec.runDirectory, first.pid);
    using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    await line.ask('i', /INFO/);
    line.write('w');
    await line.expect(/WROTE 1/);
    await adopted.machine.turnOff();
    assert.equal(await isAlive(second), false);
  });

  test('a parent that changed since is refused, and nothing is left behind', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const { image, files } = await chained(host, vhdx, 3);
    const other = host.path('other');
    await mkdir(other);
    const [, , stranger = ''] = await layeredDisk(raw, other, vhdx, 3);
    const base = files[2] ?? '';
    assert.equal(basename(stranger), basename(base));
    await rm(base);
    await copyFile(stranger, base);
    const spec = machineSpec(host, { disks: [ideDisk(image.file, { image })] });
    await assert.rejects(hypervisor.start(spec, fresh), {
      code: 'failed',
      message: /and its parents cannot be served/,
    });
    assert.equal(await serverOf(spec.runDirectory).catch(() => null), null);
  });
});

/** What the disk holds, without the sector in which the guest counts its writes. */
const contentOf = async (host: TestHost, file: string, ignore: boolean): Promise<Buffer> => {
  const out = host.path('content.raw');
  execFileSync('qemu-img', ['convert', '-f', 'qcow2', '-O', 'raw', file, out]);
  const bytes = await readFile(out);
  if (ignore) bytes.fill(0, 256 * 512, 257 * 512);
  return bytes;
};

const expected = async (ignore: boolean): Promise<Buffer> => {
  const bytes = await readFile(raw);
  if (ignore) bytes.fill(0, 256 * 512, 257 * 512);
  return bytes;
};

const standsAlone = (file: string): void => {
  const info = JSON.parse(
    execFileSync('qemu-img', ['info', '--output=json', '-f', 'qcow2', file], { encoding: 'utf8' }),
  );
  assert.equal(info['backing-filename'], undefined);
};

describe('the chain goes into its overlay', () => {
  for (const kind of [vhd, vhdx])
    test(`${kind.name}: with the machine off, and again, and after an interruption`, async () => {
      await using host = await TestHost.make();
      const { image, files } = await chained(host, kind, 3);
      const untouched = await hashesOf(files);
      const tool = createImageTool();
      await assert.rejects(
        tool.stream(image, () => {}, AbortSignal.abort()),
        /interrupted/,
      );
      const told: number[] = [];
      await tool.stream(image, (fraction) => told.push(fraction), notCancelled);
      assert.deepEqual(
        told,
        told.toSorted((a, b) => a - b),
      );
      assert.deepEqual(await hashesOf(files), untouched);
      standsAlone(image.file);
      await rm(host.path('imported'), { recursive: true });
      const { backing: _gone, ...alone } = image;
      await tool.stream(alone, () => {}, notCancelled);
      const content = await contentOf(host, image.file, false);
      assert.ok(content.subarray(0, (await expected(false)).length).equals(await expected(false)));
      execFileSync('qemu-img', ['check', '-q', '-f', 'qcow2', image.file]);
    });

  test('under a running guest, below a checkpoint too; then the source may go', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const { image, files } = await chained(host, vhdx, 3);
    const untouched = await hashesOf(files);
    const child = host.path('child.qcow2');
    const overlay = { file: image.file, format: 'qcow2' } as const;
    await createImageTool().createOverlay(child, overlay);
    const over: DiskImage = {
      file: child,
      format: 'qcow2',
      readOnly: false,
      backing: [overlay, ...(image.backing ?? [])],
    };
    const spec = machineSpec(host, { disks: [ideDisk(child, { image: over })] });
    const machine = host.keep(await hypervisor.start(spec, fresh));
    using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    await line.ask('i', /INFO/);
    line.write('w');
    await line.expect(/WROTE 1/);
    const server = await serverOf(spec.runDirectory);
    assert.ok(server !== null);
    const gone = machine.stream({ disk: 'ide0', file: image.file }, () => {}, notCancelled);
    line.write('w');
    await line.expect(/WROTE 2/);
    await gone;
    assert.equal(await isAlive(server), false, 'nobody reads the chain any more');
    assert.deepEqual(await hashesOf(files), untouched);
    await rm(host.path('imported'), { recursive: true });
    await machine.stream({ disk: 'ide0', file: image.file }, () => {}, notCancelled);
    line.write('wr');
    await line.expect(/WROTE 3/);
    await line.expect(/SEQ 3/);
    await machine.save(host.path('state1'), () => {}, notCancelled);
    standsAlone(image.file);
    const alone = machineSpec(host, {
      ...spec,
      disks: [ideDisk(child, { image: { file: child, format: 'qcow2', readOnly: false, backing: [overlay] } })],
    });
    const again = host.keep(await hypervisor.start(alone, { savedState: host.path('state1'), signal: notCancelled }));
    await again.turnOff();
    const content = await contentOf(host, child, true);
    assert.ok(content.subarray(0, (await expected(true)).length).equals(await expected(true)));
  });

  test('one that is interrupted under a running guest goes on later, by another service', async () => {
    await using host = await TestHost.make();
    const before = await host.hypervisor();
    const { image } = await chained(host, vhdx, 3);
    const spec = machineSpec(host, { disks: [ideDisk(image.file, { image })] });
    const machine = host.keep(await before.start(spec, fresh));
    await assert.rejects(machine.stream({ disk: 'ide0', file: image.file }, () => {}, AbortSignal.abort()));
    const server = await serverOf(spec.runDirectory);
    assert.ok(server !== null, 'the chain is still served');
    await before.close();
    const after = await host.hypervisor();
    const adopted = await after.adopt(spec, machine.process);
    assert.ok(adopted !== null);
    await adopted.machine.stream({ disk: 'ide0', file: image.file }, () => {}, notCancelled);
    assert.equal(await isAlive(server), false);
    await rm(host.path('imported'), { recursive: true });
    using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    await line.ask('i', /INFO/);
    line.write('rw');
    await line.expect(/SEQ 0/);
    await line.expect(/WROTE 1/);
    await adopted.machine.turnOff();
    standsAlone(image.file);
  });
});
