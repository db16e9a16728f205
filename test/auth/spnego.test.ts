import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ntHash } from '../../src/auth/ntlm/keys.ts';
import type { NtlmSession } from '../../src/auth/ntlm/session.ts';
import { NegotiateAcceptor, type NegotiateStep, type SecuritySession } from '../../src/auth/spnego/acceptor.ts';
import { DerError, readElement, readElements, writeElement } from '../../src/auth/der.ts';
import { OID } from '../../src/auth/spnego/tokens.ts';
import { answerChallenge, negotiateMessage, readChallenge } from './kit/ntlm-client.ts';
import { mechanismList, negTokenInit, negTokenResp, readServerResp } from './kit/spnego-client.ts';
import { fuzz } from '../kit/fuzz.ts';

const acceptor = (): NegotiateAcceptor<string> =>
  new NegotiateAcceptor<string>(
    {
      ntlm: {
        hostName: 'HOST1',
        channelBinding: 'relaxed',
        findAccount: (user) => (user === 'bob' ? { account: 'bob', ntHash: ntHash('Secret-1') } : undefined),
      },
      kerberos: null,
    },
    null,
  );

const token = (step: NegotiateStep<string>): Buffer => {
  assert.equal(step.kind, 'continue');
  assert.ok(step.kind === 'continue');
  return step.token;
};

const done = (step: NegotiateStep<string>): NegotiateStep<string> & { kind: 'done' } => {
  assert.equal(step.kind, 'done', step.kind === 'refused' ? step.reason : '');
  assert.ok(step.kind === 'done');
  return step;
};

const reasonOf = (step: NegotiateStep<string>): string => (step.kind === 'refused' ? step.reason : step.kind);

const answer = (negotiate: Buffer, challenge: Buffer, password = 'Secret-1') =>
  answerChallenge(negotiate, readChallenge(challenge), { user: 'bob', password });

function talk(client: NtlmSession, server: SecuritySession | null): void {
  assert.ok(server !== null);
  for (const text of ['one', 'two', 'three']) {
    assert.equal(server.unseal(client.seal(Buffer.from(text)))?.toString(), text);
    assert.equal(client.unseal(server.seal(Buffer.from(text)))?.toString(), text);
  }
}

describe('SPNEGO', () => {
  test('A-017 raw NTLM inside Negotiate: no token comes with the end', () => {
    const server = acceptor();
    const negotiate = negotiateMessage();
    const client = answer(negotiate, token(server.accept(negotiate)));
    const end = done(server.accept(client.token));
    assert.equal(end.token, null);
    talk(client.session, end.session);
  });

  test('A-018 NTLM inside SPNEGO, without mechListMIC: the sequence begins at 0', () => {
    const server = acceptor();
    const negotiate = negotiateMessage();
    const first = readServerResp(token(server.accept(negTokenInit([OID.ntlm], negotiate))));
    assert.equal(first.state, 1);
    assert.equal(first.mechanism, OID.ntlm);
    assert.ok(first.token !== undefined);
    const client = answer(negotiate, first.token);
    const end = done(server.accept(negTokenResp(client.token)));
    assert.deepEqual(readServerResp(end.token ?? Buffer.alloc(0)), {
      state: 0,
      mechanism: undefined,
      token: undefined,
      mic: undefined,
    });
    talk(client.session, end.session);
  });

  test('A-020 a mechListMIC is verified and answered; streams begin anew, sequences go on', () => {
    const server = acceptor();
    const negotiate = negotiateMessage();
    const { token: challenge } = readServerResp(token(server.accept(negTokenInit([OID.ntlm], negotiate))));
    assert.ok(challenge !== undefined);
    const client = answer(negotiate, challenge);
    const mic = client.session.sign(mechanismList([OID.ntlm]));
    const end = done(server.accept(negTokenResp(client.token, mic)));
    const theirs = readServerResp(end.token ?? Buffer.alloc(0)).mic;
    assert.ok(theirs !== undefined);
    assert.ok(client.session.verify(mechanismList([OID.ntlm]), theirs));
    client.session.restartStreams();
    const sealed = client.session.seal(Buffer.from('first'));
    assert.equal(sealed.signature.readUInt32LE(12), 1);
    assert.equal(end.session?.unseal(sealed)?.toString(), 'first');
    talk(client.session, end.session);
  });

  test('A-020 a wrong mechListMIC is refused', () => {
    for (const list of [[OID.kerberos, OID.ntlm], []]) {
      const server = acceptor();
      const negotiate = negotiateMessage();
      const { token: challenge } = readServerResp(token(server.accept(negTokenInit([OID.ntlm], negotiate))));
      assert.ok(challenge !== undefined);
      const client = answer(negotiate, challenge);
      const mic = client.session.sign(mechanismList(list));
      assert.equal(reasonOf(server.accept(negTokenResp(client.token, mic))), 'message integrity');
    }
  });

  for (const [name, mechanisms] of [
    ['Kerberos', [OID.kerberos, OID.ntlm]],
    ['Microsoft Kerberos', [OID.microsoftKerberos, OID.kerberos, OID.ntlm]],
  ] as const) {
    test(`A-019 ${name} first, NTLM second: its token is asked for, and a mechListMIC`, () => {
      for (const withMic of [true, false]) {
        const server = acceptor();
        const asked = readServerResp(token(server.accept(negTokenInit(mechanisms, Buffer.from('a Kerberos ticket')))));
        assert.equal(asked.state, 3);
        assert.equal(asked.mechanism, OID.ntlm);
        assert.equal(asked.token, undefined);
        const negotiate = negotiateMessage();
        const { token: challenge } = readServerResp(token(server.accept(negTokenResp(negotiate))));
        assert.ok(challenge !== undefined);
        const client = answer(negotiate, challenge);
        const mic = withMic ? client.session.sign(mechanismList(mechanisms)) : null;
        const end = server.accept(negTokenResp(client.token, mic));
        assert.equal(reasonOf(end), withMic ? 'done' : 'message integrity');
      }
    });
  }

  test('no mechanism in common, a Kerberos token, an answer before a question', () => {
    assert.equal(reasonOf(acceptor().accept(negTokenInit([OID.kerberos], null))), 'no common mechanism');
    const kerberos = writeElement(0x60, writeElement(0x06, Buffer.from(OID.kerberos, 'hex')), Buffer.from([1, 0]));
    assert.equal(reasonOf(acceptor().accept(kerberos)), 'no common mechanism');
    assert.equal(reasonOf(acceptor().accept(negTokenResp(negotiateMessage()))), 'malformed');
    assert.equal(reasonOf(acceptor().accept(Buffer.alloc(0))), 'malformed');
    assert.equal(reasonOf(acceptor().accept(Buffer.alloc(40_000, 0x60))), 'malformed');
  });

  test('a wrong password inside SPNEGO is refused', () => {
    const server = acceptor();
    const negotiate = negotiateMessage();
    const { token: challenge } = readServerResp(token(server.accept(negTokenInit([OID.ntlm], negotiate))));
    assert.ok(challenge !== undefined);
    const client = answer(negotiate, challenge, 'wrong');
    assert.equal(NegotiateAcceptor.claimedUser(negTokenResp(client.token)), 'bob');
    assert.equal(reasonOf(server.accept(negTokenResp(client.token))), 'unknown user or wrong password');
  });
});

describe('A-021 DER from strangers', () => {
  test('elements are read as written, at every length', () => {
    for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
      const content = Buffer.alloc(length, 5);
      const bytes = Buffer.concat([writeElement(0x04, content), Buffer.from([9])]);
      const { element, rest } = readElement(bytes);
      assert.deepEqual(element.content, content);
      assert.deepEqual(rest, Buffer.from([9]));
    }
  });

  test('lengths that are not DER are refused', () => {
    for (const bytes of [
      [0x30],
      [0x30, 0x80, 0, 0],
      [0x30, 0x81, 0x01, 0],
      [0x30, 0x82, 0, 0x80, ...Array.from({ length: 128 }, () => 0)],
      [0x30, 0x84, 0, 0, 0, 1, 0],
      [0x30, 0x82, 1],
      [0x30, 5, 0],
      [0x1f, 0x81, 1, 0],
    ]) {
      assert.throws(() => readElement(Buffer.from(bytes)), DerError, String(bytes));
    }
    assert.throws(() => readElements(Buffer.alloc(40), 5), DerError);
  });

  test('changed and random tokens are refused or go on, and never throw', () => {
    const whole = negTokenInit([OID.kerberos, OID.ntlm], negotiateMessage());
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.nat(whole.length),
        (changes, end) => {
          const spoilt = Buffer.from(whole);
          for (const [at, value] of changes) spoilt[at] = value;
          const server = acceptor();
          for (const sent of [spoilt, spoilt.subarray(0, end), spoilt]) {
            NegotiateAcceptor.claimedUser(sent);
            assert.notEqual(server.accept(sent).kind, 'done');
          }
        },
      ),
      fuzz(1500),
    );
    fc.assert(
      fc.property(fc.constantFrom(0x60, 0xa1, 0xa0, 0x4e), fc.uint8Array({ maxLength: 200 }), (tag, rest) => {
        const sent = Buffer.from([tag, ...rest]);
        NegotiateAcceptor.claimedUser(sent);
        assert.equal(acceptor().accept(sent).kind, 'refused');
      }),
      fuzz(1500),
    );
  });
});
