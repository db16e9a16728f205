import { TLSSocket } from 'node:tls';
import type { Socket } from 'node:net';
import { endPointBinding } from './ntlm/channel-bindings.ts';
import type { SealedMessage } from './ntlm/session.ts';
import { NegotiateAcceptor, type NegotiateServers, type SecuritySession } from './spnego/acceptor.ts';

/** Encryption of messages under the keys of a log-in. */
export interface MessageProtection {
  /** Media type of the encrypted part (wire-auth §7). */
  readonly protocol: string;
  seal(message: Uint8Array): SealedMessage;
  /** undefined: forged or out of sequence; the log-in of the connection is over then. */
  unseal(message: SealedMessage): Buffer | undefined;
}

/** Who has logged in on a connection. */
export interface ConnectionLogin<A> {
  readonly account: A;
  /** null: the client did not agree on sealing. */
  readonly protection: MessageProtection | null;
  /** The client has encrypted before on this connection: what comes in clear now was put in by somebody else. */
  readonly encrypts: boolean;
}

export type NegotiateResult =
  | { readonly kind: 'continue' | 'accepted'; readonly header: string | null }
  | { readonly kind: 'refused'; readonly reason: string; readonly user: string };

/** Media type of the encrypted part, by scheme (wire-auth §7). */
const PROTOCOLS: Readonly<Record<string, string>> = {
  Kerberos: 'application/HTTP-Kerberos-session-encrypted',
};
const SPNEGO_PROTOCOL = 'application/HTTP-SPNEGO-session-encrypted';

/** Negotiate carries either; the other schemes are the name of the only one that they carry (wire-auth §1, §4). */
const behind = <A>(scheme: string, { ntlm, kerberos }: NegotiateServers<A>): NegotiateServers<A> => ({
  ntlm: scheme === 'Kerberos' ? null : ntlm,
  kerberos: scheme === 'NTLM' ? null : kerberos,
});

/** Authentication state of one TCP connection: nobody, a log-in under way, or somebody (wire-auth §4, A-022). */
export class NegotiateConnection<A> {
  readonly #servers: NegotiateServers<A>;
  readonly #endPoint: Buffer | null;
  /** The log-in under way, and the scheme that it began by. */
  #begun: { readonly scheme: string; readonly acceptor: NegotiateAcceptor<A> } | undefined;
  #login: ConnectionLogin<A> | undefined;
  #until = Number.POSITIVE_INFINITY;
  #turn: Promise<void> = Promise.resolve();

  constructor(servers: NegotiateServers<A>, socket: Socket) {
    this.#servers = servers;
    this.#endPoint = endPointOf(socket);
  }

  /** A ticket that is over lets nobody in on a connection that was kept open either. */
  get login(): ConnectionLogin<A> | undefined {
    if (Date.now() > this.#until) this.drop();
    return this.#login;
  }

  /** Forget who this is. */
  drop(): void {
    this.#begun = undefined;
    this.#login = undefined;
  }

  /** One request of a connection after the other: streams of encryption have an order (pipelining, wire-auth §4). */
  async takeTurn(answered: Promise<void>): Promise<void> {
    const before = this.#turn;
    this.#turn = before.then(() => answered);
    await before;
  }

  /** The token of an `Authorization` header, whose scheme is mirrored in the answer (A-016e). */
  accept(scheme: string, token: Buffer): NegotiateResult {
    // A new token on a connection with somebody on it starts over.
    this.#login = undefined;
    const begun = NegotiateAcceptor.begins(token) || this.#begun?.scheme !== scheme ? undefined : this.#begun.acceptor;
    this.#begun = undefined;
    const acceptor = begun ?? new NegotiateAcceptor(behind(scheme, this.#servers), this.#endPoint);
    const step = acceptor.accept(token);
    if (step.kind === 'refused') return step;
    const header = step.token === null ? null : `${scheme} ${step.token.toString('base64')}`;
    if (step.kind === 'continue') {
      this.#begun = { scheme, acceptor };
      return { kind: 'continue', header };
    }
    this.#login = this.#enter(scheme, step.account, step.session);
    this.#until = step.until ?? Number.POSITIVE_INFINITY;
    return { kind: 'accepted', header };
  }

  #enter(scheme: string, account: A, session: SecuritySession | null): ConnectionLogin<A> {
    let encrypts = false;
    const protection: MessageProtection | null =
      session?.sealing === true
        ? {
            protocol: PROTOCOLS[scheme] ?? SPNEGO_PROTOCOL,
            seal: (message) => session.seal(message),
            unseal: (message) => {
              const plain = session.unseal(message);
              if (plain === undefined) this.drop();
              else encrypts = true;
              return plain;
            },
          }
        : null;
    return {
      account,
      protection,
      get encrypts() {
        return encrypts;
      },
    };
  }
}

/** Binding to this end of a TLS connection, by the certificate that this very connection was served with. */
function endPointOf(socket: Socket): Buffer | null {
  if (!(socket instanceof TLSSocket)) return null;
  const certificate = socket.getX509Certificate();
  return certificate === undefined ? null : endPointBinding(certificate);
}

const SCHEMES: Readonly<Record<string, string>> = { ntlm: 'NTLM', kerberos: 'Kerberos' };

/** Scheme as written and token of `Negotiate`, `Kerberos` and `NTLM` headers; undefined for everything else. */
export function parseNegotiate(header: string): { readonly scheme: string; readonly token: Buffer } | undefined {
  const match = /^(negotiate|kerberos|ntlm)(?: +([A-Za-z0-9+/]+={0,2}))?$/i.exec(header.trim());
  if (match?.[1] === undefined) return undefined;
  return {
    scheme: SCHEMES[match[1].toLowerCase()] ?? 'Negotiate',
    token: Buffer.from(match[2] ?? '', 'base64'),
  };
}
