import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import type { HostDisk, HostDisks } from '../../src/core/disks/host-disks.ts';
import type { DiskImage } from '../../src/core/machine-spec.ts';
import { openHostDisks } from '../../src/qemu/host-disks/host-disks.ts';
import { processesIn } from '../../src/qemu/supervise/process-identity.ts';
import { createVhdx } from '../../src/vhd/vhdx/writer.ts';
import { hostDiskLack } from '../kit/host-disk-lack.ts';
import { refusal } from '../core/kit.ts';

/* Disks of formats that no kernel reads, as block devices (src/qemu/host-disks). Read and written from outside, through the device. */

const MIB = 1024 * 1024;
const SIZE = 32 * MIB;
const { served: skip } = await hostDiskLack();
const log = { warn: (...said: unknown[]) => assert.fail(JSON.stringify(said)) };

const qemuImg = (...args: string[]): string => execFileSync('qemu-img', args, { encoding: 'utf8' });
const create = (format: string, file: string, ...more: string[]): string =>
  qemuImg('create', '-q', '-f', format, ...more, file, ...(more.includes('-b') ? [] : [String(SIZE)]));

const makePlace = async (t: TestContext): Promise<{ folder: string; base: string; disks: HostDisks }> => {
  const folder = await mkdtemp(join(tmpdir(), 'vsms-attach-'));
  const base = join(folder, 'attached');
  const disks = await openHostDisks(base, log);
  t.after(async () => {
    for (const { device, file } of await disks.list()) if (file.startsWith(folder)) await disks.detach(device);
    await rm(folder, { recursive: true, force: true });
  });
  return { folder, base, disks };
};

const ofFolder = async (disks: HostDisks, folder: string): Promise<readonly HostDisk[]> =>
  (await disks.list()).filter(({ file }) => file.startsWith(folder));

const writeAt = async (device: string, at: number, text: string): Promise<void> => {
  await using handle = await open(device, 'r+');
  await handle.write(Buffer.from(text), 0, undefined, at);
  await handle.sync();
};
const readAt = async (device: string, at: number, length: number): Promise<string> => {
  await using handle = await open(device, 'r');
  return (await handle.read(Buffer.alloc(length), 0, length, at)).buffer.toString();
};
/** What qemu-img, which is none of ours, reads there. */
const contentAt = async (format: string, file: string, at: number, length: number): Promise<string> => {
  const raw = `${file}.content`;
  qemuImg('convert', '-f', format, '-O', 'raw', file, raw);
  await using handle = await open(raw, 'r');
  return (await handle.read(Buffer.alloc(length), 0, length, at)).buffer.toString();
};
const processesOf = async (base: string): Promise<number> => {
  const names = await readdir(base).catch(() => []);
  const each = await Promise.all(names.map((name) => processesIn(join(base, name, 's'))));
  return each.flat().length;
};
const WHOLE = { bytes: SIZE, sectorSize: 512 };

describe('disks of other formats as devices of the host', { skip: skip ?? false }, () => {
  for (const [format, driver] of [
    ['vhdx', 'vhdx'],
    ['vhd', 'vpc'],
    ['qcow2', 'qcow2'],
  ] as const)
    test(`${format}: what the device is written is in the file, which nobody else writes meanwhile`, async (t) => {
      const { folder, base, disks } = await makePlace(t);
      const file = join(folder, `a.${format}`);
      create(driver, file, ...(format === 'vhd' ? ['-o', 'force_size=on'] : []));
      const image: DiskImage = { file, format, readOnly: false };
      assert.equal(await disks.lackFor(image), null);
      const { device } = await disks.attach(image, WHOLE);
      assert.deepEqual(await ofFolder(disks, folder), [{ device, file }]);
      assert.equal(execFileSync('blockdev', ['--getsize64', device], { encoding: 'utf8' }).trim(), String(SIZE));
      await writeAt(device, 5 * MIB, 'from the host');
      assert.equal(await readAt(device, 5 * MIB, 13), 'from the host');
      assert.throws(() => execFileSync('qemu-io', ['-f', driver, '-c', 'write 0 4k', file], { stdio: 'pipe' }));
      await disks.detach(device);
      assert.deepEqual(await ofFolder(disks, folder), []);
      assert.equal(await processesOf(base), 0);
      assert.deepEqual(await readdir(base), []);
      if (format === 'qcow2') qemuImg('check', file);
      assert.equal(await contentAt(driver, file, 5 * MIB, 13), 'from the host');
    });

  test('who mounts it has no right outside of his own namespaces, and no network', async (t) => {
    const { folder, base, disks } = await makePlace(t);
    const file = join(folder, 'a.vhdx');
    create('vhdx', file);
    await disks.attach({ file, format: 'vhdx', readOnly: false }, WHOLE);
    const [name = ''] = await readdir(base);
    const pid = (await readFile(join(base, name, 's', 'shown.pid'), 'utf8')).trim();
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    // cap_sys_admin is bit 21.
    for (const field of ['CapEff', 'CapPrm', 'CapBnd']) assert.match(status, new RegExp(`^${field}:\\s0*200000$`, 'm'));
    assert.match(status, /^NoNewPrivs:\t1$/m);
    assert.match(status, /^Seccomp:\t2$/m);
    for (const namespace of ['user', 'net', 'mnt'])
      assert.notEqual(await readlink(`/proc/${pid}/ns/${namespace}`), await readlink(`/proc/self/ns/${namespace}`));
  });

  test('overlays over what another process serves; read-only ones take no write', async (t) => {
    const { folder, disks } = await makePlace(t);
    const [base, overlay] = [join(folder, 'base.vhdx'), join(folder, 'top.qcow2')];
    create('vhdx', base);
    execFileSync('qemu-io', ['-f', 'vhdx', '-c', 'write -P 0x61 1M 4k', base]);
    create('qcow2', overlay, '-b', base, '-F', 'vhdx');
    const image = (readOnly: boolean): DiskImage => ({
      file: overlay,
      format: 'qcow2',
      readOnly,
      backing: [{ file: base, format: 'vhdx' }],
    });
    const { device } = await disks.attach(image(false), WHOLE);
    assert.equal(await readAt(device, MIB, 3), 'aaa');
    await writeAt(device, 2 * MIB, 'over it');
    await disks.detach(device);
    const again = await disks.attach(image(true), WHOLE);
    assert.equal(await readAt(again.device, MIB, 3), 'aaa');
    assert.equal(await readAt(again.device, 2 * MIB, 7), 'over it');
    assert.equal(execFileSync('blockdev', ['--getro', again.device], { encoding: 'utf8' }).trim(), '1');
    await assert.rejects(writeAt(again.device, 0, 'x'));
    await disks.detach(again.device);
  });

  test('sectors of 4096 bytes are those of the device', async (t) => {
    const { folder, disks } = await makePlace(t);
    const file = join(folder, 'a.vhdx');
    const writer = await createVhdx({
      file,
      type: 'dynamic',
      size: SIZE,
      blockSize: MIB,
      logicalSectorSize: 4096,
      physicalSectorSize: 4096,
      id: '0A0B0C0D-0000-4000-8000-000000000001',
    });
    await writer.close();
    const { device } = await disks.attach({ file, format: 'vhdx', readOnly: false }, { bytes: SIZE, sectorSize: 4096 });
    assert.equal(execFileSync('blockdev', ['--getss', device], { encoding: 'utf8' }).trim(), '4096');
    await using handle = await open(device, 'r+');
    await handle.write(Buffer.alloc(8192, 'w'), 0, 8192, 3 * MIB);
    await handle.close();
    await disks.detach(device);
    const again = await disks.attach({ file, format: 'vhdx', readOnly: true }, { bytes: SIZE, sectorSize: 4096 });
    assert.equal(await readAt(again.device, 3 * MIB + 8188, 8), `wwww${'\0'.repeat(4)}`);
  });

  test('a file system on it survives; while it is mounted, nothing is detached', async (t) => {
    const { folder, disks } = await makePlace(t);
    const [file, mount] = [join(folder, 'a.vhdx'), join(folder, 'mnt')];
    create('vhdx', file);
    await mkdir(mount);
    const image: DiskImage = { file, format: 'vhdx', readOnly: false };
    const { device } = await disks.attach(image, WHOLE);
    execFileSync('mkfs.ext4', ['-q', device]);
    execFileSync('mount', [device, mount]);
    try {
      await writeFile(join(mount, 'kept'), 'here');
      await assert.rejects(disks.detach(device), refusal('inUse', /is mounted/));
      assert.equal(await readFile(join(mount, 'kept'), 'utf8'), 'here');
    } finally {
      execFileSync('umount', [mount]);
    }
    await disks.detach(device);
    const again = await disks.attach(image, WHOLE);
    execFileSync('e2fsck', ['-fn', again.device], { stdio: 'pipe' });
    execFileSync('mount', ['-o', 'ro', again.device, mount]);
    try {
      assert.equal(await readFile(join(mount, 'kept'), 'utf8'), 'here');
    } finally {
      execFileSync('umount', [mount]);
    }
  });

  test('while a program has it open, it stays; the next try finishes', async (t) => {
    const { folder, base, disks } = await makePlace(t);
    const file = join(folder, 'a.qcow2');
    create('qcow2', file);
    const { device } = await disks.attach({ file, format: 'qcow2', readOnly: false }, WHOLE);
    const holder = await open(device, 'r+');
    await assert.rejects(disks.detach(device), refusal('inUse', /has \/dev\/loop\d+ open/));
    await holder.write(Buffer.from('late'), 0, undefined, 0);
    await holder.close();
    while ((await ofFolder(disks, folder)).length > 0);
    assert.equal(await processesOf(base), 0);
    assert.equal(await contentAt('qcow2', file, 0, 4), 'late');
  });

  test('the service that comes next knows it, and takes it away', async (t) => {
    const { folder, base, disks } = await makePlace(t);
    const file = join(folder, 'a.vhdx');
    create('vhdx', file);
    const { device } = await disks.attach({ file, format: 'vhdx', readOnly: false }, WHOLE);
    await writeAt(device, 0, 'one');
    const next = await openHostDisks(base, log);
    assert.deepEqual(await ofFolder(next, folder), [{ device, file }]);
    await writeAt(device, MIB, 'two');
    await next.detach(device);
    assert.equal(await processesOf(base), 0);
    assert.equal(await contentAt('vhdx', file, 0, 3), 'one');
    assert.equal(await contentAt('vhdx', file, MIB, 3), 'two');
  });

  test('a service that died in the middle of it leaves nothing behind', async (t) => {
    const { folder, base, disks } = await makePlace(t);
    const file = join(folder, 'a.vhdx');
    create('vhdx', file);
    const { device } = await disks.attach({ file, format: 'vhdx', readOnly: false }, WHOLE);
    const [name = ''] = await readdir(base);
    // As if the number of the device had not been noted any more.
    await writeFile(join(base, name, 'disk.json'), JSON.stringify({ file, device: null, sequence: null }));
    const next = await openHostDisks(base, log);
    assert.deepEqual(await ofFolder(next, folder), []);
    assert.ok(
      !execFileSync('losetup', ['--list', '--noheadings', '--output', 'NAME'], { encoding: 'utf8' })
        .split(/\s+/)
        .includes(device),
    );
    assert.equal(await processesOf(base), 0);
    assert.deepEqual(await readdir(base), []);
    execFileSync('qemu-io', ['-f', 'vhdx', '-c', 'write 0 4k', file]);
  });

  for (const [which, pidFile] of [
    ['that shows the disk', /shown\.pid$/],
    ['that reads the file', /disk-\w+\.pid$/],
  ] as const)
    test(`when the process dies ${which}, the device fails until it is detached; what was flushed is there`, async (t) => {
      const { folder, base, disks } = await makePlace(t);
      const file = join(folder, 'a.qcow2');
      create('qcow2', file);
      const image: DiskImage = { file, format: 'qcow2', readOnly: false };
      const { device } = await disks.attach(image, WHOLE);
      await writeAt(device, 3 * MIB, 'flushed');
      const [name = ''] = await readdir(base);
      const sockets = join(base, name, 's');
      const pid = (await readdir(sockets)).find((each) => pidFile.test(each)) ?? assert.fail('a pid file');
      process.kill(Number(await readFile(join(sockets, pid), 'utf8')), 'SIGKILL');
      const read = spawn('dd', [`if=${device}`, 'of=/dev/null', 'bs=4096', 'count=1', 'skip=2000', 'iflag=direct'], {
        stdio: 'ignore',
      });
      const [code] = (await once(read, 'exit')) as [number];
      assert.notEqual(code, 0);
      assert.deepEqual(await ofFolder(disks, folder), [{ device, file }]);
      await disks.detach(device);
      assert.equal(await processesOf(base), 0);
      qemuImg('check', file);
      const again = await disks.attach(image, WHOLE);
      assert.equal(await readAt(again.device, 3 * MIB, 7), 'flushed');
    });

  test('what cannot be served is refused, and leaves nothing behind', async (t) => {
    const { folder, base, disks } = await makePlace(t);
    const file = join(folder, 'a.qcow2');
    create('qcow2', file);
    const image: DiskImage = { file, format: 'qcow2', readOnly: false };
    const { device } = await disks.attach(image, WHOLE);
    await assert.rejects(
      (await openHostDisks(join(folder, 'other'), log)).attach(image, WHOLE),
      refusal('fileInUse', /in use/),
    );
    assert.deepEqual(await readdir(join(folder, 'other')), []);
    await disks.detach(device);
    await writeFile(file, 'no disk at all');
    await assert.rejects(disks.attach(image, WHOLE), refusal('invalidParameter', /is refused/));
    assert.deepEqual(await readdir(base), []);
  });
});
