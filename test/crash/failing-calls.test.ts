import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Bench, CASES, CrashBench, type CrashCase } from './crash-case.ts';
import { countCalls, failAt, type FailingCalls } from './failing-calls.ts';
import { tree } from './left-overs.ts';

/*
 * Hardening 25: each call that puts something on the disk, opens a file or starts a program fails once, with what a disk or a
 * host may answer. The work fails with a cause or is done; it is old or new; nothing is left; then it can be done.
 */

const KINDS: readonly FailingCalls[] = [
  { calls: ['fsync', 'fdatasync'], error: 'EIO' },
  { calls: ['pwrite64', 'ftruncate', 'fallocate'], error: 'ENOSPC' },
  { calls: ['rename', 'renameat2', 'mkdir'], error: 'EROFS' },
  { calls: ['openat'], error: 'EMFILE' },
  { calls: ['clone', 'clone3', 'fork', 'vfork'], error: 'EAGAIN' },
];

/** Points of one kind that are tried of an operation, evenly spread; `VSMS_POINTS=1000` for all. */
const MOST_POINTS = Number(process.env['VSMS_POINTS'] ?? 4);

const SNAPSHOTS = { className: 'Msvm_VirtualSystemSnapshotService' };

const take = (bench: Bench, id: string): Promise<unknown> =>
  bench.client.run(SNAPSHOTS, 'CreateSnapshot', {
    AffectedSystem: bench.reference(id),
    SnapshotSettings: '',
    SnapshotType: 2,
  });

const CHECKPOINTS: readonly CrashCase[] = [
  { name: 'take a checkpoint', prepare: (bench) => bench.create(), operate: take },
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
  });
  after(async () => {
    await bench[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  for (const each of [...CASES.filter(({ name }) => CHOSEN.includes(name)), ...CHECKPOINTS]) {
    test(each.name, async (t) => {
      const rehearsed = await bench.rehearse(each);
      for (const kind of KINDS) {
        const count = await bench.count(each, (work) => countCalls(bench.service.pid, kind, work));
        const points = Math.min(count, MOST_POINTS);
        const tried = Array.from({ length: points }, (_, i) =>
          points === 1 ? 1 : 1 + Math.round((i * (count - 1)) / (points - 1)),
        );
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
