import assert from 'node:assert/strict';
import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { after, before, describe, test } from 'node:test';
import { answerChallenge, negotiateMessage, readChallenge } from '../auth/kit/ntlm-client.ts';
import { basic, IDENTIFY, SOAP } from '../hardening/kit.ts';
import { Service } from '../kit/service.ts';

interface Answer {
  readonly status: number;
  readonly challenges: readonly string[];
  readonly text: string;
}

describe('ways in, by port', () => {
  let service: Service;
  before(async () => {
    const environment = { VSMS_ADMIN_NTLM: '1', VSMS_ALLOW_UNENCRYPTED: 'never' };
    service = await Service.start({ hypervisor: 'simulated', environment });
  });
  after(() => service[Symbol.asyncDispose]());

  const ask = (
    base: string,
    path: string,
    headers: Record<string, string> = {},
    method: 'POST' | 'GET' = 'POST',
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const send = base.startsWith('https:') ? httpsRequest : httpRequest;
      const type = method === 'POST' ? SOAP : {};
      const options = { method, agent: false, headers: { ...type, ...headers }, rejectUnauthorized: false };
      const asked = send(new URL(path, base), options, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.once('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            challenges: answer.headersDistinct['www-authenticate'] ?? [],
            text,
          }),
        );
      });
      asked.once('error', reject);
      asked.end(method === 'POST' ? IDENTIFY : undefined);
    });

  test('A-001, A-002 each port lists in its 401 exactly what it takes, and says nothing else', async () => {
    const { http, https, cimxml, cimxmls } = service.endpoints;
    for (const [url, path, challenges] of [
      [http, '/wsman', ['Negotiate']],
      [https, '/wsman', ['Negotiate', 'NTLM', 'Basic realm="WSMAN"']],
      [cimxml, '/cimom', ['Negotiate']],
      [cimxmls, '/cimom', ['Negotiate', 'NTLM', 'Basic realm="WSMAN"']],
    ] as const) {
      assert.deepEqual(await ask(url, path), { status: 401, challenges, text: '' }, url);
      const clear = !url.startsWith('https:');
      const right = await ask(url, path, { Authorization: basic('admin', service.password) });
      assert.equal(right.status === 401, clear, `Basic at ${url}: ${right.status}`);
    }
  });

  /** One connection that logs in by bare NTLM, and what is posted on it then. */
  const logIn = async (
    base: string,
    path: string,
  ): Promise<
    {
      readonly status: number;
      readonly post: (type: Record<string, string>, body: string) => Promise<number>;
    } & Disposable
  > => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = (
      headers: Record<string, string>,
      body = '',
    ): Promise<{ readonly status: number; readonly challenge: string }> =>
      new Promise((resolve, reject) => {
        const asked = httpRequest(new URL(path, base), { method: 'POST', agent, headers }, (answer) => {
          answer.resume();
          const challenge = answer.headers['www-authenticate'] ?? '';
          answer.once('end', () => resolve({ status: answer.statusCode ?? 0, challenge }));
        });
        asked.once('error', reject);
        asked.end(body);
      });
    const leg = (token: Buffer) =>
      send({ authorization: `Negotiate ${token.toString('base64')}`, 'content-length': '0' });
    const negotiate = negotiateMessage();
    const { challenge } = await leg(negotiate);
    const bytes = Buffer.from(/Negotiate (\S+)/.exec(challenge)?.[1] ?? '', 'base64');
    const credentials = { user: 'admin', password: service.password };
    const { status } = await leg(answerChallenge(negotiate, readChallenge(bytes), credentials).token);
    return {
      status,
      post: async (type, body) => (await send(type, body)).status,
      [Symbol.dispose]: () => agent.destroy(),
    };
  };

  test('A-026 the empty last leg of bare NTLM is answered 200 by each protocol', async () => {
    for (const [base, path] of [
      [service.endpoints.http, '/wsman'],
      [service.endpoints.cimxml, '/cimom'],
    ] as const) {
      using connection = await logIn(base, path);
      assert.equal(connection.status, 200, path);
    }
  });

  const lastDenial = async (): Promise<Record<string, unknown>> => {
    const credentials = { Authorization: basic('admin', service.password) };
    const { text } = await ask(service.endpoints.https, '/api/v1/audit?kind=denied&limit=1', credentials, 'GET');
    return (JSON.parse(text) as { items: Record<string, unknown>[] }).items[0] ?? assert.fail('no denial');
  };

  test('whoever has logged in and then sends in clear is refused, and that is in the audit trail', async () => {
    for (const [base, path, protocol, status] of [
      [service.endpoints.http, '/wsman', 'wsman', 500],
      [service.endpoints.cimxml, '/cimom', 'cimxml', 403],
    ] as const) {
      const type = protocol === 'wsman' ? SOAP : { 'content-type': 'application/xml' };
      using connection = await logIn(base, path);
      assert.equal(await connection.post(type, IDENTIFY), status, path);
      const last = await lastDenial();
      assert.deepEqual(
        [last['protocol'], String(last['who']).replace(/^.*\\/, ''), last['what'], last['result']],
        [protocol, 'admin', 'a message in clear', 'encryption required'],
      );
    }
  });

  test('W-010 Identify names these ways to whoever has logged in', async () => {
    const { text } = await ask(service.endpoints.https, '/wsman', { Authorization: basic('admin', service.password) });
    const names = [...text.matchAll(/SecurityProfileName>[^<]*secprofile\/([^<]*)</g)].map(([, name]) => name);
    assert.deepEqual(names, ['https/basic', 'https/spnego-kerberos']);
  });
});
