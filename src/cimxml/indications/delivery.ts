import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CimInstance } from '../../cim/instance.ts';
import type { Subscription } from '../../cim/operations.ts';
import type { CimValues } from '../../cim/values.ts';

export interface DeliveryOptions {
  readonly subscription: Subscription;
  readonly filterName: string;
  /** Deliver one indication. @throws Error when it did not arrive */
  readonly send: (indication: CimInstance, signal: AbortSignal) => Promise<void>;
  /** Told when one did not arrive after the last attempt; true: go on with the next. */
  readonly onFailure: (error: Error) => boolean;
  /** Told how many were lost because the listener was too slow. */
  readonly onDropped: (count: number) => void;
  /** Before the second attempt, ms; then twice as long. */
  readonly retryMs?: number;
}

const ATTEMPTS = 3;
const RETRY_MS = 1000;
const BATCH = 50;
/** Longest wait for events between two looks, ms. */
const IDLE_MS = 30_000;

/** Sends the indications of one subscription in order, one at a time. What waits is bounded by the broker's queue. */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #stop = new AbortController();
  /** Listeners tell by these whether they missed one (DSP1054 §7.10). */
  readonly #context = randomUUID();
  #number = 0n;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    void this.#run();
  }

  close(): void {
    this.#stop.abort();
    this.#options.subscription.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const { subscription } = this.#options;
    while (!signal.aborted) {
      const events = await subscription.next(BATCH, IDLE_MS, signal);
      const dropped = subscription.dropped();
      if (dropped > 0) {
        this.#number += BigInt(dropped);
        this.#options.onDropped(dropped);
      }
      for (const event of events) if (!signal.aborted && !(await this.#deliver(event, signal))) return;
    }
  }

  /** False: delivery is over. */
  async #deliver(event: CimInstance, signal: AbortSignal): Promise<boolean> {
    const indication = this.#numbered(event);
    const { retryMs = RETRY_MS } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#options.send(indication, signal);
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        if (attempt === ATTEMPTS)
          return this.#options.onFailure(error instanceof Error ? error : new Error(String(error)));
        await sleep(retryMs * 2 ** (attempt - 1), undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }

  #numbered(event: CimInstance): CimInstance {
    const values: CimValues = {};
    const set = (name: string, value: CimValues[string]): void => {
      if (event.class.property(name) !== undefined) values[name] = value;
    };
    set('IndicationFilterName', this.#options.filterName);
    set('SequenceContext', this.#context);
    set('SequenceNumber', this.#number++);
    return event.with(values);
  }
}
