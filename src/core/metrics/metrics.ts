import { findDevice } from '../devices/effective.ts';
import type { DomainChange, DomainFeed } from '../events/change.ts';
import type { Log } from '../log.ts';
import type { Guid, Instant, VirtualSystem } from '../model.ts';
import type { PoolReader } from '../pools/pool.ts';
import type { Clock, Machine, MachineCounters, Store, StoreChange } from '../ports.ts';
import type { LiveGraph } from '../systems/live-graph.ts';
import { invalid } from '../systems/refusals.ts';
import { requireSystem } from '../systems/targets.ts';
import { Turns } from '../systems/turns.ts';
import { DiskSizes } from './disk-sizes.ts';
import {
  type Collection,
  collectionOf,
  EMPTY_METER,
  isIdle,
  isOn,
  keyOf,
  type Meter,
  measured,
  ordered,
  sampled,
} from './meter.ts';
import {
  type Accumulated,
  isMeasuredOn,
  METRIC_ROWS,
  type MetricKey,
  type MetricRow,
  metricRow,
  NOTHING,
  summedSettings,
} from './metric-rows.ts';
import { type MeterParts, POOLS_KEY, PoolMetrics } from './pool-metrics.ts';
import type { MetricOperations, MetricReader, MetricReading, MetricSubject } from './requests.ts';
import { loadMeter, storeMeter } from './record.ts';

export interface MetricParts {
  readonly store: Store;
  readonly graph: LiveGraph;
  readonly feed: DomainFeed;
  readonly clock: Clock;
  readonly log: Log;
  readonly pools: PoolReader;
  /** Bytes that a disk file takes on the host, by the text of HostResource; null: it cannot be told. */
  readonly sizeOfDisk: (text: string) => Promise<number | null>;
}

const SAMPLE_MS = 5_000;
const PREFIX = 'metrics:';
/** Key in the table of settings. */
const SERVICE_KEY = 'metric-service';
/** Default of MetricsFlushInterval (object-model §10), and what it may be. */
const DEFAULT_FLUSH_MS = 3_600_000;
const MINIMUM_FLUSH_MS = 60_000;
const MAXIMUM_FLUSH_MS = 24 * 3_600_000;
/** A host that does not tell its clock: the smallest honest figure. */
const UNKNOWN_MHZ = 1000;
const ZERO: MachineCounters = { processorMs: 0, disks: new Map(), adapters: new Map() };

/**
 * Metering of machines (Msvm_MetricService). What is measured is durable when a call resolves; the sums are written each
 * flush interval, when a machine stops and when the service does. Only machines that are measured cost anything.
 */
export class Metrics implements MetricOperations, MetricReader {
  /** Those of resource pools. */
  readonly pools: PoolMetrics;
  readonly #parts: MetricParts;
  readonly #meters = new Map<Guid, Meter>();
  /** Of measured machines that run: their last words are heard when they are gone from the graph. */
  readonly #machines = new Map<Guid, Machine>();
  readonly #turns = new Turns();
  readonly #sizes: DiskSizes;
  readonly #stopListening: () => void;
  readonly #closing = new AbortController();
  #loop: Promise<void> | null = null;
  #flushMs = DEFAULT_FLUSH_MS;
  #flushedAt: Instant;

  private constructor(parts: MetricParts, ofPools: unknown) {
    this.#parts = parts;
    this.pools = new PoolMetrics({ ...parts, meters: this }, ofPools);
    this.#sizes = new DiskSizes(parts.sizeOfDisk);
    this.#flushedAt = parts.clock.now();
    this.#stopListening = parts.feed.listen((change) => this.#follow(change));
  }

  static async open(parts: MetricParts): Promise<Metrics> {
    const stored = [...(await parts.store.load('settings'))];
    const metrics = new Metrics(parts, stored.find(([key]) => key === POOLS_KEY)?.[1]);
    for (const [key, value] of stored) {
      if (key === SERVICE_KEY) metrics.#flushMs = (value as { readonly flushMs: number }).flushMs;
      if (!key.startsWith(PREFIX)) continue;
      const id = key.slice(PREFIX.length);
      // A machine that was destroyed in the moment in which the service died. The next start tries again.
      if (parts.graph.system(id) === undefined)
        await parts.store
          .commit([{ table: 'settings', key, value: null }])
          .catch((error: unknown) => parts.log.warn({ err: error, system: id }, 'metrics of no machine are kept'));
      else metrics.#meters.set(id, loadMeter(value));
    }
    metrics.#ensureLoop();
    return metrics;
  }

  // ---- reads

  get flushIntervalMs(): number {
    return this.#flushMs;
  }

  *measuredSystems(): Generator<VirtualSystem> {
    for (const [id, meter] of this.#meters) {
      const system = isIdle(meter) ? undefined : this.#parts.graph.system(id);
      if (system !== undefined) yield system;
    }
  }

  collection(system: VirtualSystem, part: string | null, metric: MetricKey): Collection {
    const meter = this.#meters.get(system.id) ?? EMPTY_METER;
    if (part === null) return collectionOf(meter, metricRow(metric), system.active);
    return isOn(meter, metric, part) ? 'enabled' : 'disabled';
  }

  reading(system: VirtualSystem, part: string | null, metric: MetricKey): MetricReading | null {
    const held = this.#meters.get(system.id);
    if (held === undefined) return null;
    const settings =
      part === null ? summedSettings(metricRow(metric), system.active) : [findDevice(system.active, part)];
    const on = settings.flatMap((one) => (one !== undefined && isOn(held, metric, one.part) ? [one.part] : []));
    // A machine that is measured has its figure even without a device, which is zero then.
    if (on.length === 0 && !(part === null && held.wanted.has(metric))) return null;
    return this.readingOf(metric, [{ system, parts: on }]);
  }

  /** Of all these settings together, as far as they are measured. */
  readingOf(metric: MetricKey, members: Iterable<MeterParts>): MetricReading {
    const row = metricRow(metric);
    const sums: Accumulated[] = [];
    let at: Instant | null = null;
    for (const { system, parts } of members) {
      const held = this.#meters.get(system.id);
      if (held === undefined) continue;
      const meter = this.#now(system, held);
      for (const part of parts) if (isOn(held, metric, part)) sums.push(this.#sum(meter, row, system, part));
      if (meter.last !== null) at = Math.max(at ?? 0, meter.last.at);
    }
    return {
      value: BigInt(Math.round(this.#together(row, sums))),
      durationMs: Math.max(0, ...sums.map(({ durationMs }) => durationMs)),
      at: at ?? this.#parts.clock.now(),
    };
  }

  // ---- orders

  async control(
    subjects: readonly MetricSubject[],
    metric: MetricKey | null,
    order: 'enable' | 'disable' | 'reset',
  ): Promise<void> {
    const bySystem = Map.groupBy(subjects, ({ system }) => system.toUpperCase());
    for (const [id, own] of bySystem) await this.#turns.run(id, () => this.#control(id, own, metric, order));
    this.#ensureLoop();
  }

  async setFlushInterval(ms: number): Promise<void> {
    if (ms < MINIMUM_FLUSH_MS || ms > MAXIMUM_FLUSH_MS)
      throw invalid('MetricsFlushInterval must be between one minute and one day.');
    await this.#turns.run(SERVICE_KEY, async () => {
      await this.#parts.store.commit([{ table: 'settings', key: SERVICE_KEY, value: { flushMs: ms } }]);
      this.#flushMs = ms;
    });
  }

  /** Writes what was measured and ends. */
  async close(): Promise<void> {
    this.#stopListening();
    this.pools.close();
    await this.pools.idle();
    this.#closing.abort();
    await this.#loop;
    this.#sampleAll();
    await this.#turns.idle();
    await this.#flush().catch((error: unknown) => this.#parts.log.error({ err: error }, 'metrics are not stored'));
  }

  async #control(
    id: Guid,
    subjects: readonly MetricSubject[],
    metric: MetricKey | null,
    order: 'enable' | 'disable' | 'reset',
  ): Promise<void> {
    const system = requireSystem(this.#parts, id);
    const orders = subjects.flatMap(({ part }) =>
      (metric === null ? METRIC_ROWS : [metricRow(metric)])
        .filter((row) => this.#applies(row, system, part, metric))
        .map(({ key }) => ({ key, part })),
    );
    const changed = (): Meter =>
      orders.reduce(
        (meter, { key, part }) => ordered(meter, system.active, key, part, order),
        this.#now(system, this.#meters.get(id) ?? EMPTY_METER),
      );
    if (order === 'enable') await this.#sizes.measure(system);
    await this.#parts.store.commit([this.#record(id, changed())]);
    // It may have been destroyed meanwhile, and then nothing is measured. What was sampled meanwhile is kept.
    if (this.#parts.graph.system(id) !== undefined) this.#keep(id, changed());
  }

  /** @throws DomainError invalidParameter for a metric that a client names and the subject does not have */
  #applies(row: MetricRow, system: VirtualSystem, part: string | null, named: MetricKey | null): boolean {
    if (part === null) return true;
    const setting = findDevice(system.active, part);
    if (setting !== undefined && isMeasuredOn(row, setting)) return true;
    if (named === null) return false;
    throw invalid('The metric is not measured on this subject. Msvm_MetricDefForME tells which ones are.');
  }

  #record(id: Guid, meter: Meter): StoreChange {
    return { table: 'settings', key: PREFIX + id, value: isIdle(meter) ? null : storeMeter(meter) };
  }

  #keep(id: Guid, meter: Meter): void {
    if (isIdle(meter)) {
      this.#meters.delete(id);
      this.#machines.delete(id);
    } else this.#meters.set(id, meter);
  }

  // ---- figures

  #sum(meter: Meter, row: MetricRow, system: VirtualSystem, part: string): Accumulated {
    const sum = meter.sums.get(keyOf(row.key, part)) ?? NOTHING;
    return row.gauge === true ? { ...sum, total: this.#sizes.of(system, part) } : sum;
  }

  #together(row: MetricRow, sums: readonly Accumulated[]): number {
    const host = { processorMhz: this.#parts.graph.host.processorMhz ?? UNKNOWN_MHZ };
    if (row.together === 'values') return sums.reduce((total, sum) => total + row.value(sum, host), 0);
    const all = sums.reduce(
      (a, b) => ({
        durationMs: Math.max(a.durationMs, b.durationMs),
        total: a.total + b.total,
        weight: a.weight + b.weight,
      }),
      NOTHING,
    );
    return row.value(all, host);
  }

  /** The meter with what the machine has used until now. */
  #now(system: VirtualSystem, meter: Meter): Meter {
    const machine = this.#parts.graph.machine(system.id);
    if (machine === undefined || system.process === null) return meter;
    const reading = { process: system.process, at: this.#parts.clock.now(), counters: machine.counters() };
    return sampled(meter, system.active, reading, machine.figures());
  }

  // ---- following

  #follow(change: DomainChange): void {
    if (change.kind !== 'system') return;
    const { before, after } = change;
    const id = before?.id ?? after?.id ?? '';
    const meter = this.#meters.get(id);
    if (meter === undefined) return;
    if (after === null) this.#forget(id);
    else if (before?.process?.pid !== after.process?.pid) this.#changeProcess(after, before, meter);
  }

  #changeProcess(after: VirtualSystem, before: VirtualSystem | null, meter: Meter): void {
    const { id, process } = after;
    const machine = this.#machines.get(id);
    const at = this.#parts.clock.now();
    if (machine !== undefined && before !== null && before.process !== null) {
      const last = { process: before.process, at, counters: machine.counters() };
      this.#meters.set(id, sampled(meter, before.active, last, machine.figures()));
    }
    this.#machines.delete(id);
    if (process === null) this.#write(id);
    else if (meter.last?.process.pid !== process.pid || meter.last.process.startTicks !== process.startTicks) {
      // From its first moment on, whenever its counters are read first.
      const held = this.#meters.get(id) ?? meter;
      this.#meters.set(id, { ...held, last: { process, at, counters: ZERO } });
    }
  }

  #forget(id: Guid): void {
    this.#meters.delete(id);
    this.#machines.delete(id);
    this.#sizes.forget(id);
    this.#inBackground(id, () => this.#parts.store.commit([{ table: 'settings', key: PREFIX + id, value: null }]));
  }

  #write(id: Guid): void {
    this.#inBackground(id, async () => {
      const meter = this.#meters.get(id);
      if (meter !== undefined) await this.#parts.store.commit([this.#record(id, meter)]);
    });
  }

  #inBackground(id: Guid, work: () => Promise<void>): void {
    this.#turns
      .run(id, work)
      .catch((error: unknown) => this.#parts.log.error({ err: error, system: id }, 'metrics are not stored'));
  }

  #ensureLoop(): void {
    if (this.#loop !== null || this.#meters.size === 0 || this.#closing.signal.aborted) return;
    this.#loop = this.#run().finally(() => (this.#loop = null));
  }

  /** Runs while anything is measured. */
  async #run(): Promise<void> {
    const { clock, log } = this.#parts;
    while (this.#meters.size > 0) {
      this.#sampleAll();
      await this.#measureSizes().catch((error: unknown) => log.error({ err: error }, 'sizes of disks are not known'));
      if (clock.now() - this.#flushedAt >= this.#flushMs)
        await this.#flush().catch((error: unknown) => log.error({ err: error }, 'metrics are not stored'));
      try {
        await clock.sleep(SAMPLE_MS, this.#closing.signal);
      } catch {
        return;
      }
    }
  }

  #sampleAll(): void {
    for (const system of this.measuredSystems()) {
      const meter = this.#meters.get(system.id);
      const machine = this.#parts.graph.machine(system.id);
      if (meter === undefined || machine === undefined) continue;
      this.#machines.set(system.id, machine);
      this.#meters.set(system.id, this.#now(system, meter));
    }
  }

  async #measureSizes(): Promise<void> {
    for (const system of [...this.measuredSystems()]) {
      const meter = this.#meters.get(system.id);
      if (meter === undefined) continue;
      const wanted = [...measured(meter, system.active)].some(({ row }) => row.gauge === true);
      if (wanted && this.#sizes.isStale(system, this.#parts.clock.now())) await this.#sizes.measure(system);
    }
  }

  async #flush(): Promise<void> {
    this.#flushedAt = this.#parts.clock.now();
    const changes = [...this.#meters].map(([id, meter]) => this.#record(id, meter));
    if (changes.length > 0) await this.#parts.store.commit(changes);
  }
}
