import { z } from 'zod';
import { endedCookie, sessionCookie } from '../access/cookie.ts';
import type { Identity } from '../access/identity.ts';
import { beyondToken } from '../access/token-scope.ts';
import { Problem } from '../problems/problem.ts';
import { type Call, gone, ok, type Route, route } from '../routes/route.ts';
import type { RestService } from '../service.ts';

const sessionView = z
  .strictObject({
    user: z.string(),
    role: z.enum(['administrator', 'operator', 'viewer']),
    authentication: z.enum(['session', 'token', 'other']),
    csrfToken: z.string().nullable(),
    expiresAt: z.string().nullable(),
  })
  .meta({ id: 'Session' });

const listed = z.strictObject({
  id: z.string(),
  user: z.string(),
  address: z.string(),
  openedAt: z.string(),
  lastUsedAt: z.string(),
  expiresAt: z.string(),
  current: z.boolean(),
});

/** `HOST\user` -> `user`. */
export const userOf = (caller: { readonly name: string }): string => caller.name.slice(caller.name.indexOf('\\') + 1);

const viewOf = ({ caller, by, session, expiresAt }: Omit<Identity, 'lives'>): z.infer<typeof sessionView> => ({
  user: userOf(caller),
  role: caller.role,
  authentication: by,
  csrfToken: session?.csrfToken ?? null,
  expiresAt: session?.expiresAt ?? expiresAt ?? null,
});

const logInBody = z.strictObject({ user: z.string().min(1).max(200), password: z.string().min(1).max(1000) });

/** Basic ends a name at its colon. No account has one, so such a name is nobody's; it stays one, for the same gate and the trail. */
const withoutColon = (user: string): string => user.replaceAll(':', '\uFFFD');

/** Log-in of browsers, and who is logged in. */
export const sessionRoutes = ({ accounts }: RestService): readonly Route[] => {
  const logIn = async (call: Call<unknown, unknown, z.infer<typeof logInBody>>) => {
    const { user, password } = call.body;
    // The same gate as everywhere: throttled, locked, told to the audit trail, and not in clear from afar (K1).
    const authorization = `Basic ${Buffer.from(`${withoutColon(user)}:${password}`, 'utf8').toString('base64')}`;
    const answer = await accounts.authenticate({
      authorization,
      remoteAddress: call.raw.socket.remoteAddress ?? '',
      tls: call.tls,
      requestId: call.context.requestId,
    });
    if (!answer.ok)
      throw new Problem(
        'unauthenticated',
        'Name and password do not fit, or they are not taken over plain HTTP from here.',
      );
    const { session, secret } = await accounts.openSession(answer.caller);
    return {
      status: 201,
      body: viewOf({ caller: answer.caller, by: 'session', session }),
      headers: {
        location: '/api/v1/session',
        'set-cookie': sessionCookie(call.raw, secret),
        'cache-control': 'no-store',
      },
    };
  };
  const visible = ({ caller }: Identity) =>
    accounts.sessions().filter(({ user }) => caller.role === 'administrator' || user === userOf(caller));
  return [
    route({
      id: 'logIn',
      verb: 'POST',
      path: '/session',
      tag: 'session',
      summary: 'Log in: a cookie and its CSRF token',
      open: true,
      body: logInBody,
      answers: { 201: { description: 'Logged in', schema: sessionView } },
      handle: logIn,
    }),
    route({
      id: 'getSession',
      verb: 'GET',
      path: '/session',
      tag: 'session',
      summary: 'Who is logged in',
      answers: { 200: { description: 'Who asks', schema: sessionView } },
      handle: async ({ identity }) => ok(viewOf(identity), { 'cache-control': 'no-store' }),
    }),
    route({
      id: 'logOut',
      verb: 'DELETE',
      path: '/session',
      tag: 'session',
      summary: 'Log out',
      answers: { 204: { description: 'Logged out' } },
      handle: async ({ identity, context, raw }) => {
        if (identity.session !== undefined) await accounts.closeSession(context, identity.session.id);
        return { ...gone, headers: { 'set-cookie': endedCookie(raw) } };
      },
    }),
    route({
      id: 'listSessions',
      verb: 'GET',
      path: '/sessions',
      tag: 'session',
      summary: 'Sessions: own ones, all for an administrator',
      answers: { 200: { description: 'Sessions', schema: z.strictObject({ items: z.array(listed), next: z.null() }) } },
      handle: async ({ identity }) =>
        ok({
          items: visible(identity).map(({ id, user, address, openedAt, lastUsedAt, expiresAt }) => ({
            id,
            user,
            address,
            openedAt,
            lastUsedAt,
            expiresAt,
            current: id === identity.session?.id,
          })),
          next: null,
        }),
    }),
    route({
      id: 'closeSession',
      verb: 'DELETE',
      path: '/sessions/{session}',
      tag: 'session',
      summary: 'End a session',
      params: z.object({ session: z.string().max(100) }),
      answers: { 204: { description: 'Ended' } },
      handle: async ({ identity, context, params }) => {
        if (!visible(identity).some(({ id }) => id === params.session))
          throw new Problem('not-found', 'There is no such session, or it is not yours.');
        if (identity.by === 'token' && identity.caller.role !== 'administrator')
          throw await beyondToken(
            accounts,
            context,
            'DELETE /api/v1/sessions/:session',
            'A token of this scope ends no sessions. Log in with the password.',
          );
        await accounts.closeSession(context, params.session);
        return gone;
      },
    }),
  ];
};
