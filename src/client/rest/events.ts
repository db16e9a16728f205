import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionError } from '../connection.ts';
import type { RestConnection } from './connection.ts';
import { RestError } from './error.ts';
import type { JobDetails, Vm } from './generated/operations.ts';

type Change = 'created' | 'changed' | 'deleted';

/** Figures of one running machine; bytes since it was started, null where nobody can tell. */
export interface Figures extends Pick<Vm, 'id' | 'cpuPercent' | 'memoryUsageMb' | 'uptimeSeconds' | 'heartbeat'> {
  readonly diskReadBytes: number | null;
  readonly diskWrittenBytes: number | null;
  readonly networkReceivedBytes: number | null;
  readonly networkSentBytes: number | null;
}

/** Events of docs/rest.md; what they hold is how things are now. */
export type RestEvent =
  | { readonly kind: 'hello'; readonly host: string; readonly position: string; readonly resumed: boolean }
  | {
      readonly kind: 'vm';
      readonly change: Change;
      readonly aspect: 'state' | 'settings';
      readonly id: string;
      readonly vm: Vm | null;
    }
  | { readonly kind: 'checkpoint'; readonly change: Change; readonly id: string; readonly vmId: string }
  | { readonly kind: 'plan' | 'switch'; readonly change: Change; readonly id: string }
  | { readonly kind: 'job'; readonly change: Change; readonly id: string; readonly job: JobDetails | null }
  | {
      readonly kind: 'figures' /** When they were read, ISO 8601. */;
      readonly at: string;
      readonly items: readonly Figures[];
    };

export interface StreamOptions {
  /** Kinds that are told; all when left out. `hello` always is. */
  readonly only?: ReadonlyArray<'vm' | 'checkpoint' | 'plan' | 'job' | 'switch'>;
  /** Seconds between figures of running machines, 1 to 60; none when left out. */
  readonly figures?: number;
  /** Go on behind this position. */
  readonly after?: string;
  readonly signal?: AbortSignal;
}

/** The service says so in `retry:`; until then. */
const RETRY_MS = 2000;
/** Characters of one event; a longer one is no event of ours. */
const LARGEST = 16 << 20;

/** @throws RestError ConnectionError */
export async function* readEvents(
  connection: RestConnection,
  { only, figures, after, signal }: StreamOptions,
): AsyncGenerator<RestEvent, void> {
  const query = new URLSearchParams({
    ...(only === undefined ? {} : { only: only.join(',') }),
    ...(figures === undefined ? {} : { figures: String(figures) }),
  });
  let position = after;
  let begun = false;
  const open = () =>
    connection.send({
      method: 'GET',
      path: `/api/v1/events?${query.toString()}`,
      headers: { accept: 'text/event-stream', ...(position === undefined ? {} : { 'last-event-id': position }) },
      ...(signal === undefined ? {} : { signal }),
    });
  const over = (): boolean => signal?.aborted === true;
  while (!over()) {
    try {
      const stream = await open();
      begun = true;
      for await (const { id, data } of messagesOf(stream.setEncoding('utf8') as AsyncIterable<string>)) {
        if (id !== null) position = id;
        yield JSON.parse(data) as RestEvent;
      }
    } catch (error) {
      if (over()) return;
      // A host that is restarted is waited for; one that says no is not asked again.
      const refused = error instanceof RestError || (error instanceof ConnectionError && error.status !== null);
      if (!begun || refused) throw error;
    }
    await sleep(RETRY_MS, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

interface Message {
  /** Position; null: it has none. */
  readonly id: string | null;
  readonly data: string;
}

/** Server-sent events of a text that comes in pieces (HTML Standard, 9.2.6); comments and `retry` are passed over. */
export async function* messagesOf(text: AsyncIterable<string>): AsyncGenerator<Message, void> {
  let rest = '';
  for await (const piece of text) {
    rest += piece;
    if (rest.length > LARGEST) throw new RestError('An event of the stream has no end.', 200);
    const blocks = rest.split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split(/\r?\n/);
      const of = (name: string): readonly string[] =>
        lines
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).replace(/^ /, ''));
      const data = of('data');
      if (data.length > 0) yield { id: of('id').at(-1) ?? null, data: data.join('\n') };
    }
  }
}
