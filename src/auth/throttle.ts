import { setTimeout as delay } from 'node:timers/promises';
import { holderOf } from './address.ts';
import { RecentTable } from './recent-table.ts';

export interface ThrottleOptions {
  /** Wrong attempts that cost nothing: people mistype. */
  readonly free?: number;
  /** The first wait, which doubles with every further failure. */
  readonly firstMs?: number;
  readonly longestMs?: number;
  /** Failures are forgotten after this time without another one. */
  readonly memoryMs?: number;
  /** How many addresses and users are remembered. */
  readonly limit?: number;
  /** Is there an account of this name? */
  readonly isAccount?: (user: string) => boolean;
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
}

interface Failures {
  count: number;
  /** Admitted and not judged yet: guesses at the same time are guesses as well. */
  pending: number;
  last: number;
  /** When the next attempt may be judged. */
  next: number;
}

/** Longest queue of attempts that wait for one user at one address, in waits. */
const QUEUE = 3;

/**
 * Slows down guessing: after some wrong attempts of one address at one user, the next one is judged only after a wait,
 * one at a time however many connections are used. Nobody is locked out from elsewhere, so an attacker cannot keep the
 * right user away.
 */
export class Throttle {
  readonly #options: Required<ThrottleOptions>;
  readonly #failures: RecentTable<Failures>;

  constructor(options: ThrottleOptions = {}) {
    this.#options = {
      free: 5,
      firstMs: 250,
      longestMs: 4000,
      memoryMs: 15 * 60_000,
      limit: 10_000,
      now: () => performance.now(),
      sleep: (ms) => delay(ms),
      isAccount: () => false,
      ...options,
    };
    this.#failures = new RecentTable(this.#options.limit);
  }

  /** Wait for one's turn; false: too many wait already, refuse without judging. What is admitted is judged: `failed` or `succeeded`. */
  async admit(address: string, user: string): Promise<boolean> {
    const key = keyOf(address, user);
    const now = this.#options.now();
    const failures = this.#recall(key) ?? { count: 0, pending: 0, last: now, next: now };
    const slow = this.#isSlow(failures);
    const wait = slow ? Math.max(0, failures.next - now) : 0;
    if (slow) {
      const penalty = this.#penalty(failures.count);
      if (wait > QUEUE * penalty) return false;
      failures.next = now + wait + penalty;
    }
    failures.pending += 1;
    failures.last = now;
    this.#failures.set(key, failures, this.#options.isAccount(user));
    if (wait > 0) await this.#options.sleep(wait);
    return true;
  }

  /** Would the next attempt have to wait for its turn? */
  slows(address: string, user: string): boolean {
    const failures = this.#recall(keyOf(address, user));
    return failures !== undefined && this.#isSlow(failures);
  }

  failed(address: string, user: string): void {
    const key = keyOf(address, user);
    const now = this.#options.now();
    const failures = this.#recall(key) ?? { count: 0, pending: 0, last: now, next: now };
    failures.count += 1;
    failures.pending = Math.max(0, failures.pending - 1);
    failures.last = now;
    if (failures.count >= this.#options.free)
      failures.next = Math.max(failures.next, now + this.#penalty(failures.count));
    this.#failures.set(key, failures, this.#options.isAccount(user));
  }

  succeeded(address: string, user: string): void {
    this.#failures.delete(keyOf(address, user));
  }

  #isSlow({ count, pending }: Failures): boolean {
    return count + pending >= this.#options.free;
  }

  #recall(key: string): Failures | undefined {
    const failures = this.#failures.get(key);
    if (failures === undefined) return undefined;
    if (this.#options.now() - failures.last <= this.#options.memoryMs) return failures;
    this.#failures.delete(key);
    return undefined;
  }

  #penalty(count: number): number {
    const { free, firstMs, longestMs } = this.#options;
    return Math.min(longestMs, firstMs * 2 ** Math.min(Math.max(0, count - free), 20));
  }
}

/** Names compare without case and are cut, for a client chooses them. */
const keyOf = (address: string, user: string): string => `${holderOf(address)} ${user.slice(0, 100).toLowerCase()}`;
