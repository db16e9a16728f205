import type { Configuration, DeviceSetting, Instant, MachineProcess } from '../model.ts';
import type { MachineCounters, MachineFigures } from '../ports.ts';
import {
  type Accumulated,
  countedPart,
  isMeasuredOn,
  METRIC_ROWS,
  type MetricKey,
  type MetricRow,
  NOTHING,
  summedSettings,
  usedBetween,
} from './metric-rows.ts';

/** The last reading of a machine's counters. */
export interface Reading {
  readonly process: MachineProcess;
  readonly at: Instant;
  readonly counters: MachineCounters;
}

/** What is measured of one machine, and what was measured so far. Immutable. */
export interface Meter {
  /** Measured on every device that has it, those to come too. */
  readonly wanted: ReadonlySet<MetricKey>;
  /** Devices for which a client said otherwise, by `keyOf`. */
  readonly exceptions: ReadonlyMap<string, boolean>;
  /** By `keyOf`. */
  readonly sums: ReadonlyMap<string, Accumulated>;
  readonly last: Reading | null;
}

export const EMPTY_METER: Meter = { wanted: new Set(), exceptions: new Map(), sums: new Map(), last: null };

export type Collection = 'enabled' | 'disabled' | 'partly';
export type MetricOrder = 'enable' | 'disable' | 'reset';

export const keyOf = (metric: MetricKey, part: string): string => `${metric}|${part}`;

export const isIdle = (meter: Meter): boolean =>
  meter.wanted.size === 0 && [...meter.exceptions.values()].every((on) => !on);

/** Is the metric measured on the device? */
export const isOn = (meter: Meter, metric: MetricKey, part: string): boolean =>
  meter.exceptions.get(keyOf(metric, part)) ?? meter.wanted.has(metric);

/** Of the whole machine. */
export const collectionOf = (meter: Meter, row: MetricRow, configuration: Configuration): Collection => {
  const settings = summedSettings(row, configuration);
  const on = settings.filter(({ part }) => isOn(meter, row.key, part)).length;
  if (settings.length === 0) return meter.wanted.has(row.key) ? 'enabled' : 'disabled';
  if (on === settings.length) return 'enabled';
  return on === 0 ? 'disabled' : 'partly';
};

/** One order of ControlMetrics: `part` null is the whole machine. A sum begins anew when its measuring ends or is reset. */
export const ordered = (
  meter: Meter,
  configuration: Configuration,
  metric: MetricKey,
  part: string | null,
  order: MetricOrder,
): Meter => {
  const concerns = (key: string): boolean =>
    part === null ? key.startsWith(`${metric}|`) : key === keyOf(metric, part);
  const sums = order === 'enable' ? meter.sums : new Map([...meter.sums].filter(([key]) => !concerns(key)));
  if (order === 'reset') return { ...meter, sums };
  const on = order === 'enable';
  const exceptions = new Map(
    [...meter.exceptions].filter(
      // Those of devices that are gone go too.
      ([key]) => !concerns(key) && configuration.devices.some((device) => key.endsWith(`|${device.part}`)),
    ),
  );
  const wanted = new Set(meter.wanted);
  if (part === null && on) wanted.add(metric);
  else if (part === null) wanted.delete(metric);
  else if (meter.wanted.has(metric) !== on) exceptions.set(keyOf(metric, part), on);
  return { wanted, exceptions, sums, last: meter.last };
};

/** Every device that a metric is measured on now. */
export function* measured(
  meter: Meter,
  configuration: Configuration,
): Iterable<{ readonly row: MetricRow; readonly setting: DeviceSetting }> {
  for (const row of METRIC_ROWS)
    for (const setting of configuration.devices)
      if (isMeasuredOn(row, setting) && isOn(meter, row.key, setting.part)) yield { row, setting };
}

/** A reading taken in: what was used since the last one of the same process goes into the sums. */
export const sampled = (
  meter: Meter,
  configuration: Configuration,
  reading: Reading,
  figures: MachineFigures,
): Meter => {
  const { last } = meter;
  if (last === null || !sameProcess(last.process, reading.process)) return { ...meter, last: reading };
  const step = {
    // The clock of the host may be set back.
    elapsedMs: Math.max(0, reading.at - last.at),
    figures,
    ...usedBetween(last.counters, reading.counters),
  };
  const sums = new Map<string, Accumulated>();
  for (const { row, setting } of measured(meter, configuration)) {
    const key = keyOf(row.key, setting.part);
    const counted = countedPart(configuration, setting);
    const before = meter.sums.get(key) ?? NOTHING;
    sums.set(
      key,
      counted === null ? { ...before, durationMs: before.durationMs + step.elapsedMs } : row.add(before, step, counted),
    );
  }
  return { ...meter, sums, last: reading };
};

const sameProcess = (a: MachineProcess, b: MachineProcess): boolean => a.pid === b.pid && a.startTicks === b.startTicks;
