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

  const ask = (base: string, path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const send = base.startsWith('https:') ? httpsRequest : httpRequest;
      const options = { method: 'POST', agent: false, headers: { ...SOAP, ...headers }, rejectUnauthorized: false };
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
      asked.end(IDENTIFY);
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

  test('A-026 the empty last leg of bare NTLM is answered 200 by each protocol', async () => {
    for (const [base, path] of [
      [service.endpoints.http, '/wsman'],
      [service.endpoints.cimxml, '/cimom'],
    ] as const) {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const leg = (token: Buffer): Promise<{ readonly status: number; readonly challenge: string }> =>
        new Promise((resolve, reject) => {
          const headers = { authorization: `Negotiate ${token.toString('base64')}`, 'content-length': '0' };
          const asked = httpRequest(new URL(path, base), { method: 'POST', agent, headers }, (answer) => {
            answer.resume();
            const challenge = answer.headers['www-authenticate'] ?? '';
            answer.once('end', () => resolve({ status: answer.statusCode ?? 0, challenge }));
          });
          asked.once('error', reject);
          asked.end();
        });
      const negotiate = negotiateMessage();
      const { challenge } = await leg(negotiate);
      const bytes = Buffer.from(/Negotiate (\S+)/.exec(challenge)?.[1] ?? '', 'base64');
      const credentials = { user: 'admin', password: service.password };
      assert.equal((await leg(answerChallenge(negotiate, readChallenge(bytes), credentials).token)).status, 200, path);
      agent.destroy();
    }
  });

  test('W-010 Identify names these ways to whoever has logged in', async () => {
    const { text } = await ask(service.endpoints.https, '/wsman', { Authorization: basic('admin', service.password) });
    const names = [...text.matchAll(/SecurityProfileName>[^<]*secprofile\/([^<]*)</g)].map(([, name]) => name);
    assert.deepEqual(names, ['https/basic', 'https/spnego-kerberos']);
  });
});
