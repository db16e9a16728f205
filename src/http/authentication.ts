import type { Socket } from 'node:net';
import type { Caller } from '../cim/operations.ts';

/** What an authenticator is told about a request. */
export interface AuthenticationFacts {
  readonly authorization: string | undefined;
  readonly remoteAddress: string;
  readonly tls: boolean;
  /** Negotiate keeps its state per connection; without it there is none, and the log-in of the connection stays as it is. */
  readonly socket?: Socket;
  /** The request that the trail names. */
  readonly requestId?: string;
  /** When the request has been answered; encrypted connections take one request after the other. */
  readonly answered?: Promise<void>;
}

/** A message in its encrypted form. */
export interface SealedPart {
  readonly signature: Buffer;
  readonly sealed: Buffer;
}

/** Encryption under the keys of a connection's log-in (wire-auth §7). */
export interface Protection {
  /** Media type of the encrypted part. */
  readonly protocol: string;
  seal(message: Uint8Array): SealedPart;
  /** undefined: forged or out of sequence. */
  unseal(part: SealedPart): Buffer | undefined;
}

export interface Authenticated {
  readonly ok: true;
  readonly caller: Caller;
  /**
   * Is the account still as it was? Asked again when the body has come, which takes a client as long as it likes: whoever was
   * changed or removed meanwhile is let do nothing more (hardening test 2).
   */
  readonly lives: () => boolean;
  /** `WWW-Authenticate` of the answer: the last token of a log-in. */
  readonly header?: string;
  readonly protection?: Protection;
  /** Bodies in clear are refused. */
  readonly encryptionRequired?: boolean;
}

export interface NotAuthenticated {
  readonly ok: false;
  /** One WWW-Authenticate header each. */
  readonly challenges: readonly string[];
  /** A log-in is under way on this connection: it must stay open. */
  readonly underWay?: boolean;
}

export type Authentication = Authenticated | NotAuthenticated;

export type Authenticate = (facts: AuthenticationFacts) => Promise<Authentication>;
