import type { Caller, OperationContext } from '../../cim/operations.ts';
import type { Authenticate } from '../../http/authentication.ts';
import type { TellDenial } from '../../http/denial.ts';

/** A session as REST tells it. */
export interface SessionFacts {
  readonly id: string;
  readonly user: string;
  readonly address: string;
  /** ISO 8601. */
  readonly openedAt: string;
  readonly lastUsedAt: string;
  readonly expiresAt: string;
}

/** A session and what its requests must show; told to whoever has its secret. */
export interface OwnSession extends SessionFacts {
  readonly csrfToken: string;
}

/** What the front end needs to know who asks; the program gives it. */
export interface Accounts {
  readonly authenticate: Authenticate;
  /** A new session of a caller who has just logged in; the secret goes into the cookie. */
  openSession(caller: Caller): Promise<{ readonly session: OwnSession; readonly secret: string }>;
  findSession(secret: string, address: string, tls: boolean): FoundSession | undefined;
  readonly turnedAway: TellDenial;
  sessions(): readonly SessionFacts[];
  /** Answered when the trail has it. */
  closeSession(context: OperationContext, id: string): Promise<boolean>;
  /** Of `Authorization: Bearer`; answered when the trail has it. */
  findToken(text: string, from: TokenBearer): Promise<FoundToken | undefined>;
}

/** Where a token comes from. */
export interface TokenBearer {
  readonly address: string;
  readonly tls: boolean;
  readonly requestId: string;
}

export interface FoundSession {
  readonly session: OwnSession;
  readonly caller: Caller;
  /** Is it still in force? */
  readonly lives: () => boolean;
}

export interface FoundToken {
  readonly caller: Caller;
  readonly id: string;
  readonly expiresAt: string;
  /** Is it still in force? */
  readonly lives: () => boolean;
}
