import { AUDIT_FOLDER } from '../../audit/files.ts';
import type { AuditRecord } from '../../audit/record.ts';
import { searchTrail } from '../../audit/search.ts';
import type { AuditTrail } from '../../audit/trail.ts';
import { SHORTEST_PASSWORD } from '../../auth/password.ts';
import type { Token, Tokens } from '../../auth/tokens.ts';
import type { User, Users } from '../../auth/users.ts';
import type { OperationContext } from '../../cim/operations.ts';
import type { Administration, AuditFacts, TokenFacts, UserFacts } from '../../rest/administration/administration.ts';
import { Problem } from '../../rest/problems/problem.ts';
import { join } from 'node:path';
import type { AsAdministrator, HostRequest } from './right.ts';

export interface AdministrationParts {
  readonly users: Users;
  readonly tokens: Tokens;
  readonly trail: AuditTrail;
  readonly stateDirectory: string;
  readonly asAdministrator: AsAdministrator;
  /** Ends the stored subscriptions of accounts that are no more. */
  readonly leave: () => Promise<unknown>;
}

const userFacts = ({ name, role, ntlm, createdAt }: User): UserFacts => ({
  name,
  role,
  ntlm: ntlm !== undefined,
  createdAt,
});

const tokenFacts = ({ id, name, user, role, createdAt, expiresAt }: Token): TokenFacts => ({
  id,
  name,
  user,
  role,
  createdAt,
  expiresAt,
});

const auditFacts = (record: AuditRecord): AuditFacts => ({
  seq: record.seq,
  time: record.time,
  kind: record.kind,
  who: record.who,
  from: record.from,
  protocol: record.protocol,
  what: record.what,
  objects: record.objects,
  names: record.names ?? {},
  result: record.result,
  requestId: record.requestId,
});

/** What accounts and tokens cannot be is said by a RangeError. */
const refusing = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RangeError) throw new Problem('invalid-parameter', error.message, { cause: error });
    throw error;
  }
};

/** @throws RangeError */
const checkLength = (password: string): void => {
  if (password.length < SHORTEST_PASSWORD)
    throw new RangeError(`The password is too short, use at least ${SHORTEST_PASSWORD} characters.`);
};

const userNameOf = ({ caller }: OperationContext): string => caller.name.slice(caller.name.indexOf('\\') + 1);

/** Accounts, tokens and the audit trail, for REST. */
export const restAdministration = (parts: AdministrationParts): Administration => {
  const { users, tokens, trail, asAdministrator } = parts;
  const reading = (what: string): HostRequest => ({ what, objects: [], changes: false });
  const changing = (what: string, subject: string): HostRequest => ({ what, objects: [subject], changes: true });
  const self = (context: OperationContext): User => {
    const user = users.get(userNameOf(context));
    if (user === undefined) throw new Problem('unauthenticated', 'This account is no more.');
    return user;
  };
  /** What everybody may do with what is one's own. */
  const asOneself = async <T>(
    context: OperationContext,
    { what, objects }: HostRequest,
    work: () => Promise<T>,
  ): Promise<T> => {
    const record = (result: string): Promise<void> =>
      trail.append({
        kind: 'change',
        who: context.caller.name,
        from: context.caller.address,
        protocol: context.protocol,
        what,
        objects,
        result,
        requestId: context.requestId,
      });
    try {
      const result = await refusing(work);
      await record('ok');
      return result;
    } catch (error) {
      await record(error instanceof Problem ? error.code : 'failed');
      throw error;
    }
  };
  return {
    users: (context) => asAdministrator(context, reading('list users'), async () => users.list().map(userFacts)),
    setUser: (context, name, change) =>
      asAdministrator(context, changing('user set', name), () =>
        refusing(async () => {
          const before = users.get(name);
          if (before !== undefined && change.onlyNew === true)
            throw new Problem('precondition-failed', `There is an account ${before.name} already.`);
          if (change.password === undefined) {
            if (before === undefined) throw new RangeError('A new account needs a password.');
            if (change.ntlm !== undefined && change.ntlm !== (before.ntlm !== undefined))
              throw new RangeError('NTLM is chosen together with the password.');
            return { user: userFacts(await users.setRole(before.name, change.role ?? before.role)), created: false };
          }
          checkLength(change.password);
          const user = await users.set(name, change.password, change.role ?? null, {
            ...(change.ntlm === undefined ? {} : { ntlm: change.ntlm }),
          });
          return { user: userFacts(user), created: before === undefined };
        }),
      ),
    removeUser: (context, name) =>
      asAdministrator(context, changing('user remove', name), () =>
        refusing(async () => {
          const user = users.get(name);
          if (user === undefined || !(await users.remove(user.name)))
            throw new Problem('not-found', 'There is no such account.');
          await parts.leave();
        }),
      ),
    changePassword: (context, password) =>
      asOneself(context, changing('own password', userNameOf(context)), async () => {
        checkLength(password);
        await users.setPassword(self(context), password);
      }),
    tokens: async (context) =>
      tokens
        .list()
        .filter(({ user }) => context.caller.role === 'administrator' || user === self(context).name)
        .map(tokenFacts),
    createToken: (context, wanted) =>
      asOneself(context, changing('token create', wanted.name), async () => {
        const { token, text } = await tokens.create(self(context), wanted);
        return { token: tokenFacts(token), text };
      }),
    removeToken: (context, id) =>
      asOneself(context, changing('token remove', id), async () => {
        const token = tokens.list().find((each) => each.id === id);
        const mine =
          token !== undefined && (context.caller.role === 'administrator' || token.user === self(context).name);
        if (!mine) throw new Problem('not-found', 'There is no such token, or it is not yours.');
        await tokens.remove(id);
      }),
    audit: (context, { since, ...search }) =>
      asAdministrator(context, reading('read the audit trail'), async () => {
        const from = since === null ? null : new Date(since).toISOString();
        const found = await searchTrail(join(parts.stateDirectory, AUDIT_FOLDER), { ...search, since: from });
        return found.map(auditFacts);
      }),
  };
};
