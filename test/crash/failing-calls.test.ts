import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { CHECKPOINTS } from './checkpoint-cases.ts';
import { CASES, CrashBench } from './crash-case.ts';
import { failEach } from './fail-each.ts';
import { failOpensOf } from './failing-calls.ts';
import { exportOne, PLANS } from './plan-cases.ts';

/*
 * Hardening 25: each call that puts something on the disk, opens a file or starts a program fails once, with what a disk or a
 * host may answer. The work fails with a cause or is done; it is old or new; nothing is left; then it can be done.
 */

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
      for (const line of await failEach(bench, each)) t.diagnostic(line);
    });
  }

  test('take a checkpoint, whose folder cannot be opened to be synced', async () => {
    const [take = assert.fail()] = CHECKPOINTS;
    const rehearsed = await bench.rehearse(take);
    const end = await bench.endure(take, 'no sync of the folder', (pid) => failOpensOf(pid, directory), rehearsed);
    assert.deepEqual([end.died, end.found], [false, 'old'], bench.service.output.slice(-2000));
  });
});
