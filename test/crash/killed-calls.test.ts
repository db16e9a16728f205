import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { FUZZ_SEED } from '../kit/fuzz.ts';
import { CHECKPOINTS } from './checkpoint-cases.ts';
import { CASES, CrashBench } from './crash-case.ts';
import { countCalls, FATAL, killAt, pointsOf } from './failing-calls.ts';
import { exportOne, PLANS } from './plan-cases.ts';

/*
 * Hardening 24 by the calls of the kernel: kill -9 at each fsync, write, rename, removal, opening and start of a program, between
 * the commits too. Old or new, nothing left over after the next start, and it can be done.
 */

/** Points of one kind in the suite, for each costs a start of the service. */
const MOST = Number(process.env['VSMS_POINTS'] ?? 1);

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
      const rehearsed = await bench.rehearse(each);
      for (const calls of FATAL) {
        const count = await bench.count(each, (work) => countCalls(bench.service.pid, calls, work));
        const found = { old: 0, new: 0, died: 0 };
        const tried = pointsOf(count, MOST);
        for (const n of tried) {
          const label = `${each.name}, kill -9 at ${calls[0]} ${n} of ${count}, VSMS_FUZZ_SEED=${FUZZ_SEED}`;
          const end = await bench.endure(each, label, (pid) => killAt(pid, calls, n), rehearsed);
          found[end.found]++;
          if (end.died) found.died++;
        }
        t.diagnostic(`kill -9 at ${tried.length} of ${count} ${calls.join(', ')}: ${JSON.stringify(found)}`);
      }
    });
  }
});
