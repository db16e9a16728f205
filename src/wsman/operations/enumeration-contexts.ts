import { randomUUID } from 'node:crypto';
import type { Charset } from '../envelope/charset.ts';
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

interface OpenContext {
  readonly owner: string;
  readonly source: ItemSource;
  readonly idleMs: number;
  id: string;
  busy: boolean;
  usedAt: number;
}

/** A context taken for one Pull; exactly one of the three ends must be called. */
export interface TakenContext {
  readonly source: ItemSource;
  /** Keep it under a new id, as Windows does after every Pull (spec §5.7). */
  renew(): string;
  /** Keep it under the same id: the Pull failed and may be repeated. */
  keep(): void;
  close(): void;
}

export interface ContextOptions {
  readonly maxPerUser: number;
  readonly idleMs: number;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
}

/** Open enumerations: bound to their user, not to a connection; dropped when nobody pulls (spec §5.7, hardening 19). */
export class EnumerationContexts {
  readonly #options: ContextOptions;
  readonly #open = new Map<string, OpenContext>();
  readonly #perUser = new Map<string, number>();

  constructor(options: ContextOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#open.size;
  }

  /** @throws WsmanFault quotaOperations before anything is started. */
  checkQuota(owner: string): void {
    this.sweep();
    if ((this.#perUser.get(owner) ?? 0) >= this.#options.maxPerUser) throw new WsmanFault('quotaOperations');
  }

  /** @returns the context's id. `idleMs` overrides the idle time, for subscriptions. */
  open(owner: string, source: ItemSource, idleMs: number = this.#options.idleMs): string {
    const context: OpenContext = {
      owner,
      source,
      idleMs,
      id: newContextId(),
      busy: false,
      usedAt: this.#options.now(),
    };
    this.#open.set(context.id, context);
    this.#perUser.set(owner, (this.#perUser.get(owner) ?? 0) + 1);
    return context.id;
  }

  /** Unknown, expired and foreign contexts look the same to the client. @throws WsmanFault */
  take(id: string, owner: string): TakenContext {
    const context = this.#open.get(id);
    if (context === undefined || context.owner !== owner) throw new WsmanFault('invalidEnumerationContext');
    if (context.busy) throw new WsmanFault('concurrentPull');
    if (this.#isIdle(context)) {
      this.#drop(context);
      throw new WsmanFault('invalidEnumerationContext');
    }
    context.busy = true;
    const release = (): void => {
      context.busy = false;
      context.usedAt = this.#options.now();
    };
    return {
      source: context.source,
      keep: release,
      renew: () => {
        release();
        // Unsubscribed or shut down meanwhile: the new id would name nothing, and the next Pull says so.
        if (!this.#open.delete(context.id)) return newContextId();
        context.id = newContextId();
        this.#open.set(context.id, context);
        return context.id;
      },
      close: () => this.#drop(context),
    };
  }

  /** End an enumeration. A Pull that is under way has it first. @throws WsmanFault */
  release(id: string, owner: string): void {
    const context = this.#open.get(id);
    if (context === undefined || context.owner !== owner) throw new WsmanFault('invalidEnumerationContext');
    if (context.busy) throw new WsmanFault('concurrency', 'A Pull is using this enumeration context.');
    this.#drop(context);
  }

  /** Close the context of a source, if it is open: Unsubscribe. */
  closeSource(source: ItemSource): void {
    for (const context of this.#open.values()) if (context.source === source) this.#drop(context);
  }

  /** Drop what nobody pulled for its idle time. */
  sweep(): void {
    for (const context of this.#open.values()) if (!context.busy && this.#isIdle(context)) this.#drop(context);
  }

  closeAll(): void {
    for (const context of this.#open.values()) this.#drop(context);
  }

  #isIdle(context: OpenContext): boolean {
    return this.#options.now() - context.usedAt > context.idleMs;
  }

  #drop(context: OpenContext): void {
    if (!this.#open.delete(context.id)) return;
    const left = (this.#perUser.get(context.owner) ?? 1) - 1;
    if (left === 0) this.#perUser.delete(context.owner);
    else this.#perUser.set(context.owner, left);
    context.source.close();
  }
}

const newContextId = (): string => `uuid:${randomUUID().toUpperCase()}`;
