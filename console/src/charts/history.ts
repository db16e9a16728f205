import { onFigures } from '../api/events.ts';
import type { Figures } from '../api/types.ts';

/** What a chart shows of one machine: seconds since 1970, percent, MB. */
export interface Series {
  readonly times: number[];
  readonly cpu: (number | null)[];
  readonly memory: (number | null)[];
}

/** Ten minutes of samples every two seconds. */
const KEPT = 300;
const history = new Map<string, Series>();
const listeners = new Set<() => void>();

// From the load of the console on, so that a chart that is opened later is not empty.
onFigures((items: readonly Figures[], at) => {
  for (const { id, cpuPercent, memoryUsageMb } of items) {
    let series = history.get(id);
    if (series === undefined) history.set(id, (series = { times: [], cpu: [], memory: [] }));
    series.times.push(at);
    series.cpu.push(cpuPercent);
    series.memory.push(memoryUsageMb);
    if (series.times.length > KEPT) for (const list of [series.times, series.cpu, series.memory]) list.shift();
  }
  for (const listener of listeners) listener();
});

export const seriesOf = (id: string): Series => history.get(id) ?? { times: [], cpu: [], memory: [] };

export const onSamples = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
