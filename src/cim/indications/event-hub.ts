import type { CimInstance } from '../instance.ts';
import type { Subscription } from '../operations.ts';
import type { ChangeSource, InstanceChange } from '../provider.ts';
import type { SchemaNamespace } from '../schema.ts';
import type { EventQuery } from './event-query.ts';
import { EventSubscription } from './event-subscription.ts';
import type { EventTimers } from './timers.ts';

/** Events that a consumer may leave unread. */
export const DEFAULT_QUEUE_LIMIT = 1000;

/**
 * The subscriptions of one namespace. Its sources are watched only while somebody listens, and are asked for the
 * listened-to classes alone.
 */
export class EventHub {
  readonly #schema: SchemaNamespace;
  readonly #timers: EventTimers;
  readonly #limit: number;
  readonly #subscriptions = new Set<EventSubscription>();
  #wanted = new Map<string, boolean>();
  #watched: (() => void)[] = [];

  constructor(schema: SchemaNamespace, timers: EventTimers, limit = DEFAULT_QUEUE_LIMIT) {
    this.#schema = schema;
    this.#timers = timers;
    this.#limit = limit;
  }

  subscribe(query: EventQuery, sources: readonly ChangeSource[]): Subscription {
    const subscription = new EventSubscription(query, this.#limit, this.#timers, () => this.#leave(subscription));
    this.#subscriptions.add(subscription);
    this.#wanted = new Map();
    if (this.#subscriptions.size === 1) this.#watch(sources);
    return subscription;
  }

  #watch(sources: readonly ChangeSource[]): void {
    const sink = {
      change: (change: InstanceChange): void => {
        for (const s of this.#subscriptions) s.change(change);
      },
      event: (event: CimInstance): void => {
        for (const s of this.#subscriptions) s.event(event);
      },
    };
    this.#watched = sources.map((source) => source.watch(sink, (className) => this.#isWanted(className)));
  }

  #leave(subscription: EventSubscription): void {
    if (!this.#subscriptions.delete(subscription)) return;
    this.#wanted = new Map();
    if (this.#subscriptions.size > 0) return;
    for (const stop of this.#watched) stop();
    this.#watched = [];
  }

  #isWanted(className: string): boolean {
    let wanted = this.#wanted.get(className);
    if (wanted === undefined) {
      const cimClass = this.#schema.class(className);
      wanted = cimClass !== undefined && [...this.#subscriptions].some((s) => s.wants(cimClass));
      this.#wanted.set(className, wanted);
    }
    return wanted;
  }
}
