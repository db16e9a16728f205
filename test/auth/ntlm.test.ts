import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { NtlmAcceptor, type NtlmOutcome } from '../../src/auth/ntlm/acceptor.ts';
import { AV, AV_FLAG_MIC, readAvPairs, writeAvPairs } from '../../src/auth/ntlm/av-pairs.ts';
import type { ChannelBindingPolicy } from '../../src/auth/ntlm/channel-bindings.ts';
import { NtlmFormatError } from '../../src/auth/ntlm/fields.ts';
import { challengeFlags, has, NTLM } from '../../src/auth/ntlm/flags.ts';
import { hmacMd5, ntHash, responseKey, sealKey, signKey } from '../../src/auth/ntlm/keys.ts';
import { md4 } from '../../src/auth/ntlm/md4.ts';
import { Rc4 } from '../../src/auth/ntlm/rc4.ts';
import { NtlmSession } from '../../src/auth/ntlm/session.ts';
import { answerChallenge, type ClientOptions, MODERN, negotiateMessage, readChallenge } from './kit/ntlm-client.ts';
import { fuzz } from '../kit/fuzz.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

describe('A-008 MD4 and RC4', () => {
  // RFC 1320, appendix A.5.
  for (const [text, digest] of [
    ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
    ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
    ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
    ['message digest', 'd9130a8164549fe818874806e1c7014b'],
    ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', '043f8582f241db351ce627e153e7f0e4'],
    ['1234567890'.repeat(8), 'e33b4ddc9c38f2199c3e7b164fcc0536'],
  ] as const) {
    test(`MD4("${text.slice(0, 20)}") of ${text.length} bytes`, () => {
      assert.equal(md4(Buffer.from(text)).toString('hex'), digest);
    });
  }

  // RFC 6229 §2: key 0102030405, the first 16 bytes of the stream and those at 240; key of 16 bytes.
  test('RC4 streams', () => {
    const stream = new Rc4(hex('0102030405')).apply(Buffer.alloc(256));
    assert.equal(stream.subarray(0, 16).toString('hex'), 'b2396305f03dc027ccc3524a0a1118a8');
    assert.equal(stream.subarray(240).toString('hex'), '28cb1132c96ce286421dcaadb8b69eae');
    const long = new Rc4(hex('0102030405060708090a0b0c0d0e0f10')).apply(Buffer.alloc(16));
    assert.equal(long.toString('hex'), '9ac7cc9a609d1ef7b2932899cde41b97');
  });

  test('an RC4 stream in pieces is the stream', () => {
    const whole = new Rc4(hex('0102030405')).apply(Buffer.alloc(300, 7));
    const pieces = new Rc4(hex('0102030405'));
    assert.deepEqual(Buffer.concat([1, 99, 200].map((n) => pieces.apply(Buffer.alloc(n, 7)))), whole);
    assert.throws(() => new Rc4(Buffer.alloc(0)), RangeError);
  });
});

// MS-NLMP 4.2.4: user "User", domain "Domain", password "Password".
describe('A-007 vectors of NTLMv2', () => {
  const key = responseKey(ntHash('Password'), 'User', 'Domain');
  const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
  const sessionKey = Buffer.alloc(16, 0x55);
  const flags = NTLM.key128 | NTLM.keyExchange | NTLM.seal | NTLM.sign | NTLM.extendedSessionSecurity;

  test('NTOWFv2, proof, base key, exchanged key', () => {
    assert.equal(key.toString('hex'), '0c868a403bfd7a93a3001ef22ef02e3f');
    const blob = Buffer.concat([
      hex('0101000000000000'),
      Buffer.alloc(8),
      Buffer.alloc(8, 0xaa),
      Buffer.alloc(4),
      writeAvPairs([
        [AV.netbiosDomain, utf16('Domain')],
        [AV.netbiosComputer, utf16('Server')],
      ]),
      Buffer.alloc(4),
    ]);
    const proof = hmacMd5(key, hex('0123456789abcdef'), blob);
    assert.equal(proof.toString('hex'), '68cd0ab851e51c96aabc927bebef6a1c');
    const base = hmacMd5(key, proof);
    assert.equal(base.toString('hex'), '8de40ccadbc14a82f15cb0ad0de95ca3');
    assert.equal(new Rc4(base).apply(sessionKey).toString('hex'), 'c5dad2544fc9799094ce1ce90bc9d03e');
  });

  test('keys and a sealed message of the client', () => {
    assert.equal(sealKey(sessionKey, flags, 'client').toString('hex'), '59f600973cc4960a25480a7c196e4c58');
    assert.equal(signKey(sessionKey, 'client').toString('hex'), '4788dc861b4782f35d43fd98fe1a2d39');
    const made = new NtlmSession(sessionKey, flags, 'client').seal(utf16('Plaintext'));
    assert.equal(made.sealed.toString('hex'), '54e50165bf1936dc996020c1811b0f06fb5f');
    assert.equal(made.signature.toString('hex'), '010000007fb38ec5c55d497600000000');
    const server = new NtlmSession(sessionKey, flags);
    assert.deepEqual(server.unseal(made), utf16('Plaintext'));
    assert.equal(server.unseal(made), undefined, 'the same message again');
  });

  test('A-015 a user that is not ASCII is upper-cased unit by unit', () => {
    const hash = ntHash('Password');
    assert.deepEqual(responseKey(hash, 'jürgen', 'D'), responseKey(hash, 'JÜRGEN', 'D'));
    assert.notDeepEqual(responseKey(hash, 'weiß', 'D'), responseKey(hash, 'WEISS', 'D'));
    assert.deepEqual(responseKey(hash, 'weiß', 'D'), responseKey(hash, 'WEIß', 'D'));
    assert.notDeepEqual(responseKey(hash, 'a', 'd'), responseKey(hash, 'a', 'D'), 'the domain is taken as it is');
  });
});

const PASSWORD = 'Geheim-1ß';

const acceptor = (policy: ChannelBindingPolicy = 'relaxed', endPoint: Buffer | null = null): NtlmAcceptor<string> =>
  new NtlmAcceptor<string>(
    {
      hostName: 'Host1',
      channelBinding: policy,
      findAccount: (user) => (/^(bob|müller)$/i.test(user) ? { account: user, ntHash: ntHash(PASSWORD) } : undefined),
    },
    endPoint,
  );

/** One whole log-in. */
function logIn(
  options: Partial<ClientOptions> = {},
  server: NtlmAcceptor<string> = acceptor(),
  negotiate = negotiateMessage(),
): NtlmOutcome<string> & { client: NtlmSession } {
  const challenge = readChallenge(server.challenge(negotiate));
  const made = answerChallenge(negotiate, challenge, { user: 'bob', password: PASSWORD, ...options });
  return { ...server.authenticate(made.token), client: made.session };
}

const reasonOf = (outcome: NtlmOutcome<string>): string => (outcome.ok ? 'accepted' : outcome.reason);

function exchange(outcome: ReturnType<typeof logIn>): void {
  assert.ok(outcome.ok);
  const { session } = outcome;
  assert.ok(session !== null);
  for (let i = 0; i < 20; i++) {
    const question = Buffer.from(`question ${i}`.repeat(i));
    assert.deepEqual(session.unseal(outcome.client.seal(question)), question);
    const answer = Buffer.from(`answer ${i}`.repeat(i));
    assert.deepEqual(outcome.client.unseal(session.seal(answer)), answer);
  }
}

describe('hardening 21: NTLM acceptor', () => {
  test('a client gets in and messages go both ways', () => exchange(logIn()));

  test('A-005 a wrong password and an unknown user are refused for the same reason', () => {
    assert.equal(reasonOf(logIn({ password: 'wrong' })), 'unknown user or wrong password');
    assert.equal(reasonOf(logIn({ user: 'alice' })), 'unknown user or wrong password');
  });

  test('A-009 type 1 with and without version, and with nothing but flags', () => {
    for (const negotiate of [
      negotiateMessage(MODERN, true),
      negotiateMessage(MODERN, false),
      negotiateMessage().subarray(0, 16),
    ]) {
      assert.equal(reasonOf(logIn({}, acceptor(), negotiate)), 'accepted');
    }
  });

  test('A-010 the MIC is verified', () => {
    const server = acceptor();
    const negotiate = negotiateMessage();
    const challenge = readChallenge(server.challenge(negotiate));
    const { token } = answerChallenge(negotiate, challenge, { user: 'bob', password: PASSWORD });
    token[72] = token[72]! ^ 1;
    assert.equal(reasonOf(server.authenticate(token)), 'message integrity');
    // A type 1 that was changed on the way.
    const stripped = acceptor();
    const seen = readChallenge(stripped.challenge(negotiateMessage(MODERN & ~NTLM.seal)));
    const made = answerChallenge(negotiate, seen, { user: 'bob', password: PASSWORD });
    assert.equal(reasonOf(stripped.authenticate(made.token)), 'message integrity');
    assert.equal(reasonOf(logIn({ mic: false })), 'accepted', 'a client that announces no MIC');
  });

  test('A-010 a MIC that is announced must have its room', () => {
    const server = acceptor();
    const negotiate = negotiateMessage();
    const { token } = answerChallenge(negotiate, readChallenge(server.challenge(negotiate)), {
      user: 'bob',
      password: PASSWORD,
    });
    token.fill(0, 72, 88);
    assert.equal(reasonOf(server.authenticate(token)), 'message integrity');
  });

  test('A-011 responses of NTLMv1 and LM are refused', () => {
    assert.equal(reasonOf(logIn({ ntResponse: Buffer.alloc(24, 1) })), 'not NTLMv2');
    assert.equal(reasonOf(logIn({ ntResponse: Buffer.concat([Buffer.alloc(16), Buffer.alloc(40)]) })), 'not NTLMv2');
  });

  test('A-012 anonymous is refused', () => {
    assert.equal(reasonOf(logIn({ user: '', ntResponse: Buffer.alloc(0) })), 'anonymous');
    assert.equal(reasonOf(logIn({ user: 'bob', ntResponse: Buffer.alloc(0) })), 'anonymous');
    assert.equal(reasonOf(logIn({ user: '' })), 'anonymous');
  });

  test('A-013 a challenge is answered once, right or wrong', () => {
    const server = acceptor();
    const negotiate = negotiateMessage();
    const challenge = readChallenge(server.challenge(negotiate));
    const { token } = answerChallenge(negotiate, challenge, { user: 'bob', password: PASSWORD });
    assert.equal(reasonOf(server.authenticate(token)), 'accepted');
    assert.equal(reasonOf(server.authenticate(token)), 'no challenge was given');
    const again = acceptor();
    again.challenge(negotiate);
    assert.equal(
      reasonOf(again.authenticate(token)),
      'unknown user or wrong password',
      'replayed at another challenge',
    );
  });

  test('A-014 type 3 without type 2 is refused', () => {
    const other = acceptor();
    const negotiate = negotiateMessage();
    const challenge = readChallenge(other.challenge(negotiate));
    const { token } = answerChallenge(negotiate, challenge, { user: 'bob', password: PASSWORD });
    assert.equal(reasonOf(acceptor().authenticate(token)), 'no challenge was given');
  });

  test('A-015 a user that is not ASCII gets in', () => {
    assert.equal(reasonOf(logIn({ user: 'Müller', domain: 'Büro' })), 'accepted');
  });

  for (const [bits, key] of [
    [128, NTLM.key128],
    [56, NTLM.key56],
    [40, 0],
  ] as const) {
    test(`A-016 seal keys of ${bits} bits, with and without key exchange`, () => {
      const flags = (MODERN & ~NTLM.key128) | key;
      exchange(logIn({}, acceptor(), negotiateMessage(flags)));
      exchange(logIn({}, acceptor(), negotiateMessage(flags & ~NTLM.keyExchange)));
    });
  }

  test('A-016b a client that speaks OEM only', () => {
    const server = acceptor();
    const negotiate = negotiateMessage((MODERN & ~NTLM.unicode) | NTLM.oem);
    const challenge = readChallenge(server.challenge(negotiate));
    assert.equal(challenge.targetName.toString('latin1'), 'HOST1');
    assert.equal(challenge.info.get(AV.netbiosComputer)?.toString('utf16le'), 'HOST1', 'attributes are UTF-16 always');
    const { token } = answerChallenge(negotiate, challenge, { user: 'bob', password: PASSWORD });
    assert.equal(reasonOf(server.authenticate(token)), 'accepted');
  });

  test('A-016c exactly one character set; A-016d SEAL is echoed', () => {
    const oneOf = (flags: number): number => challengeFlags(flags) & (NTLM.unicode | NTLM.oem);
    assert.equal(oneOf(NTLM.unicode | NTLM.oem), NTLM.unicode);
    assert.equal(oneOf(NTLM.oem), NTLM.oem);
    assert.equal(oneOf(NTLM.unicode), NTLM.unicode);
    assert.equal(oneOf(0), NTLM.unicode);
    assert.ok(has(challengeFlags(MODERN), NTLM.seal));
    assert.ok(!has(challengeFlags(MODERN & ~NTLM.seal), NTLM.seal));
    assert.ok(challengeFlags(0xffff_ffff) > 0, 'an unsigned number');
  });

  test('flags that were not offered do not count', () => {
    const negotiate = negotiateMessage(MODERN & ~NTLM.seal);
    const outcome = logIn({ flags: MODERN }, acceptor(), negotiate);
    assert.ok(outcome.ok);
    assert.equal(outcome.session?.sealing, false);
  });

  test('a time stamp of another challenge is refused', () => {
    assert.equal(reasonOf(logIn({ timestamp: Buffer.alloc(8, 1) })), 'old challenge');
  });

  test('A-034 channel bindings by policy', () => {
    const ours = Buffer.alloc(16, 1);
    const other = Buffer.alloc(16, 2);
    const none = Buffer.alloc(16);
    const cases: readonly (readonly [ChannelBindingPolicy, Buffer | null, Buffer | undefined, boolean])[] = [
      ['relaxed', ours, undefined, true],
      ['relaxed', ours, none, true],
      ['relaxed', ours, ours, true],
      ['relaxed', ours, other, false],
      ['strict', ours, undefined, false],
      ['strict', ours, none, false],
      ['strict', ours, ours, true],
      ['strict', ours, other, false],
      ['none', ours, other, true],
      // Without TLS there is nothing to be bound to; who saw TLS was relayed.
      ['relaxed', null, undefined, true],
      ['strict', null, undefined, true],
      ['relaxed', null, other, false],
    ];
    for (const [policy, endPoint, bindings, accepted] of cases) {
      const outcome = logIn(bindings === undefined ? {} : { bindings }, acceptor(policy, endPoint));
      assert.equal(reasonOf(outcome), accepted ? 'accepted' : 'channel binding', `${policy} ${accepted}`);
    }
  });

  test('A-034 where bindings are strict a client that wanted another service is refused', () => {
    const own = acceptor('strict', null);
    const name = 'host1';
    for (const target of [
      `HTTP/Host1`,
      `wsman/${name}`,
      `HTTP/${name}:5985`,
      'HTTP/localhost',
      'HTTP/192.0.2.1',
      'HTTP/[::1]',
      '',
    ])
      assert.equal(reasonOf(logIn({ target }, own)), 'accepted', target);
    for (const target of ['HTTP/elsewhere', `cifs/${name}`, `HTTP/${name}.evil.example`, 'HTTP', '/'])
      assert.equal(reasonOf(logIn({ target }, own)), 'another service', target);
    assert.equal(reasonOf(logIn({ target: 'HTTP/elsewhere' }, acceptor('relaxed', null))), 'accepted');
  });

  test('A-031 changed, reordered and repeated messages are refused', () => {
    const message = Buffer.from('message');
    for (const spoil of [
      (c: NtlmSession) => {
        const m = c.seal(message);
        m.sealed[0] = m.sealed[0]! ^ 1;
        return m;
      },
      (c: NtlmSession) => {
        const m = c.seal(message);
        m.signature[4] = m.signature[4]! ^ 1;
        return m;
      },
      (c: NtlmSession) => {
        c.seal(message);
        return c.seal(message);
      },
      (c: NtlmSession) => ({ ...c.seal(message), signature: Buffer.alloc(0) }),
    ]) {
      const outcome = logIn();
      assert.ok(outcome.ok);
      assert.equal(outcome.session?.unseal(spoil(outcome.client)), undefined);
    }
  });
});

describe('NTLM bytes from strangers', () => {
  test('any change of an AUTHENTICATE ends in an outcome, never in an error', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        fc.nat(500),
        (changes, cut) => {
          const server = acceptor();
          const negotiate = negotiateMessage();
          const challenge = readChallenge(server.challenge(negotiate));
          const { token } = answerChallenge(negotiate, challenge, { user: 'bob', password: PASSWORD });
          const spoilt = Buffer.from(token);
          for (const [at, value] of changes) if (at < spoilt.length) spoilt[at] = value;
          const sent = spoilt.subarray(0, cut < 100 ? cut * 4 : spoilt.length);
          const outcome = server.authenticate(sent);
          if (outcome.ok) {
            // The MIC is over every byte.
            assert.deepEqual(sent, token);
          }
        },
      ),
      fuzz(1500),
    );
  });

  test('random bytes behind the signature', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 3, 4), fc.uint8Array({ maxLength: 300 }), (type, rest) => {
        const token = Buffer.concat([Buffer.from('NTLMSSP\0'), Buffer.from([type, 0, 0, 0]), rest]);
        const server = acceptor();
        try {
          server.challenge(token);
        } catch (error) {
          assert.ok(error instanceof NtlmFormatError);
        }
        assert.equal(server.authenticate(token).ok, false);
      }),
      fuzz(1000),
    );
  });

  test('attributes: what is written is read; cut off, twice or without an end is refused', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 0xffff }), fc.uint8Array({ maxLength: 40 })), {
          selector: ([id]) => id,
          maxLength: 8,
        }),
        (pairs) => {
          const typed = pairs.map(([id, value]) => [id, Buffer.from(value)] as const);
          const bytes = writeAvPairs(typed);
          assert.deepEqual([...readAvPairs(bytes)], typed);
          assert.throws(() => readAvPairs(bytes.subarray(0, -1)), NtlmFormatError);
        },
      ),
      fuzz(100),
    );
    const flags = [AV.flags, Buffer.from([AV_FLAG_MIC, 0, 0, 0])] as const;
    assert.throws(() => readAvPairs(writeAvPairs([flags, flags])), NtlmFormatError);
  });
});
