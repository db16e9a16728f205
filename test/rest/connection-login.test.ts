import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { createAuthenticator } from '../../src/auth/authenticator.ts';
import { SecretBox } from '../../src/auth/secret-box.ts';
import { Users } from '../../src/auth/users.ts';
import type { Accounts } from '../../src/rest/access/accounts.ts';
import { identify } from '../../src/rest/access/identify.ts';
import { answerChallenge, negotiateMessage, readChallenge } from '../auth/kit/ntlm-client.ts';

test('hardening 2: a token on a connection that was logged in by NTLM ends that log-in', async () => {
  const storage = { load: async () => [], save: async () => {}, remove: async () => {} };
  const users = await Users.open(storage, 'HOST1', new SecretBox(randomBytes(32)));
  await users.set('bob', 'Secret-1', 'administrator', { ntlm: true });
  const authenticate = createAuthenticator({ users, hostName: 'HOST1', allowUnencrypted: 'always' });
  const socket = new Socket();
  const accounts = { authenticate, findToken: async () => undefined, findSession: () => undefined };
  const ask = (authorization?: string) =>
    identify(
      accounts as unknown as Accounts,
      {
        headers: { host: 'HOST1', ...(authorization === undefined ? {} : { authorization }) },
        socket,
      } as IncomingMessage,
      { requestId: 'r', answered: Promise.resolve() },
    );
  const negotiate = negotiateMessage();
  const begun = await ask(`Negotiate ${negotiate.toString('base64')}`);
  assert.ok(!begun.ok);
  const challenge = readChallenge(Buffer.from(begun.challenges[0]?.split(' ')[1] ?? '', 'base64'));
  const { token } = answerChallenge(negotiate, challenge, { user: 'bob', password: 'Secret-1' });
  assert.equal((await ask(`Negotiate ${token.toString('base64')}`)).ok, true);
  assert.equal((await ask()).ok, true, 'it is the log-in of the connection');
  assert.equal((await ask('Bearer none')).ok, false);
  assert.equal((await ask()).ok, false, 'nobody is logged in any more');
});
