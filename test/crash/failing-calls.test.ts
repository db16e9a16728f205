import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Reference } from '../../src/client/object.ts';
import { resourceUri } from '../../src/client/uris.ts';
import { type Bench, CASES, CrashBench, type CrashCase } from './crash-case.ts';
import { countCalls, failAt, KINDS, pointsOf } from './failing-calls.ts';
import { tree } from './left-overs.ts';
import { exportOne, PLANS } from './plan-cases.ts';

/*
 * Hardening 25: each call that puts something on the disk, opens a file or starts a program fails once, with what a disk or a
 * host may answer. The work fails with a cause or is done; it is old or new; nothing is left; then it can be done.
 */

const SNAPSHOTS = { className: 'Msvm_VirtualSystemSnapshotService' };

const take = (bench: Bench, id: string): Promise<unknown> =>
  bench.client.run(SNAPSHOTS, 'CreateSnapshot', {
    AffectedSystem: bench.reference(id),
    SnapshotSettings: '',
    SnapshotType: 2,
  });

/** The one checkpoint that there is. */
const checkpoint = async (bench: Bench): Promise<Reference> => ({
  resourceUri: resourceUri('root\\virtualization\\v2', 'Msvm_VirtualSystemSettingData'),
  selectors: { InstanceID: `Microsoft:${(await bench.checkpoints())[0] ?? ''}` },
});

const withCheckpoint = async (bench: Bench): Promise<string> => {
  const id = await bench.create();
  await take(bench, id);
  return id;
};

const CHECKPOINTS: readonly CrashCase[] = [
  { name: 'take a checkpoint', prepare: (bench) => bench.create(), operate: take },
  {
    name: 'apply a checkpoint',
    merges: true,
    prepare: withCheckpoint,
    operate: async (bench) => bench.client.run(SNAPSHOTS, 'ApplySnapshot', { Snapshot: await checkpoint(bench) }),
  },
  {
    name: 'delete a checkpoint, whose disk is merged',
    merges: true,
    prepare: withCheckpoint,
    operate: async (bench) =>
      bench.client.run(SNAPSHOTS, 'DestroySnapshot', { AffectedSnapshot: await checkpoint(bench) }),
  },
];

const CHOSEN = ['define with resources', 'destroy saved', 'save', 'restore'];

describe('25: each call of the kernel that may fail fails', () => {
  let directory = '';
  let disk = '';
  let bench: CrashBench;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vsms-f-'));
    disk = join(directory, 'disk.qcow2');
    await promisify(execFile)('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '1M']);
    // One thread for files: then the n-th call is the n-th of the work.
    const environment = { UV_THREADPOOL_SIZE: '1' };
    bench = await CrashBench.open({ hypervisor: 'simulated', dataDirectory: directory, environment }, disk);
    await exportOne(bench.bench);
  });
  after(async () => {
    await bench[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  for (const each of [...CASES.filter(({ name }) => CHOSEN.includes(name)), ...CHECKPOINTS, ...PLANS]) {
    test(each.name, async (t) => {
      const rehearsed = await bench.rehearse(each);
      for (const kind of KINDS) {
        const count = await bench.count(each, (work) => countCalls(bench.service.pid, kind, work));
        const tried = pointsOf(count);
        const found = { old: 0, new: 0 };
        for (const n of tried) {
          const label = `${each.name}, ${kind.error} at ${kind.calls[0]} ${n} of ${count}`;
          const end = await bench.endure(each, label, (pid) => failAt(pid, kind, n), rehearsed);
          found[end.found]++;
          // A sentence for the client, not a text of the kernel alone.
          if (end.error !== null) assert.doesNotMatch(end.error, /^Error: [A-Z]+:|TypeError/, label);
        }
        t.diagnostic(`${kind.error} at ${tried.length} of ${count} ${kind.calls.join(', ')}: ${JSON.stringify(found)}`);
        const files = async (): Promise<readonly string[]> =>
          (await tree(directory)).filter((name) => /\.(qcow2|vmstate|part|new)$/.test(name));
        // Files go after the record.
        for (let tries = 0; tries < 200 && (await files()).length > 1; tries++) await sleep(25);
        assert.deepEqual(await files(), ['disk.qcow2'], `${each.name}, ${kind.error}: files left over`);
      }
    });
  }
});
