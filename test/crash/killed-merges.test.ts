import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, readdir, truncate } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { settingsText } from '../../src/client/settings-text.ts';
import { FUZZ_SEED } from '../kit/fuzz.ts';
import { requirePattern, writePattern } from '../kit/guest-pattern.ts';
import { killEach } from '../kit/kill-each.ts';
import { type HypervisorName, WireHost } from '../kit/wire-host.ts';
import { WireSnapshots } from '../kit/wire-snapshots.ts';
import { nanoImage } from '../guests/guest-images.ts';
import { contentOf } from '../vhd/disks.ts';
import { killAtCallOn, pointsOf } from './failing-calls.ts';
import { machineProcesses } from './left-overs.ts';

/*
 * Issue 4 §2, over the wire: what writes into a dynamic VHDX while a checkpoint is merged into it dies by SIGKILL at a call of the
 * kernel that does, and others at the same moment. The merge comes to its end without anybody, the disk is as it should be byte for
 * byte, and no file is left over. What such a kill leaves of the VHDX is visited call by call by vhdx-writers.test.ts.
 */

const run = promisify(execFile);
const MIB = 1024 * 1024;
const [RUNNING, OFF] = [2, 3];
const WRITING = ['pwrite64', 'pwritev', 'ftruncate', 'fdatasync'];
/** Threads share the work, otherwise each time: the busiest comes to 15 to 33. */
const WRITES_OF_A_THREAD = 16;
/** Of each test; all with `VSMS_POINTS=1000`. */
const MOST_POINTS = Number(process.env['VSMS_POINTS'] ?? 1);

/** What the overlay gets, into blocks that the VHDX does not have yet, and zeros over one that it has. */
const WRITES = [
  { at: 3 * MIB, length: 64 * 1024, byte: 7 },
  { at: 20 * MIB, length: 2 * MIB, byte: 8 },
  { at: 2 * MIB, length: 64 * 1024, byte: 0 },
] as const;

/** A machine that is off, with a checkpoint and with more on its disk since. */
interface Scene {
  readonly host: WireHost;
  readonly snapshots: WireSnapshots;
  readonly id: string;
  readonly name: string;
  readonly snapshot: string;
  readonly disk: { readonly windows: string; readonly linux: string };
  /** What the disk must hold in the end. */
  readonly content: Buffer;
}

/** Another one each time: a block that the VHDX has got is not made again. */
const prepare = async (host: WireHost, name: string): Promise<Scene> => {
  const snapshots = new WireSnapshots(host);
  const disk = await host.file(`${name}.vhdx`);
  const image = join(host.service.dataDirectory, 'nano.raw');
  await copyFile(await nanoImage(), image);
  await truncate(image, 64 * MIB);
  await run('qemu-img', ['convert', '-f', 'raw', '-O', 'vhdx', '-o', 'block_size=1M', image, disk.linux]);
  await run('qemu-io', ['-f', 'vhdx', '-c', `write -q -P 1 2M 128k`, disk.linux]);
  const content = await contentOf(disk.linux);
  for (const { at, length, byte } of WRITES) content.fill(byte, at, at + length);
  const id = await host.nanoOn(name, disk.windows);
  await host.call('ModifySystemSettings', {
    SystemSettings: settingsText('Msvm_VirtualSystemSettingData', {
      InstanceID: `Microsoft:${id}`,
      UserSnapshotType: 5,
      // One whose QEMU was killed stays off.
      AutomaticRecoveryAction: 2,
    }),
  });
  const snapshot = await snapshots.take(id);
  const [overlay = ''] = await snapshots.files(`Microsoft:${id}`);
  const over = join(dirname(disk.linux), basename(overlay.replaceAll('\\', '/')));
  const writes = WRITES.flatMap(({ at, length, byte }) => ['-c', `write -q -P ${byte} ${at} ${length}`]);
  await run('qemu-io', ['-f', 'qcow2', ...writes, over]);
  return { host, snapshots, id, name, snapshot, disk, content };
};

/** Files of checkpoints. */
const leftOver = async ({ disk }: Scene): Promise<readonly string[]> =>
  (await readdir(dirname(disk.linux))).filter((name) => !/^vm\d+\.vhdx$/.test(name));

/** The merge has come to its end: the machine has its own disk again, alone in the folder, and nothing of it is lost. */
const requireMerged = async (scene: Scene, label: string): Promise<void> => {
  const { host, snapshots, id, name, disk, content } = scene;
  await host.until(`${label}: no overlay is left`, async () => (await leftOver(scene)).length === 0, 600_000);
  await snapshots.merged(id);
  assert.deepEqual(await snapshots.files(`Microsoft:${id}`), [disk.windows], label);
  if ((await host.state(id)) === RUNNING) {
    await requirePattern(host, name, { disk: 1, memory: null }, label);
    await host.change(id, OFF);
  }
  const found = await contentOf(disk.linux);
  // The first one has what the guest wrote.
  for (let at = MIB; at < content.length; at += MIB)
    assert.ok(found.subarray(at, at + MIB).equals(content.subarray(at, at + MIB)), `${label}: at ${at}`);
  await run('qemu-img', ['check', '-q', '-f', 'vhdx', disk.linux]);
  await host.until(`${label}: its processes end`, async () => {
    const left = await machineProcesses(host.service.dataDirectory);
    return left.length === 0;
  });
  await host.machines.delete(id);
};

/** Who dies at the same moment, beside what writes into the VHDX. */
type Others = 'nobody' | 'the service' | 'QEMU and the service';

interface Plan {
  readonly hypervisor: HypervisorName;
  readonly power: 'running' | 'off';
  /** One after the other, at one point each. */
  readonly others: readonly Others[];
}

const killAtPoints = async (t: TestContext, { hypervisor, power, others }: Plan): Promise<void> => {
  await using host = await WireHost.open(hypervisor);
  const processes = async (program: RegExp): Promise<readonly number[]> =>
    (await machineProcesses(host.service.dataDirectory)).flatMap(({ pid, words }) =>
      program.test(basename(words[0] ?? '')) ? [pid] : [],
    );
  /** Off, qemu-img, which the service starts; running, the daemon that is there. */
  const writers = async (): Promise<readonly number[]> =>
    power === 'off' ? [host.service.pid] : await processes(/^qemu-storage-daemon/);
  const begin = async (name: string): Promise<Scene> => {
    const scene = await prepare(host, name);
    if (power === 'running') {
      await host.change(scene.id, RUNNING);
      assert.equal(await writePattern(host, name), 1);
    }
    return scene;
  };
  const told: string[] = [];
  for (const [index, n] of pointsOf(WRITES_OF_A_THREAD, MOST_POINTS).entries()) {
    const other = others[index % others.length] ?? 'nobody';
    const label = `kill -9 at write ${n} of a thread, and of ${other}, VSMS_FUZZ_SEED=${FUZZ_SEED}`;
    const scene = await begin(`vm${index}`);
    let died = false;
    {
      await using death = await killAtCallOn(scene.disk.linux, await writers(), WRITING, n);
      await scene.snapshots.destroy(scene.snapshot);
      // Threads share the work otherwise each time: the merge may have come to its end before one was at that call.
      await host.until(`${label}: the end of the writer or of the merge`, async () => {
        died = await death.died();
        return died || (await leftOver(scene)).length === 0;
      });
      if (died && other === 'QEMU and the service') killEach(await processes(/^qemu-system-/));
      if (died && other !== 'nobody') process.kill(host.service.pid, 'SIGKILL');
    }
    if (died && other !== 'nobody') await host.restart('SIGKILL');
    told.push(`${n} ${died ? other : 'not reached'}`);
    await requireMerged(scene, label);
  }
  t.diagnostic(`kill -9 at write ${told.join(', ')}, VSMS_FUZZ_SEED=${FUZZ_SEED}`);
};

test('with the machine off, qemu-img', (t) =>
  // After a merge that failed while the service lives, the next one is begun half a minute later.
  killAtPoints(t, {
    hypervisor: 'simulated',
    power: 'off',
    others:
      process.env['VSMS_POINTS'] === undefined
        ? ['the service']
        : ['the service', 'the service', 'the service', 'nobody'],
  }));

test('with the guest running, the storage daemon', (t) =>
  killAtPoints(t, { hypervisor: 'qemu', power: 'running', others: ['QEMU and the service', 'the service', 'nobody'] }));
