import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { WireObject } from '../../src/client/object.ts';
import { numberOf, textOf } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { killEach } from '../kit/kill-each.ts';
import { Service } from '../kit/service.ts';
import { changeWord, guestInfo, WireHost } from '../kit/wire-host.ts';
import { WireSnapshots } from '../kit/wire-snapshots.ts';
import { machineProcesses } from './left-overs.ts';

/*
 * ENOSPC of a real file system below the disks of a real guest, at checkpoint, apply and merge (issue 4 §2): old or new state,
 * chains that can be read, no file left over, and a guest that waits for room and goes on.
 */

const run = promisify(execFile);
const MIB = 1024 * 1024;
/** Paused because of a disk error. */
const PAUSED_CRITICAL = 32789;
const RUNNING = 2;
const PAUSED = 9;
const OFF = 3;

/** A small file system of its own where the disks lie. */
class SmallDisk implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async mount(path: string, mebibytes = 24): Promise<SmallDisk> {
    await mkdir(path, { recursive: true });
    await run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', path]);
    return new SmallDisk(path);
  }

  /** Not a byte is left. */
  async fill(): Promise<void> {
    const { bavail, bsize } = await statfs(this.path);
    await using ballast = await open(join(this.path, 'ballast'), 'a');
    const piece = Buffer.alloc(MIB, 1);
    for (let left = bavail * bsize; left > 0; left -= piece.length)
      await ballast.write(piece.subarray(0, Math.min(left, piece.length)));
  }

  empty(): Promise<void> {
    return rm(join(this.path, 'ballast'));
  }

  async files(): Promise<readonly string[]> {
    return (await readdir(this.path)).filter((name) => name !== 'ballast').toSorted();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run('umount', ['-l', this.path]);
  }
}

/** A machine whose checkpoints have memory. */
async function machineOn(host: WireHost): Promise<string> {
  const id = await host.nano('vm', 'qcow2');
  await host.call('ModifySystemSettings', {
    SystemSettings: settingsText('Msvm_VirtualSystemSettingData', {
      InstanceID: `Microsoft:${id}`,
      UserSnapshotType: 5,
    }),
  });
  return id;
}

const text = (object: WireObject, name: string): string => textOf(object.properties[name]) ?? '';

test('hardening 25: a full file system below a running guest: checkpoint, apply and merge', {
  skip: process.getuid?.() !== 0,
}, async () => {
  await using host = await WireHost.open('qemu');
  await using disk = await SmallDisk.mount(join(host.service.dataDirectory, 'drives/c/vm'));
  const snapshots = new WireSnapshots(host);
  const id = await machineOn(host);
  await host.change(id, RUNNING);
  const ask = async (): Promise<number> => {
    using line = await host.serial('vm');
    return (await guestInfo(line)).word;
  };
  const write = async (): Promise<number> => {
    using line = await host.serial('vm');
    await guestInfo(line);
    return await changeWord(line);
  };
  const onDisk = async (instanceId: string): Promise<number> => {
    const [file = ''] = await snapshots.files(instanceId);
    const path = join(disk.path, file.split('\\').at(-1) ?? '');
    await run('qemu-img', ['check', '-q', '-U', path]);
    const { stdout } = await run('qemu-io', ['-U', '-r', '-c', `read -v ${256 * 512} 4`, path]);
    const bytes = /^[0-9a-f]+:\s+((?:[0-9a-f]{2} ){4})/m.exec(stdout)?.[1]?.trim().split(' ') ?? [];
    return bytes.reduceRight((sum, byte) => sum * 256 + Number.parseInt(byte, 16), 0);
  };
  const refused = async (method: string, args: Parameters<WireSnapshots['job']>[1]): Promise<void> => {
    const job = await snapshots.job(method, args);
    assert.equal(text(job, 'JobState'), '10');
    assert.match(text(job, 'ErrorDescription'), /1 MiB are needed and 0 MiB are free/, 'K33: both figures');
  };
  const take = { AffectedSystem: host.system(id), SnapshotSettings: '', SnapshotType: 2 };
  const active = `Microsoft:${id}`;

  const one = await write();
  const a = await snapshots.take(id);
  const withA = await disk.files();
  assert.equal(withA.length, 2);

  // A checkpoint that there is no room for: nothing has changed, and the guest has not stood still for it.
  await disk.fill();
  await refused('CreateSnapshot', take);
  assert.deepEqual([await disk.files(), await snapshots.list(id), await host.state(id)], [withA, [a], RUNNING]);
  assert.equal(await ask(), one);

  // A write of the guest that there is no room for: it waits, paused, and loses nothing.
  {
    using line = await host.serial('vm');
    await guestInfo(line);
    line.write('w');
    await host.until('the guest waits for room', async () => (await host.state(id)) === PAUSED_CRITICAL);
    await disk.empty();
    await host.change(id, RUNNING);
    await line.expect(/WROTE \d+/);
  }
  const two = await ask();
  assert.equal(two, one + 1);

  // A merge that there is no room for: the checkpoint is gone, its file stays below the current one, and the guest runs.
  const b = await snapshots.take(id);
  await write();
  const three = await ask();
  const before = await disk.files();
  await disk.fill();
  await snapshots.destroyTree(a);
  const merges = (): Promise<WireObject[]> => host.rows('SELECT * FROM Msvm_ConcreteJob WHERE JobType = 50');
  await host.until('a merge has ended', async () => {
    const jobs = await merges();
    return jobs.length > 0 && jobs.every((job) => numberOf(job.properties['JobState']) >= 7);
  });
  assert.deepEqual(await snapshots.list(id), []);
  assert.equal(await ask(), three);
  await disk.empty();
  assert.equal(before.length, 3);
  // Tried again when the machine stops.
  await host.change(id, OFF);
  await snapshots.merged(id);
  assert.equal(await onDisk(active), three);
  assert.deepEqual(await disk.files(), ['vm.qcow2'], 'the disk has its name back, and nothing else is there');
  await assert.rejects(host.client.get(snapshots.settings(b)));

  // An apply that there is no room for.
  const c = await snapshots.take(id);
  await host.change(id, RUNNING);
  const four = await write();
  await host.change(id, OFF);
  assert.notEqual(four, three);
  const withC = await disk.files();
  await disk.fill();
  await refused('ApplySnapshot', { Snapshot: snapshots.settings(c) });
  assert.deepEqual([await disk.files(), await host.state(id)], [withC, OFF]);
  assert.equal(await onDisk(active), four);
  await disk.empty();
  await snapshots.apply(c);
  await snapshots.merged(id);
  assert.equal(await onDisk(active), three);
  assert.equal((await disk.files()).length, 2);
  await host.machines.delete(id);
  assert.deepEqual(await disk.files(), ['vm.qcow2']);
});

test('a merge that there is no room for, with the machine off and running: told with both figures, nothing is lost, it goes on', {
  skip: process.getuid?.() !== 0,
}, async () => {
  await using host = await WireHost.open('qemu');
  await using disk = await SmallDisk.mount(join(host.service.dataDirectory, 'drives/c/vm'));
  const snapshots = new WireSnapshots(host);
  const id = await machineOn(host);
  const current = async (): Promise<string> => {
    const [file = ''] = await snapshots.files(`Microsoft:${id}`);
    return join(disk.path, file.split('\\').at(-1) ?? '');
  };
  const pattern = async (command: string, at = '4M'): Promise<void> => {
    const path = await current();
    await run('qemu-img', ['check', '-q', '-U', path]);
    const { stdout } = await run('qemu-io', [
      '-f',
      'qcow2',
      ...(command === 'read' ? ['-U', '-r'] : []),
      '-c',
      `${command} -P 0x5a ${at} 4M`,
      path,
    ]);
    assert.doesNotMatch(stdout, /fail/);
  };
  const failures = async (): Promise<readonly WireObject[]> =>
    (await host.rows('SELECT * FROM Msvm_ConcreteJob WHERE JobType = 50')).filter(
      (job) => text(job, 'JobState') === '10',
    );
  /** All that were ever seen; the last one is shown. */
  const seen = new Set<string>();
  const failed = async (times: number): Promise<void> => {
    await host.until('a merge has failed', async () => {
      const found = await failures();
      for (const job of found) seen.add(text(job, 'InstanceID'));
      return seen.size >= times && found.length === 1;
    });
    for (const job of await failures()) {
      assert.match(text(job, 'ErrorDescription'), /[4-9] MiB are needed and 0 MiB are free/, 'K33: both figures');
      assert.match(text(job, 'ErrorDescription'), /They are whole; it is tried again/);
      assert.match(
        text(job, 'ErrorDescription'),
        /It is tried again as soon as there is room, in any case in \d+ seconds/,
      );
    }
  };
  await run('qemu-img', ['resize', '-q', join(disk.path, 'vm.qcow2'), '16M']);
  const a = await snapshots.take(id);
  await pattern('write');
  const before = await disk.files();
  assert.equal(before.length, 2);
  await disk.fill();
  await snapshots.destroy(a);
  await failed(1);
  assert.deepEqual([await snapshots.list(id), await disk.files()], [[], before]);
  await pattern('read');

  // Begun again by the start, and by the guest's own QEMU now.
  await host.change(id, RUNNING);
  await failed(2);
  {
    using line = await host.serial('vm');
    await guestInfo(line);
  }
  assert.deepEqual([await disk.files(), await host.state(id)], [before, RUNNING]);
  await pattern('read');

  // There is room again: of a machine in another state, it is tried at once.
  await disk.empty();
  await host.change(id, PAUSED);
  await snapshots.merged(id);
  assert.deepEqual(await disk.files(), ['vm.qcow2']);
  await host.change(id, RUNNING);
  using line = await host.serial('vm');
  await guestInfo(line);
  await host.change(id, OFF);
  await pattern('read');

  // And of a machine that stays as it is, when there is room again.
  const b = await snapshots.take(id);
  await pattern('write', '8M');
  await disk.fill();
  await snapshots.destroy(b);
  await failed(3);
  assert.equal((await disk.files()).length, 2);
  await disk.empty();
  await host.until('it is merged', async () => (await disk.files()).length === 1);
  await snapshots.merged(id);
  assert.deepEqual(await disk.files(), ['vm.qcow2']);
  for (const job of await failures()) seen.add(text(job, 'InstanceID'));
  assert.equal(seen.size, 3, 'not before there was room');
  await pattern('read');
  await pattern('read', '8M');
});

/** $0: the identifier of the boot, which the kernel does not change for us. */
const BOOTED = ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"'];

for (const hypervisor of ['simulated', 'qemu'] as const)
  test(`K20 a boot of the host on a full disk, ${hypervisor}: the service comes up, and starts what starts by itself when there is room`, {
    skip: process.getuid?.() !== 0,
  }, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vsms-'));
    const bootId = `${directory}.boot-id`;
    try {
      await using disk = await SmallDisk.mount(directory, 48);
      await writeFile(bootId, '11111111-1111-4111-8111-111111111111\n');
      const launcher = [...BOOTED, bootId];
      await using host = WireHost.over(await Service.start({ hypervisor, dataDirectory: directory, launcher }));
      const id = await host.nano('vm');
      const values = { InstanceID: `Microsoft:${id}`, AutomaticStartupAction: 4 };
      await host.call('ModifySystemSettings', {
        SystemSettings: settingsText('Msvm_VirtualSystemSettingData', values),
      });
      await host.change(id, RUNNING);
      const { service } = host;
      const before = service.output.length;
      let up: Promise<unknown> = Promise.resolve();
      await host.restart('SIGTERM', async () => {
        // Nothing of it outlives the host.
        killEach((await machineProcesses(directory)).map(({ pid }) => pid));
        await host.until('its processes are gone', async () => (await machineProcesses(directory)).length === 0);
        await writeFile(bootId, '22222222-2222-4222-8222-222222222222\n');
        await disk.fill();
        const said = (text: RegExp) => async (): Promise<boolean> => text.test(service.output.slice(before));
        up = host
          .until('it listens on the full disk', said(/vsms listens on/))
          .then(() =>
            host.until(
              'it says what waits for room',
              said(/automatic starts wait until it is|not started automatically: a disk is full/),
            ),
          )
          .then(() => disk.empty());
      });
      await up;
      await host.until('it was started', async () => (await host.state(id)) === RUNNING);
      using line = await host.serial('vm');
      assert.equal((await guestInfo(line)).word, 0, 'anew');
      await host.change(id, OFF);
    } finally {
      await rm(directory, { recursive: true, force: true });
      await rm(bootId, { force: true });
    }
  });
