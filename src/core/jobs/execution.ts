import type { Clock } from '../ports.ts';
import { DomainError } from '../errors.ts';
import type { JobDefinition, JobStep, Joined, StepContext } from './definition.ts';
import { cancelledOutcome, failureOutcome, isUnexpected, restartedOutcome, toJobError, withError } from './failure.ts';
import { type AffectedElement, isEnded, type Job, type JobError } from './job.ts';
import { type JobLedger, LedgerClosed } from './ledger.ts';
import { endRecord, type JobOutcome, type JobRecord, SUCCESS } from './record.ts';

/** What a run of a job needs from its surroundings. */
export interface ExecutionHost {
  readonly ledger: JobLedger;
  readonly clock: Clock;
  /** For the log: what the client is not told. */
  readonly onInternalError: (jobId: string, error: unknown) => void;
}

/** One job from its begin, or from where a former service left it, to its end. */
export class JobExecution {
  readonly #host: ExecutionHost;
  readonly #definition: JobDefinition<unknown>;
  readonly #id: string;
  /** Aborted by a cancel, and by the end of the service. */
  readonly #abort = new AbortController();
  /** By the end of the service alone: nothing else stops what is behind the commit point. */
  readonly #stopped = new AbortController();
  readonly #affected: AffectedElement[] = [];
  readonly #warnings: JobError[] = [];
  /** Nothing can stop the job any more: its end, its commit point or its undo is being written. */
  #decided: boolean;
  /** The commit point has done its work by itself, though the record of the job may not say so yet. */
  #committed = false;
  /** Why the job was left unfinished. */
  #failed: JobOutcome | null = null;
  readonly #totalWeight: number;

  constructor(host: ExecutionHost, definition: JobDefinition<unknown>, record: JobRecord) {
    this.#host = host;
    this.#definition = definition;
    this.#id = record.job.id;
    this.#decided = record.phase === 'undoing';
    this.#totalWeight = definition.steps.reduce((sum, step) => sum + (step.weight ?? 1), 0);
  }

  /** Resolves to the ended job; undefined when the service stopped first. Never rejects. */
  async run(): Promise<Job | undefined> {
    return this.#guard(() => this.#runSteps());
  }

  /** After a restart of the service (decisions K18). */
  async recover(): Promise<Job | undefined> {
    return this.#guard(() => {
      const record = this.#record;
      if (record.phase === 'undoing' && record.outcome !== null) return this.#undoSteps(record.outcome);
      this.#decided ||= this.#pastCommitPoint(record);
      if (this.resumes(record)) return this.#runSteps();
      if (record.cancel !== null) return this.#undo(cancelledOutcome(record.cancel, record.job.caption));
      return this.#undo(restartedOutcome(this.#summary(), record.job.affected));
    });
  }

  /** Will `recover` go on with the work, which may take long, instead of taking it back. */
  resumes(record: JobRecord): boolean {
    if (record.phase === 'undoing') return false;
    return this.#pastCommitPoint(record) || (this.#definition.onRestart === 'resume' && record.cancel === null);
  }

  /** False: too late. Otherwise the request is durable when this resolves, and the steps are asked to stop. */
  async cancel(endState: 8 | 9): Promise<boolean> {
    if (this.#decided || !this.#record.job.cancellable || this.#record.cancel !== null) return false;
    const at = this.#host.clock.now();
    const stored = this.#host.ledger.update(this.#id, (record) => ({
      ...record,
      cancel: endState,
      job: { ...record.job, state: 6, cancellable: false, stateChangedAt: at },
    }));
    this.#abort.abort(new DomainError('failed', 'The operation was cancelled.'));
    await stored;
    return true;
  }

  /** The service stops: ask the steps to let go; nothing is undone. */
  stop(): void {
    const reason = new DomainError('notAvailable', 'The service is stopping.');
    this.#stopped.abort(reason);
    this.#abort.abort(reason);
  }

  get #record(): JobRecord {
    const record = this.#host.ledger.record(this.#id);
    if (record === undefined) throw new Error(`The job ${this.#id} has ended.`);
    return record;
  }

  /** One more attempt at a job that `run` or `recover` left unfinished in the store; undefined: it still is. */
  async settle(): Promise<Job | undefined> {
    try {
      return await this.#again();
    } catch {
      return undefined;
    }
  }

  async #guard(work: () => Promise<Job>): Promise<Job | undefined> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof LedgerClosed) return undefined;
      // The store has failed, or a step that must be done has.
      this.#host.onInternalError(this.#id, error);
      const record = this.#host.ledger.record(this.#id);
      if (record === undefined) return undefined;
      this.#failed = this.#alsoFailed(record.job.affected, error);
      try {
        return await this.#again();
      } catch (again) {
        return again instanceof LedgerClosed ? undefined : this.#tellFailure(this.#failed);
      }
    }
  }

  /** What the job had failed by before stays the first that is told. */
  #alsoFailed(affected: readonly AffectedElement[], error: unknown): JobOutcome {
    if (this.#failed === null) return failureOutcome(this.#summary(), affected, error);
    return error instanceof DomainError ? withError(this.#failed, toJobError(error)) : this.#failed;
  }

  /** From where the job was left: forwards where its commit point is behind it, else backwards. */
  async #again(): Promise<Job> {
    // Nothing is touched before.
    await this.#storeWorks();
    const record = this.#record;
    if (this.#pastCommitPoint(record)) return this.#runSteps();
    const { phase, outcome, job } = record;
    if (phase === 'undoing' && outcome !== null) return this.#undoSteps(outcome);
    return this.#undo(this.#failed ?? restartedOutcome(this.#summary(), job.affected));
  }

  async #storeWorks(): Promise<void> {
    await this.#host.ledger.update(this.#id, (record) => this.#touch(record));
  }

  /** The job cannot end durably yet, and those who watch it are told. It ends so when `settle` or the next service succeeds. */
  #tellFailure(outcome: JobOutcome): Job | undefined {
    const record = this.#host.ledger.record(this.#id);
    if (record === undefined) return undefined;
    const { job } = endRecord(record, outcome, this.#host.clock.now());
    this.#host.ledger.tell(job);
    return job;
  }

  async #runSteps(): Promise<Job> {
    const { steps, commitPoint } = this.#definition;
    for (let index = this.#record.done; ; index++) {
      const step = steps[index];
      if (step === undefined) return this.#end(SUCCESS, []);
      const joined: Joined[] = [];
      const isCommit = step.name === commitPoint;
      let result: unknown;
      try {
        // A cancel that came while the commit point did its work came too late for all that follows.
        const { signal } = this.#pastCommitPoint(this.#record) ? this.#stopped : this.#abort;
        // Cancelled while the record of the step before was being written.
        signal.throwIfAborted();
        const { params, results } = this.#record;
        result = await this.#inStep(index, joined, signal, (context) => step.run(context, params, results));
        // Too late for what is done for good.
        if (!isCommit) signal.throwIfAborted();
      } catch (error) {
        if (error instanceof LedgerClosed || this.#stopped.signal.aborted) throw new LedgerClosed();
        if (!this.#pastCommitPoint(this.#record)) return this.#undo(this.#failure(error));
        // There is no way back: the object is made, and only the rest of the work is missing.
        if (step.mayFail === true) return this.#end(this.#failure(error), []);
        throw error;
      }
      const last = index === steps.length - 1;
      this.#decided ||= last || isCommit;
      this.#committed ||= isCommit && joined.length === 0 && this.#definition.commitsAtEnd !== true;
      if (last) return this.#end(this.#success(), joined, { ...this.#record.results, [step.name]: result });
      await this.#stepDone(index, step.name, result, joined);
    }
  }

  async #stepDone(index: number, name: string, result: unknown, joined: readonly Joined[]): Promise<void> {
    await this.#host.ledger.update(
      this.#id,
      (record) =>
        this.#touch({
          ...record,
          done: index + 1,
          results: result === undefined ? record.results : { ...record.results, [name]: result },
          job: {
            ...record.job,
            cancellable: record.job.cancellable && !this.#decided,
            percent: Math.max(record.job.percent, this.#percent(index, 1)),
          },
        }),
      joined,
    );
  }

  async #inStep<T>(
    index: number,
    joined: Joined[],
    signal: AbortSignal,
    run: (context: StepContext) => Promise<T>,
  ): Promise<T> {
    const step = this.#definition.steps[index];
    let active = true;
    const context: StepContext = {
      jobId: this.#id,
      signal,
      progress: (fraction, file) => {
        if (active && fraction >= 0)
          this.#host.ledger.progress(this.#id, this.#percent(index, Math.min(fraction, 1)), file);
      },
      join: (each) => {
        if (!active) throw new Error('A step joins changes while it runs.');
        joined.push(each);
      },
      keep: async (result) => {
        const name = step?.name ?? '';
        await this.#host.ledger.update(this.#id, (record) =>
          this.#touch({ ...record, results: { ...record.results, [name]: result } }),
        );
      },
      affect: (element) => {
        this.#affected.push(element);
      },
      warn: (warning) => {
        this.#warnings.push(warning);
      },
    };
    this.#host.ledger.activity(this.#id, step?.doing === undefined ? null : { text: step.doing, file: null });
    try {
      return await run(context);
    } finally {
      active = false;
    }
  }

  /** Undoes everything up to and with the step that was running, then ends with `outcome`. */
  async #undo(outcome: JobOutcome): Promise<Job> {
    this.#decided = true;
    this.#failed ??= outcome;
    this.#host.ledger.activity(this.#id, null);
    const { steps } = this.#definition;
    const begun = Math.min(this.#record.done + 1, steps.length);
    if (steps.slice(0, begun).some((step) => step.undo !== undefined))
      await this.#host.ledger.update(this.#id, (record) =>
        this.#touch({ ...record, phase: 'undoing', done: begun, outcome, job: { ...record.job, cancellable: false } }),
      );
    return this.#undoSteps(outcome);
  }

  async #undoSteps(first: JobOutcome): Promise<Job> {
    let outcome = first;
    let joined: readonly Joined[] = [];
    for (let index = this.#record.done - 1; index >= 0; index--) {
      const step = this.#definition.steps[index];
      if (step?.undo === undefined) continue;
      // What the undo before this one joined becomes durable with the record that it is done.
      if (joined.length > 0) await this.#undone(index + 1, outcome, joined);
      try {
        joined = await this.#undoStep(step);
      } catch (error) {
        if (error instanceof LedgerClosed) throw error;
        // The rest is undone all the same; what is left over is told to the client and to the log.
        joined = [];
        outcome = this.#undoFailed(outcome, error);
      }
    }
    return this.#end(outcome, joined);
  }

  /** Answers what it joined. An undo that fails is tried once more: where the store was what failed, the job waits for it. */
  async #undoStep({ undo }: JobStep<unknown>): Promise<readonly Joined[]> {
    const attempt = async (): Promise<readonly Joined[]> => {
      const joined: Joined[] = [];
      const { params, results } = this.#record;
      await undo?.({ jobId: this.#id, join: (each) => joined.push(each) }, params, results);
      return joined;
    };
    try {
      return await attempt();
    } catch {
      await this.#storeWorks();
      return attempt();
    }
  }

  async #undone(done: number, outcome: JobOutcome, joined: readonly Joined[]): Promise<void> {
    await this.#host.ledger.update(this.#id, (record) => this.#touch({ ...record, done, outcome }), joined);
  }

  #undoFailed(outcome: JobOutcome, error: unknown): JobOutcome {
    this.#host.onInternalError(this.#id, error);
    const told =
      error instanceof DomainError
        ? error
        : new DomainError(
            'failed',
            'What the operation had begun could not be taken back in full. See the log of the service.',
          );
    return withError(outcome, toJobError(told));
  }

  #end(outcome: JobOutcome, joined: readonly Joined[], results = this.#record.results): Promise<Job> {
    this.#decided = true;
    const at = this.#host.clock.now();
    const write = (released: readonly Joined[]): Promise<Job> =>
      this.#host.ledger.update(this.#id, (record) => this.#ended(record, outcome, at), [...joined, ...released]);
    const { params } = this.#record;
    return this.#definition.release?.(params, results, write) ?? write([]);
  }

  /** As those who watch it were told already, if they were. */
  #ended(record: JobRecord, outcome: JobOutcome, at: number): JobRecord {
    const ended = endRecord(this.#touch(record), outcome, at);
    const told = this.#host.ledger.shelf.get(this.#id);
    return told !== undefined && isEnded(told) ? { ...ended, job: told } : ended;
  }

  #success(): JobOutcome {
    // ErrorCode stays 0: os-win accepts 32768 only so (jobs-and-errors §3).
    return this.#warnings.length === 0 ? SUCCESS : { ...SUCCESS, state: 32768, errors: this.#warnings };
  }

  #failure(error: unknown): JobOutcome {
    const { cancel, job } = this.#record;
    if (cancel !== null && !this.#pastCommitPoint(this.#record)) return cancelledOutcome(cancel, job.caption);
    if (isUnexpected(error)) this.#host.onInternalError(this.#id, error);
    return failureOutcome(this.#summary(), job.affected, error);
  }

  #summary(): string {
    const { params, job } = this.#record;
    return this.#definition.failure?.(params) ?? `${job.caption} failed.`;
  }

  /** Adds what the steps have told since the last record. */
  #touch(record: JobRecord): JobRecord {
    const added = this.#affected.filter((element) => !record.job.affected.includes(element));
    return added.length === 0
      ? record
      : { ...record, job: { ...record.job, affected: [...record.job.affected, ...added] } };
  }

  #pastCommitPoint(record: JobRecord): boolean {
    const { commitPoint, steps } = this.#definition;
    if (commitPoint === undefined || record.phase === 'undoing') return false;
    if (this.#committed || this.#definition.isCommitted?.(record.params) === true) return true;
    return record.done > steps.findIndex((step) => step.name === commitPoint);
  }

  /** 100 is for the end alone. */
  #percent(index: number, fraction: number): number {
    let weight = (this.#definition.steps[index]?.weight ?? 1) * fraction;
    for (const step of this.#definition.steps.slice(0, index)) weight += step.weight ?? 1;
    return Math.min(Math.floor((100 * weight) / this.#totalWeight), 99);
  }
}
