import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../src/core/errors.ts';
import type { GuestCopy, Machine, MachineFigures } from '../../src/core/ports.ts';
import type { AdapterSpec, DiskImage, DiskSpec } from '../../src/core/machine-spec.ts';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';
import { copyImage, linuxImages } from '../guests/guest-images.ts';
import { fresh, generationBytes, ideDisk, machineSpec, nextEvent, notCancelled, SerialLine, TestHost } from './kit.ts';

const images = await linuxImages();
const READY = /VSMS-READY ([^\r\n]*)\r/;
const BOOT_LIMIT_MS = 180_000;
const MIB = 1024 * 1024;

async function figuresOf(machine: Machine, wanted: (figures: MachineFigures) => boolean): Promise<MachineFigures> {
  for (let tries = 0; tries < 480; tries++) {
    if (wanted(machine.figures())) break;
    await sleep(500);
  }
  return machine.figures();
}

async function shell(line: SerialLine, command: string): Promise<string> {
  line.write(`echo '['; ${command}; echo ']'\n`);
  return ((await line.expect(/\[\r\n([^\]]*)\]\r\n/))[1] ?? '').trim();
}

/** Files that are not there, in folders that are not there, and over others: by hashes that the guest tells. */
async function copyFiles(machine: Machine, line: SerialLine): Promise<void> {
  const content = randomBytes(300_000);
  const copy = (destination: string, bytes: Buffer, more: Partial<GuestCopy> = {}): Promise<void> =>
    machine.copyToGuest(
      {
        destination,
        overwrite: false,
        createFolders: false,
        size: bytes.length,
        read: async (at, into) => void bytes.copy(into, 0, at),
        ...more,
      },
      () => undefined,
      notCancelled,
    );
  const sum = async (file: string): Promise<string> => (await shell(line, `sha256sum ${file}`)).slice(0, 64);
  await copy('/tmp/a.bin', content);
  assert.equal(await sum('/tmp/a.bin'), createHash('sha256').update(content).digest('hex'));
  await assert.rejects(copy('/tmp/a.bin', Buffer.from('x')), { hresult: '0x80070050' });
  await copy('/tmp/a.bin', Buffer.alloc(0), { overwrite: true });
  assert.equal(await shell(line, 'wc -c < /tmp/a.bin'), '0');
  await assert.rejects(copy("/tmp/d'1/e f/b.bin", content), /No such file/);
  await copy("/tmp/d'1/e f/b.bin", content, { createFolders: true });
  assert.equal(await sum(`"/tmp/d'1/e f/b.bin"`), createHash('sha256').update(content).digest('hex'));
  // Others read a file while it changes: they find the one or the other.
  await copy('/tmp/pool', content, { atOnce: true });
  await shell(line, '(while [ ! -e /tmp/enough ]; do wc -c < /tmp/pool; done | uniq > /tmp/seen 2>&1) & true');
  for (const size of [200_000, 0, 250_000])
    await copy('/tmp/pool', content.subarray(0, size), { atOnce: true, overwrite: true });
  await shell(line, 'touch /tmp/enough; while pidof wc > /dev/null; do :; done; sleep 1');
  const seen = (await shell(line, 'sort -u /tmp/seen')).split(/\s+/);
  assert.ok(seen.length > 1 && seen.every((size) => ['300000', '200000', '0', '250000'].includes(size)), seen.join());
  assert.equal(await shell(line, 'stat -c %a /tmp/pool; ls /tmp/pool*'), '644\r\n/tmp/pool');
  const stop = new AbortController();
  const failing = { createFolders: false, overwrite: true, size: content.length };
  await assert.rejects(
    machine.copyToGuest(
      { ...failing, destination: '/tmp/c.bin', read: async (at, into) => void content.copy(into, 0, at) },
      () => stop.abort(new Error('stopped')),
      stop.signal,
    ),
    /stopped/,
  );
  assert.equal(await shell(line, 'ls /tmp/c.bin 2>/dev/null | wc -l'), '0');
}

function scsi(id: string, slot: number, changes: Partial<DiskSpec> = {}): DiskSpec {
  return ideDisk('', { id, bus: 'scsi', slot, image: null, ...changes });
}

function blank(host: TestHost, name: string, format: string, size: string): string {
  execFileSync('qemu-img', ['create', '-q', '-f', format, host.path(name), size]);
  return host.path(name);
}

describe('a Linux guest', () => {
  test('production checkpoints: the agent brings its file systems to rest, and they wake, whoever dies', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const system = await copyImage(images.gen1, host.path('system.raw'));
    const first = { file: system, format: 'raw', readOnly: false } as const;
    const spec = machineSpec(host, {
      memory: { mb: 256, dynamic: null },
      disks: [ideDisk(system, { image: first })],
    });
    const machine = host.keep(await hypervisor.start(spec, fresh));
    {
      using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
      await line.expect(READY, BOOT_LIMIT_MS);
      await shell(line, 'mkdir -p /m; mount -t vfat /dev/sda1 /m');
    }
    assert.equal((await figuresOf(machine, (figures) => figures.guestAgent === 'ok')).guestAgent, 'ok');
    {
      using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
      await copyFiles(machine, line);
    }
    {
      using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
      // As the documents say how a program tells the host something.
      await shell(
        line,
        'mkdir -p /var/lib/hyperv; { printf role; head -c 508 /dev/zero; printf db; head -c 2046 /dev/zero; } >> /var/lib/hyperv/.kvp_pool_1',
      );
    }
    const told = await figuresOf(machine, ({ guest }) => (guest?.exchange.length ?? 0) > 0);
    assert.deepEqual(told.guest?.exchange, [{ name: 'role', data: 'db' }]);
    const overlayOver = async (name: string, below: DiskImage): Promise<DiskImage> => {
      const file = host.path(name);
      await createImageTool().createOverlay(file, below);
      const backing = [{ file: below.file, format: below.format }, ...(below.backing ?? [])];
      return { file, format: 'qcow2', readOnly: false, backing };
    };
    const one = await overlayOver('one.qcow2', first);
    let moments = 0;
    await machine.checkpoint(
      { overlays: [{ disk: 'ide0', image: one }], memory: null, freeze: true, atMoment: async () => void moments++ },
      () => undefined,
      notCancelled,
    );
    assert.equal(moments, 1);
    assert.equal([...(await machine.tops()).values()][0], one.file);
    {
      using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
      assert.match(await shell(line, 'echo awake > /m/awake && sync && cat /m/awake'), /awake/);
    }
    // The service dies while they are at rest: the next one wakes them.
    const two = await overlayOver('two.qcow2', one);
    const dead = Promise.withResolvers<void>();
    void machine
      .checkpoint(
        {
          overlays: [{ disk: 'ide0', image: two }],
          memory: null,
          freeze: true,
          atMoment: () => {
            dead.resolve();
            return new Promise(() => undefined);
          },
        },
        () => undefined,
        notCancelled,
      )
      .catch(() => undefined);
    await dead.promise;
    await hypervisor.close();
    const next = await host.hypervisor();
    const adopted = await next.adopt({ ...spec, disks: [ideDisk(system, { image: two })] }, machine.process);
    assert.equal(adopted?.state, 'running');
    using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    await line.ask('echo more > /m/more; sync; cat /m/more\n', /\nmore\r/);
  });

  test('generation 2: Secure Boot, TPM, agent, balloon, hot-plug, media, save with all of it, shutdown', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const system = await copyImage(images.gen2, host.path('system.raw'));
    const adapter: AdapterSpec = { id: 'nic0', mac: '00155D010203', emulated: false, network: { kind: 'none' } };
    const disk = scsi('system', 0, { image: { file: system, format: 'raw', readOnly: false } });
    const spec = machineSpec(host, {
      generation: 2,
      processors: 2,
      memory: { mb: 384, dynamic: { minimumMb: 256, maximumMb: 512 } },
      firmware: { kind: 'uefi', secureBoot: true, variablesFile: host.path('vars.fd'), bootOrder: ['system', 'cd'] },
      tpm: { stateDirectory: host.path('tpm') },
      disks: [disk, scsi('cd', 1, { media: 'cd' })],
      adapters: [adapter],
    });
    const com1 = spec.serialPorts[0]?.socket ?? '';
    const machine = host.keep(await hypervisor.start(spec, fresh));
    using line = await SerialLine.connect(com1);
    const ready = (await line.expect(READY, BOOT_LIMIT_MS))[1] ?? '';
    assert.match(ready, /cpus=2 /);
    assert.match(ready, /efi=1 secureboot=1 tpm=tpm0, product=Virtual_Machine/);
    assert.match(ready, /disks=sda,sr0, nics=eth0,/);

    const { guestAgent, guestOperatingSystem } = await figuresOf(
      machine,
      (figures) => figures.guestOperatingSystem !== null && figures.guestMemory !== null && figures.memoryUsageMb > 0,
    );
    assert.equal(guestAgent, 'ok');
    assert.equal(guestOperatingSystem, 'vsms test guest 1');
    assert.ok((machine.counters().disks.get('system')?.readBytes ?? 0) > 1024 * 1024);
    assert.ok(machine.counters().processorMs > 0);
    // The balloon holds what dynamic memory has not given out.
    const started = await figuresOf(machine, (figures) => figures.guestMemory?.totalMb === 384);
    assert.equal(started.guestMemory?.totalMb, 384);

    // The cable: none at first, then the NAT network, then none again.
    assert.equal(await shell(line, 'cat /sys/class/net/eth0/carrier'), '0');
    await machine.connectAdapter({ ...adapter, network: { kind: 'user' } });
    assert.equal(
      await shell(line, 'udhcpc -q -n -i eth0 -s /etc/udhcpc >/dev/null 2>&1; cat /sys/class/net/eth0/carrier'),
      'VSMS-DHCP eth0 10.0.2.15\r\n1',
    );
    const networked = await figuresOf(machine, ({ guest }) => guest?.interfaces[0]?.addresses[0] !== undefined);
    const { kernel, architecture, interfaces } = networked.guest ?? assert.fail();
    assert.match(kernel ?? '', /^\d+\.\d+\./);
    assert.equal(architecture, 'x86_64');
    assert.equal(interfaces[0]?.mac, adapter.mac);
    assert.deepEqual(interfaces[0]?.addresses[0], { address: '10.0.2.15', prefixLength: 24 });
    await machine.connectAdapter({ ...adapter, network: { kind: 'none' } });
    assert.equal(await shell(line, 'sleep 1; cat /sys/class/net/eth0/carrier'), '0');

    // Drives and adapters come and go.
    const data = scsi('data', 5, {
      image: { file: blank(host, 'data.vhdx', 'vhdx', '8M'), format: 'vhdx', readOnly: false },
    });
    await machine.addDisk(data);
    await line.ask('ls /sys/block/sdb && echo THERE\n', /THERE\r/);
    assert.match(
      await shell(
        line,
        'dd if=/dev/zero bs=1M count=1 2>/dev/null | tr "\\0" x | dd of=/dev/sdb bs=1M conv=fsync 2>/dev/null; echo done',
      ),
      /done/,
    );
    await assert.rejects(machine.addDisk(data), DomainError);
    await machine.addDisk({
      ...data,
      id: 'far',
      controller: 2,
      slot: 9,
      image: { file: blank(host, 'far.qcow2', 'qcow2', '4M'), format: 'qcow2', readOnly: false },
      iopsLimit: 500,
    });
    await line.ask('ls /sys/block/sdc && echo THERE\n', /THERE\r/);

    // Disks grow under the guest, which sees it by itself and writes to what is new. One is written to all the time.
    await shell(
      line,
      '(n=0; while [ ! -e /tmp/grown ]; do n=$((n+1)); echo $n | dd of=/dev/sdb bs=4096 seek=512 conv=fsync,sync 2>/dev/null || echo FAILED $n > /tmp/failed; done; echo $n > /tmp/last) & true',
    );
    for (const [id, device, bytes] of [
      ['data', 'sdb', 16 * MIB],
      ['data', 'sdb', 24 * MIB],
      ['far', 'sdc', 12 * MIB],
      ['system', 'sda', statSync(system).size + MIB],
    ] as const) {
      await machine.growDisk(id, bytes);
      await line.ask(
        `until [ "$(cat /sys/block/${device}/size)" = ${bytes / 512} ]; do sleep 1; done; echo LARGER-${device}\n`,
        new RegExp(`LARGER-${device}\\r`),
      );
    }
    assert.equal(
      await shell(
        line,
        'touch /tmp/grown; until [ -e /tmp/last ]; do sleep 1; done; cat /tmp/failed 2>/dev/null; [ "$(dd if=/dev/sdb bs=4096 skip=512 count=1 2>/dev/null | tr -d "\\0")" = "$(cat /tmp/last)" ] && echo WHOLE',
      ),
      'WHOLE',
    );
    await line.ask(
      'dd if=/dev/zero bs=4096 count=1 2>/dev/null | tr "\\0" y | dd of=/dev/sdb bs=4096 seek=6143 conv=fsync 2>/dev/null; echo VHDX-WRITTEN\n',
      /VHDX-WRITTEN\r/,
    );
    const last = 12 * MIB - 4096;
    await line.ask(
      `dd if=/dev/zero bs=4096 count=1 2>/dev/null | tr "\\0" z | dd of=/dev/sdc bs=4096 seek=${last / 4096} conv=fsync 2>/dev/null; echo END-WRITTEN\n`,
      /END-WRITTEN\r/,
    );
    await assert.rejects(machine.growDisk('far', 8 * MIB), { code: 'invalidParameter' });
    await assert.rejects(machine.growDisk('data', 16 * MIB), { code: 'invalidParameter' });
    await machine.setIopsLimit('system', 10_000);
    await machine.setIopsLimit('system', null);
    await machine.addAdapter({ id: 'nic1', mac: '00155D010204', emulated: false, network: { kind: 'user' } });
    await line.ask('ls /sys/class/net/eth1 && echo THERE\n', /THERE\r/);

    // Media. The guest's tray is locked or not; it is the operator's hand.
    const iso = host.path('data.iso');
    execFileSync('dd', ['if=/dev/urandom', `of=${iso}`, 'bs=2048', 'count=64', 'status=none']);
    await machine.changeMedium('cd', { file: iso, format: 'raw', readOnly: true });
    await line.ask(
      'sleep 1; [ "$(dd if=/dev/sr0 bs=2048 2>/dev/null | wc -c)" = 131072 ] && echo MEDIUM\n',
      /MEDIUM\r/,
    );
    await machine.changeMedium('cd', { file: system, format: 'raw', readOnly: true }).then(
      () => assert.fail('an image in use by the machine itself'),
      (error: unknown) => assert.ok(error instanceof DomainError),
    );
    await machine.changeMedium('cd', null);
    await machine.changeMedium('cd', { file: iso, format: 'raw', readOnly: true });

    // Everything above is in the saved state.
    await machine.removeAdapter('nic1');
    await line.ask('echo KEPT > /tmp/kept; [ -e /sys/class/net/eth1 ] || echo GONE\n', /GONE\r/);
    await machine.save(host.path('saved.state'), () => {}, notCancelled);
    assert.ok((await readFile(host.path('saved.state'))).includes(generationBytes(spec.generationId)), 'K30');
    const now = {
      ...spec,
      disks: [
        disk,
        scsi('cd', 1, { media: 'cd', image: { file: iso, format: 'raw', readOnly: true } }),
        data,
        {
          ...data,
          id: 'far',
          controller: 2,
          slot: 9,
          image: { file: host.path('far.qcow2'), format: 'qcow2' as const, readOnly: false },
        },
      ],
    };
    const again = host.keep(
      await hypervisor.start(now, { savedState: host.path('saved.state'), signal: notCancelled }),
    );
    using second = await SerialLine.connect(com1);
    await second.ask('cat /tmp/kept; ls /sys/block\n', /KEPT\r/);
    assert.equal(
      await shell(second, 'dd if=/dev/sdb bs=1 count=4 2>/dev/null; echo; ls /sys/class/tpm'),
      'xxxx\r\ntpm0',
    );
    assert.equal(await shell(second, 'dd if=/dev/sdb bs=1 skip=25161728 count=4 2>/dev/null'), 'yyyy');
    assert.equal(await shell(second, `dd if=/dev/sdc bs=1 skip=${last} count=4 2>/dev/null`), 'zzzz');
    await again.removeDisk('data');
    await again.removeDisk('far');
    await second.ask('ls /sys/block/sdb 2>/dev/null || echo GONE\n', /GONE\r/);
    // The drive's daemon and access went with it.
    assert.equal(
      (await readdir(`${spec.runDirectory}/s`)).some((name) => name.startsWith('disk-') && name.endsWith('.pid')),
      false,
    );

    await again.setMemory(256);
    // The guest tells what is free some time after it has given memory back.
    await figuresOf(again, ({ guestMemory }) => guestMemory?.totalMb === 256 && (guestMemory.availableMb ?? 256) < 256);
    await assert.rejects(again.setMemory(100_000), DomainError);

    // By the agent, which answers; the process ends by itself.
    await figuresOf(again, (figures) => figures.guestAgent === 'ok');
    const events = again.events()[Symbol.asyncIterator]();
    await again.shutdownGuest();
    assert.equal((await nextEvent(events, 'stopped')).by, 'guest');
    assert.equal(existsSync(`${spec.runDirectory}/s`), false);
  });

  test('generation 1 with inbox devices: IDE, floppy drive, e1000, SCSI, serial port to another pipe, ACPI button, save', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const system = await copyImage(images.gen1, host.path('system.raw'));
    const spec = machineSpec(host, {
      memory: { mb: 256, dynamic: null },
      deviceModels: 'inbox',
      disks: [
        ideDisk(system),
        ideDisk('', { id: 'dvd', slot: 1, media: 'cd', image: null }),
        ideDisk('', { id: 'floppy', bus: 'floppy', media: 'floppy', image: null }),
        scsi('data', 3, {
          image: { file: blank(host, 'data.qcow2', 'qcow2', '8M'), format: 'qcow2', readOnly: false },
        }),
      ],
      adapters: [
        { id: 'synthetic', mac: '00155D010203', emulated: false, network: { kind: 'user' } },
        { id: 'legacy', mac: '00155D010204', emulated: true, network: { kind: 'none' } },
      ],
    });
    const com1 = spec.serialPorts[0]?.socket ?? '';
    const machine = host.keep(await hypervisor.start(spec, fresh));
    using line = await SerialLine.connect(com1);
    assert.match((await line.expect(READY, BOOT_LIMIT_MS))[1] ?? '', /efi=0 .*product=Virtual_Machine/);
    await machine.changeMedium('floppy', {
      file: blank(host, 'floppy.img', 'raw', '1440K'),
      format: 'raw',
      readOnly: false,
    });
    await machine.changeMedium('floppy', null);
    // By ACPI hot plug of the pc machine; core offers it for generation 2 alone (lifecycle §8).
    await machine.addAdapter({ id: 'x', mac: '00155D010205', emulated: false, network: { kind: 'user' } });
    await machine.removeAdapter('x');
    await assert.rejects(machine.removeDisk('ide0'), DomainError);

    const other = { id: 'com1', socket: host.path('other.sock') };
    await machine.connectSerial(other);
    assert.equal(existsSync(com1), false);
    await machine.connectSerial({ id: 'com2', socket: host.path('second.sock') });
    using moved = await SerialLine.connect(other.socket);
    await moved.ask('echo MOVED; echo SECOND > /dev/ttyS1\n', /MOVED\r/);
    await machine.save(host.path('saved.state'), () => {}, notCancelled);
    const serialPorts = [other, { id: 'com2', socket: host.path('second.sock') }];
    const again = host.keep(
      await hypervisor.start({ ...spec, serialPorts }, { savedState: host.path('saved.state'), signal: notCancelled }),
    );
    using back = await SerialLine.connect(other.socket);
    await back.ask('echo BACK\n', /BACK\r/);
    const events = again.events()[Symbol.asyncIterator]();
    await again.connectSerial({ id: 'com2', socket: null });
    await again.shutdownGuest();
    assert.equal((await nextEvent(events, 'stopped')).by, 'guest');
  });
});
