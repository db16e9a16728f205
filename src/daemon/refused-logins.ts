import { holderOf } from '../auth/address.ts';
import type { LoginAttempt } from '../auth/authentication.ts';

export interface RefusedLoginsOptions {
  /** Refusals of one address that are told one by one in a window; those of a person, or of a client set up wrong. */
  readonly each?: number;
  readonly windowMs?: number;
  /** Addresses that are remembered. */
  readonly addresses?: number;
  /** What happened to an address beside those that were told: how often, and the last of them. */
  readonly tell: (last: LoginAttempt, more: number) => void;
}

interface Window {
  count: number;
  last: LoginAttempt;
  readonly timer: NodeJS.Timeout;
}

/**
 * Keeps a flood of refused log-ins from turning the audit trail away, which is kept up to a size: the first ones of an
 * address are told one by one, what follows as a number at the end of the window.
 */
export class RefusedLogins implements Disposable {
  readonly #windows = new Map<string, Window>();
  readonly #options: Required<RefusedLoginsOptions>;

  constructor(options: RefusedLoginsOptions) {
    this.#options = { each: 200, windowMs: 60_000, addresses: 10_000, ...options };
  }

  /** Is this one to be told by itself? */
  isTold(attempt: LoginAttempt): boolean {
    const { each, windowMs, addresses } = this.#options;
    const holder = holderOf(attempt.address);
    let window = this.#windows.get(holder);
    if (window === undefined) {
      if (this.#windows.size >= addresses) this.#end(this.#windows.keys().next().value ?? '');
      const timer = setTimeout(() => this.#end(holder), windowMs);
      timer.unref();
      window = { count: 0, last: attempt, timer };
      this.#windows.set(holder, window);
    }
    window.count += 1;
    window.last = attempt;
    return window.count <= each;
  }

  #end(holder: string): void {
    const window = this.#windows.get(holder);
    if (window === undefined) return;
    clearTimeout(window.timer);
    this.#windows.delete(holder);
    const more = window.count - this.#options.each;
    if (more > 0) this.#options.tell(window.last, more);
  }

  /** What is not told yet is told now. */
  [Symbol.dispose](): void {
    for (const holder of [...this.#windows.keys()]) this.#end(holder);
  }
}
