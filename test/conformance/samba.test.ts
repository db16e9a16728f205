import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { context } from '../../src/auth/der.ts';
import { NtlmSession } from '../../src/auth/ntlm/session.ts';
import { readNegTokenResp } from '../../src/auth/spnego/tokens.ts';
import { readEncryptedBody, writeEncryptedBody } from '../../src/wsman/endpoint/encrypted-body.ts';
import { Service } from '../kit/service.ts';

const SOAP = 'application/soap+xml;charset=UTF-8';
const PROTOCOL = 'application/HTTP-SPNEGO-session-encrypted';
const IDENTIFY =
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>' +
  '<i:Identify xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"/></s:Body></s:Envelope>';

/** Samba's ntlm_auth: one command a line, base64 tokens. */
class Samba implements Disposable {
  readonly #process;
  readonly #lines: AsyncIterator<string>;

  constructor(protocol: 'ntlmssp-client-1' | 'gss-spnego-client', user: string, domain: string) {
    this.#process = spawn(
      'ntlm_auth',
      [`--helper-protocol=${protocol}`, `--username=${user}`, `--domain=${domain}`, '--configfile=/dev/null'],
      { stdio: ['pipe', 'pipe', 'ignore'] },
    );
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** First word and the rest of its answer. */
  async ask(command: string): Promise<readonly [string, string]> {
    this.#process.stdin.write(`${command}\n`);
    const { value, done } = await this.#lines.next();
    assert.notEqual(done, true, `ntlm_auth answers ${command.slice(0, 2)}`);
    const [word = '', ...rest] = String(value).split(' ');
    return [word, rest.join(' ')];
  }

  async passwordIs(password: string): Promise<void> {
    assert.deepEqual(await this.ask(`PW ${Buffer.from(password).toString('base64')}`), ['OK', '']);
  }

  [Symbol.dispose](): void {
    this.#process.kill();
  }
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly token: string | null;
  readonly body: Buffer;
}

/** One connection, in which Negotiate logs in. */
class Connection implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #url: URL;

  constructor(endpoint: string) {
    this.#url = new URL('/wsman', endpoint);
  }

  post(headers: Readonly<Record<string, string>>, body: Uint8Array = Buffer.alloc(0)): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asked = request(this.#url, { method: 'POST', agent: this.#agent, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            type: answer.headers['content-type'] ?? '',
            token: /^(?:Negotiate|NTLM) (\S+)$/.exec(answer.headers['www-authenticate'] ?? '')?.[1] ?? null,
            body: Buffer.concat(chunks),
          }),
        );
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

interface LogIn {
  /** Status of each answer. */
  readonly legs: readonly number[];
  /** Samba's word for how it ended: AF, it is in. */
  readonly end: string;
  /** The client's last token carried a MIC over the mechanisms. */
  readonly mechListMic: boolean;
}

/** The legs of a log-in: samba's tokens into the header, the service's back to samba. */
const logIn = async (samba: Samba, connection: Connection): Promise<LogIn> => {
  const legs: number[] = [];
  let [word, token] = await samba.ask('YR');
  for (;;) {
    const sent = Buffer.from(token, 'base64');
    const answer = await connection.post({ authorization: `Negotiate ${token}` });
    legs.push(answer.status);
    if (answer.token !== null) [word, token] = await samba.ask(`TT ${answer.token}`);
    if (answer.token === null || answer.status === 200)
      return { legs, end: word, mechListMic: sent[0] === context(1) && readNegTokenResp(sent).mechListMic !== null };
  }
};

describe('samba ntlm_auth as the client', () => {
  let service: Service;
  before(async () => {
    // Nothing in clear: who is logged in has to encrypt, with keys that samba has made.
    service = await Service.start({
      hypervisor: 'simulated',
      environment: { VSMS_ADMIN_NTLM: '1', VSMS_ALLOW_UNENCRYPTED: 'never' },
    });
  });
  after(() => service[Symbol.asyncDispose]());

  for (const protocol of ['ntlmssp-client-1', 'gss-spnego-client'] as const) {
    test(`A-017, A-018 ${protocol}: logs in, and both ends have the same keys`, async () => {
      using samba = new Samba(protocol, 'admin', 'WORKGROUP');
      using connection = new Connection(service.endpoints.http);
      await samba.passwordIs(service.password);
      const features = ['SESSION_KEY', 'SIGN', 'SEAL'].map((feature) => `NTLMSSP_FEATURE_${feature}`);
      assert.deepEqual(await samba.ask(`SF ${features.join(',')}`), ['OK', '']);
      const { legs, end, mechListMic } = await logIn(samba, connection);
      // Bare NTLM has no last token of the service, so samba waits for nothing more.
      assert.deepEqual({ legs, end }, { legs: [401, 200], end: 'AF' });
      const [, key] = await samba.ask('GK');
      const [, flags] = await samba.ask('GF');
      const session = new NtlmSession(Buffer.from(key, 'base64'), Number(flags), 'client');
      if (mechListMic) {
        // The MICs of both ends had the first numbers (wire-auth §4).
        session.sign(Buffer.alloc(0));
        session.verify(Buffer.alloc(0), Buffer.alloc(0));
        session.restartStreams();
      }
      for (const message of [IDENTIFY, '<a/>', IDENTIFY]) {
        const sealed = writeEncryptedBody(
          { contentType: SOAP, body: Buffer.from(message) },
          { protocol: PROTOCOL, seal: (plain) => session.seal(plain), unseal: () => undefined },
        );
        const answer = await connection.post({ 'content-type': sealed.contentType }, sealed.body);
        assert.equal(answer.status, message === IDENTIFY ? 200 : 500);
        const parts = readEncryptedBody(answer.body, answer.type, PROTOCOL)?.parts ?? [];
        const plain = parts.map((part) => session.unseal(part)?.toString('utf8') ?? 'forged').join('');
        assert.match(plain, message === IDENTIFY ? /<wsmid:ProductVendor>vsms</ : /<s:Fault>/);
      }
    });

    test(`A-005, A-032 ${protocol}: a wrong password, another domain and messages in clear are refused`, async () => {
      for (const [password, domain] of [
        ['wrong', 'WORKGROUP'],
        [service.password, 'ELSEWHERE'],
      ] as const) {
        using samba = new Samba(protocol, 'admin', domain);
        using connection = new Connection(service.endpoints.http);
        await samba.passwordIs(password);
        assert.deepEqual((await logIn(samba, connection)).legs, [401, 401], `${domain}, ${password}`);
        assert.equal((await connection.post({ 'content-type': SOAP }, Buffer.from(IDENTIFY))).status, 401);
      }
      using samba = new Samba(protocol, 'admin', '.');
      using connection = new Connection(service.endpoints.http);
      await samba.passwordIs(service.password);
      assert.deepEqual((await logIn(samba, connection)).legs, [401, 200]);
      const { status, body } = await connection.post({ 'content-type': SOAP }, Buffer.from(IDENTIFY));
      assert.equal(status, 500);
      assert.match(body.toString('utf8'), /AccessDenied/);
    });
  }
});
