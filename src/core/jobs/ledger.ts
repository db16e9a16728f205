import { damagedRecord } from '../errors.ts';
import type { DomainPublisher } from '../events/feed.ts';
import type { Guid } from '../model.ts';
import type { Clock, Store } from '../ports.ts';
import type { Joined } from './definition.ts';
import { type FileProgress, isEnded, type Job, type JobActivity } from './job.ts';
import { deleteJob, type JobRecord, putJob, withActivity } from './record.ts';
import { JobShelf } from './shelf.ts';

/**
 * Progress is no part of the truth: after a crash the job is undone or its step run again. Written this often at most, and not
 * before this: who takes less time waits for the disk no more often than his steps ask for.
 */
const PROGRESS_STORE_MS = 1000;

/** The service stops: what has not been written yet is found, undone or resumed by the next one (decisions K18). */
export class LedgerClosed extends Error {}

/**
 * Jobs as stored and as seen. Every change is durable before it is visible, except for percentages and activities.
 * Updates of one job are derived from the last one asked for, answered or not, so that none is lost.
 */
export class JobLedger {
  readonly #store: Store;
  readonly #feed: DomainPublisher;
  readonly #clock: Clock;
  readonly #shelf = new JobShelf();
  /** Unfinished jobs: the newest record asked for. */
  readonly #records = new Map<Guid, JobRecord>();
  readonly #progressStoredAt = new Map<Guid, number>();
  #closed = false;

  constructor(store: Store, feed: DomainPublisher, clock: Clock) {
    this.#store = store;
    this.#feed = feed;
    this.#clock = clock;
  }

  get shelf(): Pick<JobShelf, 'get' | 'all' | 'affecting'> {
    return this.#shelf;
  }

  async load(): Promise<void> {
    for (const [key, value] of await this.#store.load('jobs')) {
      const record = value as Partial<JobRecord> as JobRecord;
      if (typeof record.job?.id !== 'string' || !Array.isArray(record.job.affected)) throw damagedRecord('jobs', key);
      this.#shelf.put(record.job);
      if (!isEnded(record.job)) this.#records.set(record.job.id, record);
    }
  }

  /** The newest record of an unfinished job. */
  record(id: Guid): JobRecord | undefined {
    return this.#records.get(id);
  }

  unfinished(): readonly JobRecord[] {
    return [...this.#records.values()];
  }

  /** A new job with what belongs to its begin; nothing is visible before all of it is durable. */
  async add(record: JobRecord, joined: readonly Joined[]): Promise<void> {
    await this.#commit(record, joined);
    this.#records.set(record.job.id, record);
    this.#progressStoredAt.set(record.job.id, this.#clock.monotonic());
    for (const each of joined) each.applied?.();
    this.#show(record.job);
  }

  /** Rejects, with the job as it was, when the store takes neither `joined` nor the record. */
  async update(id: Guid, change: (record: JobRecord) => JobRecord, joined: readonly Joined[] = []): Promise<Job> {
    const before = this.#records.get(id);
    if (before === undefined) throw new Error(`The job ${id} has ended.`);
    const after = change(before);
    this.#records.set(id, after);
    try {
      await this.#commit(after, joined);
    } catch (error) {
      // Only where nobody has built on it: a change made meanwhile was derived from this one and will be written with it.
      if (this.#records.get(id) === after) this.#records.set(id, before);
      throw error;
    }
    for (const each of joined) each.applied?.();
    if (isEnded(after.job)) {
      this.#records.delete(id);
      this.#progressStoredAt.delete(id);
    }
    return this.#show(after.job);
  }

  /** Visible at once, stored with the next record; null: what the caption says. */
  activity(id: Guid, activity: JobActivity | null): void {
    const record = this.#records.get(id);
    const seen = this.#shelf.get(id);
    if (this.#closed || record === undefined || seen === undefined) return;
    if (activity === null && seen.activity === undefined) return;
    this.#records.set(id, { ...record, job: withActivity(record.job, activity) });
    this.#show(withActivity(seen, activity));
  }

  /** Visible at once, stored now and then; a lower figure than the present one is dropped. Another file is told whatever the figure. */
  progress(id: Guid, percent: number, file: FileProgress | null = null): void {
    const record = this.#records.get(id);
    const seen = this.#shelf.get(id);
    if (this.#closed || record === undefined || seen === undefined) return;
    const isOther = file !== null && seen.activity !== undefined && file.name !== seen.activity.file?.name;
    if (!(percent > seen.percent) && !isOther) return;
    const at = (job: Job): Job => ({
      ...job,
      percent: percent > job.percent ? percent : job.percent,
      ...(job.activity === undefined || file === null ? {} : { activity: { ...job.activity, file } }),
    });
    const next = { ...record, job: at(record.job) };
    this.#records.set(id, next);
    this.#show(at(seen));
    const now = this.#clock.monotonic();
    if (now - (this.#progressStoredAt.get(id) ?? Number.NEGATIVE_INFINITY) < PROGRESS_STORE_MS) return;
    this.#progressStoredAt.set(id, now);
    // Whoever waits for the job hears of a failing store by the next record; a lost percentage matters to nobody.
    this.#store.commit([putJob(next)]).catch(() => undefined);
  }

  /**
   * Ends a job for those who wait for it, while the store has it unfinished: so does the next service, unless this one comes to
   * write its end after all.
   */
  tell(ended: Job): void {
    this.#show(ended);
  }

  async remove(ids: readonly Guid[]): Promise<void> {
    if (this.#closed) throw new LedgerClosed();
    await this.#store.commit(ids.map(deleteJob));
    for (const id of ids) {
      const before = this.#shelf.get(id);
      if (before === undefined) continue;
      this.#shelf.delete(id);
      this.#feed.publish({ kind: 'job', before, after: null });
    }
  }

  close(): void {
    this.#closed = true;
  }

  async #commit(record: JobRecord, joined: readonly Joined[]): Promise<void> {
    if (this.#closed) throw new LedgerClosed();
    await this.#store.commit([...joined.flatMap((each) => each.changes), putJob(record)]);
  }

  #show(job: Job): Job {
    const before = this.#shelf.get(job.id) ?? null;
    // Those who wait were told; what is still done for it changes nothing of that.
    if (before !== null && isEnded(before)) return before;
    const after = before !== null && before.percent > job.percent ? { ...job, percent: before.percent } : job;
    this.#shelf.put(after);
    this.#feed.publish({ kind: 'job', before, after });
    return after;
  }
}
