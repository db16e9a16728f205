import { holderOf } from './address.ts';
import { RecentTable } from './recent-table.ts';

export interface LockoutOptions {
  /** Wrong passwords for one account, from whatever addresses, until it is locked; 0: never. */
  readonly after?: number;
  /** How long it is locked, and how long failures are remembered. */
  readonly forMs?: number;
  /** How many accounts are remembered. */
  readonly limit?: number;
  /** Is there an account of this name? */
  readonly isAccount?: (user: string) => boolean;
  readonly now?: () => number;
}

interface Account {
  failures: number;
  last: number;
  lockedUntil: number;
}

/** Addresses that are remembered for an account. */
const KNOWN_ADDRESSES = 16;

/**
 * Locks an account after many wrong passwords, so that guessing from a thousand addresses gets nowhere (one address is
 * slowed down by the throttle). Addresses from which its owner has logged in before are let through, or anybody could keep
 * the owner away; the names of accounts that do not exist are locked as well, for they must look the same.
 */
export class Lockout {
  readonly #options: Required<LockoutOptions>;
  readonly #accounts: RecentTable<Account>;
  readonly #known: RecentTable<readonly string[]>;

  constructor(options: LockoutOptions = {}) {
    this.#options = {
      after: 50,
      forMs: 10 * 60_000,
      limit: 10_000,
      isAccount: () => false,
      now: () => performance.now(),
      ...options,
    };
    this.#accounts = new RecentTable(this.#options.limit);
    this.#known = new RecentTable(this.#options.limit);
  }

  locked(user: string, address: string): boolean {
    const account = this.#accounts.get(keyOf(user));
    if (account === undefined || account.lockedUntil <= this.#options.now()) return false;
    return !this.#isKnown(user, address);
  }

  #isKnown(user: string, address: string): boolean {
    return this.#known.get(keyOf(user))?.includes(holderOf(address)) === true;
  }

  /** True: this failure locks the account. Where its owner is known none does, for it would lock out nobody but strangers. */
  failed(user: string, address: string): boolean {
    const { after, forMs, now } = this.#options;
    if (after === 0 || this.#isKnown(user, address)) return false;
    const key = keyOf(user);
    const at = now();
    const held = this.#accounts.get(key);
    const account = held === undefined || at - held.last > forMs ? { failures: 0, last: at, lockedUntil: 0 } : held;
    account.failures += 1;
    account.last = at;
    this.#accounts.set(key, account, this.#options.isAccount(user));
    if (account.failures < after) return false;
    account.failures = 0;
    account.lockedUntil = at + forMs;
    return true;
  }

  /** What others have guessed stays counted, and a lock in force: an owner who logs in all day would set it free for them. */
  succeeded(user: string, address: string): void {
    const key = keyOf(user);
    const holder = holderOf(address);
    const others = (this.#known.get(key) ?? []).filter((known) => known !== holder);
    this.#known.set(key, [...others.slice(1 - KNOWN_ADDRESSES), holder], this.#options.isAccount(user));
  }
}

/** Clients choose names: compared without case, and cut. */
const keyOf = (user: string): string => user.slice(0, 100).toLowerCase();
