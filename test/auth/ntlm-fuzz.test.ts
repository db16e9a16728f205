import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { NtlmAcceptor } from '../../src/auth/ntlm/acceptor.ts';
import { AV, AV_FLAG_MIC } from '../../src/auth/ntlm/av-pairs.ts';
import { NtlmFormatError, writeField } from '../../src/auth/ntlm/fields.ts';
import { has, NTLM } from '../../src/auth/ntlm/flags.ts';
import { hmacMd5, ntHash, responseKey } from '../../src/auth/ntlm/keys.ts';
import { NegotiateAcceptor } from '../../src/auth/spnego/acceptor.ts';
import { fuzz } from '../kit/fuzz.ts';
import { answerChallenge, MODERN, negotiateMessage, readChallenge } from './kit/ntlm-client.ts';

/*
 * Tokens of NTLM whose parts are what no client would write: lengths and offsets that point outside, into the head, over each
 * other; flags that contradict each other; attributes of other lengths, twice, without an end (issue 7 §3).
 */

const PASSWORD = 'Secret-1';
const NTLM_SERVER = {
  hostName: 'Host1',
  channelBinding: 'relaxed' as const,
  findAccount: (user: string) => (/^bob$/i.test(user) ? { account: user, ntHash: ntHash(PASSWORD) } : undefined),
};
const acceptor = (): NtlmAcceptor<string> => new NtlmAcceptor<string>(NTLM_SERVER, null);

/** LmResponse, NtResponse, domain, user, workstation, session key. */
const FIELDS = [12, 20, 28, 36, 44, 52] as const;
/** Domain and workstation of a NEGOTIATE. */
const EARLY_FIELDS = [16, 24] as const;

/** Numbers that break arithmetic more often than any random ones; those below zero count from the end of the token. */
const EDGES = [0, 1, 2, 3, 8, 12, 16, 24, 63, 64, 72, 88, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, -1, -2, -16];
const edge = fc.oneof(fc.constantFrom(...EDGES), fc.nat(400));

const fieldChange = (places: readonly number[]) =>
  fc.record({ at: fc.constantFrom(...places), part: fc.constantFrom('length', 'most', 'offset', 'both'), value: edge });
type FieldChange = typeof fieldChange extends (places: readonly number[]) => fc.Arbitrary<infer T> ? T : never;

const changeField = (token: Buffer, { at, part, value }: FieldChange): void => {
  if (at + 8 > token.length) return;
  const number = value < 0 ? token.length + value : value;
  if (part === 'length') token.writeUInt16LE(number & 0xffff, at);
  else if (part === 'most') token.writeUInt16LE(number & 0xffff, at + 2);
  else if (part === 'offset') token.writeUInt32LE(number >>> 0, at + 4);
  else writeField(token, at, Math.min(number, 0xffff), Math.max(0, token.length - number));
};

const flipped = (flags: number, bits: readonly number[]): number =>
  bits.reduce((before, bit) => (before ^ (1 << bit)) >>> 0, flags);

const attribute = fc.tuple(
  fc.oneof(fc.constantFrom(...Object.values(AV)), fc.nat(0xffff)),
  fc.uint8Array({ maxLength: 24 }),
  // What the pair says of its length, beside the truth.
  fc.option(fc.constantFrom(0, 1, 0x7fff, 0xffff), { freq: 4 }),
);
type Attribute = typeof attribute extends fc.Arbitrary<infer T> ? T : never;

const writeAttribute = ([id, value, length]: Attribute): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(length ?? value.length, 2);
  return Buffer.concat([head, value]);
};

describe('A-021 tokens of NTLM with parts that no client would write', () => {
  test('an AUTHENTICATE of other places, lengths and flags is refused, unless it is the right one', () => {
    fc.assert(
      fc.property(
        fc.array(fieldChange(FIELDS), { maxLength: 4 }),
        fc.array(fc.nat(31), { maxLength: 4 }),
        fc.option(fc.nat(300), { freq: 5 }),
        (changes, bits, end) => {
          const server = acceptor();
          const negotiate = negotiateMessage();
          const challenge = readChallenge(server.challenge(negotiate));
          const { token } = answerChallenge(negotiate, challenge, { user: 'bob', password: PASSWORD });
          const spoilt = Buffer.from(token);
          for (const change of changes) changeField(spoilt, change);
          spoilt.writeUInt32LE(flipped(spoilt.readUInt32LE(60), bits), 60);
          const sent = spoilt.subarray(0, end ?? spoilt.length);
          NegotiateAcceptor.claimedUser(sent);
          // The MIC is over every byte.
          assert.equal(server.authenticate(sent).ok, sent.equals(token));
          assert.equal(server.authenticate(token).ok, false, 'the challenge is used up');
        },
      ),
      fuzz(2000),
    );
  });

  test('nor does one without a MIC get in as another one, or throw', () => {
    fc.assert(
      fc.property(
        fc.array(fieldChange(FIELDS), { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(31)),
        (changes, bits) => {
          const server = acceptor();
          const negotiate = negotiateMessage();
          const challenge = readChallenge(server.challenge(negotiate));
          const options = { user: 'bob', password: PASSWORD, mic: false };
          const token = Buffer.from(answerChallenge(negotiate, challenge, options).token);
          for (const change of changes) changeField(token, change);
          token.writeUInt32LE(flipped(token.readUInt32LE(60), bits), 60);
          const outcome = server.authenticate(token);
          if (outcome.ok) assert.match(outcome.account, /^bob$/i);
        },
      ),
      fuzz(2000),
    );
  });

  test('attributes of a client who knows the password are read or refused', () => {
    const key = responseKey(ntHash(PASSWORD), 'bob', '');
    const seen = { in: 0, out: 0 };
    fc.assert(
      fc.property(
        fc.array(attribute, { maxLength: 6 }),
        fc.boolean(),
        fc.uint8Array({ maxLength: 8 }),
        (attributes, ended, rest) => {
          const server = acceptor();
          const negotiate = negotiateMessage();
          const challenge = readChallenge(server.challenge(negotiate));
          const blob = Buffer.concat([
            Buffer.from([1, 1, ...Array.from({ length: 26 }, () => 0)]),
            ...attributes.map(writeAttribute),
            ...(ended ? [Buffer.alloc(4)] : []),
            rest,
          ]);
          const ntResponse = Buffer.concat([hmacMd5(key, challenge.nonce, blob), blob]);
          const flags = (challenge.flags & ~NTLM.keyExchange) >>> 0;
          const options = { user: 'bob', password: PASSWORD, flags, mic: false, ntResponse };
          const outcome = server.authenticate(answerChallenge(negotiate, challenge, options).token);
          seen[outcome.ok ? 'in' : 'out']++;
          // Whoever says that there is a MIC has none here. What follows an end, or another length, is something else.
          const honest = attributes.every(([id, , length]) => id !== AV.end && length === null);
          const claims = attributes.some(([id, value]) => id === AV.flags && ((value[0] ?? 0) & AV_FLAG_MIC) !== 0);
          if (honest && claims) assert.equal(outcome.ok, false);
        },
      ),
      fuzz(2000),
    );
    assert.ok(seen.in > 0 && seen.out > 0, JSON.stringify(seen));
  });

  test('a NEGOTIATE of any flags and fields has a challenge with one character set, or is malformed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(31)),
        fc.array(fieldChange(EARLY_FIELDS), { maxLength: 3 }),
        fc.boolean(),
        fc.option(fc.nat(40), { freq: 5 }),
        (bits, changes, version, end) => {
          const token = negotiateMessage(flipped(MODERN, bits), version);
          for (const change of changes) changeField(token, change);
          const sent = token.subarray(0, end ?? token.length);
          let flags: number;
          try {
            flags = readChallenge(acceptor().challenge(sent)).flags;
          } catch (error) {
            assert.ok(error instanceof NtlmFormatError);
            assert.ok(sent.length < 16, 'only what has no flags');
            return;
          }
          assert.notEqual(has(flags, NTLM.unicode), has(flags, NTLM.oem), 'A-016c');
        },
      ),
      fuzz(1000),
    );
  });
});
