import type { AuditTrail } from '../../audit/trail.ts';
import { isLoopback } from '../../auth/address.ts';
import type { Authenticate, LoginAttempt } from '../../auth/authentication.ts';
import { CredentialCache } from '../../auth/credential-cache.ts';
import type { Session, Sessions } from '../../auth/sessions.ts';
import { Tokens } from '../../auth/tokens.ts';
import type { Role, User, Users } from '../../auth/users.ts';
import type { Caller } from '../../cim/operations.ts';
import type { Accounts, SessionFacts } from '../../rest/access/accounts.ts';
import { auditDenials } from '../audit.ts';
import type { Config } from '../config/config.ts';

export interface AccountParts {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly trail: AuditTrail;
  readonly hostName: string;
  readonly authenticate: Authenticate;
  /** As for Basic (K1): a token or a session in clear is as good as a password to whoever listens. */
  readonly allowUnencrypted: Config['allow_unencrypted'];
  /** Told of tokens; passwords are told by `authenticate`. */
  readonly onAttempt: (attempt: LoginAttempt) => Promise<void>;
}

const factsOf = ({ id, user, address, openedAt, lastUsedAt, expiresAt }: Session): SessionFacts => ({
  id,
  user: user.name,
  address,
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
  const judged = new CredentialCache<User>();
  const allowsClear = (address: string, tls: boolean): boolean =>
    tls || allowUnencrypted === 'always' || (allowUnencrypted === 'loopback' && isLoopback(address));
  return {
    authenticate,
    openSession: async (caller) => {
      const user = users.get(caller.name.slice(caller.name.indexOf('\\') + 1));
      if (user === undefined) throw new Error(`${caller.name} has logged in and is no account`);
      const { session, secret, csrfToken } = await sessions.open(user, caller.address);
      return { session: { ...factsOf(session), csrfToken }, secret };
    },
    findSession: (secret, address, tls) => {
      const found = allowsClear(address, tls) ? sessions.find(secret) : undefined;
      if (found === undefined) return undefined;
      const { session, csrfToken } = found;
      return {
        session: { ...factsOf(session), csrfToken },
        caller: callerOf(session.user, session.user.role, address),
        lives: () => sessions.isOpen(session.id),
      };
    },
    turnedAway: auditDenials(parts.trail),
    sessions: () => sessions.list().map(factsOf),
    closeSession: async ({ caller, protocol, requestId }, id) => {
      const session = sessions.list().find((each) => each.id === id);
      if (session === undefined || !(await sessions.close(id))) return false;
      await parts.trail.append({
        kind: 'change',
        who: caller.name,
        from: caller.address,
        protocol,
        what: 'end session',
        objects: [session.user.name],
        result: 'ok',
        requestId,
      });
      return true;
    },
    findToken: async (text, { address, tls, requestId }) => {
      const clear = allowsClear(address, tls);
      const found = clear ? tokens.find(text) : undefined;
      const told = { scheme: 'Bearer', address, tls, requestId };
      if (found === undefined) {
        const reason = clear ? 'no such token, or it is over' : 'tokens are not taken in clear from here';
        await parts.onAttempt({ ...told, ok: false, user: Tokens.idOf(text) ?? '', reason });
        return undefined;
      }
      const { token, user, role } = found;
      const caller = callerOf(user, role, address);
      // As with passwords: one that was judged lately is not told again.
      const place = `${text} ${address}`;
      if (judged.get(place) !== user) {
        judged.set(place, user);
        await parts.onAttempt({ ...told, ok: true, user: caller.name, reason: null });
      }
      return {
        caller,
        id: token.id,
        expiresAt: token.expiresAt,
        // A token outlives a password; with another role it may do something else, which its next request is told.
        lives: () => tokens.find(text)?.role === role,
      };
    },
  };
};
