import { z } from 'zod';
import { beyondToken } from '../access/token-scope.ts';
import { Problem } from '../problems/problem.ts';
import { created, gone, ok, type Route, route } from '../routes/route.ts';
import type { RestService } from '../service.ts';
import { userOf } from '../session/routes.ts';

const role = z.enum(['administrator', 'operator', 'viewer']);
const password = z.string().min(1).max(1000);

const userSchema = z
  .strictObject({ name: z.string(), role, ntlm: z.boolean(), createdAt: z.string() })
  .meta({ id: 'User' });
const tokenSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    user: z.string(),
    role,
    createdAt: z.string(),
    expiresAt: z.string(),
  })
  .meta({ id: 'Token' });
const auditSchema = z
  .strictObject({
    sequence: z.number(),
    time: z.string(),
    kind: z.enum(['login', 'denied', 'change']),
    who: z.string(),
    from: z.string(),
    protocol: z.string(),
    what: z.string(),
    objects: z.array(z.string()),
    names: z.record(z.string(), z.string()).describe('what those were called then, by the GUIDs in their paths'),
    result: z.string(),
    requestId: z.string().nullable(),
  })
  .meta({ id: 'AuditRecord' });

const all = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item), next: z.null() });
const userParams = z.object({ name: z.string().min(1).max(64) });

/** Accounts, tokens, and the audit trail. */
export const administrationRoutes = ({ accounts, administration, turns }: RestService): readonly Route[] => [
  route({
    id: 'listUsers',
    verb: 'GET',
    path: '/users',
    tag: 'accounts',
    summary: 'Accounts',
    answers: { 200: { description: 'Accounts', schema: all(userSchema) } },
    handle: async ({ context }) => ok({ items: await administration.users(context), next: null }),
  }),
  route({
    id: 'setUser',
    verb: 'PUT',
    path: '/users/{name}',
    tag: 'accounts',
    summary: 'Make an account, or change its password, role or NTLM',
    params: userParams,
    body: z.strictObject({ password: password.optional(), role: role.optional(), ntlm: z.boolean().optional() }),
    answers: {
      200: { description: 'Changed', schema: userSchema },
      201: { description: 'Made', schema: userSchema },
    },
    handle: async ({ context, params, body, headers }) => {
      const change = {
        onlyNew: headers['if-none-match']?.trim() === '*',
        ...(body.password === undefined ? {} : { password: body.password }),
        ...(body.role === undefined ? {} : { role: body.role }),
        ...(body.ntlm === undefined ? {} : { ntlm: body.ntlm }),
      };
      // Of two that make the same account one is the first.
      const turn = `user ${params.name.toLowerCase()}`;
      const { user, created: made } = await turns.take(turn, () =>
        administration.setUser(context, params.name, change),
      );
      return made ? created(`/api/v1/users/${user.name}`, user) : ok(user);
    },
  }),
  route({
    id: 'removeUser',
    verb: 'DELETE',
    path: '/users/{name}',
    tag: 'accounts',
    summary: 'Remove an account; it is logged out at once',
    params: userParams,
    answers: { 204: { description: 'Removed' } },
    handle: async ({ context, params }) => {
      await administration.removeUser(context, params.name);
      return gone;
    },
  }),
  route({
    id: 'changePassword',
    verb: 'POST',
    path: '/password',
    tag: 'accounts',
    summary: "Change one's own password; all sessions of the account end",
    body: z.strictObject({ current: password, new: password }),
    answers: { 204: { description: 'Changed' } },
    handle: async ({ context, caller, body, raw, tls }) => {
      const shown = Buffer.from(`${userOf(caller)}:${body.current}`, 'utf8').toString('base64');
      const answer = await accounts.authenticate({
        authorization: `Basic ${shown}`,
        remoteAddress: raw.socket.remoteAddress ?? '',
        tls,
        requestId: context.requestId,
      });
      if (!answer.ok) throw new Problem('access-denied', 'The current password does not fit.');
      await administration.changePassword(context, body.new);
      return gone;
    },
  }),
  route({
    id: 'listTokens',
    verb: 'GET',
    path: '/tokens',
    tag: 'accounts',
    summary: 'API tokens: own ones, all for an administrator',
    answers: { 200: { description: 'Tokens', schema: all(tokenSchema) } },
    handle: async ({ context }) => ok({ items: await administration.tokens(context), next: null }),
  }),
  route({
    id: 'createToken',
    verb: 'POST',
    path: '/tokens',
    tag: 'accounts',
    summary: 'A token for oneself; `token` is told this once',
    body: z.strictObject({ name: z.string().min(1).max(100), role, expiresAt: z.iso.datetime({ offset: true }) }),
    answers: {
      201: { description: 'The token', schema: tokenSchema.extend({ token: z.string() }).meta({ id: 'NewToken' }) },
    },
    handle: async ({ context, identity, body }) => {
      if (identity.by === 'token')
        throw await beyondToken(
          accounts,
          context,
          'POST /api/v1/tokens',
          'A token makes no tokens. Log in with the password.',
        );
      const { token, text } = await administration.createToken(context, {
        name: body.name,
        role: body.role,
        expiresAt: new Date(body.expiresAt),
      });
      return {
        status: 201,
        body: { ...token, token: text },
        headers: { location: `/api/v1/tokens/${token.id}`, 'cache-control': 'no-store' },
      };
    },
  }),
  route({
    id: 'removeToken',
    verb: 'DELETE',
    path: '/tokens/{token}',
    tag: 'accounts',
    summary: 'End a token',
    params: z.object({ token: z.string().max(64) }),
    answers: { 204: { description: 'Ended' } },
    handle: async ({ context, identity, caller, params }) => {
      if (identity.by === 'token' && caller.role !== 'administrator' && identity.tokenId !== params.token)
        throw await beyondToken(
          accounts,
          context,
          'DELETE /api/v1/tokens/:token',
          'A token of this scope ends itself alone. Log in with the password.',
        );
      await administration.removeToken(context, params.token);
      return gone;
    },
  }),
  route({
    id: 'listAudit',
    verb: 'GET',
    path: '/audit',
    tag: 'audit',
    summary: 'Who did what, the newest first',
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(1000).default(100),
      cursor: z
        .string()
        .regex(/^\d{1,15}$/, 'is none of ours')
        .optional(),
      since: z.iso.datetime({ offset: true }).optional(),
      who: z.string().max(200).optional(),
      kind: z.enum(['login', 'denied', 'change']).optional(),
    }),
    answers: {
      200: {
        description: 'Records',
        schema: z.strictObject({ items: z.array(auditSchema), next: z.string().nullable() }),
      },
    },
    handle: async ({ context, query }) => {
      const found = await administration.audit(context, {
        since: query.since ?? null,
        who: query.who ?? null,
        kind: query.kind ?? null,
        before: query.cursor === undefined ? null : Number(query.cursor),
        limit: query.limit + 1,
      });
      const items = found.slice(0, query.limit).map(({ seq, ...facts }) => ({ sequence: seq, ...facts }));
      return ok({ items, next: found.length > query.limit ? String(items.at(-1)?.sequence) : null });
    },
  }),
];
