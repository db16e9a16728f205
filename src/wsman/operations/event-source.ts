import type { CimInstance } from '../../cim/instance.ts';
import type { Subscription } from '../../cim/operations.ts';
import { encodedLength } from '../../http/charset.ts';
import { WsmanFault } from '../faults/fault.ts';
import { droppedEvents } from './event-envelope.ts';
import type { ItemSource, PulledItems, PullOrder } from './item-source.ts';

export interface EventSourceOptions {
  readonly subscription: Subscription;
  readonly render: (event: CimInstance) => string;
  readonly heartbeatMs: number | null;
  readonly onClose: () => void;
}

/**
 * Events for Pull delivery (spec §8): a Pull waits for events, a heartbeat, or its own end. Events that were lost because nobody
 * pulled in time stand before those that are left, as their number.
 */
export class EventSource implements ItemSource {
  readonly #options: EventSourceOptions;
  /** Events that did not fit into the last envelope, written. */
  #held: string[] = [];
  #closed = false;

  constructor(options: EventSourceOptions) {
    this.#options = options;
  }

  async pull(order: PullOrder): Promise<PulledItems> {
    if (this.#closed) throw new WsmanFault('invalidEnumerationContext');
    const { heartbeatMs, subscription, render } = this.#options;
    if (this.#held.length === 0) {
      const wait = Math.min(order.timeoutMs, heartbeatMs ?? Number.POSITIVE_INFINITY);
      const events = await subscription.next(order.maxItems, wait, order.signal);
      const dropped = order.signal.aborted ? 0 : subscription.dropped();
      this.#held = [...(dropped > 0 ? [droppedEvents(dropped)] : []), ...events.map(render)];
      if (this.#held.length === 0) {
        // Cancelled meanwhile (Unsubscribe, expiry), or heartbeat, or nothing happened in time (W-096, W-097).
        if (this.#closed) throw new WsmanFault('invalidEnumerationContext');
        // Its client is gone, and would never learn of a new context.
        if (order.signal.aborted) throw new WsmanFault('timedOut');
        if (heartbeatMs !== null && heartbeatMs <= order.timeoutMs) return { items: [], done: false };
        throw new WsmanFault('timedOut', 'No event happened in the time of the operation. Pull again.');
      }
    }
    return { items: this.#fill(order), done: false };
  }

  #fill(order: PullOrder): string[] {
    const items: string[] = [];
    let bytes = 0;
    while (items.length < order.maxItems) {
      const next = this.#held[0];
      if (next === undefined) break;
      const size = encodedLength(next, order.charset);
      if (items.length > 0 && bytes + size > order.maxBytes) break;
      if (size > order.maxItemBytes)
        throw new WsmanFault('envelopeExceeded', `One event takes ${size} bytes: raise MaxEnvelopeSize.`);
      items.push(next);
      this.#held.shift();
      bytes += size;
    }
    return items;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.subscription.close();
    this.#options.onClose();
  }
}
