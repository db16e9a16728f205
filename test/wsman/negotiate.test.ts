import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { NTLM } from '../../src/auth/ntlm/flags.ts';
import { Throttle } from '../../src/auth/throttle.ts';
import { OID } from '../../src/auth/spnego/tokens.ts';
import { readEncryptedBody } from '../../src/wsman/endpoint/encrypted-body.ts';
import { answerChallenge, MODERN, negotiateMessage, readChallenge } from '../auth/kit/ntlm-client.ts';
import { mechanismList, negTokenInit, negTokenResp, readServerResp } from '../auth/kit/spnego-client.ts';
import { basic, readSoap } from './kit/endpoint.ts';
import { enumerateRequest, getRequest, pullRequest, WMI } from './kit/envelopes.ts';
import {
  ENCRYPTED,
  type NtlmEndpoint,
  NtlmConnection,
  PASSWORD,
  PROTOCOL,
  SOAP,
  startNtlmEndpoint,
} from './kit/ntlm-connection.ts';
import { fuzz } from '../kit/fuzz.ts';

const SERVICE = 'Msvm_VirtualSystemManagementService';
const GET = getRequest(`${WMI}/${SERVICE}`);
const NOTHING = getRequest(`${WMI}/Msvm_Nothing`);

const bodyOf = (bytes: Buffer): string | undefined =>
  readSoap({ status: 200, headers: {}, rawHeaders: [], body: bytes }).body?.local;

describe('Negotiate on a connection', () => {
  let endpoint: NtlmEndpoint;
  before(async () => {
    endpoint = await startNtlmEndpoint();
  });
  after(() => endpoint[Symbol.asyncDispose]());

  test('A-001, A-002 the 401 lists what this connection may use, and nothing when nobody can', async () => {
    const lists: Record<string, readonly string[]> = {};
    for (const [name, options] of [
      ['never', { allowUnencrypted: 'never' }],
      ['loopback', { allowUnencrypted: 'loopback' }],
      ['always NTLM', { allowUnencrypted: 'never', ntlmScheme: 'always' }],
      ['never NTLM', { allowUnencrypted: 'loopback', ntlmScheme: 'never' }],
    ] as const) {
      await using other = await startNtlmEndpoint(options);
      using connection = new NtlmConnection(other);
      const answer = await connection.post({ 'content-type': SOAP }, GET);
      assert.equal(answer.status, 401);
      assert.equal(answer.body.length, 0);
      lists[name] = answer.challenges;
    }
    assert.deepEqual(lists, {
      never: ['Negotiate'],
      loopback: ['Negotiate', 'NTLM', 'Basic realm="WSMAN"'],
      'always NTLM': ['Negotiate', 'NTLM'],
      'never NTLM': ['Negotiate', 'Basic realm="WSMAN"'],
    });
    await using nobody = await startNtlmEndpoint();
    for (const name of ['admin', 'other']) await nobody.users.set(name, PASSWORD, 'administrator', { ntlm: false });
    using connection = new NtlmConnection(nobody);
    assert.deepEqual((await connection.post({})).challenges, []);
    const token = negotiateMessage().toString('base64');
    assert.deepEqual((await connection.post({ authorization: `Negotiate ${token}` })).challenges, []);
  });

  test('A-026, A-023, A-027 empty legs, 200, then 100 encrypted requests without Authorization on one socket', async () => {
    using connection = new NtlmConnection(endpoint);
    const end = await connection.logIn();
    assert.equal(end.status, 200);
    assert.equal(end.body.length, 0);
    assert.deepEqual(end.challenges, []);
    for (let i = 0; i < 100; i++) {
      const answer = await connection.ask(GET);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['content-type'], SOAP);
      assert.equal(bodyOf(answer.body), SERVICE);
    }
    assert.equal(connection.connections, 1);
  });

  test('A-018, A-020 SPNEGO with mechListMIC over the wire', async () => {
    using connection = new NtlmConnection(endpoint);
    const negotiate = negotiateMessage();
    const send = (token: Buffer) => connection.post({ authorization: `Negotiate ${token.toString('base64')}` });
    const tokenOf = (challenges: readonly string[]) =>
      readServerResp(Buffer.from((challenges[0] ?? '').split(' ')[1] ?? '', 'base64'));
    const first = await send(negTokenInit([OID.ntlm], negotiate));
    assert.equal(first.status, 401);
    const { token } = tokenOf(first.challenges);
    assert.ok(token !== undefined);
    const made = answerChallenge(negotiate, readChallenge(token), { user: 'admin', password: PASSWORD });
    const mic = made.session.sign(mechanismList([OID.ntlm]));
    const end = await send(negTokenResp(made.token, mic));
    assert.equal(end.status, 200);
    const theirs = tokenOf(end.challenges).mic;
    assert.ok(theirs !== undefined && made.session.verify(mechanismList([OID.ntlm]), theirs));
    made.session.restartStreams();
    connection.session = made.session;
    for (let i = 0; i < 3; i++) assert.equal(bodyOf((await connection.ask(GET)).body), SERVICE);
  });

  test('A-005 a wrong password, an unknown user and one without NTLM get the same fresh 401', async () => {
    const answers = [];
    for (const options of [{ password: 'wrong' }, { user: 'nobody' }, { user: 'basic' }, { domain: 'ELSEWHERE' }]) {
      using connection = new NtlmConnection(endpoint);
      const { status, challenges, body, headers } = await connection.logIn(options);
      answers.push({ status, challenges, length: body.length, names: Object.keys(headers).toSorted() });
    }
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
    assert.deepEqual(answers[0]?.challenges, ['Negotiate']);
    assert.equal(answers[0]?.status, 401);
  });

  test('A-013 a type 3 of one connection does not count on another, nor twice on its own', async () => {
    using one = new NtlmConnection(endpoint);
    using two = new NtlmConnection(endpoint);
    const { token } = await one.challenged();
    const authorization = `Negotiate ${token.toString('base64')}`;
    await two.challenged();
    assert.equal((await two.post({ authorization })).status, 401);
    assert.equal((await one.post({ authorization })).status, 200);
    assert.equal((await one.post({ authorization })).status, 401);
    assert.equal((await one.post({ 'content-type': SOAP }, GET)).status, 401, 'and the log-in is over');
  });

  test('A-014 a type 3 without a type 2 is refused', async () => {
    using one = new NtlmConnection(endpoint);
    using two = new NtlmConnection(endpoint);
    const { token } = await one.challenged();
    assert.equal((await two.post({ authorization: `Negotiate ${token.toString('base64')}` })).status, 401);
  });

  test('A-022 the log-in belongs to its socket', async () => {
    using one = new NtlmConnection(endpoint);
    using two = new NtlmConnection(endpoint);
    assert.equal((await one.logIn()).status, 200);
    two.session = one.session;
    assert.equal((await two.post({ 'content-type': ENCRYPTED }, two.seal(GET))).status, 401);
  });

  test('A-024 another log-in on the same socket takes its place, with keys of its own', async () => {
    using connection = new NtlmConnection(endpoint);
    await connection.logIn();
    await connection.ask(GET);
    assert.equal((await connection.logIn({ user: 'other' })).status, 200);
    for (let i = 0; i < 3; i++) assert.equal((await connection.ask(GET)).status, 200);
    assert.equal(connection.connections, 1);
    const failed = await connection.logIn({ password: 'wrong' });
    assert.equal(failed.status, 401);
    assert.equal((await connection.post({})).status, 401);
  });

  test('A-026 legs with a body, chunked or long, stay on their connection', async () => {
    const long = Buffer.alloc(3 << 20, 0x20);
    for (const [headers, body] of [
      [{ 'transfer-encoding': 'chunked' }, GET],
      [{}, long],
    ] as const) {
      using connection = new NtlmConnection(endpoint);
      const negotiate = negotiateMessage();
      const first = await connection.post(
        { ...headers, 'content-type': SOAP, authorization: `Negotiate ${negotiate.toString('base64')}` },
        body,
      );
      const challenge = readChallenge(Buffer.from((first.challenges[0] ?? '').split(' ')[1] ?? '', 'base64'));
      const made = answerChallenge(negotiate, challenge, { user: 'admin', password: PASSWORD });
      connection.session = made.session;
      const end = await connection.post({ authorization: `Negotiate ${made.token.toString('base64')}` });
      assert.equal(end.status, 200);
      assert.equal((await connection.ask(GET)).status, 200);
      assert.equal(connection.connections, 1);
    }
  });

  test('A-025 type 3 with an encrypted body in the same request', async () => {
    using connection = new NtlmConnection(endpoint);
    const { token, session } = await connection.challenged();
    connection.session = session;
    const answer = await connection.post(
      { authorization: `Negotiate ${token.toString('base64')}`, 'content-type': ENCRYPTED },
      connection.seal(GET),
    );
    assert.equal(bodyOf(connection.open(answer).body), SERVICE);
  });

  test('A-028 a fault is encrypted too, with status 500', async () => {
    using connection = new NtlmConnection(endpoint);
    await connection.logIn();
    const answer = await connection.ask(NOTHING);
    assert.equal(answer.status, 500);
    assert.equal(bodyOf(answer.body), 'Fault');
    assert.equal((await connection.ask(GET)).status, 200);
  });

  test('A-029 UTF-16 inside', async () => {
    using connection = new NtlmConnection(endpoint);
    await connection.logIn();
    const answer = await connection.ask(Buffer.from(GET, 'utf16le'), 'application/soap+xml;charset=UTF-16');
    assert.equal(answer.headers['content-type'], 'application/soap+xml;charset=UTF-16');
    assert.deepEqual([...answer.body.subarray(0, 2)], [0xff, 0xfe]);
    assert.equal(bodyOf(answer.body), SERVICE);
  });

  test('A-031 a changed message: 400, and the connection is over', async () => {
    using connection = new NtlmConnection(endpoint);
    await connection.logIn();
    const sealed = connection.seal(GET);
    const at = sealed.indexOf('octet-stream\r\n') + 'octet-stream\r\n'.length + 25;
    sealed[at] = sealed[at]! ^ 1;
    const answer = await connection.post({ 'content-type': ENCRYPTED }, sealed);
    assert.equal(answer.status, 400);
    assert.equal(answer.headers.connection, 'close');
    assert.equal((await connection.post({ 'content-type': ENCRYPTED }, connection.seal(GET))).status, 401);
  });

  test('A-031 the same encrypted message again: 400', async () => {
    using connection = new NtlmConnection(endpoint);
    await connection.logIn();
    const sealed = connection.seal(GET);
    assert.equal((await connection.post({ 'content-type': ENCRYPTED }, sealed)).status, 200);
    assert.equal((await connection.post({ 'content-type': ENCRYPTED }, sealed)).status, 400);
  });

  test('A-032 a message in clear is a fault w:AccessDenied where encryption is required', async () => {
    using connection = new NtlmConnection(endpoint);
    await connection.logIn();
    const answer = await connection.post({ 'content-type': SOAP }, GET);
    assert.equal(answer.status, 500);
    assert.match(answer.body.toString(), /w:AccessDenied/);
    assert.match(answer.body.toString(), /Code="5"/);
    assert.equal((await connection.ask(GET)).status, 200, 'and the session goes on');
  });

  test('A-032 where messages may be in clear they are served, until the client has encrypted one', async () => {
    await using other = await startNtlmEndpoint({ allowUnencrypted: 'loopback' });
    using connection = new NtlmConnection(other);
    await connection.logIn();
    assert.equal((await connection.post({ 'content-type': SOAP }, GET)).status, 200);
    assert.equal((await connection.ask(GET)).status, 200);
    assert.equal((await connection.post({ 'content-type': SOAP }, GET)).status, 500);
  });

  test('without SEAL there is nothing to decrypt with: 415', async () => {
    using connection = new NtlmConnection(endpoint);
    await connection.logIn({ flags: MODERN & ~NTLM.seal });
    assert.equal((await connection.post({ 'content-type': ENCRYPTED }, connection.seal(GET))).status, 415);
  });

  test('A-016e the scheme NTLM is mirrored, and refused where it is not offered', async () => {
    await using other = await startNtlmEndpoint({ allowUnencrypted: 'loopback' });
    using connection = new NtlmConnection(other);
    assert.equal((await connection.logIn({}, 'NTLM')).status, 200);
    assert.equal((await connection.ask(GET)).status, 200);
    using refused = new NtlmConnection(endpoint);
    const answer = await refused.post({ authorization: `NTLM ${negotiateMessage().toString('base64')}` });
    assert.deepEqual(answer.challenges, ['Negotiate']);
  });

  test('hardening 2: other credentials on the connection are judged by themselves, and end its log-in', async () => {
    await using other = await startNtlmEndpoint({ allowUnencrypted: 'loopback' });
    for (const authorization of [
      basic('admin'),
      'Basic !!!',
      'Bearer x',
      'Negotiate',
      'Negotiate !!!',
      'Negotiate YQ==',
    ]) {
      using connection = new NtlmConnection(other);
      assert.equal((await connection.logIn()).status, 200);
      assert.equal((await connection.post({ 'content-type': SOAP, authorization }, GET)).status, 401, authorization);
      assert.equal((await connection.post({ 'content-type': SOAP }, GET)).status, 401, authorization);
    }
    using connection = new NtlmConnection(other);
    const right = `Basic ${Buffer.from(`basic:${PASSWORD}`).toString('base64')}`;
    assert.equal((await connection.post({ 'content-type': SOAP, authorization: right }, GET)).status, 200);
    assert.equal((await connection.post({ 'content-type': SOAP }, GET)).status, 401);
  });

  test('an account that is changed or removed is logged out at once', async () => {
    await using other = await startNtlmEndpoint();
    using one = new NtlmConnection(other);
    using two = new NtlmConnection(other);
    await one.logIn();
    await two.logIn({ user: 'other' });
    await other.users.set('admin', 'another', 'administrator');
    assert.equal((await one.post({ 'content-type': ENCRYPTED }, one.seal(GET))).status, 401);
    assert.equal((await two.ask(GET)).status, 200);
    await other.users.remove('other');
    assert.equal((await two.post({ 'content-type': ENCRYPTED }, two.seal(GET))).status, 401);
  });

  test('hardening 21: guessing waits, by whatever scheme; who is logged in does not', async () => {
    const waits: number[] = [];
    const throttle = new Throttle({
      free: 3,
      firstMs: 60_000,
      longestMs: 60_000,
      sleep: async (ms) => {
        waits.push(ms);
      },
    });
    await using other = await startNtlmEndpoint({ allowUnencrypted: 'loopback', throttle });
    using known = new NtlmConnection(other);
    assert.equal((await known.logIn()).status, 200);
    using connection = new NtlmConnection(other);
    for (let i = 0; i < 3; i++) assert.equal((await connection.logIn({ password: 'wrong' })).status, 401);
    assert.equal(waits.length, 0);
    assert.equal((await connection.logIn({ user: 'ADMIN', password: 'wrong' })).status, 401);
    assert.equal(waits.length, 1);
    await connection.post({ 'content-type': SOAP, authorization: basic('admin') }, GET);
    assert.equal(waits.length, 2);
    assert.equal((await known.ask(GET)).status, 200);
    assert.equal((await connection.logIn({ user: 'other' })).status, 200);
    assert.equal(waits.length, 2);
  });

  test("A-038 another user's enumeration cannot be pulled; one's own can, from another connection", async () => {
    using one = new NtlmConnection(endpoint);
    using two = new NtlmConnection(endpoint);
    using thief = new NtlmConnection(endpoint);
    await one.logIn();
    await two.logIn();
    await thief.logIn({ user: 'other' });
    const started = (await one.ask(enumerateRequest(`${WMI}/${SERVICE}`))).body.toString();
    const context = /EnumerationContext>([^<]+)</.exec(started)?.[1];
    assert.ok(context !== undefined);
    const pull = pullRequest(`${WMI}/${SERVICE}`, context);
    assert.match((await thief.ask(pull)).body.toString(), /InvalidEnumerationContext/);
    assert.equal((await two.ask(pull)).status, 200);
  });

  test('pipelined encrypted requests are answered in their order', async () => {
    using connection = new NtlmConnection(endpoint);
    // A log-in and its requests without waiting for one answer needs a socket of one's own.
    const { port } = new URL(endpoint.url);
    const socket = connect(Number(port), '127.0.0.1');
    const request = (headers: string, body: Buffer): Buffer =>
      Buffer.concat([
        Buffer.from(`POST /wsman HTTP/1.1\r\nHost: x\r\n${headers}Content-Length: ${body.length}\r\n\r\n`),
        body,
      ]);
    let seen = Buffer.alloc(0);
    const until = (pattern: RegExp): Promise<string> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const text = seen.toString('latin1');
          if (!pattern.test(text)) return;
          socket.off('data', look);
          resolve(text);
        };
        socket.on('data', look).on('close', () => reject(new Error(seen.toString('latin1'))));
        look();
      });
    socket.on('data', (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
    });
    try {
      const negotiate = negotiateMessage();
      const leg = (token: Buffer): string => `Authorization: Negotiate ${token.toString('base64')}\r\n`;
      socket.write(request(leg(negotiate), Buffer.alloc(0)));
      const text = await until(/\r\n\r\n/);
      const challenge = /Negotiate (\S+)/i.exec(text)?.[1] ?? '';
      const made = answerChallenge(negotiate, readChallenge(Buffer.from(challenge, 'base64')), {
        user: 'admin',
        password: PASSWORD,
      });
      connection.session = made.session;
      seen = Buffer.alloc(0);
      const type = `Content-Type: ${ENCRYPTED}\r\n`;
      const all = [request(leg(made.token), Buffer.alloc(0))];
      for (let i = 0; i < 8; i++) all.push(request(type, connection.seal(i % 2 === 0 ? GET : NOTHING)));
      socket.write(Buffer.concat(all));
      const answers = (await until(/(?:[^]*--Encrypted Boundary--\r\n){8}/)).split('HTTP/1.1 ').slice(2);
      assert.equal(answers.length, 8);
      for (const [i, answer] of answers.entries()) {
        assert.equal(answer.slice(0, 3), i % 2 === 0 ? '200' : '500');
        const body = Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1');
        const opened = connection.open({ status: 0, headers: { 'content-type': ENCRYPTED }, challenges: [], body });
        assert.equal(bodyOf(opened.body), i % 2 === 0 ? SERVICE : 'Fault');
      }
    } finally {
      socket.destroy();
    }
  });

  test('Negotiate headers from strangers get 401, and the service goes on', async () => {
    using connection = new NtlmConnection(endpoint);
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('', 'NTLMSSP\0\x01', '`', '\xa1'),
        async (rest, head) => {
          const token = Buffer.concat([Buffer.from(head, 'latin1'), rest]).toString('base64');
          assert.equal((await connection.post({ authorization: `Negotiate ${token}` })).status, 401);
        },
      ),
      fuzz(200),
    );
  });

  test('encrypted bodies from strangers get 400, and the service goes on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 5 }),
        fc.nat(),
        async (changes, cut) => {
          using connection = new NtlmConnection(endpoint);
          await connection.logIn();
          const sealed = connection.seal(GET);
          const spoilt = Buffer.from(sealed.subarray(0, cut % 3 === 0 ? cut % sealed.length : sealed.length));
          for (const [at, value] of changes) if (at < spoilt.length) spoilt[at] = value;
          const { status } = await connection.post({ 'content-type': ENCRYPTED }, spoilt);
          // Headers may differ in white space and case only; 415 when what was made of the type is no SOAP.
          assert.ok([200, 400, 415].includes(status), String(status));
        },
      ),
      fuzz(60),
    );
  });
});

describe('framing of encrypted messages', () => {
  const signature = Buffer.alloc(16, 3);
  const data = (sealed: Buffer): Buffer => Buffer.concat([Buffer.from([16, 0, 0, 0]), signature, sealed]);
  const read = (parts: readonly (string | Buffer)[], type: string = ENCRYPTED) =>
    readEncryptedBody(Buffer.concat(parts.map((part) => Buffer.from(part))), type, PROTOCOL);
  const sealed = Buffer.from('abc--Encrypted Boundary--\r\n--Encrypted Boundary\r\ndef');
  const length = sealed.length;

  for (const [name, parts] of [
    [
      'as pywinrm sends it',
      [
        `--Encrypted Boundary\r\n\tContent-Type: ${PROTOCOL}\r\n\tOriginalContent: type=${SOAP};Length=${length}\r\n` +
          '--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n',
        data(sealed),
        '--Encrypted Boundary--\r\n',
      ],
    ],
    [
      'A-033 without tabs, as ruby sends it',
      [
        `--Encrypted Boundary\r\nContent-Type: ${PROTOCOL}\r\nOriginalContent: type=${SOAP};Length=${length}\r\n` +
          '--Encrypted Boundary\r\nContent-Type: application/octet-stream\r\n',
        data(sealed),
        '--Encrypted Boundary--\r\n',
      ],
    ],
    [
      'A-033 with a blank after the dashes, LF, other order, other case, no end',
      [
        `-- Encrypted Boundary\n OriginalContent: type=${SOAP};length=${length}\n content-type:${PROTOCOL.toLowerCase()}\n\n` +
          '-- Encrypted Boundary\n\tContent-type:  Application/Octet-Stream\n',
        data(sealed),
        '-- Encrypted Boundary',
      ],
    ],
  ] as const) {
    test(`${name}; A-030 the boundary inside of encrypted bytes is none`, () => {
      assert.deepEqual(read(parts), { contentType: SOAP, parts: [{ signature, sealed }] });
    });
  }

  const head = (length: number | string = 3): string =>
    `--Encrypted Boundary\r\n\tContent-Type: ${PROTOCOL}\r\n\tOriginalContent: type=${SOAP};Length=${length}\r\n` +
    '--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n';
  const three = data(Buffer.from('abc'));

  test('several pairs make one message', () => {
    const both = read([head(), three, head(), three, '--Encrypted Boundary--\r\n']);
    assert.equal(both?.parts.length, 2);
  });

  test('everything else is refused', () => {
    const cases: Readonly<Record<string, readonly (string | Buffer)[]>> = {
      empty: [''],
      'no boundary': ['x'],
      'head only': [head()],
      'data cut off': [head(), three.subarray(0, -1)],
      'no boundary behind the data': [head(), three],
      'length too small': [head(2), three, '--Encrypted Boundary--\r\n'],
      'length too great': [head(4), three, '--Encrypted Boundary--\r\n'],
      'length beyond all': [head('99999999999'), three, '--Encrypted Boundary--\r\n'],
      'length negative': [head('-3'), three, '--Encrypted Boundary--\r\n'],
      'length twice': [head('3;Length=4'), three, '--Encrypted Boundary--\r\n'],
      'something behind the end': [head(), three, '--Encrypted Boundary--\r\nx'],
      'a pair behind the end': [
        head(),
        three,
        '--Encrypted Boundary--\r\n',
        head(),
        three,
        '--Encrypted Boundary--\r\n',
      ],
      'headers behind the end': [
        head(),
        three,
        '--Encrypted Boundary--\r\n',
        head().slice(22),
        three,
        '--Encrypted Boundary',
      ],
      'another signature length': [head(), Buffer.from([17, 0, 0, 0]), three.subarray(4), '--Encrypted Boundary--\r\n'],
      'another protocol': [head().replace('SPNEGO', 'Kerberos'), three, '--Encrypted Boundary--\r\n'],
      'another data type': [head().replace('octet-stream', 'xml'), three, '--Encrypted Boundary--\r\n'],
      'no original content': [head().replace('OriginalContent', 'Other'), three, '--Encrypted Boundary--\r\n'],
      'a header twice': [head().replace('\tOriginal', '\tContent-Type: x\r\n\tOriginal'), three],
      'a long line': [head().replace('\tOriginal', `\tX: ${'x'.repeat(600)}\r\n\tOriginal`), three],
      'many headers': [
        head().replace(
          '\tOriginal',
          `${Array.from({ length: 20 }, (_, i) => `\tX-${'abcdefghijklmnopqrst'[i]}: 1\r\n`).join('')}\tOriginal`,
        ),
        three,
      ],
    };
    for (const [name, parts] of Object.entries(cases)) assert.equal(read(parts), undefined, name);
    assert.equal(read([head(), three, '--Encrypted Boundary--'], ENCRYPTED.replace('SPNEGO', 'CredSSP')), undefined);
    assert.equal(read([head(), three, '--Encrypted Boundary--'], ENCRYPTED.replace('Encrypted B', 'B')), undefined);
    assert.notEqual(read([head(), three, '--Encrypted Boundary--']), undefined, 'the one they were made of');
  });

  test('random bytes never throw', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(head(), three, '--Encrypted Boundary', '--', '\r\n', 'x', Buffer.alloc(9))),
        (parts) => {
          read(parts);
        },
      ),
      fuzz(2000),
    );
  });
});
