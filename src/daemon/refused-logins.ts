import type { LoginAttempt } from '../auth/authenticator.ts';

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
    let window = this.#windows.get(attempt.address);
    if (window === undefined) {
      if (this.#windows.size >= addresses) this.#end(this.#windows.keys().next().value ?? '');
      const timer = setTimeout(() => this.#end(attempt.address), windowMs);
      timer.unref();
      window = { count: 0, last: attempt, timer };
      this.#windows.set(attempt.address, window);
    }
    window.count += 1;
    window.last = attempt;
    return window.count <= each;
  }

  #end(address: string): void {
    const window = this.#windows.get(address);
    if (window === undefined) return;
    clearTimeout(window.timer);
    this.#windows.delete(address);
    const more = window.count - this.#options.each;
    if (more > 0) this.#options.tell(window.last, more);
  }

  /** What is not told yet is told now. */
  [Symbol.dispose](): void {
    for (const address of [...this.#windows.keys()]) this.#end(address);
  }
}
