import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Role, User, Users } from './users.ts';

/** An API token as stored: everything but the secret. */
export interface Token {
  readonly id: string;
  /** What its owner calls it. */
  readonly name: string;
  /** Account that it speaks for. */
  readonly user: string;
  /** When that account was made: one of the same name made later is another. */
  readonly userCreatedAt: string;
  /** Scope: at most this role, and at most the account's. */
  readonly role: Role;
  /** SHA-256 of the secret, base64url. The secret has 256 random bits, so that nothing slower is needed. */
  readonly hash: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly expiresAt: string;
}

export interface TokenStorage {
  load(): Promise<readonly Token[]>;
  save(token: Token): Promise<void>;
  remove(id: string): Promise<void>;
}

export interface NewToken {
  readonly name: string;
  readonly role: Role;
  readonly expiresAt: Date;
}

const PREFIX = 'vsms_';
const TEXT = /^vsms_([0-9a-f]{32})_([\w-]{43})$/;
const RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, administrator: 2 };
/** Days that a token may live. */
const LONGEST_DAYS = 400;
const MOST_PER_USER = 100;

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

export const lesserRole = (a: Role, b: Role): Role => (RANK[a] <= RANK[b] ? a : b);

/** API tokens: `vsms_<id>_<secret>`. */
export class Tokens {
  readonly #storage: TokenStorage;
  readonly #users: Users;
  readonly #now: () => number;
  readonly #tokens = new Map<string, Token>();

  private constructor(storage: TokenStorage, users: Users, now: () => number) {
    this.#storage = storage;
    this.#users = users;
    this.#now = now;
  }

  static async open(storage: TokenStorage, users: Users, now: () => number = () => Date.now()): Promise<Tokens> {
    const tokens = new Tokens(storage, users, now);
    for (const token of await storage.load()) tokens.#tokens.set(token.id, token);
    return tokens;
  }

  /**
   * The text is told this once.
   * @throws RangeError for a scope wider than the account's role, an end that is past or too far, or too many
   */
  async create(user: User, wanted: NewToken): Promise<{ readonly token: Token; readonly text: string }> {
    const now = this.#now();
    if (RANK[wanted.role] > RANK[user.role])
      throw new RangeError(`The scope is at most the role of the account, which is ${user.role}.`);
    if (!(wanted.expiresAt.getTime() > now)) throw new RangeError('The token would be over already.');
    if (wanted.expiresAt.getTime() > now + LONGEST_DAYS * 86_400_000)
      throw new RangeError(`A token lives ${LONGEST_DAYS} days at most.`);
    if (this.list().filter((each) => each.user === user.name).length >= MOST_PER_USER)
      throw new RangeError(`${user.name} has ${MOST_PER_USER} tokens. Remove one first.`);
    await this.#forgetOver();
    const secret = randomBytes(32).toString('base64url');
    const token: Token = {
      id: randomUUID().replaceAll('-', ''),
      name: wanted.name,
      user: user.name,
      userCreatedAt: user.createdAt,
      role: wanted.role,
      hash: hashOf(secret),
      createdAt: new Date(now).toISOString(),
      expiresAt: wanted.expiresAt.toISOString(),
    };
    await this.#storage.save(token);
    this.#tokens.set(token.id, token);
    return { token, text: `${PREFIX}${token.id}_${secret}` };
  }

  /** What a text says to be, without its secret; undefined: no token. */
  static idOf(text: string): string | undefined {
    return TEXT.exec(text)?.[1];
  }

  /** The token of a text, and its account with the role that the token leaves it; undefined when it is none or over. */
  find(text: string): { readonly token: Token; readonly user: User; readonly role: Role } | undefined {
    const match = TEXT.exec(text);
    const token = this.#tokens.get(match?.[1] ?? '');
    if (match === null || token === undefined) return undefined;
    const fits = timingSafeEqual(Buffer.from(hashOf(match[2] ?? '')), Buffer.from(token.hash));
    const user = fits ? this.#owner(token) : undefined;
    return user === undefined ? undefined : { token, user, role: lesserRole(token.role, user.role) };
  }

  /** Those in force. */
  list(): readonly Token[] {
    return [...this.#tokens.values()].filter((token) => this.#owner(token) !== undefined);
  }

  async remove(id: string): Promise<boolean> {
    if (!this.#tokens.has(id)) return false;
    await this.#storage.remove(id);
    return this.#tokens.delete(id);
  }

  /** What is over is never in force again, and whoever makes tokens that end soon would fill the store with them. */
  async #forgetOver(): Promise<void> {
    for (const token of this.#tokens.values()) if (this.#owner(token) === undefined) await this.remove(token.id);
  }

  #owner(token: Token): User | undefined {
    const user = this.#users.get(token.user);
    const same = user?.createdAt === token.userCreatedAt;
    return same && Date.parse(token.expiresAt) > this.#now() ? user : undefined;
  }
}
