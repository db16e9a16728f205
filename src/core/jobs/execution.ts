import type { Clock } from '../ports.ts';
import { DomainError } from '../errors.ts';
import type { JobDefinition, Joined, StepContext, UndoContext } from './definition.ts';
import { cancelledOutcome, failureOutcome, isUnexpected, restartedOutcome, toJobError, withError } from './failure.ts';
import type { AffectedElement, Job, JobError } from './job.ts';
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
  readonly #abort = new AbortController();
  readonly #affected: AffectedElement[] = [];
  readonly #warnings: JobError[] = [];
  /** Nothing can stop the job any more: its end, its commit point or its undo is being written. */
  #decided: boolean;
  readonly #totalWeight: number;

  constructor(host: ExecutionHost, definition: JobDefinition<unknown>, record: JobRecord) {
    this.#host = host;
    this.#definition = definition;
    this.#id = record.job.id;
    this.#decided = record.phase === 'undoing' || this.#pastCommitPoint(record);
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
      if (record.cancel !== null) return this.#undo(cancelledOutcome(record.cancel, record.job.caption));
      if (this.resumes(record)) return this.#runSteps();
      return this.#undo(restartedOutcome(this.#summary(), record.job.affected));
    });
  }

  /** Will `recover` go on with the work, which may take long, instead of taking it back. */
  resumes(record: JobRecord): boolean {
    if (record.phase === 'undoing' || record.cancel !== null) return false;
    return this.#definition.onRestart === 'resume' || this.#pastCommitPoint(record);
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
    this.#abort.abort(new DomainError('notAvailable', 'The service is stopping.'));
  }

  get #record(): JobRecord {
    const record = this.#host.ledger.record(this.#id);
    if (record === undefined) throw new Error(`The job ${this.#id} has ended.`);
    return record;
  }

  async #guard(work: () => Promise<Job>): Promise<Job | undefined> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof LedgerClosed) return undefined;
      // The store has failed.
      this.#host.onInternalError(this.#id, error);
      const record = this.#host.ledger.record(this.#id);
      if (record === undefined) return undefined;
      const outcome = failureOutcome(this.#summary(), record.job.affected, error);
      return (await this.#takeBackAfterAll(record, outcome)) ?? this.#abandon(outcome);
    }
  }

  /** A store that refused one record may take the next: then nothing is left half done. Undefined: it does not. */
  async #takeBackAfterAll(record: JobRecord, outcome: JobOutcome): Promise<Job | undefined> {
    // What is past its commit point is never taken back: a restart goes on with it.
    if (this.#pastCommitPoint(record)) return undefined;
    try {
      // Nothing is touched before the store has said that it works.
      await this.#host.ledger.update(this.#id, (now) => this.#touch(now));
      return await (record.phase === 'undoing' ? this.#undoSteps(record.outcome ?? outcome) : this.#undo(outcome));
    } catch {
      return undefined;
    }
  }

  /** The job cannot end durably; those who watch it are told, and the next service takes it back. */
  #abandon(outcome: JobOutcome): Job | undefined {
    const record = this.#host.ledger.record(this.#id);
    if (record === undefined) return undefined;
    const ended = endRecord(record, outcome, this.#host.clock.now());
    this.#host.ledger.abandon(ended);
    return ended.job;
  }

  async #runSteps(): Promise<Job> {
    const { steps } = this.#definition;
    for (let index = this.#record.done; ; index++) {
      const step = steps[index];
      if (step === undefined) return this.#end(SUCCESS, []);
      const joined: Joined[] = [];
      const last = index === steps.length - 1;
      try {
        // Cancelled while the record of the step before was being written.
        this.#abort.signal.throwIfAborted();
        const { params, results } = this.#record;
        const result: unknown = await this.#inStep(index, joined, (context) => step.run(context, params, results));
        this.#abort.signal.throwIfAborted();
        this.#decided ||= last || step.name === this.#definition.commitPoint;
        if (last) return await this.#end(this.#success(), joined);
        await this.#stepDone(index, step.name, result, joined);
      } catch (error) {
        if (error instanceof LedgerClosed || this.#abortedByStop()) throw new LedgerClosed();
        // Past the commit point there is no way back: the object is made, and only the rest of the work is missing.
        if (this.#pastCommitPoint(this.#record)) return this.#end(this.#failure(error), []);
        return this.#undo(this.#failure(error));
      }
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
          job: { ...record.job, cancellable: record.job.cancellable && !this.#decided },
        }),
      joined,
    );
    this.#host.ledger.progress(this.#id, this.#percent(index, 1));
  }

  async #inStep<T>(index: number, joined: Joined[], run: (context: StepContext) => Promise<T>): Promise<T> {
    const step = this.#definition.steps[index];
    let active = true;
    const context: StepContext = {
      jobId: this.#id,
      signal: this.#abort.signal,
      progress: (fraction) => {
        if (active && fraction >= 0) this.#host.ledger.progress(this.#id, this.#percent(index, Math.min(fraction, 1)));
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
    try {
      return await run(context);
    } finally {
      active = false;
    }
  }

  /** Undoes everything up to and with the step that was running, then ends with `outcome`. */
  async #undo(outcome: JobOutcome): Promise<Job> {
    this.#decided = true;
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
    let joined: Joined[] = [];
    for (let index = this.#record.done - 1; index >= 0; index--) {
      const step = this.#definition.steps[index];
      if (step?.undo === undefined) continue;
      // What the undo before this one joined becomes durable with the record that it is done.
      if (joined.length > 0) outcome = await this.#undone(index + 1, outcome, joined);
      joined = [];
      const { params, results } = this.#record;
      const context: UndoContext = { jobId: this.#id, join: (each) => joined.push(each) };
      try {
        await step.undo(context, params, results);
      } catch (error) {
        // The rest is undone all the same; what is left over is told to the client and to the log.
        joined = [];
        outcome = this.#undoFailed(outcome, error);
      }
    }
    try {
      return await this.#end(outcome, joined);
    } catch (error) {
      if (error instanceof LedgerClosed || joined.length === 0) throw error;
      return this.#end(this.#undoFailed(outcome, error), []);
    }
  }

  async #undone(done: number, outcome: JobOutcome, joined: readonly Joined[]): Promise<JobOutcome> {
    try {
      await this.#host.ledger.update(this.#id, (record) => this.#touch({ ...record, done, outcome }), joined);
      return outcome;
    } catch (error) {
      if (error instanceof LedgerClosed) throw error;
      return this.#undoFailed(outcome, error);
    }
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

  #end(outcome: JobOutcome, joined: readonly Joined[]): Promise<Job> {
    this.#decided = true;
    const at = this.#host.clock.now();
    return this.#host.ledger.update(this.#id, (record) => endRecord(this.#touch(record), outcome, at), joined);
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
    return record.done > steps.findIndex((step) => step.name === commitPoint);
  }

  #abortedByStop(): boolean {
    const reason: unknown = this.#abort.signal.reason;
    return reason instanceof DomainError && reason.code === 'notAvailable';
  }

  /** 100 is for the end alone. */
  #percent(index: number, fraction: number): number {
    let weight = (this.#definition.steps[index]?.weight ?? 1) * fraction;
    for (const step of this.#definition.steps.slice(0, index)) weight += step.weight ?? 1;
    return Math.min(Math.floor((100 * weight) / this.#totalWeight), 99);
  }
}
