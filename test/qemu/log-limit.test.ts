import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cutLog, LOG_LIMIT_BYTES } from '../../src/qemu/supervise/log-limit.ts';
import { killProcess } from '../../src/qemu/supervise/process-identity.ts';
import { spawnDetached } from '../../src/qemu/supervise/spawn-detached.ts';
import { copyImage, nanoImage } from '../guests/guest-images.ts';
import { fresh, ideDisk, machineSpec, TestHost } from './kit.ts';

const sizeOf = async (file: string): Promise<number> => (await stat(file)).size;

test('a program that writes without end fills no disk: its log is cut under it, and begins anew at its begin', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-log-'));
  const logFile = join(directory, 'qemu.log');
  const words = 'error: the guest did it again\n';
  // More than the limit at once, then a line now and then.
  const script = `printf '${words}%.0s' $(seq 100000); while :; do printf '${words}'; sleep 0.02; done`;
  const { process } = await spawnDetached('bash', ['-c', script], { user: null, directory, logFile });
  try {
    while ((await sizeOf(logFile)) < 100_000 * words.length) await sleep(10);
    assert.equal(await cutLog(logFile), true);
    while ((await sizeOf(logFile)) === 0) await sleep(10);
    // No hole where the writer was before: what is in it is what was written since.
    assert.match(await readFile(logFile, 'utf8'), /^(error: the guest did it again\n)+$/);
    assert.ok((await sizeOf(logFile)) < LOG_LIMIT_BYTES);
    assert.match(await readFile(`${logFile}.1`, 'utf8'), /again\nerror: the guest did it again\n$/);
    assert.equal(await cutLog(logFile), false);
  } finally {
    await killProcess(process);
    await rm(directory, { recursive: true, force: true });
  }
});

test('the service cuts the logs of its machines, adopted ones too', async () => {
  await using host = await TestHost.make();
  const former = await host.hypervisor();
  const spec = machineSpec(host, { disks: [ideDisk(await copyImage(await nanoImage(), host.path('disk.raw')))] });
  const machine = host.keep(await former.start(spec, fresh));
  await former.close();
  const log = join(spec.runDirectory, 'qemu.log');
  await appendFile(log, 'complaint\n'.repeat(300_000));
  const service = await host.hypervisor();
  const adopted = await service.adopt(spec, machine.process);
  assert.equal(adopted?.state, 'running');
  while ((await sizeOf(log)) > LOG_LIMIT_BYTES) await sleep(100);
  assert.match(await readFile(`${log}.1`, 'utf8'), /complaint\n$/);
  await adopted.machine.turnOff();
  await service.close();
});
