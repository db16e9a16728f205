import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { INTERRUPTED } from '../../src/cli/interrupt.ts';
import { Service } from '../kit/service.ts';
import { vsmsHere } from './in-process.ts';

test('vm create that is interrupted leaves no half-made machine', async () => {
  await using service = await Service.start({ hypervisor: 'simulated' });
  // Between the two, so that the interrupt comes while the machine is being made and not before or after.
  const between = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      const headers = {
        authorization: request.headers.authorization ?? '',
        'content-type': request.headers['content-type'] ?? '',
      };
      const answer = await fetch(`${service.endpoints.http}${request.url}`, { method: 'POST', headers, body });
      const text = await answer.text();
      if (body.includes('/DefineSystem<')) process.emit('SIGINT', 'SIGINT');
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(text);
    })();
  });
  between.listen(0, '127.0.0.1');
  await once(between, 'listening');
  await using _closed = { [Symbol.asyncDispose]: async () => void between.close() };
  const VSMS_HOST = `http://127.0.0.1:${(between.address() as AddressInfo).port}`;
  const environment = { VSMS_HOST, VSMS_PASSWORD: service.password };
  const { code, said } = await vsmsHere(environment, ['vm', 'create', 'web']);
  assert.deepEqual([code, said], [INTERRUPTED, 'vsms: cancelled.']);
  assert.equal((await vsmsHere(environment, ['vm', 'list', '-o', 'name'])).said, '');
});
