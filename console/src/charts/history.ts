import { onFigures } from '../api/events.ts';
import type { Figures, PastSample } from '../api/types.ts';

export const LINES = ['cpu', 'memory', 'diskRead', 'diskWritten', 'received', 'sent'] as const;
export type Line = (typeof LINES)[number];

/** What a chart shows of one machine: seconds since 1970, percent, MB, bytes a second. Null: not known. */
export type Series = { readonly times: number[] } & { readonly [L in Line]: (number | null)[] };

/** Counters of the look before, to tell how fast they grow. */
interface Before {
  readonly at: number;
  readonly figures: Figures;
}

/** Ten minutes of samples every two seconds. */
const KEPT = 300;
const KEPT_SECONDS = 600;
const history = new Map<string, Series>();
/** What the service has kept of machines whose charts were looked at. */
const past = new Map<string, Series>();
const before = new Map<string, Before>();
const listeners = new Set<() => void>();

const empty = (): Series => ({
  times: [],
  cpu: [],
  memory: [],
  diskRead: [],
  diskWritten: [],
  received: [],
  sent: [],
});

type Counter = 'diskReadBytes' | 'diskWrittenBytes' | 'networkReceivedBytes' | 'networkSentBytes';

/** Bytes a second since the look before. A counter that is smaller now has begun anew: the machine was restarted. */
const rate = (last: Before | undefined, at: number, figures: Figures, name: Counter): number | null => {
  const [was, is] = [last?.figures[name] ?? null, figures[name] ?? null];
  if (last === undefined || was === null || is === null || is < was || at <= last.at) return null;
  return (is - was) / (at - last.at);
};

// From the load of the console on, so that a chart that is opened later is not empty.
onFigures((items: readonly Figures[], at) => {
  for (const figures of items) {
    const { id } = figures;
    let series = history.get(id);
    if (series === undefined) history.set(id, (series = empty()));
    const last = before.get(id);
    before.set(id, { at, figures });
    const values: Readonly<Record<Line, number | null>> = {
      cpu: figures.cpuPercent,
      memory: figures.memoryUsageMb,
      diskRead: rate(last, at, figures, 'diskReadBytes'),
      diskWritten: rate(last, at, figures, 'diskWrittenBytes'),
      received: rate(last, at, figures, 'networkReceivedBytes'),
      sent: rate(last, at, figures, 'networkSentBytes'),
    };
    series.times.push(at);
    for (const line of LINES) series[line].push(values[line]);
    if (series.times.length > KEPT) {
      series.times.shift();
      for (const line of LINES) series[line].shift();
    }
  }
  forgetBefore(at - KEPT_SECONDS);
  for (const listener of listeners) listener();
});

/** Machines that are off, or gone: what was kept of them is of no use, and a console may be open for weeks. */
const forgetBefore = (time: number): void => {
  for (const [id, { times }] of history)
    if ((times.at(-1) ?? 0) < time) for (const kept of [history, past, before]) kept.delete(id);
};

/** Takes in what the service has kept of a machine. */
export const keepPast = (id: string, samples: readonly PastSample[]): void => {
  past.set(id, {
    times: samples.map(({ at }) => Date.parse(at) / 1000),
    cpu: samples.map(({ cpuPercent }) => cpuPercent),
    memory: samples.map(({ memoryUsageMb }) => memoryUsageMb),
    diskRead: samples.map((sample) => sample.diskReadBytesPerSecond),
    diskWritten: samples.map((sample) => sample.diskWrittenBytesPerSecond),
    received: samples.map((sample) => sample.networkReceivedBytesPerSecond),
    sent: samples.map((sample) => sample.networkSentBytesPerSecond),
  });
  for (const listener of listeners) listener();
};

/** What the service has kept, and from there on what we have heard ourselves. */
export const seriesOf = (id: string): Series => {
  const heard = history.get(id) ?? empty();
  const kept = past.get(id);
  if (kept === undefined) return heard;
  const begin = heard.times[0] ?? Number.POSITIVE_INFINITY;
  const older = kept.times.filter((at) => at < begin).length;
  // Of the first that we heard no rates are known: the line goes on from what was kept to the second.
  const from = older > 0 ? 1 : 0;
  const both = (line: Line) => [...kept[line].slice(0, older), ...heard[line].slice(from)];
  return {
    times: [...kept.times.slice(0, older), ...heard.times.slice(from)],
    cpu: both('cpu'),
    memory: both('memory'),
    diskRead: both('diskRead'),
    diskWritten: both('diskWritten'),
    received: both('received'),
    sent: both('sent'),
  };
};

export const onSamples = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
