import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CASES, CrashBench, TPM_CASES } from './crash-case.ts';
import { DESTROY } from './checkpoint-cases.ts';
import { exportOne, PLANS } from './plan-cases.ts';

describe('hardening 24: kill -9 of the service at every commit: old or new, never between (issue 2 §6)', () => {
  let directory = '';
  let bench: CrashBench;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vsms-c-'));
    const disk = join(directory, 'disk.raw');
    await writeFile(disk, Buffer.alloc(1 << 20, 'user'));
    bench = await CrashBench.open({ hypervisor: 'simulated', dataDirectory: directory }, disk);
    await exportOne(bench.bench);
  });
  after(async () => {
    await bench[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  for (const each of [...CASES, ...TPM_CASES, ...PLANS, DESTROY]) {
    test(each.name, async () => {
      const rehearsed = await bench.rehearse(each);
      assert.ok(rehearsed.commits > 0, 'nothing was written');
      assert.notDeepEqual(rehearsed.old, rehearsed.new);
      const found: string[] = [];
      for (let commit = 0; commit < rehearsed.commits; commit++)
        for (const when of ['before', 'after'] as const) found.push(await bench.die(each, { commit, when }, rehearsed));
      // Before the first commit nothing has happened; after the last everything.
      assert.equal(found.at(0), 'old');
      assert.equal(found.at(-1), 'new');
    });
  }
});
