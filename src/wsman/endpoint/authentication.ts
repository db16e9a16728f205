import type { Socket } from 'node:net';
import type { Caller } from '../../cim/operations.ts';

/** What an authenticator is told about a request. */
export interface AuthenticationFacts {
  readonly authorization: string | undefined;
  readonly remoteAddress: string;
  readonly tls: boolean;
  /** Negotiate keeps its state per connection. */
  readonly socket: Socket;
}

export type Authentication =
  | { readonly ok: true; readonly caller: Caller }
  /** One WWW-Authenticate header each. */
  | { readonly ok: false; readonly challenges: readonly string[] };

export type Authenticate = (facts: AuthenticationFacts) => Promise<Authentication>;
