import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { nanoImage } from '../guests/guest-images.ts';
import { FUZZ_SEED } from '../kit/fuzz.ts';
import { difference, dump } from '../kit/wire-dump.ts';
import { Service } from '../kit/service.ts';
import { Bench } from './crash-case.ts';
import { countFrom, drawn, failingFrom, KINDS, pointsOf } from './failing-calls.ts';
import { machineProcesses } from './left-overs.ts';

const RUNNING = 2;

/*
 * Hardening 25: a call fails while a service starts, and takes over a machine that runs with a vTPM and a disk that a daemon serves.
 * It may refuse to start, or take the machine over later: the guest goes on, and is taken over in the end.
 */
describe('25: each call of the kernel that may fail fails while a machine is taken over', () => {
  let directory = '';
  let service: Service;
  let bench: Bench;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vsms-a-'));
    const disk = join(directory, 'disk.raw');
    await copyFile(await nanoImage(), disk);
    const program = join(import.meta.dirname, 'mortal-service.ts');
    service = await Service.start({ hypervisor: 'qemu', dataDirectory: directory, program });
    bench = new Bench(service, disk);
  });
  after(async () => {
    bench.close();
    await service[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  const processes = async (): Promise<readonly number[]> =>
    (await machineProcesses(directory)).map(({ pid }) => pid).toSorted();
  /** Answers what the service said when it refused. */
  const startAnew = async (launcher?: readonly string[]): Promise<string | null> => {
    bench.close();
    if (service.isRunning) process.kill(service.pid, 'SIGKILL');
    await service.ended();
    const refusal = await service.run(launcher).then(
      () => null,
      (error: unknown) => String(error),
    );
    if (refusal !== null) await service.ended();
    else bench = new Bench(service, bench.disk);
    return refusal;
  };

  test('the guest goes on, and is taken over in the end', async (t) => {
    const id = await bench.createWithTpm();
    await bench.request(id, RUNNING);
    const [old, alive] = [await dump(bench.client), await processes()];
    assert.ok(alive.length >= 2, 'QEMU and a TPM');
    const sets = KINDS.map(({ calls }) => calls);
    const counts = await countFrom(sets, startAnew);
    for (const [at, kind] of KINDS.entries()) {
      const count = counts[at] ?? 0;
      let refused = 0;
      for (const [index, point] of pointsOf(Math.ceil(count / 2)).entries()) {
        const failing = drawn(kind, index);
        // Of a start, most are Node's own, and come first.
        const n = Math.floor(count / 2) + point;
        const label = `${failing.error} at ${kind.calls[0]} ${n} of ${count}, VSMS_FUZZ_SEED=${FUZZ_SEED}`;
        const refusal = await startAnew(failingFrom(failing, n));
        if (refusal !== null) {
          refused++;
          assert.equal(await startAnew(), null, label);
        }
        // One that could not be taken over is tried again every five seconds.
        for (let tries = 0; tries < 4800 && (await bench.states()).get(id) !== RUNNING; tries++) await sleep(50);
        assert.equal((await bench.states()).get(id), RUNNING, `${label}\n${service.output.slice(-2000)}`);
        assert.deepEqual(await processes(), alive, label);
        // What a start that was short of something found out of its host lasts as long as that service.
        if (difference(old, await dump(bench.client)) !== '') assert.equal(await startAnew(), null, label);
        assert.equal(difference(old, await dump(bench.client)), '', label);
      }
      t.diagnostic(`${kind.errors.join(' or ')} at ${kind.calls[0]}, ${count}: ${refused} refused to start`);
    }
    assert.equal(await startAnew(), null);
    await bench.request(id, 3);
    assert.deepEqual(await processes(), []);
    await bench.destroy(id);
  });
});
