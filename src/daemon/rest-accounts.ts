import type { Authenticate } from '../auth/authenticator.ts';
import { isLoopback } from '../auth/authenticator.ts';
import type { Session, Sessions } from '../auth/sessions.ts';
import type { Tokens } from '../auth/tokens.ts';
import type { Role, User, Users } from '../auth/users.ts';
import type { Caller } from '../cim/operations.ts';
import type { Accounts, SessionFacts } from '../rest/access/accounts.ts';
import type { Config } from './config.ts';

export interface AccountParts {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly hostName: string;
  readonly authenticate: Authenticate;
  /** As for Basic (K1): a token or a session in clear is as good as a password to whoever listens. */
  readonly allowUnencrypted: Config['allow_unencrypted'];
}

const factsOf = ({ id, user, address, csrfToken, openedAt, lastUsedAt, expiresAt }: Session): SessionFacts => ({
  id,
  user: user.name,
  address,
  csrfToken,
  openedAt: new Date(openedAt).toISOString(),
  lastUsedAt: new Date(lastUsedAt).toISOString(),
  expiresAt: new Date(expiresAt).toISOString(),
});

/** Who asks, for the REST front end. */
export const restAccounts = (parts: AccountParts): Accounts => {
  const { users, sessions, tokens, hostName, authenticate, allowUnencrypted } = parts;
  const callerOf = (user: User, role: Role, address: string): Caller => ({
    name: `${hostName}\\${user.name}`,
    role,
    address,
  });
  const allowsClear = (address: string, tls: boolean): boolean =>
    tls || allowUnencrypted === 'always' || (allowUnencrypted === 'loopback' && isLoopback(address));
  const userOf = (caller: Caller): User | undefined => users.get(caller.name.slice(caller.name.indexOf('\\') + 1));
  return {
    authenticate,
    openSession: (caller) => {
      const user = userOf(caller);
      if (user === undefined) throw new Error(`${caller.name} has logged in and is no account`);
      const { session, secret } = sessions.open(user, caller.address);
      return { session: factsOf(session), secret };
    },
    findSession: (secret, address) => {
      const session = sessions.find(secret);
      if (session === undefined) return undefined;
      return { session: factsOf(session), caller: callerOf(session.user, session.user.role, address) };
    },
    lives: ({ caller, by, session, tokenId }) => {
      if (by === 'session') return sessions.isOpen(session?.id ?? '');
      if (by === 'token') return tokens.list().some(({ id }) => id === tokenId);
      return userOf(caller)?.role === caller.role;
    },
    sessions: () => sessions.list().map(factsOf),
    closeSession: (id) => sessions.close(id),
    findToken: (text, address, tls) => {
      const found = allowsClear(address, tls) ? tokens.find(text) : undefined;
      if (found === undefined) return undefined;
      const { token, user, role } = found;
      return { caller: callerOf(user, role, address), id: token.id, expiresAt: token.expiresAt };
    },
  };
};
