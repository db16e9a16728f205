import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { NegotiateConnection, parseNegotiate } from '../../src/auth/negotiate.ts';
import { KerberosServer } from '../../src/auth/kerberos/acceptor.ts';
import { KerberosKey } from '../../src/auth/kerberos/encryption.ts';
import { ntHash } from '../../src/auth/ntlm/keys.ts';
import { apRequestToken } from './kit/kerberos-client.ts';
import { OID } from '../../src/auth/spnego/tokens.ts';
import { negTokenInit } from './kit/spnego-client.ts';
import { answerChallenge, negotiateMessage, readChallenge } from './kit/ntlm-client.ts';

function connected() {
  const connection = new NegotiateConnection<string>(
    {
      ntlm: {
        hostName: 'H',
        channelBinding: 'relaxed',
        findAccount: () => ({ account: 'bob', ntHash: ntHash('Secret-1') }),
      },
      kerberos: null,
    },
    new Socket(),
  );
  const negotiate = negotiateMessage();
  const { header } = connection.accept('Negotiate', negotiate) as { header: string };
  const challenge = readChallenge(Buffer.from(header.split(' ')[1] ?? '', 'base64'));
  const client = answerChallenge(negotiate, challenge, { user: 'bob', password: 'Secret-1' });
  assert.deepEqual(connection.accept('Negotiate', client.token), { kind: 'accepted', header: null });
  return { connection, client: client.session };
}

test('A-031 a forged message ends the log-in of its connection', () => {
  const { connection, client } = connected();
  const protection = connection.login?.protection;
  assert.ok(protection !== undefined && protection !== null);
  assert.equal(connection.login?.encrypts, false);
  assert.equal(protection.unseal(client.seal(Buffer.from('one')))?.toString(), 'one');
  assert.equal(connection.login?.encrypts, true);
  const forged = client.seal(Buffer.from('two'));
  forged.sealed[0] = forged.sealed[0]! ^ 1;
  assert.equal(protection.unseal(forged), undefined);
  assert.equal(connection.login, undefined);
});

test('a log-in that begins anew forgets the one before', () => {
  const { connection } = connected();
  assert.equal(connection.accept('Negotiate', negotiateMessage()).kind, 'continue');
  assert.equal(connection.login, undefined);
});

test('A-041 a log-in by a ticket ends with the ticket, on an open connection too', (context) => {
  const now = Date.UTC(2026, 10, 28, 12);
  context.mock.timers.enable({ apis: ['Date'], now });
  const serviceKey = new KerberosKey(18, Buffer.alloc(32, 3));
  const kerberos = new KerberosServer<string>({
    keytab: [{ principal: 'HTTP/host@TEST', version: 2, key: serviceKey }],
    channelBinding: 'relaxed',
    findAccount: () => 'bob',
  });
  const connection = new NegotiateConnection<string>({ ntlm: null, kerberos }, new Socket());
  const ticket = { serviceKey, start: now - 60_000, end: now + 3_600_000, time: now };
  assert.equal(connection.accept('Kerberos', apRequestToken(ticket).token).kind, 'accepted');
  assert.equal(connection.login?.account, 'bob');
  context.mock.timers.tick(3_600_000);
  assert.equal(connection.login?.account, 'bob', 'clocks may differ a little');
  context.mock.timers.tick(5 * 60_000 + 1);
  assert.equal(connection.login, undefined);
});

test('only Negotiate carries both: NTLM is refused behind Kerberos, tickets behind NTLM, and a log-in keeps its scheme', () => {
  const now = Date.now();
  const serviceKey = new KerberosKey(18, Buffer.alloc(32, 3));
  const kerberos = new KerberosServer<string>({
    keytab: [{ principal: 'HTTP/host@TEST', version: 2, key: serviceKey }],
    channelBinding: 'relaxed',
    findAccount: () => 'bob',
  });
  const ntlm = {
    hostName: 'H',
    channelBinding: 'relaxed' as const,
    findAccount: () => ({ account: 'bob', ntHash: ntHash('Secret-1') }),
  };
  const connection = new NegotiateConnection<string>({ ntlm, kerberos }, new Socket());
  const ticket = (): Buffer =>
    apRequestToken({ serviceKey, start: now - 60_000, end: now + 3_600_000, time: now }).token;
  const answer = (negotiate: Buffer, begun: { header?: string | null }): Buffer =>
    answerChallenge(negotiate, readChallenge(Buffer.from(begun.header?.split(' ')[1] ?? '', 'base64')), {
      user: 'bob',
      password: 'Secret-1',
    }).token;
  const none = { kind: 'refused', reason: 'no common mechanism', user: '' };
  const negotiate = negotiateMessage();
  assert.deepEqual(connection.accept('Kerberos', negotiate), none);
  assert.deepEqual(connection.accept('Kerberos', negTokenInit([OID.ntlm], negotiate)), none);
  assert.deepEqual(connection.accept('Kerberos', negTokenInit([OID.kerberos, OID.ntlm], null)), none);
  assert.deepEqual(connection.accept('NTLM', ticket()), none);
  for (const [first, second] of [
    ['Negotiate', 'Kerberos'],
    ['Negotiate', 'NTLM'],
    ['NTLM', 'Negotiate'],
  ] as const) {
    const begun = connection.accept(first, negotiate);
    assert.equal(begun.kind, 'continue');
    assert.equal(connection.accept(second, answer(negotiate, begun as { header: string })).kind, 'refused');
    assert.equal(connection.login, undefined);
  }
  const begun = connection.accept('Negotiate', negotiate);
  assert.equal(connection.accept('Negotiate', answer(negotiate, begun as { header: string })).kind, 'accepted');
  for (const scheme of ['Negotiate', 'Kerberos']) assert.equal(connection.accept(scheme, ticket()).kind, 'accepted');
});

test('requests of a connection take turns in their order', async () => {
  const { connection } = connected();
  const order: string[] = [];
  const first = Promise.withResolvers<void>();
  await connection.takeTurn(first.promise);
  const second = connection.takeTurn(Promise.resolve()).then(() => order.push('second'));
  const third = connection.takeTurn(Promise.resolve()).then(() => order.push('third'));
  await new Promise((resolve) => setImmediate(resolve));
  order.push('answered');
  first.resolve();
  await Promise.all([second, third]);
  assert.deepEqual(order, ['answered', 'second', 'third']);
});

test('headers of Negotiate and NTLM are told from others', () => {
  assert.deepEqual(parseNegotiate(' negotiate  YWJj '), { scheme: 'Negotiate', token: Buffer.from('abc') });
  assert.deepEqual(parseNegotiate('nTlM YWJj'), { scheme: 'NTLM', token: Buffer.from('abc') });
  assert.deepEqual(parseNegotiate('Negotiate'), { scheme: 'Negotiate', token: Buffer.alloc(0) });
  for (const header of ['', 'Basic YWJj', 'Negotiate !', 'NegotiateX YWJj', 'Negotiate a b', 'NTLM YWJj====']) {
    assert.equal(parseNegotiate(header), undefined, header);
  }
});
