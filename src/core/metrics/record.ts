import type { AdapterCounters, DiskCounters } from '../ports.ts';
import { type Meter, type Reading } from './meter.ts';
import { type Accumulated, isMetricKey } from './metric-rows.ts';

/** A meter as the store keeps it: plain data. */
interface MeterRecord {
  readonly wanted: readonly string[];
  readonly exceptions: Readonly<Record<string, boolean>>;
  readonly sums: Readonly<Record<string, Accumulated>>;
  readonly last:
    | (Omit<Reading, 'counters'> & {
        readonly counters: {
          readonly processorMs: number;
          readonly disks: Readonly<Record<string, DiskCounters>>;
          readonly adapters: Readonly<Record<string, AdapterCounters>>;
        };
      })
    | null;
}

export const storeMeter = ({ wanted, exceptions, sums, last }: Meter): MeterRecord => ({
  wanted: [...wanted],
  exceptions: Object.fromEntries(exceptions),
  sums: Object.fromEntries(sums),
  last:
    last === null
      ? null
      : {
          process: last.process,
          at: last.at,
          counters: {
            processorMs: last.counters.processorMs,
            disks: Object.fromEntries(last.counters.disks),
            adapters: Object.fromEntries(last.counters.adapters),
          },
        },
});

/** What another release measured and this one does not know is left out. */
export const loadMeter = (value: unknown): Meter => {
  const { wanted, exceptions, sums, last } = value as MeterRecord;
  return {
    wanted: new Set(wanted.filter(isMetricKey)),
    exceptions: new Map(Object.entries(exceptions)),
    sums: new Map(Object.entries(sums)),
    last:
      last === null
        ? null
        : {
            process: last.process,
            at: last.at,
            counters: {
              processorMs: last.counters.processorMs,
              disks: new Map(Object.entries(last.counters.disks)),
              adapters: new Map(Object.entries(last.counters.adapters)),
            },
          },
  };
};
