import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { ConnectionError } from '../../src/client/connection.ts';
import { RestClient } from '../../src/client/rest/client.ts';

test('an answer of REST that breaks off is an error of the connection, whether it was a result or a refusal', async (t) => {
  const server = createServer((request, response) => {
    const status = request.url?.endsWith('/host') === true ? 200 : 409;
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': 100 });
    response.write('{"name":', () => request.socket.destroySoon());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const client = new RestClient({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    user: 'admin',
    password: 'x',
  });
  t.after(() => client.close());
  const broken = (error: unknown): boolean =>
    error instanceof ConnectionError && error.message.includes('broke off its answer');
  await assert.rejects(client.call('getHost'), broken);
  await assert.rejects(client.call('listVms'), broken);
});
