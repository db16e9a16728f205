import type { ContextRefusal } from '../../cim/enumerations/contexts.ts';
import type { Charset } from '../../http/charset.ts';
import { WsmanFault } from '../faults/fault.ts';

/** What a Pull asks of the thing behind a context. */
export interface PullOrder {
  readonly maxItems: number;
  /** Bytes that the items may take together. */
  readonly maxBytes: number;
  /** Bytes that a lone item may take. */
  readonly maxItemBytes: number;
  readonly charset: Charset;
  /** How long to wait for the first item, ms. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface PulledItems {
  /** Finished XML, one text per item. */
  readonly items: readonly string[];
  /** Nothing comes after these. */
  readonly done: boolean;
}

/** An enumeration's result or a subscription's queue. */
export interface ItemSource {
  pull(order: PullOrder): Promise<PulledItems>;
  close(): void;
}

const REFUSALS: Readonly<Record<ContextRefusal, () => WsmanFault>> = {
  unknown: () => new WsmanFault('invalidEnumerationContext'),
  busy: () => new WsmanFault('concurrentPull'),
  busyRelease: () => new WsmanFault('concurrency', 'A Pull is using this enumeration context.'),
  quota: () => new WsmanFault('quotaOperations'),
};

/** How a client learns that its context is not to be had. */
export const refuseContext = (refusal: ContextRefusal): WsmanFault => REFUSALS[refusal]();
