import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { settingsText } from '../../src/client/settings-text.ts';
import { FUZZ_SEED } from '../kit/fuzz.ts';
import { Service } from '../kit/service.ts';
import { contentOf } from '../vhd/disks.ts';
import { Bench, type Death, SERVICE } from './crash-case.ts';
import { countCalls, delayAt, drawn, failAt, FATAL, killAt, KINDS, pointsOf } from './failing-calls.ts';
import { tree } from './left-overs.ts';

const MIB = 1024 * 1024;
const MORTAL = join(import.meta.dirname, 'mortal-service.ts');

describe('hardening 24, J10 kill -9 of the service while it exports: all of it is there or nothing', () => {
  let directory = '';
  let disk = '';
  let service: Service;
  let bench: Bench;
  let id = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vsms-x-'));
    disk = join(directory, 'disk.raw');
    await writeFile(disk, randomBytes(24 * MIB));
    service = await Service.start({ hypervisor: 'simulated', dataDirectory: directory, program: MORTAL });
    bench = new Bench(service, disk);
    id = await bench.create();
  });
  after(async () => {
    bench.close();
    await service[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  /** Other exports lie there too, and must stay as they are. */
  const other = 'Virtual Machines/other.vmcx';
  const out = (): string => join(directory, 'exports');
  const target = (subdirectory: boolean): string => (subdirectory ? join(out(), 'victim') : out());

  const prepare = async (): Promise<void> => {
    await rm(out(), { recursive: true, force: true });
    await mkdir(join(out(), 'Virtual Machines'), { recursive: true });
    await writeFile(join(out(), other), 'of somebody else');
  };

  const operate = (subdirectory: boolean): Promise<unknown> =>
    bench.client.run(SERVICE, 'ExportSystemDefinition', {
      ComputerSystem: bench.reference(id),
      ExportDirectory: out(),
      ExportSettingData: settingsText('Msvm_VirtualSystemExportSettingData', {
        CreateVmExportSubdirectory: subdirectory,
      }),
    });

  /** Is the export there? A part of one is an error, and so is a trace of none. */
  const isThere = async (subdirectory: boolean, label: string): Promise<boolean> => {
    const below = subdirectory ? 'victim/' : '';
    const names = new Set(await tree(out()));
    assert.ok(names.delete('Virtual Machines') || !subdirectory, label);
    assert.ok(names.delete(other), `${label}: the export of somebody else`);
    if (!names.has(`${below}Virtual Machines/${id}.vmcx`)) {
      assert.deepEqual([...names], [], `${label}: nothing is left`);
      return false;
    }
    for (const folder of ['', 'Virtual Machines', 'Virtual Hard Disks', 'Snapshots'])
      names.delete(`${below}${folder}`.replace(/\/$/, ''));
    assert.deepEqual(
      [...names].toSorted(),
      [`${below}Virtual Hard Disks/disk.vhdx`, `${below}Virtual Machines/${id}.vmcx`],
      label,
    );
    const made = join(target(subdirectory), 'Virtual Hard Disks/disk.vhdx');
    assert.ok((await readFile(disk)).equals(await contentOf(made)), `${label}: the disk`);
    return true;
  };

  /** One death, and what is found after the next start. */
  const die = async (death: Death, subdirectory: boolean): Promise<boolean> => {
    const label = JSON.stringify({ ...death, subdirectory });
    await prepare();
    if ('commit' in death) await service.ask({ order: 'arm', ...death });
    const outcome = operate(subdirectory).catch(() => undefined);
    if ('ms' in death) {
      await sleep(death.ms);
      process.kill(service.pid, 'SIGKILL');
    }
    await service.ended();
    await outcome;
    bench.close();
    await service.run();
    bench = new Bench(service, disk);
    return find(label, subdirectory);
  };

  /** What is found after a start: no job is under way, the machine is as it was, and the export is there, or can be done. */
  const find = async (label: string, subdirectory: boolean): Promise<boolean> => {
    for (const state of await bench.jobStates()) assert.ok(state >= 7, `${label}: a job is in state ${state}`);
    assert.deepEqual(await bench.states(), new Map([[id, 3]]), label);
    const there = await isThere(subdirectory, label);
    if (!there) {
      await operate(subdirectory);
      assert.ok(await isThere(subdirectory, `${label}, done again`));
    }
    return there;
  };

  const startAnew = async (environment: Readonly<Record<string, string>> = {}): Promise<void> => {
    bench.close();
    await service.stop();
    service.reconfigure(environment);
    await service.run();
    bench = new Bench(service, disk);
  };

  test('25: each call of the kernel that may fail fails: all of it is there or nothing, then it can be done', async (t) => {
    // One thread for files: then the n-th call is the n-th of the work, and one call fails, not one of each thread.
    await startAnew({ UV_THREADPOOL_SIZE: '1' });
    await prepare();
    const sets = KINDS.map(({ calls }) => calls);
    const counts = await countCalls(service.pid, sets, () => operate(false));
    for (const [at, kind] of KINDS.entries()) {
      const count = counts[at] ?? 0;
      const found = { there: 0, not: 0 };
      for (const [index, n] of pointsOf(count).entries()) {
        const failing = drawn(kind, index);
        const label = `${failing.error} at ${kind.calls[0]} ${n} of ${count}, VSMS_FUZZ_SEED=${FUZZ_SEED}`;
        await prepare();
        let error: string | null;
        {
          await using _harmed = await failAt(service.pid, failing, n);
          error = await operate(false).then(() => null, String);
        }
        if (error !== null) assert.doesNotMatch(error, /^Error: [A-Z]+:|TypeError/, label);
        // What could not be taken away is so by the next start at the latest; a store in doubt asks for one.
        let there = await isThere(false, label).catch(() => null);
        const works = await bench.define(1, [], 'probe').then(
          (probe) => bench.destroy(probe).then(() => true),
          () => false,
        );
        if (there === null || !works) await startAnew();
        there ??= await isThere(false, label);
        if (error === null) assert.ok(there, `${label}: acknowledged, and not there`);
        found[there ? 'there' : 'not'] += 1;
        assert.deepEqual(await bench.states(), new Map([[id, 3]]), label);
        if (!there) await operate(false);
        assert.ok(await isThere(false, `${label}, done again`));
      }
      t.diagnostic(
        `${kind.errors.join(' or ')} at some of ${count} ${kind.calls.join(', ')}: ${JSON.stringify(found)}`,
      );
    }
  });

  test('24: kill -9 at calls of the kernel: all of it is there or nothing, then it can be done', async (t) => {
    await startAnew({ UV_THREADPOOL_SIZE: '1' });
    let died = 0;
    await prepare();
    const counts = await countCalls(service.pid, FATAL, () => operate(true));
    for (const [at, calls] of FATAL.entries()) {
      const count = counts[at] ?? 0;
      const found = { there: 0, not: 0, died: 0 };
      for (const n of pointsOf(count)) {
        const label = `kill -9 at ${calls[0]} ${n} of ${count}, VSMS_FUZZ_SEED=${FUZZ_SEED}`;
        await prepare();
        let error: string | null;
        {
          await using _mortal = await killAt(service.pid, calls, n);
          error = await operate(true).then(() => null, String);
        }
        // A process whose connection broke off is about to be gone.
        const brokeOff = error !== null && !/^(Job|Method|Wsman)/.test(error);
        if (brokeOff || !service.isRunning) {
          await service.ended();
          bench.close();
          await service.run();
          bench = new Bench(service, disk);
          found.died += 1;
        }
        const there = await find(label, true);
        if (error === null) assert.ok(there, `${label}: acknowledged, and not there`);
        found[there ? 'there' : 'not'] += 1;
      }
      t.diagnostic(`kill -9 at some of ${count} ${calls.join(', ')}: ${JSON.stringify(found)}`);
      died += found.died;
    }
    // Where a helper comes to its n-th call first, it dies in place of the service.
    assert.ok(died > 0, 'the service never died');
  });

  test('25: while the disk keeps an export waiting for 5 s, reads and log-ins do not wait, and it comes to its end', async () => {
    await startAnew({ UV_THREADPOOL_SIZE: '4' });
    await prepare();
    await using _slow = await delayAt(service.pid, ['fsync', 'fdatasync'], 1, 5);
    let ended = false;
    const work = operate(false).finally(() => (ended = true));
    while (!(await bench.jobStates()).some((state) => state < 7)) await sleep(20);
    for (let round = 0; round < 5; round++) {
      const other = service.client();
      await other.identify();
      assert.deepEqual((await new Bench(service, disk).states()).get(id), 3);
      other.close();
    }
    assert.equal(ended, false, 'the reads came first');
    await work;
    assert.ok(await isThere(false, 'a slow disk'));
  });

  for (const subdirectory of [true, false]) {
    test(`at every commit, ${subdirectory ? 'a folder of its own' : 'a folder that is in use'}`, async () => {
      await prepare();
      await service.ask({ order: 'arm', commit: -1, when: 'before' });
      await operate(subdirectory);
      const { commits } = (await service.ask({ order: 'count' })) as { commits: number };
      assert.ok(commits >= 3, `${commits} commits`);
      const found: boolean[] = [];
      for (let commit = 0; commit < commits; commit++)
        for (const when of ['before', 'after'] as const) found.push(await die({ commit, when }, subdirectory));
      assert.equal(found.at(0), false);
      assert.equal(found.at(-1), true);
    });

    test(`at any moment, ${subdirectory ? 'a folder of its own' : 'a folder that is in use'}`, async () => {
      const found: boolean[] = [];
      for (const ms of [5, 15, 30, 50, 80, 120, 170]) found.push(await die({ ms }, subdirectory));
      assert.equal(found.at(0), false);
    });
  }
});
