import { randomUUID } from 'node:crypto';
import type { EndStatus } from './event-envelope.ts';
import type { ItemSource } from './item-source.ts';
import type { AllowDelivery } from '../../http/deliver.ts';
import { PushDelivery } from './push-delivery.ts';

interface LiveSubscription {
  readonly owner: string;
  readonly source: ItemSource;
  readonly expiry: NodeJS.Timeout;
}

export interface SubscriptionsOptions {
  readonly allowDelivery: AllowDelivery;
  readonly log: { warn(details: object, message: string): void };
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Live subscriptions by identifier; each ends by Unsubscribe, expiry, an idle consumer, or a dead sink (spec §8). */
export class Subscriptions {
  readonly allowDelivery: AllowDelivery;
  readonly log: SubscriptionsOptions['log'];
  readonly #live = new Map<string, LiveSubscription>();
  /** Requests of those who subscribe, while they wait for something. */
  readonly #coming = new Set<{ readonly owner: string; over: boolean }>();

  constructor(options: SubscriptionsOptions) {
    this.allowDelivery = options.allowDelivery;
    this.log = options.log;
  }

  get size(): number {
    return this.#live.size;
  }

  newIdentifier(): string {
    return randomUUID().toUpperCase();
  }

  /** @param expire called when the time is over; must close the source. */
  add(identifier: string, owner: string, source: ItemSource, expiresMs: number, expire: () => void): void {
    const expiry = setTimeout(expire, Math.min(expiresMs, LONGEST_TIMER_MS));
    expiry.unref();
    this.#live.set(identifier, { owner, source, expiry });
  }

  /** Waits for `work` on the way to a subscription. False: the account was changed or removed meanwhile. */
  async outlasts(owner: string, work: () => Promise<void>): Promise<boolean> {
    const coming = { owner, over: false };
    this.#coming.add(coming);
    try {
      await work();
      return !coming.over;
    } finally {
      this.#coming.delete(coming);
    }
  }

  /** A source closed: forget it. */
  forget(identifier: string): void {
    const live = this.#live.get(identifier);
    if (live === undefined) return;
    clearTimeout(live.expiry);
    this.#live.delete(identifier);
  }

  /** Somebody else's subscription does not exist. */
  find(identifier: string, owner: string): ItemSource | undefined {
    const live = this.#live.get(identifier);
    return live?.owner === owner ? live.source : undefined;
  }

  /** Is it somebody else's? The client must not learn the answer. */
  isForeign(identifier: string, owner: string): boolean {
    const live = this.#live.get(identifier);
    return live !== undefined && live.owner !== owner;
  }

  /** The service stops: tell the sinks. */
  closeAll(): Promise<void> {
    return endAll([...this.#live.values()], 'SourceShuttingDown', 'The service is stopping.');
  }

  /** An account was changed or removed: tell its sinks. */
  closeOwner(owner: string): Promise<void> {
    for (const coming of this.#coming) if (coming.owner === owner) coming.over = true;
    const theirs = [...this.#live.values()].filter((live) => live.owner === owner);
    return endAll(theirs, 'SourceCancelling', 'The account that subscribed was changed or removed.');
  }
}

async function endAll(live: readonly LiveSubscription[], status: EndStatus, reason: string): Promise<void> {
  await Promise.all(
    live.map(async ({ source }) => {
      if (source instanceof PushDelivery) await source.end(status, reason);
      else source.close();
    }),
  );
}
