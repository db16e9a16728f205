import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DomainError } from '../../src/core/errors.ts';
import type { DomainChange } from '../../src/core/events/change.ts';
import { defineJob, type StepContext } from '../../src/core/jobs/definition.ts';
import type { AffectedElement, Job } from '../../src/core/jobs/job.ts';
import type { Store } from '../../src/core/ports.ts';
import { createVirtualClock } from '../../src/simulated/virtual-clock.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { exerciseJob, openTestJobs } from './jobs-harness.ts';
import type { Patience } from './patience.ts';

const context = { caller: 'HOST\\admin', requestId: 'r1' };
const SYSTEM = '11111111-2222-3333-4444-555555555555';
const affected: readonly AffectedElement[] = [{ element: { kind: 'system', id: SYSTEM }, effect: 0 }];

/** A job that the test holds by the hand. */
const gatedJob = (options: { cancellable?: boolean; commitPoint?: string } = {}) => {
  const gates = { first: Promise.withResolvers<void>(), second: Promise.withResolvers<void>() };
  const entered = { first: Promise.withResolvers<StepContext>(), second: Promise.withResolvers<StepContext>() };
  const undone: string[] = [];
  const step = (name: 'first' | 'second') => ({
    name,
    run: async (step: StepContext) => {
      entered[name].resolve(step);
      const stopped = new Promise<never>((_, reject) => {
        step.signal.addEventListener('abort', () => reject(step.signal.reason), { once: true });
      });
      await Promise.race([gates[name].promise, stopped]);
    },
    undo: async () => {
      undone.push(name);
    },
  });
  const definition = defineJob<{ name: string }>({
    name: 'gated',
    type: 62,
    cancellable: options.cancellable ?? true,
    ...(options.commitPoint === undefined ? {} : { commitPoint: options.commitPoint }),
    onRestart: 'undo',
    steps: [step('first'), step('second')],
    caption: ({ name }) => `Exporting ${name}`,
    failure: ({ name }) => `'${name}' failed to export.`,
  });
  return { definition, gates, entered, undone };
};

/** Watches a feed for states of jobs. */
const watch = (feed: { listen(listener: (change: DomainChange) => void): () => void }) => {
  const changes: { before: Job | null; after: Job | null }[] = [];
  feed.listen((change) => {
    if (change.kind === 'job') changes.push(change);
  });
  return changes;
};

const failing = (error: unknown) =>
  defineJob<Record<string, never>>({
    name: 'failing',
    type: 12,
    cancellable: false,
    onRestart: 'undo',
    steps: [
      {
        name: 'only',
        run: async () => {
          throw error;
        },
      },
    ],
    caption: () => 'Starting Virtual Machine',
    failure: () => "'web1' failed to start.",
  });

describe('jobs', () => {
  test('J1 a job is stored, readable and in state 4 when submit resolves; never in 2', async () => {
    const { jobs, store, feed } = await openTestJobs();
    const changes = watch(feed);
    const { definition, gates } = gatedJob();
    const job = await jobs.submit(context, definition, { name: 'web1' }, affected);
    assert.equal(jobs.get(job.id.toLowerCase())?.state, 4);
    assert.ok((await store.load('jobs')).has(job.id));
    assert.match(job.id, /^[0-9A-F-]{36}$/);
    assert.deepEqual([...jobs.affecting(SYSTEM.toLowerCase())], [job]);
    gates.first.resolve();
    gates.second.resolve();
    const ended = await jobs.ended(job.id);
    assert.equal(ended?.owner, 'HOST\\admin');
    assert.equal(ended?.caption, 'Exporting web1');
    assert.ok(changes.every((change) => [4, 7].includes(change.after?.state ?? 0)));
    assert.equal(changes[0]?.before, null);
    await jobs.close();
  });

  test('J2 success: 7, 100 percent, no error code', async () => {
    const { jobs } = await openTestJobs();
    const job = await jobs.run(
      context,
      { type: 16, caption: 'Shutting down', affected, cancellable: false },
      async () => undefined,
    );
    const ended = await jobs.ended(job.id);
    assert.deepEqual(
      [ended?.state, ended?.percent, ended?.errorCode, ended?.errors, ended?.errorDescription],
      [7, 100, 0, [], null],
    );
    await jobs.close();
  });

  test('J3 failure: 10, an error code, and a text in the structure of jobs-and-errors §9', async () => {
    const { jobs, unexpected } = await openTestJobs();
    const root = new DomainError(
      'invalidParameter',
      "Attachment '/srv/disk.vhdx' failed to open because the file does not exist.",
      {
        hresult: '0x80070002',
      },
    );
    const error = new DomainError('failed', 'Synthetic SCSI Controller failed to power on.', {
      source: { system: SYSTEM, configuration: SYSTEM, part: 'AAAA-BBBB\\0\\0\\D' },
      cause: root,
    });
    const job = await jobs.submit(context, failing(error), {}, affected);
    const ended = await jobs.ended(job.id);
    assert.equal(ended?.state, 10);
    assert.equal(ended?.percent, 100);
    assert.equal(ended?.errorCode, 32768);
    assert.equal(ended?.errorSummary, "'web1' failed to start.");
    assert.equal(
      ended?.errorDescription,
      [
        `'web1' failed to start. (Virtual machine ID ${SYSTEM})`,
        'Synthetic SCSI Controller failed to power on. (Instance ID AAAA-BBBB)',
        "Attachment '/srv/disk.vhdx' failed to open because the file does not exist. (0x80070002)",
      ].join('\n\n'),
    );
    assert.deepEqual(ended?.errors[0]?.source, { system: SYSTEM, configuration: SYSTEM, part: 'AAAA-BBBB\\0\\0\\D' });
    assert.deepEqual(unexpected, []);
    await jobs.close();
  });

  test('an unexpected error goes to the log; its text does not reach the client', async () => {
    const { jobs, unexpected } = await openTestJobs();
    const error = new Error('secret /etc/key');
    const job = await jobs.submit(context, failing(error), {}, affected);
    const ended = await jobs.ended(job.id);
    assert.equal(ended?.errorCode, 32768);
    assert.ok(!JSON.stringify(ended).includes('secret'));
    assert.deepEqual(unexpected, [error]);
    await jobs.close();
  });

  test('several causes are several errors', async () => {
    const { jobs } = await openTestJobs();
    const causes = [
      new DomainError('outOfMemory', 'Not enough memory.'),
      new DomainError('fileInUse', 'A disk is in use.'),
    ];
    const job = await jobs.submit(context, failing(new AggregateError(causes)), {}, affected);
    const ended = await jobs.ended(job.id);
    assert.equal(ended?.errorCode, 32778);
    assert.deepEqual(
      ended?.errors.map((each) => each.messageId),
      ['32778', '32779'],
    );
    await jobs.close();
  });

  test('J4 an ended job is readable for five minutes, then deleted with an event', async () => {
    const { jobs, clock, feed, store } = await openTestJobs();
    const changes = watch(feed);
    const job = await jobs.run(context, { type: 1, caption: 'c', affected, cancellable: false }, async () => undefined);
    await jobs.ended(job.id);
    await clock.advance(290_000);
    assert.equal(jobs.get(job.id)?.state, 7);
    await clock.advance(40_000);
    assert.equal(jobs.get(job.id), undefined);
    assert.deepEqual([...jobs.affecting(SYSTEM)], []);
    assert.equal((await store.load('jobs')).size, 0);
    assert.equal(changes.at(-1)?.after, null);
    assert.equal(changes.at(-1)?.before?.id, job.id);
    await jobs.close();
  });

  test('J4 the five minutes go on over a restart', async () => {
    const clock = createVirtualClock();
    const store = createMemoryStore();
    const first = await openTestJobs(store, clock);
    const job = await first.jobs.run(
      context,
      { type: 1, caption: 'c', affected, cancellable: false },
      async () => undefined,
    );
    await first.jobs.ended(job.id);
    await first.jobs.close();
    await clock.advance(200_000);
    const second = await openTestJobs(store, clock);
    await second.jobs.recover();
    assert.equal(second.jobs.get(job.id)?.state, 7);
    await clock.advance(90_000);
    assert.equal(second.jobs.get(job.id)?.state, 7);
    await clock.advance(20_000);
    assert.equal(second.jobs.get(job.id), undefined);
    await second.jobs.close();
  });

  test('J6 kill: 0, state 6, then 9 with everything undone', async () => {
    const { jobs, feed } = await openTestJobs();
    const changes = watch(feed);
    const { definition, gates, entered, undone } = gatedJob();
    const job = await jobs.submit(context, definition, { name: 'web1' }, affected);
    gates.first.resolve();
    await entered.second.promise;
    assert.equal(await jobs.requestStateChange(job.id, 5), 0);
    const ended = await jobs.ended(job.id);
    assert.equal(ended?.state, 9);
    assert.notEqual(ended?.errorCode, 0);
    assert.deepEqual(undone, ['second', 'first']);
    const states = changes.map((change) => change.after?.state);
    assert.deepEqual([...new Set(states)], [4, 6, 9]);
    await jobs.close();
  });

  test('terminate ends in 8', async () => {
    const { jobs } = await openTestJobs();
    const { definition, entered } = gatedJob();
    const job = await jobs.submit(context, definition, { name: 'web1' }, affected);
    await entered.first.promise;
    const [accepted, again] = await Promise.all([
      jobs.requestStateChange(job.id, 4),
      jobs.requestStateChange(job.id, 5),
    ]);
    assert.deepEqual([accepted, again], [0, 4097]);
    assert.equal((await jobs.ended(job.id))?.state, 8);
    await jobs.close();
  });

  test('J7 requests that cannot be met: 4097 when finished, 1 when not cancellable, 5 unknown, 4098 with a timeout', async () => {
    const { jobs } = await openTestJobs();
    const { definition, gates } = gatedJob({ cancellable: false });
    const job = await jobs.submit(context, definition, { name: 'web1' }, affected);
    assert.equal(await jobs.requestStateChange(job.id, 4), 1);
    assert.equal(await jobs.requestStateChange(job.id, 2), 1);
    assert.equal(await jobs.requestStateChange(job.id, 99), 5);
    assert.equal(await jobs.requestStateChange(job.id, 4, true), 4098);
    gates.first.resolve();
    gates.second.resolve();
    assert.equal((await jobs.ended(job.id))?.state, 7);
    for (const request of [2, 3, 4, 5, 6]) assert.equal(await jobs.requestStateChange(job.id, request), 4097);
    assert.equal(await jobs.requestStateChange('00000000-0000-0000-0000-000000000000', 4), undefined);
    await jobs.close();
  });

  test('K18 after its commit point a job cannot be cancelled', async () => {
    const { jobs } = await openTestJobs();
    const { definition, gates, entered, undone } = gatedJob({ commitPoint: 'first' });
    const job = await jobs.submit(context, definition, { name: 'web1' }, affected);
    gates.first.resolve();
    await entered.second.promise;
    assert.equal(jobs.get(job.id)?.cancellable, false);
    assert.equal(await jobs.requestStateChange(job.id, 5), 1);
    gates.second.resolve();
    assert.equal((await jobs.ended(job.id))?.state, 7);
    assert.deepEqual(undone, []);
    await jobs.close();
  });

  for (const when of ['while it works', 'while its record is written'] as const)
    test(`a cancel that the commit point overtakes ${when} stops nothing of what follows`, async () => {
      const store = createMemoryStore();
      const gate = Promise.withResolvers<void>();
      const reached = Promise.withResolvers<void>();
      let puts = 0;
      const slow: Store = {
        ...plainStore(store),
        commit: async (changes) => {
          puts++;
          if (when === 'while its record is written' && puts === 2) {
            reached.resolve();
            await gate.promise;
          }
          await store.commit(changes);
        },
      };
      const { jobs } = await openTestJobs(slow);
      const done: string[] = [];
      const definition = defineJob<Record<string, never>>({
        name: 'overtaken',
        type: 62,
        cancellable: true,
        onRestart: 'undo',
        commitPoint: 'publish',
        caption: () => 'Exporting Virtual Machine',
        steps: [
          {
            name: 'publish',
            run: async () => {
              if (when === 'while it works') {
                reached.resolve();
                await gate.promise;
              }
              done.push('publish');
            },
            undo: async () => void done.push('taken back'),
          },
          {
            name: 'clear',
            run: async ({ signal }) => {
              signal.throwIfAborted();
              done.push('clear');
            },
          },
        ],
      });
      const job = await jobs.submit(context, definition, {}, affected);
      await reached.promise;
      await jobs.requestStateChange(job.id, 5);
      gate.resolve();
      const ended = await jobs.ended(job.id);
      assert.deepEqual([ended?.state, ended?.errorCode, done], [7, 0, ['publish', 'clear']]);
      await jobs.close();
    });

  test('a cancel that comes when the end is being written is refused', async () => {
    const store = createMemoryStore();
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    let puts = 0;
    const slow: Store = {
      ...plainStore(store),
      commit: async (changes) => {
        puts++;
        if (puts === 2) {
          reached.resolve();
          await gate.promise;
        }
        await store.commit(changes);
      },
    };
    const { jobs } = await openTestJobs(slow);
    const job = await jobs.run(context, { type: 1, caption: 'c', affected, cancellable: true }, async () => undefined);
    await reached.promise;
    assert.equal(await jobs.requestStateChange(job.id, 4), 4097);
    gate.resolve();
    assert.equal((await jobs.ended(job.id))?.state, 7);
    await jobs.close();
  });

  for (const [refusals, expected] of [
    [1, ['first']],
    [Infinity, []],
  ] as const)
    test(`a store that refuses the record of the undoing ${refusals === 1 ? 'once' : 'for good'}: ${refusals === 1 ? 'undone' : 'left to the next service'}`, async () => {
      const store = createMemoryStore();
      let puts = 0;
      const full: Store = {
        ...plainStore(store),
        commit: async (changes) => {
          puts++;
          if (puts >= 2 && puts < 2 + refusals) throw new Error('the disk is full');
          await store.commit(changes);
        },
      };
      const { jobs } = await openTestJobs(full);
      const { definition, gates, undone } = gatedJob();
      const job = await jobs.submit(context, definition, { name: 'web1' }, affected);
      gates.first.reject(new Error('no'));
      assert.equal((await jobs.ended(job.id))?.state, 10);
      assert.deepEqual(undone, expected);
      const stored = (await store.load('jobs')).get(job.id) as { job: Job };
      assert.equal(stored.job.state === 10, refusals === 1);
      await jobs.close();
    });

  /** A store that takes nothing while it is full, and forgets nothing. */
  const fillable = () => {
    const store = createMemoryStore();
    const disk = { full: false };
    const commit: Store['commit'] = (changes) =>
      disk.full ? Promise.reject(new DomainError('failed', 'The disk is full.')) : store.commit(changes);
    return { store: { ...plainStore(store), commit }, disk };
  };
  const storedState = async (store: Store, id: string): Promise<number | undefined> =>
    ((await store.load('jobs')).get(id) as { job: Job } | undefined)?.job.state;

  /** What was tried again has come to its end in the store. */
  const settled = async (patience: Patience, store: Store, id: string, state: number | undefined): Promise<void> => {
    for (let turns = 0; turns < 2000; turns++) {
      if (!patience.waits && (await storedState(store, id)) === state) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.fail(`the job has not come to its end: ${patience.waits} ${await storedState(store, id)}`);
  };

  test('a job that a full store keeps from being undone is undone when there is room, and ends as was told', async () => {
    const { store, disk } = fillable();
    const { jobs, feed, patience, clock } = await openTestJobs(store);
    const { definition, gates, entered, undone } = gatedJob();
    const job = await jobs.submit(context, definition, { name: 'web1' }, affected);
    gates.first.resolve();
    await entered.second.promise;
    disk.full = true;
    gates.second.reject(new DomainError('failed', 'The copy failed.'));
    const told = await jobs.ended(job.id);
    assert.equal(told?.state, 10);
    const changes = watch(feed);
    patience.wake();
    await clock.until(new Promise((resolve) => setTimeout(resolve, 20)));
    assert.deepEqual([undone, patience.waits], [[], true], 'still full');
    assert.equal(await storedState(store, job.id), 4);
    disk.full = false;
    patience.wake();
    await settled(patience, store, job.id, 10);
    assert.deepEqual(undone, ['second', 'first']);
    assert.deepEqual(jobs.get(job.id), told);
    assert.deepEqual(changes, [], 'an ended job does not change');
    await clock.advance(300_000);
    assert.equal(jobs.get(job.id), undefined);
    assert.equal(await storedState(store, job.id), undefined);
    await jobs.close();
  });

  test('a job past its commit point that a full store holds up goes on when there is room, and is not forgotten before', async () => {
    const { store, disk } = fillable();
    const { jobs, patience, clock } = await openTestJobs(store);
    const { definition, gates, entered, undone } = gatedJob({ commitPoint: 'first' });
    const job = await jobs.submit(context, definition, { name: 'web1' }, affected);
    gates.first.resolve();
    await entered.second.promise;
    disk.full = true;
    gates.second.resolve();
    assert.equal((await jobs.ended(job.id))?.state, 10);
    await clock.advance(600_000);
    assert.equal(await storedState(store, job.id), 4, 'the next service would go on with it');
    disk.full = false;
    patience.wake();
    // It was readable for more than five minutes, and is forgotten with its end.
    await settled(patience, store, job.id, undefined);
    assert.deepEqual(undone, []);
    await jobs.close();
  });

  test('a step after the commit point is done again until it is done; one that may fail ends the job', async () => {
    for (const mayFail of [false, true]) {
      const { jobs, store, patience } = await openTestJobs();
      let failures = 3;
      const undone: string[] = [];
      const released: string[] = [];
      const definition = defineJob<Record<string, never>>({
        name: 'stubborn',
        type: 71,
        cancellable: false,
        onRestart: 'undo',
        commitPoint: 'switch',
        caption: () => 'c',
        release: (_, __, end) => {
          released.push('released');
          return end([]);
        },
        steps: [
          { name: 'switch', run: async () => undefined, undo: async () => void undone.push('switch') },
          {
            name: 'firmware',
            ...(mayFail ? { mayFail: true as const } : {}),
            run: async () => {
              if (failures-- > 0) throw new DomainError('failed', 'No room for the firmware.');
            },
          },
        ],
      });
      const job = await jobs.submit(context, definition, {}, affected);
      const told = await jobs.ended(job.id);
      assert.equal(told?.state, 10);
      assert.match(told.errorDescription ?? '', /No room for the firmware/);
      assert.equal(await storedState(store, job.id), mayFail ? 10 : 4);
      assert.equal(released.length, mayFail ? 1 : 0, 'what the job owns is given back with its end');
      for (let tries = 0; patience.waits && tries < 5; tries++) {
        patience.wake();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      assert.equal(await storedState(store, job.id), 10);
      assert.deepEqual([failures, released.length, undone.length], [mayFail ? 2 : -1, 1, 0]);
      await jobs.close();
    }
  });

  test('a store that refuses a single record past the commit point keeps the job from nothing', async () => {
    for (const refused of [2, 3]) {
      const store = createMemoryStore();
      let puts = 0;
      const flaky: Store = {
        ...plainStore(store),
        commit: (changes) => (++puts === refused ? Promise.reject(new Error('no')) : store.commit(changes)),
      };
      const { jobs, unexpected } = await openTestJobs(flaky);
      const { definition, gates, undone } = gatedJob({ commitPoint: 'first' });
      const job = await jobs.submit(context, definition, { name: 'web1' }, affected);
      gates.first.resolve();
      gates.second.resolve();
      assert.equal((await jobs.ended(job.id))?.state, 7, `record ${refused}`);
      assert.deepEqual([undone, unexpected.length], [[], 1]);
      await jobs.close();
    }
  });

  test('progress never falls, moves by the weight of the steps, and is 100 at the end only', async () => {
    const { jobs, feed, unexpected } = await openTestJobs();
    const changes = watch(feed);
    const definition = defineJob<Record<string, never>>({
      name: 'weighted',
      type: 62,
      cancellable: false,
      onRestart: 'undo',
      caption: () => 'c',
      steps: [
        {
          name: 'long',
          weight: 9,
          run: async (step) => {
            for (const fraction of [0.5, 0.2, Number.NaN, -1, 0.51, 7]) step.progress(fraction);
          },
        },
        { name: 'short', run: async (step) => step.progress(1) },
      ],
    });
    const job = await jobs.submit(context, definition, {}, affected);
    await jobs.ended(job.id);
    const percents = changes.map((change) => change.after?.percent ?? -1);
    assert.deepEqual(
      percents,
      [...percents].toSorted((a, b) => a - b),
    );
    assert.deepEqual([...new Set(percents)], [0, 45, 90, 99, 100]);
    assert.deepEqual(unexpected, []);
    await jobs.close();
  });

  test('what a step does is told while it runs, with the file that it is at, and no more when the job is over or undone', async () => {
    for (const fails of [false, true]) {
      const { jobs, feed } = await openTestJobs();
      const changes = watch(feed);
      const definition = defineJob<Record<string, never>>({
        name: 'telling',
        type: 62,
        cancellable: false,
        onRestart: 'undo',
        caption: () => 'c',
        steps: [
          { name: 'quiet', run: async (step) => step.progress(0.5, { name: 'x', done: 1, total: 2 }) },
          {
            name: 'copy',
            doing: 'Copying',
            run: async (step) => {
              for (const name of ['a', 'b']) step.progress(0, { name, done: 0, total: 9 });
              step.progress(0.5, { name: 'b', done: 5, total: 9 });
              // Neither a figure nor a file that is another one.
              step.progress(0.5, { name: 'b', done: 6, total: 9 });
              step.progress(0.4);
            },
            undo: async () => undefined,
          },
          {
            name: 'end',
            doing: 'Ending',
            run: async () => {
              if (fails) throw new Error('no');
            },
          },
        ],
      });
      const job = await jobs.submit(context, definition, {}, affected);
      const ended = await jobs.ended(job.id);
      assert.equal(ended?.activity, undefined);
      const told: string[] = [];
      for (const { after } of changes) {
        const { text, file = null } = after?.activity ?? { text: '-' };
        const line = file === null ? text : `${text} ${file.name} ${file.done}`;
        if (told.at(-1) !== line) told.push(line);
      }
      assert.deepEqual(told, ['-', 'Copying', 'Copying a 0', 'Copying b 0', 'Copying b 5', 'Ending', '-']);
      await jobs.close();
    }
  });

  test('progress is stored once a second at most', async () => {
    const store = createMemoryStore();
    let commits = 0;
    const counting: Store = {
      ...plainStore(store),
      commit: (changes) => {
        commits++;
        return store.commit(changes);
      },
    };
    const { jobs, clock } = await openTestJobs(counting);
    const job = await jobs.run(context, { type: 62, caption: 'c', affected, cancellable: false }, async (step) => {
      for (let i = 1; i < 90; i++) {
        step.progress(i / 100);
        await clock.sleep(50);
      }
    });
    await clock.until(jobs.ended(job.id));
    // Begin, end, and 4.45 seconds in between.
    assert.ok(commits <= 2 + 5, `${commits} commits`);
    await jobs.close();
  });

  test('README rule 12: joined changes become durable and visible with the end of the job, before it', async () => {
    const { jobs, store, feed } = await openTestJobs();
    const seen: string[] = [];
    feed.listen((change) => {
      if (change.kind === 'job' && change.after?.endedAt !== null) seen.push('job ended');
    });
    let atApplied: unknown = null;
    const job = await jobs.run(
      context,
      {
        type: 12,
        caption: 'c',
        affected,
        cancellable: false,
        begin: {
          changes: [{ table: 'systems', key: SYSTEM, value: { power: 'starting' } }],
          applied: () => seen.push('starting'),
        },
      },
      async (step) => {
        assert.deepEqual((await store.load('systems')).get(SYSTEM), { power: 'starting' });
        step.affect({ element: { kind: 'configuration', id: 'C' }, effect: 5 });
        step.join({
          changes: [{ table: 'systems', key: SYSTEM, value: { power: 'running' } }],
          applied: () => {
            seen.push('running');
            atApplied = jobs.get(job.id)?.state;
          },
        });
        assert.deepEqual((await store.load('systems')).get(SYSTEM), { power: 'starting' });
      },
    );
    const ended = await jobs.ended(job.id);
    assert.deepEqual(seen, ['starting', 'running', 'job ended']);
    assert.equal(atApplied, 4);
    assert.deepEqual((await store.load('systems')).get(SYSTEM), { power: 'running' });
    assert.deepEqual(ended?.affected.at(-1), { element: { kind: 'configuration', id: 'C' }, effect: 5 });
    assert.equal([...jobs.affecting('c')].length, 1);
    await jobs.close();
  });

  test('what a failed step joined is dropped; what its undo joined is written with the end', async () => {
    const { jobs, store } = await openTestJobs();
    const definition = defineJob<Record<string, never>>({
      name: 'joining',
      type: 12,
      cancellable: false,
      onRestart: 'undo',
      caption: () => 'c',
      steps: [
        {
          name: 'only',
          run: async (step) => {
            step.join({ changes: [{ table: 'systems', key: 'a', value: { power: 'running' } }] });
            throw new DomainError('failed', 'No.');
          },
          undo: async (undo) => undo.join({ changes: [{ table: 'systems', key: 'a', value: { power: 'off' } }] }),
        },
      ],
    });
    const job = await jobs.submit(context, definition, {}, affected);
    assert.equal((await jobs.ended(job.id))?.state, 10);
    assert.deepEqual((await store.load('systems')).get('a'), { power: 'off' });
    await jobs.close();
  });

  test('an undo that fails is told, and the other steps are undone all the same', async () => {
    const { jobs, unexpected } = await openTestJobs();
    const undone: string[] = [];
    const definition = defineJob<Record<string, never>>({
      name: 'bad undo',
      type: 62,
      cancellable: false,
      onRestart: 'undo',
      caption: () => 'c',
      steps: [
        { name: 'one', run: async () => undefined, undo: async () => void undone.push('one') },
        {
          name: 'two',
          run: async () => undefined,
          undo: () => Promise.reject(new DomainError('failed', 'The folder stays.')),
        },
        { name: 'three', run: () => Promise.reject(new DomainError('failed', 'The copy failed.')) },
      ],
    });
    const job = await jobs.submit(context, definition, {}, affected);
    const ended = await jobs.ended(job.id);
    assert.equal(ended?.state, 10);
    assert.deepEqual(
      ended?.errors.map((error) => error.message),
      ['The copy failed.', 'The folder stays.'],
    );
    assert.deepEqual(undone, ['one']);
    assert.equal(unexpected.length, 1);
    await jobs.close();
  });

  test('a warning ends the job with 32768 and error code 0', async () => {
    const { jobs } = await openTestJobs();
    const job = await jobs.run(context, { type: 140, caption: 'c', affected, cancellable: false }, async (step) =>
      step.warn({ messageId: '90012', message: 'm', arguments: [], severity: 2, recommendedActions: [], source: null }),
    );
    const ended = await jobs.ended(job.id);
    assert.deepEqual([ended?.state, ended?.errorCode, ended?.errors.length], [32768, 0, 1]);
    await jobs.close();
  });

  test('what cannot be stored is refused and no job is visible', async () => {
    const { jobs } = await openTestJobs();
    const { definition } = gatedJob();
    const submitted = jobs.submit(context, definition, { name: 'x', at: new Date() } as { name: string }, affected);
    await assert.rejects(submitted, { name: 'DomainError' });
    assert.deepEqual([...jobs.all()], []);
    await jobs.close();
  });

  test('a store that fails ends the job for those who wait, and the next service finds it unfinished', async () => {
    const store = createMemoryStore();
    let broken = false;
    const failingStore: Store = {
      ...plainStore(store),
      commit: (changes) =>
        broken ? Promise.reject(new DomainError('notAvailable', 'The store failed.')) : store.commit(changes),
    };
    const { jobs, unexpected } = await openTestJobs(failingStore);
    const { definition, gates } = gatedJob();
    const job = await jobs.submit(context, definition, { name: 'web1' }, affected);
    broken = true;
    gates.first.resolve();
    const ended = await jobs.ended(job.id);
    assert.deepEqual([ended?.state, ended?.errorCode], [10, 32777]);
    assert.equal(unexpected.length, 1);
    await jobs.close();
    const next = await openTestJobs(store);
    next.jobs.register(gatedJob().definition);
    await next.jobs.recover();
    assert.match(next.jobs.get(job.id)?.errorDescription ?? '', /service restarted/);
    await next.jobs.close();
  });

  test('K18 short work that a restart cut off ends 10, "service restarted"', async () => {
    const store = createMemoryStore();
    const first = await openTestJobs(store);
    const job = await first.jobs.run(
      context,
      { type: 12, caption: 'Starting Virtual Machine', affected, cancellable: false },
      () => new Promise<never>(() => undefined),
    );
    await first.jobs.close();
    const second = await openTestJobs(store);
    assert.equal(second.jobs.get(job.id)?.state, 4);
    await second.jobs.recover();
    const ended = second.jobs.get(job.id);
    assert.equal(ended?.state, 10);
    assert.match(ended?.errorDescription ?? '', /service restarted/);
    assert.equal(ended?.percent, 100);
    await second.jobs.close();
  });

  test('K18 a cancelled job that a restart cut off is undone and ends as cancelled', async () => {
    const store = createMemoryStore();
    const hanging = (undone: string[]) =>
      defineJob<Record<string, never>>({
        name: 'hanging',
        type: 62,
        cancellable: true,
        onRestart: 'resume',
        caption: () => 'c',
        steps: [
          { name: 'only', run: () => new Promise<never>(() => undefined), undo: async () => void undone.push('only') },
        ],
      });
    const first = await openTestJobs(store);
    const job = await first.jobs.submit(context, hanging([]), {}, affected);
    assert.equal(await first.jobs.requestStateChange(job.id, 5), 0);
    await first.jobs.close();
    const undone: string[] = [];
    const second = await openTestJobs(store);
    second.jobs.register(hanging(undone));
    await second.jobs.recover();
    assert.equal(second.jobs.get(job.id)?.state, 9);
    assert.deepEqual(undone, ['only']);
    await second.jobs.close();
  });

  test('closing waits for running jobs as long as it is told, then leaves them to the next service', async () => {
    const { jobs, clock } = await openTestJobs();
    const quick = await jobs.run(context, { type: 1, caption: 'c', affected, cancellable: false }, () =>
      clock.sleep(100),
    );
    const slow = await jobs.run(context, { type: 1, caption: 'c', affected, cancellable: false }, (step) =>
      clock.sleep(100_000, step.signal),
    );
    const ends = [jobs.ended(quick.id), jobs.ended(slow.id)];
    await clock.until(jobs.close(1000));
    const [first, second] = await Promise.all(ends);
    assert.equal(first?.state, 7);
    assert.equal(second, undefined);
    assert.equal(jobs.get(slow.id)?.state, 4);
  });
});

/** Methods of a store as plain functions, to replace one. */
const plainStore = (store: Store): Store => ({
  load: (table) => store.load(table),
  commit: (changes) => store.commit(changes),
  close: () => store.close(),
});

describe('the harness on a job that copies records', () => {
  interface Params {
    readonly from: readonly string[];
  }

  const make = (onRestart: 'undo' | 'resume', commitPoint?: string) => async () => {
    const store = createMemoryStore();
    await store.commit([{ table: 'plans', key: 'a', value: { n: 1n } }]);
    const copies = async (target: Store): Promise<string[]> =>
      [...(await target.load('plans')).keys()].filter((key) => key !== 'a');
    return {
      store,
      clock: createVirtualClock(),
      params: { from: ['a'] },
      affected,
      define: () =>
        defineJob<Params>({
          name: 'copy',
          type: 62,
          cancellable: true,
          onRestart,
          ...(commitPoint === undefined ? {} : { commitPoint }),
          caption: () => 'Copying',
          steps: [
            { name: 'choose', run: async (_, { from }) => ({ to: from.map((key) => `${key}-copy`) }) },
            {
              name: 'copy',
              run: async (_, { from }, results) => {
                const { to } = results['choose'] as { to: string[] };
                const value = (await store.load('plans')).get(from[0] ?? '');
                await store.commit(to.map((key) => ({ table: 'plans' as const, key, value })));
              },
              undo: async (_, __, results) => {
                const { to } = (results['choose'] ?? { to: [] }) as { to: string[] };
                await store.commit(to.map((key) => ({ table: 'plans' as const, key, value: null })));
              },
            },
            {
              name: 'mark',
              run: async (step) => {
                await step.keep({ marker: 'a-marker' });
                await store.commit([{ table: 'plans', key: 'a-marker', value: {} }]);
              },
              undo: async (undo, _, results) => {
                if (results['mark'] !== undefined)
                  undo.join({ changes: [{ table: 'plans', key: 'a-marker', value: null }] });
              },
            },
          ],
        }),
      pristine: async () => assert.deepEqual(await copies(store), []),
      complete: async () => assert.deepEqual((await copies(store)).toSorted(), ['a-copy', 'a-marker']),
      dispose: async () => undefined,
    };
  };

  test('undone by a restart', () => exerciseJob(make('undo')));
  test('resumed by a restart', () => exerciseJob(make('resume')));
  test('undone before, resumed after its commit point', () => exerciseJob(make('undo', 'copy')));
});
