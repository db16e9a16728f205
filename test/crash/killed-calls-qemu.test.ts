import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { nanoImage } from '../guests/guest-images.ts';
import { CASES, CrashBench, TPM_CASES } from './crash-case.ts';
import { killAtEach } from './fail-each.ts';

/*
 * Hardening 24 by the calls of the kernel, with real machines: kill -9 of the service, or of a program that it is about to start, a
 * QEMU or a TPM among them, at each fsync, write, rename, removal, opening and start.
 */

/** Saving, and TPMs, on demand. */
const CHOSEN =
  process.env['VSMS_POINTS'] === undefined ? /^(start|restore)$/ : /^(start|save|restore|turn off|pause|resume)\b/;

describe('24: kill -9 at each call of the kernel, real machines', () => {
  let directory = '';
  let bench: CrashBench;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vsms-l-'));
    const disk = join(directory, 'disk.raw');
    await copyFile(await nanoImage(), disk);
    const environment = { UV_THREADPOOL_SIZE: '1' };
    bench = await CrashBench.open({ hypervisor: 'qemu', dataDirectory: directory, environment }, disk);
  });
  after(async () => {
    await bench[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  for (const each of [...CASES, ...TPM_CASES].filter(({ name }) => CHOSEN.test(name))) {
    test(each.name, async (t) => {
      for (const line of await killAtEach(bench, each)) t.diagnostic(line);
    });
  }
});
