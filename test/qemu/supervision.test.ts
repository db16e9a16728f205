import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DomainError } from '../../src/core/errors.ts';
import type { MachineSpec } from '../../src/core/machine-spec.ts';
import { isAlive } from '../../src/qemu/supervise/process-identity.ts';
import { copyImage, nanoImage } from '../guests/guest-images.ts';
import { fresh, ideDisk, machineSpec, makeDirectory, nextEvent, notCancelled, SerialLine, TestHost } from './kit.ts';

const image = await nanoImage();
const asRoot = process.getuid?.() === 0;

async function nanoSpec(host: TestHost, changes: Partial<MachineSpec> = {}): Promise<MachineSpec> {
  const disk = await copyImage(image, host.path('disk.raw'));
  return machineSpec(host, { disks: [ideDisk(disk)], ...changes });
}

function com1Of(spec: MachineSpec): string {
  return spec.serialPorts[0]?.socket ?? '';
}

/** A VHDX with the nano guest in it. */
function vhdx(host: TestHost): string {
  const file = host.path('disk.vhdx');
  execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', 'vhdx', image, file]);
  return file;
}

/** Processes of any program that name the test's directory on their command line. */
function processesOf(host: TestHost): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words.some((word) => word.includes(host.directory)) ? [words[0] ?? ''] : [];
      } catch {
        return [];
      }
    });
}

describe('machines outlive the service (K20)', () => {
  test('a new service adopts a running and a paused machine, and drives them', async () => {
    await using host = await TestHost.make();
    const former = await host.hypervisor();
    const spec = await nanoSpec(host);
    const machine = host.keep(await former.start(spec, fresh));
    const before = machine.events()[Symbol.asyncIterator]();
    using line = await SerialLine.connect(com1Of(spec));
    await line.ask('i', /INFO/);
    await former.close();
    assert.equal((await before.next()).done, true);

    const service = await host.hypervisor();
    const adopted = await service.adopt(spec, machine.process);
    assert.equal(adopted?.state, 'running');
    assert.deepEqual(adopted.machine.process, machine.process);
    line.write('i');
    await line.expect(/INFO/);
    await adopted.machine.pause();
    await service.close();

    const third = await host.hypervisor();
    const again = await third.adopt(spec, machine.process);
    assert.equal(again?.state, 'paused');
    const events = again.machine.events()[Symbol.asyncIterator]();
    await again.machine.resume();
    line.write('i');
    await line.expect(/INFO/);
    line.write('s');
    assert.equal((await nextEvent(events, 'stopped')).by, 'guest');
    assert.deepEqual(processesOf(host), []);
  });

  test('a machine that died meanwhile, or another process of that number, is not adopted', async () => {
    await using host = await TestHost.make();
    const former = await host.hypervisor();
    const spec = await nanoSpec(host);
    const machine = host.keep(await former.start(spec, fresh));
    await former.close();
    const service = await host.hypervisor();
    const impostor = { pid: machine.process.pid, startTicks: machine.process.startTicks + 1 };
    assert.equal(await service.adopt(spec, impostor), null);
    assert.equal(await isAlive(machine.process), true, 'adopt() ends nothing that it was not asked for');
    assert.deepEqual(await service.endUnknown(new Set()), [spec.id]);
    assert.equal(await isAlive(machine.process), false, 'a machine that nobody will own is ended');

    const next = host.keep(await service.start(spec, fresh));
    await service.close();
    process.kill(next.process.pid, 'SIGKILL');
    const last = await host.hypervisor();
    assert.equal(await last.adopt(spec, next.process), null);
    assert.deepEqual(await readdir(host.path('state/machines')), []);
  });

  test('what a dead machine left while no service ran is cleared away: storage daemon, links, access', async () => {
    await using host = await TestHost.make();
    const former = await host.hypervisor();
    const spec = await nanoSpec(host, {
      disks: [ideDisk(vhdx(host), { image: { file: host.path('disk.vhdx'), format: 'vhdx', readOnly: false } })],
    });
    await chmod(host.path('disk.vhdx'), 0o600);
    const machine = host.keep(await former.start(spec, fresh));
    assert.ok(processesOf(host).some((name) => name.includes('qemu-storage-daemon')));
    await former.close();
    process.kill(machine.process.pid, 'SIGKILL');
    await host.hypervisor();
    assert.deepEqual(processesOf(host), []);
    assert.deepEqual(
      (await readdir(host.directory)).filter((name) => name.endsWith('com1')),
      [],
    );
    assert.equal(namedAccess(host.path('disk.vhdx')), '');
    assert.equal(namedAccess(host.directory), '');
  });

  test('a start that nobody was told of is ended by the next service', async () => {
    await using host = await TestHost.make();
    const former = await host.hypervisor();
    const spec = await nanoSpec(host);
    const machine = host.keep(await former.start(spec, fresh));
    await former.close();
    // As if the service had been killed before start() resolved.
    const record = join(host.path('state/machines'), `${spec.id}.json`);
    await writeFile(record, (await readFile(record, 'utf8')).replace('"running"', '"starting"'));
    await host.hypervisor();
    assert.equal(await isAlive(machine.process), false);
    assert.deepEqual(processesOf(host), []);
  });

  test('endUnknown ends what the store does not know, and start() replaces a forgotten machine of the same id', async () => {
    await using host = await TestHost.make();
    const former = await host.hypervisor();
    const spec = await nanoSpec(host);
    const machine = host.keep(await former.start(spec, fresh));
    await former.close();
    const service = await host.hypervisor();
    const second = host.keep(await service.start(spec, fresh));
    assert.equal(await isAlive(machine.process), false);
    await service.close();
    const third = await host.hypervisor();
    assert.deepEqual(await third.endUnknown(new Set([spec.id])), []);
    assert.deepEqual(await third.endUnknown(new Set()), [spec.id]);
    assert.equal(await isAlive(second.process), false);
  });

  test('a save that the service did not live to finish is undone at adoption (K18)', async () => {
    await using host = await TestHost.make();
    const former = await host.hypervisor();
    const spec = await nanoSpec(host);
    const machine = host.keep(await former.start(spec, fresh));
    await machine.pause();
    await former.close();
    const record = join(host.path('state/machines'), `${spec.id}.json`);
    const text = (await readFile(record, 'utf8'))
      .replace('"running"', '"saving"')
      .replace('"ranBeforeSave":false', '"ranBeforeSave":true');
    await writeFile(record, text);
    const service = await host.hypervisor();
    const adopted = await service.adopt(spec, machine.process);
    assert.equal(adopted?.state, 'running');
    using line = await SerialLine.connect(com1Of(spec));
    await line.ask('i', /INFO/);
  });
});

describe('starts that fail', () => {
  test('hardening 29: a disk in use is refused, the first machine goes on, nothing is left of the second', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const spec = await nanoSpec(host);
    host.keep(await hypervisor.start(spec, fresh));
    const rival = machineSpec(host, { disks: spec.disks });
    await assert.rejects(
      hypervisor.start(rival, fresh),
      (error) =>
        error instanceof DomainError &&
        error.code === 'fileInUse' &&
        error.hresult === '0x80070020' &&
        error.message.includes(spec.disks[0]?.image?.file ?? 'no disk'),
    );
    assert.deepEqual(await readdir(host.path('state/machines')), [`${spec.id}.json`]);
    using line = await SerialLine.connect(com1Of(spec));
    await line.ask('i', /INFO/);
  });

  test('L10 a missing disk is named', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const spec = machineSpec(host, { disks: [ideDisk(host.path('gone.raw'))] });
    await assert.rejects(hypervisor.start(spec, fresh), /gone\.raw/);
  });

  test('a cancelled start leaves nothing', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const spec = await nanoSpec(host);
    const abort = new AbortController();
    const starting = hypervisor.start(spec, { savedState: null, signal: abort.signal });
    setImmediate(() => abort.abort());
    await assert.rejects(starting, DomainError);
    assert.deepEqual(processesOf(host), []);
    assert.deepEqual(await readdir(host.path('state/machines')), []);
  });

  test('a pipe that another machine serves is refused', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const spec = await nanoSpec(host);
    host.keep(await hypervisor.start(spec, fresh));
    const rival = machineSpec(host, { serialPorts: spec.serialPorts });
    await assert.rejects(
      hypervisor.start(rival, fresh),
      (error) => error instanceof DomainError && error.code === 'fileInUse',
    );
    using line = await SerialLine.connect(com1Of(spec));
    await line.ask('i', /INFO/);
  });

  test('K25 a promised socket path over 107 bytes works through a link', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const long = host.path(`${'d'.repeat(90)}/${'s'.repeat(60)}.sock`);
    const disk = await copyImage(image, host.path('disk.raw'));
    const spec = machineSpec(host, {
      disks: [ideDisk(disk)],
      serialPorts: [{ id: 'com1', socket: long }],
      runDirectory: host.path('r'.repeat(120)),
    });
    const machine = host.keep(await hypervisor.start(spec, fresh));
    using line = await SerialLine.connect(await readlink(long));
    await line.ask('i', /INFO/);
    await machine.turnOff();
  });
});

function namedAccess(path: string): string {
  const text = execFileSync('getfacl', ['-pcn', '--', path], { encoding: 'utf8' });
  return text
    .split('\n')
    .filter((entry) => /^(user|group):\d|^mask/.test(entry))
    .join(' ');
}

describe('hardening 15: hostile names on a real QEMU', () => {
  test('paths with commas, quotes, equals signs and line breaks are just paths', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const evil = await makeDirectory(host.path('a,b=c "d\' \n$(e),readonly=on'));
    const disk = await copyImage(image, join(evil, 'disk,driver=x\n.raw'));
    const spec = machineSpec(host, {
      name: '",\n-incoming exec:id',
      disks: [ideDisk(disk, { id: 'id,"\n' })],
      smbios: {
        uuid: 'a1576c71-f505-4d1b-9b78-2cfd971b0f31',
        serial: 'a,type=4,\n"',
        boardSerial: 'b,',
        chassisSerial: '=c',
        assetTag: ',,=',
      },
      serialPorts: [{ id: 'com1', socket: join(evil, 'com1') }],
      runDirectory: join(evil, 'r'),
    });
    const machine = host.keep(await hypervisor.start(spec, fresh));
    using line = await SerialLine.connect(com1Of(spec));
    await line.ask('i', /INFO/);
    line.write('w');
    await line.expect(/WROTE 1/);
    assert.ok((await machine.screenshot()).width > 0);
    await machine.save(join(evil, 'saved'), () => {}, notCancelled);
    const again = host.keep(await hypervisor.start(spec, { savedState: join(evil, 'saved'), signal: notCancelled }));
    await again.turnOff();
  });
});

describe('K23 an unprivileged QEMU', () => {
  test('runs without privileges and with seccomp, and reaches exactly what it was given', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const spec = await nanoSpec(host);
    await chmod(host.path('disk.raw'), 0o600);
    const machine = host.keep(await hypervisor.start(spec, fresh));
    const status = await readFile(`/proc/${machine.process.pid}/status`, 'utf8');
    assert.match(status, /^NoNewPrivs:\t1$/m);
    assert.match(status, /^Seccomp:\t2$/m);
    assert.match(status, /^CapEff:\t0+$/m);
    // An ordinary user's service runs QEMU as that user; root's has a user for it.
    const uid = Number(/^Uid:\t(\d+)/m.exec(status)?.[1]);
    assert.equal(uid !== 0 && (asRoot || uid === process.getuid?.()), true);
    assert.equal(/user:\d+:rw-/.test(namedAccess(host.path('disk.raw'))), asRoot);
    assert.equal(/user:\d+:--x/.test(namedAccess(host.directory)), asRoot);
    await machine.turnOff();
    assert.equal(namedAccess(host.path('disk.raw')), '');
    assert.equal(namedAccess(host.directory), '');
  });
});
