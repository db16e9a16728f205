import { createHash, randomBytes } from 'node:crypto';
import type { ConsoleKind } from './targets.ts';

/** Hardening test 23: a ticket is worth one console, for this long. */
export const TICKET_MS = 30_000;
/** Tickets of one account that wait to be used. */
const MOST = 32;

export interface ConsoleGrant {
  /** `HOST\user`, for nobody else. */
  readonly user: string;
  readonly machine: string;
  readonly wanted: ConsoleKind;
}

/** One-time tickets for consoles. Only hashes are kept, and only in memory. */
export class ConsoleTickets {
  readonly #grants = new Map<string, ConsoleGrant & { readonly until: number }>();
  readonly #now: () => number;

  /** @param now monotonic milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Undefined: the account has too many that nobody used. */
  issue(grant: ConsoleGrant): string | undefined {
    this.#forget();
    if ([...this.#grants.values()].filter(({ user }) => user === grant.user).length >= MOST) return undefined;
    const ticket = randomBytes(24).toString('base64url');
    this.#grants.set(keyOf(ticket), { ...grant, until: this.#now() + TICKET_MS });
    return ticket;
  }

  /** What it is good for; it is good for nothing afterwards, whoever showed it and whatever for. */
  redeem(ticket: string): ConsoleGrant | undefined {
    this.#forget();
    const key = keyOf(ticket);
    const grant = this.#grants.get(key);
    this.#grants.delete(key);
    return grant;
  }

  #forget(): void {
    const now = this.#now();
    for (const [key, { until }] of this.#grants) if (until <= now) this.#grants.delete(key);
  }
}

const keyOf = (ticket: string): string => createHash('sha256').update(ticket).digest('base64');
