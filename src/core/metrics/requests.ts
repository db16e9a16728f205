import type { Guid, Instant, VirtualSystem } from '../model.ts';
import type { Collection, MetricOrder } from './meter.ts';
import type { MetricKey } from './metric-rows.ts';

/** A machine, or one of its active settings. */
export interface MetricSubject {
  readonly system: Guid;
  readonly part: string | null;
}

export interface MetricReading {
  /** In the unit of the metric. */
  readonly value: bigint;
  /** Running time of the machine that it stands for. */
  readonly durationMs: number;
  readonly at: Instant;
}

export interface MetricOperations {
  /**
   * Begins, ends or resets the measuring of one metric of the subjects, null: of all that they have. Durable when it
   * resolves. @throws DomainError invalidParameter for a metric that the subject does not have
   */
  control(subjects: readonly MetricSubject[], metric: MetricKey | null, order: MetricOrder): Promise<void>;
  /** How often the sums are written (MetricsFlushInterval). @throws DomainError invalidParameter */
  setFlushInterval(ms: number): Promise<void>;
}

/** Reads; nothing waits, and nothing visits machines that are not measured. */
export interface MetricReader {
  readonly flushIntervalMs: number;
  measuredSystems(): Iterable<VirtualSystem>;
  /** `part` null: the whole machine. */
  collection(system: VirtualSystem, part: string | null, metric: MetricKey): Collection;
  /** Null: not measured. */
  reading(system: VirtualSystem, part: string | null, metric: MetricKey): MetricReading | null;
}
