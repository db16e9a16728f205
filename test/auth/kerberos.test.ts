import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DerError } from '../../src/auth/der.ts';
import { type KerberosOutcome, KerberosServer } from '../../src/auth/kerberos/acceptor.ts';
import { KerberosKey, USAGE } from '../../src/auth/kerberos/encryption.ts';
import { KerberosSession } from '../../src/auth/kerberos/session.ts';
import { ReplayCache } from '../../src/auth/kerberos/replay-cache.ts';
import { readInitialContext } from '../../src/auth/spnego/tokens.ts';
import { apRequestToken, type TicketOptions } from './kit/kerberos-client.ts';
import { fuzz } from '../kit/fuzz.ts';

const NOW = Date.UTC(2026, 10, 28, 12);
const MINUTE = 60_000;
const serviceKey = new KerberosKey(18, Buffer.alloc(32, 3));
const other = new KerberosKey(18, Buffer.alloc(32, 4));

const server = (channelBinding: 'relaxed' | 'strict' = 'relaxed'): KerberosServer<string> =>
  new KerberosServer<string>({
    keytab: [
      { principal: 'HTTP/other@TEST', version: 2, key: other },
      { principal: 'HTTP/host@TEST', version: 2, key: serviceKey },
    ],
    channelBinding,
    now: () => NOW,
    findAccount: (principal) => (principal === 'bob@TEST' ? 'bob' : undefined),
  });

const good: TicketOptions = { serviceKey, start: NOW - MINUTE, end: NOW + MINUTE, time: NOW };
const innerOf = (options: TicketOptions): Buffer => readInitialContext(apRequestToken(options).token).inner;
const show = (
  options: Partial<TicketOptions>,
  to = server(),
  endPoint: Buffer | null = null,
): KerberosOutcome<string> => to.accept(innerOf({ ...good, ...options }), endPoint);
const verdict = (outcome: KerberosOutcome<string>): string => (outcome.ok ? 'in' : outcome.reason);

describe('Kerberos acceptor', () => {
  test('a ticket lets its owner in, whichever key of the version opens it, and without a version', () => {
    assert.equal(verdict(show({})), 'in');
    assert.equal(verdict(show({ serviceKey: other })), 'in');
    assert.equal(verdict(show({ version: null })), 'in');
  });

  test('what is wrong is refused', () => {
    for (const [reason, options] of [
      ['no key for the ticket', { serviceKey: new KerberosKey(18, Buffer.alloc(32, 5)) }],
      ['no key for the ticket', { version: 3 }],
      ['no key for the ticket', { usage: 3 }],
      ['ticket is not valid now', { end: NOW - 6 * MINUTE }],
      ['ticket is not valid now', { start: NOW + 6 * MINUTE }],
      ['ticket is not valid now', { flags: Buffer.from([0, 1, 0, 0, 0]) }],
      ['clocks differ by more than five minutes', { time: NOW - 6 * MINUTE }],
      ['clocks differ by more than five minutes', { time: NOW + 6 * MINUTE }],
      ['ticket or authenticator is forged', { authenticatorClient: 'admin' }],
      ['no checksum of GSS-API', { checksumType: 7 }],
      ['no account for the principal', { ticketClient: 'eve' }],
      ['no account for the principal', { ticketClient: 'bob/admin' }],
    ] as const)
      assert.equal(verdict(show(options)), reason, JSON.stringify(options));
    assert.equal(verdict(show({ end: NOW - 4 * MINUTE, time: NOW + 4 * MINUTE })), 'in', 'clocks may differ a little');
  });

  test('an authenticator is good for once', () => {
    const one = server();
    const inner = innerOf(good);
    assert.equal(verdict(one.accept(inner, null)), 'in');
    assert.equal(verdict(one.accept(inner, null)), 'replayed');
    assert.equal(verdict(show({}, one)), 'in', 'the same ticket with another authenticator');
  });

  test('the channel binding must be that of this connection', () => {
    const binding = Buffer.alloc(16, 1);
    assert.equal(verdict(show({ binding }, server(), binding)), 'in');
    assert.equal(verdict(show({ binding }, server(), Buffer.alloc(16, 2))), 'channel binding');
    assert.equal(verdict(show({ binding }, server(), null)), 'channel binding');
    assert.equal(verdict(show({}, server('strict'), binding)), 'channel binding');
    assert.equal(verdict(show({}, server('relaxed'), binding)), 'in');
  });

  test('without a wish for mutual authentication there is no answer, and no encryption without a wish for it', () => {
    const outcome = show({ gssFlags: 0 });
    assert.ok(outcome.ok);
    assert.equal(outcome.token, null);
    assert.equal(outcome.session.sealing, false);
    const mutual = show({});
    assert.ok(mutual.ok && mutual.token !== null && mutual.session.sealing);
  });

  test('changed tokens get nobody in, and nothing but DerError is thrown', () => {
    const { token } = apRequestToken(good);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(token.length), (at, flip, cut) => {
        const changed = Buffer.from(token);
        changed[at] = (changed[at] ?? 0) ^ flip;
        for (const bytes of [changed, changed.subarray(0, cut)]) {
          try {
            const { inner } = readInitialContext(bytes);
            const outcome = server().accept(inner, null);
            // Unauthenticated by design: the outer realm and name, the flags, versions; all else is under a key.
            if (outcome.ok) assert.equal(outcome.account, 'bob');
          } catch (error) {
            assert.ok(error instanceof DerError, String(error));
          }
        }
      }),
      fuzz(2000),
    );
  });
});

test('messages: in order, each once, from the other side only', () => {
  const key = new KerberosKey(18, Buffer.alloc(32, 6));
  const session = new KerberosSession(key, true, { receive: 7, send: 1 });
  /** As a client writes it (RFC 4121 §4.2.4), turned by `rotation`. */
  const wrap = (message: string, sequence: number, rotation: number, flags = 2): Buffer => {
    const header = Buffer.from([5, 4, flags, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, sequence]);
    const cipher = key.encrypt(USAGE.initiatorSeal, Buffer.concat([Buffer.from(message), header]));
    header.writeUInt16BE(rotation, 6);
    const at = (cipher.length - (rotation % cipher.length)) % cipher.length;
    return Buffer.concat([header, cipher.subarray(at), cipher.subarray(0, at)]);
  };
  const open = (token: Buffer, split = 60): string | undefined =>
    session.unseal({ signature: token.subarray(0, split), sealed: token.subarray(split) })?.toString();
  assert.equal(open(wrap('eight', 8, 28)), undefined, 'not its turn');
  assert.equal(open(wrap('seven', 7, 28, 3)), undefined, 'our own flag');
  assert.equal(open(wrap('seven', 7, 28)), 'seven');
  assert.equal(open(wrap('seven', 7, 28)), undefined, 'again');
  assert.equal(open(wrap('', 8, 0), 16), '');
  assert.equal(open(wrap('turned far', 9, 1000)), 'turned far');
  const { signature, sealed } = session.seal(Buffer.from('hello'));
  assert.deepEqual([signature.length, sealed.length], [60, 5]);
  assert.equal(open(Buffer.concat([signature, sealed])), undefined, 'reflected');
  assert.equal(open(Buffer.alloc(10), 5), undefined);
});

test('the replay cache forgets in time and refuses when it is full', () => {
  const cache = new ReplayCache(2);
  assert.equal(cache.use('a', 10, 0), true);
  assert.equal(cache.use('a', 10, 5), false);
  assert.equal(cache.use('b', 12, 5), true);
  assert.equal(cache.use('c', 13, 6), false, 'full');
  assert.equal(cache.use('c', 20, 10), true, 'a is forgotten');
});
