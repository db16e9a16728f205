import assert from 'node:assert/strict';
import { access, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DomainError } from '../../src/core/errors.ts';
import type { PowerState } from '../../src/core/model.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { onTimeAt } from '../../src/core/systems/power/power-states.ts';
import { add, CALLER, diskDrive, first, image, makeWorld, refusal, scsiController, type World } from './kit.ts';

const statesOf = (world: World, id: string): PowerState[] => {
  const states: PowerState[] = [];
  for (const change of world.changes) {
    if (change.kind !== 'system' || change.after?.id !== id) continue;
    if (states.at(-1) !== change.after.power) states.push(change.after.power);
  }
  return states;
};

const stateFiles = (world: World, id: string): Promise<string[]> =>
  readdir(join(world.directory, 'data', 'state', 'systems', id)).catch(() => []);

describe('lifecycle', () => {
  test('L1 start: job 12 ends 7; running; RequestedState 12; on-time counts; process set', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const job = await world.core.operations.requestState(CALLER, id, 2);
    assert.ok([3, 4, 7].includes(job.state));
    assert.equal(world.core.graph.job(job.id)?.type, 12);
    assert.equal(world.system(id).power, 'starting');
    assert.equal(world.system(id).requestedState, 2);
    const end = await world.ended(job);
    assert.deepEqual([end.state, end.percent, end.errorCode], [7, 100, 0]);
    const system = world.system(id);
    assert.equal(system.power, 'running');
    assert.equal(system.requestedState, 12);
    assert.ok((system.process?.pid ?? 0) > 0);
    assert.equal(world.core.graph.systemOfProcess(system.process?.pid ?? 0)?.id, id);
    assert.equal(world.core.graph.machine(id)?.id, id);
    await world.clock.advance(5000);
    assert.equal(onTimeAt(world.system(id), world.clock.now()), 5000);
    assert.deepEqual(statesOf(world, id), ['off', 'starting', 'running']);
  });

  test('README rule 12: the final state is told before the job ends', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const seen: string[] = [];
    world.core.feed.listen((change) => {
      if (change.kind === 'job' && change.after?.state === 7) seen.push(`job with system ${world.system(id).power}`);
      if (change.kind === 'system' && change.after?.power === 'running') seen.push('system');
    });
    await world.request(id, 2);
    assert.deepEqual(seen, ['system', 'job with system running']);
  });

  test('L2 pause and resume: on-time stops in between', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    await world.clock.advance(1000);
    const pause = await world.request(id, 9);
    assert.equal(pause.type, 20);
    assert.equal(world.system(id).power, 'paused');
    const worked = onTimeAt(world.system(id), world.clock.now());
    assert.ok(worked >= 1000);
    await world.clock.advance(60_000);
    assert.equal(onTimeAt(world.system(id), world.clock.now()), worked);
    const resume = await world.request(id, 2);
    assert.equal(resume.type, 21);
    assert.equal(world.system(id).power, 'running');
    await world.clock.advance(500);
    const onTime = onTimeAt(world.system(id), world.clock.now());
    assert.ok(onTime >= worked + 500 && onTime < 60_000);
    assert.deepEqual(statesOf(world, id).slice(3), ['pausing', 'paused', 'resuming', 'running']);
  });

  test('L3 save: process gone, saved file; start restores the memory of the guest and uses the file up', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    const job = await world.request(id, 6);
    assert.equal(job.type, 14);
    const saved = world.system(id);
    assert.equal(saved.power, 'saved');
    assert.equal(saved.process, null);
    assert.equal(world.core.graph.machine(id), undefined);
    assert.deepEqual(await stateFiles(world, id), [saved.savedState]);
    const restore = await world.request(id, 2);
    assert.equal(restore.type, 12);
    assert.equal(world.system(id).power, 'running');
    assert.equal(world.system(id).savedState, null);
    await world.eventually(async () => (await stateFiles(world, id)).length === 0);
  });

  test('L4 discard: a saved system turned off has no saved file', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    await world.request(id, 6);
    const job = await world.request(id, 3);
    assert.deepEqual([job.type, job.state], [13, 7]);
    assert.equal(world.system(id).power, 'off');
    assert.equal(world.system(id).savedState, null);
    await world.eventually(async () => (await stateFiles(world, id)).length === 0);
  });

  test('L5 off: 3, 9 and 6 are an invalid state, without a job', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    for (const request of [3, 9, 6]) await assert.rejects(world.request(id, request), refusal('invalidState'));
    assert.equal([...world.core.graph.jobs()].length, 0);
  });

  test('L6 running: 99 is an invalid parameter', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    await assert.rejects(world.request(id, 99), refusal('invalidParameter'));
  });

  test('L7 reset: running again, on-time restarts; also out of a pause', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    await world.clock.advance(9000);
    const job = await world.request(id, 11);
    assert.equal(job.type, 28);
    assert.equal(world.system(id).power, 'running');
    assert.equal(onTimeAt(world.system(id), world.clock.now()), 0);
    await world.request(id, 9);
    await world.request(id, 11);
    assert.equal(world.system(id).power, 'running');
    assert.equal(world.hypervisor.machine(id)?.state, 'running');
  });

  test('L8 InitiateShutdown: accepted without a guest agent; the system goes off by itself', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    await world.clock.advance(5000);
    await world.until(world.core.operations.initiateShutdown(CALLER, id, { reboot: false, force: false }));
    await world.eventually(() => world.system(id).power === 'off');
    await assert.rejects(
      world.core.operations.initiateShutdown(CALLER, id, { reboot: false, force: false }),
      refusal('invalidState'),
    );
  });

  test('L9 destroy of a running system: invalid state, untouched', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    await assert.rejects(world.core.operations.destroy(CALLER, id), refusal('invalidState'));
    assert.equal(world.system(id).power, 'running');
  });

  test('L10 a disk file is missing: the job ends 10 and names the file; the system is off', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define({ values: { ElementName: 'web1' } });
    const file = await world.makeDisk('gone.raw');
    const controller = first(await add(world, id, scsiController()));
    const drive = first(await add(world, id, diskDrive(controller)));
    await add(world, id, image(drive, file));
    await rm(file);
    const job = await world.request(id, 2);
    assert.equal(job.state, 10);
    assert.equal(job.errorCode, 32768);
    assert.match(job.errorDescription ?? '', /'web1' failed to start\./);
    assert.match(job.errorDescription ?? '', /gone\.raw/);
    assert.match(job.errorDescription ?? '', /Instance ID/);
    assert.match(job.errorDescription ?? '', /0x80070002/);
    assert.equal(first(job.errors).source?.part, drive.part);
    assert.equal(world.system(id).power, 'off');
    assert.equal(world.system(id).requestedState, 12);
    assert.equal(world.system(id).process, null);
  });

  test('lifecycle §2: whatever keeps a machine from starting, the job says 32768, and the log has what the hypervisor said', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define({ values: { ElementName: 'web1' } });
    world.faults.fail('start', {
      system: id,
      error: new DomainError('fileInUse', 'The disk a.raw is in use.', { hresult: '0x80070020' }),
    });
    const job = await world.request(id, 2);
    assert.deepEqual([job.state, job.errorCode], [10, 32768]);
    assert.match(job.errorDescription ?? '', /'web1' failed to start\.[^]*a\.raw is in use[^]*0x80070020/);
    assert.ok(world.problems.some((text) => text.includes('failed to start.: The disk a.raw')));
    assert.equal(world.system(id).power, 'off');
  });

  test('shut down through the guest: job 16 ends when the guest is off', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    await world.clock.advance(5000);
    const job = await world.core.operations.requestState(CALLER, id, 4);
    assert.equal(world.system(id).power, 'stopping');
    const end = await world.ended(job);
    assert.deepEqual([end.type, end.state], [16, 7]);
    assert.equal(world.system(id).power, 'off');
  });

  test('a guest that does not shut down: the job fails after the time, the system runs on', async (t) => {
    const world = await makeWorld(t, { timeouts: { guestMs: 30_000 } });
    const { id } = await world.define();
    await world.request(id, 2);
    await world.clock.advance(5000);
    world.faults.hang(id);
    const job = await world.request(id, 4);
    assert.deepEqual([job.state, job.errorCode], [10, 32772]);
    assert.equal(world.system(id).power, 'running');
    assert.equal(world.hypervisor.machine(id)?.state, 'running');
  });

  test('restart through the guest: job 29; refused while the guest does not answer', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    await assert.rejects(world.request(id, 10), refusal('invalidState'));
    await world.clock.advance(5000);
    const job = await world.request(id, 10);
    assert.deepEqual([job.type, job.state], [29, 7]);
    assert.equal(world.system(id).power, 'running');
  });

  test('turn off while a shut down waits: 13 succeeds, 16 fails, nothing runs on', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    world.faults.hang(id);
    const shutdown = await world.core.operations.requestState(CALLER, id, 4);
    const off = await world.core.operations.requestState(CALLER, id, 3);
    assert.equal((await world.ended(off)).state, 7);
    assert.equal((await world.ended(shutdown)).state, 10);
    assert.equal(world.system(id).power, 'off');
    assert.equal(world.hypervisor.machine(id), undefined);
  });

  test('turn off while it starts: the start fails, nothing runs on', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const start = await world.core.operations.requestState(CALLER, id, 2);
    const off = await world.core.operations.requestState(CALLER, id, 3);
    assert.equal((await world.ended(off)).state, 7);
    assert.equal((await world.ended(start)).state, 10);
    assert.equal(world.system(id).power, 'off');
    assert.equal(world.hypervisor.machine(id), undefined);
    assert.equal((await world.request(id, 2)).state, 7);
  });

  test('two turn-offs at once both succeed', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    const [a, b] = await world.until(
      Promise.all([
        world.core.operations.requestState(CALLER, id, 3),
        world.core.operations.requestState(CALLER, id, 3),
      ]),
    );
    assert.deepEqual([(await world.ended(a)).state, (await world.ended(b)).state], [7, 7]);
    assert.equal(world.system(id).power, 'off');
    assert.equal((await world.request(id, 2)).state, 7);
  });

  test('two starts at once: one is refused', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const both = await world.until(
      Promise.allSettled([
        world.core.operations.requestState(CALLER, id, 2),
        world.core.operations.requestState(CALLER, id, 2),
      ]),
    );
    assert.deepEqual(
      both.map((result) => result.status),
      ['fulfilled', 'rejected'],
    );
  });

  for (const [point, state, before, after] of [
    ['start', 2, 'off', 'off'],
    ['pause', 9, 'running', 'running'],
    ['save', 6, 'running', 'running'],
    ['reset', 11, 'running', 'running'],
    ['turnOff', 3, 'running', 'running'],
    ['shutdownGuest', 4, 'running', 'running'],
  ] as const) {
    test(`${point} that fails: job 10, ErrorCode not 0, the system is ${after} as before`, async (t) => {
      const world = await makeWorld(t);
      const { id } = await world.define();
      if (before === 'running') await world.request(id, 2);
      world.faults.fail(point);
      const job = await world.request(id, state);
      assert.equal(job.state, 10);
      assert.notEqual(job.errorCode, 0);
      assert.equal(world.system(id).power, after);
      assert.equal(world.system(id).requestedState, 12);
      assert.equal(world.system(id).savedState, null);
      assert.deepEqual(await stateFiles(world, id), []);
    });
  }

  test('restore that fails: the system is saved as before, its state is kept', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    await world.request(id, 6);
    const { savedState } = world.system(id);
    world.faults.fail('restore');
    assert.equal((await world.request(id, 2)).state, 10);
    assert.equal(world.system(id).power, 'saved');
    assert.equal(world.system(id).savedState, savedState);
    assert.equal((await world.request(id, 2)).state, 7);
  });

  test('save of a paused system, and its restore', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    await world.request(id, 9);
    assert.equal((await world.request(id, 6)).state, 7);
    assert.equal(world.system(id).power, 'saved');
    assert.equal((await world.request(id, 2)).state, 7);
    assert.equal(world.system(id).power, 'running');
  });

  test('destroy of a saved system removes definition and private files, not the disks of the user', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const file = await world.makeDisk();
    const controller = first(await add(world, id, scsiController()));
    const drive = first(await add(world, id, diskDrive(controller)));
    await add(world, id, image(drive, file));
    await world.request(id, 2);
    await world.request(id, 6);
    const job = await world.ended(await world.core.operations.destroy(CALLER, id));
    assert.deepEqual([job.type, job.state], [3, 7]);
    assert.equal(world.core.graph.system(id), undefined);
    assert.equal(world.core.graph.configuration(id), undefined);
    const folder = join(world.directory, 'data', 'state', 'systems', id);
    await world.eventually(() =>
      access(folder).then(
        () => false,
        () => true,
      ),
    );
    await access(file);
    assert.ok(
      world.changes.some((change) => change.kind === 'system' && change.after === null && change.before?.id === id),
    );
  });
});

describe('machines that act by themselves', () => {
  test('a guest that turns off: the system is off', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    await world.clock.advance(5000);
    await world.until(world.hypervisor.machine(id)?.shutdownGuest() ?? Promise.reject(new Error('no machine')));
    await world.eventually(() => world.system(id).power === 'off');
    assert.equal(world.core.graph.machine(id), undefined);
  });

  test('AutomaticRecoveryAction 3: a machine that dies is started again, at most three times', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    for (const expected of ['running', 'running', 'running', 'off']) {
      const { revision } = world.system(id);
      world.faults.crash(id);
      await world.eventually(() => world.system(id).revision > revision && world.system(id).power === expected);
    }
    assert.ok(world.problems.some((text) => text.includes('died too often')));
    // Told until somebody starts it, over a restart of the service too.
    await world.eventually(() => world.system(id).extras?.diedRepeatedly === true);
    await world.restart();
    assert.equal(world.system(id).extras?.diedRepeatedly, true);
    await world.request(id, 2);
    assert.equal(world.system(id).extras?.diedRepeatedly, undefined);
  });

  test('AutomaticRecoveryAction 2: a machine that dies stays off', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define({ values: { AutomaticRecoveryAction: 2 } });
    await world.request(id, 2);
    world.faults.crash(id);
    await world.eventually(() => world.system(id).power === 'off');
    await world.clock.advance(60_000);
    assert.equal(world.system(id).power, 'off');
  });

  test('a disk error pauses the system critically; it goes on when the disk is back', async (t) => {
    const world = await makeWorld(t, { timeouts: { diskRetryMs: 1000 } });
    const { id } = await world.define();
    await world.request(id, 2);
    world.faults.ioError(id, { noSpace: true });
    await world.eventually(() => world.system(id).power === 'pausedCritical');
    await world.eventually(() => world.system(id).power === 'running');
    assert.equal(world.hypervisor.machine(id)?.state, 'running');
  });

  test('a disk that is told to be back: the machine goes on at once, and not while it is away', async (t) => {
    // Longer than this test passes by its clock.
    const world = await makeWorld(t, { timeouts: { diskRetryMs: 3_000_000 } });
    const { id } = await world.define({ values: { AutomaticCriticalErrorActionTimeout: '00000001000000.000000:000' } });
    await world.request(id, 2);
    world.faults.loseDisk(id, 'a disk');
    await world.eventually(() => world.system(id).power === 'pausedCritical');
    await world.clock.advance(60_000);
    assert.equal(world.system(id).power, 'pausedCritical');
    world.faults.giveDiskBack(id, 'a disk');
    await world.eventually(() => world.system(id).power === 'running');
    assert.equal(world.hypervisor.machine(id)?.state, 'running');
  });

  test('AutomaticCriticalErrorAction 0: a machine whose disk is back stays paused until somebody resumes it', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define({ values: { AutomaticCriticalErrorAction: 0 } });
    await world.request(id, 2);
    world.faults.loseDisk(id, 'a disk');
    await world.eventually(() => world.system(id).power === 'pausedCritical');
    world.faults.giveDiskBack(id, 'a disk');
    await world.clock.advance(120_000);
    assert.equal(world.system(id).power, 'pausedCritical');
    await world.request(id, 2);
    assert.equal(world.system(id).power, 'running');
  });

  test('a disk that does not come back: off after AutomaticCriticalErrorActionTimeout', async (t) => {
    const world = await makeWorld(t, { timeouts: { diskRetryMs: 10_000 } });
    const { id } = await world.define({ values: { AutomaticCriticalErrorActionTimeout: '00000000000100.000000:000' } });
    await world.request(id, 2);
    world.faults.fail('resume', { times: 1000 });
    world.faults.ioError(id);
    await world.eventually(() => world.system(id).power === 'pausedCritical');
    await world.clock.advance(30_000);
    assert.equal(world.system(id).power, 'pausedCritical');
    await world.clock.advance(30_000);
    await world.eventually(() => world.system(id).power === 'off');
  });

  test('a machine that dies while the end of its failed save is being stored: the system is off', async (t) => {
    const store = createMemoryStore();
    const [reached, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    // The first commit is the begin of the job.
    let commits = Number.NaN;
    const world = await makeWorld(t, {
      openStore: () => ({
        load: (table) => store.load(table),
        commit: async (changes) => {
          commits += 1;
          if (commits === 2) {
            reached.resolve();
            await release.promise;
          }
          await store.commit(changes);
        },
        close: () => store.close(),
      }),
    });
    const { id } = await world.define({ values: { ElementName: 'web1', AutomaticRecoveryAction: 2 } });
    assert.equal((await world.request(id, 2)).state, 7);
    world.faults.fail('save', { system: id, error: new DomainError('failed', 'No room for it.') });
    commits = 0;
    const saved = world.request(id, 6);
    await reached.promise;
    world.faults.crash(id);
    await world.eventually(() => world.hypervisor.machine(id) === undefined);
    release.resolve();
    assert.equal((await saved).state, 10);
    await world.eventually(() => world.system(id).power === 'off');
    assert.equal(world.system(id).power, 'off');
  });

  test('a machine that dies while it saves: job 10, the system is off, nothing is left', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define({ values: { AutomaticRecoveryAction: 2 } });
    await world.request(id, 2);
    const job = await world.core.operations.requestState(CALLER, id, 6);
    world.faults.crash(id);
    assert.equal((await world.ended(job)).state, 10);
    assert.equal(world.system(id).power, 'off');
    assert.deepEqual(await stateFiles(world, id), []);
  });
});
