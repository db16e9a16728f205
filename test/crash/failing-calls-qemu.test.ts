import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { nanoImage } from '../guests/guest-images.ts';
import { CHECKPOINTS } from './checkpoint-cases.ts';
import { CASES, CrashBench, type CrashCase, TPM_CASES } from './crash-case.ts';
import { failEach } from './fail-each.ts';
import { liveCases } from './live-cases.ts';

/*
 * Hardening 25 with real machines: calls fail in the service, in the programs that it starts, and in QEMU itself, which is started
 * and given its files by many of them.
 */

const running = async (bench: CrashBench['bench']): Promise<string> => {
  const id = await bench.create();
  await bench.request(id, 2);
  return id;
};

const RUNNING: readonly CrashCase[] = CHECKPOINTS.slice(0, 1).map(({ operate }) => ({
  name: 'take a checkpoint of a running machine',
  // One that is undone when the record names its overlays is merged.
  merges: true,
  prepare: running,
  operate,
}));

describe('25: each call of the kernel that may fail fails, real machines', () => {
  let directory = '';
  let bench: CrashBench;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vsms-g-'));
    const disk = join(directory, 'disk.raw');
    await copyFile(await nanoImage(), disk);
    await writeFile(join(directory, 'second.img'), Buffer.alloc(1 << 20));
    const environment = { UV_THREADPOOL_SIZE: '1' };
    bench = await CrashBench.open({ hypervisor: 'qemu', dataDirectory: directory, environment }, disk);
  });
  after(async () => {
    await bench[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  const inSuite = process.env['VSMS_POINTS'] === undefined;
  const chosen = ['start', 'save', 'restore', 'turn off', ...(inSuite ? [] : ['pause', 'resume'])];
  const withTpm = TPM_CASES.filter(({ name }) => (inSuite ? /^start,/ : /^(start|save|restore),/).test(name));
  const live = inSuite ? [] : liveCases(() => join(directory, 'second.img'));
  for (const each of [...CASES.filter(({ name }) => chosen.includes(name)), ...RUNNING, ...live, ...withTpm]) {
    test(each.name, async (t) => {
      for (const line of await failEach(bench, each)) t.diagnostic(line);
    });
  }
});
