import { deviceValue, findDevice } from '../devices/effective.ts';
import { ADAPTER_KINDS } from '../devices/wiring.ts';
import type { Configuration, DeviceKind, DeviceSetting } from '../model.ts';
import type { MachineCounters, MachineFigures } from '../ports.ts';

/** What is measured (other-services §4). */
export type MetricKey =
  | 'averageProcessor'
  | 'averageMemory'
  | 'minimumMemory'
  | 'maximumMemory'
  | 'diskAllocation'
  | 'diskRead'
  | 'diskWritten'
  | 'diskLatency'
  | 'diskThroughput'
  | 'incomingTraffic'
  | 'outgoingTraffic';

/** What a machine had used at one moment; after it, the same of a later one. */
export interface MetricStep {
  /** Running time between the two, never negative. */
  readonly elapsedMs: number;
  /** Missing where nothing is known of the device. */
  readonly used: (part: string) => DeviceUse | undefined;
  readonly processorMs: number;
  readonly figures: MachineFigures;
}

/** What one drive or adapter has used in a step. */
export interface DeviceUse {
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly operations: number;
  readonly busyMs: number;
}

/** Sum of steps. What `total` and `weight` are is the row's own affair. */
export interface Accumulated {
  readonly durationMs: number;
  readonly total: number;
  readonly weight: number;
}

export const NOTHING: Accumulated = { durationMs: 0, total: 0, weight: 0 };

export interface MetricRow {
  readonly key: MetricKey;
  /** Settings whose devices it is measured on. */
  readonly on: ReadonlySet<DeviceKind>;
  /** Those of them that make up the figure of the whole machine; missing: all. The others are the same bytes seen again. */
  readonly summedOver?: ReadonlySet<DeviceKind>;
  /** Not accumulated: the size that the file of the disk has on the host, in bytes. */
  readonly gauge?: true;
  /** Takes a step into the sum. `part` is the device's own, for a port or a rule of a port that of its adapter. */
  add(sum: Accumulated, step: MetricStep, part: string): Accumulated;
  /** In the unit of its definition. `total` and `weight` of several devices may have been added up. */
  value(sum: Accumulated, host: { readonly processorMhz: number }): number;
  /** How several devices make one figure: their values added, or their sums first. */
  readonly together: 'values' | 'sums';
}

const MIB = 1024 * 1024;
/** A normalised operation moves 8 KiB (Hyper-V's storage QoS counts so). */
const NORMAL_OPERATION = 8 * 1024;

const PROCESSOR: ReadonlySet<DeviceKind> = new Set(['processor']);
const MEMORY: ReadonlySet<DeviceKind> = new Set(['memory']);
const DISKS: ReadonlySet<DeviceKind> = new Set(['hardDiskImage']);
const PORTS: ReadonlySet<DeviceKind> = new Set([...ADAPTER_KINDS, 'ethernetConnection', 'acl']);

const grown = (sum: Accumulated, step: MetricStep, total: number, weight = 0): Accumulated => ({
  durationMs: sum.durationMs + step.elapsedMs,
  total: sum.total + total,
  weight: sum.weight + weight,
});

/** The best of all samples; `weight` counts them. */
const extreme = (sum: Accumulated, step: MetricStep, best: (a: number, b: number) => number): Accumulated => {
  const now = step.figures.memoryUsageMb;
  return {
    durationMs: sum.durationMs + step.elapsedMs,
    total: sum.weight === 0 ? now : best(sum.total, now),
    weight: sum.weight + 1,
  };
};

const perTime = (sum: Accumulated): number => (sum.durationMs === 0 ? 0 : sum.total / sum.durationMs);

const disk = (key: MetricKey, total: (use: DeviceUse) => number): Omit<MetricRow, 'value' | 'together'> => ({
  key,
  on: DISKS,
  add: (sum, step, part) => {
    const use = step.used(part);
    return use === undefined ? grown(sum, step, 0) : grown(sum, step, total(use), use.operations);
  },
});

const traffic = (key: MetricKey, bytes: (use: DeviceUse) => number): MetricRow => ({
  ...disk(key, bytes),
  on: PORTS,
  summedOver: ADAPTER_KINDS,
  value: ({ total }) => total / MIB,
  together: 'sums',
});

export const METRIC_ROWS: readonly MetricRow[] = [
  {
    key: 'averageProcessor',
    on: PROCESSOR,
    add: (sum, step) => grown(sum, step, step.processorMs),
    value: (sum, { processorMhz }) => perTime(sum) * processorMhz,
    together: 'values',
  },
  {
    key: 'averageMemory',
    on: MEMORY,
    add: (sum, step) => grown(sum, step, step.figures.memoryUsageMb * step.elapsedMs),
    value: perTime,
    together: 'values',
  },
  {
    key: 'minimumMemory',
    on: MEMORY,
    add: (sum, step) => extreme(sum, step, Math.min),
    value: ({ total }) => total,
    together: 'values',
  },
  {
    key: 'maximumMemory',
    on: MEMORY,
    add: (sum, step) => extreme(sum, step, Math.max),
    value: ({ total }) => total,
    together: 'values',
  },
  {
    key: 'diskAllocation',
    on: DISKS,
    gauge: true,
    add: (sum, step) => grown(sum, step, 0),
    value: ({ total }) => total / MIB,
    together: 'sums',
  },
  { ...disk('diskRead', (use) => use.readBytes), value: ({ total }) => total / MIB, together: 'sums' },
  { ...disk('diskWritten', (use) => use.writtenBytes), value: ({ total }) => total / MIB, together: 'sums' },
  {
    // Microseconds of one operation.
    ...disk('diskLatency', (use) => use.busyMs),
    value: ({ total, weight }) => (weight === 0 ? 0 : (total / weight) * 1000),
    together: 'sums',
  },
  {
    // Operations in a second, large ones counted as so many of 8 KiB.
    ...disk('diskThroughput', (use) => Math.max(use.operations, (use.readBytes + use.writtenBytes) / NORMAL_OPERATION)),
    value: (sum) => perTime(sum) * 1000,
    together: 'values',
  },
  traffic('incomingTraffic', (use) => use.readBytes),
  traffic('outgoingTraffic', (use) => use.writtenBytes),
];

const byKey: ReadonlyMap<MetricKey, MetricRow> = new Map(METRIC_ROWS.map((row) => [row.key, row]));

export const metricRow = (key: MetricKey): MetricRow => {
  const row = byKey.get(key);
  if (row === undefined) throw new Error(`unknown metric ${key}`);
  return row;
};

export const isMetricKey = (key: string): key is MetricKey => byKey.has(key as MetricKey);

const METER = 3;
const INCOMING = 1;
const OUTGOING = 2;

/** Is the metric measured on this setting? Of rules, those that meter (Action 3) their direction. */
export const isMeasuredOn = (row: MetricRow, setting: DeviceSetting): boolean => {
  if (!row.on.has(setting.kind)) return false;
  if (setting.kind !== 'acl') return true;
  const direction = row.key === 'incomingTraffic' ? INCOMING : OUTGOING;
  return deviceValue(setting, 'Action') === METER && deviceValue(setting, 'Direction') === direction;
};

/** Settings that make up the figure of the whole machine. */
export const summedSettings = (row: MetricRow, configuration: Configuration): readonly DeviceSetting[] =>
  configuration.devices.filter(({ kind }) => (row.summedOver ?? row.on).has(kind));

/**
 * The drive or adapter that is asked for a setting: a disk lies in a drive, a port and its rules belong to an adapter.
 * Null: a rule that counts what another one counts already. Bytes are counted for the whole adapter and not by address,
 * so that the first metering rule of each direction has them all, and the sum over the rules is right (os-win adds them up).
 */
export const countedPart = (configuration: Configuration, setting: DeviceSetting): string | null => {
  if (setting.kind === 'hardDiskImage' || setting.kind === 'ethernetConnection') return setting.parent;
  if (setting.kind !== 'acl') return setting.part;
  const port = setting.parent === null ? undefined : findDevice(configuration, setting.parent);
  const first = configuration.devices.find(
    (other) =>
      other.kind === 'acl' &&
      other.parent === setting.parent &&
      deviceValue(other, 'Action') === METER &&
      deviceValue(other, 'Direction') === deviceValue(setting, 'Direction'),
  );
  return first === setting ? (port?.parent ?? null) : null;
};

/** What was used between two readings of the counters; one that began anew counts from zero. */
export const usedBetween = (before: MachineCounters, now: MachineCounters) => {
  const grownBy = (from: number | undefined, to: number): number => (from === undefined || to < from ? to : to - from);
  return {
    processorMs: grownBy(before.processorMs, now.processorMs),
    used: (part: string): DeviceUse | undefined => {
      const disk = now.disks.get(part);
      if (disk !== undefined) {
        const old = before.disks.get(part);
        return {
          readBytes: grownBy(old?.readBytes, disk.readBytes),
          writtenBytes: grownBy(old?.writtenBytes, disk.writtenBytes),
          operations: grownBy(old?.operations, disk.operations),
          busyMs: grownBy(old?.busyMs, disk.busyMs),
        };
      }
      const adapter = now.adapters.get(part);
      if (adapter === undefined) return undefined;
      const old = before.adapters.get(part);
      return {
        readBytes: grownBy(old?.receivedBytes, adapter.receivedBytes),
        writtenBytes: grownBy(old?.sentBytes, adapter.sentBytes),
        operations: 0,
        busyMs: 0,
      };
    },
  };
};
