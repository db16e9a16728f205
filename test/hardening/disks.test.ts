import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, link, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { settingsText } from '../../src/client/settings-text.ts';
import { inspectDisk } from '../../src/vhd/inspect.ts';
import { Bench, SERVICE } from '../crash/crash-case.ts';
import { hashOf } from '../crash/left-overs.ts';
import { Service } from '../kit/service.ts';
import { difference, dump } from '../kit/wire-dump.ts';
import { figures } from './kit.ts';

const run = promisify(execFile);

/** Files are real under the simulated hypervisor (K26): what is refused here never reaches QEMU. */
describe('disks made to be read wrong', () => {
  let service: Service;
  let bench: Bench;
  let directory = '';
  let victim = '';
  let parent = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vsms-d-'));
    const disk = join(directory, 'disk.raw');
    await writeFile(disk, Buffer.alloc(1 << 20));
    service = await Service.start({ hypervisor: 'simulated', dataDirectory: directory });
    bench = new Bench(service, disk);
    victim = await bench.create();
    // The drive of the disk's image takes another one in its place.
    const query = `SELECT * FROM Msvm_ResourceAllocationSettingData WHERE ResourceType = 5 AND Address = '1' AND InstanceID LIKE 'Microsoft:${victim}%'`;
    for await (const found of bench.client.queryReferences(query, 1))
      parent = `\\\\.\\root\\virtualization\\v2:Msvm_ResourceAllocationSettingData.InstanceID="${(found.selectors['InstanceID'] ?? '').replaceAll('\\', '\\\\')}"`;
    assert.notEqual(parent, '');
  });
  after(async () => {
    bench.close();
    await service[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  const drive = async (): Promise<string> => {
    const settings = settingsText('Msvm_ResourceAllocationSettingData', {
      ResourceType: 17,
      ResourceSubType: 'Microsoft:Hyper-V:Synthetic Disk Drive',
      Parent: parent,
      AddressOnParent: '0',
    });
    await bench.add(victim, [settings]);
    const query = `SELECT * FROM Msvm_ResourceAllocationSettingData WHERE ResourceType = 17 AND InstanceID LIKE 'Microsoft:${victim}%\\\\1\\\\0\\\\D'`;
    for await (const found of bench.client.queryReferences(query.replaceAll('\\\\', '\\'), 1))
      return `\\\\.\\root\\virtualization\\v2:Msvm_ResourceAllocationSettingData.InstanceID="${(found.selectors['InstanceID'] ?? '').replaceAll('\\', '\\\\')}"`;
    return assert.fail('the drive is not found');
  };

  let place = '';
  /** Attaches and tries to start; what it says, or null when the machine starts. */
  const attempt = async (file: string): Promise<string | null> => {
    if (place === '') place = await drive();
    const before = await dump(bench.client);
    const settings = settingsText('Msvm_StorageAllocationSettingData', {
      ResourceType: 31,
      ResourceSubType: 'Microsoft:Hyper-V:Virtual Hard Disk',
      Parent: place,
      HostResource: [file],
    });
    const start = await figures(service.pid);
    const refusal = await bench.add(victim, [settings]).then(
      () => null,
      (error: Error) => error.message,
    );
    const end = await figures(service.pid);
    assert.ok(end.cpuSeconds - start.cpuSeconds < 5, `${file}: ${end.cpuSeconds - start.cpuSeconds} s`);
    assert.ok(end.residentMb - start.residentMb < 300, `${file}: ${end.residentMb - start.residentMb} MB`);
    if (refusal !== null) {
      assert.equal(difference(before, await dump(bench.client)), '', file);
      assert.ok(refusal.length > 20 && !/root:/.test(refusal), refusal);
    }
    return refusal;
  };

  const path = (name: string): string => join(directory, name);
  const qcow2 = async (name: string, ...options: readonly string[]): Promise<string> => {
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', ...options, path(name), '1M']);
    return path(name);
  };

  test('9 qcow2 with a backing file outside of the roots, of the network, or in JSON: refused', async () => {
    const cases: readonly (readonly string[])[] = [
      ['-u', '-F', 'raw', '-b', '/etc/shadow'],
      ['-u', '-F', 'raw', '-b', '../../../../../../etc/shadow'],
      ['-u', '-F', 'raw', '-b', 'json:{"driver":"raw","file":{"driver":"file","filename":"/etc/shadow"}}'],
      ['-u', '-F', 'raw', '-b', 'json:{"driver":"nbd","host":"127.0.0.1","export":"x"}'],
      ['-u', '-F', 'raw', '-b', 'nbd://127.0.0.1/x'],
      ['-u', '-F', 'raw', '-b', 'nvme://0000:00:00.0/1'],
      ['-u', '-F', 'raw', '-b', 'http://127.0.0.1/x'],
      ['-u', '-F', 'raw', '-b', 'fat:rw:/etc'],
      ['-u', '-F', 'raw', '-b', '/dev/zero'],
      ['-u', '-F', 'raw', '-b', path('state/vsms.db')],
      ['-u', '-F', 'bochs', '-b', path('disk.raw')],
    ];
    for (const [index, options] of cases.entries()) {
      assert.notEqual(await attempt(await qcow2(`backing-${index}.qcow2`, ...options)), null, options.join(' '));
    }
    // Two that stand on each other.
    for (const [name, below] of [
      ['circle-a.qcow2', 'circle-b.qcow2'],
      ['circle-b.qcow2', 'circle-a.qcow2'],
    ] as const)
      await qcow2(name, '-u', '-F', 'qcow2', '-b', below);
    assert.notEqual(await attempt(path('circle-a.qcow2')), null, 'a circle');
  });

  test('9 qcow2 with an external data file: refused', async () => {
    const file = await qcow2('external.qcow2', '-o', `data_file=${path('data.raw')},data_file_raw=on`);
    assert.notEqual(await attempt(file), null);
  });

  test('9 qcow2 whose header is cut, huge or nonsense: refused, in bounded time', async () => {
    const good = await qcow2('good.qcow2');
    for (const [name, offset, bytes] of [
      ['version', 4, [0, 0, 0, 99]],
      ['cluster bits', 20, [0, 0, 0, 63]],
      ['size', 24, [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
      ['level-1 size', 36, [0xff, 0xff, 0xff, 0xff]],
      ['level-1 offset', 40, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00]],
      ['backing offset', 8, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
      ['unknown features', 72, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ] as const) {
      const file = path(`${name.replace(' ', '-')}.qcow2`);
      await copyFile(good, file);
      await using handle = await open(file, 'r+');
      await handle.write(Buffer.from(bytes), 0, bytes.length, offset);
      await handle.sync();
      assert.notEqual(await attempt(file), null, name);
    }
    await writeFile(path('short.qcow2'), 'QFI\u00fb');
    assert.notEqual(await attempt(path('short.qcow2')), null);
    await writeFile(path('empty.vhdx'), '');
    assert.notEqual(await attempt(path('empty.vhdx')), null);
  });

  test('11 VHD and VHDX that say to be differencing and name no parent that can be read: refused', async () => {
    for (const name of ['self.vhdx', 'self.vhd']) {
      const format = name.endsWith('vhdx') ? 'vhdx' : 'vpc';
      await run('qemu-img', ['create', '-q', '-f', format, path(name), '4M']);
      await using handle = await open(path(name), 'r+');
      const { size } = await handle.stat();
      if (format === 'vpc') {
        // Type 4, differencing, in both copies of the footer: the checksum is wrong then, too.
        for (const at of [60, size - 512 + 60]) await handle.write(Buffer.from([0, 0, 0, 4]), 0, 4, at);
      } else {
        // Every byte of the region table and of the metadata: whatever it means then, it is not this disk.
        await handle.write(Buffer.alloc(4096, 0xff), 0, 4096, 192 * 1024);
        await handle.write(Buffer.alloc(4096, 0xff), 0, 4096, 256 * 1024);
      }
      await handle.sync();
      assert.notEqual(await attempt(path(name)), null, name);
    }
  });

  test('7 special files and links in an allowed folder: refused', async () => {
    await run('mkfifo', [path('fifo.raw')]);
    assert.notEqual(await attempt(path('fifo.raw')), null);
    // Two names of one file are one disk: two machines must not have it by either.
    await link(path('disk.raw'), path('second-name.raw'));
    const said = await attempt(path('second-name.raw'));
    if (said === null) await assert.rejects(bench.request(victim, 2), /in use|is using/);
  });

  /** A disk of 4 MiB whose guest wrote a qcow2 header into it, with this backing file. */
  const rawWithHeader = async (name: string, backing: string): Promise<string> => {
    const file = path(name);
    await writeFile(file, Buffer.alloc(4 << 20));
    const header = await readFile(await qcow2(`${name}.qcow2`, '-u', '-F', 'raw', '-b', backing));
    await using handle = await open(file, 'r+');
    await handle.write(header, 0, Math.min(header.length, 65536), 0);
    await handle.sync();
    return file;
  };
  const machineWith = (file: string): Promise<string> =>
    bench.machines.create({
      name: 'raw',
      generation: 1,
      memoryMb: 64,
      processors: 1,
      disks: [file],
      isos: [],
      switch: null,
      serial: null,
      secureBoot: false,
      notes: '',
    });

  test('10 a raw disk whose guest wrote a header of another format stays raw', async () => {
    const file = await rawWithHeader('guest.raw', '/etc/shadow');
    const hash = await hashOf(file);
    const machine = await machineWith(file);
    await bench.request(machine, 2);
    await bench.request(machine, 3);
    assert.equal(await hashOf(file), hash);
    await bench.destroy(machine);
  });

  test('10 such a disk is resized, converted and exported as the bytes it is; what its header names is never read', async () => {
    // One that could be followed: it lies in an allowed folder, and would be seen in what is made.
    const secret = path('secret.raw');
    await writeFile(secret, Buffer.alloc(1 << 20, 'SECRET--'));
    for (const backing of [secret, '/etc/shadow']) {
      const file = await rawWithHeader(`guest-${backing === secret ? 'near' : 'far'}.raw`, backing);
      const images = { className: 'Msvm_ImageManagementService' };
      await bench.client.run(images, 'ResizeVirtualHardDisk', { Path: file, MaxInternalSize: String(6 << 20) });
      const bytes = await readFile(file);
      assert.equal(bytes.length, 6 << 20, 'by the size of the file, not of the header');
      assert.equal(bytes.toString('latin1', 0, 3), 'QFI');
      for (const [ending, Type, Format] of [
        ['vhdx', 3, 3],
        ['vhd', 3, 2],
        ['vhd', 2, 2],
        ['qcow2', 3, null],
      ] as const) {
        const made = `${file}-${Type}.${ending}`;
        await bench.client.run(images, 'ConvertVirtualHardDisk', {
          SourcePath: file,
          VirtualDiskSettingData: settingsText('Msvm_VirtualHardDiskSettingData', {
            Path: made,
            Type,
            ...(Format === null ? {} : { Format }),
          }),
        });
        assert.equal((await inspectDisk(made)).backing, null, made);
        assert.ok(bytes.equals(await bytesIn(made, bytes.length)), `${made} holds other bytes`);
      }
      const machine = await machineWith(file);
      const folder = `${file}-export`;
      await mkdir(folder);
      await bench.client.run(SERVICE, 'ExportSystemDefinition', {
        ComputerSystem: bench.reference(machine),
        ExportDirectory: folder,
        ExportSettingData: settingsText('Msvm_VirtualSystemExportSettingData', { CreateVmExportSubdirectory: false }),
      });
      const [exported = ''] = await readdir(join(folder, 'Virtual Hard Disks'));
      const copy = join(folder, 'Virtual Hard Disks', exported);
      assert.ok(bytes.equals(await bytesIn(copy, bytes.length)), `${copy} holds other bytes`);
      await bench.destroy(machine);
      assert.ok(bytes.equals(await readFile(file)), 'the disk itself is as it was');
    }
  });

  /** What another program finds in a disk: qemu-img, told the format. */
  const bytesIn = async (file: string, length: number): Promise<Buffer> => {
    const format = { vhd: 'vpc', vhdx: 'vhdx', qcow2: 'qcow2' }[file.slice(file.lastIndexOf('.') + 1)] ?? 'raw';
    const flat = path('flat');
    await run('qemu-img', ['convert', '-f', format, '-O', 'raw', file, flat]);
    const bytes = await readFile(flat);
    // A VHD is as large as its geometry.
    assert.ok(bytes.subarray(length).every((byte) => byte === 0));
    return bytes.subarray(0, length);
  };
});
