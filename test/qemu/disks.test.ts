import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../src/core/errors.ts';
import type { MachineProcess } from '../../src/core/model.ts';
import type { DiskFormat, MachineSpec } from '../../src/core/machine-spec.ts';
import { checkImage } from '../../src/qemu/images/check-image.ts';
import type { QemuHypervisor } from '../../src/qemu/hypervisor.ts';
import { growVhdxFile } from '../../src/qemu/images/grow-vhdx.ts';
import { stopStorageDaemon, storageDaemonOf } from '../../src/qemu/supervise/storage-daemon.ts';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';
import { isAlive, waitUntilGone } from '../../src/qemu/supervise/process-identity.ts';
import { inspectDisk } from '../../src/vhd/inspect.ts';
import { nanoImage } from '../guests/guest-images.ts';
import { fresh, ideDisk, machineSpec, notCancelled, SerialLine, TestHost } from './kit.ts';

const image = await nanoImage();

/** The nano guest's disk in a format, as QEMU's own tool makes it. */
function convert(host: TestHost, name: string, format: string, options = ''): string {
  const file = host.path(name);
  execFileSync('qemu-img', [
    'convert',
    '-f',
    'raw',
    '-O',
    format,
    ...(options === '' ? [] : ['-o', options]),
    image,
    file,
  ]);
  return file;
}

function create(host: TestHost, name: string, args: readonly string[]): string {
  execFileSync('qemu-img', ['create', '-q', ...args, host.path(name), '1M']);
  return host.path(name);
}

describe('disk formats on a real machine', () => {
  const formats: readonly [string, DiskFormat, string, string][] = [
    ['raw', 'raw', 'raw', ''],
    ['qcow2', 'qcow2', 'qcow2', ''],
    ['dynamic VHDX', 'vhdx', 'vhdx', 'subformat=dynamic'],
    ['fixed VHDX', 'vhdx', 'vhdx', 'subformat=fixed'],
    ['dynamic VHD', 'vhd', 'vpc', 'subformat=dynamic,force_size=on'],
    ['fixed VHD', 'vhd', 'vpc', 'subformat=fixed,force_size=on'],
  ];
  for (const [name, format, driver, options] of formats) {
    test(`${name}: boots, is written, survives save and restore, and holds what was written`, async () => {
      await using host = await TestHost.make();
      const hypervisor = await host.hypervisor();
      const file = convert(host, 'disk', driver, options);
      const spec = machineSpec(host, { disks: [ideDisk(file, { image: { file, format, readOnly: false } })] });
      const com1 = spec.serialPorts[0]?.socket ?? '';
      const machine = host.keep(await hypervisor.start(spec, fresh));
      {
        using line = await SerialLine.connect(com1);
        await line.ask('i', /INFO/);
        line.write('www');
        await line.expect(/WROTE 3/);
      }
      await machine.save(host.path('state1'), () => {}, notCancelled);
      const again = host.keep(await hypervisor.start(spec, { savedState: host.path('state1'), signal: notCancelled }));
      {
        using line = await SerialLine.connect(com1);
        line.write('wr');
        await line.expect(/WROTE 4/);
        await line.expect(/SEQ 4/);
      }
      await again.turnOff();
      execFileSync('qemu-img', ['convert', '-f', driver, '-O', 'raw', file, host.path('out.raw')]);
      const disk = await readFile(host.path('out.raw'));
      assert.equal(disk.readUInt32LE(256 * 512), 4);
      if (driver === 'vhdx' || driver === 'qcow2') execFileSync('qemu-img', ['check', '-q', '-f', driver, file]);
    });
  }
});

describe('a storage daemon that dies under its guest', () => {
  /** Another one than `before`. */
  async function daemonAfter(spec: MachineSpec, before: number): Promise<MachineProcess> {
    for (;;) {
      const found = await storageDaemonOf('ide0', join(spec.runDirectory, 's'));
      if (found !== null && found.pid !== before) return found;
      await sleep(50);
    }
  }
  /** Daemons die until the disk is ours, and another one is started only when it is given back. */
  async function holdInstead(spec: MachineSpec, file: string): Promise<AsyncDisposable> {
    for (;;) {
      const daemon = await storageDaemonOf('ide0', join(spec.runDirectory, 's'));
      if (daemon !== null) {
        process.kill(daemon.pid, 'SIGKILL');
        await waitUntilGone(daemon, 120_000);
      }
      try {
        return await createImageTool().hold([file], 'alone');
      } catch (error) {
        // The next one was faster.
        if (!(error instanceof DomainError) || error.code !== 'fileInUse') throw error;
      }
    }
  }
  async function started(host: TestHost, hypervisor: QemuHypervisor, file: string, format: 'vhd' | 'vhdx') {
    const spec = machineSpec(host, { disks: [ideDisk(file, { image: { file, format, readOnly: false } })] });
    const machine = host.keep(await hypervisor.start(spec, fresh));
    const line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    await line.ask('i', /INFO/);
    return { machine, spec, line, daemon: await daemonAfter(spec, 0) };
  }

  for (const [format, driver] of [
    ['vhdx', 'vhdx'],
    ['vhd', 'vpc'],
  ] as const)
    test(`${format}: another one is started, and the guest goes on with all that it had written`, async () => {
      await using host = await TestHost.make();
      const file = convert(host, 'disk', driver, `subformat=dynamic${driver === 'vpc' ? ',force_size=on' : ''}`);
      const { machine, spec, line, daemon } = await started(host, await host.hypervisor(), file, format);
      line.write('www');
      await line.expect(/WROTE 3/);
      process.kill(daemon.pid, 'SIGKILL');
      const second = await daemonAfter(spec, daemon.pid);
      line.write('wr');
      await line.expect(/WROTE 4/);
      await line.expect(/SEQ 4/);
      line[Symbol.dispose]();
      await machine.turnOff();
      assert.equal(await isAlive(second), false);
      execFileSync('qemu-img', ['convert', '-f', driver, '-O', 'raw', file, host.path('out.raw')]);
      assert.equal((await readFile(host.path('out.raw'))).readUInt32LE(256 * 512), 4);
    });

  test('one that cannot be started for longer than QEMU waits: the guest is paused by its disk, and goes on when it is back', async () => {
    await using host = await TestHost.make();
    const file = convert(host, 'disk', 'vhdx', 'subformat=dynamic');
    const { machine, spec, line } = await started(host, await host.hypervisor(), file, 'vhdx');
    line.write('w');
    await line.expect(/WROTE 1/);
    const events = machine.events()[Symbol.asyncIterator]();
    {
      // Somebody else has the disk.
      await using _other = await holdInstead(spec, file);
      line.write('w');
      const { value } = await events.next();
      assert.deepEqual([value?.kind, value?.kind === 'ioError' && value.disk], ['ioError', 'ide0']);
    }
    assert.deepEqual((await events.next()).value, { kind: 'diskBack' });
    // As the core does (core/systems/running/disk-watch.ts).
    await machine.resume();
    // The write that failed is the one that is done: the guest was never told of the outage.
    assert.equal((await line.expect(/WROTE \d+|DISK-ERROR/))[0], 'WROTE 2');
    line.write('r');
    await line.expect(/SEQ 2/);
    line[Symbol.dispose]();
    await machine.turnOff();
    execFileSync('qemu-img', ['convert', '-f', 'vhdx', '-O', 'raw', file, host.path('out.raw')]);
    assert.equal((await readFile(host.path('out.raw'))).readUInt32LE(256 * 512), 2);
  });

  test('while no service runs: the next one starts it, also below a checkpoint', async () => {
    await using host = await TestHost.make();
    const former = await host.hypervisor();
    const base = convert(host, 'base.vhdx', 'vhdx');
    const file = host.path('top.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', base, '-F', 'vhdx', file]);
    const backing = [{ file: base, format: 'vhdx' as const }];
    const image = { file, format: 'qcow2', readOnly: false, backing } as const;
    const spec = machineSpec(host, { disks: [ideDisk(file, { image })] });
    const machine = host.keep(await former.start(spec, fresh));
    using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    await line.ask('i', /INFO/);
    const daemon = await daemonAfter(spec, 0);
    await former.close();
    process.kill(daemon.pid, 'SIGKILL');
    while (await isAlive(daemon)) await sleep(5);
    const next = await host.hypervisor();
    const adopted = await next.adopt(spec, machine.process);
    assert.ok(adopted !== null);
    host.keep(adopted.machine);
    await daemonAfter(spec, daemon.pid);
    // From the base: nothing of that is in the overlay.
    line.write('rw');
    await line.expect(/SEQ 0/);
    await line.expect(/WROTE 1/);
    await adopted.machine.turnOff();
  });

  test('of a disk that was taken out none is started, and none for another file that took its name', async () => {
    await using host = await TestHost.make();
    const file = convert(host, 'disk', 'vhdx', 'subformat=dynamic');
    const { machine, spec, line, daemon } = await started(host, await host.hypervisor(), file, 'vhdx');
    line[Symbol.dispose]();
    process.kill(daemon.pid, 'SIGKILL');
    while (await isAlive(daemon)) await sleep(5);
    await writeFile(file, Buffer.alloc(100_000, 1));
    // Several looks of whoever would start it.
    await sleep(2000);
    assert.equal(await storageDaemonOf('ide0', join(spec.runDirectory, 's')), null);
    await machine.turnOff();
    await sleep(1000);
    assert.equal(await storageDaemonOf('ide0', join(spec.runDirectory, 's')), null);
  });
});

describe('a VHDX that grows under its machine', () => {
  const MIB = 1024 * 1024;

  test('a service that dies while its daemon is stopped: the next one starts it, and the guest has waited', async () => {
    await using host = await TestHost.make();
    const former = await host.hypervisor();
    const file = convert(host, 'disk', 'vhdx', 'subformat=dynamic');
    const image = { file, format: 'vhdx', readOnly: false } as const;
    const spec = machineSpec(host, { disks: [ideDisk(file, { image })] });
    const machine = host.keep(await former.start(spec, fresh));
    using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    await line.ask('i', /INFO/);
    await former.close();
    await stopStorageDaemon('ide0', join(spec.runDirectory, 's'));
    await growVhdxFile(file, 24 * MIB);
    line.write('w');
    const next = await host.hypervisor();
    const adopted = await next.adopt(spec, machine.process);
    assert.equal(adopted?.state, 'running');
    host.keep(adopted.machine);
    await line.expect(/WROTE 1/);
    await adopted.machine.growDisk('ide0', 24 * MIB);
    await adopted.machine.growDisk('ide0', 32 * MIB);
    line.write('w');
    await line.expect(/WROTE 2/);
    await adopted.machine.turnOff();
    execFileSync('qemu-img', ['check', '-q', '-f', 'vhdx', file]);
    assert.equal((await inspectDisk(file, null, 'vhdx')).virtualSize, 32 * MIB);
  });

  test('one that cannot grow where it is, for its block table is full, is served as before', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const file = convert(host, 'disk', 'vhdx', 'subformat=dynamic');
    const image = { file, format: 'vhdx', readOnly: false } as const;
    const spec = machineSpec(host, { disks: [ideDisk(file, { image })] });
    const machine = host.keep(await hypervisor.start(spec, fresh));
    using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    await line.ask('i', /INFO/);
    const { virtualSize } = await inspectDisk(file, null, 'vhdx');
    // Blocks of 1 MiB and more: a table of 1 MiB has no room for this.
    await assert.rejects(machine.growDisk('ide0', 60 * 1024 * 1024 * MIB), { code: 'notSupported' });
    line.write('w');
    await line.expect(/WROTE 1/);
    assert.equal((await inspectDisk(file, null, 'vhdx')).virtualSize, virtualSize);
    await machine.turnOff();
  });
});

describe('a qcow2 overlay over a chain of images', () => {
  for (const [base, format, driver] of [
    ['raw', 'raw', 'raw'],
    ['dynamic VHDX', 'vhdx', 'vhdx'],
  ] as const) {
    test(`over qcow2 over ${base}: boots, is written, is saved and restored; what lies below stays as it is`, async () => {
      await using host = await TestHost.make();
      const hypervisor = await host.hypervisor();
      const bottom = convert(host, `base.${driver}`, driver);
      const middle = host.path('middle.qcow2');
      execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', bottom, '-F', driver, middle]);
      const top = host.path('top.qcow2');
      execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', middle, '-F', 'qcow2', top]);
      const untouched = [await readFile(bottom), await readFile(middle)];
      const overlay = {
        file: top,
        format: 'qcow2',
        readOnly: false,
        backing: [
          { file: middle, format: 'qcow2' },
          { file: bottom, format },
        ],
      } as const;
      const spec = machineSpec(host, { disks: [ideDisk(top, { image: overlay })] });
      const machine = host.keep(await hypervisor.start(spec, fresh));
      {
        using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
        await line.ask('i', /INFO/);
        line.write('ww');
        await line.expect(/WROTE 2/);
      }
      await machine.save(host.path('state1'), () => {}, notCancelled);
      const again = host.keep(await hypervisor.start(spec, { savedState: host.path('state1'), signal: notCancelled }));
      {
        using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
        line.write('wr');
        await line.expect(/WROTE 3/);
      }
      await again.turnOff();
      assert.deepEqual([await readFile(bottom), await readFile(middle)], untouched);
      execFileSync('qemu-img', ['convert', '-f', 'qcow2', '-O', 'raw', top, host.path('out.raw')]);
      assert.equal((await readFile(host.path('out.raw'))).readUInt32LE(256 * 512), 3);
    });
  }

  test('a chain that does not fit the headers is refused', async () => {
    await using host = await TestHost.make();
    const base = create(host, 'base.raw', ['-f', 'raw']);
    const plain = create(host, 'plain.qcow2', ['-f', 'qcow2']);
    const refuse = (image: Parameters<typeof checkImage>[0], text: RegExp) =>
      assert.rejects(checkImage(image), { code: 'invalidParameter', message: text });
    const below = [{ file: base, format: 'raw' }] as const;
    await refuse({ file: plain, format: 'qcow2', readOnly: false, backing: below }, /It is no overlay/);
    await refuse({ file: base, format: 'raw', readOnly: false, backing: below }, /Only a qcow2 image/);
    await refuse(
      { file: plain, format: 'qcow2', readOnly: false, backing: [{ file: host.path('none'), format: 'raw' }] },
      /none does not exist|it is no overlay/,
    );
  });
});

describe('hardening 9, 10: images are looked into before QEMU sees them', () => {
  const refused = (file: string, format: DiskFormat) =>
    assert.rejects(checkImage({ file, format, readOnly: false }), (error) => {
      assert.ok(error instanceof DomainError);
      assert.equal(error.code, 'invalidParameter');
      assert.ok(error.message.includes(file));
      return true;
    });

  test('qcow2 with a backing file, by any kind of name, or with a data file', async () => {
    await using host = await TestHost.make();
    create(host, 'base.qcow2', ['-f', 'qcow2']);
    await refused(create(host, 'over', ['-f', 'qcow2', '-u', '-b', '/etc/shadow', '-F', 'raw']), 'qcow2');
    await refused(
      create(host, 'json', ['-f', 'qcow2', '-u', '-b', 'json:{"driver":"nbd","host":"127.0.0.1"}', '-F', 'raw']),
      'qcow2',
    );
    await refused(create(host, 'data', ['-f', 'qcow2', '-o', `data_file=${host.path('data.raw')}`]), 'qcow2');
    const [checked] = await checkImage({ file: host.path('base.qcow2'), format: 'qcow2', readOnly: false });
    assert.equal(checked?.kind, 'direct');
  });

  test('a raw disk is raw whatever header a guest wrote into it', async () => {
    await using host = await TestHost.make();
    const file = create(host, 'evil', ['-f', 'qcow2', '-u', '-b', '/etc/shadow', '-F', 'raw']);
    assert.deepEqual(await checkImage({ file, format: 'raw', readOnly: false }), [
      { kind: 'direct', source: { kind: 'file', driver: 'raw', file, readOnly: false, size: null } },
    ]);
  });

  test('differencing VHD and VHDX', async () => {
    await using host = await TestHost.make();
    const vhd = create(host, 'diff.vhd', ['-f', 'vpc', '-o', 'subformat=dynamic']);
    await patchVhdType(vhd, 4);
    await refused(vhd, 'vhd');
    const vhdx = create(host, 'diff.vhdx', ['-f', 'vhdx']);
    await setHasParent(vhdx);
    await refused(vhdx, 'vhdx');
  });

  test('a fixed VHD whose guest wrote a footer into its first sector keeps its own size and type', async () => {
    await using host = await TestHost.make();
    const file = create(host, 'fixed.vhd', ['-f', 'vpc', '-o', 'subformat=fixed,force_size=on']);
    const dynamic = await readFile(create(host, 'dynamic.vhd', ['-f', 'vpc', '-o', 'subformat=dynamic']));
    await using handle = await open(file, 'r+');
    await handle.write(dynamic.subarray(0, 512), 0, 512, 0);
    assert.deepEqual(await checkImage({ file, format: 'vhd', readOnly: false }), [
      { kind: 'direct', source: { kind: 'file', driver: 'raw', file, readOnly: false, size: 1048576 } },
    ]);
  });

  test('what is not of its format, is cut short, or is no file', async () => {
    await using host = await TestHost.make();
    for (const format of ['qcow2', 'vhd', 'vhdx'] as const) {
      for (const size of [0, 1, 511, 512, 70_000]) {
        const file = host.path(`junk-${format}-${size}`);
        await writeFile(file, Buffer.alloc(size, 0xc5));
        await refused(file, format);
      }
    }
    const whole = await readFile(create(host, 'whole.vhdx', ['-f', 'vhdx']));
    for (const size of [8, 65_536, 200_000, 300_000]) {
      await writeFile(host.path('cut.vhdx'), whole.subarray(0, size));
      await refused(host.path('cut.vhdx'), 'vhdx');
    }
    execFileSync('mkfifo', [host.path('fifo')]);
    await refused(host.path('fifo'), 'raw');
    await assert.rejects(checkImage({ file: host.directory, format: 'raw', readOnly: true }), DomainError);
  });
});

/** Type and checksum in both copies of the footer (VHD specification). */
async function patchVhdType(file: string, type: number): Promise<void> {
  const bytes = await readFile(file);
  for (const at of [0, bytes.length - 512]) {
    const footer = bytes.subarray(at, at + 512);
    footer.writeUInt32BE(type, 60);
    footer.writeUInt32BE(0, 64);
    footer.writeUInt32BE(~footer.reduce((sum, byte) => sum + byte, 0) >>> 0, 64);
  }
  await writeFile(file, bytes);
}

/** HasParent in the file parameters of the metadata (MS-VHDX 2.6.2.1). */
async function setHasParent(file: string): Promise<void> {
  const bytes = await readFile(file);
  const key = Buffer.from('3767a1ca36fa434db3b633f0aa44e76b', 'hex');
  const metadata = bytes.indexOf('metadata', 0, 'latin1');
  const entry = bytes.indexOf(key, metadata);
  const item = metadata + bytes.readUInt32LE(entry + 16);
  bytes.writeUInt32LE(bytes.readUInt32LE(item + 4) | 2, item + 4);
  await writeFile(file, bytes);
}
