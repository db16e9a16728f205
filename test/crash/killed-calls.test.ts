import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { CHECKPOINTS } from './checkpoint-cases.ts';
import { CASES, CrashBench } from './crash-case.ts';
import { killAtEach } from './fail-each.ts';
import { killAtRename } from './failing-calls.ts';
import { exportOne, PLANS } from './plan-cases.ts';

/*
 * Hardening 24 by the calls of the kernel: kill -9 at each fsync, write, rename, removal, opening and start of a program, between
 * the commits too. Old or new, nothing left over after the next start, and it can be done.
 */

const CHOSEN = ['define with resources', 'destroy saved', 'save', 'restore'];

describe('24: kill -9 at each call of the kernel', () => {
  let directory = '';
  let bench: CrashBench;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vsms-k-'));
    const disk = join(directory, 'disk.qcow2');
    await promisify(execFile)('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '1M']);
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
      for (const line of await killAtEach(bench, each)) t.diagnostic(line);
    });
  }

  test('start, at the moment in which the record of the machine gets its name', async () => {
    const start = CASES.find(({ name }) => name === 'start') ?? assert.fail();
    const rehearsed = await bench.rehearse(start);
    const harm = async (pid: number): Promise<AsyncDisposable> => {
      const [id = ''] = (await bench.bench.states()).keys();
      return killAtRename(pid, join(directory, 'run/machines', id, 'simulated.json.new'));
    };
    const end = await bench.endure(start, 'start, kill -9 at the rename of its record', harm, rehearsed);
    assert.deepEqual([end.died, end.found], [true, 'old']);
  });
});
