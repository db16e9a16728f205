import { ntHash } from './ntlm/keys.ts';
import { hashPassword, verifyPassword, type PasswordHash } from './password.ts';
import type { SecretBox } from './secret-box.ts';

export type Role = 'administrator' | 'operator' | 'viewer';

/** A local account as stored. */
export interface User {
  /** As created; compares without regard to case. */
  readonly name: string;
  readonly role: Role;
  readonly password: PasswordHash;
  /** NT hash, sealed; only of accounts that opted in to NTLM (decisions K8). */
  readonly ntlm?: string | undefined;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** Where accounts are kept; the caller makes it durable. */
export interface UserStorage {
  load(): Promise<readonly User[]>;
  save(user: User): Promise<void>;
  remove(name: string): Promise<void>;
}

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;

/** Names of a domain that mean this host; a Windows machine outside of a domain sends its workgroup (wire-auth §8). */
const LOCAL_DOMAINS: ReadonlySet<string> = new Set(['', '.', 'localhost', 'workgroup']);

/** A verifier that nobody's password fits, so that an unknown name costs the same time as a wrong password. */
const NOBODY = hashPassword('');

/** What a sealed NT hash is bound to. */
const purposeOf = (name: string): string => `nt-hash of ${name.toLowerCase()}`;

const noAccount = (name: string): RangeError => new RangeError(`There is no account ${JSON.stringify(name)}.`);

/** The local accounts, in memory, backed by a UserStorage. */
export class Users {
  readonly #storage: UserStorage;
  readonly #hostName: string;
  readonly #secrets: SecretBox | null;
  /** A sealed NT hash of nobody. */
  readonly #nobodys: string;
  readonly #users = new Map<string, User>();
  #onChange: (before: User) => void = () => undefined;
  #changes: Promise<unknown> = Promise.resolve();

  private constructor(storage: UserStorage, hostName: string, secrets: SecretBox | null) {
    this.#storage = storage;
    this.#hostName = hostName;
    this.#secrets = secrets;
    this.#nobodys = secrets?.seal(ntHash(''), purposeOf('')) ?? '';
  }

  /** Without `secrets` no account can use NTLM. */
  static async open(storage: UserStorage, hostName: string, secrets: SecretBox | null = null): Promise<Users> {
    const users = new Users(storage, hostName, secrets);
    for (const user of await storage.load()) users.#users.set(user.name.toLowerCase(), user);
    return users;
  }

  /** Told of an account, as it was, when it has been changed or removed: whoever is logged in as it is logged out. */
  onChange(listener: (before: User) => void): void {
    this.#onChange = listener;
  }

  get size(): number {
    return this.#users.size;
  }

  list(): readonly User[] {
    return [...this.#users.values()];
  }

  get(name: string): User | undefined {
    return this.#users.get(name.toLowerCase());
  }

  /** Has anybody opted in to NTLM? Otherwise it is not offered. */
  get anyNtlm(): boolean {
    return this.list().some((user) => user.ntlm !== undefined);
  }

  /**
   * The NT hash of an account; undefined without one, or when it cannot be opened. Something is opened in any case, so that an
   * unknown name costs the same time.
   */
  ntHash(user: User | undefined): Buffer | undefined {
    if (user?.ntlm !== undefined) return this.#secrets?.open(user.ntlm, purposeOf(user.name));
    this.#secrets?.open(this.#nobodys, purposeOf(''));
    return undefined;
  }

  /**
   * Make or change an account. `role` null: as it is, `viewer` for a new one; `ntlm`: keep what NTLM needs of the password; as it
   * was when not given.
   * @throws RangeError when the name or password cannot be an account's, or the last administrator would be none
   */
  set(name: string, password: string, role: Role | null, options: { readonly ntlm?: boolean } = {}): Promise<User> {
    return this.#inTurn(async () => {
      if (!NAME.test(name))
        throw new RangeError('A user name has 1 to 64 letters, digits, dots, dashes or underscores.');
      if (password.length === 0) throw new RangeError('The password must not be empty.');
      const before = this.get(name);
      const wanted = role ?? before?.role ?? 'viewer';
      if (before !== undefined && wanted !== 'administrator') this.#keepAdministrator(before);
      return this.#write(before, {
        name: before?.name ?? name,
        role: wanted,
        password: await hashPassword(password),
        ...((options.ntlm ?? before?.ntlm !== undefined) ? { ntlm: this.#seal(name, password) } : {}),
        createdAt: before?.createdAt ?? new Date().toISOString(),
      });
    });
  }

  /**
   * Another password for an account as it is now; nothing else of it changes.
   * @throws RangeError when it was removed meanwhile, or for a password that is none
   */
  setPassword({ name, createdAt }: User, password: string): Promise<User> {
    return this.#inTurn(async () => {
      const before = this.get(name);
      if (before?.createdAt !== createdAt) throw noAccount(name);
      if (password.length === 0) throw new RangeError('The password must not be empty.');
      return this.#write(before, {
        ...before,
        password: await hashPassword(password),
        ...(before.ntlm === undefined ? {} : { ntlm: this.#seal(name, password) }),
      });
    });
  }

  /**
   * Another role for an account; whoever is logged in as it is logged out. The role that it has is no change.
   * @throws RangeError for an account that is not there, or the last administrator's
   */
  setRole(name: string, role: Role): Promise<User> {
    return this.#inTurn(async () => {
      const before = this.get(name);
      if (before === undefined) throw noAccount(name);
      if (before.role === role) return before;
      if (role !== 'administrator') this.#keepAdministrator(before);
      return this.#write(before, { ...before, role });
    });
  }

  /** @throws RangeError for the account of the last administrator */
  remove(name: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const user = this.get(name);
      if (user === undefined) return false;
      this.#keepAdministrator(user);
      await this.#storage.remove(user.name);
      this.#users.delete(name.toLowerCase());
      this.#onChange(user);
      return true;
    });
  }

  /**
   * The account of a name as clients write it: `user`, `.\user`, `HOST\user`, `user@host` (wire-auth §2, §8), or with
   * its domain apart.
   * Another domain's user is not ours.
   */
  resolve(name: string, domain = ''): User | undefined {
    if (domain !== '') return this.#isLocal(domain) ? this.get(name) : undefined;
    return this.get(this.nameMeant(name));
  }

  /**
   * The name without its spelling of this host, in lower case, whether or not there is such an account. Guesses are counted
   * by it: `HOST.a\admin`, `HOST.b\admin` ... are as many as one likes, and each would have guesses of its own.
   */
  nameMeant(name: string): string {
    const backslash = name.indexOf('\\');
    const at = name.lastIndexOf('@');
    const [domain, rest] =
      backslash >= 0
        ? [name.slice(0, backslash), name.slice(backslash + 1)]
        : at > 0
          ? [name.slice(at + 1), name.slice(0, at)]
          : ['', name];
    // Names of accounts have neither sign, so that what belongs to another domain is no account's.
    return (this.#isLocal(domain) ? rest : name).toLowerCase();
  }

  /** The account when name and password fit, else undefined; takes as long for unknown names. */
  async verify(name: string, password: string): Promise<User | undefined> {
    const user = this.resolve(name);
    const fits = await verifyPassword(password, user?.password ?? (await NOBODY));
    // It may have been changed or removed meanwhile.
    return user !== undefined && fits && this.get(user.name) === user ? user : undefined;
  }

  /** One change after the other: each is judged by what the one before it has left. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const own = this.#changes.then(change);
    this.#changes = own.catch(() => undefined);
    return own;
  }

  async #write(before: User | undefined, user: User): Promise<User> {
    await this.#storage.save(user);
    this.#users.set(user.name.toLowerCase(), user);
    if (before !== undefined) this.#onChange(before);
    return user;
  }

  /** Without an administrator nobody could ever make one again. */
  #keepAdministrator(user: User): void {
    const others = this.list().some((other) => other.role === 'administrator' && other.name !== user.name);
    if (user.role === 'administrator' && !others)
      throw new RangeError(`${user.name} is the last administrator. Make another one first.`);
  }

  #isLocal(domain: string): boolean {
    const folded = domain.toLowerCase();
    if (LOCAL_DOMAINS.has(folded)) return true;
    const host = this.#hostName.toLowerCase().split('.')[0] ?? '';
    // NetBIOS names end after 15 characters.
    return folded.split('.')[0] === host || folded === host.slice(0, 15);
  }

  #seal(name: string, password: string): string {
    if (this.#secrets === null) throw new RangeError('There is no key to keep what NTLM needs of a password.');
    return this.#secrets.seal(ntHash(password), purposeOf(name));
  }
}
