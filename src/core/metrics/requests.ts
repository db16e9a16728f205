import type { DeviceKind, Guid, Instant, VirtualSystem } from '../model.ts';
import type { Collection, MetricOrder } from './meter.ts';
import type { MetricKey } from './metric-rows.ts';

/** A machine, or one of its active settings. */
export interface MetricSubject {
  readonly system: Guid;
  readonly part: string | null;
}

/** A pool as what is measured. */
export interface MeasuredPool {
  readonly kind: DeviceKind;
  /** Null: that of the host. */
  readonly pool: Guid | null;
}

export interface MetricReading {
  /** In the unit of the metric. */
  readonly value: bigint;
  /** Running time of the machine that it stands for. */
  readonly durationMs: number;
  readonly at: Instant;
}

export interface PoolMetricOperations {
  /** As for machines, of what they take from the pool and from those below it, now and later. */
  control(pool: MeasuredPool, metric: MetricKey | null, order: MetricOrder): Promise<void>;
}

export interface PoolMetricReader {
  /** Pools of which something is measured. */
  measured(): Iterable<MeasuredPool>;
  collection(pool: MeasuredPool, metric: MetricKey): Collection;
  /** Null: not measured. */
  reading(pool: MeasuredPool, metric: MetricKey): MetricReading | null;
}

export interface MetricOperations {
  readonly pools: PoolMetricOperations;
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
  readonly pools: PoolMetricReader;
  readonly flushIntervalMs: number;
  measuredSystems(): Iterable<VirtualSystem>;
  /** `part` null: the whole machine. */
  collection(system: VirtualSystem, part: string | null, metric: MetricKey): Collection;
  /** Null: not measured. */
  reading(system: VirtualSystem, part: string | null, metric: MetricKey): MetricReading | null;
}
