import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { answerChallenge, negotiateMessage, readChallenge } from '../test/auth/kit/ntlm-client.ts';
import { Service } from '../test/kit/service.ts';
import { openEncryptedBody, writeEncryptedBody } from '../src/wsman/endpoint/encrypted-body.ts';
import type { Protection } from '../src/http/authentication.ts';
import { header, report, spread } from './kit/figures.ts';
import { defineEnvelope, getEnvelope, Wire } from './kit/wire.ts';

const PROTOCOL = 'application/HTTP-SPNEGO-session-encrypted';
const SOAP = 'application/soap+xml;charset=UTF-8';

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly challenge: string;
  readonly body: Buffer;
}

/** One kept-alive connection by Node's own HTTP, the same for all three, so that only log-in and encryption differ. */
class Client {
  readonly #url: URL;
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(endpoint: string) {
    this.#url = new URL('/wsman', endpoint);
    const options = { keepAlive: true, maxSockets: 1 };
    this.#agent = endpoint.startsWith('https:')
      ? new HttpsAgent({ ...options, rejectUnauthorized: false })
      : new HttpAgent(options);
  }

  post(headers: Readonly<Record<string, string>>, body: Buffer): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const send = this.#url.protocol === 'https:' ? httpsRequest : httpRequest;
      const options = { method: 'POST', agent: this.#agent, headers: { ...headers, 'content-length': body.length } };
      const request = send(this.#url, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'] ?? '',
            challenge: response.headers['www-authenticate'] ?? '',
            body: Buffer.concat(chunks),
          }),
        );
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

type Post = (body: Buffer) => Promise<Buffer>;

const byBasic =
  (client: Client, password: string): Post =>
  async (body) => {
    const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
    const reply = await client.post({ authorization, 'content-type': SOAP }, body);
    if (reply.status !== 200) throw new Error(`HTTP ${reply.status}`);
    return reply.body;
  };

/** Logs in once, then encrypts each message; the client's part is done in this process as well. */
const byNtlm = async (client: Client, password: string): Promise<Post> => {
  const negotiate = negotiateMessage();
  const nothing = Buffer.alloc(0);
  const token = (bytes: Buffer): { authorization: string } => ({
    authorization: `Negotiate ${bytes.toString('base64')}`,
  });
  const { challenge } = await client.post(token(negotiate), nothing);
  const bytes = Buffer.from(/Negotiate (\S+)/.exec(challenge)?.[1] ?? '', 'base64');
  const { token: answer, session } = answerChallenge(negotiate, readChallenge(bytes), { user: 'admin', password });
  const { status } = await client.post(token(answer), nothing);
  if (status !== 200) throw new Error(`The log-in ended with HTTP ${status}.`);
  const protection: Protection = {
    protocol: PROTOCOL,
    seal: (message) => session.seal(message),
    unseal: (part) => session.unseal(part),
  };
  return async (body) => {
    const sealed = writeEncryptedBody({ contentType: SOAP, body }, protection);
    const reply = await client.post({ 'content-type': sealed.contentType }, sealed.body);
    const opened = openEncryptedBody(reply.body, reply.type, protection);
    if (reply.status !== 200 || opened === undefined) throw new Error(`HTTP ${reply.status}`);
    return opened.body;
  };
};

/** Requests per second of one client by each way of logging in, in turn (issue: encryption costs at most twice of TLS). */
export async function login(rounds = 7, perRound = 400): Promise<void> {
  header('Log-in and encryption');
  await using service = await Service.start({ hypervisor: 'simulated', environment: { VSMS_ADMIN_NTLM: '1' } });
  const wire = new Wire(service.endpoints.http, service.password, 1);
  const defined = await wire.post(defineEnvelope('login'));
  const id = /Selector Name="Name">([0-9A-F-]{36})</.exec(defined)?.[1] ?? '';
  wire.close();
  const body = Buffer.from(getEnvelope(id));
  const clients = [
    new Client(service.endpoints.http),
    new Client(service.endpoints.https),
    new Client(service.endpoints.http),
  ] as const;
  const [plain, tls, sealed] = clients;
  const ways = [
    byBasic(plain, service.password),
    byBasic(tls, service.password),
    await byNtlm(sealed, service.password),
  ] as const;
  const rates: [number[], number[], number[]] = [[], [], []];
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, post] of ways.entries()) {
      const started = performance.now();
      for (let i = 0; i < perRound; i += 1) await post(body);
      // The first round warms up.
      if (round >= 0) rates[index]?.push(perRound / ((performance.now() - started) / 1000));
    }
  }
  for (const client of clients) client.close();
  const [a, b, c] = [spread(rates[0]), spread(rates[1]), spread(rates[2])];
  report({ what: 'Basic over HTTP', unit: '/s', ours: a, beside: null, goal: null });
  report({ what: 'Basic over TLS', unit: '/s', ours: b, beside: { what: 'Basic over HTTP', value: a }, goal: null });
  report({
    what: 'NTLM, encrypted, over HTTP',
    unit: '/s',
    ours: c,
    beside: { what: 'Basic over TLS', value: b },
    goal: { atLeast: 0.5 },
  });
}
