import assert from 'node:assert/strict';
import { DomainError } from '../../src/core/errors.ts';
import { createFeed } from '../../src/core/events/feed.ts';
import type { JobDefinition, JobStep } from '../../src/core/jobs/definition.ts';
import type { AffectedElement, Job } from '../../src/core/jobs/job.ts';
import { type Jobs, openJobs } from '../../src/core/jobs/runner.ts';
import type { Clock, Store } from '../../src/core/ports.ts';
import { createVirtualClock, type VirtualClock } from '../../src/simulated/virtual-clock.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { Patience } from './patience.ts';

/** What a job works on, made anew for each trial. */
export interface JobTrial<P> {
  readonly store: Store;
  readonly clock: VirtualClock;
  /** May close over the store; called again after a simulated restart. */
  define(clock: Clock, store: Store): JobDefinition<P>;
  readonly params: P;
  readonly affected: readonly AffectedElement[];
  /** Fails unless everything is as before the job. */
  pristine(store: Store): Promise<void>;
  /** Fails unless all of the job's work is there, once. */
  complete(store: Store): Promise<void>;
  dispose(): Promise<void>;
}

/** The service as far as a job sees it; `kill` is a crash: nothing that it has not yet stored is ever stored. */
interface Service {
  readonly jobs: Jobs;
  kill(): void;
}

const context = { caller: 'HOST\\tester', requestId: 'test' };

const startService = async (store: Store, clock: Clock, unexpected: unknown[]): Promise<Service> => {
  let dead = false;
  const mortal: Store = {
    load: (table) => store.load(table),
    commit: (changes) => (dead ? new Promise<never>(() => undefined) : store.commit(changes)),
    close: () => store.close(),
  };
  const jobs = await openJobs({
    store: mortal,
    feed: createFeed(),
    clock,
    later: new Patience().later,
    onInternalError: (_, error) => unexpected.push(error),
  });
  return {
    jobs,
    kill: () => {
      dead = true;
    },
  };
};

type StepRun<P> = JobStep<P>['run'];

/** The definition with one step's work replaced. */
const alter = <P>(
  definition: JobDefinition<P>,
  index: number,
  change: (run: StepRun<P>) => StepRun<P>,
): JobDefinition<P> => ({
  ...definition,
  steps: definition.steps.map((step, i) =>
    i === index ? { ...step, run: change((...given) => step.run(...given)) } : step,
  ),
});

const injected = new DomainError('failed', 'This failure is injected.');

/** Every bad moment of a job: architecture, habit 6. `make` is called for each trial. */
export const exerciseJob = async <P>(make: () => Promise<JobTrial<P>>): Promise<void> => {
  const probe = await make();
  const shape = probe.define(probe.clock, probe.store);
  await probe.dispose();
  await completes(make, 'runs', (definition) => definition);
  for (const [index, step] of shape.steps.entries()) {
    await completes(make, `runs '${step.name}' twice`, (definition) =>
      alter(definition, index, (run) => async (...given) => {
        await run(...given);
        return run(...given);
      }),
    );
    const committed =
      index > shape.steps.findIndex((s) => s.name === shape.commitPoint) && shape.commitPoint !== undefined;
    if (!committed) {
      await fails(make, `fails before '${step.name}'`, (definition) =>
        alter(definition, index, () => async () => Promise.reject(injected)),
      );
      await fails(make, `fails after '${step.name}'`, (definition) => failAfter(definition, index));
      await fails(make, `fails after '${step.name}', each undo runs twice`, (definition) =>
        undoTwice(failAfter(definition, index)),
      );
    }
    for (const moment of ['before', 'after'] as const) await survivesKill(make, index, step.name, moment);
  }
};

const failAfter = <P>(definition: JobDefinition<P>, index: number): JobDefinition<P> =>
  alter(definition, index, (run) => async (...given) => {
    await run(...given);
    throw injected;
  });

const undoTwice = <P>(definition: JobDefinition<P>): JobDefinition<P> => ({
  ...definition,
  steps: definition.steps.map((step) => {
    const { undo } = step;
    if (undo === undefined) return step;
    const twice: JobStep<P> = {
      ...step,
      undo: async (...given) => {
        await undo.apply(step, given);
        await undo.apply(step, given);
      },
    };
    return twice;
  }),
});

const trial = async <P>(
  make: () => Promise<JobTrial<P>>,
  title: string,
  run: (trial: JobTrial<P>, unexpected: unknown[]) => Promise<void>,
): Promise<void> => {
  const made = await make();
  const unexpected: unknown[] = [];
  try {
    await run(made, unexpected);
    assert.deepEqual(unexpected, [], 'no error but the injected one');
  } catch (cause) {
    throw new Error(`A job that ${title}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  } finally {
    await made.dispose();
  }
};

const runToEnd = async <P>(made: JobTrial<P>, definition: JobDefinition<P>, unexpected: unknown[]): Promise<Job> => {
  const service = await startService(made.store, made.clock, unexpected);
  const job = await service.jobs.submit(context, definition, made.params, made.affected);
  const ended = await made.clock.until(service.jobs.ended(job.id));
  assert.ok(ended, 'the job ended');
  await service.jobs.close();
  return ended;
};

const completes = <P>(
  make: () => Promise<JobTrial<P>>,
  title: string,
  change: (definition: JobDefinition<P>) => JobDefinition<P>,
): Promise<void> =>
  trial(make, title, async (made, unexpected) => {
    const ended = await runToEnd(made, change(made.define(made.clock, made.store)), unexpected);
    assert.equal(ended.state, 7, ended.errorDescription ?? '');
    assert.equal(ended.percent, 100);
    assert.equal(ended.errorCode, 0);
    await made.complete(made.store);
  });

const fails = <P>(
  make: () => Promise<JobTrial<P>>,
  title: string,
  change: (definition: JobDefinition<P>) => JobDefinition<P>,
): Promise<void> =>
  trial(make, title, async (made, unexpected) => {
    const ended = await runToEnd(made, change(made.define(made.clock, made.store)), unexpected);
    assert.equal(ended.state, 10);
    assert.equal(ended.errors.length, 1, 'no undo failed');
    await made.pristine(made.store);
  });

const survivesKill = <P>(
  make: () => Promise<JobTrial<P>>,
  index: number,
  name: string,
  moment: 'before' | 'after',
): Promise<void> =>
  trial(make, `is killed ${moment} '${name}'`, async (made, unexpected) => {
    const service = await startService(made.store, made.clock, unexpected);
    const definition = made.define(made.clock, made.store);
    const { promise: killed, resolve: reached } = Promise.withResolvers<void>();
    const job = await service.jobs.submit(
      context,
      alter(definition, index, (run) => async (...given) => {
        if (moment === 'after') await run(...given);
        service.kill();
        reached();
        return new Promise<never>(() => undefined);
      }),
      made.params,
      made.affected,
    );
    await made.clock.until(killed);
    const next = await startService(made.store, made.clock, unexpected);
    next.jobs.register(made.define(made.clock, made.store));
    const left = next.jobs.get(job.id);
    assert.equal(left?.state, 4, 'unfinished, and visible under its id');
    const recovered = next.jobs.recover();
    await made.clock.until(recovered);
    const ended = await made.clock.until(next.jobs.ended(job.id));
    const committed =
      definition.commitPoint !== undefined &&
      index > definition.steps.findIndex((step) => step.name === definition.commitPoint);
    if (definition.onRestart === 'resume' || committed) {
      assert.equal(ended?.state, 7, ended?.errorDescription ?? '');
      await made.complete(made.store);
    } else {
      assert.equal(ended?.state, 10);
      assert.match(ended?.errorDescription ?? '', /service restarted/);
      await made.pristine(made.store);
    }
    await next.jobs.close();
  });

/** A store, a clock and a jobs runner for tests of what uses them. */
export const openTestJobs = async (
  store: Store = createMemoryStore(),
  clock: VirtualClock = createVirtualClock(),
): Promise<{
  jobs: Jobs;
  store: Store;
  clock: VirtualClock;
  feed: ReturnType<typeof createFeed>;
  unexpected: unknown[];
  patience: Patience;
}> => {
  const feed = createFeed();
  const unexpected: unknown[] = [];
  const patience = new Patience();
  const jobs = await openJobs({
    store,
    feed,
    clock,
    later: patience.later,
    onInternalError: (_, error) => unexpected.push(error),
  });
  return { jobs, store, clock, feed, unexpected, patience };
};
