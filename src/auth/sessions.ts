import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { User, Users } from './users.ts';

/** A browser that has logged in. */
export interface Session {
  /** Names it without being a secret. */
  readonly id: string;
  readonly user: User;
  readonly address: string;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
  readonly lastUsedAt: number;
  /** When it ends if nothing more is asked. */
  readonly expiresAt: number;
}

/** A session as stored: nothing that lets anybody in. */
export interface StoredSession {
  /** SHA-256 of the secret, base64url. The secret has 256 random bits, so that nothing slower is needed. */
  readonly hash: string;
  readonly user: string;
  /** What the account was at the log-in: another password or role is another one. */
  readonly account: string;
  readonly address: string;
  readonly openedAt: number;
  readonly lastUsedAt: number;
}

export interface SessionStorage {
  load(): Promise<readonly StoredSession[]>;
  save(session: StoredSession): Promise<void>;
  /** Those that are over; hashes. */
  remove(hashes: readonly string[]): Promise<void>;
}

export interface SessionOptions {
  readonly users: Users;
  readonly storage: SessionStorage;
  /** A use that could not be stored; the session goes on and is older after a restart. */
  readonly onFailure?: (error: unknown) => void;
  /** Without a request for this long it is over. */
  readonly idleMs?: number;
  /** It is over after this in any case. */
  readonly longestMs?: number;
  /** Sessions of one account; the one that was used least lately goes. */
  readonly mostPerUser?: number;
  readonly now?: () => number;
}

/** A session for whoever has its secret. */
export interface FoundSession {
  readonly session: Session;
  /** Shown with every request that changes something, so that a foreign page cannot make one (hardening test 23). */
  readonly csrfToken: string;
}

/** The use of a session is stored this often, not with every request. */
const STORED_EVERY_MS = 60_000;

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** Follows from the secret, so that it need not be kept. */
const csrfTokenOf = (secret: string): string => createHmac('sha256', secret).update('csrf').digest('base64url');

/** Changes with the password, the role, and the account itself. */
const accountOf = ({ role, password, createdAt }: User): string =>
  createHash('sha256')
    .update(JSON.stringify([role, password.salt, password.hash, createdAt]))
    .digest('base64url');

interface Kept {
  readonly session: Session;
  readonly storedAt: number;
}

/**
 * Sessions of browsers, over restarts of the service. The secret is known to the browser alone; kept is its hash. A session is
 * its account's as it was: another password or role, or its removal, ends it with the next request.
 */
export class Sessions {
  readonly #options: Required<SessionOptions>;
  readonly #sessions = new Map<string, Kept>();

  private constructor(options: SessionOptions) {
    this.#options = {
      idleMs: 30 * 60_000,
      longestMs: 12 * 3600_000,
      mostPerUser: 50,
      now: () => Date.now(),
      onFailure: () => undefined,
      ...options,
    };
  }

  static async open(options: SessionOptions): Promise<Sessions> {
    const sessions = new Sessions(options);
    const over: string[] = [];
    for (const stored of await options.storage.load()) {
      const session = sessions.#revive(stored);
      if (session === undefined) over.push(stored.hash);
      else sessions.#sessions.set(stored.hash, { session, storedAt: stored.lastUsedAt });
    }
    // What is over is so without its record.
    if (over.length > 0) await options.storage.remove(over).catch((error: unknown) => options.onFailure?.(error));
    return sessions;
  }

  /** The secret is told this once. */
  async open(user: User, address: string): Promise<FoundSession & { readonly secret: string }> {
    const secret = randomBytes(32).toString('base64url');
    const hash = hashOf(secret);
    const now = this.#options.now();
    const { idleMs, longestMs, mostPerUser } = this.#options;
    const expiresAt = now + Math.min(idleMs, longestMs);
    const session: Session = { id: idOf(hash), user, address, openedAt: now, lastUsedAt: now, expiresAt };
    const own = this.list().filter((each) => each.user === user);
    if (own.length >= mostPerUser) {
      const [oldest] = own.toSorted((a, b) => a.lastUsedAt - b.lastUsedAt);
      if (oldest !== undefined) await this.close(oldest.id);
    }
    await this.#options.storage.save(storedOf(hash, session));
    this.#sessions.set(hash, { session, storedAt: now });
    return { session, secret, csrfToken: csrfTokenOf(secret) };
  }

  /** The session of a secret; this counts as use. */
  find(secret: string): FoundSession | undefined {
    const hash = hashOf(secret);
    const kept = this.#sessions.get(hash);
    if (kept === undefined) return undefined;
    if (!this.#lives(kept.session)) {
      this.#forget([hash]);
      return undefined;
    }
    const { now, idleMs, longestMs, storage, onFailure } = this.#options;
    const at = now();
    const session = {
      ...kept.session,
      lastUsedAt: at,
      expiresAt: Math.min(at + idleMs, kept.session.openedAt + longestMs),
    };
    const stored = at - kept.storedAt >= STORED_EVERY_MS;
    this.#sessions.set(hash, { session, storedAt: stored ? at : kept.storedAt });
    if (stored) storage.save(storedOf(hash, session)).catch(onFailure);
    return { session, csrfToken: csrfTokenOf(secret) };
  }

  /** Is it still in force? Asked by what outlives a request, such as a stream of events. */
  isOpen(id: string): boolean {
    return this.list().some((session) => session.id === id);
  }

  /** Those in force; the others are forgotten. */
  list(): readonly Session[] {
    this.#forget([...this.#sessions].filter(([, { session }]) => !this.#lives(session)).map(([hash]) => hash));
    return [...this.#sessions.values()].map(({ session }) => session);
  }

  /** When it resolves, no restart brings the session back. */
  async close(id: string): Promise<boolean> {
    const [hash] = [...this.#sessions].find(([, { session }]) => session.id === id) ?? [];
    if (hash === undefined) return false;
    this.#sessions.delete(hash);
    await this.#options.storage.remove([hash]);
    return true;
  }

  /** What is over is over whether or not its record goes: it is judged again when it is read. */
  #forget(hashes: readonly string[]): void {
    if (hashes.length === 0) return;
    for (const hash of hashes) this.#sessions.delete(hash);
    this.#options.storage.remove(hashes).catch(this.#options.onFailure);
  }

  #revive({ hash, user: name, account, address, openedAt, lastUsedAt }: StoredSession): Session | undefined {
    const { users, idleMs, longestMs } = this.#options;
    const user = users.get(name);
    if (user === undefined || accountOf(user) !== account) return undefined;
    const expiresAt = Math.min(lastUsedAt + idleMs, openedAt + longestMs);
    const session = { id: idOf(hash), user, address, openedAt, lastUsedAt, expiresAt };
    return this.#lives(session) ? session : undefined;
  }

  #lives({ user, expiresAt }: Session): boolean {
    return expiresAt > this.#options.now() && this.#options.users.get(user.name) === user;
  }
}

const idOf = (hash: string): string => hash.slice(0, 16);

const storedOf = (hash: string, { user, address, openedAt, lastUsedAt }: Session): StoredSession => ({
  hash,
  user: user.name,
  account: accountOf(user),
  address,
  openedAt,
  lastUsedAt,
});
