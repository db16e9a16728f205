import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Agent, type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { type AuthenticatorOptions, createAuthenticator } from '../../../src/auth/authenticator.ts';
import type { NtlmSession } from '../../../src/auth/ntlm/session.ts';
import { SecretBox } from '../../../src/auth/secret-box.ts';
import { Throttle } from '../../../src/auth/throttle.ts';
import { Users } from '../../../src/auth/users.ts';
import { openEncryptedBody, writeEncryptedBody } from '../../../src/wsman/endpoint/encrypted-body.ts';
import { type ClientOptions, answerChallenge, negotiateMessage, readChallenge } from '../../auth/kit/ntlm-client.ts';
import { startEndpoint, type TestEndpoint } from './endpoint.ts';
import { HOST } from './world.ts';

export const PROTOCOL = 'application/HTTP-SPNEGO-session-encrypted';
export const ENCRYPTED = `multipart/encrypted;protocol="${PROTOCOL}";boundary="Encrypted Boundary"`;
export const SOAP = 'application/soap+xml;charset=UTF-8';
export const PASSWORD = 'Secret-1';

export interface NtlmEndpoint extends TestEndpoint {
  readonly users: Users;
}

/** An endpoint with real accounts: admin and other may use NTLM, basic may not. */
export async function startNtlmEndpoint(options: Partial<AuthenticatorOptions> = {}): Promise<NtlmEndpoint> {
  const users = await Users.open(
    { load: async () => [], save: async () => undefined, remove: async () => undefined },
    HOST,
    new SecretBox(randomBytes(32)),
  );
  await users.set('admin', PASSWORD, 'administrator', { ntlm: true });
  await users.set('other', PASSWORD, 'administrator', { ntlm: true });
  await users.set('basic', PASSWORD, 'administrator');
  const authenticate = createAuthenticator({
    users,
    hostName: HOST,
    allowUnencrypted: 'never',
    throttle: new Throttle({ free: 1_000_000 }),
    ...options,
  });
  return Object.assign(await startEndpoint({ authenticate }), { users });
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Values of WWW-Authenticate, one per header. */
  readonly challenges: readonly string[];
  readonly body: Buffer;
}

/** One TCP connection of a client that speaks NTLM. */
export class NtlmConnection implements Disposable {
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #sockets = new Set<unknown>();
  session: NtlmSession | undefined;

  constructor(endpoint: { readonly url: string }) {
    this.#url = new URL(endpoint.url);
    this.#agent.on('free', (socket) => this.#sockets.add(socket));
  }

  /** TCP connections used so far. */
  get connections(): number {
    return this.#sockets.size;
  }

  post(headers: Readonly<Record<string, string>>, body: Buffer | string = ''): Promise<Answer> {
    const bytes = Buffer.from(body);
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        {
          host: this.#url.hostname,
          port: this.#url.port,
          path: '/wsman',
          method: 'POST',
          agent: this.#agent,
          headers:
            headers['transfer-encoding'] === undefined ? { ...headers, 'content-length': bytes.length } : headers,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              challenges: response.headersDistinct['www-authenticate'] ?? [],
              body: Buffer.concat(chunks),
            }),
          );
        },
      );
      request.on('error', reject);
      request.end(bytes);
    });
  }

  /** Type 1, and what answers its challenge. */
  async challenged(options: Partial<ClientOptions> = {}, scheme = 'Negotiate') {
    const negotiate = negotiateMessage();
    const answer = await this.post({ authorization: `${scheme} ${negotiate.toString('base64')}` });
    assert.equal(answer.status, 401);
    assert.equal(answer.challenges.length, 1);
    const [mirrored = '', token = ''] = (answer.challenges[0] ?? '').split(' ');
    assert.equal(mirrored, scheme);
    return answerChallenge(negotiate, readChallenge(Buffer.from(token, 'base64')), {
      user: 'admin',
      password: PASSWORD,
      ...options,
    });
  }

  /** The whole log-in with empty bodies; the answer to type 3. */
  async logIn(options: Partial<ClientOptions> = {}, scheme = 'Negotiate'): Promise<Answer> {
    const { token, session } = await this.challenged(options, scheme);
    this.session = session;
    return this.post({ authorization: `${scheme} ${token.toString('base64')}` });
  }

  /** `body` in its encrypted form. */
  seal(body: Buffer | string, contentType: string = SOAP): Buffer {
    const session = this.#established();
    return writeEncryptedBody(
      { contentType, body: Buffer.from(body) },
      { protocol: PROTOCOL, seal: (message) => session.seal(message), unseal: () => undefined },
    ).body;
  }

  /** An encrypted request and its answer, decrypted. */
  async ask(body: Buffer | string, contentType: string = SOAP): Promise<Answer> {
    return this.open(await this.post({ 'content-type': ENCRYPTED }, this.seal(body, contentType)));
  }

  open(answer: Answer): Answer {
    const session = this.#established();
    const type = answer.headers['content-type'];
    assert.equal(type, ENCRYPTED);
    const opened = openEncryptedBody(answer.body, type, {
      protocol: PROTOCOL,
      seal: (message) => session.seal(message),
      unseal: (part) => session.unseal(part),
    });
    assert.ok(opened !== undefined, 'the answer cannot be opened');
    return { ...answer, headers: { ...answer.headers, 'content-type': opened.contentType }, body: opened.body };
  }

  #established(): NtlmSession {
    assert.ok(this.session !== undefined);
    return this.session;
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
