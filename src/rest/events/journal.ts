import { randomBytes } from 'node:crypto';
import type { CimBroker, OperationContext, Subscription } from '../../cim/operations.ts';
import type { EndpointLog } from '../../http/log.ts';
import { Management } from '../management/management.ts';
import { V2 } from '../management/names.ts';
import type { Entry } from './entry.ts';
import { EVENT_QUERY, gather } from './gather.ts';
import { tell } from './tell.ts';

/** Events that are kept for those who come back, and characters of them all together: notes of a machine can be long. */
const KEPT = 10_000;
const KEPT_CHARACTERS = 16 << 20;
/** Characters that are told at once to one who comes back. To read everything again is less than more of them. */
const RETOLD_CHARACTERS = 2 << 20;
/** Without a reader for this long nothing is listened to any more. */
const LINGER_MS = 10 * 60_000;
const BATCH = 1000;

/** Where a reader stands: `hello` tells it, and from there on `entry` is called. */
export interface Reading {
  /** Position of the last event before those that follow. */
  readonly position: string;
  /** Nothing was missed since the position that the reader named. */
  readonly resumed: boolean;
  /** What it missed, in order. */
  readonly missed: readonly Entry[];
  stop(): void;
}

export interface Reader {
  entry(entry: Entry): void;
  /** Events were lost: what is known is to be read again. */
  lost(): void;
}

/**
 * What happened, numbered, for all streams together: one subscription of the broker's feeds it while somebody reads and a
 * while after, so that a reader who lost its connection goes on where it was.
 */
export class EventJournal {
  readonly #broker: CimBroker;
  readonly #log: EndpointLog;
  readonly #readers = new Set<Reader>();
  #epoch = '';
  #entries: Entry[] = [];
  #characters = 0;
  #last = 0;
  #subscription: Subscription | null = null;
  #idle: NodeJS.Timeout | null = null;

  constructor(broker: CimBroker, log: EndpointLog) {
    this.#broker = broker;
    this.#log = log;
  }

  /** `after`: position of the last event that the reader has seen; null: it begins. */
  read(after: string | null, reader: Reader): Reading {
    this.#listen();
    const [epoch, number] = after?.split('-') ?? [];
    const seen = Number(number);
    const first = this.#entries[0]?.position ?? this.#last + 1;
    const known = epoch === this.#epoch && seen >= first - 1 && seen <= this.#last;
    const missed = known ? this.#entries.filter(({ position }) => position > seen) : [];
    const resumed = known && charactersOf(missed) <= RETOLD_CHARACTERS;
    this.#readers.add(reader);
    return {
      position: this.positionOf(resumed ? seen : this.#last),
      resumed,
      missed: resumed ? missed : [],
      stop: () => {
        if (!this.#readers.delete(reader) || this.#readers.size > 0) return;
        this.#idle = setTimeout(() => this.close(), LINGER_MS);
        this.#idle.unref();
      },
    };
  }

  positionOf(position: number): string {
    return `${this.#epoch}-${position}`;
  }

  close(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    this.#subscription?.close();
    this.#subscription = null;
    this.#keep([]);
  }

  #listen(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    if (this.#subscription !== null) return;
    this.#epoch = randomBytes(4).toString('hex');
    this.#last = 0;
    const context: OperationContext = {
      // What is told is what every account may read; each reader was let in before.
      caller: { name: 'event stream', role: 'viewer', address: 'local' },
      requestId: `events-${this.#epoch}`,
      protocol: 'internal',
      signal: new AbortController().signal,
    };
    const subscription = this.#broker.subscribe(context, V2, EVENT_QUERY);
    this.#subscription = subscription;
    void this.#pump(subscription, new Management(this.#broker, context, 0));
  }

  async #pump(subscription: Subscription, management: Management): Promise<void> {
    while (this.#subscription === subscription) {
      const events = await subscription.next(BATCH, Number.POSITIVE_INFINITY);
      if (this.#subscription !== subscription) return;
      if (subscription.dropped() > 0) this.#lose();
      if (events.length === 0) continue;
      try {
        for (const told of await tell(management, gather(events))) this.#add(told);
      } catch (error) {
        this.#log.error({ err: error }, 'events could not be told');
        this.#lose();
      }
    }
  }

  #add(told: Pick<Entry, 'kind' | 'data'>): void {
    const entry = { position: ++this.#last, ...told };
    this.#entries.push(entry);
    this.#characters += entry.data.length;
    // Cut in pieces: moving the array for each event would be quadratic.
    if (this.#entries.length > 2 * KEPT || this.#characters > 2 * KEPT_CHARACTERS)
      this.#keep(newest(this.#entries.slice(-KEPT), KEPT_CHARACTERS));
    for (const reader of [...this.#readers]) reader.entry(entry);
  }

  /** Nobody resumes over a gap. */
  #lose(): void {
    this.#keep([]);
    this.#last++;
    for (const reader of [...this.#readers]) reader.lost();
  }

  #keep(entries: Entry[]): void {
    this.#entries = entries;
    this.#characters = charactersOf(entries);
  }
}

const charactersOf = (entries: readonly Entry[]): number => entries.reduce((sum, { data }) => sum + data.length, 0);

/** As many of the last ones as have no more characters than that. */
const newest = (entries: Entry[], most: number): Entry[] => {
  let left = most;
  let first = entries.length;
  while (first > 0 && (left -= entries[first - 1]?.data.length ?? 0) >= 0) first--;
  return entries.slice(first);
};
