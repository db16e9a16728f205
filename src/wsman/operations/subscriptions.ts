import { randomUUID } from 'node:crypto';
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

  /** The service stops: tell the sinks. */
  async closeAll(): Promise<void> {
    const sources = [...this.#live.values()].map((l) => l.source);
    await Promise.all(
      sources.map(async (source) => {
        if (source instanceof PushDelivery) await source.end('SourceShuttingDown', 'The service is stopping.');
        else source.close();
      }),
    );
  }
}
