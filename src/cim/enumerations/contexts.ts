import { randomUUID } from 'node:crypto';

/** Why a context is not to be had: unknown, expired or of somebody else; in use; in use and not to be closed; one too many. */
export type ContextRefusal = 'unknown' | 'busy' | 'busyRelease' | 'quota';

/** What a context stands for. */
export interface Closable {
  close(): void;
}

interface OpenContext<S> {
  readonly owner: string;
  readonly source: S;
  readonly idleMs: number;
  id: string;
  busy: boolean;
  usedAt: number;
}

/** A context taken for one Pull; exactly one of the three ends must be called. */
export interface TakenContext<S> {
  readonly source: S;
  /** Keep it under a new id, as Windows does after every Pull (wire-wsman §5.7). */
  renew(): string;
  /** Keep it under the same id: the Pull failed and may be repeated, or ids of this protocol stay. */
  keep(): void;
  close(): void;
}

export interface ContextOptions {
  readonly maxPerUser: number;
  readonly idleMs: number;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
  /** The refusal in the words of the front end. */
  readonly refuse: (refusal: ContextRefusal) => Error;
}

/** Open enumerations: bound to their user, not to a connection; dropped when nobody pulls (hardening 19). */
export class EnumerationContexts<S extends Closable> {
  readonly #options: ContextOptions;
  readonly #open = new Map<string, OpenContext<S>>();
  readonly #perUser = new Map<string, number>();

  constructor(options: ContextOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#open.size;
  }

  /** @throws the refusal before anything is started. */
  checkQuota(owner: string): void {
    this.sweep();
    if ((this.#perUser.get(owner) ?? 0) >= this.#options.maxPerUser) throw this.#options.refuse('quota');
  }

  /**
   * The context's id. `idleMs` overrides the idle time, for subscriptions.
   * @throws the refusal, and closes the source: others of the same user may have been opened since `checkQuota`
   */
  open(owner: string, source: S, idleMs: number = this.#options.idleMs): string {
    if ((this.#perUser.get(owner) ?? 0) >= this.#options.maxPerUser) {
      source.close();
      throw this.#options.refuse('quota');
    }
    const context: OpenContext<S> = {
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

  /** Unknown, expired and foreign contexts look the same to the client. @throws the refusal */
  take(id: string, owner: string): TakenContext<S> {
    const context = this.#open.get(id);
    if (context === undefined || context.owner !== owner) throw this.#options.refuse('unknown');
    if (context.busy) throw this.#options.refuse('busy');
    if (this.#isIdle(context)) {
      this.#drop(context);
      throw this.#options.refuse('unknown');
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

  /** End an enumeration. A Pull that is under way has it first. @throws the refusal */
  release(id: string, owner: string): void {
    const context = this.#open.get(id);
    if (context === undefined || context.owner !== owner) throw this.#options.refuse('unknown');
    if (context.busy) throw this.#options.refuse('busyRelease');
    const expired = this.#isIdle(context);
    this.#drop(context);
    if (expired) throw this.#options.refuse('unknown');
  }

  /** Is it somebody else's? Its id is no guess: whoever asks has got hold of it. The client must not learn the answer. */
  isForeign(id: string, owner: string): boolean {
    const context = this.#open.get(id);
    return context !== undefined && context.owner !== owner;
  }

  /** Close the context of a source, if it is open: Unsubscribe. */
  closeSource(source: S): void {
    for (const context of this.#open.values()) if (context.source === source) this.#drop(context);
  }

  /** All of a user who is no more: whoever gets the name later must not read on. */
  closeOwner(owner: string): void {
    for (const context of this.#open.values()) if (context.owner === owner) this.#drop(context);
  }

  /** Drop what nobody pulled for its idle time. */
  sweep(): void {
    for (const context of this.#open.values()) if (!context.busy && this.#isIdle(context)) this.#drop(context);
  }

  closeAll(): void {
    for (const context of this.#open.values()) this.#drop(context);
  }

  #isIdle(context: OpenContext<S>): boolean {
    return this.#options.now() - context.usedAt > context.idleMs;
  }

  #drop(context: OpenContext<S>): void {
    if (!this.#open.delete(context.id)) return;
    const left = (this.#perUser.get(context.owner) ?? 1) - 1;
    if (left === 0) this.#perUser.delete(context.owner);
    else this.#perUser.set(context.owner, left);
    context.source.close();
  }
}

const newContextId = (): string => `uuid:${randomUUID().toUpperCase()}`;
