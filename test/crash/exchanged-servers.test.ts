import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Checkpoints } from '../../src/client/checkpoints.ts';
import { numberOf } from '../../src/client/object.ts';
import { childDisk, hashOf } from '../kit/differencing-disks.ts';
import { requirePattern, writePattern } from '../kit/guest-pattern.ts';
import { killEach } from '../kit/kill-each.ts';
import { WireHost } from '../kit/wire-host.ts';
import { WireSnapshots } from '../kit/wire-snapshots.ts';
import { machineProcesses } from './left-overs.ts';

const [RUNNING, OFF] = [2, 3];
const LIMIT_MS = 120_000;

/** What serves a differencing VHDX, to be written or only read. */
const serving = async (host: WireHost, use: 'write' | 'read'): Promise<readonly number[]> =>
  (await machineProcesses(host.service.dataDirectory)).flatMap(({ pid, words }) =>
    words.some((word) => /\/serve-chain\.[jt]s$/.test(word)) && words.includes('--writable') === (use === 'write')
      ? [pid]
      : [],
  );

const kill = async (host: WireHost, use: 'write' | 'read'): Promise<void> => {
  killEach(await serving(host, use));
};

test('a differencing VHDX below a running machine: kill -9 of the service and of what serves it, while that is exchanged for forks and for merges', async () => {
  await using host = await WireHost.open('qemu');
  await host.bootDisk('image', 'dynamic VHDX');
  const { linux: image } = await host.file('image.vhdx');
  const untouched = await hashOf(image);
  const leaf = await host.file('vm.vhdx');
  await childDisk('vhdx', leaf.linux, image, []);
  const id = await host.nanoOn('vm', leaf.windows);
  const snapshots = new WireSnapshots(host);
  await host.standardCheckpoints(id);
  await host.change(id, RUNNING);
  const fork = (snapshot: string): Promise<readonly string[]> => {
    const wanted = { count: 1, start: true, disconnected: false, overcommit: false };
    return new Checkpoints(host.client).fork(snapshot.slice('Microsoft:'.length), wanted, {});
  };
  const until = (what: string, condition: () => Promise<boolean>): Promise<void> =>
    host.until(what, condition, LIMIT_MS);
  const atRest = (): Promise<void> =>
    until('all jobs have ended', async () => {
      const jobs = await host.rows('SELECT * FROM Msvm_ConcreteJob');
      return jobs.every((job) => numberOf(job.properties['JobState']) >= 7);
    });
  const deleteForks = async (): Promise<void> => {
    for (const { id: other } of await host.machines.list()) {
      if (other === id) continue;
      if ((await host.state(other)) !== OFF) await host.change(other, OFF);
      await host.machines.delete(other);
    }
  };
  /** The source reads what was below its checkpoint, and its fork has what it wrote at that. */
  const bothWhole = async (then: number, label: string): Promise<void> => {
    await requirePattern(host, 'vm', { disk: then, memory: then }, `${label}: the source`);
    await requirePattern(host, 'vm-1', { disk: then, memory: then }, `${label}: the fork`);
    const apart = [await writePattern(host, 'vm'), await writePattern(host, 'vm'), await writePattern(host, 'vm-1')];
    assert.deepEqual(apart, [then + 1, then + 2, then + 1], label);
    await requirePattern(host, 'vm', { disk: then + 2, memory: then + 2 }, `${label}: the source, later`);
    await requirePattern(host, 'vm-1', { disk: then + 1, memory: then + 1 }, `${label}: the fork, later`);
  };

  const first = await writePattern(host, 'vm');
  let snapshot = await snapshots.take(id);
  const cut = fork(snapshot).catch(() => null);
  await until('the one that writes has ended', async () => (await serving(host, 'write')).length === 0);
  await host.restart('SIGKILL');
  await cut;
  await atRest();
  // On a slow host the service may have come further than that.
  await deleteForks();
  await requirePattern(host, 'vm', { disk: first, memory: first }, 'the service was killed in the exchange');
  await fork(snapshot);
  await kill(host, 'read');
  await bothWhole(first, 'what reads was killed');
  await deleteForks();
  await snapshots.destroy(snapshot);
  await until('one that writes', async () => (await serving(host, 'write')).length > 0);
  await kill(host, 'write');
  await snapshots.merged(id);
  await requirePattern(host, 'vm', { disk: first + 2, memory: first + 2 }, 'what writes was killed, for the merge');

  const second = await writePattern(host, 'vm');
  snapshot = await snapshots.take(id);
  const forked = fork(snapshot);
  await until('one that reads', async () => (await serving(host, 'read')).length > 0);
  await kill(host, 'read');
  await forked;
  await bothWhole(second, 'what reads was killed as it came');
  await deleteForks();
  await snapshots.destroy(snapshot);
  await until('the one that reads has ended', async () => (await serving(host, 'read')).length === 0);
  await host.restart('SIGKILL');
  await snapshots.merged(id);
  assert.deepEqual(await snapshots.files(`Microsoft:${id}`), [leaf.windows]);
  await requirePattern(host, 'vm', { disk: second + 2, memory: second + 2 }, 'the service was killed before the merge');

  const last = await writePattern(host, 'vm');
  await host.change(id, OFF);
  assert.deepEqual([...(await serving(host, 'read')), ...(await serving(host, 'write'))], []);
  assert.equal(await hashOf(image), untouched);
  await host.change(id, RUNNING);
  await requirePattern(host, 'vm', { disk: last, memory: null }, 'a new start');
  await host.change(id, OFF);
});
