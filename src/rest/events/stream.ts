import type { ServerResponse } from 'node:http';
import type { EventKind } from './entry.ts';
import type { EventJournal } from './journal.ts';

export interface StreamOptions {
  readonly journal: EventJournal;
  readonly host: string;
  readonly after: string | null;
  readonly only: readonly EventKind[] | null;
  /** Seconds between figures; null: none. */
  readonly figuresSeconds: number | null;
  readonly figures: () => Promise<string>;
  /** Is who asked still let in? */
  readonly lives: () => boolean;
  readonly onEnd: () => void;
}

/** A proxy or a browser shall not take silence for the end. */
const BEAT_MS = 15_000;
/** Bytes that a reader may leave unread; one that does not read at all is cut off (hardening test 30). */
const UNREAD = 4 << 20;

export const STREAM_HEADERS = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' };

/** Server-sent events on an open response, until its reader goes, or may no longer read, or does not read. */
export const streamEvents = (response: ServerResponse, options: StreamOptions): (() => void) => {
  const { journal, only, figuresSeconds } = options;
  const timers: NodeJS.Timeout[] = [];
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    for (const timer of timers) clearInterval(timer);
    reading.stop();
    response.end();
    options.onEnd();
  };
  const write = (text: string): void => {
    if (ended) return;
    response.write(text);
    if (response.writableLength <= UNREAD) return;
    end();
    response.destroy();
  };
  const event = (name: string, data: string, id: string | null): void =>
    write(`${id === null ? '' : `id: ${id}\n`}event: ${name}\ndata: ${data}\n\n`);
  const hello = (position: string, resumed: boolean): void =>
    event('hello', JSON.stringify({ kind: 'hello', host: options.host, position, resumed }), position);
  const wanted = (kind: EventKind): boolean => only === null || only.includes(kind);
  const reading = journal.read(options.after, {
    entry: ({ position, kind, data }) => {
      // Whoever was logged out learns nothing more, however soon after.
      if (!options.lives()) end();
      else if (wanted(kind)) event(kind, data, journal.positionOf(position));
    },
    // Everything is to be read again: the reader comes back without a position it could resume from.
    lost: end,
  });
  response.writeHead(200, STREAM_HEADERS);
  response.once('close', end);
  write('retry: 2000\n\n');
  hello(reading.position, reading.resumed);
  for (const { position, kind, data } of reading.missed)
    if (wanted(kind)) event(kind, data, journal.positionOf(position));
  timers.push(setInterval(() => (options.lives() ? write(': beat\n\n') : end()), BEAT_MS));
  if (figuresSeconds !== null) {
    const tell = (): void => {
      // A failed look is followed by the next one.
      options.figures().then(
        (data) => event('figures', data, null),
        () => undefined,
      );
    };
    tell();
    timers.push(setInterval(() => (options.lives() ? tell() : end()), figuresSeconds * 1000));
  }
  return end;
};
