import type { DomainFeed } from '../events/change.ts';
import type { SystemGraph } from '../graph.ts';
import type { Log } from '../log.ts';
import type { DeviceSetting, Guid, VirtualSystem } from '../model.ts';
import type { PoolReader } from '../pools/pool.ts';
import type { Store } from '../ports.ts';
import { invalid } from '../systems/refusals.ts';
import { Turns } from '../systems/turns.ts';
import type { Collection, MetricOrder } from './meter.ts';
import { isMeasuredOn, isMetricKey, METRIC_ROWS, type MetricKey, metricRow } from './metric-rows.ts';
import type { MeasuredPool, MetricReading, MetricSubject, PoolMetricOperations, PoolMetricReader } from './requests.ts';

/** Settings of one machine. */
export interface MeterParts {
  readonly system: VirtualSystem;
  readonly parts: readonly string[];
}

/** What machines are measured by (metrics.ts). */
interface Meters {
  measuredSystems(): Iterable<VirtualSystem>;
  collection(system: VirtualSystem, part: string | null, metric: MetricKey): Collection;
  readingOf(metric: MetricKey, members: Iterable<MeterParts>): MetricReading;
  control(subjects: readonly MetricSubject[], metric: MetricKey | null, order: MetricOrder): Promise<void>;
}

interface PoolMetricParts {
  readonly store: Store;
  readonly graph: SystemGraph;
  readonly feed: DomainFeed;
  readonly log: Log;
  readonly pools: PoolReader;
  readonly meters: Meters;
}

/** Key in the table of settings. */
export const POOLS_KEY = 'metrics-of-pools';

type Wanted = ReadonlyMap<string, { readonly pool: MeasuredPool; readonly metrics: ReadonlySet<MetricKey> }>;

const keyOf = ({ kind, pool }: MeasuredPool): string => `${kind}|${pool ?? ''}`;

/**
 * Metering of resource pools. A pool is measured by what machines take from it, and from the pools below it: the same sums as
 * those of their settings, begun, ended and reset with them; settings that come later too. What is wanted of a pool is durable.
 */
export class PoolMetrics implements PoolMetricOperations, PoolMetricReader {
  readonly #parts: PoolMetricParts;
  readonly #turns = new Turns();
  readonly #stopListening: () => void;
  /** By `keyOf`; none is empty. */
  #wanted: Wanted = new Map();

  /** `stored`: what the store has under POOLS_KEY. */
  constructor(parts: PoolMetricParts, stored: unknown) {
    this.#parts = parts;
    for (const { pool, metrics } of (stored ?? []) as readonly { pool: MeasuredPool; metrics: readonly string[] }[])
      this.#wanted = this.#with(pool, new Set(metrics.filter(isMetricKey)));
    this.#stopListening = parts.feed.listen((change) => {
      if (change.kind === 'system' && change.after !== null) this.#follow(change.before, change.after);
    });
  }

  close(): void {
    this.#stopListening();
  }

  idle(): Promise<void> {
    return this.#turns.idle();
  }

  // ---- reads

  *measured(): Generator<MeasuredPool> {
    for (const { pool } of this.#wanted.values()) if (this.#isThere(pool)) yield pool;
  }

  collection(pool: MeasuredPool, metric: MetricKey): Collection {
    if (!this.#isWanted(pool, metric)) return 'disabled';
    for (const { system, setting } of this.#members(pool, this.#parts.graph.systems()))
      if (this.#parts.meters.collection(system, setting.part, metric) === 'disabled') return 'partly';
    return 'enabled';
  }

  reading(pool: MeasuredPool, metric: MetricKey): MetricReading | null {
    if (!this.#isWanted(pool, metric)) return null;
    const { meters } = this.#parts;
    const bySystem = Map.groupBy(this.#members(pool, meters.measuredSystems()), ({ system }) => system);
    return meters.readingOf(
      metric,
      [...bySystem].map(([system, members]) => ({ system, parts: members.map(({ setting }) => setting.part) })),
    );
  }

  // ---- orders

  async control(pool: MeasuredPool, metric: MetricKey | null, order: MetricOrder): Promise<void> {
    const keys = METRIC_ROWS.filter(({ on }) => on.has(pool.kind)).map(({ key }) => key);
    if (keys.length === 0 || (metric !== null && !keys.includes(metric)))
      throw invalid('The metric is not measured on this pool. Msvm_MetricDefForME tells which ones are.');
    await this.#turns.run(POOLS_KEY, async () => {
      if (order !== 'reset') await this.#want(pool, metric === null ? keys : [metric], order === 'enable');
      const members = [...this.#members(pool, this.#parts.graph.systems())];
      for (const [system, own] of Map.groupBy(members, (member) => member.system.id))
        await this.#order(
          own.map(({ setting }) => ({ system, part: setting.part })),
          metric,
          order,
        );
    });
  }

  /** A machine that is destroyed meanwhile has nothing that could be measured. */
  async #order(subjects: readonly MetricSubject[], metric: MetricKey | null, order: MetricOrder): Promise<void> {
    try {
      await this.#parts.meters.control(subjects, metric, order);
    } catch (error) {
      if (subjects.every(({ system }) => this.#parts.graph.system(system) !== undefined)) throw error;
    }
  }

  async #want(pool: MeasuredPool, metrics: readonly MetricKey[], on: boolean): Promise<void> {
    const now = new Set(this.#wanted.get(keyOf(pool))?.metrics);
    for (const metric of metrics)
      if (on) now.add(metric);
      else now.delete(metric);
    const wanted = this.#with(pool, now);
    const value = [...wanted.values()]
      .filter((one) => this.#isThere(one.pool))
      .map((one) => ({ pool: one.pool, metrics: [...one.metrics] }));
    await this.#parts.store.commit([{ table: 'settings', key: POOLS_KEY, value: value.length === 0 ? null : value }]);
    this.#wanted = wanted;
  }

  #with({ kind, pool }: MeasuredPool, metrics: ReadonlySet<MetricKey>): Wanted {
    const wanted = new Map(this.#wanted);
    if (metrics.size === 0) wanted.delete(keyOf({ kind, pool }));
    else wanted.set(keyOf({ kind, pool }), { pool: { kind, pool }, metrics });
    return wanted;
  }

  // ---- members

  #isWanted(pool: MeasuredPool, metric: MetricKey): boolean {
    return this.#wanted.get(keyOf(pool))?.metrics.has(metric) === true;
  }

  /** One that was deleted has no machine, and its name may come again. */
  #isThere({ pool }: MeasuredPool): boolean {
    return pool === null || this.#parts.pools.pool(pool) !== undefined;
  }

  *#members(
    pool: MeasuredPool,
    systems: Iterable<VirtualSystem>,
  ): Generator<{ readonly system: VirtualSystem; readonly setting: DeviceSetting }> {
    for (const system of systems)
      if (system.kind === 'realized')
        for (const setting of system.active.devices) if (this.#takesFrom(setting, pool)) yield { system, setting };
  }

  #takesFrom(setting: DeviceSetting, pool: MeasuredPool): boolean {
    if (setting.kind !== pool.kind) return false;
    if (pool.pool === null) return true;
    const poolId = setting.values['PoolID'];
    const named =
      typeof poolId === 'string' && poolId !== '' ? this.#parts.pools.named(setting.kind, poolId) : undefined;
    return named !== undefined && this.#descends(named.id, pool.pool);
  }

  #descends(pool: Guid, from: Guid): boolean {
    const parents = this.#parts.pools.pool(pool)?.parents ?? [];
    return pool === from || parents.some((parent) => parent.pool !== null && this.#descends(parent.pool, from));
  }

  /** What has come, or takes from another pool than before, is measured with the pool that it takes from. */
  #follow(before: VirtualSystem | null, after: VirtualSystem): void {
    if (this.#wanted.size === 0 || after.kind !== 'realized') return;
    const known = before?.kind === 'realized' ? before.active : null;
    if (known === after.active) return;
    for (const { pool, metrics } of this.#wanted.values())
      for (const setting of after.active.devices) {
        const former = known?.devices.find(({ part }) => part === setting.part);
        const same = former === setting || (former !== undefined && this.#takesFrom(former, pool));
        if (!same && this.#takesFrom(setting, pool)) this.#begin(after.id, setting, metrics);
      }
  }

  #begin(system: Guid, setting: DeviceSetting, metrics: ReadonlySet<MetricKey>): void {
    this.#turns
      .run(POOLS_KEY, async () => {
        for (const metric of metrics)
          if (isMeasuredOn(metricRow(metric), setting))
            await this.#order([{ system, part: setting.part }], metric, 'enable');
      })
      .catch((error: unknown) =>
        this.#parts.log.error({ err: error, system }, 'what is new in a pool is not measured'),
      );
  }
}
