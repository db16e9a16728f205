import { parseBasic } from './basic.ts';
import { CredentialCache } from './credential-cache.ts';
import type { Role, User, Users } from './users.ts';

/** What is known of a request before anybody is trusted. */
export interface AuthenticationRequest {
  readonly authorization: string | undefined;
  readonly remoteAddress: string;
  readonly tls: boolean;
}

export interface AuthenticatedCaller {
  /** `HOST\user`. */
  readonly name: string;
  readonly role: Role;
  readonly address: string;
}

export type AuthenticationResult =
  | { readonly ok: true; readonly caller: AuthenticatedCaller }
  /** One `WWW-Authenticate` value per scheme that this connection may use. */
  | { readonly ok: false; readonly challenges: readonly string[] };

export interface AuthenticatorOptions {
  readonly users: Users;
  readonly hostName: string;
  /** Basic without TLS: never, from loopback only, or always (K1). */
  readonly allowUnencrypted: 'never' | 'loopback' | 'always';
  readonly cache?: CredentialCache<User>;
}

export type Authenticate = (request: AuthenticationRequest) => Promise<AuthenticationResult>;

export const isLoopback = (address: string): boolean =>
  address === '::1' || /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);

/** Checks credentials of requests; holds no state per connection (Basic is per request). */
export function createAuthenticator(options: AuthenticatorOptions): Authenticate {
  const cache = options.cache ?? new CredentialCache<User>();
  return async (request) => {
    const basicAllowed =
      request.tls ||
      options.allowUnencrypted === 'always' ||
      (options.allowUnencrypted === 'loopback' && isLoopback(request.remoteAddress));
    const refused: AuthenticationResult = { ok: false, challenges: basicAllowed ? ['Basic realm="WSMAN"'] : [] };
    if (!basicAllowed || request.authorization === undefined) return refused;
    const known = cache.get(request.authorization);
    // A removed or re-created account must not live on in the cache.
    const current = known === undefined ? undefined : options.users.get(known.name);
    let user = current === known ? known : undefined;
    if (user === undefined) {
      const credentials = parseBasic(request.authorization);
      if (credentials === undefined) return refused;
      user = await options.users.verify(credentials.name, credentials.password);
      if (user === undefined) return refused;
      cache.set(request.authorization, user);
    }
    return {
      ok: true,
      caller: { name: `${options.hostName}\\${user.name}`, role: user.role, address: request.remoteAddress },
    };
  };
}
