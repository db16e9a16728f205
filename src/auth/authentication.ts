import type { Socket } from 'node:net';
import type { MessageProtection } from './negotiate.ts';
import type { Role } from './users.ts';

/** What is known of a request before anybody is trusted. */
export interface AuthenticationRequest {
  readonly authorization: string | undefined;
  readonly remoteAddress: string;
  readonly tls: boolean;
  /** Its connection, in which Negotiate logs in; without it there is no Negotiate. */
  readonly socket?: Socket;
  readonly requestId?: string;
  /** When the request has been answered; the next one of the connection waits for it. */
  readonly answered?: Promise<void>;
}

export interface AuthenticatedCaller {
  /** `HOST\user`. */
  readonly name: string;
  readonly role: Role;
  readonly address: string;
}

export type AuthenticationResult =
  | {
      readonly ok: true;
      readonly caller: AuthenticatedCaller;
      /** Is the account still as it was? */
      readonly lives: () => boolean;
      /** `WWW-Authenticate` of the answer: the last token of a log-in. */
      readonly header?: string;
      /** Keys for encrypted bodies, when the log-in made some. */
      readonly protection?: MessageProtection;
      /** Bodies in clear are refused. */
      readonly encryptionRequired?: boolean;
    }
  /** One `WWW-Authenticate` value per scheme that this connection may use. */
  | {
      readonly ok: false;
      readonly challenges: readonly string[];
      /** A log-in is under way on this connection: it must stay open. */
      readonly underWay?: boolean;
    };

/** How an attempt to log in ended, for log and audit trail. Never a secret. */
export interface LoginAttempt {
  readonly ok: boolean;
  /** Basic, Negotiate, Kerberos, NTLM, `client certificate`, or Bearer for tokens of REST. */
  readonly scheme: string;
  /** `HOST\\user` of who got in, else the name that was tried. */
  readonly user: string;
  readonly address: string;
  readonly tls: boolean;
  /** Why not; null: it is in. */
  readonly reason: string | null;
  /** The request that brought the credentials, or the last piece of them; null: it has no name. */
  readonly requestId: string | null;
}

export type Authenticate = (request: AuthenticationRequest) => Promise<AuthenticationResult>;
