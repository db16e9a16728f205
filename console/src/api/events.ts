import type { QueryClient } from '@tanstack/react-query';
import { API } from './http.ts';
import { jobNews, machineNews } from './news.ts';
import { isOver, tellJob } from './work.ts';
import type { Figures, Job, Machine } from './types.ts';

type Change = 'created' | 'changed' | 'deleted';

type StreamEvent =
  | { readonly kind: 'hello'; readonly resumed: boolean }
  | {
      readonly kind: 'vm';
      readonly id: string;
      readonly change: Change;
      readonly aspect?: 'state' | 'settings';
      readonly vm: Machine | null;
    }
  | { readonly kind: 'checkpoint'; readonly change: Change; readonly id: string; readonly vmId: string }
  | { readonly kind: 'plan' | 'switch'; readonly change: Change; readonly id: string }
  | { readonly kind: 'job'; readonly change: Change; readonly id: string; readonly job: Job | null }
  | { readonly kind: 'figures'; readonly at: string; readonly items: readonly Figures[] };

const KINDS = ['hello', 'vm', 'checkpoint', 'plan', 'job', 'switch', 'figures'] as const;

/** How often a burst of events is put on the screen. */
const APPLY_MS = 150;
const FIGURES_SECONDS = 2;
const SETTLE_MS = 2_000;
/** A new try after the browser has given one up. */
const RETRY_MS = 5_000;

export type Liveness = 'connecting' | 'live' | 'lost';

/** `at`: seconds since 1970 by the clock of the service. A page in the background hears of several looks at once. */
type FiguresListener = (items: readonly Figures[], at: number) => void;
const figuresListeners = new Set<FiguresListener>();

/** Figures as they come, for charts. */
export const onFigures = (listener: FiguresListener): (() => void) => {
  figuresListeners.add(listener);
  return () => figuresListeners.delete(listener);
};

/** Keeps what was read fresh. Returns what ends it. */
export function followEvents(client: QueryClient, tell: (liveness: Liveness) => void): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let waiting: StreamEvent[] = [];
  let heardBefore = false;

  const flush = (): void => {
    timer = undefined;
    const events = waiting;
    waiting = [];
    applyEvents(client, events);
  };
  const refresh = (): void => {
    void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  };
  const connect = (): void => {
    source = new EventSource(`${API}/events?figures=${FIGURES_SECONDS}`);
    for (const kind of KINDS)
      source.addEventListener(kind, (message) => {
        tell('live');
        const event = JSON.parse((message as MessageEvent<string>).data) as StreamEvent;
        if (event.kind === 'hello') {
          // What was read may be older than the stream: at its begin, and when something was missed. The first screen is not
          // held up for that.
          if (!event.resumed) again = setTimeout(refresh, heardBefore ? 0 : SETTLE_MS);
          heardBefore = true;
          return;
        }
        waiting.push(event);
        timer ??= setTimeout(flush, APPLY_MS);
      });
    source.addEventListener('error', () => {
      tell('lost');
      if (source?.readyState !== EventSource.CLOSED) return;
      // Refused: signed out, the service is starting, or something on the way takes no streams. Asking tells which, and shows
      // what is new in the last case.
      void client.invalidateQueries({ refetchType: 'active' });
      retry = setTimeout(connect, RETRY_MS);
    });
  };
  tell('connecting');
  connect();
  return () => {
    clearTimeout(timer);
    clearTimeout(retry);
    clearTimeout(again);
    source?.close();
  };
}

function applyEvents(client: QueryClient, events: readonly StreamEvent[]): void {
  const machines = new Map<string, Machine | null>();
  const figures = new Map<string, Figures>();
  const jobs = new Map<string, Job | null>();
  const stale = new Set<string>();
  for (const event of events) {
    if (event.kind === 'vm') {
      if (event.vm !== null || event.change === 'deleted') machines.set(event.id, event.vm);
      // How many adapters each has.
      if (event.aspect === 'settings' || event.change !== 'changed') stale.add('["switches"]');
      if (event.aspect === 'settings') {
        for (const what of ['settings', 'devices']) stale.add(JSON.stringify([what, `vms/${event.id}`]));
        stale.add(JSON.stringify(['boot', event.id]));
        if (event.vm === null && event.change !== 'deleted')
          stale.add('["machines"]').add(JSON.stringify(['machine', event.id]));
      }
    } else if (event.kind === 'checkpoint') {
      stale.add(JSON.stringify(['checkpoints', event.vmId]));
      stale.add(JSON.stringify(['devices', `vms/${event.vmId}`]));
      // Not of one that is gone: whoever looks at it is told so by the list.
      if (event.change !== 'deleted')
        for (const what of ['settings', 'devices']) stale.add(JSON.stringify([what, `checkpoints/${event.id}`]));
    } else if (event.kind === 'plan') {
      stale.add('["plans"]');
      if (event.change === 'deleted') {
        void client.resetQueries({ queryKey: ['plan', event.id] });
        continue;
      }
      stale.add(JSON.stringify(['plan', event.id]));
      for (const what of ['settings', 'devices']) stale.add(JSON.stringify([what, `plans/${event.id}`]));
    } else if (event.kind === 'switch') stale.add('["switches"]');
    else if (event.kind === 'job') {
      jobs.set(event.id, event.job);
      // They have no events of their own; each comes and goes by a job.
      if (event.job !== null && isOver(event.job)) stale.add('["reference-points"]');
    } else if (event.kind === 'figures') {
      for (const item of event.items) figures.set(item.id, item);
      for (const listener of figuresListeners) listener(event.items, Date.parse(event.at) / 1000);
    }
  }
  machineNews.tell(machines);
  jobNews.tell(jobs);
  for (const job of jobs.values()) if (job !== null) tellJob(job);
  if (machines.size > 0 || figures.size > 0) {
    client.setQueryData<readonly Machine[]>(['machines'], (list) => merged(list, machines, figures));
    // Whoever looks at it asks again, and is told that it is gone.
    for (const [id, machine] of machines)
      if (machine === null) void client.resetQueries({ queryKey: ['machine', id] });
      else client.setQueryData(['machine', id], machine);
    for (const [id, item] of figures)
      client.setQueryData<Machine>(['machine', id], (machine) =>
        machine === undefined ? undefined : { ...machine, ...item },
      );
  }
  if (jobs.size > 0) client.setQueryData<readonly Job[]>(['jobs'], (list) => mergedJobs(list, jobs));
  for (const key of stale) void client.invalidateQueries({ queryKey: JSON.parse(key) as string[] });
}

function merged(
  list: readonly Machine[] | undefined,
  machines: ReadonlyMap<string, Machine | null>,
  figures: ReadonlyMap<string, Figures>,
): readonly Machine[] | undefined {
  if (list === undefined) return undefined;
  const known = new Set(list.map(({ id }) => id));
  return [
    ...list.flatMap((old) => {
      const told = machines.get(old.id);
      if (told === null) return [];
      const figure = figures.get(old.id);
      const next = told ?? old;
      return [figure === undefined ? next : { ...next, ...figure }];
    }),
    ...[...machines].flatMap(([id, machine]) => (machine !== null && !known.has(id) ? [machine] : [])),
  ];
}

function mergedJobs(
  list: readonly Job[] | undefined,
  jobs: ReadonlyMap<string, Job | null>,
): readonly Job[] | undefined {
  if (list === undefined) return undefined;
  const known = new Set(list.map(({ id }) => id));
  const fresh = [...jobs].flatMap(([id, job]) => (job !== null && !known.has(id) ? [job] : []));
  return [
    ...fresh.toReversed(),
    ...list.flatMap((old) => {
      const told = jobs.get(old.id);
      return told === null ? [] : [told ?? old];
    }),
  ];
}
