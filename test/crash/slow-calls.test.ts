import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CHECKPOINTS } from './checkpoint-cases.ts';
import { Bench, CASES, CrashBench, type CrashCase } from './crash-case.ts';
import { FUZZ_SEED } from '../kit/fuzz.ts';
import { countCalls, delayAt, pointsOf, SLOW } from './failing-calls.ts';
import { exportOne, PLANS } from './plan-cases.ts';

/*
 * Hardening 25, the slow disk: each call that writes, names, removes or opens something takes 5 s. The work comes to its end, and
 * whoever logs in and reads meanwhile does not wait for it. (The start of a program is waited for by the whole service, as long
 * as the kernel takes to read it from the disk: docs/security.md.)
 */

const SECONDS = 5;
/** All points take minutes of waiting for each operation; by default one is tried, of another kind with another seed. */
const MOST = Number(process.env['VSMS_POINTS'] ?? 0);

const chosen = (number: number): readonly (readonly string[])[] =>
  MOST > 0 ? SLOW : SLOW.slice((FUZZ_SEED + number) % SLOW.length).slice(0, 1);

const CHOSEN = ['define with resources', 'destroy saved', 'save', 'restore'];

/** Log-ins and reads of others that began and ended while `work` was under way. */
const readsDuring = async (bench: CrashBench, work: () => Promise<unknown>): Promise<number> => {
  const over = new AbortController();
  let reads = 0;
  const read = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const other = new Bench(bench.service, '');
      await other.client.identify();
      await other.states();
      other.close();
      if (!over.signal.aborted) reads++;
      await sleep(100);
    }
  };
  const worked = work().finally(() => {
    over.abort();
  });
  await Promise.all([worked, read()]);
  return reads;
};

describe('25: each call that a disk may hold for 5 s is held', { concurrency: 3 }, () => {
  const cases = [...CASES.filter(({ name }) => CHOSEN.includes(name)), ...CHECKPOINTS, ...PLANS];
  for (const [number, each] of cases.entries()) {
    test(each.name, async (t) => {
      const directory = await mkdtemp(join(tmpdir(), 'vsms-w-'));
      const disk = join(directory, 'disk.qcow2');
      await promisify(execFile)('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '1M']);
      const environment = { UV_THREADPOOL_SIZE: '4' };
      const bench = await CrashBench.open({ hypervisor: 'simulated', dataDirectory: directory, environment }, disk);
      try {
        await exportOne(bench.bench);
        const rehearsed = await bench.rehearse(each);
        for (const calls of chosen(number)) {
          const [count = 0] = await bench.count(each, (work) => countCalls(bench.service.pid, [calls], work));
          for (const n of pointsOf(count, Math.max(1, MOST))) {
            const label = `${each.name}, ${calls[0]} ${n} of ${count}, VSMS_FUZZ_SEED=${FUZZ_SEED}`;
            let reads = 0;
            let took = 0;
            const slow: CrashCase = {
              ...each,
              operate: async (own, id) => {
                const start = performance.now();
                reads = await readsDuring(bench, () => each.operate(own, id));
                took = performance.now() - start;
              },
            };
            const end = await bench.endure(slow, label, (pid) => delayAt(pid, calls, n, SECONDS), rehearsed);
            assert.equal(end.error, null, label);
            if (took > SECONDS * 1000) assert.ok(reads >= 3, `${label}: ${reads} reads while it waited`);
            t.diagnostic(`${label}: ${Math.round(took)} ms, ${reads} reads`);
          }
        }
      } finally {
        await bench[Symbol.asyncDispose]();
        await rm(directory, { recursive: true, force: true });
      }
    });
  }
});
