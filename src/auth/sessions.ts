import { createHash, randomBytes } from 'node:crypto';
import type { User, Users } from './users.ts';

/** A browser that has logged in. */
export interface Session {
  /** Names it without being a secret. */
  readonly id: string;
  readonly user: User;
  readonly address: string;
  /** Shown with every request that changes something, so that a foreign page cannot make one (hardening test 23). */
  readonly csrfToken: string;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
  readonly lastUsedAt: number;
  /** When it ends if nothing more is asked. */
  readonly expiresAt: number;
}

export interface SessionOptions {
  readonly users: Users;
  /** Without a request for this long it is over. */
  readonly idleMs?: number;
  /** It is over after this in any case. */
  readonly longestMs?: number;
  /** Sessions of one account; the one that was used least lately goes. */
  readonly mostPerUser?: number;
  readonly now?: () => number;
}

const idOfSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/**
 * Sessions, in memory: a restart ends them. The secret is known to the browser alone; kept is its hash. A session is its
 * account's as it was: another password or role, or its removal, ends it with the next request.
 */
export class Sessions {
  readonly #options: Required<SessionOptions>;
  readonly #sessions = new Map<string, Session>();

  constructor(options: SessionOptions) {
    this.#options = {
      idleMs: 30 * 60_000,
      longestMs: 12 * 3600_000,
      mostPerUser: 50,
      now: () => Date.now(),
      ...options,
    };
  }

  /** The secret is told this once. */
  open(user: User, address: string): { readonly session: Session; readonly secret: string } {
    const secret = randomBytes(32).toString('base64url');
    const now = this.#options.now();
    const session: Session = {
      id: idOfSecret(secret).slice(0, 16),
      user,
      address,
      csrfToken: randomBytes(32).toString('base64url'),
      openedAt: now,
      lastUsedAt: now,
      expiresAt: now + Math.min(this.#options.idleMs, this.#options.longestMs),
    };
    const own = this.list().filter((each) => each.user === user);
    if (own.length >= this.#options.mostPerUser) {
      const [oldest] = own.toSorted((a, b) => a.lastUsedAt - b.lastUsedAt);
      if (oldest !== undefined) this.close(oldest.id);
    }
    this.#sessions.set(idOfSecret(secret), session);
    return { session, secret };
  }

  /** The session of a secret; this counts as use. */
  find(secret: string): Session | undefined {
    const key = idOfSecret(secret);
    const session = this.#sessions.get(key);
    if (session === undefined) return undefined;
    if (!this.#lives(session)) {
      this.#sessions.delete(key);
      return undefined;
    }
    const { now, idleMs, longestMs } = this.#options;
    const used = { ...session, lastUsedAt: now(), expiresAt: Math.min(now() + idleMs, session.openedAt + longestMs) };
    this.#sessions.set(key, used);
    return used;
  }

  /** Is it still in force? Asked by what outlives a request, such as a stream of events. */
  isOpen(id: string): boolean {
    return this.list().some((session) => session.id === id);
  }

  /** Those in force; the others are forgotten. */
  list(): readonly Session[] {
    for (const [key, session] of this.#sessions) if (!this.#lives(session)) this.#sessions.delete(key);
    return [...this.#sessions.values()];
  }

  close(id: string): boolean {
    for (const [key, session] of this.#sessions) if (session.id === id) return this.#sessions.delete(key);
    return false;
  }

  #lives({ user, expiresAt }: Session): boolean {
    return expiresAt > this.#options.now() && this.#options.users.get(user.name) === user;
  }
}
