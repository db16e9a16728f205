import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DomainError } from '../../src/core/errors.ts';
import { chooseAccelerator } from '../../src/qemu/probe/choose.ts';
import { probeGuest } from '../../src/qemu/probe/probe-guest.ts';
import { runProbe } from '../../src/qemu/probe/run-probe.ts';
import { quietLog } from './kit.ts';

async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-probe-'));
  try {
    await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

describe('spec qemu §11: the accelerator is chosen by booting something', () => {
  test('the probe guest comes to its end on a processor that has what it uses, and only there', () =>
    inDirectory(async (directory) => {
      const image = join(directory, 'probe');
      await writeFile(image, probeGuest());
      const run = (cpu: string, limitMs: number) =>
        runProbe({ program: 'qemu-system-x86_64', image, accelerator: 'tcg', cpu, user: null, limitMs });
      assert.equal((await run('max', 60_000)).works, true);
      // qemu64 has no xsave: a guest that needs it does not come up.
      const without = await run('qemu64', 1500);
      assert.deepEqual(without, { works: false, why: 'a test guest did not finish within 1500 ms' });
    }));

  /** A QEMU whose KVM boots nothing; counts how often it is run. */
  async function brokenQemu(directory: string): Promise<string> {
    const program = join(directory, 'qemu');
    await writeFile(
      program,
      `#!/bin/sh\necho run >> '${directory}/runs'\n[ "$1" = --version ] && { echo 'QEMU emulator version 7.2.22 (Debian)'; exit 0; }\necho 'kvm is broken' >&2\nexit 1\n`,
    );
    await chmod(program, 0o755);
    return program;
  }
  const runs = async (directory: string): Promise<number> =>
    (await readFile(join(directory, 'runs'), 'utf8').catch(() => '')).split('\n').length - 1;

  test('auto falls back to TCG and says why; the verdict is remembered until QEMU changes', () =>
    inDirectory(async (directory) => {
      const options = { program: await brokenQemu(directory), directory, user: null, log: quietLog };
      const { verdict } = await chooseAccelerator('auto', options);
      assert.equal(verdict.accelerator, 'tcg');
      assert.equal(verdict.version, '7.2.22');
      assert.match(verdict.reason, /^KVM cannot be used here: .+ TCG/);
      const before = await runs(directory);
      assert.deepEqual((await chooseAccelerator('auto', options)).verdict, verdict);
      assert.equal(await runs(directory), before);
      await writeFile(options.program, `${await readFile(options.program, 'utf8')}# newer\n`);
      await chooseAccelerator('auto', options);
      assert.ok((await runs(directory)) > before);
    }));

  test('a damaged memory of the verdict is measured again', () =>
    inDirectory(async (directory) => {
      const options = { program: await brokenQemu(directory), directory, user: null, log: quietLog };
      const { verdict } = await chooseAccelerator('auto', options);
      await writeFile(join(directory, 'accelerator.json'), '{"version": 1, "key": 5');
      assert.deepEqual((await chooseAccelerator('auto', options)).verdict, verdict);
    }));

  test('kvm is refused where it does not work, tcg asks nothing of KVM, a missing QEMU is told', () =>
    inDirectory(async (directory) => {
      const options = { program: await brokenQemu(directory), directory, user: null, log: quietLog };
      await assert.rejects(
        chooseAccelerator('kvm', options),
        (error) => error instanceof DomainError && error.code === 'notAvailable',
      );
      assert.equal(
        (await chooseAccelerator('tcg', { ...options, directory: join(directory, 'none') })).verdict.accelerator,
        'tcg',
      );
      await assert.rejects(
        chooseAccelerator('auto', { ...options, program: join(directory, 'no-qemu') }),
        (error) => error instanceof DomainError && error.code === 'notAvailable',
      );
    }));
});
