import { hashPassword, verifyPassword, type PasswordHash } from './password.ts';

export type Role = 'administrator' | 'operator' | 'viewer';

/** A local account as stored. */
export interface User {
  /** As created; compares without regard to case. */
  readonly name: string;
  readonly role: Role;
  readonly password: PasswordHash;
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

/** A verifier that nobody's password fits, so that an unknown name costs the same time as a wrong password. */
const NOBODY = hashPassword('');

/** The local accounts, in memory, backed by a UserStorage. */
export class Users {
  readonly #storage: UserStorage;
  readonly #hostName: string;
  readonly #users = new Map<string, User>();

  private constructor(storage: UserStorage, hostName: string) {
    this.#storage = storage;
    this.#hostName = hostName;
  }

  static async open(storage: UserStorage, hostName: string): Promise<Users> {
    const users = new Users(storage, hostName);
    for (const user of await storage.load()) users.#users.set(user.name.toLowerCase(), user);
    return users;
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

  /** @throws RangeError when the name or password cannot be an account's. */
  async set(name: string, password: string, role: Role): Promise<User> {
    if (!NAME.test(name)) throw new RangeError('A user name has 1 to 64 letters, digits, dots, dashes or underscores.');
    if (password.length === 0) throw new RangeError('The password must not be empty.');
    const user: User = {
      name,
      role,
      password: await hashPassword(password),
      createdAt: this.get(name)?.createdAt ?? new Date().toISOString(),
    };
    await this.#storage.save(user);
    this.#users.set(name.toLowerCase(), user);
    return user;
  }

  async remove(name: string): Promise<boolean> {
    const user = this.get(name);
    if (user === undefined) return false;
    await this.#storage.remove(user.name);
    this.#users.delete(name.toLowerCase());
    return true;
  }

  /**
   * The account of a name as clients write it: `user`, `.\user`, `HOST\user`, `user@host` (wire-auth §2, §8).
   * Another domain's user is not ours.
   */
  resolve(name: string): User | undefined {
    const backslash = name.indexOf('\\');
    if (backslash >= 0)
      return this.#isLocal(name.slice(0, backslash)) ? this.get(name.slice(backslash + 1)) : undefined;
    const exact = this.get(name);
    if (exact !== undefined) return exact;
    const at = name.lastIndexOf('@');
    return at > 0 && this.#isLocal(name.slice(at + 1)) ? this.get(name.slice(0, at)) : undefined;
  }

  /** The account when name and password fit, else undefined; takes as long for unknown names. */
  async verify(name: string, password: string): Promise<User | undefined> {
    const user = this.resolve(name);
    const fits = await verifyPassword(password, user?.password ?? (await NOBODY));
    return user !== undefined && fits ? user : undefined;
  }

  #isLocal(domain: string): boolean {
    const folded = domain.toLowerCase();
    return (
      folded === '.' || folded === '' || folded === 'localhost' || folded.split('.')[0] === this.#hostName.toLowerCase()
    );
  }
}
