import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { numberOf } from '../../src/client/object.ts';
import { nanoImage } from '../guests/guest-images.ts';
import { Service } from '../kit/service.ts';
import { Bench } from './crash-case.ts';
import { killEach } from '../kit/kill-each.ts';
import { machineProcesses, orphans } from './left-overs.ts';

/** AutomaticRecoveryAction: take no action. The default restarts a machine that died. */
const NO_RECOVERY = 2;
const OFF = 3;
const RUNNING = 2;
const SAVED = 6;
const PAUSED = 9;
const PAUSING = 32776;

describe('machines that die or hang (lifecycle §3, spec qemu §7)', () => {
  let directory = '';
  let service: Service;
  let bench: Bench;
  before(async () => {
    const image = await nanoImage();
    directory = await mkdtemp(join(tmpdir(), 'vsms-m-'));
    const disk = join(directory, 'disk.raw');
    await copyFile(image, disk);
    service = await Service.start({ hypervisor: 'qemu', dataDirectory: directory });
    bench = new Bench(service, disk);
  });
  after(async () => {
    bench.close();
    await service[Symbol.asyncDispose]();
    killEach((await machineProcesses(directory)).map(({ pid }) => pid));
    await rm(directory, { recursive: true, force: true });
  });

  const qemu = async (): Promise<number> => {
    const found = await machineProcesses(directory);
    assert.equal(found.length, 1, `${found.length} processes`);
    return found[0]?.pid ?? 0;
  };

  const create = async (recovery = NO_RECOVERY): Promise<string> => {
    const id = await bench.create();
    await bench.modify(id, { AutomaticRecoveryAction: recovery });
    return id;
  };

  const stateOf = async (id: string): Promise<number> =>
    numberOf((await bench.client.get(bench.reference(id))).properties['EnabledState']);

  /** Until the state is there; the test runner's own limit ends a wait for one that does not come. */
  const reaches = async (id: string, state: number): Promise<void> => {
    while ((await stateOf(id)) !== state) await sleep(20);
  };

  const clean = async (id: string): Promise<void> => {
    const states = await bench.states();
    const now = states.get(id);
    if (now !== OFF && now !== 6) await bench.request(id, 3);
    await bench.destroy(id);
    assert.deepEqual(await machineProcesses(directory), []);
    // Files go after the record, and so after the end of the job.
    for (let tries = 0; tries < 9600 && (await orphans(directory, new Set())).length > 0; tries++) await sleep(25);
    assert.deepEqual(await orphans(directory, new Set()), []);
  };

  test('kill -9 of a running QEMU: off, and it starts again', async () => {
    const id = await create();
    await bench.request(id, 2);
    process.kill(await qemu(), 'SIGKILL');
    await reaches(id, OFF);
    assert.deepEqual(await machineProcesses(directory), []);
    await bench.request(id, 2);
    assert.equal(await stateOf(id), RUNNING);
    await clean(id);
  });

  test('kill -9 of a vTPM: nothing is saved without it, the guest goes on, and has it again with the next start', async () => {
    const id = await bench.createWithTpm();
    await bench.modify(id, { AutomaticRecoveryAction: NO_RECOVERY });
    await bench.request(id, RUNNING);
    const tpm = async (): Promise<number> =>
      (await machineProcesses(directory)).find(({ words }) => /swtpm/.test(words[0] ?? ''))?.pid ?? 0;
    const first = await tpm();
    process.kill(first, 'SIGKILL');
    while ((await tpm()) !== 0) await sleep(20);
    await assert.rejects(bench.request(id, SAVED), /could not be saved|could not save/);
    await reaches(id, RUNNING);
    await bench.request(id, PAUSED);
    await bench.request(id, RUNNING);
    await bench.request(id, OFF);
    assert.deepEqual(await machineProcesses(directory), []);
    await bench.request(id, RUNNING);
    assert.notEqual(await tpm(), 0);
    // With the TPM it can be saved, and goes on from there.
    await bench.request(id, SAVED);
    await bench.request(id, RUNNING);
    assert.equal(await stateOf(id), RUNNING);
    await clean(id);
  });

  test('kill -9 of a running QEMU whose system restarts: another one runs', async () => {
    const id = await create(3);
    await bench.request(id, 2);
    const first = await qemu();
    process.kill(first, 'SIGKILL');
    for (;;) {
      const now = await machineProcesses(directory);
      if (now.length === 1 && now[0]?.pid !== first) break;
      await sleep(20);
    }
    await reaches(id, RUNNING);
    await clean(id);
  });

  test('kill -9 of a paused QEMU: off', async () => {
    const id = await create();
    await bench.request(id, 2);
    await bench.request(id, 9);
    process.kill(await qemu(), 'SIGKILL');
    await reaches(id, OFF);
    await clean(id);
  });

  for (const [what, request] of [
    ['a pause', 9],
    ['a save', 6],
    ['a turn off', 3],
    ['a reset', 11],
  ] as const) {
    test(`kill -9 of QEMU during ${what}: the job ends, the state is a stable one, the system is usable`, async () => {
      for (const ms of [0, 15]) {
        const id = await create();
        await bench.request(id, 2);
        const pid = await qemu();
        const asked = bench.request(id, request).catch((error: unknown) => error);
        await sleep(ms);
        try {
          process.kill(pid, 'SIGKILL');
        } catch (error) {
          // It was faster.
          assert.equal((error as NodeJS.ErrnoException).code, 'ESRCH');
        }
        await asked;
        while (![OFF, 6].includes(await stateOf(id))) await sleep(20);
        for (const state of await bench.jobStates()) assert.ok(state >= 7);
        await bench.request(id, 2);
        assert.equal(await stateOf(id), RUNNING);
        await clean(id);
      }
    });
  }

  test('kill -9 of QEMU while it starts: the job fails or the system is off in the end', async () => {
    const id = await create();
    const asked = bench.request(id, 2).catch((error: unknown) => error);
    for (;;) {
      const [first] = await machineProcesses(directory);
      if (first !== undefined) {
        process.kill(first.pid, 'SIGKILL');
        break;
      }
      await sleep(1);
    }
    await asked;
    await reaches(id, OFF);
    await bench.request(id, 2);
    await clean(id);
  });

  test('SIGSTOP of QEMU: reads answer; a turn-off takes it away, also from under a pause that waits for it', async () => {
    const id = await create();
    await bench.request(id, 2);
    process.kill(await qemu(), 'SIGSTOP');
    assert.equal(await stateOf(id), RUNNING);
    const pausing = bench.request(id, 9).then(
      () => 'paused',
      () => 'failed',
    );
    await reaches(id, PAUSING);
    await bench.request(id, 3);
    assert.equal(await stateOf(id), OFF);
    assert.deepEqual(await machineProcesses(directory), []);
    assert.equal(await pausing, 'failed');
    await clean(id);
  });

  test('SIGSTOP of QEMU over a restart of the service: it is not taken for dead, and runs on when continued', async () => {
    const id = await create();
    await bench.request(id, 2);
    const pid = await qemu();
    process.kill(pid, 'SIGSTOP');
    bench.close();
    await service.stop('SIGKILL');
    await service.run();
    bench = new Bench(service, bench.disk);
    assert.equal(await qemu(), pid, 'the guest was ended');
    process.kill(pid, 'SIGCONT');
    await reaches(id, RUNNING);
    await bench.request(id, 9);
    assert.equal(await stateOf(id), PAUSED);
    await clean(id);
  });

  test('SIGSTOP of QEMU over a restart of the service: a turn-off takes it away', async () => {
    const id = await create();
    await bench.request(id, 2);
    const pid = await qemu();
    process.kill(pid, 'SIGSTOP');
    bench.close();
    await service.stop('SIGKILL');
    await service.run();
    bench = new Bench(service, bench.disk);
    assert.equal(await qemu(), pid);
    await bench.request(id, 3);
    assert.equal(await stateOf(id), OFF);
    await clean(id);
  });

  test('kill -9 of the storage daemon of a VHDX: the machine can be turned off and starts again', async () => {
    const vhdx = join(directory, 'second.vhdx');
    await promisify(execFile)('qemu-img', ['create', '-q', '-f', 'vhdx', vhdx, '8M']);
    const id = await bench.create('victim', [vhdx]);
    await bench.modify(id, { AutomaticRecoveryAction: NO_RECOVERY });
    await bench.request(id, 2);
    const daemons = (await machineProcesses(directory)).filter(({ words }) => /storage-daemon/.test(words[0] ?? ''));
    assert.equal(daemons.length, 1);
    for (const { pid } of daemons) process.kill(pid, 'SIGKILL');
    await bench.request(id, 3);
    assert.equal(await stateOf(id), OFF);
    await bench.request(id, 2);
    assert.equal(await stateOf(id), RUNNING);
    await clean(id);
  });

  test('a machine that died while no service ran is off', async () => {
    const id = await create();
    await bench.request(id, 2);
    const pid = await qemu();
    bench.close();
    await service.stop();
    process.kill(pid, 'SIGKILL');
    await service.run();
    bench = new Bench(service, bench.disk);
    assert.equal(await stateOf(id), OFF);
    await bench.request(id, 2);
    await clean(id);
  });
});
