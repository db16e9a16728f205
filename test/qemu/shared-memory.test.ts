import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, link, mkdtemp, open, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { Machine } from '../../src/core/ports.ts';
import type { MachineSpec } from '../../src/core/machine-spec.ts';
import { SharedMemory } from '../../src/qemu/supervise/shared-memory.ts';
import { nanoImage } from '../guests/guest-images.ts';
import { ideDisk, machineSpec, notCancelled, quietLog, SerialLine, TestHost } from './kit.ts';

const run = promisify(execFile);
const guest = await nanoImage();
const isRoot = process.getuid?.() === 0;
const unseen = (): void => undefined;

const digest = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

/** Devices over a file that is or was there. */
const devices = async (): Promise<readonly string[]> =>
  (await run('losetup', ['--noheadings', '--raw', '--output', 'NAME'])).stdout
    .split('\n')
    .filter((name) => name !== '');

/** Open files of a process by number. */
const descriptors = async (pid: number): Promise<ReadonlyMap<string, string>> => {
  const found = new Map<string, string>();
  for (const number of await readdir(`/proc/${pid}/fd`))
    found.set(number, await readlink(`/proc/${pid}/fd/${number}`).catch(() => ''));
  return found;
};

const answer = async (spec: MachineSpec): Promise<string> => {
  using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
  return (await line.ask('i', /INFO ticks=\d+ seq=(\d+) mem/))[1] ?? '';
};

describe('memory that forks share', () => {
  test('nobody writes to it: neither a QEMU that was broken into, nor a guest by its balloon', {
    skip: !isRoot,
  }, async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const before = new Set(await devices());
    let disks = 0;
    const specOf = async (): Promise<MachineSpec> => {
      const file = host.path(`disk${disks++}`);
      await copyFile(guest, file);
      return machineSpec(host, { disks: [ideDisk(file)] });
    };
    const source = await specOf();
    const machine = host.keep(await hypervisor.start(source, { savedState: null, signal: notCancelled }));
    const seq = await answer(source);
    await machine.save(host.path('saved'), unseen, notCancelled);
    const shared = host.path('shared');
    const maker = await specOf();
    await hypervisor.shareState(maker, {
      savedState: host.path('saved'),
      target: shared,
      progress: unseen,
      signal: notCancelled,
    });
    const { uid, mode } = await stat(shared);
    assert.deepEqual([uid, mode & 0o777], [0, 0o600], 'QEMU has no right to the file');
    const content = await digest(shared);

    const start = async (name: string): Promise<{ readonly spec: MachineSpec; readonly machine: Machine }> => {
      const spec = await specOf();
      await link(shared, host.path(name));
      const options = { savedState: host.path(name), signal: notCancelled };
      return { spec, machine: host.keep(await hypervisor.start(spec, options)) };
    };
    const forks = await Promise.all([start('one'), start('two')]);
    for (const { spec } of forks) assert.equal(await answer(spec), seq);
    const made = (await devices()).filter((name) => !before.has(name));
    assert.equal(made.length, 1, 'one device, whose pages all of them share');

    // What whoever has taken over the first of them could do with what its QEMU has open.
    const { pid } = forks[0].machine.process;
    const open0 = [...(await descriptors(pid))];
    assert.deepEqual(
      open0.filter(([, target]) => target.startsWith(shared) || target === host.path('one')),
      [],
    );
    const [number] = open0.find(([, target]) => target === made[0]) ?? assert.fail('the device is not open');
    const path = `/proc/${pid}/fd/${number}`;
    await using handle = await open(path, 'r+');
    await assert.rejects(handle.write(Buffer.alloc(4096), 0, 4096, 0), { code: 'EPERM' });
    await assert.rejects(run('fallocate', ['--punch-hole', '--offset', '0', '--length', '4096', path]));
    await assert.rejects(run('fallocate', ['--zero-range', '--offset', '0', '--length', '4096', path]));
    assert.equal(await digest(shared), content);
    const later = await start('three');
    for (const { spec } of [forks[1], later]) assert.equal(await answer(spec), seq);

    await handle.close();
    for (const each of [...forks, later]) await each.machine.turnOff();
    for (let tries = 0; tries < 4800 && (await devices()).includes(made[0] ?? ''); tries++)
      await new Promise((resolve) => setTimeout(resolve, 25));
    assert.deepEqual(
      (await devices()).filter((name) => !before.has(name)),
      [],
      'it goes with the last of them',
    );
  });

  test('without such devices each machine has a copy of its own', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vsms-shared-'));
    try {
      const file = join(directory, 'memory');
      await writeFile(
        file,
        Buffer.concat([Buffer.alloc(1024 * 1024, 7), Buffer.alloc(4 * 1024 * 1024), Buffer.from('end')]),
      );
      const content = await digest(file);
      const [one, two] = [join(directory, 'saved-1.vmstate'), join(directory, 'saved-2.vmstate')];
      await link(file, one);
      await link(file, two);
      const memory = new SharedMemory(null, quietLog, false);
      for (const name of [one, two]) {
        await using place = await memory.open(name);
        assert.equal(place.path, name);
        assert.deepEqual([await digest(name), (await stat(name)).nlink], [content, 1]);
      }
      const { ino } = await stat(one);
      await using again = await memory.open(one);
      assert.equal((await stat(again.path)).ino, ino, 'its own already');
      await writeFile(one, 'other');
      assert.equal(await digest(file), content);
      assert.equal(await digest(two), content);
      assert.deepEqual((await readdir(directory)).toSorted(), ['memory', 'saved-1.vmstate', 'saved-2.vmstate']);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
