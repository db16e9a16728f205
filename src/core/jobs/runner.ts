import { randomUUID } from 'node:crypto';
import type { DomainPublisher } from '../events/feed.ts';
import type { Guid } from '../model.ts';
import type { Clock, Later, Store } from '../ports.ts';
import type { RequestContext } from '../requests.ts';
import type { JobDefinition, Joined, JobPlan, JobWork } from './definition.ts';
import { type ExecutionHost, JobExecution } from './execution.ts';
import { restartedOutcome } from './failure.ts';
import { type AffectedElement, isEnded, type Job } from './job.ts';
import { JobLedger } from './ledger.ts';
import { endRecord, type JobRecord } from './record.ts';
import { JobRetention } from './retention.ts';
import { UnsettledWork } from './unsettled.ts';

export interface JobsOptions {
  readonly store: Store;
  readonly feed: DomainPublisher;
  readonly clock: Clock;
  readonly later: Later;
  /** For the log: errors whose text no client gets. */
  readonly onInternalError: (jobId: string, error: unknown) => void;
}

/** Reads the jobs of the store. Unfinished ones are visible at once and rest until `recover`. */
export const openJobs = async (options: JobsOptions): Promise<Jobs> => {
  const ledger = new JobLedger(options.store, options.feed, options.clock);
  await ledger.load();
  return new Jobs(ledger, options);
};

const DEFAULT_CLASS = 'Msvm_ConcreteJob';

/** Exception (jobs-and-errors §3). */
const hasFailed = ({ state }: Job): boolean => state === 10;

/** Answers of RequestStateChange of a job (jobs-and-errors §6). */
export const JOB_REQUEST = {
  done: 0,
  notSupported: 1,
  invalidParameter: 5,
  invalidTransition: 4097,
  timeoutNotSupported: 4098,
} as const;

/** Long work: submitted, watched, cancelled, forgotten. */
export class Jobs {
  readonly #ledger: JobLedger;
  readonly #clock: Clock;
  readonly #host: ExecutionHost;
  readonly #retention: JobRetention;
  readonly #unsettled: UnsettledWork;
  readonly #definitions = new Map<string, JobDefinition<unknown>>();
  readonly #running = new Map<Guid, { readonly execution: JobExecution; readonly ended: Promise<Job | undefined> }>();

  constructor(ledger: JobLedger, options: JobsOptions) {
    this.#ledger = ledger;
    this.#clock = options.clock;
    this.#host = { ledger, clock: options.clock, onInternalError: options.onInternalError };
    this.#retention = new JobRetention(options.clock, (ids) => ledger.remove(ids));
    this.#unsettled = new UnsettledWork(options.later);
    const ended = [...ledger.shelf.all()].filter(isEnded);
    for (const job of ended.toSorted((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0))) this.#forgetInTime(job);
  }

  /** Every definition must be known before `recover`; a submitted one is registered by itself. */
  register<P>(definition: JobDefinition<P>): void {
    const known = this.#definitions.get(definition.name);
    if (known !== undefined && known !== definition)
      throw new Error(`Two kinds of job have the name '${definition.name}'.`);
    this.#definitions.set(definition.name, definition);
  }

  /** The job is stored, visible and running when this resolves. `begin` is stored with it in one transaction. */
  async submit<P>(
    context: RequestContext,
    definition: JobDefinition<P>,
    params: P,
    affected: readonly AffectedElement[],
    begin?: Joined,
  ): Promise<Job> {
    this.register(definition);
    // A copy: what the caller changes later is neither stored nor run.
    const kept = structuredClone(params);
    const job = this.#newJob(context, {
      type: definition.type,
      className: definition.className ?? DEFAULT_CLASS,
      caption: definition.caption(kept),
      cancellable: definition.cancellable,
      affected,
      ...(definition.details === undefined ? {} : { details: definition.details(kept) }),
    });
    return this.#begin(job, definition.name, kept, definition, begin);
  }

  /** Short work that needs no undo of its own: what it joins is written with its end, all or nothing. */
  async run(context: RequestContext, plan: JobPlan, work: JobWork): Promise<Job> {
    const { type, caption, cancellable, affected, failure } = plan;
    const job = this.#newJob(context, {
      type,
      caption,
      cancellable,
      affected,
      className: plan.className ?? DEFAULT_CLASS,
    });
    const definition: JobDefinition<unknown> = {
      name: '',
      type,
      cancellable,
      onRestart: 'undo',
      steps: [{ name: 'work', run: (step) => work(step) }],
      caption: () => caption,
      ...(failure === undefined ? {} : { failure: () => failure }),
      release: (_params, _results, end) => plan.release?.(end) ?? end([]),
    };
    return this.#begin(job, null, null, definition, plan.begin);
  }

  get(id: Guid): Job | undefined {
    return this.#ledger.shelf.get(id);
  }

  /** In order of submission. */
  all(): Iterable<Job> {
    return this.#ledger.shelf.all();
  }

  /** Jobs about the system, plan, switch or configuration of this id, or a setting below it; ended ones included. */
  affecting(id: Guid): Iterable<Job> {
    return this.#ledger.shelf.affecting(id);
  }

  /** Resolves to the job when it has ended; undefined when it is unknown or the service stopped first. */
  async ended(id: Guid): Promise<Job | undefined> {
    const job = this.get(id);
    if (job === undefined || isEnded(job)) return job;
    return this.#running.get(job.id)?.ended;
  }

  /** RequestStateChange of the job object; undefined: there is no such job. */
  async requestStateChange(id: Guid, requestedState: number, timeoutGiven = false): Promise<number | undefined> {
    const job = this.get(id);
    if (job === undefined) return undefined;
    if (![2, 3, 4, 5, 6].includes(requestedState)) return JOB_REQUEST.invalidParameter;
    if (isEnded(job)) return JOB_REQUEST.invalidTransition;
    if (timeoutGiven) return JOB_REQUEST.timeoutNotSupported;
    if (requestedState !== 4 && requestedState !== 5) return JOB_REQUEST.notSupported;
    if (job.state === 6) return JOB_REQUEST.invalidTransition;
    if (!job.cancellable) return JOB_REQUEST.notSupported;
    const running = this.#running.get(job.id);
    const accepted = (await running?.execution.cancel(requestedState === 4 ? 8 : 9)) ?? false;
    return accepted ? JOB_REQUEST.done : JOB_REQUEST.invalidTransition;
  }

  /**
   * Work that the service tries again and again by itself leaves one job that failed, the last one: those of its kind, owner and
   * subject that failed before it go without waiting for their time. Where the store refuses, they wait for it.
   */
  async forgetFormerFailures(id: Guid): Promise<void> {
    const last = this.get(id);
    if (last === undefined || !hasFailed(last)) return;
    const former = new Set<Guid>();
    for (const { element } of last.affected)
      for (const job of 'id' in element ? this.affecting(element.id) : [])
        if (job !== last && hasFailed(job) && job.type === last.type && job.owner === last.owner) former.add(job.id);
    if (former.size > 0) await this.#ledger.remove([...former]).catch(() => undefined);
  }

  /**
   * Takes up what a former service left (decisions K18); call once, when the objects that jobs work on are there.
   * Resolves when all that had to be undone is undone; resumed jobs go on.
   */
  async recover(): Promise<void> {
    const undone: Promise<unknown>[] = [];
    for (const record of this.#ledger.unfinished()) {
      if (this.#running.has(record.job.id)) continue;
      const definition = record.definition === null ? undefined : this.#definitions.get(record.definition);
      if (definition === undefined) {
        undone.push(this.#endUnknown(record));
        continue;
      }
      const execution = new JobExecution(this.#host, definition, record);
      const ended = this.#start(record.job.id, execution, () => execution.recover());
      if (!execution.resumes(record)) undone.push(ended);
    }
    await Promise.all(undone);
  }

  /**
   * Waits up to `graceMs` for running jobs, then lets go of the rest: their steps are aborted, nothing more is written,
   * and the next service finds them. Does not close the store.
   */
  async close(graceMs = 0): Promise<void> {
    const ended = Promise.all([...this.#running.values()].map((running) => running.ended));
    if (graceMs > 0 && this.#running.size > 0) {
      const stop = new AbortController();
      await Promise.race([ended, this.#clock.sleep(graceMs, stop.signal).catch(() => undefined)]);
      stop.abort();
    }
    this.#ledger.close();
    this.#unsettled.close();
    for (const running of this.#running.values()) running.execution.stop();
    await this.#retention.close();
  }

  #newJob(
    context: RequestContext,
    head: Pick<Job, 'type' | 'className' | 'caption' | 'cancellable' | 'affected' | 'details'>,
  ): Job {
    const now = this.#clock.now();
    return {
      id: randomUUID().toUpperCase(),
      ...head,
      owner: context.caller,
      // Running from the first moment on: 2 (New) breaks the clients' polling loops (README rule 11).
      state: 4,
      percent: 0,
      submittedAt: now,
      startedAt: now,
      endedAt: null,
      stateChangedAt: now,
      errorCode: 0,
      errorSummary: null,
      errorDescription: null,
      errors: [],
    };
  }

  async #begin(
    job: Job,
    name: string | null,
    params: unknown,
    definition: JobDefinition<unknown>,
    begin: Joined | undefined,
  ): Promise<Job> {
    const record: JobRecord = {
      job,
      definition: name,
      params,
      done: 0,
      results: {},
      phase: 'running',
      cancel: null,
      outcome: null,
    };
    await this.#ledger.add(record, begin === undefined ? [] : [begin]);
    const execution = new JobExecution(this.#host, definition, record);
    void this.#start(job.id, execution, () => execution.run());
    return job;
  }

  #start(id: Guid, execution: JobExecution, work: () => Promise<Job | undefined>): Promise<Job | undefined> {
    const ended = work().then((job) => {
      this.#running.delete(id);
      if (job === undefined) return job;
      if (this.#ledger.record(id) === undefined) this.#forgetInTime(job);
      else this.#unsettled.add(() => this.#settle(execution));
      return job;
    });
    this.#running.set(id, { execution, ended });
    return ended;
  }

  async #settle(execution: JobExecution): Promise<boolean> {
    const job = await execution.settle();
    if (job !== undefined) this.#forgetInTime(job);
    return job !== undefined;
  }

  /** Short work, or work of a version that we do not know: nothing is known to undo. What the store refuses is tried again. */
  async #endUnknown(record: JobRecord): Promise<void> {
    const { job } = record;
    const outcome = record.outcome ?? restartedOutcome(`${job.caption} failed.`, job.affected);
    const now = this.#clock.now();
    const end = async (): Promise<void> =>
      this.#forgetInTime(await this.#ledger.update(job.id, (latest) => endRecord(latest, outcome, now)));
    await end().catch((error: unknown) => {
      this.#host.onInternalError(job.id, error);
      this.#unsettled.add(() =>
        end().then(
          () => true,
          () => false,
        ),
      );
    });
  }

  #forgetInTime(job: Job): void {
    if (job.endedAt !== null) this.#retention.add(job.id, job.endedAt);
  }
}
