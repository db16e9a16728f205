import type { Socket } from 'node:net';
import { isLoopback } from './address.ts';
import type {
  Authenticate,
  AuthenticatedCaller,
  AuthenticationRequest,
  AuthenticationResult,
  LoginAttempt,
} from './authentication.ts';
import { parseBasic } from './basic.ts';
import {
  accountOfCertificate,
  type CertificateAccounts,
  clientCertificate,
  MUTUAL_PROFILE,
} from './client-certificate.ts';
import { CredentialCache } from './credential-cache.ts';
import { type ConnectionLogin, NegotiateConnection, parseNegotiate } from './negotiate.ts';
import type { NtlmServer } from './ntlm/acceptor.ts';
import type { ChannelBindingPolicy } from './ntlm/channel-bindings.ts';
import { NegotiateAcceptor } from './spnego/acceptor.ts';
import type { KerberosServer } from './kerberos/acceptor.ts';
import { Lockout } from './lockout.ts';
import { Throttle } from './throttle.ts';
import type { User, Users } from './users.ts';
import { VerificationQueue } from './verification-queue.ts';

export interface AuthenticatorOptions {
  readonly users: Users;
  readonly hostName: string;
  /** Credentials or bodies without encryption: never, from loopback only, or always (K1). */
  readonly allowUnencrypted: 'never' | 'loopback' | 'always';
  readonly channelBinding?: ChannelBindingPolicy;
  /** Names of this host besides its own, in lower case, that clients may ask for by NTLM where bindings are strict. */
  readonly otherNames?: readonly string[];
  /** Offer the scheme `NTLM` beside Negotiate; `auto`: where bodies may be in clear, for its clients do not encrypt. */
  readonly ntlmScheme?: 'auto' | 'always' | 'never';
  /** Accept tickets; null or missing: Kerberos is not offered. */
  readonly kerberos?: KerberosServer<User> | null;
  /** Accounts of TLS client certificates; those who have one need no password. */
  readonly certificates?: CertificateAccounts;
  readonly cache?: CredentialCache<User>;
  readonly throttle?: Throttle;
  readonly lockout?: Lockout;
  /**
   * Told of every credential that was judged; a remembered one is not judged again. It is answered when this has resolved; must
   * neither throw nor reject.
   */
  readonly onAttempt?: (attempt: LoginAttempt) => void | Promise<void>;
}

/** Why nobody got in; for log and audit trail only. */
interface Refusal {
  readonly reason: string;
}

const WRONG: Refusal = { reason: 'wrong name or password' };
const LOCKED: Refusal = { reason: 'the account is locked after too many wrong passwords' };

/** Checks credentials: Basic with every request, Negotiate once per connection. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticate {
  const authenticator = new Authenticator(options);
  return (request) => authenticator.authenticate(request);
}

class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #cache: CredentialCache<User>;
  readonly #throttle: Throttle;
  readonly #lockout: Lockout;
  readonly #ntlm: NtlmServer<User>;
  readonly #queue = new VerificationQueue();
  /** Credentials that are being judged, by address and header. */
  readonly #judging = new Map<string, Promise<User | Refusal>>();
  readonly #certificatesTold = new WeakSet<Socket>();
  /** Connections on which a password was the right one, and whose, until a wrong one comes. */
  readonly #proven = new WeakMap<Socket, User>();
  readonly #connections = new WeakMap<Socket, NegotiateConnection<User>>();

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    this.#cache = options.cache ?? new CredentialCache<User>();
    const isAccount = (name: string): boolean => options.users.get(name) !== undefined;
    this.#throttle = options.throttle ?? new Throttle({ isAccount });
    this.#lockout = options.lockout ?? new Lockout({ isAccount });
    this.#ntlm = {
      hostName: options.hostName,
      channelBinding: options.channelBinding ?? 'relaxed',
      otherNames: options.otherNames ?? [],
      findAccount: (name, domain) => {
        const account = options.users.resolve(name, domain);
        const ntHash = options.users.ntHash(account);
        return account === undefined || ntHash === undefined ? undefined : { account, ntHash };
      },
    };
  }

  async authenticate(request: AuthenticationRequest): Promise<AuthenticationResult> {
    const { authorization } = request;
    const negotiate = authorization === undefined ? undefined : parseNegotiate(authorization);
    const connection = this.#connection(request, negotiate !== undefined);
    if (request.answered !== undefined) await connection?.takeTurn(request.answered);
    if (authorization === undefined) return this.#inherited(request, connection) ?? this.#refused(request);
    if (negotiate !== undefined && connection !== undefined) return this.#negotiate(request, connection, negotiate);
    // Whoever shows other credentials is judged by them, and the log-in of the connection is over (hardening test 2).
    connection?.drop();
    if (authorization === MUTUAL_PROFILE) return this.#certificate(request);
    return this.#basic(request, authorization);
  }

  /** State of the request's connection, made when `begin` and somebody could log in. */
  #connection({ socket }: AuthenticationRequest, begin: boolean): NegotiateConnection<User> | undefined {
    if (socket === undefined) return undefined;
    let connection = this.#connections.get(socket);
    if (connection === undefined && begin && this.#offersNegotiate()) {
      const ntlm = this.#options.users.anyNtlm ? this.#ntlm : null;
      connection = new NegotiateConnection({ ntlm, kerberos: this.#options.kerberos ?? null }, socket);
      this.#connections.set(socket, connection);
    }
    return connection;
  }

  #inherited(
    request: AuthenticationRequest,
    connection: NegotiateConnection<User> | undefined,
  ): AuthenticationResult | undefined {
    const login = connection?.login;
    if (login === undefined) return undefined;
    if (this.#lives(login.account)) return this.#loggedIn(request, login, null);
    connection?.drop();
    return undefined;
  }

  async #negotiate(
    request: AuthenticationRequest,
    connection: NegotiateConnection<User>,
    { scheme, token }: { readonly scheme: string; readonly token: Buffer },
  ): Promise<AuthenticationResult> {
    const offered = scheme === 'NTLM' ? this.#offersNtlm(request) : scheme !== 'Kerberos' || this.#offersKerberos();
    if (!offered) {
      connection.drop();
      return this.#refused(request);
    }
    // No password is judged behind the scheme Kerberos, so none is guessed.
    const claimed = scheme === 'Kerberos' ? undefined : NegotiateAcceptor.claimedUser(token);
    const early = claimed === undefined ? null : await this.#admit(request, claimed);
    if (early !== null) {
      connection.drop();
      await this.#tell(request, scheme, claimed ?? '', early.reason);
      return this.#refused(request);
    }
    const result = connection.accept(scheme, token);
    if (result.kind === 'continue') {
      return { ok: false, challenges: result.header === null ? [] : [result.header], underWay: true };
    }
    const { login } = connection;
    if (result.kind === 'refused' || login === undefined) {
      const { reason, user } = result.kind === 'refused' ? result : { reason: 'no log-in', user: '' };
      await this.#failed(request, scheme, claimed ?? null, user, reason);
      return this.#refused(request);
    }
    await this.#succeeded(request, scheme, claimed ?? null, login.account);
    return this.#loggedIn(request, login, result.header);
  }

  async #basic(request: AuthenticationRequest, authorization: string): Promise<AuthenticationResult> {
    if (!this.#allowsClear(request)) return this.#refused(request);
    // By address: from another one it is a guess like any, which throttle and lock-out judge and the trail hears of.
    const key = `${request.remoteAddress} ${authorization}`;
    const known = this.#cache.get(key);
    // A removed or re-created account must not live on in the cache.
    if (known !== undefined && this.#lives(known) && this.#isRemembered(request, known))
      return this.#shown(request, known);
    const credentials = parseBasic(authorization);
    if (credentials === undefined) return this.#shown(request, WRONG);
    const { name } = credentials;
    const under = this.#judging.get(key);
    if (under !== undefined) {
      const judged = await under;
      if ('reason' in judged) await this.#tell(request, 'Basic', name, judged.reason);
      return this.#shown(request, judged);
    }
    const judging = this.#judge(request, credentials).finally(() => this.#judging.delete(key));
    this.#judging.set(key, judging);
    const judged = await judging;
    if (!('reason' in judged)) this.#cache.set(key, judged);
    return this.#shown(request, judged);
  }

  /**
   * Is a remembered password let in unjudged? Where somebody guesses at its account from its address, on a connection of its
   * owner's only: on another one it may be the guess that is right, and each guess takes its time.
   */
  #isRemembered({ socket, remoteAddress }: AuthenticationRequest, user: User): boolean {
    const proven = socket !== undefined && this.#proven.get(socket) === user;
    return proven || !this.#throttle.slows(remoteAddress, this.#options.users.nameMeant(user.name));
  }

  /** What came of a password that was shown, for its connection too. */
  #shown(request: AuthenticationRequest, judged: User | Refusal): AuthenticationResult {
    const { socket } = request;
    if ('reason' in judged) {
      if (socket !== undefined) this.#proven.delete(socket);
      return this.#refused(request);
    }
    if (socket !== undefined) this.#proven.set(socket, judged);
    return this.#entered(request, judged);
  }

  /** Credentials that come on many connections at once are judged once; those that differ are guesses, and each is counted. */
  async #judge(
    request: AuthenticationRequest,
    { name, password }: { readonly name: string; readonly password: string },
  ): Promise<User | Refusal> {
    const early = await this.#admit(request, name);
    if (early !== null) {
      await this.#tell(request, 'Basic', name, early.reason);
      return early;
    }
    const meant = this.#options.users.nameMeant(name);
    let told = Promise.resolve();
    const judged = await this.#queue.take(request.remoteAddress, async () => {
      // What was judged while this one waited may have locked the account.
      const locked = this.#locked(request, meant);
      const user = locked === null ? await this.#options.users.verify(name, password) : undefined;
      if (user !== undefined) return user;
      if (locked === null) told = this.#failed(request, 'Basic', name, name, WRONG.reason);
      else this.#throttle.failed(request.remoteAddress, meant);
      return locked ?? WRONG;
    });
    if (!('reason' in judged)) await this.#succeeded(request, 'Basic', name, judged);
    else if (judged === LOCKED) await this.#tell(request, 'Basic', name, judged.reason);
    await told;
    return judged;
  }

  async #certificate(request: AuthenticationRequest): Promise<AuthenticationResult> {
    const certificate = clientCertificate(request.socket);
    const name = certificate && accountOfCertificate(certificate, this.#options.certificates ?? {});
    const user = name === undefined ? undefined : this.#options.users.get(name);
    const told = request.socket !== undefined && this.#certificatesTold.has(request.socket);
    if (user !== undefined) {
      // Every request of a connection shows the certificate anew; the trail wants to know once.
      if (request.socket !== undefined) this.#certificatesTold.add(request.socket);
      if (!told) await this.#tell(request, 'client certificate', this.#caller(request, user).name, null);
      return this.#entered(request, user);
    }
    const shown = certificate?.subject?.replaceAll('\n', ',') ?? '';
    const reason =
      certificate === undefined ? 'no valid certificate of a trusted authority' : "the certificate is no account's";
    await this.#tell(request, 'client certificate', shown, reason);
    return this.#refused(request);
  }

  #loggedIn(request: AuthenticationRequest, login: ConnectionLogin<User>, header: string | null): AuthenticationResult {
    return {
      ...this.#entered(request, login.account),
      ...(header === null ? {} : { header }),
      ...(login.protection === null ? {} : { protection: login.protection }),
      encryptionRequired: !this.#allowsClear(request) || (!request.tls && login.encrypts),
    };
  }

  #entered(request: AuthenticationRequest, user: User): AuthenticationResult & { readonly ok: true } {
    return { ok: true, caller: this.#caller(request, user), lives: () => this.#lives(user) };
  }

  /** An account that was changed or removed is another one. */
  #lives(user: User): boolean {
    return this.#options.users.get(user.name) === user;
  }

  #caller(request: AuthenticationRequest, user: User): AuthenticatedCaller {
    return { name: `${this.#options.hostName}\\${user.name}`, role: user.role, address: request.remoteAddress };
  }

  #refused(request: AuthenticationRequest): AuthenticationResult {
    const connected = request.socket !== undefined;
    return {
      ok: false,
      challenges: [
        ...(connected && this.#offersNegotiate() ? ['Negotiate'] : []),
        ...(connected && this.#offersKerberos() ? ['Kerberos'] : []),
        ...(connected && this.#options.users.anyNtlm && this.#offersNtlm(request) ? ['NTLM'] : []),
        ...(this.#allowsClear(request) ? ['Basic realm="WSMAN"'] : []),
      ],
    };
  }

  #offersNegotiate(): boolean {
    return this.#options.users.anyNtlm || this.#offersKerberos();
  }

  #offersKerberos(): boolean {
    return (this.#options.kerberos ?? null) !== null;
  }

  #offersNtlm(request: AuthenticationRequest): boolean {
    const { ntlmScheme = 'auto' } = this.#options;
    return ntlmScheme === 'auto' ? this.#allowsClear(request) : ntlmScheme === 'always';
  }

  #allowsClear({ tls, remoteAddress }: AuthenticationRequest): boolean {
    const { allowUnencrypted } = this.#options;
    return tls || allowUnencrypted === 'always' || (allowUnencrypted === 'loopback' && isLoopback(remoteAddress));
  }

  /** Waits for one's turn; null: the password is to be judged. */
  async #admit(request: AuthenticationRequest, name: string): Promise<Refusal | null> {
    const meant = this.#options.users.nameMeant(name);
    if (!(await this.#throttle.admit(request.remoteAddress, meant))) return { reason: 'too many attempts' };
    const locked = this.#locked(request, meant);
    if (locked !== null) this.#throttle.failed(request.remoteAddress, meant);
    return locked;
  }

  #locked({ remoteAddress }: AuthenticationRequest, meant: string): Refusal | null {
    return this.#lockout.locked(meant, remoteAddress) && !isLoopback(remoteAddress) ? LOCKED : null;
  }

  /** `claimed` is the name that was judged; null: the exchange did not come that far, `shown` is then what is known of it. */
  async #failed(
    request: AuthenticationRequest,
    scheme: string,
    claimed: string | null,
    shown: string,
    reason: string,
  ): Promise<void> {
    // Counted before anybody waits: guesses at the same time must not get by.
    const meant = claimed === null ? null : this.#options.users.nameMeant(claimed);
    if (meant !== null) this.#throttle.failed(request.remoteAddress, meant);
    const locks = meant !== null && this.#lockout.failed(meant, request.remoteAddress);
    await this.#tell(request, scheme, shown, reason);
    if (locks) await this.#tell(request, scheme, shown, 'the account is now locked');
  }

  async #succeeded(request: AuthenticationRequest, scheme: string, claimed: string | null, user: User): Promise<void> {
    if (claimed !== null) {
      const meant = this.#options.users.nameMeant(claimed);
      this.#throttle.succeeded(request.remoteAddress, meant);
      this.#lockout.succeeded(meant, request.remoteAddress);
    }
    await this.#tell(request, scheme, this.#caller(request, user).name, null);
  }

  async #tell(
    { remoteAddress, tls, requestId }: AuthenticationRequest,
    scheme: string,
    user: string,
    reason: string | null,
  ): Promise<void> {
    await this.#options.onAttempt?.({
      ok: reason === null,
      scheme,
      user: user.slice(0, 100),
      address: remoteAddress,
      tls,
      reason,
      requestId: requestId ?? null,
    });
  }
}
