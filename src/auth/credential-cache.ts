import { hash, randomBytes } from 'node:crypto';

/** Remembers verified credentials for a while, keyed by an HMAC under a key of this start: no password is kept (K2). */
export class CredentialCache<T> {
  readonly #key = randomBytes(32).toString('hex');
  readonly #entries = new Map<string, { readonly value: T; readonly until: number }>();
  readonly #lifetimeMs: number;
  readonly #limit: number;
  readonly #now: () => number;

  constructor(options: { lifetimeMs?: number; limit?: number; now?: () => number } = {}) {
    this.#lifetimeMs = options.lifetimeMs ?? 5 * 60_000;
    this.#limit = options.limit ?? 1000;
    this.#now = options.now ?? (() => performance.now());
  }

  get(credentials: string): T | undefined {
    const id = this.#id(credentials);
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    if (entry.until > this.#now()) return entry.value;
    this.#entries.delete(id);
    return undefined;
  }

  set(credentials: string, value: T): void {
    if (this.#entries.size >= this.#limit) {
      const oldest = this.#entries.keys().next();
      if (oldest.done === false) this.#entries.delete(oldest.value);
    }
    this.#entries.set(this.#id(credentials), { value, until: this.#now() + this.#lifetimeMs });
  }

  /** After a change of accounts: nobody stays logged in by an old password. */
  clear(): void {
    this.#entries.clear();
  }

  #id(credentials: string): string {
    return hash('sha256', this.#key + credentials, 'base64');
  }
}
