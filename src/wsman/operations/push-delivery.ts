import { setTimeout as sleep } from 'node:timers/promises';
import type { CimInstance } from '../../cim/instance.ts';
import type { Subscription } from '../../cim/operations.ts';
import type { AllowDelivery } from '../../http/deliver.ts';
import { WsmanFault } from '../faults/fault.ts';
import type { ItemSource } from './item-source.ts';
import type { DeliveryRequest, EventSink } from './event-delivery.ts';
import {
  droppedEnvelope,
  endEnvelope,
  eventEnvelope,
  eventsEnvelope,
  type EndStatus,
  heartbeatEnvelope,
} from './event-envelope.ts';
import { postEnvelope } from './post-envelope.ts';

export interface PushOptions {
  readonly identifier: string;
  readonly subscription: Subscription;
  readonly render: (event: CimInstance) => string;
  readonly delivery: DeliveryRequest;
  readonly sink: EventSink;
  readonly allow: AllowDelivery;
  readonly onClose: () => void;
  /** Told why delivery ended by itself. */
  readonly onFailure: (reason: string) => void;
}

/** Longest wait for events between two looks at the state, ms. */
const IDLE_MS = 30_000;
const ATTEMPTS = 3;
const RETRY_MS = 500;

/** Sends events to a sink, one message at a time and in order (spec §8, push modes). */
export class PushDelivery implements ItemSource {
  readonly #options: PushOptions;
  readonly #stop = new AbortController();

  constructor(options: PushOptions) {
    this.#options = options;
    void this.#run();
  }

  pull(): Promise<never> {
    return Promise.reject(new WsmanFault('invalidEnumerationContext'));
  }

  close(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#options.subscription.close();
    this.#options.onClose();
  }

  /** Close and tell `EndTo`, when there is one. */
  async end(status: EndStatus, reason: string): Promise<void> {
    this.close();
    const { endTo } = this.#options.delivery;
    if (endTo === null) return;
    const envelope = endEnvelope(endTo, this.#options.identifier, status, reason);
    const { allow } = this.#options;
    await postEnvelope(endTo.url, envelope, false, allow, AbortSignal.timeout(5000)).catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    try {
      while (!signal.aborted) await this.#deliverNext(signal);
    } catch (error) {
      if (signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.onFailure(reason);
      await this.end('DeliveryFailure', reason);
    }
  }

  async #deliverNext(signal: AbortSignal): Promise<void> {
    const { delivery, subscription, sink } = this.#options;
    const ack = delivery.mode !== 'push';
    const events = await this.#gather(signal);
    if (signal.aborted) return;
    const dropped = subscription.dropped();
    if (dropped > 0) await this.#send(droppedEnvelope(sink, dropped, ack), ack, signal);
    const texts = events.map(this.#options.render);
    if (texts.length === 0) {
      if (delivery.heartbeatMs !== null) await this.#send(heartbeatEnvelope(sink, ack), ack, signal);
    } else if (delivery.mode === 'events') {
      await this.#send(eventsEnvelope(sink, texts), ack, signal);
    } else {
      for (const text of texts) await this.#send(eventEnvelope(sink, text, ack), ack, signal);
    }
  }

  async #gather(signal: AbortSignal): Promise<readonly CimInstance[]> {
    const { delivery, subscription } = this.#options;
    const first = await subscription.next(delivery.maxElements, delivery.heartbeatMs ?? IDLE_MS, signal);
    const room = delivery.maxElements - first.length;
    if (first.length === 0 || room === 0 || delivery.maxTimeMs === 0) return first;
    return [...first, ...(await subscription.next(room, delivery.maxTimeMs, signal))];
  }

  /** @throws Error after the last attempt. */
  async #send(envelope: string, ack: boolean, signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await postEnvelope(this.#options.sink.url, envelope, ack, this.#options.allow, signal);
      } catch (error) {
        if (signal.aborted || attempt === ATTEMPTS) throw error;
        await sleep(RETRY_MS * attempt, undefined, { signal, ref: false });
      }
    }
  }
}
