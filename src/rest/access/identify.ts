import type { IncomingMessage } from 'node:http';
import { isTls } from '../../http/log-in.ts';
import type { NotAuthenticated } from '../../http/authentication.ts';
import type { Accounts } from './accounts.ts';
import { sessionSecret } from './cookie.ts';
import type { Identity } from './identity.ts';

export type Identification =
  | { readonly ok: true; readonly identity: Identity; readonly header?: string; readonly encryptionRequired: boolean }
  | NotAuthenticated;

/**
 * Who asks: `Authorization` wins over the cookie, so that a program is who it says it is whatever cookie goes along.
 * Works for an upgrade too, which has a request and no reply.
 */
export const identify = async (
  accounts: Accounts,
  request: IncomingMessage,
  { requestId, answered }: { readonly requestId: string; readonly answered: Promise<void> },
): Promise<Identification> => {
  const { authorization } = request.headers;
  const address = request.socket.remoteAddress ?? '';
  const tls = isTls(request.socket);
  const judged = (): ReturnType<Accounts['authenticate']> =>
    accounts.authenticate({
      authorization,
      remoteAddress: address,
      tls,
      socket: request.socket,
      requestId,
      answered,
    });
  const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (bearer !== undefined) {
    // It knows no tokens, but a log-in of the connection, which is over when other credentials come (hardening test 2).
    await judged();
    const found = await accounts.findToken(bearer, { address, tls, requestId });
    if (found === undefined) return refused(request, []);
    const { id: tokenId, ...known } = found;
    return { ok: true, identity: { ...known, by: 'token', tokenId }, encryptionRequired: false };
  }
  const secret = authorization === undefined ? sessionSecret(request) : undefined;
  if (secret !== undefined) {
    const found = accounts.findSession(secret, address, tls);
    if (found !== undefined) return { ok: true, identity: { ...found, by: 'session' }, encryptionRequired: false };
  }
  const result = await judged();
  if (!result.ok) return result.underWay === true ? result : refused(request, result.challenges);
  return {
    ok: true,
    identity: { caller: result.caller, lives: result.lives, by: 'other' },
    ...(result.header === undefined ? {} : { header: result.header }),
    encryptionRequired: result.encryptionRequired === true,
  };
};

/** A script of a browser gets a challenge that opens no window of the browser's own. */
const refused = (request: IncomingMessage, challenges: readonly string[]): NotAuthenticated => {
  const { headers } = request;
  const browser = headers['sec-fetch-site'] !== undefined && headers['sec-fetch-mode'] !== 'navigate';
  const script = browser || headers['x-requested-with'] !== undefined;
  return { ok: false, challenges: script ? ['Session realm="vsms"'] : [...challenges, 'Bearer realm="vsms"'] };
};
